"""A decision table of thirty rows and six questions, as each engine wants it, and two hundred cases to judge.

The rows are made by cutting: for each of five kinds the space of the other questions is cut at a chance place, six
parts a kind, so that every case meets exactly one row. Chance has a seed, so it is the same table every time.
"""

import json
import random
from collections.abc import Callable
from typing import Any

SLAG = ["synpunkt", "avvikelse", "beslut", "placering", "utredning"]
OMRADE = ["nord", "mitt", "syd"]
Fall = dict[str, Any]
# What a row asks: codes, or a number from and including up to but not including; a question left out = any answer.
Celler = dict[str, list[Any] | tuple[float | None, float | None]]


def rader() -> list[Celler]:
    slump = random.Random(9)
    alla = []
    for slag in SLAG:
        delar: list[Celler] = [{}]
        while len(delar) < 6:
            delar += _dela(delar.pop(slump.randrange(len(delar))), slump)
        alla += [{"slag": [slag]} | del_ for del_ in delar]
    slump.shuffle(alla)
    return alla


def _dela(del_: Celler, slump: random.Random) -> tuple[Celler, Celler]:
    while True:
        fraga = slump.choice(["omrade", "belopp", "alder", "brattom", "komplett"])
        if fraga in ("belopp", "alder"):
            lagst, hogst = del_.get(fraga, (None, None))
            grans = slump.randrange((lagst or 0) + 1, hogst or (1000 if fraga == "belopp" else 80))
            return del_ | {fraga: (lagst, grans)}, del_ | {fraga: (grans, hogst)}
        koder = del_.get(fraga, OMRADE if fraga == "omrade" else [True, False])
        if len(koder) > 1:
            grans = slump.randrange(1, len(koder))
            return del_ | {fraga: koder[:grans]}, del_ | {fraga: koder[grans:]}


def fall() -> list[Fall]:
    slump = random.Random(10)
    return [
        {
            "slag": slump.choice(SLAG), "omrade": slump.choice(OMRADE), "belopp": slump.randrange(1000),
            "alder": slump.randrange(80), "brattom": slump.random() < 0.5, "komplett": slump.random() < 0.7,
        }
        for _ in range(200)
    ]  # fmt: skip


RADER, FALL = rader(), fall()


def yaml() -> str:
    """As Vaka's rule file."""

    def cell(varde: Any) -> str:
        if isinstance(varde, list):
            return "[" + ", ".join({True: "ja", False: "nej"}.get(kod, kod) for kod in varde) + "]"
        lagst, hogst = varde
        return f"'< {hogst}'" if lagst is None else f"'>= {lagst}'" if hogst is None else f"{lagst}..{hogst}"

    text = "vem:\n  rubrik: Vem tar ärendet?\n  avgors_av: inkom\n  fragor:\n"
    for fraga, koder in (("slag", SLAG), ("omrade", OMRADE)):
        text += f"    {fraga}: {{rubrik: {fraga.title()}, svar: {{{', '.join(f'{k}: {k.title()}' for k in koder)}}}}}\n"
    for fraga, slag in (("belopp", "tal"), ("alder", "tal"), ("brattom", "ja/nej"), ("komplett", "ja/nej")):
        text += f"    {fraga}: {{rubrik: {fraga.title()}, slag: {slag}}}\n"
    text += f"  utfall: {{{', '.join(f'enhet_{i}: Enhet {i}' for i in range(len(RADER)))}}}\n  galler:\n"
    text += "    - fran: 2020-01-01\n      lagrum: null\n      kalla: Mätning\n      kontrollerad: 2026-11-22\n      rader:\n"
    for i, rad in enumerate(RADER):
        nar = ", ".join(f"{fraga}: {cell(varde)}" for fraga, varde in rad.items())
        text += f"        - {{nar: {{{nar}}}, blir: enhet_{i}, motiv: Enhet {i} tar hand om sådant}}\n"
    return text


def cel() -> str:
    """As one CEL expression."""

    def villkor(fraga: str, varde: Any) -> str:
        if isinstance(varde, list):
            if isinstance(varde[0], bool):
                return fraga if varde[0] else f"!{fraga}"
            return f'{fraga} == "{varde[0]}"' if len(varde) == 1 else f"{fraga} in {json.dumps(varde)}"
        lagst, hogst = varde
        return " && ".join(
            ([f"{fraga} >= {lagst}"] if lagst is not None else [])
            + ([f"{fraga} < {hogst}"] if hogst is not None else [])
        )

    delar = (
        f'{" && ".join(villkor(fraga, varde) for fraga, varde in rad.items())} ? "enhet_{i}" : '
        for i, rad in enumerate(RADER)
    )
    return "".join(delar) + '""'


def zen() -> dict[str, Any]:
    """As a JSON decision model with one table between input and output."""

    def cell(varde: Any) -> str:
        if varde is None:
            return ""
        if isinstance(varde, list):
            return ", ".join(json.dumps(kod) for kod in varde)
        lagst, hogst = varde
        return f"< {hogst}" if lagst is None else f">= {lagst}" if hogst is None else f"[{lagst}..{hogst})"

    fragor = list(FALL[0])
    tabell = {
        "hitPolicy": "first",
        "inputs": [{"id": f, "name": f, "type": "expression", "field": f} for f in fragor],
        "outputs": [{"id": "vem", "name": "vem", "type": "expression", "field": "vem"}],
        "rules": [
            {"_id": f"r{i}", "vem": f'"enhet_{i}"'} | {f: cell(rad.get(f)) for f in fragor}
            for i, rad in enumerate(RADER)
        ],
    }
    noder = [("in", "inputNode", {}), ("tabell", "decisionTableNode", {"content": tabell}), ("ut", "outputNode", {})]
    return {
        "nodes": [
            {"id": namn, "name": namn, "type": slag, "position": {"x": x, "y": 0}} | mer
            for x, (namn, slag, mer) in enumerate(noder)
        ],
        "edges": [
            {"id": f"{fran}-{till}", "sourceId": fran, "targetId": till, "type": "edge"}
            for fran, till in (("in", "tabell"), ("tabell", "ut"))
        ],
    }


def cel_motor() -> Callable[[Fall], str]:
    import cel as cel_rust

    program = cel_rust.compile(cel())
    return lambda fallet: program.execute(fallet)


def zen_motor() -> Callable[[Fall], str]:
    import zen as zen_engine

    beslut = zen_engine.ZenEngine({"loader": {"type": "static", "content": {"tabell": zen()}}}).get_decision("tabell")
    return lambda fallet: beslut.evaluate(fallet)["result"]["vem"]

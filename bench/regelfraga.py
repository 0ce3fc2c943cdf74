"""One limit, one decision table, one dated value: against a day loop, numpy, CEL in Rust, zen-engine and OpenFisca.

What Vaka is compared with doesn't belong in the program's environment. It has one of its own beside it
(`requirements.lock`, made by `make bench`), and this file runs itself there with Vaka's modules by path.
Every pair gives the same answers before anything is timed.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from grund import ROT, Rad, kvot, median, skriv_tabell, turas_om
from vandring import EN_DAG, lattare, vanlig

from regler import Kalender, Regelverk, las_in_texter

VARV = 15
FORSTA = date(2024, 1, 1)
FRIST = """
svar:
  rubrik: Svar
  raknas_fran: inkom
  galler:
    - {fran: 2020-01-01, tid: 10 arbetsdagar, lagrum: null, kalla: Mätning, kontrollerad: 2026-11-22}
"""
GRUND = "lagrum: null, kalla: Mätning, kontrollerad: 2026-11-22"
BELOPP = [(date(1990 + i, 1, 1), 100 + i) for i in range(30)]


def tid_for(alla: Callable[[], object]) -> Callable[[], float]:
    """Processor seconds for asking all the questions once. There are as many as take a few milliseconds."""

    def ta_tid() -> float:
        start = time.process_time()
        alla()
        return time.process_time() - start

    return ta_tid


def jamfor(
    vad: str, egen: Callable[[], float], annans: Callable[[], float], mal: float | None, antal: int, antal_annan: int
) -> Rad:
    """How many times as fast, a question each, in microseconds."""
    egna, andras = turas_om(egen, annans, VARV)
    egna, andras = [tid / antal * 1e6 for tid in egna], [tid / antal_annan * 1e6 for tid in andras]
    q = kvot(andras, egna)
    matt = f"{q:.1f} gånger så snabbt ({median(egna):.2f} µs mot {median(andras):.1f} µs)"
    return Rad(vad, matt, f"≥ {mal}" if mal else "", q >= mal if mal else None)


# -- one limit ----------------------------------------------------------------------------------------------------------


def en_frist() -> Iterator[Rad]:
    """Ten working days from two thousand chance days of seven years."""
    import numpy as np

    slump = random.Random(6)
    starter = [FORSTA + timedelta(days=slump.randrange(2200)) for _ in range(2000)]
    kalender = Kalender()
    ar = range(2024, 2032)
    ga, lattare_ga = vanlig(ar, 10), lattare(ar, 10)
    lediga = [FORSTA + timedelta(days=i) for i in range(2900)]
    # A day that makes no difference is a day off.
    lediga = [dag for dag in lediga if dag.weekday() < 5 and lattare_ga(dag - EN_DAG) == lattare_ga(dag)]
    numpys = np.busdaycalendar(holidays=np.array(lediga, dtype="datetime64[D]"))
    np_starter = [np.datetime64(dag) for dag in starter]

    def numpy_dagar(dagar: Sequence[Any]) -> list[Any]:
        return [np.busday_offset(dag, 10, roll="backward", busdaycal=numpys) for dag in dagar]

    def steg(dagar: Sequence[date]) -> list[date]:
        return [kalender.plus_arbetsdagar(dag, 10) for dag in dagar]

    def svar(regelverk: Regelverk, dagar: Sequence[date]) -> list[Any]:
        return [regelverk.frist("synpunkt", "svar", dag) for dag in dagar]

    def nytt() -> Regelverk:
        return las_in_texter({"regler/frister/synpunkt.yaml": FRIST}, None)

    def forsta_gangen() -> float:
        regelverk = nytt()
        return tid_for(lambda: svar(regelverk, olika))()

    regelverk, olika = nytt(), list(dict.fromkeys(starter))
    vantat = [ga(dag) for dag in starter]
    assert vantat == [lattare_ga(dag) for dag in starter]
    assert vantat == steg(starter) == [ett.forfaller for ett in svar(regelverk, starter)]
    assert vantat == [dag.item() for dag in numpy_dagar(starter)] == [dag.item() for dag in numpy_dagar(np_starter)]

    manga, fa, n, m = starter * 10, starter[:400], len(starter) * 10, len(starter)
    egen, hela = tid_for(lambda: steg(manga)), tid_for(lambda: svar(regelverk, manga))
    loop, latt = tid_for(lambda: [ga(dag) for dag in fa]), tid_for(lambda: [lattare_ga(dag) for dag in fa])
    busday, np_busday = tid_for(lambda: numpy_dagar(starter)), tid_for(lambda: numpy_dagar(np_starter))
    yield jamfor("Tio arbetsdagar: kalendern mot vandring med holidays", egen, loop, 30, n, len(fa))
    yield jamfor("… mot den lättaste vandringen", egen, latt, None, n, len(fa))
    yield jamfor("… hela svaret på en fråga som ställts förut, mot vandring", hela, loop, 30, n, len(fa))
    yield jamfor("… hela svaret första gången, mot vandring", forsta_gangen, loop, None, len(olika), len(fa))
    yield jamfor("Tio arbetsdagar: kalendern mot numpy busday_offset", egen, busday, 8, n, m)
    yield jamfor("… mot numpy som får och ger numpys dagar", egen, np_busday, None, n, m)
    yield jamfor("… hela svaret på en fråga som ställts förut, mot numpy", hela, busday, 8, n, m)


# -- a decision table ---------------------------------------------------------------------------------------------------


def en_tabell() -> Iterator[Rad]:
    """Thirty rows, six questions, two hundred cases."""
    from tabell30 import FALL, Fall, cel_motor, yaml, zen_motor

    regelverk = las_in_texter({"regler/beslutstabeller/prov.yaml": yaml()}, None)
    dag = date(2026, 9, 7)

    def vakas(fallet: Fall) -> tuple[Any, ...]:
        svar = regelverk.bedom("prov/vem", fallet, dag)
        return svar.utfall, svar.motiv, svar.rad.fil, svar.rad.rad, svar.svar

    def i_ord(fallet: Fall) -> dict[str, Any]:
        return regelverk.bedom("prov/vem", fallet, dag).som_dict()

    rust, zen = cel_motor(), zen_motor()
    vantat = [regelverk.bedom("prov/vem", fallet, dag).utfall for fallet in FALL]
    assert None not in vantat
    assert [rust(fallet) for fallet in FALL] == [zen(fallet) for fallet in FALL] == vantat

    manga, fa, n, m = FALL * 5, FALL[:50], len(FALL) * 5, 50
    egen, ord_ = (
        tid_for(lambda: [vakas(fallet) for fallet in manga]),
        tid_for(lambda: [i_ord(fallet) for fallet in manga]),
    )
    cels, zens = tid_for(lambda: [rust(fallet) for fallet in manga]), tid_for(lambda: [zen(fallet) for fallet in fa])
    yield jamfor("Tabell med 30 rader, med rad, motiv och svaren i ord, mot CEL i Rust", egen, cels, 1.3, n, n)
    yield jamfor("… med hela raden, färdigt för JSON, mot CEL i Rust", ord_, cels, None, n, n)
    yield jamfor("Samma tabell mot zen-engine, ett fall i taget", egen, zens, 20, n, m)
    yield jamfor("… med hela raden, färdigt för JSON, mot zen-engine", ord_, zens, None, n, m)


# -- a dated value ------------------------------------------------------------------------------------------------------


def ett_daterat_varde() -> Iterator[Rad]:
    """Thirty values, one a year, asked for on two hundred days."""
    from openfisca_core.parameters import Parameter

    rader = "".join(
        f"    - {{fran: {fran}, vad: Avgift, varde: {{hogst: {belopp}}}, enhet: kr, {GRUND}}}\n"
        for fran, belopp in BELOPP
    )
    text = f"avgift:\n  rubrik: Avgift\n  avgors_av: beslutsdatum\n  galler:\n{rader}"
    fiscas = Parameter("avgift", data={"values": {str(fran): {"value": belopp} for fran, belopp in BELOPP}})
    dagar = [date(1990 + i % 35, 1 + i % 12, 15) for i in range(200)]
    texter = [str(dag) for dag in dagar]

    def nytt() -> Regelverk:
        return las_in_texter({"regler/skyldigheter/prov.yaml": text}, None)

    def vakas(regelverk: Regelverk, dagar: Sequence[date]) -> list[Any]:
        return [regelverk.skyldighet("prov/avgift", dag).varde["hogst"] for dag in dagar]

    def forsta_gangen() -> float:
        regelverk = nytt()
        return tid_for(lambda: vakas(regelverk, dagar))()

    regelverk = nytt()
    assert vakas(regelverk, dagar) == [fiscas.get_at_instant(dag) for dag in texter]
    n, manga = len(dagar), dagar * 50
    egen = tid_for(lambda: vakas(regelverk, manga))
    fisca = tid_for(lambda: [fiscas.get_at_instant(dag) for dag in texter])
    yield jamfor("Daterat värde av 30 mot OpenFisca get_at_instant", egen, fisca, 10, 50 * n, n)
    yield jamfor("… första gången", forsta_gangen, fisca, None, n, n)


# -- in the environment of what it is compared with ---------------------------------------------------------------------


def mat() -> Iterator[Rad]:
    for del_ in (en_frist, en_tabell, ett_daterat_varde):
        yield from del_()


def kor() -> list[Rad]:
    """The measurements, run in the environment that has the others."""
    python = Path(sys.prefix) / "bench" / "bin" / "python"
    if not python.exists():
        sys.exit("Det som Vaka jämförs med är inte installerat: kör make bench.")
    vagar = os.pathsep.join([str(ROT), *(vag for vag in sys.path if vag.endswith("site-packages"))])
    svar = subprocess.run(
        [python, __file__, "--json"],
        env=os.environ | {"PYTHONPATH": vagar},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [Rad(**rad) for rad in json.loads(svar.stdout)]


def main(val: Sequence[str]) -> None:
    if val == ["--json"]:
        json.dump([asdict(rad) for rad in mat()], sys.stdout)
    else:
        skriv_tabell(kor())


if __name__ == "__main__":
    main(sys.argv[1:])

"""Around which words in a case something was found.

Fields that may tell who somebody is are looked in, but never shown outside the case's page: only which field it was. An
excerpt of a note or another text is a reading of the case, and is written down as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from arbetsfloden import PROCESSER
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.lasning import anteckna_utdrag, far_se_utdrag
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

LANGST_FALT = 20_000
_IN, _UT = "\x02", "\x03"


@dataclass(frozen=True)
class Utdrag:
    """Where the words were found: the text's heading and the words around, each bit with whether it is one of those."""

    rubrik: str
    bitar: tuple[tuple[str, bool], ...]


# Each text: does it hold any of the words, and around which? Texts that aren't shown are only asked.
_UTDRAG = text("""
SELECT x.nr, CASE WHEN x.visas THEN ts_headline('swedish', x.ord, CAST(:fraga AS tsquery), :val) END AS utdrag
  FROM unnest(CAST(:nr AS int[]), CAST(:ord AS text[]), CAST(:visas AS boolean[])) AS x (nr, ord, visas)
 WHERE to_tsvector('swedish', x.ord) @@ CAST(:fraga AS tsquery)
""")
_VAL = f"StartSel={_IN}, StopSel={_UT}, MaxFragments=2, MaxWords=16, MinWords=6, FragmentDelimiter=\" … \""


def utdrag(
    conn: Connection, s: Sammanhang, aktor: Aktor, fraga: str, arenden: Sequence[Mapping[str, Any]], nu: datetime
) -> list[tuple[Utdrag | None, tuple[str, ...]]]:
    """For each case an excerpt, when one may be shown, and the headings of other texts that hold the words. fraga: any of the
    words, as PostgreSQL understands them. arenden: the cases' rows, which the person may see."""
    texter = [(n, *en) for n, arende in enumerate(arenden) for en in _falttexter(arende)]
    noter = _noter(conn, [arende["id"] for arende in arenden])
    texter += [(n, *en, True) for n, arende in enumerate(arenden) for en in noter.get(arende["id"], ())]
    far = [far_se_utdrag(s, arende, aktor) for arende in arenden]
    svar = conn.execute(
        _UTDRAG,
        {
            "fraga": fraga, "val": _VAL, "nr": list(range(len(texter))), "ord": [x[2] for x in texter],
            "visas": [x[3] and far[x[0]] for x in texter],
        },
    ).all()  # fmt: skip
    visade: dict[int, Utdrag] = {}
    aven: dict[int, list[str]] = defaultdict(list)
    for nr, visat in sorted((r.nr, r.utdrag) for r in svar):
        n, rubrik, _, _ = texter[nr]
        if visat is not None and n not in visade:
            visade[n] = Utdrag(rubrik, _bitar(visat))
        elif rubrik not in aven[n]:
            aven[n].append(rubrik)
    anteckna_utdrag(conn, s, [arenden[n] for n in sorted(visade)], aktor, nu)
    return [(visade.get(n), tuple(aven[n])) for n in range(len(arenden))]


def _falttexter(grund: Mapping[str, Any]) -> Iterable[tuple[str, str, bool]]:
    """(heading, text, may be shown outside the case's page) of each written text of a case."""
    for namn, f in PROCESSER[grund["process"]].modell.beskrivna().items():
        varde = grund["uppgifter"].get(namn)
        if varde and f.slag in ("text", "langtext"):
            yield f.rubrik, _ren(str(varde)), not f.kanslig
        elif varde and f.slag == "rader" and f.rad is not None:
            falt = {n: r.kanslig or f.kanslig for n, r in f.rad.beskrivna().items() if r.slag in ("text", "langtext")}
            for hemligt in (False, True):
                if ord_ := [str(rad[n]) for rad in varde for n in rad if falt.get(n) is hemligt and rad[n]]:
                    yield f.rubrik, _ren(". ".join(ord_)), not hemligt


def _noter(conn: Connection, arenden: list[int]) -> Mapping[int, list[tuple[str, str]]]:
    h = t.handelse.c
    sats = (
        select(h.arende_id, h.dag, h.uppgifter["anteckning"][1].astext.label("ord"))
        .where(h.arende_id.in_(arenden), h.handelse == "anteckna")
        .order_by(h.id.desc())
        .limit(200)
    )
    ut: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for r in conn.execute(sats):
        if r.ord:
            ut[r.arende_id].append((f"Anteckning {r.dag}", _ren(r.ord)))
    return ut


def _ren(ord_: str) -> str:
    """Without the signs that mark what was found, so that no text can make its own marks."""
    return " ".join(ord_.replace(_IN, " ").replace(_UT, " ").split())[:LANGST_FALT]


def _bitar(visat: str) -> tuple[tuple[str, bool], ...]:
    ut: list[tuple[str, bool]] = []
    for n, del_ in enumerate(visat.split(_IN)):
        markt, _, resten = del_.partition(_UT) if n else ("", "", del_)
        ut += [(markt, True)] if markt else []
        ut += [(resten, False)] if resten else []
    return tuple(ut)

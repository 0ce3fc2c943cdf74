"""What a rule set does to open cases, for a page: totals, a picture, a row for each process and unit, the cases."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from regler import Kommun, Regelfraga, Regelverk
from tjanster.app import Vaka
from tjanster.arenden.behorighet import Aktor, synliga
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.klocka import svensk
from tjanster.regelstyrning import Jamforelse, jamfor
from tjanster.web.regler import bild, klarsprak

FARSKT = timedelta(minutes=2)
VADORD = {"tillkommer": "får en dag", "faller_bort": "har ingen dag längre"}
SUMMOR = ("tidigare", "senare", "tillkommer", "faller_bort", "blir_sena")
_SENAST: WeakKeyDictionary[Engine, tuple[tuple[int, str], datetime, Jamforelse]] = WeakKeyDictionary()


def rakna(conn: Connection, s: Sammanhang, ny: Regelverk, nu: datetime) -> Jamforelse:
    """The comparison, kept for two minutes so that its pages and its picture are of the same reckoning."""
    vilka = (s.regelversion, ny.hash)
    har = _SENAST.get(conn.engine)
    if har is None or har[0] != vilka or not timedelta() <= nu - har[1] < FARSKT:
        har = _SENAST[conn.engine] = (vilka, nu, jamfor(conn, s, ny, nu))
    return har[2]


def oversikt(effekt: Mapping[str, Any], kommun: Kommun, bild_url: str) -> dict[str, Any]:
    """The counts as `Verkan.sammanfattning` gives them, or as an activation has kept them."""
    totalt = effekt.get("totalt") or {}
    rader = bildrader(effekt, kommun)
    return {
        "oppna": effekt.get("oppna_arenden", 0),
        "berorda": effekt.get("berorda_arenden", 0),
        "paminnelser": effekt.get("paminnelser_laggs_om", 0),
        "totalt": {k: totalt.get(k, 0) for k in SUMMOR},
        "per": [
            {k: p[k] for k in SUMMOR} | {"process": klarsprak.processnamn(p["process"]), "enhet": _enhet(kommun, p["enhet"])}
            for p in effekt.get("per", ())
        ],
        "bild": bild.beskriv(rader),
        "bild_url": bild_url,
    }


def bildrader(effekt: Mapping[str, Any], kommun: Kommun) -> list[dict[str, Any]]:
    """The bars of the picture."""
    per = effekt.get("per", ())
    return bild.staplar(
        per, {p["process"]: klarsprak.processnamn(p["process"]) for p in per}, {p["enhet"]: _enhet(kommun, p["enhet"]) for p in per}
    )


def _enhet(kommun: Kommun, kod: str) -> str:
    return kommun.enheter[kod].namn if kod in kommun.enheter else kod


def flyttbilder(
    conn: Connection, vaka: Vaka, verk: Regelverk, flyttar: Iterable[Mapping[str, Any]], vem: Aktor
) -> list[dict[str, Any]]:
    """The cases of one page, as `Flytt.som_dict` tells them. A case that the person may open is a link."""
    flyttar = list(flyttar)
    a, kommun = t.arende.c, vaka.sammanhang.kommun
    sats = select(a.nummer).where(a.nummer.in_({f["nummer"] for f in flyttar}), synliga(vem, kommun))
    oppnas = set(conn.execute(sats).scalars())
    return [
        {
            "nummer": f["nummer"],
            "url": f"/arende/{f['nummer']}" if f["nummer"] in oppnas else None,
            "process": klarsprak.processnamn(f["process"]),
            "enhet": _enhet(kommun, f["enhet"]),
            "frist": _frist(verk, f["process"], f["frist"]) + (" (mål)" if f["slag"] == "mal" else ""),
            "fore": _dag(f["fore"]),
            "efter": _dag(f["efter"]),
            "dagar": _skillnad(f),
            "blir_sen": f["blir_sen"],
        }
        for f in flyttar
    ]


def _frist(verk: Regelverk, process: str, namn: str) -> str:
    try:
        return verk.regel(process, namn).rubrik
    except Regelfraga:
        return namn


def _dag(text: str | None) -> str:
    if text is None:
        return "ingen dag"
    return text if len(text) == 10 else f"{svensk(datetime.fromisoformat(text)):%Y-%m-%d kl. %H.%M}"


def _skillnad(f: Mapping[str, Any]) -> str:
    if f["vad"] != "flyttas" or f["dagar"] is None:
        return VADORD.get(f["vad"], "flyttas")
    if f["dagar"] == 0:
        return "annat klockslag"
    antal = abs(f["dagar"])
    return f"{antal} {'dag' if antal == 1 else 'dagar'} {'tidigare' if f['dagar'] < 0 else 'senare'}"

"""Each rung of a ladder that fell due: when, to whom, sent when, caught up or not. None may be missing, none twice."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from arbetsfloden import PROCESSER, ROLLER
from tjanster.arenden.arendelista import frist_rubrik
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.klocka import svensk
from tjanster.rapporter.ej_verkstallda import preliminar
from tjanster.rapporter.perioder import Period
from tjanster.rapporter.rapport import Kolumn, Rapport, Tabell

# A rung's notices are found by their keys; a letter that lists many rungs is one notice of them all.
_STEG = text("""
SELECT a.nummer, a.process, a.enhet, f.namn AS frist, f.slag, f.status, f.forfaller, p.omgang, p.trappsteg, p.nar, p.dag, p.roll,
       p.bradskande, p.fallen, p.ikapp, p.till_roll, p.till_enhet, p.nycklar,
       n.antal, n.skickade, n.misslyckade, n.avbrutna, n.sist
  FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
  LEFT JOIN LATERAL (
       SELECT count(*) AS antal, count(*) FILTER (WHERE status = 'skickad') AS skickade,
              count(*) FILTER (WHERE status = 'misslyckad') AS misslyckade,
              count(*) FILTER (WHERE status = 'avbruten') AS avbrutna, max(skickad) AS sist
         FROM notis WHERE nyckel = ANY(p.nycklar)) n ON true
 WHERE p.dag BETWEEN :fran AND :till
 ORDER BY p.dag, a.id, f.id, p.omgang, p.trappsteg
""")
_SVEPT = text("SELECT max((nu AT TIME ZONE 'Europe/Stockholm')::date) FROM svep WHERE slut IS NOT NULL")

UTFALL = {
    "skickad": "Skickad",
    "vantar": "Väntar på att skickas",
    "misslyckad": "Gick inte att skicka",
    "avbruten": "Togs tillbaka",
    "behovdes_inte": "Behövdes inte, fristen var klar",
    "ingen_mottagare": "Ingen att skicka till",
    "har_inte_fallit": "Har inte fallit",
}


def notisrapport(conn: Connection, s: Sammanhang, period: Period, idag: date) -> Rapport:
    """Every rung whose day lies in the period, and what came of it."""
    svept = conn.execute(_SVEPT).scalar()
    rader = [_rad(s, r, svept) for r in conn.execute(_STEG, {"fran": period.fran, "till": period.till}).mappings()]
    summa = Counter(r["utfall"] for r in rader)
    ikapp = sum(bool(r["ikapp"]) for r in rader)
    data = {
        "summa": len(rader),
        "utfall": {k: summa[k] for k in UTFALL},
        "ikapp": ikapp,
        "rader": rader,
    }
    kolumner = (
        "Dag", "Ärende", "Frist", "Förfaller", "Trappsteg", "Till", "I stället för", "Enhet", "Föll", "Skickad", "Utfall",
        "Ikapp",
    )  # fmt: skip
    tabeller = [
        Tabell(
            "Utfall", (Kolumn("Utfall"), Kolumn("Antal", True)),
            [(namn, summa[k]) for k, namn in UTFALL.items() if summa[k]], ("Summa", len(rader)),
            f"{ikapp} föll i efterhand, för att ingen bevakning hade körts på dagen." if ikapp else "",
        ),
        Tabell(
            "Trappsteg", tuple(Kolumn(k) for k in kolumner),
            [
                (
                    r["dag"], r["nummer"], r["frist_rubrik"], r["forfaller"] or "", r["nar"],
                    _roll(r["till_roll"] or r["roll"]), _roll(r["i_stallet_for"]), r["till_enhet_namn"] or r["enhet_namn"],
                    _tid(r["fallen"]), _tid(r["skickad"]), UTFALL[r["utfall"]], "Ja" if r["ikapp"] else "",
                )
                for r in rader
            ],
        ),
    ]  # fmt: skip
    return Rapport(
        "notiser", "Påminnelser och eskalering", period, s.kommun, tabeller,
        "Varje trappsteg som skulle falla i perioden: till vem, när, och om det kom i efterhand.",
        data, anm=preliminar(period, idag),
    )  # fmt: skip


def _roll(kod: str | None) -> str:
    return ROLLER.get(kod, kod) if kod else ""


def _tid(text_: str | None) -> str:
    return text_[:16].replace("T", " ") if text_ else ""


def _iso(tid: datetime | None) -> str | None:
    return svensk(tid).isoformat(timespec="seconds") if tid else None


def _rad(s: Sammanhang, r: Any, svept: date | None) -> dict[str, Any]:
    enheter = s.listor["enheter"]
    return {
        "nummer": r["nummer"],
        "process": PROCESSER[r["process"]].ental,
        "frist": r["frist"],
        "frist_rubrik": (frist_rubrik(s, r["process"], r["frist"]) or r["frist"])
        + (" (kommunens mål)" if r["slag"] == "mal" else ""),
        "slag": r["slag"],
        "forfaller": r["forfaller"].isoformat() if r["forfaller"] else None,
        "omgang": r["omgang"],
        "trappsteg": r["trappsteg"],
        "nar": r["nar"],
        "dag": r["dag"].isoformat(),
        "roll": r["roll"],
        "till_roll": r["till_roll"],
        "i_stallet_for": r["roll"] if r["till_roll"] not in (None, r["roll"]) else None,
        "enhet": r["enhet"],
        "enhet_namn": enheter.get(r["enhet"], r["enhet"]),
        "till_enhet": r["till_enhet"],
        "till_enhet_namn": enheter.get(r["till_enhet"], r["till_enhet"]) if r["till_enhet"] else None,
        "bradskande": r["bradskande"],
        "fallen": _iso(r["fallen"]),
        "ikapp": r["ikapp"],
        "notiser": r["antal"],
        "skickad": _iso(r["sist"]),
        "utfall": _utfall(r, svept),
    }


def _utfall(r: Any, svept: date | None) -> str:
    if r["fallen"] is None:
        # A rung left after a whole sweep has nobody in the municipality to go to; the watch tries again each night.
        return "ingen_mottagare" if svept is not None and r["dag"] <= svept else "har_inte_fallit"
    if not r["nycklar"] or (not r["antal"] and r["status"] in ("mott", "utgatt")):
        return "behovdes_inte"
    if r["misslyckade"]:
        return "misslyckad"
    if r["antal"] and r["skickade"] + r["avbrutna"] == r["antal"]:
        return "skickad" if r["skickade"] else "avbruten"
    return "vantar"

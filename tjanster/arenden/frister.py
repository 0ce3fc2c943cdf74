"""A case's limits: started, met, broken. The day always comes from the rules. Acts that move one: fristakter.py."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from regler import Fristsvar
from tjanster.arenden.lage import Lage, Skrivning, ar_sen, efter_slutet, senast_gjort
from tjanster.arenden.sammanhang import Sammanhang


def _falt(lage: Lage) -> dict[str, str]:
    """The case's coded fields, which a rule row may depend on (statute, type of support)."""
    return {k: v for k, v in lage.rad["uppgifter"].items() if isinstance(v, str) and len(v) <= 60}


def dag_for(lage: Lage, falt: str, annars: date) -> date:
    """The day that a rule names by a case field, else the day of the event."""
    varde = lage.rad["uppgifter"].get(falt)
    return date.fromisoformat(varde) if isinstance(varde, str) else annars


def fraga(s: Sammanhang, lage: Lage, namn: str, fran: date | datetime, dag: date) -> Fristsvar:
    """What the rules say about a limit of this case; the row is that of the day the rule names."""
    regel = s.regelverk.regel(lage.process.namn, namn)
    return s.regelverk.frist(
        lage.process.namn, namn, fran, falt=_falt(lage), rad_dag=dag_for(lage, regel.avgors_av, dag)
    )


def fristsvar(s: Sammanhang, lage: Lage, frist: dict[str, Any]) -> Fristsvar:
    """The rules' answer for a limit that the case has: row, statute and reckoning."""
    svar = fraga(s, lage, frist["namn"], frist["start_tid"] or frist["start"], frist["start"])
    return svar.mal if frist["slag"] == "mal" and svar.mal is not None else svar


def tidigast_borjat(nu: datetime, dag: date) -> datetime:
    """From when a limit in hours runs: the moment itself, or the first of a day that was registered later, which is
    the careful reading."""
    return nu if nu.date() == dag else datetime.combine(dag, datetime.min.time(), nu.tzinfo)


def starta(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, namn: str, dag: date, nu: datetime
) -> list[dict[str, Any]]:
    """Start a limit, and the municipality's own goal beside it when there is one. Returns what the event tells."""
    if lage.oppna_frister(namn):
        return []
    fran = dag_for(lage, s.regelverk.regel(lage.process.namn, namn).raknas_fran, dag)
    svar = fraga(s, lage, namn, tidigast_borjat(nu, fran), fran)
    startade = []
    for slag, fristsvar in (("lag", svar), ("mal", svar.mal)):
        if fristsvar is None:
            continue
        frist = rad_for(conn, s, lage, namn, slag, fristsvar)
        lage.frister.append(frist)
        skr.ny_frist(frist)
        planera_trappa(s, lage, skr, frist)
        startade.append(beratta(frist))
    return startade


def rad_for(
    conn: Connection, s: Sammanhang, lage: Lage, namn: str, slag: str, svar: Fristsvar
) -> dict[str, Any]:
    """A new row of the case's limits, with what is known of a limit that was just started."""
    rad = frist_rad(s, lage.rad["id"], namn, slag, svar, svar.forfaller)
    return rad | {"id": s.nya_id(conn, "frist")[0], "bruten": False, "brott_forfoll": None, "orsak": None}


def frist_rad(
    s: Sammanhang, arende_id: int, namn: str, slag: str, svar: Fristsvar, slut: date | datetime | None
) -> dict[str, Any]:
    """The columns of a running limit that the rules answered for, ending at `slut`; all but its number."""
    start = svar.fran
    return {
        "arende_id": arende_id,
        "namn": namn,
        "slag": slag,
        "start": start.date() if isinstance(start, datetime) else start,
        "start_tid": start if isinstance(start, datetime) else None,
        "forfaller": slut.date() if isinstance(slut, datetime) else slut,
        "forfaller_tid": slut if isinstance(slut, datetime) else None,
        "regel": svar.regel.id,
        "regelversion": s.regelversion,
        "status": "lopande",
        "omgang": 1,
        "mott": None,
        "mott_tid": None,
    }


def beratta(frist: dict[str, Any]) -> dict[str, Any]:
    slut = frist["forfaller_tid"] or frist["forfaller"]
    return {
        "frist": frist["namn"],
        "slag": frist["slag"],
        "forfaller": slut.isoformat() if slut else None,
        "regel": frist["regel"],
    }


def planera_trappa(s: Sammanhang, lage: Lage, skr: Skrivning, frist: dict[str, Any]) -> None:
    """Lay out the rungs of the ladder ahead. A goal beside the law has the same ladder as the limit it goes with."""
    skr.trappor[frist["id"]] = trapprader(
        s, lage.process.namn, frist["namn"], frist["id"], frist["omgang"], frist["start"], frist["forfaller"]
    )


def trapprader(
    s: Sammanhang, process: str, namn: str, frist_id: int, omgang: int, start: date, forfaller: date | None
) -> list[dict[str, Any]]:
    """The rungs of a limit as rows, none of them fallen."""
    return [
        {
            "frist_id": frist_id,
            "omgang": omgang,
            "trappsteg": steg.nummer,
            "dag": dag,
            "nar": steg.nar,
            "roll": steg.roll,
            "bradskande": steg.bradskande,
            "aven_ledig_dag": steg.aven_ledig_dag,
        }
        for steg, dag in s.regelverk.trappdagar(process, namn, start, forfaller)
    ]


def stoppa(
    lage: Lage,
    skr: Skrivning,
    namn: str,
    dag: date,
    nu: datetime,
    status: str = "mott",
    slag: str | None = None,
) -> list[dict[str, Any]]:
    """Meet a limit (or let it end) on `dag`, the day the thing was done. Met late it is a breach on record; done in
    time and registered late, a breach that the sweep found in between never was, and the event says so."""
    stoppade = []
    for frist in lage.oppna_frister(namn):
        if slag not in (None, frist["slag"]):
            continue
        sen, fanns = ar_sen(frist, nu, dag), frist["brott_forfoll"]
        frist["status"] = status
        if status == "mott":
            timmar = frist["forfaller_tid"] is not None
            frist["mott"], frist["mott_tid"] = dag, senast_gjort(nu, dag) if timmar else None
        skr.andrad_frist(frist)
        skr.sluta_trappa(frist, nu.date(), nu)
        if sen:
            bryt(frist, skr, nu)
        elif dag < nu.date():
            ratta(frist, skr, nu, dag)
        stoppade.append(beratta(frist) | {"utfall": status, "sen": sen} | rattat(frist, fanns))
    return stoppade


def bryt(frist: dict[str, Any], skr: Skrivning, nu: datetime, forfoll: date | None = None) -> None:
    """Put the breach on record: of the law's limit, not of a goal. It stays if the limit is moved afterwards.

    forfoll: the last day that was broken, when it is another than the one that holds now."""
    if frist["slag"] != "lag" or (frist["bruten"] and forfoll in (None, frist["brott_forfoll"])):
        return
    frist["bruten"], frist["brott_forfoll"] = True, forfoll or frist["forfaller"]
    skr.brott[frist["id"]] = {
        "frist_id": frist["id"], "forfoll": frist["brott_forfoll"], "upptackt": nu, "orsak": None, "orsak_text": None,
        "atgard": None,
    }  # fmt: skip


def ratta(frist: dict[str, Any], skr: Skrivning, nu: datetime, dag: date) -> None:
    """What the limit asks for was done on `dag`, before it was registered: take away a breach that never was. One of
    an earlier last day stands, whatever the limit was moved to after."""
    forfoll = frist["brott_forfoll"]
    holl = frist["forfaller"] is not None and (
        not efter_slutet(frist, nu, dag) if frist["forfaller_tid"] is not None else forfoll is None or dag <= forfoll
    )
    if not holl:
        return
    # Also when no breach was seen: the sweep may be writing it at this moment.
    skr.ratta_brott(frist, dag)
    frist["bruten"], frist["brott_forfoll"], frist["orsak"] = False, None, None


def rattat(frist: dict[str, Any], fanns: date | None) -> dict[str, str]:
    """What the event tells when a breach of the day `fanns` was taken away: the record of it is here for good."""
    return {"rattat_brott": fanns.isoformat()} if fanns is not None and not frist["bruten"] else {}


def ange_orsak(
    frister: list[dict[str, Any]], skr: Skrivning, nu: datetime, orsak: str, orsak_text: str | None, atgard: str | None
) -> None:
    """Tell why limits were broken, and which measure it led to."""
    for frist in frister:
        bryt(frist, skr, nu)
        frist["orsak"] = orsak
        skr.brott[frist["id"]] = {
            "frist_id": frist["id"], "forfoll": frist["brott_forfoll"], "upptackt": nu, "orsak": orsak,
            "orsak_text": orsak_text, "atgard": atgard,
        }  # fmt: skip

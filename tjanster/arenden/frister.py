"""A case's limits: started and met by steps, moved by acts. The day always comes from the rules."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from arbetsfloden import innefattade
from regler import Fristsvar
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.arenden.lage import OPPNA, Lage, Skrivning, ar_sen
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran


def _falt(lage: Lage) -> dict[str, str]:
    """The case's coded fields, which a rule row may depend on (statute, type of support)."""
    return {k: v for k, v in lage.rad["uppgifter"].items() if isinstance(v, str) and len(v) <= 60}


def _dag(lage: Lage, falt: str, annars: date) -> date:
    """The day that a rule names by a case field, else the day of the event."""
    varde = lage.rad["uppgifter"].get(falt)
    return date.fromisoformat(varde) if isinstance(varde, str) else annars


def fraga(s: Sammanhang, lage: Lage, namn: str, fran: date | datetime, dag: date) -> Fristsvar:
    """What the rules say about a limit of this case; the row is that of the day the rule names."""
    regel = s.regelverk.regel(lage.process.namn, namn)
    return s.regelverk.frist(
        lage.process.namn, namn, fran, falt=_falt(lage), rad_dag=_dag(lage, regel.avgors_av, dag)
    )


def fristsvar(s: Sammanhang, lage: Lage, frist: dict[str, Any]) -> Fristsvar:
    """The rules' answer for a limit that the case has: row, statute and reckoning."""
    svar = fraga(s, lage, frist["namn"], frist["start_tid"] or frist["start"], frist["start"])
    return svar.mal if frist["slag"] == "mal" and svar.mal is not None else svar


def starta(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, namn: str, dag: date, nu: datetime
) -> list[dict[str, Any]]:
    """Start a limit, and the municipality's own goal beside it when there is one. Returns what the event tells."""
    if lage.oppna_frister(namn):
        return []
    fran = _dag(lage, s.regelverk.regel(lage.process.namn, namn).raknas_fran, dag)
    # A limit in hours runs from the moment; for one registered later the day's first moment is the careful reading.
    tidpunkt = nu if nu.date() == fran else datetime.combine(fran, datetime.min.time(), nu.tzinfo)
    svar = fraga(s, lage, namn, tidpunkt, fran)
    startade = []
    for slag, fristsvar in (("lag", svar), ("mal", svar.mal)):
        if fristsvar is None:
            continue
        frist = _rad(conn, s, lage, namn, slag, fristsvar)
        lage.frister.append(frist)
        skr.ny_frist(frist)
        planera_trappa(s, lage, skr, frist)
        startade.append(_beratta(frist))
    return startade


def _rad(
    conn: Connection, s: Sammanhang, lage: Lage, namn: str, slag: str, svar: Fristsvar
) -> dict[str, Any]:
    start, slut = svar.fran, svar.forfaller
    return {
        "id": s.nya_id(conn, "frist")[0],
        "arende_id": lage.rad["id"],
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
        "bruten": False,
        "orsak": None,
    }


def _beratta(frist: dict[str, Any]) -> dict[str, Any]:
    slut = frist["forfaller_tid"] or frist["forfaller"]
    return {
        "frist": frist["namn"],
        "slag": frist["slag"],
        "forfaller": slut.isoformat() if slut else None,
        "regel": frist["regel"],
    }


def planera_trappa(s: Sammanhang, lage: Lage, skr: Skrivning, frist: dict[str, Any]) -> None:
    """Lay out the rungs of the ladder ahead. A goal beside the law has the same ladder as the limit it goes with."""
    skr.trappor[frist["id"]] = [
        {
            "frist_id": frist["id"],
            "omgang": frist["omgang"],
            "trappsteg": steg.nummer,
            "dag": dag,
            "nar": steg.nar,
            "roll": steg.roll,
            "bradskande": steg.bradskande,
            "aven_ledig_dag": steg.aven_ledig_dag,
        }
        for steg, dag in s.regelverk.trappdagar(lage.process.namn, frist["namn"], frist["start"], frist["forfaller"])
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
    """Meet a limit (or let it lapse) on `dag`, the day the thing was done. A limit met late is a breach on record."""
    stoppade = []
    for frist in lage.oppna_frister(namn):
        if slag not in (None, frist["slag"]):
            continue
        sen = status == "mott" and ar_sen(frist, nu, dag)
        frist["status"] = status
        if status == "mott":
            frist["mott"], frist["mott_tid"] = dag, nu if frist["forfaller_tid"] is not None else None
        skr.andrad_frist(frist)
        skr.sluta_trappa(frist, nu.date(), nu)
        if sen and not frist["bruten"]:
            bryt(frist, skr, nu)
        stoppade.append(_beratta(frist) | {"utfall": status, "sen": sen})
    return stoppade


def bryt(frist: dict[str, Any], skr: Skrivning, nu: datetime) -> None:
    """Put the breach on record. It stays whatever happens after."""
    frist["bruten"] = True
    skr.brott[frist["id"]] = {
        "frist_id": frist["id"],
        "forfoll": frist["forfaller"],
        "upptackt": nu,
        "orsak": None,
        "orsak_text": None,
        "atgard": None,
    }


def ange_orsak(
    frister: list[dict[str, Any]], skr: Skrivning, nu: datetime, orsak: str, orsak_text: str | None, atgard: str | None
) -> None:
    """Tell why limits were broken, and which measure it led to."""
    for frist in frister:
        if frist["id"] not in skr.brott:
            bryt(frist, skr, nu)
        frist["orsak"] = orsak
        skr.brott[frist["id"]] |= {"orsak": orsak, "orsak_text": orsak_text, "atgard": atgard}


def _den_oppna(lage: Lage, namn: Any) -> dict[str, Any]:
    frist = lage.oppen_frist(str(namn)) if namn else None
    if frist is None:
        finns = ", ".join(sorted({f["namn"] for f in lage.frister if f["status"] in OPPNA})) or "ingen"
        raise OgiltigaUppgifter(falt={"frist": f"'{namn}' är ingen öppen frist här. Öppna frister: {finns}."})
    return frist


def _roll(villkor: Any, roller: frozenset[str]) -> str:
    """The role in which the person asks: one that the rule names, when they hold it."""
    har = innefattade(roller)
    far = getattr(villkor, "far", ())
    return next((r for r in far if r in har), next(iter(sorted(roller)), "medarbetare"))


def akt(
    conn: Connection,
    s: Sammanhang,
    lage: Lage,
    skr: Skrivning,
    handelse: str,
    data: Any,
    roller: frozenset[str],
    skal: str,
    begaran: "Begaran",
) -> list[dict[str, Any]]:
    """Extend, pause or start a limit again, as far as its rule allows it: by whom, how long, how often.

    Raises Nej with the rule's own sentence when it says no.
    """
    frist = _den_oppna(lage, data.frist)
    nu, av = begaran.nu, begaran.av.id if begaran.av else None
    namn, idag = frist["namn"], nu.date()
    a = t.fristakt.c
    fraga = select(t.fristakt).where(a.frist_id == frist["id"]).order_by(a.id)
    akter = [dict(r) for r in conn.execute(fraga).mappings()]
    ny: dict[str, Any] = {"frist_id": frist["id"], "dag": idag, "skal": skal, "av": av, "tid": nu}
    gammal = frist["forfaller"]
    regel = s.regelverk.regel(lage.process.namn, namn)
    svar = fristsvar(s, lage, frist)
    if handelse == "forlang_frist":
        if frist["status"] == "pausad":
            raise Nej("Fristen är pausad. Starta den igen innan den förlängs.")
        till = data.nytt_datum
        redan = sum(a["slag"] == "forlangd" for a in akter)
        till = s.regelverk.forlang(svar, till, _roll(regel.forlangning, roller), redan, nu_galler=gammal)
        frist["forfaller"] = till
        ny |= {"slag": "forlangd", "fran_dag": gammal, "till_dag": till, "dagar": (till - gammal).days}
    elif handelse == "pausa_frist":
        if frist["status"] == "pausad":
            raise Nej("Fristen är redan pausad.")
        s.regelverk.far_pausa(svar, _roll(regel.paus, roller), sum(a["slag"] == "pausad" for a in akter))
        frist["status"] = "pausad"
        ny |= {"slag": "pausad", "fran_dag": idag, "till_dag": None, "dagar": None}
    else:
        if frist["status"] != "pausad":
            raise Nej("Fristen är inte pausad, så den kan inte startas igen.")
        fran = next(a["dag"] for a in reversed(akter) if a["slag"] == "pausad")
        frist["status"] = "lopande"
        redan = sum(a["slag"] == "pausad" for a in akter) - 1
        frist["forfaller"] = s.regelverk.paus(svar, fran, idag, _roll(regel.paus, roller), redan, nu_galler=gammal)
        ny |= {
            "slag": "startad_igen", "fran_dag": fran, "till_dag": frist["forfaller"], "dagar": (idag - fran).days
        }
    frist["omgang"] += 1
    skr.andrad_frist(frist)
    skr.sluta_trappa(frist, idag - timedelta(days=1), nu)
    if frist["status"] == "lopande":
        planera_trappa(s, lage, skr, frist)
    skr.akter.append(ny)
    return [_beratta(frist) | {"akt": ny["slag"], "fran": gammal.isoformat() if gammal else None}]


def rakna_om(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, andrat: dict[str, Any], nu: datetime
) -> list[dict[str, Any]]:
    """A corrected day or statute moves the open limits that were reckoned from it. Those already met stay."""
    flyttade = []
    for frist in [f for f in lage.frister if f["status"] in OPPNA]:
        entry = s.regelverk.regel(lage.process.namn, frist["namn"])
        ny_start = _dag(lage, entry.raknas_fran, frist["start"])
        beror = {falt for rad in (*entry.rader, *entry.mal) for falt, _ in rad.nar}
        if ny_start == frist["start"] and not beror & set(andrat):
            continue
        svar = fraga(s, lage, frist["namn"], ny_start if frist["start_tid"] is None else frist["start_tid"], ny_start)
        if frist["slag"] == "mal":
            if svar.mal is None:
                stoppa(lage, skr, frist["namn"], nu.date(), nu, "utgatt", slag="mal")
                continue
            svar = svar.mal
        fore = _beratta(frist)
        ny = _rad(conn, s, lage, frist["namn"], frist["slag"], svar)
        frist |= {k: ny[k] for k in ("start", "start_tid", "forfaller", "forfaller_tid", "regel", "regelversion")}
        frist["omgang"] += 1
        skr.andrad_frist(frist)
        skr.sluta_trappa(frist, nu.date() - timedelta(days=1), nu)
        if frist["status"] == "lopande":
            planera_trappa(s, lage, skr, frist)
        flyttade.append(_beratta(frist) | {"fran": fore["forfaller"]})
    return flyttade


FRISTAKTORD = {"forlangd": "förlängd", "pausad": "pausad", "startad_igen": "startad igen"}

"""Acts that move a limit: extended, paused, started again, and reckoned anew when a day was corrected.

The ledger of acts stays; a limit reckoned anew is walked through them again.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from arbetsfloden import innefattade
from regler import Fristsvar
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.arenden.frister import (
    beratta,
    bryt,
    dag_for,
    fraga,
    fristsvar,
    planera_trappa,
    rad_for,
    ratta,
    rattat,
    stoppa,
    tidigast_borjat,
)
from tjanster.arenden.lage import OPPNA, Lage, Skrivning, ar_sen, efter_slutet, senast_gjort
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran

FRISTAKTORD = {"forlangd": "förlängd", "pausad": "pausad", "startad_igen": "startad igen"}


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
    """Extend, pause or start a limit again, as far as its rule allows it: by whom, how long, how often. A limit that
    had already passed is put on record as broken first.

    Raises Nej with the rule's own sentence when it says no.
    """
    frist = _den_oppna(lage, data.frist)
    nu, av = begaran.nu, begaran.av.id if begaran.av else None
    namn, idag = frist["namn"], nu.date()
    akter = las_akter(conn, frist["id"])
    ny: dict[str, Any] = {"frist_id": frist["id"], "dag": idag, "skal": skal, "av": av, "tid": nu}
    gammal = frist["forfaller"]
    regel = s.regelverk.regel(lage.process.namn, namn)
    svar = fristsvar(s, lage, frist)
    if ar_sen(frist, nu, idag):
        bryt(frist, skr, nu)
    if handelse == "forlang_frist":
        if frist["status"] == "pausad":
            raise Nej("Fristen är pausad. Starta den igen innan den förlängs.")
        redan = sum(a["slag"] == "forlangd" for a in akter)
        # The most it may be extended is counted from the rule's own last day and the days given back by pauses.
        egen, _ = gang(s, svar, [a for a in akter if a["slag"] != "forlangd"], idag)
        till = s.regelverk.forlang(
            replace(svar, forfaller=egen), data.nytt_datum, _roll(regel.forlangning, roller), redan, nu_galler=gammal
        )
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
        if begaran.av is not None and regel.paus is not None:
            s.regelverk.far_pausa(svar, _roll(regel.paus, roller), 0)
        ny |= _starta_igen(s, frist, svar, akter, idag)
    frist["omgang"] += 1
    skr.andrad_frist(frist)
    skr.sluta_trappa(frist, idag - timedelta(days=1), nu)
    if frist["status"] == "lopande":
        planera_trappa(s, lage, skr, frist)
    skr.akter.append(ny)
    return [beratta(frist) | {"akt": ny["slag"], "fran": gammal.isoformat() if gammal else None}]


def avsluta_paus(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, namn: str, dag: date, begaran: "Begaran"
) -> list[dict[str, Any]]:
    """A step ends a limit that is paused: the days of the pause are given back first, so that the last day that the
    step is held against is the right one. Returns what the event tells."""
    ut = []
    for frist in [f for f in lage.oppna_frister(namn) if f["status"] == "pausad"]:
        gammal, svar = frist["forfaller"], fristsvar(s, lage, frist)
        ny = _starta_igen(s, frist, svar, las_akter(conn, frist["id"]), dag)
        nu, av = begaran.nu, begaran.av.id if begaran.av else None
        skr.akter.append(
            {"frist_id": frist["id"], "dag": nu.date(), "skal": "Fristen slutade medan den var pausad.", "av": av, "tid": nu}
            | ny
        )
        ut.append(beratta(frist) | {"akt": "startad_igen", "fran": gammal.isoformat()})
    return ut


def _starta_igen(
    s: Sammanhang, frist: dict[str, Any], svar: Fristsvar, akter: list[dict[str, Any]], dag: date
) -> dict[str, Any]:
    """The limit runs again from `dag`, with no more days given back than the rule allows."""
    fran = next(a["dag"] for a in reversed(akter) if a["slag"] == "pausad")
    till = max(fran, min(dag, s.regelverk.pausens_slut(svar.process, svar.frist, fran) or dag))
    frist["status"] = "lopande"
    frist["forfaller"] = s.regelverk.efter_paus(svar, fran, till, nu_galler=frist["forfaller"])
    return {"slag": "startad_igen", "fran_dag": fran, "till_dag": frist["forfaller"], "dagar": (till - fran).days}


def las_akter(conn: Connection, frist_id: int) -> list[dict[str, Any]]:
    """The acts on a limit, in order."""
    a = t.fristakt.c
    sats = select(t.fristakt).where(a.frist_id == frist_id).order_by(a.id)
    return [dict(r) for r in conn.execute(sats).mappings()]


def gang(
    s: Sammanhang, svar: Fristsvar, akter: Iterable[dict[str, Any]], idag: date
) -> tuple[date | datetime | None, date | None]:
    """Walk a limit in days through its acts: the last day that comes of it, and the first last day, if any, that
    passed while the limit ran. One in hours, or without a day, has no acts."""
    galler, brott, pausad = svar.forfaller, None, False
    if galler is None or isinstance(galler, datetime):
        return galler, None
    for akt_ in akter:
        if brott is None and not pausad and akt_["dag"] > galler:
            brott = galler
        pausad = akt_["slag"] == "pausad"
        if akt_["slag"] == "startad_igen":
            till = min(akt_["dag"], s.regelverk.pausens_slut(svar.process, svar.frist, akt_["fran_dag"]) or akt_["dag"])
            galler = s.regelverk.efter_paus(svar, akt_["fran_dag"], till, nu_galler=galler)
        elif akt_["slag"] == "forlangd":
            galler = max(galler, akt_["till_dag"])
    if brott is None and not pausad and idag > galler:
        brott = galler
    return galler, brott


def rakna_om(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, andrat: dict[str, Any], nu: datetime
) -> list[dict[str, Any]]:
    """A corrected day or statute moves the open limits that were reckoned from it; what was extended and paused still
    counts, and so does a breach, unless by the right day there was none. Those already met stay."""
    flyttade: list[dict[str, Any]] = []
    for frist in [f for f in lage.frister if f["status"] in OPPNA]:
        regel = s.regelverk.regel(lage.process.namn, frist["namn"])
        ny_start = dag_for(lage, regel.raknas_fran, frist["start"])
        beror = {falt for rad in (*regel.rader, *regel.mal) for falt, _ in rad.nar} | {regel.avgors_av}
        if ny_start == frist["start"] and not beror & set(andrat):
            continue
        moment = frist["start_tid"] if ny_start == frist["start"] else None
        svar = fraga(s, lage, frist["namn"], moment or tidigast_borjat(lage.rad["registrerad"], ny_start), ny_start)
        if frist["slag"] == "mal":
            if svar.mal is None:
                stoppa(lage, skr, frist["namn"], nu.date(), nu, "utgatt", slag="mal")
                continue
            svar = svar.mal
        elif svar.mal is not None and lage.oppen_frist(frist["namn"], "mal") is None:
            flyttade.append(_nytt_mal(conn, s, lage, skr, frist["namn"], svar.mal))
        flyttade.append(_flytta(conn, s, lage, skr, frist, svar, nu))
    return flyttade


def _flytta(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, frist: dict[str, Any], svar: Fristsvar, nu: datetime
) -> dict[str, Any]:
    """The limit gets the rules' new answer, and walks through its acts again."""
    fore, fanns = beratta(frist), frist["brott_forfoll"]
    ny = rad_for(conn, s, lage, frist["namn"], frist["slag"], svar)
    frist |= {k: ny[k] for k in ("start", "start_tid", "forfaller", "forfaller_tid", "regel", "regelversion")}
    brott: date | None = None
    if frist["forfaller_tid"] is not None:
        brott = frist["forfaller"] if efter_slutet(frist, nu, nu.date()) else None
    elif frist["forfaller"] is not None:
        frist["forfaller"], brott = gang(s, svar, las_akter(conn, frist["id"]), nu.date())
    if brott is not None:
        bryt(frist, skr, nu, brott)
    elif fanns:
        skr.ratta_brott(frist, date.min)
        frist["bruten"], frist["brott_forfoll"], frist["orsak"] = False, None, None
    frist["omgang"] += 1
    skr.andrad_frist(frist)
    skr.sluta_trappa(frist, nu.date() - timedelta(days=1), nu)
    if frist["status"] == "lopande":
        planera_trappa(s, lage, skr, frist)
    return beratta(frist) | {"fran": fore["forfaller"]} | rattat(frist, fanns)


def _nytt_mal(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, namn: str, svar: Fristsvar
) -> dict[str, Any]:
    """A goal that the corrected fields brought in."""
    mal = rad_for(conn, s, lage, namn, "mal", svar)
    lage.frister.append(mal)
    skr.ny_frist(mal)
    planera_trappa(s, lage, skr, mal)
    return beratta(mal) | {"fran": None}


def ratta_motta(lage: Lage, skr: Skrivning, andrat: dict[str, Any], nu: datetime) -> list[dict[str, Any]]:
    """When the corrected day is the one a limit was met on, the limit was met on the right day instead, in time or
    not by that. Returns what the event tells."""
    rattade = []
    for frist in [f for f in lage.frister if f["status"] == "mott" and f["forfaller"] is not None]:
        dagar = {x.dag for x in lage.process.alla_steg if x.dag is not None and frist["namn"] in x.stoppar}
        ny = next((e for f, e in (andrat[d] for d in dagar & set(andrat)) if f == frist["mott"].isoformat() and e), None)
        if ny is None:
            continue
        fanns, frist["mott"] = frist["brott_forfoll"], date.fromisoformat(ny)
        if frist["forfaller_tid"] is not None:
            frist["mott_tid"] = senast_gjort(nu, frist["mott"])
        sen = efter_slutet(frist, nu, frist["mott"])
        bryt(frist, skr, nu) if sen else ratta(frist, skr, nu, frist["mott"])
        skr.andrad_frist(frist)
        rattade.append(beratta(frist) | {"utfall": "mott", "sen": sen} | rattat(frist, fanns))
    return rattade

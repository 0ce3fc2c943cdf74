"""Readings of cases are written down in the reading's own transaction: lag (2001:454) 10 §, access that is logged and
can be checked. Whatever shows a case to somebody goes by `anteckna` or `anteckna_manga`, from the functions that load it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from tjanster.arenden.behorighet import Aktor, roller_i
from tjanster.arenden.fel import FarInte, Nej, OgiltigaUppgifter
from tjanster.arenden.lage import Lage
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.varning import utan_nummer
from tjanster.db import t

VAD = {
    "sida": "Ärendets sida", "sok": "Ärendets sida, från sökning", "brev": "Ärendets sida, från ett brev",
    "historik": "Hela historiken", "steg": "Ett steg i ärendet", "frist": "Varför en frist slutar sin dag",
    "bilaga": "En bilaga", "api": "Ärendet genom API", "uppgift": "En uppgift i ärendet", "rapport": "En rapport med ärendet",
    "kommando": "Ärendet på kommandoraden", "kvitto": "Kvittot på registreringen", "inlamnaren": "Den som lämnade synpunkten", "lasare": "Vem som har läst",
    "skal": "Skäl till läsning", "utdrag": "Ett utdrag", "sokutdrag": "Några ord ur ärendet, i en sökning",
    "person": "En person i ärendet, vid jämförelse med en annan",
}  # fmt: skip
LEDER = frozenset({"enhetschef"})
SER_LASARE = frozenset({"enhetschef", "avdelningschef", "kvalitetsledare"})
SKAL_GALLER = timedelta(hours=8)
HOGST_SKAL = 500

_SKRIV = t.lasning.insert().inline()


class BehoverSkal(Nej):
    """A case with protected identity, and one who is not assigned to it: say why first."""

    kod = "skal_kravs"
    status = 403

    def __init__(self, nummer: str) -> None:
        self.nummer = nummer
        super().__init__(
            f"{nummer} har skyddad identitet och du är inte tilldelad det. Skriv varför du behöver läsa ärendet. "
            "Skälet sparas i loggen och gäller i åtta timmar."
        )


def tilldelad(s: Sammanhang, rad: Mapping[str, Any], aktor: Aktor | None) -> bool:
    """Is the case this person's work: its officer or who stands in for them, who reported it, or a manager of its unit? The
    system reads as itself. rad: the case's row."""
    if aktor is None or aktor.id in (rad["handlaggare"], rad["registrerad_av"]) or rad["handlaggare"] in aktor.ersatter_i(s.kommun, rad["enhet"]):
        return True
    return bool(roller_i(aktor, s.kommun, rad["enhet"]) & LEDER)


def anteckna(
    conn: Connection, s: Sammanhang, lage: Lage, aktor: Aktor | None, nu: datetime, vad: str, detalj: str | None = None
) -> None:
    """Write that the case was read, in the transaction that reads it. Raises BehoverSkal when a reason must be given
    first. vad: a word of VAD; detalj: a file's number, a report's name."""
    egen, skyddad = tilldelad(s, lage.rad, aktor), lage.rad["krets"] is not None
    skal = None
    if skyddad and not egen and aktor is not None:
        skal = _givet_skal(conn, lage.rad["id"], aktor, nu)
        if skal is None:
            raise BehoverSkal(lage.rad["nummer"])
    conn.execute(_SKRIV, [_rad(lage.rad, aktor, nu, vad, detalj, skal, egen, skyddad)])


def far_se_utdrag(s: Sammanhang, arende: Mapping[str, Any], aktor: Aktor) -> bool:
    """May some words of a case that the person sees be shown among others? Not of a protected one that asks for a reason first.
    arende: the case's row."""
    return arende["krets"] is None or tilldelad(s, arende, aktor)


def anteckna_utdrag(conn: Connection, s: Sammanhang, arenden: Iterable[Mapping[str, Any]], aktor: Aktor, nu: datetime) -> None:
    """Write that some words of each of the cases were shown in a search."""
    rader = [
        _rad(a, aktor, nu, "sokutdrag", None, None, tilldelad(s, a, aktor), a["krets"] is not None) for a in arenden
    ]
    if rader:
        conn.execute(_SKRIV, rader)


def far_se_lasare(s: Sammanhang, lage: Lage, aktor: Aktor) -> None:
    """Who has read is for those who lead the unit. Raises FarInte for others."""
    if not roller_i(aktor, s.kommun, lage.rad["enhet"]) & SER_LASARE:
        raise FarInte("Vem som har läst ett ärende ses av enhetens chefer och kvalitetsledaren.")


def ge_skal(conn: Connection, s: Sammanhang, lage: Lage, aktor: Aktor, nu: datetime, skal: str) -> None:
    """Keep why somebody needs to read a protected case. Raises OgiltigaUppgifter for none and for a far too long one."""
    skal = " ".join(skal.split())
    if not skal:
        raise OgiltigaUppgifter(falt={"skal": "Skriv varför du behöver läsa ärendet."})
    utan_nummer("skal", skal)
    if len(skal) > HOGST_SKAL:
        raise OgiltigaUppgifter(falt={"skal": f"Skriv kortare: {len(skal)} tecken, högst {HOGST_SKAL}."})
    conn.execute(
        _SKRIV, [_rad(lage.rad, aktor, nu, "skal", None, skal, tilldelad(s, lage.rad, aktor), lage.rad["krets"] is not None)]
    )


def anteckna_manga(
    conn: Connection, arenden: Iterable[tuple[int, bool]], av: int | None, nu: datetime, vad: str, detalj: str | None
) -> None:
    """Cases that were read together, in a report or an extract, one row each. arenden: (row number, unit, protected)."""
    rader = [
        _rad({"id": arende, "enhet": enhet}, None, nu, vad, detalj, None, False, skyddad) | {"av": av, "tilldelad": av is None}
        for arende, enhet, skyddad in arenden
    ]
    if rader:
        conn.execute(_SKRIV, rader)


def far_lasas(conn: Connection, s: Sammanhang, rad: Mapping[str, Any], aktor: Aktor, nu: datetime) -> bool:
    """May the case be read without asking why first? rad: the row of a case in the person's circle."""
    return rad["krets"] is None or tilldelad(s, rad, aktor) or _givet_skal(conn, rad["id"], aktor, nu) is not None


def anteckna_jamforda(conn: Connection, s: Sammanhang, aktor: Aktor, nummer: Iterable[str], nu: datetime) -> None:
    """Write that a person of each of the cases was shown beside another. Their rows are read in the person's own circle."""
    a = t.arende.c
    sats = select(a.id, a.enhet, a.handlaggare, a.registrerad_av, a.krets).where(a.nummer.in_(list(nummer))).order_by(a.id)
    rader = [
        _rad(r, aktor, nu, "person", None, _givet_skal(conn, r["id"], aktor, nu) if r["krets"] is not None else None,
             tilldelad(s, r, aktor), r["krets"] is not None)
        for r in conn.execute(sats).mappings().all()
    ]  # fmt: skip
    if rader:
        conn.execute(_SKRIV, rader)


def _givet_skal(conn: Connection, arende: int, aktor: Aktor, nu: datetime) -> str | None:
    r = t.lasning.c
    sats = (
        select(r.skal)
        .where(r.arende_id == arende, r.av == aktor.id, r.vad == "skal", r.tid > nu - SKAL_GALLER, r.tid <= nu)
        .order_by(r.id.desc())
        .limit(1)
    )
    return conn.execute(sats).scalar_one_or_none()


def _rad(
    arende: Mapping[str, Any], aktor: Aktor | None, nu: datetime, vad: str, detalj: str | None, skal: str | None, egen: bool,
    skyddad: bool,
) -> dict[str, object]:  # fmt: skip
    return {
        "arende_id": arende["id"], "enhet": arende["enhet"], "av": aktor.id if aktor else None, "tid": nu, "vad": vad, "detalj": detalj, "skal": skal,
        "tilldelad": egen, "skyddad": skyddad,
    }  # fmt: skip

"""Recusal: one whom a case concerns neither works with it nor sees it, in no list, letter, search or count."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from tjanster.arenden.bemanning import Bemanning, Person
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.arenden.konto import hitta_konto
from tjanster.arenden.krets import Krets
from tjanster.arenden.lage import Lage
from tjanster.arenden.personval import Konto, OkandPerson, las_person
from tjanster.arenden.sammanhang import Sammanhang

CHEFER = ("enhetschef", "avdelningschef")

if TYPE_CHECKING:
    from datetime import date

    from tjanster.arenden.handelse import Begaran


def enhetens_chefer(conn: Connection, s: Sammanhang, enhet: str, dag: "date") -> list[int]:
    """Those who lead the unit: its own managers, or whoever leads it from the level above when it has none."""
    traff = Bemanning.kring(conn, s.kommun, dag, enhet).agare(enhet, None)
    return sorted(p.id for p in traff.personer) if traff.roll in CHEFER else []


def anmal(conn: Connection, s: Sammanhang, lage: Lage, begaran: "Begaran") -> list[int]:
    """The one who acts steps aside."""
    assert begaran.av is not None  # only a person has the step
    return _at_sidan(conn, s, lage, begaran, {begaran.av.id})


def satt_at_sidan(
    conn: Connection, s: Sammanhang, lage: Lage, valda: Iterable[str], begaran: "Begaran"
) -> list[int]:
    """Set the named ones aside. Raises OgiltigaUppgifter for an unknown account and for oneself."""
    nya = _konton(conn, valda)
    if begaran.av is not None and begaran.av.id in nya:
        raise OgiltigaUppgifter(falt={"jav": "Är du själv jävig väljer du i stället ”Anmäl att du är jävig”."})
    return _at_sidan(conn, s, lage, begaran, nya)


def namngivna(conn: Connection, valda: Any, av: int | None) -> tuple[set[int], str]:
    """The accounts that a report says it is about, by user name, name or id, and what is wrong with what was written."""
    funna, fel = set[int](), []
    for skrivet in valda if isinstance(valda, list | tuple) else ():
        for del_ in _delar(conn, str(skrivet)):
            try:
                funna.add(_oppet(las_person(conn, del_)))
            except OkandPerson as nej:
                fel.append(str(nej))
    if av in funna:
        fel.append("Namnge inte dig själv: du som rapporterar får alltid ditt nummer.")
    return funna, " ".join(fel)


def _delar(conn: Connection, skrivet: str) -> list[str]:
    """One, or several with commas between; some write their names with one in."""
    delar = [d.strip() for d in skrivet.split(",") if d.strip()]
    if len(delar) > 1:
        try:
            las_person(conn, skrivet)
        except OkandPerson:
            return delar
    return [skrivet]


def _oppet(konto: Konto) -> int:
    if not konto.aktiv:
        raise OkandPerson(f"{konto.namn} har inget öppet konto och ser därför aldrig ärendet. Ta bort namnet.")
    return konto.id


def ror_chefen(conn: Connection, s: Sammanhang, lage: Lage, begaran: "Begaran") -> list[int]:
    """It turned out later that the case concerns those who lead its unit: they are set aside."""
    chefer = enhetens_chefer(conn, s, lage.rad["enhet"], begaran.nu.date())
    return _at_sidan(conn, s, lage, begaran, set(chefer)) if chefer else []


def hav(conn: Connection, lage: Lage, valda: Iterable[str]) -> list[int]:
    """Let the named ones back in. Raises OgiltigaUppgifter for one who wasn't set aside."""
    ater = _konton(conn, valda)
    if ater - set(lage.rad["javiga"]):
        raise OgiltigaUppgifter(falt={"jav": "Någon av dem är inte satt åt sidan i det här ärendet."})
    lage.rad["javiga"] = sorted(set(lage.rad["javiga"]) - ater)
    return sorted(ater)


def _at_sidan(conn: Connection, s: Sammanhang, lage: Lage, begaran: "Begaran", nya: set[int]) -> list[int]:
    rad: dict[str, Any] = lage.rad
    rad["javiga"] = sorted({*rad["javiga"], *nya})
    if rad["handlaggare"] in nya:
        rad["handlaggare"] = None
    if not nagon_kvar(conn, s, rad, begaran.nu.date()):
        raise Nej(
            ["Ingen annan kan då ta hand om ärendet. Se till att det finns en chef ovanför, eller namnge först någon mer "
             "om ärendet är skyddat."],
            kod="ingen_kvar",
        )  # fmt: skip
    return sorted(nya)


def nagon_kvar(conn: Connection, s: Sammanhang, rad: dict[str, Any], dag: "date") -> bool:
    """Does anybody own the case, as it is now recused? rad: the case's row."""
    kvar = Bemanning.kring(conn, s.kommun, dag, rad["enhet"], (rad["handlaggare"], *(rad["krets"] or ())))
    return bool(kvar.agare(rad["enhet"], rad["handlaggare"], Krets.av(rad)).personer)


def valbara(conn: Connection, s: Sammanhang, lage: Lage, dag: "date", utom: Iterable[int]) -> list[Person]:
    """People with a post on the unit or above it, who may be set aside."""
    utom = {*utom, *lage.rad["javiga"]}
    bemanning = Bemanning.kring(conn, s.kommun, dag, lage.rad["enhet"], (lage.rad["handlaggare"],))
    return sorted((p for p in bemanning.personer.values() if p.id not in utom), key=lambda p: p.namn)


def _konton(conn: Connection, valda: Iterable[str]) -> set[int]:
    funna, fel = set(), []
    for text in valda:
        konto = hitta_konto(conn, text)
        if konto is None:
            fel.append(f"'{text}' är ingen användare med öppet konto.")
        else:
            funna.add(konto)
    if fel:
        raise OgiltigaUppgifter(falt={"jav": " ".join(fel)})
    return funna

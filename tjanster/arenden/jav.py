"""Recusal: one whom a case concerns neither works with it nor sees it, in no list, letter, search or count."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from tjanster.arenden.bemanning import Bemanning, Person
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.arenden.konto import hitta_konto
from tjanster.arenden.krets import Krets
from tjanster.arenden.lage import Lage
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
    krets = Krets.av(rad)
    kvar = Bemanning.kring(conn, s.kommun, begaran.nu.date(), rad["enhet"], (rad["handlaggare"], *(rad["krets"] or ())))
    if not kvar.agare(rad["enhet"], rad["handlaggare"], krets).personer:
        raise Nej(
            ["Ingen annan kan då ta hand om ärendet. Se till att det finns en chef ovanför, eller namnge först någon mer "
             "om ärendet är skyddat."],
            kod="ingen_kvar",
        )  # fmt: skip
    return sorted(nya)


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

"""The persons of a case: tied, corrected, changed for the right one and taken away (krav H2).

An event says that it happened and why, never who: names and numbers lie encrypted apart, and those of a person who no longer
belongs to the case are deleted with the event that says so.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, text

from arbetsfloden import PERSONROLLER, ej_angivna, innefattade, lagg_over, narmast
from tjanster.arenden.behorighet import synliga
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.lage import Lage, Skrivning
from tjanster.arenden.lasning import BehoverSkal, far_lasas
from tjanster.arenden.namnlika import Namnlika, namnlika
from tjanster.arenden.notera import notera
from tjanster.arenden.nummertext import har_nummer, nummer_i
from tjanster.arenden.personuppgifter import AVSANDARE, FALT, las_uppgifter, ringen, ur_rad
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran

STEG = ("knyt_person", "ta_bort_person")
HOGST = 20
VAL = ("samma_som", "annan_an")
SKICKA_IGEN = "Skicka det som fel person har fått till rätt person, med brev."
UTAN_NAMN = "Skriv utan namn och personnummer: skälet står kvar i historiken, som inte ska säga vem det var."


@dataclass(frozen=True)
class Person:
    """One of the case's persons. uppgifter: as in FALT, unknown as None."""

    id: int
    roll: str
    uppgifter: dict[str, str | None]


@dataclass(frozen=True)
class Knytning:
    """What an event does: uppgifter None takes `byter` away, byter None ties somebody new, both change one for the other."""

    uppgifter: dict[str, str | None] | None
    byter: Person | None
    fel_person: bool = False


def personer(conn: Connection, arende: int) -> tuple[Person, ...]:
    """The case's persons: the one who left it first, then those whom it concerns, as they were tied."""
    k, ring = t.kontakt.c, ringen(conn)
    sats = select(k.id, k.roll, k.uppgifter).where(k.arende_id == arende).order_by(k.roll != AVSANDARE, k.id)
    return tuple(Person(r.id, r.roll, ur_rad(ring, arende, r.uppgifter, r.roll)) for r in conn.execute(sats))


def forbered(conn: Connection, s: Sammanhang, lage: Lage, begaran: "Begaran", roller: frozenset[str]) -> "Begaran":
    """Look through what is asked about a person, while only the asker's own circle is seen, and leave it in
    `lage.knytning`. Raises OgiltigaUppgifter with every fault, Namnlika for somebody like it who hasn't been looked at, and
    BehoverSkal. What the step itself refuses is left to it."""
    if begaran.handelse not in STEG:
        if begaran.person is not None:
            raise OgiltigaUppgifter(falt={"person": "En person tas bara emot av steget knyt_person."})
        return begaran
    if isinstance(begaran.uppgifter.get("knuten"), int):
        begaran = replace(begaran, uppgifter=dict(begaran.uppgifter) | {"knuten": str(begaran.uppgifter["knuten"])})
    try:
        steg = lage.process.hitta(begaran.handelse, lage.rad["tillstand"])
    except KeyError:
        return begaran
    if begaran.av is None or not innefattade(roller) & set(steg.vem):
        return begaran
    data = dict(begaran.uppgifter) | ({"skal": begaran.skal} if begaran.skal else {})
    uppgifter, fel = lagg_over(lage.process, steg, data, s.listor, lage.uppgifter, begaran.nu.date())
    fel = ej_angivna(lage.process, steg, data, lage.uppgifter) | fel
    har = personer(conn, lage.rad["id"])
    byter = _byter(har, uppgifter, fel)
    nya = _las(conn, s, begaran, fel) if begaran.handelse == "knyt_person" else None
    if uppgifter is not None and begaran.handelse == "knyt_person":
        _granska_bytet(har, byter, uppgifter, nya, fel)
    if _sager_vem(str(data.get("skal") or ""), [*har, *([Person(0, "", nya)] if nya else [])]):
        fel["skal"] = UTAN_NAMN
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    fel_person = bool(getattr(uppgifter, "fel_person", None))
    if nya is not None and "samma_som" not in (begaran.person or {}) and not _samma_identitet(byter, nya, fel_person=fel_person):
        sedda = set((begaran.person or {}).get("annan_an") or ())
        likar = namnlika(conn, s, begaran.av, nya, begaran.nu, utom=byter.id if byter else None)
        if any(en.id not in sedda for en in likar):
            raise Namnlika(likar)
    lage.knytning = Knytning(nya, byter, fel_person)
    return begaran


def _byter(har: Iterable[Person], uppgifter: Any, fel: dict[str, str]) -> Person | None:
    """The person of the case that is meant, if any."""
    skrivet = getattr(uppgifter, "knuten", None)
    if skrivet is None:
        return None
    person = next((p for p in har if str(p.id) == skrivet), None)
    if person is None:
        fel["knuten"] = "Personen finns inte i ärendet, eller är redan bytt eller borttagen. Ladda om ärendet."
    return person


def _las(conn: Connection, s: Sammanhang, begaran: "Begaran", fel: dict[str, str]) -> dict[str, str | None] | None:
    """Who it is: a known person that was chosen, or what was typed."""
    skrivet = begaran.person
    if not isinstance(skrivet, Mapping):
        skrivet = {}
    val, egna = {k: skrivet[k] for k in VAL if k in skrivet}, {k: v for k, v in skrivet.items() if k not in VAL}
    annan_an = val.get("annan_an") or ()
    if not isinstance(annan_an, list | tuple) or not all(_ar_id(x) for x in annan_an):
        fel["person.annan_an"] = "Här ska det stå en lista med id på dem som du har jämfört med."
        return None
    if val.get("samma_som") is not None:
        if any(egna.values()):
            fel["person.samma_som"] = "Välj en som finns eller skriv en ny, inte båda."
            return None
        return _vald(conn, s, begaran, val["samma_som"], fel)
    rad, radfel = las_uppgifter(egna)
    for namn in [n for n in radfel if n not in FALT]:
        radfel[namn] = f"'{namn}' är ingen uppgift om en person{narmast(str(namn), (*FALT, *VAL))}"
    if not radfel and not any(rad.values()):
        radfel["namn"] = "Skriv vem det är, eller välj en av dem som redan finns."
    fel |= {f"person.{namn}": mening for namn, mening in radfel.items()}
    return {k: rad.get(k) for k in FALT}


def _ar_id(varde: Any) -> bool:
    return isinstance(varde, int) and not isinstance(varde, bool) and 0 < varde < 2**62


def _vald(
    conn: Connection, s: Sammanhang, begaran: "Begaran", rad: Any, fel: dict[str, str]
) -> dict[str, str | None] | None:  # fmt: skip
    """The data of somebody known, as it stands in a case that the asker may see."""
    assert begaran.av is not None
    k, a = t.kontakt.c, t.arende.c
    sats = (
        select(k.roll, k.uppgifter, a.id, a.nummer, a.enhet, a.handlaggare, a.registrerad_av, a.krets)
        .join(t.kontakt, k.arende_id == a.id)
        .where(k.id == (rad if _ar_id(rad) else 0), synliga(begaran.av, s.kommun))
    )
    r = conn.execute(sats).mappings().one_or_none()
    if r is None:
        fel["person.samma_som"] = "Den du valde finns inte längre bland dem du får se. Sök en gång till."
        return None
    if not far_lasas(conn, s, r, begaran.av, begaran.nu):
        raise BehoverSkal(r["nummer"])
    return ur_rad(ringen(conn), r["id"], r["uppgifter"], r["roll"])


def _granska_bytet(
    har: tuple[Person, ...], byter: Person | None, uppgifter: Any, nya: dict[str, str | None] | None, fel: dict[str, str]
) -> None:  # fmt: skip
    """What doesn't fit with the persons that the case has."""
    andra = [p for p in har if p is not byter]
    if uppgifter.personroll == AVSANDARE and any(p.roll == AVSANDARE for p in andra):
        fel["personroll"] = "Det finns redan någon som lämnade ärendet. Byt eller rätta den personen i stället."
    if byter is None and len(har) >= HOGST:
        fel["personroll"] = f"Ett ärende kan ha högst {HOGST} personer. Ta bort någon först."
    if byter is None:
        if uppgifter.fel_person is not None:
            fel["fel_person"] = "Frågan gäller bara när en person byts. Säg vilken i knuten."
        return
    if uppgifter.fel_person is None and "knuten" not in fel:
        fel["fel_person"] = "Svara om det var fel person, eller om samma person bara har fått rättade uppgifter."
    elif nya is not None and uppgifter.fel_person is False:
        if byter.uppgifter["personnummer"] and nya["personnummer"] and byter.uppgifter["personnummer"] != nya["personnummer"]:
            fel["fel_person"] = "Personnumret är ett annat, så det är en annan person. Svara ja på att det var fel person."
        elif nya == byter.uppgifter and uppgifter.personroll == byter.roll:
            fel["person.namn"] = "Inget är ändrat."


def _samma_identitet(byter: Person | None, nya: Mapping[str, str | None], *, fel_person: bool) -> bool:
    """The same person as before, with the same name and number: that has been looked at when they were tied."""
    return byter is not None and not fel_person and all(byter.uppgifter[k] == nya[k] for k in ("namn", "personnummer"))


def _sager_vem(skal: str, vilka: Iterable[Person]) -> bool:
    return har_nummer(skal) or any(_namner(skal, p.uppgifter["namn"]) for p in vilka)


def _namner(skrivet: str, namn: str | None) -> bool:
    """Does the text hold the whole name, however it is written?"""
    ord_ = unicodedata.normalize("NFKC", namn or "").casefold().split()
    if not ord_:
        return False
    monster = r"\b" + r"\s+".join(map(re.escape, ord_)) + r"\b"
    return re.search(monster, unicodedata.normalize("NFKC", skrivet).casefold()) is not None


def star_i(person: Person, texter: Iterable[tuple[str, str]]) -> list[str]:
    """Where else the person is named or numbered: headings of the texts (heading, text) that are."""
    namn, nummer = person.uppgifter["namn"], person.uppgifter["personnummer"]

    def traffar() -> Iterator[str]:
        for rubrik, skrivet in texter:
            if _namner(skrivet, namn) or (nummer and nummer in nummer_i(skrivet)):
                yield rubrik

    return list(dict.fromkeys(traffar()))


_BREV = text("""
SELECT n.key FROM handelse h, jsonb_each(h.foljder -> 'notiser') n
 WHERE h.arende_id = :id AND jsonb_exists(n.value, 'inlamnare') GROUP BY n.key ORDER BY min(h.lopnr)
""")


def verkstall(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", roll: str | None
) -> dict[str, Any]:
    """Leave the change for writing; returns what the history tells of it."""

    k, arende = lage.knytning, lage.rad["id"]
    if k is None or (k.byter is None and k.uppgifter is None):
        raise OgiltigaUppgifter(falt={"knuten": "Säg vilken person det gäller."})
    byter, nya = k.byter, k.uppgifter
    foljd: dict[str, Any] = {}
    if byter is not None:
        skr.kontakter_bort.append(byter.id)
    if nya is not None:
        skr.kontakter.append({"arende_id": arende, "roll": roll} | nya)
    gjort = "borttagen" if nya is None else "knuten" if byter is None else "bytt" if k.fel_person else "rattad"
    foljd["person"] = {"gjort": gjort, "roll": byter.roll if nya is None and byter else roll}
    hade = byter is not None and byter.roll == AVSANDARE
    if not hade and roll != AVSANDARE:
        return foljd
    lage.kontakt = nya if roll == AVSANDARE else None
    if hade and (gjort != "rattad" or roll != AVSANDARE):
        # The wrong one's letters, and their way in to follow the case and read the answer, end here.
        skr.brev_till[lage.rad["nummer"]] = None
        lage.rad["foljnr"] += 1
    elif hade and byter is not None and (lage.kontakt or {}).get("epost") != byter.uppgifter["epost"]:
        skr.brev_till[lage.rad["nummer"]] = (lage.kontakt or {}).get("epost")
    if gjort == "bytt" and roll == AVSANDARE:
        foljd |= _till_ratt_person(conn, s, lage, skr, begaran)
    return foljd


def _till_ratt_person(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran") -> dict[str, Any]:
    """The letters that the wrong one got, or would have got, go to the right one: by themselves where there is an address."""
    from tjanster.arenden.foljder import ny_uppgift

    brev = list(conn.execute(_BREV, {"id": lage.rad["id"]}).scalars())
    if brev and (lage.kontakt or {}).get("epost"):
        nyckel, av = f"{lage.rad['nummer']}:{lage.rad['version']}", begaran.av.id if begaran.av else None
        return {"notiser": {namn: notera(conn, s, lage, skr, namn, begaran.nu, nyckel, av=av) for namn in brev}}
    if not brev:
        return {}
    ny_uppgift(lage, skr, slag="skicka_igen", text=SKICKA_IGEN, enhet=lage.rad["enhet"], nu=begaran.nu)
    return {"uppgift": SKICKA_IGEN}


def meningar(foljd: Mapping[str, Any]) -> list[str]:
    """What the history says of it."""
    roll = PERSONROLLER[foljd["roll"]]
    liten = roll[:1].lower() + roll[1:]
    return [{
        "knuten": f"En person knöts till ärendet som {liten}",
        "bytt": f"Fel person stod som {liten}. Rätt person är knuten, och den förras uppgifter är borttagna",
        "rattad": f"Uppgifterna om {liten} rättades",
        "borttagen": f"{roll} togs bort, med alla uppgifter om personen",
    }[foljd["gjort"]]]  # fmt: skip

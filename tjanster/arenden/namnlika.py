"""Two persons of the same name, and one number with two names: shown side by side before a case is tied to one (krav H2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from arbetsfloden import PROCESSER
from arbetsfloden.motor.ord import uppraknat
from tjanster.arenden.behorighet import Aktor, synliga
from tjanster.arenden.fel import Nej
from tjanster.arenden.lasning import anteckna_jamforda, far_lasas
from tjanster.arenden.personuppgifter import alla_hashar, maskat, ringen, ur_rad
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

HOGST = 20
HOGST_RADER = 200
NAMNDA = 5


@dataclass(frozen=True)
class Forekomst:
    """A case that the person is tied to, and in which part."""

    nummer: str
    sort: str
    roll: str
    dag: date


@dataclass(frozen=True)
class Namnlik:
    """Somebody known in cases that the asker may see; the personal number without its last digits. id: by which they are
    chosen. samma_nummer: bears the number asked for (None: one of the two isn't known). skyddad: nothing more is told
    until the asker has said why they need to read the case."""

    id: int
    namn: str
    personnummer: str
    epost: str
    telefon: str
    adress: str
    arenden: tuple[Forekomst, ...]
    samma_nummer: bool | None = None
    skyddad: bool = False

    @property
    def nummer(self) -> str:
        return self.arenden[0].nummer


class Namnlika(Nej):
    """Somebody like it is there already, and nothing says whether it is the same person."""

    status = 409
    kod = "namnlika"

    def __init__(self, likar: tuple[Namnlik, ...]) -> None:
        self.likar = likar
        nummer, namn = _delade(likar)
        super().__init__(
            ([f"Det finns redan någon med samma namn, i {_namnda(namn)}. Jämför, så att ärendet inte hamnar på fel person, "
              "och skicka sedan igen."] if namn else [])
            + ([f"Personnumret finns redan med ett annat namn, i {_namnda(nummer)}. Kontrollera numret innan du skickar igen."]
               if nummer else [])
        )  # fmt: skip

    def som_dict(self) -> dict[str, object]:
        """Which they are and never who: that is told by a search, which is written down as a reading."""
        return super().som_dict() | {"likar": [en.id for en in self.likar]}


def _delade(likar: Iterable[Namnlik]) -> tuple[list[Namnlik], list[Namnlik]]:
    """Those with the same number, and those with the same name."""
    likar = list(likar)
    return [en for en in likar if en.samma_nummer], [en for en in likar if not en.samma_nummer]


def _namnda(likar: list[Namnlik]) -> str:
    return uppraknat([en.nummer for en in likar[:NAMNDA]] + (["flera till"] if len(likar) > NAMNDA else []))


def namnlika(
    conn: Connection, s: Sammanhang, aktor: Aktor, kontakt: Mapping[str, Any], nu: datetime, *, utom: int | None = None
) -> tuple[Namnlik, ...]:
    """Those in cases that `aktor` may see who bear the same name and aren't known to be the same person, or the same
    personal number under another name; the newest first. utom: a row that is about to be replaced."""
    k = t.kontakt.c
    lika = {slag: _lika(conn, slag, kontakt.get(slag)) for slag in ("namn", "personnummer", "epost", "telefon")}
    # Kin may share both a name and a telephone: numbers that differ tell them apart.
    inget_skiljer = or_(k.personnummer_hash.is_(None), not kontakt.get("personnummer"))
    samma = or_(lika["personnummer"], and_(or_(lika["epost"], lika["telefon"]), inget_skiljer))
    annat_namn = and_(lika["personnummer"], k.namn_hash.is_not(None), lika["namn"].is_not(True)) if kontakt.get("namn") else false()
    return _grupper(conn, s, aktor, nu, or_(and_(lika["namn"], samma.is_not(True)), annat_namn), kontakt.get("personnummer"), utom)


def sok(
    conn: Connection, s: Sammanhang, aktor: Aktor, nu: datetime, *, namn: str | None, personnummer: str | None,
    utom: int | None = None,
) -> tuple[Namnlik, ...]:  # fmt: skip
    """Everybody of that name or number in cases that `aktor` may see, the newest first."""
    villkor = or_(_lika(conn, "namn", namn), _lika(conn, "personnummer", personnummer))
    return _grupper(conn, s, aktor, nu, villkor, personnummer, utom)


def anteckna(conn: Connection, aktor: Aktor, s: Sammanhang, likar: Iterable[Namnlik], nu: datetime) -> None:
    """Write that those whose data was shown were read, each in the case that it was taken from."""
    anteckna_jamforda(conn, s, aktor, [en.nummer for en in likar if not en.skyddad], nu)


def _lika(conn: Connection, slag: str, varde: str | None) -> ColumnElement[bool]:
    hashar = alla_hashar(conn, slag, varde)
    return getattr(t.kontakt.c, f"{slag}_hash").in_(hashar) if hashar else false()


def _grupper(
    conn: Connection, s: Sammanhang, aktor: Aktor, nu: datetime, villkor: ColumnElement[bool], nummer: str | None, utom: int | None
) -> tuple[Namnlik, ...]:
    """Rows that are surely about the same person become one: by number, else by all that is known."""
    k, a, ring = t.kontakt.c, t.arende.c, ringen(conn)
    sats = (
        select(
            k.id.label("rad"), k.roll, k.uppgifter, k.personnummer_hash, k.namn_hash, k.epost_hash, k.telefon_hash,
            a.id, a.nummer, a.process, a.dag, a.enhet, a.handlaggare, a.registrerad_av, a.krets,
        )
        .join(t.kontakt, k.arende_id == a.id)
        .where(synliga(aktor, s.kommun), villkor, k.id != (utom or 0))
        .order_by(a.id.desc(), k.id.desc())
        .limit(HOGST_RADER)
    )  # fmt: skip
    grupper: dict[tuple[Any, ...], list[Any]] = {}
    for r in conn.execute(sats).mappings():
        if not far_lasas(conn, s, r, aktor, nu):
            nyckel: tuple[Any, ...] = ("skyddad", r["rad"])
        elif r["personnummer_hash"]:
            nyckel = (r["personnummer_hash"],)
        else:
            nyckel = (r["namn_hash"], r["epost_hash"], r["telefon_hash"])
        grupper.setdefault(nyckel, []).append(r)
    sokta = set(alla_hashar(conn, "personnummer", nummer))
    ut = []
    for nyckel, rader in list(grupper.items())[:HOGST]:
        r, skyddad = rader[0], nyckel[0] == "skyddad"
        vem = {} if skyddad else ur_rad(ring, r["id"], r["uppgifter"], r["roll"])
        samma = bytes(r["personnummer_hash"]) in sokta if sokta and r["personnummer_hash"] else None
        ut.append(_lik(r["rad"], vem, rader, samma, skyddad))
    return tuple(ut)


def _lik(rad: int, vem: Mapping[str, str | None], rader: list[Any], samma: bool | None, skyddad: bool) -> Namnlik:
    return Namnlik(
        rad, vem.get("namn") or "", maskat(vem.get("personnummer")), vem.get("epost") or "", vem.get("telefon") or "",
        vem.get("adress") or "", tuple(Forekomst(r["nummer"], PROCESSER[r["process"]].ental, r["roll"], r["dag"]) for r in rader),
        samma, skyddad,
    )  # fmt: skip

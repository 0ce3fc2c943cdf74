"""Who holds a role for a unit on a day, and who is told when nobody does. Somebody always owns the next step."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Date, Text, bindparam, text

from arbetsfloden import Process
from notiser import adress_duger
from regler import Brevval, Kommun
from tjanster.arenden.behorighet import HANDLAGGER, Aktor
from tjanster.arenden.krets import OPPEN, Krets
from tjanster.db.anvandare import GALLER

# An empty post goes to the level above; the last ones hold for the whole municipality.
NIVAER = ("handlaggare", "enhetschef", "avdelningschef", "kvalitetsledare", "administrator")

# The same appointment may have been given by hand and by a group: the person is one all the same.
_ALLA = text(f"""
SELECT DISTINCT a.id, a.namn, a.epost, u.roll, u.enhet, u.for_anvandare, a.brevval
  FROM anvandare a LEFT JOIN uppdrag u ON u.anvandare_id = a.id AND {GALLER}
 WHERE a.aktiv ORDER BY a.id, u.for_anvandare NULLS FIRST
""").bindparams(bindparam("dag", type_=Date))  # noqa: S608 -- only words of the program's own
_KRING = text(f"""
SELECT a.id, a.namn, a.epost, u.roll, u.enhet, u.for_anvandare, a.brevval
  FROM uppdrag u JOIN anvandare a ON a.id = u.anvandare_id
 WHERE a.aktiv AND (u.enhet = ANY(:enheter) AND u.roll <> 'medarbetare' OR u.for_anvandare = ANY(:personer)) AND {GALLER}
UNION
SELECT a.id, a.namn, a.epost, NULL, NULL, NULL, a.brevval FROM anvandare a WHERE a.aktiv AND a.id = ANY(:personer)
ORDER BY 1, 6 NULLS FIRST
""").bindparams(  # noqa: S608 -- only words of the program's own
    bindparam("dag", type_=Date),
    bindparam("enheter", type_=ARRAY(Text)),
    bindparam("personer", type_=ARRAY(BigInteger)),
)

_LEDER = text(f"""
SELECT a.id, a.namn, a.epost, u.roll, u.enhet, u.for_anvandare, a.brevval
  FROM uppdrag u JOIN anvandare a ON a.id = u.anvandare_id WHERE a.aktiv AND u.roll = ANY(:roller) AND {GALLER}
UNION
SELECT a.id, a.namn, a.epost, NULL, NULL, NULL, a.brevval FROM anvandare a WHERE a.aktiv AND a.id = :jag
ORDER BY 1, 6 NULLS FIRST
""").bindparams(  # noqa: S608 -- only words of the program's own
    bindparam("dag", type_=Date), bindparam("roller", type_=ARRAY(Text)), bindparam("jag", type_=BigInteger)
)


@dataclass(frozen=True)
class Person:
    id: int
    namn: str
    epost: str | None
    brev: Brevval = field(default_factory=Brevval)


@dataclass(frozen=True)
class Traff:
    """Who is told: the people, in which role and unit they were found, and whether the post asked for was empty."""

    personer: tuple[Person, ...]
    roll: str
    enhet: str
    ersatter: bool


class Bemanning:
    """A snapshot of appointments on one day."""

    def __init__(
        self, kommun: Kommun, personer: dict[int, Person], poster: dict[tuple[str, str], dict[int, int | None]],
        ersattare: dict[int, set[tuple[int, str]]],
    ) -> None:  # fmt: skip
        """poster: who holds each post, and for whom (None = themselves). ersattare: who stands in for each officer today, on
        which unit."""
        self.kommun = kommun
        self.personer = personer
        self._poster = poster
        self._ersattare = ersattare

    @classmethod
    def las(cls, conn: Connection, kommun: Kommun, dag: date) -> "Bemanning":
        """Everybody with an open account, and all their appointments on that day."""
        return cls._av(kommun, conn.execute(_ALLA, {"dag": dag}).all())

    @classmethod
    def kring(
        cls, conn: Connection, kommun: Kommun, dag: date, enhet: str, personer: Iterable[int | None] = ()
    ) -> "Bemanning":
        """Just those who can be asked for at one unit: who hold a post there or above, and the `personer` named.

        What an event needs: a municipality has thousands of employees.
        """
        om = {"dag": dag, "enheter": list(kommun.vagen_upp(enhet)), "personer": [p for p in personer if p is not None]}
        return cls._av(kommun, conn.execute(_KRING, om).all())

    @classmethod
    def ledande(cls, conn: Connection, kommun: Kommun, dag: date, jag: int) -> "Bemanning":
        """Those who own what has no officer, and the person `jag`: all that one's own day asks about."""
        return cls._av(kommun, conn.execute(_LEDER, {"dag": dag, "roller": list(NIVAER[1:]), "jag": jag}).all())

    @classmethod
    def _av(cls, kommun: Kommun, rader: Iterable[Any]) -> "Bemanning":
        personer: dict[int, Person] = {}
        poster: dict[tuple[str, str], dict[int, int | None]] = defaultdict(dict)
        ersattare: dict[int, set[tuple[int, str]]] = defaultdict(set)
        for i, namn, epost, roll, enhet, at, brevval in rader:
            if i not in personer:
                # An address that can't be sent to is none, or one slip in an account would stop everybody's letters.
                brev = kommun.brev if brevval is None else Brevval.from_dict(brevval)
                personer[i] = Person(i, namn, epost if epost and adress_duger(epost) else None, brev)
            if roll is not None:
                poster[roll, enhet].setdefault(i, at)
            if at is not None and roll in HANDLAGGER:
                ersattare[at].add((i, enhet))
        return cls(kommun, personer, poster, ersattare)

    @property
    def roller(self) -> frozenset[str]:
        """Every role that somebody holds on some unit."""
        return frozenset(roll for roll, _ in self._poster)

    def aktor(self, konto: int) -> Aktor:
        """One of `personer` as they may act where the snapshot reaches."""
        har = [(post, vilka[konto]) for post, vilka in self._poster.items() if konto in vilka]
        return Aktor(
            konto, self.personer[konto].namn, tuple(post for post, _ in har),
            tuple((*post, at) for post, at in har if at is not None),
            frozenset((at, enhet) for at, vilka in self._ersattare.items() for i, enhet in vilka if i == konto),
        )  # fmt: skip

    def pa(self, roll: str, enhet: str) -> tuple[Person, ...]:
        """Holders of the role on just this unit."""
        return tuple(self.personer[i] for i in self._poster.get((roll, enhet), {}))

    def innehavare(self, roll: str, enhet: str, krets: Krets = OPPEN) -> tuple[tuple[Person, ...], str] | None:
        """Holders of the role nearest the unit, upwards, whom the case lets in; None when nobody does on the whole way."""
        for e in self.kommun.vagen_upp(enhet):
            poster = self._poster.get((roll, e), {}).items()
            if ids := [i for i, at in poster if krets.slapper_in(i) and at not in krets.javiga]:
                return tuple(self.personer[i] for i in ids), e
        return None

    def hitta(
        self, roll: str, enhet: str, handlaggare: int | None, process: Process, utom: Iterable[int] = (), krets: Krets = OPPEN
    ) -> Traff:
        """Those to tell for `roll` at `enhet`. Someone without address, without right to read, outside the case's circle or
        in `utom` (who acted) is passed over; when nobody is left the level above is asked, and at last all whom the case
        names. An empty Traff is possible only when the whole municipality has nobody; the caller says so aloud."""
        utom = set(utom)
        borja = NIVAER.index(roll) if roll in NIVAER else NIVAER.index("enhetschef")
        stegar = [roll] if roll not in NIVAER else []
        for n in [*stegar, *NIVAER[borja:]]:
            if n == "handlaggare":
                traff = (inne, enhet) if (inne := self._handlaggare(handlaggare, enhet, krets)) else None
            else:
                traff = self.innehavare(n, enhet, krets)
            if traff is None:
                continue
            lasa = krets.namngivna is not None
            duger = tuple(p for p in traff[0] if p.id not in utom and p.epost and (lasa or self._far_lasa(p, n, process)))
            if duger:
                return Traff(duger, n, traff[1], ersatter=n != roll or traff[1] != enhet)
        namngivna = tuple(p for p in self._namngivna(krets) if p.id not in utom and p.epost)
        return Traff(namngivna, "handlaggare" if namngivna else roll, enhet, ersatter=True)

    def agare(self, enhet: str, handlaggare: int | None, krets: Krets = OPPEN) -> Traff:
        """Who owns the next step: the officer, else the unit's manager, else the level above, else all whom the case names."""
        if inne := self._handlaggare(handlaggare, enhet, krets):
            return Traff(inne, "handlaggare", enhet, ersatter=False)
        for roll in NIVAER[1:]:
            if (traff := self.innehavare(roll, enhet, krets)) is not None:
                return Traff(traff[0], roll, traff[1], ersatter=roll != "enhetschef")
        return Traff(self._namngivna(krets), "enhetschef", enhet, ersatter=True)

    def _handlaggare(self, handlaggare: int | None, enhet: str, krets: Krets) -> tuple[Person, ...]:
        """The officer, and whoever stands in for them in the unit today."""
        if handlaggare not in self.personer or not krets.slapper_in(handlaggare):
            return ()
        return (self.personer[handlaggare], *(p for p in self.ersattare(handlaggare, enhet) if krets.slapper_in(p.id)))

    def ersattare(self, person: int, enhet: str) -> tuple[Person, ...]:
        """Who handles the person's cases in the unit today, while they are away."""
        ovanfor = self.kommun.vagen_upp(enhet)
        har = {i for i, e in self._ersattare.get(person, ()) if e in ovanfor and i in self.personer}
        return tuple(self.personer[i] for i in sorted(har))

    def _namngivna(self, krets: Krets) -> tuple[Person, ...]:
        return tuple(self.personer[i] for i in sorted(krets.namngivna or ()) if i in self.personer and krets.slapper_in(i))

    def enheter_agda_av(self, anvandare_id: int) -> frozenset[str]:
        """Units whose cases without officer this person owns."""
        return frozenset(
            e for e in self.kommun.enheter if anvandare_id in {p.id for p in self.agare(e, None).personer}
        )

    def _far_lasa(self, person: Person, roll: str, process: Process) -> bool:
        """The officer reads their own case; others only in a role the process is visible for. The administrator, as
        the last resort, is told that a post is empty and gets no case text in any notice."""
        return roll in ("handlaggare", "administrator") or roll in process.synlig_for

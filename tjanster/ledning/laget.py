"""How units are doing now: what is late, near, without an officer or not followed up, the open cases by step and by age, what
came in and was done week by week, and how long it took."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, case, cast, func, literal, select

from arbetsfloden import PROCESSER
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.fragor import tysta_enheter
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval, villkor
from tjanster.arenden.urvalsvillkor import ej_uppfoljt, star_som_nara, star_som_sent
from tjanster.db import t

ALDRAR = ((0, 7), (8, 30), (31, 90), (91, None))
"""Days since a case came in: first and last of each group."""
VECKOR = 13
MINST = 5
"""Fewer cases than that say nothing of how long things take."""


class Oppna(NamedTuple):
    """Open cases of one process in one state, a number for each age of ALDRAR."""

    process: str
    tillstand: str
    per_alder: tuple[int, ...]

    @property
    def summa(self) -> int:
        return sum(self.per_alder)


class Vecka(NamedTuple):
    """What came in and what was done with in a week; the last one is still running."""

    mandag: date
    sista: date
    inkomna: int
    klara: int


class Tid(NamedTuple):
    """How many days cases of a process took from the day they came in; None when they are too few. `over`: how many took
    longer than nine out of ten."""

    process: str
    antal: int
    median: int | None
    nio_av_tio: int | None
    over: int


@dataclass(frozen=True)
class Lage:
    """The figures that are of now."""

    sena: int = 0
    nara: int = 0
    utan_handlaggare: int = 0
    ej_uppfoljda: int = 0
    oppna: tuple[Oppna, ...] = field(default=())

    @property
    def summa(self) -> int:
        return sum(o.summa for o in self.oppna)


def laget(conn: Connection, s: Sammanhang, aktor: Aktor, urval: Urval, nu: datetime, horisont: date) -> Lage:
    """The open cases of the selection; near = due on `horisont` at the latest."""
    a, idag = t.arende.c, nu.date()
    alder = cast(literal(idag) - a.dag, Integer)
    grupp = case(*((alder <= sista, nr) for nr, (_, sista) in enumerate(ALDRAR) if sista is not None), else_=len(ALDRAR) - 1)
    sats = (
        select(
            a.process, a.tillstand, grupp.label("grupp"), func.count().label("antal"),
            func.count().filter(star_som_sent(nu)).label("sena"),
            func.count().filter(star_som_nara(nu, horisont)).label("nara"),
            func.count().filter(a.handlaggare.is_(None)).label("utan"),
            func.count().filter(ej_uppfoljt(idag)).label("ej_uppfoljda"),
        )
        .where(*villkor(conn, s, aktor, urval, nu))
        .group_by(a.process, a.tillstand, "grupp")
    )  # fmt: skip
    rader = conn.execute(sats).all()
    antal = {(r.process, r.tillstand, r.grupp): r.antal for r in rader}
    return Lage(
        *(sum(getattr(r, namn) for r in rader) for namn in ("sena", "nara", "utan", "ej_uppfoljda")),
        tuple(_i_ordning({(r.process, r.tillstand) for r in rader}, antal)),
    )


def _i_ordning(finns: Iterable[tuple[str, str]], antal: dict[tuple[str, str, int], int]) -> Iterable[Oppna]:
    """Processes and their states in the order in which they are declared."""
    kvar = set(finns)
    for p in PROCESSER.values():
        for tillstand in p.tillstand:
            if (p.namn, tillstand) in kvar:
                yield Oppna(p.namn, tillstand, tuple(antal.get((p.namn, tillstand, nr), 0) for nr in range(len(ALDRAR))))


def floden(conn: Connection, s: Sammanhang, aktor: Aktor, urval: Urval, nu: datetime) -> list[Vecka]:
    """In and out for each of the last weeks, the running one last. A case counts where it is now."""
    a, idag = t.arende.c, nu.date()
    forsta = idag - timedelta(days=idag.weekday(), weeks=VECKOR - 1)
    alla = replace(urval, aven_avslutade=True)

    def per_vecka(dag: ColumnElement[date | None], inom: Urval) -> dict[int, int]:
        vecka = cast(dag - forsta, Integer) // 7
        sats = select(vecka.label("vecka"), func.count()).where(*villkor(conn, s, aktor, inom, nu)).group_by("vecka")
        return {r[0]: r[1] for r in conn.execute(sats)}

    in_, ut = per_vecka(a.dag, replace(alla, inkom=(forsta, idag))), per_vecka(a.klardag, replace(alla, klara=(forsta, idag)))
    mandagar = [forsta + timedelta(weeks=n) for n in range(VECKOR)]
    return [Vecka(d, min(d + timedelta(days=6), idag), in_.get(nr, 0), ut.get(nr, 0)) for nr, d in enumerate(mandagar)]


def tider(conn: Connection, s: Sammanhang, aktor: Aktor, urval: Urval, nu: datetime) -> tuple[tuple[date, date], list[Tid]]:
    """How long the cases took that were done with in the last twelve months, and the first and last day of those."""
    a, idag = t.arende.c, nu.date()
    span = (idag - timedelta(days=364), idag)
    sats = (
        select(a.process, (a.klardag - a.dag).label("dagar"), func.count())
        .where(*villkor(conn, s, aktor, replace(urval, aven_avslutade=True, klara=span), nu))
        .group_by(a.process, "dagar")
        .order_by("dagar")
    )  # fmt: skip
    per: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for process, dagar, antal in conn.execute(sats):
        per[process].append((dagar, antal))
    return span, [_tid(namn, per[namn]) for namn in PROCESSER if namn in per]


def _tid(process: str, per_dagar: Sequence[tuple[int, int]]) -> Tid:
    antal = sum(n for _, n in per_dagar)
    if antal < MINST:
        return Tid(process, antal, None, None, 0)
    nio = inom_dagar(per_dagar, 9)
    return Tid(process, antal, inom_dagar(per_dagar, 5), nio, sum(n for dagar, n in per_dagar if dagar > nio))


def inom_dagar(per_dagar: Sequence[tuple[int, int]], tiondelar: int) -> int:
    """Within how many days so many tenths of the cases were done with. per_dagar: days and how many took just those, the
    fewest days first."""
    hittills = accumulate(n for _, n in per_dagar)
    antal = sum(n for _, n in per_dagar)
    return next(dagar for (dagar, _), n in zip(per_dagar, hittills, strict=True) if 10 * n >= tiondelar * antal)


def tysta(conn: Connection, s: Sammanhang, enheter: Iterable[str], idag: date) -> list[tuple[str, date | None]]:
    """Units, without units of their own, from which no deviation has come for three months, with the day of the last one
    that there is: underreporting must show (krav A9)."""
    yttersta = frozenset(e for e in enheter if len(s.kommun.undertrad(e)) == 1)
    a, tyst = t.arende.c, tysta_enheter(conn, yttersta, idag)
    sats = select(a.enhet, func.max(a.dag)).where(a.process == "avvikelse", a.enhet.in_(sorted(tyst))).group_by(a.enhet)
    sist: dict[str, date] = {r[0]: r[1] for r in conn.execute(sats)} if tyst else {}
    return [(e, sist.get(e)) for e in s.kommun.enheter if e in tyst]

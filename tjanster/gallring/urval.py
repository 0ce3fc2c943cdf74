"""Which closed cases may be weeded today, by which row, and which are held back and why. Nothing is changed here."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Connection, Row, String, func, or_, select

from arbetsfloden import PROCESSER
from regler import Gallringsdom, Gallringsfakta
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.sparr import haller
from tjanster.db import t
from tjanster.gallring.bevarande import BEVARAS, hallna
from tjanster.gallring.personer import fodelsedag, personer_i, personernas_arenden

VIDD = ("arendet", "personuppgifter", "bilagor")
ANDRA = "andra_uppgifter"


@dataclass(frozen=True)
class Kandidat:
    """A case that may go: what of it, by which row of which rule, from which day, and when it should be done at the latest."""

    id: int
    nummer: str
    process: str
    enhet: str
    vad: str
    regel: str
    rad: str
    rubrik: str
    lagrum: str | None
    tidigast: date
    senast: date | None
    raknat: str

    def som_dict(self) -> dict[str, Any]:
        return asdict(self) | {"tidigast": str(self.tidigast), "senast": str(self.senast) if self.senast else None}


@dataclass(frozen=True)
class Hallen:
    """A case whose time has come, or can't be told, and that is kept: every reason."""

    id: int
    nummer: str
    process: str
    enhet: str
    skal: tuple[str, ...]

    def som_dict(self) -> dict[str, Any]:
        return asdict(self) | {"skal": list(self.skal)}


@dataclass(frozen=True)
class Urval:
    """What a run would do today. utan_regel: closed cases a process whose papers no rule speaks of, so that all stays.
    bevarade: how many of those held are so for a person's sake."""

    dag: date
    gar: tuple[Kandidat, ...]
    halls: tuple[Hallen, ...]
    utan_regel: Mapping[str, int]
    inte_an: int

    @property
    def bevarade(self) -> int:
        return sum(BEVARAS in h.skal for h in self.halls)

    def som_dict(self) -> dict[str, Any]:
        return {
            "dag": str(self.dag), "gallras": [k.som_dict() for k in self.gar], "halls_kvar": [h.som_dict() for h in self.halls],
            "utan_regel": dict(self.utan_regel), "inte_an": self.inte_an, "bevarade": self.bevarade,
        }  # fmt: skip


def valj(conn: Connection, s: Sammanhang, dag: date, nummer: str | None = None, foljer: Collection[str] = ()) -> Urval:
    """All that may go on `dag`; with `nummer` that case alone, `foljer` being those that go in the same run."""
    rader = _avslutade(conn, nummer)
    idn = [rad.id for rad in rader]
    personer = personer_i(conn, [rad.id for rad in rader if _fragar_efter_personen(s, rad.process)])
    hinder = _hinder(conn, idn, dag)
    utan_regel: Counter[str] = Counter()
    provade: dict[int, tuple[Row[Any], list[Gallringsdom]]] = {}
    for rad in rader:
        regler = s.regelverk.gallring(rad.process)
        if not regler:
            utan_regel[rad.process] += 1
            continue
        provade[rad.id] = (rad, _domar(s, rad, regler, personer.get(rad.id)))
    gar, halls, inte_an = {}, {}, 0
    for i, (rad, domar) in provade.items():
        skal = _skal(domar, dag) + hinder.get(i, [])
        kandidat = _kandidat(s, rad, domar, dag)
        if skal and (kandidat or any(d.hinder for d in domar)):
            halls[i] = _hallen(rad, skal)
        elif kandidat:
            gar[i] = kandidat
        else:
            inte_an += 1
    for i in hallna(conn, [*gar, *halls], dag):
        gar.pop(i, None)
        halls[i] = _hallen(provade[i][0], [*(halls[i].skal if i in halls else ()), BEVARAS])
    _utan_andra_uppgifter(conn, gar, halls, {i: p for i, (p, _) in provade.items()}, personer, foljer, s, dag)
    return Urval(dag, tuple(gar.values()), tuple(halls.values()), dict(utan_regel), inte_an)


def _avslutade(conn: Connection, nummer: str | None) -> list[Row[Any]]:
    """Closed cases with the day of their last entry and what of them has gone already."""
    a, h, b, g = t.arende.c, t.handelse.c, t.bilaga.c, t.gallring.c
    sats = (
        select(
            a.id, a.nummer, a.process, a.enhet, a.dag, a.avslutad, a.uppgifter,
            select(func.max(func.greatest(h.tid, h.dag))).where(h.arende_id == a.id).scalar_subquery().label("sist"),
            select(b.id).where(b.arende_id == a.id, b.borttagen.is_(None)).exists().label("har_filer"),
            func.array(select(g.vad).where(g.arende_id == a.id).scalar_subquery(), type_=ARRAY(String)).label("gallrat"),
        )
        .where(a.avslutad.is_not(None))
        .order_by(a.id)
    )  # fmt: skip
    return list(conn.execute(sats if nummer is None else sats.where(a.nummer == nummer)))


def _fragar_efter_personen(s: Sammanhang, process: str) -> bool:
    """Does any rule of the process ask who it is? Else nobody's data is opened."""
    return any(rad.undantag or rad.till_alder for regel in s.regelverk.gallring(process) for rad in regel.rader)


def _domar(
    s: Sammanhang, rad: Row[Any], regler: Iterable[Any], personer: tuple[str, ...] | None
) -> list[Gallringsdom]:
    insats = rad.uppgifter.get("insats")
    fakta = Gallringsfakta(
        falt={k: v for k, v in rad.uppgifter.items() if isinstance(v, str)}, dag=rad.dag, avslutad=rad.avslutad.date(),
        sista_anteckningen=rad.sist.date(), fodda=tuple(map(fodelsedag, personer)) if personer else None,
        andra_uppgifter=False if personer else None, insats=s.kommun.listor.get("insatser", {}).get(insats, insats),
    )  # fmt: skip
    return [regel.prova(fakta, s.kommun) for regel in regler]


def _skal(domar: list[Gallringsdom], dag: date) -> list[str]:
    """Why the case is kept whatever rule lets it go: what one rule of the process keeps, no other lets go."""
    return list(dict.fromkeys(h for d in domar for h in d.hinder if d.tidigast is None or d.tidigast <= dag))


def _kandidat(s: Sammanhang, rad: Row[Any], domar: list[Gallringsdom], dag: date) -> Kandidat | None:
    """By the rule that takes the most, of those whose time has come and that haven't been carried out."""
    mojliga = [
        d for d in domar
        if d.rad is not None and d.tidigast is not None and d.tidigast <= dag
        and d.rad.vad not in rad.gallrat and (d.rad.vad != "bilagor" or rad.har_filer)
    ]  # fmt: skip
    if not mojliga:
        return None
    dom = min(mojliga, key=lambda d: VIDD.index(d.rad.vad))  # type: ignore[union-attr]
    regelrad = dom.rad
    assert regelrad is not None
    assert dom.tidigast is not None
    fran = {"sista_anteckningen": rad.sist.date(), "avslutad": rad.avslutad.date(), "arets_slut": date(rad.avslutad.year, 12, 31)}
    raknat = f"fyllde {regelrad.till_alder} år" if regelrad.till_alder else f"{regelrad.efter} efter {fran[regelrad.raknas_fran]}"
    return Kandidat(
        rad.id, rad.nummer, rad.process, rad.enhet, regelrad.vad, dom.regel.nyckel, regelrad.id, dom.regel.rubrik,
        regelrad.lagrum or regelrad.beslut, dom.tidigast, dom.senast, raknat,
    )  # fmt: skip


def _hallen(rad: Any, skal: list[str]) -> Hallen:
    return Hallen(rad.id, rad.nummer, rad.process, rad.enhet, tuple(skal))


def _hinder(conn: Connection, idn: list[int], dag: date) -> dict[int, list[str]]:
    """What holds cases whatever the rules say: a hold, and a linked case that is still open."""
    ut: dict[int, list[str]] = {}
    g, k, a = t.gallringssparr.c, t.koppling.c, t.arende.c
    bara = len(idn) == 1  # one case in a run is asked for alone
    sparrat = select(g.arende_id, g.skal, g.till).where(haller(dag)).order_by(g.id)
    for i, skal, till in conn.execute(sparrat.where(g.arende_id == idn[0]) if bara else sparrat):
        ut.setdefault(i, []).append(f"spärrat{f' till och med {till}' if till else ''}: {skal}")
    sats = (
        select(k.fran_id, k.till_id, a.id, a.nummer)
        .select_from(t.koppling.join(t.arende, or_(a.id == k.fran_id, a.id == k.till_id)))
        .where(a.avslutad.is_(None))
        .order_by(k.id)
    )
    for fran, till, oppet, nummer in conn.execute(sats.where(or_(k.fran_id == idn[0], k.till_id == idn[0])) if bara else sats):
        ut.setdefault(till if oppet == fran else fran, []).append(f"hör ihop med {nummer}, som är öppet")
    return {i: ut[i] for i in idn if i in ut}


def _utan_andra_uppgifter(
    conn: Connection, gar: dict[int, Kandidat], halls: dict[int, Hallen], rader: Mapping[int, Any],
    personer: Mapping[int, tuple[str, ...]], foljer: Collection[str], s: Sammanhang, dag: date,
) -> None:  # fmt: skip
    """A case whose rule says so is kept as long as anything else about its person is; all go together or none."""
    regler = {r.id: r for process in PROCESSER for regel in s.regelverk.gallring(process) for r in regel.rader}
    berorda = {i for i, k in gar.items() if ANDRA in regler[k.rad].undantag}
    if not berorda:
        return
    alla = personernas_arenden(conn, {p for i in berorda for p in personer.get(i, ())})
    while True:
        gar_helt = {i for i, k in gar.items() if k.vad == "arendet"}
        kvar = {
            i for i in berorda & gar.keys()
            if any(ett not in gar_helt and nr not in foljer for p in personer[i] for ett, nr in alla.get(p, ()))
        }  # fmt: skip
        if not kvar:
            return
        for i in kvar:
            del gar[i]
            halls[i] = _hallen(rader[i], ["andra uppgifter om samma person finns kvar"])

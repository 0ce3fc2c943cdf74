"""The manager's look at each reading of a sample: it was right, or it is to be looked into, and why. What is to be looked
into becomes a case, which the one who read never sees."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, literal, select

from arbetsfloden import PROCESSER
from tjanster.arenden.behorighet import Aktor, enheter_for, roller_i, synliga
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.fel import FarInte, FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.krets import Krets
from tjanster.arenden.lasning import VAD
from tjanster.arenden.nummertext import har_nummer
from tjanster.arenden.registrera import registrera
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.varning import SPARAS
from tjanster.db import t
from tjanster.klocka import SVENSK_TID
from tjanster.logg.stickprov import GRANSKARE, granskare
from tjanster.logg.urval import VARFOR

BEDOMNINGAR = {"ratt": "Rätt", "utreds": "Ska utredas"}
HOGST_MOTIV = 1000
HOGST = 500


@dataclass(frozen=True)
class Granskad:
    """One reading of a sample. `arende` is None for one who may not see the case; `min`: this person marks it."""

    id: int
    enhet: str
    manad: date
    senast: date
    lasare: str
    tid: datetime
    vad: str
    skal: str | None
    arende: str | None
    varfor: tuple[str, ...]
    min: bool
    bedomning: str | None
    motiv: str | None
    av: str | None


@dataclass(frozen=True)
class Framsteg:
    """A unit's sample and how far it has come."""

    manad: date
    enhet: str
    enhet_namn: str
    antal: int
    ratt: int
    utreds: int
    senast: date

    @property
    def kvar(self) -> int:
        return self.antal - self.ratt - self.utreds


def framsteg(conn: Connection, s: Sammanhang, aktor: Aktor, *, hogst: int = 100) -> list[Framsteg]:
    """The samples of the units that this person leads, the newest month first."""
    return _framsteg(conn, s, hogst, t.loggkontroll.c.enhet.in_(sorted(enheter_for(aktor, s.kommun, GRANSKARE))))


def alla_framsteg(conn: Connection, s: Sammanhang, *, hogst: int = 1000) -> list[Framsteg]:
    """The same for the whole municipality: the command line."""
    return _framsteg(conn, s, hogst)


def _framsteg(conn: Connection, s: Sammanhang, hogst: int, *villkor: Any) -> list[Framsteg]:
    k, r = t.loggkontroll.c, t.loggkontrollrad.c
    sats = (
        select(
            k.manad, k.enhet, k.senast, func.count(r.id).label("antal"),
            func.count().filter(r.bedomning == "ratt").label("ratt"), func.count().filter(r.bedomning == "utreds").label("utreds"),
        )
        .join(t.loggkontrollrad, r.kontroll_id == k.id)
        .where(*villkor)
        .group_by(k.id)
        .order_by(k.manad.desc(), k.enhet)
        .limit(hogst)
    )  # fmt: skip
    return [
        Framsteg(x.manad, x.enhet, s.enhetsnamn(x.enhet), x.antal, x.ratt, x.utreds, x.senast) for x in conn.execute(sats)
    ]


def att_granska(conn: Connection, s: Sammanhang, aktor: Aktor, nu: datetime, *, enhet: str | None = None) -> list[Granskad]:
    """Readings that this person is to mark, the oldest sample first; with `enhet` all of its readings that aren't this
    person's own, marked or not."""
    enheter = enheter_for(aktor, s.kommun, GRANSKARE)
    if enhet is not None:
        enheter &= {enhet}
    villkor = [t.loggkontroll.c.enhet.in_(sorted(enheter))]
    if enhet is None:
        villkor.append(t.loggkontrollrad.c.bedomning.is_(None))
    alla = _rader(conn, s, aktor, nu, villkor)
    return [rad for rad in alla if enhet is not None or rad.min][:HOGST]


def _rader(conn: Connection, s: Sammanhang, aktor: Aktor, nu: datetime, villkor: list[Any]) -> list[Granskad]:
    k, r, las, a = t.loggkontroll.c, t.loggkontrollrad.c, t.lasning.c, t.arende.c
    lasare, bedomare = t.anvandare.alias("lasare"), t.anvandare.alias("bedomare")
    sats = (
        select(
            r.id, k.enhet, k.manad, k.senast, lasare.c.namn.label("lasare"), las.tid, las.vad, las.skal, a.nummer, r.varfor,
            r.bedomning, r.motiv, bedomare.c.namn.label("av"), las.av.label("vem"), a.krets, a.javiga,
            synliga(aktor, s.kommun).label("synlig"),
        )
        .select_from(
            t.loggkontrollrad.join(t.loggkontroll, k.id == r.kontroll_id)
            .join(t.lasning, las.id == r.lasning_id)
            .join(t.arende, a.id == las.arende_id)
            .join(lasare, lasare.c.id == las.av)
            .outerjoin(bedomare, bedomare.c.id == r.av)
        )
        # One's own readings are for the level above, and not for oneself to see judged.
        .where(las.av != aktor.id, literal(aktor.id) != func.all(a.javiga), *villkor)
        .order_by(k.manad, k.enhet, las.tid, r.id)
        .limit(4 * HOGST)
    )  # fmt: skip
    bemanning = Bemanning.las(conn, s.kommun, nu.date())
    return [
        Granskad(
            id=x.id, enhet=x.enhet, manad=x.manad, senast=x.senast, lasare=x.lasare, tid=x.tid.astimezone(SVENSK_TID),
            vad=VAD.get(x.vad, x.vad), skal=x.skal, arende=x.nummer if x.synlig else None,
            varfor=tuple(VARFOR[v] for v in x.varfor), min=_ska_granska(bemanning, aktor, x), bedomning=x.bedomning,
            motiv=x.motiv, av=x.av,
        )
        for x in conn.execute(sats)
    ]  # fmt: skip


def _ska_granska(bemanning: Bemanning, aktor: Aktor, rad: Any) -> bool:
    return aktor.id in {p.id for p in granskare(bemanning, rad.enhet, {rad.vem}, Krets.av(rad)).personer}


def markera(
    conn: Connection, s: Sammanhang, aktor: Aktor, rader: Collection[int], bedomning: str, motiv: str, nu: datetime
) -> list[str]:
    """Mark readings as right or as to be looked into, with a reason; returns the numbers of the cases that came of it, one
    a reader and unit. Raises OgiltigaUppgifter with every fault, FinnsInte outside what the person leads, FarInte for
    one's own readings and those of somebody else to mark, Nej for what is marked already."""
    motiv, fel = " ".join(motiv.split()), {}
    if bedomning not in BEDOMNINGAR:
        fel["bedomning"] = "Välj om läsningen är rätt eller ska utredas."
    if not motiv:
        fel["motiv"] = "Skriv varför."
    elif har_nummer(motiv):
        fel["motiv"] = SPARAS
    elif len(motiv) > HOGST_MOTIV:
        fel["motiv"] = f"Skriv kortare: {len(motiv)} tecken, högst {HOGST_MOTIV}."
    if not rader:
        fel["rad"] = "Välj minst en läsning."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    valda = _hamta(conn, s, aktor, rader, nu)
    andrat = {"bedomning": bedomning, "motiv": motiv, "av": aktor.id, "nar": nu}
    arenden = _oppna_arenden(conn, s, aktor, valda, motiv, nu) if bedomning == "utreds" else {}
    for rad in valda:
        conn.execute(
            t.loggkontrollrad.update()
            .where(t.loggkontrollrad.c.id == rad.id)
            .values(andrat | {"arende": arenden.get((rad.enhet, rad.vem))})
        )
    return sorted(set(arenden.values()))


def _hamta(conn: Connection, s: Sammanhang, aktor: Aktor, rader: Collection[int], nu: datetime) -> list[Any]:
    k, r, las, a = t.loggkontroll.c, t.loggkontrollrad.c, t.lasning.c, t.arende.c
    sats = (
        select(r.id, r.lasning_id, r.bedomning, k.enhet, las.av.label("vem"), a.krets, a.javiga)
        .join(t.loggkontroll, k.id == r.kontroll_id)
        .join(t.lasning, las.id == r.lasning_id)
        .join(t.arende, a.id == las.arende_id)
        .where(r.id.in_(sorted(rader)))
        .order_by(r.id)
        .with_for_update(of=t.loggkontrollrad)
    )
    valda = conn.execute(sats).all()
    if len(valda) != len(set(rader)) or not all(roller_i(aktor, s.kommun, x.enhet) & set(GRANSKARE) for x in valda):
        raise FinnsInte("Läsningen")
    if any(x.vem == aktor.id for x in valda):
        raise FarInte("Dina egna läsningar granskas av nivån över dig.")
    if any(x.bedomning is not None for x in valda):
        raise Nej("Någon hann före: en av läsningarna är redan granskad. Ladda om sidan.", kod="redan_granskad")
    bemanning = Bemanning.las(conn, s.kommun, nu.date())
    if not all(_ska_granska(bemanning, aktor, x) for x in valda):
        raise FarInte("En av läsningarna granskas av någon annan: enhetens chef, eller nivån över när det gäller chefen själv.")
    return list(valda)


def _oppna_arenden(
    conn: Connection, s: Sammanhang, aktor: Aktor, valda: list[Any], motiv: str, nu: datetime
) -> dict[tuple[str, int], str]:
    grupper: dict[tuple[str, int], list[int]] = {}
    for rad in valda:
        grupper.setdefault((rad.enhet, rad.vem), []).append(rad.lasning_id)
    return {
        (enhet, vem): registrera(
            conn, s, PROCESSER["olovlig_lasning"],
            {"enhet": enhet, "lasningar": ", ".join(map(str, nummer))[:500], "varfor": motiv}, av=aktor, nu=nu, javiga=(vem,),
        ).nummer
        for (enhet, vem), nummer in grupper.items()
    }  # fmt: skip

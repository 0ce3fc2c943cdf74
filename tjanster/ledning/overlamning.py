"""Many cases handed over at once, to a colleague or a unit, or back to where they were. Each case goes by the one path of an
event, in a transaction of its own together with the note of how it went: stopped halfway it can go on, and nothing is done twice.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from arbetsfloden import PROCESSER, ROLLER
from notiser import Falt, Rad, dagtext, lagg_i_utkorg
from tjanster.app import Vaka
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.bemanning import Bemanning, Person, Traff
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.foljder import arbetande_pa
from tjanster.arenden.fragor import Urval, kort, villkor
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.arenden.krets import Krets
from tjanster.arenden.notera import brev_till, nasta_brevtid
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.varning import granska
from tjanster.db import t
from tjanster.db.krets import i_systemets_stalle

HOGST = 200
"""So many at once: what is to happen with each is tried beforehand."""
HOGST_SKAL = 500
MINNS = timedelta(days=30)
BREV = "arenden_overlamnade"


@dataclass(frozen=True)
class Plan:
    """To whom, and why. Just one of handlaggare (an account) and enhet is given; neither: back to where each case was."""

    skal: str
    handlaggare: int | None = None
    enhet: str | None = None

    @property
    def sort(self) -> str:
        return "person" if self.handlaggare is not None else "enhet" if self.enhet is not None else "tillbaka"


@dataclass(frozen=True)
class Provat:
    """What would happen with a case, or why it can't."""

    nummer: str
    version: int
    sort: str
    kort: str
    enhet: str
    tillstand: str
    handlaggare: str | None
    gar: bool
    text: str


@dataclass(frozen=True)
class Overlamnat:
    """How a hand-over went. rader: (case number, words about it where the person sees it, outcome, why)."""

    id: int
    sort: str
    till: str
    skal: str
    skapad: datetime
    klar: datetime | None
    utanfor: int
    rader: tuple[tuple[str, str | None, str | None, str | None], ...]
    angrar: int | None
    angrad_av: int | None

    @property
    def gick(self) -> int:
        return sum(utfall == "gick" for _, _, utfall, _ in self.rader)

    @property
    def kvar(self) -> int:
        return sum(utfall is None for _, _, utfall, _ in self.rader)


def las_plan(conn: Connection, s: Sammanhang, aktor: Aktor, handlaggare: str, enhet: str, skal: str) -> Plan:
    """What was filled in. Raises OgiltigaUppgifter with what is lacking or wrong."""
    fel, skal = {}, " ".join(skal.split())
    if handlaggare and enhet:
        fel["ny_enhet"] = "Välj antingen en kollega eller en enhet, inte båda."
    elif not handlaggare and not enhet:
        fel["handlaggare"] = "Välj en kollega eller en enhet."
    if enhet and enhet not in s.kommun.enheter:
        fel["ny_enhet"] = "Enheten finns inte. Välj en i listan."
    konto = int(handlaggare) if handlaggare.isascii() and handlaggare.isdigit() and len(handlaggare) < 16 else None
    if handlaggare and (konto is None or _kontonamn(conn, konto) is None):
        fel["handlaggare"] = "Kollegan finns inte, eller har inget öppet konto. Välj en i listan."
    if not skal:
        fel["skal"] = "Skriv varför ärendena lämnas över."
    elif len(skal) > HOGST_SKAL:
        fel["skal"] = f"Skriv kortare: {len(skal)} tecken, högst {HOGST_SKAL}."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    granska({}, {"skal": skal}, bekraftat=False)
    return Plan(skal, konto, enhet or None)


def _kontonamn(conn: Connection, konto: int) -> str | None:
    a = t.anvandare.c
    namn: str | None = conn.execute(select(a.namn).where(a.id == konto, a.aktiv)).scalar_one_or_none()
    return namn


def kollegor(conn: Connection, s: Sammanhang, nummer: Sequence[str], nu: datetime) -> list[tuple[Person, int]]:
    """Whom the cases can be given to, each with how many of them; who can take the most comes first, then by name."""
    a = t.arende.c
    antal = conn.execute(select(a.enhet, func.count()).where(a.nummer.in_(nummer)).group_by(a.enhet)).all()
    bemanning, kan = Bemanning.las(conn, s.kommun, nu.date()), Counter[Person]()
    for enhet, n in antal:
        kan.update(dict.fromkeys(arbetande_pa(bemanning, enhet), n))
    return sorted(kan.items(), key=lambda x: (-x[1], x[0].namn))


def nummer_i(conn: Connection, s: Sammanhang, aktor: Aktor, urval: Urval, nu: datetime) -> list[str]:
    """The numbers of a whole list, at the most one more than can be handed over at once."""
    a = t.arende.c
    return list(conn.execute(select(a.nummer).where(*villkor(conn, s, aktor, urval, nu)).order_by(a.id).limit(HOGST + 1)).scalars())


# -- one case ----------------------------------------------------------------------------------------------------------


def _las(conn: Connection, nummer: str) -> Any:
    a, n = t.arende.c, t.anvandare.c
    sats = (
        select(a.id, a.nummer, a.process, a.tillstand, a.version, a.enhet, a.handlaggare, a.uppgifter, a.krets, a.javiga,
               n.namn.label("handlaggare_namn"))
        .select_from(t.arende.outerjoin(t.anvandare, n.id == a.handlaggare))
        .where(a.nummer == nummer)
    )  # fmt: skip
    rad = conn.execute(sats).one_or_none()
    if rad is None:
        raise FinnsInte(f"Ärendet {nummer}")
    return rad


def _lamna(
    conn: Connection, s: Sammanhang, aktor: Aktor, plan: Plan, nummer: str, version: int | None, nu: datetime,
    *, tillbaka: Any = None, samlat: bool = False,
) -> None:  # fmt: skip
    """Take the steps that the hand-over is for one case. tillbaka: the row that says where it was before the hand-over that is
    undone, and to whom that one gave it. Raises Nej."""
    rad = _las(conn, nummer)
    if tillbaka is not None and (tillbaka.gavs_person or rad.handlaggare, tillbaka.gavs_enhet or rad.enhet) != (rad.handlaggare, rad.enhet):
        raise Nej("Någon har lämnat ärendet vidare sedan dess.")

    def ta(handelse: str, **uppgifter: str) -> None:
        nonlocal version
        begaran = Begaran(nummer, handelse, nu, aktor, uppgifter, plan.skal, version, samlat=samlat)
        version = utfor(conn, s, begaran).version

    enhet, person = (plan.enhet, plan.handlaggare) if tillbaka is None else (tillbaka.fran_enhet, tillbaka.fran_handlaggare)
    if plan.sort == "person" and rad.handlaggare == person:
        raise Nej("Har redan den handläggaren.")
    if plan.sort == "enhet" and rad.enhet == enhet:
        raise Nej("Ligger redan på den enheten.")
    if enhet is not None and enhet != rad.enhet:
        if "lamna_over_enhet" not in PROCESSER[rad.process].handelser:
            raise Nej(f"{PROCESSER[rad.process].rubrik} kan inte lämnas över till en annan enhet.")
        ta("lamna_over_enhet", ny_enhet=enhet)
        rad = _efter(conn, nummer)
    if person is not None and person != rad.handlaggare:
        ta("tilldela", handlaggare=str(person))
    elif tillbaka is not None and person is None and rad.handlaggare is not None:
        ta("lamna_tillbaka")


def _efter(conn: Connection, nummer: str) -> Any:
    """The case as it became, also when it has left the circle of who handed it over."""
    with i_systemets_stalle(conn):
        return _las(conn, nummer)


class _Ogjort(Exception):
    """Takes back a transaction that was only a trial."""

    def __init__(self, fore: Any, efter: Any) -> None:
        self.fore, self.efter = fore, efter


def prova(vaka: Vaka, aktor: Aktor, plan: Plan, nummer: Iterable[str], nu: datetime) -> list[Provat]:
    """Take the steps and take them back again, case by case: what would happen, by the very path that does it. Cases that the
    person doesn't see are left out."""
    s, ut = vaka.sammanhang, []
    for ett in nummer:
        with vaka.som(aktor) as conn:
            try:
                fore = _las(conn, ett)
            except FinnsInte:
                continue
        try:
            with vaka.som(aktor) as conn:
                _lamna(conn, s, aktor, plan, ett, fore.version, nu)
                raise _Ogjort(fore, _efter(conn, ett))
        except _Ogjort as x:
            ut.append(_provat(s, x.fore, True, _vad_hander(s, x.fore, x.efter)))
        except Nej as nej:
            ut.append(_provat(s, fore, False, _skal(nej)))
    return ut


def _provat(s: Sammanhang, rad: Any, gar: bool, text: str) -> Provat:
    p = PROCESSER[rad.process]
    return Provat(
        rad.nummer, rad.version, p.ental, kort(s, p.namn, rad.uppgifter), s.enhetsnamn(rad.enhet), p.tillstand[rad.tillstand],
        rad.handlaggare_namn, gar, text,
    )  # fmt: skip


def _vad_hander(s: Sammanhang, fore: Any, efter: Any) -> str:
    delar = []
    if efter.enhet != fore.enhet:
        delar.append(f"Går till {s.enhetsnamn(efter.enhet)}.")
    if efter.tillstand != fore.tillstand:
        delar.append(f"Läget blir ”{PROCESSER[efter.process].tillstand[efter.tillstand]}”.")
    if efter.handlaggare != fore.handlaggare:
        delar.append(f"{efter.handlaggare_namn} blir handläggare." if efter.handlaggare else "Handläggaren tas bort.")
    return " ".join(delar)


def _skal(nej: Nej) -> str:
    meningar = [*nej.skal, *(m for m in nej.falt.values() if m not in nej.skal)]
    return " ".join(m if m.endswith((".", "!", "?")) else f"{m}." for m in meningar)


# -- all of them -------------------------------------------------------------------------------------------------------


def skapa(
    vaka: Vaka, aktor: Aktor, plan: Plan, valda: Sequence[tuple[str, int]], nyckel: str, nu: datetime
) -> int:  # fmt: skip
    """Note what is to be handed over; `kor` does it. valda: case number and the version that was seen. The same key again is
    the hand-over that it made the first time."""
    versioner = dict(valda[:HOGST])
    a = t.arende.c
    with vaka.som(aktor) as conn:
        rader = conn.execute(select(a.id, a.nummer, a.enhet, a.handlaggare).where(a.nummer.in_(versioner)).order_by(a.id)).all()
        with i_systemets_stalle(conn):
            if (har := _med_nyckel(conn, aktor, nyckel)) is not None:
                return har
            ny = _ny(conn, aktor, plan, nyckel, nu, utanfor=len(versioner) - len(rader))
            _rader(conn, ny, [(r.id, versioner[r.nummer], r.handlaggare, r.enhet) for r in rader])
    return ny


def angra(vaka: Vaka, aktor: Aktor, overlamning: int, nu: datetime) -> int:
    """Note that each case that was handed over goes back to the officer and the unit that it had; `kor` does it."""
    r = t.overlamningsrad.c
    with vaka.systemet() as conn:
        o = _hamta(conn, aktor, overlamning)
        if o.angrar is not None:
            raise Nej("Det som har lämnats tillbaka går inte att ångra igen. Lämna över ärendena på nytt i stället.")
        nyckel = f"angra:{o.id}"
        if (har := _med_nyckel(conn, aktor, nyckel)) is not None:
            return har
        rader = conn.execute(
            select(r.arende_id, t.arende.c.version, r.fran_handlaggare, r.fran_enhet)
            .join(t.arende, t.arende.c.id == r.arende_id)
            .where(r.overlamning_id == o.id, r.utfall == "gick")
            .order_by(r.id)
        ).all()
        if not rader:
            raise Nej("Inget ärende har lämnats över, så det finns inget att lämna tillbaka.")
        ny = _ny(conn, aktor, Plan(f"Lämnas tillbaka: {o.skal}"), nyckel, nu, angrar=o.id)
        _rader(conn, ny, [tuple(x) for x in rader])
    return ny


def _med_nyckel(conn: Connection, aktor: Aktor, nyckel: str) -> int | None:
    conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(nyckel))))
    o = t.overlamning.c
    har: int | None = conn.execute(select(o.id).where(o.nyckel == nyckel, o.av == aktor.id)).scalar_one_or_none()
    return har


def _ny(
    conn: Connection, aktor: Aktor, plan: Plan, nyckel: str, nu: datetime, *, utanfor: int = 0, angrar: int | None = None
) -> int:
    rad = {
        "av": aktor.id, "skapad": nu, "sort": plan.sort, "till_handlaggare": plan.handlaggare, "till_enhet": plan.enhet,
        "skal": plan.skal, "nyckel": nyckel, "utanfor": utanfor, "angrar": angrar,
    }  # fmt: skip
    return int(conn.execute(t.overlamning.insert().values(rad).returning(t.overlamning.c.id)).scalar_one())


def _rader(conn: Connection, overlamning: int, rader: Sequence[tuple[int, int, int | None, str]]) -> None:
    if rader:
        namn = ("arende_id", "version", "fran_handlaggare", "fran_enhet")
        conn.execute(t.overlamningsrad.insert(), [{"overlamning_id": overlamning} | dict(zip(namn, r, strict=True)) for r in rader])


def kor(vaka: Vaka, overlamning: int, nu: datetime, efter_var: Callable[[], None] = lambda: None) -> None:
    """Hand over what still waits, one transaction a case, and tell those who got something. Several may run it: each case is
    taken by one. efter_var: called after each case."""
    with vaka.systemet() as conn:
        o = conn.execute(select(t.overlamning).where(t.overlamning.c.id == overlamning)).one()
        r = t.overlamningsrad.c
        kvar = conn.execute(select(r.id).where(r.overlamning_id == o.id, r.utfall.is_(None)).order_by(r.id)).scalars().all()
        alla = conn.execute(select(func.count()).where(r.overlamning_id == o.id)).scalar_one()
        aktor = las_aktor(conn, o.av, nu.date())
    if aktor is None:
        raise Nej("Kontot som lämnade över är stängt.")
    for rad in kvar:
        _en(vaka, aktor, o, rad, nu, samlat=alla > 1)
        efter_var()
    with vaka.systemet() as conn:
        _avsluta(conn, vaka.sammanhang, aktor, o.id, nu, samlat=alla > 1)


def _en(vaka: Vaka, aktor: Aktor, o: Any, rad_id: int, nu: datetime, *, samlat: bool) -> None:
    r = t.overlamningsrad.c
    rad = None
    try:
        with vaka.som(aktor) as conn:
            with i_systemets_stalle(conn):
                forra = t.overlamning.alias("forra")
                sats = (
                    select(t.overlamningsrad, t.arende.c.nummer, forra.c.till_handlaggare.label("gavs_person"), forra.c.till_enhet.label("gavs_enhet"))
                    .join(t.arende, t.arende.c.id == r.arende_id)
                    .outerjoin(forra, forra.c.id == o.angrar)
                    .where(r.id == rad_id, r.utfall.is_(None))
                    .with_for_update(of=t.overlamningsrad, skip_locked=True)
                )
                rad = conn.execute(sats).one_or_none()
            if rad is None:  # somebody else takes it, or has
                return
            plan = Plan(o.skal, o.till_handlaggare, o.till_enhet)
            _lamna(
                conn, vaka.sammanhang, aktor, plan, rad.nummer, rad.version, nu,
                tillbaka=rad if o.angrar is not None else None, samlat=samlat,
            )  # fmt: skip
            with i_systemets_stalle(conn):
                conn.execute(t.overlamningsrad.update().where(r.id == rad_id).values(utfall="gick"))
    except Nej as nej:
        with vaka.systemet() as conn:
            till = t.overlamningsrad.update().where(r.id == rad_id, r.utfall.is_(None))
            conn.execute(till.values(utfall="gick_inte", varfor=_skal(nej)))


def _avsluta(conn: Connection, s: Sammanhang, aktor: Aktor, overlamning: int, nu: datetime, *, samlat: bool) -> None:
    """When nothing waits any more: it is done, and each who got several cases has one letter."""
    o, r = t.overlamning.c, t.overlamningsrad.c
    vantar = select(r.id).where(r.overlamning_id == overlamning, r.utfall.is_(None)).exists()
    klar = conn.execute(t.overlamning.update().where(o.id == overlamning, o.klar.is_(None), ~vantar).values(klar=nu))
    if not klar.rowcount or not samlat:
        return
    _beratta(conn, s, aktor, overlamning, nu)


def _beratta(conn: Connection, s: Sammanhang, aktor: Aktor, overlamning: int, nu: datetime) -> None:
    """One letter to each who got cases: the officer, or who now owns those that have none."""
    r, a, f = t.overlamningsrad.c, t.arende.c, t.frist.c
    forfaller = select(func.min(f.forfaller)).where(f.arende_id == a.id, f.status == "lopande").scalar_subquery()
    sats = (
        select(a.nummer, a.enhet, a.handlaggare, a.process, a.krets, a.javiga, forfaller.label("forfaller"))
        .join(t.overlamningsrad, r.arende_id == a.id)
        .where(r.overlamning_id == overlamning, r.utfall == "gick")
        .order_by(forfaller.nulls_last(), a.id)
    )
    bemanning = Bemanning.las(conn, s.kommun, nu.date())
    till: dict[Person, list[Rad]] = {}
    for rad in conn.execute(sats):
        process, officer = PROCESSER[rad.process], bemanning.personer.get(rad.handlaggare)
        traff = None
        if officer is None:
            traff = bemanning.hitta("enhetschef", rad.enhet, None, process, utom=(aktor.id,), krets=Krets.av(rad))
        for person in traff.personer if traff else (officer,):
            assert person is not None
            till.setdefault(person, []).append(_brevrad(s, rad, traff))
    brev = [
        brev_till(
            p, BREV, Falt(kommun=s.kommun.namn, lank="/", rader=tuple(rader)), nyckel=f"overlamning:{overlamning}:{p.id}", nu=nu,
            tidigast=nasta_brevtid(s, nu, bradskande=False),
        )
        for p, rader in till.items() if p.epost and p.id != aktor.id
    ]  # fmt: skip
    if brev:
        lagg_i_utkorg(conn, brev)


def _brevrad(s: Sammanhang, rad: Any, traff: Traff | None) -> Rad:
    """A case in the letter; the unit stands there when it has no officer. traff: who was found for it then."""
    return Rad(
        arendenummer=rad.nummer, lank=f"/arende/{rad.nummer}", process=PROCESSER[rad.process].ental, forfaller=dagtext(rad.forfaller),
        enhet=s.enhetsnamn(rad.enhet) if traff else None, roll=ROLLER[traff.roll].lower() if traff else None,
        tom_post=bool(traff and traff.ersatter and not rad.javiga),
    )  # fmt: skip


# -- how it went -------------------------------------------------------------------------------------------------------


def _hamta(conn: Connection, aktor: Aktor, overlamning: int) -> Any:
    o = t.overlamning.c
    sats = select(t.overlamning).where(o.id == overlamning, o.av == aktor.id)
    rad = conn.execute(sats).one_or_none() if 0 < overlamning < 2**62 else None
    if rad is None:
        raise FinnsInte("Överlämningen")
    return rad


def hamta(vaka: Vaka, aktor: Aktor, overlamning: int) -> Overlamnat:
    """One of the person's own hand-overs. They know the numbers that they chose; more is told of what they see still."""
    o, r, a = t.overlamning.c, t.overlamningsrad.c, t.arende.c
    s = vaka.sammanhang
    with vaka.som(aktor) as conn:
        rad = _hamta(conn, aktor, overlamning)
        fraga = select(a.nummer, a.process, a.uppgifter).join(t.overlamningsrad, r.arende_id == a.id)
        ser = {x.nummer: kort(s, x.process, x.uppgifter) or PROCESSER[x.process].ental for x in conn.execute(fraga.where(r.overlamning_id == rad.id))}
        with i_systemets_stalle(conn):
            rader = conn.execute(
                select(a.nummer, r.utfall, r.varfor).join(t.arende, a.id == r.arende_id).where(r.overlamning_id == rad.id).order_by(r.id)
            ).all()
            angrad_av = conn.execute(select(o.id).where(o.angrar == rad.id)).scalar_one_or_none()
        till = _till(conn, s, rad)
    return Overlamnat(
        rad.id, rad.sort, till, rad.skal, rad.skapad, rad.klar, rad.utanfor,
        tuple((x.nummer, ser.get(x.nummer), x.utfall, x.varfor) for x in rader), rad.angrar, angrad_av,
    )  # fmt: skip


def _till(conn: Connection, s: Sammanhang, rad: Any) -> str:
    if rad.till_enhet is not None:
        return s.enhetsnamn(rad.till_enhet)
    if rad.till_handlaggare is None:
        return ""
    namn = conn.execute(select(t.anvandare.c.namn).where(t.anvandare.c.id == rad.till_handlaggare)).scalar_one()
    return str(namn)


def senaste(conn: Connection, s: Sammanhang, aktor: Aktor, nu: datetime, antal: int = 5) -> list[dict[str, Any]]:
    """The person's own hand-overs of late, the latest first."""
    o = t.overlamning.c
    sats = select(t.overlamning).where(o.av == aktor.id, o.skapad > nu - MINNS).order_by(o.id.desc()).limit(antal)
    return [
        {"id": r.id, "till": _till(conn, s, r), "sort": r.sort, "skapad": r.skapad, "klar": r.klar is not None}
        for r in conn.execute(sats).all()
    ]

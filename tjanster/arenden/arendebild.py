"""One whole case as a person may see it: fields, limits with days left, steps now and why not, history, links, tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select, true

from arbetsfloden import (
    INGA_KRAV,
    PROCESSER,
    Falt,
    Process,
    Regelkrav,
    Steg,
    innefattade,
    mojliga,
    tabeller,
    visa,
)
from arbetsfloden.motor.gemensamma import KOPPLINGSSLAG
from notiser import dagtext
from regler import Fristsvar, Regelrad
from tjanster.arenden.arendelista import kort
from tjanster.arenden.behorighet import Aktor, synliga
from tjanster.arenden.bemanning import Bemanning, Traff
from tjanster.arenden.bilagor import Bilagebild, bilagor
from tjanster.arenden.fel import FinnsInte
from tjanster.arenden.forslag import AVSLA, BEKRAFTA, TA_TILLBAKA
from tjanster.arenden.forslagsbild import Forslagsbild, forslagsbilder
from tjanster.arenden.franvaro import Ersattning, ersatter_i_arendet, handlaggaren_ersatts_av
from tjanster.arenden.frister import fristsvar
from tjanster.arenden.handelse import SYSTEM, samla_fakta, ser
from tjanster.arenden.historik import Handelsebild, handelser
from tjanster.arenden.krets import Krets
from tjanster.arenden.lage import OPPNA, Lage, ar_sen, hamta
from tjanster.arenden.lasning import anteckna
from tjanster.arenden.mandat import roller_for
from tjanster.arenden.personer import Person, personer
from tjanster.arenden.regelprov import Regelprov, delegationsmening
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.sparr import Sparr, sparrar
from tjanster.db import t


@dataclass(frozen=True)
class Fristbild:
    """A limit on the case page. `dagar`: days left (negative = days late), None without a day."""

    id: int
    namn: str
    rubrik: str
    slag: str
    start: date
    forfaller: date | None
    forfaller_text: str | None
    dagar: int | None
    status: str
    sen: bool
    mott: date | None
    bruten: bool
    orsak: str | None
    flyttad: bool
    regel_id: str
    regel: Regelrad | None


@dataclass(frozen=True)
class Faltbild:
    """A field with the text that a person reads. `rader`: rows as texts, for a field of rows."""

    namn: str
    rubrik: str
    text: str
    slag: str
    rader: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True)
class Stegbild:
    """A step from here: can it be taken, and if not every reason. krav: what the rules demand of it besides, as of
    today; bilaga: the demands for an attachment, met or not; delegation: by which row of the order the person takes it."""

    steg: Steg
    handelse: str
    rubrik: str
    hinder: tuple[str, ...]
    krav: Regelkrav = INGA_KRAV
    bilaga: tuple[str, ...] = ()
    delegation: str | None = None

    @property
    def gar(self) -> bool:
        return not self.hinder


@dataclass(frozen=True)
class Lank:
    """A linked case: words seen from this side."""

    nummer: str
    ord: str
    sort: str
    tillstand: str


@dataclass(frozen=True)
class Uppgiftsbild:
    id: int
    text: str
    enhet: str
    enhet_namn: str
    agare: str | None
    agare_id: int | None
    senast: date | None
    klar: datetime | None
    klar_av: str | None
    kommentar: str | None
    atgard: str | None
    sen: bool


@dataclass(frozen=True)
class Arendebild:
    """ersatts_av: who handles it today instead of its officer. ersatter: through whose absence the reader meets it."""

    lage: Lage
    process: Process
    nummer: str
    version: int
    tillstand: str
    tillstand_text: str
    kort: str
    dag: date
    registrerad: datetime
    avslutad: datetime | None
    enhet: str
    enhet_namn: str
    handlaggare: str | None
    handlaggare_id: int | None
    ersatts_av: tuple[Ersattning, ...]
    ersatter: tuple[Ersattning, ...]
    agare: Traff
    krets: tuple[str, ...] | None
    sparrar: tuple[Sparr, ...]
    forslag: tuple[Forslagsbild, ...]
    roller: frozenset[str]
    grupper: tuple[tuple[str, tuple[Faltbild, ...]], ...]
    kontakt: dict[str, Any] | None
    personer: tuple[Person, ...]
    frister: tuple[Fristbild, ...]
    steg: tuple[Stegbild, ...]
    gemensamma: tuple[Stegbild, ...]
    handelser: tuple[Handelsebild, ...]
    lankar: tuple[Lank, ...]
    uppgifter: tuple[Uppgiftsbild, ...]
    bilagor: tuple[Bilagebild, ...]
    stegbild: tuple[tuple[str, str, str], ...]

    @property
    def slut(self) -> bool:
        return self.tillstand in self.process.slut


def las_arende(
    conn: Connection, s: Sammanhang, nummer: str, aktor: Aktor | None, nu: datetime, vad: str, detalj: str | None = None
) -> Lage:
    """The case to be shown, and that it was: the reading is written in the same transaction. FinnsInte when there is none
    or the person may not see it, BehoverSkal when they must say why first. vad: a word of `lasning.VAD`."""
    lage = hitta_arende(conn, s, nummer, aktor)
    anteckna(conn, s, lage, aktor, nu, vad, detalj)
    return lage


def hitta_arende(conn: Connection, s: Sammanhang, nummer: str, aktor: Aktor | None) -> Lage:
    """The case, for a step that leaves its own trace and shows nothing. FinnsInte as in `las_arende`."""
    lage = hamta(conn, nummer)
    if lage is None or not ser(s, lage, aktor):
        raise FinnsInte(f"Ärendet {nummer}")
    return lage


def visa_arende(
    conn: Connection, s: Sammanhang, nummer: str, aktor: Aktor | None, nu: datetime, vad: str = "sida", detalj: str | None = None
) -> Arendebild:
    """Everything about a case that its page and the API tell, and that it was read (`las_arende`). aktor None: the
    command line."""
    lage = las_arende(conn, s, nummer, aktor, nu, vad, detalj)
    rad, process = lage.rad, lage.process
    roller = roller_for(s, lage, aktor) if aktor else SYSTEM
    historik = handelser(conn, s, lage)
    bemanning = Bemanning.kring(conn, s.kommun, nu.date(), rad["enhet"], (rad["handlaggare"], *(rad["krets"] or ())))
    filer = bilagor(conn, lage)
    forslag = forslagsbilder(conn, s, lage, aktor, historik, nu.date())
    knutna = personer(conn, rad["id"]) if process.kontakt else ()
    att_gora = _uppgifter(conn, s, lage, nu)
    utan = {
        *(() if any(u.klar is None for u in att_gora) else ("klarmarkera_uppgift",)),
        *(() if filer else ("ta_bort_bilaga",)), *(() if knutna else ("ta_bort_person",)), *_svar_som_inte_gar(forslag),
    }  # fmt: skip
    steg = [x for x in stegbilder(conn, s, lage, aktor, roller, nu) if x.handelse not in utan]
    besokta = {h.till for h in historik}
    har = bemanning.personer.get(rad["handlaggare"])
    return Arendebild(
        lage=lage,
        process=process,
        nummer=rad["nummer"],
        version=rad["version"],
        tillstand=rad["tillstand"],
        tillstand_text=process.tillstand[rad["tillstand"]],
        kort=kort(s, process.namn, rad["uppgifter"]),
        dag=rad["dag"],
        registrerad=rad["registrerad"],
        avslutad=rad["avslutad"],
        enhet=rad["enhet"],
        enhet_namn=s.enhetsnamn(rad["enhet"]),
        handlaggare=har.namn if har else None,
        handlaggare_id=rad["handlaggare"],
        ersatts_av=handlaggaren_ersatts_av(conn, s.kommun, rad, nu.date()),
        ersatter=ersatter_i_arendet(conn, s.kommun, process, rad, aktor, nu.date()) if aktor else (),
        agare=bemanning.agare(rad["enhet"], rad["handlaggare"], Krets.av(rad)),
        sparrar=tuple(sparrar(conn, rad["id"], nu.date())) if lage.sparrad else (),
        forslag=forslag,
        krets=tuple(p.namn for i in rad["krets"] if (p := bemanning.personer.get(i))) if rad["krets"] is not None else None,
        roller=roller,
        grupper=grupper(s, process, rad["uppgifter"]),
        kontakt=lage.kontakt,
        personer=knutna,
        frister=fristbilder(s, lage, nu),
        steg=tuple(x for x in steg if not x.steg.gemensam),
        gemensamma=tuple(x for x in steg if x.steg.gemensam and x.gar),
        handelser=historik,
        lankar=_lankar(conn, s, lage, aktor),
        uppgifter=att_gora,
        bilagor=filer,
        stegbild=tuple(
            (kod, text, "nu" if kod == rad["tillstand"] else "klart" if text in besokta else "sedan")
            for kod, text in process.tillstand.items()
            if kod in process.huvudvag or kod == rad["tillstand"]
        ),
    )


def _svar_som_inte_gar(forslag: tuple[Forslagsbild, ...]) -> set[str]:
    """The ways to answer a proposal that the one who looks may not use on any."""
    gar = {BEKRAFTA: any(not f.bekrafta_hinder for f in forslag), AVSLA: any(not f.avsla_hinder for f in forslag),
           TA_TILLBAKA: any(f.eget for f in forslag)}  # fmt: skip
    return {handelse for handelse, ett in gar.items() if not ett}


def stegbilder(
    conn: Connection, s: Sammanhang, lage: Lage, aktor: Aktor | None, roller: frozenset[str], nu: datetime,
    *, gemensamma: bool = True,
) -> list[Stegbild]:  # fmt: skip
    """Every step from here that a person could take, with reasons for those that can't be taken now. gemensamma: also those
    that every process has."""
    process, tillstand, idag = lage.process, lage.rad["tillstand"], nu.date()
    fakta = samla_fakta(s, lage, lage.uppgifter, nu, idag, tabeller(process, tillstand))
    prov = Regelprov(conn, s, lage, aktor, roller) if aktor is not None else None
    krav = {}

    def regler(steg: Steg) -> Regelkrav:
        krav[steg.handelse] = prov.krav(steg.handelse, idag, idag) if prov else INGA_KRAV
        return krav[steg.handelse]

    egna = innefattade(roller)
    ut = []
    for steg, hinder in mojliga(process, tillstand, fakta, roller, regler, gemensamma=gemensamma):
        if steg.bara_systemet and "systemet" not in egna:
            continue
        extra = frister_hinder(s, lage, steg, egna)
        bilaga = prov.kraver_bilaga(steg.handelse, idag) if prov else ()
        rad = prov.delegation(steg.handelse, idag) if prov else None
        pa = delegationsmening(rad) if rad else None
        ut.append(
            Stegbild(steg, steg.handelse, steg.rubrik, (*hinder, *extra), krav[steg.handelse], tuple(bilaga), pa)
        )
    return ut


def frister_hinder(s: Sammanhang, lage: Lage, steg: Steg, roller: frozenset[str]) -> tuple[str, ...]:
    """Acts on limits need a limit in the right state, and a rule that lets somebody with these roles do it."""
    status = {f["status"] for f in lage.frister}
    regler = s.regelverk.frister(lage.process.namn)
    lopande = [regler[f["namn"]] for f in lage.frister if f["status"] == "lopande" and f["namn"] in regler]
    if steg.handelse in ("forlang_frist", "pausa_frist") and lopande:
        villkor = [r.forlangning if steg.handelse == "forlang_frist" else r.paus for r in lopande]
        if not any(v is not None and roller & set(v.far) for v in villkor):
            verb = "förlängas" if steg.handelse == "forlang_frist" else "pausas"
            return (f"Ingen frist här får {verb} av dig, enligt sin regel",)
    if steg.handelse in ("forlang_frist", "pausa_frist") and "lopande" not in status:
        return ("Det finns ingen löpande frist",)
    if steg.handelse == "starta_frist_igen" and "pausad" not in status:
        return ("Ingen frist är pausad",)
    return ()


def fristbilder(s: Sammanhang, lage: Lage, nu: datetime) -> tuple[Fristbild, ...]:
    """The case's limits: running first by due day, then those met or ended."""
    idag = nu.date()
    orsakslista = lage.process.modell.beskrivna()[lage.process.orsaksfalt].listnamn or ""
    bilder = []
    for f in lage.frister:
        forfaller = f["forfaller"]
        entry = s.regelverk.frister(lage.process.namn).get(f["namn"])
        rader = (*entry.rader, *entry.mal) if entry else ()
        bilder.append(
            Fristbild(
                id=f["id"],
                namn=f["namn"],
                rubrik=(entry.rubrik if entry else f["namn"]) + (" (kommunens mål)" if f["slag"] == "mal" else ""),
                slag=f["slag"],
                start=f["start"],
                forfaller=forfaller,
                forfaller_text=dagtext(f["forfaller_tid"] or forfaller),
                dagar=(forfaller - idag).days if forfaller else None,
                status=f["status"],
                sen=ar_sen(f, nu, idag),
                mott=f["mott"],
                bruten=f["bruten"] or (f["slag"] == "mal" and _passerat_mal(f, nu)),
                orsak=s.listor.get(orsakslista, {}).get(f["orsak"] or "", f["orsak"]),
                flyttad=f["omgang"] > 1,
                regel_id=f["regel"],
                regel=next((r for r in rader if r.id == f["regel"]), None),
            )
        )
    return tuple(sorted(bilder, key=lambda b: (b.status not in OPPNA, b.forfaller or date.max, b.id)))


def _passerat_mal(f: dict[str, Any], nu: datetime) -> bool:
    """A goal beside the law is no limit that can be broken on record; whether it was kept is seen from its days."""
    if f["mott"] is None:
        return ar_sen(f, nu, nu.date())
    return f["forfaller"] is not None and f["mott"] > f["forfaller"]


def varfor(conn: Connection, s: Sammanhang, lage: Lage, frist_id: int) -> tuple[dict[str, Any], Fristsvar]:
    """Why this day: the limit's row and the answer with its reckoning of the rules it was reckoned by, whatever holds
    today. FinnsInte for another case's limit."""
    frist = next((f for f in lage.frister if f["id"] == frist_id), None)
    if frist is None:
        raise FinnsInte("Fristen")
    da = s.med_regler(s.bok.version(conn, frist["regelversion"]), frist["regelversion"])
    return frist, fristsvar(da, lage, frist)


def grupper(
    s: Sammanhang, process: Process, uppgifter: dict[str, Any]
) -> tuple[tuple[str, tuple[Faltbild, ...]], ...]:
    """The filled-in fields in their groups, in the order declared."""
    ut: dict[str, list[Faltbild]] = {}
    for namn, f in process.modell.beskrivna().items():
        if namn in uppgifter and not f.handelse:
            ut.setdefault(f.grupp or "Ärendet", []).append(faltbild(s, process, f, uppgifter[namn]))
    return tuple((grupp, tuple(falt)) for grupp, falt in ut.items())


def faltbild(s: Sammanhang, process: Process, f: Falt, varde: Any) -> Faltbild:
    rader: tuple[tuple[tuple[str, str], ...], ...] = ()
    if f.slag == "rader" and f.rad is not None:
        rader = tuple(
            tuple(
                (rf.rubrik, _radtext(s, rf, rad[rn]))
                for rn, rf in f.rad.beskrivna().items()
                if rad.get(rn) not in (None, "", [])
            )
            for rad in varde
        )
    return Faltbild(f.namn, f.rubrik, visa(process, f.namn, varde, s.listor), f.slag, rader)


def _radtext(s: Sammanhang, f: Falt, varde: Any) -> str:
    val = f.val or s.listor.get(f.listnamn or "", {})
    if isinstance(varde, list | tuple):
        return ", ".join(val.get(v, str(v)) for v in varde)
    if f.slag == "dag":
        return dagtext(date.fromisoformat(varde) if isinstance(varde, str) else varde) or ""
    return str(val.get(varde, varde))


_ANDRA_HALLET = {"blev": "Kommer från", "dubblett": "Har dubbletten", "hor_ihop": "Hör ihop med", "atgard": "Åtgärdar"}


def _lankar(conn: Connection, s: Sammanhang, lage: Lage, aktor: Aktor | None) -> tuple[Lank, ...]:
    """Linked cases, told from both sides. One outside the circle is not there."""
    k, a = t.koppling.c, t.arende.c
    egen = lage.rad["id"]
    andra = or_((k.fran_id == egen) & (a.id == k.till_id), (k.till_id == egen) & (a.id == k.fran_id))
    ser = true() if aktor is None else synliga(aktor, s.kommun)
    kolumner = (k.fran_id, k.slag, a.nummer, a.process, a.tillstand)
    sats = select(*kolumner).select_from(t.koppling.join(t.arende, andra)).where(ser).order_by(k.id)
    return tuple(
        Lank(
            nummer=r["nummer"],
            ord=KOPPLINGSSLAG[r["slag"]] if r["fran_id"] == egen else _ANDRA_HALLET[r["slag"]],
            sort=PROCESSER[r["process"]].ental,
            tillstand=PROCESSER[r["process"]].tillstand[r["tillstand"]],
        )
        for r in conn.execute(sats).mappings()
    )


def _uppgifter(conn: Connection, s: Sammanhang, lage: Lage, nu: datetime) -> tuple[Uppgiftsbild, ...]:
    u, a, b = t.uppgift.c, t.anvandare.alias("a"), t.anvandare.alias("b")
    sats = (
        select(t.uppgift, a.c.namn.label("agare_namn"), b.c.namn.label("klar_namn"))
        .select_from(t.uppgift.outerjoin(a, a.c.id == u.agare).outerjoin(b, b.c.id == u.klar_av))
        .where(u.arende_id == lage.rad["id"])
        .order_by(u.klar.is_not(None), u.id)
    )
    return tuple(
        Uppgiftsbild(
            id=r["id"],
            text=r["text"],
            enhet=r["enhet"],
            enhet_namn=s.enhetsnamn(r["enhet"]),
            agare=r["agare_namn"],
            agare_id=r["agare"],
            senast=r["senast"],
            klar=r["klar"],
            klar_av=r["klar_namn"],
            kommentar=r["kommentar"],
            atgard=r["atgard"],
            sen=r["klar"] is None and r["senast"] is not None and r["senast"] < nu.date(),
        )
        for r in conn.execute(sats).mappings()
    )

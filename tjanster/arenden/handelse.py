"""utfor(): the one path that everything which happens in a case goes by.

Page, API, import, command line and nightly sweep build a Begaran and call `utfor`. The door opens the transaction
and commits it; nothing outside the database happens here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from arbetsfloden import (
    INGA_KRAV,
    Fakta,
    Nekad,
    Process,
    Regelkrav,
    Steg,
    Uppgifter,
    att_spara,
    automatiskt_steg,
    ej_angivna,
    forsenade,
    har_automatiskt,
    innefattade,
    lagg_over,
    prova,
    stegets_dag,
    tabeller,
)
from regler import Regelnej
from tjanster.arenden import foljder, forslag, fristakter, frister, personer
from tjanster.arenden.behorighet import Aktor, far_se
from tjanster.arenden.fel import (
    FarInte,
    FinnsInte,
    NagonHannFore,
    Nej,
    OgiltigaUppgifter,
)
from tjanster.arenden.filgranskning import NyBilaga
from tjanster.arenden.handelserad import handelserad, skillnad, som_json
from tjanster.arenden.lage import OPPNA, Lage, Skrivning, ar_sen, hamta
from tjanster.arenden.mandat import i_stallet_for, roller_for
from tjanster.arenden.nummertext import har_sakert
from tjanster.arenden.regelprov import Regelprov, delegationsmening, utfall
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.varning import granska
from tjanster.db.krets import i_systemets_stalle

FRISTAKTER = ("forlang_frist", "pausa_frist", "starta_frist_igen")
SYSTEM = frozenset({"systemet"})


@dataclass(frozen=True)
class Begaran:
    """Somebody wants something to happen. `av` None is the system; `version` the version that was seen."""

    nummer: str
    handelse: str
    nu: datetime
    av: Aktor | None = None
    uppgifter: Mapping[str, Any] = field(default_factory=dict)
    skal: str | None = None
    version: int | None = None
    bilagor: tuple[NyBilaga, ...] = ()
    bekraftat: bool = False
    """What there is to look at once more has been looked at."""
    person: Mapping[str, Any] | None = None
    """Who is tied to the case: the words of `personuppgifter.FALT`, or `samma_som` with the id of somebody known;
    `annan_an` with the ids of those who were looked at and aren't the same. It never reaches the event."""
    forslag: Mapping[str, Any] | None = None
    """The proposal that is confirmed, when two take the step: what its event tells. No door gives it."""
    samlat: bool = False
    """One of many that are told of in one letter, which whoever asks sees to. What is urgent is told at once all the same."""


@dataclass(frozen=True)
class Vantande:
    """A step that became a proposal. varfor: the demand for two."""

    id: int
    handelse: str
    varfor: str


@dataclass(frozen=True)
class Kvitto:
    """What came of it. forslag: the step waits for another person, and nothing of it has happened."""

    nummer: str
    tillstand: str
    version: int
    handelser: tuple[str, ...]
    nya_arenden: tuple[str, ...] = ()
    delegation: str | None = None
    forslag: Vantande | None = None


def utfor(conn: Connection, s: Sammanhang, begaran: Begaran) -> Kvitto:
    """Take one step in one case. Raises Nej with every reason; then nothing has been written."""
    skr = Skrivning()
    lage = hamta(conn, begaran.nummer, las=True)
    s = s.bok.folj(conn, s, lage.regel_nu if lage else None)
    if lage is None or not ser(s, lage, begaran.av):
        raise FinnsInte(f"Ärendet {begaran.nummer}")
    if begaran.version is not None and begaran.version != lage.rad["version"]:
        raise NagonHannFore(begaran.nummer, begaran.version, lage.rad["version"])
    fore = len(skr.handelser)
    begaran = personer.forbered(conn, s, lage, begaran, roller_for(s, lage, begaran.av) if begaran.av else SYSTEM)
    skrivet = dict(begaran.uppgifter) | {"skal": begaran.skal}
    granska(lage.process.modell.beskrivna(), skrivet, bekraftat=begaran.bekraftat or begaran.av is None)
    with i_systemets_stalle(conn):
        nya = stega(conn, s, lage, skr, begaran)
        skr.skriv(conn)
    pa = skr.handelser[fore]["foljder"].get("delegation")
    return Kvitto(
        lage.rad["nummer"],
        lage.rad["tillstand"],
        lage.rad["version"],
        tuple(h["handelse"] for h in skr.handelser[fore:] if h["arende_id"] == lage.rad["id"]),
        tuple(nya),
        delegationsmening(pa) if pa else None,
        next((Vantande(f["id"], f["handelse"], f["varfor"]) for f in skr.forslag), None),
    )


def stega(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: Begaran) -> list[str]:
    """Work out one event on a loaded case, and the automatic steps that follow; returns numbers of cases it opened.

    Everything to be written lands in `skr`. The import calls this for cases that are not in the database yet.
    """
    process, idag = lage.process, begaran.nu.date()
    roller = SYSTEM if begaran.av is None else roller_for(s, lage, begaran.av)
    tillstand, handelse, har = lage.rad["tillstand"], begaran.handelse, lage.uppgifter
    try:
        steg = process.hitta(handelse, tillstand)
    except KeyError:
        steg = None
    try:
        if steg is None:
            prova(process, tillstand, handelse, samla_fakta(s, lage, har, begaran.nu, idag), roller)
            raise AssertionError(f"{process.namn}: steget '{handelse}' prövades utan att finnas")
        data = dict(begaran.uppgifter) | ({"skal": begaran.skal} if begaran.skal else {})
        if handelse == forslag.BEKRAFTA:
            data, _ = forslag.dela(process, data)
        prov = Regelprov(conn, s, lage, begaran.av, roller) if begaran.av is not None else None
        krav = prov.krav(handelse, stegets_dag(process, steg, data, har, idag), idag) if prov else INGA_KRAV
        uppgifter, fel = lagg_over(process, steg, data, s.listor, har, idag, krav)
        if uppgifter is None:
            _roll_forst(s, steg, lage, begaran, roller, krav)
            fel = ej_angivna(process, steg, data, har, krav) | fel
            raise OgiltigaUppgifter((*fel.values(), *krav.skal) if krav.skal else (), fel)
        dag = (getattr(uppgifter, steg.dag, None) if steg.dag else None) or idag
        fragas = tabeller(process, tillstand, handelse)
        fakta = samla_fakta(s, lage, uppgifter, begaran.nu, dag, fragas, ar_anvandare=begaran.av is not None)
        if begaran.av is None and steg.vid_frist is None and not uppgifter.ifylld(process.orsaksfalt):
            # The system has no cause to tell for what came late, unless a file read in does; the next person has.
            fakta = replace(fakta, passerade=frozenset())
        prova(process, tillstand, handelse, fakta, roller, krav)
    except Nekad as nej:
        raise _nej(nej) from None
    if handelse == forslag.BEKRAFTA:
        return _bekrafta(conn, s, lage, skr, begaran, getattr(uppgifter, "forslag", None))
    avgjort: dict[str, Any] = {
        "tabeller": {namn: svar.beratta() for namn, svar in fakta.utfall.items() if svar.kod is not None},
        "delegation": prov.delegation(handelse, idag) if prov else None,
        "i_stallet_for": i_stallet_for(s, lage, begaran.av, steg, idag, forslag.vems_ratt(begaran.forslag)) if begaran.av else None,
        "forslag": begaran.forslag,
    }
    if krav.fyra_ogon is not None and begaran.forslag is None:
        forslag.lagg(conn, s, lage, skr, begaran, steg, uppgifter, krav.fyra_ogon, avgjort)
        return []
    return _genomfor(conn, s, lage, skr, begaran, steg, fakta, dag, avgjort)


def _bekrafta(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: Begaran, valt: str | None) -> list[str]:
    """The second person's yes is the step itself, by the same path, with what the first one filled in."""
    ett = forslag.bekrafta(conn, s, lage, skr, begaran, valt)
    _, sent = forslag.dela(lage.process, begaran.uppgifter)
    data = {**{k: v for k, v in sent.items() if k not in ett["uppgifter"]}, **ett["uppgifter"]}
    return stega(conn, s, lage, skr, replace(
        begaran, handelse=ett["handelse"], uppgifter=data, skal=ett["skal"], forslag=forslag.berattelse(ett)
    ))  # fmt: skip


def _nej(nej: Nekad) -> Nej:
    if nej.kod == "ej_roll":
        return FarInte(nej.skal)
    if nej.falt:
        return OgiltigaUppgifter(nej.skal, nej.falt)
    kod = {"okand_handelse": "okand_handelse", "ej_nu": "steget_gar_inte_nu"}.get(nej.kod, "nekad")
    return Nej(nej.skal, kod=kod)


def _roll_forst(
    s: Sammanhang, steg: Steg, lage: Lage, begaran: Begaran, roller: frozenset[str], krav: Regelkrav
) -> None:
    """One who may not take the step is told that, and not what to fill in."""
    if krav.nekad is not None or not innefattade(roller) & set(steg.vem):
        process, tillstand, nu = lage.process, lage.rad["tillstand"], begaran.nu
        fragas = tabeller(process, tillstand, begaran.handelse)
        fakta = samla_fakta(s, lage, lage.uppgifter, nu, nu.date(), fragas)
        prova(process, tillstand, begaran.handelse, fakta, roller, krav)


def ser(s: Sammanhang, lage: Lage, av: Aktor | None) -> bool:
    return av is None or far_se(av, s.kommun, lage.process, lage.rad)


def samla_fakta(
    s: Sammanhang,
    lage: Lage,
    uppgifter: Uppgifter,
    nu: datetime,
    dag: date,
    fragas: tuple[str, ...] = (),
    *,
    ar_anvandare: bool = True,
) -> Fakta:
    """All that a condition may look at, `dag` being the step's own day. What isn't known is None.

    fragas: the decision tables that the conditions ask."""
    kontakt = lage.kontakt
    return Fakta(
        dag=nu.date(),
        uppgifter=uppgifter,
        har_epost=bool(kontakt and kontakt.get("epost")),
        har_postadress=bool(kontakt and kontakt.get("adress")),
        anonym=not kontakt or not any(kontakt.get(k) for k in ("epost", "adress", "telefon", "namn")),
        oppna_uppgifter=lage.oppna_uppgifter,
        passerade=frozenset(
            f["namn"] for f in lage.frister if f["slag"] == "lag" and not f["orsak"] and ar_sen(f, nu, dag)
        ),
        oppna_frister=frozenset(f["namn"] for f in lage.frister if f["status"] in OPPNA),
        kopplingar=frozenset(lage.kopplingar),
        ar_anvandare=ar_anvandare,
        skyddat=lage.rad["krets"] is not None,
        har_handlaggare=lage.rad["handlaggare"] is not None,
        har_javiga=bool(lage.rad["javiga"]),
        sparrad=lage.sparrad,
        personnummer_i=frozenset(
            namn for namn in ("text", "svar") if har_sakert(getattr(uppgifter, namn, None) or "")
        ),
        har_forslag=bool(lage.forslag),
        utfall=utfall(s.regelverk, fragas, uppgifter, dag),
    )


def _genomfor(
    conn: Connection,
    s: Sammanhang,
    lage: Lage,
    skr: Skrivning,
    begaran: Begaran,
    steg: Steg,
    fakta: Fakta,
    dag: date,
    avgjort: dict[str, Any],
) -> list[str]:
    """The step may be taken: work out what follows and leave it for writing. avgjort: what the rules decided it by."""
    rad, nu, stegdata = lage.rad, begaran.nu, fakta.uppgifter
    fran, till = rad["tillstand"], steg.till or rad["tillstand"]
    fore, innan = rad["uppgifter"], {k: rad[k] for k in ("tillstand", "uppgifter", "enhet")}
    fyllt = som_json(stegdata)
    if not steg.gemensam or steg.modell is None:
        sparas = att_spara(steg, stegdata)
        rad["uppgifter"] = som_json(sparas)
        rad["enhet"] = sparas.enhet or rad["enhet"]
        rad["externt_id"] = sparas.externt_id
        rad["dag"] = getattr(sparas, lage.process.dag) or rad["dag"]
        # What the case keeps goes before what the form held: at a hand-over its unit is the new one.
        andrat = skillnad(fore, fyllt | rad["uppgifter"])
    else:
        andrat = skillnad({}, fyllt)
    rad |= {"tillstand": till, "version": rad["version"] + 1, "andrad": nu}
    foljd = avgjort
    if sena := forsenade(steg, fakta):
        brutna = [f for n in sena for f in lage.oppna_frister(n) if f["slag"] == "lag"]
        orsak = str(getattr(stegdata, lage.process.orsaksfalt))
        frister.ange_orsak(brutna, skr, nu, orsak, stegdata.forseningsorsak_text, stegdata.forsening_atgard)
        foljd["sena"] = [f["namn"] for f in brutna]
    slut = till in lage.process.slut
    oppna = {f["namn"] for f in lage.frister if f["status"] in OPPNA and (slut or f["namn"] in steg.stoppar)}
    foljd["frist"] = [x for n in sorted(oppna) for x in fristakter.avsluta_paus(conn, s, lage, skr, n, dag, begaran)]
    foljd["motta"] = [x for n in steg.stoppar for x in frister.stoppa(lage, skr, n, dag, nu)]
    if slut:
        foljd["utgangna"] = [x for n in sorted(oppna) for x in frister.stoppa(lage, skr, n, dag, nu, "utgatt")]
    if slut != (fran in lage.process.slut):
        rad["avslutad"] = nu if slut else None
    rad["klardag"] = klardag(lage.process, till, rad["uppgifter"], rad["klardag"] or dag)
    foljd["startade"] = [x for n in steg.startar for x in frister.starta(conn, s, lage, skr, n, dag, nu)]
    skal = begaran.skal or stegdata.skal
    if steg.handelse in FRISTAKTER:
        roller = roller_for(s, lage, begaran.av) if begaran.av else SYSTEM
        try:
            foljd["frist"] = fristakter.akt(conn, s, lage, skr, steg.handelse, stegdata, roller, skal or "", begaran)
        except Regelnej as nej:
            raise Nej(nej.skal, kod="regeln_sager_nej") from None
    elif steg.handelse == "andra":
        foljd["motta"] = fristakter.ratta_motta(lage, skr, andrat, nu)
        foljd["omraknade"] = fristakter.rakna_om(conn, s, lage, skr, andrat, nu)
    handelse = handelserad(
        s, lage, steg.handelse, nu, av=begaran.av.id if begaran.av else None, fran=fran, dag=dag, skal=skal,
        uppgifter={k: v for k, v in andrat.items() if k not in ("skal", "forslag")}, foljder=foljd,
    )  # fmt: skip
    skr.handelser.append(handelse)
    skr.ror(lage)
    nya = foljder.verkstall(conn, s, lage, skr, begaran, steg, fakta, handelse)
    if nya:
        foljd["nya_arenden"] = nya
    handelse["foljder"] = {k: v for k, v in foljd.items() if v}
    if lage.forslag:
        forslag.lat_falla(conn, s, lage, skr, innan, steg.handelse, nu)
    return nya + automatiskt(conn, s, lage, skr, nu)


def klardag(process: Process, tillstand: str, uppgifter: Mapping[str, Any], annars: date) -> date | None:
    """The day on which the daily work with a case was done: what the steps into an end or a rest say, else `annars`. None
    while something is waited for."""
    if not process.vilar(tillstand):
        return None
    sagda = [date.fromisoformat(uppgifter[f]) for f in process.klarfalt if uppgifter.get(f)]
    return max(sagda, default=annars)


def automatiskt(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, nu: datetime) -> list[str]:
    """Take the step that the system takes by itself in this state, when its conditions hold."""
    if not har_automatiskt(lage.process, lage.rad["tillstand"]):
        return []
    fragas = tabeller(lage.process, lage.rad["tillstand"])
    fakta = samla_fakta(s, lage, lage.uppgifter, nu, nu.date(), fragas, ar_anvandare=False)
    steg = automatiskt_steg(lage.process, lage.rad["tillstand"], fakta)
    if steg is None:
        return []
    return stega(conn, s, lage, skr, Begaran(lage.rad["nummer"], steg.handelse, nu))


def ta_automatiskt(conn: Connection, s: Sammanhang, nummer: str, nu: datetime) -> bool:
    """Let the system take its step in a case where the rules may have come to say so after its last event."""
    skr, lage = Skrivning(), hamta(conn, nummer, las=True)
    if lage is None:
        return False
    automatiskt(conn, s.bok.folj(conn, s, lage.regel_nu), lage, skr, nu)
    skr.skriv(conn)
    return bool(skr.handelser)

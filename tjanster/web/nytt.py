"""Open a new case: choose what it is about, fill in a short form."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import all_, literal, select

from arbetsfloden import PROCESSER, Process, Regelkrav, innefattade
from tjanster import klocka
from tjanster.arenden.behorighet import HANDLAGGER
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.arenden.namnlika import Namnlika, anteckna
from tjanster.arenden.personval import Konto, OkandPerson, i_linjen, las_person
from tjanster.arenden.regelprov import oppningskrav
from tjanster.arenden.registrera import KONTAKTFALT as KONTAKTNAMN
from tjanster.arenden.registrera import registrera
from tjanster.arenden.varning import Varning
from tjanster.db import t
from tjanster.web import arendevy, formular
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()

# What each process is for, in the words of the one who is about to report.
BESKRIVNING = {
    "synpunkt": "Ett klagomål, en synpunkt, ett förslag, beröm eller en fråga från den som får stöd, en anhörig eller någon annan.",
    "avvikelse": "Något blev inte som det skulle. Tar två minuter. Alla medarbetare rapporterar.",
    "lex_sarah": "Ett missförhållande eller en påtaglig risk för ett. Den som ser det rapporterar genast.",
    "beslut": "Ett beviljat beslut som ska verkställas i tid.",
}
INGRESS = {
    "synpunkt": "Bekräftelsen går genast om det finns en e-postadress. Annars får enheten en uppgift att skicka brev.",
    "avvikelse": "Enhetens chef får veta. Skriv inga namn eller personnummer.",
    "lex_sarah": "Ledningen får veta genast. Skriv inga namn eller personnummer.",
    "beslut": "Fristen börjar löpa från beslutets dag. Skriv verksamhetssystemets id, aldrig namn.",
}
EXTRA = ("sen_registrering_skal",)
# What most reports do without, folded under these words; what a rule demands stays in sight.
VIKTA = (
    ("Rör det en chef eller kollega?", ("ror_chefen", "ror_personal")),
    ("Fler uppgifter (frivilligt)", ("konsekvenser", "var_direkt", "rapporterad")),
)
HOGST_ATT_KRYSSA = 25


def far_oppna(vem: Inloggad, process: Process) -> bool:
    return bool(innefattade(vem.aktor.roller) & set(process.oppnas_av))


def hitta(vem: Inloggad, namn: str) -> Process:
    process = PROCESSER.get(namn)
    if process is None or not far_oppna(vem, process):
        raise FinnsInte(f"Formuläret '{namn[:40]}'")
    return process


@router.get("/nytt", response_class=HTMLResponse)
def valj(request: Request, vem: Vem) -> Response:
    processer = [
        {"namn": p.namn, "ental": p.ental, "beskrivning": BESKRIVNING.get(p.namn, p.rubrik), "url": f"/nytt/{p.namn}"}
        for p in PROCESSER.values()
        if far_oppna(vem, p)
    ]
    return sida(request, "ny_valj.html", vem, aktiv="nytt", processer=processer)


def _falt(process: Process, krav: Regelkrav) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*process.oppnas_med, *krav.falt, *EXTRA)))


def _sida(
    request: Request,
    vaka: Program,
    vem: Inloggad,
    process: Process,
    varden: dict[str, Any],
    *,
    kontakt: dict[str, Any] | None = None,
    nej: Nej | None = None,
    nyckel: str,
    status: int = 200,
    utan_val: bool = False,
) -> Response:
    """utan_val: the persons to compare with were shown, and none was chosen."""
    s, fel = vaka.sammanhang, nej.falt if nej else {}
    krav = oppningskrav(s.regelverk, process, klocka.idag())
    # The reason for late registration is asked only when it is needed; what another day demands likewise.
    namn = [n for n in _falt(process, krav) if n not in EXTRA or n in fel or n in varden]
    namn += [n for n in (*fel, *varden) if n in process.modell.beskrivna() and n not in namn]
    kravs = (*process.oppnas_kravs, *krav.falt, *(n for n in fel if n not in _falt(process, krav)))
    falt = formular.formular(s, process.modell.beskrivna(), namn, kravs, varden, fel)
    for f in falt:
        if f["slag"] == "personer":
            f |= _personval(vaka, vem, varden)
    if process.kontakt:
        falt += [
            formular.bild(s, f, krav=False, varde=(kontakt or {}).get(n), fel=fel.get(f"kontakt.{n}", ""))
            | formular.KONTAKTSLAG[n]
            | {"autocomplete": "off"}
            for n, f in formular.KONTAKTFALT.items()
        ]
    falt = formular.utan_rubriker(falt, ("Kontakt",))
    vikta = _vikta(process, falt)
    return sida(
        request,
        "ny.html",
        vem,
        http=status,
        aktiv="nytt",
        process={"namn": process.namn, "ental": process.ental, "rubrik": process.rubrik},
        ingress=INGRESS.get(process.namn, ""),
        falt=[f for f in falt if f["namn"] not in {x["namn"] for grupp in vikta for x in grupp["falt"]}],
        vikta=vikta,
        fel=formular.fellista({"val": arendevy.VALJ} if utan_val else fel, nej.skal if nej and not utan_val else ()),
        knapp="Rapportera" if process.namn in ("avvikelse", "lex_sarah") else "Registrera",
        nyckel=nyckel,
        bekraftar=isinstance(nej, Varning | Namnlika),
        likar=[arendevy.lik(en) for en in nej.likar] if isinstance(nej, Namnlika) else (),
        val_fel=arendevy.VALJ if utan_val else "",
        lik_med=kontakt or {},
        url=f"/nytt/{process.namn}",
    )


def _vikta(process: Process, falt: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The folded fields of a report, group by group; a group where something is filled in or wrong is open."""
    if process.dag != "rapporterad":
        return []
    idag = klocka.idag().isoformat()
    ut = []
    for rubrik, namn in VIKTA:
        valda = [f | {"oppen": True} for f in falt if f["namn"] in namn and (not f["krav"] or f["varde"])]
        oppen = any(f["fel"] or f.get("skrivet") or f["varde"] not in (None, [], idag) for f in valda)
        ut.append({"rubrik": rubrik, "falt": valda, "oppen": oppen})
    return [grupp for grupp in ut if grupp["falt"]]


def _personval(vaka: Program, vem: Inloggad, varden: dict[str, Any]) -> dict[str, Any]:
    """Whom a report can name: those who work with the unit's cases or the reporter's, to tick; anybody by name. What was
    written is ticked when it is understood, and else left to be mended."""
    kommun, idag = vaka.sammanhang.kommun, klocka.idag()
    enheter = [enhet for _, enhet in vem.aktor.egna]
    if vald := kommun.hitta_enhet(str(varden.get("enhet") or "")):
        enheter.append(vald)
    valda: dict[int, Konto] = {}
    kvar = []
    with vaka.motor.begin() as conn:
        nara = i_linjen(conn, kommun, enheter, idag, utom=(vem.aktor.id,))
        for skrivet in varden.get("ror_personal") or ():
            try:
                konto = las_person(conn, skrivet)
            except OkandPerson:
                kvar.append(skrivet)
            else:
                valda[konto.id] = konto
    synas = [k for k in nara if k.roll in HANDLAGGER][:HOGST_ATT_KRYSSA]
    alla = {k.id: k for k in (*valda.values(), *synas)}.values()
    return {
        "val": {k.anvandarnamn: f"{k.namn}, {k.post}" if k.post else k.namn for k in alla},
        "varde": [k.anvandarnamn for k in valda.values()],
        "skrivet": ", ".join(kvar),
        "forslag": {k.etikett: k.post for k in nara if k not in synas},
    }


@router.get("/nytt/{namn}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, namn: str, n: str = "") -> Response:
    process = hitta(vem, namn)
    if not formular.NYCKEL.fullmatch(n):
        return vidare(request, f"/nytt/{process.namn}?n={formular.ny_nyckel()}")
    varden: dict[str, Any] = {
        n: klocka.idag().isoformat()
        for n in process.oppnas_med
        if process.modell.beskrivna()[n].vid_registrering == "idag"
    }
    enheter = {e for _, e in vem.aktor.uppdrag}
    if len(enheter) == 1 and next(iter(enheter)) != vaka.sammanhang.kommun.rot:
        varden["enhet"] = next(iter(enheter))
    return _sida(request, vaka, vem, process, varden, nyckel=n)


@router.post("/nytt/{namn}")
def skicka(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, namn: str) -> Response:
    process = hitta(vem, namn)
    beskrivna = process.modell.beskrivna()
    varden = formular.las(form, beskrivna, [n for n in beskrivna if n in form or f"{n}-antal" in form])
    kontakt = {n: str(form.get(n) or "").strip() for n in KONTAKTNAMN} if process.kontakt else None
    nyckel, utan_val = str(form.get("nyckel") or ""), bool(form.get("visade")) and not form.get("val")
    if form.get("_lagg_till"):
        return _sida(request, vaka, vem, process, varden, kontakt=kontakt, nyckel=nyckel)
    try:
        with vaka.som(vem.aktor) as conn:
            kvitto = registrera(
                conn,
                vaka.sammanhang,
                process,
                varden,
                av=vem.aktor,
                nu=nu,
                kontakt=kontakt if kontakt and any(kontakt.values()) else None,
                bekraftat=bool(form.get("bekraftat")) and not utan_val,
                nyckel=formular.engangsnyckel(nyckel, vem.aktor.id, varden, kontakt),
            )
    except Nej as nej:
        if isinstance(nej, Namnlika):
            with vaka.som(vem.aktor) as conn:
                anteckna(conn, vem.aktor, vaka.sammanhang, nej.likar, nu)
        return _sida(
            request, vaka, vem, process, varden, kontakt=kontakt, nej=nej, nyckel=nyckel, status=nej.status,
            utan_val=utan_val and isinstance(nej, Namnlika),
        )  # fmt: skip
    return vidare(request, f"/kvitto/{kvitto.nummer}")


@router.get("/kvitto/{nummer}", response_class=HTMLResponse)
def kvitto(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str) -> Response:
    """The receipt, with the number; for one who may not follow the case it is the only page about it."""
    from tjanster.arenden import fragor
    from tjanster.arenden.arendebild import fristbilder
    from tjanster.arenden.lage import OPPNA, hamta
    from tjanster.arenden.lasning import anteckna

    with vaka.systemet() as conn:
        # Asked first: what isn't one's own takes no longer than what doesn't exist.
        a, vem_id = t.arende.c, literal(vem.aktor.id)
        egen = select(a.id).where(a.nummer == nummer[:40], a.registrerad_av == vem_id, vem_id != all_(a.javiga))
        lage = hamta(conn, nummer) if conn.execute(egen).scalar() is not None else None
        if lage is None:
            raise FinnsInte(f"Ärendet {nummer[:40]}")
        anteckna(conn, vaka.sammanhang, lage, vem.aktor, nu, "kvitto")
        far_folja = fragor.hitta_id(conn, vaka.sammanhang, nummer, vem.aktor) is not None
    process, skyddat = lage.process, lage.rad["krets"] is not None and not far_folja
    frist = next((f for f in fristbilder(vaka.sammanhang, lage, nu) if f.status in OPPNA), None)
    return sida(
        request,
        "kvitto.html",
        vem,
        aktiv="nytt",
        nummer=nummer,
        process={"ental": process.ental, "namn": process.namn},
        enhet=vaka.sammanhang.kommun.enheter[lage.rad["enhet"]].namn,
        tillstand="Registrerat" if skyddat else process.tillstand[lage.rad["tillstand"]],
        frist=None if skyddat else frist,
        utan_chef=not skyddat and bool(lage.rad["uppgifter"].get("ror_chefen")),
        url=f"/arende/{nummer}" if far_folja else None,
        ny_url=f"/nytt/{process.namn}",
    )

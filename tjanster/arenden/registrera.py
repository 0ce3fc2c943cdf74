"""Open a case: number, day, contact kept apart, the limits that start, and the automatic first step."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from arbetsfloden import (
    INGA_KRAV,
    PROCESSER,
    Fakta,
    Nekad,
    Process,
    Uppgifter,
    att_spara,
    ej_angivna,
    lagg_over,
    prova_oppning,
    stegets_dag,
)
from arbetsfloden.motor.process import narmast
from tjanster.arenden import frister
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.fel import FarInte, Nej, OgiltigaUppgifter
from tjanster.arenden.handelse import SYSTEM, Kvitto, automatiskt
from tjanster.arenden.handelserad import handelserad, skillnad, som_json
from tjanster.arenden.jav import enhetens_chefer, nagon_kvar, namngivna
from tjanster.arenden.lage import Lage, Skrivning
from tjanster.arenden.namnlika import Namnlika, namnlika
from tjanster.arenden.notera import notera
from tjanster.arenden.personuppgifter import FALT, las_uppgifter
from tjanster.arenden.regelbok import las_fast
from tjanster.arenden.regelprov import oppningskrav
from tjanster.arenden.sammanhang import Sammanhang, nasta_nummer
from tjanster.arenden.varning import granska
from tjanster.db import t
from tjanster.db.krets import i_systemets_stalle

KONTAKTFALT = FALT


def hitta_process(namn: str) -> Process:
    """The process of that name; FinnsInte-like Nej with the nearest right word otherwise."""
    if namn not in PROCESSER:
        raise Nej(f"Processen '{namn}' finns inte{narmast(namn, PROCESSER)}", kod="okand_process")
    return PROCESSER[namn]


def registrera(
    conn: Connection,
    s: Sammanhang,
    process: Process,
    data: Mapping[str, Any],
    *,
    av: Aktor | None,
    nu: datetime,
    kontakt: Mapping[str, Any] | None = None,
    nyckel: str | None = None,
    javiga: Iterable[int] = (),
    bekraftat: bool = False,
) -> Kvitto:
    """Open a case from what somebody filled in. Raises Nej with every fault; then nothing has been written.

    nyckel: the form's own key. The same key again gives the case that it made the first time. javiga: those whom the case
    is about, who never see it. bekraftat: what there is to look at once more has been looked at; else Namnlika or
    Varning is raised when there is.
    """
    granska(process.modell.beskrivna(), data, bekraftat=bekraftat or av is None)
    fragas = av is not None and not bekraftat and isinstance(kontakt, Mapping)
    if fragas and (likar := namnlika(conn, s, av, las_uppgifter(kontakt)[0], nu)):
        raise Namnlika(likar)
    skr = Skrivning()
    s = s.bok.folj(conn, s, las_fast(conn))
    with i_systemets_stalle(conn):
        return _registrera(conn, s, skr, process, data, av=av, nu=nu, kontakt=kontakt, nyckel=nyckel, javiga=javiga)


def _registrera(
    conn: Connection, s: Sammanhang, skr: Skrivning, process: Process, data: Mapping[str, Any], *, av: Aktor | None,
    nu: datetime, kontakt: Mapping[str, Any] | None, nyckel: str | None, javiga: Iterable[int],
) -> Kvitto:  # fmt: skip
    if nyckel is not None:
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(nyckel))))
        a = t.arende.c
        har = conn.execute(select(a.nummer, a.tillstand, a.version).where(a.nyckel == nyckel)).one_or_none()
        if har is not None:
            return Kvitto(har.nummer, har.tillstand, har.version, ())
    lage = oppna_med(conn, s, skr, process, data, av=av, nu=nu, kontakt=kontakt, javiga=javiga)
    lage.rad["nyckel"] = nyckel
    skr.skriv(conn)
    return Kvitto(
        lage.rad["nummer"],
        lage.rad["tillstand"],
        lage.rad["version"],
        tuple(h["handelse"] for h in skr.handelser if h["arende_id"] == lage.rad["id"]),
    )


def oppna_med(
    conn: Connection,
    s: Sammanhang,
    skr: Skrivning,
    process: Process,
    data: Mapping[str, Any],
    *,
    av: Aktor | None,
    nu: datetime,
    kontakt: Mapping[str, Any] | None = None,
    nummer: str | None = None,
    arende_id: int | None = None,
    javiga: Iterable[int] = (),
) -> Lage:
    """Check what was filled in and open the case, leaving the rows in `skr`. The import comes in here."""
    kontakt_rad, fel = las_kontakt(process, kontakt)
    roller = SYSTEM | {"medarbetare", "registrator", "handlaggare"} if av is None else av.roller
    krav = INGA_KRAV
    if av is not None:
        krav = oppningskrav(s.regelverk, process, stegets_dag(process, None, data, None, nu.date()))
    uppgifter, falt_fel = lagg_over(process, None, data, s.listor, None, nu.date(), krav)
    fel |= falt_fel
    # Read also when something else is wrong, so that all is told at once.
    valda = data.get("ror_personal") if uppgifter is None else getattr(uppgifter, "ror_personal", None)
    rors, okanda = namngivna(conn, valda, av.id if av else None)
    if okanda:
        fel.setdefault("ror_personal", okanda)
    if uppgifter is None or fel:
        # All that is wrong at once: what is lacking too.
        raise OgiltigaUppgifter(falt=ej_angivna(process, None, data, None, krav) | fel)
    try:
        prova_oppning(process, Fakta(dag=nu.date(), uppgifter=uppgifter, ar_anvandare=av is not None), roller, krav)
    except Nekad as nej:
        if nej.kod == "ej_roll":
            raise FarInte(nej.skal) from None
        raise OgiltigaUppgifter(nej.skal, nej.falt) from None
    return oppna(
        conn, s, skr, process, uppgifter, av=av, nu=nu, kontakt=kontakt_rad, nummer=nummer, arende_id=arende_id,
        registrerad_av=av.id if av else None, javiga=javiga, rors=rors,
    )  # fmt: skip


def oppna(
    conn: Connection,
    s: Sammanhang,
    skr: Skrivning,
    process: Process,
    uppgifter: Uppgifter,
    *,
    av: Aktor | None,
    nu: datetime,
    skal: str | None = None,
    kontakt: Mapping[str, Any] | None = None,
    handlaggare: int | None = None,
    krets: list[int] | None = None,
    javiga: Iterable[int] = (),
    rors: Iterable[int] = (),
    registrerad_av: int | None = None,
    nummer: str | None = None,
    arende_id: int | None = None,
) -> Lage:
    """The case itself, its first event, the limits that run from the opening, and the automatic step. javiga: recused;
    rors: recused too, since the report names them."""
    sparas = att_spara(None, uppgifter)
    dag = getattr(sparas, process.dag) or nu.date()
    rad: dict[str, Any] = {
        "id": arende_id or s.nya_id(conn, "arende")[0],
        "nummer": nummer or nasta_nummer(conn, process.prefix, nu.year)[0],
        "process": process.namn,
        "tillstand": process.start,
        "version": 1,
        "enhet": sparas.enhet or s.kommun.rot,
        "handlaggare": handlaggare,
        "registrerad_av": registrerad_av,
        "dag": dag,
        "externt_id": sparas.externt_id,
        "uppgifter": som_json(sparas),
        "registrerad": nu,
        "andrad": nu,
        "avslutad": None,
        "klardag": None,
        "regelversion": s.regelversion,
        "processversion": s.processversioner[process.namn],
        "nyckel": None,
        "krets": krets,
        "javiga": list(javiga),
        "foljnr": 0,
    }
    if uppgifter.ror_chefen:
        # A manager never investigates what concerns themself; nobody tells them of it either.
        rad["javiga"] = sorted({*rad["javiga"], *enhetens_chefer(conn, s, rad["enhet"], nu.date())})
    if rors := sorted(rors):
        rad["javiga"] = sorted({*rad["javiga"], *rors})
        if not nagon_kvar(conn, s, rad, nu.date()):
            raise OgiltigaUppgifter(falt={"ror_personal": "Ingen skulle då kunna ta hand om ärendet. Namnge bara dem som det rör."})
    lage = Lage(rad, ny=True, kontakt=dict(kontakt) if kontakt else None)
    if kontakt:
        skr.kontakter.append({"arende_id": rad["id"]} | {k: kontakt.get(k) for k in KONTAKTFALT})
    skr.ror(lage)
    foljd: dict[str, Any] = {
        "startade": [x for n in process.startar for x in frister.starta(conn, s, lage, skr, n, dag, nu)],
        "at_sidan": rors,
    }
    handelse = handelserad(
        s, lage, "registrera", nu, av=av.id if av else None, fran=None, dag=dag, skal=skal or uppgifter.sen_registrering_skal,
        uppgifter=skillnad({}, rad["uppgifter"]), foljder=foljd,
    )  # fmt: skip
    skr.handelser.append(handelse)
    for namn in process.notis:
        told = notera(conn, s, lage, skr, namn, nu, f"{rad['nummer']}:1", av=av.id if av else None)
        foljd.setdefault("notiser", {})[namn] = told
    handelse["foljder"] = {k: v for k, v in foljd.items() if v}
    automatiskt(conn, s, lage, skr, nu)
    return lage


def las_kontakt(
    process: Process, kontakt: Mapping[str, Any] | None
) -> tuple[dict[str, str | None] | None, dict[str, str]]:
    """Read contact details: name, e-mail, telephone, address, each optional. None when nothing was given."""
    if not kontakt:
        return None, {}
    if not isinstance(kontakt, Mapping):
        return None, {"kontakt": "Kontakten ska ha fälten namn, epost, telefon och adress."}
    if not process.kontakt:
        return None, {"kontakt": f"{process.ental} har inga kontaktuppgifter. Namn hör aldrig hemma i ett sådant ärende."}
    rad, fel = las_uppgifter(kontakt)
    return (rad if any(rad.values()) else None), {f"kontakt.{namn}": mening for namn, mening in fel.items()}

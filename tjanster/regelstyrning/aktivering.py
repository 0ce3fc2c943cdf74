"""A rule set becomes the one that holds: asked for, approved when two are needed, recomputed into every open case in one
transaction, kept with its reason and its effect. Going back is the same thing with an older set.

An event holds a lock on the active version until it is written (`regel_nu()`); the activation waits for those under way and
lets no new one begin, so no case is ever half under one set and half under another.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from regler import Regelverk
from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.arenden.regelbok import aktiv_version
from tjanster.arenden.sammanhang import Sammanhang, spara_version
from tjanster.db import t
from tjanster.regelstyrning.andringar import LAGEN, Aktivering, hamta
from tjanster.regelstyrning.jamforelse import Jamforelse, jamfor
from tjanster.regelstyrning.oversyn import be_om_oversyn
from tjanster.regelstyrning.skrivning import skriv
from tjanster.regelstyrning.utkast import anvant, hamta_utkast

LAS = 5_391_200_263
FLEST_FLYTTAR = 5000
HOGST_VANTA = "15s"
LAS_UPPTAGET = "55P03"
Framsteg = Callable[[int, int], None]

logg = logging.getLogger("vaka.regler")


def aktivera(
    vaka: Vaka, ny: Regelverk, *, nu: datetime, skal: str, av: int | None = None, fran: date | None = None,
    sort: str = "aktivera", framsteg: Framsteg | None = None,
) -> Aktivering:  # fmt: skip
    """Ask for `ny` to hold, from `fran` if that is a day to come, and let it when nothing more is needed. Raises Nej with
    every reason; the old set then goes on."""
    aktivering = begar(vaka, ny, nu=nu, skal=skal, av=av, fran=fran, sort=sort)
    return verkstall(vaka, aktivering.id, nu, framsteg) if aktivering.status == "pagar" else aktivering


def begar(
    vaka: Vaka, ny: Regelverk, *, nu: datetime, skal: str, av: int | None = None, fran: date | None = None, sort: str = "aktivera",
) -> Aktivering:  # fmt: skip
    """Note that `ny` is to hold. Its status says what comes next: `vantar` for another person, `planerad` for its day, or
    `pagar`: call `verkstall`."""
    s, idag = vaka.sammanhang, nu.date()
    with vaka.systemet() as conn:
        s = s.bok.folj(conn, s, aktiv_version(conn))
        _stada_avbrutna(conn)
        nej = _formfel(conn, s, skal, av, fran, idag)
        v = t.regelversion.c
        if ny.hash == conn.execute(select(v.hash).where(v.id == s.regelversion)).scalar_one():
            nej.append("Det är redan de reglerna som gäller.")
        jamforelse = jamfor(conn, s, ny, nu)
        if nej := [*nej, *map(str, jamforelse.hinder)]:
            raise Nej(nej, kod="gar_inte_att_aktivera")
        status = "vantar" if s.kommun.tva_personer else _nasta(fran, idag)
        rad = {
            "regelversion": spara_version(conn, ny), "fore": s.regelversion, "sort": sort, "status": status, "fran": fran or idag,
            "skal": skal.strip(), "av": av, "begard": nu, "antal": jamforelse.verkan.arenden, "klart": 0, "pa_vag": True,
            "regler": [asdict(skillnad) for skillnad in jamforelse.regler], "effekt": jamforelse.verkan.sammanfattning(),
        }  # fmt: skip
        sats = insert(t.regelaktivering).values(rad).on_conflict_do_nothing().returning(t.regelaktivering.c.id)
        aktivering_id = conn.execute(sats).scalar_one_or_none()
        if aktivering_id is None:
            raise Nej("En annan ändring av reglerna är på väg. Vänta tills den är klar, eller avbryt den.", kod="redan_pa_vag")
        return hamta(conn, aktivering_id)


def _formfel(
    conn: Connection, s: Sammanhang, skal: str, av: int | None, fran: date | None, idag: date
) -> list[str]:
    nej = []
    if not skal.strip():
        nej.append("Skriv varför reglerna ändras.")
    if fran is not None and fran < idag:
        nej.append(f"Dagen {fran} har passerat. Välj i dag eller en dag som kommer; radernas egna dagar kan ligga tidigare.")
    if s.kommun.tva_personer and av is None:
        nej.append("Kommunen vill att två personer ändrar reglerna: säg vem du är, så att en annan kan godkänna.")
    return nej


def _nasta(fran: date | None, idag: date) -> str:
    return "planerad" if fran is not None and fran > idag else "pagar"


def _stada_avbrutna(conn: Connection) -> None:
    """One that says it is under way while nobody works on it was cut off by a crash; what it had written went with it."""
    if conn.execute(select(func.pg_try_advisory_xact_lock(LAS + 1))).scalar_one():
        a = t.regelaktivering.c
        fel = "Avbröts av att programmet stannade. Inget av den blev skrivet."
        conn.execute(update(t.regelaktivering).where(a.status == "pagar").values(status="misslyckad", fel=fel))


def godkann(vaka: Vaka, aktivering_id: int, *, nu: datetime, av: int, framsteg: Framsteg | None = None) -> Aktivering:
    """The second person says yes. Raises Nej to the one who asked for it."""
    with vaka.systemet() as conn:
        rad = hamta(conn, aktivering_id)
        if rad.status != "vantar":
            raise Nej(f"Ändringen väntar inte på godkännande: den är {LAGEN[rad.status].lower()}.", kod="steget_gar_inte_nu")
        if rad.av_id == av:
            raise Nej("Den som begärt ändringen kan inte godkänna den själv: be någon annan.", kod="tva_personer")
        status = _nasta(rad.fran, nu.date())
        a = t.regelaktivering.c
        conn.execute(
            update(t.regelaktivering).where(a.id == rad.id).values(status=status, godkand_av=av, godkand=nu)
        )
    return verkstall(vaka, aktivering_id, nu, framsteg) if status == "pagar" else se(vaka, aktivering_id)


def avbryt(vaka: Vaka, aktivering_id: int, *, nu: datetime, av: int | None, skal: str) -> Aktivering:
    """Say no to one that waits, or call off one that is planned."""
    with vaka.systemet() as conn:
        rad = hamta(conn, aktivering_id)
        if rad.status not in ("vantar", "planerad"):
            raise Nej(f"Ändringen kan inte avbrytas: den är {LAGEN[rad.status].lower()}.", kod="steget_gar_inte_nu")
        if not skal.strip():
            raise Nej("Skriv varför ändringen avbryts.")
        a = t.regelaktivering.c
        varden = {"status": "avbruten", "godkand_av": av if av != rad.av_id else None, "godkand": nu, "fel": skal.strip()}
        conn.execute(update(t.regelaktivering).where(a.id == rad.id).values(varden))
    return se(vaka, aktivering_id)


def aterga(
    vaka: Vaka, version: int, *, nu: datetime, skal: str, av: int | None = None, framsteg: Framsteg | None = None
) -> Aktivering:
    """Let an older version hold again; open limits are recomputed by it. Raises FinnsInte for an unknown version."""
    return aktivera(vaka, las_version(vaka, version), nu=nu, skal=skal, av=av, sort="aterga", framsteg=framsteg)


def las_version(vaka: Vaka, version: int) -> Regelverk:
    """The rules of a version. Raises FinnsInte."""
    with vaka.systemet() as conn:
        try:
            return vaka.sammanhang.bok.version(conn, version)
        except KeyError:
            raise FinnsInte(f"Regelversion {version}") from None


def verkstall(vaka: Vaka, aktivering_id: int, nu: datetime, framsteg: Framsteg | None = None) -> Aktivering:
    """Let an activation that is under way be done: open limits recomputed, the set made the active one. All or nothing; one
    that fails stands as `misslyckad` with its reasons, and the old set goes on."""
    try:
        ny, version = _i_en_transaktion(vaka, aktivering_id, nu, framsteg)
    except Exception as fel:
        skal = fel.skal if isinstance(fel, Nej) else [f"Något oväntat hände ({type(fel).__name__}). Se loggen."]
        a = t.regelaktivering.c
        with vaka.systemet() as conn:
            sats = update(t.regelaktivering).where(a.id == aktivering_id, a.status == "pagar")
            conn.execute(sats.values(status="misslyckad", fel=" ".join(skal)))
        raise
    vaka.sammanhang.bok.byt(ny, version)
    logg.info("Regelversion %s gäller nu", version, extra={"action": "rules_activated"})
    return se(vaka, aktivering_id)


def _i_en_transaktion(
    vaka: Vaka, aktivering_id: int, nu: datetime, framsteg: Framsteg | None
) -> tuple[Regelverk, int]:
    with vaka.systemet() as conn:
        conn.execute(select(func.pg_advisory_xact_lock(LAS + 1)))  # somebody works on it
        _vanta_in_handelserna(conn)
        rad = hamta(conn, aktivering_id)
        if rad.status != "pagar":
            raise Nej(f"Ändringen är inte på väg längre: den är {LAGEN[rad.status].lower()}.", kod="steget_gar_inte_nu")
        s = vaka.sammanhang
        s = s.bok.folj(conn, s, aktiv_version(conn))
        ny = s.bok.version(conn, rad.version)
        jamforelse = jamfor(conn, s, ny, nu)
        if jamforelse.hinder:
            raise Nej(map(str, jamforelse.hinder), kod="gar_inte_att_aktivera")
        antal = jamforelse.verkan.arenden

        def visa(klart: int) -> None:
            if framsteg is not None:
                framsteg(klart, antal)
            with vaka.systemet() as sidan:  # seen by others while the rest is being written
                sidan.execute(
                    update(t.regelaktivering).where(t.regelaktivering.c.id == rad.id).values(klart=klart, antal=antal)
                )

        skriv(conn, s.med_regler(ny, rad.version), jamforelse.verkan, nu, f"Nya regler gäller: {rad.skal}", visa)
        _byt(conn, rad, jamforelse, nu)
        if (utkast := hamta_utkast(conn)) is not None and dict(utkast.filer) == dict(ny.filer):
            anvant(conn, utkast)
        be_om_oversyn(conn, ny, rad.id, jamforelse.regler, nu.date())
        return ny, rad.version


def _vanta_in_handelserna(conn: Connection) -> None:
    """No event begins, and those that had begun are written. Not waited for without end: while we wait everybody does, and
    a file being read in may take minutes."""
    conn.execute(text("SELECT set_config('lock_timeout', :tid, true)"), {"tid": HOGST_VANTA})
    try:
        conn.execute(select(func.pg_advisory_xact_lock(LAS)))
    except OperationalError as fel:
        if getattr(fel.orig, "sqlstate", None) != LAS_UPPTAGET:
            raise
        raise Nej("Reglerna kan inte bytas medan en fil läses in. Försök igen om en stund.", kod="upptaget") from None
    conn.execute(text("SELECT set_config('lock_timeout', '0', true)"))


def _byt(conn: Connection, rad: Aktivering, jamforelse: Jamforelse, nu: datetime) -> None:
    a = t.regelaktivering.c
    conn.execute(update(t.regelaktivering).where(a.status == "aktiv").values(status="ersatt"))
    effekt = jamforelse.verkan.som_dict()
    varden = {
        "status": "aktiv", "aktiverad": nu, "effekt": effekt | {"flyttas": effekt["flyttas"][:FLEST_FLYTTAR]},
        "regler": [asdict(skillnad) for skillnad in jamforelse.regler], "antal": jamforelse.verkan.arenden,
        "klart": jamforelse.verkan.arenden,
    }  # fmt: skip
    conn.execute(update(t.regelaktivering).where(a.id == rad.id).values(varden))


def verkstall_planerade(vaka: Vaka, nu: datetime) -> int:
    """Let those hold whose day has come; returns how many. Any number of nodes may ask, one does it. One that a file being
    read in stands in the way of is tried again."""
    a, antal = t.regelaktivering.c, 0
    with vaka.systemet() as conn:
        sats = update(t.regelaktivering).where(a.status == "planerad", a.fran <= nu.date())
        idn = conn.execute(sats.values(status="pagar").returning(a.id)).scalars().all()
    for aktivering_id in idn:
        try:
            verkstall(vaka, aktivering_id, nu)
            antal += 1
        except Nej as nej:
            if nej.kod != "upptaget":
                raise
            with vaka.systemet() as conn:
                conn.execute(update(t.regelaktivering).where(a.id == aktivering_id).values(status="planerad", fel=None))
    return antal


def se(vaka: Vaka, aktivering_id: int) -> Aktivering:
    """One activation as it stands now. Raises FinnsInte."""
    with vaka.systemet() as conn:
        return hamta(conn, aktivering_id)

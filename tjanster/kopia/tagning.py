"""Take a copy while the program runs: database and numbers from one snapshot, then every file that the snapshot names."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from tjanster import klocka
from tjanster.app import databas_url, lagren
from tjanster.arenden.bilageplats import LAS
from tjanster.arenden.omkryptering import per_nyckel
from tjanster.bilagelager import Bilagelager, ObjektetSaknas
from tjanster.db import migrera, session, t
from tjanster.kopia import verktyg
from tjanster.kopia.fel import Kopiefel
from tjanster.kopia.manifest import (
    DUMP,
    FIL,
    FORM,
    HALV,
    Fil,
    Framsteg,
    Kopierat,
    Manifest,
    fil_i,
    hela,
    hemlighetens_prov,
    nyckelprov,
    pa_disken,
    skriv_fil,
)
from tjanster.krypto import Nyckelring
from tjanster.settings import Settings, olasbar

VANTA = "30s"
RATTIGHET = ("42501",)  # insufficient_privilege, and what row-level security would have hidden
UPPTAGET = "55P03"


@dataclass
class Tagen:
    """A whole copy. saknade: attachments whose content wasn't in its store; bortgallrade: older copies that were taken away; halva:
    folders that a copy which never got done left behind."""

    mapp: Path
    manifest: Manifest
    saknade: list[str] = field(default_factory=list)
    bortgallrade: list[str] = field(default_factory=list)
    halva: list[str] = field(default_factory=list)


def ta(settings: Settings, mapp: Path, nu: datetime, *, behall: int | None = None, framsteg: Framsteg | None = None) -> Tagen:
    """Make a copy in a folder of its own in `mapp`, which must be there. behall: how many whole ones to keep, this one among
    them. Works on the tables of an older version too, so that one can copy before migrating. Raises Kopiefel and
    LagretSvararInte; then nothing that looks like a copy is left."""
    if not mapp.is_dir():
        raise Kopiefel(f"Mappen {mapp} finns inte. Skapa den, eller anslut disken: Vaka gör den inte, så att kopian inte hamnar på fel disk.")
    if settings.databas is None and not (settings.datamapp / "pg").exists():
        raise Kopiefel(f"Det finns ingen databas att kopiera i {settings.datamapp}. Är VAKA_DATA eller VAKA_DATABAS rätt?")
    ring = Nyckelring(settings.nyckelrad())
    agare = session.motor(databas_url(settings), storlek=2)
    try:
        migrera.neka_halv(agare)
        kopia = _Kopia(settings, agare, ring, lagren(settings), mapp, nu, framsteg)
        with _oppen_mapp(kopia):
            kopia.fyll()
        ut = Tagen(kopia.hel, kopia.manifest, kopia.saknade)
        _skriv_upp(agare, kopia)
    finally:
        agare.dispose()
    if behall is not None:
        ut.bortgallrade = gallra(mapp, settings.kommunmapp.name, ring, behall)
    ut.halva = sorted(vag.name for vag in mapp.glob(f"{settings.kommunmapp.name}-*{HALV}"))
    return ut


@contextmanager
def _oppen_mapp(kopia: "_Kopia") -> Iterator[None]:
    """The folder under its half name; its whole one when all that was done in it is on disk. Gone if it can't be done."""
    try:
        kopia.halv.mkdir(mode=0o700)
        try:
            yield
            for vag, _, _ in os.walk(kopia.halv):
                pa_disken(Path(vag))
            kopia.halv.rename(kopia.hel)
            pa_disken(kopia.hel.parent)
        except BaseException:
            shutil.rmtree(kopia.halv, ignore_errors=True)
            raise
    except OSError as fel:
        raise Kopiefel(f"Det går inte att skriva i {kopia.hel.parent}{olasbar(fel)}. Ingen kopia är gjord.") from None


def _ledig(mapp: Path, namn: str) -> Path:
    """The same second may come twice: when the clock is set back in autumn."""
    vagar = (mapp / (namn if n == 1 else f"{namn}-{n}") for n in count(1))
    return next(vag for vag in vagar if not vag.exists() and not vag.with_name(vag.name + HALV).exists())


class _Kopia:
    """A copy in the making."""

    manifest: Manifest

    def __init__(
        self, settings: Settings, agare: Engine, ring: Nyckelring, lager: Bilagelager, mapp: Path, nu: datetime, framsteg: Framsteg | None
    ) -> None:
        self.settings, self.agare, self.ring, self.lager, self.nu = settings, agare, ring, lager, nu
        self.hel = _ledig(mapp, f"{settings.kommunmapp.name}-{nu:%Y-%m-%dT%H.%M.%S}")
        self.halv = self.hel.with_name(self.hel.name + HALV)
        self.framsteg = framsteg or (lambda _klart, _alla: None)
        self.filer: list[Fil] = []
        self.saknade: list[str] = []

    def fyll(self) -> None:
        with _ensam(self.agare) as conn:
            varden, objekt = self.ur_databasen(conn)
            varden["lager"] = self.ur_lagren(objekt)
            conn.execute(text("SELECT 1"))  # a session that is gone held no lock to the end
        utan_sigill = Manifest(**varden, filer=self.filer)
        self.manifest = utan_sigill.model_copy(update={"mac": utan_sigill.sigill(self.ring)})
        rader = json.dumps(self.manifest.model_dump(mode="json"), ensure_ascii=False, indent=1)
        skriv_fil(self.halv / FIL, (rader + "\n").encode())

    def ur_databasen(self, conn: Connection) -> tuple[dict, dict[str, list[str]]]:
        """The dump, and what is so in the very same snapshot."""
        with conn.begin():
            conn.execute(text("SET TRANSACTION READ ONLY"))
            # Whoever would be shown fewer rows than there are gets an error instead.
            conn.execute(text("SET LOCAL row_security = off; SET LOCAL idle_in_transaction_session_timeout = 0"))
            bild = conn.scalar(text("SELECT pg_export_snapshot()"))
            server = int(conn.scalar(text("SELECT current_setting('server_version_num')::int / 10000")))
            tabeller = migrera.nuvarande_i(conn)
            if tabeller is None:
                raise Kopiefel("Databasen är tom: det finns inget att kopiera. Är VAKA_DATABAS rätt?")
            varden = self.fakta(conn) | {"postgres": server, "tabeller": tabeller}
            b = t.bilaga.c
            objekt: dict[str, list[str]] = {}
            for lager, namn in conn.execute(select(b.lager, b.objekt).where(b.objekt.is_not(None)).order_by(b.id)):
                objekt.setdefault(lager, []).append(namn)
            self.alla = 1 + sum(len(namn) for namn in objekt.values())
            pg_dump = verktyg.valj("pg_dump", server)
            dump = self.halv / DUMP
            val = ("--format=custom", f"--snapshot={bild}", f"--file={dump}")
            verktyg.kor(pg_dump, *val, url=databas_url(self.settings))
            varden["verktyg"] = pg_dump.version
        dump.chmod(0o600)
        pa_disken(dump)
        verktyg.kor(verktyg.valj("pg_restore", pg_dump.version), "--list", str(dump))
        self.filer.append(fil_i(self.halv, dump))
        self.framsteg(1, self.alla)
        return varden, objekt

    def fakta(self, conn: Connection) -> dict:
        k, r, ring = t.loggkedja.c, t.regelaktivering.c, self.ring
        antal = {namn: int(conn.scalar(text(f'SELECT count(*) FROM "{namn}"'))) for namn in tabellerna(conn)}  # noqa: S608
        logg = conn.execute(select(k.nr, k.mac).order_by(k.nr.desc()).limit(1)).one_or_none()
        aktiv = select(t.regelversion.c.id, t.regelversion.c.hash).join(t.regelaktivering, r.regelversion == t.regelversion.c.id)
        regler = conn.execute(aktiv.where(r.status == "aktiv")).one_or_none()
        # A key that was lost before is no reason to copy nothing; it stands there without its proof.
        nycklar = {n: nyckelprov(ring, n) if n in ring.nycklar else "" for n in per_nyckel(conn, ring) if n}
        return {
            "form": FORM, "kommun": self.settings.kommunmapp.name, "tagen": self.nu, "vaka": version("vaka"), "antal": antal,
            "regler": regler.id if regler else None, "regelhash": regler.hash if regler else None,
            "logg": (logg.nr, bytes(logg.mac).hex()) if logg else None,
            "nycklar": nycklar, "hemlighet": hemlighetens_prov(self.settings.nyckel()), "forseglad_med": ring.aktuell,
        }  # fmt: skip

    def ur_lagren(self, objekt: dict[str, list[str]]) -> list[Kopierat]:
        ut = []
        for nummer, (lager, namnen) in enumerate(sorted(objekt.items()), 1):
            mapp = f"bilagor/{nummer}"
            har = 0
            for namn in namnen:
                try:
                    data = self.lager.lager(lager).las(namn)
                except ObjektetSaknas:
                    self.saknade.append(f"{lager} {namn}")
                    continue
                vag = self.halv / mapp / namn
                vag.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                skriv_fil(vag, data)
                self.filer.append(fil_i(self.halv, vag))
                har += 1
                self.framsteg(len(self.filer) + len(self.saknade), self.alla)
            ut.append(Kopierat(lager=lager, mapp=mapp, objekt=har))
        return ut


@contextmanager
def _ensam(agare: Engine) -> Iterator[Connection]:
    """A session in which nothing is deleted from the stores, and no other copy is taken. What the database refuses is told in a
    sentence."""
    conn = agare.connect().execution_options(isolation_level="REPEATABLE READ")
    conn.detach()  # closing it must end the session, and with it the lock
    try:
        with conn.begin():
            conn.execute(text(f"SET LOCAL lock_timeout = '{VANTA}'"))
            conn.execute(text("SELECT pg_advisory_lock(:k)"), {"k": LAS})
        yield conn
    except DBAPIError as fel:
        kod = getattr(fel.orig, "sqlstate", None)
        if kod == UPPTAGET:
            raise Kopiefel("En annan säkerhetskopia tas just nu. Vänta tills den är klar.") from None
        if kod in RATTIGHET:
            raise Kopiefel(
                "Databasens inloggning får inte läsa allt: kopian skulle sakna rader. Ta den med den inloggning som äger tabellerna, "
                "samma som kör 'vaka migrera'. Ingen kopia är gjord."
            ) from None
        raise
    finally:
        with suppress(DBAPIError):
            conn.close()


def tabellerna(conn: Connection) -> list[str]:
    """Every table of Vaka's, by the database's own word."""
    sats = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> :pagar ORDER BY relname"
    return list(conn.scalars(text(sats), {"pagar": migrera.PAGAR}))


def _skriv_upp(agare: Engine, kopia: _Kopia) -> None:
    """So that `vaka halsa` knows. Tables of an older version have no place for it."""
    rad = {"tagen": kopia.nu, "klar": klocka.nu(), "namn": kopia.hel.name, "storlek": kopia.manifest.storlek}
    with agare.begin() as conn:
        if conn.scalar(text("SELECT to_regclass('sakerhetskopia')")) is not None:
            conn.execute(t.sakerhetskopia.insert().values(rad))


def gallra(mapp: Path, kommun: str, ring: Nyckelring, behall: int) -> list[str]:
    """Take away all whole copies but the newest `behall`; what isn't one is left alone. Returns their names."""
    borta = []
    for vag, _ in hela(mapp, kommun, ring)[max(1, behall) :]:
        halv = vag.with_name(vag.name + HALV)  # cut short, it is no longer taken for a whole one
        try:
            vag.rename(halv)
            shutil.rmtree(halv)
        except OSError as fel:
            raise Kopiefel(f"Den nya kopian är gjord, men den äldre {vag} går inte att ta bort{olasbar(fel)}.") from None
        borta.append(vag.name)
    return borta

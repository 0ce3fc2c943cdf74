"""Wires everything, once: settings → rules → database → the context that every door works in."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, Engine, select

from regler import Fel, Regelfel, Regelverk, las_in, las_in_texter
from tjanster import klocka
from tjanster.arenden import behorighet
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.omkryptering import kryptera_klartext
from tjanster.arenden.regelbok import aktiv_version, filer_i, kommunkod
from tjanster.arenden.sammanhang import Sammanhang, las_in_versioner
from tjanster.bilagelager import Bilagelager, S3val
from tjanster.db import krets, migrera, server, session, t
from tjanster.krypto import Nyckelring
from tjanster.regelnamn import kontrollera_mot_processer
from tjanster.settings import ROT, Settings
from tjanster.virus import Virusskydd


def lagren(s: Settings) -> Bilagelager:
    """The stores for attachments that the settings tell of."""
    s3 = None
    if s.bilagelager_adress and s.bilagelager_nyckel and s.bilagelager_hemlighet:
        nyckel, hemlighet = s.bilagelager_nyckel.get_secret_value(), s.bilagelager_hemlighet.get_secret_value()
        s3 = S3val(s.bilagelager_adress, s.bilagelager_region, nyckel, hemlighet)
    return Bilagelager(s.bilagelager, s3, s.bilagor_mb * 1024 * 1024)


@dataclass(frozen=True)
class Vaka:
    """The running program: its settings, its database, and what every use case needs, as it was at the start. A plain
    transaction on `motor` sees no case: it is for accounts, rules and mail."""

    settings: Settings
    motor: Engine
    forsta: Sammanhang

    def __post_init__(self) -> None:
        self.motor.update_execution_options(nyckelring=self.nyckelring, bilagelager=self.bilagelager)

    @property
    def sammanhang(self) -> Sammanhang:
        """What every use case needs, with the rules that hold now. Take it once for what must go by the same rules."""
        nu = self.forsta.bok.aktuell
        return self.forsta if nu.regelversion == self.forsta.regelversion else nu

    def som(self, aktor: Aktor | None) -> AbstractContextManager[Connection]:
        """A transaction in which only the cases exist that this person may see; None: the system, which sees all."""
        if aktor is None:
            return self.systemet()
        return krets.som(self.motor, aktor.id, behorighet.krets(aktor, self.sammanhang.kommun))

    def laser(self, aktor: Aktor) -> AbstractContextManager[Connection]:
        """The same where a question or two are all that is asked, and nothing is written: each is a transaction of its own."""
        return krets.laser(self._enstaka, aktor.id, behorighet.krets(aktor, self.sammanhang.kommun))

    def systemet(self) -> AbstractContextManager[Connection]:
        """A transaction that sees every case: sweeps, imports, the command line, numbers that tell of no case."""
        return krets.systemet(self.motor)

    def enstaka(self) -> Connection:
        """For one question about who asks: each statement is a transaction of its own, and no case exists in it."""
        return self._enstaka.connect()

    @cached_property
    def _enstaka(self) -> Engine:
        return self.motor.execution_options(isolation_level="AUTOCOMMIT")

    @cached_property
    def nyckelring(self) -> Nyckelring:
        """The keys that personal data and secrets are encrypted with. They are never in the database."""
        return Nyckelring(self.settings.nyckelrad())

    @cached_property
    def bilagelager(self) -> Bilagelager:
        """Where the contents of attachments lie. No store is asked for anything until there is something to keep or fetch."""
        return lagren(self.settings)

    @cached_property
    def virus(self) -> Virusskydd | None:
        """Who looks files through before they are kept; None when nobody is set to."""
        return Virusskydd(self.settings.clamav) if self.settings.clamav else None

    def stang(self) -> None:
        self.motor.dispose()


class FelMigrering(RuntimeError):
    """The tables are not those that this version of Vaka knows."""


def las_regler(settings: Settings) -> Regelverk:
    """The municipality's rules, and every name that they and the processes share checked. Raises Regelfel; Vaka must
    not start then."""
    mapp = settings.kommunmapp
    regelverk = las_in(mapp)
    if fel := kontrollera_mot_processer(regelverk, None if mapp.parent == ROT / "config" else mapp):
        raise Regelfel(fel)
    return regelverk


class FelKommun(RuntimeError):
    """The database holds units that the municipality's organisation lacks."""


def _kontrollera_enheter(conn: Connection, regelverk: Regelverk) -> None:
    """Refuse to run a database with another municipality's organisation, or with one that lost a unit in use."""
    enheter = sorted(
        set(conn.execute(select(t.arende.c.enhet).distinct()).scalars())
        | set(conn.execute(select(t.uppdrag.c.enhet).distinct()).scalars())
    )
    if okanda := [e for e in enheter if e not in regelverk.kommun.enheter]:
        raise FelKommun(
            f"Databasen har ärenden eller uppdrag på enheter som inte finns i organisationen för "
            f"{regelverk.kommun.namn}: {', '.join(okanda[:10])}. Är VAKA_KOMMUN rätt? En enhet som har använts får "
            f"byta namn och plats i organisation.yaml men aldrig tas bort."
        )


class GamlaRegler(RuntimeError):
    """The rules that hold were activated under an older version of the program, and this one can't go by them."""

    def __init__(self, version: int, fel: Iterable[Fel]) -> None:
        self.skal = [
            f"Reglerna som gäller (version {version}) passar inte den här versionen av Vaka.",
            *(str(ett) for ett in fel),
            "Se vad filerna på disken ändrar med 'vaka regler jamfor', och låt dem gälla med 'vaka regler aktivera --skal …'.",
        ]
        super().__init__(" ".join(self.skal))


def _aktivt(conn: Connection, version: int, settings: Settings, *, gamla: bool) -> Regelverk:
    """The active set. Raises FelKommun when it is another municipality's, and GamlaRegler when this program can't go by
    it; with `gamla` the one at hand is given instead, so that the rules can be changed."""
    filer = filer_i(conn, version)
    kod, ska = kommunkod(filer), settings.kommunmapp.name
    if kod != ska:
        raise FelKommun(f"Databasen har reglerna för kommunen '{kod}', men VAKA_KOMMUN är '{ska}'. Vilken är rätt?")
    try:
        regelverk = las_in_texter(filer, kod)
        fel = tuple(kontrollera_mot_processer(regelverk))
    except Regelfel as trasiga:
        regelverk, fel = None, trasiga.fel
    if fel and not gamla:
        raise GamlaRegler(version, fel)
    return regelverk or las_regler(settings)


def databas_url(settings: Settings) -> str:
    """The URL of one's own PostgreSQL, or of the embedded one, started now."""
    if settings.databas is not None:
        return settings.databas.get_secret_value()
    return server.starta(settings.datamapp)


def oppna(settings: Settings, *, gamla_regler: bool = False) -> Vaka:
    """Start everything but the doors. The embedded database is brought to the newest tables; one's own is migrated by
    'vaka migrera' only, and refused here when it is not. The rules are those that the database says are active; the
    files on the disk are read when it has none yet. `gamla_regler`: open also when this program can't go by them, to change
    them."""
    ny = settings.databas is None and not (settings.datamapp / "pg").exists()
    ur_filer = las_regler(settings) if ny else None  # faults are told before a database is made
    klocka.stall(klocka.las_tid(settings.nu) if settings.nu else None)
    url = databas_url(settings)
    _migrera(settings, url)
    motor = session.programmets(url)
    try:
        with krets.systemet(motor) as conn:
            version = aktiv_version(conn)
            if version is not None:
                regelverk = _aktivt(conn, version, settings, gamla=gamla_regler)
            else:
                regelverk = ur_filer or las_regler(settings)
                _kontrollera_enheter(conn, regelverk)  # whoever activates a set is told, and it takes as long as there are cases
            sammanhang = las_in_versioner(conn, regelverk, settings.url, settings.nyckel())
            if version is not None:
                sammanhang.bok.byt(regelverk, version)
    except BaseException:
        motor.dispose()
        raise
    return Vaka(settings, motor, sammanhang)


def _migrera(settings: Settings, url: str) -> None:
    """With the owner's rights, which the program itself never has."""
    agare = session.motor(url, storlek=1)
    try:
        if settings.databas is None:
            migrera.migrera(agare)
        else:
            migrera.neka_halv(agare)
            if fel := migrera.felet(agare):
                raise FelMigrering(fel)
        kryptera_klartext(agare, Nyckelring(settings.nyckelrad()))
    finally:
        agare.dispose()

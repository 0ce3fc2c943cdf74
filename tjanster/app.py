"""Wires everything, once: settings → rules → database → the context that every door works in."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from regler import Regelfel, Regelverk, las_in, las_in_texter
from tjanster import klocka
from tjanster.arenden.regelbok import aktiv_version, filer_i, kommunkod
from tjanster.arenden.sammanhang import Sammanhang, las_in_versioner
from tjanster.db import migrera, server, session, t
from tjanster.regelnamn import kontrollera_mot_processer
from tjanster.settings import ROT, Settings


@dataclass(frozen=True)
class Vaka:
    """The running program: its settings, its database, and what every use case needs, as it was at the start."""

    settings: Settings
    motor: Engine
    forsta: Sammanhang

    @property
    def sammanhang(self) -> Sammanhang:
        """What every use case needs, with the rules that hold now. Take it once for what must go by the same rules."""
        nu = self.forsta.bok.aktuell
        return self.forsta if nu.regelversion == self.forsta.regelversion else nu

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


def _aktivt(conn: Connection, settings: Settings) -> Regelverk | None:
    """The active set; None in a database that has none yet. Raises FelKommun when it is another municipality's."""
    version = aktiv_version(conn)
    if version is None:
        return None
    filer = filer_i(conn, version)
    kod, ska = kommunkod(filer), settings.kommunmapp.name
    if kod != ska:
        raise FelKommun(f"Databasen har reglerna för kommunen '{kod}', men VAKA_KOMMUN är '{ska}'. Vilken är rätt?")
    return las_in_texter(filer, kod)


def databas_url(settings: Settings) -> str:
    """The URL of one's own PostgreSQL, or of the embedded one, started now."""
    if settings.databas is not None:
        return settings.databas.get_secret_value()
    return server.starta(settings.datamapp)


def oppna(settings: Settings) -> Vaka:
    """Start everything but the doors. The embedded database is brought to the newest tables; one's own is migrated by
    'vaka migrera' only, and refused here when it is not. The rules are those that the database says are active; the
    files on the disk are read when it has none yet."""
    ny = settings.databas is None and not (settings.datamapp / "pg").exists()
    ur_filer = las_regler(settings) if ny else None  # faults are told before a database is made
    klocka.stall(klocka.las_tid(settings.nu) if settings.nu else None)
    motor = session.motor(databas_url(settings))
    try:
        if settings.databas is None:
            migrera.migrera(motor)
        elif (har := migrera.nuvarande(motor)) != migrera.nyaste():
            raise FelMigrering(
                f"Databasen har tabellerna i version {har or 'ingen'}, programmet behöver {migrera.nyaste()}. "
                "Kör 'vaka migrera'."
            )
        with motor.begin() as conn:
            regelverk = _aktivt(conn, settings) or ur_filer or las_regler(settings)
            _kontrollera_enheter(conn, regelverk)
            sammanhang = las_in_versioner(conn, regelverk, settings.url, settings.nyckel())
    except BaseException:
        motor.dispose()
        raise
    return Vaka(settings, motor, sammanhang)

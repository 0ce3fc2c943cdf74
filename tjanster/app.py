"""Wires everything, once: settings → rules → database → the context that every door works in."""

from dataclasses import dataclass

from sqlalchemy import Engine

from arbetsfloden import PROCESSER, kontrollera_namn
from notiser import KATALOG
from regler import Regelverk, las_in
from tjanster import klocka
from tjanster.arenden.sammanhang import Sammanhang, las_in_versioner
from tjanster.db import migrera, server, session
from tjanster.settings import Settings


@dataclass(frozen=True)
class Vaka:
    """The running program: its settings, its database, and what every use case needs."""

    settings: Settings
    motor: Engine
    sammanhang: Sammanhang

    def stang(self) -> None:
        self.motor.dispose()


class FelMigrering(RuntimeError):
    """The tables are not those that this version of Vaka knows."""


def las_regler(settings: Settings) -> Regelverk:
    """The municipality's rules, and every name that a process uses checked against them. Raises Regelfel or
    Processfel; Vaka must not start then."""
    regelverk = las_in(settings.kommunmapp)
    for process in PROCESSER.values():
        kontrollera_namn(process, regelverk.frister(process.namn), KATALOG, PROCESSER)
    return regelverk


def databas_url(settings: Settings) -> str:
    """The URL of one's own PostgreSQL, or of the embedded one, started now."""
    if settings.databas is not None:
        return settings.databas.get_secret_value()
    return server.starta(settings.datamapp)


def oppna(settings: Settings, *, bygg_ut: bool = True) -> Vaka:
    """Start everything but the doors. bygg_ut: bring the tables to the newest; else refuse when they are not."""
    regelverk = las_regler(settings)
    klocka.stall(klocka.las_tid(settings.nu) if settings.nu else None)
    motor = session.motor(databas_url(settings))
    if bygg_ut:
        migrera.migrera(motor)
    elif (har := migrera.nuvarande(motor)) != migrera.nyaste():
        raise FelMigrering(
            f"Databasen har tabellerna i version {har or 'ingen'}, programmet behöver {migrera.nyaste()}. "
            "Kör 'vaka migrera'."
        )
    with motor.begin() as conn:
        sammanhang = las_in_versioner(conn, regelverk, settings.url, settings.nyckel())
    return Vaka(settings, motor, sammanhang)

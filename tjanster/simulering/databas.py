"""A database of the simulation's own, in a server of its own, that goes away afterwards. Never the municipality's."""

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from regler import Regelverk
from tjanster.app import Vaka
from tjanster.arenden.sammanhang import las_in_versioner
from tjanster.db import krets, migrera, server, session
from tjanster.settings import Settings

NAMN = "vaka"
"""The name of the first one, so that `vaka start` finds it in a folder that is kept."""


class Simuleringsfel(RuntimeError):
    """It can't be simulated here. `skal`: every reason."""

    def __init__(self, *skal: str) -> None:
        self.skal = list(skal)
        super().__init__(" ".join(skal))


def prova_installningar(s: Settings, behall: Path | None) -> None:
    """Raises Simuleringsfel when made-up cases could come near real ones, or what is kept would be written over."""
    skal = []
    if s.databas is not None:
        skal.append(
            "VAKA_DATABAS är satt. En simulering gör tusentals påhittade ärenden och körs aldrig mot en databas som någon arbetar i. "
            "Ta bort VAKA_DATABAS för det här kommandot: simuleringen gör en egen databas och tar bort den efteråt."
        )
    if behall is not None and behall.exists() and (not behall.is_dir() or any(behall.iterdir())):
        skal.append(f"{behall} finns redan och är inte tom. Ange en mapp som inte finns.")
    if skal:
        raise Simuleringsfel(*skal)


Oppna = Callable[[Regelverk], Vaka]


@contextmanager
def tillfallig(kommun: str, behall: Path | None = None) -> Iterator[Oppna]:
    """A server of its own. What it yields opens Vaka on a fresh, empty database that goes by the given rules; each call gives
    another one, and closes the one before. Afterwards, also after Ctrl-C or SIGTERM, server and folder are gone, unless they
    are kept: then the whole folder is what `VAKA_DATA` names.
    """
    mapp = Path(tempfile.mkdtemp(prefix="vaka-simulering-")) if behall is None else behall
    with avbruten_ar_avbruten():
        klar = False
        vakor: list[Vaka] = []
        try:
            url = server.starta(mapp, databas="mall")
            motor = session.motor(url, storlek=1)
            migrera.migrera(motor)
            motor.dispose()

            def oppna(regelverk: Regelverk) -> Vaka:
                if vakor:
                    vakor[-1].stang()
                vakor.append(_ny(url, mapp, kommun, regelverk, len(vakor)))
                return vakor[-1]

            yield oppna
            klar = True
        finally:
            if vakor:
                vakor[-1].stang()
            if klar and behall is not None:
                _slapp_mallen(url)
            server.stanna(mapp)
            if not klar or behall is None:
                shutil.rmtree(mapp, ignore_errors=True)


def _ny(url: str, mapp: Path, kommun: str, regelverk: Regelverk, nr: int) -> Vaka:
    namn = f"{NAMN}{nr or ''}"
    with _admin(url) as kor:
        kor(f'CREATE DATABASE "{namn}" TEMPLATE mall STRATEGY file_copy')
        # What a computer that loses its power would lose is no loss here. Nothing else of the path differs.
        kor(f'ALTER DATABASE "{namn}" SET synchronous_commit = off')
    egen = make_url(url).set(database=namn).render_as_string(hide_password=False)
    # Made here and not read: no mail server, no store, no scanner of the municipality's can be reached from it.
    settings = Settings(kommun=kommun, data=mapp, databas=SecretStr(egen), demo=True)
    motor = session.programmets(egen, storlek=2)
    with krets.systemet(motor) as conn:
        return Vaka(settings, motor, las_in_versioner(conn, regelverk, settings.url, settings.nyckel()))


@contextmanager
def _admin(url: str) -> Iterator[Callable[[str], object]]:
    motor = create_engine(make_url(url).set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with motor.connect() as conn:
            yield lambda sats: conn.execute(text(sats))
    finally:
        motor.dispose()


def _slapp_mallen(url: str) -> None:
    with _admin(url) as kor:
        kor("DROP DATABASE IF EXISTS mall WITH (FORCE)")
        kor(f'ALTER DATABASE "{NAMN}" RESET synchronous_commit')


@contextmanager
def avbruten_ar_avbruten() -> Iterator[None]:
    """SIGTERM becomes an interruption, so that what is to be taken away is taken away."""

    def avbryt(_nr: int, _ram: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    try:
        fore = signal.signal(signal.SIGTERM, avbryt)
    except ValueError:  # not in the main thread, where no signal comes
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, fore)

"""A municipality with something of each sort to copy, and empty places to put it back in."""

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from tests.bygg import KONTAKT, NU, Bygge
from tests.tjanster.lagerhjalp import Provlager, med
from tjanster import kopia, sessioner
from tjanster.app import Vaka, oppna
from tjanster.db import t
from tjanster.logg.natt import vakta
from tjanster.settings import Settings


def fyll(bygg: Bygge, lager: Provlager | None = None) -> Bygge:
    """Cases with persons, steps, files in the database (and in a store), letters that wait, somebody logged in, a sealed log."""
    i_lager = med(bygg, lager) if lager else bygg
    for n in range(3):
        nummer = bygg.ny("synpunkt", kontakt=KONTAKT, text=f"Påhittad synpunkt {n}")
        bygg.bifoga(nummer, f"underlag{n}.txt", som="rut")
        if lager:
            i_lager.bifoga(nummer, f"i_lager{n}.txt", som="rut")
        bygg.ny("avvikelse", som="mia")
    with bygg.vaka.systemet() as conn:
        mia = conn.scalar(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == "mia"))
        sessioner.skapa_session(conn, mia, NU)
        conn.execute(t.apinyckel.insert().values(hash="0" * 64, anvandare_id=mia, namn="e-tjänsten", skapad=NU, upphor=None))
        conn.execute(t.aterstallningskod.insert().values(hash="1" * 64, anvandare_id=mia, skapad=NU))
    vakta(bygg.vaka, NU)
    return i_lager


def servermapp() -> Path:
    """A folder for a server of a test's own; stops and goes away with the test process. The runner shuts its own folders to the
    account that a server has when root starts it."""
    mapp = Path(tempfile.mkdtemp(prefix="vaka-prov-"))
    atexit.register(shutil.rmtree, mapp, ignore_errors=True)
    return mapp


@contextmanager
def tom_databas(postgres: str, mall: str = "template0") -> Iterator[str]:
    """The URL of a database with nothing in it."""
    namn = f"tom_{uuid.uuid4().hex[:12]}"
    grund = make_url(postgres)
    admin = create_engine(grund.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as conn:
            conn.execute(text(f'CREATE DATABASE "{namn}" TEMPLATE {mall}'))
        yield grund.set(database=namn).render_as_string(hide_password=False)
        with admin.connect() as conn:
            conn.execute(text(f'DROP DATABASE IF EXISTS "{namn}" WITH (FORCE)'))
    finally:
        admin.dispose()


def annan_dator(bygg: Bygge, databas: str | None, mapp: Path) -> Settings:
    """The settings of a computer that has the keys, another database (None: the embedded one) and a data folder of its own."""
    mapp.mkdir(exist_ok=True)
    for namn in ("nycklar", "hemlighet"):
        shutil.copy(bygg.vaka.settings.datamapp / namn, mapp / namn)
    return bygg.vaka.settings.model_copy(update={"databas": SecretStr(databas) if databas else None, "data": mapp})


@contextmanager
def oppnad(settings: Settings) -> Iterator[Bygge]:
    """The program on a database that was put back."""
    vaka = oppna(settings)
    try:
        yield Bygge(vaka)
    finally:
        vaka.stang()


def innehallet(vaka: Vaka) -> dict[str, list[Any]]:
    """Every row of what must be the same after as before, as the database tells it."""
    tabeller = ("arende", "handelse", "kontakt", "bilaga", "frist", "paminnelse", "notis", "lasning", "loggkedja", "loggdag", "uppdrag")
    with vaka.systemet() as conn:
        return {namn: sorted(map(str, conn.execute(select(getattr(t, namn))))) for namn in tabeller}


def ta(bygg: Bygge, mapp: Path, **val: Any) -> kopia.Tagen:
    mapp.mkdir(exist_ok=True)
    return kopia.ta(bygg.vaka.settings, mapp, val.pop("nu", NU), **val)



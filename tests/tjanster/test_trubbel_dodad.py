"""Killed at any moment, and two watches at once: real processes on a real database."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from tests.bygg import KONTAKT, NU, Bygge
from tests.tjanster.invarianter import brustet
from tjanster.db import migrera
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler.svep import svepa
from tjanster.settings import ROT

DODADE = 15
LANGST = 20.0


class Arbetare:
    """The other process. Reads its lines with a deadline, so that a worker that hangs fails the test."""

    def __init__(self, url: str, mapp: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.tjanster.trubbel_arbetare", url, str(mapp)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROT, bufsize=0,
        )  # fmt: skip
        self.kvar = b""

    def sag(self, order: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{order}\n".encode())

    def rad(self, inom: float = LANGST) -> str:
        """The next line; '' when the process is gone."""
        assert self.process.stdout is not None
        slut = time.monotonic() + inom
        while b"\n" not in self.kvar:
            redo, _, _ = select.select([self.process.stdout], [], [], max(0.0, slut - time.monotonic()))
            assert redo, "arbetaren svarade inte i tid"
            nytt = os.read(self.process.stdout.fileno(), 4096)
            if not nytt:
                return ""
            self.kvar += nytt
        rad, self.kvar = self.kvar.split(b"\n", 1)
        return rad.decode()

    def sluta(self) -> None:
        self.process.kill()
        self.process.wait(10)
        for ror in (self.process.stdin, self.process.stdout):
            assert ror is not None
            ror.close()


@pytest.fixture
def arbetare(bygg: Bygge, databas: str, tmp_path: Path) -> Iterator[Callable[[], Arbetare]]:
    startade: list[Arbetare] = []

    def ny() -> Arbetare:
        startade.append(Arbetare(databas, tmp_path))
        return startade[-1]

    yield ny
    for en in startade:
        en.sluta()


def brutet(bygg: Bygge, svept: datetime | None = None) -> list[str]:
    with bygg.vaka.systemet() as conn:
        return brustet(conn, bygg.vaka.sammanhang, svept=svept)


def vanta_ut_doda(bygg: Bygge) -> None:
    """Until the database has seen that the killed one is gone and has rolled back what it held."""
    fraga = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    slut = time.monotonic() + LANGST
    with bygg.oppen() as conn:
        while conn.scalar(fraga):
            conn.rollback()
            assert time.monotonic() < slut, "den dödades session lever kvar"
            threading.Event().wait(0.01)


def test_dodad_nar_som_helst_ar_varje_arende_fore_eller_efter_steget(
    bygg: Bygge, arbetare: Callable[[], Arbetare]
) -> None:
    bygg.vaka.motor.dispose()
    slump, mor, nu, gjort = Random(20260907), arbetare(), NU, 0
    for nr in range(DODADE):
        mor.sag(f"arbeta {nr} {nu.isoformat()}")
        pid = int(mor.rad().removeprefix("pid "))
        assert mor.rad() == "i gång"
        for _ in range(slump.randint(1, 9)):
            assert mor.rad() == "."
            gjort += 1
        threading.Event().wait(slump.uniform(0, 0.05))
        os.kill(pid, signal.SIGKILL)
        while (rad := mor.rad()) != "död":
            assert rad in (".", "")
            gjort += 1
        vanta_ut_doda(bygg)
        assert brutet(bygg) == []
        bygg.vaka.motor.dispose()
        nu += timedelta(days=slump.choice((0, 1, 1, 3)), hours=slump.choice((0, 4)))
    assert gjort >= 2 * DODADE
    # The next sweep takes up everything that was left, and the one after has nothing to do.
    morgon = datetime(nu.year, nu.month, nu.day, 7, tzinfo=SVENSK_TID) + timedelta(days=7)
    morgon = datetime.combine(
        bygg.vaka.sammanhang.regelverk.kalender.nasta_arbetsdag(morgon.date(), True), morgon.timetz()
    )
    utfall = svepa(bygg.vaka, morgon)
    assert (utfall.fel, utfall.utan_mottagare) == ([], 0)
    assert brutet(bygg, svept=morgon) == []
    igen = svepa(bygg.vaka, morgon)
    assert (igen.trappsteg, igen.flyttade, igen.brutna, igen.morgonbrev) == (0, 0, 0, 0)


def test_dodad_mitt_i_svepet_forlorar_ingen_sin_paminnelse(bygg: Bygge, arbetare: Callable[[], Arbetare]) -> None:
    """Killed between the rungs and the letters, and not started until the day after: the letter comes then."""
    for _ in range(5):
        bygg.ny("synpunkt", kontakt=KONTAKT)
    morgon = datetime(2026, 10, 5, 7, tzinfo=SVENSK_TID)
    hallare = bygg.oppen()
    # Held so that the sweep has let the rungs fall and stands still before the letters.
    hallare.execute(text("LOCK TABLE notis IN SHARE ROW EXCLUSIVE MODE"))
    svepare = arbetare()
    svepare.sag(f"svepa {morgon.isoformat()} 1")
    assert svepare.rad() == "redo"
    svepare.sag("")
    fraga = text("SELECT count(*) FROM paminnelse WHERE fallen IS NOT NULL")
    vantar = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    slut = time.monotonic() + LANGST
    with bygg.oppen() as conn:
        while not (conn.scalar(fraga) and conn.scalar(vantar)):
            conn.rollback()
            assert time.monotonic() < slut, "svepet kom aldrig till breven"
            threading.Event().wait(0.01)
    svepare.process.kill()
    svepare.process.wait(10)
    hallare.rollback()
    hallare.close()
    assert bygg.notiser("morgonbrev") == []
    dagen_efter = morgon + timedelta(days=1)
    assert svepa(bygg.vaka, dagen_efter).morgonbrev > 0
    assert brutet(bygg, svept=dagen_efter) == []
    mottagare = {n["anvandare_id"] for n in bygg.notiser("morgonbrev")}
    # The quality lead gets only what rungs address to them, so theirs was the letter that could be lost.
    assert bygg.aktor("kim").id in mottagare  # type: ignore[union-attr]


def test_tva_svep_samtidigt_ger_varje_sak_en_gang(bygg: Bygge, arbetare: Callable[[], Arbetare]) -> None:
    for i in range(15):
        bygg.ny("synpunkt", kontakt=KONTAKT)
        bygg.ny("avvikelse", "mia")
        if i < 10:
            bygg.ny("lex_sarah", "mia")
            bygg.ny("beslut", externt_id=f"D-{i}")
    morgon = datetime(2026, 12, 8, 7, tzinfo=SVENSK_TID)
    par = [arbetare(), arbetare()]
    for en in par:
        en.sag(f"svepa {morgon.isoformat()} 2")
    assert [en.rad() for en in par] == ["redo"] * 2
    for en in par:
        en.sag("")
    assert [en.rad(40) for en in par] == ["klar"] * 2
    assert brutet(bygg, svept=morgon) == []
    with bygg.vaka.systemet() as conn:
        steg = conn.scalars(text("SELECT a.nummer FROM handelse h JOIN arende a ON a.id = h.arende_id WHERE h.handelse = 'blir_ej_verkstallt'")).all()
        sagt = conn.execute(text("SELECT sum((utfall->>'trappsteg')::int), sum((utfall->>'flyttade')::int), sum((utfall->>'brutna')::int) FROM svep")).one()
        facit = conn.execute(text("SELECT (SELECT count(*) FROM paminnelse WHERE fallen IS NOT NULL), 10, (SELECT count(*) FROM fristbrott)")).one()
    assert sorted(Counter(steg).values()) == [1] * 10
    assert tuple(sagt) == tuple(facit)
    per_person = Counter(n["anvandare_id"] for n in bygg.notiser("morgonbrev"))
    assert set(per_person.values()) == {1}


def test_tva_som_migrerar_samtidigt_gor_det_en_gang(bygg: Bygge) -> None:
    fel: list[Exception] = []

    def migrera_() -> None:
        try:
            migrera.migrera(bygg.vaka.motor)
        except Exception as e:
            fel.append(e)

    tradar = [threading.Thread(target=migrera_) for _ in range(2)]
    for trad in tradar:
        trad.start()
    for trad in tradar:
        trad.join(20)
    assert (fel, migrera.nuvarande(bygg.vaka.motor)) == ([], migrera.nyaste())

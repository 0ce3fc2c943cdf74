"""The campaign: everything runs, somebody is killed, and again; then all comes to rest and is looked at from outside."""

import base64
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import InterfaceError, OperationalError

from tests.bygg import NU, lagg_in_personal
from tests.conftest import starta_vaka
from tests.krasch.databas import Databas
from tests.krasch.last import Arbetare, Bok
from tests.krasch.noder import UPPE_INOM, Nod, kor, ledig_port, starta
from tests.tjanster.kopiahjalp import servermapp
from tjanster.app import Vaka
from tjanster.db import krets, migrera, session
from tjanster.klocka import SVENSK_TID
from tjanster.konton import skapa_nyckel
from tjanster.settings import ROT

_BORTA = (OperationalError, InterfaceError)

SLAG = {"webb": 35, "vakt": 35, "import": 12, "databasens betjänt": 6, "databasen": 8, "allt": 4}
"""Who is killed, and how often of a hundred times."""
LANGST_MELLAN = 1.2
RADER = 25
"""In a file that is read in."""


@dataclass
class Utfall:
    """What the campaign did. dodade: kind → number. skott: when which kind was killed, by the machine's clock."""

    dodade: Counter[str] = field(default_factory=Counter)
    skott: list[tuple[float, str]] = field(default_factory=list)
    bocker: list[Bok] = field(default_factory=list)


_VANTAR = """SELECT mall, nyckel, skapad, tidigast, nasta_forsok, forsok, bradskande, lantagare, senaste_fel
  FROM notis WHERE status = 'vantar' AND tidigast <= :nu"""


class Varld:
    """A municipality's whole installation: database, mail server, webs, watches and those who work. databas: another than one
    server."""

    def __init__(self, mapp: Path, fro: int, *, webbar: int = 2, vakter: int = 2, arbetare: int = 4, databas: Any = None) -> None:
        self.mapp, self.slump, self.utfall = mapp, Random(fro), Utfall()
        self.databas = databas or Databas(servermapp() / "db")
        self.databas.starta()
        motor = session.motor(self.databas.url, storlek=1)
        migrera.migrera(motor)
        motor.dispose()
        self.brev = mapp / "brev.txt"
        self.brev.touch()
        port = ledig_port()
        self.brevserver = subprocess.Popen(
            [sys.executable, "-m", "tests.krasch.brevserver", str(port), str(self.brev)],
            cwd=ROT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.brevserver.stdout is not None
        assert self.brevserver.stdout.readline() == b"redo\n"
        self.miljo = {
            "VAKA_KOMMUN": "exempelkommun", "VAKA_DEMO": "ja", "VAKA_DATABAS": self.databas.url, "VAKA_DATA": str(mapp / "data"),
            "VAKA_SMTP": f"smtp://127.0.0.1:{port}?timeout=10&svarstid=10", "VAKA_AVSANDARE": "vaka@kommun.example",
            "VAKA_HEMLIGHET": secrets.token_urlsafe(48), "VAKA_NYCKLAR": f"prov:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        }  # fmt: skip
        self.start, self.nu0 = time.time(), NU
        self.motor: Engine = session.programmets(self.databas.url, storlek=3)
        with krets.systemet(self.motor) as conn:
            lagg_in_personal(conn)
            self.tokens = {som: _token(conn, som) for som in ("rut", "hanna", "mia")}
        self.noder = [Nod(roll, self.miljo, mapp / f"{roll}{nr}.log") for roll, antal in (("webb", webbar), ("vakt", vakter)) for nr in range(antal)]
        self.filer: list[Path] = []
        self.arbetare = [Arbetare(fro * 1000 + nr, self.portar, self.tokens, lambda: self.nu().date()) for nr in range(arbetare)]
        self.utfall.bocker = [a.bok for a in self.arbetare]

    def nu(self) -> datetime:
        """The time where the nodes are."""
        return self.nu0 + timedelta(seconds=time.time() - self.start)

    def portar(self) -> list[int]:
        return [n.port for n in self.noder if n.roll == "webb" and n.uppe.is_set()]

    # -- up and down --------------------------------------------------------------------------------------------------

    def upp(self) -> None:
        for nod in self.noder:
            nod.starta(self.nu())
        for nod in self.noder:
            nod.vanta()

    def dodsskott(self) -> None:
        """Kill somebody, and let what was killed come back while the others go on. It may be on its way up, but there is
        always a web that answers before the next is killed."""
        slag = self.slump.choices(list(SLAG), SLAG.values())[0]
        self.vanta_pa_en_webb()
        time.sleep(self.slump.uniform(0, LANGST_MELLAN))  # noqa: TID251 — at any moment
        if slag in ("webb", "vakt"):
            nod = self.slump.choice([n for n in self.noder if n.roll == slag])
            self.skjut(slag, nod.doda)
            nod.starta(self.nu())
        elif slag == "import":
            self.importera_och_doda()
        elif slag == "databasens betjänt":
            self.skjut(slag, lambda: self.databas.doda_en(self.slump))
        elif slag == "databasen":
            self.skjut(slag, self.databas.doda)
            self.databas.starta()
        else:
            self.stromavbrott()

    def vanta_pa_en_webb(self) -> None:
        """Until somebody answers. Who ended because the database was away when it started is started again, as systemd does."""
        slut = time.monotonic() + UPPE_INOM
        while not self.portar():
            self.starta_om()
            assert time.monotonic() < slut, "ingen webb svarar"
            threading.Event().wait(0.1)
        self.starta_om()

    def starta_om(self) -> None:
        for nod in self.noder:
            if nod.process is not None and nod.process.poll() is not None:
                nod.starta(self.nu())

    def skjut(self, slag: str, doda: Any) -> None:
        self.utfall.skott.append((time.time(), slag))
        doda()
        self.utfall.dodade[slag] += 1

    def stromavbrott(self) -> None:
        """All of Vaka and its database at once. It comes back the morning of a later day."""
        self.utfall.skott.append((time.time(), "allt"))
        for nod in self.noder:
            nod.doda()
        self.databas.doda()
        self.utfall.dodade["allt"] += 1
        self.nasta_morgon()
        self.databas.starta()
        self.upp()

    def nasta_morgon(self) -> None:
        dag = self.nu().date() + timedelta(days=self.slump.choice((1, 1, 3, 7)))
        while dag.weekday() > 4:
            dag += timedelta(days=1)
        self.nu0, self.start = datetime(dag.year, dag.month, dag.day, 9, tzinfo=SVENSK_TID), time.time()

    # -- imports ------------------------------------------------------------------------------------------------------

    def importera_och_doda(self) -> None:
        """A file of decisions, its import killed while it goes on. It is read again at the end, as somebody would who saw no
        receipt."""
        fil = self.mapp / f"beslut{len(self.filer)}.csv"
        dag = (self.nu().date() - timedelta(days=self.slump.choice((5, 60, 88)))).isoformat()
        rader = [f"{fil.stem}-{nr};{dag};SoL (2025:400) 11 kap. 1 §;Kontaktperson/-familj;kvinna;Familjehemsenheten;;;;" for nr in range(RADER)]
        fil.write_text("externt_id;beslutsdatum;lagrum;insats;kon;enhet;verkstalld;avbruten;aterupptagen;orsak\n" + "\n".join(rader) + "\n", "utf-8")
        self.filer.append(fil)
        process = starta(["importera", "beslut", str(fil)], self.miljo, self.nu(), subprocess.DEVNULL)
        time.sleep(self.slump.uniform(0.5, 3.5))  # noqa: TID251 — somewhere between its start and its end
        self.skjut("import", process.kill)
        process.wait(20)
        # All of the file's rows or none: never a part.
        with self.fraga() as conn:
            antal = self.inlasta(conn, fil)
        assert antal in (0, RADER), f"{fil.name}: {antal} av {RADER} rader"

    def inlasta(self, conn: Connection, fil: Path) -> int:
        return int(conn.scalar(text("SELECT count(*) FROM arende WHERE process = 'beslut' AND externt_id LIKE :m"), {"m": f"{fil.stem}-%"}) or 0)

    @contextmanager
    def fraga(self) -> Iterator[Connection]:
        """The whole database, asked from outside, once it is up."""
        slut = time.monotonic() + 60
        while True:
            try:
                with krets.systemet(self.motor) as conn:
                    conn.execute(text("SELECT 1"))
                break
            except _BORTA:
                if time.monotonic() > slut:
                    raise
                self.motor.dispose()
                threading.Event().wait(0.2)
        with krets.systemet(self.motor) as conn:
            yield conn

    # -- the whole ----------------------------------------------------------------------------------------------------

    def borja(self) -> None:
        """All is up, and everybody works."""
        self.upp()
        for a in self.arbetare:
            a.start()

    def kvitterade(self) -> int:
        """How many yeses those who work have been given."""
        return sum(len(b.arenden) + len(b.steg) for b in self.utfall.bocker)

    def kor(self, antal: int, visa: Any = None) -> Utfall:
        """Kill so many times while everybody works, and come to rest."""
        self.borja()
        for nr in range(antal):
            self.dodsskott()
            if visa:
                visa(nr + 1, self.utfall)
            if fel := [f for b in self.utfall.bocker for f in b.nej]:
                raise AssertionError(f"efter {nr + 1} dödade: {fel[:3]}")
        self.till_ro()
        return self.utfall

    def till_ro(self) -> None:
        """Everybody stops working, the files are read in, a new morning comes, and the outbox is emptied."""
        for a in self.arbetare:
            a.slut.set()
        for a in self.arbetare:
            a.join(60)
            assert not a.is_alive(), "en arbetare fick aldrig svar"
        self.utfall.skott.append((time.time(), "allt"))  # a watch may fall between the mail server's yes and its note here too
        for nod in self.noder:
            nod.doda()
        self.nasta_morgon()
        for fil in self.filer:
            kod, ut = kor(["importera", "beslut", str(fil)], self.miljo, self.nu())
            assert kod == 0, ut
        for _ in range(40):
            kod, ut = kor(["bevaka"], self.miljo, self.nu())
            assert kod == 0, ut
            with self.fraga() as conn:
                kvar = conn.execute(text(_VANTAR), {"nu": self.nu()}).mappings().all()
            if not kvar:
                return
            # The server asked some of them to wait, and the killed held others.
            self.nu0 += max(max(brev["nasta_forsok"] for brev in kvar) - self.nu(), timedelta()) + timedelta(minutes=1)
        raise AssertionError(f"brev väntar fortfarande {self.nu()}: {[dict(brev) for brev in kvar]}\n{ut}")

    def vaka(self) -> Vaka:
        return starta_vaka(self.motor, self.databas.url, self.mapp / "data", "exempelkommun")

    def stang(self) -> None:
        for a in self.arbetare:
            a.slut.set()
        for nod in self.noder:
            if nod.process is not None and nod.process.poll() is None:
                nod.doda()
        self.motor.dispose()
        self.databas.stanna()
        assert self.brevserver.stdin is not None
        self.brevserver.stdin.close()
        self.brevserver.wait(20)
        self.brevserver.stdout.close()  # type: ignore[union-attr]


def _token(conn: Connection, som: str) -> str:
    vem = conn.execute(text("SELECT id FROM anvandare WHERE anvandarnamn = :n"), {"n": som}).scalar_one()
    return skapa_nyckel(conn, vem, "prov", NU, NU + timedelta(days=4000))

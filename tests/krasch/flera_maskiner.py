"""`python -m tests.krasch.flera_maskiner`: etcd, three database servers with Patroni by deploy/patroni/patroni.yml, two webs and a watch.
The primary is killed under load; prints how long nobody got anything done, and exits with 1 when anything is lost.

By hand, since Debian's `patroni`, `etcd-server` and `postgresql` must be there; it installs nothing.
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import trustme
from psycopg.conninfo import make_conninfo
from ruamel.yaml import YAML

from tests.krasch.kampanj import Varld
from tests.krasch.noder import ledig_port
from tests.krasch.par import tills, tjanstekonto
from tests.krasch.provning import prova
from tjanster.settings import ROT

FIL = ROT / "deploy" / "patroni" / "patroni.yml"


def program(namn: str) -> str:
    if fil := shutil.which(namn, path=f"{os.environ['PATH']}:/usr/sbin"):
        return fil
    raise SystemExit(f"{namn} saknas. Installera patroni, etcd-server och postgresql.")


class Kluster:
    """etcd and the servers on addresses of their own of this machine; as `Varld` wants a database."""

    def __init__(self, mapp: Path, antal: int) -> None:
        self.mapp, self.konto = mapp, tjanstekonto()
        self.adresser = [f"127.0.0.{nr + 2}" for nr in range(antal)]
        self.port, self.rest, self.etcd = ledig_port(), ledig_port(), ledig_port()
        self.losen = {namn: secrets.token_hex(16) for namn in ("superuser", "replication", "rewind", "vaka")}
        self.processer: dict[str, subprocess.Popen[bytes]] = {}
        self.url = f"postgresql://vaka:{self.losen['vaka']}@{','.join(f'{a}:{self.port}' for a in self.adresser)}/vaka?target_session_attrs=read-write&sslmode=require"

    def _kor(self, namn: str, *ord_: str) -> None:
        with (self.mapp / f"{namn}.log").open("ab") as fil:
            self.processer[namn] = subprocess.Popen(ord_, user=self.konto, stdout=fil, stderr=fil, cwd=self.mapp, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})

    def _konf(self, nr: int, adress: str) -> Path:
        """The example as it stands, with this machine's addresses, folders and passwords."""
        k: dict[str, Any] = YAML(typ="safe").load(FIL.read_text("utf-8"))
        k["name"], k["etcd3"]["hosts"] = f"db{nr + 1}", f"127.0.0.1:{self.etcd}"
        k["restapi"] = {"listen": f"{adress}:{self.rest}", "connect_address": f"{adress}:{self.rest}"}
        k["bootstrap"]["pg_hba"] = [rad.replace("10.0.0.0/24", "127.0.0.0/8") for rad in k["bootstrap"]["pg_hba"]]
        p = k["postgresql"]
        p["listen"] = p["connect_address"] = f"{adress}:{self.port}"
        p["data_dir"], p["bin_dir"] = str(self.mapp / f"db{nr + 1}"), str(sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1])
        p["parameters"] |= {"unix_socket_directories": "", "ssl_cert_file": str(self.mapp / "cert.pem"), "ssl_key_file": str(self.mapp / "nyckel.pem")}
        p["pgpass"] = str(self.mapp / f"pgpass{nr}")
        for vem, val in p["authentication"].items():
            val["password"] = self.losen[vem]
        k["watchdog"]["mode"] = "off"  # this machine is everybody's
        ut = self.mapp / f"db{nr + 1}.yml"
        with ut.open("w", encoding="utf-8") as fil:
            YAML(typ="safe").dump(k, fil)
        return ut

    def starta(self) -> None:
        cert = trustme.CA().issue_cert("127.0.0.1")
        cert.private_key_pem.write_to_path(self.mapp / "nyckel.pem")
        cert.cert_chain_pems[0].write_to_path(self.mapp / "cert.pem")
        (self.mapp / "nyckel.pem").chmod(0o600)
        filer = [self._konf(nr, adress) for nr, adress in enumerate(self.adresser)]
        if self.konto:
            for vag in (self.mapp, *self.mapp.iterdir()):
                shutil.chown(vag, self.konto, self.konto)
        hit = f"http://127.0.0.1:{self.etcd}"
        self._kor("etcd", program("etcd"), "--data-dir", str(self.mapp / "etcd"), "--listen-client-urls", hit, "--advertise-client-urls", hit, "--listen-peer-urls", f"http://127.0.0.1:{ledig_port()}")
        for nr, fil in enumerate(filer):
            self._kor(f"patroni{nr + 1}", program("patroni"), str(fil))
            tills(lambda nr=nr: self.primar() is not None if nr == 0 else self.antal() > nr, f"db{nr + 1} kom inte upp: {self.mapp}")
        vart = make_conninfo(host=self.primar(), port=self.port, user="postgres", password=self.losen["superuser"], dbname="postgres")
        with psycopg.connect(vart, autocommit=True) as conn:
            conn.execute(f"CREATE ROLE vaka LOGIN CREATEROLE PASSWORD '{self.losen['vaka']}'")  # type: ignore[call-overload]
            conn.execute("CREATE DATABASE vaka OWNER vaka")

    def _fraga(self, adress: str, vad: str) -> dict[str, Any] | None:
        try:
            svar = httpx.get(f"http://{adress}:{self.rest}/{vad}", timeout=2)
        except httpx.HTTPError:
            return None
        return dict(svar.json()) if svar.status_code == 200 else None

    def primar(self) -> str | None:
        return next((a for a in self.adresser if self._fraga(a, "primary")), None)

    def antal(self) -> int:
        """How many there are, the synchronous one among them; 0 until there is one."""
        primar = self.primar()
        roller = [m["role"] for m in (self._fraga(primar, "cluster") or {"members": []})["members"]] if primar else []
        return len(roller) if "sync_standby" in roller else 0

    def doda(self) -> None:
        """SIGKILL to all that runs on the primary's machine, Patroni too."""
        primar = self.primar()
        assert primar
        nr = self.adresser.index(primar) + 1
        moder = int((self.mapp / f"db{nr}" / "postmaster.pid").read_text("utf-8").split()[0])
        alla = [psutil.Process(self.processer[f"patroni{nr}"].pid), psutil.Process(moder), *psutil.Process(moder).children(recursive=True)]
        for en in alla:
            en.suspend()
        for en in alla:
            en.kill()
        self.processer[f"patroni{nr}"].wait(20)

    def stanna(self) -> None:
        for process in reversed(self.processer.values()):  # Patroni takes its server with it; etcd last
            if process.poll() is None:
                process.terminate()
                process.wait(60)


def main() -> int:
    val = argparse.ArgumentParser(prog="python -m tests.krasch.flera_maskiner")
    val.add_argument("--servrar", type=int, default=3, choices=(2, 3))
    servrar = val.parse_args().servrar
    mapp, data = Path(tempfile.mkdtemp(prefix="vaka-patroni-")), Path(tempfile.mkdtemp(prefix="vaka-flera-"))
    kluster = Kluster(mapp, servrar)
    try:
        varld = Varld(data, int(time.time()), webbar=2, vakter=1, databas=kluster)
    except BaseException:
        kluster.stanna()
        raise
    try:
        varld.borja()
        tills(lambda: varld.kvitterade() > 60, "ingen fick något gjort")
        gamla = kluster.primar()
        varld.skjut("databasen", kluster.doda)
        dog, fore = time.monotonic(), varld.kvitterade()
        ny = tills(lambda: (p := kluster.primar()) != gamla and p, "ingen tog över")
        vald = time.monotonic() - dog
        tills(lambda: varld.kvitterade() > fore + 4, "arbetet gick inte vidare")
        igen = time.monotonic() - dog
        tills(lambda: varld.kvitterade() > fore + 60, "arbetet gick inte vidare")
        omstartade = [nod.roll for nod in varld.noder if nod.process is None or nod.process.poll() is not None]
        varld.till_ro()
        f = prova(varld)
    finally:
        varld.stang()
    sys.stdout.write(
        f"{gamla} dödades, {ny} tog över efter {vald:.1f} s, arbetet gick vidare efter {igen:.1f} s\n"
        f"kvitterade {f.kvitterade}, förlorade {f.forlorade}, dubbla {f.dubbla}, utan svar {f.ovissa}, omstartade {len(omstartade)}, brev {f.brev}, uteblivna {f.uteblivna}\n"
        + "".join(f"FEL {ett}\n" for ett in f.fel[:20])
    )
    if f.fel or omstartade:
        sys.stdout.write(f"Allt ligger kvar i {mapp} och {data}\n")
        return 1
    shutil.rmtree(mapp)
    shutil.rmtree(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())

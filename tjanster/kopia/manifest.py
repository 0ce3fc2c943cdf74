"""What a copy is: a folder with a manifest that names each file, sealed with the municipality's key.

The folder gets its name when all is in it and on disk. Until then, and while it is taken away, its name ends in HALV.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tjanster.kopia.fel import Kopiefel
from tjanster.krypto import Nyckelring

FORM = 1
HALV = ".halv"
FIL = "manifest.json"
DUMP = "databas.dump"
BIT = 1024 * 1024
SLAG = "kopia"
Framsteg = Callable[[int, int], None]
"""Called with (done, all)."""


class Fil(BaseModel):
    """A file of the copy: its path there, bytes and SHA-256."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    namn: str
    storlek: int
    sha256: str


class Kopierat(BaseModel):
    """A store for attachments outside the database: its name, and the folder of the copy where its objects lie."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lager: str
    mapp: str
    objekt: int


class Manifest(BaseModel):
    """tagen: the moment that the copy shows, Swedish time. vaka, tabeller, postgres: versions of the program, its tables and the server;
    verktyg: of what wrote the dump. regler, regelhash: the rules that held. logg: the newest seal's number and hash. antal: rows
    of each table. nycklar: the names of the keys that something is encrypted or sealed with, each with a keyed hash by which the right
    key is known again; hemlighet likewise. Keys themselves are never in it. mac: the seal of all this, by the key `forseglad_med`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: int
    kommun: str
    tagen: datetime
    vaka: str
    tabeller: str
    postgres: int
    verktyg: int
    regler: int | None
    regelhash: str | None
    logg: tuple[int, str] | None
    antal: dict[str, int]
    nycklar: dict[str, str]
    hemlighet: str
    lager: list[Kopierat]
    filer: list[Fil]
    forseglad_med: str
    mac: str = ""

    @property
    def storlek(self) -> int:
        return sum(fil.storlek for fil in self.filer)

    def sigill(self, ring: Nyckelring) -> str:
        """Raises OkandNyckel when the key isn't in the ring."""
        rader = json.dumps(self.model_dump(mode="json", exclude={"mac"}), sort_keys=True, ensure_ascii=True)
        return ring.mac(SLAG, rader.encode(), self.forseglad_med).hex()


def nyckelprov(ring: Nyckelring, namn: str) -> str:
    """By which a key is known again. Raises OkandNyckel."""
    return ring.mac(f"{SLAG}:nyckel", namn.encode(), namn).hex()[:16]


def hemlighetens_prov(hemlighet: str) -> str:
    return hmac.digest(hemlighet.encode(), b"vaka kopia", "sha256").hex()[:16]


def las(mapp: Path) -> Manifest:
    """The manifest of a folder that has the name of a whole copy. Raises Kopiefel, also for a copy that a newer Vaka wrote."""
    if not mapp.is_dir():
        raise Kopiefel(f"{mapp} är ingen mapp. Ange mappen som 'vaka sakerhetskopia' gjorde.")
    if mapp.name.endswith(HALV):
        raise Kopiefel(f"{mapp} är en halv kopia: den blev aldrig klar. Använd en annan.")
    try:
        varden = json.loads((mapp / FIL).read_text(encoding="utf-8"))
        form = varden["form"]
    except FileNotFoundError:
        raise Kopiefel(f"{mapp} är ingen hel kopia: {FIL} saknas. Ange mappen som 'vaka sakerhetskopia' gjorde.") from None
    except OSError as fel:
        raise Kopiefel(f"{mapp / FIL} går inte att läsa ({fel.strerror}).") from None
    except (ValueError, KeyError, TypeError):
        raise Kopiefel(_andrad(mapp)) from None
    if isinstance(form, int) and form > FORM:
        raise Kopiefel(f"Kopian {mapp.name} är gjord av en nyare Vaka. Läs tillbaka den med den versionen.")
    try:
        return Manifest.model_validate(varden)
    except ValidationError:
        raise Kopiefel(_andrad(mapp)) from None


def prova_sigillet(mapp: Path, manifest: Manifest, ring: Nyckelring) -> None:
    """Raises Kopiefel, also when the key it was sealed with is gone."""
    try:
        helt = hmac.compare_digest(manifest.sigill(ring), manifest.mac)
    except ValueError:
        raise Kopiefel(f"Nyckeln {manifest.forseglad_med} saknas i VAKA_NYCKLAR: utan den går kopian inte att pröva.") from None
    if not helt:
        raise Kopiefel(_andrad(mapp))


def _andrad(mapp: Path) -> str:
    return f"{mapp / FIL} är ändrad eller skadad sedan kopian togs. Använd en annan kopia."


def prova_filerna(mapp: Path, manifest: Manifest, framsteg: Framsteg | None = None) -> None:
    """Is each file the one that was written? Raises Kopiefel, which names the first that isn't."""
    gangna = 0
    for fil in manifest.filer:
        vag = mapp / fil.namn
        try:
            if vag.stat().st_size != fil.storlek:
                raise Kopiefel(f"{vag} är {vag.stat().st_size} byte och ska vara {fil.storlek}. Kopian är skadad: använd en annan.")
            summa = hashlib.sha256()
            for bit in _bitar(vag):
                summa.update(bit)
                gangna += len(bit)
                if framsteg is not None:
                    framsteg(gangna, manifest.storlek)
        except FileNotFoundError:
            raise Kopiefel(f"{vag} saknas. Kopian är skadad: använd en annan.") from None
        except OSError as fel:
            raise Kopiefel(f"{vag} går inte att läsa ({fel.strerror}). Kopian är skadad, eller disken: använd en annan.") from None
        if summa.hexdigest() != fil.sha256:
            raise Kopiefel(f"{vag} är ändrad sedan kopian togs. Kopian är skadad: använd en annan.")


def fil_i(mapp: Path, vag: Path) -> Fil:
    """How a file that lies in the copy is named there."""
    summa = hashlib.sha256()
    for bit in _bitar(vag):
        summa.update(bit)
    return Fil(namn=vag.relative_to(mapp).as_posix(), storlek=vag.stat().st_size, sha256=summa.hexdigest())


def _bitar(vag: Path) -> Iterator[bytes]:
    with vag.open("rb") as fil:
        while bit := fil.read(BIT):
            yield bit


def skriv_fil(vag: Path, data: bytes) -> None:
    """On disk before it returns, and read by nobody else."""
    with os.fdopen(os.open(vag, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as fil:
        fil.write(data)
        fil.flush()
        os.fsync(fil.fileno())


def pa_disken(vag: Path) -> None:
    fd = os.open(vag, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def hela(mapp: Path, kommun: str, ring: Nyckelring) -> list[tuple[Path, Manifest]]:
    """The whole copies of a municipality in a folder, the newest first: sealed by a key of ours, each file there with its size."""
    ut = []
    for vag in mapp.iterdir():
        if vag.is_symlink() or not vag.is_dir() or not (vag / FIL).is_file():
            continue
        try:
            manifest = las(vag)
            prova_sigillet(vag, manifest, ring)
        except Kopiefel:
            continue
        if manifest.kommun == kommun and all(_finns(vag, fil) for fil in manifest.filer):
            ut.append((vag, manifest))
    return sorted(ut, key=lambda par: (par[1].tagen, par[0].name), reverse=True)


def _finns(mapp: Path, fil: Fil) -> bool:
    vag = mapp / fil.namn
    return vag.is_file() and vag.stat().st_size == fil.storlek


def som_dict(mapp: Path, m: Manifest) -> dict[str, Any]:
    """What a command tells of a copy."""
    return {
        "mapp": str(mapp), "tagen": m.tagen.isoformat(timespec="seconds"), "vaka": m.vaka, "tabeller": m.tabeller, "storlek": m.storlek,
        "arenden": m.antal.get("arende", 0), "handelser": m.antal.get("handelse", 0), "bilagor": m.antal.get("bilaga", 0),
        "logg": {"nr": m.logg[0], "hash": m.logg[1]} if m.logg else None, "nycklar": sorted(m.nycklar),
    }  # fmt: skip

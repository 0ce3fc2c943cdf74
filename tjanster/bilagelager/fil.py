"""A store in a folder, by our own hand: the library's doesn't wait until the disk has what was written, and a row may not
be kept without its content.

The folder must be there already. One that vanished (a disk that wasn't mounted) is not made anew.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from tjanster.bilagelager.adress import mappen
from tjanster.bilagelager.namn import FORM, HALV
from tjanster.bilagelager.ram import STORST, LagretSvararInte, Objekt, ObjektetSaknas


class Fillager:
    """Only Vaka's own account may read what is written here."""

    def __init__(self, namn: str) -> None:
        self.namn, self.mapp = namn, mappen(namn)

    def skriv(self, objekt: str, data: bytes) -> None:
        vag = self._vag(objekt)
        halv = vag.with_name(vag.name + HALV)
        with self._fragad("går inte att skriva i"):
            vag.parent.parent.mkdir(mode=0o700, exist_ok=True)
            vag.parent.mkdir(mode=0o700, exist_ok=True)
            try:
                with os.fdopen(os.open(halv, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as fil:
                    fil.write(data)
                    fil.flush()
                    os.fsync(fil.fileno())
                halv.rename(vag)
            except OSError:
                with suppress(OSError):
                    halv.unlink(missing_ok=True)
                raise
            for mapp in (vag.parent, vag.parent.parent, self.mapp):
                _pa_disken(mapp)

    def las(self, objekt: str) -> bytes:
        with self._fragad("går inte att läsa"):
            try:
                with os.fdopen(os.open(self._vag(objekt), os.O_RDONLY | os.O_NOFOLLOW), "rb") as fil:
                    return fil.read(STORST)
            except FileNotFoundError:
                raise ObjektetSaknas(objekt) from None

    def ta_bort(self, objekt: str) -> None:
        vag = self._vag(objekt)
        with self._fragad("går inte att skriva i"), suppress(FileNotFoundError):
            vag.unlink()
            _pa_disken(vag.parent)

    def lista(self) -> Iterator[Objekt]:
        with self._fragad("går inte att läsa"):
            for mapp, _, filer in os.walk(self.mapp, onerror=_sag_till):
                for fil in filer:
                    vag = Path(mapp, fil)
                    with suppress(FileNotFoundError):
                        om = vag.lstat()
                        namn = vag.relative_to(self.mapp).as_posix()
                        yield Objekt(namn, om.st_size, datetime.fromtimestamp(om.st_mtime, UTC))

    def _vag(self, objekt: str) -> Path:
        """Where it lies; a name that isn't one of ours never becomes a path."""
        if not FORM.fullmatch(objekt.removesuffix(HALV)):
            raise ObjektetSaknas(objekt)
        return self.mapp / objekt

    @contextmanager
    def _fragad(self, annars: str) -> Iterator[None]:
        if not os.path.isdir(self.mapp):
            raise LagretSvararInte(self.namn, "svarar inte: mappen finns inte, eller går inte att nå")
        try:
            yield
        except OSError as fel:
            raise LagretSvararInte(self.namn, f"{annars} ({fel.strerror})") from None


def _pa_disken(mapp: Path) -> None:
    """A new name in a folder is kept through a power cut only when the folder has been written too."""
    fd = os.open(mapp, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _sag_till(fel: OSError) -> None:
    if not isinstance(fel, FileNotFoundError):
        raise fel

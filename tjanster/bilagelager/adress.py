"""How a store is written in a setting and in the row of what lies there: `databas`, `file:///folder` or `s3://bucket/prefix`."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

DATABAS = "databas"
FIL = "file://"
S3 = "s3://"
FORM = "ska vara databas, file:///mapp eller s3://hink/mapp, till exempel file:///srv/vaka/bilagor"
_HINK = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MAPP = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/|$))*")


@dataclass(frozen=True)
class S3val:
    """Where an S3 service is and by which key one comes in. sekunder: the longest that one object may take."""

    adress: str
    region: str
    nyckel: str = field(repr=False)
    hemlighet: str = field(repr=False)
    sekunder: float = 30.0


def las_lager(text: str) -> str:
    """The store, always written the same way. Raises ValueError, which quotes nothing: somebody may have put a key in it."""
    text = text.strip()
    if text == DATABAS:
        return DATABAS
    try:
        delar = urlsplit(text)
        vag = unquote(delar.path, errors="strict")
        ren = not (delar.query or delar.fragment or "?" in text or "#" in text or delar.username or delar.port)
    except ValueError:
        raise ValueError(FORM) from None
    mapp = Path(vag)
    if ren and delar.scheme == "file" and delar.netloc in ("", "localhost") and _egen_mapp(mapp):
        return mapp.as_uri()
    prefix = vag.removeprefix("/").removesuffix("/")
    if ren and delar.scheme == "s3" and _HINK.fullmatch(delar.netloc) and _MAPP.fullmatch(prefix) and vag == delar.path:
        return f"{S3}{delar.netloc}/{prefix}".rstrip("/")
    raise ValueError(FORM)


def _egen_mapp(mapp: Path) -> bool:
    """A folder that is named whole, and not the root of everything."""
    return mapp.is_absolute() and len(mapp.parts) > 1 and ".." not in mapp.parts and "\0" not in str(mapp)


def mappen(lager: str) -> Path:
    """The folder of a file store."""
    return Path(unquote(urlsplit(lager).path))


def hinken(lager: str) -> tuple[str, str]:
    """The bucket of an S3 store, and what its names begin with there."""
    hink, _, prefix = lager.removeprefix(S3).partition("/")
    return hink, prefix

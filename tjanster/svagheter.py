"""What is weak in how Vaka is set up: what it refuses to start with in production, and what `vaka halsa` tells of."""

import base64
import itertools
import math
import re
import stat
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

FORVALDA = frozenset(
    {"", "admin", "byt-mig", "changeme", "example", "exempel", "hemlig", "hemligt", "losen", "losenord", "lösenord", "pass",
     "password", "postgres", "root", "secret", "test", "vaka", "123456", "12345678"}
)  # fmt: skip
_EXEMPELORD = re.compile(
    r"hemlig(het|t)?|secret|change[-_ ]?me|byt[-_ ]?mig|l[oö]senord|password|exempel|example|vaka|slumpade?|tecken|minst",
    re.I,
)
NARA = ("", "localhost", "127.0.0.1", "::1")
LAGSTA_BITAR = 90


def gissningsbar(hemlighet: str) -> bool:
    """Could somebody guess it: words from a manual, the same over and over, or steps along the keyboard?"""
    kvar = _EXEMPELORD.sub("", hemlighet)
    if len(kvar) < 24:
        return True
    antal = Counter(kvar)
    bitar = -sum(n * math.log2(n / len(kvar)) for n in antal.values())
    grannar = sum(abs(ord(a) - ord(b)) <= 1 for a, b in itertools.pairwise(kvar))
    return bitar < LAGSTA_BITAR or grannar > len(kvar) // 2 or kvar in (kvar + kvar)[1:-1]


def enkla_nycklar(nycklar: str) -> bool:
    """Is any of the keys (`id:base64`) no random one: the same few bytes over and over?"""
    for rad in nycklar.replace(",", " ").split():
        try:
            nyckel = base64.b64decode(rad.rpartition(":")[2], validate=True)
        except ValueError:
            return False  # told as broken by the one who reads it
        if len(set(nyckel)) < 12:
            return True
    return False


def forvalt_losen(url: str) -> bool:
    """Does an address bear a password that everybody tries first? None at all is no password: then something else proves who."""
    delar = urlsplit(url)
    losen = unquote(delar.password) if delar.password is not None else None
    return losen is not None and (losen.lower() in FORVALDA or losen == unquote(delar.username or ""))


def databasens(url: str) -> list[str]:
    """What is weak in the way to the database."""
    from psycopg.conninfo import conninfo_to_dict  # heavy, and asked only of a database of one's own

    val, fel = conninfo_to_dict(url), list[str]()
    vard = ",".join(v for v in str(val.get("host", "")).split(",") if v not in NARA and not v.startswith("/"))
    satt = val.get("sslmode", "")
    if not vard:
        return fel
    if satt not in ("require", "verify-ca", "verify-full"):
        fel.append(
            f"VAKA_DATABAS: förbindelsen till {vard} kan gå okrypterad. Lägg till ?sslmode=verify-full i adressen."
        )
    elif satt == "require":
        fel.append(f"VAKA_DATABAS: certifikatet hos {vard} prövas inte. Skriv sslmode=verify-full och sslrootcert.")
    return fel


def epostens(url: str) -> list[str]:
    """What is weak in the way to the mail server."""
    delar = urlsplit(url)
    if delar.scheme == "smtps" or (delar.hostname or "") in NARA:
        return []
    if parse_qs(delar.query).get("starttls", ["ja" if delar.password else "auto"])[0] == "ja":
        return []
    rad = f"VAKA_SMTP: breven till {delar.hostname} kan gå okrypterade. Skriv ?starttls=ja i adressen, eller använd smtps://."
    return [rad]


def oppna_filer(filer: Mapping[str, Path]) -> list[str]:
    """Files with secrets that others on the machine may read. filer: what each is called in a sentence."""
    fel = []
    for namn, fil in filer.items():
        try:
            rattigheter = fil.stat().st_mode
        except OSError:
            continue
        if stat.S_ISREG(rattigheter) and rattigheter & 0o077:
            fel.append(f"{namn}: filen {fil} kan läsas av andra på datorn. Kör 'chmod 600 {fil}'.")
    return fel


def oppen_mapp(namn: str, mapp: Path) -> list[str]:
    """A folder in which others on the machine may look, or take away what lies there."""
    try:
        oppen = mapp.stat().st_mode & 0o077
    except OSError:
        return []  # told by whoever writes there
    return [f"{namn}: mappen {mapp} är öppen för andra på datorn. Kör 'chmod 700 {mapp}'."] if oppen else []


def hemliga_filer(miljo: Mapping[str, str], datamapp: Path, toml: Path) -> dict[str, Path]:
    """Where secrets lie: the files that settings name, the settings' own, and those that Vaka made. What systemd lays out for the
    program alone is let be: who may read it isn't told by its mode."""
    ut = {
        namn: Path(varde) for namn, varde in sorted(miljo.items()) if namn.startswith("VAKA_") and namn.endswith("_FIL")
    }
    if egen := miljo.get("CREDENTIALS_DIRECTORY"):
        ut = {namn: fil for namn, fil in ut.items() if not fil.is_relative_to(egen)}
    ut |= {"Inställningarna": toml, "Nyckeln": datamapp / "hemlighet"}
    return ut | {f"Nyckeln {fil.name}": fil for fil in sorted(datamapp.glob("nyck*"))}

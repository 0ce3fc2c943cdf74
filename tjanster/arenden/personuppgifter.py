"""Who left a complaint and how to reach them: encrypted under keys outside the database, found by keyed hashes.

The database itself never joins a person up over cases: each case has its own row, and it goes when the case goes.
"""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from personnummer import personnummer as pnr
from sqlalchemy import Connection

from tjanster.krypto import Nyckelring

FALT: Mapping[str, int] = {"namn": 200, "personnummer": 20, "epost": 254, "telefon": 50, "adress": 500}
"""What is kept of a person → its longest, in characters."""
SOKBARA = ("namn", "personnummer", "epost", "telefon")


class FelPersonnummer(ValueError):
    """Not a personal number; says why, and never repeats it."""


def ringen(conn: Connection) -> Nyckelring:
    """The keys that the connection's program holds."""
    ring: Nyckelring = conn.get_execution_options()["nyckelring"]
    return ring


def las_personnummer(text: str) -> str:
    """A personal or coordination number as people write it → twelve digits. Raises FelPersonnummer."""
    rent = text.strip().replace(" ", "")
    if not all(c.isascii() and (c.isdigit() or c in "-+") for c in rent) or sum(c.isdigit() for c in rent) not in (10, 12):
        raise FelPersonnummer("Skriv personnumret med tio eller tolv siffror, till exempel ÅÅÅÅMMDD-NNNN.")
    try:
        return str(pnr.parse(rent).format(long_format=True))
    except pnr.PersonnummerException:
        raise FelPersonnummer("Personnumret stämmer inte. Kontrollera dagen och den sista siffran.") from None


def maskat(personnummer: str | None) -> str:
    """The day of birth and no more: 19800101-****."""
    return f"{personnummer[:8]}-****" if personnummer else ""


def bindning(arende_id: int) -> str:
    return f"kontakt:{arende_id}"


def till_rad(ring: Nyckelring, uppgifter: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of the person, with the case's row in `arende_id` → the row as it is kept."""
    arende_id = uppgifter["arende_id"]
    kant = {k: v for k in FALT if (v := uppgifter.get(k))}
    return {
        "arende_id": arende_id,
        "uppgifter": ring.kryptera(json.dumps(kant, ensure_ascii=False).encode(), bindning(arende_id)),
        **{f"{slag}_hash": sokhash(ring, slag, kant.get(slag)) for slag in SOKBARA},
    }


def ur_rad(ring: Nyckelring, arende_id: int, blob: bytes) -> dict[str, str | None]:
    """The row → all that is kept of the person, unknown as None. Raises OkandNyckel or FelText."""
    kant = json.loads(ring.oppna(blob, bindning(arende_id)))
    return {k: kant.get(k) for k in FALT}


def sokhash(ring: Nyckelring, slag: str, varde: str | None, nyckel: str | None = None) -> bytes | None:
    """By what a name, number or address is found again, however it is written; None for what isn't known."""
    ren = _ren(slag, varde or "")
    return ring.sokhash(slag, ren, nyckel) if ren else None


def alla_hashar(conn: Connection, slag: str, varde: str | None) -> list[bytes]:
    """The hashes by every key that is still held, to look for one whose row an older key wrote."""
    ring = ringen(conn)
    return [h for nyckel in ring.nycklar if (h := sokhash(ring, slag, varde, nyckel)) is not None]


def _ren(slag: str, varde: str) -> str:
    text = unicodedata.normalize("NFKC", varde).casefold()
    if slag in ("personnummer", "telefon"):
        siffror = "".join(c for c in text if c.isdigit())
        return siffror.removeprefix("0046").removeprefix("46").lstrip("0") if slag == "telefon" else siffror
    return " ".join(text.split())

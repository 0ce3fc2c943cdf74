"""The persons of a case and how to reach them: encrypted under keys outside the database, found by keyed hashes.

The database itself never joins a person up over cases: each case has its own rows, and they go when the case goes.
"""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from arbetsfloden import narmast
from notiser import adress_duger
from tjanster.arenden.nummertext import FelPersonnummer, las_personnummer
from tjanster.krypto import Nyckelring

FALT: Mapping[str, int] = {"namn": 200, "personnummer": 20, "epost": 254, "telefon": 50, "adress": 500}
"""What is kept of a person → its longest, in characters."""
AVSANDARE = "avsandare"
SOKBARA = ("namn", "personnummer", "epost", "telefon")


def ringen(conn: Connection) -> Nyckelring:
    """The keys that the connection's program holds."""
    ring: Nyckelring = conn.get_execution_options()["nyckelring"]
    return ring


def las_uppgifter(skrivet: Mapping[str, Any]) -> tuple[dict[str, str | None], dict[str, str]]:
    """What was typed about a person → as it is kept, empty as None, and a sentence for each field that is wrong."""
    rad: dict[str, str | None] = {}
    fel: dict[str, str] = {}
    for namn, varde in skrivet.items():
        if namn not in FALT:
            fel[namn] = f"'{namn}' är ingen kontaktuppgift{narmast(str(namn), FALT)}"
        elif varde is not None and not isinstance(varde, str):
            fel[namn] = "Här ska det stå text."
        elif varde and len(varde) > FALT[namn]:
            fel[namn] = f"Texten är för lång: {len(varde)} tecken, högst {FALT[namn]}."
        elif varde and any(ord(c) < 32 and c not in "\r\n\t" for c in varde):
            fel[namn] = "Texten innehåller ett tecken som inte kan sparas."
        else:
            rad[namn] = (varde or "").strip() or None
    if rad.get("personnummer"):
        try:
            rad["personnummer"] = las_personnummer(rad["personnummer"] or "")
        except FelPersonnummer as nej:
            fel["personnummer"] = str(nej)
    if rad.get("epost") and not adress_duger(rad["epost"]):
        fel["epost"] = "E-postadressen går inte att skicka till. Skriv till exempel namn@exempel.se."
    return rad, fel


def maskat(personnummer: str | None) -> str:
    """The day of birth and no more: 19800101-****."""
    return f"{personnummer[:8]}-****" if personnummer else ""


def bindning(arende_id: int, roll: str) -> str:
    """Whose the encrypted is: of this case, in this part. What one case concerns is a set, so its persons may change places."""
    return f"kontakt:{arende_id}" if roll == AVSANDARE else f"kontakt:{arende_id}:{roll}"


def till_rad(ring: Nyckelring, uppgifter: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of the person, with the case's row in `arende_id` → the row as it is kept."""
    arende_id, roll = uppgifter["arende_id"], uppgifter.get("roll", AVSANDARE)
    kant = {k: v for k in FALT if (v := uppgifter.get(k))}
    return {
        "arende_id": arende_id,
        "roll": roll,
        "uppgifter": ring.kryptera(json.dumps(kant, ensure_ascii=False).encode(), bindning(arende_id, roll)),
        **{f"{slag}_hash": sokhash(ring, slag, kant.get(slag)) for slag in SOKBARA},
    }


def ur_rad(ring: Nyckelring, arende_id: int, blob: bytes, roll: str = AVSANDARE) -> dict[str, str | None]:
    """The row → all that is kept of the person, unknown as None. Raises OkandNyckel or FelText."""
    kant = json.loads(ring.oppna(blob, bindning(arende_id, roll)))
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

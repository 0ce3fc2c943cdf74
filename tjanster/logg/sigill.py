"""How a row of the log is spelled and sealed. The spelling is our own and never PostgreSQL's, so that it is the same under
every version of it; which columns it has stands under a number that is kept with each seal."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Protocol

SLAG = "logg"
START = b"\0" * 32

# Table → form → its columns in order. A form is never changed: new columns make a new form, and old rows keep theirs.
# Each table has a row number of its own series, taken by the statement that writes the row.
FORMER: Mapping[str, Mapping[int, tuple[str, ...]]] = MappingProxyType(
    {
        "handelse": {
            1: ("id", "arende_id", "lopnr", "handelse", "fran", "till", "av", "roll", "dag", "tid", "skal", "uppgifter", "foljder",
                "regelversion", "processversion"),
        },
        "lasning": {1: ("id", "arende_id", "av", "tid", "enhet", "vad", "detalj", "skal", "tilldelad", "skyddad")},
        "gallring": {
            1: ("id", "korning_id", "arende_id", "nummer", "process", "enhet", "vad", "regel", "lagrum", "beslut", "foreslagen_av",
                "godkand_av", "tid", "antal", "rader", "hash"),
        },
    }
)  # fmt: skip


class Nycklar(Protocol):
    """What the chain asks of the key ring: the newest key's name, and a keyed hash by any key that is still held."""

    @property
    def aktuell(self) -> str: ...

    def mac(self, slag: str, data: bytes, nyckel: str | None = None) -> bytes: ...


def nyaste_form(tabell: str) -> int:
    return max(FORMER[tabell])


def _som(varde: Any) -> Any:
    if isinstance(varde, datetime):
        return varde.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(varde, date):
        return varde.isoformat()
    if isinstance(varde, bytes | memoryview):
        return bytes(varde).hex()
    raise TypeError(f"{type(varde).__name__} har ingen stavning i loggen")


_stava = json.JSONEncoder(
    ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_som
).encode


def stava(varden: Sequence[Any]) -> bytes:
    """Values as the bytes that are sealed: JSON with sorted keys, times in UTC with microseconds."""
    return _stava(varden).encode("ascii")


def radens(
    nycklar: Nycklar, forra: bytes, *, nr: int, dag: date, lopnr: int, tabell: str, form: int, nyckel: str, rad: Sequence[Any]
) -> bytes:
    """The seal of a row in its place: over the seal before it, where it stands and what it says."""
    return nycklar.mac(SLAG, forra + stava([nr, dag, lopnr, tabell, form, nyckel, list(rad)]), nyckel)


def dagens(
    nycklar: Nycklar, forra: bytes, *, dag: date, antal: int, sista_nr: int, golv: Mapping[str, int], nyckel: str
) -> bytes:
    """The seal of a day that is closed."""
    return nycklar.mac(SLAG, forra + stava(["dag", dag, antal, sista_nr, dict(golv), nyckel]), nyckel)


Framsteg = Callable[[int, int], None]
"""Called with (done, all)."""

"""How a list is shown: its order and its columns, told by the address so that it can be linked, saved and gone back to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tjanster.arenden.arendelista import ORDNINGAR, Ordning

KOLUMNER = {
    "enhet": "Enhet", "tillstand": "Läge", "frist": "Närmaste frist", "handlaggare": "Handläggare", "dag": "Dag", "nasta": "Nästa steg",
}  # fmt: skip
ORDNINGSORD = {
    "frist": "närmaste frist", "arende": "slags ärende", "enhet": "enhet", "tillstand": "läge", "handlaggare": "handläggare", "dag": "dag",
}  # fmt: skip


@dataclass(frozen=True)
class Listval:
    """`kolumner` beside the case itself, in the order of KOLUMNER; `forvalda` are those of one who hasn't chosen."""

    ordning: Ordning
    kolumner: tuple[str, ...]
    forvalda: tuple[str, ...]

    @classmethod
    def las(cls, ordna: str, fall: str, kolumner: Iterable[str], forvalda: tuple[str, ...]) -> "Listval":
        """From the address. What isn't known is as if it weren't said."""
        valda = set(kolumner)
        ordning = Ordning(ordna if ordna in ORDNINGAR else "frist", fall == "ja")
        return cls(ordning, tuple(k for k in KOLUMNER if k in valda) or forvalda, forvalda)

    @property
    def fraga(self) -> list[tuple[str, str]]:
        """The part of the address that says so; nothing for what is so anyhow."""
        o = self.ordning
        ut = [("ordna", o.namn)] if o.namn != "frist" or o.fallande else []
        ut += [("fall", "ja")] if o.fallande else []
        return ut + ([("kolumn", k) for k in self.kolumner] if self.kolumner != self.forvalda else [])

    def sortering(self, vag: str, filter_: Mapping[str, str], ankare: str = "") -> dict[str, dict[str, str]]:
        """Column → the address that sorts by it, and how it stands now."""
        ut = {}
        for namn in ORDNINGAR:
            nu = self.ordning.namn == namn
            vand = nu and not self.ordning.fallande
            ny = Listval(Ordning(namn, vand), self.kolumner, self.forvalda)
            ut[namn] = {
                "url": adress(vag, filter_, ny) + ankare,
                "riktning": ("descending" if self.ordning.fallande else "ascending") if nu else "none",
            }
        return ut

    @property
    def ord(self) -> str:
        """'Sorterat efter enhet, sist först'."""
        vand = ", i omvänd ordning" if self.ordning.fallande else ""
        return f"Sorterat efter {ORDNINGSORD[self.ordning.namn]}{vand}"


def adress(vag: str, filter_: Mapping[str, str], val: Listval, **mer: Any) -> str:
    par = [(k, v) for k, v in filter_.items() if v] + val.fraga + [(k, str(v)) for k, v in mer.items()]
    return f"{vag}?{urlencode(par)}" if par else vag

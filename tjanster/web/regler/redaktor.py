"""A rule file in the editor: its lines with their faults beside them. No database, no request."""

from collections.abc import Iterable, Mapping
from typing import Any

from regler import Fel, Kommun
from tjanster.web.regler.klarsprak import filnamn
from tjanster.web.regler.ordlista import MAPPORD

RUM_FOR_FLER = 2


def rent(text: str) -> str:
    """A posted text with the line breaks that files have, and one at its end."""
    ren = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    return ren + "\n" if ren else ""


def rader(text: str, fil: str, fel: Iterable[Fel]) -> list[dict[str, Any]]:
    """Every line by its number with the faults that stand on it: {nr, fel: [sentence]}."""
    per_rad: dict[int, list[str]] = {}
    for ett in fel:
        if ett.fil == fil and ett.rad:
            per_rad.setdefault(ett.rad, []).append(mening(ett))
    antal = max(len(text.splitlines()) + RUM_FOR_FLER, *per_rad, 1)
    return [{"nr": n, "fel": per_rad.get(n, [])} for n in range(1, antal + 1)]


def mening(fel: Fel) -> str:
    """'tid: "10 arbetsdgar" är ingen tid': the last word of the place, and the sentence."""
    vad = fel.plats.split(" › ")[-1] if fel.plats else ""
    return f"{vad}: {fel.mening}" if vad and not vad.isdigit() else fel.mening[0].upper() + fel.mening[1:]


def felbilder(fel: Iterable[Fel], filer: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Faults for a list: where, and what as a sentence. filer: those that can be opened."""
    return [
        {"fil": f.fil, "rad": f.rad, "plats": f.plats, "mening": _som_mening(f.mening), "oppnas": f.fil in (filer or {})}
        for f in fel
    ]


def _som_mening(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def mappar(kommun: Kommun) -> dict[str, str]:
    """Where a new file may lie: folder → words. The municipality's own first."""
    egna = {f"config/{kommun.kod}/regler/{m}": f"{ord_} ({kommun.namn})" for m, ord_ in MAPPORD.items() if m not in ("fall", "rapportering")}
    egna[f"config/{kommun.kod}/fall"] = f"Exempel ({kommun.namn})"
    return egna | {f"regler/{m}": f"{ord_} (nationella)" for m, ord_ in MAPPORD.items() if m != "fall"}


def grupperade(filer: Mapping[str, str], andrade: Iterable[str], kommun: Kommun) -> list[tuple[str, list[dict[str, Any]]]]:
    """The set's files under two headings: the municipality's own, and the nation's."""
    ut: dict[str, list[dict[str, Any]]] = {"Kommunens egna filer": [], "Nationella filer": []}
    for f in sorted(filer):
        rubrik = "Kommunens egna filer" if f.startswith("config/") else "Nationella filer"
        ut[rubrik].append({"fil": f, "namn": filnamn(f, kommun), "andrad": f in andrade})
    return [(rubrik, lista) for rubrik, lista in ut.items() if lista]

"""YAML text → plain data and the place of every word, so that each fault can be pointed at.

The node tree is read instead of the constructed values: every value stays the text that was written (a date is not
guessed, 'nej' is not false), duplicate keys are seen, and all faults of a file are found in one go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from regler.motor.fel import Fel

Plats = tuple[str | int, ...]
ANKARE: Final = "ankare (&) och alias (*) används inte i regelfiler: skriv ut raden"
_NULL: Final = "tag:yaml.org,2002:null"
_PROBLEM: Final = {
    "mapping values are not allowed": "ett kolon står där det inte kan stå; rätta indraget eller sätt citattecken",
    "found character '\\t'": "en tabb står i indraget; använd mellanslag",
    "could not find expected ':'": "ett kolon saknas efter namnet",
    "found duplicate anchor": "ankare (&) används inte i regelfiler",
    "found undefined alias": "alias (*) används inte i regelfiler",
    "found unexpected end of stream": "citattecknet eller parentesen som öppnas stängs aldrig",
}


@dataclass
class Trad:
    """One file: its data (mappings, lists, texts and None) and where each part of it stands (line, column from one)."""

    fil: str
    data: Any = None
    varden: dict[Plats, tuple[int, int]] = field(default_factory=dict)
    nycklar: dict[Plats, tuple[int, int]] = field(default_factory=dict)
    fel: list[Fel] = field(default_factory=list)

    def vid(self, plats: Plats, *, nyckel: bool = False) -> tuple[int, int]:
        """Where `plats` stands, or the nearest thing around it that exists."""
        for langd in range(len(plats), -1, -1):
            har = plats[:langd]
            if (nyckel or langd < len(plats)) and har in self.nycklar:
                return self.nycklar[har]
            if har in self.varden:
                return self.varden[har]
        return (0, 0)

    def anmark(self, plats: Plats, mening: str, *, nyckel: bool = False) -> None:
        """Note a fault at a place."""
        self.fel.append(Fel(self.fil, *self.vid(plats, nyckel=nyckel), med_ord(plats), mening))


def med_ord(plats: Plats) -> str:
    """('svar', 'galler', 0, 'tid') -> 'svar › galler › 1 › tid': people count from one."""
    return " › ".join(str(del_ + 1) if isinstance(del_, int) else del_ for del_ in plats)


def las_trad(fil: str, text: str) -> Trad:
    """Read one file. Faults end up in `.fel`; `.data` is then what could be read, or None."""
    trad = Trad(fil)
    try:
        nod = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as fel:
        mark = fel.problem_mark or fel.context_mark
        trad.fel.append(
            Fel(fil, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0, "", _pa_svenska(fel.problem))
        )
        return trad
    except YAMLError as fel:
        trad.fel.append(Fel(fil, 0, 0, "", _pa_svenska(str(fel))))
        return trad
    if nod is None:
        trad.fel.append(Fel(fil, 0, 0, "", "filen är tom"))
        return trad
    trad.data = _las_nod(nod, (), trad)
    if any(ANKARE in ett.mening for ett in trad.fel):
        trad.data = None
    return trad


def _las_nod(nod: Node, plats: Plats, trad: Trad) -> Any:
    trad.varden[plats] = (nod.start_mark.line + 1, nod.start_mark.column + 1)
    if nod.anchor is not None:
        trad.anmark(plats, ANKARE)
        return None
    if isinstance(nod, MappingNode):
        return _las_mapp(nod, plats, trad)
    if isinstance(nod, SequenceNode):
        return [_las_nod(barn, (*plats, i), trad) for i, barn in enumerate(nod.value)]
    assert isinstance(nod, ScalarNode)
    return None if str(nod.tag) == _NULL else str(nod.value).strip()


def _las_mapp(nod: MappingNode, plats: Plats, trad: Trad) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for nyckelnod, vardenod in nod.value:
        har = (nyckelnod.start_mark.line + 1, nyckelnod.start_mark.column + 1)
        if not isinstance(nyckelnod, ScalarNode):
            trad.fel.append(Fel(trad.fil, *har, med_ord(plats), "ett namn före kolon ska vara ett enda ord"))
            continue
        nyckel = str(nyckelnod.value).strip()
        if nyckel in data:
            forsta = trad.nycklar[(*plats, nyckel)][0]
            mening = f"'{nyckel}' står två gånger, först på rad {forsta}: ta bort den ena"
            trad.fel.append(Fel(trad.fil, *har, med_ord(plats), mening))
            continue
        trad.nycklar[(*plats, nyckel)] = har
        data[nyckel] = _las_nod(vardenod, (*plats, nyckel), trad)
        if data[nyckel] is None:  # an empty value is marked where the next word stands, which may be lines below
            trad.varden[(*plats, nyckel)] = har
    return data


def _pa_svenska(problem: str | None) -> str:
    for engelska, svenska in _PROBLEM.items():
        if problem and engelska in problem:
            return f"filen går inte att läsa: {svenska}"
    return "filen går inte att läsa här: titta på indrag, kolon, bindestreck och citattecken"

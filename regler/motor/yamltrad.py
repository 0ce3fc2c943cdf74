"""YAML text → plain data and the place of every word, so that each fault can be pointed at.

Built from the parser's events, which name an alias without following it: nothing can expand, recur or become an object.
Every value stays the text that was written (a date is not guessed, 'nej' is not false), duplicate keys are seen, and
all faults of a file are found in one go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark
from ruamel.yaml.events import (
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from regler.motor.fel import Fel

Plats = tuple[str | int, ...]
ANKARE: Final = "ankare (&) och alias (*) används inte i regelfiler: skriv ut raden"
# Deeper than any rule or tree of units, and far from where recursion ends.
_DJUPAST: Final = 40
_LANGST: Final = 5000
_NULL: Final = ("", "~", "null", "Null", "NULL")
# What YAML can't hold and what the eye can't see. The latter comes with a paste and makes a right word wrong.
_OSYNLIGT: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ud800-\udfff\ufeff\ufffe\uffff]"
)
_PROBLEM: Final = {
    "mapping values are not allowed": "ett kolon står där det inte kan stå; rätta indraget eller sätt citattecken",
    "found character '\\t'": "en tabb står i indraget; använd mellanslag",
    "could not find expected ':'": "ett kolon saknas efter namnet",
    "found unexpected end of stream": "citattecknet eller parentesen som öppnas stängs aldrig",
    "undefined tag handle": "taggar (!) används inte i regelfiler; ta bort taggen",
    "nested too deeply": f"mer än {_DJUPAST} nivåer står i varandra; så djup är ingen regel",
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
    text = text.removeprefix("\ufeff")
    if (traff := _OSYNLIGT.search(text)) is not None:
        rad, kolumn = text.count("\n", 0, traff.start()) + 1, traff.start() - text.rfind("\n", 0, traff.start())
        trad.fel.append(Fel(fil, rad, kolumn, "", _syns_inte(traff)))
        return trad
    with suppress(MarkedYAMLError, ValueError, OverflowError):
        # The parser in C is ten times as quick; what it can't read is read again by the one whose words we know.
        _Lasare(snabb := Trad(fil), YAML(typ="safe").parse(text)).las()
        return snabb
    try:
        _Lasare(trad, YAML(typ="safe", pure=True).parse(text)).las()
    except MarkedYAMLError as fel:
        mark = fel.problem_mark or fel.context_mark
        trad.fel.append(Fel(fil, *(_stalle(mark) if mark else (0, 0)), "", _pa_svenska(fel.problem)))
    except (ValueError, OverflowError):  # the parser turns "\\U99999999" into a character without asking whether there is one
        trad.fel.append(Fel(fil, *max(trad.varden.values(), default=(1, 1)), "", _pa_svenska(None)))
    return trad


def _syns_inte(traff: re.Match[str]) -> str:
    return f"ett tecken som inte syns (U+{ord(traff[0]):04X}) står här: ta bort det"


def _stalle(mark: StreamMark) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


class _Lasare:
    """Takes the parser's events one by one and fills the tree."""

    def __init__(self, trad: Trad, handelser: Iterator[Event]) -> None:
        self.trad = trad
        self.handelser = handelser
        self.ankare: set[str] = set()

    def las(self) -> None:
        next(self.handelser)  # the stream begins
        if not isinstance(next(self.handelser), StreamEndEvent):
            self.trad.data = self._nod(next(self.handelser), ())
            next(self.handelser)  # the document ends
            if isinstance(efter := next(self.handelser), DocumentStartEvent):
                self._fel(efter, (), "filen har flera dokument (---): dela den i flera filer")
        if self.ankare:
            self.trad.data = None
        elif self.trad.data is None and not self.trad.fel:
            self.trad.fel.append(Fel(self.trad.fil, 0, 0, "", "filen är tom"))

    def _nod(self, handelse: Event, plats: Plats) -> Any:
        self.trad.varden[plats] = _stalle(handelse.start_mark)
        self._inte_for_djupt(handelse, len(plats))
        self._anmark_marken(handelse, plats)
        if isinstance(handelse, MappingStartEvent):
            return self._mapp(plats)
        if isinstance(handelse, SequenceStartEvent):
            return self._lista(plats)
        return self._varde(handelse, plats) if isinstance(handelse, ScalarEvent) else None

    def _anmark_marken(self, handelse: Event, plats: Plats) -> None:
        """Anchors, aliases and tags: each anchor once, however many times it is used."""
        ankare = handelse.anchor if isinstance(handelse, NodeEvent) else None
        if ankare is not None and ankare not in self.ankare:
            self.ankare.add(ankare)
            self._fel(handelse, plats, ANKARE)
        if isinstance(handelse, ScalarEvent | CollectionStartEvent) and handelse.tag is not None:
            tagg = handelse.tag.replace("tag:yaml.org,2002:", "!!")[:80]
            self._fel(handelse, plats, f"taggar (!) används inte i regelfiler: ta bort '{tagg}'")

    def _varde(self, handelse: ScalarEvent, plats: Plats) -> str | None:
        if len(handelse.value) > _LANGST:
            self._fel(handelse, plats, f"texten är längre än {_LANGST} tecken: korta den")
            return None
        if (traff := _OSYNLIGT.search(handelse.value)) is not None:  # written as "\\0"
            self._fel(handelse, plats, _syns_inte(traff))
        oskrivet = handelse.implicit[0] and handelse.value in _NULL
        return None if oskrivet else str(handelse.value).strip()

    def _lista(self, plats: Plats) -> list[Any]:
        data: list[Any] = []
        while not isinstance(handelse := next(self.handelser), SequenceEndEvent):
            data.append(self._nod(handelse, (*plats, len(data))))
        return data

    def _mapp(self, plats: Plats) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(namn := next(self.handelser), MappingEndEvent):
            self._anmark_marken(namn, plats)
            if not isinstance(namn, ScalarEvent) or len(namn.value) > _LANGST:
                self._fel(namn, plats, "ett namn före kolon ska vara ett enda ord")
                self._hoppa_over(namn, len(plats))
                self._hoppa_over(next(self.handelser), len(plats))
                continue
            nyckel, har = str(namn.value).strip(), _stalle(namn.start_mark)
            if nyckel in data:
                forsta = self.trad.nycklar[(*plats, nyckel)][0]
                self._fel(namn, plats, f"'{nyckel}' står två gånger, först på rad {forsta}: ta bort den ena")
                self._hoppa_over(next(self.handelser), len(plats))
                continue
            self.trad.nycklar[(*plats, nyckel)] = har
            data[nyckel] = self._nod(next(self.handelser), (*plats, nyckel))
            if data[nyckel] is None:  # an empty value is marked where the next word stands, which may be lines below
                self.trad.varden[(*plats, nyckel)] = har
        return data

    def _hoppa_over(self, handelse: Event, djup: int) -> None:
        """Read past a value that has no place to stand in."""
        if isinstance(handelse, CollectionStartEvent):
            self._inte_for_djupt(handelse, djup)
            while not isinstance(under := next(self.handelser), CollectionEndEvent):
                self._hoppa_over(under, djup + 1)

    def _inte_for_djupt(self, handelse: Event, djup: int) -> None:
        if djup > _DJUPAST:
            raise MarkedYAMLError(problem="nested too deeply", problem_mark=handelse.start_mark)

    def _fel(self, handelse: Event, plats: Plats, mening: str) -> None:
        self.trad.fel.append(Fel(self.trad.fil, *_stalle(handelse.start_mark), med_ord(plats), mening))


def _pa_svenska(problem: str | None) -> str:
    for engelska, svenska in _PROBLEM.items():
        if problem and engelska in problem:
            return f"filen går inte att läsa: {svenska}"
    return "filen går inte att läsa här: titta på indrag, kolon, bindestreck och citattecken"

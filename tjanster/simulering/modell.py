"""The numbers that a simulated year goes by, and what comes in when. Pure: no database, no clock, one seed.

The numbers and where they come from stand in `modell.yaml`; what no source gives is called an assumption there.
"""

import math
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from regler import Kalender

FIL = Path(__file__).with_name("modell.yaml")
PROCESSER = ("synpunkt", "avvikelse", "lex_sarah", "beslut")
"""The processes that are simulated. Readings without a reason come from the control of the log, and nobody's year has a number."""

Andel = Annotated[float, Field(ge=0, le=1)]
Tal = Annotated[float, Field(ge=0, le=1_000_000)]
Spridning = Annotated[float, Field(ge=0, le=3)]


class Modellfel(ValueError):
    """A file of numbers can't be used. `skal`: every reason."""

    def __init__(self, skal: Sequence[str]) -> None:
        self.skal = list(skal)
        super().__init__(" ".join(self.skal))


class _Grupp(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Volym(_Grupp):
    """Cases a year in a municipality of `invanare`."""

    kalla: str
    invanare: Annotated[float, Field(gt=0)]
    synpunkt: Tal
    avvikelse: Tal
    lex_sarah: Tal
    beslut: Tal

    def per_process(self) -> dict[str, float]:
        return {p: float(getattr(self, p)) for p in PROCESSER}


class Sasong(_Grupp):
    kalla: str
    manader: Annotated[list[Tal], Field(min_length=12, max_length=12)]
    veckodagar: Annotated[list[Tal], Field(min_length=5, max_length=5)]

    def vikt(self, dag: date) -> float:
        """A working Saturday, where there is one, counts as a Friday."""
        return self.manader[dag.month - 1] * self.veckodagar[min(dag.weekday(), 4)]


class Personaltal(_Grupp):
    """belaggning: how much of its time a group needs at factor 1. minst_minuter: the least that a person has a working day;
    minuter_per_person: from how much on another is employed."""

    kalla: str
    belaggning: Annotated[float, Field(gt=0, le=2)]
    minst_minuter: Tal
    minuter_per_person: Annotated[float, Field(gt=0, le=600)]
    semesterdagar: Annotated[int, Field(ge=0, le=60)]
    sommardagar: Annotated[int, Field(ge=0, le=60)]
    sjukfranvaro: Andel


class Andelar(_Grupp):
    kalla: str
    epost: Andel
    brev: Andel
    vill_ha_svar: Andel
    publiceras: Andel
    avskriven: Andel
    utan_atgard: Andel
    blir_lex_sarah: Andel
    till_ivo: Andel
    svar_att_hitta: Andel
    behovet_upphor: Andel


class Arbetssteg(_Grupp):
    """vantan: working days; minuter: of work. Both medians."""

    roll: Literal["registrator", "handlaggare", "enhetschef", "kvalitetsledare"]
    vantan: Tal = 0
    minuter: Tal
    spridning_vantan: Spridning | None = None


class Arbete(_Grupp):
    kalla: str
    spridning_vantan: Spridning
    spridning_minuter: Spridning
    synpunkt: dict[str, Arbetssteg]
    avvikelse: dict[str, Arbetssteg]
    lex_sarah: dict[str, Arbetssteg]
    beslut: dict[str, Arbetssteg]


class Modell(_Grupp):
    """All of it. Frozen, so that a run can't change what the next one goes by."""

    volym: Volym
    sasong: Sasong
    personal: Personaltal
    andelar: Andelar
    arbete: Arbete

    def steg(self, process: str, namn: str) -> Arbetssteg:
        alla: Mapping[str, Arbetssteg] = getattr(self.arbete, process)
        return alla[namn]

    def dra(self, process: str, namn: str, slump: Random) -> tuple[int, float]:
        """(working days of waiting, minutes of work) for one step of one case."""
        steg = self.steg(process, namn)
        spridning = self.arbete.spridning_vantan if steg.spridning_vantan is None else steg.spridning_vantan
        return round(_lognormal(slump, steg.vantan, spridning)), _lognormal(slump, steg.minuter, self.arbete.spridning_minuter)

    def vantade_minuter(self, process: str, namn: str) -> float:
        """The mean of a log-normal is its median times e^(σ²/2)."""
        return self.steg(process, namn).minuter * math.exp(self.arbete.spridning_minuter**2 / 2)


def _lognormal(slump: Random, median: float, spridning: float) -> float:
    return median * math.exp(slump.gauss(0, spridning))


_SVENSKA = {
    "missing": "saknas", "extra_forbidden": "finns inte i modellen", "float_parsing": "ska vara ett tal", "float_type": "ska vara ett tal",
    "int_parsing": "ska vara ett heltal", "int_type": "ska vara ett heltal", "int_from_float": "ska vara ett heltal",
    "string_type": "ska vara en text", "list_type": "ska vara en lista", "dict_type": "ska vara en grupp av namn och tal",
    "model_type": "ska vara en grupp av namn och tal", "too_short": "har för få tal", "too_long": "har för många tal",
    "literal_error": "ska vara registrator, handlaggare, enhetschef eller kvalitetsledare",
}  # fmt: skip


def las_modell(fil: Path | None = None) -> Modell:
    """The numbers in a file, or those that Vaka brings. Raises Modellfel with every fault."""
    vag = fil or FIL
    try:
        innehall = YAML(typ="safe").load(vag.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Modellfel([f"Filen {vag} går inte att läsa. Kopiera {FIL.name} som följer med Vaka och ändra i den."]) from None
    except YAMLError as fel:
        rad = getattr(getattr(fel, "problem_mark", None), "line", 0) + 1
        raise Modellfel([f"{vag}, rad {rad}: går inte att förstå som YAML."]) from None
    try:
        modell = Modell.model_validate(innehall)
    except ValidationError as fel:
        raise Modellfel([f"{vag}: {_pa_svenska(post)}" for post in fel.errors(include_url=False, include_input=False)]) from None
    if saknas := _saknade_steg(modell):
        raise Modellfel([f"{vag}: arbete.{namn} saknas." for namn in saknas])
    if not (sum(modell.sasong.manader) and sum(modell.sasong.veckodagar)):
        raise Modellfel([f"{vag}: sasong måste ha någon månad och någon veckodag över noll."])
    return modell


def _pa_svenska(post: Any) -> str:
    var = ".".join(str(x) for x in post["loc"]) or "filen"
    grans = {k: v for k, v in post.get("ctx", {}).items() if k in ("ge", "gt", "le", "lt")}
    if grans:
        ord_ = {"ge": "minst", "gt": "mer än", "le": "högst", "lt": "mindre än"}
        return f"{var} ska vara {' och '.join(f'{ord_[k]} {v:g}' for k, v in grans.items())}."
    return f"{var} {_SVENSKA.get(post['type'], 'går inte att förstå')}."


def _saknade_steg(modell: Modell) -> list[str]:
    # Read anew so that the two never drift apart: the file that comes with Vaka says which steps there are.
    egna = YAML(typ="safe").load(FIL.read_text(encoding="utf-8"))["arbete"]
    return [f"{p}.{namn}" for p in PROCESSER for namn in egna[p] if namn not in getattr(modell.arbete, p)]


# -- what comes in -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Ankomst:
    """One case that comes in. `nr` counts within the process; together they are the case's own seed."""

    dag: date
    process: str
    nr: int
    enhet: str


def per_ar(modell: Modell, *, arenden: int | None = None, invanare: int | None = None) -> dict[str, float]:
    """Cases a year and process: as many as `arenden` in all, or as a municipality of `invanare` has, or as the model's."""
    bas = modell.volym.per_process()
    faktor = 1.0
    if arenden is not None:
        faktor = arenden / (sum(bas.values()) or 1)
    elif invanare is not None:
        faktor = invanare / modell.volym.invanare
    return {p: antal * faktor for p, antal in bas.items()}


def ankomster(
    modell: Modell, kalender: Kalender, enheter: Sequence[str], volym: Mapping[str, float], fran: date, till: date, fro: int
) -> list[Ankomst]:
    """All that comes in from `fran` to `till`, in order: Poisson each working day, by season, evenly over the units. The same
    seed gives the same cases whatever the staff and the rules are."""
    ut = []
    for process in PROCESSER:
        slump, nr = Random(f"{fro} {process}"), 0
        for dag, andel in _dagsandelar(modell, kalender, fran, till):
            for _ in range(_poisson(slump, volym[process] * andel)):
                nr += 1
                ut.append(Ankomst(dag, process, nr, slump.choice(enheter)))
    return sorted(ut)


def _dagsandelar(modell: Modell, kalender: Kalender, fran: date, till: date) -> Iterator[tuple[date, float]]:
    """Each working day with its share of its own year's cases."""
    summor: dict[int, float] = {}
    for dag in dagar(fran, till):
        if not kalender.arbetsdag(dag):
            continue
        if dag.year not in summor:
            hela = dagar(date(dag.year, 1, 1), date(dag.year, 12, 31))
            summor[dag.year] = sum(modell.sasong.vikt(d) for d in hela if kalender.arbetsdag(d))
        yield dag, modell.sasong.vikt(dag) / summor[dag.year]


def dagar(fran: date, till: date) -> Iterator[date]:
    """Every day, both included."""
    return (fran + timedelta(days=i) for i in range((till - fran).days + 1))


def _poisson(slump: Random, vantat: float) -> int:
    """By multiplication (Knuth), in parts so that e^-λ never becomes nothing."""
    antal = 0
    while vantat > 0:
        del_, vantat = min(vantat, 50.0), max(vantat - 50.0, 0.0)
        grans, p = math.exp(-del_), slump.random()
        while p > grans:
            antal += 1
            p *= slump.random()
    return antal


def valj(slump: Random, val: Mapping[str, float]) -> str:
    """One of the names, as often as its number says."""
    namn, vikter = list(val), list(accumulate(val.values()))
    return namn[bisect(vikter, slump.random() * vikter[-1])]

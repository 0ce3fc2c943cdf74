"""What may be read in: the columns of each file, and which steps a row's days stand for."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from arbetsfloden import AVVIKELSE, BESLUT, SYNPUNKT, Process

Varden = Mapping[str, Any]


class Motsagelse(Exception):
    """The row says something that can't have happened with the case as it stands: column → sentence."""

    def __init__(self, kolumn: str, mening: str) -> None:
        self.kolumn, self.mening = kolumn, mening
        super().__init__(mening)


@dataclass(frozen=True)
class Planerat:
    """A step that the row stands for. `dag`: the column that says when; None = when it is first possible."""

    handelse: str
    data: Mapping[str, Any]
    dag: str | None = None


@dataclass(frozen=True)
class Importsort:
    """
    kolumner: all of them, in order; oppnar: those that a case is opened with.
    granska: what a row must also be, seen alone: column → sentence. planera: the state, the case's fields, the row and
    the columns that are new → the steps; raises Motsagelse. far_tommas: columns that may become empty again.
    """

    process: Process
    kolumner: tuple[str, ...]
    oppnar: tuple[str, ...]
    planera: Callable[[str, Varden, Varden, AbstractSet[str]], list[Planerat]]
    granska: Callable[[Varden], dict[str, str]] = lambda _rad: {}
    far_tommas: Callable[[Varden, Varden], AbstractSet[str]] = lambda _rad, _fore: frozenset()


def _rattelse(v: Varden, nya: AbstractSet[str], kolumner: tuple[str, ...]) -> dict[str, Any]:
    return {k: v[k] for k in kolumner if k in nya and v[k] is not None}


def _gar_inte(process: Process, kolumn: str, tillstand: str) -> Motsagelse:
    rubrik = process.modell.beskrivna()[kolumn].rubrik.lower()
    return Motsagelse(
        kolumn,
        f"går inte ihop med ärendet i Vaka, som är i läget '{process.tillstand[tillstand]}'. "
        f"Rätta dagen ({rubrik}) i filen eller i ärendet",
    )


# -- beslut -----------------------------------------------------------------------------------------------------------

BESLUT_OPPNAR = ("externt_id", "beslutsdatum", "lagrum", "insats", "kon", "enhet")


def _granska_beslut(v: Varden) -> dict[str, str]:
    fel = {}
    if v.get("avbruten") and not v.get("verkstalld"):
        fel["avbruten"] = "ett beslut som inte är verkställt kan inte vara avbrutet; fyll i verkstalld"
    if v.get("aterupptagen") and not v.get("avbruten"):
        fel["aterupptagen"] = "det som inte är avbrutet kan inte vara återupptaget; fyll i avbruten"
    return fel


def _planera_beslut(tillstand: str, har: Varden, v: Varden, nya: AbstractSet[str]) -> list[Planerat]:
    rattas = _rattelse(v, nya, BESLUT_OPPNAR[1:])
    steg: list[Planerat] = []
    if "verkstalld" in nya and v["verkstalld"]:
        if tillstand in ("beviljat", "ej_verkstallt"):
            steg.append(Planerat("verkstall", {"verkstalld": v["verkstalld"]}, "verkstalld"))
            tillstand = "verkstallt"
        elif har.get("verkstalld"):
            rattas["verkstalld"] = v["verkstalld"]
        else:
            raise _gar_inte(BESLUT, "verkstalld", tillstand)
    if "avbruten" in nya and v["avbruten"]:
        if tillstand == "verkstallt" and _nytt_avbrott(v, har):
            steg.append(Planerat("avbryt", {"avbruten": v["avbruten"]}, "avbruten"))
            tillstand = "avbrutet"
        elif har.get("avbruten"):
            rattas["avbruten"] = v["avbruten"]
        else:
            raise _gar_inte(BESLUT, "avbruten", tillstand)
    if "aterupptagen" in nya and v["aterupptagen"]:
        if tillstand in ("avbrutet", "ej_aterupptaget"):
            steg.append(Planerat("ateruppta", {"aterupptagen": v["aterupptagen"]}, "aterupptagen"))
            tillstand = "verkstallt"
        elif har.get("aterupptagen"):
            rattas["aterupptagen"] = v["aterupptagen"]
        else:
            raise _gar_inte(BESLUT, "aterupptagen", tillstand)
    if v.get("orsak") and steg:
        # A cause is that of the last wait: of the one that the last step ended, or began.
        sista = steg[-1]
        steg[-1] = Planerat(sista.handelse, {**sista.data, "orsak": v["orsak"]}, sista.dag)
    elif v.get("orsak") and "orsak" in nya:
        if tillstand in ("beviljat", "ej_verkstallt", "avbrutet", "ej_aterupptaget"):
            steg.append(Planerat("ange_orsak", {"orsak": v["orsak"]}))
        else:
            rattas["orsak"] = v["orsak"]
    return [*([Planerat("andra", rattas)] if rattas else []), *steg]


def _nytt_avbrott(v: Varden, har: Varden) -> bool:
    """Is this another interruption than the one the case knows of? Then the old one must be over."""
    ater = har.get("aterupptagen")
    return not har.get("avbruten") or bool(ater and v["avbruten"] >= ater)


def _beslut_far_tommas(v: Varden, fore: Varden) -> AbstractSet[str]:
    """A cause goes when the wait is over; the day of resuming goes when a new interruption begins."""
    nytt = v.get("avbruten") and v["avbruten"] != fore.get("avbruten")
    return {"orsak", "aterupptagen"} if nytt else {"orsak"}


# -- avvikelse and synpunkt -------------------------------------------------------------------------------------------

AVVIKELSE_OPPNAR = ("externt_id", "handelsedatum", "rapporterad", "enhet", "typ", "beskrivning")
SYNPUNKT_OPPNAR = ("externt_id", "inkom", "kanal", "slag", "kategori", "enhet", "text")


def _steg_eller_rattelse(
    process: Process, handelse: str, kolumn: str, tillstand: str, har: Varden, v: Varden, rattas: dict[str, Any]
) -> list[Planerat]:
    """The step when the case can take it now, else a correction of a day that the case has."""
    steg = next(s for s in process.steg if s.handelse == handelse)
    if tillstand in process.kallor(steg):
        return [Planerat(handelse, {kolumn: v[kolumn]}, kolumn)]
    if not har.get(kolumn):
        raise _gar_inte(process, kolumn, tillstand)
    rattas[kolumn] = v[kolumn]
    return []


def _planera_avvikelse(tillstand: str, har: Varden, v: Varden, nya: AbstractSet[str]) -> list[Planerat]:
    rattas = _rattelse(v, nya, AVVIKELSE_OPPNAR[1:])
    steg: list[Planerat] = []
    if "avslutad" in nya and v["avslutad"]:
        steg += _steg_eller_rattelse(AVVIKELSE, "las_in_avslutad", "avslutad", tillstand, har, v, rattas)
    return [*([Planerat("andra", rattas)] if rattas else []), *steg]


def _planera_synpunkt(tillstand: str, har: Varden, v: Varden, nya: AbstractSet[str]) -> list[Planerat]:
    rattas = _rattelse(v, nya, SYNPUNKT_OPPNAR[1:])
    steg: list[Planerat] = []
    if "besvarad" in nya and v["besvarad"]:
        steg += _steg_eller_rattelse(SYNPUNKT, "las_in_besvarad", "besvarad", tillstand, har, v, rattas)
    if "avslutad" in nya and v["avslutad"]:
        tillstand = "besvarad" if steg else tillstand
        steg += _steg_eller_rattelse(SYNPUNKT, "las_in_avslutad", "avslutad", tillstand, har, v, rattas)
    return [*([Planerat("andra", rattas)] if rattas else []), *steg]


IMPORTSORTER: Mapping[str, Importsort] = {
    "beslut": Importsort(
        BESLUT, (*BESLUT_OPPNAR, "verkstalld", "avbruten", "aterupptagen", "orsak"), BESLUT_OPPNAR,
        _planera_beslut, _granska_beslut, _beslut_far_tommas,
    ),
    "avvikelse": Importsort(AVVIKELSE, (*AVVIKELSE_OPPNAR, "avslutad"), AVVIKELSE_OPPNAR, _planera_avvikelse),
    "synpunkt": Importsort(
        SYNPUNKT, (*SYNPUNKT_OPPNAR, "besvarad", "avslutad"), SYNPUNKT_OPPNAR, _planera_synpunkt
    ),
}  # fmt: skip

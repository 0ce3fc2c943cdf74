"""Every condition a step may ask for: a name, a Swedish sentence and a pure test.

The sentence says what must be true; it stands as "krävs" on the help page and as the reason when the step is refused.
A test answers True, False or None (not known); only True lets through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from arbetsfloden.motor.fakta import Fakta

ALLVARLIGA = frozenset({"risk_allvarligt", "allvarligt"})


@dataclass(frozen=True)
class Villkor:
    """mening: what must be true. falt: the fields looked at; a form that asks for one can answer the condition."""

    mening: str
    test: Callable[[Fakta], bool | None]
    falt: tuple[str, ...] = ()


def _u(fakta: Fakta, namn: str) -> Any:
    return getattr(fakta.uppgifter, namn)


def _ar_nej(fakta: Fakta, namn: str) -> bool | None:
    svar = _u(fakta, namn)
    return None if svar is None else svar is False


def _svar_onskas_inte(fakta: Fakta) -> bool | None:
    vill = _u(fakta, "vill_ha_svar")
    if vill is None:  # somebody without a name who never asked for an answer can't be given one
        return True if fakta.anonym else None
    return vill is False


def _svar_dokumenterat(fakta: Fakta) -> bool | None:
    if fakta.uppgifter.ifylld("svar") and fakta.uppgifter.ifylld("besvarad"):
        return True
    return _svar_onskas_inte(fakta) is True


def _allvarligt(fakta: Fakta) -> bool | None:
    bedomning = _u(fakta, "bedomning")
    return None if bedomning is None else bedomning in ALLVARLIGA


def _inte_allvarligt(fakta: Fakta) -> bool | None:
    bedomning = _u(fakta, "bedomning")
    return None if bedomning is None else bedomning not in ALLVARLIGA


def _annan_enhet(fakta: Fakta) -> bool | None:
    ny, nu = _u(fakta, "ny_enhet"), _u(fakta, "enhet")
    return None if ny is None else ny != nu


VILLKOR: Mapping[str, Villkor] = MappingProxyType(
    {
        # who can be reached
        "har_epost": Villkor("Den som lämnat synpunkten ska ha en e-postadress", lambda f: f.har_epost),
        "saknar_epost": Villkor(
            "Den som lämnat synpunkten ska vara känd men sakna e-postadress",
            lambda f: None if f.har_epost is None or f.anonym is None else not f.har_epost and not f.anonym,
        ),
        "anonym": Villkor("Den som lämnat synpunkten ska vara anonym", lambda f: f.anonym),
        "inga_oppna_uppgifter": Villkor(
            "Ärendets uppgifter ska vara klarmarkerade",
            lambda f: None if f.oppna_uppgifter is None else f.oppna_uppgifter == 0,
        ),
        # units
        "annan_enhet": Villkor(
            "Den nya enheten ska vara en annan än den som har ärendet", _annan_enhet, ("ny_enhet", "enhet")
        ),
        # answering and publishing
        "svar_onskas_inte": Villkor(
            "Den som lämnat synpunkten ska inte önska något svar", _svar_onskas_inte, ("vill_ha_svar",)
        ),
        "svar_dokumenterat": Villkor(
            "Svaret och dagen det gavs ska vara dokumenterade", _svar_dokumenterat, ("svar", "besvarad", "vill_ha_svar")
        ),
        "utan_sekretess": Villkor(
            "Någon ska ha svarat nej på frågan om synpunkten eller svaret omfattas av sekretess",
            lambda f: _ar_nej(f, "sekretess"),
            ("sekretess",),
        ),
        "utan_personuppgifter": Villkor(
            "Någon ska ha svarat nej på frågan om synpunkten eller svaret innehåller personuppgifter",
            lambda f: _ar_nej(f, "personuppgifter"),
            ("personuppgifter",),
        ),
        # lex Sarah
        "allvarligt": Villkor(
            "Bedömningen ska vara allvarligt missförhållande eller påtaglig risk för ett sådant",
            _allvarligt,
            ("bedomning",),
        ),
        "inte_allvarligt": Villkor(
            "Bedömningen ska vara gjord och inte vara allvarligt missförhållande eller påtaglig risk för ett sådant",
            _inte_allvarligt,
            ("bedomning",),
        ),
        "inte_bedomt_allvarligt": Villkor(
            "Rapporten ska inte vara bedömd som allvarligt missförhållande eller påtaglig risk för ett sådant",
            lambda f: _u(f, "bedomning") not in ALLVARLIGA,
            ("bedomning",),
        ),
        # decisions
        "rapporterat_till_ivo": Villkor(
            "Beslutet ska ha rapporterats till IVO", lambda f: f.uppgifter.ifylld("ivo_rapporter"), ("ivo_rapporter",)
        ),
        # history read in from another system
        "har_externt_id": Villkor(
            "Ärendet ska vara inläst från ett annat system och ha dess id",
            lambda f: f.uppgifter.ifylld("externt_id"),
            ("externt_id",),
        ),
    }
)

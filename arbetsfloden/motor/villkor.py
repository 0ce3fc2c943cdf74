"""Every condition a step may ask for: a name, a Swedish sentence and a pure test.

The sentence says what must be true; it stands as "krävs" on the help page and as the reason when the step is refused.
A test answers True, False or None (not known); only True lets through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from arbetsfloden.motor.fakta import Fakta, Utfall


@dataclass(frozen=True)
class Villkor:
    """mening: what must be true. falt: the fields looked at; a form that asks for one can answer the condition.

    tabell: the decision table that decides, and the outcome that is needed. Its questions are the case's fields.
    """

    mening: str
    test: Callable[[Fakta], bool | None]
    falt: tuple[str, ...] = ()
    tabell: tuple[str, str] | None = None


def _u(fakta: Fakta, namn: str) -> Any:
    return getattr(fakta.uppgifter, namn)


def _enligt(mening: str, tabell: str, utfall: str, falt: tuple[str, ...]) -> Villkor:
    """A condition that a decision table decides: an administrator can change it, not the code."""

    def test(fakta: Fakta) -> bool | None:
        kod = fakta.utfall.get(tabell, Utfall()).kod
        return None if kod is None else kod == utfall

    return Villkor(mening, test, falt, (tabell, utfall))


def _svar_onskas_inte(fakta: Fakta) -> bool | None:
    vill = _u(fakta, "vill_ha_svar")
    if vill is None:  # somebody without a name who never asked for an answer can't be given one
        return True if fakta.anonym else None
    return vill is False


def _svar_dokumenterat(fakta: Fakta) -> bool | None:
    if fakta.uppgifter.ifylld("svar") and fakta.uppgifter.ifylld("besvarad"):
        return True
    return _svar_onskas_inte(fakta) is True


def _annan_enhet(fakta: Fakta) -> bool | None:
    ny, nu = _u(fakta, "ny_enhet"), _u(fakta, "enhet")
    return None if ny is None else ny != nu


ANMALS = _enligt("Rapporten ska vara bedömd så att den anmäls till IVO", "lex_sarah/till_ivo", "anmals", ("bedomning",))
ANMALS_INTE = _enligt(
    "Rapporten ska vara bedömd så att den inte anmäls till IVO", "lex_sarah/till_ivo", "anmals_inte", ("bedomning",)
)

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
        "nagon_ar_javig": Villkor("Någon ska ha satts åt sidan för jäv", lambda f: f.har_javiga),
        "har_handlaggare": Villkor("Ärendet ska ha en handläggare", lambda f: f.har_handlaggare),
        "ar_skyddat": Villkor("Ärendet ska vara skyddat", lambda f: f.skyddat),
        "ar_sparrad": Villkor("Ärendet ska vara spärrat mot gallring", lambda f: f.sparrad),
        "har_forslag": Villkor("Ett förslag ska vänta på att en annan person bekräftar det", lambda f: f.har_forslag),
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
        "far_publiceras": _enligt(
            "Synpunkten och svaret ska få publiceras",
            "synpunkt/publicering",
            "publiceras",
            ("sekretess", "personuppgifter"),
        ),
        "inga_personnummer": Villkor(
            "Synpunkten och svaret ska vara utan personnummer. Ta bort dem under ”Ändra uppgifter” först",
            lambda f: None if f.personnummer_i is None else not f.personnummer_i & {"text", "svar"},
            ("text", "svar"),
        ),
        # lex Sarah
        "ska_anmalas": ANMALS,
        "ska_inte_anmalas": ANMALS_INTE,
        "inte_bedomt_ska_anmalas": replace(
            ANMALS_INTE,
            mening="Rapporten ska inte vara bedömd så att den ska anmälas till IVO",
            test=lambda f: _u(f, "bedomning") is None or ANMALS_INTE.test(f),
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

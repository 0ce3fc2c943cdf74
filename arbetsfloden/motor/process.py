"""A process: its states and steps, declared whole and checked when made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any

from arbetsfloden.motor.falt import Uppgifter
from arbetsfloden.motor.granskning import granska
from arbetsfloden.motor.ord import narmast as narmast
from arbetsfloden.motor.roller import SYSTEMET

# Words for `Steg.fran`.
ALLA = "*"
"""Every state, ended ones too."""
ALLA_OPPNA = "*öppna"
"""Every state that isn't an end."""


@dataclass(frozen=True, kw_only=True)
class Steg:
    """One thing that may happen with a case.

    handelse       the event's name; rubrik: the words on the button
    fran, till     states; fran may be ALLA_OPPNA or ALLA, till None means that the case stays
    vem            roles; those who include them may too
    falt, kravs    asked in the form; those of them that must be filled. kraver: conditions
    startar, stoppar  limits; one that already runs is left as it is. notis: notices
    dag            the date field that says when it happened, asked here or already in the case (else today)
    skal           a written reason is demanded
    automatisk     the system takes it as soon as the state is reached and the conditions hold
    vid_frist      the sweep takes it when that limit has passed unmet
    blir           a linked case of that process is opened
    byter_enhet    the field ny_enhet (or enhet, when that is asked) becomes the case's unit
    nollar         fields that are emptied
    klarar         open tasks that steps have given are closed, never those that a person added
    uppgift        a task for the case's owner, made after that, and only if the condition uppgift_nar holds
    """

    handelse: str
    rubrik: str
    fran: str | tuple[str, ...]
    till: str | None
    vem: tuple[str, ...]
    falt: tuple[str, ...] = ()
    kravs: tuple[str, ...] = ()
    kraver: tuple[str, ...] = ()
    startar: tuple[str, ...] = ()
    stoppar: tuple[str, ...] = ()
    notis: tuple[str, ...] = ()
    dag: str | None = None
    skal: bool = False
    automatisk: bool = False
    vid_frist: str | None = None
    blir: str | None = None
    byter_enhet: bool = False
    nollar: tuple[str, ...] = ()
    uppgift: str | None = None
    uppgift_nar: str | None = None
    klarar: bool = False
    gemensam: bool = False
    """One of the steps that every process has (motor/gemensamma.py); its data is not the case's own."""
    modell: type[Uppgifter] | None = None
    """Model of the step's data, for a common step only."""

    @property
    def bara_systemet(self) -> bool:
        """No person takes this step: it is automatic, or the sweep's."""
        return self.vem == (SYSTEMET,)

    @property
    def i_formularet(self) -> tuple[str, ...]:
        """The fields that the form asks for, the reason included."""
        return (*self.falt, "skal") if self.skal and "skal" not in self.falt else self.falt


@dataclass(frozen=True, kw_only=True, eq=False)
class Process:
    """One kind of case. Raises Processfel for anything that doesn't fit together.

    rubrik, ental  what people call them, and one of them; prefix: of the case numbers; modell: the case's own fields
    tillstand      code → label in lifecycle order; start, slut; huvudvag: the normal way, for the picture
    vilande        states that aren't an end but where nothing is waited for; left out of daily lists
    oppnas_av      roles; oppnas_med: fields of the form; oppnas_kravs: those that must be filled
    oppnas_kraver  conditions
    startar        limits that run from the opening; notis: notices
    dag            the field that is the case's day zero
    dagordning     pairs of date fields, the first never later than the second
    orsaksfalt     where the cause of a broken limit is written
    synlig_for     roles that may see the cases of their units
    kontakt        has persons (who left it, whom it concerns), kept apart from the case
    """

    namn: str
    rubrik: str
    ental: str
    prefix: str
    modell: type[Uppgifter]
    tillstand: Mapping[str, str]
    huvudvag: tuple[str, ...]
    start: str
    slut: tuple[str, ...]
    vilande: tuple[str, ...] = ()
    oppnas_av: tuple[str, ...]
    oppnas_med: tuple[str, ...]
    oppnas_kravs: tuple[str, ...]
    oppnas_kraver: tuple[str, ...] = ()
    startar: tuple[str, ...] = ()
    notis: tuple[str, ...] = ()
    dag: str
    dagordning: tuple[tuple[str, str], ...] = ()
    orsaksfalt: str = "forseningsorsak"
    synlig_for: tuple[str, ...]
    kontakt: bool = False
    steg: tuple[Steg, ...]
    _karta: Mapping[str, tuple[Steg, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tillstand", MappingProxyType(dict(self.tillstand)))
        granska(self)
        karta: dict[str, list[Steg]] = {}
        for steg in self.alla_steg:
            karta.setdefault(steg.handelse, []).append(steg)
        object.__setattr__(self, "_karta", MappingProxyType({k: tuple(v) for k, v in karta.items()}))

    @property
    def alla_steg(self) -> tuple[Steg, ...]:
        """The process's own steps and the common ones."""
        from arbetsfloden.motor.gemensamma import GEMENSAMMA, PERSONSTEG

        return self.steg + GEMENSAMMA + (PERSONSTEG if self.kontakt else ())

    @property
    def handelser(self) -> tuple[str, ...]:
        """Every event's name."""
        return tuple(self._karta)

    @property
    def oppna(self) -> tuple[str, ...]:
        """States that aren't an end."""
        return tuple(t for t in self.tillstand if t not in self.slut)

    def vilar(self, tillstand: str) -> bool:
        """Is nothing waited for in that state: an end, or a rest?"""
        return tillstand in self.slut or tillstand in self.vilande

    @cached_property
    def klarfalt(self) -> tuple[str, ...]:
        """The date fields of the steps that take a case out of the daily work."""
        ut = [s.dag for s in self.steg if s.dag and s.till and self.vilar(s.till) and not all(map(self.vilar, self.kallor(s)))]
        return tuple(dict.fromkeys(ut))

    def kallor(self, steg: Steg) -> tuple[str, ...]:
        """The states that a step may be taken from."""
        if steg.fran == ALLA:
            return tuple(self.tillstand)
        if steg.fran == ALLA_OPPNA:
            return self.oppna
        return (steg.fran,) if isinstance(steg.fran, str) else steg.fran

    def hitta(self, handelse: str, tillstand: str | None = None) -> Steg:
        """The step of an event; from a state, when the event means different things. KeyError with a sentence."""
        steg = self._karta.get(handelse)
        if steg is None:
            raise KeyError(f"{self.namn}: händelsen '{handelse}' finns inte{narmast(handelse, self.handelser)}")
        if tillstand is None:
            return steg[0]
        for ett in steg:
            if tillstand in self.kallor(ett):
                return ett
        raise KeyError(f"{self.namn}: händelsen '{handelse}' kan inte ske i tillståndet '{tillstand}'")

    @cached_property
    def bara_vid_oppning(self) -> frozenset[str]:
        """Fields that the opening asks and that the case doesn't keep: later they would be answered into thin air."""
        beskrivna = self.modell.beskrivna()
        return frozenset(namn for namn in self.oppnas_med if beskrivna[namn].handelse)

    @cached_property
    def version(self) -> str:
        """Sixteen hex digits that change with anything declared; a case keeps the version it was handled under."""
        innehall = {
            **{
                f.name: _enkelt(getattr(self, f.name))
                for f in fields(self)
                if f.name not in ("steg", "_karta", "modell")
            },
            "falt": {namn: f.schema() for namn, f in self.modell.beskrivna().items()},
            "steg": [
                {f.name: _enkelt(getattr(s, f.name)) for f in fields(s) if f.name != "modell"} for s in self.alla_steg
            ],
        }
        return hashlib.sha256(json.dumps(innehall, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def forklaring(self) -> dict[str, Any]:
        """What is declared, as it is kept beside the version: heading, states, steps and fields."""
        return {
            "rubrik": self.rubrik,
            "tillstand": dict(self.tillstand),
            "steg": [{k: v for k, v in vars(steg).items() if k != "modell"} for steg in self.alla_steg],
            "falt": {namn: f.schema() for namn, f in self.modell.beskrivna().items()},
        }

    def som_tabell(self) -> list[dict[str, str]]:
        """The steps as rows of text, for a page or the command line."""
        from arbetsfloden.motor.diagram import som_tabell

        return som_tabell(self)

    def som_mermaid(self) -> str:
        """The process as the text of a Mermaid state diagram."""
        from arbetsfloden.motor.diagram import som_mermaid

        return som_mermaid(self)


def _enkelt(varde: Any) -> Any:
    if isinstance(varde, Mapping):
        return [[k, _enkelt(v)] for k, v in varde.items()]  # the order of the states is part of what is declared
    return [_enkelt(v) for v in varde] if isinstance(varde, tuple) else varde

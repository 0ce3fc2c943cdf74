"""The shape of an example of each kind, and what the rules answer to it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, ClassVar, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, model_validator

from regler.motor.dag import Niva
from regler.motor.fel import Regelfraga, narmast
from regler.motor.fraga import Fristsvar, Regelverk
from regler.motor.fraga_fil import tolka_fran
from regler.motor.gallring import Gallringsfakta
from regler.motor.modeller import Dag, JaNej, Modell, Roll, Text
from regler.motor.rakning import svensk_tidpunkt
from regler.motor.tal import Tal, med_tal

OKANT = "okänt"
Varde: TypeAlias = object


def _tidpunkt(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return tolka_fran(text)
    except Regelfraga as nej:
        raise ValueError(" ".join(nej.skal)) from None


def _stegnamn(text: object) -> object:
    if not isinstance(text, str):
        return text
    process, _, steg = text.partition("/")
    if not (process and steg):
        raise ValueError(f"'{text}' är inget steg; skriv process/händelse, till exempel 'synpunkt/besvara'")
    return process, steg


def _period(dagar: list[date]) -> list[date]:
    if len(dagar) != 2:
        raise ValueError("skriv två dagar: den första och den sista, till exempel [2026-01-15, 2026-01-30]")
    return dagar


Tidpunkt = Annotated[InstanceOf[date], BeforeValidator(_tidpunkt, json_schema_input_type=str)]
Stegnamn = Annotated[InstanceOf[tuple[str, str]], BeforeValidator(_stegnamn, json_schema_input_type=str)]
Period = Annotated[list[Dag], AfterValidator(_period)]


class ExempelModell(Modell):
    """What every example says: its name, whose rules are asked (left out = the nation's), and `fel` = the kind of
    refusal when the rules are to refuse."""

    namn: Text
    kommun: Text | None = None
    fel: Text | None = None

    vantade: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _vantar_nagot(self) -> ExempelModell:
        if self.fel is None and not self.vantat():
            raise ValueError(f"säger inte vad svaret ska bli: skriv {' eller '.join((*self.vantade, 'fel'))}")
        return self

    def vantat(self) -> dict[str, Varde]:
        """What the example expects, by word; only what was written."""
        varden = {ord_: getattr(self, ord_) for ord_ in self.vantade if ord_ in self.model_fields_set}
        return {ord_: frozenset(varde) if isinstance(varde, list) else varde for ord_, varde in varden.items()}

    @abstractmethod
    def blev(self, regler: Regelverk) -> Mapping[str, Varde]:
        """What the rules answer, by the same words. Raises Regelfraga."""


class Fristexempel(ExempelModell):
    """A limit: when it ends, after a pause and an extension when there were such."""

    process: Text
    frist: Text
    fran: Tidpunkt
    falt: dict[str, Text] = Field(default_factory=dict)
    pausad: Period | None = None
    forlangd_till: Dag | None = None
    roll: Roll | None = None
    forfaller: Tidpunkt | None = None
    lag: Tidpunkt | None = None
    tid: Text | None = None
    lagrum: Text | None = None
    niva: Niva | None = None
    raknade: int | None = None

    vantade = ("forfaller", "lag", "tid", "lagrum", "niva", "raknade")

    def vantat(self) -> dict[str, Varde]:
        return {ord_: _svensk(varde) for ord_, varde in super().vantat().items()}

    def blev(self, regler: Regelverk) -> Mapping[str, Varde]:
        _kanda(regler.kontrollera_falt(self.process, self.frist, self.falt))
        lag = regler.frist(self.process, self.frist, self.fran, falt=self.falt)
        svar = lag.mal or lag
        forfaller = svar.forfaller
        if self.pausad or self.forlangd_till:
            forfaller = self._mer_tid(regler, lag)
        return {
            "forfaller": forfaller, "lag": lag.forfaller if lag.mal else None, "tid": svar.regel.tid,
            "lagrum": svar.regel.lagrum, "niva": svar.regel.niva, "raknade": sum(rad.raknas for rad in svar.rakning),
        }  # fmt: skip

    def _mer_tid(self, regler: Regelverk, svar: Fristsvar) -> date | None:
        """The last day after the pause, then after the extension: counted as in a case."""
        roll = self.roll or ""
        sist = svar.sista_dag
        if self.pausad:
            fran, till = self.pausad
            sist = regler.paus(svar, fran, till, roll, 0)
        if self.forlangd_till:
            sist = regler.forlang(replace(svar, forfaller=sist), self.forlangd_till, roll, 0)
        return sist


class Tabellexempel(ExempelModell):
    """A decision table: which outcome, or 'okänt' when too little is known."""

    tabell: Text
    dag: Dag
    svar: dict[str, Text] = Field(default_factory=dict)
    blir: Text | None = None
    lagrum: Text | None = None

    vantade = ("blir", "lagrum")

    def blev(self, regler: Regelverk) -> Mapping[str, Varde]:
        _kanda(regler.tabell(self.tabell).kontrollera_svar(self.svar))
        bedomning = regler.bedom(self.tabell, self.svar, self.dag)
        return {"blir": bedomning.utfall or OKANT, "lagrum": bedomning.rad.lagrum if bedomning.rad else None}


class Skyldighetsexempel(ExempelModell):
    """A duty: its amounts and its statute."""

    skyldighet: Text
    dag: Dag
    falt: dict[str, Text] = Field(default_factory=dict)
    varde: dict[str, Tal] | None = None
    lagrum: Text | None = None

    vantade = ("varde", "lagrum")

    def blev(self, regler: Regelverk) -> Mapping[str, Varde]:
        if (skyldighet := regler.skyldigheter.get(self.skyldighet)) is not None:
            _kanda(skyldighet.kontrollera_falt(self.falt))
        rad = regler.skyldighet(self.skyldighet, self.dag, self.falt)
        return {"varde": {namn: rad.varde.get(namn) for namn in self.varde or rad.varde}, "lagrum": rad.lagrum}


class Gallringsexempel(ExempelModell):
    """What a weeding rule says of a closed case: the first day it may go, the last day it should have gone, and whether
    it is kept. Left out: the last entry is the day it was closed, and there is nothing else about the person."""

    gallring: Text
    avslutad: Dag
    sista_anteckningen: Dag | None = None
    oppnad: Dag | None = None
    fodd: Dag | None = None
    insats: Text | None = None
    andra_uppgifter: JaNej = False
    falt: dict[str, Text] = Field(default_factory=dict)
    tidigast: Dag | None = None
    senast: Dag | None = None
    bevaras: JaNej = False
    lagrum: Text | None = None

    vantade = ("tidigast", "senast", "bevaras", "lagrum")

    def blev(self, regler: Regelverk) -> Mapping[str, Varde]:
        process, _, namn = self.gallring.partition("/")
        alla = {regel.namn: regel for regel in regler.gallring(process)}
        if namn not in alla:
            _kanda({"gallring": f"gallringsregeln '{self.gallring}' finns inte{narmast(namn, alla)}"})
        fakta = Gallringsfakta(
            falt=self.falt, dag=self.oppnad or self.avslutad, avslutad=self.avslutad, fodda=(self.fodd,), insats=self.insats,
            sista_anteckningen=self.sista_anteckningen or self.avslutad, andra_uppgifter=self.andra_uppgifter,
        )  # fmt: skip
        dom = alla[namn].prova(fakta, regler.kommun)
        lagrum = dom.rad.lagrum if dom.rad else None
        return {"tidigast": dom.tidigast, "senast": dom.senast, "bevaras": bool(dom.hinder), "lagrum": lagrum}


class Kravexempel(ExempelModell):
    """What a step demands: each demand by its name or by a field that it demands, no other demand beside."""

    krav: Stegnamn
    dag: Dag
    kravs: list[Text] | None = None

    vantade = ("kravs",)

    def blev(self, regler: Regelverk) -> Mapping[str, Varde]:
        vantade = set(self.kravs or ())
        rader = regler.krav(*self.krav, self.dag)
        return {"kravs": frozenset(ord_ for rad in rader for ord_ in vantade & {rad.namn, *rad.falt} or {rad.namn})}


class Delegationsexempel(ExempelModell):
    """Which roles may take a step by the order of delegation; null = no order speaks of it."""

    delegation: Stegnamn
    dag: Dag
    enhet: Text | None = None
    far: list[Roll] | None = None

    vantade = ("far",)

    def blev(self, regler: Regelverk) -> Mapping[str, Varde]:
        enheter = regler.kommun.enheter
        if self.enhet is not None and self.enhet not in enheter:
            _kanda({"enhet": f"enheten '{self.enhet}' finns inte{narmast(self.enhet, enheter)}"})
        rader = regler.delegation(*self.delegation, self.dag, self.enhet)
        return {"far": None if rader is None else frozenset(roll for rad in rader for roll in rad.far)}


def i_ord(varde: Varde) -> str:
    """An answer as people read it."""
    match varde:
        case None:
            return "inget"
        case bool():
            return "ja" if varde else "nej"
        case datetime():
            return varde.strftime("%Y-%m-%dT%H:%M")
        case frozenset():
            return ", ".join(sorted(varde)) or "inget"
        case dict():
            return ", ".join(f"{namn} {i_ord(tal)}" for namn, tal in varde.items())
        case int() | float():
            return med_tal(varde)
        case _:
            return str(varde)


def _svensk(varde: Varde) -> Varde:
    return svensk_tidpunkt(varde) if isinstance(varde, datetime) else varde


def _kanda(fel: Mapping[str, str]) -> None:
    """A word that the rules don't know is told, not taken as unknown: it is a slip of the pen."""
    if fel:
        raise Regelfraga("okant_falt", fel.values(), dict(fel))

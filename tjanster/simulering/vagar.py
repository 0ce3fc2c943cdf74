"""The way that one case takes: which steps, in what order, how long each waits and how much work it is. Pure.

All of it is drawn when the case comes in, from the case's own seed. So two runs with different staff or rules meet the same
cases, and what differs between them is the staff or the rules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from arbetsfloden.motor.lagrum import NYA_SOCIALTJANSTLAGEN
from tjanster.demo.berattelser import HANDLAGGARE, OPPEN_UPPGIFT, Dag
from tjanster.simulering.modell import Ankomst, Modell, valj

SVARA = ("kontaktperson", "familjehem", "familjebehandling")
"""Kinds of support that wait for a person to be found: those that Östersund's report counts, 84, 12 and 1 of its 97 (2019-12-31)."""

ATGARDER = ({"text": "Påhittad åtgärd", "ansvarig": "Enhetschef", "senast": Dag(120)},)


@dataclass(frozen=True)
class Moment:
    """One step of a case. vantan: working days before it can be taken; minuter: of work by somebody with `roll`. process: the
    case's after the step before, which may have made another of it."""

    process: str
    handelse: str
    roll: str
    vantan: int
    minuter: float
    data: Mapping[str, Any] = field(default_factory=dict)
    skal: str | None = None


@dataclass(frozen=True)
class Vag:
    """How a case is registered and what is then to be done with it. roll: who registers; None is the web form."""

    data: Mapping[str, Any]
    roll: str | None
    kontakt: Mapping[str, str] | None
    moment: tuple[Moment, ...]


Listor = Mapping[str, Mapping[str, str]]


def dra_vag(modell: Modell, listor: Listor, ankomst: Ankomst, fro: int) -> Vag:
    """The case's whole way, from its own seed."""
    slump = Random(f"{fro} {ankomst.process} {ankomst.nr}")
    return {"synpunkt": _synpunkt, "avvikelse": _avvikelse, "lex_sarah": _lex_sarah, "beslut": _beslut}[ankomst.process](
        _Drag(modell, listor, ankomst, slump)
    )


@dataclass
class _Drag:
    """What a way is drawn from."""

    modell: Modell
    listor: Listor
    ankomst: Ankomst
    slump: Random

    def hander(self, andel: str) -> bool:
        return self.slump.random() < float(getattr(self.modell.andelar, andel))

    def ur(self, lista: str) -> str:
        return self.slump.choice(sorted(self.listor[lista]))

    def moment(self, handelse: str, skal: str | None = None, *, process: str = "", tal: str = "", **data: Any) -> Moment:
        process = process or self.ankomst.process
        steg = self.modell.steg(process, tal or handelse)
        vantan, minuter = self.modell.dra(process, tal or handelse, self.slump)
        return Moment(process, handelse, steg.roll, vantan, minuter, data, skal)


def _synpunkt(d: _Drag) -> Vag:
    adress = valj(d.slump, {"epost": d.modell.andelar.epost, "brev": d.modell.andelar.brev,
                            "anonym": max(0.0, 1 - d.modell.andelar.epost - d.modell.andelar.brev)})  # fmt: skip
    nr = d.ankomst.nr
    kontakt = {"epost": {"namn": f"Påhittad Person {nr}", "epost": f"person{nr}@simulerad.example"},
               "brev": {"namn": f"Påhittad Person {nr}", "adress": "Påhittade vägen 1, 123 45 Orten"}}.get(adress)  # fmt: skip
    vill = d.hander("vill_ha_svar") and kontakt is not None
    kanal = {"epost": "webb", "brev": "brev"}.get(adress, "telefon")
    data = {
        "inkom": d.ankomst.dag.isoformat(), "kanal": kanal, "slag": d.ur("slag"), "kategori": d.ur("kategorier"),
        "text": "Påhittad synpunkt", "vill_ha_svar": vill,
    }  # fmt: skip
    return Vag(data, None if kanal == "webb" else "registrator", kontakt, tuple(_synpunktens_steg(d, adress == "brev", vill)))


def _synpunktens_steg(d: _Drag, med_brev: bool, vill: bool) -> Iterator[Moment]:
    if med_brev:
        yield d.moment("bekrafta_med_brev")
    yield d.moment("fordela", enhet=d.ankomst.enhet)
    yield d.moment("tilldela", handlaggare=HANDLAGGARE)
    yield d.moment("handlagg")
    if not vill:
        yield d.moment("inget_svar_onskas", handlaggning="Påhittad handläggning")
    else:
        yield d.moment("besvara", svar="Påhittat svar", handlaggning="Påhittad handläggning")
        if med_brev:
            yield d.moment("klarmarkera_uppgift", "Brevet är skickat.", uppgift=OPPEN_UPPGIFT)
        if d.hander("publiceras"):
            yield d.moment("publicera", sekretess=False, personuppgifter=False)
        else:
            yield d.moment("avsta_publicering")
    yield d.moment("avsluta", diarienummer=f"SIM {d.ankomst.dag.year}-{d.ankomst.nr}")


def _avvikelse(d: _Drag) -> Vag:
    dag = d.ankomst.dag
    data = {
        "enhet": d.ankomst.enhet, "handelsedatum": (dag - timedelta(days=d.slump.choice((0, 0, 1)))).isoformat(),
        "rapporterad": dag.isoformat(), "typ": d.ur("typer"), "beskrivning": "Påhittad händelse",
    }  # fmt: skip
    return Vag(data, "medarbetare", None, tuple(_avvikelsens_steg(d)))


def _avvikelsens_steg(d: _Drag) -> Iterator[Moment]:
    if d.hander("blir_lex_sarah"):
        yield d.moment("bli_lex_sarah", "Påhittat skäl", lagomrade="sol")
        yield from _lex_sarahs_steg(d)
        return
    if d.hander("avskriven"):
        yield d.moment("avskriv", "Påhittat skäl")
        return
    yield d.moment("ta_emot")
    yield d.moment("tilldela", handlaggare=HANDLAGGARE)
    yield d.moment("utred", utredning="Påhittad utredning", orsaker=["rutiner"], orsak_text="Påhittad orsak")
    if d.hander("utan_atgard"):
        yield d.moment("avsluta_utan_atgard", "Påhittat skäl")
        return
    yield d.moment("besluta_atgarder", atgarder=ATGARDER)
    yield d.moment("folj_upp", hjalpte="ja", uppfoljning="Påhittad uppföljning")
    yield d.moment("avsluta")


def _lex_sarah(d: _Drag) -> Vag:
    dag = d.ankomst.dag.isoformat()
    data = {"enhet": d.ankomst.enhet, "lagomrade": "sol", "handelsedatum": dag, "rapporterad": dag,
            "beskrivning": "Påhittad händelse"}  # fmt: skip
    return Vag(data, "medarbetare", None, tuple(_lex_sarahs_steg(d)))


def _lex_sarahs_steg(d: _Drag) -> Iterator[Moment]:
    def m(handelse: str, **data: Any) -> Moment:
        return d.moment(handelse, process="lex_sarah", **data)

    yield m("inled_utredning")
    yield m("tilldela", handlaggare=HANDLAGGARE)
    yield m("utred", utredning="Påhittad utredning", orsaker=["rutiner"], orsak_text="Påhittad orsak")
    if d.hander("till_ivo"):
        yield m("bedom", bedomning="allvarligt", bedomning_skal="Påhittade skäl")
        yield m("anmal_ivo", ivo_diarienummer="SIM IVO")
        yield m("lamna_in_utredning")
        yield m("registrera_ivo_beslut", ivo_beslut_text="Påhittat beslut")
    else:
        yield m("bedom", bedomning="missforhallande", bedomning_skal="Påhittade skäl")
        yield m("besluta", beslut_text="Påhittat beslut")
    yield m("besluta_atgarder", atgarder=ATGARDER)
    yield m("avsluta", hjalpte="ja", uppfoljning="Påhittad uppföljning")


def _beslut(d: _Drag) -> Vag:
    insatser = sorted(d.listor["insatser"])
    svara = [i for i in insatser if i in SVARA]
    latta = [i for i in insatser if i not in SVARA] or insatser
    svar = bool(svara) and d.hander("svar_att_hitta")
    dag = d.ankomst.dag
    data = {
        "externt_id": f"SIM-{dag.year}-{d.ankomst.nr}", "beslutsdatum": dag.isoformat(), "insats": d.slump.choice(svara if svar else latta),
        "lagrum": "sol_2025" if dag >= NYA_SOCIALTJANSTLAGEN else "sol_2001", "kon": d.slump.choice(("kvinna", "man")),
        "enhet": d.ankomst.enhet,
    }  # fmt: skip
    if d.hander("behovet_upphor"):
        moment = d.moment("behovet_upphor", upphort_skal="Påhittat skäl")
    else:
        moment = d.moment("verkstall", tal="verkstall_svart" if svar else "verkstall")
    return Vag(data, "handlaggare", None, (moment,))

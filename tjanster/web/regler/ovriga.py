"""Demands, delegation, duties and weeding in words. No database, no request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from arbetsfloden import PROCESSER
from regler import ROLLER, Regelverk
from regler.motor.dag import Daterad
from tjanster.web.mallar import tal
from tjanster.web.regler import klarsprak
from tjanster.web.regler.rader import idag_bild, tidsbild


@dataclass(frozen=True)
class Regel:
    """One rule that is no limit, with its rows. villkor and mening: its rows as a person says them, in the rows' order."""

    slag: str
    nyckel: str
    process: str
    rubrik: str
    rader: tuple[Daterad, ...]
    villkor: tuple[str, ...]
    meningar: tuple[str, ...]
    fakta: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return f"/regler/{self.slag}/{self.nyckel}"

    def idag_rader(self, idag: date) -> list[dict[str, Any]]:
        """The rows that hold today; the one that comes next when none does yet."""
        alla = list(zip(self.rader, self.villkor, self.meningar, strict=True))
        return [
            idag_bild(rad, mening, villkor, idag, [r for r, v, _ in alla if v == villkor])
            for rad, villkor, mening in alla
            if rad.galler(idag)
        ]

    def tidslinje(self, idag: date) -> list[dict[str, Any]]:
        """Every row, those for the same kind of case together, the latest first."""
        ut = []
        for villkor in dict.fromkeys(self.villkor):
            samma = [(r, m) for r, v, m in zip(self.rader, self.villkor, self.meningar, strict=True) if v == villkor]
            samma.sort(key=lambda par: par[0].fran, reverse=True)
            rubrik = klarsprak.stor(villkor) or "För alla"
            ut.append({"rubrik": rubrik, "rader": [tidsbild(r, m, idag, galler=r.galler(idag)) for r, m in samma]})
        return ut


def stegnamn(process: str, handelse: str) -> str:
    """The heading of a step; 'Registrera' for the event that opened the case."""
    if handelse == "registrera" or process not in PROCESSER:
        return handelse.replace("_", " ").capitalize()
    return next((s.rubrik for s in PROCESSER[process].alla_steg if s.handelse == handelse), handelse)


def _steg(process: str, handelser: Iterable[str]) -> str:
    return ", ".join(f"”{stegnamn(process, h)}”" for h in handelser)


def krav(verk: Regelverk) -> list[Regel]:
    """Every demand."""
    per: dict[tuple[str, str], list[Any]] = {}
    for rad in verk.alla_krav:
        per.setdefault((rad.process, rad.namn), []).append(rad)
    return [
        Regel("krav", f"{p}/{namn}", p, rader[0].rubrik, tuple(rader), ("",) * len(rader), tuple(map(_kravmening, rader)),
              (("Gäller steget", _steg(p, rader[0].steg)),))
        for (p, namn), rader in per.items()
    ]  # fmt: skip


def _kravmening(rad: Any) -> str:
    delar = [f"”{klarsprak.faltnamn(rad.process, f)}” ska vara ifyllt" for f in rad.falt]
    if rad.bilaga:
        delar.append("ärendet ska ha en bilaga")
    if rad.annan_an:
        delar.append(f"steget ska tas av en annan person än den som tog {_steg(rad.process, rad.annan_an)}")
    if rad.fyra_ogon:
        delar.append("två personer ska stå bakom steget: en föreslår det, och det tas när en annan bekräftar")
    return klarsprak.stor(" och ".join(delar)) if delar else "Inget krävs längre"


def delegation(verk: Regelverk) -> list[Regel]:
    """Every matter of the order of delegation."""
    per: dict[str, list[Any]] = {}
    for rad in verk.alla_delegation:
        per.setdefault(rad.namn, []).append(rad)
    return [
        Regel("delegation", namn, rader[0].process, rader[0].rubrik, tuple(rader),
              tuple(_enheter(verk, r.enheter) for r in rader), tuple(map(_far, rader)),
              (("Gäller steget", _steg(rader[0].process, rader[0].steg)),))
        for namn, rader in per.items()
    ]  # fmt: skip


def _far(rad: Any) -> str:
    roller = klarsprak.stor(klarsprak.eller([ROLLER[r] for r in rad.far]))
    return f"{roller}, punkt {rad.punkt}" if rad.punkt else roller


def _enheter(verk: Regelverk, enheter: Iterable[str] | None) -> str:
    if enheter is None:
        return ""
    return "i " + ", ".join(verk.kommun.enheter[e].namn if e in verk.kommun.enheter else e for e in enheter)


def skyldigheter(verk: Regelverk) -> list[Regel]:
    """Every duty and dated value."""
    return [
        Regel("skyldighet", s.nyckel, s.omrade, s.rubrik, s.rader,
              tuple(klarsprak.koder_i_ord(s.omrade, s.falt, verk.kommun, r.nar) for r in s.rader), tuple(map(_vad, s.rader)),
              (("Raden väljs av", klarsprak.dagord(s.omrade, s.avgors_av)),))
        for s in verk.skyldigheter.values()
    ]  # fmt: skip


def gallring(verk: Regelverk) -> list[Regel]:
    """Every rule for weeding."""
    return [
        Regel("gallring", g.nyckel, g.process, g.rubrik, g.rader,
              tuple(klarsprak.koder_i_ord(g.process, g.falt, verk.kommun, r.nar) for r in g.rader),
              tuple(r.mening() for r in g.rader), (("Raden väljs av", "dagen ärendet avslutades"),))
        for regler in verk.alla_gallring.values() for g in regler
    ]  # fmt: skip


VARDEORD = {"lagst": "lägst", "hogst": "högst"}


def _vad(rad: Any) -> str:
    belopp = ", ".join(f"{VARDEORD.get(n, n.replace('_', ' '))} {tal(v)} {rad.enhet}" for n, v in rad.varde.items())
    vad = rad.vad.rstrip(".")
    return f"{vad} ({belopp})" if belopp else vad

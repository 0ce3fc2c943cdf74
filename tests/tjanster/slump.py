"""Lives of cases by chance: registers, steps, acts on limits and sweeps, by the real path, from one seed."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from arbetsfloden import Falt, Process, formular, mojliga, tabeller
from regler import FORMER, NAR, Brevval
from tests.bygg import FORVALT, KONTAKT, PERSONAL, Bygge
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.brevval import satt
from tjanster.arenden.fel import Nej
from tjanster.arenden.handelse import samla_fakta, ser
from tjanster.arenden.lage import OPPNA, Lage, hamta
from tjanster.arenden.mandat import roller_for
from tjanster.db import t
from tjanster.scheduler.svep import Utfall, svepa

KONTAKTER: tuple[dict[str, str] | None, ...] = (None, KONTAKT, {"namn": "Påhittad", "adress": "Vägen 1, 123 45 Orten"})
ENHETER = ("familjehem", "oppenvard", "utredning_barn", "ifo")
FRISTAKTER = ("forlang_frist", "pausa_frist", "starta_frist_igen")


class Slump:
    """One run. Nothing is known about which step will do: what the program refuses is refused, and counted."""

    def __init__(self, bygg: Bygge, slump: Random, personal: tuple[str, ...] = tuple(PERSONAL)) -> None:
        self.bygg, self.slump, self.personal = bygg, slump, personal
        self.tagna = self.nekade = self.nr = 0

    # -- what can happen ----------------------------------------------------------------------------------------------

    def registrera(self, nu: datetime) -> str | None:
        namn = self.slump.choice(list(FORVALT))
        process = self.bygg.vaka.sammanhang.regelverk and FORVALT[namn]
        self.nr += 1
        dag = nu.date() - timedelta(days=self.slump.choice((0, 0, 0, 1, 3, 12)))
        data: dict[str, Any] = {**process, "enhet": self.slump.choice(ENHETER), "sen_registrering_skal": "Driftstopp"}
        for falt in ("inkom", "rapporterad", "handelsedatum", "beslutsdatum"):
            if falt in data or (falt == "rapporterad" and "handelsedatum" in data):
                data[falt] = dag.isoformat()
        if namn == "beslut":
            data["externt_id"] = f"D-{self.slump.getrandbits(60)}"
            data["beslutsdatum"] = (dag - timedelta(days=self.slump.choice((0, 20, 88, 95)))).isoformat()
        kontakt = self.slump.choice(KONTAKTER) if namn == "synpunkt" else None
        try:
            return self.bygg.ny(namn, self.slump.choice(self.personal), nu=nu, kontakt=kontakt, **data)
        except Nej:
            self.nekade += 1
            return None

    def steg(self, nu: datetime, bara: tuple[str, ...] = ()) -> bool:
        """Somebody takes some step in some case; those in `bara` when given."""
        s = self.bygg.vaka.sammanhang
        with self.bygg.vaka.systemet() as conn:
            alla = list(conn.execute(select(t.arende.c.nummer).order_by(t.arende.c.id)).scalars())
            lage = hamta(conn, self.slump.choice(alla)) if alla else None
            if lage is None:
                return False
            u, b = t.uppgift.c, t.bilaga.c
            bilagor = list(conn.execute(select(b.id).where(b.arende_id == lage.rad["id"]).order_by(b.id)).scalars())
            uppgifter = list(conn.execute(select(u.id).where(u.arende_id == lage.rad["id"]).order_by(u.id)).scalars())
        personer = self.slump.sample(self.personal, len(self.personal))
        aktorer = (a for p in personer if (a := self.bygg.aktor(p, nu)) is not None and ser(s, lage, a))
        forsok = ((aktor, val) for aktor in aktorer if (val := self._val(lage, aktor, nu, bara)) is not None)
        aktor, val = next(forsok, (None, None))
        if aktor is None or val is None:
            return False
        handelse, data = val
        data["uppgift"] = str(self.slump.choice(uppgifter)) if uppgifter else "0"
        data["bilaga"] = str(self.slump.choice(bilagor)) if bilagor else "0"
        data["arende"] = self.slump.choice(alla)
        data["dubblett_av"] = self.slump.choice(alla)
        steg = lage.process.hitta(handelse, lage.rad["tillstand"])
        fragor = {f.namn for f, _ in formular(lage.process, steg)} | {"skal", "sen_registrering_skal"}
        fragor |= {"forseningsorsak"} if handelse != "andra" and steg.stoppar else set()
        fragor |= {lage.process.orsaksfalt} if steg.stoppar else set()
        data = {k: v for k, v in data.items() if k in fragor or handelse == "andra"}
        if handelse == "andra":
            data = {k: v for k, v in data.items() if k == lage.process.dag or (k == "besvarad" and lage.rad["uppgifter"].get(k))}
            data["skal"] = "Rättad dag"
        elif steg.modell is not None:
            data = {k: v for k, v in data.items() if k in (*steg.falt, "skal")}
        skal = data.pop("skal", None)
        try:
            if handelse == "bifoga":
                self.bygg.bifoga(lage.rad["nummer"], som=_namn(aktor), nu=nu)
            else:
                self.bygg.gor(lage.rad["nummer"], handelse, _namn(aktor), nu=nu, skal=skal, **data)
        except Nej:
            self.nekade += 1
            return False
        self.tagna += 1
        return True

    def valj_brev(self, nu: datetime) -> None:
        """Somebody changes their mind about their letters, whatever waits for them."""
        val = Brevval(
            self.slump.random() < 0.7, frozenset(self.slump.sample(range(5), self.slump.choice((1, 2, 5)))), self.slump.choice((6, 7, 8, 9)),
            self.slump.choice(FORMER), self.slump.choice(NAR),
        )  # fmt: skip
        aktor = self.bygg.aktor(self.slump.choice(self.personal), nu)
        with self.bygg.vaka.systemet() as conn:
            if aktor is not None:
                satt(conn, self.bygg.vaka.sammanhang, aktor.id, val, av=aktor.id, nu=nu)

    def svep(self, nu: datetime) -> Utfall:
        return svepa(self.bygg.vaka, nu)

    # -- what is filled in --------------------------------------------------------------------------------------------

    def _val(self, lage: Lage, aktor: Aktor, nu: datetime, bara: tuple[str, ...]) -> tuple[str, dict[str, Any]] | None:
        s = self.bygg.vaka.sammanhang
        fragas = tabeller(lage.process, lage.rad["tillstand"])
        fakta = samla_fakta(s, lage, lage.uppgifter, nu, nu.date(), fragas)
        alla = mojliga(lage.process, lage.rad["tillstand"], fakta, roller_for(s, lage, aktor))
        gar = [steg for steg, hinder in alla if not hinder and (not bara or steg.handelse in bara)]
        if not gar:
            return None
        steg = self.slump.choice(gar)
        fragor = [f for f, _ in formular(lage.process, steg, fakta)]
        if steg.handelse == "andra":
            fragor = list(lage.process.modell.beskrivna().values())
        data = {f.namn: v for f in fragor if (v := self._varde(lage.process, f, lage, nu)) is not None}
        orsak = lage.process.modell.beskrivna()[lage.process.orsaksfalt]
        data[orsak.namn] = self._varde(lage.process, orsak, lage, nu)
        data |= {"skal": "Påhittat skäl", "sen_registrering_skal": "Pappersblanketten användes"}
        if "frist" in data:
            oppna = sorted({f["namn"] for f in lage.frister if f["status"] in OPPNA})
            data["frist"] = self.slump.choice(oppna) if oppna else "svar"
        return steg.handelse, data

    def _varde(self, process: Process, f: Falt, lage: Lage, nu: datetime) -> Any:
        if f.slag == "dag":
            return self._dag(f, lage, nu.date()).isoformat()
        if f.slag == "janej":
            return self.slump.choice((True, False))
        if f.slag in ("enhet", "enheter"):
            return self.slump.choice(ENHETER) if f.slag == "enhet" else [self.slump.choice(ENHETER)]
        if f.slag in ("val", "flerval"):
            lista = self.bygg.vaka.sammanhang.listor
            ett = self.slump.choice(sorted(f.val or lista.get(f.listnamn or "", {})))
            return [ett] if f.slag == "flerval" else ett
        if f.slag == "rader" and f.rad is not None:
            return [{n: self._varde(process, rf, lage, nu) for n, rf in f.rad.beskrivna().items() if not rf.monster}]
        if f.slag == "personer":
            return self.slump.sample(("hanna", "hugo", "elin", "kim"), 2)
        if f.namn in ("handlaggare", "agare"):
            return self.slump.choice(("hanna", "hugo", "elin", "frida"))
        if f.monster or f.namn in ("diarienummer", "externt_id"):
            return None
        return "Påhittad text"

    def _dag(self, f: Falt, lage: Lage, idag: date) -> date:
        if f.framtid:
            return idag + timedelta(days=self.slump.choice((1, 3, 10, 25)))
        return max(idag - timedelta(days=self.slump.choice((0, 0, 0, 1, 2, 6, 14))), lage.rad["dag"])


def _namn(aktor: Aktor) -> str:
    return aktor.namn.split()[0].lower()

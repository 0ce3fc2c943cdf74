"""frister/ and eskalering/: the files → limits and ladders of both levels."""

from __future__ import annotations

from collections.abc import Mapping

from regler.motor.dag import Frist, Niva
from regler.motor.fel import narmast
from regler.motor.kommun import Kommun
from regler.motor.lokalt import lagg_samman, valbara
from regler.motor.modeller import FristModell, TrappaModell
from regler.motor.radfel import granska_rader, kontrollera_nar
from regler.motor.regelfiler import Regelfiler, namnen
from regler.motor.trappa import Trappsteg
from regler.motor.yamltrad import Trad


class Fristfiler:
    """Reads the limits, then the ladders that belong to them."""

    def __init__(self, filer: Regelfiler, kommun: Kommun | None) -> None:
        self.filer = filer
        self.kommun = kommun
        # process -> names of limits as written, faulty ones too, so that one fault makes no others; None = can't tell.
        self.kanda: dict[str, set[str] | None] = {}

    def frister(self) -> dict[str, dict[str, Frist]]:
        """Process -> name -> limit."""
        nation: dict[str, dict[str, tuple[FristModell, Trad]]] = {}
        for process, trad in self._ta_upp("nationell"):
            poster = self.filer.namngivna(trad, FristModell)
            nation[process] = {namn: (post, trad) for namn, post in poster.items()}
            for namn in namnen(trad):
                self._granska(trad, namn, poster.get(namn), None)
                _hel_frist(trad, namn)
        nationella = dict(self.kanda)
        lokalt: dict[str, dict[str, tuple[FristModell, Trad]]] = {}
        for process, trad in self._ta_upp("lokal"):
            poster = self.filer.namngivna(trad, FristModell)
            lokalt[process] = {namn: (post, trad) for namn, post in poster.items()}
            for namn in namnen(trad):
                nationell = nation.get(process, {}).get(namn)
                self._granska(trad, namn, poster.get(namn), nationell[0] if nationell else None, lokal=True)
                kanda = nationella.get(process, set())
                if process not in nationella:
                    _hel_frist(trad, namn, f"processen '{process}'", narmast(process, nationella))
                elif kanda is not None and namn not in kanda:
                    _hel_frist(trad, namn, "fristen", narmast(namn, kanda))
        listor = self.kommun.listor if self.kommun else {}
        return {
            process: {
                namn: lagg_samman(
                    process, namn, nation.get(process, {}).get(namn), lokalt.get(process, {}).get(namn), listor
                )
                for namn in dict.fromkeys((*nation.get(process, ()), *lokalt.get(process, ())))
            }
            for process in sorted({*nation, *lokalt})
        }

    def _granska(
        self, trad: Trad, namn: str, post: FristModell | None, nationell: FristModell | None, *, lokal: bool = False
    ) -> None:
        galler = trad.data[namn].get("galler") if isinstance(trad.data[namn], dict) else None
        granska_rader(trad, namn, galler, nationell=not lokal)
        val = valbara(nationell, post) if lokal else valbara(post, None)
        if post is not None:
            listor = self.kommun.listor if self.kommun else {}
            kontrollera_nar(trad, namn, galler, val, listor if lokal else None)

    def _ta_upp(self, niva: Niva) -> list[tuple[str, Trad]]:
        """The files of one level, whose names of limits are then known."""
        alla = [(process, trad) for en, process, trad in self.filer.i_mapp("frister") if en == niva]
        for process, trad in alla:
            har = self.kanda.get(process, set())
            self.kanda[process] = None if har is None or trad.data is None else har | set(namnen(trad))
        return [(process, trad) for process, trad in alla if trad.data is not None]

    def trappor(self, frister: Mapping[str, Mapping[str, Frist]]) -> dict[tuple[str, str], tuple[Trappsteg, ...]]:
        """(process, limit) -> ladder; a municipality's replaces the nation's whole. Read after the limits."""
        trappor: dict[tuple[str, str], tuple[Trappsteg, ...]] = {}
        varifran: dict[tuple[str, str], Trad] = {}
        for _, process, trad in self.filer.i_mapp("eskalering"):
            if process not in self.kanda:
                trad.anmark((), f"processen '{process}' har inga frister{narmast(process, self.kanda)}")
                continue
            kanda = self.kanda[process]
            for namn, modell in self.filer.namngivna(trad, TrappaModell).items():
                if kanda is not None and namn not in kanda:
                    trad.anmark((namn,), f"fristen finns inte för {process}{narmast(namn, kanda)}", nyckel=True)
                    continue
                varifran[(process, namn)] = trad
                trappor[(process, namn)] = tuple(
                    Trappsteg(nummer, ett.nar.text, ett.roll, ett.bradskande, ett.aven_ledig_dag, ett.nar)
                    for nummer, ett in enumerate(modell.steg, 1)
                )
        for (process, namn), steg in trappor.items():
            if namn in frister.get(process, {}):
                _ingen_tystnad(varifran[(process, namn)], frister[process][namn], steg)
        return trappor


def _hel_frist(trad: Trad, namn: str, vad: str = "", narmaste: str = "") -> None:
    """An entry that stands alone must say what it is and from which day it counts."""
    data = trad.data[namn]
    if not isinstance(data, dict):
        return
    saknas = [ord_ for ord_ in ("rubrik", "raknas_fran", "galler") if not data.get(ord_)]
    if not saknas:
        return
    if narmaste:
        mening = f"{vad} finns inte nationellt{narmaste} En ny frist ska ha rubrik och raknas_fran."
        trad.anmark((namn,), mening, nyckel=True)
        return
    for ord_ in saknas:
        trad.anmark((namn, ord_), "saknas" if ord_ not in data else "är tom", nyckel=True)


def _ingen_tystnad(trad: Trad, frist: Frist, steg: tuple[Trappsteg, ...]) -> None:
    """A limit that nobody is told of would pass in silence, which is what all this is for."""
    rader = [*frist.rader, *frist.mal]
    dag = next((rad for rad in rader if rad.langd.har_dag), None)
    if dag is not None and all(ett.utan_dag for ett in steg):
        trad.anmark(
            (frist.namn,), f"fristen kan ha en sista dag ('{dag.tid}') men inget steg räknas från den", nyckel=True
        )
    ord_ = next((rad for rad in rader if rad.langd.enhet == "ingen dag" and rad.tid != "ingen tid"), None)
    if ord_ is not None and not any(ett.utan_dag for ett in steg):
        mening = (
            f"fristen kan sakna sista dag ('{ord_.tid}') men inget steg räknas från starten, "
            "till exempel '5 arbetsdagar efter start'"
        )
        trad.anmark((frist.namn,), mening, nyckel=True)

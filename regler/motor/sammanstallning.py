"""All rule files together → `Regelverk`.

Everything is read before anything is refused, so that all faults are told at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from regler.motor.dag import Frist
from regler.motor.fel import Fel, Regelfel, narmast
from regler.motor.formfel import formfel
from regler.motor.fraga import Regelverk
from regler.motor.kalender import Kalender
from regler.motor.kommun import Kommun
from regler.motor.kommunfiler import las_kommun
from regler.motor.lokalt import lagg_samman, valbara
from regler.motor.modeller import (
    FristModell,
    KalenderModell,
    Modell,
    RapporteringModell,
    RapportradModell,
    TrappaModell,
)
from regler.motor.radfel import granska_rader, kontrollera_nar
from regler.motor.trappa import Trappsteg
from regler.motor.yamltrad import Trad, las_trad

_MAPPAR: Final = ("frister", "eskalering", "kalender", "rapportering")
_KOMMUNFILER: Final = ("kommun", "organisation", "listor")
M = TypeVar("M", bound=Modell)


@lru_cache(maxsize=512)
def _trad(fil: str, text: str) -> Trad:
    """Parsed once: the national files are the same for every municipality, and nobody changes what was parsed."""
    return las_trad(fil, text)


class Sammanstallning:
    """Every file of the nation and one municipality, read; then what they say together."""

    def __init__(self, filer: Mapping[str, str], kommun: str | None) -> None:
        self.filer = {
            vag: filer[vag]
            for vag in sorted(filer)
            if vag.startswith("regler/") or (kommun is not None and vag.startswith(f"config/{kommun}/"))
        }
        self.kommun_kod = kommun
        self.egna = f"config/{kommun}"
        self.trad: dict[str, Trad] = {}
        self.losa_fel: list[Fel] = []
        # process -> names of limits as written, faulty ones too, so that one fault makes no others; None = can't tell.
        self.kanda: dict[str, set[str] | None] = {}

    def las(self) -> Regelverk:
        """All files, then what they say together."""
        for vag, text in self.filer.items():
            kopia = _trad(vag, text)
            self.trad[vag] = replace(kopia, fel=list(kopia.fel))
        self._okanda_filer()
        kommun = self._kommun()
        kalender = self._kalender()
        frister = self._frister(kommun)
        trappor = self._trappor(frister)
        fonster = self._fonster()
        fel = [ett for trad in self.trad.values() for ett in trad.fel] + self.losa_fel
        if fel:
            raise Regelfel(fel)
        assert kommun is not None
        return Regelverk(
            kommun=kommun, kalender=kalender, hash_=self._hash(), filer=self.filer,
            frister=frister, trappor=trappor, fonster=fonster,
        )  # fmt: skip

    def _hash(self) -> str:
        summa = sha256()
        for vag, text in self.filer.items():
            summa.update(f"{vag}\0{len(text)}\0{text}\0".encode())
        return summa.hexdigest()

    # -- files --------------------------------------------------------------------------------------------------------

    def _okanda_filer(self) -> None:
        for vag in self.filer:
            delar = vag.split("/")[2 if vag.startswith("config/") else 0 :]
            if delar[0] == "regler" and len(delar) == 3 and vag.endswith(".yaml"):
                if delar[1] not in _MAPPAR:
                    self.losa_fel.append(
                        Fel(vag, 0, 0, "", f"mappen '{delar[1]}' känns inte igen{narmast(delar[1], _MAPPAR)}")
                    )
            elif not (
                len(delar) == 1 and vag.startswith("config/") and delar[0] in {f"{namn}.yaml" for namn in _KOMMUNFILER}
            ):
                kanda = [f"{namn}.yaml" for namn in _KOMMUNFILER]
                mening = (
                    f"filen känns inte igen{narmast(delar[-1], kanda)}"
                    if vag.endswith(".yaml")
                    else "filen ska heta .yaml"
                )
                self.losa_fel.append(Fel(vag, 0, 0, "", mening))

    def _i_mapp(self, rot: str, mapp: str) -> Iterable[tuple[str, Trad]]:
        for vag, trad in self.trad.items():
            if vag.startswith(f"{rot}/{mapp}/") and vag.endswith(".yaml") and trad.data is not None:
                yield vag.rsplit("/", 1)[1].removesuffix(".yaml"), trad

    def _poster(self, trad: Trad, modell: type[M]) -> dict[str, M]:
        """The named entries of a file; those with faults are noted and left out."""
        if not isinstance(trad.data, dict):
            trad.anmark((), "filen ska bestå av namn med kolon efter")
            return {}
        klara = {}
        for namn, data in trad.data.items():
            try:
                klara[namn] = modell.model_validate(data)
            except ValidationError as fel:
                formfel(trad, (namn,), modell, fel)
        return klara

    def _hel(self, trad: Trad, modell: type[M]) -> M | None:
        try:
            return modell.model_validate(trad.data)
        except ValidationError as fel:
            formfel(trad, (), modell, fel)
            return None

    # -- what they say ------------------------------------------------------------------------------------------------

    def _kommun(self) -> Kommun | None:
        if self.kommun_kod is None:
            return Kommun.nationell()
        return las_kommun(self.kommun_kod, {namn: self._kommunfil(namn) for namn in _KOMMUNFILER})

    def _kommunfil(self, namn: str) -> Trad | None:
        vag = f"{self.egna}/{namn}.yaml"
        if vag not in self.trad:
            self.losa_fel.append(Fel(vag, 0, 0, "", "filen saknas"))
            return None
        return self.trad[vag]

    def _kalender(self) -> Kalender:
        dagar: dict[str, dict[Any, str]] = {"regler": {}, f"{self.egna}/regler": {}}
        for rot, har in dagar.items():
            for _, trad in self._i_mapp(rot, "kalender"):
                modell = self._hel(trad, KalenderModell)
                for i, ledig in enumerate(modell.lediga_dagar if modell else ()):
                    if ledig.dag in har:
                        trad.anmark(("lediga_dagar", i, "dag"), f"{ledig.dag} står redan som ledig dag")
                    har[ledig.dag] = ledig.varfor
        return _kalender(tuple(dagar[f"{self.egna}/regler"].items()), tuple(dagar["regler"].items()))

    def _frister(self, kommun: Kommun | None) -> dict[str, dict[str, Frist]]:
        nation: dict[str, dict[str, tuple[FristModell, Trad]]] = {}
        for process, trad in self._i_mapp("regler", "frister"):
            poster = self._poster(trad, FristModell)
            nation[process] = {namn: (post, trad) for namn, post in poster.items()}
            for namn in self._namn(trad):
                self._granska(trad, namn, poster.get(namn), None, kommun)
                self._hel_frist(trad, namn)
        self._ta_upp("regler")
        nationella = dict(self.kanda)
        lokalt: dict[str, dict[str, tuple[FristModell, Trad]]] = {}
        for process, trad in self._i_mapp(f"{self.egna}/regler", "frister"):
            poster = self._poster(trad, FristModell)
            lokalt[process] = {namn: (post, trad) for namn, post in poster.items()}
            for namn in self._namn(trad):
                nationell = nation.get(process, {}).get(namn)
                self._granska(trad, namn, poster.get(namn), nationell[0] if nationell else None, kommun, lokal=True)
                namnen = nationella.get(process, set())
                if process not in nationella:
                    self._hel_frist(trad, namn, f"processen '{process}'", narmast(process, nationella))
                elif namnen is not None and namn not in namnen:
                    self._hel_frist(trad, namn, "fristen", narmast(namn, namnen))
        self._ta_upp(f"{self.egna}/regler")
        listor = kommun.listor if kommun else {}
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
        self, trad: Trad, namn: str, post: FristModell | None, nationell: FristModell | None, kommun: Kommun | None, *,
        lokal: bool = False,
    ) -> None:  # fmt: skip
        galler = trad.data[namn].get("galler") if isinstance(trad.data[namn], dict) else None
        granska_rader(trad, namn, galler, nationell=not lokal)
        val = valbara(nationell, post) if lokal else valbara(post, None)
        if post is not None:
            kontrollera_nar(trad, namn, galler, val, (kommun.listor if kommun else {}) if lokal else None)

    @staticmethod
    def _namn(trad: Trad) -> tuple[str, ...]:
        return tuple(trad.data) if isinstance(trad.data, dict) else ()

    def _ta_upp(self, rot: str) -> None:
        for vag, trad in self.trad.items():
            if vag.startswith(f"{rot}/frister/") and vag.endswith(".yaml"):
                process = vag.rsplit("/", 1)[1].removesuffix(".yaml")
                har = self.kanda.get(process, set())
                self.kanda[process] = None if har is None or trad.data is None else har | set(self._namn(trad))

    @staticmethod
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

    def _trappor(self, frister: Mapping[str, Mapping[str, Frist]]) -> dict[tuple[str, str], tuple[Trappsteg, ...]]:
        trappor: dict[tuple[str, str], tuple[Trappsteg, ...]] = {}
        varifran: dict[tuple[str, str], Trad] = {}
        for rot in ("regler", f"{self.egna}/regler"):
            for process, trad in self._i_mapp(rot, "eskalering"):
                if process not in self.kanda:
                    trad.anmark((), f"processen '{process}' har inga frister{narmast(process, self.kanda)}")
                    continue
                namnen = self.kanda[process]
                for namn, modell in self._poster(trad, TrappaModell).items():
                    if namnen is not None and namn not in namnen:
                        trad.anmark((namn,), f"fristen finns inte för {process}{narmast(namn, namnen)}", nyckel=True)
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

    def _fonster(self) -> tuple[RapportradModell, ...]:
        rader: list[RapportradModell] = []
        for _, trad in self._i_mapp("regler", "rapportering"):
            modell = self._hel(trad, RapporteringModell)
            rader += modell.galler if modell else ()
        return tuple(rader)


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


@lru_cache(maxsize=32)
def _kalender(lokala: tuple[tuple[Any, str], ...], nationella: tuple[tuple[Any, str], ...]) -> Kalender:
    """One table per set of days off: twelve municipalities without own days share one."""
    return Kalender(MappingProxyType(dict(lokala)), MappingProxyType(dict(nationella)))

"""When a case, or part of it, is weeded out: dated rows, and what each of them says of one case."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

from regler.motor.dag import Valrad, i_ordning, passar
from regler.motor.daterat import valnyckel
from regler.motor.fel import narmast
from regler.motor.kommun import Kommun
from regler.motor.modeller import DateradModell, JaNej, Modell, Text
from regler.motor.namnbruk import Namnbruk, namnbruk, processbruk
from regler.motor.ordtyper import Langd
from regler.motor.radfel import kontrollera_nar
from regler.motor.regelfiler import Post, Regelfiler
from regler.motor.tid import Tid
from regler.motor.val import Koder, kod, valkoder

RAKNAS_FRAN: Final = {
    "sista_anteckningen": "sista anteckningen", "avslutad": "dagen ärendet avslutades",
    "arets_slut": "slutet av det år då ärendet avslutades",
}  # fmt: skip
GALLRAS: Final = {"arendet": "hela ärendet", "personuppgifter": "personuppgifterna", "bilagor": "bilagorna"}
UNDANTAG: Final = {
    "andra_uppgifter": "andra uppgifter om samma person finns kvar",
    "fodd_vissa_dagar": "personen är född en dag som bevaras för forskning",
    "hela_kommunen": "kommunen bevarar allt för forskning",
    "barn": "ärendet rör ett barn, som kan ha varit placerat eller mottaget",
    "lss_9_8": "insatsen är den i 9 § 8 LSS",
}
FORSKNINGSDAGAR: Final = (5, 15, 25)
VUXEN: Final = 18
_LSS_PUNKT: Final = re.compile(r"\b9 § (\d+)")

Raknas = Literal["sista_anteckningen", "avslutad", "arets_slut"]
Vad = Literal["arendet", "personuppgifter", "bilagor"]
Undantag = Literal["andra_uppgifter", "fodd_vissa_dagar", "hela_kommunen", "barn", "lss_9_8"]


class GallringsradModell(DateradModell):
    """One dated row: after how long, or at what age, or never; what goes; what is kept all the same."""

    efter: Langd | None = None
    till_alder: Annotated[int, Field(ge=1)] | None = None
    aldrig: JaNej = False
    raknas_fran: Raknas | None = None
    vad: Vad | None = None
    aret_efter: JaNej = False
    undantag: list[Undantag] = Field(default_factory=list)
    bevaras_i: dict[str, Text] = Field(default_factory=dict)
    beslut: Text | None = None
    nar: dict[str, Text] = Field(default_factory=dict)


class GallringModell(Modell):
    """One rule for the process that the file is named after. `skyldighet` is the duty that it carries out."""

    rubrik: Text
    skyldighet: Text | None = None
    valjs_av: dict[str, dict[str, Text]] | None = None
    galler: Annotated[list[GallringsradModell], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallringsrad(Valrad):
    """A dated row. None of `efter` and `till_alder`: never weeded. `bevaras_i`: codes of counties and municipalities."""

    efter: Tid | None
    till_alder: int | None
    raknas_fran: str
    vad: str
    aret_efter: bool
    undantag: tuple[str, ...]
    bevaras_i: Mapping[str, str]
    beslut: str | None

    @property
    def aldrig(self) -> bool:
        return self.efter is None and self.till_alder is None

    def mening(self) -> str:
        """The row as a person says it."""
        if self.aldrig:
            return "Gallras aldrig"
        nar = f"när personen fyller {self.till_alder} år" if self.till_alder else f"{self.efter} efter {RAKNAS_FRAN[self.raknas_fran]}"
        mening = f"{GALLRAS[self.vad].capitalize()} gallras {nar}{', senast kalenderåret efter' if self.aret_efter else ''}"
        undantag = [UNDANTAG[namn] for namn in self.undantag]
        return f"{mening}. Inte om {' eller '.join(filter(None, (', '.join(undantag[:-1]), undantag[-1])))}" if undantag else mening


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallringsfakta:
    """What a case says of itself. None is unknown, and unknown never lets anything go.

    fodda: the birth days of everybody the case is about, None for one that isn't known; None = nobody knows about whom.
    andra_uppgifter: is there more about any of them, that isn't weeded yet? insats: the measure in words.
    """

    falt: Mapping[str, str] = field(default_factory=dict)
    dag: date
    avslutad: date
    sista_anteckningen: date
    fodda: tuple[date | None, ...] | None = None
    andra_uppgifter: bool | None = None
    insats: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallringsdom:
    """What a rule says of a case: the row, the first day it may go, the last day it should have gone, and why not."""

    regel: Gallring
    rad: Gallringsrad | None
    tidigast: date | None
    senast: date | None
    hinder: tuple[str, ...]

    def gar(self, dag: date) -> bool:
        """May it be weeded on `dag`?"""
        return not self.hinder and self.tidigast is not None and self.tidigast <= dag


@dataclass(frozen=True, slots=True)
class Gallring:
    """One rule. Its rows are picked by the day the case was closed."""

    process: str
    namn: str
    rubrik: str
    skyldighet: str | None
    rader: tuple[Gallringsrad, ...]
    falt: Koder

    @property
    def nyckel(self) -> str:
        """'process/namn'."""
        return f"{self.process}/{self.namn}"

    def prova(self, om: Gallringsfakta, kommun: Kommun) -> Gallringsdom:
        """What the rule says of a closed case in this municipality."""
        varden: dict[str, str] = {}
        for namn, skrivna in self.falt.items():
            if (varde := om.falt.get(namn)) is None or (kand := kod(skrivna, varde)) is None:
                return self._dom(hinder=(f"fältet {namn}, som väljer regel, är inte ifyllt",))
            varden[namn] = kand
        rad = next((r for r in self.rader if r.galler(om.avslutad) and passar(r, varden)), None)
        if rad is None:
            return self._dom(hinder=(f"ingen rad i {self.nyckel} gäller ärenden som avslutades {om.avslutad}",))
        if rad.aldrig:
            return self._dom(rad, hinder=("gallras aldrig",))
        tidigast, okant = _tidigast(rad, om)
        hinder = [okant] if okant else []
        hinder += [mening for namn in rad.undantag if (mening := _undantag(namn, rad, om, kommun))]
        senast = date(tidigast.year + 1, 12, 31) if tidigast and rad.aret_efter else None
        return self._dom(rad, tidigast=tidigast, senast=senast, hinder=tuple(hinder))

    def _dom(
        self, rad: Gallringsrad | None = None, *, tidigast: date | None = None, senast: date | None = None,
        hinder: tuple[str, ...] = (),
    ) -> Gallringsdom:  # fmt: skip
        return Gallringsdom(regel=self, rad=rad, tidigast=tidigast, senast=senast, hinder=hinder)


def _tidigast(rad: Gallringsrad, om: Gallringsfakta) -> tuple[date | None, str | None]:
    """The day after the time has run out; or what isn't known."""
    if rad.till_alder is not None:
        kanda = [fodd for fodd in om.fodda or () if fodd is not None]
        if not om.fodda or len(kanda) < len(om.fodda):
            return None, "personens födelsedag är inte känd"
        return max(_manader_efter(fodd, 12 * rad.till_alder) for fodd in kanda), None
    assert rad.efter is not None
    fran = {
        "sista_anteckningen": om.sista_anteckningen, "avslutad": om.avslutad,
        "arets_slut": date(om.avslutad.year, 12, 31),
    }[rad.raknas_fran]  # fmt: skip
    per = {"år": 12, "månader": 1}[rad.efter.enhet]
    return _manader_efter(fran, rad.efter.antal * per) + timedelta(days=1), None


def _manader_efter(dag: date, manader: int) -> date:
    """The same day of the month so many months on; the month's last day when it has no such day."""
    ar, manad = divmod(dag.year * 12 + dag.month - 1 + manader, 12)
    nasta = date(ar + (manad == 11), (manad + 1) % 12 + 1, 1)
    return date(ar, manad + 1, min(dag.day, (nasta - timedelta(days=1)).day))


def _undantag(namn: str, rad: Gallringsrad, om: Gallringsfakta, kommun: Kommun) -> str | None:
    """Why the exception holds the case back: it applies, or what it asks isn't known. None = it doesn't apply."""
    match namn:
        case "andra_uppgifter":
            galler, okant = om.andra_uppgifter, "ingen vet vem ärendet rör, och om andra uppgifter om samma person finns kvar"
        case "fodd_vissa_dagar":
            galler = _nagon(om.fodda, lambda fodd: fodd.day in FORSKNINGSDAGAR)
            okant = "personens födelsedag är inte känd"
        case "barn":
            galler = _nagon(om.fodda, lambda fodd: _manader_efter(fodd, 12 * VUXEN) > om.dag)
            okant = "personens födelsedag är inte känd, så ärendet kan röra ett barn"
        case "hela_kommunen":
            kommunkod = kommun.kommunkod
            galler = None if kommunkod is None else any(kommunkod.startswith(k) for k in rad.bevaras_i)
            okant = "kommunens kod saknas i kommun.yaml, så ingen vet om kommunen bevarar allt för forskning"
        case _:
            punkt = _LSS_PUNKT.search(om.insats or "")
            galler = None if punkt is None else punkt[1] == "8"
            okant = "insatsens punkt i 9 § LSS står inte i listan insatser"
    return okant if galler is None else UNDANTAG[namn] if galler else None


def _nagon(fodda: tuple[date | None, ...] | None, prov: Callable[[date], bool]) -> bool | None:
    """Is it so for any of them? Unknown when it may be so for one whose birth day isn't known."""
    svar = [None if fodd is None else prov(fodd) for fodd in fodda or (None,)]
    return True if any(svar) else None if None in svar else False


# -- reading ----------------------------------------------------------------------------------------------------------


def las_gallring(filer: Regelfiler, kommun: Kommun | None) -> tuple[dict[str, tuple[Gallring, ...]], list[Namnbruk]]:
    """The rules of every process, and the names that a municipality's own use. What the nation has set stands."""
    listor = kommun.listor if kommun is not None else {}
    per_process: dict[str, list[Gallring]] = {}
    bruk: list[Namnbruk] = []
    nationella: set[str] = set()
    skyldigheter = filer.namn("skyldigheter")
    for post in filer.daterade("gallring", GallringModell, valnyckel):
        modell, lokal = post.modell, post.niva == "lokal"
        kontrollera_nar(post.trad, post.namn, post.trad.data[post.namn]["galler"], modell.valjs_av or {}, listor if lokal else None)
        if not lokal:
            nationella.add(post.nyckel)
        elif post.nyckel in nationella:
            post.anmark((), "finns nationellt och ändras inte av en kommun: ge den ett annat namn", nyckel=True)
            continue
        if lokal:
            bruk.append(processbruk(post, post.stam))
        if modell.skyldighet is not None and skyldigheter is not None and modell.skyldighet not in skyldigheter:
            mening = f"skyldigheten '{modell.skyldighet}' finns inte{narmast(modell.skyldighet, skyldigheter)}"
            post.anmark(("skyldighet",), mening)
        bruk += namnbruk(post, ("valjs_av",), "falt", post.stam, modell.valjs_av or ()) if lokal else ()
        _granska(post, lokal=lokal)
        rader = i_ordning(_rad(rad, ord_) for rad, ord_ in post.rader(modell.galler, valnyckel))
        regel = Gallring(
            post.stam, post.namn, modell.rubrik, modell.skyldighet, rader, valkoder(modell.valjs_av, rader, listor)
        )
        per_process.setdefault(post.stam, []).append(regel)
    return {process: tuple(regler) for process, regler in per_process.items()}, bruk


def _rad(rad: GallringsradModell, ord_: dict[str, object]) -> Gallringsrad:
    return Gallringsrad(
        **ord_,  # type: ignore[arg-type]
        nar=tuple(sorted(rad.nar.items())), efter=rad.efter, till_alder=rad.till_alder,
        raknas_fran=rad.raknas_fran or "sista_anteckningen", vad=rad.vad or "arendet", aret_efter=rad.aret_efter,
        undantag=tuple(rad.undantag), bevaras_i=dict(rad.bevaras_i), beslut=rad.beslut,
    )  # fmt: skip


def _granska(post: Post[GallringModell], *, lokal: bool) -> None:
    """Words that don't go together in a row, told at the row."""
    for i, rad in enumerate(post.modell.galler):
        plats = ("galler", i)
        if sum((rad.efter is not None, rad.till_alder is not None, rad.aldrig)) != 1:
            post.anmark(plats, "skriv ett av efter, till_alder och aldrig: ja")
        if rad.efter is not None and rad.efter.enhet not in ("år", "månader"):
            post.anmark((*plats, "efter"), f"'{rad.efter}' går inte att gallra efter; skriv månader eller år, till exempel '5 år'")
        if (rad.efter is not None) != (rad.raknas_fran is not None):
            post.anmark(plats, "efter och raknas_fran hör ihop: skriv båda eller ingen")
        if rad.vad is None and not rad.aldrig:
            post.anmark(plats, "vad saknas: skriv arendet, personuppgifter eller bilagor")
        if ("hela_kommunen" in rad.undantag) != bool(rad.bevaras_i):
            post.anmark(plats, "undantaget hela_kommunen och bevaras_i hör ihop: skriv båda eller ingen")
        for kommunkod in rad.bevaras_i:
            if not re.fullmatch(r"\d\d(\d\d)?", kommunkod):
                post.anmark((*plats, "bevaras_i", kommunkod), f"'{kommunkod}' är varken en länskod (två siffror) eller en kommunkod (fyra)")
        if lokal and rad.beslut is None:
            post.anmark(plats, "beslut saknas: skriv vilket beslut i kommunen som säger det, med dag och paragraf")
        if not lokal and rad.beslut is not None:
            post.anmark((*plats, "beslut"), "är till för kommunens egna beslut: skriv lagrummet i stället", nyckel=True)

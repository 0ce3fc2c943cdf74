"""The files of a set: what kind each is, what they hold entry by entry, and every fault found in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from regler.motor.dag import Niva
from regler.motor.daterat import R, Radnyckel, ensam, granska_daterat, med_grund
from regler.motor.fel import Fel, narmast
from regler.motor.formfel import formfel
from regler.motor.modeller import Modell
from regler.motor.yamltrad import Plats, Trad, las_trad

MAPPAR: Final = (
    "frister", "beslutstabeller", "krav", "delegation", "skyldigheter", "gallring", "eskalering", "kalender",
    "rapportering", "rutiner",
)  # fmt: skip
KOMMUNFILER: Final = ("kommun", "organisation", "listor")
VALFRIA: Final = ("inloggning",)
M = TypeVar("M", bound=Modell)


class Post(NamedTuple, Generic[M]):
    """One named entry of a file whose shape is right. `stam` is the file's name without .yaml."""

    niva: Niva
    stam: str
    namn: str
    modell: M
    trad: Trad

    @property
    def nyckel(self) -> str:
        """'stam/namn', as the rest of the house names the entry."""
        return f"{self.stam}/{self.namn}"

    def rader(self, galler: Sequence[R], nyckel: Radnyckel = ensam) -> Iterator[tuple[R, dict[str, Any]]]:
        """Each dated row of the entry with the words of its `dag.Daterad`."""
        return med_grund(self.trad, (self.namn, "galler"), galler, self.niva, self.nyckel, nyckel)

    def anmark(self, plats: Plats, mening: str, *, nyckel: bool = False) -> None:
        """Note a fault at a place in the entry."""
        self.trad.anmark((self.namn, *plats), mening, nyckel=nyckel)


@lru_cache(maxsize=512)
def _trad(fil: str, text: str) -> Trad:
    """Parsed once: the national files are the same for every municipality, and nobody changes what was parsed."""
    return las_trad(fil, text)


class Regelfiler:
    """Every file of the nation and of one municipality (None = the nation alone), as text and as tree.

    Faults gather on the trees, and in `losa_fel` when they are of no place in a file.
    """

    def __init__(self, texter: Mapping[str, str], kommun: str | None) -> None:
        self.texter = {
            vag: texter[vag]
            for vag in sorted(texter)
            if vag.startswith("regler/") or (kommun is not None and vag.startswith(f"config/{kommun}/"))
        }
        self.egna = f"config/{kommun}"
        self.losa_fel: list[Fel] = []
        self.trad: dict[str, Trad] = {}
        for vag, text in self.texter.items():
            kopia = _trad(vag, text)
            self.trad[vag] = replace(kopia, fel=list(kopia.fel))
            self._kand_fil(vag)

    @property
    def fel(self) -> list[Fel]:
        """Every fault noted so far."""
        return [ett for trad in self.trad.values() for ett in trad.fel] + self.losa_fel

    def _kand_fil(self, vag: str) -> None:
        egen = vag.startswith("config/")
        delar = vag.split("/")[2 if egen else 0 :]
        kommunfiler = [f"{namn}.yaml" for namn in (*KOMMUNFILER, *VALFRIA)]
        mening = ""
        if delar[0] == "regler" and len(delar) == 3 and vag.endswith(".yaml"):
            if delar[1] not in MAPPAR:
                mening = f"mappen '{delar[1]}' känns inte igen{narmast(delar[1], MAPPAR)}"
        elif not vag.endswith(".yaml"):
            mening = "filen ska heta .yaml"
        elif not (egen and (delar in [[namn] for namn in kommunfiler] or (delar[0] == "fall" and len(delar) == 2))):
            mening = f"filen känns inte igen{narmast(delar[-1], kommunfiler)}"
        if mening:
            self.losa_fel.append(Fel(vag, 0, 0, "", mening))

    def kommunfil(self, namn: str) -> Trad | None:
        """One of the municipality's own files; a fault when one that every municipality has is missing."""
        vag = f"{self.egna}/{namn}.yaml"
        if vag not in self.trad and namn in KOMMUNFILER:
            self.losa_fel.append(Fel(vag, 0, 0, "", "filen saknas; varje kommun har kommun.yaml, organisation.yaml och listor.yaml"))
        return self.trad.get(vag)

    def exempelfiler(self) -> list[Trad]:
        """The files of the set's own examples."""
        return [trad for vag, trad in self.trad.items() if vag.startswith(f"{self.egna}/fall/")]

    def i_mapp(self, mapp: str) -> Iterator[tuple[Niva, str, Trad]]:
        """The files of one kind with level and name, the nation's first. `data` is None in one that can't be read."""
        nivaer: tuple[tuple[Niva, str], ...] = (("nationell", f"regler/{mapp}/"), ("lokal", f"{self.egna}/regler/{mapp}/"))
        for niva, rot in nivaer:
            for vag, trad in self.trad.items():
                if vag.startswith(rot) and vag.endswith(".yaml"):
                    yield niva, vag.removeprefix(rot).removesuffix(".yaml"), trad

    def poster(self, mapp: str, modell: type[M]) -> list[Post[M]]:
        """The entries of a kind; those with faults are noted and left out."""
        return [
            Post(niva, stam, namn, post, trad)
            for niva, stam, trad in self.i_mapp(mapp)
            for namn, post in self.namngivna(trad, modell).items()
        ]

    def daterade(self, mapp: str, modell: type[M], nyckel: Radnyckel = ensam) -> list[Post[M]]:
        """The entries of a kind with dated rows; also what is wrong with the rows' days and sources is noted."""
        for niva, _, trad in self.i_mapp(mapp):
            for namn in namnen(trad):
                granska_daterat(trad, (namn, "galler"), nyckel, nationell=niva == "nationell")
        return self.poster(mapp, modell)

    def namn(self, mapp: str) -> frozenset[str] | None:
        """'file/entry' of all entries of a kind, also of those with faults, so that one fault makes no others.

        None = can't tell, since a file of the kind can't be read.
        """
        alla = list(self.i_mapp(mapp))
        if not all(isinstance(trad.data, dict) for _, _, trad in alla):
            return None
        return frozenset(f"{stam}/{namn}" for _, stam, trad in alla for namn in trad.data)

    @staticmethod
    def namngivna(trad: Trad, modell: type[M]) -> dict[str, M]:
        """The named entries of one file; those with faults are noted and left out."""
        if trad.data is None:
            return {}
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


def namnen(trad: Trad) -> tuple[str, ...]:
    """The names of a file's entries as written."""
    return tuple(trad.data) if isinstance(trad.data, dict) else ()


def per_namn(poster: Iterable[Post[M]]) -> dict[str, Post[M]]:
    """The entries of a kind whose files may have any name. A municipality's replaces the nation's of the same name."""
    alla: dict[str, Post[M]] = {}
    for post in poster:
        annan = alla.get(post.namn)
        if annan is not None and annan.niva == post.niva:
            post.anmark((), f"finns redan i {annan.trad.fil}: ta bort den ena", nyckel=True)
        alla[post.namn] = post
    return alla

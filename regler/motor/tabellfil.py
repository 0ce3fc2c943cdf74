"""beslutstabeller/: the files → tables, proved whole and without overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from regler.motor.fel import narmast
from regler.motor.modeller import DateradModell, JaNej, Kod, Modell, Text
from regler.motor.regelfiler import Post, Regelfiler
from regler.motor.tabell import Fraga, Nod, Tabell, Tabellrad, Tabellversion
from regler.motor.tabelltrad import Cell, ForStorTabell, Tradbygge, tolka_intervall
from regler.motor.val import finns, skrivsatt
from regler.motor.yamltrad import Plats

_FLEST_FRAGOR: Final = 50
_FLEST_LED: Final = 10  # tables that ask tables that ask tables
_JA_NEJ: Final = {"ja": "Ja", "nej": "Nej"}

Celltext = Annotated[
    Annotated[list[Text], Field(min_length=1)],
    BeforeValidator(lambda varde: [varde] if isinstance(varde, str) else varde, json_schema_input_type=str | list[str]),
]


class FragaModell(Modell):
    """One question: answered by a code (`svar`), by ja or nej, by a number, or by another table."""

    rubrik: Text
    svar: Annotated[dict[Kod, Text], Field(min_length=1)] | None = None
    slag: Literal["tal", "ja/nej"] | None = None
    tabell: Text | None = None

    @model_validator(mode="after")
    def _en_sort(self) -> FragaModell:
        if sum(ord_ is not None for ord_ in (self.svar, self.slag, self.tabell)) != 1:
            raise ValueError("skriv ett av svar, slag och tabell, så att det syns hur frågan besvaras")
        return self


class TabellradModell(Modell):
    """One row: for these answers (a question left out = any), this outcome, for this reason."""

    nar: dict[str, Celltext] = Field(default_factory=dict)
    blir: Text
    motiv: Text


class TabellversionModell(DateradModell):
    """The rows from a day on."""

    rader: Annotated[list[TabellradModell], Field(min_length=1)]


def _inte_for_manga(fragor: dict[str, FragaModell]) -> dict[str, FragaModell]:
    if len(fragor) > _FLEST_FRAGOR:
        mening = f"{len(fragor)} frågor är för många, högst {_FLEST_FRAGOR}: dela tabellen i tabeller som frågar varandra"
        raise ValueError(mening)
    return fragor


class TabellModell(Modell):
    """One table."""

    rubrik: Text
    avgors_av: Text
    far_bytas: JaNej = False
    fragor: Annotated[dict[Kod, FragaModell], Field(min_length=1), AfterValidator(_inte_for_manga)]
    utfall: Annotated[dict[Kod, Text], Field(min_length=1)]
    galler: Annotated[list[TabellversionModell], Field(min_length=1)]


def las_tabeller(filer: Regelfiler) -> Mapping[str, Tabell]:
    """Every table of both levels by 'omrade/namn'. A municipality's replaces the nation's whole, where that may be."""
    poster: dict[str, Post[TabellModell]] = {}
    for post in filer.daterade("beslutstabeller", TabellModell):
        if (nationell := poster.get(post.nyckel)) is not None:
            _granska_byte(post, nationell.modell)
        poster[post.nyckel] = post
    return MappingProxyType(_Tabellbygge(poster, filer.namn("beslutstabeller")).tabeller)


def _granska_byte(post: Post[TabellModell], nationell: TabellModell) -> None:
    """The nation's outcomes are what the rest of the house knows the table by."""
    if not nationell.far_bytas:
        post.anmark((), "tabellen är nationell och får inte bytas av en kommun", nyckel=True)
        return
    for kod in post.modell.utfall:
        if kod not in nationell.utfall:
            mening = f"utfallet finns inte i den nationella tabellen{narmast(kod, nationell.utfall) or finns(nationell.utfall)}"
            post.anmark(("utfall", kod), mening, nyckel=True)


class _Tabellbygge:
    """Builds each table after those that it asks."""

    def __init__(self, poster: Mapping[str, Post[TabellModell]], namn: frozenset[str] | None) -> None:
        self.poster = poster
        self.namn = namn
        self.tabeller: dict[str, Tabell] = {}
        self._vag: list[str] = []
        self._trasiga: set[str] = set()
        for nyckel in poster:
            self._bygg(nyckel)

    def _bygg(self, nyckel: str) -> Tabell | None:
        if nyckel in self.tabeller or nyckel in self._trasiga or nyckel not in self.poster:
            return self.tabeller.get(nyckel)
        post = self.poster[nyckel]
        self._vag.append(nyckel)
        fragor = self._fragor(post)
        self._vag.pop()
        tabell = _tabell(post, fragor) if fragor is not None else None
        if tabell is None:
            self._trasiga.add(nyckel)
        else:
            self.tabeller[nyckel] = tabell
        return tabell

    def _fragor(self, post: Post[TabellModell]) -> dict[str, Fraga] | None:
        """The questions; None when one is asked of a table that can't answer, which is noted."""
        fragor: dict[str, Fraga] = {}
        for namn, modell in post.modell.fragor.items():
            fragad = self._fragad(post, ("fragor", namn, "tabell"), modell.tabell) if modell.tabell else None
            if modell.tabell and fragad is None:
                continue
            svar = fragad.utfall if fragad is not None else _JA_NEJ if modell.slag == "ja/nej" else modell.svar or {}
            fragor[namn] = Fraga(namn, modell.rubrik, svar, skrivsatt(svar), fragad)
        return fragor if len(fragor) == len(post.modell.fragor) else None

    def _fragad(self, post: Post[TabellModell], plats: Plats, nyckel: str) -> Tabell | None:
        """The table that answers a question; None when there is none, which is noted."""
        if nyckel in self._vag:
            ring = " → ".join([*self._vag[self._vag.index(nyckel) :], nyckel])
            post.anmark(plats, f"tabellerna frågar varandra i en ring: {ring}")
        elif self.namn is not None and nyckel not in self.namn:
            post.anmark(plats, f"tabellen '{nyckel}' finns inte{narmast(nyckel, self.namn)}")
        elif len(self._vag) == _FLEST_LED:
            post.anmark(plats, f"tabellerna frågar varandra i fler än {_FLEST_LED} led: slå ihop några av dem")
        elif (tabell := self._bygg(nyckel)) is not None:
            _galler_sa_lange(post, plats, tabell)
            return tabell
        return None


def _galler_sa_lange(post: Post[TabellModell], plats: Plats, fragad: Tabell) -> None:
    """The table that is asked must hold on every day that it may be asked."""
    forst, sist = min(rad.fran for rad in fragad.versioner), fragad.versioner[0].till
    fran = min(rad.fran for rad in post.modell.galler)
    till = max(post.modell.galler, key=lambda rad: rad.fran).till
    if forst > fran:
        post.anmark(plats, f"tabellen '{fragad.nyckel}' gäller först från {forst}, men frågas redan från {fran}")
    if sist is not None and (till is None or till > sist):
        post.anmark(plats, f"tabellen '{fragad.nyckel}' slutar gälla {sist}, men frågas även därefter")


def _tabell(post: Post[TabellModell], fragor: Mapping[str, Fraga]) -> Tabell | None:
    """The table; None when its rows have faults, which are noted."""
    modell = post.modell
    fore = len(post.trad.fel)
    versioner = []
    for i, (version, ord_) in enumerate(post.rader(modell.galler)):
        rader, celler = [], []
        for j, rad in enumerate(version.rader):
            plats = ("galler", i, "rader", j)
            if rad.blir not in modell.utfall:
                mening = f"utfallet '{rad.blir}' finns inte{narmast(rad.blir, modell.utfall) or finns(modell.utfall)}"
                post.anmark((*plats, "blir"), mening)
            celler.append(_celler(post, plats, rad, fragor))
            har = {**ord_, "id": f"{ord_['id']}/{j + 1}", "rad": post.trad.vid((post.namn, *plats))[0]}
            nar = MappingProxyType({namn: tuple(texter) for namn, texter in rad.nar.items()})
            rader.append(Tabellrad(**har, nar=nar, blir=rad.blir, motiv=rad.motiv))
        if len(post.trad.fel) == fore and (rot := _prova(post, i, list(fragor.values()), rader, celler)) is not None:
            versioner.append(Tabellversion(**ord_, rader=tuple(rader), rot=rot))
    for kod in set(modell.utfall) - {rad.blir for version in modell.galler for rad in version.rader}:
        post.anmark(("utfall", kod), "ingen rad ger utfallet: skriv raden, eller ta bort utfallet", nyckel=True)
    if len(post.trad.fel) > fore:
        return None
    return Tabell(
        omrade=post.stam, namn=post.namn, rubrik=modell.rubrik, avgors_av=modell.avgors_av, niva=post.niva,
        far_bytas=modell.far_bytas, fragor=MappingProxyType(dict(fragor)),
        utfall=MappingProxyType(dict(modell.utfall)),
        versioner=tuple(sorted(versioner, key=lambda version: version.fran, reverse=True)),
    )  # fmt: skip


def _celler(post: Post[Any], plats: Plats, rad: TabellradModell, fragor: Mapping[str, Fraga]) -> list[Cell]:
    """What the row says of each question; faults are noted."""
    for namn in rad.nar:
        if namn not in fragor:
            mening = f"'{namn}' är ingen fråga i tabellen{narmast(namn, fragor) or finns(fragor)}"
            post.anmark((*plats, "nar", namn), mening, nyckel=True)
    return [
        _cell(post, (*plats, "nar", namn), rad.nar[namn], fraga) if namn in rad.nar else None
        for namn, fraga in fragor.items()
    ]


def _cell(post: Post[Any], plats: Plats, texter: list[str], fraga: Fraga) -> Cell:
    if not fraga.svar:
        try:
            return tuple(tolka_intervall(text) for text in texter)
        except ValueError as fel:
            post.anmark(plats, str(fel))
            return None
    for text in texter:
        if text not in fraga.svar:
            post.anmark(plats, f"'{text}' är inget svar på {fraga.namn}{narmast(text, fraga.svar) or finns(fraga.svar)}")
    return frozenset(texter)


def _prova(
    post: Post[Any], i: int, fragor: Sequence[Fraga], rader: Sequence[Tabellrad], celler: Sequence[Sequence[Cell]]
) -> Nod | None:
    """The tree of a version; None when some combination is answered by no row or by two, which is noted."""
    try:
        bygge = Tradbygge(fragor, rader, celler)
    except ForStorTabell:
        post.anmark(("galler", i, "rader"), "tabellen är för stor för att prövas: dela den i tabeller som frågar varandra")
        return None
    if bygge.lucka is not None:
        post.anmark(("galler", i, "rader"), f"ingen rad svarar {bygge.lucka}: lägg till den raden", nyckel=True)
    for (en, annan), exempel in bygge.krockar.items():
        mening = f"både den här raden och raden på rad {rader[en].rad} svarar {exempel}: bara en får göra det"
        post.anmark(("galler", i, "rader", annan), mening)
    return bygge.rot

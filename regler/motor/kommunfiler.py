"""kommun.yaml, organisation.yaml, listor.yaml and maybe inloggning.yaml → Kommun."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import TypeAdapter, ValidationError

from regler.motor.brevval import UTAN_MORGONBREV, Brevval
from regler.motor.fel import narmast
from regler.motor.formfel import formfel, hel
from regler.motor.inloggning import las_inloggning
from regler.motor.kommun import Enhet, Kommun, Kvalitetsar, sokord
from regler.motor.modeller import LISTOR, EnhetModell, KommunModell, Listor, Modell
from regler.motor.yamltrad import Plats, Trad

_LISTOR: TypeAdapter[Listor] = TypeAdapter(Listor)


def las_kommun(kod: str, filer: Mapping[str, Trad | None]) -> Kommun | None:
    """The municipality, or None when its files have faults; they are noted on the trees."""
    listor = _las_listor(filer["listor"])
    kommun = hel(filer["kommun"], KommunModell)
    organisation = hel(filer["organisation"], EnhetModell)
    enheter: dict[str, Enhet] = {}
    sok: dict[str, str] = {}
    if organisation is not None and (trad := filer["organisation"]) is not None:
        _plantera(organisation, None, (), trad, enheter, sok)
        if not organisation.enheter:
            trad.anmark(("enheter",), "kommunen har inga enheter: skriv minst en under förvaltningen", nyckel=True)
    inloggning = las_inloggning(filer["inloggning"], enheter)
    brev = Brevval() if kommun is None else Brevval.from_dict(kommun.brev.model_dump())
    if (trad := filer["kommun"]) is not None and brev.nytt == "morgonbrev" and not brev.samlar:
        trad.anmark(("brev", "nytt"), UTAN_MORGONBREV)
    if kommun is None or organisation is None or listor is None or inloggning is None:
        # Rows that pick by a list are still checked against the lists when only another file is broken.
        return None if listor is None else Kommun(kod, kod, Kvalitetsar((1, 1)), {}, None, listor)
    return Kommun(
        kod=kod, namn=kommun.namn, kvalitetsar=Kvalitetsar(kommun.kvalitetsar.borjar, kommun.kvalitetsar.slutar),
        enheter=MappingProxyType(enheter), rot=organisation.kod, listor=listor,
        farg=kommun.farg, webbplats=kommun.webbplats, tva_personer=kommun.regelandring.tva_personer,
        uppfoljning=kommun.uppfoljning, kommunkod=kommun.kommunkod, inloggning=inloggning, brev=brev,
        _sok=MappingProxyType(sok),
    )  # fmt: skip


def _plantera(
    enhet: EnhetModell, over: str | None, plats: Plats, trad: Trad, enheter: dict[str, Enhet], sok: dict[str, str]
) -> None:  # fmt: skip
    if enhet.kod in enheter:
        trad.anmark((*plats, "kod"), f"koden '{enhet.kod}' används av två enheter")
    enheter[enhet.kod] = Enhet(enhet.kod, enhet.namn, over)
    for ord_, falt in ((enhet.kod, "kod"), (enhet.namn, "namn")):
        if sok.setdefault(sokord(ord_), enhet.kod) != enhet.kod:
            trad.anmark((*plats, falt), f"'{ord_}' är redan kod eller namn på enheten '{sok[sokord(ord_)]}'")
    for i, under in enumerate(enhet.enheter):
        _plantera(under, enhet.kod, (*plats, "enheter", i), trad, enheter, sok)


def _las_listor(trad: Trad | None) -> Mapping[str, Mapping[str, str]] | None:
    if trad is None or trad.data is None:
        return None
    try:
        listor = _LISTOR.validate_python(trad.data)
    except ValidationError as fel:
        formfel(trad, (), Modell, fel)
        return None
    for namn in listor:
        if namn not in LISTOR and (narmaste := narmast(namn, LISTOR)):
            trad.anmark((namn,), f"okänd lista{narmaste}", nyckel=True)
    for namn in LISTOR:
        if not listor.get(namn):
            trad.anmark((namn,), "listan saknas", nyckel=True)
    for namn, lista in listor.items():
        sedda: dict[str, str] = {}
        for kod, text in lista.items():
            if sokord(text) in sedda:
                trad.anmark((namn, kod), f"'{text}' är redan texten för '{sedda[sokord(text)]}'")
            sedda.setdefault(sokord(text), kod)
    return MappingProxyType({namn: MappingProxyType(dict(lista)) for namn, lista in listor.items()})

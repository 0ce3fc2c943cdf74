"""All rule files together → `Regelverk`.

Everything is read before anything is refused, so that all faults are told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from regler.motor.delegation import las_delegation
from regler.motor.exempel import exempel_i
from regler.motor.fel import Regelfel
from regler.motor.formfel import hel
from regler.motor.fraga import Regelverk
from regler.motor.fristfil import Fristfiler
from regler.motor.gallring import las_gallring
from regler.motor.kalenderfil import las_kalender
from regler.motor.kommun import Kommun
from regler.motor.kommunfiler import las_kommun
from regler.motor.krav import las_krav
from regler.motor.modeller import RapporteringModell, RapportradModell
from regler.motor.regelfiler import KOMMUNFILER, VALFRIA, Regelfiler
from regler.motor.rutin import las_rutiner
from regler.motor.skyldighet import las_skyldigheter
from regler.motor.tabellfil import las_tabeller


def sammanstall(texter: Mapping[str, str], kod: str | None) -> Regelverk:
    """Every file of the nation and one municipality, read; then what they say together. Raises Regelfel."""
    filer = Regelfiler(texter, kod)
    kommunfiler = {namn: filer.kommunfil(namn) for namn in (*KOMMUNFILER, *VALFRIA)} if kod is not None else {}
    kommun = las_kommun(kod, kommunfiler) if kod is not None else Kommun.nationell()
    kalenderbok = las_kalender(filer)
    fristfiler = Fristfiler(filer, kommun)
    frister = fristfiler.frister()
    trappor = fristfiler.trappor(frister)
    tabeller = las_tabeller(filer)
    krav, kravbruk = las_krav(filer)
    delegation, delegationsbruk = las_delegation(filer, kommun)
    skyldigheter = las_skyldigheter(filer, kommun)
    gallring, gallringsbruk = las_gallring(filer, kommun)
    rutiner = las_rutiner(filer)
    fonster = _fonster(filer)
    exempel = [ett for trad in filer.exempelfiler() for ett in exempel_i(trad, egna=True)]
    if filer.fel:
        raise Regelfel(filer.fel)
    assert kommun is not None
    return Regelverk(
        kommun=kommun, kalender=kalenderbok.kalender, hash_=_hash(filer.texter), filer=filer.texter,
        frister=frister, trappor=trappor, fonster=fonster, tabeller=tabeller, krav=krav, delegation=delegation,
        skyldigheter=skyldigheter, gallring=gallring, rutiner=rutiner, arshjul=kalenderbok.arshjul,
        ifylld_till=kalenderbok.ifylld_till, namnbruk=kravbruk + delegationsbruk + gallringsbruk, exempel=exempel,
    )  # fmt: skip


def _fonster(filer: Regelfiler) -> tuple[RapportradModell, ...]:
    rader: list[RapportradModell] = []
    for _, _, trad in filer.i_mapp("rapportering"):
        modell = hel(trad, RapporteringModell)
        rader += modell.galler if modell else ()
    return tuple(rader)


def _hash(texter: Mapping[str, str]) -> str:
    summa = sha256()
    for vag, text in texter.items():
        summa.update(f"{vag}\0{len(text)}\0{text}\0".encode())
    return summa.hexdigest()

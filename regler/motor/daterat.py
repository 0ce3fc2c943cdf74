"""Dated rows of every kind: that their days follow on each other, and the day each of them ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, TypeVar

from regler.motor.dag import Niva
from regler.motor.modeller import DateradModell
from regler.motor.yamltrad import Plats, Trad

# What tells the rows of one entry apart: rows with the same key succeed each other in time.
Radnyckel = Callable[[Mapping[str, Any]], tuple[str, ...]]
R = TypeVar("R", bound=DateradModell)
_EN_DAG: Final = timedelta(days=1)


def ensam(_: Mapping[str, Any]) -> tuple[str, ...]:
    """The key of rows that all succeed each other."""
    return ()


def valnyckel(rad: Mapping[str, Any]) -> tuple[str, ...]:
    """The key of rows that may be for some cases only."""
    nar = rad.get("nar")
    return tuple(sorted(f"{falt}={varde}" for falt, varde in nar.items())) if isinstance(nar, dict) else ()


def fristnyckel(rad: Mapping[str, Any]) -> tuple[str, ...]:
    """The key of a limit's rows: a goal never replaces the law."""
    return (*valnyckel(rad), *(["mal"] if rad.get("mal") == "ja" else []))


def med_grund(
    trad: Trad, plats: Plats, rader: Sequence[R], niva: Niva, id_: str, nyckel: Radnyckel
) -> Iterator[tuple[R, dict[str, Any]]]:
    """Each row at `plats` with the words of its `dag.Daterad`."""
    nycklar = [nyckel(rad) for rad in _rader(trad, plats)]
    nasta = _nasta([rad.fran for rad in rader], nycklar)
    for i, rad in enumerate(rader):
        tar_over = nasta.get(i)
        yield rad, {
            "id": "/".join((id_, niva, rad.fran.isoformat(), *nycklar[i])), "fran": rad.fran,
            "till": rad.till if tar_over is None else tar_over - _EN_DAG, "lagrum": rad.lagrum, "kalla": rad.kalla,
            "kontrollerad": rad.kontrollerad, "anmarkning": rad.anmarkning, "niva": niva,
            "fil": trad.fil, "rad": trad.vid((*plats, i))[0],
        }  # fmt: skip


def _nasta(dagar: Sequence[date], nycklar: Sequence[tuple[str, ...]]) -> dict[int, date]:
    """The day on which another row takes over, for each row that one does."""
    ordning = sorted(range(len(dagar)), key=lambda i: (nycklar[i], dagar[i]))
    return {i: dagar[j] for i, j in pairwise(ordning) if nycklar[i] == nycklar[j]}


def granska_daterat(trad: Trad, plats: Plats, nyckel: Radnyckel, *, nationell: bool) -> None:
    """Note what is wrong with the days and sources of the rows at `plats`.

    Read from the text as written, so that it is found also in a row that has other faults.
    """
    foljder: dict[tuple[str, ...], list[tuple[date, date | None, int]]] = {}
    sedda: dict[tuple[str, ...], int] = {}
    for i, rad in enumerate(_rader(trad, plats)):
        if not isinstance(rad, dict):
            continue
        granska_kalla(trad, (*plats, i), rad, nationell=nationell)
        samma = (str(rad.get("fran")), *nyckel(rad))
        if samma in sedda:
            forsta = trad.vid((*plats, sedda[samma]))[0]
            mening = f"gäller samma sak från samma dag som raden på rad {forsta}: ge den en ny dag eller ta bort den"
            trad.anmark((*plats, i), mening)
            continue
        sedda[samma] = i
        if (fran := _dag(rad.get("fran"))) is not None:
            foljder.setdefault(nyckel(rad), []).append((fran, _dag(rad.get("till")), i))
    for foljd in foljder.values():
        _granska_foljd(trad, plats, sorted(foljd))


def granska_kalla(trad: Trad, plats: Plats, rad: Mapping[str, Any], *, nationell: bool) -> None:
    """Note what is wrong with what a row says of its source."""
    if "kontrollerad" in rad and rad["kontrollerad"] is None and not rad.get("anmarkning"):
        trad.anmark((*plats, "kontrollerad"), "null kräver en anmarkning som säger vad som inte är kontrollerat")
    if nationell and "lagrum" not in rad:
        trad.anmark((*plats, "lagrum"), "saknas: skriv paragrafen, eller null när ingen finns")


def _granska_foljd(trad: Trad, plats: Plats, foljd: list[tuple[date, date | None, int]]) -> None:
    for (fran, till, i), efter in zip(foljd, [*foljd[1:], None], strict=True):
        if till is None:
            continue
        if till < fran:
            trad.anmark((*plats, i, "till"), f"sista dagen {till} ligger före första dagen {fran}")
        elif efter is not None and efter[0] != till + _EN_DAG:
            borjar, _, j = efter
            raden = f"börjar {borjar}, men raden på rad {trad.vid((*plats, i))[0]}"
            if borjar <= till:
                mening = f"{raden} gäller till och med {till}: låt bara en av dem gälla"
            else:
                mening = f"{raden} slutar {till}: dagarna däremellan saknar rad"
            trad.anmark((*plats, j, "fran"), mening)


def skrivet(trad: Trad, plats: Plats) -> Any:
    """What was written at a place; None when there is no such place."""
    data: Any = trad.data
    for del_ in plats:
        data = data.get(del_) if isinstance(data, dict) else None
    return data


def _rader(trad: Trad, plats: Plats) -> list[Any]:
    data = skrivet(trad, plats)
    return data if isinstance(data, list) else []


def _dag(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None  # a fault of the shape, told there

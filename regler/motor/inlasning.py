"""Rule files found on the disk, or given as texts → `Regelverk`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from regler.motor.fel import Fel, Regelfel, narmast, uppraknat
from regler.motor.filer import Filer
from regler.motor.fraga import Regelverk
from regler.motor.regelfiler import KOMMUNFILER
from regler.motor.sammanstallning import sammanstall

ROT: Final = Path(__file__).resolve().parents[2]


class OkandKommun(Regelfel):
    """There is no folder for this municipality."""

    kod = "okand_kommun"


def las_in(kommun: str | Path | None = None, rot: Path | str = ROT) -> Regelverk:
    """Read the rules of a municipality: the name of a folder in `rot`/config, or a path as `las_mapp` takes it.

    None = the national rules alone. `rot` holds `regler/` and `config/`. Raises Regelfel with every fault; of another
    `rot` than the program's own, files are named as it was given.
    """
    rot = Path(rot)
    given = rot if rot != ROT else None
    if kommun is None:
        return _las(rot, None, None, given)
    for kod in kommuner(rot):
        if kommun == kod or (isinstance(kommun, Path) and kommun.resolve() == (rot / "config" / kod).resolve()):
            return _las(rot, rot / "config" / kod, kod, given)
    mapp = Path(kommun)
    som_vag = isinstance(kommun, Path) or "/" in kommun
    if mapp.is_dir() and (som_vag or (mapp / "kommun.yaml").is_file() or ar_hel_uppsattning(mapp)):
        return las_mapp(mapp, rot=rot)
    raise _okand_kommun(str(kommun), rot)


def las_mapp(mapp: Path | str, kommun: str | None = None, *, rot: Path | str = ROT) -> Regelverk:
    """Read a folder that somebody has prepared; the faults name its files as the folder was given.

    It is either a municipality's (`kommun.yaml` and the rest; read as `kommun`, or by the folder's own name, with the
    national rules of `rot`) or a whole set (`regler/` and `config/`; `kommun` picks one when there are several).
    Raises Regelfel with every fault.
    """
    mapp = Path(mapp)
    if ar_hel_uppsattning(mapp):
        return las_in(kommun or _enda_kommunen(mapp), mapp)
    if not any((mapp / namn).exists() for namn in ("regler", *(f"{namn}.yaml" for namn in KOMMUNFILER))):
        vad = "är varken en kommuns mapp (kommun.yaml saknas) eller en hel uppsättning (regler/ och config/ saknas)"
        raise Regelfel([Fel(str(mapp), 0, 0, "", f"mappen {vad if mapp.is_dir() else 'finns inte'}")])
    return _las(Path(rot), mapp, kommun or mapp.resolve().name, mapp)


def _enda_kommunen(mapp: Path) -> str:
    finns = kommuner(mapp)
    if len(finns) == 1:
        return finns[0]
    mening = f"välj en kommun av {uppraknat(finns)}" if finns else "ingen mapp här har kommun.yaml"
    raise Regelfel([Fel(f"{mapp}/config", 0, 0, "", mening)])


def las_in_texter(filer: Mapping[str, str], kommun: str | None) -> Regelverk:
    """Read rules from texts by path ('regler/frister/synpunkt.yaml', 'config/hjo/listor.yaml'), as `Regelverk.filer`
    has them. Raises Regelfel with every fault."""
    return _sammanstall(Filer.av_texter(filer), kommun)


def kommuner(rot: Path | str = ROT) -> tuple[str, ...]:
    """The municipalities that have a folder in `rot`/config."""
    return tuple(sorted(mapp.name for mapp in (Path(rot) / "config").glob("*") if (mapp / "kommun.yaml").is_file()))


def ar_hel_uppsattning(mapp: Path) -> bool:
    """True for a folder with rules of its own for the nation, and municipalities beside."""
    return (mapp / "regler").is_dir() and (mapp / "config").is_dir()


def som_given(fil: str, mapp: Path, kommun: str | None) -> str:
    """The path of a rule file as people find it: of a set that was read from `mapp`, by the folder as it was given."""
    if ar_hel_uppsattning(mapp):
        return f"{mapp}/{fil}" if fil.startswith(("regler", "config")) else fil
    egna = f"config/{kommun}/"
    return f"{mapp}/{fil.removeprefix(egna)}" if fil.startswith(egna) else fil


def _las(rot: Path, mapp: Path | None, kod: str | None, given: Path | None) -> Regelverk:
    """The nation's files in `rot`/regler and a municipality's in `mapp`. `given`: the folder that somebody asked for."""
    try:
        filer = Filer.pa_disk((rot / "regler", "regler"), *([(mapp, f"config/{kod}")] if mapp else []))
        if not any(vag.startswith("regler/") for vag in filer.texter):
            raise Regelfel([Fel("regler", 0, 0, "", f"mappen {rot / 'regler'} har inga regelfiler")])
        return _sammanstall(filer, kod)
    except Regelfel as fel:
        if given is None:
            raise
        raise Regelfel(replace(ett, fil=som_given(ett.fil, given, kod)) for ett in fel.fel) from None


def _sammanstall(filer: Filer, kommun: str | None) -> Regelverk:
    if not filer.fel:
        return sammanstall(filer.texter, kommun)
    olasta = {ett.fil for ett in filer.fel}
    andra: tuple[Fel, ...] = ()
    try:
        sammanstall(filer.texter, kommun)
    except Regelfel as fel:
        andra = fel.fel
    # What follows from a file that couldn't be read is no fault of its own.
    raise Regelfel([*filer.fel, *(ett for ett in andra if ett.fil not in olasta)])


def _okand_kommun(kommun: str, rot: Path) -> OkandKommun:
    finns = kommuner(rot)
    finns_det = f"det som finns är {', '.join(finns)}" if finns else "config har ingen kommun"
    forslag = narmast(kommun, finns) or f"; {finns_det}"
    return OkandKommun([Fel("config", 0, 0, "", f"kommunen '{kommun}' finns inte{forslag}")])

"""Rule files found on the disk, or given as texts → `Regelverk`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from regler.motor.fel import Fel, Regelfel, narmast
from regler.motor.fraga import Regelverk
from regler.motor.sammanstallning import sammanstall

ROT: Final = Path(__file__).resolve().parents[2]


class OkandKommun(Regelfel):
    """There is no folder for this municipality."""

    kod = "okand_kommun"


def las_in(kommun: str | Path | None = None, rot: Path | str = ROT) -> Regelverk:
    """Read the rules of a municipality: the name of a folder in `rot`/config, or a path to a folder like that.

    None = the national rules alone. `rot` holds `regler/` and `config/`. Raises Regelfel with every fault.
    """
    rot = Path(rot)
    filer = dict(_filer(rot / "regler", "regler"))
    if not filer:
        raise Regelfel([Fel(str(rot / "regler"), 0, 0, "", "mappen har inga regelfiler")])
    if kommun is None:
        return las_in_texter(filer, None)
    mapp = _kommunmapp(kommun, rot)
    kod = mapp.resolve().name
    filer.update(_filer(mapp, f"config/{kod}"))
    try:
        return las_in_texter(filer, kod)
    except Regelfel as fel:
        if mapp.resolve() == (rot / "config" / kod).resolve():
            raise
        # A folder outside config/ is named as it was given, so that the file can be found.
        flyttade = (
            replace(ett, fil=str(mapp) + ett.fil[len(f"config/{kod}") :])
            if ett.fil.startswith(f"config/{kod}")
            else ett
            for ett in fel.fel
        )
        raise Regelfel(flyttade) from None


def las_in_texter(filer: Mapping[str, str], kommun: str | None) -> Regelverk:
    """Read rules from texts by path ('regler/frister/synpunkt.yaml', 'config/hjo/listor.yaml'), as `Regelverk.filer`
    has them. Raises Regelfel with every fault."""
    return sammanstall(filer, kommun)


def kommuner(rot: Path | str = ROT) -> tuple[str, ...]:
    """The municipalities that have a folder in `rot`/config."""
    return tuple(sorted(mapp.name for mapp in (Path(rot) / "config").glob("*") if (mapp / "kommun.yaml").is_file()))


def _kommunmapp(kommun: str | Path, rot: Path) -> Path:
    if isinstance(kommun, str) and kommun in kommuner(rot):
        return rot / "config" / kommun
    mapp = Path(kommun)
    if (isinstance(kommun, Path) or len(mapp.parts) > 1) and mapp.is_dir():
        return mapp
    finns = kommuner(rot)
    forslag = narmast(str(kommun), finns) or f"; det som finns är {', '.join(finns)}"
    raise OkandKommun([Fel("config", 0, 0, "", f"kommunen '{kommun}' finns inte{forslag}")])


def _filer(mapp: Path, namn: str) -> Iterable[tuple[str, str]]:
    """Every rule file under a folder, by the path it is known by."""
    for fil in sorted(mapp.rglob("*")):
        if fil.suffix in (".yaml", ".yml") and fil.is_file():
            vag = f"{namn}/{fil.relative_to(mapp).as_posix()}"
            try:
                yield vag, fil.read_text("utf-8-sig")
            except UnicodeDecodeError as fel:
                rad = fil.read_bytes()[: fel.start].count(b"\n") + 1
                raise Regelfel([Fel(vag, rad, 1, "", "filen är inte sparad som UTF-8; spara om den så")]) from None

"""A rule set with one thing changed, as an administrator would change it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from regler import Regelverk
from tests.bygg import Bygge
from tests.conftest import starta_vaka
from tests.tjanster.egen_kommun import utan_exempel
from tjanster.app import Vaka
from tjanster.regelstyrning import las_filer

SVAR = "config/exempelkommun/regler/frister/synpunkt.yaml"
Andrat = Callable[..., Regelverk]


@pytest.fixture
def vaka(programmets: Engine, databas: str, tmp_path: Path) -> Vaka:
    return starta_vaka(programmets, databas, tmp_path, str(utan_exempel(tmp_path)))


@pytest.fixture
def andrat(bygg: Bygge) -> Andrat:
    """andrat(path, what stands, what is to stand) is the set that holds with that text replaced; andrat(path, None, text)
    with the whole file."""

    def gor(vag: str, star: str | None, ska: str) -> Regelverk:
        filer = dict(bygg.vaka.sammanhang.regelverk.filer)
        if star is None:
            filer[vag] = ska
        else:
            assert star in filer[vag], star
            filer[vag] = filer[vag].replace(star, ska)
        return las_filer(bygg.vaka.sammanhang, filer)

    return gor


@pytest.fixture
def fem_dagar(andrat: Andrat) -> Regelverk:
    """Five working days to answer instead of ten, for what came in since 2022."""
    return andrat(SVAR, "tid: 10 arbetsdagar", "tid: 5 arbetsdagar")

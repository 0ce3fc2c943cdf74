"""One database for the tests of a file, emptied before each: they are many, and most of them only knock."""

from collections.abc import Iterator

import pytest

from tests.bygg import Bygge, lagg_in_personal
from tests.tjanster.delad import delad_vaka, tom
from tjanster.app import Vaka


@pytest.fixture(scope="module")
def delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("sakerhet"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def vaka(delad: Vaka) -> Vaka:
    return tom(delad)


@pytest.fixture
def bygg(vaka: Vaka) -> Bygge:
    with vaka.systemet() as conn:
        lagg_in_personal(conn)
    return Bygge(vaka)

"""The security document holds what it says: every point of the standard once, every file there, every figure as it is."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tjanster.takt import PER_ADRESS, PER_KONTO

ROT = Path(__file__).parent.parent.parent
DOKUMENT = ROT / "docs/sakerhet.md"
# OWASP ASVS 5.0.0, levels 1 and 2: how many points each section has. Those of level 3 come after them in every section.
PUNKTER = """
1.1 2, 1.2 9, 1.3 11, 1.4 3, 1.5 2, 2.1 3, 2.2 3, 2.3 4, 2.4 1, 3.2 2, 3.3 4, 3.4 6, 3.5 5, 3.7 2, 4.1 3, 4.2 1, 4.3 2, 4.4 4, 5.1 1,
5.2 3, 5.3 2, 5.4 3, 6.1 3, 6.2 12, 6.3 4, 6.4 4, 6.5 5, 6.6 3, 6.8 4, 7.1 3, 7.2 4, 7.3 2, 7.4 5, 7.5 2, 7.6 2, 8.1 2, 8.2 3, 8.3 1,
8.4 1, 9.1 3, 9.2 4, 10.1 2, 10.2 2, 10.3 4, 10.4 11, 10.5 5, 10.6 2, 10.7 3, 11.1 2, 11.2 3, 11.3 3, 11.4 4, 11.5 1, 11.6 1, 12.1 3,
12.2 2, 12.3 4, 13.1 1, 13.2 5, 13.3 2, 13.4 5, 14.1 2, 14.2 4, 14.3 3, 15.1 3, 15.2 3, 15.3 7, 16.1 1, 16.2 5, 16.3 4, 16.4 3, 16.5 3,
17.1 1, 17.2 4, 17.3 2
"""


def _text() -> str:
    return DOKUMENT.read_text(encoding="utf-8")


def _rader() -> list[list[str]]:
    """The rows of the standard's tables: number, demand, answer, how, shown by."""
    rader = [rad.strip("| ").split(" | ") for rad in _text().splitlines() if re.match(r"\| \d+\.\d+\.\d+ \|", rad)]
    return [[*rad, *[""] * (5 - len(rad))] for rad in rader]


def test_varje_punkt_star_en_gang() -> None:
    ska = [f"{del_}.{i}" for del_, antal in re.findall(r"([\d.]+) (\d+)", PUNKTER) for i in range(1, int(antal) + 1)]
    assert len(ska) == 253
    assert [rad[0] for rad in _rader()] == ska


def test_varje_svar_visas_eller_forklaras() -> None:
    for nummer, _, svar, hur, visas in _rader():
        ord_ = svar.strip("*")
        assert ord_ in ("ja", "delvis", "nej", "ej aktuellt"), nummer
        assert visas if ord_ == "ja" else hur, f"{nummer}: {ord_} utan fil eller skäl"


def test_antalen_stammer() -> None:
    antal = Counter(rad[2].strip("*") for rad in _rader())
    mening = f"Av 253 punkter: {antal['ja']} ja, {antal['delvis']} delvis, {antal['nej']} nej, {antal['ej aktuellt']} ej aktuella."
    assert mening in _text()


@pytest.mark.parametrize(
    "fil", sorted(set(re.findall(r"`((?:tests|tjanster|docs|regler|arbetsfloden|notiser|\.ci)/[^`]+)`", _text())))
)
def test_varje_fil_som_namns_finns(fil: str) -> None:
    assert (ROT / fil).is_file()


def test_granserna_i_dokumentet_ar_programmets() -> None:
    stycke = _text().partition("## Hur ofta och hur mycket")[2].partition("\n## ")[0]
    for g in (*PER_ADRESS, *PER_KONTO):
        tal = f"{g.antal:,}".replace(",", " ")
        tid = {60: "i minuten", 600: "på 10 minuter", 3600: "i timmen"}[g.sekunder]
        assert f"{tal} {tid}" in stycke, g.namn

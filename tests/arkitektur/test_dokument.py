"""What the documents say is so: examples are run, names are walked, folders exist."""

import contextlib
import io
import os
import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer.main
from fastapi.openapi.utils import get_openapi
from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from arbetsfloden import PROCESSER, ROLLER
from regler import kommuner, las_in
from tests.bygg import NU
from tjanster import api, cli, konton
from tjanster.importera import IMPORTSORTER
from tjanster.rapporter import RAPPORTER
from tjanster.settings import HEMLIGA, Settings
from tjanster.web.hjalp import HANDBOK

ROT = Path(__file__).parent.parent.parent
KOMMANDON = ROT / "docs/kommandon.md"
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def _text(fil: str) -> str:
    return (ROT / fil).read_text(encoding="utf-8")


# -- examples ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Exempel:
    """A block of commands with what they answer. `databas`: the municipality whose empty database it runs on."""

    rad: int
    databas: str | None
    text: str

    @property
    def kommandon(self) -> list[tuple[str, str]]:
        """(command, what the document shows)."""
        delar = re.split(r"^\$ (.*)$", self.text, flags=re.M)
        assert not delar[0].strip(), f"rad {self.rad}: blocket börjar inte med ett kommando"
        return list(zip(delar[1::2], delar[2::2], strict=True))


def _block() -> Iterator[tuple[str, int, str]]:
    for ruta in MARKDOWN.parse(KOMMANDON.read_text(encoding="utf-8")):
        if ruta.type == "fence":
            assert ruta.map is not None
            yield ruta.info, ruta.map[0] + 1, ruta.content


def _exempel() -> list[Exempel]:
    ut = []
    for info, rad, text in _block():
        sort, _, val = info.partition(" ")
        if sort == "console":
            ut.append(Exempel(rad, val.partition("=")[2] or None, text))
    return ut


@pytest.fixture
def mapp(tmp_path: Path) -> Path:
    """A folder with the files that the document shows, and the data that it reads."""
    for info, _, text in _block():
        sort, _, namn = info.partition(" ")
        if sort in ("json", "csv") and namn:
            (tmp_path / namn).write_text(text, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/data").symlink_to(ROT / "tests/data")
    return tmp_path


@pytest.fixture
def kor(mapp: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Runs a command in that folder, with no setting but those given afterwards; returns what it writes, to both streams."""
    for namn in [n for n in os.environ if n.startswith("VAKA_")]:
        monkeypatch.delenv(namn)
    monkeypatch.chdir(mapp)

    def gor(kommando: str) -> str:
        monkeypatch.setattr(sys, "argv", shlex.split(kommando))
        ut = io.StringIO()
        with redirect_stdout(ut), redirect_stderr(ut), contextlib.suppress(SystemExit):
            cli.main()
        return ut.getvalue()

    return gor


def _rent(text: str) -> list[str]:
    return [rad.rstrip() for rad in text.strip("\n").splitlines()]


def stammer(visat: str, svar: str) -> bool:
    """Is the answer what the document shows? '…' stands for anything: within a line, or a line of its own for any lines."""
    monster = "".join(
        r"(?:.*\n)*" if rad.strip() == "…" else re.escape(rad).replace("…", ".*") + r"\n" for rad in _rent(visat)
    )
    return re.fullmatch(monster, "".join(f"{rad}\n" for rad in _rent(svar))) is not None


@pytest.mark.parametrize("exempel", [e for e in _exempel() if e.databas is None], ids=lambda e: f"rad {e.rad}")
def test_exemplet_ger_det_svar_som_visas(exempel: Exempel, kor: Callable[[str], str]) -> None:
    _prova(exempel, kor)


@pytest.mark.parametrize("exempel", [e for e in _exempel() if e.databas], ids=lambda e: f"rad {e.rad}")
def test_exemplet_med_databas_ger_det_svar_som_visas(
    exempel: Exempel, kor: Callable[[str], str], databas: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exempel.databas in kommuner()
    for namn, varde in {"DATABAS": databas, "KOMMUN": exempel.databas, "DEMO": "true"}.items():
        monkeypatch.setenv(f"VAKA_{namn}", varde)
    if exempel.databas == "exempelkommun":
        _elsa(databas)
    _prova(exempel, kor)


def _prova(exempel: Exempel, kor: Callable[[str], str]) -> None:
    for kommando, visat in exempel.kommandon:
        svar = kor(kommando)
        assert stammer(visat, svar), f"{kommando}\n{svar}"


def _elsa(databas: str) -> None:
    """The registrar of the examples. A password that takes no time, since nobody logs in."""
    motor = create_engine(make_url(databas).set(drivername="postgresql+psycopg"))
    with motor.begin() as conn:
        elsa = konton.skapa_anvandare(conn, "elsa", "Elsa Påhittad", "elsa@exempel.example", None, NU)
        konton.satt_uppdrag(conn, elsa, "registrator", "socialforvaltningen", date(2026, 1, 1))
    motor.dispose()


@pytest.mark.parametrize(
    ("visat", "svar", "ratt"),
    [("a\n…\nc", "a\nb\nb\nc", True), ("a … c", "a b c", True), ("a\nc", "a\nb\nc", False), ("a", "a\n\n", True)],
)
def test_jamforelsen_tar_bara_det_utelamnade_pa_tro(visat: str, svar: str, ratt: bool) -> None:
    assert stammer(visat, svar) is ratt


# -- names -------------------------------------------------------------------------------------------------------------


def _tabellrader(text: str, rubrik: str) -> list[list[str]]:
    """The rows of the first table under a heading, without head and rule."""
    efter = text.split(f"\n{rubrik}\n", 1)[1]
    rader = re.search(r"(?:^\|.*\n)+", efter, flags=re.M)
    assert rader, f"ingen tabell under {rubrik}"
    return [[c.strip() for c in rad.strip("|").split(" | ")] for rad in rader[0].splitlines()[2:]]


def _avsnitt() -> dict[str, str]:
    """Heading → text, for each command in the reference: 'arende skapa' → ..."""
    delar = re.split(r"^### `vaka ([^`]*)`.*$", _text("docs/kommandon.md"), flags=re.M)
    ut = {}
    for rubrik, text in zip(delar[1::2], delar[2::2], strict=True):
        namn = " ".join(o for o in rubrik.split() if re.fullmatch(r"[a-zåäö-]+", o) and not o.startswith("-"))
        ut[namn] = f"{rubrik}\n{text}"
    return ut


def _kommandon(grupp: Any, fore: str = "") -> Iterator[tuple[str, Any]]:
    for namn, kommando in grupp.commands.items():
        hela = f"{fore} {namn}".strip()
        if hasattr(kommando, "commands"):
            yield from _kommandon(kommando, hela)
        else:
            yield hela, kommando


ALLA_KOMMANDON = dict(_kommandon(typer.main.get_command(cli.app)))
OVERALLT = {"--help", "-h", "--json", "--nu", "--som"}


@pytest.mark.parametrize("namn", ALLA_KOMMANDON)
def test_varje_kommando_och_val_star_i_kommandon(namn: str) -> None:
    avsnitt = _avsnitt()
    assert namn in avsnitt, f"'vaka {namn}' har inget avsnitt i docs/kommandon.md"
    for val in {o for p in ALLA_KOMMANDON[namn].params for o in p.opts if o.startswith("--")} - OVERALLT:
        assert f"{val}" in avsnitt[namn], f"'vaka {namn}' har valet {val}, som inte står i avsnittet"


def test_kommandon_har_inga_kommandon_som_inte_finns() -> None:
    assert set(_avsnitt()) == set(ALLA_KOMMANDON)
    visade = set(re.findall(r"`vaka ([a-z]+)", _text("README.md")))
    assert visade <= {namn.split()[0] for namn in ALLA_KOMMANDON}


@pytest.mark.parametrize("fil", ["README.md", "docs/handbok/administrator.md"])
def test_varje_installning_ar_beskriven(fil: str) -> None:
    text = _text(fil)
    finns = {f"VAKA_{namn.upper()}" for namn in Settings.model_fields} | {f"VAKA_{n.upper()}_FIL" for n in HEMLIGA}
    assert finns == set(re.findall(r"VAKA_[A-Z_]*[A-Z]", text)), fil


def test_forvalen_i_readme_ar_programmets() -> None:
    for namn, forval, _ in _tabellrader(_text("README.md"), "## Settings"):
        falt = Settings.model_fields[namn.strip("`").removeprefix("VAKA_").lower()]
        if falt.default is not None:
            assert forval == f"`{str(falt.default).lower()}`", namn


def test_varje_process_och_dess_frister_ar_namngivna() -> None:
    regler, text = las_in(None), _text("docs/kommandon.md")
    rader = re.findall(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \|$", text, flags=re.M)
    visade = {process: set(re.findall(r"\w+", frister)) for process, frister in rader}
    filer = {fil.stem for fil in (ROT / "regler/frister").glob("*.yaml")}
    assert visade == {process: set(regler.frister(process)) for process in filer}
    for namn, process in PROCESSER.items():
        assert f"**{namn}**" in _text("README.md")
        assert process.rubrik in _text("README.md") or namn in _text("CHANGELOG.md")


def test_varje_rapport_och_importkolumn_ar_namngiven() -> None:
    for namn in RAPPORTER:
        assert f"`{namn}`" in _text("docs/kommandon.md")
    visade = dict(re.findall(r"^\| `(\w+)` \| `([\w;]+)` \|$", _text("docs/handbok/administrator.md"), flags=re.M))
    assert visade == {namn: ";".join(sort.kolumner) for namn, sort in IMPORTSORTER.items()}


def test_varje_roll_ar_beskriven_for_administratoren() -> None:
    text = _text("docs/handbok/administrator.md").replace(
        "Ett uppdrag är en roll", "\n## Roller\n\nEtt uppdrag är en roll"
    )
    rader = _tabellrader(text, "## Roller")
    assert {n for namn, _ in rader for n in re.findall(r"\w+", namn)} == set(ROLLER) - {"systemet"}


def test_varje_adress_i_apiet_ar_beskriven() -> None:
    text = _text("docs/api.md")
    finns = set()
    for vag, metoder in get_openapi(title="Vaka", version="1", routes=api.router().routes)["paths"].items():
        finns |= {f"`{metod.upper()} {vag.removeprefix('/api/v1')}`" for metod in metoder}
    assert finns == set(re.findall(r"`(?:GET|POST|DELETE|PUT|PATCH) /[^`]*`", text))


# -- form --------------------------------------------------------------------------------------------------------------


def test_mapparna_i_readme_finns() -> None:
    mappar = [
        m for rad in _tabellrader(_text("README.md"), "## The folders") for m in re.findall(r"`([\w./]+)`", rad[0])
    ]
    assert len(mappar) > 10
    for mapp in mappar:
        assert (ROT / mapp).is_dir(), mapp
    roten = {p.name for p in (ROT / "tjanster").iterdir() if p.is_dir() and not p.name.startswith("_")}
    assert roten == {m.split("/")[1] for m in mappar if m.startswith("tjanster/") and m != "tjanster/"}


def test_ordlistan_har_tjugo_ord_med_betydelse_och_kalla() -> None:
    rader = _tabellrader(_text("README.md"), "## Words")
    assert len(rader) == 20
    assert len({ord_ for ord_, _, _ in rader}) == 20
    assert all(all(rad) for rad in rader)


def test_filer_och_mal_som_dokumenten_namner_finns() -> None:
    mal = set(re.findall(r"^([a-z]+):", _text("Makefile"), flags=re.M))
    for fil in ("README.md", *(str(p.relative_to(ROT)) for p in (ROT / "docs").rglob("*.md"))):
        text = _text(fil)
        assert set(re.findall(r"\bmake ([a-z]+)\b`", text)) <= mal, fil
        for namn in re.findall(r"`((?:arbetsfloden|regler|notiser|tjanster|config|tests|bench|docs)/[\w./-]*)`", text):
            if not re.search(r"(?:^|/)x\b|test_x", namn):
                assert (ROT / namn).exists(), f"{fil} namner {namn}"


@pytest.mark.parametrize("namn", HANDBOK)
def test_handbokens_sidor_visas_utan_html_och_utan_lankar(namn: str) -> None:
    text = _text(f"docs/handbok/{namn}.md")
    for ruta in MARKDOWN.parse(text):
        for bit in (ruta, *(ruta.children or [])):
            assert bit.type not in ("html_block", "html_inline", "link_open"), f"{namn}: {bit.content}"
    html = MARKDOWN.render(text)
    assert html.startswith("<h1>")
    assert html.count("<h1>") == 1
    assert "|" not in re.sub(r"<code>.*?</code>", "", html, flags=re.S), "en tabell är trasig"


def test_andringarna_sager_sort_dag_process_och_vad_man_marker() -> None:
    rader = [
        rad.strip("| ").split(" | ") for rad in _text("CHANGELOG.md").splitlines() if re.match(r"\| \w+ \| \d", rad)
    ]
    assert rader
    for sort, fran, process, marks in rader:
        assert sort in ("new", "changed", "fixed", "rule", "security", "removed")
        assert date.fromisoformat(fran)
        assert process == "all" or process in PROCESSER
        assert marks


def test_publiccode_foljer_standarden() -> None:
    kod = YAML(typ="safe").load(_text("publiccode.yaml"))
    for nyckel in ("publiccodeYmlVersion", "name", "url", "releaseDate", "platforms", "categories", "developmentStatus",
                   "softwareType", "description", "legal", "maintenance", "localisation"):  # fmt: skip
        assert kod[nyckel], nyckel
    assert kod["publiccodeYmlVersion"] == "0.4"
    assert kod["legal"]["license"] == "EUPL-1.2"
    assert kod["softwareType"] == "standalone/web"
    assert kod["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    assert kod["maintenance"]["type"] in ("internal", "contract", "community", "none")
    assert kod["localisation"]["localisationReady"] is False
    assert kod["localisation"]["availableLanguages"]
    for text in kod["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 500 <= len(text["longDescription"]) <= 10_000
        assert text["features"]
    version = re.search(r'^version = "(.*)"', _text("pyproject.toml"), flags=re.M)
    assert version
    assert kod["softwareVersion"] == version[1]
    assert f"## {version[1]} ({kod['releaseDate']})" in _text("CHANGELOG.md")


def test_arkitekturen_namner_varje_tabell_och_varje_lager() -> None:
    text = _text("docs/arkitektur.md")
    for tabell in SQLModel.metadata.tables:
        assert f"`{tabell}`" in text, tabell
    lager = tomllib.loads(_text("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]["layers"]
    bild = text.split("```")[1]
    for modul in {m.strip().split(".")[-1] for rad in lager for m in rad.split("|")} - {"konton", "sessioner", "halsa"}:
        assert re.search(rf"\b{modul}\b", bild), modul

"""Borders and promises, walked: names meet, every route is guarded, every file that is named exists, no machine path."""

import re
import subprocess
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from arbetsfloden import PROCESSER, ROLLER, kontrollera_namn
from notiser import KATALOG
from regler import ROLLER as REGELROLLER
from regler import kommuner, las_in
from tjanster.app import Vaka
from tjanster.db import migrera
from tjanster.web.program import program

ROT = Path(__file__).parent.parent.parent

# Open to everybody, each with its reason.
OPPNA_RUTTER = {
    "/logga-in": "the way in",
    "/logga-in/kod": "the second step of the way in",
    "/logga-in/tvasteg": "where the second step is set up before one is in",
    "/logga-in/losen": "where a temporary password is changed before one is in",
    "/logga-in/kommunen": "off to the municipality's own login",
    "/logga-in/svar": "back from it",
    "/lamna-synpunkt": "anyone may leave a complaint",
    "/tillganglighet": "the accessibility statement is for everybody",
    "/folj/{nummer}/{kod}": "the one who left it follows it by its code",
    "/kommun.css": "the municipality's colour, on the log-in page too",
    "/kommun-logotyp": "the municipality's mark, on the log-in page too",
    "/matvarden": "whoever collects figures shows a token of its own; not there until one is set",
    "/halsa": "whoever watches the server; says only ok",
    "/api/v1/inloggning": "the way in for systems",
    "/api/v1/openapi.json": "the description of the API",
}


def _sparade() -> list[str]:
    ut = subprocess.run(["git", "ls-files"], cwd=ROT, capture_output=True, text=True, check=True).stdout
    return ut.splitlines()


@pytest.mark.parametrize("kommun", [None, *kommuner()])
def test_varje_namn_i_en_process_finns_i_reglerna_och_notiserna(kommun: str | None) -> None:
    regler = las_in(kommun)
    for process in PROCESSER.values():
        kontrollera_namn(process, regler.frister(process.namn), KATALOG, PROCESSER)
        falt = process.modell.beskrivna()
        for frist in regler.frister(process.namn).values():
            assert frist.raknas_fran in falt
            assert frist.avgors_av in falt
            assert set(frist.falt) <= falt.keys()


@pytest.mark.parametrize("kommun", kommuner())
def test_varje_lista_som_ett_falt_namner_finns_i_kommunen(kommun: str) -> None:
    listor = las_in(kommun).kommun.listor
    for process in PROCESSER.values():
        for f in process.modell.beskrivna().values():
            if f.lista:
                assert f.lista in listor, f"{process.namn}.{f.namn}: listan '{f.lista}' saknas i {kommun}"


def test_rollerna_heter_lika_i_processer_och_regler() -> None:
    assert set(REGELROLLER) == set(ROLLER) - {"systemet"}


def _vakter(rutt: APIRoute) -> set[str]:
    namn: set[str] = set()
    kvar = [rutt.dependant]
    while kvar:
        d = kvar.pop()
        if d.call is not None:
            namn.add(getattr(d.call, "__name__", ""))
        kvar.extend(d.dependencies)
    return namn


def _rutter(vaka: Vaka) -> list[APIRoute]:
    """Every route of the program. None stands inside another: an included router would be made anew at the first call."""
    alla = program(vaka).routes
    ut = [rutt for rutt in alla if isinstance(rutt, APIRoute)]
    assert {type(rutt) for rutt in alla if not isinstance(rutt, APIRoute)} == {Mount}
    assert {"/api/v1/jag", "/logga-in", "/kommun.css"} <= {r.path for r in ut}
    return ut


def test_varje_rutt_kraver_inloggning(vaka: Vaka) -> None:
    for rutt in _rutter(vaka):
        if rutt.path in OPPNA_RUTTER:
            continue
        assert "kraver_inloggning" in _vakter(rutt), f"{rutt.path} saknar vakt"


def test_varje_andring_pa_webben_kraver_formularets_ord(vaka: Vaka) -> None:
    for rutt in _rutter(vaka):
        if rutt.path.startswith("/api/") or rutt.path in OPPNA_RUTTER:
            continue
        if rutt.methods - {"GET", "HEAD"}:
            vakter = _vakter(rutt) & {"kraver_formular", "kraver_filformular"}
            assert vakter, f"{rutt.path} kan ändras från en annan sida"


def test_migreringarnas_nyaste_star_i_filen_som_krockar_i_git() -> None:
    mapp = ROT / "tjanster/db/migreringar"
    filer = sorted((mapp / "versions").glob("[0-9]*.py"))
    assert (mapp / "NUVARANDE").read_text().strip() == filer[-1].stem
    assert filer[-1].stem.startswith(migrera.nyaste())


def test_inga_maskinsokvagar_eller_paketvardar_i_forradet() -> None:
    forbjudet = re.compile(r"/(?:work|farm|root)/|file:///opt")
    for fil in _sparade():
        sokvag = ROT / fil
        if not sokvag.is_file() or fil == "tests/arkitektur/test_gransen.py" or sokvag.suffix in (".png", ".woff2"):
            continue
        assert not forbjudet.search(sokvag.read_text(encoding="utf-8", errors="ignore")), fil


@pytest.mark.parametrize("fil", [f for f in _sparade() if f.endswith(".md")])
def test_filer_som_dokumenten_namner_finns(fil: str) -> None:
    text = (ROT / fil).read_text(encoding="utf-8")
    for lank in re.findall(r"\]\((?!https?:|#|mailto:|/)([^)#\s]+)", text):
        assert ((ROT / fil).parent / lank).exists(), f"{fil} namner {lank}"


def test_klockan_lases_bara_i_klockan() -> None:
    last = re.compile(r"datetime\.(?:now|utcnow|today)\(|date\.today\(|time\.time\(")
    for fil in _sparade():
        if fil.endswith(".py") and not fil.startswith(("tests/", "bench/")) and not fil.endswith("klocka.py"):
            assert not last.search((ROT / fil).read_text(encoding="utf-8")), fil


def test_inget_ar_lamnat_till_sen() -> None:
    ord_ = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|NotImplemented" r"Error)\b|mark\.(?:sk" r"ip|xf" r"ail)")
    for fil in _sparade():
        if fil.endswith((".py", ".html", ".yaml", ".js", ".css")) and "vendor" not in fil:
            assert not ord_.search((ROT / fil).read_text(encoding="utf-8")), fil

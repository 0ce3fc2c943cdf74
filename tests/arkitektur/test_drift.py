"""What docs/drift.md and deploy/prometheus say of figures, alarms and log lines is what the program serves and writes."""

import json
import logging
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from tests.bygg import NU, Bygge
from tests.sakerhet.test_loggrader import Fangst, trasig
from tests.tjanster.test_matvarden import Matare, Matt
from tjanster.matvarden import databasen
from tjanster.scheduler.svep import svepa

ROT = Path(__file__).parent.parent.parent
DRIFT = (ROT / "docs/drift.md").read_text(encoding="utf-8")
INSAMLING = YAML(typ="safe").load((ROT / "deploy/prometheus/vaka.yml").read_text(encoding="utf-8"))
LARM = [
    regel
    for grupp in YAML(typ="safe").load((ROT / "deploy/prometheus/larm.yml").read_text(encoding="utf-8"))["groups"]
    for regel in grupp["rules"]
]
SATTA_AV_PROMETHEUS = {"job", "instance", "kommun", "le"}


@pytest.fixture
def matt(bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> Matt:
    """One collection from a program in which everything that is counted has happened."""
    monkeypatch.setattr(databasen, "HALLER", -1.0)
    mat = Matare(bygg)
    svepa(mat.bygg.vaka, NU)

    def fel() -> None:
        raise ValueError

    trasig(mat.dorr, fel)
    mat.dorr("GET", "/trasig/x")
    return mat()


def _valjare(uttryck: str) -> list[Any]:
    """Every choice of series in an expression, found by the language's own parser."""
    ut, kvar = [], [promql_parser.parse(uttryck)]
    while kvar:
        del_ = kvar.pop()
        if isinstance(del_, promql_parser.VectorSelector):
            ut.append(del_)
        else:
            kvar += [barn for namn in ("expr", "lhs", "rhs", "vector_selector", "args") for barn in _barn(del_, namn)]
    assert ut, uttryck
    return ut


def _barn(del_: Any, namn: str) -> list[Any]:
    barn = getattr(del_, namn, None)
    return list(barn) if isinstance(barn, list) else [barn] if barn is not None else []


@pytest.mark.parametrize("regel", LARM, ids=lambda r: r["alert"])
def test_varje_larm_fragar_efter_nagot_som_finns(regel: dict[str, Any], matt: Matt) -> None:
    for valjare in _valjare(regel["expr"]):
        if valjare.name == "up":
            continue
        serier = [dict(re.findall(r"(\w+)=([^,}]*)", serie)) for serie in matt.om(valjare.name)]
        assert serier, f"{valjare.name} finns inte i mätvärdena"
        for m in valjare.matchers.matchers:
            assert all(m.name in serie for serie in serier), f"{valjare.name} har ingen etikett {m.name}"
            if m.name != "klass":
                assert any(serie[m.name] == m.value for serie in serier), f"{valjare.name} har ingen serie där {m.name} är {m.value}"
    for etiketter in re.findall(r"by \(([^)]*)\)", regel["expr"]):
        okanda = {e.strip() for e in etiketter.split(",")} - SATTA_AV_PROMETHEUS
        for valjare in _valjare(regel["expr"]):
            for serie in matt.om(valjare.name):
                assert all(f"{e}=" in serie for e in okanda), f"{regel['alert']} grupperar på {okanda}"


@pytest.mark.parametrize("regel", LARM, ids=lambda r: r["alert"])
def test_varje_larm_sager_hur_brattom_och_vad(regel: dict[str, Any]) -> None:
    assert regel.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert regel["labels"]["allvar"] in ("akut", "varning")
    assert regel["annotations"]["vad"].endswith(".")
    assert re.fullmatch(r"\d+[smh]", regel.get("for", "1m"))
    for etikett in re.findall(r"\$labels\.(\w+)", regel["annotations"]["vad"]):
        if grupperat := re.search(r"by \(([^)]*)\)", regel["expr"]):
            assert etikett in grupperat[1].replace(",", " ").split(), f"{etikett} finns inte kvar när larmet går"


def test_insamlingen_ar_den_som_vaka_svarar_pa(bygg: Bygge) -> None:
    (jobb,) = INSAMLING["scrape_configs"]
    assert INSAMLING["rule_files"] == ["larm.yml"]
    assert jobb["job_name"] == "vaka"
    assert 'up{job="vaka"}' in LARM[0]["expr"]
    assert jobb["authorization"]["type"] == "Bearer"
    assert "kommun" in jobb["static_configs"][0]["labels"]
    tid, var = (int(INSAMLING["global"][namn].removesuffix("s")) for namn in ("scrape_timeout", "scrape_interval"))
    assert databasen.VANTAR_HOGST + 10 <= tid < var
    assert Matare(bygg).dorr("GET", jobb["metrics_path"]).status_code == 401


def test_tabellen_har_varje_tal_och_dess_sort(matt: Matt) -> None:
    tabell = DRIFT.partition("| name | type |")[2].partition("\n\n")[0]
    visade: dict[str, tuple[str, set[str]]] = {}
    for namn, sort in re.findall(r"^\| (`vaka_.*?) \| (\w+) \|", tabell, flags=re.M):
        for ett, etiketter in re.findall(r"`(\w+)(?:\{([\w,]+)\})?`", namn):
            visade[ett] = (sort, set(filter(None, etiketter.split(","))))
    finns: dict[str, tuple[str, set[str]]] = {}
    for familj in text_string_to_metric_families(matt.rakt):
        if familj.name.startswith("vaka_"):
            namn = familj.name + ("_total" if familj.type == "counter" else "")
            finns[namn] = (familj.type, {e for prov in familj.samples for e in prov.labels} - {"le"})
    assert visade == finns
    for namn in re.findall(r"`(process_\w+)`", tabell):
        assert namn in matt


def test_tabellen_har_varje_lage(matt: Matt) -> None:
    tabell = DRIFT.partition("| name | type |")[2].partition("\n\n")[0]
    for namn in ("vaka_brev", "vaka_svep_dygnet", "vaka_logg", "vaka_forbindelser"):
        rad = next(rad for rad in tabell.splitlines() if f"`{namn}{{" in rad)
        for serie in matt.om(namn):
            varde = serie.partition("=")[2].rstrip("}")
            assert f"`{varde}`" in rad, serie


def test_exempelraderna_har_de_nycklar_som_raderna_har(bygg: Bygge) -> None:
    exempel = [json.loads(rad) for rad in DRIFT.partition("```json\n")[2].partition("```")[0].splitlines()]
    fangst, vakas = Fangst(), logging.getLogger("vaka")
    mat = Matare(bygg)
    nummer = bygg.ny("avvikelse", "mia")

    def fel() -> None:
        raise KeyError

    trasig(mat.dorr, fel)
    vakas.addHandler(fangst)
    fore = vakas.level
    vakas.setLevel(logging.INFO)
    try:
        mat.dorr("GET", f"/arende/{nummer}", "elin")
        mat.dorr("GET", "/trasig/x")
        svepa(mat.bygg.vaka, NU)
    finally:
        vakas.setLevel(fore)
        vakas.removeHandler(fangst)
    riktiga = [fangst.av("vaka.anrop")[0], fangst.av("vaka.webb")[0], fangst.av("vaka.vakt")[-1]]
    for visad, riktig in zip(exempel, riktiga, strict=True):
        assert list(visad) == list(riktig)
        assert visad["logger"] == riktig["logger"]
        assert re.sub(r"[0-9a-f]{12}|:.*", "", visad["meddelande"]) == re.sub(r"[0-9a-f]{12}|:.*", "", riktig["meddelande"])
    beskrivna = set(re.findall(r"`(\w+)`", DRIFT.partition("| key | is |")[2].partition("\n\n")[0]))
    assert {nyckel for rad in riktiga[:2] for nyckel in rad} <= beskrivna

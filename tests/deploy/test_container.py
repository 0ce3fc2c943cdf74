"""The recipe for a container, read: what it copies is there, what it installs is locked, what it runs exists, and it is nobody special."""

import json
import re
import typing

import typer.main
from ruamel.yaml import YAML

from tjanster import cli
from tjanster.settings import HEMLIGA, ROT, Settings

MAPP = ROT / "deploy" / "container"


def rader() -> list[tuple[str, str]]:
    """(instruction, the rest), with continued lines put together."""
    text = (MAPP / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    return [(o, r.strip()) for rad in text.splitlines() if rad and not rad.startswith("#") for o, _, r in [rad.partition(" ")]]


def kommando(ord_: list[str]) -> None:
    namn, *val = ord_
    typer.main.get_command(cli.app).commands[namn].make_context(namn, val)  # type: ignore[attr-defined]


def compose() -> dict[str, typing.Any]:
    return dict(YAML(typ="safe").load((MAPP / "compose.yaml").read_text("utf-8")))


def test_det_som_kopieras_finns_och_ar_allt_som_programmet_behover() -> None:
    kopieras = [ord_ for o, r in rader() if o == "COPY" and "--from" not in r for ord_ in r.split()[:-1]]
    slapps_in = {rad[1:] for rad in (ROT / ".containerignore").read_text("utf-8").splitlines() if rad.startswith("!")}
    assert all((ROT / fil).exists() for fil in kopieras), kopieras
    assert set(kopieras) == slapps_in
    assert {"arbetsfloden", "regler", "notiser", "tjanster", "config"} <= set(kopieras)


def test_det_som_installeras_ar_last_och_inget_mer() -> None:
    installerar = [r for o, r in rader() if o == "RUN" and "pip install" in r]
    assert len(installerar) == 2
    assert all("--require-hashes -r requirements.lock" in r or "--no-deps --no-build-isolation" in r for r in installerar)
    assert not any(re.search(r"apt|curl|wget|https?://", r) for o, r in rader() if o in ("RUN", "ADD"))


def test_den_kor_som_ingen_sarskild_utan_hemligheter() -> None:
    ordning = [o for o, _ in rader()]
    assert ("USER", "vaka") in rader()
    assert ordning.index("USER") > max(i for i, o in enumerate(ordning) if o in ("RUN", "COPY"))
    allt = (MAPP / "Containerfile").read_text("utf-8")
    assert not any(f"VAKA_{namn.upper()}" in allt for namn in HEMLIGA)


def test_kommandona_ar_vakas() -> None:
    val = dict(rader())
    assert json.loads(val["ENTRYPOINT"]) == ["vaka"]
    kommando(json.loads(val["CMD"]))
    assert "/halsa" in val["HEALTHCHECK"]
    for tjanst in compose()["services"].values():
        if "command" in tjanst:
            kommando(tjanst["command"])


def test_compose_har_skrivskyddad_rot_och_hemligheter_i_filer() -> None:
    c = compose()
    for namn, tjanst in c["services"].items():
        assert tjanst["read_only"] is True, namn
        assert (tjanst["cap_drop"], tjanst["security_opt"]) == (["ALL"], ["no-new-privileges:true"]), namn
        assert set(tjanst["secrets"]) == set(c["secrets"]) <= set(HEMLIGA), namn
        for installning, varde in tjanst["environment"].items():
            kort = installning.removeprefix("VAKA_").lower()
            assert kort in Settings.model_fields or varde == f"/run/secrets/{kort.removesuffix('_fil')}", installning
            assert kort not in HEMLIGA, installning

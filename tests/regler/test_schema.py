"""The schemas that an editor reads: as generated, right for every shipped file, and wrong for every broken one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from regler.motor.inlasning import ROT
from regler.motor.regelfiler import KOMMUNFILER, MAPPAR, VALFRIA
from regler.motor.schema import SLAG, schema, scheman
from regler.motor.yamltrad import las_trad

VALIDERARE = {slag: jsonschema_rs.Draft202012Validator(schema(slag), validate_formats=True) for slag in SLAG}
FILER = sorted(
    fil for mapp in ("regler", "config", "tests/fall") for fil in (ROT / mapp).rglob("*.yaml") if fil.is_file()
)
TRASIGA = sorted((ROT / "tests/trasiga/regler").glob("*.yaml"))
# What is said of a fault that can be seen in the shape of one file alone.
FORM = re.compile(
    r": (okänt ord|saknas$|är tomt|'.*' är ingen (tid|dag)|'.*' finns inte: månaden|'.*' är varken 'ja'|'.*' är inget heltal"
    r"|rollen '|koden '.*' ska börja|ska vara en lista|ska vara ett enda värde|är en tom lista|'.*' går inte att välja"
    r"|'.*' är inte en (färg|adress)|null kräver en anmarkning|'.*' säger inte när|har ingen mening för)"
)
# A limit that stands alone needs more words than one that is laid over the nation's.
UTANFOR_FORMEN = ("rubrik_saknas",)


class Editor(SafeConstructor):
    """Reads by YAML 1.2 as the editor's language server does: a day is a text."""


Editor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, nod: nod.value)


def som_editorn(text: str) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Editor
    return yaml.load(text)


def slag_av(vag: str) -> str:
    """'config/hjo/regler/frister/synpunkt.yaml' -> 'frister', 'config/hjo/kommun.yaml' -> 'kommun'."""
    *mappar, fil = vag.split("/")
    return fil.removesuffix(".yaml") if mappar[0] == "config" and len(mappar) == 2 else mappar[-1]


def fel(slag: str, data: Any) -> list[str]:
    return [ett.message for ett in VALIDERARE[slag].iter_errors(data)]


def egenskaper(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield from (egenskap for egenskap in data.get("properties", {}).values() if isinstance(egenskap, dict))
        for namn, varde in data.items():
            if namn not in ("if", "then", "else"):
                yield from egenskaper(varde)
    elif isinstance(data, list):
        for varde in data:
            yield from egenskaper(varde)


def test_varje_sorts_fil_har_ett_schema() -> None:
    assert set(SLAG) == {*MAPPAR, *KOMMUNFILER, *VALFRIA, "fall"}


def test_schemana_i_forradet_ar_de_som_genereras() -> None:
    assert {fil.name: fil.read_text("utf-8") for fil in (ROT / "regler/schema").iterdir()} == scheman()


@pytest.mark.parametrize("slag", SLAG)
def test_schemat_ar_ett_schema_och_forklarar_varje_ord_pa_svenska(slag: str) -> None:
    gjort = schema(slag)
    jsonschema_rs.meta.validate(gjort)
    assert gjort["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for egenskap in egenskaper(gjort):
        assert egenskap["description"].endswith((".", "?", "…", '"'))
        assert not isinstance(egenskap.get("default"), bool)


@pytest.mark.parametrize("fil", FILER, ids=lambda fil: fil.relative_to(ROT).as_posix())
def test_varje_fil_i_forradet_foljer_sitt_schema(fil: Path) -> None:
    vag = fil.relative_to(ROT).as_posix()
    slag = "fall" if vag.startswith("tests/fall/") else slag_av(vag)
    assert fel(slag, som_editorn(fil.read_text("utf-8"))) == []


@pytest.mark.parametrize("fil", TRASIGA, ids=lambda fil: fil.stem)
def test_det_som_syns_i_formen_vagras_redan_av_schemat(fil: Path) -> None:
    text = fil.read_text("utf-8")
    sagt = [rad for rad in text.splitlines() if rad.startswith("# ska säga ")]
    lasbar = las_trad("", text).data is not None and not any("taggar" in rad or "två gånger" in rad for rad in sagt)
    if lasbar and fil.stem not in UTANFOR_FORMEN and any(FORM.search(rad) for rad in sagt):
        assert fel(slag_av(text.split("\n", 1)[0].removeprefix("# läggs som ")), som_editorn(text))


@pytest.mark.parametrize(
    ("rad", "ratt"),
    [
        ("tid: 14 dagar, rullas: ja, kontrollerad: 2026-11-22", True),
        ("tid: 14 dagar, kontrollerad: 2026-11-22", False),
        ("tid: 10 arbetsdagar, kontrollerad: 2026-11-22", True),
        ("tid: 10 arbetsdagar, rullas: ja, kontrollerad: 2026-11-22", False),
        ("tid: samma dag, kontrollerad: 2026-11-22", True),
        ("tid: samma dag, kontrollerad: null", False),
        ("tid: samma dag, kontrollerad: null, anmarkning: Ihågkommet", True),
        ("tid: samma dag, kontrollerad: 2026-02-30", False),
        ("tid: 0 dagar, rullas: ja, kontrollerad: 2026-11-22", False),
    ],
)
def test_schemat_ser_hur_orden_pa_en_rad_hor_ihop(rad: str, ratt: bool) -> None:
    data = som_editorn(f"svar: {{galler: [{{fran: 2026-01-01, kalla: Prov, {rad}}}]}}")
    assert (fel("frister", data) == []) is ratt

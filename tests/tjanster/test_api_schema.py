"""The API fuzzed from its own description: nothing that can be sent makes it fail or answer what it hasn't described."""

import json
from itertools import count, cycle
from typing import Any

import pytest
import schemathesis
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
)

from arbetsfloden import PROCESSER
from tests.apiklient import Apiklient, token
from tests.bygg import FORVALT, KONTAKT, Bygge
from tjanster.api import router

KRAV = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, ignored_auth,
]  # fmt: skip
BESKRIVNA = get_openapi(title="Vaka", version="1", routes=router().routes)["paths"]
ALLA = [(metod.upper(), vag) for vag, metoder in BESKRIVNA.items() for metod in metoder]
LUGNT = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


class Lage:
    """Real cases to aim at, and a token for each call."""

    def __init__(self, bygg: Bygge) -> None:
        self.bygg = bygg
        self.api = Apiklient(bygg)
        nummer = [bygg.ny("synpunkt", kontakt=KONTAKT), bygg.ny("avvikelse", "mia"), bygg.ny("beslut")]
        bygg.gor(nummer[0], "fordela", "rut", enhet="familjehem")
        self.alla = nummer
        self.nummer = cycle(nummer)
        self.process = cycle(PROCESSER)
        # Everybody's turn: what one may not do must be refused as it is described, too.
        self.token = cycle([token(bygg, som) for som in ("hanna", "kim", "elin", "mia", "rolf", "adam", "frida", "rut")])


@pytest.fixture
def lage(bygg: Bygge) -> Lage:
    return Lage(bygg)


@pytest.mark.parametrize(("metod", "vag"), ALLA)
def test_inget_som_gar_att_skicka_far_api_att_svara_fel(lage: Lage, metod: str, vag: str) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", lage.api.app)
    operation = schema[vag][metod]
    satt = [operation.as_strategy(generation_mode=s) for s in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]
    sikta = cycle((True, False))

    @settings(max_examples=25, **LUGNT)
    @given(st.one_of(satt))
    def prova(case: Any) -> None:
        # Half of the calls aim at what exists, or the fuzzing would stop at 404.
        if next(sikta):
            for namn, finns in (("nummer", lage.nummer), ("process", lage.process)):
                if namn in (case.path_parameters or {}):
                    case.path_parameters[namn] = next(finns)
        bar = token(lage.bygg, "hanna") if metod == "DELETE" else next(lage.token)
        case.call_and_validate(headers={"Authorization": f"Bearer {bar}"}, checks=KRAV)

    prova()


VARDEN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.dates().map(str),
    st.sampled_from(["ja", "nej", "familjehem", "2026-09-07", "hanna", "svar", "sol", "sol_2025", "SYN-2026-0001", "\0", "1" * 300]),
    st.lists(st.one_of(st.text(max_size=5), st.dictionaries(st.sampled_from(["text", "senast", "enheter", "dag"]), st.text(max_size=5)))),
)  # fmt: skip


def _skicka(lage: Lage, vag: str, som: str, kropp: dict[str, Any]) -> int:
    svar = lage.api("POST", vag, som, content=json.dumps(kropp).encode(), headers={"Content-Type": "application/json"})
    assert svar.status_code < 500, svar.text
    return svar.status_code


@pytest.mark.parametrize("namn", list(PROCESSER))
def test_kanda_falt_med_konstiga_varden_ger_aldrig_fel_hos_vaka(lage: Lage, namn: str) -> None:
    process = PROCESSER[namn]
    falt = st.dictionaries(st.sampled_from(list(process.modell.beskrivna())), VARDEN, max_size=4)
    statusar, idn = set(), count()

    @settings(max_examples=40, **LUGNT)
    @given(falt, st.sampled_from(["rut", "hanna", "elin", "mia"]))
    @example({}, "rut")  # plain: of each kind of case somebody opens one
    @example({}, "hanna")
    @example({}, "elin")
    def prova(uppgifter: dict[str, Any], som: str) -> None:
        statusar.add(
            _skicka(
                lage,
                f"/arenden/{namn}",
                som,
                {"uppgifter": FORVALT[namn] | {"externt_id": f"P-{next(idn)}"} | uppgifter},
            )
        )

    prova()
    assert statusar >= {201, 422}


@pytest.mark.parametrize("som", ["hanna", "kim"])
def test_kanda_steg_med_konstiga_varden_ger_aldrig_fel_hos_vaka(lage: Lage, som: str) -> None:
    statusar = set()

    @st.composite
    def steg(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
        nummer = draw(st.sampled_from(lage.alla))
        process = next(p for p in PROCESSER.values() if nummer.startswith(p.prefix))
        ett = draw(st.sampled_from(process.alla_steg))
        falt = (*ett.falt, "skal", "enhet")
        uppgifter = draw(st.dictionaries(st.sampled_from(falt), VARDEN, max_size=5))
        return nummer, {"handelse": ett.handelse, "uppgifter": uppgifter, "skal": draw(st.sampled_from([None, "Skäl"]))}

    @settings(max_examples=120, **LUGNT)
    @given(steg())
    def prova(valt: tuple[str, dict[str, Any]]) -> None:
        nummer, kropp = valt
        version = lage.bygg.rad(nummer)["version"]
        statusar.add(_skicka(lage, f"/arenden/{nummer}/handelser", som, kropp | {"version": version}))

    prova()
    assert statusar >= {409, 422}

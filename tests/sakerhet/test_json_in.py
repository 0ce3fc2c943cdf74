"""JSON as an enemy writes it: deep, doubled, endless, in the wrong letters. Never an error of ours, and nothing is saved."""

import json

import pytest

from tests.bygg import AVVIKELSE, Bygge
from tests.sakerhet.dorr import Dorr

TYP = {"content-type": "application/json"}
BRA = json.dumps(AVVIKELSE, ensure_ascii=False)
ONDA = [
    (b"[" * 500_000, 400), (b"[" * 400_000 + b"]" * 400_000, 400), (b'{"a":' * 150_000 + b"1" + b"}" * 150_000, 400),
    (b'{"uppgifter":' + b'{"a":' * 90_000 + b"1" + b"}" * 90_000 + b"}", 400),
    (f'{{"uppgifter": {BRA}, "uppgifter": {{}}}}'.encode(), 400), (b'{"uppgifter": {"enhet": "familjehem", "enhet": "oppenvard"}}', 400),
    (f'{{"uppgifter": {BRA}, "\\u0075ppgifter": {{}}}}'.encode(), 400),
    (b'{"uppgifter": {"enhet": NaN}}', 400), (b'{"uppgifter": {"enhet": Infinity}}', 400), (b'{"uppgifter": -Infinity}', 400),
    (b'{"uppgifter": {"enhet": 1e999999}}', 422), (b'{"uppgifter": {"enhet": ' + b"9" * 5000 + b"}}", 400), (b'{"uppgifter": {"enhet": -0}}', 422),
    (b'\xef\xbb\xbf{"uppgifter": {}}', 400), ('{"uppgifter": {}}'.encode("utf-16"), 400), ('{"uppgifter": {}}'.encode("utf-32"), 400),
    (b'{"uppgifter": {"beskrivning": "\xff\xfe"}}', 400), (b'{"uppgifter": {}} {"uppgifter": {}}', 400), (b'{"uppgifter": {},}', 400),
    (b"{'uppgifter': {}}", 400), (b'{"uppgifter": {}}\x00', 400), (b'// x\n{"uppgifter": {}}', 400), (b"", 422), (b"null", 422), (b"[]", 422),
    (b'{"uppgifter": {"__proto__": {"enhet": "familjehem"}}}', 422), (b'{"uppgifter": {"constructor": 1, "__class__": 2}}', 422),
    (b'{"uppgifter": {"enhet": {"$ne": null}}}', 422), (b'{"uppgifter": {"enhet": ["familjehem"]}}', 422),
    (json.dumps({"uppgifter": {f"f{i}": i for i in range(20_000)}}).encode(), 422), (b'{"uppgifter": {}, "registrerad_av": 1, "krets": []}', 422),
]  # fmt: skip


@pytest.mark.parametrize(("kropp", "status"), ONDA, ids=lambda x: repr(x[:40]) if isinstance(x, bytes) else str(x))
def test_ond_json(bygg: Bygge, kropp: bytes, status: int) -> None:
    dorr = Dorr(bygg)
    svar = dorr("POST", "/api/v1/arenden/avvikelse", "mia", content=kropp, huvuden=TYP)
    assert svar.status_code == status, svar.text[:300]
    assert svar.json().keys() == {"fel", "skal", "falt"}
    assert dorr("GET", "/api/v1/arenden", "kim").json()["antal"] == 0


def test_tvetydigt_sager_vad_som_ar_fel(bygg: Bygge) -> None:
    svar = Dorr(bygg)(
        "POST", "/api/v1/inloggning", content=b'{"anvandarnamn": "a",\n "anvandarnamn": "b"}', huvuden=TYP
    ).json()
    assert svar["skal"] == [
        "Trasig JSON på rad 1, kolumn 2. Samma ord står två gånger i ett objekt. Rätta den och skicka igen."
    ]


@pytest.mark.parametrize(
    "typ", ["application/json; charset=utf-16", "application/json;charset=utf-7", "application/merge-patch+json"]
)
def test_teckenkodningen_ar_alltid_utf8(bygg: Bygge, typ: str) -> None:
    svar = Dorr(bygg)(
        "POST",
        "/api/v1/arenden/avvikelse",
        "mia",
        content=f'{{"uppgifter": {BRA}}}'.encode(),
        huvuden={"content-type": typ},
    )
    assert svar.status_code == 201

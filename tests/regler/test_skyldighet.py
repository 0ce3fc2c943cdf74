"""Duties and dated values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from regler import Regelfraga, Regelverk

Las = Callable[..., Regelverk]


@pytest.mark.parametrize(
    "dag,falt,lagrum,varde",
    [
        (date(2019, 12, 31), {}, "9 §", {"lagst": 10_000, "hogst": 1_000_000}),
        (date(2020, 1, 1), {}, "9 a §", {"lagst": 15_000}),
        (date(2020, 1, 1), {"lagrum": "sol"}, "9 a §", {"lagst": 15_000}),
        (date(2020, 1, 1), {"lagrum": "LSS"}, "10 §", {}),
        (date(2020, 1, 1), {"lagrum": "okänd"}, "9 a §", {"lagst": 15_000}),
        (date(2004, 12, 31), {"lagrum": "lss"}, "9 §", {"lagst": 10_000, "hogst": 1_000_000}),
    ],
)
def test_dagen_och_arendet_valjer_raden(
    las: Las, dag: date, falt: dict[str, str], lagrum: str, varde: dict[str, int]
) -> None:
    rad = las().skyldighet("prov/avgift", dag, falt)
    assert (rad.lagrum, dict(rad.varde), rad.enhet) == (lagrum, varde, "kr" if varde else None)


def test_raden_sager_nar_den_slutar_och_var_den_star(las: Las) -> None:
    rad = las().skyldighet("prov/avgift", date(2019, 1, 1))
    assert (rad.till, rad.rad, rad.id) == (date(2019, 12, 31), 8, "prov/avgift/nationell/2000-01-01")
    assert las().skyldigheter["prov/avgift"].avgors_av == "inkom"


def test_kommunen_har_egna_skyldigheter(las: Las) -> None:
    egen = (
        "anmal:\n  rubrik: Till nämnden\n  avgors_av: inkom\n  galler:\n"
        "    - {fran: 2026-01-01, nar: {insats: hemtjanst}, vad: Anmäls till nämnden, kalla: Prov, kontrollerad: 2026-11-22}\n"
        "    - {fran: 2020-01-01, till: 2020-12-31, vad: Anmäls, kalla: Prov, kontrollerad: 2026-11-22}\n"
    )
    regler = las({"config/by/regler/skyldigheter/namnd.yaml": egen})
    assert regler.skyldighet("namnd/anmal", date(2026, 1, 1), {"insats": "Hemtjänst"}).niva == "lokal"
    with pytest.raises(Regelfraga, match="gäller den 2026-01-01: ingen av raderna är för ett sådant ärende"):
        regler.skyldighet("namnd/anmal", date(2026, 1, 1))
    with pytest.raises(Regelfraga, match="gäller den 2021-01-01: den sista har slutat gälla"):
        regler.skyldighet("namnd/anmal", date(2021, 1, 1))
    assert regler.skyldigheter["namnd/anmal"].kontrollera_falt({"insats": "hemtjnst", "lagrum": "sol"}) == {
        "insats": "'hemtjnst' är inget värde för insats – menade du 'hemtjanst'?",
        "lagrum": "Fältet 'lagrum' väljer ingen rad i namnd/anmal; det som finns är insats",
    }


def test_ingen_rad_och_okand_skyldighet_vagras(las: Las) -> None:
    with pytest.raises(Regelfraga, match="Ingen regel för prov/avgift gäller den 1999-12-31: den första gäller från 2000") as fel:
        las().skyldighet("prov/avgift", date(1999, 12, 31))
    assert fel.value.kod == "ingen_rad"
    with pytest.raises(Regelfraga, match=r"Skyldigheten 'prov/avgft' finns inte – menade du 'prov/avgift'\?") as fel:
        las().skyldighet("prov/avgft", date(2026, 1, 1))
    assert fel.value.kod == "okand_skyldighet"

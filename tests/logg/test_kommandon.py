"""The log from the command line and in the health check: whole, and what is said when it isn't."""

import json
import sys
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from tests.bygg import NU, Bygge
from tjanster import cli
from tjanster.arenden.arendebild import visa_arende
from tjanster.halsa import prova_halsan
from tjanster.logg import ankarfil, forsegla
from tjanster.logg.natt import vakta

DYGN = timedelta(days=1)


@pytest.fixture
def kor(bygg: Bygge, databas: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs `vaka logg …` on the test's database; gives exit code, output and errors."""
    data = str(bygg.vaka.settings.datamapp)
    for namn, varde in {"DATABAS": databas, "KOMMUN": "exempelkommun", "DEMO": "ja", "DATA": data}.items():
        monkeypatch.setenv(f"VAKA_{namn}", varde)

    def gor(*ord_: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["vaka", "logg", *ord_])
        with pytest.raises(SystemExit) as slut:
            cli.main()
        ut = capsys.readouterr()
        return int(slut.value.code or 0), ut.out, ut.err

    return gor


def _las(bygg: Bygge) -> str:
    nummer = bygg.ny("avvikelse", "mia")
    with bygg.vaka.som(bygg.aktor("elin")) as conn:
        visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor("elin"), NU)
    forsegla(bygg.vaka, NU)
    return nummer


def _andra(motor: Engine) -> None:
    with motor.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        conn.execute(text("UPDATE lasning SET vad = 'api'"))


def test_verifiera_sager_det_forsta_och_slutar_med_ett(bygg: Bygge, motor: Engine, kor) -> None:  # type: ignore[no-untyped-def]
    _las(bygg)
    kod, ut, _ = kor("verifiera")
    assert (kod, ut.startswith("Loggen är hel: 2 rader")) == (0, True)
    _andra(motor)
    kod, ut, _ = kor("verifiera")
    assert kod == 1
    assert "Loggen är inte hel: 1 fel bland 2 rader. Det första:\n  lasning 1, 2026-09-07: raden stämmer inte" in ut
    kod, ut, _ = kor("verifiera", "--json", "--fran", "2026-09-07")
    svar = json.loads(ut)
    assert (kod, svar["hel"], svar["forsta"]["tabell"], svar["forsta"]["id"]) == (1, False, "lasning", 1)
    kod, _, fel = kor("verifiera", "--ankare", "saknas.jsonl")
    assert (kod, "Ankarfilen saknas.jsonl går inte att läsa: den finns inte" in fel) == (1, True)


def test_visa_ett_arende_eller_ett_konto(bygg: Bygge, kor) -> None:  # type: ignore[no-untyped-def]
    nummer = _las(bygg)
    kod, ut, _ = kor("visa", "--arende", nummer.lower(), "--json")
    assert (kod, [(r["sort"], r["vem"]) for r in json.loads(ut)]) == (
        0, [("händelse", "Mia Påhittad"), ("läsning", "Elin Påhittad")],
    )  # fmt: skip
    assert "Ärendets sida" in kor("visa", "--anvandare", "elin", "--fran", "2026-09-07", "--till", "2026-09-07")[1]
    assert json.loads(kor("visa", "--anvandare", "elin", "--fran", "2026-09-08", "--json")[1]) == []
    assert "välj --arende eller --anvandare" in kor("visa")[2]


def test_kontroll_drar_visar_och_provar_stickproven(bygg: Bygge, kor) -> None:  # type: ignore[no-untyped-def]
    _las(bygg)
    kod, ut, _ = kor("kontroll", "--nu", "2026-10-01T08:00")
    assert (kod, "Dragna nu: 1 läsningar i 1 enheter." in ut, "Familjehemsenheten" in ut) == (0, True, True)
    svar = json.loads(kor("kontroll", "--nu", "2026-10-02", "--json")[1])
    assert (svar["dragna"], svar["stickprov"][0]["kvar"], svar["fel"]) == ([], 1, [])
    with bygg.vaka.systemet() as conn:
        conn.execute(text("UPDATE loggkontroll SET regel = regel || '{\"antal\": 0, \"procent\": 0}'"))
    kod, _, fel = kor("kontroll", "--nu", "2026-10-02")
    assert (kod, "är inte det som dess frö ger" in fel) == (1, True)


def _halsa(bygg: Bygge, nu=NU) -> dict[str, tuple[bool, str]]:  # type: ignore[no-untyped-def]
    return {p.namn: (p.bra, p.text) for p in prova_halsan(bygg.vaka, nu).punkter if p.namn.startswith("Loggens")}


def test_halsan_sager_nar_loggen_inte_skots(bygg: Bygge, motor: Engine) -> None:
    bygg.ny("avvikelse", "mia")
    assert _halsa(bygg)["Loggens sigill"] == (True, "1 rader väntar")
    bra, mening = _halsa(bygg, NU + timedelta(minutes=20))["Loggens sigill"]
    assert (bra, "1 rader saknar sigill, den äldsta sedan 2026-09-07 09:00" in mening) == (False, True)
    forsegla(bygg.vaka, NU)
    forsegla(bygg.vaka, NU + DYGN)
    nu = NU + DYGN
    assert _halsa(bygg, nu)["Loggens prov"] == (False, "aldrig prövad: kör 'vaka logg verifiera'")
    assert _halsa(bygg, nu)["Loggens ankare"] == (True, "till och med 2026-09-07")
    assert vakta(bygg.vaka, nu) == []
    assert _halsa(bygg, nu)["Loggens prov"][0]
    assert not _halsa(bygg, nu + 3 * DYGN)["Loggens prov"][0]
    ankarfil(bygg.vaka.settings).write_text("")
    assert "slutar None, stängt till och med 2026-09-07" in _halsa(bygg, nu)["Loggens ankare"][1]


def test_natten_sager_att_loggen_inte_ar_hel_en_gang_om_dagen(bygg: Bygge, motor: Engine) -> None:
    _las(bygg)
    forsegla(bygg.vaka, NU + DYGN)
    _andra(motor)
    [mening] = vakta(bygg.vaka, NU + DYGN)
    assert mening.startswith("Loggen är inte hel (1 fel). Det första: lasning 1, 2026-09-07: raden stämmer inte")
    assert vakta(bygg.vaka, NU + DYGN) == []
    bra, text_ = _halsa(bygg, NU + DYGN)["Loggens prov"]
    assert (bra, text_.startswith("1 fel vid prövningen")) == (False, True)


def test_ankarfilen_som_inte_gar_att_skriva_stoppar_inte_bevakningen(bygg: Bygge) -> None:
    ankarfil(bygg.vaka.settings).mkdir(parents=True)
    skriva, lasa = vakta(bygg.vaka, NU)
    assert "går inte att skriva: det är en mapp. Se VAKA_LOGGANKARE" in skriva
    assert "går inte att läsa: det är en mapp" in lasa

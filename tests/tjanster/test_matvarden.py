"""The figures for whoever watches the servers: each moves with the state, is read by Prometheus's own parser, and tells of nobody."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import event, insert, text, update

from tests.bygg import NU, Bygge
from tests.sakerhet.dorr import I_DRIFT, Dorr, i_drift
from tests.tjanster.delad import bemannad
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.arenden.fel import Nej
from tjanster.db import migrera, session, t
from tjanster.logg.natt import vakta
from tjanster.matvarden import databasen
from tjanster.scheduler.svep import svepa
from tjanster.takt import Takt

TOKEN = "k7Qw2-pahittad_m9Zt4Xr8Lb3Vc6Ns1Hd5"
VISAR = {"authorization": f"Bearer {TOKEN}"}


class Matt(dict[str, float]):
    """What one collection gave: `matt['vaka_brev{lage=vantar}']`; 0 for what isn't there is never assumed."""

    def __init__(self, svar: Any) -> None:
        assert svar.status_code == 200, svar.text
        assert svar.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        self.rakt: str = svar.text
        super().__init__()
        for familj in text_string_to_metric_families(svar.text):
            assert familj.documentation, familj.name
            for prov in familj.samples:
                etiketter = ",".join(f"{k}={v}" for k, v in sorted(prov.labels.items()))
                self[f"{prov.name}{{{etiketter}}}" if etiketter else prov.name] = prov.value

    def om(self, namn: str) -> dict[str, float]:
        return {k: v for k, v in self.items() if k == namn or k.startswith(f"{namn}{{")}


class Matare:
    """Collects from the whole program, as Prometheus does. Nothing is kept between, unless a test says so."""

    def __init__(self, bygg: Bygge, **settings: Any) -> None:
        vaka = i_drift(bygg.vaka, **{"demo": True, "url": "http://vaka.example", "matvarden": SecretStr(TOKEN)} | settings)
        self.bygg = Bygge(vaka)
        self.dorr = Dorr(self.bygg)
        klocka.stall(NU)

    def __call__(self) -> Matt:
        return Matt(self.dorr("GET", "/matvarden", huvuden=VISAR))


@pytest.fixture
def bygg(delad_exempel: Vaka, monkeypatch: pytest.MonkeyPatch) -> Bygge:
    monkeypatch.setattr(databasen, "HALLER", -1.0)
    return bemannad(delad_exempel)


@pytest.fixture
def mat(bygg: Bygge) -> Matare:
    return Matare(bygg)


def _satt(bygg: Bygge, sats: Any) -> None:
    with bygg.oppen() as conn:
        conn.execute(sats)
        conn.commit()


# -- cases and limits --------------------------------------------------------------------------------------------------


def test_oppna_och_sena_foljer_arendena(mat: Matare) -> None:
    fore = mat()
    assert fore.om("vaka_arenden_oppna") == {f"vaka_arenden_oppna{{process={p}}}": 0 for p in ("synpunkt", "avvikelse", "beslut")}
    nummer = mat.bygg.ny("avvikelse", "mia")
    mat.bygg.ny("synpunkt")
    efter = mat()
    assert efter["vaka_arenden_oppna{process=avvikelse}"] == 1
    assert efter["vaka_arenden_oppna{process=synpunkt}"] == 1
    assert set(efter.om("vaka_arenden_sena").values()) == {0}
    klocka.stall(NU + timedelta(days=60))
    sent = mat()
    assert sent["vaka_arenden_sena{process=avvikelse}"] == 1
    assert sent["vaka_arenden_sena{process=beslut}"] == 0
    with mat.bygg.vaka.systemet() as conn:
        conn.execute(update(t.arende).where(t.arende.c.nummer == nummer).values(klardag=NU.date()))
    assert mat()["vaka_arenden_oppna{process=avvikelse}"] == 0


def test_frister_som_gar_ut_inom_dygnet(mat: Matare, bygg: Bygge) -> None:
    mat.bygg.ny("avvikelse", "mia")

    def frister(forfaller: Any, tid: Any = None) -> float:
        _satt(bygg, update(t.frist).values(forfaller=forfaller, forfaller_tid=tid))
        return mat()["vaka_frister_inom_dygnet"]

    alla = frister(NU.date())
    assert alla >= 1
    assert frister(NU.date() + timedelta(days=1)) == 0  # until the midnight after
    assert frister(NU.date() - timedelta(days=1)) == 0
    assert frister((NU + timedelta(hours=23)).date(), NU + timedelta(hours=23)) == alla
    assert frister((NU + timedelta(hours=25)).date(), NU + timedelta(hours=25)) == 0
    assert frister(NU.date(), NU - timedelta(minutes=1)) == 0


def test_arenden_i_en_sluten_krets_syns_inte_i_nagot_tal_om_arenden(mat: Matare) -> None:
    fore = mat()
    mat.bygg.ny("lex_sarah", "mia")
    mat.bygg.ny("olovlig_lasning", "kim")
    klocka.stall(NU + timedelta(days=200))
    efter = mat()
    for namn in ("vaka_arenden_oppna", "vaka_arenden_sena"):
        assert efter.om(namn) == fore.om(namn)
    assert "lex" not in efter.rakt
    assert "olovlig" not in efter.rakt


# -- letters, rungs, sweeps --------------------------------------------------------------------------------------------


def test_breven_och_det_aldsta(mat: Matare, bygg: Bygge) -> None:
    assert mat()["vaka_brev_aldst_sekunder"] == 0
    mat.bygg.ny("avvikelse", "mia")
    antal = mat()["vaka_brev{lage=vantar}"]
    assert antal >= 1
    _satt(bygg, update(t.notis).values(tidigast=NU - timedelta(hours=3)))
    assert mat()["vaka_brev_aldst_sekunder"] == pytest.approx(3 * 3600, abs=60)
    for varden, lage in (({"lantagare": 1}, "skickas"), ({"lantagare": None, "status": "samlas"}, "samlas"), ({"status": "misslyckad"}, "misslyckad")):
        _satt(bygg, update(t.notis).values(varden))
        matt = mat()
        assert matt[f"vaka_brev{{lage={lage}}}"] == antal
        assert sum(matt.om("vaka_brev").values()) == antal
    assert mat()["vaka_brev_aldst_sekunder"] == 0


def test_pa_en_ledig_dag_vantar_bara_det_som_bradskar(mat: Matare, bygg: Bygge) -> None:
    mat.bygg.ny("avvikelse", "mia")
    _satt(bygg, update(t.notis).values(tidigast=NU, bradskande=False))
    lordag = NU + timedelta(days=5)
    klocka.stall(lordag)
    assert mat()["vaka_brev_aldst_sekunder"] == 0
    _satt(bygg, update(t.notis).values(bradskande=True))
    assert mat()["vaka_brev_aldst_sekunder"] == pytest.approx(5 * 86400, abs=60)


def test_paminnelser_som_inte_nar_nagon(mat: Matare) -> None:
    mat.bygg.ny("avvikelse", "mia")
    assert mat()["vaka_paminnelser_utan_mottagare"] == 0
    klocka.stall(NU + timedelta(days=60))
    assert mat()["vaka_paminnelser_utan_mottagare"] >= 1


def test_svepen(mat: Matare, bygg: Bygge) -> None:
    aldrig = mat()
    assert "vaka_svep_tog_sekunder" not in aldrig
    assert aldrig.om("vaka_svep_dygnet") == {f"vaka_svep_dygnet{{utfall={u}}}": 0 for u in ("klara", "med_fel", "avbrutna")}
    svepa(mat.bygg.vaka, klocka.nu())
    efter = mat()
    assert efter["vaka_svep_dygnet{utfall=klara}"] == 1
    assert 0 <= efter["vaka_svep_sedan_sekunder"] < 60
    assert 0 < efter["vaka_svep_tog_sekunder"] < 60
    klocka.stall(NU + timedelta(hours=2))
    assert mat()["vaka_svep_sedan_sekunder"] == pytest.approx(7200, abs=60)
    nya = [
        {"start": NU, "slut": NU + timedelta(seconds=7), "nu": NU, "utfall": {"fel": ["AVV-2026-0001: gick inte"]}},
        {"start": NU, "slut": None, "nu": NU, "utfall": {}},
        {"start": NU + timedelta(minutes=100), "slut": None, "nu": NU, "utfall": {}},  # still under way
        {"start": NU - timedelta(days=2), "slut": None, "nu": NU, "utfall": {}},
    ]
    _satt(bygg, insert(t.svep).values(nya))
    assert mat().om("vaka_svep_dygnet") == {
        "vaka_svep_dygnet{utfall=klara}": 1, "vaka_svep_dygnet{utfall=med_fel}": 1, "vaka_svep_dygnet{utfall=avbrutna}": 1,
    }  # fmt: skip


def test_innan_nagot_svep_raknas_tiden_fran_de_forsta_reglerna(mat: Matare) -> None:
    fore = mat()["vaka_svep_sedan_sekunder"]
    klocka.stall(klocka.nu() + timedelta(days=400))
    assert mat()["vaka_svep_sedan_sekunder"] >= fore + 86400


# -- the log, versions, the node ---------------------------------------------------------------------------------------


def test_loggens_sigill_och_prov(mat: Matare) -> None:
    mat.bygg.ny("avvikelse", "mia")
    assert mat()["vaka_logg{prov=forseglad}"] == 1
    klocka.stall(NU + timedelta(minutes=20))
    assert mat()["vaka_logg{prov=forseglad}"] == 0
    vakta(mat.bygg.vaka, klocka.nu())
    assert mat()["vaka_logg{prov=forseglad}"] == 1
    klocka.stall(NU + timedelta(days=1))
    vakta(mat.bygg.vaka, klocka.nu())
    assert set(mat().om("vaka_logg").values()) == {1}
    klocka.stall(NU + timedelta(days=4))
    assert mat()["vaka_logg{prov=hel}"] == 0


def test_versioner_och_storlek(mat: Matare) -> None:
    matt = mat()
    assert matt["vaka_schemaversion"] == matt["vaka_programmets_schemaversion"] == int(migrera.nyaste())
    assert matt["vaka_regelversion"] == matt["vaka_nodens_regelversion"] == mat.bygg.vaka.sammanhang.regelversion
    assert matt["vaka_databas_byte"] > 1_000_000
    assert matt["vaka_databas_svarar"] == 1
    assert 0 < matt["vaka_databas_fraga_sekunder"] < 5
    assert len(matt.om("vaka_program_info")) == 1
    assert matt["process_resident_memory_bytes"] > 10_000_000
    assert matt["process_cpu_seconds_total"] > 0


def test_forbindelser_i_bruk(mat: Matare) -> None:
    fore = mat()
    with mat.bygg.vaka.motor.connect() as conn:
        conn.execute(text("SELECT 1"))
        under = mat()
    assert under["vaka_forbindelser{lage=i_bruk}"] == fore["vaka_forbindelser{lage=i_bruk}"] + 1
    assert sum(under.om("vaka_forbindelser").values()) == sum(fore.om("vaka_forbindelser").values()) == 10


# -- calls -------------------------------------------------------------------------------------------------------------


def test_anrop_raknas_per_mall_metod_och_klass(mat: Matare) -> None:
    nummer = mat.bygg.ny("avvikelse", "mia")
    for metod, vag, som in (
        ("GET", f"/arende/{nummer}", "elin"), ("GET", f"/arende/{nummer}", "elin"), ("GET", "/arende/AVV-2026-9999", "elin"),
        ("GET", f"/folj/{nummer}/xyz", None), ("GET", "/finns/inte", "elin"), ("HITTEPA", "/halsa", None), ("GET", "/static/vaka.css", None),
        ("GET", f"/api/v1/arenden/{nummer}", "elin"), ("GET", "/", None),
    ):  # fmt: skip
        mat.dorr(metod, vag, som)
    matt = mat()
    assert matt.om("vaka_anrop_total") == {
        f"vaka_anrop_total{{klass={klass},metod={metod},rutt={rutt}}}": antal
        for klass, metod, rutt, antal in (
            ("2xx", "GET", "/arende/{nummer}", 2), ("4xx", "GET", "/arende/{nummer}", 1), ("4xx", "GET", "/folj/{nummer}/{kod}", 1),
            ("4xx", "GET", "ingen", 1), ("4xx", "ANNAN", "/halsa", 1), ("2xx", "GET", "/static", 1),
            ("2xx", "GET", "/api/v1/arenden/{nummer}", 1), ("3xx", "GET", "/", 1),
        )
    }  # fmt: skip
    assert matt["vaka_anrop_sekunder_count{metod=GET,rutt=/arende/{nummer}}"] == 3
    assert matt["vaka_anrop_sekunder_bucket{le=10.0,metod=GET,rutt=/arende/{nummer}}"] == 3
    assert matt["vaka_anrop_sekunder_sum{metod=GET,rutt=/arende/{nummer}}"] > 0
    assert mat()["vaka_anrop_total{klass=2xx,metod=GET,rutt=/matvarden}"] == 1
    assert "_created" not in matt.rakt


def test_ovantade_fel_raknas_och_vantade_inte(mat: Matare) -> None:
    def fel(namn: str) -> None:
        raise ValueError(namn)

    def nej(namn: str) -> None:
        raise Nej(namn)

    for vag, gor in (("/trasig/{namn}", fel), ("/nekad/{namn}", nej)):
        mat.dorr.app.add_api_route(vag, gor)
        mat.dorr.app.router.routes.insert(0, mat.dorr.app.router.routes.pop())
    assert mat.dorr("GET", "/trasig/ragnhild", "elin").status_code == 500
    assert mat.dorr("GET", "/nekad/ragnhild", "elin").status_code < 500
    assert mat().om("vaka_ovantade_fel_total") == {"vaka_ovantade_fel_total{rutt=/trasig/{namn}}": 1}


# -- the guard ---------------------------------------------------------------------------------------------------------


def test_utan_installningen_finns_den_inte(bygg: Bygge) -> None:
    dorr = Dorr(bygg)
    for huvuden in ({}, VISAR):
        svar = dorr("GET", "/matvarden", huvuden=huvuden)
        assert svar.status_code == 404
        assert "vaka_" not in svar.text


@pytest.mark.parametrize(
    "huvud",
    [None, "", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN.upper()}", "Bearer åäö", f"Bearer x {TOKEN}"],
)
def test_fel_eller_ingen_token_far_en_mening(mat: Matare, huvud: str | None) -> None:
    svar = mat.dorr("GET", "/matvarden", huvuden={} if huvud is None else {"authorization": huvud})
    assert svar.status_code == 401
    assert svar.text == "Skicka huvudet Authorization: Bearer följt av det som står i VAKA_MATVARDEN.\n"
    assert svar.headers["www-authenticate"] == "Bearer"


def test_en_inloggad_slipper_inte_in_pa_sin_session(mat: Matare) -> None:
    assert mat.dorr("GET", "/matvarden", "adam").status_code == 401


def test_den_svarar_pa_nodens_egen_adress_i_drift(bygg: Bygge) -> None:
    mat = Matare(bygg, demo=False, url=I_DRIFT)
    assert mat.dorr("GET", "/", huvuden={"host": "10.0.0.7:8000"}).status_code == 421
    assert mat.dorr("GET", "/matvarden", huvuden=VISAR | {"host": "10.0.0.7:8000"}).status_code == 200


def test_den_som_gissar_bromsas_och_den_som_hamtar_inte(mat: Matare) -> None:
    mat.dorr.app.state.takt = Takt()
    ratta = [("GET", "/matvarden", None, VISAR, None, None, {})] * 70
    assert {s.status_code for s in mat.dorr.flera(ratta)} == {200}
    fel = [("GET", "/matvarden", None, {"authorization": f"Bearer {nr}"}, None, None, {}) for nr in range(61)]
    assert [s.status_code for s in mat.dorr.flera(fel)] == [401] * 60 + [429]
    assert mat.dorr("GET", "/matvarden", huvuden=VISAR, adress="192.0.2.8").status_code == 200
    assert mat.dorr("GET", "/logga-in").status_code == 200


def test_token_star_i_ingen_logg(mat: Matare, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    mat()
    mat.dorr("GET", "/matvarden", huvuden={"authorization": "Bearer fel-men-hemlig"})
    assert TOKEN not in caplog.text
    assert "hemlig" not in caplog.text


# -- the database in trouble -------------------------------------------------------------------------------------------


def test_utan_databas_svarar_den_anda(bygg: Bygge) -> None:
    borta = session.programmets("postgresql://vaka:hemligt77@127.0.0.1:1/vaka")
    mat = Matare(Bygge(Vaka(bygg.vaka.settings, borta, bygg.vaka.forsta)))
    matt = mat()
    assert matt["vaka_databas_svarar"] == 0
    assert not {k for k in matt if k.startswith(("vaka_arenden", "vaka_brev", "vaka_svep", "vaka_regelversion", "vaka_databas_byte"))}
    assert matt["process_resident_memory_bytes"] > 0
    assert matt["vaka_forbindelser{lage=i_bruk}"] == 0
    assert "hemligt77" not in matt.rakt
    borta.dispose()


def test_en_last_tabell_haller_ingen_vantande(mat: Matare, bygg: Bygge) -> None:
    with bygg.oppen() as conn:
        conn.execute(text("LOCK TABLE arende IN ACCESS EXCLUSIVE MODE"))
        assert mat()["vaka_databas_svarar"] == 0
        conn.rollback()
    assert mat()["vaka_databas_svarar"] == 1


def test_fragorna_ar_en_transaktion_som_inget_skriver(mat: Matare) -> None:
    satser: list[str] = []
    motor = mat.bygg.vaka.motor

    def hor(_c: Any, _cur: Any, sats: str, *_: Any) -> None:
        satser.append(sats)

    event.listen(motor, "before_cursor_execute", hor)
    lanade: list[int] = []
    event.listen(motor, "checkout", lanar := lambda *_: lanade.append(1))
    try:
        mat()
    finally:
        event.remove(motor, "before_cursor_execute", hor)
        event.remove(motor, "checkout", lanar)
    assert len(lanade) == 1
    assert "statement_timeout" in satser[0]
    assert "READ ONLY" in satser[0]
    assert not any(s.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) for s in satser)


def test_svaret_halls_en_stund(mat: Matare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databasen, "HALLER", 15.0)
    assert mat()["vaka_arenden_oppna{process=avvikelse}"] == 0
    mat.bygg.ny("avvikelse", "mia")
    assert mat()["vaka_arenden_oppna{process=avvikelse}"] == 0
    monkeypatch.setattr(databasen, "HALLER", 0.0)
    assert mat()["vaka_arenden_oppna{process=avvikelse}"] == 1


def test_den_som_kommer_medan_en_annan_fragar_vantar_inte_lange(mat: Matare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databasen, "VANTAR_HOGST", 0.05)
    samlare = databasen.Databasen(mat.bygg.vaka)
    fragar, svara = threading.Event(), threading.Event()

    def segt() -> list[Any]:
        fragar.set()
        assert svara.wait(20)
        return []

    monkeypatch.setattr(samlare, "_fraga", segt)
    trad = threading.Thread(target=lambda: list(samlare.collect()))
    trad.start()
    assert fragar.wait(20)
    (en,) = list(samlare.collect())
    assert (en.name, en.samples[0].value) == ("vaka_databas_svarar", 0)
    svara.set()
    trad.join()


# -- nobody is in it ---------------------------------------------------------------------------------------------------


@pytest.fixture
def fyllt(mat: Matare) -> Matare:
    """Cases, persons, searches and calls, full of words that stand nowhere else."""
    mat.bygg.ny("synpunkt", kontakt={"namn": "Gullbritt Unikhjelm", "epost": "gullbritt@unikhjelm.example"}, text="Vederstyggligt bemötande")
    mat.bygg.ny("avvikelse", "mia", beskrivning="Grodlår i matsalen")
    mat.bygg.ny("lex_sarah", "mia", beskrivning="Fjäderlätt missförhållande")
    mat.dorr("GET", "/sok?q=Gullbritt", "kim")
    mat.dorr("POST", "/sok", "kim", form={"q": "Unikhjelm"})
    mat.dorr("GET", "/gullbritt/unikhjelm", "kim")
    mat.dorr("GET", "/folj/SYN-2026-0001/gullbritt-kod")
    mat.dorr("GULLBRITT", "/halsa")
    mat.dorr("POST", "/logga-in", form={"anvandarnamn": "gullbritt", "losenord": "unikhjelm"})
    mat.dorr("POST", "/api/v1/inloggning", json={"anvandarnamn": "gullbritt", "losenord": "unikhjelm"})
    svepa(mat.bygg.vaka, NU)
    return mat


def test_ingen_och_inget_ur_nagot_arende_syns(fyllt: Matare) -> None:
    allt = fyllt().rakt.lower()
    personer = [ord_ for namn in ("mia", "elin", "kim", "rut") for ord_ in (f"{namn}@", f"{namn} p")]
    for ord_ in ("gullbritt", "unikhjelm", "vederstygg", "grodlår", "fjäderlätt", "syn-2026", "avv-2026", "familjehem", "påhittad", "192.0.2", *personer):
        assert ord_ not in allt

"""The program's own lines: each in its form, tied to its call, and without a word of what a case or a person holds."""

import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from fastapi import Request
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.bygg import NU, Bygge
from tests.sakerhet.dorr import Dorr
from tjanster import loggrader
from tjanster.scheduler.svep import svepa

HEMLIGT = "Ragnhild Påhittadsdotter 19121212-1212"
UUID = "0b0e8d5a-6c1f-4f7e-9d57-0a1b2c3d4e5f"


class Fangst(logging.Handler):
    """What would stand on standard error, in both forms."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.json: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(loggrader.Textrad().format(record))
        rad = loggrader.Jsonrad().format(record)
        assert "\n" not in rad
        self.json.append(json.loads(rad))

    def allt(self) -> str:
        return "\n".join([*self.text, *(json.dumps(rad, ensure_ascii=False) for rad in self.json)])

    def av(self, logger: str) -> list[dict[str, Any]]:
        return [rad for rad in self.json if rad["logger"] == logger]


@pytest.fixture
def fangst() -> Iterator[Fangst]:
    rot, vakas, f = logging.getLogger(), logging.getLogger("vaka"), Fangst()
    rot.addHandler(f)
    fore = vakas.level
    vakas.setLevel(logging.INFO)
    yield f
    vakas.setLevel(fore)
    rot.removeHandler(f)


def trasig(dorr: Dorr, fel: Callable[[], object], vag: str = "/trasig/{namn}") -> None:
    def svara(request: Request, namn: str) -> None:
        fel()

    dorr.app.add_api_route(vag, svara)
    # Before the pages that answer any address.
    dorr.app.router.routes.insert(0, dorr.app.router.routes.pop())


def test_ett_ovantat_fel_bar_inget_av_vad_nagon_skrev(bygg: Bygge, fangst: Fangst) -> None:
    dorr = Dorr(bygg)

    def fel() -> None:
        personen = HEMLIGT
        try:
            int(personen)
        except ValueError as orsak:
            raise RuntimeError(f"gick inte för {personen}") from orsak

    trasig(dorr, fel)
    svar = dorr("GET", "/trasig/Ragnhild?namn=Ragnhild", "elin")
    assert svar.status_code == 500
    nummer = re.search(r"Felets nummer: <code>([0-9a-f]{12})</code>", svar.text)
    assert nummer
    assert svar.headers["x-request-id"] == nummer[1]
    (rad,) = fangst.av("vaka.webb")
    assert (rad["anrop"], rad["rutt"], rad["handelse"], rad["niva"]) == (nummer[1], "/trasig/{namn}", "unexpected_error", "fel")
    assert rad["fel"] == "RuntimeError"
    assert rad["spar"][0] == "ValueError"
    assert rad["spar"][-1].startswith("  tests/sakerhet/test_loggrader.py:")
    (anropet,) = fangst.av("vaka.anrop")
    assert (anropet["meddelande"], anropet["status"], anropet["anrop"]) == ("GET /trasig/{namn} 500", 500, nummer[1])
    assert nummer[1] in fangst.text[0]
    for ord_ in HEMLIGT.split():
        assert ord_ not in fangst.allt()
        assert ord_ not in svar.text


def test_ett_ovantat_fel_i_apit_ocksa(bygg: Bygge, fangst: Fangst) -> None:
    dorr = Dorr(bygg)

    def fel() -> None:
        raise KeyError(HEMLIGT)

    trasig(dorr, fel, "/api/v1/trasig/{namn}")
    svar = dorr("GET", "/api/v1/trasig/Ragnhild", "elin")
    nummer = svar.headers["x-request-id"]
    assert svar.json()["skal"] == [f"Något gick fel hos Vaka. Inget har sparats. Felet har nummer {nummer} i loggen."]
    (rad,) = fangst.av("vaka.api")
    assert (rad["anrop"], rad["rutt"], rad["fel"]) == (nummer, "/api/v1/trasig/{namn}", "KeyError")
    assert "Ragnhild" not in fangst.allt()


def test_databasens_fel_sager_vilket_villkor_och_inget_varde(bygg: Bygge, fangst: Fangst) -> None:
    dorr = Dorr(bygg)

    def fel() -> None:
        with bygg.vaka.systemet() as conn:
            conn.execute(text("UPDATE anvandare SET anvandarnamn = 'elin', namn = :n WHERE anvandarnamn = 'mia'"), {"n": HEMLIGT})

    trasig(dorr, fel)
    assert dorr("GET", "/trasig/x", "elin").status_code == 500
    (rad,) = fangst.av("vaka.webb")
    assert rad["fel"].startswith("sqlalchemy.exc.IntegrityError 23505 ")
    assert "anvandarnamn" in rad["fel"]
    assert "Ragnhild" not in fangst.allt()

    def typfel() -> None:
        with bygg.vaka.systemet() as conn:
            conn.execute(text("SELECT CAST(:t AS date)"), {"t": HEMLIGT})

    trasig(dorr, typfel, "/trasig2/{namn}")
    dorr("GET", "/trasig2/x", "elin")
    assert fangst.av("vaka.webb")[1]["fel"] == "sqlalchemy.exc.DataError 22007"
    assert "Ragnhild" not in fangst.allt()


def test_ett_svar_som_bryts_mitt_i_skrivs_upp_en_gang(bygg: Bygge, fangst: Fangst) -> None:
    from fastapi.responses import StreamingResponse

    def bitar() -> Iterator[bytes]:
        yield b"x" * 10
        raise ValueError(HEMLIGT)

    dorr = Dorr(bygg)
    dorr.app.add_api_route("/bruten", lambda: StreamingResponse(bitar()))
    dorr.app.router.routes.insert(0, dorr.app.router.routes.pop())
    dorr("GET", "/bruten", "elin")
    (rad,) = fangst.av("vaka.webb")
    assert (rad["handelse"], rad["rutt"], rad["fel"]) == ("unexpected_error", "/bruten", "ValueError")
    assert fangst.av("vaka.anrop")[0]["meddelande"] == "GET /bruten 200"
    assert "Ragnhild" not in fangst.allt()


def test_varje_anrop_har_en_rad_utan_adress_nummer_och_kod(bygg: Bygge, fangst: Fangst) -> None:
    dorr = Dorr(bygg)
    nummer = bygg.ny("avvikelse", "mia")
    dorr("GET", f"/arende/{nummer}?vidare=Ragnhild", "elin")
    dorr("GET", f"/folj/{nummer}/hemlig-kod-Ragnhild")
    dorr("GET", "/sida-om-Ragnhild/19121212-1212", "elin")
    dorr("RAGNHILD", "/halsa")
    dorr("GET", "/static/vaka.css")
    dorr("GET", "/halsa")
    dorr("GET", "/static/ragnhild.css")
    rader = fangst.av("vaka.anrop")
    assert [rad["meddelande"] for rad in rader] == [
        "GET /arende/{nummer} 200", "GET /folj/{nummer}/{kod} 404", "GET ingen 404", "ANNAN /halsa 405", "GET /static 404",
    ]  # fmt: skip
    assert all(rad["ms"] >= 0 for rad in rader)
    assert len({rad["anrop"] for rad in rader}) == len(rader)
    text_ = "\n".join(json.dumps(rad) for rad in rader).lower()
    for ord_ in ("ragnhild", nummer.lower(), "hemlig", "19121212", "192.0.2.7"):
        assert ord_ not in text_
    assert "ragnhild" not in fangst.allt().lower()


@pytest.mark.parametrize("givet", ["0123456789abcdef0123456789abcdef", UUID, UUID.upper()])
def test_ett_valformat_nummer_framifran_behalls(bygg: Bygge, givet: str) -> None:
    assert Dorr(bygg)("GET", "/halsa", huvuden={"x-request-id": givet}).headers["x-request-id"] == givet.lower()


@pytest.mark.parametrize("givet", ["", "19121212-1212", "191212121212", "Ragnhild", "0123456789abcdef" * 3, f"{UUID}\r", "x" * 32, "../../x"])
def test_annat_byts_mot_ett_eget(bygg: Bygge, givet: str) -> None:
    svar = Dorr(bygg)("GET", "/halsa", huvuden={"x-request-id": givet})
    assert re.fullmatch("[0-9a-f]{12}", svar.headers["x-request-id"])


def test_avvisade_vid_dorren_har_ocksa_ett_nummer(bygg: Bygge, fangst: Fangst) -> None:
    svar = Dorr(bygg)("POST", "/regler/utkast", "elin", huvuden={"origin": "https://ragnhild.example"})
    assert svar.status_code == 403
    assert {rad["anrop"] for rad in fangst.json} == {svar.headers["x-request-id"]}
    assert fangst.av("vaka.anrop")[0]["meddelande"] == "POST ingen 403"


def test_vad_andras_program_lagger_i_en_mening_skrivs_inte(fangst: Fangst) -> None:
    andras = logging.getLogger("nagons.paket")
    andras.warning("Could not read %s", HEMLIGT)
    andras.error(ValueError(HEMLIGT))
    andras.error("Task exception was never retrieved\nfuture: <Task %s>", HEMLIGT, extra={"vem": "ragnhild"})
    assert [rad["meddelande"] for rad in fangst.json] == ["Could not read %s", "ValueError", "Task exception was never retrieved"]
    assert "agnhild" not in fangst.allt()


def test_egna_rader_far_bara_tal_och_kodord_vid_sidan(fangst: Fangst) -> None:
    logging.getLogger("vaka.prov").info("Prov\nmed rad", extra={"action": "test_line", "rows": 7, "namn": HEMLIGT, "lista": [HEMLIGT], "reason": "for_kort"})
    (rad,) = fangst.json
    assert rad.keys() == {"tid", "niva", "logger", "meddelande", "handelse", "rows", "reason"}
    assert (rad["meddelande"], rad["handelse"], rad["rows"], rad["niva"]) == ("Prov med rad", "test_line", 7, "info")
    tid = datetime.fromisoformat(rad["tid"])
    assert tid.utcoffset() == tid.astimezone(NU.tzinfo).utcoffset()


def test_svepet_skriver_en_rad_med_tal(bygg: Bygge, fangst: Fangst) -> None:
    svepa(bygg.vaka, NU)
    (rad,) = fangst.av("vaka.vakt")
    assert rad["meddelande"] == "Svep: inget att göra"
    assert rad["handelse"] == "sweep"
    assert (rad["brutna"], rad["trappsteg"], rad["antal_fel"]) == (0, 0, 0)
    assert rad["ms"] >= 0
    assert all(isinstance(v, int) for k, v in rad.items() if k not in ("tid", "niva", "logger", "meddelande", "handelse"))


def test_en_trad_som_stannar_sags_utan_vad_felet_sager(fangst: Fangst, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", loggrader._traden_stannade)

    def fel() -> None:
        raise RuntimeError(HEMLIGT)

    trad = threading.Thread(target=fel)
    trad.start()
    trad.join()
    (rad,) = fangst.json
    assert (rad["handelse"], rad["fel"]) == ("thread_stopped", "RuntimeError")
    assert "Ragnhild" not in fangst.allt()


def test_kommandon_skriver_varningar_utan_vad_felet_sager(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "lastResort", logging._StderrHandler(logging.WARNING))
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    loggrader.stall_in_for_kommandon()
    try:
        raise IntegrityError("SELECT", {}, ValueError(HEMLIGT))
    except IntegrityError:
        logging.getLogger("vaka.vakt").exception("Svepet kunde inte ta %s", "steget")
    fel = capsys.readouterr().err
    assert "ERROR vaka.vakt Svepet kunde inte ta steget" in fel
    assert "sqlalchemy.exc.IntegrityError" in fel
    assert "Ragnhild" not in fel

"""Legal hold on a person: whatever concerns them stays while it holds, and nothing says who it is."""

import logging
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.bygg import Bygge, lagg_in_personal
from tests.tjanster.conftest import Kor
from tests.tjanster.delad import bemannad, delad_vaka
from tests.tjanster.test_gallring import BESLUT, DA, DAGEN, godkand, person, urval
from tests.tjanster.test_personuppgifter import ny_ring
from tests.webbklient import Webbklient
from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.omkryptering import per_nyckel, rotera
from tjanster.arenden.varning import SPARAS
from tjanster.gallring import bevis, foresla, kor, valj
from tjanster.gallring.bevarande import BEVARAS, alla, bevara, hav, om
from tjanster.gallring.bevis import bevis_pdf

NUMMER, ANNAT = "19811228-9874", "19640823-3234"


@pytest.fixture(scope="module")
def delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("bevarande"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def bygg(delad: Vaka) -> Bygge:
    return bemannad(delad)


def avslutad(bygg: Bygge, personnummer: str | None = None, **data: Any) -> str:
    """A complaint withdrawn the same day, whose time is out two years later."""
    nummer = bygg.ny("synpunkt", kontakt={"personnummer": personnummer} if personnummer else None, bekraftat=True, **data)
    bygg.gor(nummer, "aterta", "hanna")
    return nummer


def lagg(bygg: Bygge, nummer: str = NUMMER, **mer: Any) -> int:
    return bevara(bygg.vaka, **({"personnummer": nummer, "skal": "Påhittat mål", "av": person(bygg, "rut"), "nu": bygg.nu} | mer)).id


def halls(bygg: Bygge, dag: date = DAGEN) -> dict[str, tuple[str, ...]]:
    return {h.nummer: h.skal for h in urval(bygg, dag).halls}


def test_allt_som_ror_personen_halls_kvar_sa_lange_det_galler(bygg: Bygge) -> None:
    """Tied in either part, named by number in any text, or linked to such a case; ten figures or twelve."""
    lamnade, fri = avslutad(bygg, NUMMER), avslutad(bygg, ANNAT)
    i_texten = avslutad(bygg, text="Påhittat: det gällde 8112289874")
    i_historiken = avslutad(bygg)
    kopplad = avslutad(bygg)
    bygg.gor(kopplad, "koppla", "hanna", arende=lamnade)
    with bygg.vaka.systemet() as conn:
        from tjanster.arenden.handelse import Begaran, utfor

        utfor(conn, bygg.vaka.sammanhang, Begaran(i_historiken, "anteckna", bygg.nu, bygg.aktor("hanna"), {"anteckning": f"Se {NUMMER}"}, bekraftat=True))
    assert {k.nummer for k in urval(bygg).gar} == {lamnade, fri, i_texten, i_historiken, kopplad}
    ett = lagg(bygg, till=DAGEN)
    assert halls(bygg) == dict.fromkeys((lamnade, i_texten, i_historiken, kopplad), (BEVARAS,))
    assert [k.nummer for k in urval(bygg).gar] == [fri]
    assert urval(bygg).som_dict()["bevarade"] == 4
    assert halls(bygg, DAGEN + timedelta(days=1)) == {}
    hav(bygg.vaka, ett, skal="Påhittat: målet är avgjort", av=person(bygg, "adam"), nu=DA)
    assert halls(bygg) == {}
    lagg(bygg, "811228-9874", fran=DAGEN + timedelta(days=1))
    assert halls(bygg) == {}
    assert len(halls(bygg, DAGEN + timedelta(days=1))) == 4


def test_forhandsgranskning_och_bevis_sager_hur_manga_men_inte_vilka(bygg: Bygge) -> None:
    """In the certificate and outside a case's circle the hold looks like any other."""
    vanlig, bevarad = avslutad(bygg, ANNAT), avslutad(bygg, NUMMER)
    sent = avslutad(bygg, "701063-2391")
    lagg(bygg)
    webb = Webbklient(bygg)
    webb.bygg.nu = DA
    from tjanster import klocka

    klocka.stall(DA)
    for som, sagt in (("kim", "Spärrat: ärendet rör en person vars ärenden bevaras"), ("adam", "Spärrat")):
        sida = webb.get("/gallring", som).text
        assert f"{bevarad}Synpunkt Familjehemsenheten {sagt} " in sida
        assert "1 ärende hålls kvar för att en persons ärenden bevaras." in sida.replace("\xa0", " ")
    korning = godkand(bygg, 2)
    lagg(bygg, "701063-2391", nu=DA)  # between approval and doing
    k = kor(bygg.vaka, korning, DA)
    assert (k.gallrade, k.bevarade, [x["nummer"] for x in k.kvar]) == (1, 2, [sent])
    with bygg.vaka.systemet() as conn:
        beviset = bevis(conn, korning)
        pdf = bevis_pdf(conn, bygg.vaka.sammanhang, korning, DA)
    assert (beviset["bevarade"], beviset["kvar"]) == (2, [{"nummer": sent, "skal": ["spärrat"]}])
    assert [b["nummer"] for b in beviset["bevis"]] == [vanlig]
    skrivet = " ".join(" ".join(sida.extract_text() for sida in PdfReader(BytesIO(pdf)).pages).split())
    assert "Kvar för att en persons ärenden bevaras 2" in skrivet
    assert "9874" not in skrivet + str(beviset)
    assert bevarad not in skrivet
    assert webb.get(f"/gallring/{korning}", "adam").text.count("Kvar för att en persons ärenden bevaras") == 1


def test_databasen_haller_aven_om_programmet_glommer(bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> None:
    nummer = avslutad(bygg, NUMMER)
    korning = godkand(bygg, 1)
    ett = lagg(bygg, nu=DA)
    monkeypatch.setattr("tjanster.gallring.urval.hallna", lambda *_: set())
    k = kor(bygg.vaka, korning, DA)
    assert (k.gallrade, k.kvar) == (0, ({"nummer": nummer, "skal": [BEVARAS]},))
    for sats in ("DELETE FROM bevarande", "TRUNCATE bevarande", "UPDATE bevarande SET till = '2020-01-01'", "UPDATE bevarande SET havd = now(), havd_skal = 'x', fran = '2031-01-01'"):
        with bygg.oppen() as conn, pytest.raises(DBAPIError, match="bara hävas"):
            conn.execute(text(sats))
    hav(bygg.vaka, ett, skal="Klart", av=person(bygg, "adam"), nu=DA)
    with bygg.oppen() as conn, pytest.raises(DBAPIError, match="bara hävas"):
        conn.execute(text("UPDATE bevarande SET havd_skal = 'annat'"))
    with bygg.vaka.som(bygg.aktor("rut")) as conn:
        assert conn.execute(text("SELECT count(*) FROM bevarande")).scalar() == 0


def test_bevarande_som_laggs_medan_gallringen_gar_vantar_in_arendet(bygg: Bygge) -> None:
    """What is being taken right now is taken; the hold then holds for the rest."""
    forsta, andra = avslutad(bygg, NUMMER), avslutad(bygg, NUMMER)
    korning, klar, lagt = godkand(bygg, 2), threading.Event(), threading.Event()

    def bevarar() -> None:
        lagg(bygg, nu=DA)
        lagt.set()

    trad = threading.Thread(target=bevarar)

    def mellan(klart: int, _alla: int) -> None:
        if klart == 1:
            trad.start()
            assert lagt.wait(10)
        klar.set()

    k = kor(bygg.vaka, korning, DA, mellan)
    trad.join(10)
    assert (k.gallrade, [x["nummer"] for x in k.kvar]) == (1, [andra])
    assert forsta not in halls(bygg)


def test_nyckeln_som_gjorde_bevarandet_behovs_och_saknas_den_gallras_inget(bygg: Bygge) -> None:
    avslutad(bygg, NUMMER)
    ett, gammal = lagg(bygg), bygg.vaka.nyckelring
    ring = ny_ring(gammal)
    list(rotera(bygg.vaka.motor, ring))
    try:
        bygg.vaka.motor.update_execution_options(nyckelring=ring)
        with bygg.vaka.systemet() as conn:
            assert per_nyckel(conn, ring)[gammal.aktuell] == 1
            assert [h.skal for h in valj(conn, bygg.vaka.sammanhang, DAGEN).halls] == [(BEVARAS,)]
            assert [x.id for x in om(conn, NUMMER)] == [ett]
        bara_ny = type(ring)(next(x for x in _rader(ring)))
        bygg.vaka.motor.update_execution_options(nyckelring=bara_ny)
        with bygg.vaka.systemet() as conn, pytest.raises(Nej, match=f"Inget kan gallras: ett bevarande är gjort med nyckeln {gammal.aktuell}"):
            valj(conn, bygg.vaka.sammanhang, DAGEN)
    finally:
        bygg.vaka.motor.update_execution_options(nyckelring=gammal)


def _rader(ring: Any) -> list[str]:
    import base64

    return [f"{n}:{base64.b64encode(k).decode()}" for n, k in ring.nycklar.items()]


@pytest.mark.parametrize(
    ("mer", "fel"),
    [
        ({"personnummer": "19811228-9875"}, {"personnummer": "Personnumret stämmer inte. Kontrollera dagen och den sista siffran."}),
        ({"personnummer": ""}, {"personnummer": "Skriv personnumret med tio eller tolv siffror, till exempel ÅÅÅÅMMDD-NNNN."}),
        ({"skal": " "}, {"skal": "Skriv varför, till exempel vilket mål eller vilken begäran det gäller. Inga namn."}),
        ({"skal": "x" * 2001}, {"skal": "Skriv kortare: 2001 tecken, högst 2000."}),
        ({"skal": f"Gäller {NUMMER}"}, {"skal": SPARAS}),
        ({"till": date(2026, 9, 6)}, {"till": "Sista dagen har redan varit, eller ligger före den första. Lämna tomt för tills vidare."}),
    ],
)  # fmt: skip
def test_varje_fel_sags_utan_att_upprepa_numret(bygg: Bygge, mer: dict[str, Any], fel: dict[str, str]) -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        lagg(bygg, **{"nummer": mer.pop("personnummer", NUMMER)} | mer)
    assert nej.value.falt == fel
    with pytest.raises(FinnsInte):
        hav(bygg.vaka, 999_999, skal="x", av=person(bygg, "adam"), nu=bygg.nu)
    with bygg.vaka.systemet() as conn:
        assert alla(conn) == []
    with pytest.raises(OgiltigaUppgifter, match="personnummer: texten sparas"):
        foresla(bygg.vaka, beslut=f"{BESLUT} om {NUMMER}", antal=0, av=person(bygg, "kim"), nu=DA)


def test_sidan_lagger_soker_och_haver_utan_att_visa_numret(bygg: Bygge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    webb = Webbklient(bygg)
    for som in ("kim", "elin", "hanna", "rolf"):
        assert webb.get("/bevarande", som).status == 403
        assert webb.post("/bevarande", som).status == 403
    assert "Inga bevaranden" in webb.get("/bevarande", "adam").text
    fel = webb.post("/bevarande", "rut", personnummer="", skal="", fran="igår")
    assert fel.fel == ["Skriv dagen som år-månad-dag, till exempel 2027-01-01."]
    lagt = webb.post("/bevarande", "rut", personnummer=NUMMER, skal="Påhittat mål i förvaltningsrätten", till="2030-01-01")
    assert (lagt.vag, "Bevarandet är lagt" in lagt.text) == ("/bevarande", True)
    with bygg.vaka.systemet() as conn:
        [ett] = alla(conn)
    assert webb.post("/bevarande/sok", "adam", sokt="x").fel == ["Skriv personnumret med tio eller tolv siffror, till exempel ÅÅÅÅMMDD-NNNN."]
    assert "Inget bevarande gäller personen" in webb.post("/bevarande/sok", "adam", sokt=ANNAT).text
    assert "Gäller personen du sökte" in webb.post("/bevarande/sok", "adam", sokt="8112289874").text
    assert webb.post(f"/bevarande/{ett.id}/hav", "adam", **{f"{ett.id}-skal": ""}).fel == ["Skriv varför, till exempel vilket mål eller vilken begäran det gäller. Inga namn."]
    havt = webb.post(f"/bevarande/{ett.id}/hav", "adam", **{f"{ett.id}-skal": "Målet är avgjort"})
    assert "Bevarandet är hävt." in havt.text
    assert "Hävt avAdam Påhittad" in havt.text
    assert webb.post(f"/bevarande/{ett.id}/hav", "adam", **{f"{ett.id}-skal": "Igen"}).fel == ["Bevarandet är redan hävt."]
    assert webb.post("/bevarande/999/hav", "adam").status == 404
    allt = havt.html + caplog.text
    assert "9874" not in allt
    assert [r.getMessage() for r in caplog.records if r.name == "vaka.gallring"] == [f"Bevarande {ett.id} lagt", f"Bevarande {ett.id} hävt"]


def test_kommandona(med_databas: Kor, monkeypatch: pytest.MonkeyPatch, vaka: Vaka) -> None:
    with vaka.systemet() as conn:
        lagg_in_personal(conn)

    def med(nummer: str, *ord_: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", StringIO(f"{nummer}\n"))
        return med_databas("bevarande", *ord_, "--nu", "2026-09-07")

    assert med("", "lista")[1] == "Det finns inga bevaranden.\n"
    assert med(NUMMER, "lagg", "--skal", "Påhittat", "--av", "kim")[2] == "Att en persons ärenden ska bevaras bestäms av administratör eller registrator.\n"
    assert "menade du 'rut'" in med(NUMMER, "lagg", "--skal", "Påhittat", "--av", "ru")[2]
    assert med(NUMMER, "lagg", "--skal", "Påhittat", "--av", "rut", "--till", "2030-01-01")[1] == "Bevarande 1 gäller från 2026-09-07 till och med 2030-01-01.\n"
    assert "Påhittat" in med(NUMMER, "lista", "--sok")[1]
    assert med(ANNAT, "lista", "--sok")[1] == "Inget bevarande gäller personen.\n"
    assert '"lage": "galler"' in med("", "lista", "--json")[1]
    assert med("", "hav", "1", "--skal", "Klart", "--av", "adam")[1] == "Bevarande 1 är hävt.\n"
    assert med("", "hav", "1", "--skal", "Klart", "--av", "adam")[2] == "Bevarandet är redan hävt.\n"

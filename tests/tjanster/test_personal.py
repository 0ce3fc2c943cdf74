"""The administrator looks after the people: one by one, and a whole list from a file."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select

from tests.bygg import NU, PERSONAL, Bygge
from tests.webbklient import Webbklient
from tjanster import personal as folk
from tjanster.arenden.fel import FinnsInte, OgiltigaUppgifter
from tjanster.db import t
from tjanster.web.personal import HOGST_FIL

RUBRIK = "anvandarnamn;namn;epost;roll;enhet;fran;till\n"
DAG = NU.date()


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


def konto(bygg: Bygge, namn: str) -> int:
    with bygg.vaka.systemet() as conn:
        return int(conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == namn)).scalar_one())


def uppdrag(conn: Connection, namn: str) -> list[tuple[str, str, date, date | None]]:
    u, a = t.uppdrag.c, t.anvandare.c
    sats = select(u.roll, u.enhet, u.fran, u.till).join(t.anvandare, a.id == u.anvandare_id).where(a.anvandarnamn == namn)
    return [tuple(r) for r in conn.execute(sats.order_by(u.id))]


# -- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vag", ["/personal", "/personal/ny", "/personal/1", "/personal/importera", "/personal/exempel.csv", "/organisation"])
def test_bara_administratoren(webb: Webbklient, vag: str) -> None:
    assert webb.get(vag, som="adam").status == 200
    for som in ("kim", "elin", "hanna", "mia", "rolf"):
        assert webb.get(vag, som=som).status == 403


def test_ingen_annan_andrar_nagot(webb: Webbklient) -> None:
    hanna = konto(webb.bygg, "hanna")
    for vag in ("ny", f"{hanna}/uppgifter", f"{hanna}/uppdrag", f"{hanna}/uppdrag/1", f"{hanna}/stang", f"{hanna}/oppna", "importera/genomfor"):
        assert webb.post(f"/personal/{vag}", som="kim", roll="administrator", enhet="familjehem", fran="2026-01-01").status == 403
    with webb.bygg.vaka.systemet() as conn:
        assert len(uppdrag(conn, "hanna")) == 1


# -- the list ---------------------------------------------------------------------------------------------------------


def test_listan_soks_och_filtreras(webb: Webbklient) -> None:
    sida = webb.get("/personal", som="adam")
    assert f"{len(PERSONAL)} personer" in sida.text
    assert "Handläggare, Familjehem" in sida.text
    traff = webb.post("/personal", som="adam", sok="hanna")
    assert "1 person" in traff.text
    assert traff.vag == "/personal", "namnet står aldrig i adressen"
    assert "Ingen hittades" in webb.post("/personal", som="adam", sok="100%").text
    chefer = webb.get("/personal?roll=enhetschef&enhet=ifo", som="adam")
    assert "Elin Påhittad" in chefer.text
    assert "Hanna Påhittad" not in chefer.text
    with webb.bygg.vaka.systemet() as conn:
        assert folk.personal(conn, DAG, utan_uppdrag=True) == ([], 0)
        conn.execute(t.uppdrag.update().values(till=DAG - timedelta(days=1)).where(t.uppdrag.c.anvandare_id == konto(webb.bygg, "hugo")))
        rader, antal = folk.personal(conn, DAG, utan_uppdrag=True)
        assert [r.anvandarnamn for r in rader] == ["hugo"]
        assert antal == 1


# -- one person -------------------------------------------------------------------------------------------------------


def test_en_ny_person_far_konto_och_uppdrag(webb: Webbklient) -> None:
    falt = {"anvandarnamn": "Åsa.Ö", "namn": "Åsa Önskedal", "epost": "asa@vaka.example", "roll": "handlaggare", "enhet": "familjehem"}
    sida = webb.post("/personal/ny", som="adam", **falt, fran="2026-10-01")
    assert sida.status == 200
    assert "Åsa Önskedal" in sida.text
    assert "börjar senare" in sida.text
    with webb.bygg.vaka.systemet() as conn:
        assert uppdrag(conn, "åsa.ö") == [("handlaggare", "familjehem", date(2026, 10, 1), None)]


def test_alla_fel_for_en_ny_person_pa_en_gang(webb: Webbklient) -> None:
    sida = webb.post("/personal/ny", som="adam", anvandarnamn="hanna", namn="", epost="x@", roll="kung", enhet="mars", fran="i går", till="2026")
    assert sida.status == 422
    for mening in (
        "Användarnamnet hanna finns redan", "Namnet ska ha 1–200 tecken", "går inte att skicka till", "Välj en roll", "Välj en enhet",
        "Välj en dag, till exempel 2026-12-24",
    ):  # fmt: skip
        assert mening in sida.text
    bakvant = webb.post("/personal/ny", som="adam", anvandarnamn="ny", namn="N", roll="handlaggare", enhet="familjehem", fran="2026-10-01", till="2026-09-01")
    assert "Sista dagen ligger före första dagen" in bakvant.text
    with webb.bygg.vaka.systemet() as conn:
        assert folk.personal(conn, DAG)[1] == len(PERSONAL)


def test_uppdrag_ges_och_avslutas(webb: Webbklient) -> None:
    hanna = konto(webb.bygg, "hanna")
    webb.post(f"/personal/{hanna}/uppdrag", som="adam", roll="registrator", enhet="ifo", fran="2026-09-07", till="2026-12-31")
    with webb.bygg.vaka.systemet() as conn:
        assert uppdrag(conn, "hanna")[1] == ("registrator", "ifo", date(2026, 9, 7), date(2026, 12, 31))
        ettan = conn.execute(select(t.uppdrag.c.id).where(t.uppdrag.c.anvandare_id == hanna).order_by(t.uppdrag.c.id)).scalars().first()
    sida = webb.post(f"/personal/{hanna}/uppdrag/{ettan}", som="adam", till="2026-09-30")
    assert "30 september 2026" in sida.text
    assert "tills vidare" in webb.post(f"/personal/{hanna}/uppdrag/{ettan}", som="adam", till="").text
    fore = webb.post(f"/personal/{hanna}/uppdrag/{ettan}", som="adam", till="2019-01-01")
    assert "ligger före uppdragets första dag" in fore.text
    assert "är ingen dag" in webb.post(f"/personal/{hanna}/uppdrag/{ettan}", som="adam", till="snart").text
    assert webb.post(f"/personal/{konto(webb.bygg, 'hugo')}/uppdrag/{ettan}", som="adam", till="2026-09-30").status == 404
    fel = webb.post(f"/personal/{hanna}/uppdrag", som="adam", roll="", enhet="", fran="")
    assert "Välj en roll." in fel.text
    assert "Välj en enhet." in fel.text


def test_konto_stangs_och_oppnas_utan_sitt_gamla_losen(webb: Webbklient) -> None:
    hanna = konto(webb.bygg, "hanna")
    assert webb.get("/", som="hanna").status == 200
    assert "Kontot är stängt" in webb.post(f"/personal/{hanna}/stang", som="adam").text
    assert webb.get("/", som="hanna").vag.startswith("/logga-in")
    with webb.bygg.vaka.systemet() as conn:
        conn.execute(t.anvandare.update().values(losen="x").where(t.anvandare.c.id == hanna))
    assert "Kontot är stängt" not in webb.post(f"/personal/{hanna}/oppna", som="adam").text
    with webb.bygg.vaka.systemet() as conn:
        assert conn.execute(select(t.anvandare.c.losen).where(t.anvandare.c.id == hanna)).scalar_one() is None
    assert "inte stänga ditt eget konto" in webb.post(f"/personal/{konto(webb.bygg, 'adam')}/stang", som="adam").text


def test_namn_och_adress_andras(webb: Webbklient) -> None:
    hanna = konto(webb.bygg, "hanna")
    assert "Hanna Nyström" in webb.post(f"/personal/{hanna}/uppgifter", som="adam", namn="Hanna  Nyström", epost="").text
    fel = webb.post(f"/personal/{hanna}/uppgifter", som="adam", namn="", epost="x")
    assert "Namnet ska ha 1–200 tecken" in fel.text
    assert "går inte att skicka till" in fel.text


@pytest.mark.parametrize("nummer", [0, 999_999, 2**70])
def test_konto_som_inte_finns(webb: Webbklient, nummer: int) -> None:
    assert webb.get(f"/personal/{nummer}", som="adam").status == 404
    with webb.bygg.vaka.systemet() as conn, pytest.raises(FinnsInte):
        folk.personen(conn, nummer, DAG)


# -- a list from a file -----------------------------------------------------------------------------------------------


def test_en_fil_visas_forst_och_gor_samma_sak_en_gang(webb: Webbklient) -> None:
    text = RUBRIK + "nils;Nils Påhitt;nils@vaka.example;Handläggare;Familjehem;2026-09-07;\nhanna;;;handlaggare;familjehem;2020-01-01;2026-12-31\n"
    sida = webb.ladda_upp("/personal/importera", {"fil": ("personal.csv", text.encode())}, som="adam")
    assert sida.status == 200
    assert "Spara 2 rader" in sida.text
    assert "Nytt konto, nytt uppdrag" in sida.text
    with webb.bygg.vaka.systemet() as conn:
        assert folk.personal(conn, DAG)[1] == len(PERSONAL), "inget sparas förrän någon säger till"
    data = sida.html.split('name="data" value="')[1].split('"')[0]
    webb.post("/personal/importera/genomfor", som="adam", data=data)
    with webb.bygg.vaka.systemet() as conn:
        assert uppdrag(conn, "nils") == [("handlaggare", "familjehem", DAG, None)]
        assert uppdrag(conn, "hanna") == [("handlaggare", "familjehem", date(2020, 1, 1), date(2026, 12, 31))]
        igen = folk.granska(conn, webb.bygg.vaka.sammanhang.kommun, text.encode())
        assert not igen.andrar
        assert folk.verkstall(conn, igen, NU) == 0
    assert "Allt i filen finns redan" in webb.ladda_upp("/personal/importera", {"fil": ("p.csv", text.encode())}, som="adam").text


@pytest.mark.parametrize(
    ("rad", "mening"),
    [
        (";N;;handlaggare;familjehem;2026-01-01;", "anvandarnamn ska fyllas i."),
        ("ny;;;handlaggare;familjehem;2026-01-01;", "namn ska fyllas i för ett nytt konto."),
        ("ny;N;x@;handlaggare;familjehem;2026-01-01;", "epost går inte att skicka till."),
        ("ny;N;;handlagare;familjehem;2026-01-01;", "rollen 'handlagare' finns inte – menade du 'handlaggare'"),
        ("ny;N;;systemet;familjehem;2026-01-01;", "rollen 'systemet' finns inte"),
        ("ny;N;;handlaggare;familjehemmet;2026-01-01;", "enheten 'familjehemmet' finns inte"),
        ("ny;N;;handlaggare;familjehem;1 jan;", "fran '1 jan' är ingen dag. Skriv till exempel 2026-12-24."),
        ("ny;N;;handlaggare;familjehem;2026-01-01;2025-01-01", "till 2025-01-01 ligger före fran 2026-01-01."),
        ("ny;N;;handlaggare;familjehem;2026-01-01", "raden har 6 celler, rubriken har 7"),
    ],
)  # fmt: skip
def test_en_felaktig_rad_stoppar_hela_filen_och_sager_var(webb: Webbklient, rad: str, mening: str) -> None:
    text = RUBRIK + "ratt;Rätt Rad;;handlaggare;familjehem;2026-01-01;\n" + rad + "\n"
    sida = webb.ladda_upp("/personal/importera", {"fil": ("p.csv", text.encode())}, som="adam")
    assert sida.status == 422
    assert "Rad 3" in sida.text
    assert mening in sida.text
    assert "Inget är sparat" in sida.text
    with webb.bygg.vaka.systemet() as conn:
        fil = folk.granska(conn, webb.bygg.vaka.sammanhang.kommun, text.encode())
        with pytest.raises(OgiltigaUppgifter):
            folk.verkstall(conn, fil, NU)


def test_stangt_konto_i_filen_nekas(webb: Webbklient) -> None:
    webb.post(f"/personal/{konto(webb.bygg, 'hugo')}/stang", som="adam")
    with webb.bygg.vaka.systemet() as conn:
        fil = folk.granska(conn, webb.bygg.vaka.sammanhang.kommun, (RUBRIK + "hugo;;;handlaggare;familjehem;2026-01-01;").encode())
    assert fil.fel == ((2, "kontot hugo är stängt. Öppna det först."),)


@pytest.mark.parametrize(
    ("data", "mening"),
    [
        (b"", "Välj en fil."), (b"x" * (HOGST_FIL + 1), "Filen är större än 500 kB"), (b"\xff\xfeh", "UTF-16"), (b"a;b\n1;2", "kolumnen 'roll' saknas"),
        (RUBRIK.encode(), "Filen har inga rader under rubriken."), (b"\0\0", "ingen textfil"),
        ((RUBRIK + "a;b;;c;d;;\n" * 5001).encode(), "Filen har 5001 rader, högst 5000. Dela den."),
    ],
)  # fmt: skip
def test_filer_som_inte_gar_att_lasa(webb: Webbklient, data: bytes, mening: str) -> None:
    sida = webb.ladda_upp("/personal/importera", {"fil": ("p.csv", data)}, som="adam")
    assert sida.status == 422
    assert mening in sida.text


@pytest.mark.parametrize("data", ["", "inte base64!", "x" * 8])
def test_genomfor_utan_fil(webb: Webbklient, data: str) -> None:
    assert webb.post("/personal/importera/genomfor", som="adam", data=data).status == 422


def test_exempelfilen_gar_att_lasa_in(webb: Webbklient) -> None:
    with webb.bygg.vaka.systemet() as conn:
        fil = folk.granska(conn, webb.bygg.vaka.sammanhang.kommun, webb.get("/personal/exempel.csv", som="adam").svar.content)
    assert not fil.fel
    assert [r.gor for r in fil.rader] == [("nytt konto", "nytt uppdrag")]


# -- the organisation -------------------------------------------------------------------------------------------------


def test_organisationen_sager_vem_som_svarar(webb: Webbklient) -> None:
    sida = webb.get("/organisation", som="adam")
    assert "Elin Påhittad" in sida.text
    assert "Frågor går till" in sida.text
    with webb.bygg.vaka.systemet() as conn:
        conn.execute(t.uppdrag.update().values(enhet="nedlagd").where(t.uppdrag.c.anvandare_id == konto(webb.bygg, "hugo")))
    assert "nedlagd" in webb.get("/organisation", som="adam").text

"""Many cases handed over at once: seen beforehand, done case by case, told how it went, and taken back."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from notiser import Falt, rendera
from tests.bygg import NU, Bygge, lagg_in_personal
from tests.tjanster.delad import delad_vaka
from tests.tjanster.invarianter import brustet
from tests.webbklient import Sida, Webbklient
from tjanster.db import t
from tjanster.konton import stang_konto
from tjanster.ledning import overlamning as lamna
from tjanster.ledning.overlamning import Plan
from tjanster.web import bakgrund, enhet

SKAL = "Påhittat skäl"


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


@pytest.fixture(scope="module")
def delat(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bygge]:
    """Three deviations for the tests that change nothing."""
    with delad_vaka(postgres, tmp_path_factory.mktemp("overlamning"), "exempelkommun") as vaka:
        with vaka.systemet() as conn:
            lagg_in_personal(conn)
        bygg = Bygge(vaka)
        avvikelser(bygg, 3)
        yield bygg


@pytest.fixture
def delad_webb(delat: Bygge) -> Webbklient:
    return Webbklient(delat)


def avvikelser(b: Bygge, antal: int, *, enhet: str = "familjehem") -> list[str]:
    return [b.ny("avvikelse", "mia", enhet=enhet) for _ in range(antal)]


def konto(b: Bygge, namn: str) -> int:
    aktor = b.aktor(namn)
    assert aktor is not None
    return aktor.id


def prova(webb: Webbklient, valda: list[str], som: str = "elin", **falt: object) -> Sida:
    return webb.post("/enhet/lamna-over", som, valda=valda, steg="prova", **({"skal": SKAL} | falt))


def lamna_over(webb: Webbklient, valda: list[str], som: str = "elin", **falt: object) -> Sida:
    """The whole way: the trial's own hidden fields are sent back."""
    provad = prova(webb, valda, som, **falt)
    dolda = dict(re.findall(r'name="(version-[^"]+|nyckel)" value="([^"]+)"', provad.html))
    return webb.post("/enhet/lamna-over", som, valda=valda, steg="lamna", **({"skal": SKAL} | falt | dolda))


def handlaggare(b: Bygge, nummer: list[str]) -> list[int | None]:
    return [b.rad(n)["handlaggare"] for n in nummer]


def hela(b: Bygge) -> list[str]:
    with b.vaka.systemet() as conn:
        return brustet(conn, b.vaka.sammanhang)


def test_till_en_kollega_med_forhandsvisning_ett_brev_och_tillbaka(webb: Webbklient, bygg: Bygge) -> None:
    valda = avvikelser(bygg, 3)
    bygg.gor(valda[0], "tilldela", handlaggare="hugo")
    hanna, hugo = konto(bygg, "hanna"), konto(bygg, "hugo")
    fore = [bygg.rad(n) for n in valda], len(bygg.notiser())

    provad = prova(webb, valda, handlaggare=str(hanna))
    assert provad.text.count("Hanna Påhittad blir handläggare.") == 3
    assert "Lämna över 3 ärenden" in provad.text.replace("\u00a0", " ")
    assert ([bygg.rad(n) for n in valda], len(bygg.notiser())) == fore

    klar = lamna_over(webb, valda, handlaggare=str(hanna))
    assert "Överlämnat till Hanna Påhittad" in klar.text
    assert "3 ärenden har lämnats över." in klar.text
    assert handlaggare(bygg, valda) == [hanna] * 3
    sist = bygg.handelser(valda[1])[-1]
    assert (sist["handelse"], sist["skal"], sist["av"]) == ("tilldela", SKAL, konto(bygg, "elin"))
    (brev,) = bygg.notiser("arenden_overlamnade")
    assert brev["adress"] == "hanna@vaka.example"
    assert [x["arendenummer"] for x in brev["falt"]["rader"]] == valda
    assert "Du har fått 3 ärenden att handlägga" in rendera("arenden_overlamnade", Falt.from_dict(brev["falt"]), bas_url="https://vaka.example").text
    assert len(bygg.notiser("arende_tilldelat")) == 1  # the one to Hugo, before

    # One of them has gone on to somebody else since.
    bygg.gor(valda[2], "tilldela", handlaggare="elin")
    ater = webb.post(f"{klar.vag}/tillbaka", "elin")
    assert "Lämnade tillbaka" in ater.text
    assert f"{valda[2]}Någon har lämnat ärendet vidare sedan dess." in ater.text
    assert handlaggare(bygg, valda) == [hugo, None, konto(bygg, "elin")]
    assert bygg.handelser(valda[1])[-1]["handelse"] == "lamna_tillbaka"
    assert webb.post(f"{klar.vag}/tillbaka", "elin").vag == ater.vag
    assert "går inte att ångra igen" in webb.post(f"{ater.vag}/tillbaka", "elin").text
    assert "Ärendena har lämnats tillbaka." in webb.get(klar.vag, "elin").text
    assert hela(bygg) == []


def test_till_en_annan_enhet_gar_det_som_processen_later_gora(webb: Webbklient, bygg: Bygge) -> None:
    ny, utredd = avvikelser(bygg, 2)
    bygg.gor(utredd, "ta_emot")
    bygg.gor(utredd, "utred", utredning="Påhittad", orsaker=["teknik"])
    beslut = bygg.ny("beslut")
    sida = prova(webb, [ny, utredd, beslut], ny_enhet="oppenvard")
    assert "Går till Öppenvården Bryggan." in sida.text
    assert "Beviljade beslut kan inte lämnas över till en annan enhet." in sida.text
    assert "2 ärenden går inte att lämna över" in sida.text.replace("\u00a0", " ")
    klar = lamna_over(webb, [ny, utredd, beslut], ny_enhet="oppenvard")
    assert [bygg.rad(n)["enhet"] for n in (ny, utredd, beslut)] == ["oppenvard", "familjehem", "familjehem"]
    # It is another unit's now: she knows that she handed it over, and sees it no more.
    assert "Syns inte för dig längre" in klar.text
    assert f"/arende/{ny}" not in klar.html
    assert [n["adress"] for n in bygg.notiser("avvikelse_rapporterad")][-1] == "eva@vaka.example"
    with bygg.vaka.som(bygg.aktor("elin")) as conn:
        assert len(conn.execute(select(t.overlamning)).all()) == 1
        assert conn.execute(select(t.overlamningsrad)).all() == []
    with bygg.vaka.som(bygg.aktor("eva")) as conn:
        assert conn.execute(select(t.overlamning)).all() == []
    ater = webb.post(f"{klar.vag}/tillbaka", "elin")
    assert "1 av 1 ärenden gick inte" in ater.text
    assert "finns inte, eller ligger utanför det du får se" in ater.text

    # One who leads both units can take it back, with the officer that it had.
    andra = avvikelser(bygg, 2)
    bygg.gor(andra[0], "tilldela", handlaggare="hanna")
    klar = lamna_over(webb, andra, "anders", ny_enhet="oppenvard")
    assert handlaggare(bygg, andra) == [None, None]
    (brev,) = bygg.notiser("arenden_overlamnade")
    assert (brev["adress"], {x["enhet"] for x in brev["falt"]["rader"]}) == ("eva@vaka.example", {"Öppenvården Bryggan"})
    webb.post(f"{klar.vag}/tillbaka", "anders")
    assert [bygg.rad(n)["enhet"] for n in andra] == ["familjehem"] * 2
    assert handlaggare(bygg, andra) == [konto(bygg, "hanna"), None]
    assert hela(bygg) == []


def test_det_som_inte_gar_sags_och_far_resten_att_ga(webb: Webbklient, bygg: Bygge) -> None:
    andrat, sluten, hos_hanna, skyddat = avvikelser(bygg, 4)
    bygg.gor(sluten, "avskriv", skal="Ingen avvikelse")
    bygg.gor(hos_hanna, "tilldela", handlaggare="hanna")
    hanna = str(konto(bygg, "hanna"))
    valda = [andrat, sluten, hos_hanna, skyddat]
    sida = prova(webb, valda, handlaggare=hanna)
    assert "Har redan den handläggaren." in sida.text
    assert "'Tilldela handläggare' kan inte göras när ärendet är i läget 'Avskriven'" in sida.text
    dolda = dict(re.findall(r'name="(version-[^"]+|nyckel)" value="([^"]+)"', sida.html))
    assert {k for k in dolda if k != "nyckel"} == {f"version-{andrat}", f"version-{skyddat}"}
    # Before she presses the button one of them moves on, and another is closed to her.
    bygg.gor(andrat, "ta_emot")
    bygg.gor(skyddat, "skydda", "kim", krets=["hugo"], skal="Påhittat skydd")
    falt = {"valda": valda, "steg": "lamna", "skal": SKAL, "handlaggare": hanna} | dolda
    klar = webb.post("/enhet/lamna-over", "elin", **falt)
    assert "Någon hann före" in klar.text
    assert "1 ärende som du hade valt syns inte för dig längre" in klar.text.replace("\u00a0", " ")
    assert skyddat not in klar.html
    # The same form once more is the same hand-over.
    assert webb.post("/enhet/lamna-over", "elin", **falt).vag == klar.vag


@pytest.mark.parametrize(
    ("falt", "fel"),
    [
        ({}, ["Välj en kollega eller en enhet."]),
        ({"handlaggare": "1", "ny_enhet": "oppenvard"}, ["Välj antingen en kollega eller en enhet, inte båda."]),
        ({"handlaggare": "999"}, ["Kollegan finns inte, eller har inget öppet konto. Välj en i listan."]),
        ({"handlaggare": "x"}, ["Kollegan finns inte, eller har inget öppet konto. Välj en i listan."]),
        ({"ny_enhet": "kvarnen"}, ["Enheten finns inte. Välj en i listan."]),
        ({"ny_enhet": "oppenvard", "skal": " "}, ["Skriv varför ärendena lämnas över."]),
        ({"ny_enhet": "oppenvard", "skal": "x" * 501}, ["Skriv kortare: 501 tecken, högst 500."]),
        ({"ny_enhet": "oppenvard", "valda": ""}, ["Kryssa för minst ett ärende i listan."]),
    ],
)
def test_det_som_saknas_sags(delad_webb: Webbklient, falt: dict[str, str], fel: list[str]) -> None:
    sida = delad_webb.post("/enhet/lamna-over", "elin", **({"valda": "AVV-2026-0001", "steg": "prova", "skal": SKAL} | falt))
    assert (sida.status, sida.fel) == (422, fel)


def test_personnummer_i_skalet_varnas_for(delad_webb: Webbklient) -> None:
    sida = delad_webb.post("/enhet/lamna-over", "elin", valda="AVV-2026-0001", steg="prova", ny_enhet="oppenvard", skal="Gäller 19811228-9874")
    assert sida.status == 422
    assert "personnummer" in sida.fel[0]


@pytest.mark.parametrize("som", ["hanna", "rut", "rolf", "mia"])
def test_bara_den_som_leder_lamnar_over_flera(delad_webb: Webbklient, som: str) -> None:
    assert delad_webb.post("/enhet/lamna-over", som, valda="AVV-2026-0001").status == 403
    assert 'name="valda"' not in delad_webb.get("/enhet", som).html


def test_alla_pa_sidan_och_alla_i_listan_utan_skript(delad_webb: Webbklient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enhet, "SIDA", 2)
    sida = delad_webb.get("/enhet?process=avvikelse&markera=alla", "elin")
    assert len(re.findall(r'name="valda"[^>]* checked', sida.html)) == sida.html.count('name="valda"')
    assert "Avmarkera alla" in sida.text
    assert "Lämna över alla 3 i listan" in sida.text
    alla = delad_webb.post("/enhet/lamna-over", "elin", alla="ja", lista="/enhet?process=avvikelse")
    assert "Lämna över 3 ärenden" in alla.text.replace("\u00a0", " ")
    monkeypatch.setattr(enhet, "HOGST", 2)
    assert "Lämna över de 2 äldsta i listan" in delad_webb.get("/enhet?process=avvikelse", "elin").text


def test_manga_visar_hur_langt_det_har_kommit_och_kan_fortsatta_dar_det_stannade(
    webb: Webbklient, bygg: Bygge, monkeypatch: pytest.MonkeyPatch
) -> None:
    valda = avvikelser(bygg, 4)
    elin, hanna = bygg.aktor("elin"), konto(bygg, "hanna")
    assert elin is not None
    ny = lamna.skapa(bygg.vaka, elin, Plan(SKAL, hanna), [(n, 1) for n in valda], "nyckel", NU)
    gjorda = 0

    def strom() -> None:
        nonlocal gjorda
        gjorda += 1
        if gjorda == 2:
            raise OSError("strömmen gick")

    with pytest.raises(OSError, match="strömmen gick"):
        lamna.kor(bygg.vaka, ny, NU, strom)
    sida = webb.get(f"/overlamning/{ny}", "elin")
    assert "2 av 4 ärenden är klara." in sida.text
    assert handlaggare(bygg, valda) == [hanna, hanna, None, None]
    assert bygg.notiser("arenden_overlamnade") == []
    monkeypatch.setattr(bakgrund, "SEKUNDER", 20)
    klar = webb.post(f"/overlamning/{ny}/fortsatt", "elin")
    assert "4 ärenden har lämnats över." in klar.text.replace("\u00a0", " ")
    assert handlaggare(bygg, valda) == [hanna] * 4
    assert [len(bygg.handelser(n)) for n in valda] == [2] * 4
    assert len(bygg.notiser("arenden_overlamnade")) == 1
    for som in ("anders", "kim", "hanna"):
        assert webb.get(f"/overlamning/{ny}", som).status == 404
        assert webb.post(f"/overlamning/{ny}/tillbaka", som).status == 404
    with bygg.vaka.systemet() as conn:
        stang_konto(conn, elin.id)
    with pytest.raises(Exception, match="Kontot som lämnade över är stängt"):
        lamna.kor(bygg.vaka, ny, NU)


def test_handlaggaren_lamnar_tillbaka_och_det_som_var_kvar_att_gora_foljer_med(bygg: Bygge) -> None:
    (nr,) = avvikelser(bygg, 1)
    bygg.gor(nr, "tilldela", handlaggare="hanna")
    bygg.gor(nr, "ta_emot")
    bygg.gor(nr, "utred", "hanna", utredning="Påhittad", orsaker=["teknik"])
    atgard = {"text": "Byt lås", "ansvarig": "Chef", "senast": "2026-10-01"}
    bygg.gor(nr, "besluta_atgarder", atgarder=[atgard])

    def agare() -> int | None:
        with bygg.vaka.systemet() as conn:
            return conn.execute(select(t.uppgift.c.agare).where(t.uppgift.c.klar.is_(None))).scalar_one()

    assert agare() == konto(bygg, "hanna")
    bygg.gor(nr, "lamna_tillbaka", "hanna", skal="Hinner inte")
    assert (bygg.rad(nr)["handlaggare"], agare()) == (None, None)
    assert [n["adress"] for n in bygg.notiser("arende_utan_handlaggare")] == ["elin@vaka.example"]
    with pytest.raises(Exception, match="Ärendet ska ha en handläggare"):
        bygg.gor(nr, "lamna_tillbaka", skal="Igen")
    bygg.gor(nr, "tilldela", handlaggare="hugo")
    bygg.gor(nr, "tilldela", handlaggare="hanna")
    assert hela(bygg) == []

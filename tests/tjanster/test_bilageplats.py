"""Attachments in a store: written before their row, read with a clear no, let go of after it, and never half."""

from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.bygg import KONTAKT, NU, Bygge
from tests.sakerhet.dorr import Dorr
from tests.tjanster.lagerhjalp import Provlager, i_mapp, ko, ligger, med, nummer_pa, objekten, platser, prov, radera
from tjanster import klocka
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.bilagekontroll import prova_lagren
from tjanster.arenden.bilagor import BilagelagretSvararInte, hitta_bilaga
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.filgranskning import NyBilaga
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.bilagelager import LagretSvararInte, nyckel_i
from tjanster.bilagelager.fil import Fillager
from tjanster.db import t
from tjanster.gallring import foresla, godkann, kor
from tjanster.halsa import prova_halsan
from tjanster.klocka import SVENSK_TID
from tjanster.krypto import Nyckelring, ny_nyckel
from tjanster.scheduler.svep import bevaka

Dorrar = Callable[[Bygge], Dorr]
FIL = ("underlag.txt", "Påhittat underlag".encode())


@pytest.fixture
def bygg(tomt_bygge: Bygge) -> Bygge:
    return tomt_bygge


@pytest.fixture(scope="module")
def dorrar() -> Dorrar:
    """The doors of a program. Building them takes longer than these tests, so they are built once and led to each."""
    forst: list[Dorr] = []

    def till(hus: Bygge) -> Dorr:
        if not forst:
            forst.append(Dorr(hus))
        dorr = copy(forst[0])
        dorr.bygg, dorr.sessioner, dorr.tokens, dorr.app.state.vaka = hus, {}, {}, hus.vaka
        klocka.stall(hus.nu)
        return dorr

    return till


@pytest.fixture
def hus(bygg: Bygge, lager: Provlager) -> Bygge:
    """The program with a store of each sort."""
    return med(bygg, lager)


@pytest.fixture
def mapp(tmp_path: Path) -> Provlager:
    return i_mapp(tmp_path / "lager")


@pytest.fixture
def i_mappen(bygg: Bygge, mapp: Provlager) -> Bygge:
    return med(bygg, mapp)


def synpunkt(hus: Bygge, *filer: str) -> str:
    nummer = hus.ny("synpunkt", kontakt=KONTAKT)
    hus.bifoga(nummer, *filer, som="hanna")
    return nummer


def innehallet(hus: Bygge, nummer: str) -> list[bytes]:
    """Each file of the case, as somebody who opens it gets it."""
    with hus.vaka.systemet() as conn:
        bild = visa_arende(conn, hus.vaka.sammanhang, nummer, hus.aktor("hanna"), NU)
        lagda = [hitta_bilaga(conn, bild.lage, b.id) for b in bild.bilagor]
    return [lagd.oppna().innehall for lagd in lagda]


def hamta(dorr: Dorr, nummer: str, nr: int = 0) -> tuple[Any, Any]:
    """One file, the first unless another is said, by the API and by the page."""
    bilaga = nummer_pa(dorr.bygg)[nr]
    return tuple(dorr("GET", vag, "hanna") for vag in (f"/api/v1/arenden/{nummer}/bilagor/{bilaga}", f"/arende/{nummer}/bilaga/{bilaga}"))  # type: ignore[return-value]


def skicka(dorr: Dorr, nummer: str, *filer: tuple[str, bytes]) -> Any:
    return dorr("POST", f"/api/v1/arenden/{nummer}/bilagor", "hanna", files=[("filer", f) for f in filer or (FIL,)])


def skicka_pa_sidan(dorr: Dorr, nummer: str, *filer: tuple[str, bytes]) -> Any:
    return dorr("POST", f"/arende/{nummer}/bifoga", "hanna", form={}, files=[("filer", f) for f in filer or (FIL,)])


def test_innehallet_ligger_krypterat_i_lagret_under_ett_namn_som_inget_sager(hus: Bygge, lager: Provlager, dorrar: Dorrar) -> None:
    nummer, dorr = hus.ny("synpunkt", kontakt=KONTAKT), dorrar(hus)
    assert skicka(dorr, nummer).status_code == 201
    [(i_databasen, var, objekt)] = platser(hus)
    assert (i_databasen, var, ligger(hus, lager)) == (False, lager.namn, [objekt])
    assert objekt is not None
    assert nyckel_i(objekt) == hus.vaka.nyckelring.aktuell
    blob = lager.innehall(objekt)
    assert blob is not None
    assert b"underlag" not in blob
    assert hus.vaka.nyckelring.oppna(blob, f"bilaga:{nummer_pa(hus)[0]}") == FIL[1]
    api, sida = hamta(dorr, nummer)
    assert api.content == sida.content == FIL[1]


def test_ett_lager_som_ar_borta_tar_inte_emot_och_inget_blir_halvt(hus: Bygge, lager: Provlager, dorrar: Dorrar) -> None:
    nummer = hus.ny("synpunkt", kontakt=KONTAKT)
    fore, borta = hus.handelser(nummer), lager.borta(hus)
    dorr = dorrar(borta)
    nej = skicka(dorr, nummer)
    assert (nej.status_code, nej.json()["fel"], nej.headers["retry-after"]) == (503, "bilagelagret_svarar_inte", "30")
    assert nej.json()["falt"]["filer"].startswith("Filerna kan inte tas emot just nu: lagret som de sparas i svarar inte.")
    sida = skicka_pa_sidan(dorr, nummer)
    assert (sida.status_code, "Ingen av dem är sparad. Försök igen om en stund." in sida.text) == (503, True)
    borta.gor(nummer, "anteckna", "hanna", anteckning="Resten av ärendet går bra")
    hus = lager.tillbaka(hus)
    assert (platser(hus), ligger(hus, lager)) == ([], [])
    assert hus.handelser(nummer)[:-1] == fore
    hus.bifoga(nummer, som="hanna")
    assert len(objekten(hus)) == 1


def test_tredje_filen_av_tre_far_inte_plats_och_ingen_av_dem_sparas(
    i_mappen: Bygge, mapp: Provlager, monkeypatch: pytest.MonkeyPatch
) -> None:
    nummer, riktig = i_mappen.ny("synpunkt", kontakt=KONTAKT), Fillager.skriv

    def skriv(sjalv: Fillager, objekt: str, data: bytes) -> None:
        if len(ligger(i_mappen, mapp)) == 2:
            raise LagretSvararInte(sjalv.namn, "är fullt")
        riktig(sjalv, objekt, data)

    with monkeypatch.context() as m:
        m.setattr(Fillager, "skriv", skriv)
        with pytest.raises(BilagelagretSvararInte):
            i_mappen.bifoga(nummer, "a.txt", "b.txt", "c.txt", som="hanna")
    assert platser(i_mappen) == []
    assert len(i_mappen.handelser(nummer)) == 2
    assert len(ligger(i_mappen, mapp)) == 2


def test_ett_lager_som_ar_borta_stoppar_bara_filen(hus: Bygge, lager: Provlager, caplog: pytest.LogCaptureFixture, dorrar: Dorrar) -> None:
    nummer = synpunkt(hus)
    borta = lager.borta(hus)
    dorr = dorrar(borta)
    api, sida = hamta(dorr, nummer)
    assert (api.status_code, api.json()["fel"]) == (503, "bilagelagret_svarar_inte")
    assert sida.status_code == 503
    assert "Filen går inte att hämta just nu" in sida.text
    assert "lagret där den ligger svarar inte. Resten av ärendet går att läsa." in sida.text
    assert f'href="/arende/{nummer}"' in sida.text
    assert "når inte sin databas" not in sida.text
    assert "underlag.txt" in dorr("GET", f"/arende/{nummer}", "hanna").text
    assert len(dorr("GET", f"/api/v1/arenden/{nummer}/bilagor", "hanna").json()["bilagor"]) == 1
    borta.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(nummer_pa(borta)[0]), skal="Fel fil")
    assert lager.namn in caplog.text
    assert "underlag.txt" not in caplog.text
    assert nummer not in caplog.text


def test_det_som_ar_andrat_borta_eller_forvaxlat_sags_och_visas_aldrig(hus: Bygge, lager: Provlager, dorrar: Dorrar) -> None:
    nummer = synpunkt(hus, "a.txt", "b.txt", "c.txt", "d.txt")
    a, b, c, d = objekten(hus)
    inne = {o: lager.innehall(o) or b"" for o in (a, b, c, d)}
    lager.skriv(a, inne[a][:-1] + bytes([inne[a][-1] ^ 1]))
    lager.skriv(b, inne[c])
    lager.skriv(c, None)
    lager.skriv(d, b"")
    idn, dorr = nummer_pa(hus), dorrar(hus)
    for nr, mening in enumerate(("ändrat eller skadat", "ändrat eller skadat", "finns inte i lagret", "ändrat eller skadat")):
        api, sida = hamta(dorr, nummer, nr)
        assert (api.status_code, api.json()["fel"], sida.status_code) == (502, "bilagan_gar_inte_att_lasa", 502)
        assert api.json()["skal"][0].startswith("Filen går inte att läsa: innehållet ")
        assert mening in api.json()["skal"][0]
        assert api.json()["skal"][0].endswith(f"Säg till administratören att det gäller bilaga {idn[nr]}.")
        assert "Resten av ärendet går att läsa." in sida.text
    (ett,) = (p for p in prov(hus).values() if p.lager == lager.namn)
    assert [(x.nummer, x.bilaga, x.vad) for x in ett.brister] == [
        (nummer, i, vad) for i, vad in zip(idn, ("andrad", "andrad", "saknas", "andrad"), strict=True)
    ]
    assert not ett.bra


def test_utan_nyckeln_sags_att_det_ar_den_som_fattas_aven_i_databasen(bygg: Bygge, dorrar: Dorrar) -> None:
    nummer, annan = synpunkt(bygg), med(bygg)
    annan.vaka.motor.update_execution_options(nyckelring=Nyckelring(ny_nyckel()))
    with bygg.vaka.systemet() as conn:
        conn.execute(text("DELETE FROM kontakt"))
    api, sida = hamta(dorrar(annan), nummer)
    assert (api.status_code, sida.status_code) == (502, 502)
    assert "nyckeln som innehållet är krypterat med finns inte i Vaka" in sida.text
    assert innehallet(bygg, nummer) == ["Påhittad underlag.txt".encode()]


def senast(hus: Bygge, lager: Provlager) -> datetime:
    """When something was last put in the store, by its own clock."""
    return max(o.tid for o in hus.vaka.bilagelager.lager(lager.namn).lista())


def test_ett_steg_som_inte_blir_av_lamnar_bara_ett_foraldralost_objekt(i_mappen: Bygge, mapp: Provlager) -> None:
    nummer = synpunkt(i_mappen)
    with pytest.raises(ZeroDivisionError), i_mappen.vaka.systemet() as conn:
        begaran = Begaran(nummer, "bifoga", NU, i_mappen.aktor("hanna"), bilagor=(NyBilaga("b.txt", "text/plain", b"b"),))
        utfor(conn, i_mappen.vaka.sammanhang, begaran)
        raise ZeroDivisionError
    [kvar] = objekten(i_mappen)
    [foraldralost] = set(ligger(i_mappen, mapp)) - {kvar}
    (mapp.mapp / "lasmig.txt").write_text("Någon annans")
    halv = mapp.mapp / f"{foraldralost}.halv"
    halv.write_bytes(b"avbruten")
    nyss = senast(i_mappen, mapp)
    assert prov(i_mappen, nyss + timedelta(hours=23))[mapp.namn].foraldralosa == []  # it may still be on its way
    i_morgon = nyss + timedelta(hours=25)
    ett = prov(i_mappen, i_morgon)[mapp.namn]
    assert (sorted(ett.foraldralosa), ett.okanda, ett.hela, ett.bra) == ([foraldralost, f"{foraldralost}.halv"], 1, 1, True)
    assert prov(i_mappen, i_morgon, stada=True)[mapp.namn].stadade == 2
    assert ligger(i_mappen, mapp) == sorted([kvar, "lasmig.txt"])
    assert innehallet(i_mappen, nummer) == ["Påhittad underlag.txt".encode()]


def test_ett_lager_som_saknar_det_mesta_stadas_inte(i_mappen: Bygge, mapp: Provlager) -> None:
    synpunkt(i_mappen, "a.txt", "b.txt", "c.txt")
    alla = objekten(i_mappen)
    for objekt in alla[:2]:
        (mapp.mapp / objekt).rename(mapp.mapp / f"{objekt}.halv")
    i_morgon = senast(i_mappen, mapp) + timedelta(hours=25)
    ett = prov(i_mappen, i_morgon, stada=True)[mapp.namn]
    assert (ett.mest_borta, ett.stadade, len(ett.foraldralosa)) == (True, 0, 2)
    (mapp.mapp / f"{alla[0]}.halv").rename(mapp.mapp / alla[0])
    ett = prov(i_mappen, i_morgon, stada=True)[mapp.namn]
    assert (ett.mest_borta, ett.stadade) == (False, 1)


def test_det_borttagna_raderas_efter_att_steget_ar_sparat_och_hur_manga_ganger_som_helst(hus: Bygge, lager: Provlager) -> None:
    nummer = synpunkt(hus, "a.txt", "b.txt")
    a, b = objekten(hus)
    with pytest.raises(OgiltigaUppgifter):
        hus.gor(nummer, "ta_bort_bilaga", "hanna", bilaga="999999", skal="Fel")
    with pytest.raises(ZeroDivisionError), hus.vaka.systemet() as conn:
        conn.execute(t.bilaga.delete())
        raise ZeroDivisionError
    assert (ko(hus), radera(hus).borta, ligger(hus, lager)) == ([], 0, sorted((a, b)))
    hus.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(nummer_pa(hus)[0]), skal="Fel fil")
    assert (ko(hus), ligger(hus, lager)) == ([a], sorted((a, b)))
    borta = lager.borta(hus)
    ut = radera(borta)
    assert (ut.borta, ko(borta)) == (0, [a])
    assert ut.fel[0].endswith("Borttagna filer ligger kvar där tills det svarar.")
    assert bevaka(borta.vaka, NU)[0].fel == ut.fel
    hus = lager.tillbaka(hus)
    lager.skriv(a, None)  # a stop between the deletion and its record
    assert (radera(hus).borta, ko(hus), ligger(hus, lager)) == (1, [], [b])
    assert radera(hus).borta == 0
    assert innehallet(hus, nummer) == ["Påhittad b.txt".encode()]


def test_gallring_tar_innehallet_ur_lagret_och_forst_efterat(i_mappen: Bygge, mapp: Provlager) -> None:
    """A whole case, and the files alone."""
    avvikelse = i_mappen.ny("avvikelse", "mia")
    i_mappen.bifoga(avvikelse, "bild.txt", som="mia")
    i_mappen.gor(avvikelse, "avskriv", "elin", skal="Påhittat skäl")
    nummer = synpunkt(i_mappen, "brev.txt", "mer.txt")
    i_mappen.gor(nummer, "aterta", "hanna")
    for da, antal, kvar in ((datetime(2027, 9, 8, 9, tzinfo=SVENSK_TID), 1, 2), (datetime(2029, 1, 15, 9, tzinfo=SVENSK_TID), 1, 0)):
        vem = {som: i_mappen.aktor(som).id for som in ("kim", "adam")}  # type: ignore[union-attr]
        k = foresla(i_mappen.vaka, beslut="Påhittat beslut", antal=antal, av=vem["kim"], nu=da)
        godkann(i_mappen.vaka, k.id, antal=antal, av=vem["adam"], nu=da)
        fore = len(ligger(i_mappen, mapp))
        assert kor(i_mappen.vaka, k.id, da).gallrade == antal
        assert len(ligger(i_mappen, mapp)) == fore
        assert radera(i_mappen).borta == fore - kvar
        assert len(ligger(i_mappen, mapp)) == kvar
    assert platser(i_mappen) == []


@pytest.mark.parametrize(
    "sats",
    [
        "UPDATE bilaga SET innehall = 'x'",
        "UPDATE bilaga SET objekt = NULL, lager = NULL",
        "UPDATE bilaga SET lager = NULL",
        "UPDATE bilaga SET objekt = NULL, innehall = 'x'",
        "UPDATE bilaga SET objekt = (SELECT min(objekt) FROM bilaga)",
    ],
)
def test_databasen_haller_innehallet_pa_just_ett_stalle(i_mappen: Bygge, sats: str) -> None:
    synpunkt(i_mappen, "a.txt", "b.txt")
    with pytest.raises(IntegrityError, match="bilaga_pa_ett_stalle|bilaga_objekt"), i_mappen.vaka.systemet() as conn:
        conn.execute(text(sats))


def test_kon_skrivs_bara_av_databasen_och_syns_bara_for_systemet(i_mappen: Bygge) -> None:
    nummer = synpunkt(i_mappen)
    i_mappen.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(nummer_pa(i_mappen)[0]), skal="Fel fil")
    with i_mappen.vaka.som(i_mappen.aktor("kim")) as conn:
        assert conn.scalar(text("SELECT count(*) FROM bilageradering")) == 0
    with pytest.raises(DBAPIError, match="permission denied"), i_mappen.vaka.systemet() as conn:
        conn.execute(text("INSERT INTO bilageradering (lager, objekt) VALUES ('x', 'y')"))


# -- how much a case may hold --------------------------------------------------------------------------------------------


def text_pa(namn: str, kb: int) -> tuple[str, bytes]:
    return f"{namn}.txt", namn.encode() * kb * 1024


def test_ett_arende_rymmer_sa_mycket_som_kommunen_bestamt(i_mappen: Bygge, mapp: Provlager, dorrar: Dorrar) -> None:
    hus = med(i_mappen, mapp, bilagor_mb=1)
    (nummer, annat), dorr, mb = (hus.ny("synpunkt", kontakt=KONTAKT) for _ in range(2)), dorrar(hus), "\N{NO-BREAK SPACE}MB"
    assert skicka(dorr, nummer, text_pa("a", 600)).status_code == 201
    nej = skicka(dorr, nummer, text_pa("b", 500))
    assert (nej.status_code, nej.json()["fel"]) == (422, "arendet_ar_fullt")
    assert nej.json()["falt"]["filer"] == (
        f"Ärendet har filer på 600\N{NO-BREAK SPACE}kB. ”b.txt” är på 500\N{NO-BREAK SPACE}kB, och högst 1{mb} får plats i ett ärende. "
        "Ta bort filer som inte behövs, eller gör de nya mindre. Behövs alla: be administratören höja gränsen."
    )
    assert len(ligger(hus, mapp)) == 1
    sida = skicka_pa_sidan(dorr, nummer, text_pa("b", 500))
    assert (sida.status_code, "”b.txt” är på 500" in sida.text) == (422, True)
    flera = skicka(dorr, annat, text_pa("c", 1024), text_pa("d", 1024)).json()["falt"]["filer"]
    assert flera.startswith(f"Ärendet har inga filer. De 2 nya är på 2{mb}, och högst 1{mb} får plats")
    assert skicka(dorr, annat, text_pa("c", 600)).status_code == 201
    hus.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(nummer_pa(hus)[0]), skal="Behövs inte")
    for fil, status in ((text_pa("e", 600), 201), (text_pa("f", 425), 422), (text_pa("f", 424), 201)):
        assert skicka(dorr, nummer, fil).status_code == status


# -- is it well ----------------------------------------------------------------------------------------------------------


def halsan(hus: Bygge) -> tuple[bool, str]:
    return prova_lagren(hus.vaka.motor, hus.vaka.nyckelring, hus.vaka.bilagelager)


def test_halsan_sager_om_lagret_inte_gar_att_skriva_och_lasa(hus: Bygge, lager: Provlager) -> None:
    assert halsan(med(hus)) == (True, "databas")
    assert halsan(hus) == (True, lager.namn)
    assert ligger(hus, lager) == []
    nummer = synpunkt(hus)
    assert halsan(med(hus, None, **{k: v for k, v in lager.settings.items() if k != "bilagelager"})) == (
        True, f"databas, äldre filer i {lager.namn}"
    )  # fmt: skip
    borta = lager.borta(hus)
    [(bra, mening)] = [(p.bra, p.text) for p in prova_halsan(borta.vaka, NU).punkter if p.namn == "Bilagelager"]
    assert (bra, mening.endswith("Filer kan inte bifogas: starta det, eller rätta VAKA_BILAGELAGER.")) == (False, True)
    hus = lager.tillbaka(hus)
    hus.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(nummer_pa(hus)[0]), skal="Fel fil")
    assert halsan(hus)[0]
    with hus.vaka.systemet() as conn:
        conn.execute(text("UPDATE bilageradering SET tid = tid - interval '25 hours'"))
    assert halsan(hus) == (
        False, "1 borttagna filer ligger kvar i ett lager sedan mer än ett dygn: starta 'vaka start --roll vakt'."
    )  # fmt: skip


def test_halsan_sager_om_det_som_skrivs_inte_blir_kvar(i_mappen: Bygge, mapp: Provlager, monkeypatch: pytest.MonkeyPatch) -> None:
    synpunkt(i_mappen)
    for skriv, mening in ((lambda *_: None, "har inte kvar det som skrevs där nyss"), (_skriv_annat, "ger inte tillbaka det som skrevs")):
        with monkeypatch.context() as m:
            m.setattr(Fillager, "skriv", skriv)
            bra, sagt = halsan(i_mappen)
        assert (bra, mening in sagt) == (False, True)
    (mapp.mapp / objekten(i_mappen)[0]).unlink()
    i_databasen = med(i_mappen)
    assert halsan(i_databasen) == (False, f"Lagret {mapp.namn} saknar en fil: kör 'vaka bilagor kontrollera'.")
    mapp.mapp.rename(mapp.mapp.with_name("undan"))
    assert "Äldre filer där kan inte hämtas" in halsan(i_databasen)[1]


def _skriv_annat(sjalv: Fillager, objekt: str, _: bytes) -> None:
    (sjalv.mapp / objekt).parent.mkdir(parents=True, exist_ok=True)
    (sjalv.mapp / objekt).write_bytes(b"annat")


def test_en_lasning_star_i_loggen_innan_innehallet_hamtas(i_mappen: Bygge, mapp: Provlager, dorrar: Dorrar) -> None:
    """Written before the store is asked, so that nobody gets a file unseen; the database waits for no store."""
    nummer = synpunkt(i_mappen)
    mapp.borta(i_mappen)
    hamta(dorrar(i_mappen), nummer)
    with i_mappen.vaka.systemet() as conn:
        assert conn.scalars(select(t.lasning.c.detalj).where(t.lasning.c.vad == "bilaga")).all() == [str(nummer_pa(i_mappen)[0])] * 2

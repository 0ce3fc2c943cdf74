"""Contents moved between stores and encrypted anew: nothing is lost whenever it is stopped, and the same again goes on."""

import base64
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.bygg import KONTAKT, NU, Bygge
from tests.tjanster.conftest import Kor
from tests.tjanster.lagerhjalp import (
    HEMLIGHET,
    Provlager,
    i_hink,
    i_mapp,
    ko,
    ligger,
    med,
    nummer_pa,
    objekten,
    platser,
    prov,
    radera,
)
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.bilageflytt import Flytt, flytta
from tjanster.arenden.bilagor import hitta_bilaga
from tjanster.arenden.omkryptering import per_nyckel, rotera
from tjanster.bilagelager import LagretSvararInte
from tjanster.db import t
from tjanster.krypto import Nyckelring, ny_nyckel
from tjanster.settings import ROT

FILER = tuple(f"{namn}.txt" for namn in "abcde")
LANGST = 60.0


@pytest.fixture
def bygg(tomt_bygge: Bygge) -> Bygge:
    return tomt_bygge


@pytest.fixture
def mapp(tmp_path: Path) -> Provlager:
    return i_mapp(tmp_path / "lager")


@pytest.fixture
def annan(tmp_path: Path) -> Provlager:
    return i_mapp(tmp_path / "annan")


def med_filer(hus: Bygge) -> str:
    nummer = hus.ny("synpunkt", kontakt=KONTAKT)
    hus.bifoga(nummer, *FILER, som="hanna")
    return nummer


def allt_gar_att_lasa(hus: Bygge, nummer: str) -> None:
    with hus.vaka.systemet() as conn:
        bild = visa_arende(conn, hus.vaka.sammanhang, nummer, hus.aktor("hanna"), NU)
        lagda = [hitta_bilaga(conn, bild.lage, b.id) for b in bild.bilagor]
    assert [lagd.oppna().innehall.decode() for lagd in lagda] == [f"Påhittad {namn}" for namn in FILER]


def flytta_alla(hus: Bygge, till: Provlager | None) -> Flytt:
    v = hus.vaka
    return list(flytta(v.motor, v.nyckelring, v.bilagelager, till.namn if till else "databas"))[-1]


def test_ur_databasen_till_mapp_till_hink_och_tillbaka(bygg: Bygge, mapp: Provlager, s3: str) -> None:
    hink = i_hink(s3)
    hus = med(bygg, None, **{k: v for k, v in hink.settings.items() if k != "bilagelager"})
    nummer = med_filer(hus)
    forut: list[str] = []
    for fran, till in ((None, mapp), (mapp, hink), (hink, None)):
        ut = flytta_alla(hus, till)
        assert (ut.alla, ut.flyttade, ut.kvar, ut.skadade) == (5, 5, 0, [])
        assert {(inne, var) for inne, var, _ in platser(hus)} == {(till is None, till.namn if till else None)}
        allt_gar_att_lasa(hus, nummer)
        if fran is not None:
            assert (ligger(hus, fran), sorted(ko(hus))) == (sorted(forut), sorted(forut))
            assert (radera(hus).borta, ligger(hus, fran)) == (5, [])
        forut = objekten(hus)
        assert flytta_alla(hus, till).alla == 0
    assert all(p.bra for p in prov(hus).values())
    hus.bifoga(nummer, "ny.txt", som="hanna")
    with pytest.raises(AssertionError):  # one more than those that were moved
        allt_gar_att_lasa(hus, nummer)


def test_samma_fil_kanns_igen_efter_flytten(bygg: Bygge, mapp: Provlager) -> None:
    from tjanster.arenden.fel import OgiltigaUppgifter

    nummer = med_filer(bygg)
    flytta_alla(bygg, mapp)
    with pytest.raises(OgiltigaUppgifter, match="är redan bifogad"):
        bygg.bifoga(nummer, "a.txt", som="hanna")


def test_det_som_inte_gar_att_oppna_ligger_kvar_och_sags(bygg: Bygge, mapp: Provlager, annan: Provlager) -> None:
    hus = med(bygg, mapp)
    med_filer(hus)
    alla, idn = objekten(hus), nummer_pa(hus)
    mapp.skriv(alla[1], b"")
    mapp.skriv(alla[3], None)
    ut = flytta_alla(hus, annan)
    assert (ut.flyttade, ut.kvar, ut.skadade) == (3, 2, [idn[1], idn[3]])
    assert [var for _, var, _ in platser(hus)] == [annan.namn, mapp.namn, annan.namn, mapp.namn, annan.namn]


def test_ett_lager_som_forsvinner_stoppar_flytten_och_det_flyttade_ar_flyttat(bygg: Bygge, mapp: Provlager) -> None:
    nummer, v = med_filer(bygg), bygg.vaka
    gang = flytta(v.motor, v.nyckelring, v.bilagelager, mapp.namn)
    assert [next(gang).flyttade for _ in range(3)] == [0, 1, 2]
    mapp.borta(bygg)
    with pytest.raises(LagretSvararInte):
        next(gang)
    assert [inne for inne, _, _ in platser(bygg)] == [False, False, True, True, True]
    mapp.tillbaka(bygg)
    assert flytta_alla(bygg, mapp).flyttade == 3
    allt_gar_att_lasa(bygg, nummer)


def test_en_fil_som_tas_bort_under_flytten_kommer_inte_tillbaka(bygg: Bygge, mapp: Provlager) -> None:
    nummer, v = med_filer(bygg), bygg.vaka
    gang = flytta(v.motor, v.nyckelring, v.bilagelager, mapp.namn)
    next(gang)
    next(gang)
    bygg.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(nummer_pa(bygg)[0]), skal="Fel fil")
    bygg.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(nummer_pa(bygg)[4]), skal="Fel fil")
    assert list(gang)[-1].flyttade == 4
    radera(bygg)
    assert ligger(bygg, mapp) == sorted(objekten(bygg))
    assert len(objekten(bygg)) == 3


def test_tva_som_flyttar_samtidigt_gor_det_en_gang(bygg: Bygge, mapp: Provlager) -> None:
    nummer, utfall = med_filer(bygg), list[int]()
    tradar = [threading.Thread(target=lambda: utfall.append(flytta_alla(bygg, mapp).flyttade)) for _ in range(2)]
    for trad in tradar:
        trad.start()
    for trad in tradar:
        trad.join(LANGST)
    assert sum(utfall) == 5
    assert (ligger(bygg, mapp), ko(bygg)) == (sorted(objekten(bygg)), [])
    allt_gar_att_lasa(bygg, nummer)


# -- a change of keys ----------------------------------------------------------------------------------------------------


def ny_ring(gammal: Nyckelring) -> Nyckelring:
    gamla = " ".join(f"{namn}:{base64.b64encode(nyckel).decode()}" for namn, nyckel in gammal.nycklar.items())
    return Nyckelring(f"{ny_nyckel()} {gamla}")


def test_nyckelbyte_krypterar_om_aven_det_som_ligger_i_lagret(bygg: Bygge, lager: Provlager) -> None:
    hus = med(bygg, lager)
    nummer, idn = med_filer(hus), nummer_pa(hus)
    gamla, ring = objekten(hus), ny_ring(hus.vaka.nyckelring)
    lager.skriv(gamla[4], None)
    skadade: list[int] = []
    with hus.vaka.systemet() as conn:
        fore = dict(conn.execute(select(t.bilaga.c.id, t.bilaga.c.sha256)).all())
        assert per_nyckel(conn, ring) == {hus.vaka.nyckelring.aktuell: 6}
    assert list(rotera(hus.vaka.motor, ring, skadade))[-1] == (5, 5)
    assert skadade == [idn[4]]
    assert [o.startswith(f"{ring.aktuell}/") for o in objekten(hus)] == [True] * 4 + [False]
    with hus.vaka.systemet() as conn:
        assert per_nyckel(conn, ring) == {ring.aktuell: 5, hus.vaka.nyckelring.aktuell: 1}
        efter = dict(conn.execute(select(t.bilaga.c.id, t.bilaga.c.sha256)).all())
    assert [fore[i] == efter[i] for i in idn] == [False] * 4 + [True]
    assert (sorted(ko(hus)), radera(hus).borta) == (sorted(gamla[:4]), 4)
    assert ligger(hus, lager) == sorted(objekten(hus)[:4])
    assert list(rotera(hus.vaka.motor, ring))[-1] == (1, 0)
    bara_ny = Nyckelring(f"{ring.aktuell}:{base64.b64encode(ring.nycklar[ring.aktuell]).decode()}")
    hus.vaka.motor.update_execution_options(nyckelring=bara_ny)
    with hus.vaka.systemet() as conn:
        bild = visa_arende(conn, hus.vaka.sammanhang, nummer, hus.aktor("hanna"), NU)
        lagd = hitta_bilaga(conn, bild.lage, idn[0])
    assert lagd.oppna().innehall == "Påhittad a.txt".encode()


def test_nyckelbyte_mot_ett_lager_som_ar_borta_stannar_och_gar_vidare(bygg: Bygge, mapp: Provlager) -> None:
    hus = med(bygg, mapp)
    med_filer(hus)
    ring = ny_ring(hus.vaka.nyckelring)
    mapp.borta(hus)
    with pytest.raises(LagretSvararInte):
        list(rotera(hus.vaka.motor, ring))
    hus = mapp.tillbaka(hus)
    assert list(rotera(hus.vaka.motor, ring))[-1] == (6, 5)  # the contact was done before it stopped


# -- the command line ----------------------------------------------------------------------------------------------------


@pytest.fixture
def miljo(bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the command is told: the same database and keys as the test's."""
    v = bygg.vaka
    satt = {
        "VAKA_DATABAS": v.motor.url.set(drivername="postgresql").render_as_string(hide_password=False), "VAKA_DEMO": "true",
        "VAKA_KOMMUN": "exempelkommun", "VAKA_DATA": str(v.settings.datamapp),
    }  # fmt: skip
    for namn, varde in satt.items():
        monkeypatch.setenv(namn, varde)
    return satt


def vaka(*ord_: str) -> "subprocess.Popen[bytes]":
    """The command in a process of its own, which can be killed."""
    kommando = [sys.executable, "-c", "from tjanster.cli import main; main()", *ord_]
    return subprocess.Popen(kommando, cwd=ROT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_dodad_mitt_i_flytten_ar_varje_fil_pa_ett_av_stallena(
    kor: Kor, bygg: Bygge, mapp: Provlager, annan: Provlager, miljo: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when the third file has been put in the new store, and its row hasn't been told yet."""
    hus = med(bygg, mapp)
    nummer, idn = med_filer(hus), nummer_pa(hus)
    monkeypatch.setenv("VAKA_BILAGELAGER", annan.namn)
    with hus.oppen() as hallare:
        # What the third one's row lets go of can't be queued while the test holds that very name.
        hallare.execute(text("CREATE UNIQUE INDEX ON bilageradering (objekt)"))
        hallare.commit()
        hallare.execute(t.bilageradering.insert().values(lager="prov", objekt=objekten(hus)[2]))
        flyttaren = vaka("bilagor", "flytta", "--till", annan.namn)
        slut = time.monotonic() + LANGST
        fraga = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        with hus.oppen() as conn:
            while not conn.scalar(fraga):
                conn.rollback()
                assert flyttaren.poll() is None, flyttaren.communicate()[1].decode()
                assert time.monotonic() < slut, "flytten kom aldrig till den tredje filen"
                threading.Event().wait(0.01)
        flyttaren.kill()
        flyttaren.communicate(timeout=LANGST)
        hallare.rollback()
        hallare.execute(text("DROP INDEX bilageradering_objekt_idx"))
        hallare.commit()
    assert [var for _, var, _ in platser(hus)] == [annan.namn] * 2 + [mapp.namn] * 3
    allt_gar_att_lasa(hus, nummer)
    assert len(ligger(hus, annan)) == 3  # one that no row knows of
    kod, ut, fel = kor("bilagor", "flytta", "--till", annan.namn)
    assert (kod, ut.splitlines()[0], fel) == (0, f"Flyttade till {annan.namn}: 3 av 3 bilagor.", "")
    assert {var for _, var, _ in platser(hus)} == {annan.namn}
    allt_gar_att_lasa(hus, nummer)
    senast = max(o.tid for o in hus.vaka.bilagelager.lager(annan.namn).lista())
    ett = prov(hus, senast.replace(year=senast.year + 1), stada=True)[annan.namn]
    assert (ett.hela, ett.stadade, ligger(hus, annan)) == (len(idn), 1, sorted(objekten(hus)))
    assert (radera(hus).borta, ligger(hus, mapp)) == (5, [])


def test_flytta_sager_hur_det_gick(kor: Kor, bygg: Bygge, mapp: Provlager, miljo: dict[str, str]) -> None:
    nummer = med_filer(bygg)
    kod, ut, fel = kor("bilagor", "flytta", "--till", mapp.namn, "--json")
    assert (kod, fel) == (0, "")
    assert json.loads(ut) == {"till": mapp.namn, "alla": 5, "flyttade": 5, "kvar": 0, "skadade": []}
    mapp.skriv(objekten(bygg)[0], b"")
    kod, ut, fel = kor("bilagor", "flytta", "--till", "databas")
    assert (kod, ut.splitlines()[0]) == (1, "Flyttade till databas: 4 av 5 bilagor.")
    assert fel == f"Gick inte att läsa, och ligger kvar där de låg: bilaga {nummer_pa(bygg)[0]}. Se 'vaka bilagor kontrollera'.\n"
    bygg.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(nummer_pa(bygg)[0]), skal="Skadad")
    kod, ut, fel = kor("bilagor", "flytta", "--till", mapp.namn)
    assert (kod, "Nya filer läggs fortfarande i databas. Ändra VAKA_BILAGELAGER" in fel) == (0, True)
    assert "Det gamla innehållet raderas av bevakningen" in ut
    mapp.borta(bygg)
    kod, ut, fel = kor("bilagor", "flytta", "--till", "databas", "--json")
    svar = json.loads(ut)
    assert (kod, svar["fel"], svar["flyttade"], svar["kvar"]) == (1, "bilagelagret_svarar_inte", 0, 4)
    assert "svarar inte: mappen finns inte" in fel
    assert "kör samma kommando igen: det går vidare där det slutade" in fel
    mapp.tillbaka(bygg)
    kod, ut, fel = kor("bilagor", "flytta", "--till", "s3://hink/x")
    assert (kod, "sätt VAKA_BILAGELAGER_ADRESS" in fel) == (1, True)
    kod, ut, fel = kor("bilagor", "flytta", "--till", "/srv/bilagor")
    assert (kod, "ska vara databas, file:///mapp eller s3://hink/mapp" in fel) == (2, True)


def test_kontrollera_sager_vad_som_ar_fel_och_stadar(
    kor: Kor, bygg: Bygge, mapp: Provlager, miljo: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hus = med(bygg, mapp)
    nummer, idn = med_filer(hus), nummer_pa(hus)
    monkeypatch.setenv("VAKA_BILAGELAGER", mapp.namn)
    alla = objekten(hus)
    lost = f"{alla[0]}.halv"
    mapp.skriv(lost, b"x")
    os.utime(mapp.mapp / lost, (0, 0))
    assert kor("bilagor", "kontrollera")[0] == 0
    mapp.skriv(alla[1], b"")
    kod, ut, fel = kor("bilagor", "kontrollera")
    assert (kod, fel) == (1, "")
    assert ut.splitlines()[:2] == [
        "databas: 0 bilagor hela, 0 som inte går att öppna.", f"{mapp.namn}: 4 bilagor hela, 1 som inte går att öppna."
    ]  # fmt: skip
    assert f"{nummer}  {idn[1]}" in ut
    assert "innehållet är ändrat eller skadat där det ligger" in ut
    assert f"  {lost}" in ut
    assert "b.txt" not in ut
    svar = json.loads(kor("bilagor", "kontrollera", "--json")[1])
    assert (svar["bra"], svar["lager"][1]["foraldralosa"], svar["lager"][1]["brister"][0]["vad"]) == (False, [lost], "andrad")
    for objekt in alla[1:4]:
        mapp.skriv(objekt, None)
    kod, ut, fel = kor("bilagor", "kontrollera", "--stada")
    assert (kod, "då är det lagret som är fel, inte det som ligger där. Inget är borttaget." in fel) == (1, True)
    assert (mapp.mapp / lost).exists()
    for i in idn[1:4]:
        hus.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(i), skal="Skadad")
    kod, ut, fel = kor("bilagor", "kontrollera", "--stada")
    assert (kod, fel, "1 föräldralösa objekt är borttagna." in ut) == (0, "", True)
    assert not (mapp.mapp / lost).exists()
    mapp.borta(hus)
    kod, ut, fel = kor("bilagor", "kontrollera")
    assert (kod, fel) == (1, f"Lagret {mapp.namn} svarar inte: mappen finns inte, eller går inte att nå.\n")


def test_nycklar_sager_vilka_bilagor_som_inte_gick(
    kor: Kor, bygg: Bygge, mapp: Provlager, miljo: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hus = med(bygg, mapp)
    med_filer(hus)
    gammal = hus.vaka.settings.nyckelrad()
    monkeypatch.setenv("VAKA_NYCKLAR", f"{ny_nyckel()} {gammal}")
    mapp.skriv(objekten(hus)[0], None)
    kod, ut, fel = kor("nycklar", "--rotera")
    assert kod == 1
    assert f"{gammal.partition(':')[0]}: 1 uppgifter, behövs" in ut
    assert "1 bilagor går inte att läsa och är inte omkrypterade: kör 'vaka bilagor kontrollera'." in fel
    mapp.borta(hus)
    monkeypatch.setenv("VAKA_NYCKLAR", f"{ny_nyckel()} {os.environ['VAKA_NYCKLAR']}")
    kod, ut, fel = kor("nycklar", "--rotera")
    assert (kod, f"Lagret {mapp.namn} svarar inte: mappen finns inte" in fel) == (1, True)


def test_hemligheten_till_lagret_syns_ingenstans(kor: Kor, bygg: Bygge, miljo: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for namn, varde in {"": "s3://hink/x", "_ADRESS": "http://127.0.0.1:9", "_NYCKEL": "prov", "_HEMLIGHET": HEMLIGHET}.items():
        monkeypatch.setenv(f"VAKA_BILAGELAGER{namn}", varde)
    for ord_ in (("halsa",), ("bilagor", "kontrollera"), ("bilagor", "kontrollera", "--json")):
        kod, ut, fel = kor(*ord_)
        assert kod == 1
        assert "Lagret s3://hink/x svarar inte" in ut + fel
        assert HEMLIGHET not in ut + fel
    monkeypatch.setenv("VAKA_BILAGELAGER_NYCKEL", "")
    kod, ut, fel = kor("bilagor", "kontrollera")
    assert (kod, fel) == (1, "VAKA_BILAGELAGER_NYCKEL saknas: skriv nyckelns id (access key id) hos den.\n")

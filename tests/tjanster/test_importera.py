"""Reading rows in: all or nothing, the same row once, history that bears its own days, and people's work left alone."""

import csv
import io
import stat
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import func, select, text

from tests.bygg import NU, Bygge
from tests.tjanster.delad import delad_vaka, tom
from tests.tjanster.importhjalp import AVVIKELSE, BESLUT, SYNPUNKT, fil, rad
from tjanster.app import Vaka
from tjanster.arenden.fel import Nej
from tjanster.db import t
from tjanster.importera import Importfel, Importrapport, importera
from tjanster.rapporter.ej_verkstallda import ej_verkstallda
from tjanster.rapporter.perioder import tolka_period

UTAN_ARENDE = {"arende": 0, "handelse": 0, "frist": 0, "paminnelse": 0, "uppgift": 0, "notis": 0}


@pytest.fixture(scope="module")
def _delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("import"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def vaka(_delad: Vaka) -> Vaka:
    return tom(_delad)


def antal(vaka: Vaka) -> dict[str, int]:
    with vaka.systemet() as conn:
        return {n: conn.execute(select(func.count()).select_from(getattr(t, n))).scalar_one() for n in UTAN_ARENDE}


def las(vaka: Vaka, vag: Path, process: str = "beslut", nu: datetime = NU, **val: Any) -> Importrapport:
    return importera(vaka, process, vag, nu=nu, **val)


def nummer(vaka: Vaka, externt_id: str = "D-1") -> str:
    with vaka.systemet() as conn:
        return str(conn.execute(select(t.arende.c.nummer).where(t.arende.c.externt_id == externt_id)).scalar_one())


def handelser(bygg: Bygge, externt_id: str = "D-1") -> list[tuple[str, str, str]]:
    return [(h["handelse"], h["till"], h["dag"].isoformat()) for h in bygg.handelser(nummer(bygg.vaka, externt_id))]


# -- a new row --------------------------------------------------------------------------------------------------------


def test_historiken_bar_radens_dagar_och_bevakningens_steg_dagen_efter_fristen(bygg: Bygge, tmp_path: Path) -> None:
    las(bygg.vaka, fil(tmp_path, rad(
        beslutsdatum="2025-08-01", verkstalld="2025-12-01", avbruten="2026-01-10", aterupptagen="2026-06-01",
        orsak="Resursbrist",
    )))  # fmt: skip
    assert handelser(bygg) == [
        ("registrera", "beviljat", "2025-08-01"),
        ("blir_ej_verkstallt", "ej_verkstallt", "2025-11-02"),
        ("verkstall", "verkstallt", "2025-12-01"),
        ("avbryt", "avbrutet", "2026-01-10"),
        ("blir_ej_aterupptaget", "ej_aterupptaget", "2026-04-11"),
        ("ateruppta", "verkstallt", "2026-06-01"),
    ]
    alla = bygg.handelser(nummer(bygg.vaka))
    assert {h["tid"].astimezone(NU.tzinfo).hour for h in alla} == {12}
    assert {h["skal"] for h in alla} == {"Inläst från fil 2026-09-07"}
    assert nummer(bygg.vaka).startswith("BES-2025-")


def test_historik_skickar_inga_notiser_och_lamnar_inga_gamla_trappsteg_eller_uppgifter(
    bygg: Bygge, tmp_path: Path
) -> None:
    las(bygg.vaka, fil(tmp_path, rad(beslutsdatum="2025-08-01", verkstalld="2025-12-01"),
                       rad(externt_id="D-2", beslutsdatum="2026-05-01")))  # fmt: skip
    assert bygg.notiser() == []
    with bygg.vaka.systemet() as conn:
        assert conn.execute(select(func.count()).select_from(t.paminnelse).where(t.paminnelse.c.dag < NU.date())).scalar() == 0
        oppna = conn.execute(select(t.arende.c.externt_id).join(t.uppgift).where(t.uppgift.c.klar.is_(None))).scalars().all()
        brott = conn.execute(
            select(t.arende.c.externt_id, t.fristbrott.c.forfoll)
            .select_from(t.fristbrott.join(t.frist).join(t.arende))
            .where(t.frist.c.slag == "lag")
            .order_by(t.arende.c.externt_id)
        ).all()
    assert oppna == ["D-2"]  # the one that still waits keeps its task
    assert [tuple(b) for b in brott] == [("D-1", date(2025, 11, 1)), ("D-2", date(2026, 8, 1))]


def test_det_som_annu_lopp_behaller_sin_frist_och_kommande_trappsteg(bygg: Bygge, tmp_path: Path) -> None:
    las(bygg.vaka, fil(tmp_path, rad(beslutsdatum="2026-08-20")))
    frist = next(f for f in bygg.frister(nummer(bygg.vaka)) if f["slag"] == "lag")
    assert (frist["status"], frist["forfaller"]) == ("lopande", date(2026, 11, 20))
    with bygg.vaka.systemet() as conn:
        dagar = conn.execute(select(t.paminnelse.c.dag).where(t.paminnelse.c.frist_id == frist["id"])).scalars().all()
    assert len(dagar) == 6
    assert min(dagar) >= NU.date()


def test_orsaken_till_en_forsening_hamnar_pa_den_brutna_fristen(bygg: Bygge, tmp_path: Path) -> None:
    las(bygg.vaka, fil(tmp_path, rad(verkstalld="2026-08-01", orsak="Resursbrist"), rad(externt_id="D-2", orsak="Resursbrist")))
    with bygg.vaka.systemet() as conn:
        sats = select(t.fristbrott.c.orsak).select_from(t.fristbrott.join(t.frist).join(t.arende))
        assert conn.execute(sats.where(t.arende.c.externt_id == "D-1", t.frist.c.slag == "lag")).scalar() == "resursbrist"
    # One that still waits bears its cause since the day it was late.
    assert handelser(bygg, "D-2")[-1] == ("ange_orsak", "ej_verkstallt", "2026-04-16")


@pytest.mark.parametrize(
    ("process", "rubrik", "rad_", "tillstand"),
    [
        ("avvikelse", AVVIKELSE, "A-1;2026-01-01;2026-01-09;Familjehemsenheten;rutin;Påhittat;2026-02-01", "avslutad"),
        ("avvikelse", AVVIKELSE, "A-1;2026-01-01;2026-01-09;Familjehemsenheten;rutin;Påhittat;", "rapporterad"),
        ("synpunkt", SYNPUNKT, "S-1;2026-01-01;webb;Beröm;Övrigt;Familjehemsenheten;Påhittat;2026-01-09;2026-02-01", "avslutad"),
        ("synpunkt", SYNPUNKT, "S-1;2026-01-01;webb;Beröm;Övrigt;Familjehemsenheten;Påhittat;2026-01-09;", "besvarad"),
        ("synpunkt", SYNPUNKT, "S-1;2026-01-01;webb;Beröm;;Familjehemsenheten;Påhittat;;2026-02-01", "avslutad"),
        ("synpunkt", SYNPUNKT, "S-1;2026-01-01;webb;Beröm;;Familjehemsenheten;Påhittat;;", "bekraftad"),
    ],
)  # fmt: skip
def test_avvikelser_och_synpunkter_hamnar_i_ratt_lage(
    bygg: Bygge, tmp_path: Path, process: str, rubrik: str, rad_: str, tillstand: str
) -> None:
    vag = fil(tmp_path, rad_, rubrik=rubrik)
    assert las(bygg.vaka, vag, process).nya == 1
    assert bygg.rad(nummer(bygg.vaka, rad_[:3]))["tillstand"] == tillstand
    assert bygg.notiser() == []
    assert las(bygg.vaka, vag, process).oforandrade == 1


# -- all or nothing ---------------------------------------------------------------------------------------------------


def test_ett_fel_och_inget_skrivs(vaka: Vaka, tmp_path: Path) -> None:
    svar = las(vaka, fil(tmp_path, rad(), rad(externt_id="D-2", enhet="Familjehemsenhten")))
    assert (svar.skrivet, svar.felrader, len(svar.fel)) == (False, 1, 1)
    assert antal(vaka) == UTAN_ARENDE
    assert svar.som_dict()["fel"][0]["rad"] == 3


def test_fel_som_visar_sig_forst_i_arendet_stoppar_ocksa_allt(bygg: Bygge, tmp_path: Path) -> None:
    vag = fil(tmp_path, rad(beslutsdatum="1999-01-01", lagrum="SoL (2001:453) 4 kap. 1 §"), rad(externt_id="D-2"))
    svar = las(bygg.vaka, vag)
    assert [(f.rad, f.kolumn, f.varde) for f in svar.fel] == [(2, "beslutsdatum", "1999-01-01")]
    assert "Ingen regel för beslut/verkstallighet gäller den 1999-01-01" in svar.fel[0].fel
    assert antal(bygg.vaka) == UTAN_ARENDE


def test_prova_skriver_inget_och_tar_inga_nummer(vaka: Vaka, tmp_path: Path) -> None:
    svar = las(vaka, fil(tmp_path, rad(), rad(externt_id="D-2", kon="?")), prova=True)
    assert (svar.skrivet, svar.nya, svar.felrader) == (False, 1, 1)
    assert svar.sammanfattning().startswith("Prov, inget har sparats: 1 nytt ärende")
    assert antal(vaka) == UTAN_ARENDE
    with vaka.systemet() as conn:
        assert conn.execute(select(func.count()).select_from(t.nummerserie)).scalar() == 0


def test_hoppa_over_fel_skriver_resten_och_sparar_raderna_med_skal(vaka: Vaka, tmp_path: Path) -> None:
    vag = fil(tmp_path, rad(), rad(externt_id="=1+1", enhet="Fel", kon="?"), rad(externt_id="D-3"))
    svar = las(vaka, vag, hoppa_over_fel=True)
    assert (svar.skrivet, svar.nya, svar.felrader) == (True, 2, 1)
    assert svar.felfil == tmp_path / "beslut.csv.fel.csv"
    assert stat.S_IMODE(svar.felfil.stat().st_mode) == 0o600
    rader = list(csv.DictReader(io.StringIO(svar.felfil.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert len(rader) == 1
    assert rader[0]["externt_id"] == "'=1+1"  # a spreadsheet must not run it
    assert "enhet: 'Fel' finns inte" in rader[0]["fel"]
    assert "kon: '?' finns inte" in rader[0]["fel"]
    assert "1 felaktig rad har lagts i" in svar.sammanfattning()


def test_den_rattade_felfilen_kan_lasas_in_igen(vaka: Vaka, tmp_path: Path) -> None:
    svar = las(vaka, fil(tmp_path, rad(externt_id="-7", enhet="Fel")), hoppa_over_fel=True)
    assert svar.felfil is not None
    innehall = svar.felfil.read_text(encoding="utf-8-sig").replace("Fel;", "Familjehemsenheten;")
    svar.felfil.write_text(innehall, encoding="utf-8")
    assert las(vaka, svar.felfil).nya == 1
    assert nummer(vaka, "-7")


def test_felfil_som_inte_gar_att_spara_stoppar_inlasningen(vaka: Vaka, tmp_path: Path) -> None:
    (tmp_path / "beslut.csv.fel.csv").mkdir()
    with pytest.raises(Importfel, match=r"går inte att spara i .*fel\.csv"):
        las(vaka, fil(tmp_path, rad(), rad(externt_id="D-2", kon="?")), hoppa_over_fel=True)
    assert antal(vaka) == UTAN_ARENDE


def test_okand_process_far_narmaste_ord(vaka: Vaka, tmp_path: Path) -> None:
    with pytest.raises(Nej, match="'beslt' kan inte läsas in från fil – menade du 'beslut'"):
        las(vaka, fil(tmp_path, rad()), "beslt")
    with pytest.raises(Nej, match="Det som kan läsas in är beslut, avvikelse, synpunkt"):
        las(vaka, fil(tmp_path, rad()), "lex_sarah")


def test_samma_id_registrerat_under_tiden_ger_en_mening_och_inget_skrivs(
    bygg: Bygge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tjanster.importera import inlasning

    monkeypatch.setattr(inlasning._Inlasning, "_finns", lambda *_: [])
    bygg.ny("beslut", externt_id="D-1")
    fore = antal(bygg.vaka)
    with pytest.raises(Importfel, match="Någon registrerade ett ärende med samma id"):
        las(bygg.vaka, fil(tmp_path, rad()))
    assert antal(bygg.vaka) == fore


# -- the file again ---------------------------------------------------------------------------------------------------


def test_samma_fil_tva_ganger_andrar_inget(vaka: Vaka, tmp_path: Path) -> None:
    vag = fil(tmp_path, rad(verkstalld="2026-08-01", orsak="Resursbrist"), rad(externt_id="D-2"))
    las(vaka, vag)
    fore = antal(vaka)
    svar = las(vaka, vag, nu=NU + timedelta(days=30))
    assert (svar.nya, svar.andrade, svar.oforandrade, svar.skrivet) == (0, 0, 2, True)
    assert antal(vaka) == fore


def test_en_nyifylld_dag_tar_steget_med_dagen_i_raden(bygg: Bygge, tmp_path: Path) -> None:
    las(bygg.vaka, fil(tmp_path, rad(beslutsdatum="2026-08-01")))
    svar = las(bygg.vaka, fil(tmp_path, rad(beslutsdatum="2026-08-01", verkstalld="2026-08-20")))
    assert (svar.andrade, svar.fel) == (1, [])
    sist = bygg.handelser(nummer(bygg.vaka))[-1]
    assert (sist["handelse"], sist["dag"], sist["tid"]) == ("verkstall", date(2026, 8, 20), NU)
    assert {f["status"] for f in bygg.frister(nummer(bygg.vaka))} == {"mott"}


def test_ett_nytt_avbrott_efter_ett_aterupptaget(bygg: Bygge, tmp_path: Path) -> None:
    forst = {"verkstalld": "2026-02-01", "avbruten": "2026-03-01", "aterupptagen": "2026-04-01", "orsak": "Sammanbrott"}
    las(bygg.vaka, fil(tmp_path, rad(**forst)))
    svar = las(bygg.vaka, fil(tmp_path, rad(verkstalld="2026-02-01", avbruten="2026-08-01")))
    assert (svar.andrade, svar.fel) == (1, [])
    assert handelser(bygg)[-1] == ("avbryt", "avbrutet", "2026-08-01")
    assert "aterupptagen" not in bygg.rad(nummer(bygg.vaka))["uppgifter"]


def test_en_rattad_uppgift_ar_en_handelse_med_skal(bygg: Bygge, tmp_path: Path) -> None:
    las(bygg.vaka, fil(tmp_path, rad(verkstalld="2026-02-01")))
    svar = las(bygg.vaka, fil(tmp_path, rad(verkstalld="2026-02-02", insats="Familjehem", kon="man", orsak="Resursbrist")))
    assert (svar.andrade, svar.fel) == (1, [])
    sist = bygg.handelser(nummer(bygg.vaka))[-1]
    assert sist["handelse"] == "andra"
    assert sist["uppgifter"] == {
        "insats": ["kontaktperson", "familjehem"], "kon": ["kvinna", "man"], "orsak": [None, "resursbrist"],
        "verkstalld": ["2026-02-01", "2026-02-02"],
    }  # fmt: skip
    assert sist["skal"] == "Inläst från fil 2026-09-07"


def test_en_rattad_beslutsdag_flyttar_den_oppna_fristen(bygg: Bygge, tmp_path: Path) -> None:
    las(bygg.vaka, fil(tmp_path, rad(beslutsdatum="2026-08-20")))
    las(bygg.vaka, fil(tmp_path, rad(beslutsdatum="2026-08-25")))
    assert {f["forfaller"] for f in bygg.frister(nummer(bygg.vaka)) if f["slag"] == "lag"} == {date(2026, 11, 25)}


def test_filen_gor_inte_om_det_som_manniskor_har_gjort_sedan_dess(bygg: Bygge, tmp_path: Path) -> None:
    vag = fil(tmp_path, rad(beslutsdatum="2026-08-20"))
    las(bygg.vaka, vag)
    n = nummer(bygg.vaka)
    bygg.gor(n, "verkstall", "elin", verkstalld="2026-09-07")
    bygg.gor(n, "andra", "elin", skal="Rätt enhet", enhet="oppenvard")
    assert las(bygg.vaka, vag).oforandrade == 1
    # And when the records system catches up, there is nothing left to do.
    assert las(bygg.vaka, fil(tmp_path, rad(beslutsdatum="2026-08-20", verkstalld="2026-09-07"))).oforandrade == 1
    assert bygg.rad(n)["enhet"] == "oppenvard"


def test_ett_arende_fran_vaka_kanns_igen_pa_sitt_id(bygg: Bygge, tmp_path: Path) -> None:
    n = bygg.ny("beslut", externt_id="D-1", beslutsdatum="2026-09-07")
    egen = {"beslutsdatum": "2026-09-07"}
    assert las(bygg.vaka, fil(tmp_path, rad(**egen))).oforandrade == 1
    assert las(bygg.vaka, fil(tmp_path, rad(**egen, verkstalld="2026-09-07"))).andrade == 1
    assert bygg.rad(n)["tillstand"] == "verkstallt"


MOTSAGELSER = [
    ({"verkstalld": "2026-02-01"}, {"verkstalld": ""}, "verkstalld", "var '2026-02-01' och är nu tom"),
    ({}, {"kon": ""}, "kon", "var 'kvinna' och är nu tom"),
    (
        {"verkstalld": "2026-02-01"}, {"verkstalld": "2026-02-01", "beslutsdatum": "2026-02-02"},
        "beslutsdatum|verkstalld", "kan inte ligga före",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("forst", "sedan", "kolumn", "mening"), MOTSAGELSER)
def test_en_andring_som_inte_gar_ihop_ar_ett_fel_i_raden(
    bygg: Bygge, tmp_path: Path, forst: dict[str, str], sedan: dict[str, str], kolumn: str, mening: str
) -> None:
    las(bygg.vaka, fil(tmp_path, rad(**forst)))
    fore = bygg.rad(nummer(bygg.vaka))
    svar = las(bygg.vaka, fil(tmp_path, rad(**sedan)))
    assert not svar.skrivet
    assert (svar.fel[0].rad, svar.fel[0].kolumn in kolumn.split("|")) == (2, True)
    assert mening in svar.fel[0].fel
    assert bygg.rad(nummer(bygg.vaka)) == fore


@pytest.mark.parametrize("kolumn", ["verkstalld", "avbruten", "aterupptagen"])
def test_dagar_i_ett_avslutat_beslut_motsager_arendet(bygg: Bygge, tmp_path: Path, kolumn: str) -> None:
    las(bygg.vaka, fil(tmp_path, rad(beslutsdatum="2026-08-20")))
    n = nummer(bygg.vaka)
    bygg.gor(n, "behovet_upphor", "elin", upphort="2026-09-07", upphort_skal="Påhittat")
    dagar = {"verkstalld": "2026-08-21", "avbruten": "2026-08-22", "aterupptagen": "2026-08-23"}
    givna = {k: v for k, v in dagar.items() if list(dagar).index(k) <= list(dagar).index(kolumn)}
    svar = las(bygg.vaka, fil(tmp_path, rad(beslutsdatum="2026-08-20", **givna)))
    assert "går inte ihop med ärendet i Vaka, som är i läget 'Behovet har upphört'" in svar.fel[0].fel


def test_avslutad_i_filen_motsager_ett_avskrivet_arende(bygg: Bygge, tmp_path: Path) -> None:
    vag = fil(tmp_path, "A-1;2026-09-01;2026-09-02;familjehem;rutin;Påhittat;", rubrik=AVVIKELSE)
    las(bygg.vaka, vag, "avvikelse")
    bygg.gor(nummer(bygg.vaka, "A-1"), "avskriv", "elin", skal="Ingen avvikelse")
    vag = fil(tmp_path, "A-1;2026-09-01;2026-09-02;familjehem;rutin;Påhittat;2026-09-05", rubrik=AVVIKELSE)
    svar = las(bygg.vaka, vag, "avvikelse")
    assert (svar.fel[0].kolumn, svar.skrivet) == ("avslutad", False)


def test_andrad_text_blir_en_handelse_men_sparas_en_gang(bygg: Bygge, tmp_path: Path) -> None:
    gammal = "S-1;2026-01-01;webb;Beröm;Övrigt;Familjehemsenheten;Påhittat;;"
    las(bygg.vaka, fil(tmp_path, gammal, rubrik=SYNPUNKT), "synpunkt")
    svar = las(bygg.vaka, fil(tmp_path, gammal.replace("Påhittat;;", "Annat påhitt;2026-01-09;2026-01-10"), rubrik=SYNPUNKT), "synpunkt")
    assert (svar.andrade, svar.fel) == (1, [])
    assert [h[0] for h in handelser(bygg, "S-1")][-3:] == ["andra", "las_in_besvarad", "las_in_avslutad"]
    sist = bygg.handelser(nummer(bygg.vaka, "S-1"))[-1]
    assert "påhitt" not in str(sist["foljder"]["inlast"])


def test_tva_fel_i_en_andring_hindrar_inte_de_andra_raderna(bygg: Bygge, tmp_path: Path) -> None:
    las(bygg.vaka, fil(tmp_path, rad(verkstalld="2026-02-01"), rad(externt_id="D-2")))
    svar = las(bygg.vaka, fil(tmp_path, rad(), rad(externt_id="D-2", verkstalld="2026-02-01"), rad(externt_id="D-3")), hoppa_over_fel=True)
    assert (svar.andrade, svar.nya, svar.felrader) == (1, 1, 1)
    assert bygg.rad(nummer(bygg.vaka, "D-2"))["tillstand"] == "verkstallt"


# -- many rows --------------------------------------------------------------------------------------------------------


def test_femtusen_rader_gar_fort_och_framsteget_syns(vaka: Vaka, tmp_path: Path) -> None:
    dag = date(2025, 7, 1)
    rader = [
        rad(externt_id=f"D-{i}", beslutsdatum=(dag + timedelta(days=i % 400)).isoformat(),
            verkstalld=(dag + timedelta(days=i % 400 + i % 120)).isoformat() if i % 5 and i % 400 < 300 else "")
        for i in range(5000)
    ]  # fmt: skip
    steg: list[tuple[str, int, int]] = []
    start = perf_counter()
    svar = las(vaka, fil(tmp_path, *rader), framsteg=lambda *x: steg.append(x))
    assert (svar.nya, svar.fel) == (5000, [])
    assert perf_counter() - start < 25  # about 3 s on two cores; the bound is for a busy machine
    assert steg[0] == ("granskar", 0, 5000)
    assert steg[-1] == ("läser in", 5000, 5000)
    with vaka.systemet() as conn:
        numren = conn.execute(text("SELECT count(DISTINCT nummer), count(*) FROM arende")).one()
        assert tuple(numren) == (5000, 5000)
        rapport = ej_verkstallda(conn, vaka.sammanhang, tolka_period("2026K2", vaka.sammanhang.kommun), NU.date())
    vantar = [r for r in rader if not r.split(";")[6] and r.split(";")[1] <= "2026-03-31"]
    sena = [r for r in rader if (v := r.split(";")[6]) and v > "2026-06-30" and r.split(";")[1] <= "2026-03-31"]
    assert rapport.som_dict()["totalt"] == len(vantar) + len(sena)


def test_kolumnerna_i_filen_far_sta_i_vilken_ordning_som_helst(vaka: Vaka, tmp_path: Path) -> None:
    namn = BESLUT.split(";")
    celler = dict(zip(namn, rad().split(";"), strict=True))
    vag = fil(tmp_path, ";".join(celler[k] for k in sorted(namn)), rubrik=";".join(k.upper() for k in sorted(namn)))
    assert las(vaka, vag).nya == 1

"""What a change of rules does to open cases, told before anything is written."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from regler import Regelfel, Regelverk
from tests.bygg import NU, Bygge
from tests.regelstyrning.conftest import SVAR, Andrat
from tjanster.klocka import SVENSK_TID
from tjanster.regelstyrning import Jamforelse, jamfor

BESLUT = "config/exempelkommun/regler/frister/beslut.yaml"


def jamford(bygg: Bygge, ny: Regelverk, nu: datetime = NU) -> Jamforelse:
    with bygg.vaka.systemet() as conn:
        return jamfor(conn, bygg.vaka.sammanhang, ny, nu)


def kort(jamforelse: Jamforelse) -> list[tuple[Any, ...]]:
    return [(f.nummer, f.frist, f.slag, f.vad, f.fore, f.efter, f.dagar, f.blir_sen) for f in jamforelse.verkan.flyttas]


def avtryck(bygg: Bygge) -> list[Any]:
    """All that the comparison could have touched."""
    with bygg.vaka.systemet() as conn:
        return [
            conn.execute(text(f"SELECT md5(coalesce(string_agg(x::text, '|' ORDER BY x::text), '')) FROM {tabell} x")).scalar()
            for tabell in ("arende", "frist", "handelse", "paminnelse", "fristbrott", "regelaktivering", "regelversion", "notis")
        ]


def test_kortare_tid_flyttar_oppna_frister_och_skriver_ingenting(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt")
    fore = avtryck(bygg)
    jamforelse = jamford(bygg, fem_dagar)
    assert kort(jamforelse) == [(nummer, "svar", "lag", "flyttas", date(2026, 9, 21), date(2026, 9, 14), -7, False)]
    assert avtryck(bygg) == fore
    (skillnad,) = jamforelse.regler
    assert (skillnad.slag, skillnad.nyckel, skillnad.niva, skillnad.vad) == ("frist", "synpunkt/svar", "lokal", "andrad")
    assert skillnad.rubrik == "Svar till den som lämnat synpunkten"
    assert skillnad.fore[0].startswith("Från 2022-01-01: 10 arbetsdagar; källa Exempelkommunens riktlinje")
    assert skillnad.efter[0].startswith("Från 2022-01-01: 5 arbetsdagar; källa Exempelkommunens riktlinje")


def test_samma_regler_andrar_ingenting(bygg: Bygge) -> None:
    for process in ("synpunkt", "avvikelse", "lex_sarah", "beslut"):
        bygg.ny(process, "mia" if process in ("avvikelse", "lex_sarah") else "rut")
    jamforelse = jamford(bygg, bygg.vaka.sammanhang.regelverk)
    assert jamforelse.lika
    assert (jamforelse.verkan.flyttas, jamforelse.verkan.trappor, jamforelse.hinder) == ([], [], ())
    assert jamforelse.verkan.oppna_arenden == 4


def test_det_som_blir_sent_av_andringen_stods_forst(bygg: Bygge, fem_dagar: Regelverk) -> None:
    sen = bygg.ny("synpunkt", inkom="2026-08-28", sen_registrering_skal="Låg på fel hylla")
    i_tid = bygg.ny("synpunkt")
    jamforelse = jamford(bygg, fem_dagar)
    assert [(rad[0], rad[-1]) for rad in kort(jamforelse) if rad[1] == "svar"] == [(sen, True), (i_tid, False)]
    assert jamforelse.verkan.totalt.blir_sena == 1
    assert jamforelse.verkan.per["synpunkt", "familjehem"].tidigare == 2


def test_en_ny_rad_fran_en_dag_galler_bara_det_som_borjar_da(bygg: Bygge, andrat: Andrat) -> None:
    fore = bygg.ny("synpunkt", nu=NU - timedelta(days=7), inkom="2026-08-31")
    efter = bygg.ny("synpunkt")
    rad = """
    - fran: 2026-09-07
      tid: 5 arbetsdagar
      kalla: Socialnämnden, påhittad
      kontrollerad: 2026-09-01
  # En gång"""
    flyttade = {rad[0] for rad in kort(jamford(bygg, andrat(SVAR, "  # En gång", rad.lstrip("\n"))))}
    assert flyttade == {efter}
    assert fore != efter


def test_ett_nytt_mal_tillkommer_och_ett_borttaget_faller_bort(bygg: Bygge, andrat: Andrat) -> None:
    nummer = bygg.ny("beslut", insats="kontaktperson")
    mal = "insats: boendestod}"
    ny = andrat(BESLUT, mal, "insats: kontaktperson}")
    assert kort(jamford(bygg, ny)) == [
        (nummer, "verkstallighet", "mal", "tillkommer", None, date(2026, 10, 12), None, False)
    ]
    boende = bygg.ny("beslut", externt_id="D-2", insats="boendestod")
    assert (boende, "verkstallighet", "mal", "faller_bort", date(2026, 10, 12), None, None, False) in kort(jamford(bygg, ny))


def test_ledig_dag_i_kommunen_flyttar_arbetsdagar_men_inte_lagens_dagar(bygg: Bygge, andrat: Andrat) -> None:
    synpunkt, beslut = bygg.ny("synpunkt"), bygg.ny("beslut")
    vag = "config/exempelkommun/regler/kalender/lediga.yaml"
    ledig = "lediga_dagar:\n  - {dag: 2026-09-16, varfor: planeringsdag, kalla: påhittad}\n"
    rader = kort(jamford(bygg, andrat(vag, "lediga_dagar:\n", ledig)))
    assert (synpunkt, "svar", "lag", "flyttas", date(2026, 9, 21), date(2026, 9, 22), 1, False) in rader
    assert beslut not in {rad[0] for rad in rader}


def test_forlangd_frist_behaller_sin_forlangning(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt")
    bygg.gor(nummer, "forlang_frist", "elin", frist="svar", nytt_datum="2026-09-25", skal="Väntar på uppgifter")
    assert kort(jamford(bygg, fem_dagar)) == []


def test_mott_frist_ror_ingen_regel(bygg: Bygge, andrat: Andrat) -> None:
    nummer = bygg.ny("synpunkt", kontakt={"namn": "Påhittad", "epost": "p@exempel.example"})
    assert "bekraftelse" in {f["namn"] for f in bygg.frister(nummer) if f["status"] == "mott"}
    ny = andrat(SVAR, "tid: 1 arbetsdag\n", "tid: 2 arbetsdagar\n")
    assert [rad for rad in kort(jamford(bygg, ny)) if rad[1] == "bekraftelse"] == []


def test_ny_trappa_raknas_utan_att_dagen_flyttas(bygg: Bygge, andrat: Andrat) -> None:
    bygg.ny("synpunkt")
    ny = andrat("regler/eskalering/synpunkt.yaml", "- {nar: 3 arbetsdagar före, roll: handlaggare}",
                "- {nar: 2 arbetsdagar före, roll: handlaggare}")  # fmt: skip
    verkan = jamford(bygg, ny).verkan
    assert verkan.flyttas == []
    assert [en.frist for en in verkan.trappor] == ["svar"]


def test_frist_utan_regel_hindrar(bygg: Bygge, andrat: Andrat) -> None:
    nummer = bygg.ny("lex_sarah", "mia")
    vag = "regler/frister/lex_sarah.yaml"
    text_ = bygg.vaka.sammanhang.regelverk.filer[vag]
    utredning = text_[: text_.index("anmalan_ivo:")]
    ny = utredning.replace("2002-01-01", "2027-01-01").replace("2025-07-01", "2027-02-01") + text_[len(utredning) :]
    hinder = jamford(bygg, andrat(vag, None, ny)).hinder
    assert any(str(ett).startswith(f"{nummer}: Ingen regel gäller längre för lex_sarah/utredning") for ett in hinder)


def test_enhet_och_kod_i_bruk_far_inte_tas_bort(bygg: Bygge, andrat: Andrat) -> None:
    bygg.ny("avvikelse", "mia")
    utan = andrat("config/exempelkommun/organisation.yaml", "      - {kod: familjehem, namn: Familjehemsenheten}\n", "")
    assert [m for m in jamford(bygg, utan).hinder if "Enheten 'familjehem' används" in m.mening]
    utan = andrat("config/exempelkommun/listor.yaml", "  rutin: Rutin saknas eller följs inte\n", "")
    assert [m for m in jamford(bygg, utan).hinder if "Koden 'rutin' i listan typer används" in m.mening]


def test_trasiga_regler_blir_meningar(bygg: Bygge, andrat: Andrat) -> None:
    with pytest.raises(Regelfel, match="'5 arbetsdaga' är ingen tid – menade du '5 arbetsdagar'"):
        andrat(SVAR, "tid: 10 arbetsdagar", "tid: 5 arbetsdaga")


def test_frist_i_timmar_jamfors_pa_klockslaget(bygg: Bygge, andrat: Andrat) -> None:
    nu = datetime(2026, 9, 7, 15, 30, tzinfo=SVENSK_TID)
    nummer = bygg.ny("synpunkt", nu=nu)
    ny = andrat(SVAR, "tid: 10 arbetsdagar", "tid: 48 timmar")
    (rad,) = [r for r in kort(jamford(bygg, ny, nu)) if r[1] == "svar"]
    assert rad == (nummer, "svar", "lag", "flyttas", date(2026, 9, 21), datetime(2026, 9, 9, 15, 30, tzinfo=SVENSK_TID), -12, False)

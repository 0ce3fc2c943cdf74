"""A rule set becomes the one that holds: all that it touches in one transaction, or nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from regler import Regelverk
from tests.bygg import NU, Bygge
from tests.regelstyrning.conftest import SVAR, Andrat
from tests.regelstyrning.hjalp import SKAL, alla, frist, trappa
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.fel import Nej
from tjanster.db import t
from tjanster.regelstyrning import (
    aktivera,
    begar,
    verkstall,
)
from tjanster.scheduler.svep import svepa

# -- it becomes active ------------------------------------------------------------------------------------------------


def test_oppen_frist_flyttas_med_en_handelse_och_ny_trappa(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt")
    fore = bygg.rad(nummer)["version"]
    svar = aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL, av=bygg.aktor("adam").id)
    assert (svar.status, svar.av, svar.effekt["berorda_arenden"], svar.klart) == ("aktiv", "Adam Påhittad", 1, 1)
    har = frist(bygg, nummer)
    assert (har["forfaller"], har["regelversion"], har["omgang"]) == (date(2026, 9, 14), svar.version, 2)
    handelse = bygg.handelser(nummer)[-1]
    assert (handelse["handelse"], handelse["lopnr"], handelse["av"], handelse["roll"]) == ("regler_andrade", fore + 1, None, "systemet")
    assert handelse["skal"] == f"Nya regler gäller: {SKAL}"
    (omraknad,) = handelse["foljder"]["omraknade"]
    assert (omraknad["fran"], omraknad["forfaller"]) == ("2026-09-21", "2026-09-14")
    assert trappa(bygg, nummer)[0] == ("3 arbetsdagar före", date(2026, 9, 9), False)
    assert {dag for _, dag, _ in trappa(bygg, nummer)} & {date(2026, 9, 21)} == {date(2026, 9, 21)}  # five days after the 14th
    assert bygg.rad(nummer)["version"] == fore + 1


def test_historiken_sags_pa_svenska(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt")
    aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    with bygg.vaka.systemet() as conn:
        bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor("elin"), NU)
    sist = bild.handelser[-1]
    assert (sist.rubrik, sist.vem) == ("Reglerna ändrades", "Vaka")
    assert any("21 september 2026 → 14 september 2026" in rad for rad in sist.foljder)


def test_mott_frist_och_avslutat_arende_rors_inte(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt", vill_ha_svar=False)
    with bygg.vaka.systemet() as conn:
        conn.execute(text("UPDATE frist SET status = 'mott', mott = :dag"), {"dag": NU.date()})
    fore = bygg.frister(nummer), bygg.handelser(nummer)
    assert aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL).effekt["berorda_arenden"] == 0
    assert (bygg.frister(nummer), bygg.handelser(nummer)) == fore


def test_det_som_blir_sent_star_som_brutet_genast(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt", inkom="2026-08-28", sen_registrering_skal="Låg på fel hylla")
    aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    with bygg.vaka.systemet() as conn:
        b = t.fristbrott.c
        brott = conn.execute(select(b.forfoll).where(b.frist_id == frist(bygg, nummer)["id"])).scalars().all()
    assert brott == [frist(bygg, nummer)["forfaller"]] == [date(2026, 9, 4)]


def test_brott_som_noterats_star_kvar_nar_tiden_blir_langre(bygg: Bygge, andrat: Andrat) -> None:
    nummer = bygg.ny("synpunkt", nu=NU - timedelta(days=30), inkom="2026-08-08")
    svepa(bygg.vaka, NU)
    aktivera(bygg.vaka, andrat(SVAR, "tid: 10 arbetsdagar", "tid: 40 arbetsdagar"), nu=NU, skal=SKAL)
    assert frist(bygg, nummer)["forfaller"] > NU.date()
    with bygg.vaka.systemet() as conn:
        b = t.fristbrott.c
        sats = select(b.forfoll).where(b.frist_id == frist(bygg, nummer)["id"])
        assert conn.execute(sats).scalar_one() == date(2026, 8, 21)


def test_fallna_steg_faller_inte_igen_nar_bara_trappan_byts(bygg: Bygge, andrat: Andrat) -> None:
    nummer = bygg.ny("synpunkt", nu=NU - timedelta(days=20), inkom="2026-08-18")
    svepa(bygg.vaka, NU)
    fallna = [steg for steg in trappa(bygg, nummer) if steg[2]]
    assert fallna
    ny = andrat("regler/eskalering/synpunkt.yaml", "- {nar: 10 arbetsdagar efter, roll: kvalitetsledare}",
                "- {nar: 8 arbetsdagar efter, roll: kvalitetsledare}")  # fmt: skip
    aktivera(bygg.vaka, ny, nu=NU, skal=SKAL)
    efter = trappa(bygg, nummer)
    assert [steg for steg in efter if steg[2]] == fallna
    assert len({(nar, dag) for nar, dag, _ in efter}) == len(efter)
    assert "8 arbetsdagar efter" in {nar for nar, _, _ in efter}
    assert "10 arbetsdagar efter" not in {nar for nar, _, _ in efter}


def test_nytt_mal_laggs_bredvid_och_borttaget_slutar(bygg: Bygge, andrat: Andrat) -> None:
    kontakt = bygg.ny("beslut", insats="kontaktperson")
    boende = bygg.ny("beslut", externt_id="D-2", insats="boendestod")
    ny = andrat("config/exempelkommun/regler/frister/beslut.yaml", "insats: boendestod}", "insats: kontaktperson}")
    aktivera(bygg.vaka, ny, nu=NU, skal=SKAL)
    (mal,) = [f for f in bygg.frister(kontakt) if f["slag"] == "mal"]
    assert (mal["status"], mal["forfaller"]) == ("lopande", date(2026, 10, 12))
    (slut,) = [f for f in bygg.frister(boende) if f["slag"] == "mal"]
    assert slut["status"] == "utgatt"
    with bygg.vaka.systemet() as conn:
        p = t.paminnelse.c
        assert conn.execute(select(p.id).where(p.frist_id == slut["id"], p.fallen.is_(None))).first() is None
        assert conn.execute(select(p.id).where(p.frist_id == mal["id"])).first() is not None


def test_pausad_frist_flyttas_men_far_ingen_trappa_forran_den_startas(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt")
    bygg.gor(nummer, "pausa_frist", "elin", frist="svar", skal="Väntar på komplettering")
    aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    har = frist(bygg, nummer)
    assert (har["status"], har["forfaller"]) == ("pausad", date(2026, 9, 14))
    assert trappa(bygg, nummer) == []
    bygg.gor(nummer, "starta_frist_igen", "elin", nu=NU + timedelta(days=2), frist="svar")
    assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 16)


# -- all or nothing ---------------------------------------------------------------------------------------------------


def test_fel_mitt_i_lamnar_allt_som_det_var(bygg: Bygge, fem_dagar: Regelverk, monkeypatch: pytest.MonkeyPatch) -> None:
    nummer = bygg.ny("synpunkt")
    fore = bygg.vaka.sammanhang.regelversion, bygg.frister(nummer), bygg.handelser(nummer), trappa(bygg, nummer)

    def small(*_: Any) -> None:
        raise RuntimeError("strömmen gick")

    monkeypatch.setattr("tjanster.regelstyrning.aktivering.be_om_oversyn", small)
    with pytest.raises(RuntimeError):
        aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    assert (bygg.vaka.sammanhang.regelversion, bygg.frister(nummer), bygg.handelser(nummer), trappa(bygg, nummer)) == fore
    sist = alla(bygg)[0]
    assert (sist.status, sist.fel) == ("misslyckad", "Något oväntat hände (RuntimeError). Se loggen.")
    monkeypatch.undo()
    assert aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL).status == "aktiv"


def test_avbruten_av_en_krasch_sparrar_inte_nasta(bygg: Bygge, fem_dagar: Regelverk, andrat: Andrat) -> None:
    begar(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)  # noted as under way; then the program died
    ny = andrat(SVAR, "tid: 10 arbetsdagar", "tid: 6 arbetsdagar")
    assert aktivera(bygg.vaka, ny, nu=NU, skal=SKAL).status == "aktiv"
    assert [en.status for en in alla(bygg)] == ["aktiv", "misslyckad", "ersatt"]


def test_den_som_forklarats_avbruten_kan_inte_verkstallas(bygg: Bygge, fem_dagar: Regelverk, andrat: Andrat) -> None:
    forsta = begar(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    aktivera(bygg.vaka, andrat(SVAR, "tid: 10 arbetsdagar", "tid: 6 arbetsdagar"), nu=NU, skal=SKAL)
    with pytest.raises(Nej, match="Ändringen är inte på väg längre: den är misslyckad"):
        verkstall(bygg.vaka, forsta.id, NU)


def test_sparad_version_kan_inte_andras(bygg: Bygge) -> None:
    with pytest.raises(DBAPIError, match="En regelversion ändras eller tas aldrig bort"), bygg.vaka.systemet() as conn:
        conn.execute(text("UPDATE regelversion SET hash = 'x'"))


# -- what is refused --------------------------------------------------------------------------------------------------


def test_utan_skal_gar_det_inte(bygg: Bygge, fem_dagar: Regelverk) -> None:
    with pytest.raises(Nej, match="Skriv varför reglerna ändras"):
        aktivera(bygg.vaka, fem_dagar, nu=NU, skal="  ")
    assert len(alla(bygg)) == 1


def test_samma_regler_aktiveras_inte_igen(bygg: Bygge) -> None:
    with pytest.raises(Nej, match="Det är redan de reglerna som gäller"):
        aktivera(bygg.vaka, bygg.vaka.sammanhang.regelverk, nu=NU, skal=SKAL)


def test_en_dag_som_har_passerat_duger_inte(bygg: Bygge, fem_dagar: Regelverk) -> None:
    with pytest.raises(Nej, match="Dagen 2026-09-06 har passerat"):
        aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL, fran=date(2026, 9, 6))


def test_exempel_som_inte_stammer_hindrar(bygg: Bygge, andrat: Andrat) -> None:
    fall = "- {namn: tio dagar, process: synpunkt, frist: svar, fran: 2026-09-07, forfaller: 2026-09-22}\n"
    ny = andrat("config/exempelkommun/fall/prov.yaml", None, fall)
    with pytest.raises(Nej, match="prov.yaml, rad 1: Exemplet ”tio dagar” stämmer inte: .*2026-09-22.*2026-09-21"):
        aktivera(bygg.vaka, ny, nu=NU, skal=SKAL)


def test_hinder_namns_alla_pa_en_gang(bygg: Bygge, andrat: Andrat) -> None:
    ny = andrat("config/exempelkommun/organisation.yaml", "      - {kod: familjehem, namn: Familjehemsenheten}\n", "")
    with pytest.raises(Nej) as nej:
        aktivera(bygg.vaka, ny, nu=NU, skal="", fran=date(2026, 1, 1))
    assert len(nej.value.skal) >= 3

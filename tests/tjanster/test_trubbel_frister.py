"""Limits through their whole life: moved, paused, corrected, broken, and kept though it was told late."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.bygg import KONTAKT, NU, Bygge, lagg_in_personal
from tests.conftest import starta_vaka
from tests.tjanster.delad import delad_vaka, tom
from tjanster.app import Vaka
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler.svep import svepa


@pytest.fixture(scope="module")
def delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("data"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def bygg(delad: Vaka) -> Bygge:
    with tom(delad).motor.begin() as conn:
        lagg_in_personal(conn)
    return Bygge(delad)


def tid(text_: str) -> datetime:
    return datetime.fromisoformat(text_).replace(tzinfo=SVENSK_TID)


def handlagd(bygg: Bygge, **data: Any) -> str:
    """A complaint being handled; received Monday 2026-09-07, to be answered in ten working days: 2026-09-21."""
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT, **data)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    bygg.gor(nummer, "handlagg", "hanna")
    return nummer


def svar(bygg: Bygge, nummer: str, namn: str = "svar", slag: str = "lag") -> dict[str, Any]:
    return next(f for f in bygg.frister(nummer) if (f["namn"], f["slag"]) == (namn, slag))


def brott(bygg: Bygge) -> list[tuple[str, str, str | None]]:
    with bygg.vaka.systemet() as conn:
        sats = "SELECT f.namn, b.forfoll, b.orsak FROM fristbrott b JOIN frist f ON f.id = b.frist_id ORDER BY 1"
        return [(r.namn, r.forfoll.isoformat(), r.orsak) for r in conn.execute(text(sats))]


def historien(bygg: Bygge, nummer: str) -> list[str]:
    with bygg.vaka.systemet() as conn:
        bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, None, bygg.nu)
    return [rad for h in bild.handelser for rad in h.foljder]


def besvara(bygg: Bygge, nummer: str, nu: str, dag: str, **mer: Any) -> None:
    bygg.gor(nummer, "besvara", "hanna", nu=tid(nu), svar="Påhittat svar", besvarad=dag, sen_registrering_skal="Driftstopp", **mer)


# -- a breach stays on record, unless there was none -------------------------------------------------------------------


def test_bruten_frist_star_kvar_fast_den_forlangs_efterat(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    svepa(bygg.vaka, tid("2026-09-22T06:00"))
    bygg.gor(nummer, "forlang_frist", "elin", nu=tid("2026-09-22T09:00"), frist="svar", nytt_datum="2026-09-30", skal="Väntar")
    besvara(bygg, nummer, "2026-09-25T09:00", "2026-09-25")
    assert svar(bygg, nummer)["forfaller"] == date(2026, 9, 30)
    assert brott(bygg) == [("svar", "2026-09-21", None)]


def test_brott_som_inget_svep_hann_se_noteras_nar_fristen_flyttas(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "forlang_frist", "elin", nu=tid("2026-09-23T09:00"), frist="svar", nytt_datum="2026-09-30", skal="Väntar")
    assert brott(bygg) == [("svar", "2026-09-21", None)]


def test_brott_noteras_aven_nar_arendet_tar_en_annan_vag(bygg: Bygge) -> None:
    nummer = bygg.ny("beslut")
    bygg.gor(nummer, "verkstall", "hanna", verkstalld="2026-09-07")
    bygg.gor(nummer, "avbryt", "hanna", avbruten="2026-09-07")
    sent = tid("2026-12-10T09:00")
    bygg.gor(nummer, "behovet_upphor", "hanna", nu=sent, upphort="2026-12-10", upphort_skal="Återtagen ansökan", orsak="resursbrist")
    assert brott(bygg) == [("aterupptagande", "2026-12-07", "resursbrist")]


def test_gjort_i_tid_och_registrerat_sent_ar_inget_brott(bygg: Bygge) -> None:
    """The sweep found a breach, but the answer had been given in time; it was only written down late."""
    nummer = handlagd(bygg)
    svepa(bygg.vaka, tid("2026-09-23T06:00"))
    assert brott(bygg) == [("svar", "2026-09-21", None)]
    besvara(bygg, nummer, "2026-09-23T09:00", "2026-09-18")  # no cause is asked for
    assert brott(bygg) == []
    frist = svar(bygg, nummer)
    assert (frist["status"], frist["mott"]) == ("mott", date(2026, 9, 18))
    # What was thought in between is told in the history, for good.
    motta = bygg.handelser(nummer)[-1]["foljder"]["motta"]
    assert [(m["sen"], m["rattat_brott"]) for m in motta] == [(False, "2026-09-21")]
    assert any("i tid; noterat som passerat" in rad and "är rättat" in rad for rad in historien(bygg, nummer))


def test_brott_mot_forsta_dagen_star_kvar_fast_svaret_kom_fore_den_forlangda(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    svepa(bygg.vaka, tid("2026-09-23T06:00"))
    bygg.gor(nummer, "forlang_frist", "elin", nu=tid("2026-09-23T08:00"), frist="svar", nytt_datum="2026-09-30", skal="Väntar")
    besvara(bygg, nummer, "2026-09-28T09:00", "2026-09-22")
    assert brott(bygg) == [("svar", "2026-09-21", None)]


def test_svar_fore_forsta_dagen_rattar_brottet_aven_efter_forlangning(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    svepa(bygg.vaka, tid("2026-09-23T06:00"))
    bygg.gor(nummer, "forlang_frist", "elin", nu=tid("2026-09-23T08:00"), frist="svar", nytt_datum="2026-09-30", skal="Väntar")
    besvara(bygg, nummer, "2026-09-28T09:00", "2026-09-21")
    assert brott(bygg) == []


def test_for_sent_svar_registrerat_annu_senare_ar_brott_med_orsak(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    with pytest.raises(OgiltigaUppgifter) as nej:
        besvara(bygg, nummer, "2026-09-28T09:00", "2026-09-22")
    assert set(nej.value.falt) == {"forseningsorsak"}
    besvara(bygg, nummer, "2026-09-28T09:00", "2026-09-22", forseningsorsak="franvaro")
    assert brott(bygg) == [("svar", "2026-09-21", "franvaro")]


def test_beslut_verkstallt_i_tid_men_registrerat_efter_svepet(bygg: Bygge) -> None:
    """The sweep moved the decision; the day that it was carried out lay before."""
    nummer = bygg.ny("beslut")
    assert svepa(bygg.vaka, tid("2026-12-08T06:00")).flyttade == 1
    bygg.gor(nummer, "verkstall", "hanna", nu=tid("2026-12-09T09:00"), verkstalld="2026-12-07", sen_registrering_skal="Driftstopp")
    assert (bygg.rad(nummer)["tillstand"], brott(bygg)) == ("verkstallt", [])


def test_rattad_svarsdag_rattar_nar_fristen_mottes(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    besvara(bygg, nummer, "2026-09-24T09:00", "2026-09-24", forseningsorsak="franvaro")
    assert brott(bygg) == [("svar", "2026-09-21", "franvaro")]
    bygg.gor(nummer, "andra", "hanna", nu=tid("2026-09-25T09:00"), besvarad="2026-09-21", skal="Fel dag skrevs")
    assert (svar(bygg, nummer)["mott"], brott(bygg)) == (date(2026, 9, 21), [])
    bygg.gor(nummer, "andra", "hanna", nu=tid("2026-09-25T10:00"), besvarad="2026-09-23", skal="Fel igen")
    assert (svar(bygg, nummer)["mott"], brott(bygg)) == (date(2026, 9, 23), [("svar", "2026-09-21", None)])


def test_kommunens_mal_bryts_inte_pa_protokollet_men_syns_som_for_sent(bygg: Bygge) -> None:
    nummer = bygg.ny("beslut", insats="hemtjanst")  # goal: ten working days
    bygg.gor(nummer, "verkstall", "hanna", nu=tid("2026-10-01T09:00"), verkstalld="2026-10-01")
    assert brott(bygg) == []
    with bygg.vaka.systemet() as conn:
        bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, None, tid("2026-10-02T09:00"))
    assert {(f.slag, f.bruten) for f in bild.frister} == {("lag", False), ("mal", True)}


# -- a corrected day ---------------------------------------------------------------------------------------------------


def test_rattad_dag_raknar_om_de_oppna_fristerna(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "andra", "hanna", inkom="2026-09-03", skal="Stämpeln säger torsdag")
    frist = svar(bygg, nummer)
    assert (frist["start"], frist["forfaller"], frist["omgang"]) == (date(2026, 9, 3), date(2026, 9, 17), 2)
    assert bygg.rad(nummer)["dag"] == date(2026, 9, 3)
    svepa(bygg.vaka, tid("2026-09-18T06:00"))
    assert brott(bygg) == [("svar", "2026-09-17", None)]


def test_rattad_dag_behaller_forlangning_och_pausade_dagar(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "pausa_frist", "hanna", frist="svar", skal="Väntar på komplettering")
    bygg.gor(nummer, "starta_frist_igen", "hanna", nu=tid("2026-09-09T09:00"), frist="svar")
    assert svar(bygg, nummer)["forfaller"] == date(2026, 9, 23)
    bygg.gor(nummer, "andra", "hanna", nu=tid("2026-09-10T09:00"), inkom="2026-09-04", skal="Fel dag")
    assert svar(bygg, nummer)["forfaller"] == date(2026, 9, 22)
    bygg.gor(nummer, "forlang_frist", "elin", nu=tid("2026-09-11T09:00"), frist="svar", nytt_datum="2026-10-02", skal="Väntar")
    bygg.gor(nummer, "andra", "hanna", nu=tid("2026-09-14T09:00"), inkom="2026-09-03", skal="Fel dag igen")
    assert svar(bygg, nummer)["forfaller"] == date(2026, 10, 2)


def test_brott_efter_fel_dag_forsvinner_nar_dagen_rattas(bygg: Bygge) -> None:
    nummer = handlagd(bygg, inkom="2026-08-31", sen_registrering_skal="Pappersblankett")  # due 2026-09-14
    svepa(bygg.vaka, tid("2026-09-16T06:00"))
    assert ("svar", "2026-09-14", None) in brott(bygg)
    bygg.gor(nummer, "andra", "hanna", nu=tid("2026-09-16T09:00"), inkom="2026-09-07", skal="Stämpeln lästes fel")
    assert [b for b in brott(bygg) if b[0] == "svar"] == []
    (omraknad,) = (f for f in bygg.handelser(nummer)[-1]["foljder"]["omraknade"] if f["frist"] == "svar")
    assert (omraknad["forfaller"], omraknad["rattat_brott"]) == ("2026-09-21", "2026-09-14")


def test_rattad_dag_visar_ett_brott_som_forlangningen_gomde(bygg: Bygge) -> None:
    """By the right day the limit had already passed when it was extended."""
    nummer = handlagd(bygg)
    bygg.gor(nummer, "forlang_frist", "elin", nu=tid("2026-09-18T09:00"), frist="svar", nytt_datum="2026-09-30", skal="Väntar")
    assert brott(bygg) == []
    bygg.gor(nummer, "andra", "hanna", nu=tid("2026-09-18T10:00"), inkom="2026-08-31", skal="Fel dag")
    assert ("svar", "2026-09-14", None) in brott(bygg)
    assert svar(bygg, nummer)["forfaller"] == date(2026, 9, 30)


def test_annan_insats_ger_annat_mal_och_samma_lag(bygg: Bygge) -> None:
    nummer = bygg.ny("beslut", insats="kontaktperson")
    assert [f["slag"] for f in bygg.frister(nummer)] == ["lag"]
    bygg.gor(nummer, "andra", "hanna", insats="hemtjanst", skal="Fel insats valdes")
    assert svar(bygg, nummer, "verkstallighet", "mal")["forfaller"] == date(2026, 9, 21)
    bygg.gor(nummer, "andra", "hanna", insats="boendestod", skal="Fel igen")
    assert svar(bygg, nummer, "verkstallighet", "mal")["forfaller"] == date(2026, 10, 12)
    bygg.gor(nummer, "andra", "hanna", insats="kontaktperson", skal="Det var rätt först")
    assert svar(bygg, nummer, "verkstallighet", "mal")["status"] == "utgatt"
    assert svar(bygg, nummer, "verkstallighet")["forfaller"] == date(2026, 12, 7)


# -- pauses and extensions ---------------------------------------------------------------------------------------------


def test_glomd_paus_tar_slut_av_sig_sjalv(bygg: Bygge) -> None:
    """Fifteen working days is the most; then the limit runs again, and somebody is told."""
    nummer = handlagd(bygg)
    bygg.gor(nummer, "pausa_frist", "hanna", frist="svar", skal="Väntar på komplettering")
    assert svepa(bygg.vaka, tid("2026-09-28T06:00")).startade == 0
    assert svepa(bygg.vaka, tid("2026-09-29T06:00")).startade == 1
    frist = svar(bygg, nummer)
    assert (frist["status"], frist["forfaller"]) == ("lopande", date(2026, 10, 12))
    assert (bygg.handelser(nummer)[-1]["handelse"], bygg.handelser(nummer)[-1]["roll"]) == ("starta_frist_igen", "systemet")
    assert svepa(bygg.vaka, tid("2026-10-07T06:00")).trappsteg == 1


def test_for_lang_paus_ger_bara_tillbaka_det_regeln_tillater(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "pausa_frist", "hanna", frist="svar", skal="Väntar på komplettering")
    bygg.gor(nummer, "starta_frist_igen", "hanna", nu=tid("2026-11-02T09:00"), frist="svar")
    frist = svar(bygg, nummer)
    assert (frist["status"], frist["forfaller"]) == ("lopande", date(2026, 10, 12))
    svepa(bygg.vaka, tid("2026-11-03T06:00"))
    assert brott(bygg) == [("svar", "2026-10-12", None)]


def test_pausade_dagar_tar_inget_av_forlangningen(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "pausa_frist", "hanna", frist="svar", skal="Väntar")
    bygg.gor(nummer, "starta_frist_igen", "hanna", nu=tid("2026-09-21T09:00"), frist="svar")
    assert svar(bygg, nummer)["forfaller"] == date(2026, 10, 5)
    with pytest.raises(Nej, match="till 2026-10-19; 2026-10-20 är för sent"):
        bygg.gor(nummer, "forlang_frist", "elin", nu=tid("2026-09-22T09:00"), frist="svar", nytt_datum="2026-10-20", skal="Väntar")
    bygg.gor(nummer, "forlang_frist", "elin", nu=tid("2026-09-22T09:00"), frist="svar", nytt_datum="2026-10-19", skal="Väntar")


def test_svar_under_paus_ger_forst_tillbaka_pausens_dagar(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "pausa_frist", "hanna", nu=tid("2026-09-16T09:00"), frist="svar", skal="Väntar")
    besvara(bygg, nummer, "2026-09-24T09:00", "2026-09-24")
    frist = svar(bygg, nummer)
    assert (frist["status"], frist["mott"], frist["forfaller"]) == ("mott", date(2026, 9, 24), date(2026, 9, 29))
    assert brott(bygg) == []


def test_svar_gjort_fore_pausen_far_inga_dagar(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "pausa_frist", "hanna", nu=tid("2026-09-16T09:00"), frist="svar", skal="Väntar")
    besvara(bygg, nummer, "2026-09-24T09:00", "2026-09-15")
    assert (svar(bygg, nummer)["mott"], svar(bygg, nummer)["forfaller"]) == (date(2026, 9, 15), date(2026, 9, 21))


def test_paus_och_start_far_bara_den_som_regeln_namner(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    with pytest.raises(Nej, match="får pausas av handläggare och enhetschef"):
        bygg.gor(nummer, "pausa_frist", "rut", frist="svar", skal="Väntar")
    bygg.gor(nummer, "pausa_frist", "hanna", frist="svar", skal="Väntar")
    for handelse, mer in (("pausa_frist", {}), ("forlang_frist", {"nytt_datum": "2026-09-30"})):
        with pytest.raises(Nej, match="pausad"):
            bygg.gor(nummer, handelse, "elin", frist="svar", skal="Igen", **mer)
    with pytest.raises(Nej):
        bygg.gor(nummer, "starta_frist_igen", "rut", frist="svar")
    with pytest.raises(OgiltigaUppgifter, match="'svarr' är ingen öppen frist här"):
        bygg.gor(nummer, "starta_frist_igen", "hanna", frist="svarr")


def test_frist_utan_dag_kan_varken_forlangas_eller_pausas(bygg: Bygge) -> None:
    nummer = bygg.ny("lex_sarah", "mia")
    for handelse, mer in (("pausa_frist", {}), ("forlang_frist", {"nytt_datum": "2026-09-30"})):
        with pytest.raises(Nej, match="har ingen sista dag"):
            bygg.gor(nummer, handelse, "elin", frist="utredning", skal="Väntar", **mer)


# -- limits in hours ---------------------------------------------------------------------------------------------------

TIMMAR = """mottagande:
  galler:
    - fran: 2022-01-01
      tid: 24 timmar
      kalla: Exempelkommunens rutin för avvikelser, påhittad
      kontrollerad: 2026-11-22
"""


@pytest.fixture
def timmar(programmets: Engine, databas: str, tmp_path: Path) -> Bygge:
    """The same municipality, where a deviation must be received within twenty-four hours. On a database of its own: the
    rules that hold are those that it was first started with."""
    from tests.tjanster.egen_kommun import kopiera

    mapp = kopiera("exempelkommun", tmp_path)
    (mapp / "regler" / "frister" / "avvikelse.yaml").write_text(TIMMAR, encoding="utf-8")
    with programmets.begin() as conn:
        lagg_in_personal(conn)
    return Bygge(starta_vaka(programmets, databas, tmp_path, str(mapp)))


def test_timfrist_raknas_fran_stunden_och_bryts_pa_stunden(timmar: Bygge) -> None:
    nummer = timmar.ny("avvikelse", "mia", nu=tid("2026-09-07T15:00"))
    frist = svar(timmar, nummer, "mottagande")
    assert (frist["forfaller"], frist["forfaller_tid"]) == (date(2026, 9, 8), tid("2026-09-08T15:00"))
    assert svepa(timmar.vaka, tid("2026-09-08T14:59")).brutna == 0
    assert svepa(timmar.vaka, tid("2026-09-08T15:01")).brutna == 1
    with pytest.raises(OgiltigaUppgifter) as nej:
        timmar.gor(nummer, "ta_emot", "elin", nu=tid("2026-09-08T15:02"))
    assert set(nej.value.falt) == {"forseningsorsak"}


def test_timfrist_mott_en_tidigare_dag_ar_mott_i_tid(timmar: Bygge) -> None:
    nummer = timmar.ny("avvikelse", "mia", nu=tid("2026-09-07T15:00"))
    svepa(timmar.vaka, tid("2026-09-09T06:00"))
    timmar.gor(nummer, "ta_emot", "elin", nu=tid("2026-09-09T09:00"), mottagen="2026-09-07", sen_registrering_skal="Driftstopp")
    assert (svar(timmar, nummer, "mottagande")["mott"], brott(timmar)) == (date(2026, 9, 7), [])


def test_timfrist_mott_nagon_gang_sista_dagen_raknas_som_sen(timmar: Bygge) -> None:
    """Only the day is known, and the hour may have been after: unknown is never yes."""
    nummer = timmar.ny("avvikelse", "mia", nu=tid("2026-09-07T15:00"))
    with pytest.raises(OgiltigaUppgifter) as nej:
        timmar.gor(nummer, "ta_emot", "elin", nu=tid("2026-09-09T09:00"), mottagen="2026-09-08")
    assert set(nej.value.falt) == {"forseningsorsak"}


def test_timfrist_med_rattad_dag_raknas_fran_den_dagens_borjan(timmar: Bygge) -> None:
    nummer = timmar.ny("avvikelse", "mia", nu=tid("2026-09-07T15:00"))
    timmar.gor(nummer, "andra", "hanna", nu=tid("2026-09-07T16:00"), rapporterad="2026-09-06", handelsedatum="2026-09-06", skal="Fel dag")
    assert svar(timmar, nummer, "mottagande")["forfaller_tid"] == tid("2026-09-07T00:00")
    timmar.gor(nummer, "andra", "hanna", nu=tid("2026-09-07T17:00"), rapporterad="2026-09-07", skal="Det var rätt först")
    assert svar(timmar, nummer, "mottagande")["forfaller_tid"] == tid("2026-09-08T15:00")
    assert brott(timmar) == []


def test_timfrist_kan_inte_pausas(timmar: Bygge) -> None:
    nummer = timmar.ny("avvikelse", "mia")
    with pytest.raises(Nej, match="får inte pausas"):
        timmar.gor(nummer, "pausa_frist", "elin", frist="mottagande", skal="Väntar")


# -- owners ------------------------------------------------------------------------------------------------------------


def test_overlamnat_arende_lamnar_sin_handlaggare_och_sager_sin_nya_enhet(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "lamna_over_enhet", "hanna", ny_enhet="oppenvard", skal="Gäller öppenvården")
    assert (bygg.rad(nummer)["enhet"], bygg.rad(nummer)["handlaggare"]) == ("oppenvard", None)
    assert bygg.handelser(nummer)[-1]["uppgifter"]["enhet"] == ["familjehem", "oppenvard"]
    with bygg.vaka.systemet() as conn:
        bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, None, NU + timedelta(hours=1))
    assert [p.namn.split()[0] for p in bild.agare.personer] == ["Eva"]

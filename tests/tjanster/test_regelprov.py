"""The rules in the one path of an event: tables decide, demands demand, the order of delegation says who may."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from arbetsfloden import PROCESSER
from regler import las_in
from tests.bygg import KONTAKT, NU, Bygge
from tests.tjanster.regelhjalp import delegation, krav, med_filer, starta
from tjanster.arenden.arendebild import Stegbild, visa_arende
from tjanster.arenden.fel import FarInte, Nej, OgiltigaUppgifter
from tjanster.importera.inlasning import importera
from tjanster.regelstyrning import aktivera
from tjanster.scheduler.svep import svepa

Stad = Callable[..., Bygge]
TABELLEN = "regler/beslutstabeller/lex_sarah.yaml"
UTRED = {"utredning": "Påhittad utredning", "orsaker": ["teknik"]}
KRAVET = "enligt kravet ”Påhittat krav” som gäller från 1 januari 2026 (Påhittad rutin)"


@pytest.fixture
def stad(motor: Engine, databas: str, tmp_path: Path) -> Stad:
    """Exempelkommun with just these demands and this delegation."""

    def starta_med(*filer: Mapping[str, str]) -> Bygge:
        alla = {vag: text for fil in filer for vag, text in fil.items()}
        return starta(motor, databas, tmp_path, med_filer(alla))

    return starta_med


def bild(bygg: Bygge, nummer: str, som: str, nu: datetime = NU) -> Any:
    with bygg.vaka.systemet() as conn:
        return visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor(som), nu)


def steget(bygg: Bygge, nummer: str, som: str, handelse: str, nu: datetime = NU) -> Stegbild:
    return next(x for x in bild(bygg, nummer, som, nu).steg if x.handelse == handelse)


def utredd(bygg: Bygge, som: str = "elin", **mer: Any) -> str:
    nummer = bygg.ny("lex_sarah", "mia", **mer)
    bygg.gor(nummer, "inled_utredning", "elin")
    bygg.gor(nummer, "utred", som, **UTRED)
    return nummer


# -- decision tables --------------------------------------------------------------------------------------------------


def andrad_tabell() -> dict[str, str]:
    """Also a risk that isn't serious is to be reported."""
    text = las_in(None).filer[TABELLEN]
    text = text.replace("[risk_allvarligt, allvarligt]", "[risk, risk_allvarligt, allvarligt]")
    return {TABELLEN: text.replace("[inget, risk, missforhallande]", "[inget, missforhallande]")}


def test_en_andrad_tabell_andrar_vad_steget_gor_utan_kod(stad: Stad) -> None:
    bygg = stad()
    fore = utredd(bygg)
    bygg.gor(fore, "bedom", "kim", bedomning="risk", bedomning_skal="Så resonerade vi")
    assert bygg.rad(fore)["tillstand"] == "bedomd"
    aktivera(bygg.vaka, med_filer(andrad_tabell()), nu=NU, skal="Ny praxis")
    efter = utredd(bygg)
    bygg.gor(efter, "bedom", "kim", bedomning="risk", bedomning_skal="Så resonerade vi")
    assert bygg.rad(efter)["tillstand"] == "ska_anmalas"
    # The case that was assessed before can't be closed as it was, and the watch moves it.
    with pytest.raises(Nej, match="inte anmäls till IVO. Ett allvarligt missförhållande"):
        bygg.gor(fore, "besluta", "kim", beslut_text="Avslutas")
    assert [svepa(bygg.vaka, NU).flyttade for _ in range(2)] == [1, 0]
    assert bygg.rad(fore)["tillstand"] == "ska_anmalas"


def test_handelsen_sager_vilken_rad_som_avgjorde(stad: Stad) -> None:
    bygg = stad()
    nummer = utredd(bygg)
    bygg.gor(nummer, "bedom", "kim", bedomning="allvarligt", bedomning_skal="Så resonerade vi")
    handelse = bygg.handelser(nummer)[-1]
    (svar,) = handelse["foljder"]["tabeller"].values()
    rad = bygg.vaka.sammanhang.regelverk.bedom("lex_sarah/till_ivo", {"bedomning": "allvarligt"}, NU.date()).rad
    assert (handelse["handelse"], svar["rad"]) == ("kraver_anmalan", rad.id)
    assert bild(bygg, nummer, "kim").handelser[-1].foljder[0] == (
        "Avgjordes av regeln ”Ska det anmälas till IVO?”: Ska anmälas till IVO. Ett allvarligt missförhållande, och en "
        "påtaglig risk för ett sådant, anmäls snarast, enligt 27 kap. 6 § SoL (2025:400)"
    )
    assert "tabeller" not in bygg.handelser(nummer)[-2]["foljder"]


def test_rapportens_dag_valjer_tabellens_version(stad: Stad) -> None:
    """avgors_av: a report from before the new law is judged by the old one, and the event says so."""
    bygg = stad()
    nummer = utredd(bygg, handelsedatum="2025-06-29", rapporterad="2025-06-30", sen_registrering_skal="Låg i posten")
    bygg.gor(nummer, "bedom", "kim", bedomning="risk_allvarligt", bedomning_skal="x", forseningsorsak="franvaro")
    (svar,) = bygg.handelser(nummer)[-1]["foljder"]["tabeller"].values()
    assert svar["kalla"] == "14 kap. 7 § SoL (2001:453)"


def test_publicering_avgors_av_tabellen_och_obesvarat_ar_inte_ja(stad: Stad) -> None:
    bygg = stad()
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "handlagg", "hanna")
    bygg.gor(nummer, "besvara", "hanna", svar="Påhittat svar")
    assert steget(bygg, nummer, "hanna", "publicera").gar
    for svar, skal in (
        ({}, ["Frågan ”Omfattas synpunkten eller svaret av sekretess?” ska besvaras",
              "Frågan ”Innehåller synpunkten eller svaret personuppgifter?” ska besvaras"]),
        ({"sekretess": True}, ["Synpunkten och svaret ska få publiceras. Det som omfattas av sekretess publiceras inte."]),
    ):  # fmt: skip
        with pytest.raises(Nej) as nej:
            bygg.gor(nummer, "publicera", "hanna", **svar)
        assert nej.value.skal == skal
    bygg.gor(nummer, "publicera", "hanna", sekretess=False, personuppgifter=False)
    assert bygg.handelser(nummer)[-1]["foljder"]["tabeller"]["synpunkt/publicering"]["motiv"]


# -- demands ----------------------------------------------------------------------------------------------------------


def allvarlig(bygg: Bygge, utredare: str = "elin") -> str:
    nummer = utredd(bygg, utredare)
    bygg.gor(nummer, "bedom", "kim", bedomning="allvarligt", bedomning_skal="Så resonerade vi")
    return nummer


def test_ett_krav_pa_falt_sags_med_kalla_och_visas_i_formularet(stad: Stad) -> None:
    bygg = stad(krav("lex_sarah", "anmal_ivo", "{falt: [ivo_diarienummer, hant_forut]}"))
    nummer = allvarlig(bygg)
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.gor(nummer, "anmal_ivo", "kim")
    assert nej.value.falt == {
        "ivo_diarienummer": f"IVO:s diarienummer ska fyllas i, {KRAVET}",
        "hant_forut": f"Frågan ”Har något liknande hänt förut, och varför i så fall igen?” ska besvaras, {KRAVET}",
    }
    ett = steget(bygg, nummer, "kim", "anmal_ivo")
    assert ett.gar
    assert set(ett.krav.falt) == {"ivo_diarienummer", "hant_forut"}
    bygg.gor(nummer, "anmal_ivo", "kim", ivo_diarienummer="3.2", hant_forut="Nej")
    assert bygg.rad(nummer)["uppgifter"]["hant_forut"] == "Nej"


def test_alla_skal_sags_pa_en_gang(stad: Stad) -> None:
    bygg = stad(krav("lex_sarah", "besluta", "{falt: [hant_forut], bilaga: ja, annan_an: [bedom, utred]}"))
    nummer = utredd(bygg)
    bygg.gor(nummer, "bedom", "kim", bedomning="risk", bedomning_skal="Så resonerade vi")
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.gor(nummer, "besluta", "kim")
    assert nej.value.skal == [
        "Beslutet ska fyllas i",
        f"Frågan ”Har något liknande hänt förut, och varför i så fall igen?” ska besvaras, {KRAVET}",
        f"Ärendet ska ha en bilaga, {KRAVET}. Bifoga den på ärendets sida och ta sedan steget",
        f"Steget ska tas av någon annan än den som gjorde ”Bedöm”, och det var du, {KRAVET}. Be en kollega som är kvalitetsledare eller avdelningschef",
    ]
    assert steget(bygg, nummer, "kim", "besluta").hinder == tuple(nej.value.skal[2:])
    # Also when something in the form couldn't be read.
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.gor(nummer, "besluta", "kim", beslut_text="Klart", beslutad="i går")
    assert len(nej.value.skal) == 4
    assert set(nej.value.falt) == {"beslutad", "hant_forut"}


def test_kraven_uppfylls_av_bilaga_och_en_annan_person(stad: Stad) -> None:
    bygg = stad(krav("lex_sarah", "besluta", "{bilaga: ja, annan_an: [bedom]}"))
    nummer = utredd(bygg)
    bygg.gor(nummer, "bedom", "kim", bedomning="risk", bedomning_skal="Så resonerade vi")
    bygg.bifoga(nummer)
    assert steget(bygg, nummer, "anders", "besluta").bilaga == (f"Ärendet ska ha en bilaga, {KRAVET}.",)
    with pytest.raises(Nej) as nej:
        bygg.gor(nummer, "besluta", "kim", beslut_text="Klart")
    assert (nej.value.kod, len(nej.value.skal)) == ("nekad", 1)
    bygg.gor(nummer, "besluta", "anders", beslut_text="Klart")


def test_en_borttagen_bilaga_raknas_inte(stad: Stad) -> None:
    bygg = stad(krav("synpunkt", "fordela", "{bilaga: ja}"))
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.bifoga(nummer)
    (bilaga,) = bild(bygg, nummer, "elin").bilagor
    bygg.gor(nummer, "ta_bort_bilaga", "elin", bilaga=str(bilaga.id), skal="Fel fil")
    with pytest.raises(Nej, match="Ärendet ska ha en bilaga"):
        bygg.gor(nummer, "fordela", "rut", enhet="familjehem")


def test_ett_krav_galler_pa_stegets_egen_dag(stad: Stad) -> None:
    bygg = stad(krav("lex_sarah", "anmal_ivo", "{falt: [ivo_diarienummer]}", fran="2026-09-07", till="2026-09-08"))
    nummer, sent = allvarlig(bygg), NU + timedelta(days=2)
    assert steget(bygg, nummer, "kim", "anmal_ivo").krav.falt
    assert not steget(bygg, nummer, "kim", "anmal_ivo", sent).krav.falt
    with pytest.raises(OgiltigaUppgifter, match="IVO:s diarienummer"):
        bygg.gor(nummer, "anmal_ivo", "kim", nu=sent, anmald_ivo="2026-09-08")
    bygg.gor(nummer, "anmal_ivo", "kim", nu=sent)


def test_den_som_registrerade_ar_ocksa_nagon(stad: Stad) -> None:
    bygg = stad(krav("avvikelse", "ta_emot", "{annan_an: [registrera]}"))
    with pytest.raises(Nej, match="gjorde ”Registrerat”, och det var du"):
        bygg.gor(bygg.ny("avvikelse", "elin"), "ta_emot", "elin")
    bygg.gor(bygg.ny("avvikelse", "mia"), "ta_emot", "elin")


def test_krav_nar_ett_arende_registreras(stad: Stad) -> None:
    bygg = stad(krav("avvikelse", "registrera", "{falt: [var_direkt, utredning]}"))
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.ny("avvikelse", "mia", typ=None)
    assert set(nej.value.falt) == {"typ", "var_direkt", "utredning"}
    assert nej.value.falt["var_direkt"] == f"Frågan ”Vad gjordes genast?” ska besvaras, {KRAVET}"
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.ny("avvikelse", "mia", handelsedatum="hej")
    assert set(nej.value.falt) == {"handelsedatum", "var_direkt", "utredning"}
    assert bygg.ny("avvikelse", "mia", var_direkt="Ringde", utredning="Klar")


# -- delegation -------------------------------------------------------------------------------------------------------


def test_delegationsordningen_sager_vem_som_far_och_handelsen_minns_punkten(stad: Stad) -> None:
    bygg = stad(delegation("lex_sarah", "anmal_ivo", 'fran: 2022-01-01, far: [kvalitetsledare], punkt: "4.12"'))
    nummer = allvarlig(bygg)
    mening = "Enligt delegationsordningen, punkt 4.12, får kvalitetsledare besluta om detta, inte avdelningschef"
    for data in ({}, {"anmald_ivo": "i går"}):  # told before what is wrong in the form
        with pytest.raises(FarInte) as nej:
            bygg.gor(nummer, "anmal_ivo", "anders", **data)
        assert nej.value.skal[0] == mening
    assert steget(bygg, nummer, "anders", "anmal_ivo").hinder == (mening,)
    assert steget(bygg, nummer, "elin", "anmal_ivo").hinder == (mening.replace("avdelningschef", "enhetschef"),)
    assert steget(bygg, nummer, "kim", "anmal_ivo").gar
    bygg.gor(nummer, "anmal_ivo", "kim")
    sparat = bygg.handelser(nummer)[-1]["foljder"]["delegation"]
    assert (sparat["rad"], sparat["punkt"]) == ("prov/provet/lokal/2022-01-01", "4.12")
    assert "På delegation enligt punkt 4.12, Påhittad rutin" in bild(bygg, nummer, "kim").handelser[-1].foljder


def test_delegationen_galler_sina_enheter_och_dagar(stad: Stad) -> None:
    bygg = stad(
        delegation(
            "lex_sarah", "bedom",
            "fran: 2022-01-01, far: [kvalitetsledare], enheter: [socialforvaltningen]",
            "fran: 2022-01-01, till: 2026-09-07, far: [avdelningschef], enheter: [ifo]",
        )
    )  # fmt: skip
    nummer = utredd(bygg)
    assert steget(bygg, nummer, "anders", "bedom").gar
    (hinder,) = steget(bygg, nummer, "anders", "bedom", NU + timedelta(days=1)).hinder
    assert hinder == "Enligt delegationsordningen får kvalitetsledare besluta om detta, inte avdelningschef"
    bygg.gor(nummer, "bedom", "anders", bedomning="risk", bedomning_skal="Så")
    assert "På delegation enligt Påhittad rutin" in bild(bygg, nummer, "kim").handelser[-1].foljder


def test_den_dag_ordningen_inte_ger_nagon_ratten_ar_den_namndens(stad: Stad) -> None:
    bygg = stad(delegation("lex_sarah", "bedom", "fran: 2022-01-01, till: 2026-09-06, far: [kvalitetsledare]"))
    with pytest.raises(FarInte, match="får ingen besluta om detta för Familjehemsenheten i dag. Beslutet hör till nämnden"):
        bygg.gor(utredd(bygg), "bedom", "kim", bedomning="risk", bedomning_skal="Så")


def test_en_roll_som_innefattar_den_delegerade_racker(stad: Stad) -> None:
    """As everywhere else: what an officer may, the manager may too, or an empty post would stop the case."""
    bygg = stad(delegation("lex_sarah", "utred", "fran: 2022-01-01, far: [handlaggare]"))
    nummer = bygg.ny("lex_sarah", "mia")
    bygg.gor(nummer, "inled_utredning", "elin")
    bygg.gor(nummer, "utred", "anders", **UTRED)


def test_flera_punkter_och_roller_sags_tillsammans(stad: Stad) -> None:
    bygg = stad(
        delegation(
            "lex_sarah", "bedom", 'fran: 2022-01-01, far: [kvalitetsledare], punkt: "4.1", enheter: [familjehem]',
            'fran: 2022-01-01, far: [avdelningschef], punkt: "4.2", enheter: [ifo]',
        )
    )  # fmt: skip
    assert steget(bygg, utredd(bygg), "elin", "bedom").hinder == (
        "Enligt delegationsordningen, punkt 4.1 och 4.2, får kvalitetsledare eller avdelningschef besluta om detta, inte enhetschef",
    )


# -- those who aren't stopped -----------------------------------------------------------------------------------------


def test_systemet_och_inlast_historik_stoppas_varken_av_krav_eller_delegation(stad: Stad, tmp_path: Path) -> None:
    bygg = stad(
        krav("avvikelse", "registrera", "{falt: [var_direkt]}"),
        krav("synpunkt", "fordela", "{bilaga: ja}"),
        delegation("synpunkt", "fordela", "fran: 2022-01-01, far: [enhetschef]"),
    )
    nummer = bygg.ny("synpunkt", None, kontakt=KONTAKT)
    assert bygg.rad(nummer)["tillstand"] == "bekraftad"
    fil = tmp_path / "avvikelser.csv"
    rad = "X-1;2026-08-01;2026-08-01;familjehem;rutin;Påhittad händelse;2026-08-20"
    fil.write_text(f"externt_id;handelsedatum;rapporterad;enhet;typ;beskrivning;avslutad\n{rad}\n", "utf-8")
    rapport = importera(bygg.vaka, PROCESSER["avvikelse"].namn, fil, nu=NU)
    assert (rapport.nya, rapport.fel) == (1, [])

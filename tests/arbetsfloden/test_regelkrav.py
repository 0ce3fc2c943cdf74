"""What the rules demand of a step, beside the process: asked in its form, told with everything else, never twice."""

from dataclasses import replace

import pytest

from arbetsfloden import (
    INGA_KRAV,
    PROCESSER,
    Fakta,
    Nekad,
    Regelkrav,
    Utfall,
    ej_angivna,
    formular,
    lagg_over,
    mojliga,
    prova,
    prova_oppning,
    stegets_dag,
    tabeller,
)

LEX_SARAH = PROCESSER["lex_sarah"]
ANMAL = LEX_SARAH.hitta("anmal_ivo")
KRAV = Regelkrav({"ivo_diarienummer": "IVO:s diarienummer ska fyllas i, enligt kravet"}, ("Ärendet ska ha en bilaga",))


@pytest.fixture
def fakta(idag):
    anmals = {"lex_sarah/till_ivo": Utfall("anmals", "Allvarligt")}
    return Fakta(dag=idag, uppgifter=LEX_SARAH.modell(anmald_ivo=idag), utfall=anmals)


def test_kraven_sags_med_allt_annat(fakta):
    with pytest.raises(Nekad) as nej:
        prova(LEX_SARAH, "ska_anmalas", "anmal_ivo", replace(fakta, uppgifter=LEX_SARAH.modell()), {"medarbetare"}, KRAV)
    assert nej.value.skal == (
        "Görs av kvalitetsledare eller avdelningschef",
        "Anmäld till IVO ska fyllas i",
        "IVO:s diarienummer ska fyllas i, enligt kravet",
        "Ärendet ska ha en bilaga",
    )
    assert set(nej.value.falt) == {"anmald_ivo", "ivo_diarienummer"}


def test_ett_krav_som_ar_uppfyllt_hindrar_inte(fakta):
    ifyllt = replace(fakta, uppgifter=fakta.uppgifter.med({"ivo_diarienummer": "4.1-1/2026"}))
    krav = replace(KRAV, skal=())
    assert prova(LEX_SARAH, "ska_anmalas", "anmal_ivo", ifyllt, {"kvalitetsledare"}, krav) is ANMAL


def test_delegationens_nej_star_i_stallet_for_rollernas(fakta):
    with pytest.raises(Nekad) as nej:
        prova(LEX_SARAH, "ska_anmalas", "anmal_ivo", fakta, {"medarbetare"}, Regelkrav(nekad="Enligt punkt 4"))
    assert (nej.value.kod, nej.value.skal) == ("ej_roll", ("Enligt punkt 4",))
    bild = mojliga(LEX_SARAH, "ska_anmalas", fakta, {"kvalitetsledare"}, lambda _: Regelkrav(nekad="Enligt punkt 4"))
    assert {s.handelse: skal for s, skal in bild}["anmal_ivo"] == ("Enligt punkt 4",)


def test_formularet_fragar_efter_det_som_kravs():
    steg = LEX_SARAH.hitta("besluta")
    fragor = {f.namn: kravs for f, kravs in formular(LEX_SARAH, steg, None, KRAV)}
    assert fragor["ivo_diarienummer"]
    assert {f.namn: k for f, k in formular(LEX_SARAH, ANMAL)}["ivo_diarienummer"] is False


def test_det_som_kravs_far_fyllas_i_och_saknas_bara_nar_det_ar_tomt(listor, idag):
    steg = LEX_SARAH.hitta("besluta")
    data = {"beslut_text": "Klart", "ivo_diarienummer": "4.1"}
    assert lagg_over(LEX_SARAH, steg, data, listor, LEX_SARAH.modell(), idag)[0] is None
    nya, _ = lagg_over(LEX_SARAH, steg, data, listor, LEX_SARAH.modell(), idag, KRAV)
    assert nya.ivo_diarienummer == "4.1"
    assert ej_angivna(LEX_SARAH, steg, data, None, KRAV) == {}
    assert set(ej_angivna(LEX_SARAH, steg, {}, None, KRAV)) == {"beslut_text", "ivo_diarienummer"}


def test_det_som_kravs_nar_ett_arende_oppnas(idag):
    fakta = Fakta(dag=idag, uppgifter=LEX_SARAH.modell())
    with pytest.raises(Nekad) as nej:
        prova_oppning(LEX_SARAH, fakta, {"medarbetare"}, Regelkrav({"konsekvenser": "Följderna ska fyllas i"}))
    assert nej.value.falt["konsekvenser"] == "Följderna ska fyllas i"
    assert Regelkrav() == INGA_KRAV


@pytest.mark.parametrize(
    ("handelse", "data", "vantat"),
    [
        ("anmal_ivo", {"anmald_ivo": "2026-11-20"}, "2026-11-20"),
        ("anmal_ivo", {"anmald_ivo": "i fredags"}, "2026-11-23"),
        ("anmal_ivo", {}, "2026-11-23"),
        ("kraver_anmalan", {}, "2026-11-19"),
        ("inled_utredning", {}, "2026-11-23"),
        (None, {"rapporterad": "2026-11-18"}, "2026-11-18"),
    ],
)
def test_stegets_dag_lases_innan_formularet_provats(idag, handelse, data, vantat):
    har = LEX_SARAH.modell(bedomd=idag.replace(day=19), anmald_ivo=idag.replace(day=1))
    steg = LEX_SARAH.hitta(handelse) if handelse else None
    assert stegets_dag(LEX_SARAH, steg, data, har, idag).isoformat() == vantat


def test_bara_steg_vars_villkor_namner_en_tabell_fragar_den():
    assert tabeller(LEX_SARAH, "ska_anmalas", "anmal_ivo") == ("lex_sarah/till_ivo",)
    assert tabeller(LEX_SARAH, "utreds", "utred") == ()
    assert tabeller(PROCESSER["synpunkt"], "besvarad") == ("synpunkt/publicering",)


def test_en_tabell_utan_svar_slapper_inte_igenom_och_sager_varfor(fakta):
    for utfall, skal in (
        ({}, "Rapporten ska vara bedömd så att den anmäls till IVO (det är inte känt)"),
        ({"lex_sarah/till_ivo": Utfall(saknas=("Antal",))}, "Antal ska fyllas i"),
        (
            {"lex_sarah/till_ivo": Utfall("anmals_inte", "Lindrigt.")},
            "Rapporten ska vara bedömd så att den anmäls till IVO. Lindrigt.",
        ),
        (
            {"lex_sarah/till_ivo": Utfall(motiv="Ingen regel gäller")},
            "Rapporten ska vara bedömd så att den anmäls till IVO. Ingen regel gäller",
        ),
    ):
        with pytest.raises(Nekad) as nej:
            prova(LEX_SARAH, "ska_anmalas", "anmal_ivo", replace(fakta, utfall=utfall), {"kvalitetsledare"})
        assert nej.value.skal == (skal,)

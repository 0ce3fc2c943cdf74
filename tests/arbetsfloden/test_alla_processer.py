"""What must hold for every process, however somebody goes about it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arbetsfloden import (
    GEMENSAMMA,
    PERSONSTEG,
    PROCESSER,
    ROLLER,
    VILLKOR,
    Fakta,
    Falt,
    Nekad,
    Process,
    Steg,
    Uppgifter,
    Utfall,
    att_spara,
    automatiskt_steg,
    formular,
    innefattade,
    lagg_over,
    mojliga,
    prova,
)

IDAG = date(2026, 11, 23)
LISTOR = {
    namn: {"a": "Alfa", "b": "Beta"}
    for namn in ("enheter", "slag", "kategorier", "typer", "insatser", "orsaker", "forseningsorsaker")
}
MANNISKOR = [roll for roll in ROLLER if roll not in ("systemet", "revisor")]

alla = pytest.mark.parametrize("process", PROCESSER.values(), ids=lambda p: p.namn)
alla_steg = pytest.mark.parametrize(
    ("process", "steg"),
    [
        pytest.param(p, s, id=f"{p.namn}-{s.handelse}-{i}")
        for p in PROCESSER.values()
        for i, s in enumerate(p.alla_steg)
    ],
)


# --- what is declared


@alla
def test_etiketterna_ar_olika(process: Process):
    for ord_ in (
        list(process.tillstand.values()),
        [f.rubrik for f in process.modell.beskrivna().values()],
    ):
        assert len(ord_) == len(set(ord_))


@alla_steg
def test_koder_ar_ascii_och_knappen_borjar_med_versal(process: Process, steg: Steg):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", steg.handelse)
    assert steg.rubrik[0].isupper()
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", kod) for kod in process.tillstand)


@alla_steg
def test_nagon_kan_ta_varje_steg_och_avdelningschefen_nar_enhetens_post_ar_tom(process: Process, steg: Steg):
    if steg.bara_systemet:
        vantar_pa_nagot = steg.automatisk or steg.vid_frist or "har_externt_id" in steg.kraver
        assert vantar_pa_nagot or steg.handelse == "regler_andrade"
    else:
        assert innefattade({"avdelningschef"}) & set(steg.vem)


@alla_steg
def test_revisorn_gor_ingenting(process: Process, steg: Steg):
    assert not innefattade({"revisor"}) & set(steg.vem)
    assert "revisor" not in process.oppnas_av


@alla_steg
def test_det_nya_arendet_kan_oppnas_med_det_som_finns(process: Process, steg: Steg):
    if steg.blir is not None:
        ny = PROCESSER[steg.blir]
        givet = {*process.oppnas_kravs, *steg.kravs, ny.dag}
        assert set(ny.oppnas_kravs) <= givet
        assert set(ny.oppnas_kravs) <= set(process.modell.beskrivna())


@alla
def test_gemensamma_steg_rubbar_inte_laget(process: Process):
    assert process.steg + GEMENSAMMA + (PERSONSTEG if process.kontakt else ()) == process.alla_steg
    assert all(s.till is None for s in (*GEMENSAMMA, *PERSONSTEG))


@alla
def test_varje_oppet_lage_kan_foras_till_slut_av_manniskor(process: Process):
    ut: dict[str, set[str]] = {}
    for steg in process.steg:
        if steg.till and (steg.automatisk or not steg.bara_systemet):
            for kalla in process.kallor(steg):
                ut.setdefault(kalla, set()).add(steg.till)
    for start in process.oppna:
        nadda, kvar = {start}, [start]
        while kvar:
            nya = ut.get(kvar.pop(), set()) - nadda
            nadda |= nya
            kvar += nya
        assert nadda & set(process.slut), start


def test_varje_villkor_anvands():
    anvanda = {n for p in PROCESSER.values() for s in p.alla_steg for n in (*s.kraver, s.uppgift_nar)}
    anvanda |= {n for p in PROCESSER.values() for n in p.oppnas_kraver}
    assert set(VILLKOR) <= anvanda


@pytest.mark.parametrize("namn", sorted(set(VILLKOR) - {"inte_bedomt_ska_anmalas"}))
def test_okant_slapper_aldrig_igenom(namn: str):
    """inte_bedomt_ska_anmalas asks just whether an assessment stands against it: none made is known to be none."""
    for process in PROCESSER.values():
        if set(VILLKOR[namn].falt) <= set(process.modell.beskrivna()):
            assert VILLKOR[namn].test(Fakta(dag=IDAG, uppgifter=process.modell())) is not True


@alla
def test_versionen_ar_sexton_hexsiffror_och_foljer_deklarationen(process: Process):
    assert re.fullmatch(r"[0-9a-f]{16}", process.version)
    assert len({p.version for p in PROCESSER.values()}) == len(PROCESSER)


# --- random walks


def _varde(slump: Random, falt: Falt, idag: date) -> object:
    if slump.random() < 0.1:
        return None
    if falt.slag == "dag":
        return str(slump.choice([idag, idag, idag, idag - timedelta(1), idag + timedelta(9)]))
    if falt.slag == "janej":
        return slump.choice(["ja", "nej", "nej"])
    if falt.slag in ("val", "enhet"):
        return slump.choice(list(falt.val or LISTOR[str(falt.listnamn)]))
    if falt.slag in ("flerval", "enheter"):
        return slump.sample(list(falt.val or LISTOR[str(falt.listnamn)]), 2)
    if falt.slag == "rader":
        assert falt.rad is not None
        return [{n: _varde(slump, f, idag) for n, f in falt.rad.beskrivna().items()}]
    return "2026K3" if falt.monster and "K" in falt.monster else slump.choice(["Något skrivet", "Något annat"])


def _fakta(slump: Random, process: Process, uppgifter: Uppgifter, idag: date) -> Fakta:
    treval = [True, False, None]
    frister = sorted({f for s in process.steg for f in (*s.stoppar, *s.startar)})
    utfall: dict[str, list[str | None]] = {}
    for tabell, kod in sorted({par for s in process.steg for n in s.kraver if (par := VILLKOR[n].tabell)}):
        utfall.setdefault(tabell, [None]).append(kod)
    return Fakta(
        utfall={tabell: Utfall(slump.choice(koder)) for tabell, koder in utfall.items()},
        dag=idag,
        uppgifter=uppgifter,
        har_epost=slump.choice(treval),
        har_postadress=slump.choice(treval),
        anonym=slump.choice(treval),
        oppna_uppgifter=slump.choice([0, 0, 1, None]),
        skyddat=slump.choice(treval),
        har_handlaggare=slump.choice(treval),
        har_javiga=slump.choice(treval),
        sparrad=slump.choice(treval),
        personnummer_i=slump.choice([None, frozenset(), frozenset(), frozenset(), frozenset({"svar"})]),
        har_forslag=slump.choice(treval),
        passerade=frozenset(slump.sample(frister, slump.choice([0, 0, 1]))),
    )


def _ga(process: Process, slump: Random, langd: int, tagna: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """A walk at random; each step taken is looked at from outside, and told as (event, state it led to).

    tagna: events that were taken already; others are sooner chosen.
    """
    uppgifter, tillstand, idag = process.modell(), process.start, IDAG
    for _ in range(langd):
        har = {slump.choice(["systemet", *MANNISKOR])}
        kandidater = [s for s, _ in mojliga(process, tillstand, _fakta(slump, process, uppgifter, idag), har)]
        assert all(tillstand in process.kallor(s) for s in kandidater)
        nya_steg = [s for s in kandidater if tagna and s.handelse not in tagna]
        steg = slump.choice(nya_steg * 40 + [s for s in kandidater if not s.gemensam] * 20 + kandidater)
        if slump.random() < 0.8:
            har = {slump.choice(steg.vem)}
        idag += timedelta(slump.randint(0, 3))
        beskrivna = (steg.modell or process.modell).beskrivna()
        ifyllt = {n: _varde(slump, beskrivna[n], idag) for n in (*steg.i_formularet, "forseningsorsak")}
        if process.orsaksfalt in steg.falt or steg.stoppar:
            ifyllt[process.orsaksfalt] = _varde(slump, beskrivna[process.orsaksfalt], idag)
        if steg.handelse == "andra":
            ifyllt["externt_id"] = "X-1"
        nya, fel = lagg_over(process, steg, ifyllt | {"sen_registrering_skal": "x"}, LISTOR, uppgifter, idag)
        assert (nya is None) == bool(fel)
        if nya is None:
            assert all(mening[0].isupper() or mening[0] == "'" for mening in fel.values())
            continue
        fakta = _fakta(slump, process, nya, idag)
        try:
            taget = prova(process, tillstand, steg.handelse, fakta, har)
        except Nekad as nej:
            _rimligt_nekad(nej)
            continue
        _rimligt_taget(process, taget, steg, tillstand, fakta, har)
        if not steg.gemensam or steg.modell is None:
            uppgifter = att_spara(steg, nya)
            assert not any(uppgifter.ifylld(n) for n, f in uppgifter.beskrivna().items() if f.handelse)
            assert process.modell.model_validate(uppgifter.model_dump(mode="json")) == uppgifter
        tillstand = steg.till or tillstand
        yield steg.handelse, tillstand


def _rimligt_nekad(nej: Nekad) -> None:
    assert nej.skal
    assert nej.kod in ("ej_roll", "villkor")
    assert set(nej.falt.values()) <= set(nej.skal)


def _rimligt_taget(process: Process, taget: Steg, steg: Steg, fran: str, fakta: Fakta, har: set[str]) -> None:
    assert taget is steg
    assert fran in process.kallor(steg)
    assert steg.till is None or (fran not in process.slut and steg.till in process.tillstand)
    assert innefattade(har) & set(steg.vem)
    assert all(VILLKOR[namn].test(fakta) is True for namn in steg.kraver)
    assert all(fakta.uppgifter.ifylld(namn) for namn in steg.kravs)
    assert steg.vid_frist is None or steg.vid_frist in fakta.passerade
    assert not steg.skal or fakta.uppgifter.skal


@alla
@settings(max_examples=40, deadline=None)
@given(slump=st.randoms(use_true_random=False))
def test_ingen_slumpad_vag_lamnar_de_ritade_stegen(process: Process, slump: Random):
    for _ in _ga(process, slump, langd=15):
        pass


@alla
def test_slumpade_vagar_nar_varje_lage_och_tar_varje_steg(process: Process):
    lagen, tagna = {process.start}, set()
    for fro in range(3000):
        for handelse, tillstand in _ga(process, Random(fro), 30, tagna):
            lagen.add(tillstand)
            tagna.add(handelse)
        if lagen == set(process.tillstand) and tagna == set(process.handelser):
            return
    assert (set(process.tillstand) - lagen, set(process.handelser) - tagna) == (set(), set())


@alla
@settings(max_examples=40, deadline=None)
@given(slump=st.randoms(use_true_random=False))
def test_automatiska_steg_tar_alltid_slut(process: Process, slump: Random):
    uppgifter = process.modell()
    for start in process.tillstand:
        fakta = _fakta(slump, process, uppgifter, IDAG)
        tillstand, antal = start, 0
        while (steg := automatiskt_steg(process, tillstand, fakta)) is not None:
            assert steg.till is not None
            tillstand, antal = steg.till, antal + 1
            assert antal <= len(process.tillstand)


@alla
@settings(max_examples=100, deadline=None)
@given(handelse=st.text(max_size=20), tillstand=st.text(max_size=12))
def test_okanda_ord_nekas_med_en_mening(process: Process, handelse: str, tillstand: str):
    fakta = Fakta(dag=IDAG, uppgifter=process.modell())
    with pytest.raises(Nekad) as nej:
        prova(process, process.start, f"{handelse}!", fakta, {"handlaggare"})
    assert nej.value.kod == "okand_handelse"
    with pytest.raises(Nekad) as nej:
        prova(process, f"{tillstand}!", "andra", fakta, {"handlaggare"})
    assert nej.value.kod == "ej_nu"


json_varde = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inre: st.lists(inre, max_size=3) | st.dictionaries(st.text(max_size=5), inre, max_size=3),
    max_leaves=6,
)


@alla
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_vilken_json_som_helst_ger_falt_eller_meningar(process: Process, data: st.DataObject):
    namn = st.sampled_from(list(process.modell.beskrivna())) | st.text(max_size=6)
    ifyllt = data.draw(st.dictionaries(namn, json_varde, max_size=5))
    nya, fel = lagg_over(process, None, ifyllt, LISTOR, None, IDAG)
    assert (nya is None) == bool(fel)
    assert all(isinstance(mening, str) and mening for mening in fel.values())
    if nya is not None:
        nya.model_dump_json().encode()


# --- refusals


def test_alla_skal_pa_en_gang():
    process = PROCESSER["synpunkt"]
    fakta = Fakta(dag=IDAG, uppgifter=process.modell(), passerade=frozenset({"svar"}))
    with pytest.raises(Nekad) as nej:
        prova(process, "handlaggs", "besvara", fakta, {"medarbetare"})
    assert nej.value.kod == "ej_roll"
    assert nej.value.skal == (
        "Görs av handläggare",
        "Svaret ska fyllas i",
        "Besvarad ska fyllas i",
        "Orsak till förseningen ska fyllas i, eftersom fristen hade passerat",
    )
    assert str(nej.value).startswith("Görs av handläggare; Svaret ska")


def test_felstavad_handelse_far_det_narmaste_ordet():
    process = PROCESSER["synpunkt"]
    with pytest.raises(Nekad) as nej:
        prova(process, "mottagen", "avslut", Fakta(dag=IDAG, uppgifter=process.modell()), {"handlaggare"})
    assert nej.value.skal == ("Händelsen 'avslut' finns inte i synpunkt – menade du 'avsluta'?",)


def test_fel_lage_sager_vilket_lage_som_ar_ratt():
    process = PROCESSER["synpunkt"]
    with pytest.raises(Nekad) as nej:
        prova(process, "mottagen", "publicera", Fakta(dag=IDAG, uppgifter=process.modell()), {"medarbetare"})
    assert nej.value.kod == "ej_nu"
    assert nej.value.skal == (
        "'Publicera' kan inte göras när ärendet är i läget 'Mottagen'; det görs i 'Besvarad'",
        "Görs av registrator eller handläggare",
    )


def test_formularets_egna_fragor_ar_inget_hinder_innan_de_stallts():
    process = PROCESSER["synpunkt"]
    fakta = Fakta(dag=IDAG, uppgifter=process.modell(), personnummer_i=frozenset())
    skal = {s.handelse: r for s, r in mojliga(process, "besvarad", fakta, {"registrator"})}
    assert skal["publicera"] == ()
    skal = {s.handelse: r for s, r in mojliga(process, "besvarad", fakta, {"medarbetare"})}
    assert skal["publicera"] == ("Görs av registrator eller handläggare",)


# --- forms


def _namn(fragor) -> dict[str, bool]:
    return {falt.namn: kravs for falt, kravs in fragor}


def test_oppningens_formular_fragar_efter_sitt_och_skalet_till_sen_registrering():
    fragor = _namn(formular(PROCESSER["avvikelse"], None))
    assert list(fragor) == [*PROCESSER["avvikelse"].oppnas_med, "sen_registrering_skal"]
    assert [namn for namn, kravs in fragor.items() if kravs] == [
        "enhet", "handelsedatum", "typ", "beskrivning", "rapporterad",
    ]  # fmt: skip


def test_orsaken_till_forseningen_fragas_bara_nar_steget_kommer_for_sent():
    process = PROCESSER["synpunkt"]
    steg = process.hitta("besvara")
    fakta = Fakta(dag=IDAG, uppgifter=process.modell())
    assert "forseningsorsak" not in _namn(formular(process, steg, fakta))
    fragor = _namn(formular(process, steg, replace(fakta, passerade=frozenset({"svar"}))))
    assert fragor["forseningsorsak"]
    assert not fragor["forseningsorsak_text"]


@alla_steg
def test_formularet_kan_fyllas_i(process: Process, steg: Steg):
    fragor = formular(process, steg, Fakta(dag=IDAG, uppgifter=process.modell()))
    assert set(steg.kravs) <= {falt.namn for falt, kravs in fragor if kravs}
    assert not steg.skal or ("skal", True) in {(falt.namn, kravs) for falt, kravs in fragor}

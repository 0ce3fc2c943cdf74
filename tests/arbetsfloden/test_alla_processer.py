"""What must hold for every process, however somebody goes about it."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arbetsfloden import (
    GEMENSAMMA,
    PROCESSER,
    ROLLER,
    VILLKOR,
    Fakta,
    Nekad,
    Process,
    Steg,
    att_spara,
    automatiskt_steg,
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
        assert steg.automatisk or steg.vid_frist or "har_externt_id" in steg.kraver
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
    assert process.steg + GEMENSAMMA == process.alla_steg
    assert all(s.till is None for s in GEMENSAMMA)


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
    anvanda = {n for p in PROCESSER.values() for s in p.steg for n in (*s.kraver, s.uppgift_nar)}
    anvanda |= {n for p in PROCESSER.values() for n in p.oppnas_kraver}
    assert set(VILLKOR) <= anvanda


@pytest.mark.parametrize("namn", sorted(set(VILLKOR) - {"inte_bedomt_allvarligt"}))
def test_okant_slapper_aldrig_igenom(namn: str):
    """inte_bedomt_allvarligt asks just whether an assessment stands against it: none made is known to be none."""
    for process in PROCESSER.values():
        if set(VILLKOR[namn].falt) <= set(process.modell.beskrivna()):
            assert VILLKOR[namn].test(Fakta(dag=IDAG, uppgifter=process.modell())) is not True


@alla
def test_versionen_ar_sexton_hexsiffror_och_foljer_deklarationen(process: Process):
    assert re.fullmatch(r"[0-9a-f]{16}", process.version)
    assert len({p.version for p in PROCESSER.values()}) == len(PROCESSER)


# --- random walks


def _varde(draw: st.DrawFn, falt, idag: date):
    if falt.slag == "dag":
        return draw(st.sampled_from([None, str(idag), str(idag - timedelta(1)), str(idag + timedelta(9))]))
    if falt.slag == "janej":
        return draw(st.sampled_from([None, "ja", "nej"]))
    if falt.slag in ("val", "enhet"):
        return draw(st.sampled_from([None, *(falt.val or LISTOR[falt.listnamn])]))
    if falt.slag in ("flerval", "enheter"):
        return draw(st.lists(st.sampled_from(list(falt.val or LISTOR[falt.listnamn])), max_size=2))
    if falt.slag == "rader":
        return [{n: _varde(draw, f, idag) for n, f in falt.rad.beskrivna().items()}] if draw(st.booleans()) else []
    return draw(st.sampled_from([None, "Något skrivet", "2026K3"]))


def _data(draw: st.DrawFn, process: Process, namn, idag: date, modell=None):
    beskrivna = (modell or process.modell).beskrivna()
    return {n: _varde(draw, beskrivna[n], idag) for n in namn if n in beskrivna and draw(st.integers(0, 5))}


def _fakta(draw: st.DrawFn, process: Process, uppgifter, idag: date) -> Fakta:
    treval = st.sampled_from([True, False, None])
    frister = sorted({f for s in process.steg for f in (*s.stoppar, *s.startar)})
    return Fakta(
        dag=idag,
        uppgifter=uppgifter,
        har_epost=draw(treval),
        har_postadress=draw(treval),
        anonym=draw(treval),
        oppna_uppgifter=draw(st.sampled_from([0, 0, 1, None])),
        passerade=frozenset(draw(st.lists(st.sampled_from(frister), max_size=1))),
    )


def _rimligt_nekad(nej: Nekad) -> None:
    assert nej.skal
    assert nej.kod in ("ej_roll", "villkor")
    assert set(nej.falt.values()) <= set(nej.skal)


@alla
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_ingen_slumpad_vag_lamnar_de_ritade_stegen(process: Process, data: st.DataObject):
    draw = data.draw
    uppgifter = process.modell()
    tillstand, idag = process.start, IDAG
    for _ in range(draw(st.integers(1, 14))):
        har = {draw(st.sampled_from(["systemet", *MANNISKOR]))}
        kandidater = [s for s, _ in mojliga(process, tillstand, _fakta(draw, process, uppgifter, idag), har)]
        assert all(tillstand in process.kallor(s) for s in kandidater)
        steg = draw(st.sampled_from(kandidater))
        idag += timedelta(draw(st.integers(0, 3)))
        ifyllt = _data(draw, process, steg.i_formularet, idag, steg.modell)
        nya, fel = lagg_over(process, steg, ifyllt | {"sen_registrering_skal": "x"}, LISTOR, uppgifter, idag)
        assert (nya is None) == bool(fel)
        if nya is None:
            assert all(mening[0].isupper() or mening[0] == "'" for mening in fel.values())
            continue
        fakta = _fakta(draw, process, nya, idag)
        try:
            taget = prova(process, tillstand, steg.handelse, fakta, har)
        except Nekad as nej:
            _rimligt_nekad(nej)
            continue
        assert taget is steg
        assert innefattade(har) & set(steg.vem)
        assert all(VILLKOR[namn].test(fakta) is True for namn in steg.kraver)
        assert all(nya.ifylld(namn) for namn in steg.kravs)
        assert steg.vid_frist is None or steg.vid_frist in fakta.passerade
        if not steg.gemensam or steg.modell is None:
            uppgifter = att_spara(steg, nya)
            assert not any(uppgifter.ifylld(n) for n, f in uppgifter.beskrivna().items() if f.handelse)
            assert process.modell.model_validate(uppgifter.model_dump(mode="json")) == uppgifter
        if steg.till is not None:
            assert tillstand not in process.slut
            tillstand = steg.till
        assert tillstand in process.tillstand


@alla
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_automatiska_steg_tar_alltid_slut(process: Process, data: st.DataObject):
    uppgifter = process.modell()
    for start in process.tillstand:
        fakta = _fakta(data.draw, process, uppgifter, IDAG)
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
    fakta = Fakta(dag=IDAG, uppgifter=process.modell())
    skal = {s.handelse: r for s, r in mojliga(process, "besvarad", fakta, {"registrator"})}
    assert skal["publicera"] == ()
    skal = {s.handelse: r for s, r in mojliga(process, "besvarad", fakta, {"medarbetare"})}
    assert skal["publicera"] == ("Görs av registrator eller handläggare",)

"""Remarks: what is worth knowing about a set that is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import pytest

from regler import Anmarkning, Regelverk, egna_som_ingen_startar, granska, kommuner, las_in

Las = Callable[..., Regelverk]
IDAG = date(2026, 11, 25)
ALLA = {"prov": frozenset({"svar", "klart", "lag", "timmar"})}
FRIST = "egen:\n  rubrik: Egen\n  raknas_fran: inkom\n  galler:\n    - {fran: 2026-01-01, tid: 3 arbetsdagar, kalla: Prov, kontrollerad: 2026-11-22}\n"
TRAPPA = "svar:\n  steg:\n    - {nar: samma dag, roll: revisor}\n    - {nar: 5 arbetsdagar efter start, roll: revisor}\n"


def rader(anmarkningar: Iterable[Anmarkning], slag: str) -> list[str]:
    return [str(ett) for ett in anmarkningar if ett.slag == slag]


def test_det_som_ar_kontrollerat_i_ar_och_startas_har_inget_att_anmarka(las: Las) -> None:
    assert granska(las(), IDAG, startade=ALLA) == ()


@pytest.mark.parametrize(
    ("fil", "rad", "plats"),
    [
        ("regler/frister/prov.yaml", 6, "prov/svar/nationell/2000-01-01"),
        ("regler/beslutstabeller/prov.yaml", 11, "prov/allvar/nationell/2000-01-01"),
        ("regler/krav/prov.yaml", 6, "prov/diarienummer/nationell/2020-01-01"),
        ("regler/delegation/prov.yaml", 7, "prov/besluta/nationell/2000-01-01"),
        ("regler/skyldigheter/prov.yaml", 8, "prov/avgift/nationell/2000-01-01"),
        ("regler/kalender/arshjul.yaml", 3, "berattelse"),
    ],
)
def test_okontrollerad_rad_av_varje_sort_listas_med_fil_rad_och_vad(las: Las, fil: str, rad: int, plats: str) -> None:
    text = las().filer[fil].replace("kontrollerad: 2026-11-22", "kontrollerad: null, anmarkning: Ihågkommet", 1)
    text = text.replace("kontrollerad: null, anmarkning: Ihågkommet\n      rader", "kontrollerad: null\n      anmarkning: Ihågkommet\n      rader")
    assert rader(granska(las({fil: text}), IDAG, startade=ALLA), "ej_kontrollerad") == [f"{fil}, rad {rad}: {plats}: Ihågkommet"]


def test_rapporteringens_rader_granskas_ocksa(las: Las) -> None:
    fonster = "{fran: 04-01, till: 04-30}"
    for kontrollerad, slag in (("null", "ej_kontrollerad"), ("2020-01-01", "gammal_kontroll")):
        text = f"rubrik: Till IVO\ngaller:\n  - {{fran: 2002-01-01, k1: {fonster}, k2: {fonster}, k3: {fonster}, k4: {fonster}, lagrum: null, kalla: Listan, kontrollerad: {kontrollerad}, anmarkning: Från 2019}}\n"
        (rad,) = rader(granska(las({"regler/rapportering/ivo.yaml": text}), IDAG, startade=ALLA), slag)
        assert rad.startswith("regler/rapportering/ivo.yaml, rad 3: Till IVO: ")


def test_rad_som_inte_lasts_pa_ett_ar_listas_men_inte_den_som_slutat_galla(las: Las) -> None:
    assert rader(granska(las(), date(2027, 11, 22), startade=ALLA), "gammal_kontroll") == []
    gamla = rader(granska(las(), date(2027, 11, 23), startade=ALLA), "gammal_kontroll")
    assert "regler/frister/prov.yaml, rad 14: prov/klart/nationell/2020-01-01: kontrollerades senast 2026-11-22: läs källan igen (Prov)" in gamla
    assert not any("prov/klart/nationell/2000-01-01:" in rad for rad in gamla)
    assert any("prov/klart/nationell/2000-01-01/lagrum=lss:" in rad for rad in gamla)


def test_nationell_frist_som_ingen_startar_anmarks_och_kommunens_egen_ar_ett_fel(las: Las) -> None:
    regler = las({"config/by/regler/frister/prov.yaml": FRIST})
    startade = {"prov": frozenset({"svar", "klart", "lag"})}
    assert rader(granska(regler, IDAG, startade=startade), "startas_aldrig") == [
        "regler/frister/prov.yaml, rad 27: prov/timmar: ”I timmar” startas inte av något steg i prov"
    ]
    assert [str(fel) for fel in egna_som_ingen_startar(regler, startade)] == [
        "config/by/regler/frister/prov.yaml, rad 5, kolumn 1: prov/egen: inget steg i prov startar fristen"
    ]
    assert egna_som_ingen_startar(regler, {"prov": startade["prov"] | {"egen"}}) == []


def test_kommunens_rad_pa_en_nationell_frist_ar_ingen_egen_frist(las: Las) -> None:
    regler = las({"config/by/regler/frister/prov.yaml": "svar:\n  galler:\n    - {fran: 2026-01-01, tid: 3 arbetsdagar, kalla: Prov, kontrollerad: 2026-11-22}\n"})
    assert egna_som_ingen_startar(regler, {"prov": frozenset()}) == []
    assert any("prov/svar" in rad for rad in rader(granska(regler, IDAG, startade={"prov": frozenset()}), "startas_aldrig"))


def test_process_som_inte_finns_an_anmarks_en_gang(las: Las) -> None:
    assert [str(ett) for ett in granska(las(), IDAG, startade={})] == [
        "regler/frister/prov.yaml, rad 6: prov: väntar på sin process: svar, klart, lag och timmar"
    ]


def test_trappa_delegation_arshjul_och_rutin_till_en_roll_som_ingen_har(las: Las) -> None:
    halls = frozenset({"handlaggare"})
    assert rader(granska(las(), IDAG, startade=ALLA, hallna_roller=halls), "tom_roll") == [
        "regler/delegation/prov.yaml, rad 7: enhetschef: ingen är enhetschef, som får det som rör besluta",
        "regler/eskalering/prov.yaml, rad 5: enhetschef: ingen är enhetschef, som får det som rör prov/svar",
        "regler/kalender/arshjul.yaml, rad 3: kvalitetsledare: ingen är kvalitetsledare, som får det som rör berattelse",
        "regler/rutiner/prov.yaml, rad 2: kvalitetsledare: ingen är kvalitetsledare, som får det som rör rutin",
    ]
    assert rader(granska(las(), IDAG, startade=ALLA, hallna_roller=None), "tom_roll") == []


def test_kommunens_trappa_galler_i_stallet_for_den_nationella(las: Las) -> None:
    regler = las({"config/by/regler/eskalering/prov.yaml": TRAPPA})
    tomma = rader(granska(regler, IDAG, startade=ALLA, hallna_roller=frozenset({"enhetschef", "kvalitetsledare"})), "tom_roll")
    assert tomma == ["config/by/regler/eskalering/prov.yaml, rad 3: revisor: ingen är revisor, som får det som rör prov/svar"]


def test_manga_namn_kortas(las: Las) -> None:
    rad = "    - {{fran: 2000-01-0{}, far: [revisor], lagrum: null, kalla: Prov, kontrollerad: 2026-11-22}}\n"
    arenden = (f"punkt{i}:\n  rubrik: En\n  process: prov\n  steg: [x]\n  galler:\n{rad.format(i)}" for i in range(1, 6))
    regler = las({"config/by/regler/delegation/d.yaml": "".join(arenden)})
    halls = frozenset({"handlaggare", "enhetschef", "kvalitetsledare"})
    (sagt,) = rader(granska(regler, IDAG, startade=ALLA, hallna_roller=halls), "tom_roll")
    assert sagt.endswith("som får det som rör punkt1, punkt2, punkt3 och 2 till")


@pytest.mark.parametrize(
    ("ifylld", "idag", "sagt"),
    [
        (2027, date(2026, 12, 31), None),
        (2026, date(2026, 9, 30), None),
        (2026, date(2026, 10, 1), "lediga dagar är ifyllda till och med 2026: fyll i 2027"),
        (2025, date(2026, 1, 1), "lediga dagar är ifyllda till och med 2025: fyll i 2026"),
    ],
)
def test_kalender_som_tar_slut_sags_i_sista_kvartalet(las: Las, ifylld: int, idag: date, sagt: str | None) -> None:
    regler = las({"config/by/regler/kalender/lediga.yaml": f"ifylld_till: {ifylld}\n"})
    sagda = rader(granska(regler, idag, startade=ALLA), "kalendern_tar_slut")
    assert sagda == ([f"config/by/regler/kalender/lediga.yaml, rad 1: ifylld_till: {sagt}"] if sagt else [])


def test_den_framraknade_kalenderns_slut_sags_fem_ar_fore(las: Las) -> None:
    assert rader(granska(las(), date(2094, 12, 31), startade=ALLA), "kalendern_tar_slut") == []
    assert rader(granska(las(), date(2095, 1, 1), startade=ALLA), "kalendern_tar_slut") == [
        "regler/kalender: helgdagarna räknas fram till och med 2099: programmet behöver en nyare kalender"
    ]


@pytest.mark.parametrize("kommun", [None, *kommuner()])
def test_forradets_okontrollerade_rader_ar_just_de_som_listas(kommun: str | None) -> None:
    regler = las_in(kommun)
    listade = {(ett.fil, ett.rad) for ett in granska(regler, IDAG, startade={}) if ett.slag == "ej_kontrollerad"}
    assert len(listade) == sum(text.count("kontrollerad: null\n") + text.count("kontrollerad: null,") for text in regler.filer.values())
    for ett in granska(regler, IDAG, startade={}):
        assert set(ett.som_dict()) == {"slag", "fil", "rad", "plats", "mening"}

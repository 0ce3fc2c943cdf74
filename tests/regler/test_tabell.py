"""Decision tables: what they answer, and that every combination is proved to meet exactly one row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regler import Regelfel, Regelfraga, Regelverk
from regler.motor import tabelltrad
from regler.motor.tabell import Fraga, Tabellrad, Talgren
from regler.motor.tabelltrad import Cell, Tradbygge, tolka_intervall

Las = Callable[..., Regelverk]
DAG = date(2026, 1, 1)
LOKAL = "config/by/regler/beslutstabeller/prov.yaml"
HUVUD = """
  galler:
    - fran: {fran}
      lagrum: null
      kalla: Prov
      kontrollerad: 2026-11-22
      rader:
"""


def tabell(namn: str, fragor: str, utfall: str, *rader: str, fran: str = "2000-01-01") -> str:
    fragorna = "".join(f"    {fraga}\n" for fraga in fragor.split("\n"))
    raderna = "".join(f"        - {{{rad}, motiv: Prov}}\n" for rad in rader)
    huvud = HUVUD.format(fran=fran)
    return f"{namn}:\n  rubrik: Prov\n  avgors_av: inkom\n  fragor:\n{fragorna}  utfall: {{{utfall}}}{huvud}{raderna}"


def felen(las: Las, text: str, vag: str = LOKAL) -> list[str]:
    with pytest.raises(Regelfel) as fel:
        las({vag: text})
    return [ett.mening for ett in fel.value.fel]


# -- what a table answers -----------------------------------------------------------------------------------------------


def test_svaret_sager_vilken_rad_och_varfor(las: Las) -> None:
    bedomning = las().bedom("prov/allvar", {"art": "lindrig", "antal": 12}, DAG)
    assert (bedomning.utfall, bedomning.utfall_text, bedomning.motiv) == ("stort", "Stort", "Många är berörda")
    assert repr(bedomning) == "<Bedomning prov/allvar: stort>"
    assert bedomning.som_dict() == {
        "tabell": "prov/allvar", "utfall": "stort", "utfall_text": "Stort", "motiv": "Många är berörda",
        "rad": {
            "fil": "regler/beslutstabeller/prov.yaml", "rad": 17, "nar": {"art": ["lindrig"], "antal": [">= 10"]},
            "fran": "2000-01-01", "till": None, "lagrum": "6 §", "kalla": "Prov", "kontrollerad": "2026-11-22",
            "niva": "nationell",
        },
        "svar": {"art": "Lindrig", "antal": "12"}, "grunder": {}, "saknas": [],
    }  # fmt: skip


def test_det_som_saknas_namns_bara_nar_det_avgor(las: Las) -> None:
    regler = las()
    assert regler.bedom("prov/allvar", {}, DAG).saknas == ("art", "antal")
    lindrig = regler.bedom("prov/allvar", {"art": "lindrig"}, DAG)
    assert (lindrig.utfall, lindrig.utfall_text, lindrig.motiv, lindrig.rad) == (None, None, None, None)
    assert (lindrig.saknas, lindrig.svar) == (("antal",), {"art": "Lindrig"})
    assert lindrig.saknas_text == ("Antal berörda",)
    svar = regler.bedom("prov/allvar", {"art": "svar"}, DAG)
    assert (svar.utfall, svar.saknas) == ("stort", ())


def test_ett_okant_svar_som_inte_spelar_nagon_roll_hindrar_inte(las: Las) -> None:
    text = tabell(
        "t", "a: {rubrik: A, svar: {x: X, y: Y}}\nb: {rubrik: B, slag: ja/nej}", "u: U, v: V",
        "nar: {a: x, b: ja}, blir: u", "nar: {b: nej}, blir: v", "nar: {a: y, b: ja}, blir: v",
    )  # fmt: skip
    bedom = las({LOKAL: text}).tabell("prov/t").bedom
    assert bedom({"b": "nej"}, DAG).utfall == "v"
    assert bedom({"b": "ja"}, DAG).saknas == ("a",)
    okand = bedom({"a": "x"}, DAG)
    assert (okand.saknas, {rad.blir for rad in okand.mojliga}) == (("b",), {"u", "v"})


@pytest.mark.parametrize("antal", [9, 9.99, "9", "9,99", -1, 0])
def test_tal_under_gransen(las: Las, antal: Any) -> None:
    assert las().bedom("prov/allvar", {"art": "lindrig", "antal": antal}, DAG).utfall == "litet"


@pytest.mark.parametrize("antal", [10, 10.0, "10", "10 000", 10**30])
def test_tal_pa_eller_over_gransen(las: Las, antal: Any) -> None:
    assert las().bedom("prov/allvar", {"art": "lindrig", "antal": antal}, DAG).utfall == "stort"


@pytest.mark.parametrize("antal", [None, "", "tio", "1 00", True, float("nan"), [10], date(2026, 1, 1)])
def test_det_som_inte_ar_ett_tal_ar_okant(las: Las, antal: Any) -> None:
    assert las().bedom("prov/allvar", {"art": "lindrig", "antal": antal}, DAG).saknas == ("antal",)


@pytest.mark.parametrize("art", [None, 1, True, ["svar"], ("svar",), "", "annan"])
def test_ett_svar_som_fragan_inte_kanner_ar_okant(las: Las, art: Any) -> None:
    assert las().bedom("prov/allvar", {"art": art, "antal": 3}, DAG).saknas == ("art",)


@pytest.mark.parametrize("barn,blir", [(True, "ja"), ("ja", "ja"), ("Ja", "ja"), (False, "nej"), ("NEJ", "nej"), (1, None), (0, None)])
def test_ja_och_nej_far_skrivas_pa_flera_satt(las: Las, barn: Any, blir: str) -> None:
    assert las().bedom("prov/anmals", {"art": "Lindrig", "antal": 1, "barn": barn}, DAG).utfall == blir


def test_en_tabell_fragar_en_annan_samma_dag(las: Las) -> None:
    bedom = las().tabell("prov/anmals").bedom
    svar = bedom({"art": "svar"}, DAG)
    assert svar.svar == {"allvar": "Stort"}
    assert svar.grunder["allvar"].motiv == "Svårt är alltid stort"
    assert svar.som_dict()["grunder"]["allvar"]["rad"]["rad"] == 16
    assert bedom({"art": "lindrig"}, DAG).saknas == ("antal", "barn")
    assert bedom({"art": "lindrig", "barn": True}, DAG).utfall is None
    assert bedom({}, DAG).saknas == ("art", "antal", "barn")
    # Only the asked table answers its own question, whatever the case has in a field of that name.
    assert bedom({"allvar": "stort", "art": "lindrig", "antal": 1, "barn": "nej"}, DAG).utfall == "nej"


def test_den_fragade_tabellens_mojliga_utfall_racker_ibland(las: Las) -> None:
    text = tabell(
        "t", "hur: {rubrik: Hur, tabell: prov/hur}", "u: U, v: V", "nar: {hur: [a, b]}, blir: u", "nar: {hur: c}, blir: v"
    ) + tabell(
        "hur", "x: {rubrik: X, svar: {x1: X1, x2: X2}}\ny: {rubrik: Y, slag: ja/nej}", "a: A, b: B, c: C",
        "nar: {x: x1, y: ja}, blir: a", "nar: {x: x1, y: nej}, blir: b", "nar: {x: x2}, blir: c",
    )  # fmt: skip
    assert las({LOKAL: text}).bedom("prov/t", {"x": "x1"}, DAG).utfall == "u"


def test_bara_fragor_som_avgor_saknas_ocksa_nar_en_annan_tabell_fragas(las: Las) -> None:
    text = tabell(
        "t", "hur: {rubrik: Hur, tabell: prov/hur}\nz: {rubrik: Z, slag: ja/nej}", "u: U, v: V",
        "nar: {hur: [a, b], z: ja}, blir: u", "nar: {hur: [a, b], z: nej}, blir: v", "nar: {hur: c}, blir: v",
    ) + tabell(
        "hur", "x: {rubrik: X, svar: {x1: X1, x2: X2}}\ny: {rubrik: Y, slag: ja/nej}\nw: {rubrik: W, slag: ja/nej}",
        "a: A, b: B, c: C", "nar: {x: x1, y: ja}, blir: a", "nar: {x: x1, y: nej}, blir: b",
        "nar: {x: x2, w: ja}, blir: c", "nar: {x: x2, w: nej}, blir: b",
    )  # fmt: skip
    bedom = las({LOKAL: text}).tabell("prov/t").bedom
    assert bedom({"x": "x1"}, DAG).saknas == ("z",)
    assert bedom({"x": "x2"}, DAG).saknas == ("w", "z")
    assert bedom({"x": "x2", "w": "nej"}, DAG).saknas == ("z",)
    assert bedom({"x": "x1"}, DAG).svar == {}


def test_tabeller_i_manga_led_vagras(las: Las) -> None:
    kedja = "".join(
        tabell(f"t{i}", f"a: {{rubrik: A, tabell: prov/t{i + 1}}}", "u: U", "blir: u") for i in range(400)
    ) + tabell("t400", "a: {rubrik: A, slag: ja/nej}", "u: U", "blir: u")  # fmt: skip
    assert set(felen(las, kedja)) == {"tabellerna frågar varandra i fler än 10 led: slå ihop några av dem"}


def test_versionen_valjs_av_dagen(las: Las) -> None:
    text = tabell("t", "a: {rubrik: A, slag: ja/nej}", "u: U, v: V", "blir: u") + HUVUD.format(fran="2026-01-15").replace(
        "\n  galler:", ""
    )
    regler = las({LOKAL: text + "        - {blir: v, motiv: Ny}\n"})
    assert regler.bedom("prov/t", {}, date(2026, 1, 14)).utfall == "u"
    assert regler.bedom("prov/t", {}, date(2026, 1, 15)).utfall == "v"
    assert [version.till for version in regler.tabell("prov/t").versioner] == [None, date(2026, 1, 14)]
    with pytest.raises(Regelfraga, match="Ingen regel för prov/t gäller den 1999-12-31: den första gäller från 2000-01-01"):
        regler.bedom("prov/t", {}, date(1999, 12, 31))


def test_okand_tabell_namnger_den_narmaste(las: Las) -> None:
    with pytest.raises(Regelfraga, match=r"Tabellen 'prov/anmls' finns inte – menade du 'prov/anmals'\?") as fel:
        las().tabell("prov/anmls")
    assert fel.value.kod == "okand_tabell"


def test_kontrollen_namner_narmaste_ord(las: Las) -> None:
    kontrollera = las().tabell("prov/anmals").kontrollera_svar
    assert kontrollera({"art": "svr", "antal": "tio", "barm": "ja", "barn": "kanske"}) == {
        "art": "'svr' är inget värde för art – menade du 'svar'?",
        "antal": "'tio' är inget tal: antal besvaras med ett tal",
        "barm": "'barm' är ingen fråga i prov/anmals – menade du 'barn'?",
        "barn": "'kanske' är inget värde för barn; det som finns är ja och nej",
    }
    assert kontrollera({"art": "Svår", "antal": "10 000", "barn": True}) == {}


# -- local tables -------------------------------------------------------------------------------------------------------


def test_kommunen_byter_en_tabell_som_far_bytas_och_den_som_fragar_far_den_nya(las: Las) -> None:
    egen = tabell("allvar", "art: {rubrik: Art, svar: {lindrig: Lindrig, svar: Svår}}", "litet: L, stort: S",
                  "nar: {art: lindrig}, blir: litet", "nar: {art: svar}, blir: stort")  # fmt: skip
    regler = las({LOKAL: egen})
    assert regler.tabell("prov/allvar").niva == "lokal"
    assert regler.bedom("prov/anmals", {"art": "lindrig", "barn": False}, DAG).utfall == "nej"


def test_kommunen_byter_ingen_annan_och_ger_inga_egna_utfall(las: Las) -> None:
    rader = ("art: {rubrik: Art, slag: ja/nej}", "litet: L, enormt: E", "nar: {art: ja}, blir: litet",
             "nar: {art: nej}, blir: enormt")  # fmt: skip
    assert felen(las, tabell("anmals", *rader)) == ["tabellen är nationell och får inte bytas av en kommun"]
    assert felen(las, tabell("allvar", *rader)) == [
        "utfallet finns inte i den nationella tabellen; det som finns är litet och stort",
        "'stort' är inget svar på allvar; det som finns är litet och enormt",
    ]


# -- the proof ----------------------------------------------------------------------------------------------------------


def test_tabell_med_lucka_vagras_med_ett_exempel(las: Las) -> None:
    fragor = "a: {rubrik: A, svar: {x: Ett, y: Två}}\nb: {rubrik: B, slag: tal}"
    text = tabell("t", fragor, "u: U", 'nar: {a: x}, blir: u', 'nar: {a: y, b: "< 5"}, blir: u', 'nar: {a: y, b: "> 5"}, blir: u')
    assert felen(las, text) == ["ingen rad svarar när A är ”Två” och B är 5: lägg till den raden"]


def test_tabell_med_overlapp_vagras_med_bada_raderna(las: Las) -> None:
    text = tabell("t", "b: {rubrik: B, slag: tal}", "u: U, v: V", 'nar: {b: "< 5"}, blir: u', 'nar: {b: ">= 4,5"}, blir: v')
    assert felen(las, text) == ["både den här raden och raden på rad 13 svarar när B är 4,75: bara en får göra det"]
    text = tabell("t", "b: {rubrik: B, slag: tal}", "u: U, v: V", "blir: u", "blir: v")
    assert felen(las, text) == ["både den här raden och raden på rad 13 svarar alltid: bara en får göra det"]


def test_for_stor_tabell_vagras(las: Las, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabelltrad, "STORST", 1)
    fragor = "a: {rubrik: A, slag: ja/nej}\nb: {rubrik: B, slag: ja/nej}"
    text = tabell("t", fragor, "u: U", "nar: {a: ja, b: ja}, blir: u", "nar: {a: ja, b: nej}, blir: u", "nar: {a: nej}, blir: u")
    assert "tabellen är för stor för att prövas: dela den i tabeller som frågar varandra" in felen(las, text)


def test_for_manga_fragor_vagras(las: Las) -> None:
    fragor = "\n".join(f"f{i}: {{rubrik: F, slag: ja/nej}}" for i in range(51))
    assert felen(las, tabell("t", fragor, "u: U", "blir: u")) == [
        "51 frågor är för många, högst 50: dela tabellen i tabeller som frågar varandra"
    ]


def test_fyrtio_fragor_provas_utan_att_alla_svar_gas_igenom(las: Las) -> None:
    fragor = "\n".join(f"f{i}: {{rubrik: F{i}, slag: ja/nej}}" for i in range(40))
    rader = [f"nar: {{{', '.join([*(f'f{j}: nej' for j in range(i)), f'f{i}: ja'])}}}, blir: u" for i in range(40)]
    text = tabell("t", fragor, "u: U, v: V", *rader, f"nar: {{{', '.join(f'f{i}: nej' for i in range(40))}}}, blir: v")
    bedom = las({LOKAL: text}).tabell("prov/t").bedom
    assert bedom({f"f{i}": False for i in range(40)}, DAG).utfall == "v"
    assert bedom({f"f{i}": i == 39 for i in range(40)}, DAG).utfall == "u"
    assert "lägg till den raden" in felen(las, text.replace("f38: nej, f39: nej}, blir: v", "f38: ja, f39: nej}, blir: v"))[0]


def test_rader_som_krockar_overallt_ger_snart_besked(las: Las) -> None:
    fragor = "\n".join(f"f{i}: {{rubrik: F{i}, slag: ja/nej}}" for i in range(50))
    rader = [f"nar: {{f{i}: ja, f{(i * 7 + 3) % 50}: nej}}, blir: u" for i in range(50)]
    assert 1 <= len(felen(las, tabell("t", fragor, "u: U", *rader))) < 60


@pytest.mark.parametrize(
    "text,inuti,utanfor",
    [
        (">= 500", [500, 501], [499.9]), ("< 400", [-1, 399.99], [400]), ("= 3", [3], [2.99, 3.01]),
        ("400..900", [400, 899], [900, 399]), ("<= 5", [5], [5.0001]), ("> 5", [5.0001], [5]),
        ("-2,5 .. 10 000", [-2.5, 9999], [10000]),
    ],
)  # fmt: skip
def test_talens_granser(text: str, inuti: list[float], utanfor: list[float]) -> None:
    lagst, hogst = tolka_intervall(text)
    assert all(lagst <= tal < hogst for tal in inuti)
    assert not any(lagst <= tal < hogst for tal in utanfor)


# -- against a walk over every combination --------------------------------------------------------------------------------

KODER = Fraga("k", "K", {"a": "A", "b": "B", "c": "C"}, {})
JANEJ = Fraga("j", "J", {"ja": "Ja", "nej": "Nej"}, {})
TAL = Fraga("t", "T", {}, {})
FRAGOR = (KODER, JANEJ, TAL)
PROVTAL = [-1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4]
kodceller = st.none() | st.frozensets(st.sampled_from("abc"), min_size=1)
janejceller = st.none() | st.frozensets(st.sampled_from(["ja", "nej"]), min_size=1)
talceller = st.none() | st.lists(
    st.sampled_from(["< 1", ">= 1", "= 2", "0..3", "> 2", "<= 2", "1..2", "< 0", ">= 3"]).map(tolka_intervall), min_size=1, max_size=2
).map(tuple)
tabeller = st.lists(st.tuples(kodceller, janejceller, talceller), min_size=1, max_size=6)


def svarar(celler: tuple[Cell, ...], k: str, j: str, t: float) -> bool:
    kod, janej, tal = celler
    return (
        (kod is None or k in kod) and (janej is None or j in janej)
        and (tal is None or any(lagst <= t < hogst for lagst, hogst in tal))  # type: ignore[misc, has-type]
    )  # fmt: skip


def rad(i: int) -> Tabellrad:
    return Tabellrad(
        id=str(i), fran=DAG, till=None, lagrum=None, kalla="", kontrollerad=None, anmarkning=None, niva="lokal", fil="",
        rad=i, nar={}, blir="", motiv="",
    )  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(celler=tabeller)
def test_tradet_sager_det_som_en_genomgang_av_alla_svar_sager(celler: list[tuple[Cell, ...]]) -> None:
    rader = [rad(i) for i in range(len(celler))]
    bygge = Tradbygge(FRAGOR, rader, celler)
    alla = {fall: [i for i, ett in enumerate(celler) if svarar(ett, *fall)] for fall in product("abc", ["ja", "nej"], PROVTAL)}
    assert (bygge.lucka is not None) == any(not traffar for traffar in alla.values())
    krockar = {(traffar[0], i) for traffar in alla.values() for i in traffar[1:]}
    assert set(bygge.krockar) == krockar
    assert (bygge.rot is None) == (bool(krockar) or bygge.lucka is not None)
    if bygge.rot is not None:
        for (k, j, t), traffar in alla.items():
            nod = bygge.rot
            while not isinstance(nod, Tabellrad):
                nod = nod.foljd(t if isinstance(nod, Talgren) else {"k": k, "j": j}[nod.namn])  # type: ignore[assignment]
            assert nod.rad == traffar[0]

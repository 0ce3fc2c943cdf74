"""Cases as examples: what is compared, and what is told when the rules answer something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from regler import Fel, OkandKommun, Regelfel, Regelverk
from regler.motor.exempel import las_exempel, prova_exempel

Las = Callable[..., Regelverk]
FIL = "fall/prov.yaml"


def prova(las: Las, *rader: str, filer: dict[str, str] | None = None) -> list[str]:
    """The failures of examples, without place and name."""
    regler = las(filer)
    exempel = las_exempel({FIL: "".join(f"- {{namn: prov, {rad}}}\n" for rad in rader)})
    return [ett.mening for ett in prova_exempel(exempel, lambda _: regler)]


@pytest.mark.parametrize(
    "rad",
    [
        "process: prov, frist: klart, fran: 2019-01-01, forfaller: 2019-01-15, tid: 14 dagar, lagrum: 1 §, niva: nationell, raknade: 14",
        "process: prov, frist: klart, fran: 2019-01-01, falt: {lagrum: LSS}, forfaller: 2019-01-29",
        "process: prov, frist: svar, fran: 2026-01-01, forfaller: null, tid: skyndsamt",
        'process: prov, frist: timmar, fran: "2026-12-24T10:00", forfaller: "2026-12-27T10:00"',
        'process: prov, frist: timmar, fran: "2026-12-24T10:00", forfaller: "2026-12-27T09:00:00+00:00"',
        "process: prov, frist: timmar, fran: 2026-12-24, fel: klockslag_saknas",
        "process: prov, frist: klart, fran: 2026-01-07, forlangd_till: 2026-04-07, roll: enhetschef, forfaller: 2026-04-07",
        "process: prov, frist: klart, fran: 2026-01-07, forlangd_till: 2026-04-07, roll: handlaggare, fel: ej_tillatet",
        "process: prov, frist: klart, fran: 2026-01-07, pausad: [2026-02-02, 2026-02-12], roll: handlaggare, forfaller: 2026-03-19",
        "process: prov, frist: klart, fran: 2026-01-07, pausad: [2026-02-02, 2026-02-12], forfaller: 2026-03-19, fel: ej_tillatet",
        "tabell: prov/anmals, dag: 2026-01-01, svar: {art: lindrig, antal: 3, barn: ja}, blir: ja, lagrum: 7 §",
        "tabell: prov/anmals, dag: 2026-01-01, svar: {art: Lindrig}, blir: okänt, lagrum: null",
        "tabell: prov/anmals, dag: 2009-12-31, fel: ingen_rad",
        "skyldighet: prov/avgift, dag: 2019-12-31, varde: {lagst: 10 000, hogst: 1000000}, lagrum: 9 §",
        "skyldighet: prov/avgift, dag: 2020-01-01, falt: {lagrum: lss}, lagrum: 10 §",
        "krav: prov/avsluta, dag: 2026-01-01, kravs: [diarienummer]",
        "krav: prov/avsluta, dag: 2019-12-31, kravs: []",
        "delegation: prov/besluta, dag: 2026-01-01, enhet: norr, far: [enhetschef]",
        "delegation: prov/avsluta, dag: 2026-01-01, enhet: norr, far: null",
        "delegation: prov/besluta, dag: 1999-12-31, far: []",
    ],
)
def test_exempel_som_stammer(las: Las, rad: str) -> None:
    assert prova(las, rad) == []


@pytest.mark.parametrize(
    "rad,mening",
    [
        (
            "process: prov, frist: klart, fran: 2019-01-01, forfaller: 2019-01-16, raknade: 15",
            "forfaller skulle bli 2019-01-16 men blev 2019-01-15; raknade skulle bli 15 men blev 14",
        ),
        (
            'process: prov, frist: timmar, fran: "2026-12-24T10:00", forfaller: "2026-12-27T11:00"',
            "forfaller skulle bli 2026-12-27T11:00 men blev 2026-12-27T10:00",
        ),
        (
            "process: prov, frist: svar, fran: 2026-01-01, forfaller: 2026-01-15",
            "forfaller skulle bli 2026-01-15 men blev inget",
        ),
        (
            "process: prov, frist: svaar, fran: 2026-01-01, forfaller: 2026-01-15",
            "reglerna svarar inte (okand_frist): Fristen 'svaar' finns inte för prov – menade du 'svar'?",
        ),
        (
            "process: prov, frist: klart, fran: 2019-01-01, falt: {lagrum: lsss}, forfaller: 2019-01-29",
            "reglerna svarar inte (okant_falt): 'lsss' är inget värde för lagrum – menade du 'lss'?",
        ),
        (
            "process: prov, frist: klart, fran: 2019-01-01, fel: ingen_rad",
            "fel skulle bli ingen_rad men reglerna svarar: forfaller 2019-01-15, lag inget, tid 14 dagar, lagrum 1 §, "
            "niva nationell, raknade 14",
        ),
        (
            "process: prov, frist: timmar, fran: 2026-01-01, fel: ingen_rad",
            "fel skulle bli ingen_rad men blev klockslag_saknas",
        ),
        (
            "tabell: prov/allvar, dag: 2026-01-01, svar: {art: lindrig}, blir: litet",
            "blir skulle bli litet men blev okänt",
        ),
        (
            "tabell: prov/allvar, dag: 2026-01-01, svar: {art: lindrg, antl: 3}, blir: litet",
            "reglerna svarar inte (okant_falt): 'lindrg' är inget värde för art – menade du 'lindrig'? "
            "'antl' är ingen fråga i prov/allvar – menade du 'antal'?",
        ),
        (
            "skyldighet: prov/avgift, dag: 2020-01-01, varde: {lagst: 2,5, hogst: 3}",
            "varde skulle bli lagst 2,5, hogst 3 men blev lagst 15000, hogst inget",
        ),
        (
            "skyldighet: prov/avgift, dag: 2020-01-01, falt: {lagrm: sol}, lagrum: 9 a §",
            "reglerna svarar inte (okant_falt): Fältet 'lagrm' väljer ingen rad i prov/avgift – menade du 'lagrum'?",
        ),
        ("krav: prov/avsluta, dag: 2026-01-01, kravs: []", "kravs skulle bli inget men blev diarienummer"),
        (
            "krav: prov/avsluta, dag: 2026-01-01, kravs: [diarienummer, bilaga]",
            "kravs skulle bli bilaga, diarienummer men blev diarienummer",
        ),
        (
            "delegation: prov/besluta, dag: 2026-01-01, enhet: nor, far: [enhetschef]",
            "reglerna svarar inte (okant_falt): enheten 'nor' finns inte – menade du 'norr'?",
        ),
        (
            "skyldighet: prov/avgft, dag: 2020-01-01, lagrum: 9 a §",
            "reglerna svarar inte (okand_skyldighet): Skyldigheten 'prov/avgft' finns inte – menade du 'prov/avgift'?",
        ),
        (
            "delegation: prov/besluta, dag: 2026-01-01, far: [avdelningschef]",
            "far skulle bli avdelningschef men blev enhetschef",
        ),
    ],
)  # fmt: skip
def test_exempel_som_inte_stammer_sager_vad_som_vantades_och_vad_det_blev(las: Las, rad: str, mening: str) -> None:
    rad = rad.replace("lagst: 2,5", 'lagst: "2,5"')
    assert prova(las, rad) == [mening]


def test_kommunens_mal_ar_svaret_och_lagens_dag_star_bredvid(las: Las) -> None:
    mal = {
        "config/by/regler/frister/prov.yaml": (
            "lag:\n  galler:\n    - {fran: 2020-01-01, tid: 10 dagar, mal: ja, rullas: nej, kalla: Prov, kontrollerad: 2026-11-22}\n"
        )
    }
    ratt = "process: prov, frist: lag, fran: 2026-01-01, forfaller: 2026-01-11, lag: 2026-04-01, niva: lokal"
    assert prova(las, ratt, ratt.replace("04-01", "04-02"), filer=mal) == ["lag skulle bli 2026-04-02 men blev 2026-04-01"]


def test_felet_star_dar_exemplet_star(las: Las) -> None:
    exempel = las_exempel({FIL: "# två\n- {namn: ett, krav: prov/avsluta, dag: 2026-01-01, kravs: []}\n"})
    assert [str(ett) for ett in prova_exempel(exempel, lambda _: las())] == [
        "fall/prov.yaml, rad 2, kolumn 3: ett: kravs skulle bli inget men blev diarienummer"
    ]


def test_varje_exempel_fragar_sin_kommuns_regler(las: Las) -> None:
    exempel = las_exempel(
        {FIL: "- {namn: a, kommun: by, krav: prov/avsluta, dag: 2026-01-01, kravs: []}\n"
              "- {namn: b, kommun: byn, krav: prov/avsluta, dag: 2026-01-01, kravs: []}\n"}
    )  # fmt: skip

    def regler(kommun: str | None) -> Regelverk:
        if kommun != "by":
            raise OkandKommun([Fel("config", 0, 0, "", "kommunen 'byn' finns inte")])
        return las()

    assert [ett.mening for ett in prova_exempel(exempel, regler)] == [
        "kravs skulle bli inget men blev diarienummer",
        "reglerna går inte att läsa: config: kommunen 'byn' finns inte",
    ]


def test_uppsattningen_bar_sina_egna_exempel(las: Las) -> None:
    regler = las()
    assert [ett.modell.namn for ett in regler.exempel] == ["få berörda", "en vanlig vecka"]
    assert prova_exempel(regler.exempel, lambda _: regler) == []
    assert las(None, None).exempel == ()


def test_trasiga_exempel_vagras(las: Las) -> None:
    with pytest.raises(Regelfel, match=r"fall/prov.yaml, rad 1, kolumn 24: 1 › da: okänt ord – menade du 'dag'\?"):
        las_exempel({FIL: "- {namn: a, krav: p/s, da: 2026-01-01, kravs: []}\n"})

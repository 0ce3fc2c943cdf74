
"""The municipality laid over the nation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from regler import Regelfel, Regelfraga, Regelverk

LOKAL = "config/by/regler/frister/prov.yaml"
Las = Callable[..., Regelverk]
RAD = "    - {{fran: {fran}, tid: {tid}, kalla: Prov, kontrollerad: 2026-11-22{mer}}}\n"


def lokala(namn: str, *rader: tuple[str, str, str]) -> dict[str, str]:
    return {
        LOKAL: f"{namn}:\n  galler:\n" + "".join(RAD.format(fran=fran, tid=tid, mer=mer) for fran, tid, mer in rader)
    }


def tid(las: Regelverk, frist: str, dag: date, **falt: str) -> tuple[str, str]:
    regel = las.frist("prov", frist, dag, falt=falt).regel
    return regel.tid, regel.niva


def test_lokal_rad_slar_nationell_fran_sin_dag(las: Las) -> None:
    regler = las(lokala("svar", ("2022-01-01", "10 arbetsdagar", ""), ("2024-01-01", "5 arbetsdagar", "")))
    assert tid(regler, "svar", date(2021, 12, 31)) == ("skyndsamt", "nationell")
    assert tid(regler, "svar", date(2022, 1, 1)) == ("10 arbetsdagar", "lokal")
    assert tid(regler, "svar", date(2024, 1, 1)) == ("5 arbetsdagar", "lokal")


def test_som_nationellt_avslutar_kommunens_egen_rad(las: Las) -> None:
    regler = las(lokala("svar", ("2022-01-01", "10 arbetsdagar", ""), ("2024-01-01", "som nationellt", "")))
    assert tid(regler, "svar", date(2023, 12, 31)) == ("10 arbetsdagar", "lokal")
    assert tid(regler, "svar", date(2024, 1, 1)) == ("skyndsamt", "nationell")


def test_en_rad_galler_till_och_med_sin_sista_dag(las: Las) -> None:
    regler = las(lokala("svar", ("2020-01-01", "5 arbetsdagar", ""), ("2022-01-01", "10 arbetsdagar", ", till: 2023-12-31")))
    assert tid(regler, "svar", date(2023, 12, 31)) == ("10 arbetsdagar", "lokal")
    assert tid(regler, "svar", date(2024, 1, 1)) == ("skyndsamt", "nationell")
    ny = "rubrik: Ny\n  raknas_fran: inkom\n  galler:\n" + RAD.format(
        fran="2022-01-01", tid="3 arbetsdagar", mer=", till: 2023-12-31"
    )
    with pytest.raises(Regelfraga, match="Ingen regel för prov/ny gäller den 2024-01-01: den sista har slutat gälla"):
        las({LOKAL: f"ny:\n  {ny}"}).frist("prov", "ny", date(2024, 1, 1))


def test_raden_vet_sin_sista_dag_ocksa_nar_nasta_rad_avgor_den(las: Las) -> None:
    rader = las().regel("prov", "klart").rader
    assert [(rad.fran, rad.till) for rad in rader] == [
        (date(2000, 1, 1), None), (date(2020, 1, 1), None), (date(2000, 1, 1), date(2019, 12, 31)),
    ]  # fmt: skip


def test_avslutat_mal_ar_inget_mal(las: Las) -> None:
    regler = las(
        lokala("lag", ("2022-01-01", "10 arbetsdagar", ", mal: ja"), ("2024-01-01", "som nationellt", ", mal: ja"))
    )
    assert regler.frist("prov", "lag", date(2023, 12, 31)).mal is not None
    assert regler.frist("prov", "lag", date(2024, 1, 1)).mal is None


def test_strangare_an_lagen_gar_bra_och_raden_sager_lokal(las: Las) -> None:
    regler = las(lokala("lag", ("2022-01-01", "2 månader", ", rullas: nej")))
    assert tid(regler, "lag", date(2026, 1, 1)) == ("2 månader", "lokal")


def test_rad_for_ett_falt_slar_rad_for_alla(las: Las) -> None:
    regler = las(
        lokala(
            "svar", ("2022-01-01", "10 arbetsdagar", ""), ("2022-01-01", "5 arbetsdagar", ", nar: {insats: hemtjanst}")
        )
    )
    assert tid(regler, "svar", date(2026, 1, 1), insats="hemtjanst") == ("5 arbetsdagar", "lokal")
    assert tid(regler, "svar", date(2026, 1, 1), insats="Hemtjänst") == ("5 arbetsdagar", "lokal")
    assert tid(regler, "svar", date(2026, 1, 1), insats="boendestod") == ("10 arbetsdagar", "lokal")
    assert tid(regler, "svar", date(2026, 1, 1)) == ("10 arbetsdagar", "lokal")


def test_raden_valjs_av_en_annan_dag_an_den_raknas_fran(las: Las) -> None:
    svar = las().frist("prov", "klart", date(2020, 5, 4), rad_dag=date(2019, 12, 31))
    assert (svar.regel.tid, svar.forfaller) == ("14 dagar", date(2020, 5, 18))


def test_raden_vet_var_den_star_och_har_ett_namn_for_alltid(las: Las) -> None:
    regel = las(lokala("svar", ("2022-01-01", "10 arbetsdagar", ""))).frist("prov", "svar", date(2026, 1, 1)).regel
    assert (regel.id, regel.fil, regel.rad) == ("prov/svar/lokal/2022-01-01", LOKAL, 3)
    lss = las().frist("prov", "klart", date(2026, 1, 1), falt={"lagrum": "lss"}).regel
    assert lss.id == "prov/klart/nationell/2000-01-01/lagrum=lss"


def test_helt_ny_lokal_frist_och_process(las: Las) -> None:
    ny = "rubrik: Ny\n  raknas_fran: inkom\n  galler:\n" + RAD.format(
        fran="2022-01-01", tid="3 dagar", mer=", rullas: ja"
    )
    regler = las({LOKAL: f"erbjudande:\n  {ny}", "config/by/regler/frister/arbetsmarknad.yaml": f"plan:\n  {ny}"})
    assert tid(regler, "erbjudande", date(2026, 1, 1)) == ("3 dagar", "lokal")
    assert regler.frist("arbetsmarknad", "plan", date(2026, 11, 23)).forfaller == date(2026, 11, 26)


def test_lokal_forlangning_laggs_over_nar_lagen_inte_satter_nagon_dag(las: Las) -> None:
    regler = las({LOKAL: "svar:\n  forlangning: {far: [enhetschef], ganger: 1}\n"})
    assert regler.regel("prov", "svar").forlangning is not None
    assert las().regel("prov", "svar").forlangning is None


def test_lagens_nya_kortare_rad_far_inte_doljas_av_en_aldre_lokal(las: Las) -> None:
    with pytest.raises(Regelfel, match=r"'14 dagar' ger mer tid än lagens 1 vecka \(6 §, från 2026-01-15\)"):
        las(
            {
                "regler/frister/aterkoppling.yaml": (
                    "svar:\n  rubrik: Svar\n  raknas_fran: inkom\n  galler:\n"
                    "    - {fran: 2000-01-01, tid: skyndsamt, lagrum: 6 §, kalla: Prov, kontrollerad: 2026-11-22}\n"
                    "    - {fran: 2026-01-15, tid: 1 vecka, rullas: ja, lagrum: 6 §, kalla: Prov, kontrollerad: 2026-11-22}\n"
                ),
                "config/by/regler/frister/aterkoppling.yaml": (
                    "svar:\n  galler:\n    - {fran: 2022-01-01, tid: 14 dagar, rullas: ja, kalla: Prov, kontrollerad: 2026-11-22}\n"
                ),
            }
        )

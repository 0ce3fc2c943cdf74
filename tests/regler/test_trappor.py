
"""Who is told when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from regler import Regelverk, las_in

Las = Callable[..., Regelverk]
HJO = las_in("hjo")


def dagar(
    regler: Regelverk, process: str, frist: str, start: date, forfaller: date | None
) -> list[tuple[str, str, date]]:
    return [(steg.nar, steg.roll, dag) for steg, dag in regler.trappdagar(process, frist, start, forfaller)]


def test_trappan_for_svar_over_pask() -> None:
    svar = HJO.frist("synpunkt", "svar", date(2026, 3, 31))
    assert dagar(HJO, "synpunkt", "svar", svar.start_dag, svar.sista_dag) == [
        ("3 arbetsdagar före", "handlaggare", date(2026, 4, 13)),
        ("samma dag", "handlaggare", date(2026, 4, 16)),
        ("1 arbetsdag efter", "enhetschef", date(2026, 4, 17)),
        ("5 arbetsdagar efter", "avdelningschef", date(2026, 4, 23)),
        ("10 arbetsdagar efter", "kvalitetsledare", date(2026, 4, 30)),
    ]


def test_utan_sista_dag_raknas_trappan_fran_starten() -> None:
    assert dagar(HJO, "lex_sarah", "utredning", date(2026, 11, 27), None) == [
        ("1 arbetsdag efter start", "handlaggare", date(2026, 11, 30)),
        ("5 arbetsdagar efter start", "enhetschef", date(2026, 12, 4)),
        ("10 arbetsdagar efter start", "avdelningschef", date(2026, 12, 11)),
        ("20 arbetsdagar efter start", "kvalitetsledare", date(2026, 12, 29)),
    ]


def test_sista_dag_pa_en_sondag_paminner_fredagen_fore_och_jagar_efter() -> None:
    rader = dagar(HJO, "beslut", "verkstallighet", date(2026, 11, 30), date(2027, 2, 28))
    assert ("samma dag", "handlaggare", date(2027, 2, 26)) in rader
    assert ("1 arbetsdag efter", "enhetschef", date(2027, 3, 1)) in rader


TRAPPA = "svar:\n  steg:\n    - {nar: 5 arbetsdagar efter start, roll: enhetschef}\n"


def test_steget_gar_pa_en_ledig_dag_bara_nar_det_sager_det(las: Las) -> None:
    steg = "    - {nar: 2 dagar efter, roll: enhetschef%s}\n"
    for mer, dag in (("", date(2026, 11, 30)), (", aven_ledig_dag: ja", date(2026, 11, 28))):
        regler = las({"config/by/regler/eskalering/prov.yaml": TRAPPA + steg % mer})
        assert dagar(regler, "prov", "svar", date(2026, 11, 1), date(2026, 11, 26))[0][2] == dag


def test_steg_fore_startdagen_faller_bort(las: Las) -> None:
    regler = las(
        {
            "config/by/regler/eskalering/prov.yaml": TRAPPA
            + "    - {nar: 3 arbetsdagar före, roll: handlaggare}\n    - {nar: samma dag, roll: handlaggare}\n"
        }
    )
    assert dagar(regler, "prov", "svar", date(2026, 11, 23), date(2026, 11, 25)) == [
        ("samma dag", "handlaggare", date(2026, 11, 25))
    ]


def test_paminnelsen_hamnar_aldrig_fore_starten(las: Las) -> None:
    regler = las({"config/by/regler/eskalering/prov.yaml": TRAPPA + "    - {nar: samma dag, roll: handlaggare}\n"})
    assert dagar(regler, "prov", "svar", date(2026, 11, 28), date(2026, 11, 29)) == [
        ("samma dag", "handlaggare", date(2026, 11, 28))
    ]


def test_vecka_dag_och_samma_dag_som_start(las: Las) -> None:
    egen = "svar:\n  steg:\n    - {nar: samma dag som start, roll: enhetschef, bradskande: ja}\n    - {nar: 1 vecka efter start, roll: avdelningschef}\n    - {nar: 1 dag efter, roll: enhetschef}\n"
    regler = las({"config/by/regler/eskalering/prov.yaml": egen})
    assert dagar(regler, "prov", "svar", date(2026, 11, 23), None) == [
        ("samma dag som start", "enhetschef", date(2026, 11, 23)),
        ("1 vecka efter start", "avdelningschef", date(2026, 11, 30)),
    ]
    assert [steg.bradskande for steg in regler.trappa("prov", "svar")] == [True, False, False]


def test_kommunens_trappa_byter_hela_den_nationella(las: Las) -> None:
    regler = las({"config/by/regler/eskalering/prov.yaml": TRAPPA + "    - {nar: 1 dag efter, roll: enhetschef}\n"})
    assert [steg.roll for steg in regler.trappa("prov", "svar")] == ["enhetschef", "enhetschef"]
    assert [steg.nummer for steg in regler.trappa("prov", "svar")] == [1, 2]


def test_frist_utan_trappa_har_inga_steg(las: Las) -> None:
    assert las().trappa("prov", "klart") == ()
    assert las().trappdagar("prov", "klart", date(2026, 1, 1), date(2026, 2, 1)) == ()

"""Many limits at once: the same answers as one by one, and only those that moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from regler import Fristsvar, Regelfraga, Regelverk, las_in_texter
from regler.motor.omrakning import Fraga, Tabell, Tabeller

START = [date(2026, 1, 1) + timedelta(days=i) for i in range(400)]
SVAR = Fraga("prov", "svar")


def regelverk(*rader: str, mal: str = "") -> Regelverk:
    galler = ", ".join(f"{{{rad}, lagrum: 1 §, kalla: Prov, kontrollerad: 2026-11-22}}" for rad in rader)
    svar = f"svar:\n  rubrik: Svar\n  raknas_fran: inkom\n{mal}  galler: [{galler}]\n"
    return las_in_texter({"regler/frister/prov.yaml": svar}, None)


TIO = regelverk("fran: 2000-01-01, tid: 10 arbetsdagar")
FEMTON = regelverk("fran: 2000-01-01, tid: 10 arbetsdagar", "fran: 2026-06-01, tid: 15 arbetsdagar")
TIMMAR = regelverk("fran: 2000-01-01, tid: 24 timmar")


def andrade(
    frister: Iterable[tuple[int, Any, date, date | None]], tabeller: Mapping[Any, Tabell]
) -> Iterator[tuple[int, Fristsvar | None]]:
    """The limits whose last day isn't the stored one, with the rules' answer."""
    for nr, fraga, start, lagrad in frister:
        if tabeller[fraga][start] != lagrad:
            yield nr, tabeller[fraga].svar[start]


def frister(fraga: Fraga = SVAR) -> Iterator[tuple[int, Fraga, date, date | None]]:
    """As the database has them: with the last days that the old rules gave."""
    gamla = Tabell(TIO, fraga)
    for nr, start in enumerate(START):
        dag: Any = gamla[start]
        yield nr, fraga, start, dag


def test_bara_de_frister_som_flyttas_kommer_med_sitt_nya_svar() -> None:
    flyttade = dict(andrade(frister(), Tabeller(FEMTON)))
    assert list(flyttade) == [nr for nr, start in enumerate(START) if start >= date(2026, 6, 1)]
    for nr, svar in flyttade.items():
        assert svar == FEMTON.frist("prov", "svar", START[nr])


def test_samma_regler_flyttar_ingenting() -> None:
    assert list(andrade(frister(), Tabeller(TIO))) == []


def test_raden_valjs_av_den_dag_som_fragan_namner() -> None:
    fore = frister(SVAR._replace(rad_dag=date(2026, 5, 31)))
    assert list(andrade(fore, Tabeller(FEMTON))) == []


def test_frist_som_reglerna_inte_langre_har_kommer_utan_svar() -> None:
    for borta in (Fraga("prov", "okand"), Fraga("okand", "svar"), Fraga("prov", "svar", mal=True)):
        assert list(andrade([(1, borta, START[0], START[9])], Tabeller(TIO))) == [(1, None)]
        assert list(andrade([(1, borta, START[0], None)], Tabeller(TIO))) == [(1, None)]
    forst_senare = regelverk("fran: 2026-06-01, tid: 10 arbetsdagar")
    assert list(andrade([(1, SVAR, START[0], START[9])], Tabeller(forst_senare))) == [(1, None)]


def test_frist_utan_dag_ar_inte_borta() -> None:
    skyndsamt = regelverk("fran: 2000-01-01, tid: skyndsamt")
    (flyttad,) = andrade([(1, SVAR, START[0], START[9]), (2, SVAR, START[0], None)], Tabeller(skyndsamt))
    assert flyttad[0] == 1
    assert flyttad[1] is not None
    assert flyttad[1].forfaller is None


def test_timmar_jamfors_i_utc_ocksa_den_timme_som_kommer_tva_ganger() -> None:
    natten = [datetime(2026, 10, 24, timme, 30, tzinfo=UTC) for timme in (23, 0, 1)]
    natten[1:] = [tid + timedelta(days=1) for tid in natten[1:]]  # 01.30, 02.30 and 02.30 once more, in Sweden
    rader = [(nr, SVAR, tid, tid + timedelta(hours=24)) for nr, tid in enumerate(natten)]
    assert list(andrade(rader, Tabeller(TIMMAR))) == []
    assert len(dict(andrade(rader, Tabeller(TIO)))) == 3


def test_fragan_far_slas_upp_pa_ett_kortare_ord() -> None:
    rader = [(nr, "s", start, dag) for nr, _, start, dag in frister()]
    assert dict(andrade(rader, {"s": Tabell(FEMTON, SVAR)})) == dict(andrade(frister(), Tabeller(FEMTON)))


def test_varje_startdag_raknas_bara_en_gang() -> None:
    tabell = Tabell(FEMTON, SVAR)
    rader = [(nr, 0, start, dag) for _ in range(3) for nr, _, start, dag in frister()]
    assert len(list(andrade(rader, {0: tabell}))) == 3 * sum(start >= date(2026, 6, 1) for start in START)
    assert len(tabell) == len(tabell.svar) == len(START)


def test_dag_utanfor_kalendern_och_timmar_utan_klockslag_sags_i_ord() -> None:
    with pytest.raises(Regelfraga, match="ligger utanför kalendern"):
        list(andrade([(1, SVAR, date(1900, 1, 1), None)], Tabeller(regelverk("fran: 1800-01-01, tid: 10 arbetsdagar"))))
    with pytest.raises(Regelfraga, match="ange klockslag"):
        list(andrade([(1, SVAR, START[0], None)], Tabeller(TIMMAR)))

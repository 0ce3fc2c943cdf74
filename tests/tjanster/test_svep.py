"""The sweep: nothing missed, nothing twice, one letter a morning, and somebody always told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, TextClause, select, text

from tests.bygg import KONTAKT, NU, Bygge
from tjanster.db import t
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler import morgonbrev, trappan
from tjanster.scheduler.svep import skicka, svepa


def tid(text_: str) -> datetime:
    return datetime.fromisoformat(text_).replace(tzinfo=SVENSK_TID)


def handlagd(bygg: Bygge) -> str:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    bygg.gor(nummer, "handlagg", "hanna")
    return nummer


def steg(bygg: Bygge) -> list[tuple[str, str, str | None, bool | None]]:
    with bygg.vaka.systemet() as conn:
        p = t.paminnelse.c
        rader = conn.execute(select(p.dag, p.roll, p.till_roll, p.ikapp).where(p.fallen.is_not(None)).order_by(p.dag))
        return [(r.dag.isoformat(), r.roll, r.till_roll, r.ikapp) for r in rader]


def test_trappan_faller_dag_for_dag_och_bara_en_gang(bygg: Bygge) -> None:
    handlagd(bygg)
    dag = NU
    for _ in range(40):
        svepa(bygg.vaka, dag)
        svepa(bygg.vaka, dag)
        dag += timedelta(days=1)
    # Received Monday 2026-09-07, ten working days: due 2026-09-21.
    assert steg(bygg) == [
        ("2026-09-16", "handlaggare", "handlaggare", False),
        ("2026-09-21", "handlaggare", "handlaggare", False),
        ("2026-09-22", "enhetschef", "enhetschef", False),
        ("2026-09-28", "avdelningschef", "avdelningschef", False),
        ("2026-10-05", "kvalitetsledare", "kvalitetsledare", False),
    ]


def test_en_veckas_stopp_ger_ett_brev_och_inte_sju(bygg: Bygge) -> None:
    handlagd(bygg)
    svepa(bygg.vaka, NU)
    utfall = svepa(bygg.vaka, tid("2026-09-29T08:00"))
    assert (utfall.trappsteg, utfall.ikapp) == (4, 4)
    hannas = [n for n in bygg.notiser("morgonbrev") if n["anvandare_id"] == bygg.aktor("hanna").id]  # type: ignore[union-attr]
    assert len(hannas) == 1
    assert [r["arendenummer"] for r in hannas[0]["falt"]["rader"]] == ["SYN-2026-0001"]


def test_chefen_far_ett_brev_om_morgonen_med_allt_sent_och_nara(bygg: Bygge) -> None:
    nummer = {handlagd(bygg) for _ in range(3)}
    for klockan in ("00:05", "06:55"):
        assert svepa(bygg.vaka, tid(f"2026-09-22T{klockan}")).morgonbrev == 0
    svepa(bygg.vaka, tid("2026-09-22T07:00"))
    svepa(bygg.vaka, tid("2026-09-22T07:05"))
    elins = [n for n in bygg.notiser("morgonbrev") if n["anvandare_id"] == bygg.aktor("elin").id]  # type: ignore[union-attr]
    assert len(elins) == 1
    assert {r["arendenummer"] for r in elins[0]["falt"]["rader"]} == nummer
    assert elins[0]["tidigast"] == tid("2026-09-22T07:00")


def test_inget_brev_pa_lediga_dagar(bygg: Bygge) -> None:
    handlagd(bygg)
    svepa(bygg.vaka, tid("2026-09-26T09:00"))
    assert bygg.notiser("morgonbrev") == []
    svepa(bygg.vaka, tid("2026-09-28T07:00"))
    assert bygg.notiser("morgonbrev") != []


def test_tom_post_gar_till_nivan_over_och_det_sags(bygg: Bygge) -> None:
    bygg.ny("avvikelse", "mia", enhet="utredning_barn")
    svepa(bygg.vaka, tid("2026-09-30T07:30"))
    with bygg.vaka.systemet() as conn:
        rader = conn.execute(text("SELECT roll, till_roll, till_enhet FROM paminnelse WHERE fallen IS NOT NULL")).all()
    assert ("enhetschef", "avdelningschef", "ifo") in [tuple(r) for r in rader]
    brev = next(n for n in bygg.notiser("morgonbrev") if n["anvandare_id"] == bygg.aktor("anders").id)  # type: ignore[union-attr]
    assert any(r["tom_post"] for r in brev["falt"]["rader"])


def test_beslut_som_inte_verkstalls_flyttas_av_svepet_samma_natt(bygg: Bygge) -> None:
    nummer = bygg.ny("beslut")
    forfaller = bygg.frister(nummer)[0]["forfaller"]
    assert forfaller.isoformat() == "2026-12-07"
    svepa(bygg.vaka, tid("2026-12-07T23:00"))
    assert bygg.rad(nummer)["tillstand"] == "beviljat"
    assert svepa(bygg.vaka, tid("2026-12-08T00:05")).flyttade == 1
    assert bygg.rad(nummer)["tillstand"] == "ej_verkstallt"
    assert svepa(bygg.vaka, tid("2026-12-08T00:10")).flyttade == 0
    with bygg.vaka.systemet() as conn:
        assert conn.execute(text("SELECT count(*) FROM fristbrott")).scalar() == 1


def test_bradskande_steg_gar_genast(bygg: Bygge) -> None:
    bygg.ny("lex_sarah", "mia")
    mottagare = {n["anvandare_id"] for n in bygg.notiser("lex_sarah_rapporterad")}
    assert mottagare == {bygg.aktor(x).id for x in ("elin", "anders", "kim")}  # type: ignore[union-attr]
    assert all(n["bradskande"] for n in bygg.notiser("lex_sarah_rapporterad"))


def test_mott_frist_tystar_trappan(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "besvara", "hanna", svar="Påhittat svar", besvarad="2026-09-07")
    svepa(bygg.vaka, tid("2026-10-30T08:00"))
    assert steg(bygg) == []
    assert bygg.notiser("morgonbrev") == []


def test_pausad_frist_tystar_trappan_och_raknas_om(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    bygg.gor(nummer, "pausa_frist", "elin", frist="svar", skal="Väntar på den som skrev")
    svepa(bygg.vaka, tid("2026-09-25T08:00"))
    assert steg(bygg) == []
    bygg.gor(nummer, "starta_frist_igen", "elin", nu=tid("2026-09-14T09:00"), frist="svar")
    svar = next(f for f in bygg.frister(nummer) if f["namn"] == "svar")
    assert (svar["status"], svar["forfaller"].isoformat()) == ("lopande", "2026-09-28")


def test_demons_brev_hamnar_i_brevladan(bygg: Bygge) -> None:
    bygg.ny("synpunkt", kontakt=KONTAKT)
    assert skicka(bygg.vaka, NU + timedelta(minutes=1)).skickade == 1  # type: ignore[union-attr]
    with bygg.vaka.systemet() as conn:
        (brev,) = conn.execute(select(t.brevlada)).mappings()
    assert brev["till"] == KONTAKT["epost"]
    assert KONTAKT["namn"] not in brev["amne"] + brev["text"] + brev["html"]


def test_sjuttiotusen_steg_vars_brev_aldrig_skrevs_slapps_pa_en_gang(bygg: Bygge) -> None:
    """A watch that died between dealing and writing leaves more rungs than a statement may have parameters; their limit was met since."""
    nummer = handlagd(bygg)
    svepa(bygg.vaka, NU)
    bygg.gor(nummer, "besvara", "hanna", svar="Påhittat svar", besvarad="2026-09-07")
    with bygg.vaka.systemet() as conn:
        conn.execute(
            text(
                "INSERT INTO paminnelse (frist_id, omgang, trappsteg, dag, nar, roll, bradskande, aven_ledig_dag, fallen, ikapp, till_roll,"
                " till_enhet, mottagare, nycklar) SELECT f.id, 1, 1000 + n, DATE '2026-09-07', 'samma dag', 'handlaggare', false, false, :nu, false,"
                " 'handlaggare', 'familjehem', ARRAY[1], ARRAY['morgonbrev:1:2026-09-07']"
                " FROM frist f, generate_series(1, 70000) n WHERE f.namn = 'svar'"
            ),
            {"nu": NU},
        )
    assert svepa(bygg.vaka, NU + timedelta(days=1)).brev_klara
    with bygg.vaka.systemet() as conn:
        assert conn.scalar(text("SELECT count(*) FROM paminnelse WHERE trappsteg > 1000 AND nycklar = '{}' AND till_roll IS NULL")) == 70000


@pytest.mark.parametrize("samtidigt", [1, 2, 3])
def test_alla_steg_faller_hur_manga_som_an_tas_at_gangen(bygg: Bygge, monkeypatch: pytest.MonkeyPatch, samtidigt: int) -> None:
    monkeypatch.setattr(trappan, "SAMTIDIGT", samtidigt)
    for _ in range(3):
        handlagd(bygg)
    with bygg.vaka.systemet() as conn:  # the newest rung is due first
        conn.execute(text("UPDATE paminnelse SET dag = DATE '2026-09-29' - (id % 9)::int"))
        vantar = conn.scalar(text("SELECT count(*) FROM paminnelse WHERE fallen IS NULL"))
    utfall = svepa(bygg.vaka, tid("2026-09-29T08:00"))
    assert utfall.trappsteg == vantar == len(steg(bygg)) > 3 * samtidigt
    assert svepa(bygg.vaka, tid("2026-09-29T08:05")).trappsteg == 0


def test_svepet_gar_inte_igenom_det_som_ar_gjort(bygg: Bygge) -> None:
    """However many rungs have fallen and cases are done with: what waits is found by its index, in the order that it is asked for."""
    handlagd(bygg)
    with bygg.vaka.systemet() as conn:
        for val in ("seqscan", "bitmapscan", "sort"):  # so that a handful of rows is looked for as a great many would be
            conn.execute(text(f"SET LOCAL enable_{val} = off"))
        tas = plan(conn, trappan._TA, idag=NU.date(), efter_dag=NU.date(), efter=0, antal=100)
        assert "paminnelse_vantar" in tas and "paminnelse_pkey" not in tas and "Filter: (dag" not in tas
        conn.execute(text("SET LOCAL enable_nestloop = off"))
        nara = plan(conn, morgonbrev._NARA, horisont=NU.date())
        assert "frist_lopande" in nara and "arende_pkey" in nara and "Hash" not in nara and "Merge" not in nara


def plan(conn: Connection, sats: TextClause, **varden: Any) -> str:
    return "\n".join(conn.execute(text(f"EXPLAIN {sats}"), varden).scalars())

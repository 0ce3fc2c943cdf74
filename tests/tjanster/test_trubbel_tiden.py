"""The clock goes wrong, or does what clocks do: set back and forth, the two nights of the year, the day that most years lack."""

import logging
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.bygg import KONTAKT, NU, Bygge
from tests.tjanster.invarianter import brustet
from tjanster import klocka, klockprov
from tjanster.halsa import prova_halsan
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler.jobb import JOBB, WEBBENS, kor
from tjanster.scheduler.svep import skicka, svepa


def tid(text_: str) -> datetime:
    return datetime.fromisoformat(text_).replace(tzinfo=SVENSK_TID)


def brutet(bygg: Bygge, svept: datetime | None = None) -> list[str]:
    with bygg.vaka.systemet() as conn:
        return brustet(conn, bygg.vaka.sammanhang, svept=svept)


def tal(bygg: Bygge) -> tuple[int, ...]:
    """Letters, sent ones, rungs that have fallen, breaches."""
    with bygg.vaka.systemet() as conn:
        return tuple(
            conn.execute(
                text("""SELECT (SELECT count(*) FROM notis), (SELECT count(*) FROM notis WHERE status = 'skickad'),
                        (SELECT count(*) FROM paminnelse WHERE fallen IS NOT NULL), (SELECT count(*) FROM fristbrott)""")
            ).one()
        )


def test_klockan_som_stalls_tillbaka_och_fram_dubblerar_inget(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.ny("lex_sarah", "mia")
    morgon = tid("2026-09-22T08:00")  # the answer is a day late
    for dag in range(-14, 1):
        svepa(bygg.vaka, morgon + timedelta(days=dag))
        skicka(bygg.vaka, morgon + timedelta(days=dag))
    fore = tal(bygg)
    assert min(fore) > 0
    for hopp in (timedelta(hours=-1), timedelta(days=-1), timedelta(days=-9), timedelta(0), timedelta(minutes=1)):
        svepa(bygg.vaka, morgon + hopp)
        skicka(bygg.vaka, morgon + hopp)
        assert tal(bygg) == fore
    # Steps that the clock says came before those that are there follow after them all the same.
    for n, hopp in enumerate((timedelta(0), timedelta(hours=-2), timedelta(hours=1))):
        bygg.gor(nummer, "lagg_till_uppgift", "rut", nu=morgon + hopp, vad=f"Ring {n}")
    with bygg.vaka.systemet() as conn:
        sagt = conn.scalars(text("SELECT u.text FROM uppgift u ORDER BY u.id")).all()
    assert sagt == ["Ring 0", "Ring 1", "Ring 2"]
    assert brutet(bygg, morgon) == []


@pytest.mark.parametrize(
    ("natt", "timmar"),
    [("2026-10-24T22:00+00:00", (0, 1, 2, 2, 3, 4)), ("2027-03-27T23:00+00:00", (0, 1, 3, 4, 5, 6))],
    ids=["vintertid", "sommartid"],
)
def test_nattens_timma_som_kommer_tva_ganger_eller_inte_alls(bygg: Bygge, natt: str, timmar: tuple[int, ...]) -> None:
    start = datetime.fromisoformat(natt).astimezone(SVENSK_TID)
    dagen_fore = datetime.combine(start.date() - timedelta(days=2), NU.timetz())
    inkom = (dagen_fore.date() - timedelta(days=20)).isoformat()
    for _ in range(3):
        bygg.ny("synpunkt", nu=dagen_fore, inkom=inkom, sen_registrering_skal="Driftstopp")
        bygg.ny("lex_sarah", "mia", nu=dagen_fore, handelsedatum=inkom, rapporterad=inkom, sen_registrering_skal="Driftstopp")
    borjan = datetime.fromisoformat(natt).astimezone(UTC)
    sedda = []
    for halvtimma in range(12):
        nu = (borjan + timedelta(minutes=30 * halvtimma)).astimezone(SVENSK_TID)
        sedda.append(nu.hour)
        svepa(bygg.vaka, nu)
        skicka(bygg.vaka, nu)
        assert brutet(bygg, nu) == []
    assert tuple(sedda[::2]) == timmar
    morgon = datetime.combine(bygg.vaka.sammanhang.regelverk.kalender.nasta_arbetsdag(start.date() + timedelta(days=1), True), NU.timetz())
    svepa(bygg.vaka, morgon)
    per_person = Counter((n["anvandare_id"], n["nyckel"]) for n in bygg.notiser("morgonbrev"))
    assert per_person
    assert set(per_person.values()) == {1}
    assert brutet(bygg, morgon) == []


def test_skottdagen_ar_sista_dagen_och_dagen_efter_ar_for_sent(bygg: Bygge) -> None:
    """Three months from 30 November end on 29 February, in a year that has it."""
    nummer = bygg.ny("beslut", nu=tid("2027-11-30T09:00"), beslutsdatum="2027-11-30")
    (frist,) = [f for f in bygg.frister(nummer) if f["namn"] == "verkstallighet" and f["slag"] == "lag"]
    assert frist["forfaller"].isoformat() == "2028-02-29"
    for dag, brott in (("2028-02-28", 0), ("2028-02-29", 0), ("2028-03-01", 1)):
        svepa(bygg.vaka, tid(f"{dag}T23:50"))
        assert (dag, tal(bygg)[3]) == (dag, brott)
    assert bygg.rad(nummer)["tillstand"] == "ej_verkstallt"
    assert brutet(bygg) == []


def test_en_nod_vars_klocka_gar_fel_later_inga_frister_passera(
    bygg: Bygge, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A day ahead by mistake it would call late what isn't; the clock of the database is the witness."""
    bygg.ny("synpunkt")
    klocka.stall(NU + timedelta(days=30))  # another day is tried: that is no fault of the clock
    assert klockprov.fel(bygg.vaka) is None
    monkeypatch.setattr(klocka, "maskintid", lambda fore=klocka.maskintid: fore() + 86_400)
    fore = tal(bygg)
    with caplog.at_level(logging.ERROR):
        for jobb in JOBB:
            kor(bygg.vaka, jobb)
    assert tal(bygg) == fore
    assert {r.getMessage().split(":")[0] for r in caplog.records} == {f"Jobbet {j.namn} körs inte" for j in JOBB}
    mening = "Datorns klocka går 1440 minuter före databasens. Rätta den som går fel; tills dess bevakar och skickar den här datorn inget."
    assert caplog.records[0].getMessage().endswith(mening)
    punkt = next(p for p in prova_halsan(bygg.vaka, klocka.nu()).punkter if p.namn == "Klocka")
    assert (punkt.bra, punkt.text) == (False, mening)


@pytest.mark.parametrize("fel", [86_400, -86_400], ids=["före", "efter"])
def test_bevakningen_som_star_stilla_for_klockans_skull_sags_i_brev(bygg: Bygge, monkeypatch: pytest.MonkeyPatch, fel: int) -> None:
    """On a single machine the web has the same wrong clock as the watch, and is the only one left to tell."""
    klocka.stall(NU)
    svepa(bygg.vaka, NU)
    assert (kor(bygg.vaka, WEBBENS[0]), bygg.notiser("bevakning_tyst")) == (None, [])
    klocka.stall(NU + timedelta(hours=1, seconds=fel))
    monkeypatch.setattr(klocka, "maskintid", lambda fore=klocka.maskintid: fore() + fel)
    for jobb in (*JOBB, *WEBBENS):
        kor(bygg.vaka, jobb)
    (brev,) = bygg.notiser("bevakning_tyst")
    assert (brev["anvandare_id"], brev["status"]) == (bygg.aktor("adam").id, "skickad")  # type: ignore[union-attr]


def test_klockan_efter_sags_ocksa(bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(klocka, "maskintid", lambda fore=klocka.maskintid: fore() - 600)
    assert str(klockprov.fel(bygg.vaka)).startswith("Datorns klocka går 10 minuter efter databasens.")
    punkt = next(p for p in prova_halsan(bygg.vaka, NU).punkter if p.namn == "Klocka")
    assert not punkt.bra

"""Simulated time goes by the real path: the same seed gives the same numbers, and what must be so is so afterwards."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import mean
from typing import Any

import pytest
from sqlalchemy import text

from regler import Regelverk, kommuner
from tests.provserver import provmapp
from tests.tjanster.invarianter import brustet, personer_i_brev
from tjanster.app import Vaka, las_regler
from tjanster.klocka import SVENSK_TID
from tjanster.settings import Settings
from tjanster.simulering import Korning, Resultat, las_modell, simulera, tillfallig
from tjanster.simulering.databas import Oppna
from tjanster.simulering.folk import arbetsenheter, bemanna
from tjanster.simulering.modell import PROCESSER, ankomster, per_ar
from tjanster.simulering.vagar import dra_vag

MODELL = las_modell()
MARS = date(2027, 3, 1)


@pytest.fixture(scope="module")
def oppna() -> Iterator[Oppna]:
    """Opens a fresh database of the simulation's own for each call."""
    with provmapp() as mapp, pytest.MonkeyPatch.context() as dar:
        dar.setattr(tempfile, "tempdir", str(mapp))
        with tillfallig("exempelkommun") as oppna:
            dar.undo()
            yield oppna


def regler(kommun: str = "exempelkommun") -> Regelverk:
    return las_regler(Settings(kommun=kommun))


def dagar(antal: int, **mer: Any) -> Korning:
    return Korning(MODELL, MARS, MARS + timedelta(days=antal - 1), **mer)


def utan_tid(r: Resultat) -> dict[str, Any]:
    return r.som_dict() | {"sekunder": None}


# -- what comes in -----------------------------------------------------------------------------------------------------


def test_arets_antal_ar_modellens_i_medeltal() -> None:
    """Poisson: over fifty years the mean lies within four standard errors, and the variance is of the mean's size."""
    verk = regler()
    volym = per_ar(MODELL, arenden=200)
    antal = [
        len(ankomster(MODELL, verk.kalender, ("a", "b"), volym, date(2027, 1, 1), date(2027, 12, 31), fro)) for fro in range(50)
    ]
    assert abs(mean(antal) - 200) < 4 * (200 / 50) ** 0.5
    assert 100 < mean((x - 200) ** 2 for x in antal) < 400


def test_ingen_kommer_pa_en_ledig_dag_och_sommaren_ar_lugnare() -> None:
    verk = regler()
    alla = ankomster(MODELL, verk.kalender, ("a",), per_ar(MODELL, arenden=20_000), date(2027, 1, 1), date(2027, 12, 31), 1)
    assert all(verk.kalender.arbetsdag(a.dag) for a in alla)
    per_manad = Counter(a.dag.month for a in alla)
    assert per_manad[7] < 0.75 * mean(per_manad.values())


def test_samma_fro_ger_samma_arenden_och_samma_vagar_hur_manga_dagar_det_an_galler() -> None:
    """A longer time has the shorter one's cases first, so that a warm-up can be compared with none."""
    verk = regler()
    enheter = arbetsenheter(verk.kommun)
    kort, langt = (
        ankomster(MODELL, verk.kalender, enheter, per_ar(MODELL), MARS, MARS + timedelta(days=n), 7) for n in (20, 60)
    )
    assert kort == langt[: len(kort)]
    assert ankomster(MODELL, verk.kalender, enheter, per_ar(MODELL), MARS, MARS + timedelta(days=20), 8) != kort
    listor = verk.kommun.listor
    assert [dra_vag(MODELL, listor, a, 7) for a in kort] == [dra_vag(MODELL, listor, a, 7) for a in kort]
    assert dra_vag(MODELL, listor, kort[0], 7) != dra_vag(MODELL, listor, kort[0], 9)


def test_varje_steg_i_modellen_tas_av_nagot_arende() -> None:
    verk = regler()
    tagna = {
        (m.process, "verkstall_svart" if m.handelse == "verkstall" and m.minuter > 400 else m.handelse)
        for a in ankomster(MODELL, verk.kalender, ("a",), per_ar(MODELL, arenden=5000), MARS, MARS + timedelta(days=90), 1)
        for m in dra_vag(MODELL, verk.kommun.listor, a, 1).moment
    }
    assert tagna == {(p, steg) for p in PROCESSER for steg in getattr(MODELL.arbete, p)}


def test_invanare_och_arenden_skalar_volymen() -> None:
    bas = per_ar(MODELL)
    assert per_ar(MODELL, invanare=128_000) == pytest.approx({p: 2 * n for p, n in bas.items()})
    assert sum(per_ar(MODELL, arenden=1000).values()) == pytest.approx(1000)


def test_tiden_racker_till_arets_vantade_arbete_vid_faktor_ett() -> None:
    """What the year is expected to bring, drawn case by case, is the share of the staff's time that the model says."""
    verk = regler()
    fran, till = date(2027, 1, 1), date(2027, 12, 31)
    volym = per_ar(MODELL, arenden=20_000)
    folk = bemanna(MODELL, verk.kommun, verk.kalender, volym, fran, till, 1, 1.0)
    arbetsdagar = [d for i in range(365) if verk.kalender.arbetsdag(d := fran + timedelta(days=i))]
    har = Counter[str]()
    for p in folk:
        har[p.roll] += sum(p.minuter for d in arbetsdagar if d not in p.ledig)
    kravs = Counter[str]()
    for a in ankomster(MODELL, verk.kalender, arbetsenheter(verk.kommun), volym, fran, till, 1):
        for m in dra_vag(MODELL, verk.kommun.listor, a, 1).moment:
            kravs[m.roll] += m.minuter
    for roll in ("registrator", "handlaggare", "kvalitetsledare"):
        assert kravs[roll] / har[roll] == pytest.approx(MODELL.personal.belaggning, rel=0.08), roll


@pytest.mark.parametrize("kommun", kommuner())
def test_varje_kommun_gar_att_bemanna(kommun: str) -> None:
    verk = regler(kommun)
    folk = bemanna(MODELL, verk.kommun, verk.kalender, per_ar(MODELL), MARS, MARS + timedelta(days=30), 1, 1.0)
    assert len({p.anvandarnamn for p in folk}) == len(folk)
    for enhet in arbetsenheter(verk.kommun):
        vagen = set(verk.kommun.vagen_upp(enhet))
        for roll in ("medarbetare", "handlaggare", "registrator", "enhetschef", "avdelningschef", "kvalitetsledare"):
            assert any(p.roll == roll and p.enhet in vagen for p in folk), (enhet, roll)


# -- the real path -----------------------------------------------------------------------------------------------------


def test_samma_fro_ger_samma_tal(oppna: Oppna) -> None:
    ett, tva = (utan_tid(simulera(oppna(regler()), dagar(9, fro=3, arenden=900))) for _ in range(2))
    assert ett == tva
    assert ett["alla"]["inkomna"] > 15


@pytest.fixture(scope="module")
def kvartal(oppna: Oppna) -> tuple[Vaka, Resultat]:
    """A quarter with too few people, so that limits are broken, rungs fall and letters are written."""
    tal = MODELL.model_copy(update={"andelar": MODELL.andelar.model_copy(update={"blir_lex_sarah": 0.3})})
    vaka = oppna(regler())
    return vaka, simulera(vaka, replace(dagar(92, arenden=400, personal=0.5), modell=tal))


def test_allt_som_maste_vara_sa_ar_sa_efter_ett_kvartal(kvartal: tuple[Vaka, Resultat]) -> None:
    vaka, r = kvartal
    svept = datetime(2027, 6, 1, 7, 0, tzinfo=SVENSK_TID)
    with vaka.systemet() as conn:
        assert brustet(conn, vaka.sammanhang, svept=svept, utan_mottagare=r.utan_mottagare) == []
        assert personer_i_brev(conn) == []
    assert (r.nekade, r.svepfel) == ({}, [])


def test_kvartalets_tal_ar_databasens(kvartal: tuple[Vaka, Resultat]) -> None:
    vaka, r = kvartal

    def tal(sats: str) -> int:
        with vaka.systemet() as conn:
            return int(conn.scalar(text(sats)))

    assert r.summa.inkomna == tal("SELECT count(*) FROM arende") == sum(m.inkomna for m in r.manader)
    assert r.summa.klara + r.summa.oppna == r.summa.inkomna
    assert r.summa.klara == sum(m.klara for m in r.manader)
    assert r.summa.oppna == r.manader[-1].oppna > 0
    assert r.summa.brutna == tal("SELECT count(*) FROM fristbrott WHERE forfoll <= '2027-05-31'") == sum(m.brutna for m in r.manader)
    assert 0 < r.summa.sena <= r.summa.brutna
    assert r.handelser == tal("SELECT count(*) FROM handelse") > 200
    assert r.brev == tal("SELECT count(*) FROM notis") > 100
    assert [p.process for p in r.processer] == list(PROCESSER)
    for p in r.processer:
        assert p.inkomna and p.paminnelser, p
        assert p.median is None or 0 <= p.median <= p.p90
    assert 0.5 < r.belaggning["handlaggare"] <= 1


def test_alla_datum_ar_den_simulerade_tidens(kvartal: tuple[Vaka, Resultat]) -> None:
    vaka, _ = kvartal
    with vaka.systemet() as conn:
        for kolumn, tabell in (("tid", "handelse"), ("nu", "svep"), ("start", "svep"), ("slut", "svep"), ("skapad", "notis")):
            forst, sist = conn.execute(text(f"SELECT min({kolumn})::date, max({kolumn})::date FROM {tabell}")).one()
            assert MARS <= forst <= sist <= date(2027, 6, 1), (tabell, kolumn)


def test_breven_ligger_i_den_oppna_brevladan_och_ingen_annanstans(kvartal: tuple[Vaka, Resultat], oppna: Oppna) -> None:
    vaka, _ = kvartal
    assert vaka.settings.smtp is None
    with vaka.systemet() as conn:
        assert conn.scalar(text("SELECT count(*) FROM brevlada")) > 100
        assert conn.scalar(text("SELECT count(*) FROM notis WHERE status = 'vantar' AND tidigast < '2027-05-28'")) == 0
    utan = oppna(regler())
    simulera(utan, dagar(3, arenden=2000, brev=False))
    with utan.systemet() as conn:
        assert conn.scalar(text("SELECT count(*) FROM brevlada")) == 0
        assert conn.scalar(text("SELECT count(*) FROM notis WHERE status = 'vantar'")) > 0


# -- what is asked of it -----------------------------------------------------------------------------------------------


def test_fler_personer_ger_inte_fler_sena(oppna: Oppna) -> None:
    """The same cases meet a tenth of the time that they need, and three times it."""
    fa, manga = (simulera(oppna(regler()), dagar(10, arenden=700, personal=f)) for f in (0.1, 3.0))
    assert [p.inkomna for p in fa.processer if p.process != "lex_sarah"] == [p.inkomna for p in manga.processer if p.process != "lex_sarah"]
    assert fa.summa.sena > 2 * manga.summa.sena
    assert fa.summa.klara < manga.summa.klara


@pytest.mark.parametrize("kommun", [k for k in kommuner() if k != "exempelkommun"])
def test_ingen_kommuns_regler_far_simuleringen_att_ga_pa_ett_nej(oppna: Oppna, kommun: str) -> None:
    """Every way to its end, at once: nothing waits, and everybody has time."""
    genast = {p: {n: s.model_copy(update={"vantan": 0}) for n, s in getattr(MODELL.arbete, p).items()} for p in PROCESSER}
    andelar = {"blir_lex_sarah": 0.2, "utan_atgard": 0.3, "avskriven": 0.3, "vill_ha_svar": 1.0}
    tal = MODELL.model_copy(update={
        "volym": MODELL.volym.model_copy(update={"beslut": 30}), "arbete": MODELL.arbete.model_copy(update=genast), "andelar": MODELL.andelar.model_copy(update=andelar),
    })  # fmt: skip
    r = simulera(oppna(regler(kommun)), replace(dagar(2, arenden=3000, personal=10.0), modell=tal))
    assert (r.nekade, r.svepfel) == ({}, [])
    assert all(p.klara for p in r.processer if p.process != "lex_sarah")

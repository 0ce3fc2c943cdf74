"""A list stands in the order of the limits, and a case knows which of its limits is nearest."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.bygg import NU, Bygge
from tjanster.arenden import arendelista
from tjanster.arenden.arendelista import Ordning, antal, lista, lista_och_antal
from tjanster.arenden.urval import Urval
from tjanster.arenden.urvalsvillkor import ar_nara, ar_sent, star_som_nara, star_som_sent
from tjanster.db import t


@pytest.fixture
def manga(bygg: Bygge) -> Bygge:
    """Cases whose limits are late, near, far, equal, without a day, paused, several, and none; open, resting and closed."""
    nummer = [bygg.ny("avvikelse", "mia") for _ in range(6)] + [bygg.ny("synpunkt") for _ in range(5)]
    nummer += [bygg.ny("beslut", externt_id=f"D-{n}") for n in range(3)] + [bygg.ny("lex_sarah") for _ in range(2)]
    f, a = t.frist.c, t.arende.c
    with bygg.oppen() as conn:
        ids = list(conn.execute(select(f.id, f.arende_id).where(f.status == "lopande").order_by(f.id)))
        for n, (frist, _) in enumerate(ids):
            dag: date | None = NU.date() + timedelta(days=(n * 7) % 23 - 6)
            varden = {"forfaller": dag if n % 6 else None, "forfaller_tid": None, "status": "pausad" if n % 5 == 0 else "lopande"}
            conn.execute(update(t.frist).where(f.id == frist).values(varden))
        utan = conn.execute(select(a.id).where(a.nummer == nummer[3])).scalar_one()
        conn.execute(update(t.frist).where(f.arende_id == utan, f.status != "mott").values(status="utgatt"))
        conn.execute(update(t.arende).where(a.nummer.in_(nummer[4:6])).values(avslutad=NU, klardag=NU.date(), tillstand="avskriven"))
        conn.execute(update(t.arende).where(a.nummer == nummer[11]).values(tillstand="verkstallt"))
        conn.commit()
    return bygg


OPPNA = ("lopande", "pausad")


def narmaste(frister: list[Any]) -> Any:
    """Of a case's open limits: one that runs before one that is paused, the one with the nearest day first."""
    sist = date.max
    return min(
        (f for f in frister if f.status in OPPNA),
        key=lambda f: (f.status == "pausad", f.forfaller or sist, f.forfaller_tid or datetime.max.replace(tzinfo=UTC), f.id),
        default=None,
    )


def dag_i_listan(frister: list[Any]) -> date:
    frist = narmaste(frister)
    return (frist.forfaller or frist.start) if frist else date.max


def fristerna(bygg: Bygge) -> dict[int, list[Any]]:
    """Case → its limits."""
    with bygg.oppen() as conn:
        alla = conn.execute(select(t.frist)).all()
        return {i: [f for f in alla if f.arende_id == i] for i in conn.execute(select(t.arende.c.id)).scalars()}


@pytest.mark.parametrize("som", ["kim", "elin", "hanna", "frida", "mia"])
def test_listan_star_i_fristernas_ordning_och_varje_arende_star_en_gang(manga: Bygge, som: str) -> None:
    aktor, s, frister = manga.aktor(som), manga.vaka.sammanhang, fristerna(manga)
    assert aktor is not None
    with manga.oppen() as conn:
        ids = {r.nummer: (r.avslutad is not None, dag_i_listan(frister[r.id]), r.id) for r in conn.execute(select(t.arende))}
    val = [
        Urval(), Urval(vilande=True), Urval(aven_avslutade=True), Urval(aven_avslutade=True, bara_avslutade=True), Urval(process="synpunkt"),
        Urval(sena=True), Urval(till_dag=NU.date()), Urval(text="påhittad", aven_avslutade=True), Urval(utan_handlaggare=True),
    ]  # fmt: skip
    sedda = 0
    for urval, per_sida in product(val, (1, 3, 4, 50)):
        with manga.vaka.som(aktor) as conn:
            hur_manga = antal(conn, s, aktor, urval, manga.nu)
            sidor = [
                lista_och_antal(conn, s, aktor, urval, manga.nu, sida=n, per_sida=per_sida)
                for n in range(1, -(-hur_manga // per_sida) + 2)
            ]
            utan_antal = lista(conn, s, aktor, urval, manga.nu, sida=2, per_sida=per_sida)
        alla = [rad.nummer for rader, _ in sidor for rad in rader]
        assert {n for _, n in sidor} == {hur_manga}, (urval, per_sida)
        assert alla == sorted(alla, key=lambda nummer: ids[nummer]), (urval, per_sida)
        assert len(alla) == len(set(alla)) == hur_manga, (urval, per_sida)
        assert not utan_antal or utan_antal == sidor[1][0], (urval, per_sida)
        sedda += hur_manga
    assert sedda > 0 or som == "frida"


def test_det_som_star_pa_arendet_sager_samma_som_fristerna_om_vad_som_ar_sent(manga: Bygge) -> None:
    """Figures ask the case, lists ask its limits; to the hour too."""
    f, a = t.frist.c, t.arende.c
    with manga.oppen() as conn:
        for n, frist in enumerate(conn.execute(select(f.id).where(f.status == "lopande", f.forfaller.is_not(None))).scalars().all()):
            if n % 2:
                conn.execute(update(t.frist).where(f.id == frist).values(forfaller=NU.date(), forfaller_tid=NU + timedelta(hours=n % 5 - 2)))
        conn.commit()
        sedda = set()
        for nu in (NU, NU - timedelta(hours=2), NU - timedelta(days=4), NU + timedelta(days=9)):
            horisont = nu.date() + timedelta(days=4)
            vad = (ar_sent(nu), star_som_sent(nu), ar_nara(nu, horisont), star_som_nara(nu, horisont))
            for sent, star_sent, nara, star_nara in conn.execute(select(*vad).select_from(t.arende).order_by(a.id)):
                assert (bool(sent), bool(nara)) == (bool(star_sent), bool(star_nara)), nu
                sedda.add((sent, nara))
    assert sedda == {(True, False), (False, True), (False, False)}


def test_arendet_vet_vilken_frist_som_ar_narmast_hur_den_an_skrivs(manga: Bygge) -> None:
    """Inserted, moved, paused, ended, taken away, one by one and many at once."""
    f, a = t.frist.c, t.arende.c

    def stammer() -> set[str | None]:
        frister = fristerna(manga)
        with manga.oppen() as conn:
            kolumner = (a.narmast, a.narmast_frist, a.narmast_slag, a.narmast_status, a.narmast_forfaller, a.narmast_forfaller_tid)
            kanda = {i: tuple(rest) for i, *rest in conn.execute(select(a.id, *kolumner))}
        ska = {
            i: (dag_i_listan(alla), f.namn, f.slag, f.status, f.forfaller, f.forfaller_tid) if (f := narmaste(alla)) else (None,) * 6
            for i, alla in frister.items()
        }
        assert kanda == ska
        return {frist for _, frist, *_ in kanda.values()}

    fore = stammer()
    assert None in fore and len(fore) > 3
    for satt in (
        update(t.frist).where(f.status == "lopande").values(forfaller=f.start + 3),
        update(t.frist).where(f.status == "lopande", f.id % 2 == 0).values(status="pausad"),
        update(t.frist).where(f.status == "lopande", f.id % 3 == 0).values(status="mott", mott=NU.date()),
    ):
        with manga.oppen() as conn:
            conn.execute(satt)
            conn.commit()
        stammer()
    with manga.oppen() as conn:
        oppen = conn.execute(select(t.frist).where(f.status == "lopande").limit(1)).one()
        conn.execute(insert(t.frist), [{**oppen._mapping, "id": 10**9 + n, "namn": f"ny_{n}", "forfaller": NU.date() - timedelta(n)} for n in range(3)])
        conn.commit()
    assert "ny_2" in stammer()
    with manga.oppen() as conn:
        conn.execute(delete(t.frist).where(f.id >= 10**9))
        conn.commit()
    assert "ny_2" not in stammer()


SAGER_NEJ = """
CREATE OR REPLACE FUNCTION frist_narmast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stammer boolean;
BEGIN
    SELECT (a.narmast, a.narmast_frist, a.narmast_slag, a.narmast_status, a.narmast_forfaller, a.narmast_forfaller_tid)
           IS NOT DISTINCT FROM (n.dag, n.namn, n.slag, n.status, n.forfaller, n.forfaller_tid) INTO stammer
      FROM arende a LEFT JOIN vaka_narmast(a.id) n ON true WHERE a.id = NEW.arende_id;
    IF NOT stammer THEN RAISE EXCEPTION 'Ärendet vet inte vilken frist som är närmast.'; END IF;
    RETURN NULL;
END $$
"""


@pytest.fixture
def sager_nej(bygg: Bygge) -> Iterator[None]:
    """The database refuses what it would otherwise have put right."""
    with bygg.oppen() as conn:
        som_den_var = conn.execute(text("SELECT pg_get_functiondef('frist_narmast'::regproc)")).scalar_one()
        conn.execute(text(SAGER_NEJ))
        conn.commit()
    yield
    with bygg.oppen() as conn:
        conn.exec_driver_sql(som_den_var)
        conn.commit()


@pytest.mark.usefixtures("sager_nej")
def test_vagen_skriver_sjalv_vilken_frist_som_ar_narmast(bygg: Bygge) -> None:
    avvikelse, synpunkt, beslut = bygg.ny("avvikelse", "mia"), bygg.ny("synpunkt"), bygg.ny("beslut")
    bygg.gor(avvikelse, "ta_emot", "elin")
    bygg.gor(synpunkt, "fordela", "rut", enhet="familjehem")
    bygg.gor(synpunkt, "forlang_frist", "elin", frist="svar", nytt_datum="2026-09-25", skal="Väntar på underlag")
    bygg.gor(synpunkt, "pausa_frist", "elin", frist="svar", skal="Väntar på den som skrev")
    bygg.gor(synpunkt, "starta_frist_igen", "elin", frist="svar", skal="Svar har kommit", nu=NU + timedelta(days=1))
    bygg.gor(beslut, "verkstall", "hanna", verkstalld=NU.date().isoformat())
    with bygg.oppen() as conn:
        a = t.arende.c
        narmast = {r.nummer: r.narmast_frist for r in conn.execute(select(a.nummer, a.narmast_frist))}
    assert narmast[synpunkt] and narmast[avvikelse] and narmast[beslut] is None


@pytest.mark.usefixtures("sager_nej")
def test_den_som_skriver_vid_sidan_av_vagen_marks(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt")
    with bygg.oppen() as conn, pytest.raises(DBAPIError, match="vet inte vilken frist"):
        ett = select(t.arende.c.id).where(t.arende.c.nummer == nummer).scalar_subquery()
        conn.execute(update(t.frist).where(t.frist.c.arende_id == ett).values(forfaller=date(2026, 9, 1)))
        conn.commit()


def test_varje_ordning_gar_at_bada_hallen_och_har_alla(manga: Bygge) -> None:
    aktor, s = manga.aktor("kim"), manga.vaka.sammanhang
    with manga.vaka.som(aktor) as conn:
        for namn in arendelista.ORDNINGAR:
            fram, bak = (
                [r.nummer for r in lista(conn, s, aktor, Urval(), manga.nu, ordning=Ordning(namn, fallande))] for fallande in (False, True)
            )
            assert sorted(fram) == sorted(bak)
            assert len(fram) == antal(conn, s, aktor, Urval(), manga.nu)

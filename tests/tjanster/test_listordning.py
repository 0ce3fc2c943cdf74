"""However a long list is made, by walking the limits or by sorting the cases, it is the same list."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select, update

from tests.bygg import NU, Bygge
from tjanster.arenden import fragor
from tjanster.arenden.fragor import Ordning, Urval, antal, lista
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
        conn.execute(update(t.arende).where(a.nummer.in_(nummer[4:6])).values(avslutad=NU, tillstand="avskriven"))
        conn.execute(update(t.arende).where(a.nummer == nummer[11]).values(tillstand="verkstallt"))
        conn.commit()
    return bygg


@pytest.mark.parametrize("som", ["kim", "elin", "hanna", "frida", "mia"])
def test_vandring_och_sortering_ger_samma_lista(manga: Bygge, som: str, monkeypatch: pytest.MonkeyPatch) -> None:
    aktor, s = manga.aktor(som), manga.vaka.sammanhang
    assert aktor is not None
    val = [
        Urval(), Urval(vilande=True), Urval(aven_avslutade=True), Urval(aven_avslutade=True, bara_avslutade=True), Urval(process="synpunkt"),
        Urval(sena=True), Urval(till_dag=NU.date()), Urval(text="påhittad", aven_avslutade=True), Urval(utan_handlaggare=True),
    ]  # fmt: skip
    sedda = 0
    for urval, per_sida in product(val, (1, 3, 4, 50)):
        sidor = {}
        for gransen in (1, 10_000):
            monkeypatch.setattr(fragor, "MANGA", gransen)
            with manga.vaka.som(aktor) as conn:
                hur_manga = antal(conn, s, aktor, urval, manga.nu)
                sidor[gransen] = [
                    [r.nummer for r in lista(conn, s, aktor, urval, manga.nu, sida=n, per_sida=per_sida)]
                    for n in range(1, -(-hur_manga // per_sida) + 2)
                ]
        alla = [nummer for sida in sidor[1] for nummer in sida]
        assert sidor[1] == sidor[10_000], (urval, per_sida)
        assert len(alla) == len(set(alla)) == hur_manga, (urval, per_sida)
        sedda += hur_manga
    assert sedda > 0 or som == "frida"


def test_varje_ordning_gar_at_bada_hallen_och_har_alla(manga: Bygge) -> None:
    aktor, s = manga.aktor("kim"), manga.vaka.sammanhang
    with manga.vaka.som(aktor) as conn:
        for namn in fragor.ORDNINGAR:
            fram, bak = (
                [r.nummer for r in lista(conn, s, aktor, Urval(), manga.nu, ordning=Ordning(namn, fallande))] for fallande in (False, True)
            )
            assert sorted(fram) == sorted(bak)
            assert len(fram) == antal(conn, s, aktor, Urval(), manga.nu)

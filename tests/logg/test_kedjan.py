"""The sealed log: rows get their seals in order, late ones too, days are closed, and tampering is found and named."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from tests.bygg import KONTAKT, NU, Bygge
from tjanster.app import Vaka
from tjanster.arenden.arendebild import visa_arende
from tjanster.db import t
from tjanster.gallring import foresla, godkann, kor
from tjanster.krypto import ny_nyckel
from tjanster.logg import Ankarfel, Prov, ankarfil, forsegla, verifiera
from tjanster.logg.ankare import huvudfil

DYGN = timedelta(days=1)
TABELLER = ("handelse", "lasning", "loggkedja", "loggdag")


def las(bygg: Bygge, nummer: str, som: str = "elin", nu: datetime = NU) -> None:
    with bygg.vaka.som(bygg.aktor(som)) as conn:
        visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor(som), nu)


def fyll(bygg: Bygge, dagar: int = 3) -> str:
    """A case with events and readings on some days, each day sealed."""
    nummer = bygg.ny("avvikelse", "mia")
    for n in range(dagar):
        nu = NU + n * DYGN
        forsegla(bygg.vaka, nu)
        for sekund in range(3):
            las(bygg, nummer, nu=nu + timedelta(seconds=sekund))
        bygg.gor(nummer, "anteckna", nu=nu, anteckning=f"Påhittad {n}")
        forsegla(bygg.vaka, nu)
    return nummer


def som_agare(motor: Engine, *satser: str, **varden: Any) -> None:
    """What one who owns the database can do: no trigger and no policy stands in the way."""
    with motor.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        for sats in satser:
            conn.execute(text(sats), varden)


def prova(bygg: Bygge, **kw: Any) -> Prov:
    return verifiera(bygg.vaka, NU + 10 * DYGN, **kw)


def test_varje_handelse_och_lasning_far_sitt_sigill_och_dagarna_stangs(bygg: Bygge) -> None:
    fyll(bygg)
    forsegling = forsegla(bygg.vaka, NU + 6 * DYGN)
    assert forsegling.dagar == [(NU + n * DYGN).date() for n in (2, 3, 4, 5)]
    prov = prova(bygg)
    assert prov.hel, prov.fel
    assert (prov.rader, prov.dagar, prov.ankare) == (13, 6, 6)
    with bygg.vaka.systemet() as conn:
        antal = dict(conn.execute(select(t.loggdag.c.dag, t.loggdag.c.antal)).all())
    assert list(antal.values()) == [5, 4, 4, 0, 0, 0]


def test_revisorn_far_hashen_och_inget_arende(bygg: Bygge) -> None:
    nummer = fyll(bygg, 1)
    forsegla(bygg.vaka, NU + DYGN)
    [brev] = bygg.notiser("loggdag_stangd")
    with bygg.vaka.systemet() as conn:
        mac = conn.execute(select(t.loggdag.c.mac)).scalar_one()
    assert (brev["falt"]["hash"], brev["falt"]["antal"], brev["adress"]) == (mac.hex(), 5, "rolf@vaka.example")
    assert nummer not in str(brev["falt"])


def test_en_ny_runda_gor_inget_nytt(bygg: Bygge) -> None:
    fyll(bygg, 1)
    assert forsegla(bygg.vaka, NU).rader == 0
    assert forsegla(bygg.vaka, NU + DYGN).dagar == [NU.date()]
    assert forsegla(bygg.vaka, NU + DYGN).dagar == []
    assert len(bygg.notiser("loggdag_stangd")) == 1


def _skriv(conn: Connection, arende: int) -> int:
    rad = {"arende_id": arende, "av": None, "tid": NU, "enhet": "familjehem", "vad": "kommando", "tilldelad": True, "skyddad": False}
    return conn.execute(t.lasning.insert().values(rad).returning(t.lasning.c.id)).scalar_one()


def test_en_rad_som_skrivs_klart_sist_men_har_lagre_nummer_tas_med(bygg: Bygge) -> None:
    arende = bygg.rad(bygg.ny("avvikelse", "mia"))["id"]
    with bygg.vaka.systemet() as sen:
        lag = _skriv(sen, arende)
        with bygg.vaka.systemet() as snabb:
            hog = _skriv(snabb, arende)
        assert hog > lag
        assert forsegla(bygg.vaka, NU, vanta=0.05).vantar == ["lasning"]
        with bygg.vaka.systemet() as conn:
            assert conn.execute(select(t.logglage.c.tabell)).scalars().all() == ["handelse"]
    assert forsegla(bygg.vaka, NU).rader == 1
    with bygg.vaka.systemet() as conn:
        k = t.loggkedja.c
        assert conn.execute(select(k.rad_id).where(k.tabell == "lasning").order_by(k.nr)).scalars().all() == [hog, lag]
        assert conn.execute(select(t.logglage.c.golv).where(t.logglage.c.tabell == "lasning")).scalar_one() == hog
    assert prova(bygg).hel


def test_den_som_skrev_klart_medan_vi_vantade_halls_inte_for_saknad(bygg: Bygge) -> None:
    """Those who write when the round begins are waited for; those who come later keep nobody waiting."""
    arende = bygg.rad(bygg.ny("avvikelse", "mia"))["id"]
    slapp, skrivet = threading.Event(), threading.Event()

    def sen() -> None:
        with bygg.vaka.systemet() as conn:
            _skriv(conn, arende)
            skrivet.set()
            assert slapp.wait(20)

    trad = threading.Thread(target=sen)
    trad.start()
    assert skrivet.wait(20)
    threading.Timer(0.2, slapp.set).start()
    forsegling = forsegla(bygg.vaka, NU, vanta=20)
    trad.join(20)
    assert (forsegling.rader, forsegling.vantar) == (2, [])


def test_flera_forseglare_pa_en_gang_ger_en_enda_kedja(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    fel: list[Exception] = []

    def arbeta(sort: Callable[[], object]) -> None:
        try:
            for _ in range(8):
                sort()
        except Exception as e:
            fel.append(e)

    jobb = [lambda: forsegla(bygg.vaka, NU)] * 2 + [lambda: las(bygg, nummer)] * 2
    tradar = [threading.Thread(target=arbeta, args=(ett,)) for ett in jobb]
    for trad in tradar:
        trad.start()
    for trad in tradar:
        trad.join()
    assert fel == []
    forsegla(bygg.vaka, NU)
    prov = prova(bygg)
    assert (prov.hel, prov.rader) == (True, 17), prov.fel


@pytest.mark.parametrize("tabell", ["lasning", "loggkedja", "loggdag"])
@pytest.mark.parametrize("sats", ["UPDATE {} SET dag = '2020-01-01'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_databasen_vagrar_andra_och_ta_bort(bygg: Bygge, motor: Engine, tabell: str, sats: str) -> None:
    fyll(bygg, 1)
    forsegla(bygg.vaka, NU + DYGN)
    sats = sats.format(tabell).replace("dag = '2020-01-01'", "vad = 'x'" if tabell == "lasning" else "dag = '2020-01-01'")
    with pytest.raises(DBAPIError, match="permission denied"), bygg.vaka.systemet() as conn:
        conn.execute(text(sats))
    with pytest.raises(DBAPIError, match="ändras eller tas aldrig bort"), motor.begin() as conn:
        conn.execute(text(sats))


def test_ingen_skriver_en_lasning_i_nagon_annans_namn(bygg: Bygge) -> None:
    arende = bygg.rad(bygg.ny("avvikelse", "mia"))["id"]
    rad = {"arende_id": arende, "tid": NU, "enhet": "familjehem", "vad": "sida", "tilldelad": True, "skyddad": False}
    for aktor, av in (("elin", "mia"), ("frida", "frida")):
        vem = bygg.aktor(av)
        assert vem is not None
        with pytest.raises(DBAPIError, match="row-level security"), bygg.vaka.som(bygg.aktor(aktor)) as conn:
            conn.execute(t.lasning.insert().inline().values(rad | {"av": vem.id}))


# -- tampering ---------------------------------------------------------------------------------------------------------

ANDRA = {
    "handelse": "UPDATE handelse SET skal = coalesce(skal, '') || 'x' WHERE id = :id",
    "lasning": "UPDATE lasning SET tid = tid - interval '1 second' WHERE id = :id",
    "loggkedja": "UPDATE loggkedja SET mac = sha256(mac) WHERE nr = :id",
    "loggdag": "UPDATE loggdag SET stangd = stangd, antal = antal + 1 WHERE dag = (SELECT dag FROM loggdag ORDER BY dag OFFSET :n LIMIT 1)",
}
TA_BORT = {
    "handelse": "DELETE FROM handelse WHERE id = :id",
    "lasning": "DELETE FROM lasning WHERE id = :id",
    "loggkedja": "DELETE FROM loggkedja WHERE nr = :id",
    "loggdag": "DELETE FROM loggdag WHERE dag = (SELECT dag FROM loggdag ORDER BY dag OFFSET :n LIMIT 1)",
}


@pytest.fixture
def fylld(bygg: Bygge) -> Bygge:
    fyll(bygg)
    forsegla(bygg.vaka, NU + 4 * DYGN)
    assert prova(bygg).hel
    return bygg


def _rader(bygg: Bygge, tabell: str) -> list[int]:
    kolumn = t.loggkedja.c.nr if tabell == "loggkedja" else getattr(t, tabell).c.id
    with bygg.vaka.systemet() as conn:
        return list(conn.execute(select(kolumn).order_by(kolumn)).scalars())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_slumpvis_mixtrande_hittas_alltid_och_det_forsta_namns(fylld: Bygge, motor: Engine, data: st.DataObject) -> None:
    """As one who owns the database: rows and seals are changed, taken away, put in and swapped, anywhere. All is undone
    by the database afterwards."""
    sort = data.draw(st.sampled_from(["andra", "ta_bort", "skjut_in", "byt_plats"]))
    tabell = data.draw(st.sampled_from(TABELLER if sort in ("andra", "ta_bort") else ("handelse", "lasning")))
    n = data.draw(st.integers(0, 3))
    rader = _rader(fylld, "lasning" if tabell == "loggdag" else tabell)
    rad = data.draw(st.sampled_from(rader))
    om: dict[str, Any] = {"id": rad, "n": n}
    if sort == "andra":
        sats = ANDRA[tabell]
    elif sort == "ta_bort":
        sats = TA_BORT[tabell]
    elif sort == "byt_plats":
        om["annan"] = data.draw(st.sampled_from([r for r in rader if r != rad]))
        sats = (
            f"UPDATE {tabell} SET id = CASE id WHEN :id THEN -:annan ELSE -:id END WHERE id IN (:id, :annan);"
            f"UPDATE {tabell} SET id = -id WHERE id < 0"
        )
    else:
        kolumner = ", ".join(c.name for c in getattr(t, tabell).columns if c.name not in ("id", "lopnr"))
        extra = ", lopnr" if tabell == "handelse" else ""
        sats = (
            f"INSERT INTO {tabell} (id, {kolumner}{extra}) OVERRIDING SYSTEM VALUE "
            f"SELECT -id - 1, {kolumner}{', lopnr + 1000' if extra else ''} FROM {tabell} WHERE id = :id"
        )
        om["inskjuten"] = -rad - 1
    with motor.begin() as conn:
        spar = {namn: conn.execute(select(getattr(t, namn))).all() for namn in TABELLER}
    som_agare(motor, *(s.strip() for s in sats.split(";")), **om)
    try:
        prov = prova(fylld)
        assert not prov.hel
        forst = prov.fel[0]
        if tabell == "loggdag":
            assert forst.tabell == "loggdag"
        elif tabell == "loggkedja":
            assert (forst.tabell, forst.rad) == ("loggkedja", rad) or _radens_sigill(spar, forst.tabell, forst.rad) == rad
        elif sort == "skjut_in":
            assert (forst.tabell, forst.rad) == (tabell, -rad - 1)
        elif sort == "byt_plats":
            assert (forst.tabell, forst.rad) == (tabell, min(rad, om["annan"]))
        else:
            assert (forst.tabell, forst.rad) == (tabell, rad)
    finally:
        _aterstall(motor, spar)
    assert prova(fylld).hel


def _radens_sigill(spar: dict[str, Any], tabell: str, rad: int | None) -> int | None:
    return next((k.nr for k in spar["loggkedja"] if (k.tabell, k.rad_id) == (tabell, rad)), None)


def _aterstall(motor: Engine, spar: dict[str, Any]) -> None:
    with motor.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        for namn in TABELLER:
            tab = getattr(t, namn)
            conn.execute(tab.delete())
            conn.execute(tab.insert(), [dict(r._mapping) for r in spar[namn]])


def test_kedja_omskriven_av_den_som_har_databasen_men_inte_nyckeln(fylld: Bygge, motor: Engine) -> None:
    """A row is changed, and every seal from it on made anew with another key."""
    med = fylld.vaka.nyckelring
    satser = ["UPDATE handelse SET skal = 'ett annat' WHERE id = (SELECT rad_id FROM loggkedja WHERE nr = 2)"]
    satser += ["UPDATE loggkedja SET mac = sha256(convert_to(nr::text || 'annan nyckel', 'utf8')) WHERE nr >= 2"]
    som_agare(motor, *satser)
    prov = prova(fylld)
    assert (prov.fel[0].tabell, prov.fel[0].vad.startswith("raden stämmer inte")) == ("handelse", True)
    assert med.aktuell


def test_kedja_avklippt_i_slutet_syns_mot_ankaren(fylld: Bygge, motor: Engine) -> None:
    """The last two days with all their rows, seals and closings are gone; what is left is whole by itself."""
    som_agare(
        motor,
        "DELETE FROM lasning WHERE id IN (SELECT rad_id FROM loggkedja WHERE tabell = 'lasning' AND dag >= :dag)",
        "DELETE FROM handelse WHERE id IN (SELECT rad_id FROM loggkedja WHERE tabell = 'handelse' AND dag >= :dag)",
        "DELETE FROM loggkedja WHERE dag >= :dag", "DELETE FROM loggdag WHERE dag >= :dag",
        dag=(NU + DYGN).date(),
    )  # fmt: skip
    prov = prova(fylld)
    assert prov.antal_fel == 4
    assert all("avklippt" in f.vad for f in prov.fel)
    assert prov.fel[0].dag == (NU + DYGN).date()
    ankarfil(fylld.vaka.settings).unlink()
    huvudfil(ankarfil(fylld.vaka.settings)).unlink()
    assert prova(fylld).hel


def test_dagens_kedja_avklippt_syns_mot_det_senaste_sigillet(bygg: Bygge, motor: Engine) -> None:
    fyll(bygg, 1)
    som_agare(
        motor,
        "DELETE FROM lasning WHERE id = (SELECT rad_id FROM loggkedja ORDER BY nr DESC LIMIT 1)",
        "DELETE FROM loggkedja WHERE nr = (SELECT max(nr) FROM loggkedja)",
    )
    [fel] = prova(bygg).fel
    assert (fel.tabell, fel.rad) == ("loggkedja", 5)
    assert "avklippt" in fel.vad


@pytest.mark.parametrize(
    ("gor", "mening"),
    [
        (lambda rader: [rader[0].replace('"hash": "', '"hash": "0'), *rader[1:]], "en annan än den som förankrades"),
        (lambda rader: rader[:1] + rader[2:], "ankarfilen saknar dagar"),
        (lambda rader: [rader[0][:20], *rader[1:]], "går inte att läsa"),
    ],
)
def test_andrade_ankaren_hittas(fylld: Bygge, gor: Callable[[list[str]], list[str]], mening: str) -> None:
    fil = ankarfil(fylld.vaka.settings)
    fil.write_text("\n".join(gor(fil.read_text().splitlines())) + "\n")
    prov = prova(fylld, ankarfil=fil)
    assert any(mening in f.vad for f in prov.fel)


def test_fran_en_dag_provas_bara_det_som_kom_sedan(fylld: Bygge, motor: Engine) -> None:
    som_agare(motor, "UPDATE lasning SET vad = 'api' WHERE id = (SELECT min(id) FROM lasning)")
    assert not prova(fylld).hel
    prov = prova(fylld, fran=(NU + 2 * DYGN).date())
    assert (prov.hel, prov.rader) == (True, 4)


def test_en_bakdaterad_rad_som_fick_sigill_i_efterhand_hittas(fylld: Bygge, motor: Engine) -> None:
    """The floor is lowered so that the sealer takes a row put in among old ones. Its seal is right, its place is not."""
    som_agare(
        motor,
        "UPDATE lasning SET id = 5000 WHERE id = (SELECT max(id) FROM lasning WHERE id < 5)",
        "UPDATE logglage SET golv = 0",
    )
    som_agare(motor, "UPDATE lasning SET id = 4 WHERE id = 5000")
    som_agare(
        motor,
        "INSERT INTO lasning (id, arende_id, tid, enhet, vad, tilldelad, skyddad) OVERRIDING SYSTEM VALUE "
        "SELECT 0, arende_id, tid, enhet, vad, tilldelad, skyddad FROM lasning LIMIT 1",
        "UPDATE logglage SET golv = -1",
    )
    assert forsegla(fylld.vaka, NU + 4 * DYGN).rader == 1
    [fel] = prova(fylld).fel
    assert (fel.tabell, fel.rad) == ("lasning", 0)
    assert "inskjuten i efterhand" in fel.vad


def test_ankarfil_som_inte_gar_att_skriva_eller_lasa_sags_med_namn(bygg: Bygge, tmp_path: Path) -> None:
    mapp = tmp_path / "logg" / "ankare.jsonl"
    mapp.mkdir(parents=True)
    with pytest.raises(Ankarfel, match=r"ankare\.jsonl går inte att skriva: det är en mapp\. Se VAKA_LOGGANKARE"):
        forsegla(bygg.vaka, NU)
    with pytest.raises(Ankarfel, match=r"saknas\.jsonl går inte att läsa: den finns inte"):
        prova(bygg, ankarfil=tmp_path / "saknas.jsonl")
    (tmp_path / "binar").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Ankarfel, match="inte UTF-8"):
        prova(bygg, ankarfil=tmp_path / "binar")


def test_en_rad_som_klipptes_av_i_ankarfilen_forstor_inte_nasta(bygg: Bygge) -> None:
    fyll(bygg, 1)
    forsegla(bygg.vaka, NU + DYGN)
    fil = ankarfil(bygg.vaka.settings)
    hel = fil.read_text()
    fil.write_text(hel[:-30])
    forsegla(bygg.vaka, NU + DYGN)
    rader = fil.read_text().splitlines()
    assert rader[-1] + "\n" == hel
    assert [f.vad for f in prova(bygg).fel] == ["raden i ankarfilen går inte att läsa: filen är ändrad"]


def test_dagens_forsta_dag_ar_den_da_loggen_borjade(bygg: Bygge) -> None:
    assert forsegla(bygg.vaka, NU).dagar == []
    assert forsegla(bygg.vaka, NU + DYGN).dagar == []
    bygg.ny("avvikelse", "mia")
    forsegla(bygg.vaka, NU + 2 * DYGN)
    assert forsegla(bygg.vaka, NU + 4 * DYGN).dagar == [date(2026, 9, 9), date(2026, 9, 10)]
    with bygg.vaka.systemet() as conn:
        assert conn.execute(select(func.count()).select_from(t.loggkedja)).scalar_one() == 1


# -- what may change: keys and weeding ---------------------------------------------------------------------------------


def _med_nycklar(vaka: Vaka, *nycklar: str) -> Vaka:
    """The same program, started anew with these keys, the newest first."""
    installningar = vaka.settings.model_copy(update={"nycklar": SecretStr(" ".join(nycklar))})
    return replace(vaka, settings=installningar)


def test_kedjan_haller_over_ett_nyckelbyte_och_inte_utan_den_gamla_nyckeln(bygg: Bygge) -> None:
    gammal, ny = ny_nyckel(), ny_nyckel()
    forst, sedan = _med_nycklar(bygg.vaka, gammal), _med_nycklar(bygg.vaka, ny, gammal)
    nummer = bygg.ny("avvikelse", "mia")
    forsegla(forst, NU)
    las(bygg, nummer)
    forsegla(sedan, NU)
    forsegla(sedan, NU + DYGN)
    prov = verifiera(sedan, NU + DYGN)
    assert (prov.hel, prov.rader) == (True, 2), prov.fel
    with bygg.vaka.systemet() as conn:
        namn = conn.execute(select(t.loggkedja.c.nyckel).order_by(t.loggkedja.c.nr)).scalars().all()
    assert namn == [gammal.partition(":")[0], ny.partition(":")[0]]
    utan = verifiera(_med_nycklar(bygg.vaka, ny), NU + DYGN)
    assert (utan.fel[0].tabell, utan.antal_fel) == ("handelse", 1)


def test_gallrade_rader_star_i_ett_bevis_med_eget_sigill(bygg: Bygge, motor: Engine) -> None:
    nummer = bygg.ny("synpunkt", "rut", kontakt=KONTAKT)
    las(bygg, nummer)
    bygg.gor(nummer, "aterta", "hanna")
    kvar = bygg.ny("avvikelse", "mia")
    forsegla(bygg.vaka, NU)
    da = datetime(2029, 1, 15, 9, 0, tzinfo=NU.tzinfo)
    kim, adam = bygg.aktor("kim"), bygg.aktor("adam")
    assert kim is not None and adam is not None
    korning = foresla(bygg.vaka, beslut="Påhittat beslut", antal=1, av=kim.id, nu=da)
    godkann(bygg.vaka, korning.id, antal=1, av=adam.id, nu=da)
    kor(bygg.vaka, korning.id, da)
    forsegla(bygg.vaka, da)
    prov = verifiera(bygg.vaka, da)
    assert prov.hel, prov.fel
    assert prov.gallrade >= 2
    som_agare(motor, "DELETE FROM handelse WHERE arende_id = :arende", arende=bygg.rad(kvar)["id"])
    [fel] = verifiera(bygg.vaka, da).fel
    assert (fel.tabell, fel.vad) == ("handelse", "raden är borttagen")


def test_ett_bevis_utan_sigill_sager_ingenting(bygg: Bygge, motor: Engine) -> None:
    bygg.ny("avvikelse", "mia")
    forsegla(bygg.vaka, NU)
    som_agare(
        motor,
        "INSERT INTO gallring (korning_id, arende_id, nummer, process, enhet, vad, regel, beslut, foreslagen_av, godkand_av, tid, rader, hash)"
        " SELECT 1, arende_id, 'x', 'x', 'x', 'arendet', 'x', 'x', 1, 2, tid, jsonb_build_object('handelse', jsonb_build_array(id)), ''"
        " FROM handelse",
        "DELETE FROM handelse",
    )
    assert [f.vad for f in prova(bygg).fel] == ["raden är borttagen"]


def test_ett_varde_som_inte_gar_att_lasa_ar_ocksa_mixtrat(fylld: Bygge, motor: Engine) -> None:
    som_agare(motor, "UPDATE lasning SET tid = 'infinity' WHERE id = 4", "UPDATE handelse SET dag = 'infinity' WHERE id = 2")
    prov = prova(fylld)
    assert {(f.tabell, f.rad) for f in prov.fel} == {("lasning", 4), ("handelse", 2)}
    assert all(f.vad.startswith("raden stämmer inte") for f in prov.fel)

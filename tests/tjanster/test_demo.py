"""The demo: every state has a case, every history is real, and nothing in the letters says who anything is about."""

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url

from arbetsfloden import PROCESSER
from tests.conftest import starta_vaka
from tjanster.app import Vaka
from tjanster.arenden.arendelista import lista
from tjanster.arenden.behorighet import las_aktor
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.urval import Urval
from tjanster.db import session, t
from tjanster.demo import LOSENORD, Demo, Demofel, ladda
from tjanster.demo.berattelser import alla
from tjanster.demo.personal import PERSONAL
from tjanster.demo.plan import planera
from tjanster.demo.synpunkter import KONTAKTER
from tjanster.klocka import SVENSK_TID
from tjanster.konton import prova_losen
from tjanster.scheduler.svep import svepa

# A Monday morning after a sweep, an ordinary working day.
NU = datetime(2026, 11, 23, 8, 30, tzinfo=SVENSK_TID)
# Nobody is left there: the confirmation goes at once, or a letter is asked for.
TOMMA = {("synpunkt", "mottagen")}
TABELLER = ("anvandare", "uppdrag", "arende", "handelse", "frist", "paminnelse", "uppgift", "notis", "brevlada", "svep")


@contextmanager
def _egen_vaka(postgres: str, mapp: Any, namn: str, kommun: str = "exempelkommun") -> Iterator[Vaka]:
    grund = make_url(postgres)
    admin = create_engine(grund.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{namn}" TEMPLATE mall STRATEGY file_copy'))
    url = grund.set(database=namn).render_as_string(hide_password=False)
    motor = session.programmets(url, storlek=3)
    try:
        yield starta_vaka(motor, url, mapp, kommun)
    finally:
        motor.dispose()
        with admin.connect() as conn:
            conn.execute(text(f'DROP DATABASE IF EXISTS "{namn}" WITH (FORCE)'))
        admin.dispose()


@pytest.fixture(scope="module")
def laddad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The demo, loaded once for all the tests here; they only read."""
    with _egen_vaka(postgres, tmp_path_factory.mktemp("demo"), "demo_laddad") as vaka:
        steg: list[tuple[int, int]] = []
        demo = ladda(vaka, NU, framsteg=lambda klart, totalt: steg.append((klart, totalt)))
        yield SimpleNamespace(vaka=vaka, demo=demo, framsteg=steg)


def _rader(laddad: SimpleNamespace, sats: str, **varden: Any) -> list[Any]:
    with laddad.vaka.systemet() as conn:
        return list(conn.execute(text(sats), varden).all())


def _hur_manga(vaka: Vaka) -> dict[str, int]:
    with vaka.systemet() as conn:
        return {n: conn.execute(select(func.count()).select_from(getattr(t, n))).scalar_one() for n in TABELLER}


# What is there


def test_hundra_arenden_och_nagot_fler(laddad: SimpleNamespace) -> None:
    demo: Demo = laddad.demo
    assert demo.laddad
    assert 100 <= demo.arenden <= 130
    assert demo.arenden == _hur_manga(laddad.vaka)["arende"]


def test_varje_lage_i_varje_process_har_ett_arende(laddad: SimpleNamespace) -> None:
    finns = {tuple(r) for r in _rader(laddad, "SELECT DISTINCT process, tillstand FROM arende")}
    alla_lagen = {(p.namn, lage) for p in PROCESSER.values() for lage in p.tillstand}
    assert finns == alla_lagen - TOMMA


def test_varje_enhet_har_arenden_och_varje_roll_nagon(laddad: SimpleNamespace) -> None:
    kommun = laddad.vaka.sammanhang.kommun
    lov = {k for k in kommun.enheter if kommun.undertrad(k) == {k}} - {"staben"}
    assert lov <= {r.enhet for r in _rader(laddad, "SELECT DISTINCT enhet FROM arende")}
    roller = {r.roll for r in _rader(laddad, "SELECT DISTINCT roll FROM uppdrag")}
    assert roller == {
        "medarbetare", "registrator", "handlaggare", "enhetschef", "avdelningschef", "kvalitetsledare",
        "administrator", "revisor",
    }  # fmt: skip


def test_enheten_utan_chef_tas_av_nivan_ovanfor(laddad: SimpleNamespace) -> None:
    with laddad.vaka.systemet() as conn:
        bemanning = Bemanning.las(conn, laddad.vaka.sammanhang.kommun, NU.date())
    traff = bemanning.agare("hemtjanst_sjostaden", None)
    assert (traff.roll, traff.ersatter) == ("avdelningschef", True)
    assert any("Ingen är enhetschef där just nu" in r.text for r in _rader(laddad, "SELECT text FROM brevlada"))


def test_sent_nara_pausat_forlangt_och_brutet_finns(laddad: SimpleNamespace) -> None:
    def antal(villkor: str) -> int:
        sats = f"SELECT count(*) FROM frist f LEFT JOIN fristbrott b ON b.frist_id = f.id WHERE {villkor}"
        return int(_rader(laddad, sats, idag=NU.date(), snart=NU.date() + timedelta(days=4))[0][0])

    assert antal("f.status = 'lopande' AND f.forfaller < :idag") >= 10
    assert antal("f.status = 'lopande' AND f.forfaller BETWEEN :idag AND :snart") >= 5
    assert antal("f.status = 'lopande' AND f.forfaller IS NULL") >= 4
    assert antal("f.status = 'pausad'") >= 2
    assert antal("b.orsak IS NOT NULL AND f.status = 'mott'") >= 6
    assert antal("b.atgard IS NOT NULL") >= 3
    assert antal("f.slag = 'mal' AND f.status = 'lopande' AND f.forfaller < :idag") >= 1
    akter = {r.slag for r in _rader(laddad, "SELECT DISTINCT slag FROM fristakt")}
    assert akter == {"pausad", "startad_igen", "forlangd"}


def test_brott_knutna_till_atgarder_pekar_pa_atgarder_som_finns(laddad: SimpleNamespace) -> None:
    for (atgard,) in _rader(laddad, "SELECT DISTINCT atgard FROM fristbrott WHERE atgard IS NOT NULL"):
        nummer, _, plats = atgard.partition("/")
        sats = "SELECT jsonb_array_length(uppgifter -> 'atgarder') FROM arende WHERE nummer = :n"
        assert int(plats) <= _rader(laddad, sats, n=nummer)[0][0]


def test_kopplade_arenden_uppgifter_och_spridda_atgarder_finns(laddad: SimpleNamespace) -> None:
    kopplingar = _rader(
        laddad,
        "SELECT a.process, b.process, k.slag FROM koppling k JOIN arende a ON a.id = k.fran_id "
        "JOIN arende b ON b.id = k.till_id",
    )
    assert {
        ("avvikelse", "lex_sarah", "blev"),
        ("lex_sarah", "avvikelse", "blev"),
        ("synpunkt", "synpunkt", "dubblett"),
    } <= {tuple(r) for r in kopplingar}
    uppgifter = {tuple(r) for r in _rader(laddad, "SELECT DISTINCT slag, klar IS NULL FROM uppgift")}
    assert {("sprid_atgard", True), ("sprid_atgard", False), ("begar_brev", True), ("verkstall", True)} <= uppgifter


def test_beslut_har_gatt_over_tiden_av_sig_sjalva_och_rapporterats_till_ivo(laddad: SimpleNamespace) -> None:
    sjalva = _rader(
        laddad,
        "SELECT tid FROM handelse WHERE handelse IN ('blir_ej_verkstallt', 'blir_ej_aterupptaget') AND av IS NULL",
    )
    assert len(sjalva) >= 10
    assert {r.tid.astimezone(SVENSK_TID).time() for r in sjalva} == {time(7, 0)}
    rapporter = _rader(
        laddad,
        "SELECT a.nummer, r ->> 'kvartal' AS kvartal, r ->> 'slag' AS slag, a.uppgifter FROM arende a, "
        "jsonb_array_elements(a.uppgifter -> 'ivo_rapporter') r ORDER BY 1, 2",
    )
    assert {r.kvartal for r in rapporter} == {"2026K2", "2026K3"}
    assert {r.slag for r in rapporter} >= {"individrapport", "aterrapport"}
    for r in rapporter:
        assert {"tillfalligt_nummer", "vidtagna_atgarder", "behov_uppfoljt", "orsak"} <= r.uppgifter.keys()
    erbjudna = _rader(laddad, "SELECT jsonb_array_elements(uppgifter -> 'erbjudanden') ->> 'utfall' AS u FROM arende")
    assert {r.u for r in erbjudna} == {"tackade_nej", "vantar"}


def test_nagot_ar_registrerat_i_efterhand_med_skal(laddad: SimpleNamespace) -> None:
    sena = _rader(
        laddad, "SELECT skal FROM handelse WHERE lopnr = 1 AND tid::date - dag > 1 AND skal LIKE '%låg nere%'"
    )
    assert len(sena) >= 2


# That it is real


def test_historien_ar_i_ordning_och_ingenting_ligger_i_framtiden(laddad: SimpleNamespace) -> None:
    rader = _rader(laddad, "SELECT arende_id, lopnr, tid, dag, fran, till FROM handelse ORDER BY arende_id, lopnr")
    forra: Any = None
    for r in rader:
        if forra is not None and forra.arende_id == r.arende_id:
            assert r.lopnr == forra.lopnr + 1
            assert r.tid >= forra.tid
            assert r.fran == forra.till
        else:
            assert (r.lopnr, r.fran) == (1, None)
        assert r.tid <= NU
        assert r.dag <= r.tid.astimezone(SVENSK_TID).date()
        forra = r
    slut = dict(_rader(laddad, "SELECT id, tillstand FROM arende"))
    sista = {r.arende_id: r.till for r in rader}
    assert sista == slut
    i_skrivordning = [r.tid for r in _rader(laddad, "SELECT tid FROM handelse ORDER BY id")]
    assert i_skrivordning == sorted(i_skrivordning)


def test_inget_arende_star_utanfor_processens_lagen(laddad: SimpleNamespace) -> None:
    for process, tillstand in _rader(laddad, "SELECT DISTINCT process, tillstand FROM arende"):
        assert tillstand in PROCESSER[process].tillstand


def test_manniskor_arbetar_pa_arbetsdagar_och_kontorstid(laddad: SimpleNamespace) -> None:
    kalender = laddad.vaka.sammanhang.regelverk.kalender
    for (tid,) in _rader(laddad, "SELECT tid FROM handelse WHERE av IS NOT NULL"):
        lokal = tid.astimezone(SVENSK_TID)
        assert kalender.arbetsdag(lokal.date())
        assert time(8) <= lokal.time() < time(18)


def test_varje_trappsteg_foll_pa_sin_dag_och_inget_saknas(laddad: SimpleNamespace) -> None:
    assert _rader(laddad, "SELECT 1 FROM paminnelse WHERE fallen IS NULL AND dag <= :idag", idag=NU.date()) == []
    assert _rader(laddad, "SELECT 1 FROM paminnelse WHERE ikapp") == []
    assert _rader(laddad, "SELECT 1 FROM svep WHERE utfall -> 'fel' <> '[]' OR slut IS NULL") == []


def test_ett_svep_till_gor_ingenting(laddad: SimpleNamespace) -> None:
    utfall = svepa(laddad.vaka, NU)
    assert (utfall.brutna, utfall.flyttade, utfall.trappsteg, utfall.morgonbrev) == (0, 0, 0, 0)


# The letters


def test_inget_brev_sager_vem_eller_vad_det_galler(laddad: SimpleNamespace) -> None:
    brev = _rader(laddad, "SELECT amne, text FROM brevlada")
    falt = _rader(laddad, "SELECT falt::text AS text FROM notis")
    assert len(brev) > 50
    allt = "\n".join([*(f"{b.amne}\n{b.text}" for b in brev), *(f.text for f in falt)])
    hemligt = {v for k in KONTAKTER for v in k.values()}
    for b in alla():
        for data in (b.data, b.ivo or {}, *(h.data for h in b.steg)):
            hemligt |= set(_meningar(data))
        hemligt |= {h.skal for h in b.steg if h.skal}
    hemligt |= {p.namn for p in PERSONAL}
    assert len(hemligt) > 300
    assert [x for x in hemligt if x in allt] == []


def _meningar(varde: Any) -> Iterator[str]:
    """Every free text in a story's fields, long enough not to be a code."""
    if isinstance(varde, str) and " " in varde and len(varde) > 12:
        yield varde
    elif isinstance(varde, dict):
        for v in varde.values():
            yield from _meningar(v)
    elif isinstance(varde, list | tuple):
        for v in varde:
            yield from _meningar(v)


def test_texterna_har_varken_namn_eller_personnummer() -> None:
    namn = {del_ for p in PERSONAL for del_ in re.split(r"[ -]", p.namn)} | {
        del_ for k in KONTAKTER for del_ in k["namn"].split()
    }
    for b in alla():
        for data in (b.data, b.ivo or {}, *(h.data for h in b.steg)):
            for mening in _meningar(data):
                assert not re.search(r"\d{6}[-+ ]?\d{4}", mening)
                assert not {o.strip(".,!?") for o in mening.split()} & namn, mening


def test_brevladan_har_bara_de_senaste_tva_veckornas_brev(laddad: SimpleNamespace) -> None:
    ((forst, sist),) = _rader(laddad, "SELECT min(tid), max(tid) FROM brevlada")
    assert forst >= NU - timedelta(days=15)
    assert sist <= NU
    kvar = _rader(laddad, "SELECT 1 FROM notis WHERE status <> 'skickad' AND tidigast <= :nu", nu=NU)
    assert kvar == []
    tider = _rader(laddad, "SELECT tidigast, skickad FROM notis WHERE status = 'skickad'")
    assert all(timedelta(0) <= r.skickad - r.tidigast < timedelta(minutes=6) for r in tider)


# Those who try it


def test_alla_konton_har_samma_losenord_och_nagot_att_prova(laddad: SimpleNamespace) -> None:
    demo: Demo = laddad.demo
    assert len(demo.anvandare) == len(PERSONAL)
    assert {k.losenord for k in demo.anvandare} == {LOSENORD}
    assert demo.anvandare[0].roll == "Kvalitetsledare"
    assert all(k.prova and k.enhet for k in demo.anvandare)
    with laddad.vaka.systemet() as conn:
        for namn in ("hanna", "annakarin"):
            assert isinstance(prova_losen(conn, namn, LOSENORD, NU), int)
        assert conn.execute(select(func.count(t.anvandare.c.losen.distinct()))).scalar_one() == 1
    assert all(p.epost.endswith("@exempelkommun.example") for p in PERSONAL)


def test_varje_handlaggare_och_chef_har_nagot_som_vantar(laddad: SimpleNamespace) -> None:
    s = laddad.vaka.sammanhang
    with laddad.vaka.systemet() as conn:
        ider = {r.anvandarnamn: r.id for r in conn.execute(select(t.anvandare))}
        for p in PERSONAL:
            if p.uppdrag[0][0] in ("handlaggare", "enhetschef", "avdelningschef", "kvalitetsledare"):
                aktor = las_aktor(conn, ider[p.anvandarnamn], NU.date())
                assert lista(conn, s, aktor, Urval(), NU), p.anvandarnamn


# Loading


def test_framsteget_vaxer_och_nar_fram(laddad: SimpleNamespace) -> None:
    klart = [k for k, _ in laddad.framsteg]
    assert klart == sorted(klart)
    assert laddad.framsteg[-1][0] == laddad.framsteg[-1][1]


def test_andra_gangen_laddas_inget_och_inget_forloras(laddad: SimpleNamespace) -> None:
    fore = _hur_manga(laddad.vaka)
    igen = ladda(laddad.vaka, NU + timedelta(days=3))
    assert not igen.laddad
    assert igen.arenden == laddad.demo.arenden
    assert igen.anvandare == laddad.demo.anvandare
    assert _hur_manga(laddad.vaka) == fore


class _Avbrott(Exception):
    pass


def test_en_avbruten_inlasning_lamnar_inget_efter_sig(vaka: Vaka) -> None:
    def avbryt(klart: int, totalt: int) -> None:
        if klart > totalt / 5:
            raise _Avbrott

    with pytest.raises(_Avbrott):
        ladda(vaka, NU, framsteg=avbryt)
    assert set(_hur_manga(vaka).values()) == {0}


def test_demon_laddas_bara_i_sin_egen_kommun(vaka: Vaka) -> None:
    from tjanster.app import las_regler

    settings = vaka.settings.model_copy(update={"kommun": "hjo"})
    annan = replace(vaka, settings=settings, forsta=replace(vaka.sammanhang, regelverk=las_regler(settings)))
    with pytest.raises(
        Demofel, match=r"Demon hör till exempelkommun, men här körs hjo\. Sätt VAKA_KOMMUN=exempelkommun"
    ):
        ladda(annan, NU)


def test_en_berattelse_som_inte_gar_ihop_namns(vaka: Vaka, monkeypatch: pytest.MonkeyPatch) -> None:
    trasig = next(b for b in alla() if b.process == "avvikelse" and not b.steg)
    trasig = replace(trasig, data=dict(trasig.data) | {"typ": "hittepa"})
    monkeypatch.setattr(importlib.import_module("tjanster.demo.ladda"), "alla", lambda: (trasig,))
    with pytest.raises(Demofel, match=r"Demons berättelse 0 \(avvikelse, .*\), steg 0 registrera"):
        ladda(vaka, NU)
    assert _hur_manga(vaka)["arende"] == 0


@pytest.mark.parametrize("dag", [date(2026, 4, 6), date(2026, 12, 27), date(2027, 1, 1), date(2028, 2, 29)])
def test_berattelserna_ryms_vilken_dag_demon_an_laddas(vaka: Vaka, dag: date) -> None:
    kalender = vaka.sammanhang.regelverk.kalender
    nu = datetime.combine(dag, time(4), SVENSK_TID)
    punkter = planera(alla(), kalender, nu)
    assert punkter == planera(alla(), kalender, nu) == sorted(punkter)
    assert punkter[-1].tid < nu
    assert nu - punkter[0].tid < timedelta(days=335)
    rapporter = [p for p in punkter if p.kvartalsslut is not None]
    assert len(rapporter) == 2
    assert all(timedelta(7) < p.tid.date() - p.kvartalsslut < timedelta(31) for p in rapporter if p.kvartalsslut)


def test_en_berattelse_som_gar_forbi_i_dag_nekas(vaka: Vaka) -> None:
    b = next(b for b in alla() if b.steg)
    with pytest.raises(ValueError, match="går förbi i dag"):
        planera([replace(b, start=1)], vaka.sammanhang.regelverk.kalender, NU)

"""What people choose about their letters, and that no choice loses an escalation."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from notiser import Falt, rendera
from regler import Brevval
from tests.bygg import KONTAKT, NU, Bygge, lagg_in_personal
from tests.tjanster.delad import delad_vaka, tom
from tests.tjanster.test_svep import handlagd, tid
from tests.tjanster.test_vikarie import satt as satt_vikarie
from tjanster.app import Vaka
from tjanster.arenden import brevval
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.db import t
from tjanster.scheduler.svep import skicka, svepa

ONSDAG = frozenset({2})
INGET = Brevval(morgonbrev=False)


@pytest.fixture(scope="module")
def _delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("brevval"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def bygg(_delad: Vaka) -> Bygge:
    with tom(_delad).systemet() as conn:
        lagg_in_personal(conn)
    return Bygge(_delad)


def valj(bygg: Bygge, namn: str, val: Brevval | None, nu: datetime = NU) -> bool:
    with bygg.vaka.systemet() as conn:
        return brevval.satt(conn, bygg.vaka.sammanhang, vem(bygg, namn), val, av=vem(bygg, namn), nu=nu)


def vem(bygg: Bygge, namn: str) -> int:
    aktor = bygg.aktor(namn)
    assert aktor is not None
    return aktor.id


def svep(bygg: Bygge, *tider: str) -> None:
    for en in tider:
        assert svepa(bygg.vaka, tid(en)).fel == []


def brev(bygg: Bygge, namn: str) -> dict[str, list[dict[str, Any]]]:
    """Day → the rows of the person's letter of that day."""
    return {
        n["nyckel"][-10:]: n["falt"]["rader"] for n in bygg.notiser("morgonbrev") if n["anvandare_id"] == vem(bygg, namn)
    }  # fmt: skip


def nummer(rader: list[dict[str, Any]], grupp: str | None = None) -> list[str]:
    return [r["arendenummer"] for r in rader if r["grupp"] == grupp]


# -- when --------------------------------------------------------------------------------------------------------------


def test_brevet_kommer_den_timme_som_valts_och_sager_det_som_galler_da(bygg: Bygge) -> None:
    klar, kvar = handlagd(bygg), handlagd(bygg)
    valj(bygg, "hanna", Brevval(klockan=9))
    svep(bygg, "2026-09-22T07:00", "2026-09-22T08:55")
    assert brev(bygg, "hanna") == {}
    assert nummer(brev(bygg, "elin")["2026-09-22"]) == [klar, kvar]
    bygg.gor(klar, "besvara", "hanna", nu=tid("2026-09-22T08:57"), svar="Påhittat", besvarad="2026-09-21")
    svep(bygg, "2026-09-22T09:00", "2026-09-22T09:05")
    assert {dag: nummer(rader) for dag, rader in brev(bygg, "hanna").items()} == {"2026-09-22": [kvar]}


def test_bara_de_dagar_som_valts(bygg: Bygge) -> None:
    handlagd(bygg)  # due Monday 2026-09-21
    valj(bygg, "anders", Brevval(dagar=ONSDAG))
    svep(bygg, *(f"2026-09-{dag}T07:30" for dag in (21, 22, 23, 24, 25)))
    assert list(brev(bygg, "anders")) == ["2026-09-23"]
    assert list(brev(bygg, "elin")) == [f"2026-09-{dag}" for dag in (21, 22, 23, 24, 25)]


def test_trappsteg_i_lagens_tid_kommer_ocksa_pa_en_dag_utan_morgonbrev(bygg: Bygge) -> None:
    """The manager's rung falls on Tuesday the 22nd; another case of theirs is late without a rung that day."""
    forst, sen = handlagd(bygg), bygg.ny("avvikelse", "mia")
    valj(bygg, "elin", Brevval(dagar=ONSDAG))
    svep(bygg, "2026-09-21T07:30", "2026-09-22T07:30", "2026-09-22T07:35", "2026-09-23T07:30", "2026-09-24T07:30")
    alla = brev(bygg, "elin")
    assert nummer(alla["2026-09-22"]) == [forst]
    assert set(nummer(alla["2026-09-23"])) == {forst, sen}
    trappan = [n for n in bygg.notiser("morgonbrev") if n["falt"]["bara_trappan"] and n["anvandare_id"] == vem(bygg, "elin")]
    assert "2026-09-22" in {n["nyckel"][-10:] for n in trappan}
    assert "2026-09-23" not in {n["nyckel"][-10:] for n in trappan}
    assert "Du har valt bort morgonbrevet i dag." in text_av(bygg, trappan[0])


def text_av(bygg: Bygge, notis: dict[str, Any]) -> str:
    return rendera(notis["mall"], Falt.from_dict(notis["falt"]), bas_url="https://vaka.example").text


def test_bortvalt_morgonbrev_ger_bara_trappsteg_och_inget_gar_forlorat(bygg: Bygge) -> None:
    for namn in ("hanna", "elin", "anders", "kim"):
        valj(bygg, namn, INGET)
    handlagd(bygg)
    dag = NU.replace(hour=7)
    for _ in range(40):
        svepa(bygg.vaka, dag)
        dag += timedelta(days=1)
    with bygg.vaka.systemet() as conn:
        fallna = conn.execute(select(t.paminnelse.c.dag, t.paminnelse.c.till_roll, t.paminnelse.c.nycklar).where(t.paminnelse.c.fallen.is_not(None))).all()
    lagda = {n["nyckel"] for n in bygg.notiser("morgonbrev")}
    assert [(r.dag.isoformat(), r.till_roll) for r in fallna] == [
        ("2026-09-16", "handlaggare"), ("2026-09-21", "handlaggare"), ("2026-09-22", "enhetschef"), ("2026-09-28", "avdelningschef"),
        ("2026-10-05", "kvalitetsledare"),
    ]  # fmt: skip
    assert all(r.nycklar and set(r.nycklar) <= lagda for r in fallna)
    assert len(lagda) == 5


def test_kommunens_eget_mal_vantar_till_en_vald_dag_men_forsvinner_inte(bygg: Bygge) -> None:
    """One weekday only, the one before the rung's: nearly a week to wait, while everybody else's mornings go by."""
    bygg.ny("beslut", insats="hemtjanst")
    with bygg.vaka.systemet() as conn:
        steg = conn.execute(
            text("SELECT p.id, p.dag, p.roll FROM paminnelse p JOIN frist f ON f.id = p.frist_id WHERE f.slag = 'mal' AND NOT p.bradskande ORDER BY p.dag LIMIT 1")
        ).one()  # fmt: skip
    for namn in ("hanna", "elin", "anders"):
        valj(bygg, namn, Brevval(dagar=frozenset({(steg.dag.weekday() - 1) % 5})))
    dag = datetime.combine(steg.dag, NU.timetz()).replace(hour=7)
    for n in range(10):
        svepa(bygg.vaka, dag + timedelta(days=n))
        svepa(bygg.vaka, dag + timedelta(days=n, minutes=5))
    with bygg.vaka.systemet() as conn:
        rad = conn.execute(select(t.paminnelse).where(t.paminnelse.c.id == steg.id)).one()
    lagda = {n["nyckel"]: n for n in bygg.notiser("morgonbrev")}
    assert rad.nycklar and set(rad.nycklar) <= lagda.keys()
    kom = datetime.fromisoformat(rad.nycklar[0][-10:]).date()
    assert steg.dag < kom <= steg.dag + timedelta(days=7)
    assert kom.weekday() == (steg.dag.weekday() - 1) % 5
    assert "BES-2026-0001" in nummer(lagda[rad.nycklar[0]]["falt"]["rader"])


def test_den_som_har_sen_timme_far_det_som_stannade_mitt_i_morgonen(bygg: Bygge) -> None:
    """The watch stops between the early and the late hour, two mornings in a row; nothing is forgotten."""
    handlagd(bygg)
    valj(bygg, "elin", Brevval(klockan=9))  # the manager's rung falls on the 22nd
    svep(bygg, "2026-09-21T09:30", "2026-09-22T07:00", "2026-09-22T13:00", "2026-09-23T07:00", "2026-09-24T07:00", "2026-09-24T09:00")
    with bygg.vaka.systemet() as conn:
        (nycklar,) = conn.execute(text("SELECT nycklar FROM paminnelse WHERE dag = '2026-09-22'")).scalars()
    assert nycklar == [f"morgonbrev:{vem(bygg, 'elin')}:2026-09-24"]
    assert nycklar[0] in {n["nyckel"] for n in bygg.notiser("morgonbrev")}


def test_vikarien_far_brevet_som_i_dag_vad_den_borta_an_har_valt(bygg: Bygge) -> None:
    nr = handlagd(bygg)
    valj(bygg, "hanna", INGET)
    satt_vikarie(bygg, "hanna", "frida", NU.date(), NU.date() + timedelta(days=30))
    svep(bygg, "2026-09-21T07:30", "2026-09-22T07:30")
    assert nummer(brev(bygg, "frida")["2026-09-22"]) == [nr]
    assert list(brev(bygg, "hanna")) == ["2026-09-21"]  # the rung of the last day, and no list the day after


# -- what --------------------------------------------------------------------------------------------------------------


def test_nytt_i_morgonbrevet_vantar_dit_och_berattas_en_gang(bygg: Bygge) -> None:
    valj(bygg, "hanna", Brevval(nytt="morgonbrev"))
    nr = handlagd(bygg)
    (vantar,) = [n for n in bygg.notiser("synpunkt_tilldelad") + bygg.notiser("arende_tilldelat") if n["anvandare_id"] == vem(bygg, "hanna")]
    assert vantar["status"] == "samlas"
    # The manager's letter and the one to the person who wrote.
    assert skicka(bygg.vaka, NU + timedelta(minutes=1)).skickade == 2  # type: ignore[union-attr]
    svep(bygg, "2026-09-08T07:00", "2026-09-08T07:05", "2026-09-09T07:00")
    (rad,) = brev(bygg, "hanna")["2026-09-08"]
    assert (rad["arendenummer"], rad["grupp"], rad["lank"]) == (nr, "nya", f"/arende/{nr}")
    assert rad["vad"].startswith("Du har fått")
    assert list(brev(bygg, "hanna")) == ["2026-09-08"]
    assert lage(bygg, vantar["id"]) == "samlad"


def lage(bygg: Bygge, notis: int) -> str:
    with bygg.vaka.systemet() as conn:
        return str(conn.execute(select(t.notis.c.status).where(t.notis.c.id == notis)).scalar_one())


def vantande(bygg: Bygge, namn: str = "hanna") -> dict[str, Any]:
    valj(bygg, namn, Brevval(nytt="morgonbrev", dagar=ONSDAG))
    handlagd(bygg)
    (en,) = [n for n in bygg.notiser() if n["status"] == "samlas"]
    return en


def test_det_bradskande_samlas_aldrig(bygg: Bygge) -> None:
    for namn in ("elin", "anders", "kim"):
        valj(bygg, namn, Brevval(nytt="morgonbrev"))
    bygg.ny("lex_sarah", "mia")
    assert {(n["status"], n["mall"]) for n in bygg.notiser()} == {("vantar", "lex_sarah_rapporterad")}


def test_den_som_stangts_ute_far_inte_veta_i_efterhand(bygg: Bygge) -> None:
    en = vantande(bygg)
    bygg.gor(en["arendenummer"], "satt_at_sidan", "kim", jav=["hanna"], skal="Påhittat")
    svep(bygg, "2026-09-09T07:00")
    assert lage(bygg, en["id"]) == "avbruten"
    assert brev(bygg, "hanna") == {}


@pytest.mark.parametrize(("nytt", "status"), [(Brevval(dagar=ONSDAG), "vantar"), (INGET, "vantar"), (None, "vantar"), (Brevval(nytt="morgonbrev"), "samlas")])
def test_den_som_inte_langre_samlar_far_det_som_vantar_genast(bygg: Bygge, nytt: Brevval | None, status: str) -> None:
    en = vantande(bygg)
    assert valj(bygg, "hanna", nytt, tid("2026-09-08T15:00"))
    assert lage(bygg, en["id"]) == status
    skickat = skicka(bygg.vaka, tid("2026-09-08T15:01"))
    assert (lage(bygg, en["id"]) == "skickad") is (status == "vantar"), skickat


def test_inget_vantar_pa_ett_brev_som_inte_kommer(bygg: Bygge) -> None:
    en = vantande(bygg)
    with bygg.vaka.systemet() as conn:
        conn.execute(update(t.notis).where(t.notis.c.id == en["id"]).values(skapad=NU - timedelta(days=30)))
    svep(bygg, "2026-09-08T07:00")
    assert lage(bygg, en["id"]) == "vantar"


def test_kommunens_andrade_val_slapper_det_som_vantar(bygg: Bygge) -> None:
    kommun = bygg.vaka.sammanhang.kommun
    object.__setattr__(kommun, "brev", Brevval(nytt="morgonbrev", dagar=ONSDAG))
    try:
        handlagd(bygg)
        assert {n["status"] for n in bygg.notiser() if n["anvandare_id"]} == {"samlas"}
    finally:
        object.__setattr__(kommun, "brev", Brevval())
    svep(bygg, "2026-09-08T07:00")
    assert {n["status"] for n in bygg.notiser()} == {"vantar"}


def test_stangt_konto_far_inget(bygg: Bygge) -> None:
    en = vantande(bygg)
    with bygg.vaka.systemet() as conn:
        conn.execute(update(t.anvandare).where(t.anvandare.c.anvandarnamn == "hanna").values(aktiv=False))
    svep(bygg, "2026-09-08T07:00")
    assert lage(bygg, en["id"]) == "avbruten"


def test_brevet_sager_vad_som_vantar_pa_beslut_och_vad_som_ar_nytt(bygg: Bygge) -> None:
    """To the manager: one late, two to decide, of which one stands among the late already; new are those since the last letter."""
    gammal = bygg.ny("avvikelse", "mia", nu=tid("2026-08-20T09:00"), handelsedatum="2026-08-20")
    valj(bygg, "elin", Brevval())
    utan = bygg.ny("beslut", "hanna")
    bygg.gor(utan, "tilldela", "elin", handlaggare="hanna")
    inte_elins = bygg.ny("beslut", "frida", enhet="hemtjanst_norr", externt_id="D-9")
    att_fordela = bygg.ny("beslut", "rut", externt_id="D-2")
    with bygg.vaka.systemet() as conn:
        conn.execute(update(t.arende).where(t.arende.c.nummer == att_fordela).values(handlaggare=None))
    svep(bygg, "2026-09-08T07:00")
    rader = brev(bygg, "elin")["2026-09-08"]
    assert nummer(rader) == [gammal]
    assert nummer(rader, "besluta") == [att_fordela]
    assert nummer(rader, "nya") == [utan]
    assert inte_elins not in {r["arendenummer"] for r in rader}
    (falt,) = [n["falt"] for n in bygg.notiser("morgonbrev") if n["anvandare_id"] == vem(bygg, "elin")]
    assert (falt["antal_sena"], falt["antal_nara"], falt["antal_besluta"], falt["antal_nya"]) == (1, 0, 1, 1)
    svep(bygg, "2026-09-09T07:00")
    assert nummer(brev(bygg, "elin")["2026-09-09"], "nya") == []


def test_handlaggaren_ser_vad_hen_har_fatt_sedan_forra_brevet_men_inte_vad_hen_tagit_sjalv(bygg: Bygge) -> None:
    sen = handlagd(bygg)
    fatt, tagen = (bygg.ny("beslut", "rut", nu=tid("2026-09-22T10:00"), externt_id=f"D-{n}", beslutsdatum="2026-09-22") for n in (1, 2))
    bygg.gor(fatt, "tilldela", "elin", nu=tid("2026-09-22T10:00"), handlaggare="hanna")
    bygg.gor(tagen, "tilldela", "hanna", nu=tid("2026-09-22T10:00"), handlaggare="hanna")
    svep(bygg, "2026-09-23T07:00")
    rader = brev(bygg, "hanna")["2026-09-23"]
    assert (nummer(rader), nummer(rader, "nya")) == ([sen], [fatt])
    assert [r["vad"] for r in rader if r["grupp"] == "nya"] == ["Du har fått ärendet att handlägga"]


def test_det_som_bara_vantar_pa_beslut_ar_inget_skal_till_ett_brev(bygg: Bygge) -> None:
    bygg.ny("beslut", "rut")
    svep(bygg, "2026-09-08T07:00")
    assert bygg.notiser("morgonbrev") == []


def test_varje_notis_kommer_i_vald_form(bygg: Bygge) -> None:
    valj(bygg, "elin", Brevval(form="text"))
    valj(bygg, "hanna", Brevval(form="text"))
    bygg.ny("lex_sarah", "mia")
    bygg.ny("synpunkt", kontakt=KONTAKT)
    handlagd(bygg)
    svep(bygg, "2026-09-22T07:00")
    egna = {vem(bygg, "elin"), vem(bygg, "hanna")}
    alla = bygg.notiser()
    assert {n["mall"] for n in alla if n["bara_text"]} >= {"lex_sarah_rapporterad", "morgonbrev", "synpunkt_fordelad"}
    assert all(n["bara_text"] is (n["anvandare_id"] in egna) for n in alla)
    skicka(bygg.vaka, tid("2026-09-22T07:01"))
    with bygg.vaka.systemet() as conn:
        sidor = dict(conn.execute(select(t.notis.c.id, t.brevlada.c.html.is_not(None)).join(t.notis, t.notis.c.id == t.brevlada.c.notis_id)).all())
    assert sidor == {n["id"]: not n["bara_text"] for n in alla}


# -- the choice itself -------------------------------------------------------------------------------------------------


def test_andringen_skrivs_ner_och_star_kvar(bygg: Bygge, caplog: pytest.LogCaptureFixture) -> None:
    nytt = Brevval(dagar=ONSDAG, klockan=8, form="text")
    with caplog.at_level(logging.INFO, "vaka.konto"):
        assert valj(bygg, "hanna", nytt)
        assert not valj(bygg, "hanna", nytt)
        assert valj(bygg, "hanna", None)
    assert [r.getMessage() for r in caplog.records] == [f"Konto {vem(bygg, 'hanna')} ändrade sina brev"] * 2
    assert "Påhittad" not in caplog.text
    b = t.brevvalsandring.c
    with bygg.vaka.systemet() as conn:
        assert brevval.gallande(conn, bygg.vaka.sammanhang.kommun, vem(bygg, "hanna")) == (Brevval(), False)
        rader = conn.execute(select(b.anvandare_id, b.av, b.tid, b.fran, b.till).order_by(b.id)).all()
    jag = vem(bygg, "hanna")
    assert [tuple(r) for r in rader] == [(jag, jag, NU, None, nytt.as_dict()), (jag, jag, NU, nytt.as_dict(), None)]
    for sats in ("UPDATE brevvalsandring SET till = NULL", "DELETE FROM brevvalsandring", "TRUNCATE brevvalsandring"):
        with pytest.raises(DBAPIError), bygg.oppen() as conn:
            conn.execute(text(sats))


@pytest.mark.parametrize(
    ("fel", "falt", "mening"),
    [
        ({"dagar": []}, "dagar", "Välj minst en dag, eller välj bort morgonbrevet."),
        ({"dagar": ["onsda"]}, "dagar", "'onsda' går inte att välja – menade du 'onsdag'?"),
        ({"dagar": ["x"]}, "dagar", "'x' går inte att välja. Dagarna är måndag, tisdag, onsdag, torsdag, fredag."),
        ({"klockan": "5"}, "klockan", "Morgonbrevet kan komma klockan 6 till 9, inte '5'."),
        ({"klockan": "sju"}, "klockan", "inte 'sju'."),
        ({"form": "pdf"}, "form", "'pdf' går inte att välja. Välj html eller text."),
        ({"nytt": "aldrig"}, "nytt", "'aldrig' går inte att välja. Välj genast eller morgonbrev."),
        ({"nytt": "morgonbrev", "morgonbrev": False}, "nytt", "Utan morgonbrev kan det nya inte vänta på det."),
    ],
)
def test_val_som_inte_gar_sags(fel: dict[str, Any], falt: str, mening: str) -> None:
    ratt: dict[str, Any] = {"morgonbrev": True, "dagar": ["onsdag"], "klockan": "7", "form": "html", "nytt": "genast"}
    assert brevval.tolka(**ratt) == Brevval(dagar=ONSDAG)
    assert brevval.tolka(**ratt | {"dagar": [], "morgonbrev": False}) == INGET
    with pytest.raises(OgiltigaUppgifter) as nej:
        brevval.tolka(**ratt | fel)
    assert mening in nej.value.falt[falt]
    assert list(nej.value.falt) == [falt]


def test_alla_fel_pa_en_gang() -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        brevval.tolka(True, [], "x", "x", "x")
    assert set(nej.value.falt) == {"dagar", "klockan", "form", "nytt"}

"""The monthly control of readings: drawn fairly and the same again, marked by the right person, followed up as a case."""

import secrets
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from regler import las_in
from tests.bygg import BESLUT, KONTAKT, Bygge
from tests.webbklient import Webbklient
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.fel import FarInte, FinnsInte, Nej, OgiltigaUppgifter
from tjanster.db import t
from tjanster.klocka import SVENSK_TID
from tjanster.logg.granskning import att_granska, framsteg, markera
from tjanster.logg.natt import vakta
from tjanster.logg.stickprov import dra_om, jaga, manadens_stickprov, stammer
from tjanster.logg.urval import Lasning, dra, regeln, skalen, storlek
from tjanster.rapporter import gor_rapport

REGLER = las_in("exempelkommun")
REGEL = regeln(REGLER, date(2026, 10, 1))
OKTOBER = datetime(2026, 10, 1, 7, 0, tzinfo=SVENSK_TID)
DYGN = timedelta(days=1)


def las(bygg: Bygge, nummer: str, som: str, nu: datetime) -> None:
    with bygg.vaka.som(bygg.aktor(som)) as conn:
        visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor(som), nu)


@pytest.fixture
def draget(bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> Bygge:
    """Readings in September of cases in two units, and October's drawing."""
    monkeypatch.setattr(secrets, "token_hex", lambda _: "ab12cd34")
    nummer = bygg.ny("avvikelse", "mia")
    annat = bygg.ny("avvikelse", "eva", enhet="oppenvard")
    for dag in range(6):
        for som in ("elin", "hugo", "kim"):
            las(bygg, nummer, som, bygg.nu + dag * DYGN)
    las(bygg, annat, "eva", bygg.nu)
    las(bygg, annat, "anders", bygg.nu)
    manadens_stickprov(bygg.vaka, OKTOBER)
    return bygg


def rader(bygg: Bygge, som: str, nu: datetime = OKTOBER, **kw: Any) -> list[Any]:
    aktor = bygg.aktor(som)
    assert aktor is not None
    with bygg.vaka.systemet() as conn:
        return att_granska(conn, bygg.vaka.sammanhang, aktor, nu, **kw)


def marka(bygg: Bygge, som: str, valda: Any, bedomning: str = "ratt", motiv: str = "Ersatte") -> list[str]:
    aktor = bygg.aktor(som)
    assert aktor is not None
    with bygg.vaka.systemet() as conn:
        return markera(conn, bygg.vaka.sammanhang, aktor, valda, bedomning, motiv, OKTOBER)


# -- the drawing -------------------------------------------------------------------------------------------------------


def _en(id_: int, tid: str = "2026-09-07T10:00", **kw: bool) -> Lasning:
    tiden = datetime.fromisoformat(tid).replace(tzinfo=SVENSK_TID)
    return Lasning(id_, tiden, **({"tilldelad": True, "skyddad": False} | kw))


@pytest.mark.parametrize(
    ("las_", "varfor"),
    [
        (_en(1), ()),
        (_en(1, "2026-09-07T05:59"), ("udda_tid",)),
        (_en(1, "2026-09-07T06:00"), ()),
        (_en(1, "2026-09-07T19:59"), ()),
        (_en(1, "2026-09-07T20:00"), ("udda_tid",)),
        (_en(1, "2026-09-12T10:00"), ("udda_tid",)),
        (_en(1, "2026-12-25T10:00"), ("udda_tid",)),
        (_en(1, tilldelad=False), ("utan_tilldelning",)),
        (_en(1, skyddad=True, tilldelad=False, samma_efternamn=True), ("skyddad", "utan_tilldelning", "samma_efternamn")),
    ],
)
def test_vad_som_gor_en_lasning_vard_att_titta_pa(las_: Lasning, varfor: tuple[str, ...]) -> None:
    assert skalen(las_, REGLER.kalender) == varfor


@pytest.mark.parametrize(("alla", "dras"), [(0, 0), (4, 4), (10, 10), (400, 10), (600, 12), (10_000, 50)])
def test_sa_manga_dras(alla: int, dras: int) -> None:
    assert storlek(alla, REGEL) == dras


@given(st.lists(st.integers(1, 10_000), unique=True, max_size=60), st.text(max_size=8), st.integers(0, 20))
def test_samma_fro_ger_samma_urval_i_vilken_ordning_som_helst(ider: list[int], fro: str, antal: int) -> None:
    alla = [_en(i, tilldelad=i % 3 > 0) for i in ider]
    forsta = dra(alla, fro, antal, REGEL, REGLER.kalender)
    assert forsta == dra(alla[::-1], fro, antal, REGEL, REGLER.kalender)
    assert len({d.id for d in forsta}) == len(forsta) == min(antal, len(alla))


def test_en_lasning_med_vikt_atta_dras_ungefar_atta_ganger_sa_ofta() -> None:
    alla = [_en(i, skyddad=i == 0) for i in range(200)]
    dragna = Counter(d.id for fro in range(2000) for d in dra(alla, str(fro), 1, REGEL, REGLER.kalender))
    andra = sum(antal for id_, antal in dragna.items() if id_) / 199
    assert 5 < dragna[0] / andra < 11


def test_kommunens_egna_tal_gar_fore() -> None:
    from regler import las_in_texter

    egna = (
        "stickprov_egen:\n  rubrik: Eget\n  avgors_av: dagen\n  galler:\n    - fran: 2026-01-01\n      vad: Eget\n      lagrum: null\n"
        "      varde: {antal: 3, procent: 1, hogst: 5, dagar: 5, skyddad: 2, utan_tilldelning: 2, samma_efternamn: 2, udda_tid: 2}\n"
        "      enhet: läsningar\n      kalla: Nämnden 2026-01-01\n      kontrollerad: 2026-01-01\n"
    )
    texter = dict(REGLER.filer) | {"config/exempelkommun/regler/skyldigheter/loggkontroll.yaml": egna}
    assert regeln(las_in_texter(texter, "exempelkommun"), date(2026, 10, 1))["antal"] == 3


def test_stickproven_dras_en_gang_forsta_arbetsdagen_och_ar_vad_froet_ger(draget: Bygge) -> None:
    vaka = draget.vaka
    assert manadens_stickprov(vaka, OKTOBER + DYGN) == []
    with vaka.systemet() as conn:
        k, r = t.loggkontroll.c, t.loggkontrollrad.c
        alla = {rad.enhet: rad for rad in conn.execute(select(t.loggkontroll))}
        assert {e: (rad.antal, rad.manad, rad.senast) for e, rad in alla.items()} == {
            "familjehem": (18, date(2026, 9, 1), date(2026, 10, 15)), "oppenvard": (2, date(2026, 9, 1), date(2026, 10, 15)),
        }  # fmt: skip
        for rad in alla.values():
            har = set(conn.execute(select(r.lasning_id).where(r.kontroll_id == rad.id)).scalars())
            assert har == set(dra_om(conn, vaka.sammanhang, rad.id))
        assert stammer(conn, vaka.sammanhang) == []
        conn.execute(t.loggkontrollrad.delete().where(r.id == select(r.id).limit(1).scalar_subquery()))
        assert len(stammer(conn, vaka.sammanhang)) == 1
        assert k.fro is not None
    assert {n["adress"] for n in draget.notiser("loggkontroll_att_gora")} == {"elin@vaka.example", "eva@vaka.example"}


def test_fore_forsta_arbetsdagen_dras_inget(bygg: Bygge) -> None:
    las(bygg, bygg.ny("avvikelse", "mia"), "elin", datetime(2026, 10, 20, 9, 0, tzinfo=SVENSK_TID))
    assert manadens_stickprov(bygg.vaka, datetime(2026, 11, 1, 9, 0, tzinfo=SVENSK_TID)) == []  # a Sunday
    assert [x.av for x in manadens_stickprov(bygg.vaka, datetime(2026, 11, 2, 0, 1, tzinfo=SVENSK_TID))] == [1]


def test_samma_efternamn_som_den_arendet_galler_vager_mer_och_namnet_spars_inte(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", "rut", kontakt=KONTAKT | {"namn": "Karin PÅHITTAD"})
    las(bygg, nummer, "elin", bygg.nu)
    manadens_stickprov(bygg.vaka, OKTOBER)
    [rad] = rader(bygg, "anders")
    assert rad.varfor == ("Samma efternamn",)
    with bygg.vaka.systemet() as conn:
        k = conn.execute(select(t.loggkontroll)).one()
    assert k.lika and "hittad" not in str(k).lower()


# -- the marking -------------------------------------------------------------------------------------------------------


def test_chefen_granskar_andras_lasningar_och_nivan_over_chefens(draget: Bygge) -> None:
    lasare = {r.lasare for r in rader(draget, "elin")}
    assert lasare <= {"Hugo Påhittad", "Kim Påhittad"}
    assert {r.lasare for r in rader(draget, "anders")} <= {"Elin Påhittad", "Eva Påhittad"}
    assert {r.lasare for r in rader(draget, "eva")} == {"Anders Påhittad"}
    with draget.vaka.systemet() as conn:
        alla = conn.execute(select(t.loggkontrollrad.c.id)).scalars().all()
    assert sum(len(rader(draget, som)) for som in ("elin", "eva", "anders", "kim")) == len(alla)
    assert rader(draget, "hugo") == []


def test_ingen_granskar_sig_sjalv_eller_utanfor_sina_enheter(draget: Bygge) -> None:
    egen = rader(draget, "anders")[0].id
    with pytest.raises(FarInte, match="Dina egna läsningar granskas av nivån över"):
        marka(draget, "elin" if rader(draget, "anders")[0].lasare.startswith("Elin") else "eva", [egen])
    andras = rader(draget, "eva")[0].id
    with pytest.raises(FinnsInte):
        marka(draget, "elin", [andras])
    with pytest.raises(FarInte, match="granskas av någon annan"):
        marka(draget, "kim", [andras])
    with pytest.raises(FinnsInte):
        marka(draget, "elin", [2**40])


def test_varje_fel_pa_en_gang_och_en_redan_granskad_sags(draget: Bygge) -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        marka(draget, "elin", [], "kanske", " ")
    assert nej.value.falt == {
        "bedomning": "Välj om läsningen är rätt eller ska utredas.", "motiv": "Skriv varför.", "rad": "Välj minst en läsning.",
    }  # fmt: skip
    with pytest.raises(OgiltigaUppgifter, match="Skriv kortare: 1001 tecken, högst 1000"):
        marka(draget, "elin", [1], motiv="x" * 1001)
    en = rader(draget, "elin")[0].id
    assert marka(draget, "elin", [en]) == []
    with pytest.raises(Nej, match="redan granskad"):
        marka(draget, "elin", [en])


def test_det_som_ska_utredas_blir_ett_arende_som_lasaren_aldrig_ser(draget: Bygge) -> None:
    valda = [r for r in rader(draget, "elin") if r.lasare.startswith("Kim")]
    [nummer] = marka(draget, "elin", [r.id for r in valda], "utreds", "Inget förklarar dem")
    rad = draget.rad(nummer)
    kim = draget.aktor("kim")
    assert kim is not None
    assert (rad["process"], rad["enhet"], rad["javiga"]) == ("olovlig_lasning", "familjehem", [kim.id])
    assert rad["uppgifter"]["varfor"] == "Inget förklarar dem"
    with pytest.raises(FinnsInte), draget.vaka.som(kim) as conn:
        visa_arende(conn, draget.vaka.sammanhang, nummer, kim, OKTOBER)
    las(draget, nummer, "anders", OKTOBER)
    # The quality lead is the one it is about, so the post above is told in her place.
    assert {n["adress"] for n in draget.notiser("lasning_ska_utredas")} == {"anders@vaka.example", "adam@vaka.example"}
    with draget.vaka.systemet() as conn:
        assert set(conn.execute(select(t.loggkontrollrad.c.arende).where(t.loggkontrollrad.c.bedomning == "utreds")).scalars()) == {nummer}


def test_den_som_ar_jav_i_arendet_granskar_det_inte(draget: Bygge) -> None:
    elin = draget.aktor("elin")
    assert elin is not None
    with draget.vaka.systemet() as conn:
        conn.execute(t.arende.update().where(t.arende.c.enhet == "familjehem").values(javiga=[elin.id]))
    assert rader(draget, "elin") == []
    assert {r.lasare for r in rader(draget, "anders")} >= {"Hugo Påhittad"}


def test_arendets_nummer_syns_bara_for_den_som_ser_arendet(draget: Bygge) -> None:
    anders = draget.aktor("anders")
    assert anders is not None
    assert all(r.arende for r in rader(draget, "elin"))
    with draget.vaka.systemet() as conn:
        conn.execute(t.arende.update().where(t.arende.c.enhet == "familjehem").values(krets=[anders.id]))
    assert rader(draget, "elin")
    assert not any(r.arende for r in rader(draget, "elin"))
    assert "Ett ärende med egen krets" in Webbklient(draget).get("/loggkontroll", som="elin").text


def test_sent_stickprov_jagas_forst_hos_chefen_och_sedan_ett_steg_upp(draget: Bygge) -> None:
    sen = datetime(2026, 10, 16, 8, 0, tzinfo=SVENSK_TID)
    assert jaga(draget.vaka, datetime(2026, 10, 15, 23, 0, tzinfo=SVENSK_TID)) == 0
    assert (jaga(draget.vaka, sen), jaga(draget.vaka, sen)) == (2, 0)
    assert jaga(draget.vaka, datetime(2026, 10, 30, 8, 0, tzinfo=SVENSK_TID)) == 2
    brev = [(n["adress"].partition("@")[0], n["falt"]["passerad"]) for n in draget.notiser("loggkontroll_att_gora")]
    assert sorted(brev) == [
        ("anders", True), ("anders", True), ("elin", False), ("elin", True), ("eva", False), ("eva", True),
    ]  # fmt: skip


def test_rapporten_till_revisorn_har_tal_och_inga_arenden(draget: Bygge) -> None:
    marka(draget, "elin", [rader(draget, "elin")[0].id])
    with draget.vaka.systemet() as conn:
        rapport = gor_rapport(conn, draget.vaka.sammanhang, "loggkontroll", "2026", date(2026, 11, 1))
    [tabell] = rapport.tabeller
    assert [list(r) for r in tabell.rader] == [["Familjehemsenheten", 1, 10, 1, 0, 9, 9], ["Öppenvården Bryggan", 1, 2, 0, 0, 2, 2]]
    assert tabell.summa == ["Alla", 2, 12, 1, 0, 11, 11]
    sida = Webbklient(draget).get("/rapporter/loggkontroll?period=2026", som="rolf")
    assert (sida.status, "AVV-2026" in sida.text) == (200, False)


def test_bevakningen_drar_jagar_och_forseglar(bygg: Bygge) -> None:
    las(bygg, bygg.ny("beslut", "hanna", **BESLUT | {"externt_id": "D-7"}), "elin", bygg.nu)
    assert vakta(bygg.vaka, OKTOBER) == []
    assert len(rader(bygg, "anders")) == 1


# -- the page ----------------------------------------------------------------------------------------------------------


def test_sidan_fran_urval_till_arende(draget: Bygge) -> None:
    draget.nu = OKTOBER
    webb = Webbklient(draget)
    hem = webb.get("/loggkontroll", som="elin")
    assert "Att granska" in hem.text and "Loggkontroll" in hem.html
    valda = [r.id for r in rader(draget, "elin")]
    fel = webb.post("/loggkontroll", som="elin", rad=str(valda[0]), bedomning="ratt", motiv="")
    assert (fel.status, fel.fel) == (422, ["Skriv varför."])
    assert "checked" in fel.html
    klar = webb.post("/loggkontroll", som="elin", rad=str(valda[0]), bedomning="utreds", motiv="Inget förklarar den")
    assert (klar.status, klar.vag) == (200, "/loggkontroll")
    with draget.vaka.systemet() as conn:
        lage = framsteg(conn, draget.vaka.sammanhang, draget.aktor("elin"))  # type: ignore[arg-type]
    assert (lage[0].utreds, lage[0].kvar) == (1, 9)
    assert "Ska utredas" in webb.get("/loggkontroll?enhet=familjehem", som="elin").text
    assert webb.get("/loggkontroll", som="hugo").status == 403
    tom = webb.get("/loggkontroll", som="kim")
    assert "Inget att granska" in tom.text


def test_menyn_har_loggkontroll_for_den_som_leder(bygg: Bygge) -> None:
    webb = Webbklient(bygg)
    assert 'href="/loggkontroll"' in webb.get("/", som="elin").html
    assert 'href="/loggkontroll"' not in webb.get("/", som="hugo").html

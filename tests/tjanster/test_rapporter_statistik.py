"""Counts by the process's own fields, small groups hidden so that nobody can work them out."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arbetsfloden import AVVIKELSE, PROCESSER
from tests.bygg import NU, Bygge
from tests.tjanster.delad import delad_vaka, tom
from tjanster.app import Vaka
from tjanster.arenden.fel import Nej
from tjanster.rapporter import Statistik, Statistikfel, gor_rapport, rakningsbara, statistik
from tjanster.rapporter.maskning import MINST, maska

TILL = date(2026, 12, 31)


@pytest.fixture(scope="module")
def _delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("statistik"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def vaka(_delad: Vaka) -> Vaka:
    return tom(_delad)


def rakna(vaka: Vaka, process: str, *per: str, fran: date | None = None, till: date = TILL, **val: Any) -> Statistik:
    val.setdefault("omaskad", True)
    with vaka.systemet() as conn:
        return statistik(conn, vaka.sammanhang, process, per, fran, till, **val)


def par(svar: Statistik) -> dict[tuple[str, ...], int | None]:
    return {g.varden: g.antal for g in svar.grupper}


# -- counting ---------------------------------------------------------------------------------------------------------


def test_formen_ar_summa_och_grupper_med_den_storsta_forst(bygg: Bygge) -> None:
    for typ, n in (("samverkan", 1), ("rutin", 3)):
        for _ in range(n):
            bygg.ny("avvikelse", "mia", typ=typ)
    assert rakna(bygg.vaka, "avvikelse", "typ").som_dict() == {
        "summa": 4,
        "grupper": [{"typ": "Rutin saknas eller följs inte", "antal": 3}, {"typ": "Brist i samverkan", "antal": 1}],
    }


def test_varden_raknas_som_de_var_vid_tidens_slut(bygg: Bygge) -> None:
    n = bygg.ny("synpunkt", nu=NU.replace(month=3), inkom="2026-03-07")
    bygg.gor(n, "andra", "rut", skal="Fel slag", slag="berom")
    assert par(rakna(bygg.vaka, "synpunkt", "slag", till=date(2026, 3, 31))) == {("Klagomål",): 1}
    assert par(rakna(bygg.vaka, "synpunkt", "slag")) == {("Beröm",): 1}
    assert par(rakna(bygg.vaka, "synpunkt", "tillstand", "oppet", till=date(2026, 3, 31)))[
        ("Bekräftad", "Öppet")
    ] == 1  # fmt: skip


@pytest.mark.parametrize("per", rakningsbara(AVVIKELSE))
def test_den_som_nagon_rort_sedan_raknas_som_den_som_ingen_rort(bygg: Bygge, per: str) -> None:
    """What is read out of the case's row is what its events tell: every field, before and after somebody touches it."""
    arenden = [bygg.ny("avvikelse", "mia", typ=typ) for typ in ("rutin", "samverkan")]
    orsaker = list(AVVIKELSE.modell.beskrivna()["orsaker"].val or {})[:2]
    bygg.gor(arenden[0], "ta_emot", "elin")
    bygg.gor(arenden[0], "utred", "hanna", utredning="Påhittad", orsaker=orsaker)
    fore = par(rakna(bygg.vaka, "avvikelse", per, till=date(2026, 9, 30)))
    for nummer in arenden:
        bygg.gor(nummer, "andra", "elin", nu=NU.replace(month=10, day=5), skal="Påhittat", beskrivning="En annan text")
    assert par(rakna(bygg.vaka, "avvikelse", per, till=date(2026, 9, 30))) == fore != {}


def test_bara_arenden_vars_dag_ligger_i_tiden(bygg: Bygge) -> None:
    for dag in ("2026-08-31", "2026-09-01", "2026-09-07"):
        bygg.ny("synpunkt", inkom=dag, sen_registrering_skal="Prov")
    assert rakna(bygg.vaka, "synpunkt", "slag", fran=date(2026, 9, 1), till=date(2026, 9, 6)).summa == 1
    assert par(rakna(bygg.vaka, "synpunkt", "manad")) == {("2026-08",): 1, ("2026-09",): 2}
    assert par(rakna(bygg.vaka, "synpunkt", "kvartal")) == {("2026K3",): 3}
    assert par(rakna(bygg.vaka, "synpunkt", "ar")) == {("2026",): 3}


def test_flera_falt_ger_en_tabell_utan_hal(bygg: Bygge) -> None:
    bygg.ny("synpunkt", slag="klagomal", vill_ha_svar=True)
    bygg.ny("synpunkt", slag="berom", vill_ha_svar=None)
    svar = rakna(bygg.vaka, "synpunkt", "slag", "vill_ha_svar")
    assert [(g.varden, g.antal) for g in svar.grupper] == [
        (("Klagomål", "Ja"), 1), (("Klagomål", "Ej angivet"), 0), (("Beröm", "Ja"), 0), (("Beröm", "Ej angivet"), 1),
    ]  # fmt: skip


def test_falt_med_flera_varden_raknas_i_var_grupp(bygg: Bygge) -> None:
    n = bygg.ny("avvikelse", "mia")
    bygg.gor(n, "ta_emot", "elin")
    koder = list(AVVIKELSE.modell.beskrivna()["orsaker"].val or {})[:2]
    bygg.gor(n, "utred", "hanna", utredning="Påhittad", orsaker=koder)
    bygg.ny("avvikelse", "mia")
    svar = rakna(bygg.vaka, "avvikelse", "orsaker")
    assert svar.summa == 2
    assert sorted(g.antal or 0 for g in svar.grupper) == [1, 1, 1]
    assert ("Ej angivet",) in par(svar)


def test_bara_valda_enheter(bygg: Bygge) -> None:
    bygg.ny("avvikelse", "mia")
    bygg.ny("avvikelse", "eva", enhet="oppenvard")
    svar = rakna(bygg.vaka, "avvikelse", "enhet", enheter=bygg.vaka.sammanhang.kommun.undertrad("oppenvard"))
    assert par(svar) == {("Öppenvården Bryggan",): 1}


FEL = [
    ([], "Säg vad som ska räknas. Välj bland"),
    (["beskrivning"], "'beskrivning' är fri text och räknas aldrig"),
    (["externt_id"], "'externt_id' är fri text och räknas aldrig"),
    (["rapporterad"], "'rapporterad' är en dag. Räkna per ar, kvartal, manad"),
    (["tpy"], "Fältet 'tpy' finns inte i avvikelse – menade du 'typ'"),
    (["typ", "typ"], "Fältet 'typ' står två gånger"),
    (["typ", "enhet", "ar", "manad"], "Högst 3 fält åt gången"),
]


@pytest.mark.parametrize(("per", "mening"), FEL)
def test_fel_fraga_sager_vad_som_ar_ratt(vaka: Vaka, per: list[str], mening: str) -> None:
    with pytest.raises(Statistikfel, match=mening):
        rakna(vaka, "avvikelse", *per)


def test_fel_process_och_fel_tid(vaka: Vaka) -> None:
    with pytest.raises(Nej, match="menade du 'avvikelse'"):
        rakna(vaka, "avikelse", "typ")
    with pytest.raises(Statistikfel, match="Till 2026-01-01 ligger före från 2026-02-01"):
        rakna(vaka, "avvikelse", "typ", fran=date(2026, 2, 1), till=date(2026, 1, 1))


@pytest.mark.parametrize("process", list(PROCESSER))
def test_ingen_fri_text_gar_att_rakna(process: str) -> None:
    beskrivna = PROCESSER[process].modell.beskrivna()
    for namn in rakningsbara(PROCESSER[process]):
        assert namn not in beskrivna or beskrivna[namn].slag not in ("text", "langtext", "rader", "dag", "tal")


def test_tomt_ar_noll_och_inte_dolt(vaka: Vaka) -> None:
    assert rakna(vaka, "lex_sarah", "bedomning", omaskad=False).som_dict() == {"summa": 0, "grupper": []}


# -- hiding -----------------------------------------------------------------------------------------------------------


def test_sma_grupper_doljs_om_man_inte_ber_om_annat(bygg: Bygge) -> None:
    for typ, n in (("samverkan", 1), ("information", 5), ("rutin", 6)):
        for _ in range(n):
            bygg.ny("avvikelse", "mia", typ=typ)
    svar = rakna(bygg.vaka, "avvikelse", "typ", omaskad=False)
    assert svar.maskad
    assert svar.som_dict() == {
        "summa": 12,
        "grupper": [
            {"typ": "Rutin saknas eller följs inte", "antal": 6},
            # hidden ones come last, in the list's order: where they stand tells nothing
            {"typ": "Brist i information eller kommunikation", "antal": None},
            {"typ": "Brist i samverkan", "antal": None},
        ],
    }
    assert svar.som_tabell().rader[-1][-1] == "··"
    with bygg.vaka.systemet() as conn:
        rapport = gor_rapport(conn, bygg.vaka.sammanhang, "avvikelser", "2026", date(2027, 1, 1))
    assert rapport.maskat
    assert rapport.som_dict()["typ"] == svar.som_dict()["grupper"]


@pytest.mark.parametrize(
    ("antal", "dolda", "summa_dold"),
    [
        ([5, 6, 7], [], False),
        ([0, 6], [], False),
        ([3], [3], True),
        ([1, 1], [1, 1], True),
        ([4, 3, 30], [4, 3], False),
        ([4, 4, 30], [4, 4, 30], False),  # two that sum to eight are four each, if they are small
        ([3, 3, 30], [3, 3], False),
        ([1, 9, 9, 30], [1, 9, 9], False),  # groups alike are hidden together
        ([1, 30, 40], [1, 30], False),  # alone, the one could be had from the sum
        ([1, 1, 30], [1, 1, 30], False),  # two that sum to two are one each
        ([1, 1, 1, 1, 1], [1, 1, 1, 1, 1], True),
        ([4], [4], True),
        ([2, 2, 9], [2, 2, 9], False),
    ],
)
def test_vilka_som_doljs(antal: list[int], dolda: list[int], summa_dold: bool) -> None:
    celler = {(chr(97 + i),): n for i, n in enumerate(antal)}
    gomda, dold = maska(celler)
    assert ([celler[c] for c in sorted(gomda)], dold) == (dolda, summa_dold)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_ett_dolt_tal_gar_inte_att_rakna_ut(antal: list[int]) -> None:
    """Whoever knows the shown numbers, the sum and this very rule still finds two answers for each hidden number."""
    celler = {(str(i),): n for i, n in enumerate(antal)}
    dolda, summa_dold = maska(celler)
    if not dolda:
        return
    ordnade = sorted(dolda)
    visade = {c: n for c, n in celler.items() if c not in dolda}
    summa = sum(antal)
    mojliga: list[tuple[int, ...]] = []
    hogst = max(antal) + MINST if summa_dold else summa
    for forsok in product(range(1, hogst + 1), repeat=len(ordnade)):
        hel = visade | dict(zip(ordnade, forsok, strict=True))
        if (summa_dold or sum(hel.values()) == summa) and maska(hel) == (dolda, summa_dold):
            mojliga.append(forsok)
    assert tuple(celler[c] for c in ordnade) in mojliga
    for i, c in enumerate(ordnade):
        if celler[c] < MINST:
            assert len({m[i] for m in mojliga}) > 1, (antal, c)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=4))
def test_i_en_tabell_star_aldrig_ett_litet_tal_ensamt_dolt_i_rad_eller_kolumn(rader: list[list[int]]) -> None:
    celler = {(str(i), str(j)): n for i, rad in enumerate(rader) for j, n in enumerate(rad)}
    dolda, _ = maska(celler)
    for c, n in celler.items():
        if not 0 < n < MINST:
            continue
        assert c in dolda
        for nr in (0, 1):
            linje = [x for x in celler if x[nr] == c[nr]]
            gomda = [x for x in linje if x in dolda]
            assert len(gomda) >= 2

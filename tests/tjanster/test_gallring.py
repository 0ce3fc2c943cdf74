"""Weeding: what goes and what is kept, two persons, one transaction a case, and nothing past the certificate."""

import threading
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError

from regler import las_in_texter
from tests.bygg import Bygge
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.lage import hamta as hamta_arende
from tjanster.arenden.lasning import anteckna
from tjanster.db import t
from tjanster.gallring import alla_korningar, avbryt, bevis, foresla, godkann, hamta, kor, valj
from tjanster.gallring.bevis import bevis_pdf
from tjanster.klocka import SVENSK_TID

DA = datetime(2029, 1, 15, 9, 0, tzinfo=SVENSK_TID)
DAGEN = DA.date()
BESLUT = "Påhittat beslut: socialnämnden 2029-01-10, § 4"
KONTAKT = {"namn": "Påhittad Åsa Öberg", "epost": "asa@exempel.example"}


def synpunkt(bygg: Bygge) -> str:
    """A complaint with a file, a note and a reading, withdrawn the same day."""
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.bifoga(nummer, "brev.txt", som="hanna")
    bygg.gor(nummer, "anteckna", "hanna", anteckning="Påhittad anteckning om Åsa")
    with bygg.vaka.systemet() as conn:
        lage = hamta_arende(conn, nummer)
        assert lage is not None
        anteckna(conn, bygg.vaka.sammanhang, lage, bygg.aktor("elin"), bygg.nu, "bilaga", "brev.txt")
    bygg.gor(nummer, "aterta", "hanna")
    return nummer


def avvikelse(bygg: Bygge) -> str:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.bifoga(nummer, "bild.txt", som="mia")
    bygg.gor(nummer, "avskriv", "elin", skal="Påhittat skäl om Åsa")
    return nummer


def person(bygg: Bygge, som: str) -> int:
    aktor = bygg.aktor(som)
    assert aktor is not None
    return aktor.id


def urval(bygg: Bygge, dag: date = DAGEN) -> Any:
    with bygg.vaka.systemet() as conn:
        return valj(conn, bygg.vaka.sammanhang, dag)


def godkand(bygg: Bygge, antal: int, nu: datetime = DA) -> int:
    k = foresla(bygg.vaka, beslut=BESLUT, antal=antal, av=person(bygg, "kim"), nu=nu)
    return godkann(bygg.vaka, k.id, antal=antal, av=person(bygg, "adam"), nu=nu).id


def rader(conn: Connection, arende: int) -> dict[str, int]:
    """How many rows each table has about a case."""
    tabeller = ("handelse", "frist", "kontakt", "bilaga", "uppgift", "lasning", "gallringssparr")
    sats = " UNION ALL ".join(f"SELECT '{x}', count(*) FROM {x} WHERE arende_id = :id" for x in tabeller)
    return {namn: antal for namn, antal in conn.execute(text(sats), {"id": arende}) if antal}


def test_forhandsgranskningen_sager_vad_som_gar_och_andrar_ingenting(bygg: Bygge) -> None:
    nummer, beslut = synpunkt(bygg), bygg.ny("beslut")
    bygg.gor(beslut, "verkstall", "hanna", verkstalld="2026-09-07")
    bygg.gor(beslut, "avsluta", "hanna")
    lex = bygg.ny("lex_sarah", "mia")
    assert urval(bygg, date(2028, 9, 7)).gar == ()
    svar = urval(bygg, date(2028, 9, 8))
    [ett] = svar.gar
    assert (ett.nummer, ett.vad, ett.regel) == (nummer, "arendet", "synpunkt/synpunkter")
    assert "§ 112" in ett.lagrum
    assert (ett.tidigast, ett.raknat) == (date(2028, 9, 8), "2 år efter 2026-09-07")
    assert (svar.halls, svar.inte_an) == ((), 1)
    [hallen] = urval(bygg, date(2031, 9, 8)).halls
    assert hallen.nummer == beslut
    assert any("födelsedag" in skal for skal in hallen.skal)
    assert bygg.rad(lex)["avslutad"] is None
    assert len(bygg.handelser(nummer)) == 5


def test_avslutat_utan_regel_gallras_aldrig_och_raknas(bygg: Bygge) -> None:
    lex = bygg.ny("lex_sarah", "mia")
    with bygg.oppen() as conn:
        conn.execute(update(t.arende).where(t.arende.c.nummer == lex).values(avslutad=bygg.nu, klardag=bygg.nu.date()))
        conn.commit()
    svar = urval(bygg, date(2126, 1, 1))
    assert (svar.gar, svar.halls, svar.utan_regel) == ((), (), {"lex_sarah": 1})


def test_oppet_kopplat_arende_haller_kvar(bygg: Bygge) -> None:
    nummer, annat = synpunkt(bygg), bygg.ny("synpunkt")
    bygg.gor(nummer, "koppla", "hanna", arende=annat)
    [hallen] = urval(bygg).halls
    assert hallen.nummer == nummer
    assert hallen.skal == (f"hör ihop med {annat}, som är öppet",)


def test_tva_personer_och_antalet_kravs(bygg: Bygge) -> None:
    synpunkt(bygg)
    kim, adam = person(bygg, "kim"), person(bygg, "adam")
    with pytest.raises(OgiltigaUppgifter) as fel:
        foresla(bygg.vaka, beslut=" ", antal=2, av=kim, nu=DA)
    assert fel.value.falt == {
        "beslut": "Skriv beslutet om gallring: vem som beslutade, dagen och paragrafen.",
        "antal": "Skriv hur många ärenden som ska gallras: 1, som i listan.",
    }
    with pytest.raises(OgiltigaUppgifter, match="högst 2000 tecken"):
        foresla(bygg.vaka, beslut="x" * 2001, antal=1, av=kim, nu=DA)
    k = foresla(bygg.vaka, beslut=BESLUT, antal=1, av=kim, nu=DA)
    with pytest.raises(Nej, match="En annan gallring är på väg"):
        foresla(bygg.vaka, beslut=BESLUT, antal=1, av=adam, nu=DA)
    with pytest.raises(Nej, match="kan inte köras: den är väntar på godkännande"):
        kor(bygg.vaka, k.id, DA)
    with pytest.raises(Nej, match="be någon annan"):
        godkann(bygg.vaka, k.id, antal=1, av=kim, nu=DA)
    with pytest.raises(OgiltigaUppgifter, match="Skriv hur många"):
        godkann(bygg.vaka, k.id, antal=3, av=adam, nu=DA)
    with pytest.raises(OgiltigaUppgifter, match="Skriv varför gallringen avbryts"):
        avbryt(bygg.vaka, k.id, skal="", nu=DA)
    assert avbryt(bygg.vaka, k.id, skal="Påhittat: fel dag", nu=DA).status == "avbruten"
    with pytest.raises(Nej, match="kan inte avbrytas: den är avbruten"):
        avbryt(bygg.vaka, k.id, skal="Igen", nu=DA)
    with pytest.raises(FinnsInte), bygg.vaka.systemet() as conn:
        hamta(conn, 999)
    assert len(urval(bygg).gar) == 1


def test_inget_att_gallra_ar_ingen_gallring(bygg: Bygge) -> None:
    with pytest.raises(Nej, match="inget att gallra"):
        foresla(bygg.vaka, beslut=BESLUT, antal=0, av=person(bygg, "kim"), nu=DA)


def test_hela_arendet_gar_och_beviset_star_kvar(bygg: Bygge) -> None:
    nummer = synpunkt(bygg)
    kvar = bygg.ny("synpunkt", kontakt=KONTAKT)
    arende = bygg.rad(nummer)["id"]
    with bygg.vaka.systemet() as conn:
        fore = rader(conn, arende)
    steg: list[tuple[int, int]] = []
    k = kor(bygg.vaka, godkand(bygg, 1), DA, lambda klart, alla: steg.append((klart, alla)))
    assert (k.status, k.gallrade, k.kvar, steg) == ("klar", 1, (), [(1, 1)])
    with bygg.vaka.systemet() as conn:
        assert conn.execute(select(t.arende.c.nummer)).scalars().all() == [kvar]
        assert rader(conn, arende) == {"lasning": fore["lasning"]}
        assert conn.execute(select(t.lasning.c.detalj, t.lasning.c.vad).where(t.lasning.c.arende_id == arende)).all() == [(None, "bilaga")]
        assert not conn.execute(select(t.notis.c.id).where(t.notis.c.arendenummer == nummer)).all()
        [rad] = bevis(conn, k.id)["bevis"]
        pdf = bevis_pdf(conn, bygg.vaka.sammanhang, k.id, DA)
    assert rad["antal"]["handelse"] == fore["handelse"] == len(rad["rader"]["handelse"])
    assert (rad["antal"]["arende"], rad["antal"]["kontakt"], rad["antal"]["lasning"]) == (1, 1, 1)
    assert len(rad["hash"]) == 64
    allt = " ".join(sida.extract_text() for sida in PdfReader(BytesIO(pdf)).pages)
    assert nummer in allt
    assert "socialnämnden 2029-01-10, § 4" in allt
    assert "Kim Påhittad" in allt
    assert "Adam Påhittad" in allt
    assert "Åsa" not in allt + str(rad)
    with bygg.vaka.systemet() as conn:
        assert [x.id for x in alla_korningar(conn)] == [k.id]


def test_filer_forst_och_sedan_personuppgifter_medan_koderna_star_kvar(bygg: Bygge) -> None:
    nummer = avvikelse(bygg)
    da = datetime(2027, 9, 8, 9, 0, tzinfo=SVENSK_TID)
    kor(bygg.vaka, godkand(bygg, 1, da), da)
    with bygg.vaka.systemet() as conn:
        [fil] = conn.execute(select(t.bilaga)).mappings()
    assert (fil["innehall"], fil["namn"], fil["skal"]) == (None, "Gallrad fil", BESLUT)
    assert urval(bygg, date(2027, 9, 9)).gar == ()
    assert bygg.rad(nummer)["uppgifter"]["beskrivning"]
    da = datetime(2032, 1, 1, 9, 0, tzinfo=SVENSK_TID)
    kor(bygg.vaka, godkand(bygg, 1, da), da)
    rad = bygg.rad(nummer)
    assert rad["uppgifter"] == {"enhet": "familjehem", "handelsedatum": "2026-09-06", "typ": "rutin", "rapporterad": "2026-09-07"}
    handelser = bygg.handelser(nummer)
    assert len(handelser) == 3
    assert "Åsa" not in str(handelser)
    assert all(h["skal"] is None for h in handelser)
    assert urval(bygg, date(2040, 1, 1)).gar == ()


def test_sparr_haller_kvar_tills_den_havs_eller_tar_slut(bygg: Bygge) -> None:
    nummer = synpunkt(bygg)
    with pytest.raises(Nej, match="spärrat mot gallring"):
        bygg.gor(nummer, "hav_sparr", "elin", skal="Påhittat")
    with pytest.raises(OgiltigaUppgifter, match="Sista dagen har redan varit"):
        bygg.gor(nummer, "sparra_gallring", "hanna", skal="Påhittat", sparr_till="2026-09-06")
    bygg.gor(nummer, "sparra_gallring", "hanna", skal="Påhittat: domstol prövar saken", sparr_till="2029-01-15")
    [hallen] = urval(bygg).halls
    assert hallen.skal == ("spärrat till och med 2029-01-15: Påhittat: domstol prövar saken",)
    assert [k.nummer for k in urval(bygg, date(2029, 1, 16)).gar] == [nummer]
    with pytest.raises(Nej):
        bygg.gor(nummer, "hav_sparr", "hanna", skal="Påhittat")
    bygg.gor(nummer, "hav_sparr", "elin", skal="Påhittat: prövat", nu=bygg.nu)
    assert [k.nummer for k in urval(bygg).gar] == [nummer]
    assert [h["handelse"] for h in bygg.handelser(nummer)][-2:] == ["sparra_gallring", "hav_sparr"]


def test_sparr_som_kommer_medan_gallringen_gar_haller_kvar(bygg: Bygge) -> None:
    forsta, andra = synpunkt(bygg), synpunkt(bygg)
    korning = godkand(bygg, 2)
    haller, sparrat = threading.Event(), threading.Event()

    def sparra() -> None:
        with bygg.vaka.systemet() as conn:
            from tjanster.arenden.handelse import Begaran, utfor

            aktor = bygg.aktor("elin", DA)
            utfor(conn, bygg.vaka.sammanhang, Begaran(andra, "sparra_gallring", DA, aktor, {}, "Påhittat: begäran om utlämnande"))
            haller.set()
            sparrat.wait(10)

    trad = threading.Thread(target=sparra)
    trad.start()
    assert haller.wait(10)
    svar: list[Any] = []
    kors = threading.Thread(target=lambda: svar.append(kor(bygg.vaka, korning, DA)))
    kors.start()
    kors.join(0.5)
    assert kors.is_alive()  # waits for the case's row, which the hold has
    sparrat.set()
    trad.join(10)
    kors.join(10)
    [k] = svar
    assert (k.status, k.gallrade) == ("klar", 1)
    assert [x["nummer"] for x in k.kvar] == [andra]
    with bygg.vaka.systemet() as conn:
        assert conn.execute(select(t.arende.c.nummer)).scalars().all() == [andra]
    assert forsta not in str(k.kvar)


def test_avbruten_korning_tas_upp_dar_den_var(bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> None:
    synpunkt(bygg)
    synpunkt(bygg)
    korning = godkand(bygg, 2)

    def dod(klart: int, alla: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kor(bygg.vaka, korning, DA, dod)
    with bygg.vaka.systemet() as conn:
        har = hamta(conn, korning)
    assert (har.status, har.gallrade, har.klart) == ("pagar", 1, 1)
    assert kor(bygg.vaka, korning, DA).gallrade == 2


def test_arende_som_har_andrats_sedan_forslaget_halls_kvar(bygg: Bygge) -> None:
    nummer = synpunkt(bygg)
    korning = godkand(bygg, 1)
    bygg.gor(nummer, "anteckna", "hanna", anteckning="Påhittad ny anteckning", nu=DA)
    k = kor(bygg.vaka, korning, DA)
    assert (k.gallrade, list(k.kvar)) == (0, [{"nummer": nummer, "skal": ["ärendet har ändrats sedan gallringen föreslogs"]}])


GENVAGAR = [
    "DELETE FROM handelse", "UPDATE handelse SET skal = 'x'", "DELETE FROM lasning", "UPDATE lasning SET skal = NULL",
    "DELETE FROM arende", "DELETE FROM gallring", "UPDATE gallring SET hash = ''", "TRUNCATE gallring", "TRUNCATE handelse",
    "INSERT INTO gallring (korning_id, arende_id, nummer, process, enhet, vad, regel, beslut, foreslagen_av, godkand_av, tid, hash)"
    " SELECT id, 1, 'x', 'x', 'x', 'arendet', 'x', 'x', foreslagen_av, godkand_av, now(), '' FROM gallringskorning",
    "SELECT gallra_arende(1, 'SYN-2026-0002', '{}', now())", "SELECT gallra_arende(99, 'SYN-2026-0002', '{}', now())",
]  # fmt: skip


@pytest.mark.parametrize("sats", GENVAGAR)
@pytest.mark.parametrize("flagga", ["", "1"])
def test_inget_annat_kommer_forbi_loggen(bygg: Bygge, sats: str, flagga: str) -> None:
    """Neither the program's own role, nor the flag that the function sets, nor a case outside the run."""
    synpunkt(bygg)
    kor(bygg.vaka, godkand(bygg, 1), DA)
    synpunkt(bygg)
    with bygg.vaka.systemet() as conn, pytest.raises(DBAPIError):
        conn.execute(text("SELECT set_config('vaka.gallrar', :f, true)"), {"f": flagga})
        conn.execute(text(sats))


@pytest.mark.parametrize("sats", [*GENVAGAR[:4], *GENVAGAR[5:9]])
def test_inte_ens_agaren_andrar_loggen_utan_bevis(bygg: Bygge, sats: str) -> None:
    synpunkt(bygg)
    kor(bygg.vaka, godkand(bygg, 1), DA)
    synpunkt(bygg)
    with bygg.oppen() as conn:
        conn.execute(text("SELECT set_config('vaka.gallrar', '1', true)"))
        with pytest.raises(DBAPIError, match="aldrig"):
            conn.execute(text(sats))


def test_bara_systemet_gallrar(bygg: Bygge) -> None:
    nummer = synpunkt(bygg)
    korning = godkand(bygg, 1)
    sats = text("SELECT gallra_arende(:k, :n, '{}', now())")
    with pytest.raises(DBAPIError, match="Bara systemet"), bygg.vaka.som(bygg.aktor("kim")) as conn:
        conn.execute(sats, {"k": korning, "n": nummer})
    bygg.gor(nummer, "sparra_gallring", "hanna", skal="Påhittat", nu=DA)
    with pytest.raises(DBAPIError, match="spärrat mot gallring"), bygg.vaka.systemet() as conn:
        conn.execute(sats, {"k": korning, "n": nummer})


PERSONREGEL = """
personer:
  rubrik: Påhittad regel som frågar efter personen
  galler:
    - {fran: 2020-01-01, efter: 2 år, raknas_fran: avslutad, vad: arendet, undantag: [andra_uppgifter, fodd_vissa_dagar],
       beslut: Påhittat, kalla: Påhittat, kontrollerad: 2026-11-22}
"""


def med_personregel(bygg: Bygge) -> Any:
    fil = "config/exempelkommun/regler/gallring/synpunkt.yaml"
    verk = las_in_texter(dict(bygg.vaka.sammanhang.regelverk.filer) | {fil: PERSONREGEL}, "exempelkommun")
    with bygg.vaka.systemet() as conn:
        return valj(conn, bygg.vaka.sammanhang.med_regler(verk, 1), DAGEN)


@pytest.mark.parametrize(
    ("personnummer", "skal"),
    [("19640823-3234", None), ("19121215-1219", "personen är född en dag som bevaras för forskning"), (None, "personens födelsedag är inte känd"),
     ("19640883-3231", None)],
    ids=["den tjugotredje", "den femtonde", "okänd", "samordningsnummer"],
)  # fmt: skip
def test_personens_fodelsedag_avgor_och_okant_haller_kvar(bygg: Bygge, personnummer: str | None, skal: str | None) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT | {"personnummer": personnummer})
    bygg.gor(nummer, "aterta", "hanna")
    svar = med_personregel(bygg)
    if skal is None:
        assert [k.nummer for k in svar.gar] == [nummer]
    else:
        assert svar.gar == ()
        assert skal in svar.halls[0].skal


def test_andra_uppgifter_om_samma_person_haller_kvar_tills_alla_gar(bygg: Bygge) -> None:
    vem = KONTAKT | {"personnummer": "19640823-3234"}
    ett, annat = bygg.ny("synpunkt", kontakt=vem), bygg.ny("synpunkt", kontakt=vem)
    bygg.gor(ett, "aterta", "hanna")
    [hallen] = med_personregel(bygg).halls
    assert (hallen.nummer, hallen.skal) == (ett, ("andra uppgifter om samma person finns kvar",))
    bygg.gor(annat, "aterta", "hanna")
    assert {k.nummer for k in med_personregel(bygg).gar} == {ett, annat}

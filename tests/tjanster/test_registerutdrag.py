"""An extract of what is held on a person: found, secrecy respected, looked through piece by piece, written down."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.bygg import Bygge
from tests.webbklient import Webbklient
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.personuppgifter import till_rad
from tjanster.db import t
from tjanster.pdf import gor_pdf
from tjanster.registerutdrag import Utdrag, gor_utdrag, las_sokt, skriv_json, skriv_pdf
from tjanster.registerutdrag.dokument import slapp

NAMN = "Åsa Påhittad-Öberg"
TOLVAN = "19121212-1212"  # Skatteverkets påhittade person
KONTAKT = {"namn": NAMN, "epost": "asa@exempel.example", "adress": "Påhittsvägen 1"}


def utdrag(bygg: Bygge, som: str | None = "kim", namn: str = NAMN, nummer: str = "", **mer: Any) -> Utdrag:
    return gor_utdrag(bygg.vaka, bygg.aktor(som), las_sokt(namn, nummer), bygg.nu, **mer)


def lasta(pdf: bytes) -> str:
    return " ".join(" ".join(sida.extract_text().split()) for sida in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("namn", "nummer", "falt"),
    [("", "", "namn"), ("Åsa", "", "namn"), ("a b" * 100, "", "namn"), ("", "19121212-1213", "personnummer"), ("", "qq", "personnummer")],
)
def test_det_som_ingen_kan_sokas_pa_vagras(namn: str, nummer: str, falt: str) -> None:
    with pytest.raises(OgiltigaUppgifter) as fel:
        las_sokt(namn, nummer)
    assert list(fel.value.falt) == [falt]
    assert nummer not in str(fel.value) or not nummer


def test_hittas_pa_namn_och_nummer_hur_de_an_skrivs(bygg: Bygge) -> None:
    eget = bygg.ny("synpunkt", kontakt=KONTAKT)
    namnd = bygg.ny("synpunkt", text="Påhittat: jag såg åsa   påhittad-öberg där")
    numret, med_numret = bygg.ny("avvikelse", "mia"), bygg.ny("synpunkt", kontakt={"namn": "Tolvan Påhittad", "personnummer": TOLVAN})
    with bygg.oppen() as conn:  # the form warns of a number in a text; an import doesn't
        conn.execute(text("UPDATE arende SET uppgifter = uppgifter || '{\"beskrivning\": \"Om 121212-1212\"}' WHERE nummer = :n"), {"n": numret})
        conn.commit()
    bygg.ny("synpunkt", text="Påhittat om Åsa Påhittad-Öbergsson")
    assert {a.nummer for a in utdrag(bygg, namn="åsa  PÅHITTAD-öberg").arenden} == {eget, namnd}
    for skrivet in (TOLVAN, "1212121212", "191212121212", "121212-1212"):
        assert {a.nummer for a in utdrag(bygg, namn="", nummer=skrivet).arenden} == {numret, med_numret}


def test_det_egna_visas_och_andras_lamnas_inte_ut_utan_provning(bygg: Bygge) -> None:
    eget = bygg.ny("synpunkt", kontakt=KONTAKT, text="Påhittad text om grannen Bo")
    bygg.ny("synpunkt", kontakt={"namn": "Bo Påhittad"}, text=f"Påhittat: {NAMN} skrek")
    allt = utdrag(bygg, inkom=bygg.nu.date())
    fil = lasta(skriv_pdf(bygg.vaka, allt))
    assert KONTAKT["epost"] in fil
    assert str(allt.senast) in fil
    assert "grannen Bo" not in fil
    assert "skrek" not in fil
    assert "Bo Påhittad" not in fil
    assert "lämnas inte ut" in fil
    med = lasta(skriv_pdf(bygg.vaka, slapp(allt, frozenset({f"{eget}/text", "finns/inte"}))))
    assert "grannen Bo" in med
    assert "skrek" not in med
    svar = json.loads(skriv_json(bygg.vaka, slapp(allt, frozenset())))
    assert "grannen Bo" not in json.dumps(svar, ensure_ascii=False)
    assert svar["annan_krets"] == 0
    assert any("2 år efter sista anteckningen" in x for x in svar["arenden"][0]["bevaras"])


def test_det_som_finns_hos_annan_krets_raknas_men_visas_inte(bygg: Bygge) -> None:
    lex = bygg.ny("lex_sarah", "mia", beskrivning=f"Påhittat om {NAMN}")
    skyddat = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(skyddat, "skydda", "elin", krets=[], skal="Påhittat")
    rut = utdrag(bygg, "rut")
    assert (rut.arenden, rut.annan_krets) == ((), 2)
    fil = lasta(skriv_pdf(bygg.vaka, rut))
    assert "annan krets" in fil
    assert lex not in fil
    assert skyddat not in fil
    assert {a.nummer for a in utdrag(bygg, None).arenden} == {lex, skyddat}


def test_varje_utdrag_star_i_loggen_och_varje_arende_raknas_som_last(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    webb = Webbklient(bygg)
    sida = webb.post("/registerutdrag", namn=NAMN, lasare="ja")
    assert nummer in sida.text
    fil = webb.post("/registerutdrag/fil", namn=NAMN, format="pdf", lasare="ja", med=[f"{nummer}/text"])
    assert fil.svar.headers["content-disposition"] == 'attachment; filename="registerutdrag-2.pdf"'
    assert fil.vag == "/registerutdrag/fil"
    assert "Kim Påhittad: Ett utdrag" in lasta(fil.svar.content)
    with bygg.vaka.systemet() as conn:
        rader = conn.execute(select(t.registerutdrag).order_by(t.registerutdrag.c.id)).mappings().all()
        assert [(r["form"], r["arenden"], r["slappta"]) for r in rader] == [
            ("visat", [nummer], []), ("pdf", [nummer], [f"{nummer}/text"]),
        ]  # fmt: skip
        assert "Åsa" not in str([dict(r) for r in rader])
        assert len(conn.execute(select(t.lasning.c.id).where(t.lasning.c.vad == "utdrag")).all()) == 2
    for sats in ("DELETE FROM registerutdrag", "UPDATE registerutdrag SET form = 'json'"):
        with pytest.raises(DBAPIError), bygg.vaka.systemet() as conn:
            conn.execute(text(sats))


def test_bara_kvalitetsledare_och_registrator(bygg: Bygge) -> None:
    webb = Webbklient(bygg)
    for som in ("mia", "hanna", "elin", "adam", "rolf"):
        assert webb.get("/registerutdrag", som).status == 403
        assert webb.post("/registerutdrag", som, namn=NAMN).status == 403
        assert webb.post("/registerutdrag/fil", som, namn=NAMN).status == 403
    assert webb.get("/registerutdrag", "rut").status == 200


def test_tomt_och_fel_i_webblasaren(bygg: Bygge) -> None:
    webb = Webbklient(bygg)
    assert "Inga uppgifter" in webb.post("/registerutdrag", namn="Ingen Påhittad").text
    assert "Inga uppgifter hittades" in lasta(webb.post("/registerutdrag/fil", namn="Ingen Påhittad").svar.content)
    fel = webb.post("/registerutdrag", namn="", inkom="i går")
    assert (fel.status, fel.fel) == (
        422, ["Skriv personens namn, personnummer eller båda.", "Skriv dagen som år-månad-dag, till exempel 2027-01-01."],
    )  # fmt: skip
    assert webb.post("/registerutdrag", namn=NAMN, inkom="i går").fel == ["Skriv dagen som år-månad-dag, till exempel 2027-01-01."]
    assert webb.post("/registerutdrag/fil", namn=NAMN, format="exe").status == 404


def test_femhundra_handelser_langa_namn_och_kod_i_texten_blir_ett_lasbart_dokument(bygg: Bygge) -> None:
    langt = "Åäö" * 60
    grund = json.loads(skriv_json(bygg.vaka, utdrag(bygg)))
    bit = {"rubrik": "Text", "utlamnas": True, "rader": [("Text", '#import "x" $y$ *fet* <a> \\u{1}')]}
    arende = {
        "nummer": "SYN-2026-0001", "slag": "Synpunkt", "grund": "Påhittat", "fakta": [], "uppgifter": [("Namn", langt)],
        "handelser": [("2026-09-07", f"Påhittad händelse {n}") for n in range(500)], "lasare": [], "mottagare": ["Ingen"],
        "andamal": "Påhittat", "kalla": "Påhittat", "bevaras": ["Gallras aldrig"], "bitar": [bit],
    }  # fmt: skip
    pdf = gor_pdf("registerutdrag", grund | {"arenden": [arende], "inte_utlamnat": "x", "personal": "x"})
    allt = lasta(pdf)
    assert "Påhittad händelse 499" in allt
    assert '#import "x" $y$ *fet*' in allt
    assert langt in allt.replace(" ", "").replace("\u200b", "")
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == "sv"


def test_kommandot_fragar_efter_personen_och_raknar_upp_det_som_ska_provas(
    bygg: Bygge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import contextlib
    import io
    import sys

    from tjanster import cli
    from tjanster.cli import registerutdrag as kommando

    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)

    @contextlib.contextmanager
    def oppen() -> Any:
        yield bygg.vaka

    monkeypatch.setattr(kommando, "oppen_vaka", oppen)

    def kor(*ord_: str, rader: str = f"{NAMN}\n\n") -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["vaka", "registerutdrag", *ord_])
        monkeypatch.setattr(sys, "stdin", io.StringIO(rader))
        with pytest.raises(SystemExit) as slut:
            cli.main()
        return int(slut.value.code or 0), "".join(capsys.readouterr())

    fil = tmp_path / "u.json"
    kod, ut = kor(str(fil))
    assert kod == 0
    assert f"--med {nummer}/text" in ut
    kod, ut = kor(str(fil), "--med", f"{nummer}/text", "--inkom", "2026-09-01", "--nu", "2026-09-07T09:00")
    assert json.loads(fil.read_text())["svar_senast"] == "2026-10-01"
    assert "Påhittad synpunkt" in fil.read_text()
    assert kor(str(tmp_path / "u.pdf"))[0] == 0
    assert kor(str(tmp_path / "u.doc"))[0] == 2
    assert kor(str(fil), rader="\n\n")[0] == 1
    assert kor(str(tmp_path / "finns/inte.pdf"))[0] == 1


def test_den_som_arendet_galler_och_en_namne_med_annat_nummer(bygg: Bygge) -> None:
    """One whom a case concerns gets their own data and no more; a namesake's stays parted off until somebody has looked."""
    galler = bygg.ny("synpunkt", kontakt={"namn": "Bo Påhittad", "epost": "bo@exempel.example"})
    namne = bygg.ny("synpunkt", kontakt={"namn": NAMN, "personnummer": "19640823-3234", "telefon": "070-9"})
    with bygg.vaka.systemet() as conn:
        rad = {"arende_id": bygg.rad(galler)["id"], "roll": "galler", "namn": NAMN, "personnummer": "191212121212", "telefon": "070-1"}
        conn.execute(t.kontakt.insert().values(till_rad(bygg.vaka.nyckelring, rad)))
    svar = utdrag(bygg, nummer=TOLVAN)
    assert [(a.nummer, a.grund) for a in svar.arenden] == [
        (galler, "Ärendet gäller personen"), (namne, "Någon med det namnet eller numret nämns i ärendet"),
    ]  # fmt: skip
    fil = lasta(skriv_pdf(bygg.vaka, svar))
    assert "070-1" in fil
    assert not any(hemligt in fil for hemligt in ("070-9", "bo@exempel.example", "196408233234"))
    assert {f"{galler}/kontakt", f"{namne}/kontakt"} <= {b.nyckel for b in svar.bitar}

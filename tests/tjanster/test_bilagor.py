"""Files of a case: which are taken in, who reads them, and what is left when one is taken away."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.bygg import KONTAKT, NU, Bygge
from tests.tjanster.bilagehjalp import FILER, PDF, PNG, zipfil
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.bilagor import hitta_bilaga
from tjanster.arenden.fel import FarInte, FinnsInte, OgiltigaUppgifter
from tjanster.arenden.filgranskning import HOGST_BYTE, granska, rent_namn
from tjanster.arenden.handelse import Begaran, Kvitto, utfor


def bifoga(bygg: Bygge, nummer: str, som: str | None = "hanna", filer: Any = (("anmälan.pdf", PDF),), **data: Any) -> Kvitto:
    with bygg.vaka.systemet() as conn:
        begaran = Begaran(nummer, "bifoga", NU, bygg.aktor(som), data, bilagor=granska(filer))
        return utfor(conn, bygg.vaka.sammanhang, begaran)


def bild(bygg: Bygge, nummer: str, som: str = "hanna") -> Any:
    with bygg.vaka.systemet() as conn:
        return visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor(som), NU)


@pytest.mark.parametrize("namn", FILER)
def test_varje_sort_som_tas_emot_kanns_igen(namn: str) -> None:
    (bilaga,) = granska([(namn, FILER[namn])])
    assert (bilaga.namn, bilaga.innehall) == (namn, FILER[namn])


@pytest.mark.parametrize(
    ("namn", "innehall", "mening"),
    [
        ("tom.pdf", b"", r"”tom\.pdf” är tom\."),
        ("stor.pdf", PDF + b"\0" * HOGST_BYTE, "är för stor: 10\N{NO-BREAK SPACE}MB, högst 10\N{NO-BREAK SPACE}MB"),
        ("program.exe", b"MZ", r"är av typen \.exe, som inte tas emot\. Spara den som pdf, docx, .* eller txt"),
        ("rapport", PDF, r"”rapport” saknar filändelse\. Spara den som pdf"),
        ("bild.pdf", PNG, r"heter \.pdf men innehåller PNG\. Byt ändelsen till \.png\."),
        ("rapport.txt", b"%PDF-\0", r"heter \.txt men innehåller PDF"),
        ("trasig.docx", b"PK\x03\x04" + b"\0" * 50, r"heter \.docx men innehållet är något annat, eller skadat\."),
        ("lila.txt", b"a\x81b\0", r"heter \.txt men innehållet är något annat"),
        ("makro.docx", zipfil(**{"word__document.xml": b"", "word__vbaProject.bin": b""}), "innehåller makron eller inbäddade program"),
    ],
)  # fmt: skip
def test_en_fil_som_inte_tas_emot_far_en_mening(namn: str, innehall: bytes, mening: str) -> None:
    with pytest.raises(OgiltigaUppgifter, match=mening):
        granska([(namn, innehall)])


def test_alla_fel_i_filerna_sags_pa_en_gang() -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        granska([("a.pdf", b""), ("b.exe", b"MZ"), ("c.pdf", PDF)])
    assert "”a.pdf” är tom. ”b.exe” är av typen" in nej.value.falt["filer"]
    assert "c.pdf" not in nej.value.falt["filer"]


def test_inga_filer_och_for_manga_filer() -> None:
    with pytest.raises(OgiltigaUppgifter, match="Välj minst en fil"):
        granska([("", b"")])
    with pytest.raises(OgiltigaUppgifter, match="Välj högst 10 filer åt gången; det var 11"):
        granska([(f"{i}.pdf", PDF) for i in range(11)])


@pytest.mark.parametrize(
    ("skickat", "namn"),
    [
        ("C:\\Mina dokument\\rapport.pdf", "rapport.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("rapport\u202efdp.exe", "rapportfdp.exe"),
        ("två\nrader\0.pdf", "tvårader.pdf"),
        ("a" * 300 + ".pdf", "a" * 150 + ".pdf"),
        ("A\u030alborg.pdf", "Ålborg.pdf"),
    ],
)
def test_filnamnet_ar_bara_ett_namn(skickat: str, namn: str) -> None:
    assert rent_namn(skickat) == namn


def test_en_bilaga_star_i_arendet_och_i_historiken(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    kvitto = bifoga(bygg, nummer, filer=list(FILER.items())[:3], bilagetext="Underlag")
    assert kvitto.handelser == ("bifoga",)
    assert bygg.rad(nummer)["tillstand"] == "bekraftad"
    visat = bild(bygg, nummer)
    assert [(b.namn, b.storlek, b.rubrik, b.av) for b in visat.bilagor] == [
        (namn, len(innehall), "Underlag", "Hanna Påhittad") for namn, innehall in list(FILER.items())[:3]
    ]
    assert visat.handelser[-1].foljder == ("Filer: ”anmälan.pdf”, ”utredning.docx”, ”tabell.xlsx”",)
    with bygg.vaka.systemet() as conn:
        assert hitta_bilaga(conn, visat.lage, visat.bilagor[0].id).oppna().innehall == PDF
        assert conn.execute(text("SELECT length(sha256) FROM bilaga")).scalars().all() == [64] * 3
        handelser = conn.execute(text("SELECT string_agg(uppgifter::text || foljder::text, '') FROM handelse")).scalar_one()
    assert "anmälan" not in handelser


def test_en_borttagen_bilaga_ar_tom_men_historiken_minns_den(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bifoga(bygg, nummer)
    (bilaga,) = bild(bygg, nummer).bilagor
    with pytest.raises(OgiltigaUppgifter, match="Skäl ska fyllas i"):
        bygg.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(bilaga.id))
    bygg.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(bilaga.id), skal="Fel ärende")
    efter = bild(bygg, nummer)
    assert efter.bilagor == ()
    assert efter.handelser[-2].foljder == ("Filer: ”anmälan.pdf” (borttagen)",)
    assert (efter.handelser[-1].foljder, efter.handelser[-1].skal) == (("Borttagen fil: ”anmälan.pdf”",), "Fel ärende")
    assert efter.handelser[-1].andringar == ()
    assert "ta_bort_bilaga" not in {x.handelse for x in efter.gemensamma}
    with bygg.vaka.systemet() as conn:
        rad = conn.execute(text("SELECT innehall, borttagen, borttagen_av, skal FROM bilaga")).one()
        assert rad == (None, NU, bygg.aktor("hanna").id, "Fel ärende")  # type: ignore[union-attr]
        with pytest.raises(FinnsInte):
            hitta_bilaga(conn, efter.lage, bilaga.id)
    with pytest.raises(OgiltigaUppgifter, match="är redan borttagen"):
        bygg.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(bilaga.id), skal="Igen")


def test_databasen_haller_inget_innehall_i_det_borttagna(bygg: Bygge) -> None:
    bifoga(bygg, bygg.ny("synpunkt", kontakt=KONTAKT))
    with pytest.raises(IntegrityError, match="bilaga_pa_ett_stalle"), bygg.vaka.systemet() as conn:
        conn.execute(text("UPDATE bilaga SET borttagen = now()"))


def test_bara_den_som_ser_arendet_bifogar_och_bara_handlaggningen_tar_bort(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(FinnsInte):
        bifoga(bygg, nummer, "frida")
    bifoga(bygg, nummer, "mia")
    (bilaga,) = bild(bygg, nummer, "mia").bilagor
    with pytest.raises(FarInte, match="Görs av handläggare eller registrator"):
        bygg.gor(nummer, "ta_bort_bilaga", "mia", bilaga=str(bilaga.id), skal="Ångrar mig")


def test_ett_annat_arendes_bilaga_finns_inte_har(bygg: Bygge) -> None:
    ena, andra = (bygg.ny("synpunkt", kontakt=KONTAKT) for _ in range(2))
    bifoga(bygg, ena)
    (bilaga,) = bild(bygg, ena).bilagor
    with bygg.vaka.systemet() as conn, pytest.raises(FinnsInte):
        hitta_bilaga(conn, bild(bygg, andra).lage, bilaga.id)
    for fel in (str(bilaga.id), "hej", "9" * 30):
        with pytest.raises(OgiltigaUppgifter):
            bygg.gor(andra, "ta_bort_bilaga", "hanna", bilaga=fel, skal="Fel")


def test_samma_fil_bifogas_en_gang(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bifoga(bygg, nummer)
    with pytest.raises(OgiltigaUppgifter, match="”anmälan.pdf” är redan bifogad\\.$"):
        bifoga(bygg, nummer)
    with pytest.raises(OgiltigaUppgifter, match="”kopia.pdf” är redan bifogad som ”anmälan.pdf”, med samma innehåll"):
        bifoga(bygg, nummer, filer=[("skada.png", PNG), ("kopia.pdf", PDF)])
    with pytest.raises(OgiltigaUppgifter, match="”två.png” är redan bifogad som ”ett.png”"):
        bifoga(bygg, nummer, filer=[("ett.png", PNG), ("två.png", PNG)])
    (bilaga,) = bild(bygg, nummer).bilagor
    bygg.gor(nummer, "ta_bort_bilaga", "hanna", bilaga=str(bilaga.id), skal="Fel fil")
    bifoga(bygg, nummer)


def test_att_bifoga_utan_filer_nekas(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.gor(nummer, "bifoga", "hanna")
    assert nej.value.falt == {"filer": "Välj minst en fil."}

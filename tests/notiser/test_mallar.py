"""Every notice is written out, with and without a due day, and searched for what must never be there (krav H1)."""

import re
from dataclasses import fields
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from jinja2 import meta, nodes
from markupsafe import escape

from notiser import KATALOG, Avsandare, Falt, Notisfel, Notissort, Rad, exempel, rendera
from notiser.motor import rendering
from notiser.motor.epost import som_epost
from notiser.motor.rendering import MALLAR, MILJO, SIDFOT, Brev, las_om, mallfil, tolka_mall

BAS = "https://vaka.exempel.se"
DAG = "8 december 2026"
# Passes the white list as a unit's or a step's name, but must never be run or change the mail's shape.
ELAKT = [
    "{{ 7 * 191 }}",
    "{% for x in range(9) %}KORD{% endfor %}",
    "{{ kommun.__class__.__mro__ }}",
    "{# dolt #}",
    "Subject: KORD",
    "<script>KORD</script>",
    "%0d%0aBcc: x",
    "=?utf-8?q?KORD?=",
]


def fyll(mall: str, **andrat: Any) -> Falt:
    delat = {
        "process": "Synpunkter",
        "steg": "Utreds",
        "frist": "Svar",
        "enhet": "Hemtjänsten Ängen",
        "roll": "enhetschef",
    }
    delat |= {namn: varde for namn, varde in andrat.items() if namn != "rader"}
    rad = Rad(arendenummer="SYN-2026-0004", lank="/arenden/SYN-2026-0004", **delat)
    rader = andrat.get("rader", (rad, rad)) if KATALOG[mall].samlingsbrev else ()
    return Falt(
        kommun="Exempelkommun", arendenummer="SYN-2026-0004", lank="/arenden/SYN-2026-0004", rader=rader, antal=7,
        hash="ab" * 32, **delat,
    )


alla_mallar = pytest.mark.parametrize("mall", KATALOG)
alla_lagen = pytest.mark.parametrize(
    "lage",
    [
        {"forfaller": dag, "tom_post": tom, "passerad": sen}
        for dag in (DAG, None)
        for tom in (True, False)
        for sen in (True, False)
    ],
    ids=str,
)


def test_varje_notis_har_en_mall_och_varje_mall_en_notis() -> None:
    gemensamt = {"_bas.html", "_enhet.html", "_ord.txt", "_tom_post.html", "_sidfot.html", "_sidfot.txt", "_stil.css"}
    assert {fil.name for fil in MALLAR.iterdir()} == gemensamt | {f"{n}.{typ}" for n in KATALOG for typ in ("txt", "html")}
    assert all(sort.namn == namn for namn, sort in KATALOG.items())
    assert len({sort.rubrik for sort in KATALOG.values()}) == len(KATALOG)


def test_ett_brev_om_inget_arende_talar_inte_om_arendet() -> None:
    for mall in ("losen_bytt", "bevakning_tyst", "loggkontroll_att_gora"):
        brev = rendera(mall, exempel(mall, date(2026, 11, 23), kommun="Exempelkommun"), bas_url=BAS)
        assert "Brevet är skickat automatiskt" in brev.text
        for ett in (brev.text, brev.html):
            assert "ärendet" not in ett and "/arende" not in ett, mall


@alla_mallar
@alla_lagen
def test_varje_notis_gar_att_lasa(mall: str, lage: dict[str, Any]) -> None:
    brev = rendera(mall, fyll(mall, **lage), bas_url=BAS)
    assert not re.search(r"None|Undefined|\{\{|\{%|\}\}|False|True", brev.amne + brev.text + brev.html)
    assert "\n\n\n" not in brev.text
    assert not re.search(r"[ \t]\n", brev.text)
    assert all(len(rad) <= 120 for rad in brev.text.splitlines())
    assert f"{BAS}/arenden/SYN-2026-0004\n" in brev.text
    assert brev.text.rstrip().endswith("står det inget om själva ärendet här.")
    for ett in (brev.text, brev.html):
        assert set(re.findall(r"https?://[^/\s]+", ett)) == {BAS}


@alla_mallar
def test_med_dag_star_dagen_och_utan_dag_lovas_ingen(mall: str) -> None:
    med = rendera(mall, fyll(mall, forfaller=DAG), bas_url=BAS).text
    utan = rendera(mall, fyll(mall, forfaller=None), bas_url=BAS).text
    assert (DAG in med) or mall == "synpunkt_besvarad"
    assert "senast" not in utan and "gick ut ." not in utan
    assert DAG not in rendera(mall, fyll(mall, forfaller=None), bas_url=BAS).html


@alla_mallar
@alla_lagen
@pytest.mark.parametrize("elakt", ELAKT)
def test_text_i_falten_kors_aldrig(mall: str, lage: dict[str, Any], elakt: str) -> None:
    brev = rendera(
        mall, fyll(mall, **lage, process=elakt, steg=elakt, frist=elakt, enhet=elakt, roll=elakt), bas_url=BAS
    )
    rent = (brev.amne + brev.text).replace(elakt, "") + brev.html.replace(str(escape(elakt)), "")
    assert "1337" not in rent and "KORD" not in rent and "mro" not in rent
    post = som_epost(
        brev,
        till="mottagare@exempel.se",
        avsandare=Avsandare(bas_url=BAS, namn="Exempelkommun"),
        message_id="1@exempel.se",
        datum=datetime(2026, 11, 23, 7, tzinfo=UTC),
    )
    last = message_from_bytes(post, policy=default)
    assert last["Bcc"] is None and len(last.get_all("Subject")) == 1
    assert [del_.get_content_type() for del_ in last.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@alla_mallar
def test_inget_av_arendet_gar_att_fa_in(mall: str) -> None:
    """The whole case is offered to each notice; nothing of it comes out."""
    arende = {
        "namn": "Anna Andersson",
        "personnummer": "19850101-2389",
        "text": "Hon ramlade i duschen",
        "adress": "Storgatan 1",
        "svar": "Vi beklagar, Anna",
    }
    grund = fyll(mall).as_dict()
    with pytest.raises(Notisfel) as nej:
        Falt.from_dict({**grund, **arende})
    assert len(nej.value.skal) == len(arende)
    brev = rendera(mall, fyll(mall), bas_url=BAS)
    assert not any(varde in text for varde in arende.values() for text in (brev.amne, brev.text, brev.html, str(nej.value)))


# What the rendering works out of the fields for the digest, and the page where one chooses.
HARLEDDA = {"delar", "viktigast", "summor", "namn", "fler", "enheter", "installningar", "om_arenden"}


MAKRON = set(re.findall(r"macro (\w+)\(", (MALLAR / "_ord.txt").read_text(encoding="utf-8")))


def _namn_i(kalla: str) -> set[str]:
    trad = MILJO.parse(kalla)
    filter_pa_falt = {n.args[0].value for n in trad.find_all(nodes.Filter) if n.name in ("selectattr", "rejectattr")}
    return meta.find_undeclared_variables(trad) | {n.attr for n in trad.find_all(nodes.Getattr)} | filter_pa_falt


def _delar(mall: str) -> tuple[str, str]:
    sidfot = mallfil(SIDFOT).read_text(encoding="utf-8")
    return tolka_mall(mall, mallfil(mall).read_text(encoding="utf-8"), sidfot)


@alla_mallar
def test_mallen_namner_bara_falt_ur_vita_listan(mall: str) -> None:
    tillatna = {f.name for f in fields(Falt)} | {f.name for f in fields(Rad)} | HARLEDDA
    assert _namn_i("".join(_delar(mall))) <= tillatna
    assert _namn_i(mallfil(mall).with_suffix(".html").read_text(encoding="utf-8")) <= tillatna | MAKRON | {"tid"}


def test_det_gemensamma_namner_bara_falt_ur_vita_listan() -> None:
    tillatna = {f.name for f in fields(Falt)} | {f.name for f in fields(Rad)} | HARLEDDA | {"amne", "stil"}
    for fil in MALLAR.glob("_*.html"):
        assert _namn_i(fil.read_text(encoding="utf-8")) <= tillatna, fil
    macron = MILJO.parse((MALLAR / "_ord.txt").read_text(encoding="utf-8"))
    assert {n.attr for n in macron.find_all(nodes.Getattr)} <= {f.name for f in fields(Rad)} | {"first"}


@alla_mallar
def test_amnet_bar_bara_arendenummer_eller_antal(mall: str) -> None:
    """The subject shows on a locked phone on the table: neither lex Sarah nor a unit may stand there."""
    assert _namn_i(_delar(mall)[0]) <= {"arendenummer", "viktigast"}
    amne = rendera(mall, fyll(mall), bas_url=BAS).amne
    assert len(amne) <= 60
    assert not re.search(r"lex|sarah|ivo|synpunkt|klagomål|avvikelse|missförhåll|social", amne, re.IGNORECASE)


@pytest.mark.parametrize("mall", [n for n, sort in KATALOG.items() if "inlamnare" in sort.mottagare])
def test_invanarens_brev_rojer_inte_vad_det_galler(mall: str) -> None:
    """A shared mailbox at home: neither unit, nor kind of case, nor social services."""
    amne, text = _delar(mall)
    assert _namn_i(amne + text) <= {"arendenummer", "forfaller", "lank", "kommun", "installningar", "om_arenden"}
    brev = rendera(mall, fyll(mall), bas_url=BAS)
    for ett in (brev.text, brev.html):
        assert not re.search(r"social|omsorg|klagomål|synpunkt|enhet|Vaka|/konto", ett)
    assert KATALOG[mall].mottagare == ("inlamnare",)


@alla_mallar
def test_tom_post_sags(mall: str) -> None:
    if not {"enhetschef", "avdelningschef"} & set(KATALOG[mall].mottagare):
        return
    text = rendera(mall, fyll(mall, tom_post=True), bas_url=BAS).text
    assert "eftersom ingen är enhetschef för" in text or "Ingen är enhetschef där just nu" in text
    assert "ingen är" not in rendera(mall, fyll(mall), bas_url=BAS).text.lower()


def test_morgonbrevet_skiljer_sent_fran_nara_och_raknar_ratt() -> None:
    sen = Rad(arendenummer="AVV-2026-0001", lank="/a/1", frist="Mottagande", forfaller="2 november 2026", passerad=True)
    nara = Rad(arendenummer="SYN-2026-0002", lank="/a/2", frist="Svar", forfaller=DAG)
    brev = rendera("morgonbrev", fyll("morgonbrev", rader=(sen, nara, nara)), bas_url=BAS)
    assert brev.amne == "1 sent, 2 ska snart vara klara"
    fore, efter = brev.text.split("SKA SNART VARA KLARA (2)")
    assert "SENA (1)" in fore and "Skulle ha varit klart 2 november 2026." in fore
    assert efter.count("Ska vara klart senast 8 december 2026.") == 2 and f"{BAS}/a/2" in efter
    ensam = rendera("morgonbrev", fyll("morgonbrev", rader=(nara,)), bas_url=BAS)
    assert ensam.amne == "1 ska snart vara klart" and "SKA SNART VARA KLARA (1)" in ensam.text
    assert "SENA" not in ensam.text and "Skulle" not in ensam.text


def test_amnet_sager_det_viktigaste_och_brevet_allt() -> None:
    def rad(nr: int, **mer: Any) -> Rad:
        return Rad(arendenummer=f"SYN-2026-{nr:04}", lank=f"/a/{nr}", frist="Svar", **mer)

    alla = (
        *(rad(n, forfaller=DAG, passerad=True, dagar=-n) for n in (12, 1, 1)),
        *(rad(20 + n, forfaller=DAG, dagar=0) for n in range(2)),
        rad(30), rad(31, forfaller=DAG, dagar=2),
        rad(40, grupp="besluta"), rad(50, grupp="nya", vad="Ny avvikelse på enheten"),
    )  # fmt: skip
    brev = rendera("morgonbrev", fyll("morgonbrev", rader=alla), bas_url=BAS)
    assert brev.amne == "3 sena, 2 ska vara klara i dag"
    mening = "3 sena, 2 ska vara klara i dag, 1 ska göras skyndsamt, 1 ska snart vara klart, 1 väntar på beslut, 1 nytt."
    for ett in (brev.text, brev.html):
        assert mening in ett
        assert [ett.index(nr) for nr in ("0012", "0020", "0040", "0050")] == sorted(ett.index(nr) for nr in ("0012", "0020", "0040", "0050"))
        assert "12 dagar sen" in ett and "1 dag sen" in ett and "skyndsamt" in ett and "om 2 dagar" in ett
        assert "Ny avvikelse på enheten." in ett
    assert rendera("morgonbrev", fyll("morgonbrev", rader=alla[-2:]), bas_url=BAS).amne == "1 väntar på beslut, 1 nytt"


def test_langt_morgonbrev_kortas_och_sager_hur_mycket() -> None:
    rad = Rad(arendenummer="SYN-2026-0002", lank="/a/2", frist="Svar", forfaller=DAG, passerad=True)
    brev = rendera("morgonbrev", fyll("morgonbrev", rader=(rad,) * 57), bas_url=BAS)
    assert brev.amne == "57 sena"
    assert brev.text.count("* SYN-2026-0002") == 20 and f"... och 37 till:\n{BAS}/arenden/SYN-2026-0004\n" in brev.text
    assert brev.html.count("SYN-2026-0002</a>") == 20 and f'<a href="{BAS}/arenden/SYN-2026-0004">... och 37 till</a>' in brev.html
    falt = Falt(kommun="Exempelkommun", lank="/", lank_fler="/sena", rader=(rad,) * 57, antal_sena=4000)
    brev = rendera("morgonbrev", falt, bas_url=BAS)
    assert brev.amne == "4000 sena"
    assert f"... och 3980 till:\n{BAS}/sena\n" in brev.text and f'<a href="{BAS}/sena">... och 3980 till</a>' in brev.html


def test_morgonbrevet_gar_enhet_for_enhet() -> None:
    rader = tuple(
        Rad(arendenummer=f"SYN-2026-{nr:04}", lank=f"/a/{nr}", frist="Svar", forfaller=DAG, passerad=True, enhet=enhet)
        for nr, enhet in ((1, "Norr"), (2, "Söder"), (3, "Norr"))
    )
    brev = rendera("morgonbrev", fyll("morgonbrev", rader=rader), bas_url=BAS)
    for ett in (brev.text, brev.html):
        assert list(re.findall(r"Norr|Söder|SYN-2026-000[123](?=,|<)", ett)) == [
            "Norr", "SYN-2026-0001", "SYN-2026-0003", "Söder", "SYN-2026-0002",
        ]  # fmt: skip


def test_bortvalt_morgonbrev_sager_varfor_det_kommer_anda() -> None:
    grund = vars(fyll("morgonbrev", forfaller=DAG))
    brev = rendera("morgonbrev", Falt(**(grund | {"bara_trappan": True})), bas_url=BAS)
    assert brev.valbart == ""
    for ett in (brev.text, brev.html):
        assert "Du har valt bort morgonbrevet i dag. Det här kommer ändå" in ett
    vanligt = rendera("morgonbrev", fyll("morgonbrev", forfaller=DAG), bas_url=BAS)
    assert vanligt.valbart == f"{BAS}/konto/brev" and "valt bort" not in vanligt.text


def test_tomt_morgonbrev_skrivs_inte() -> None:
    with pytest.raises(Notisfel, match="den har inga rader"):
        rendera("morgonbrev", fyll("morgonbrev", rader=()), bas_url=BAS)


def test_falt_som_mallen_behover_men_saknas_stoppar_brevet() -> None:
    with pytest.raises(Notisfel, match="'frist_passerad' kan inte skrivas: fältet 'frist' är inte ifyllt"):
        rendera("frist_passerad", fyll("frist_passerad", frist=None), bas_url=BAS)


def test_okand_notis_far_forslag() -> None:
    with pytest.raises(Notisfel, match=r"'synpunkt_besvarat' finns inte i katalogen. Menade du 'synpunkt_besvarad'\?"):
        rendera("synpunkt_besvarat", fyll("synpunkt_besvarad"), bas_url=BAS)


@pytest.mark.parametrize("kalla", ["Hej!\n\nText", "Ämne: x\nText", "Ämne: x\n\n", "", "Ämne: x"])
def test_mall_med_fel_form_sags(kalla: str) -> None:
    with pytest.raises(Notisfel, match=r"mallar/prov.txt ska börja med raden 'Ämne: …'"):
        tolka_mall("prov", kalla, "sidfot")


@pytest.fixture
def egna_mallar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rendering, "MALLAR", tmp_path)
    las_om()
    (tmp_path / "_sidfot.txt").write_text("Sidfot\n", encoding="utf-8")
    (tmp_path / "uppgift_ny.html").write_text("<p>{{ kommun }}</p>\n", encoding="utf-8")
    yield tmp_path
    las_om()


@pytest.mark.parametrize(
    ("text", "mening"),
    [
        ("Ämne: x\n\n{{ namn }}\n", "kan inte skrivas: 'namn' is undefined"),
        ("Ämne: x\n\n{% if %}\n", "mallar/uppgift_ny.txt går inte att läsa"),
        ("Ämne: {{ 'x' * 200 }}\n\nText\n", "ämnet ska vara en rad med högst 150 tecken"),
        ("Ämne: {{ 'x\\ny' }}\n\nText\n", "ämnet ska vara en rad"),
        (None, "Mallen mallar/uppgift_ny.txt saknas"),
    ],
)
def test_trasig_mall_sags(egna_mallar: Path, text: str | None, mening: str) -> None:
    if text is not None:
        (egna_mallar / "uppgift_ny.txt").write_text(text, encoding="utf-8")
    with pytest.raises(Notisfel, match=re.escape(mening)):
        rendera("uppgift_ny", fyll("uppgift_ny"), bas_url=BAS)


@pytest.mark.parametrize(
    ("html", "mening"),
    [
        ("{{ namn }}", "kan inte skrivas: 'namn' is undefined"),
        ("{% if %}", "mallar/uppgift_ny.html går inte att läsa"),
        ('{% extends "_finns_inte.html" %}', "_finns_inte.html"),
        (None, "Mallen mallar/uppgift_ny.html saknas"),
    ],
)
def test_trasig_sida_sags(egna_mallar: Path, html: str | None, mening: str) -> None:
    (egna_mallar / "uppgift_ny.txt").write_text("Ämne: x\n\nText\n", encoding="utf-8")
    fil = egna_mallar / "uppgift_ny.html"
    fil.unlink() if html is None else fil.write_text(html, encoding="utf-8")
    with pytest.raises(Notisfel, match=re.escape(mening)):
        rendera("uppgift_ny", fyll("uppgift_ny"), bas_url=BAS)


def test_andrad_text_far_ny_version(egna_mallar: Path) -> None:
    versioner = set()
    for fil, text in (
        ("uppgift_ny.txt", "Ämne: x\n\nEn\n"), ("uppgift_ny.txt", "Ämne: x\n\nTvå\n"), ("uppgift_ny.html", "<p>Tre</p>"),
        ("_sidfot.txt", "Fyra"), ("_stil.css", "p { margin: 0 }"),
    ):  # fmt: skip
        (egna_mallar / fil).write_text(text, encoding="utf-8")
        las_om()
        versioner.add(rendera("uppgift_ny", fyll("uppgift_ny"), bas_url=BAS).mallversion)
    assert len(versioner) == 5


def test_notissort_med_okand_mottagare_vagras() -> None:
    with pytest.raises(ValueError, match="Notisen 'x' har okänd mottagare: enhetchef"):
        Notissort(namn="x", rubrik="x", mottagare=("enhetchef",), beskrivning="x", alltid="x")


@pytest.mark.parametrize("mer", [{}, {"alltid": "x", "i_morgonbrevet": "x"}])
def test_notissort_sager_antingen_vad_morgonbrevet_skriver_eller_varfor_den_alltid_gar(mer: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="antingen vad morgonbrevet skriver eller varför den alltid går"):
        Notissort(namn="x", rubrik="x", mottagare=("enhetschef",), beskrivning="x", **mer)


def test_brevets_huvud() -> None:
    brev = rendera("frist_passerad", fyll("frist_passerad", forfaller=DAG), bas_url=BAS)
    avsandare = Avsandare(bas_url=BAS + "/", namn="Östersunds kommun")
    post = som_epost(
        brev,
        till="a@xn--x-zfa.se",
        avsandare=avsandare,
        message_id="1@x.se",
        datum=datetime(2026, 11, 23, 7, tzinfo=UTC),
    )
    ratt = post
    assert ratt.isascii() and all(len(rad) <= 998 for rad in ratt.split(b"\r\n"))
    last = message_from_bytes(ratt, policy=default)
    assert last["From"] == "Östersunds kommun <vaka@vaka.exempel.se>"
    assert last["To"] == "a@xn--x-zfa.se"
    assert last["Subject"] == "Ärende SYN-2026-0004: tiden har gått ut"
    assert last["Message-ID"] == "<1@x.se>"
    assert last["Date"] == "Mon, 23 Nov 2026 08:00:00 +0100"
    assert last["Auto-Submitted"] == "auto-generated"
    assert last["MIME-Version"] == "1.0"
    assert last["List-Id"] is None and last["List-Unsubscribe"] is None
    text, sida = last.iter_parts()
    for del_, innehall in ((text, brev.text), (sida, brev.html)):
        assert del_["Content-Transfer-Encoding"] == "quoted-printable"
        assert del_.get_content_charset() == "utf-8"
        assert del_["MIME-Version"] is None
        assert del_.get_content().replace("\r\n", "\n") == innehall


def test_ett_huvud_pa_flera_rader_skickas_inte() -> None:
    """A line break in a header would let what follows be a header of its own."""
    brev = Brev("Ärende\r\nBcc: nagon@annan.example", "text", "<p>text</p>", "1")
    with pytest.raises(Notisfel, match="en rad för varje uppgift"):
        som_epost(
            brev, till="a@x.se", avsandare=Avsandare(bas_url=BAS, namn="Vaka"), message_id="1@x.se", datum=datetime(2026, 11, 23, 7, tzinfo=UTC)
        )


def test_langa_svenska_ord_och_besvarliga_rader_kommer_fram_som_de_skrevs() -> None:
    """Spaces before a line's end, a dot alone, From first in a line, a line longer than any mail line: as the library reads it."""
    text = "Hej \n.\nFrom början\n" + "å" * 400 + "\n\tslut\t\n"
    namn, amne = "Socialförvaltningen i Östersunds kommun, enheten för ärenden som rör många åtgärder", "Ärende: åäö " * 12
    brev = Brev(amne.strip(), text, f"<p>{text}</p>\n", "1", "https://vaka.exempel.se/konto/brev")
    datum = datetime(2026, 11, 23, 7, tzinfo=UTC)
    for bara_text in (False, True):
        ratt = som_epost(
            brev, till="a@x.se", avsandare=Avsandare(bas_url=BAS, namn=namn), message_id="1@x.se", datum=datum, bara_text=bara_text
        )
        assert ratt.isascii() and b"\n" not in ratt.replace(b"\r\n", b"") and all(len(rad) <= 78 for rad in ratt.split(b"\r\n"))
        last = message_from_bytes(ratt, policy=default)
        fran = message_from_bytes(ratt)["From"]  # read word by word: the newer reader puts a space between the two encoded ones
        assert last["Subject"] == brev.amne and str(make_header(decode_header(fran))) == f"{namn} <vaka@vaka.exempel.se>"
        assert last["List-Unsubscribe"] == "<https://vaka.exempel.se/konto/brev>" and not last.defects
        delar = list(last.iter_parts()) if last.is_multipart() else [last]
        assert [del_.get_content_type() for del_ in delar] == (["text/plain"] if bara_text else ["text/plain", "text/html"])
        for del_, innehall in zip(delar, (brev.text, brev.html), strict=False):
            assert del_.get_content().replace("\r\n", "\n") == innehall and not del_.defects


@pytest.mark.parametrize(
    ("fel", "mening"),
    [
        ({"bas_url": "vaka.exempel.se"}, "Adressen som länkarna börjar med"),
        ({"bas_url": "ftp://vaka.exempel.se"}, "Adressen som länkarna börjar med"),
        ({"bas_url": "https://u@vaka.exempel.se"}, "Adressen som länkarna börjar med"),
        ({"namn": "x\r\nBcc: y"}, "Avsändarens namn ska vara en enda rad"),
        ({"adress": "inte en adress"}, "Avsändarens mejladress går inte att använda"),
    ],
)
def test_avsandare_som_inte_duger_vagras(fel: dict[str, str], mening: str) -> None:
    with pytest.raises(Notisfel, match=mening):
        Avsandare(**({"bas_url": BAS, "namn": "Exempelkommun"} | fel))

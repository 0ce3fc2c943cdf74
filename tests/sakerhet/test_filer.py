"""Files made to harm: what swells, hides, lies about itself or is two things at once. Each is refused in a sentence, and nothing breaks."""

import random
import struct
import time
import zipfile
from collections import Counter
from io import BytesIO

import pytest

from tests.bygg import Bygge
from tests.sakerhet.dorr import Dorr
from tests.tjanster.bilagehjalp import FILER, JPG, PDF, PNG, zipfil
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.filgranskning import granska, rent_namn
from tjanster.arenden.filtyper import TYPER

DOCX = FILER["utredning.docx"]
EN_MB = 1024 * 1024


def packad(delar: dict[str, bytes], sort: int = zipfile.ZIP_DEFLATED, kommentar: bytes = b"") -> bytes:
    buffert = BytesIO()
    with zipfile.ZipFile(buffert, "w", sort) as arkiv:
        for namn, innehall in delar.items():
            arkiv.writestr(namn, innehall)
        arkiv.comment = kommentar
    return buffert.getvalue()


def docx(**mer: bytes) -> bytes:
    return packad({"word/document.xml": b"<w/>"} | {k.replace("__", "/"): v for k, v in mer.items()})


def ljugande(sagt: int) -> bytes:
    """Says that its second part is that long; it unpacks to twenty megabytes."""
    fil = bytearray(docx(word__stor=b"\0" * 20 * EN_MB))
    plats = fil.rindex(struct.pack("<I", 20 * EN_MB))
    fil[plats : plats + 4] = struct.pack("<I", sagt)
    return bytes(fil)


def overlappande() -> bytes:
    """Two entries of the list point at the same packed bytes."""
    fil = bytearray(packad({"word/document.xml": b"<w/>", "word/a": b"a" * 9, "word/b": b"b" * 9}))
    borja = [i for i in range(len(fil)) if fil[i : i + 4] == b"PK\x01\x02"]
    fil[borja[2] + 42 : borja[2] + 46] = fil[borja[1] + 42 : borja[1] + 46]
    return bytes(fil)


def last() -> bytes:
    fil = bytearray(DOCX)
    fil[fil.index(b"PK\x01\x02") + 8] |= 1
    return bytes(fil)


def med_namn(namn: str) -> bytes:
    return packad({"word/document.xml": b"<w/>", namn: b"x"})


ONDA_FILER = {
    "svälld lista": ("a.docx", docx(**{f"word__{i}": b"\0" * EN_MB for i in range(101)}), "växer för mycket"),
    "ett tusen gånger": ("a.docx", docx(word__stor=b"\0" * 20 * EN_MB), "växer för mycket"),
    "säger sig vara liten": ("a.docx", ljugande(5), "något annat än den säger"),
    "delar på varandra": ("a.docx", overlappande(), "något annat än den säger"),
    "sex tusen delar": ("a.docx", docx(**{f"d{i}": b"" for i in range(6000)}), "växer för mycket"),
    "zip i zip": ("a.docx", docx(word__x=DOCX), "innehåller ett annat arkiv"),
    "zip i zip vid namn": ("a.xlsx", packad({"xl/workbook.xml": b"", "a.zip": b"x"}), "ett arkiv eller ett program"),
    "program i odt": ("a.odt", zipfil(mimetype=b"application/vnd.oasis.opendocument.text", **{"a.exe": b"MZ"}), "ett program"),
    "uppåt i trädet": ("a.docx", med_namn("../../etc/cron.d/x"), "något annat än den säger"),
    "från roten": ("a.docx", med_namn("/etc/passwd"), "något annat än den säger"),
    "en enhet": ("a.docx", med_namn("C:\\x"), "något annat än den säger"),
    "låst": ("a.docx", last(), "låst med lösenord"),
    "udda packning": ("a.docx", packad({"word/document.xml": b"<w/>"}, zipfile.ZIP_LZMA), "inte kan granskas"),
    "makro vid namn": ("a.docx", docx(word__vbaProject_bin=b"").replace(b"Project_bin", b"Project.bin"), "innehåller makron"),
    "makro under annat namn": (
        "a.docx", docx(word__x=b"x", **{"[Content_Types].xml": b'<Override ContentType="application/vnd.ms-office.vbaProject"/>'}), "innehåller makron",
    ),
    "gamla makroblad": ("a.xlsx", packad({"xl/workbook.xml": b"", "xl/macrosheets/sheet1.xml": b""}), "innehåller makron"),
    "inbäddat objekt": ("a.docx", docx(**{"word__embeddings__oleObject1.bin": b"x"}), "inbäddade program"),
    "basic i odt": ("a.odt", zipfil(mimetype=b"application/vnd.oasis.opendocument.text", **{"Basic/x": b""}), "innehåller makron"),
    "något före arkivet": ("a.docx", b"MZ" + DOCX, "något annat, eller skadat"),
    "avkapad docx": ("a.docx", DOCX[:-10], "något annat, eller skadat"),
    "avkapad pdf": ("a.pdf", PDF[:-8], "är avkapad"),
    "avkapad png": ("a.png", PNG[:-8], "är avkapad"),
    "avkapad jpg": ("a.jpg", JPG[:-2], "är avkapad"),
    "bara början av en jpg": ("a.jpg", b"\xff\xd8\xff", "är avkapad"),
    "pdf och zip": ("a.pdf", PDF + packad({"a": b"b"}) + b"%%EOF", "två sorters filer"),
    "jpg och zip": ("a.jpg", JPG + packad({"a": b"b"}), "två sorters filer"),
    "png och zip": ("a.png", PNG + packad({"a": b"b"}), "något mer efter bildens slut"),
    "program och pdf": ("a.pdf", b"MZ\0\0" + PDF, "något annat, eller skadat"),
    "svg som png": ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "något annat, eller skadat"),
    "svg": ("a.svg", b"<svg><script>alert(1)</script></svg>", "som inte tas emot"),
    "svg som txt": ("a.txt", b'<?xml version="1.0"?><!-- x --><svg onload="alert(1)"/>', "webbsida eller SVG-bild"),
    "html som txt": ("a.txt", b"\xef\xbb\xbf \n<!DOCTYPE html><p>hej", "webbsida eller SVG-bild"),
    "skript långt in": ("a.txt", b"hej\n" * 2000 + b"<ScRiPt src=x>", "webbsida eller SVG-bild"),
    "html som brev": ("a.eml", b"<html><script>alert(1)</script>", "något annat, eller skadat"),
    "program som txt": ("a.txt", b"MZ\x90\0\3", "något annat, eller skadat"),
    "program som pdf": ("faktura.pdf.exe", b"MZ", "som inte tas emot"),
    "dold ändelse": ("faktura\u202efdp.exe", b"MZ", "som inte tas emot"),
    "bara punkter": ("..", PDF, "saknar filändelse"),
}  # fmt: skip


@pytest.mark.parametrize("sort", ONDA_FILER)
def test_en_fil_som_vill_illa_nekas_i_en_mening(sort: str) -> None:
    namn, innehall, mening = ONDA_FILER[sort]
    borjan = time.monotonic()
    with pytest.raises(OgiltigaUppgifter, match=mening):
        granska([(namn, innehall)])
    assert time.monotonic() - borjan < 5


@pytest.mark.parametrize(
    "innehall",
    [
        docx(word__text=b"<w>ord</w>" * 100_000),
        docx(**{"word__embeddings__Tabell.xlsx": FILER["tabell.xlsx"]}),
        packad({"word/document.xml": b"<w/>", "word/media/": b""}, zipfile.ZIP_STORED),
    ],
)
def test_vanliga_wordfiler_tas_emot(innehall: bytes) -> None:
    assert granska([("a.docx", innehall)])


def test_manga_kommentarer_i_en_text_gar_fort() -> None:
    borjan = time.monotonic()
    assert granska([("a.txt", b"<!-- -->" * 500 + b"hej"), ("b.txt", b"<!--" * 900)])
    assert time.monotonic() - borjan < 2


@pytest.mark.parametrize(
    ("skickat", "namn"),
    [
        ("con.txt", "_con.txt"),
        ("LPT1.pdf", "_LPT1.pdf"),
        ("..pdf", "namnlös.pdf"),
        (".pdf", "namnlös.pdf"),
        ("/etc/passwd", "passwd"),
        ("\\\\server\\del\\a.pdf", "a.pdf"),
        ("a.pdf. . ", "a.pdf"),
        ("a\ud800b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("x" * 400, "x" * 150),
        ("a\u200b.pdf", "a.pdf"),
    ],
)
def test_namn_som_vill_illa_blir_bara_namn(skickat: str, namn: str) -> None:
    assert rent_namn(skickat) == namn


def _forstor(slump: random.Random, innehall: bytes) -> bytes:
    """The file with a part cut, turned, doubled or swapped."""
    if not innehall:
        return innehall
    plats, langd = slump.randrange(len(innehall)), slump.randint(1, 40)
    skrap = slump.randbytes(langd)
    return slump.choice(
        [
            innehall[:plats],
            innehall[plats:],
            innehall[:plats] + skrap + innehall[plats + langd :],
            innehall[:plats] + innehall[plats:] * 2,
            skrap + innehall,
            innehall + skrap,
            innehall[:plats] + bytes([innehall[plats] ^ 1 << slump.randrange(8)]) + innehall[plats + 1 :],
        ]
    )


def test_tusentals_forstorda_filer_ger_ja_eller_nej_och_inget_annat() -> None:
    slump, utfall = random.Random(20260907), Counter[str]()
    alla = [*FILER.items(), *((namn, innehall) for namn, innehall, _ in ONDA_FILER.values() if len(innehall) < 20_000)]
    for _ in range(4000):
        namn, innehall = slump.choice(alla)
        for _ in range(slump.randint(0, 3)):
            innehall = _forstor(slump, innehall)
        if slump.random() < 0.3:
            namn = (
                "".join(slump.choice("a./\\\0\u202e\ud800å\"'\r\n:%;") for _ in range(slump.randint(0, 30)))
                + "."
                + slump.choice([*TYPER, "exe", ""])
            )
        try:
            (fil,) = granska([(namn, innehall)])
        except OgiltigaUppgifter:
            utfall["nej"] += 1
        else:
            utfall["ja"] += 1
            assert not set(fil.namn) & set("/\\\0\r\n\u202e")
            assert len(fil.namn) <= 161
    assert sum(utfall.values()) == 4000
    assert utfall["nej"] > 2000
    assert utfall["ja"] > 300


@pytest.fixture
def dorr(bygg: Bygge) -> Dorr:
    return Dorr(bygg)


GRANS = "gransen"


def del_(namn: str, innehall: bytes, mer: bytes = b"") -> bytes:
    huvud = f'--{GRANS}\r\nContent-Disposition: form-data; name="filer"; filename="{namn}"\r\n'.encode(
        "utf-8", "surrogatepass"
    )
    return huvud + mer + b"\r\n" + innehall + b"\r\n"


SLUT = f"--{GRANS}--\r\n".encode()
KROPPAR = {
    "avbruten mitt i": (del_("a.pdf", PDF)[:-20], {400}),
    "avbruten i andra filen": (del_("a.pdf", PDF) + del_("b.pdf", PDF)[:-20], {400}),
    "utan slut": (del_("a.pdf", PDF), {400}),
    "fel gräns": (b"--annan\r\nhej\r\n--annan--", {400, 422}),
    "tom": (b"", {400, 422}),
    "jättelikt huvud": (del_("a.pdf", PDF, b"X-A: " + b"a" * 200_000 + b"\r\n") + SLUT, {400, 422}),
    "många huvuden": (del_("a.pdf", PDF, b"X-A: b\r\n" * 5000) + SLUT, {400, 422}),
    "elva filer": (b"".join(del_(f"{i}.pdf", PDF + bytes([65 + i])) for i in range(11)) + SLUT, {422}),
    "hundraen filer": (b"".join(del_(f"{i}.pdf", b"") for i in range(101)) + SLUT, {400, 422}),
    "samma fil två gånger": (del_("a.pdf", PDF) + del_("b.pdf", PDF) + SLUT, {422}),
    "halvt tecken i namnet": (del_("a\ud800.pdf", PDF) + SLUT, {201, 400, 422}),
    "bomb": (del_("a.docx", ONDA_FILER["svälld lista"][1]) + SLUT, {422}),
}  # fmt: skip


@pytest.mark.parametrize("sort", KROPPAR)
def test_en_kropp_som_ar_fel_ger_en_mening_och_sparar_inget_halvt(bygg: Bygge, dorr: Dorr, sort: str) -> None:
    kropp, vantat = KROPPAR[sort]
    nummer = bygg.ny("synpunkt")
    svar = dorr(
        "POST", f"/api/v1/arenden/{nummer}/bilagor", "hanna", content=kropp,
        huvuden={"content-type": f"multipart/form-data; boundary={GRANS}"},
    )  # fmt: skip
    assert svar.status_code in vantat, (svar.status_code, svar.text[:300])
    sparade = dorr("GET", f"/api/v1/arenden/{nummer}/bilagor", "hanna").json()["bilagor"]
    assert len(sparade) == (1 if svar.status_code == 201 else 0)


@pytest.mark.parametrize("namn", FILER)
def test_varje_sort_hamtas_som_fil_och_visas_aldrig(bygg: Bygge, dorr: Dorr, namn: str) -> None:
    """By page and by API, also when a piece is asked for."""
    nummer = bygg.ny("synpunkt")
    skickat = f"{namn.rpartition('.')[0]} \"åäö;'.{namn.rpartition('.')[2]}"
    svar = dorr("POST", f"/api/v1/arenden/{nummer}/bilagor", "hanna", files=[("filer", (skickat, FILER[namn]))])
    assert svar.status_code == 201, svar.text
    (fil,) = svar.json()["bilagor"]
    for vag in (f"/api/v1/arenden/{nummer}/bilagor/{fil['id']}", f"/arende/{nummer}/bilaga/{fil['id']}"):
        for huvuden in ({}, {"range": "bytes=0-3"}, {"range": "bytes=99999999-"}, {"range": "bytes=0-0,1-1,2-2"}):
            fick = dorr("GET", vag, "hanna", huvuden=huvuden)
            assert (fick.status_code, fick.content) == (200, FILER[namn])
            assert fick.headers["content-type"].partition(";")[0] == fil["typ"]
            sagt = fick.headers["content-disposition"]
            assert sagt.startswith('attachment; filename="')
            assert sagt.isascii() and sagt.count('"') == 2
            assert "%C3%A5%C3%A4%C3%B6%3B%27" in sagt
            assert fick.headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert fick.headers["x-content-type-options"] == "nosniff"
            assert fick.headers["cache-control"] == "no-store"
            assert fick.headers["cross-origin-resource-policy"] == "same-origin"

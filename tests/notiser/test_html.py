"""The letter as a page: it says what its text says, holds nothing that can run or be fetched, and is made of the white list only."""

import base64
import hashlib
import html
import re
from dataclasses import fields
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notiser import KATALOG, Avsandare, Falt, Notisfel, Rad, exempel, fallen, rendera, stil
from notiser.motor.epost import som_epost
from notiser.motor.rendering import MALLAR

BAS = "https://vaka.exempel.se"
IDAG = date(2026, 11, 23)
MARKEN = {
    "html", "head", "meta", "title", "style", "body", "div", "p", "h1", "h2", "h3", "ul", "li", "a", "b", "br", "span", "table",
    "tr", "td",
}  # fmt: skip
ATTRIBUT = {"lang", "charset", "name", "content", "class", "href", "role", "bgcolor", "cellpadding", "cellspacing", "border"}
TOMMA = {"meta", "br"}
ALLA = [(mall, fall) for mall in KATALOG for fall in fallen(mall)]
allt = pytest.mark.parametrize(("mall", "fall"), ALLA)


class Sida(HTMLParser):
    """The marks in order, the words, the links; says when a mark isn't closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.marken: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.ord: list[str] = []
        self.lankar: list[str] = []
        self.stilar: list[str] = []
        self.oppna: list[str] = []
        self.feed(text)
        self.close()
        assert self.oppna == [], self.oppna

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marken.append((tag, tuple((k, v or "") for k, v in attrs)))
        self.lankar += [v or "" for k, v in attrs if k == "href"]
        if tag not in TOMMA:
            self.oppna.append(tag)
        if tag in ("br", "p", "li", "h2", "h3", "td", "div"):
            self.ord.append(" ")

    def handle_endtag(self, tag: str) -> None:
        assert self.oppna.pop() == tag, tag
        self.ord.append(" " if tag not in ("b", "span", "a") else "")

    def handle_data(self, data: str) -> None:
        if "head" in self.oppna:
            self.stilar += [data] if self.oppna[-1] == "style" else []
        elif "h1" not in self.oppna:
            self.ord.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.ord).split())


def brevet(mall: str, fall: str = "vanlig") -> Any:
    return rendera(mall, exempel(mall, IDAG, kommun="Exempelkommun", fall=fall), bas_url=BAS)


def _slatt(text: str) -> list[str]:
    """The words of either twin, in one form: no addresses, no bullets, one case, no marks between words."""
    utan_adresser = re.sub(rf"{BAS}\S*", " ", text)
    return re.findall(r"[\w-]+", utan_adresser.replace("* ", " ").lower())


@allt
def test_sidan_och_texten_sager_samma_sak(mall: str, fall: str) -> None:
    brev = brevet(mall, fall)
    ord_ = Sida(brev.html).text.removeprefix("Exempelkommun ")  # the page has the sender's name on top too
    assert _slatt(ord_) == _slatt(brev.text)
    lankar = set(re.findall(rf"{BAS}\S*", brev.text))
    assert set(Sida(brev.html).lankar) == lankar


@allt
def test_sidan_ar_hel_och_har_inget_som_kor_eller_hamtas(mall: str, fall: str) -> None:
    brev = brevet(mall, fall)
    sida = Sida(brev.html)
    assert brev.html.startswith("<!doctype html>\n<html lang=\"sv\">")
    assert {tag for tag, _ in sida.marken} <= MARKEN
    assert {namn for _, attribut in sida.marken for namn, _ in attribut} <= ATTRIBUT
    assert all(lank.startswith(f"{BAS}/") for lank in sida.lankar)
    assert not re.search(r"javascript:|data:|url\(|@import|@font-face|expression\(|<!--", brev.html, re.IGNORECASE)
    assert [tag for tag, _ in sida.marken].count("h1") == 1
    assert html.escape(brev.amne) in brev.html
    assert ("meta", (("name", "color-scheme"), ("content", "light dark"))) in sida.marken
    assert ("meta", (("name", "viewport"), ("content", "width=device-width, initial-scale=1"))) in sida.marken


def test_bara_var_egen_stil_slapps_fram_av_sin_hash() -> None:
    css, hash_ = stil()
    assert "prefers-color-scheme: dark" in css and "max-width: 480px" in css
    for mall in KATALOG:
        (i_brevet,) = Sida(brevet(mall).html).stilar
        assert hash_ == "sha256-" + base64.b64encode(hashlib.sha256(i_brevet.encode()).digest()).decode()
    assert "{{" not in (MALLAR / "_stil.css").read_text(encoding="utf-8")


# -- whatever stands in a field, it is words ---------------------------------------------------------------------------

FRITT = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), exclude_characters="@"), min_size=1, max_size=60)
ELAKT = st.sampled_from([
    "<script>x</script>", "</style><b>", '" onclick="x', "'><img src=x>", "{{ 7*7 }}", "{% raw %}", "&lt;b&gt;", "<!-- -->", "]]>",
    "<a href=//ond.example>", "&#x3c;b&#x3e;", "javascript:x", "<base href=//x>", "<svg/onload=x>", "å & ä < ö",
])  # fmt: skip
VARDE = st.one_of(FRITT, ELAKT, st.tuples(FRITT, ELAKT).map("".join)).map(lambda v: v[:60]).filter(lambda v: _tas_emot(v))


def _tas_emot(varde: str) -> bool:
    try:
        Rad(arendenummer="SYN-2026-0001", lank="/", vad=varde, frist=varde)
    except Notisfel:
        return False
    return True


def _fyllt(mall: str, varden: dict[str, str], **lage: Any) -> Falt:
    rad = Rad(arendenummer="SYN-2026-0004", lank="/arende/SYN-2026-0004", **varden, **lage)
    rader = (rad, Rad(**(vars(rad) | {"grupp": "nya", "vad": varden["process"]}))) if KATALOG[mall].samlingsbrev else ()
    return Falt(
        kommun="Exempelkommun", arendenummer="SYN-2026-0004", lank="/arende/SYN-2026-0004", antal=7, hash="ab" * 32, rader=rader,
        **varden, **lage,
    )  # fmt: skip


NAMN = ("process", "steg", "frist", "enhet", "roll")


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    varden=st.fixed_dictionaries(dict.fromkeys(NAMN, VARDE)),
    tom=st.booleans(), sen=st.booleans(), dag=st.sampled_from(["8 december 2026", None]),
)  # fmt: skip
def test_vad_som_an_star_i_falten_ar_det_bara_ord(varden: dict[str, str], tom: bool, sen: bool, dag: str | None) -> None:
    """The same marks as with harmless words; each value is there whole as words; and nothing is there that no field gave."""
    lage = {"tom_post": tom, "passerad": sen, "forfaller": dag}
    for mall in KATALOG:
        ofarligt = {namn: f"xx{namn}xx" for namn in NAMN}
        brev, lugnt = (rendera(mall, _fyllt(mall, v, **lage), bas_url=BAS) for v in (varden, ofarligt))
        sida, lugn = Sida(brev.html), Sida(lugnt.html)
        assert sida.marken == lugn.marken, mall
        vantat, vantad_text = lugn.text, lugnt.text
        for namn, varde in varden.items():
            vantat = vantat.replace(f"xx{namn}xx", varde)
            vantad_text = vantad_text.replace(f"xx{namn}xx", varde)
        assert sida.text == " ".join(vantat.split()), mall
        assert brev.text == vantad_text, mall
        assert brev.amne == lugnt.amne, mall


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    person=st.one_of(
        st.from_regex(r"(19|20)?[0-9]{6}[-+ ]?[0-9]{4}", fullmatch=True),
        st.from_regex(r"[a-z]{1,10}\.[a-z]{1,10}@[a-z]{1,8}\.se", fullmatch=True),
    ),
    runt=st.sampled_from(["", "Utreds ", "("]),
    falt=st.sampled_from([f.name for f in fields(Rad) if f.name not in ("passerad", "tom_post", "dagar", "grupp")]),
)
def test_ingen_person_gar_att_lagga_i_ett_brev(person: str, runt: str, falt: str) -> None:
    grund = {"arendenummer": "SYN-2026-0001", "lank": "/"}
    with pytest.raises(Notisfel) as nej:
        Rad(**(grund | {falt: runt + person}))
    assert person not in str(nej.value)
    if falt != "vad":
        with pytest.raises(Notisfel):
            Falt(**(grund | {"kommun": "x"} | {falt: runt + person}))


# -- the mail ----------------------------------------------------------------------------------------------------------

AVSANDARE = Avsandare(bas_url=BAS, namn="Vaka Exempelkommun")


def posten(brev: Any, **mer: Any) -> bytes:
    datum = datetime(2026, 11, 23, 6, tzinfo=UTC)
    return som_epost(brev, till="a@x.se", avsandare=AVSANDARE, message_id="1@x.se", datum=datum, **mer)


@allt
def test_texten_kommer_forst_och_sidan_sist_i_samma_brev(mall: str, fall: str) -> None:
    brev = brevet(mall, fall)
    ratt = posten(brev)
    assert ratt.isascii() and all(len(rad) <= 998 for rad in ratt.split(b"\r\n"))
    last = message_from_bytes(ratt, policy=default)
    assert last.get_content_type() == "multipart/alternative" and not last.defects
    assert [d.get_content_type() for d in last.iter_parts()] == ["text/plain", "text/html"]
    assert last.get_body(("plain",)).get_content().replace("\r\n", "\n") == brev.text
    assert last.get_body(("html",)).get_content().replace("\r\n", "\n") == brev.html
    assert not [d for d in last.walk() if d.get_filename() or d.get("Content-ID")]
    assert posten(brevet(mall, fall)) == ratt, "samma rad ska ge samma brev, byte för byte"


def test_den_som_vill_ha_text_far_bara_text() -> None:
    brev = brevet("morgonbrev")
    last = message_from_bytes(posten(brev, bara_text=True), policy=default)
    assert last.get_content_type() == "text/plain"
    assert last.get_content().replace("\r\n", "\n") == brev.text
    assert b"html" not in posten(brev, bara_text=True)


@allt
def test_bara_det_som_gar_att_valja_bort_sager_var_man_gor_det(mall: str, fall: str) -> None:
    last = message_from_bytes(posten(brevet(mall, fall)), policy=default)
    valbart = mall == "morgonbrev" and fall != "bortvald"
    assert last["List-Unsubscribe"] == (f"<{BAS}/konto/brev>" if valbart else None)
    assert last["List-Id"] == ("Vakas morgonbrev <morgonbrev.vaka.exempel.se>" if valbart else None)
    # One click must never turn off what nobody has logged in to turn off.
    assert last["List-Unsubscribe-Post"] is None and last["Precedence"] is None
    assert last["Auto-Submitted"] == "auto-generated"
    assert last["X-Auto-Response-Suppress"] == "All"


def test_det_langsta_morgonbrevet_ryms_utan_att_klippas() -> None:
    """Gmail cuts what is longer than 102 kB."""
    langt = {"process": "P" * 80, "steg": "S" * 80, "frist": "F" * 80, "roll": "R" * 60, "vad": "V" * 80}
    rader = tuple(
        Rad(arendenummer=f"SYN-2026-{nr:07}", lank=f"/arende/SYN-2026-{nr:07}", forfaller="23 september 2026", grupp=grupp, tom_post=True,
            passerad=grupp == "sena", enhet=f"{nr:0120}", **langt)
        for grupp in ("sena", "nara", "besluta", "nya") for nr in range(30)
    )  # fmt: skip
    brev = rendera("morgonbrev", Falt(kommun="K" * 80, lank="/", rader=rader), bas_url="https://vaka." + "x" * 60 + ".se")
    assert len(brev.html.encode()) < 100_000
    assert brev.html.count("<li>") == 80


def test_aldre_rader_i_utkorgen_gar_att_skriva() -> None:
    """What was laid there by a version that knew fewer fields."""
    rad = {"arendenummer": "SYN-2026-0001", "lank": "/arende/SYN-2026-0001", "frist": "Svar", "forfaller": "8 december 2026", "passerad": True}
    brev = rendera("morgonbrev", Falt.from_dict({"kommun": "Exempelkommun", "lank": "/", "rader": [rad]}), bas_url=BAS)
    assert brev.amne == "1 sent"
    assert "SYN-2026-0001, Svar: sen" in brev.text

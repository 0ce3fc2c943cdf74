"""The white list refuses all that is not in it, and never repeats what it refused."""

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest

from notiser import Falt, Notisfel, Rad, adress_duger, dagtext

GRUND: dict[str, Any] = {"kommun": "Exempelkommun", "lank": "/arenden/SYN-2026-0004", "arendenummer": "SYN-2026-0004"}
TEXTFALT = [f.name for f in fields(Falt) if f.name not in ("arendenummer", "passerad", "tom_post", "rader")]
PERSON = {
    "namn": "Anna Andersson",
    "personnummer": "19850101-2389",
    "text": "Hon kom inte i går kväll",
    "telefon": "070-174 06 05",
    "adress": "Storgatan 1",
    "epost": "anna.andersson@exempel.se",
    "beskrivning": "Anna fick fel medicin",
    "svar": "Hej Anna",
}


@pytest.mark.parametrize("klass", [Falt, Rad])
@pytest.mark.parametrize("namn", PERSON)
def test_det_som_inte_star_i_vita_listan_slapps_inte_in(klass: Any, namn: str) -> None:
    with pytest.raises(Notisfel, match=f"Fältet '{namn}' får inte stå i en notis") as nej:
        klass.from_dict({**GRUND, namn: PERSON[namn]})
    assert PERSON[namn] not in str(nej.value)
    with pytest.raises(TypeError):
        klass(**GRUND, **{namn: PERSON[namn]})


def test_okant_falt_i_en_rad_slapps_inte_in() -> None:
    rad = {"arendenummer": "SYN-2026-0004", "lank": "/a/1", "namn": "Anna Andersson"}
    with pytest.raises(Notisfel, match="Fältet 'namn'"):
        Falt.from_dict({**GRUND, "rader": [rad]})


def test_felstavat_falt_far_forslag() -> None:
    with pytest.raises(Notisfel, match="Menade du 'forfaller'"):
        Falt.from_dict({**GRUND, "forfalle": "i morgon"})


@pytest.mark.parametrize("namn", TEXTFALT)
@pytest.mark.parametrize(
    "farligt",
    [
        "x\r\nBcc: alla@exempel.se",
        "x\nBcc: y",
        "x\ry",
        "x\u2028y",
        "x\x00y",
        "x\u202ey",
        "850101-2389",
        "19850101-2389",
        "198501012389",
        "Rum 850101+2389",
        "anna@exempel.se",
        "x" * 300,
        " ",
    ],
)
def test_falt_med_radbrytning_person_eller_for_lang_text_slapps_inte_in(namn: str, farligt: str) -> None:
    with pytest.raises(Notisfel) as nej:
        Falt(**{**GRUND, namn: farligt})
    assert f"'{namn}'" in str(nej.value)
    if farligt.strip():
        assert farligt not in str(nej.value)


@pytest.mark.parametrize(
    "nummer", ["", "19850101-2389", "Anna", "SYN-2026-0004\r\nBcc: x", "SYN-2026-0004 Anna", "{{ x }}"]
)
def test_arendenumret_ar_ett_arendenummer(nummer: str) -> None:
    with pytest.raises(Notisfel, match="'arendenummer' ska vara ett ärendenummer"):
        Falt(**{**GRUND, "arendenummer": nummer})


@pytest.mark.parametrize(
    "lank",
    [
        "https://ond.se/x",
        "//ond.se/x",
        "javascript:alert(1)",
        "/sok?q=Anna",
        "/a/%0d%0aBcc",
        "arenden/1",
        "/a b",
        "/a#b",
    ],
)
def test_lanken_ar_en_vag_inom_vaka(lank: str) -> None:
    with pytest.raises(Notisfel, match="ska vara en väg inom Vaka"):
        Falt(**{**GRUND, "lank": lank})


def test_alla_fel_sags_pa_en_gang() -> None:
    with pytest.raises(Notisfel) as nej:
        Falt(kommun="", lank="x", enhet="a\nb", passerad="ja", rader=[1], steg=5, roll="x" * 61)  # type: ignore[arg-type]
    assert len(nej.value.skal) == 7


def test_det_som_maste_finnas_sags_saknas() -> None:
    with pytest.raises(Notisfel, match="'kommun' ska vara ifyllt"):
        Falt(kommun=None, lank="/")  # type: ignore[arg-type]
    with pytest.raises(Notisfel, match="'arendenummer' ska vara ifyllt"):
        Rad(arendenummer=None, lank="/")  # type: ignore[arg-type]


def test_for_manga_rader_sags() -> None:
    rad = Rad(arendenummer="SYN-2026-0001", lank="/a")
    with pytest.raises(Notisfel, match="1001 rader, högst 1000"):
        Falt(kommun="E", lank="/", rader=(rad,) * 1001)


def test_falten_kommer_oandrade_fram_och_tillbaka() -> None:
    rad = Rad(arendenummer="LXS-2026-0001", lank="/a", frist="Svar", passerad=True)
    falt = Falt(**GRUND, enhet="Hemtjänsten Ängen", forfaller="8 december 2026", rader=(rad,), tom_post=True)
    assert Falt.from_dict(falt.as_dict()) == falt


def test_dag_skrivs_som_man_sager_den() -> None:
    assert dagtext(date(2026, 12, 8)) == "8 december 2026"
    assert dagtext(datetime(2026, 7, 1, 12, 5, tzinfo=UTC)) == "1 juli 2026 kl. 14.05"
    assert dagtext(datetime(2026, 7, 1, 12, 5)) == "1 juli 2026 kl. 12.05"
    assert dagtext(None) is None


@pytest.mark.parametrize("adress", ["anna@exempel.se", "a.b+c@sub.exempel.se", "anna@räksmörgås.se", "x@localhost"])
def test_adress_som_duger(adress: str) -> None:
    assert adress_duger(adress)


@pytest.mark.parametrize(
    "adress",
    [
        None,
        "",
        "anna",
        "@exempel.se",
        "anna@",
        "a@b@c.se",
        "a b@c.se",
        "a@c.se\r\nRCPT TO:<x@y.se>",
        "a@c.se, b@c.se",
        "<a@c.se>",
        "åsa@exempel.se",
        "a..b@c.se",
        ".a@c.se",
        "-oX@c.se",
        "a@-c.se",
        "a@c..se",
        "a@" + "x" * 250 + ".se",
    ],
)
def test_adress_som_inte_duger(adress: str | None) -> None:
    assert not adress_duger(adress)


@pytest.mark.parametrize(
    ("namn", "varde", "mening"),
    [
        ("antal", -1, "'antal' ska vara ett heltal, noll eller mer"),
        ("antal", True, "'antal' ska vara ett heltal"),
        ("hash", "19850101-2389", "'hash' ska vara 64 hexadecimala tecken"),
        ("hash", "AB" * 32, "'hash' ska vara 64 hexadecimala tecken"),
    ],
)
def test_loggens_antal_och_hash_ar_inget_annat(namn: str, varde: object, mening: str) -> None:
    with pytest.raises(Notisfel, match=mening):
        Falt(**{**GRUND, namn: varde})
    assert Falt(**GRUND, antal=0, hash="12345678" * 8).hash == "12345678" * 8

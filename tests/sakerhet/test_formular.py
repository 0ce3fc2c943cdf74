"""Every form and every header of the web, filled with what enemies and accidents write. Seeded: the same each time."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.bygg import Bygge
from tests.sakerhet.dorr import Dorr, ifylld, vagar

ONDA = [
    "", " ", "\0", "\x00a", "a\x00b", "\ud7ff", "\ufffe", "\u202eabc", "\u200b", "'", '"', "';--", "' OR '1'='1", "1; DROP TABLE arende", "\\", "%00", "%s%s%n",
    "{{7*7}}", "${7*7}", "#{7*7}", "{% for x in ().__class__ %}", "{0.__class__}", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)", "<!--", "]]>", "&lt;", "../../etc/passwd", "..\\..\\x", "=1+1", "@SUM(A1)", "+1", "-1", "0", "-0", "1e309", "NaN", "Infinity", "null",
    "true", "[]", "{}", "9" * 30, "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2026-09-07T25:00", "24:61", "a@b", "a@b\r\nBcc: c@d.example",
    "\r\nSet-Cookie: x=y", "$(id)", "`id`", "|id", "\u0130\u0131", "ß" * 50, "å" * 300, "a" * 5000, "\U0001f600" * 100, "x\n" * 500, "SYN-2026-0001", "familjehem",
]  # fmt: skip
FALT = re.compile(r'<(?:input|textarea|select|button)[^>]*\bname="([^"]+)"')
HUVUDNAMN = [
    "accept", "accept-language", "accept-encoding", "user-agent", "referer", "cookie", "authorization", "if-none-match", "if-modified-since", "range",
    "hx-request", "hx-target", "hx-current-url", "x-forwarded-for", "x-requested-with", "content-type", "expect", "te", "via", "forwarded", "priority",
]  # fmt: skip


def _sidor(dorr: Dorr, nummer: list[str]) -> Iterator[tuple[str, str]]:
    """(person, page with a form): each step of each case that is on offer, each new case, and all other pages."""
    for metod, vag in vagar(dorr.app):
        if metod == "GET" and not vag.startswith(("/api/", "/regler/utkast")) and "{" not in vag:
            yield "kim", vag
    for ett in nummer:
        for som in ("elin", "kim"):
            yield som, f"/arende/{ett}"
            text = dorr("GET", f"/arende/{ett}", som).text
            yield from ((som, vag) for vag in sorted(set(re.findall(rf'href="(/arende/{ett}/[a-z_]+)"', text))))
    for process in ("avvikelse", "synpunkt", "lex_sarah", "beslut"):
        yield "hanna", f"/nytt/{process}"


def _formular(html: str) -> Iterator[tuple[str, list[str]]]:
    """(address, fields) of each posted form of a page."""
    for form in re.findall(r"<form\b.*?</form>", html, re.S):
        if re.search(r'method="post"', form[: form.index(">")], re.I) and (
            till := re.search(r'action="([^"]+)"', form)
        ):
            yield till[1], sorted(set(FALT.findall(form)) - {"csrf"})


@pytest.fixture
def dorr(bygg: Bygge) -> Dorr:
    return Dorr(bygg)


def _ser_ren_ut(text: str) -> bool:
    """Nothing of what was sent stands as markup or has been worked out."""
    return not any(x in text for x in ("<script>alert", "<img src=x", "Traceback", "psycopg", "sqlalchemy", "root:x:0"))


def test_varje_formular_med_ont(bygg: Bygge, dorr: Dorr) -> None:
    nummer = [bygg.ny("avvikelse", "mia"), bygg.ny("synpunkt"), bygg.ny("beslut")]
    slump = random.Random(20260907)
    fragor, sedda = [], set()
    for som, sida in _sidor(dorr, nummer):
        svar = dorr("GET", sida, som)
        for till, falt in _formular(svar.text):
            if till in ("/logga-ut", "/regler/utkast/kasta") or till in sedda:
                continue
            sedda.add(till)
            for _ in range(3):
                data = {f: slump.choice(ONDA) for f in falt if slump.random() < 0.8}
                data |= {f"{slump.choice(falt or ['x'])}-{slump.randint(0, 9)}-text": slump.choice(ONDA)}
                fragor.append((som, till, data))
    # Last, what takes the case out of the hands of who tries.
    fragor.sort(key=lambda fraga: fraga[1].endswith(("/anmal_jav", "/satt_at_sidan", "/skydda", "/lamna_over_enhet")))
    statusar: Counter[int] = Counter()
    for som, till, data in fragor:
        svar = dorr(
            "POST",
            till,
            som,
            form={k: v.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for k, v in data.items()},
        )
        statusar[svar.status_code] += 1
        assert svar.status_code < 500, (till, data, svar.text[-800:])
        assert _ser_ren_ut(svar.text), (till, data)
    assert len(fragor) > 60
    assert statusar.keys() <= {200, 303, 401, 403, 404, 409, 422}, statusar
    assert statusar[422] > 20, statusar


def test_ett_nummer_storre_an_databasens_finns_inte(bygg: Bygge) -> None:
    dorr = Dorr(bygg)
    for metod, vag in vagar(dorr.app):
        if metod == "GET" and "{" in vag:
            adress = re.sub(r"\{[^}]*\}", "9" * 30, vag)
            assert dorr("GET", adress, "kim").status_code < 500, adress


def test_varje_vag_med_onda_delar(bygg: Bygge, dorr: Dorr) -> None:
    """Ids, names and questions of every address, as they can be written by hand."""
    fragor = []
    slump = random.Random(4711)
    for metod, vag in vagar(dorr.app):
        if metod != "GET" or vag.startswith("/api/v1/openapi"):
            continue
        for _ in range(3):
            delar = {
                n: slump.choice([o for o in ONDA if o not in ("", " ") and "\x00" not in o])
                for n in re.findall(r"\{(\w+)", vag)
            }
            fragor.append(
                (
                    vag,
                    delar,
                    {
                        slump.choice(
                            ["q", "sida", "sida_nr", "process", "status", "format", "period", "n", "vidare", "x"]
                        ): slump.choice(ONDA)
                    },
                )
            )
    statusar: Counter[int] = Counter()
    for vag, delar, fraga in fragor:
        for som in ("kim", None):
            adress = ifylld(vag, **{n: quote(d.encode("utf-8", "replace"), safe="") for n, d in delar.items()})
            svar = dorr("GET", adress, som, params={k: v.encode("utf-8", "replace").decode() for k, v in fraga.items()})
            statusar[svar.status_code] += 1
            assert svar.status_code < 500, (adress, fraga, svar.text[-600:])
            assert _ser_ren_ut(svar.text), (adress, fraga)
    assert sum(statusar.values()) > 300


def test_varje_huvud_med_ont(bygg: Bygge, dorr: Dorr) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    slump = random.Random(1337)
    skrivbara = [o for o in ONDA if not any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in o)] + [
        "a" * 8000,
        "bytes=0-,5-",
        "*/*;q=" + "1" * 50,
    ]
    for namn in HUVUDNAMN:
        for _ in range(2):
            varde = slump.choice(skrivbara).encode("utf-8").decode("latin-1")
            for metod, vag, som in (
                ("GET", f"/arende/{nummer}", "kim"),
                ("GET", "/api/v1/jag", "kim"),
                ("POST", "/logga-in", None),
                ("GET", "/static/vaka.css", None),
            ):
                svar = dorr(metod, vag, som, huvuden={namn: varde})
                assert svar.status_code < 500, (namn, varde, vag)
                assert _ser_ren_ut(svar.text)

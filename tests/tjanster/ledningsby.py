"""A small town with old and new, late and done cases, for what those who lead are shown."""

import re
from datetime import datetime, timedelta
from html import unescape

from tests.bygg import NU, Bygge
from tests.webbklient import Sida, Webbklient
from tjanster.klocka import SVENSK_TID

ATGARD = {"text": "Byt lås", "ansvarig": "Enhetschef", "senast": "2026-08-20", "enheter": ["oppenvard", "ekbacken"]}


def dag(text: str) -> datetime:
    """Nine in the morning that day."""
    return datetime.fromisoformat(f"{text}T09:00").replace(tzinfo=SVENSK_TID)


def avvikelse(b: Bygge, kom: str, till: str, *, enhet: str = "familjehem", typ: str = "rutin", orsak: str = "teknik", chef: str = "elin") -> str:
    """A deviation that came that day and was taken as far as `till`, a day for each step."""
    nu = dag(kom)
    nr = b.ny("avvikelse", "mia", nu=nu, enhet=enhet, typ=typ, handelsedatum=kom, rapporterad=kom)
    steg = {
        "mottagen": ("ta_emot", {}),
        "utredd": ("utred", {"utredning": "Påhittad", "orsaker": [orsak]}),
        "beslutad": ("besluta_atgarder", {"atgarder": [ATGARD | {"senast": (nu + timedelta(days=10)).date().isoformat()}]}),
        "uppfoljd": ("folj_upp", {"hjalpte": "ja", "uppfoljning": "Bättre"}),
        "avslutad": ("avsluta", {}),
    }
    for namn, (handelse, data) in steg.items() if till != "rapporterad" else ():
        nu += timedelta(days=1)
        b.gor(nr, handelse, chef, nu=nu, **data)
        if namn == till:
            break
    return nr


def bygg_byn(b: Bygge) -> None:
    for n in range(6):
        avvikelse(b, f"2026-06-{n + 1:02}", "avslutad", orsak="rutiner" if n % 2 else "teknik")
    for kom, till in (("2026-04-01", "utredd"), ("2026-07-20", "beslutad"), ("2026-08-05", "mottagen"), ("2026-09-04", "rapporterad")):
        avvikelse(b, kom, till)
    for kom in ("2026-08-25", "2026-09-01", "2026-09-02"):
        avvikelse(b, kom, "utredd", enhet="oppenvard", typ="information", orsak="kommunikation", chef="eva")
    b.gor("AVV-2026-0009", "tilldela", "elin", nu=NU, handlaggare="hanna")
    for n in range(3):
        b.ny("synpunkt", nu=dag(f"2026-08-{20 + n}"), inkom=f"2026-08-{20 + n}", enhet="familjehem")
    nr = b.ny("lex_sarah", "mia", nu=dag("2026-08-28"), rapporterad="2026-08-28", handelsedatum="2026-08-27")
    b.gor(nr, "inled_utredning", nu=dag("2026-08-31"))
    for n, verkstalld in enumerate(("2026-08-30", "2026-09-06", None)):
        nr = b.ny("beslut", externt_id=f"D-{n}", beslutsdatum="2026-07-01", nu=dag("2026-07-01"))
        if verkstalld:
            b.gor(nr, "verkstall", "hanna", nu=dag(verkstalld), verkstalld=verkstalld)


SIFFRA = re.compile(r'<a[^>]*href="([^"]+)"[^>]*data-tal="(\d+)"')


def siffror(sida: Sida) -> list[tuple[str, int]]:
    """Every figure of a page that leads somewhere: its address, and the number."""
    return list(dict.fromkeys((unescape(vag), int(tal)) for vag, tal in SIFFRA.findall(sida.html)))


def i_listan(webb: Webbklient, vag: str, som: str) -> int:
    """How many cases the list at that address says that it has."""
    sida = webb.get(vag, som)
    assert sida.status == 200, vag
    traff = re.search(r"Visar \d+–\d+ av ([\d\u00a0]+)", sida.text)
    return int(traff[1].replace("\u00a0", "")) if traff else 0


def leder_fel(webb: Webbklient, sida: Sida, som: str) -> list[tuple[str, int, int]]:
    """The figures whose list has another number of cases: address, the figure, the list's number."""
    return [(vag, tal, funna) for vag, tal in siffror(sida) if (funna := i_listan(webb, vag, som)) != tal]

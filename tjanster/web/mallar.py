"""The pages' Jinja2 environment: autoescape, undefined names are errors, Swedish filters.

The templates lie in `sidor/`, files for the browser in `static/` (served at `/static`). Nothing here knows a case, a
database or the clock: what a page says about today comes with its context.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

HAR = Path(__file__).parent
SIDOR = HAR / "sidor"
STATISKT = HAR / "static"
SVENSK_TID = ZoneInfo("Europe/Stockholm")
FAST_MELLANRUM = "\u00a0"

MANADER = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
VECKODAGAR = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")

# What a content security policy must hold for these pages: no exception is needed.
SAKERHETSPOLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


def _som_dag(varde: date | datetime | str) -> date:
    if isinstance(varde, str):
        varde = datetime.fromisoformat(varde) if len(varde) > 10 else date.fromisoformat(varde)
    if isinstance(varde, datetime):
        return (varde.astimezone(SVENSK_TID) if varde.tzinfo else varde).date()
    return varde


def dag(varde: date | datetime | str | None) -> str:
    """'23 november 2026'; a moment is told by its Swedish day; None is an empty string."""
    if varde is None:
        return ""
    d = _som_dag(varde)
    return f"{d.day}{FAST_MELLANRUM}{MANADER[d.month - 1]}{FAST_MELLANRUM}{d.year}"


def dag_kort(varde: date | datetime | str | None) -> str:
    """'2026-11-23', the way a Swede writes a day in a table."""
    return "" if varde is None else _som_dag(varde).isoformat()


def dagvarde(varde: date | datetime | str | None) -> str | None:
    """What a date input can hold: an ISO day, '' for nothing, None for text that is no ISO day and must be shown as typed."""
    if not varde:
        return ""
    try:
        return _som_dag(varde).isoformat()
    except ValueError:
        return None


def veckodag(varde: date | datetime | str | None) -> str:
    """'måndag'."""
    return "" if varde is None else VECKODAGAR[_som_dag(varde).weekday()]


def tidpunkt(varde: datetime | str | None) -> str:
    """'23 november 2026 kl. 08.05', Swedish time."""
    if varde is None:
        return ""
    t = datetime.fromisoformat(varde) if isinstance(varde, str) else varde
    t = t.astimezone(SVENSK_TID) if t.tzinfo else t
    return f"{dag(t)} kl.{FAST_MELLANRUM}{t:%H.%M}"


def forfallodag(varde: date | datetime | str | None) -> str:
    """A due day or, for limits in hours, a due moment."""
    if isinstance(varde, datetime) or (isinstance(varde, str) and len(varde) > 10):
        return tidpunkt(varde)
    return dag(varde)


def tal(varde: float | None) -> str:
    """'457 300' and '3,5': the thousands parted by a fixed space, decimal comma."""
    if varde is None:
        return ""
    return f"{varde:,}".replace(",", FAST_MELLANRUM).replace(".", ",")


def antal(varde: int, ett: str, flera: str) -> str:
    """'1 ärende', '2 ärenden', 'inga ärenden'."""
    if varde == 0:
        return f"inga {flera}"
    return f"{tal(varde)}{FAST_MELLANRUM}{ett if varde == 1 else flera}"


def fristlage(frist: Any) -> str:
    """One of sen, nara, god, utan_dag, uppfylld, bruten, pausad.

    Taken from the limit's own `lage` if it has one, else worked out of `kvar` (days left; None = the limit has no day).
    Near is three days or fewer.
    """
    lage = _las(frist, "lage")
    if lage:
        return str(lage)
    kvar = _las(frist, "kvar")
    if kvar is None:
        return "utan_dag"
    return "sen" if kvar < 0 else "nara" if kvar <= 3 else "god"


def frist_text(frist: Any) -> str:
    """The words of the limit badge: 'om 3 arbetsdagar', 'i dag', 'i morgon', '2 dagar sen', 'utan bestämd dag'.

    `kvar` is counted in `kvar_enhet` (arbetsdagar, dagar or timmar; default arbetsdagar); when late always in
    calendar days unless it is in hours.
    """
    fast = {"uppfylld": "klar i tid", "bruten": "klar för sent", "pausad": "pausad", "utan_dag": "skyndsamt"}
    lage = fristlage(frist)
    if lage in fast:
        return fast[lage]
    kvar = int(_las(frist, "kvar") or 0)
    enhet = str(_las(frist, "kvar_enhet") or "arbetsdagar")
    ord_ = {"arbetsdagar": ("arbetsdag", "arbetsdagar"), "timmar": ("timme", "timmar")}.get(enhet, ("dag", "dagar"))
    if kvar < 0:
        ett, flera = ord_ if enhet == "timmar" else ("dag", "dagar")
        return f"{-kvar}{FAST_MELLANRUM}{ett if kvar == -1 else flera} sen"
    if enhet == "timmar":
        return f"om {kvar}{FAST_MELLANRUM}{ord_[0] if kvar == 1 else ord_[1]}" if kvar else "inom en timme"
    if kvar == 0:
        return "i dag"
    if kvar == 1 and enhet == "dagar":
        return "i morgon"
    return f"om {kvar}{FAST_MELLANRUM}{ord_[0] if kvar == 1 else ord_[1]}"


def manader(rakning: Iterable[Any]) -> list[dict[str, Any]]:
    """The reckoning as calendar months: [{rubrik, veckor: [{nummer, dagar: [None | {dag, rad}]}]}].

    `rad` is the reckoning's own row for the day or None for a day outside it; days of other months are None.
    """
    rader = {_som_dag(_las(rad, "dag")): rad for rad in rakning}
    if not rader:
        return []
    ut: list[dict[str, Any]] = []
    forsta, sista = min(rader), max(rader)
    ar, manad = forsta.year, forsta.month
    while (ar, manad) <= (sista.year, sista.month):
        d = date(ar, manad, 1)
        mandag = d - timedelta(days=d.weekday())
        veckor = []
        while mandag.month == manad or mandag < d:
            vecka = [mandag + timedelta(days=n) for n in range(7)]
            veckor.append(
                {
                    "nummer": mandag.isocalendar().week,
                    "dagar": [{"dag": v, "rad": rader.get(v)} if v.month == manad else None for v in vecka],
                }
            )
            mandag += timedelta(days=7)
        ut.append({"rubrik": f"{MANADER[manad - 1].capitalize()} {ar}", "veckor": veckor})
        ar, manad = (ar + 1, 1) if manad == 12 else (ar, manad + 1)
    return ut


def ingangar(text: str | None) -> Markup:
    """Free text as paragraphs, escaped."""
    stycken = [s.strip() for s in re.split(r"\n\s*\n", (text or "").replace("\r\n", "\n")) if s.strip()]
    radbrott = Markup("<br>")
    return Markup("").join(Markup("<p>{}</p>").format(radbrott.join(s.split("\n"))) for s in stycken)


def radbrutet(text: str) -> Markup:
    """Short text with its line breaks kept, escaped."""
    return Markup("<br>").join(text.split("\n"))


def hela_dagar(text: str) -> Markup:
    """Text, escaped, whose days (2026-11-23) are never broken over two lines."""
    return Markup(re.sub(r"(\d{4}-\d\d-\d\d)", r'<span class="nobr">\1</span>', str(escape(text))))  # noqa: S704


def initialer(namn: str) -> str:
    """'Åsa Öberg-Lind' -> 'ÅÖ'."""
    delar = [d for d in namn.split() if d]
    return ((delar[0][0] + delar[-1][0]) if len(delar) > 1 else namn[:2]).upper() if delar else ""


def valpar(val: Mapping[str, str] | Iterable[Sequence[str]] | None) -> list[tuple[str, str]]:
    """A field's choices as pairs (code, text), whether given as a mapping or as pairs."""
    if val is None:
        return []
    return [(str(p[0]), str(p[1])) for p in (val.items() if isinstance(val, Mapping) else val)]


def med(sak: Any, **andrat: Any) -> dict[str, Any]:
    """A copy of a field (dict, dataclass or object) with some of it replaced."""
    grund = dict(sak) if isinstance(sak, Mapping) else {f: getattr(sak, f) for f in _falt_i(sak)}
    return grund | andrat


def _falt_i(sak: Any) -> Iterable[str]:
    return [f.name for f in fields(sak)] if is_dataclass(sak) else vars(sak)


def sidnummer(sida: int, antal_sidor: int) -> list[int | None]:
    """Page numbers to show: the first, the last and the neighbours; None is a gap."""
    visa = sorted({1, antal_sidor, *range(max(1, sida - 1), min(antal_sidor, sida + 1) + 1)})
    ut: list[int | None] = []
    for nummer in visa:
        if ut and ut[-1] is not None and nummer - ut[-1] > 1:
            ut.append(nummer - 1 if nummer - ut[-1] == 2 else None)
        ut.append(nummer)
    return ut


def kommun_css(farg: str | None) -> str:
    """The municipality's colour as a stylesheet for `/kommun.css`; anything but #rrggbb gives an empty one."""
    if not farg or not re.fullmatch(r"#[0-9a-fA-F]{6}", farg):
        return ""
    return f":root {{ --vaka-kommun: {farg}; }}\n"


@cache
def statisk(namn: str) -> str:
    """The address of a file in `static/` with its fingerprint, so that browsers may keep it for ever.

    Raises FileNotFoundError for a file that isn't there: a misspelt name must not become a page without its look.
    """
    return f"/static/{namn}?v={hashlib.sha256((STATISKT / namn).read_bytes()).hexdigest()[:10]}"


def _las(sak: Any, namn: str) -> Any:
    return sak.get(namn) if type(sak) is dict or isinstance(sak, Mapping) else getattr(sak, namn, None)


class Miljo(Environment):
    """Nearly all that a page shows are fields of dicts. They are read as such at once, not first sought among a dict's methods,
    which is slow where a list is long."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def miljo() -> Environment:
    """A Jinja2 environment for all of `sidor/`; one a process is enough."""
    m = Miljo(
        loader=FileSystemLoader(SIDOR),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for f in (
        dag, dag_kort, dagvarde, veckodag, tidpunkt, forfallodag, tal, antal, fristlage, frist_text, manader, ingangar, radbrutet,
        hela_dagar, initialer, valpar, sidnummer, med,
    ):  # fmt: skip
        m.filters[f.__name__] = f
    m.globals["statisk"] = statisk
    return m


_MILJO = miljo()


def rendera(namn: str, /, **sammanhang: Any) -> str:
    """The page `namn` (a file in `sidor/`) filled with `sammanhang`.

    Raises jinja2.UndefinedError when the template asks for something that was not given.
    """
    return _MILJO.get_template(namn).render(**sammanhang)

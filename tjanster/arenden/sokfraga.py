"""What somebody typed in the search field, understood: words, "whole phrases", -not this, and a last word that may be only begun.

PostgreSQL makes each word into a query of its own, so that nothing typed can be a fault in a query's form.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, case, cast, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import TSQUERY

from arbetsfloden import PROCESSER
from tjanster.arenden.sammanhang import Sammanhang

LANGST, FLEST_ORD = 200, 20
MINSTA_ORDBORJAN = 3
_DELAR = re.compile(r'(?P<bort>-?)"(?P<fras>[^"]*)"|(?P<ord>\S+)')
# What phones, word processors and other keyboards write in place of the straight signs; and markup is only its words.
_TECKEN = str.maketrans({**dict.fromkeys("”“„‟»«″", '"'), **dict.fromkeys("‐‑‒–—−", "-"), **dict.fromkeys("<>", " ")})
_MELLAN = str.maketrans("", "", " /.:_-")


@dataclass(frozen=True)
class Ord:
    """One word, or a phrase; bort: what holds it is left out; borjan: a word that begins so will do."""

    text: str
    fras: bool = False
    bort: bool = False
    borjan: bool = False


@dataclass(frozen=True)
class Fraga:
    """The query in PostgreSQL's form, '' when nothing is left to look for. visa: any of the words, for marking them;
    vanliga: words so common that they aren't looked for."""

    sats: str
    visa: str
    vanliga: tuple[str, ...]


def rensa(text: str) -> str:
    """What was typed, in one form (å is one sign), with no signs that can't be kept, at most `LANGST` long."""
    ut = unicodedata.normalize("NFC", "".join(c if c.isprintable() else " " for c in text if not 0xD800 <= ord(c) <= 0xDFFF))
    return " ".join(ut.split())[:LANGST].strip()


def las(text: str) -> tuple[Ord, ...]:
    """The parts in order. A quotation that is never ended is ordinary words."""
    ut: list[Ord] = []
    for del_ in _DELAR.finditer(rensa(text).translate(_TECKEN)):
        ord_, fras = del_["ord"], del_["fras"]
        if fras is not None:
            nytt = Ord(fras.strip(), fras=True, bort=del_["bort"] == "-")
        else:
            bort = ord_.startswith("-") and len(ord_) > 1
            nytt = Ord(ord_.lstrip("-" if bort else "").replace('"', ""), bort=bort)
        if any(c.isalnum() for c in nytt.text):
            ut.append(nytt)
    ut = ut[:FLEST_ORD]
    if ut and _kan_vara_borjan(ut[-1]):
        ut[-1] = Ord(ut[-1].text, borjan=True)
    return tuple(ut)


def _kan_vara_borjan(sista: Ord) -> bool:
    return not (sista.fras or sista.bort or any(c.isdigit() for c in sista.text)) and len(sista.text) >= MINSTA_ORDBORJAN


def fragan(conn: Connection, s: Sammanhang, text: str) -> Fraga:
    """What was typed as PostgreSQL understands it, in one question. A word that is the label of a coded field finds the
    field too; all of it may be a number written with spaces."""
    hela, ord_ = rensa(text), las(text)
    if not ord_:
        return Fraga("", "", ())
    koder = _koder(s)
    satser = conn.execute(select(*(_en(o, koder) for o in ord_))).one()
    med = [f"({sats})" for o, sats in zip(ord_, satser, strict=True) if sats and not o.bort]
    bort = [f"!({sats})" for o, sats in zip(ord_, satser, strict=True) if sats and o.bort]
    vanliga = tuple(dict.fromkeys(o.text for o, sats in zip(ord_, satser, strict=True) if not sats))
    alla = " & ".join(med)
    if alla and " " in hela and (nummer := _som_nummer(hela)):
        alla = f"({alla}) | {nummer}"
    return Fraga(" & ".join([f"({alla})", *bort]) if alla else "", " | ".join(med), vanliga)


def _koder(s: Sammanhang) -> Mapping[str, Iterable[str]]:
    """Labels of the coded fields → the codes that stand in the cases. Units have a filter of their own."""
    ut: dict[str, set[str]] = defaultdict(set)
    for val in (*(lista for namn, lista in s.listor.items() if namn != "enheter"), *fasta_val()):
        for kod, ord_ in val.items():
            ut[ord_.casefold()].add(kod)
    return ut


@cache
def fasta_val() -> tuple[Mapping[str, str], ...]:
    """The choices that the processes themselves give."""
    return tuple(f.val for p in PROCESSER.values() for f in p.modell.beskrivna().values() if f.val)


def _en(o: Ord, koder: Mapping[str, Iterable[str]]) -> ColumnElement[str]:
    """One part as a query in PostgreSQL's own form, '' for a word that isn't looked for."""
    grund: Any = (func.phraseto_tsquery if o.fras else func.plainto_tsquery)("swedish", o.text)
    sats = cast(grund, TSQUERY)
    for form in _neutrum(o):
        sats = sats.op("||")(form)
    for kod in sorted(koder.get(o.text.casefold(), ())):
        sats = sats.op("||")(func.phraseto_tsquery("swedish", kod))
    if not o.fras and (nummer := _som_nummer(o.text)):
        sats = sats.op("||")(cast(literal(nummer), TSQUERY))
    if o.borjan:
        sats = sats.op("||")(func.to_tsquery("simple", _borjar(o.text)))
    tomt: Any = func.numnode(grund) == 0
    return cast(case((tomt, literal("")), else_=cast(sats, Text)), Text)


def _neutrum(o: Ord) -> Iterable[Any]:
    """PostgreSQL's Swedish stemmer takes bilen and bilar for bil, but not larmet for larm, nor ärendet for ärende: each form
    is looked for as the other."""
    if o.fras or not o.text.isalpha() or len(o.text) < MINSTA_ORDBORJAN:
        return
    stam = func.array_to_string(func.ts_lexize(literal_column("'swedish_stem'"), o.text.lower()), "", type_=Text)
    yield cast(func.quote_literal(stam + "et"), TSQUERY)
    utan_s = o.text.removesuffix("s")
    if utan_s.endswith("et") and len(utan_s) >= MINSTA_ORDBORJAN + 2:
        yield func.plainto_tsquery("swedish", utan_s)
        yield func.plainto_tsquery("swedish", utan_s[:-2])
        yield func.plainto_tsquery("swedish", utan_s[:-1])


def _borjar(ord_: str) -> str:
    return "'" + ord_.lower().replace("\\", "\\\\").replace("'", "''") + "':*"


def _som_nummer(text: str) -> str | None:
    """A case number, or one of the register's, without what parts it: as it is kept in the search column."""
    ren = text.lower().translate(_MELLAN)
    if not ren.isalnum() or not ren[-1].isdigit() or len(ren) > 60:
        return None
    return f"'{ren}':A" if ren.isdigit() else f"'{ren}':*A"

"""A process as a picture: one column of states, every way out written beside its state, lines in lanes on the right.

Pure: strings in, SVG out. Only classes, no style attributes (the pages' policy refuses them). A line to the state just
below runs straight down; every other line goes right into the lane of the state it leads to, and a step that may be taken
from many states leaves from a box of its own, so that fifteen states with thirty steps still can be followed by finger.
The picture is never alone: the page has the same as a table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from arbetsfloden.motor.process import Process

RUTA_BREDD, RUTA_X = 230, 10
TEXT_X = RUTA_X + RUTA_BREDD + 18
TEXT_BREDD = 250
BANA_X = TEXT_X + TEXT_BREDD + 14
BANA_STEG = 20
TITEL_RAD, UTVAG_RAD, MELLAN = 21, 24, 46
NAMN_TECKEN, TEXT_TECKEN, MELLAN_TECKEN = 25, 34, 60
MANGA = 4


@dataclass(frozen=True, kw_only=True)
class Overgang:
    """One step: codes of the states, the button's words, and whether the system takes it itself."""

    fran: str
    till: str
    rubrik: str
    system: bool = False


@dataclass(kw_only=True)
class _Ruta:
    kod: str
    namn: list[str]
    utvagar: list[tuple[Overgang, list[str]]]
    y: int = 0

    @property
    def hojd(self) -> int:
        rader = sum(len(text) for _, text in self.utvagar)
        return max(18 + TITEL_RAD * len(self.namn), 34 + UTVAG_RAD * rader if rader else 0)

    @property
    def in_y(self) -> int:
        return self.y + 17


def ordna(tillstand: Mapping[str, str], huvudvag: Sequence[str], overgangar: Iterable[Overgang]) -> list[str]:
    """The states from top to bottom: the normal way first to last, the others after the last state that leads to them."""
    ordning = [kod for kod in huvudvag if kod in tillstand]
    kvar = [kod for kod in tillstand if kod not in ordning]
    fran = {kod: {o.fran for o in overgangar if o.till == kod} for kod in kvar}
    while kvar:
        # States that lead to one another are taken in the process's own order.
        kod = next((k for k in kvar if not fran[k] & set(kvar) - {k}), kvar[0])
        plats = max((ordning.index(f) for f in fran[kod] if f in ordning), default=len(ordning) - 1)
        if len(fran[kod]) > 2 or plats == len(ordning) - 1:
            ordning.append(kod)
        else:
            ordning.insert(plats + 1, kod)
        kvar.remove(kod)
    return ordning


def samla(
    tillstand: Mapping[str, str], overgangar: Sequence[Overgang], slut: frozenset[str]
) -> tuple[dict[str, str], list[Overgang]]:
    """Steps that may be taken from many states (MANGA or more) get one box of their own instead of a line from each.

    Returns the names of all boxes and the steps with their origin renamed to '*0', '*1' …
    """
    kallor: dict[tuple[str, str, bool], list[str]] = {}
    for o in overgangar:
        kallor.setdefault((o.till, o.rubrik, o.system), []).append(o.fran)
    oppna = {kod for kod in tillstand if kod not in slut}
    namn = dict(tillstand)
    kvar: list[Overgang] = []
    koder: dict[frozenset[str], str] = {}
    for (till, rubrik, system), fran in kallor.items():
        if len(fran) < MANGA:
            kvar += [Overgang(fran=f, till=till, rubrik=rubrik, system=system) for f in fran]
            continue
        grupp = frozenset(fran) | ({till} & oppna)
        if grupp not in koder:
            koder[grupp] = f"*{len(koder)}"
            lagen = ", ".join(tillstand[kod] for kod in tillstand if kod in grupp)
            namn[koder[grupp]] = "Från varje öppet läge" if grupp >= oppna else f"Från något av: {lagen}"
        kvar.append(Overgang(fran=koder[grupp], till=till, rubrik=rubrik, system=system))
    return namn, kvar


def _med_samlade(
    namn: Mapping[str, str], alla: Sequence[Overgang], ordning: list[str], huvudvag: Sequence[str]
) -> list[str]:
    """The order with the gathered boxes last, each followed by the states that nothing else leads to."""
    samlade = [kod for kod in namn if kod.startswith("*")]
    bara = {
        kod: {o.fran for o in alla if o.till == kod}
        for kod in ordning
        if kod not in huvudvag and any(o.till == kod for o in alla)
    }
    flyttas = {kod for kod, fran in bara.items() if all(f.startswith("*") for f in fran)}
    ut = [kod for kod in ordning if kod not in flyttas]
    for kod in samlade:
        ut.append(kod)
        ut += [k for k in ordning if k in flyttas and kod in bara[k] and k not in ut]
    return ut


def rita(
    tillstand: Mapping[str, str],
    overgangar: Iterable[Overgang],
    huvudvag: Sequence[str],
    slut: Iterable[str],
    *,
    titel: str,
    nu: str | None = None,
) -> Markup:
    """An SVG of the process.

    `tillstand`: code -> label in the order of life; `overgangar`: steps between states (steps that stay in their state are
    left out of the picture); `huvudvag`: the normal way; `slut`: the ends; `nu`: the state to mark, if any.
    Raises ValueError for a step or state that isn't in `tillstand`.
    """
    alla = [o for o in overgangar if o.fran != o.till]
    for kod in [k for o in alla for k in (o.fran, o.till)] + list(huvudvag) + list(slut) + ([nu] if nu else []):
        if kod not in tillstand:
            raise ValueError(f"Tillståndet '{kod}' finns inte bland {', '.join(tillstand)}.")
    beskrivning = "; ".join(f"{tillstand[o.fran]} – {o.rubrik} – {tillstand[o.till]}" for o in alla)
    slut = frozenset(slut)
    namn, alla = samla(tillstand, alla, slut)
    ordning = _med_samlade(namn, alla, ordna(tillstand, huvudvag, alla), huvudvag)
    under = dict(pairwise(ordning))
    raka = {kod: [o for o in alla if o.fran == kod and under.get(kod) == o.till] for kod in ordning}
    rutor: dict[str, _Ruta] = {}
    y = 10
    for kod in ordning:
        ut = [(o, wrap(o.rubrik, TEXT_TECKEN)) for o in alla if o.fran == kod and o not in raka[kod]]
        ruta = _Ruta(kod=kod, namn=wrap(namn[kod], NAMN_TECKEN), utvagar=ut, y=y)
        rutor[kod] = ruta
        y += ruta.hojd + MELLAN
    # A lane belongs to the state its lines lead to; short lanes lie closest, so that lines cross as little as can be.
    mal = sorted(
        {o.till for r in rutor.values() for o, _ in r.utvagar},
        key=lambda k: max(
            abs(ordning.index(k) - ordning.index(o.fran)) for r in rutor.values() for o, _ in r.utvagar if o.till == k
        ),
    )
    bana = {kod: BANA_X + BANA_STEG * n for n, kod in enumerate(mal)}
    bredd, hojd = BANA_X + BANA_STEG * max(1, len(mal)), y - MELLAN + 10
    delar: list[Markup] = []
    for kod in ordning:
        delar += _raka_linjer(rutor[kod], raka[kod], huvudvag)
    for kod in mal:
        delar += _bana(rutor, kod, bana[kod])
    for ruta in rutor.values():
        delar += _ruta(ruta, huvud=ruta.kod in huvudvag, slut=ruta.kod in slut, nu=ruta.kod == nu)
    return Markup(
        '<svg class="processbild" viewBox="0 0 {b} {h}" role="img" aria-labelledby="pb-titel pb-text">'
        '<title id="pb-titel">{t}</title><desc id="pb-text">{d}</desc>{i}</svg>'
    ).format(b=bredd, h=hojd, t=titel, d=beskrivning, i=Markup("").join(delar))


def rita_process(process: "Process", nu: str | None = None) -> Markup:
    """A declared process as a picture; `nu`: the state of a case to mark."""
    steg = [
        Overgang(fran=kod, till=s.till, rubrik=s.rubrik, system=s.bara_systemet)
        for s in process.steg
        # Steps that only an import may take are left to the table.
        if s.till is not None and (not s.bara_systemet or s.automatisk or s.vid_frist)
        for kod in process.kallor(s)
    ]
    return rita(
        process.tillstand, steg, process.huvudvag, process.slut, titel=f"{process.rubrik}: så går det till", nu=nu
    )


def _text(x: int, y: int, ord_: str, klass: str = "") -> Markup:
    return Markup('<text x="{}" y="{}"{}>{}</text>').format(
        x, y, Markup(f' class="{klass}"') if klass else "", escape(ord_)
    )


def _pil(x: int, y: int, riktning: str, klass: str = "pb-pil") -> Markup:
    punkter = {"ner": f"{x - 5},{y - 9} {x + 5},{y - 9} {x},{y}", "vanster": f"{x + 9},{y - 5} {x + 9},{y + 5} {x},{y}"}
    return Markup('<polygon class="{}" points="{}"/>').format(klass, punkter[riktning])


def _raka_linjer(ruta: _Ruta, steg: list[Overgang], huvudvag: Sequence[str]) -> list[Markup]:
    """The line straight down to the next state, all its steps named beside it."""
    if not steg:
        return []
    x, uppe, nere = RUTA_X + 32, ruta.y + ruta.hojd, ruta.y + ruta.hojd + MELLAN
    huvud = steg[0].fran in huvudvag and steg[0].till in huvudvag
    klass = (
        "pb-linje"
        + (" pb-linje--huvud" if huvud else "")
        + (" pb-linje--system" if all(s.system for s in steg) else "")
    )
    ord_ = " / ".join(s.rubrik + (" (av sig själv)" if s.system else "") for s in steg)
    rader = wrap(ord_, MELLAN_TECKEN)[:2]
    y = uppe + MELLAN // 2 + (5 if len(rader) == 1 else -3)
    return [
        Markup('<path class="{}" d="M{} {}V{}"/>').format(klass, x, uppe, nere - 7),
        _pil(x, nere - 1, "ner", "pb-pil pb-pil--huvud" if huvud else "pb-pil"),
        *[_text(x + 14, y + 17 * n, rad) for n, rad in enumerate(rader)],
    ]


def _bana(rutor: Mapping[str, _Ruta], kod: str, x: int) -> list[Markup]:
    """The lane into `kod`: stubs from every state that leads there, and the arrow home."""
    ut: list[Markup] = []
    hojder = [rutor[kod].in_y]
    for ruta in rutor.values():
        rad = 0
        for o, text in ruta.utvagar:
            y = ruta.y + 34 + UTVAG_RAD * rad + 12
            rad += len(text)
            if o.till != kod:
                continue
            for n, t in enumerate(text):
                sista = n == len(text) - 1 and o.system
                ut.append(_text(TEXT_X, y + 5 + (UTVAG_RAD - 6) * n, t + (" (av sig själv)" if sista else "")))
            slut = TEXT_X + round(7.4 * (max(len(t) for t in text) + (15 if o.system else 0)))
            klass = "pb-linje" + (" pb-linje--system" if o.system else "")
            ut.append(Markup('<path class="{}" d="M{} {}H{}"/>').format(klass, RUTA_X + RUTA_BREDD, y, TEXT_X - 5))
            ut.append(Markup('<path class="{}" d="M{} {}H{}"/>').format(klass, min(slut + 4, x), y, x))
            ut.append(Markup('<circle class="pb-knut" cx="{}" cy="{}" r="3.5"/>').format(x, y))
            hojder.append(y)
    ut.append(Markup('<path class="pb-linje" d="M{} {}V{}"/>').format(x, min(hojder), max(hojder)))
    ut.append(Markup('<path class="pb-linje" d="M{} {}H{}"/>').format(x, rutor[kod].in_y, RUTA_X + RUTA_BREDD + 8))
    ut.append(_pil(RUTA_X + RUTA_BREDD + 2, rutor[kod].in_y, "vanster"))
    return ut


def _ruta(ruta: _Ruta, *, huvud: bool, slut: bool, nu: bool) -> list[Markup]:
    samlad = ruta.kod.startswith("*")
    klass = (
        "pb-ruta"
        + " pb-ruta--huvud" * huvud
        + " pb-ruta--slut" * slut
        + " pb-ruta--nu" * nu
        + " pb-ruta--samlad" * samlad
    )
    return [
        Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="6"/>').format(
            klass, RUTA_X, ruta.y, RUTA_BREDD, ruta.hojd
        ),
        *[
            _text(RUTA_X + 14, ruta.y + 23 + TITEL_RAD * n, rad, "" if samlad else "pb-namn")
            for n, rad in enumerate(ruta.namn)
        ],
    ]

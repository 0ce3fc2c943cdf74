"""What a form, the API or an import row says → values of the right type, or every fault at once in Swedish."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from arbetsfloden.motor.fakta import INGA_KRAV, Regelkrav
from arbetsfloden.motor.falt import Falt, Rad, Uppgifter
from arbetsfloden.motor.ord import narmast, uppraknat
from arbetsfloden.motor.process import Process, Steg

Listor = Mapping[str, Mapping[str, str]]

TIDIGASTE_AR, SENASTE_AR = 1990, 2100
MANADER = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip
HOGST_PERSONER = 50
_DAGFORMER = (
    re.compile(r"(?P<ar>\d{4})-(?P<man>\d{1,2})-(?P<dag>\d{1,2})", re.ASCII),
    re.compile(r"(?P<ar>\d{4})/(?P<man>\d{1,2})/(?P<dag>\d{1,2})", re.ASCII),
    re.compile(r"(?P<ar>\d{4})(?P<man>\d{2})(?P<dag>\d{2})", re.ASCII),
    re.compile(r"(?P<dag>\d{1,2})\.? (?P<man>[a-zåäö]{3,9})\.? (?P<ar>\d{4})", re.ASCII),
)
# Control characters but tab and new line, and half surrogate pairs: JSON can hold them, a database can't.
_OSPARBART = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
FA_VAL = 6  # an error spells out the choices of a list no longer than this


class Tolkfel(ValueError):
    """A value that can't be read. The text is the sentence that the person sees."""


def dag_av(varde: object) -> date:
    """A day from '2026-11-23', '2026/11/23', '20261123' or '23 november 2026'. Raises Tolkfel."""
    if isinstance(varde, datetime):
        raise Tolkfel("Skriv bara dagen, utan klockslag, till exempel 2026-11-23")
    if isinstance(varde, date):
        return _rimlig(varde)
    text = " ".join(str(varde).split()).lower()
    visat = _kort(varde)
    if not isinstance(varde, str):
        raise Tolkfel(f"{visat} är ingen dag; skriv till exempel 2026-11-23")
    traff = next((t for form in _DAGFORMER if (t := form.fullmatch(text))), None)
    if traff is None:
        raise Tolkfel(f"'{visat}' är ingen dag; skriv till exempel 2026-11-23 eller 23 november 2026")
    ar, dag = int(traff["ar"]), int(traff["dag"])
    if traff["man"].isdigit():
        manad = int(traff["man"])
    else:
        manad = next((i for i, namn in enumerate(MANADER, 1) if traff["man"] in (namn, namn[:3])), 0)
        if not manad:
            raise Tolkfel(f"'{visat}': månaden '{traff['man']}' finns inte{narmast(traff['man'], MANADER)}")
    if not 1 <= manad <= 12:
        raise Tolkfel(f"'{visat}': det finns ingen månad nummer {manad}")
    if not TIDIGASTE_AR <= ar <= SENASTE_AR:
        raise Tolkfel(f"'{visat}': året ska ligga mellan {TIDIGASTE_AR} och {SENASTE_AR}")
    langd = monthrange(ar, manad)[1]
    if not 1 <= dag <= langd:
        raise Tolkfel(f"'{visat}' finns inte i kalendern: {MANADER[manad - 1]} {ar} har {langd} dagar")
    return date(ar, manad, dag)


def _rimlig(dag: date) -> date:
    if not TIDIGASTE_AR <= dag.year <= SENASTE_AR:
        raise Tolkfel(f"'{dag}': året ska ligga mellan {TIDIGASTE_AR} och {SENASTE_AR}")
    return dag


def _kort(varde: object) -> str:
    text = " ".join(str(varde).split())
    return text if len(text) <= 40 else text[:39] + "…"


def _tusental(antal: int) -> str:
    return f"{antal:,}".replace(",", "\N{NO-BREAK SPACE}")


def _text(f: Falt, varde: object) -> str | None:
    if isinstance(varde, bool) or not isinstance(varde, str | int):
        raise Tolkfel("Här ska det stå text")
    text = str(varde).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > f.max_langd:
        raise Tolkfel(f"Texten är för lång: {_tusental(len(text))} tecken, högst {_tusental(f.max_langd)}")
    if _OSPARBART.search(text):
        raise Tolkfel("Texten innehåller ett tecken som inte kan sparas; ta bort styrtecken och skriv om")
    if f.slag == "text" and "\n" in text:
        text = " ".join(text.split())
    if text and f.monster and not re.fullmatch(f.monster, text):
        raise Tolkfel(f"'{_kort(text)}' har inte rätt form. {f.hjalp}")
    return text or None


def _tal(_f: Falt, varde: object) -> int:
    if isinstance(varde, int) and not isinstance(varde, bool):
        tal = varde
    elif isinstance(varde, str) and re.fullmatch(r"-?\d{1,12}", varde.strip().replace(" ", ""), re.ASCII):
        tal = int(varde.strip().replace(" ", ""))
    else:
        raise Tolkfel(f"'{_kort(varde)}' är inget heltal; skriv till exempel 12")
    if abs(tal) > 10**12:
        raise Tolkfel(f"'{_kort(varde)}' är ett orimligt tal")
    return tal


def _janej(_f: Falt, varde: object) -> bool:
    if isinstance(varde, bool):
        return varde
    if isinstance(varde, str) and varde.strip().lower() in ("ja", "nej"):
        return varde.strip().lower() == "ja"
    raise Tolkfel(f"'{_kort(varde)}' är varken ja eller nej")


def _valbara(f: Falt, listor: Listor) -> Mapping[str, str]:
    if f.val is not None:
        return f.val
    lista = listor.get(f.listnamn or "")
    if lista is None:
        raise Tolkfel(f"Kommunen har ingen lista som heter '{f.listnamn}'{narmast(f.listnamn or '', listor)}")
    return lista


def _kod(f: Falt, varde: object, listor: Listor) -> str:
    lista = _valbara(f, listor)
    if not isinstance(varde, str):
        raise Tolkfel(f"'{_kort(varde)}' finns inte bland valen")
    text = varde.strip()
    if text in lista:
        return text
    lika = [kod for kod, rubrik in lista.items() if text.casefold() in (kod.casefold(), rubrik.casefold())]
    if len(lika) == 1:
        return lika[0]
    if lika:
        raise Tolkfel(f"'{_kort(text)}' passar på flera val; skriv koden: {uppraknat(lika, 'eller')}")
    ord_ = {namn.casefold(): rubrik for kod, rubrik in lista.items() for namn in (kod, rubrik)}
    traff = get_close_matches(text.casefold(), ord_, n=1)
    if traff:
        nara = f" – menade du '{ord_[traff[0]]}'?"
    else:
        nara = f"; välj {uppraknat((repr(r) for r in lista.values()), 'eller')}" if len(lista) <= FA_VAL else ""
    raise Tolkfel(f"'{_kort(text)}' finns inte bland valen{nara}")


def _flera(f: Falt, varde: object, listor: Listor) -> tuple[str, ...]:
    if isinstance(varde, str):
        varde = [del_ for del_ in re.split(r"[;,]", varde) if del_.strip()]
    if not isinstance(varde, list | tuple):
        raise Tolkfel("Här ska det stå en eller flera av valen")
    return tuple(dict.fromkeys(_kod(f, ett, listor) for ett in varde))


def _rader(f: Falt, varde: object, listor: Listor) -> tuple[Rad, ...]:
    assert f.rad is not None
    if isinstance(varde, Mapping):
        varde = [varde]
    if not isinstance(varde, list | tuple):
        raise Tolkfel("Här ska det stå rader")
    if len(varde) > 200:
        raise Tolkfel(f"För många rader: {len(varde)}, högst 200")
    ut: list[Rad] = []
    fel: list[str] = []
    beskrivna = f.rad.beskrivna()
    for nummer, rad in enumerate(varde, 1):
        if isinstance(rad, f.rad):
            ut.append(rad)
            continue
        if not isinstance(rad, Mapping):
            fel.append(f"Rad {nummer}: ska ha fälten {uppraknat(beskrivna)}")
            continue
        varden, radfel = _las(beskrivna, rad, listor)
        for namn in f.rad.kravs():
            if varden.get(namn) in (None, "", ()) and namn not in radfel:
                radfel[namn] = "ska fyllas i"
        fel += [
            f"Rad {nummer}, {beskrivna[n].rubrik if n in beskrivna else n}: {mening}" for n, mening in radfel.items()
        ]
        if not radfel and any(v is not None for v in varden.values()):
            ut.append(f.rad.model_validate(varden))
    if fel:
        raise Tolkfel("; ".join(fel))
    return tuple(ut)


def _ett(f: Falt, varde: object, listor: Listor) -> Any:
    if (
        varde is None
        or varde == ""
        or (isinstance(varde, str) and not varde.strip())
        or (isinstance(varde, list | tuple) and not varde)
    ):
        return None
    enkla: dict[str, Callable[[Falt, object], Any]] = {
        "text": _text, "langtext": _text, "tal": _tal, "janej": _janej, "dag": lambda _f, v: dag_av(v),
    }  # fmt: skip
    if f.slag in enkla:
        return enkla[f.slag](f, varde)
    if f.slag in ("val", "enhet"):
        return _kod(f, varde, listor)
    if f.slag in ("flerval", "enheter"):
        return _flera(f, varde, listor) or None
    if f.slag == "personer":
        return _personer(f, varde) or None
    return _rader(f, varde, listor) or None


def _personer(f: Falt, varde: object) -> tuple[str, ...]:
    """Accounts by id or user name; whether they are there and may be chosen, the program says."""
    delar = varde.replace(",", " ").split() if isinstance(varde, str) else varde
    if not isinstance(delar, list | tuple) or len(delar) > HOGST_PERSONER:
        raise Tolkfel(f"Här ska det stå högst {HOGST_PERSONER} användare, var och en med id eller användarnamn")
    ut = [_text(f, str(en) if isinstance(en, int) and not isinstance(en, bool) else en) for en in delar]
    return tuple(dict.fromkeys(en for en in ut if en))


def _las(
    beskrivna: Mapping[str, Falt], data: Mapping[str, Any], listor: Listor
) -> tuple[dict[str, Any], dict[str, str]]:
    varden: dict[str, Any] = {}
    fel: dict[str, str] = {}
    for namn, varde in data.items():
        if namn not in beskrivna:
            fel[_kort(namn)] = f"Fältet '{_kort(namn)}' finns inte{narmast(str(namn), beskrivna)}"
            continue
        try:
            varden[namn] = _ett(beskrivna[namn], varde, listor)
        except Tolkfel as nej:
            fel[namn] = str(nej)
    return varden, fel


def validera(
    process: Process,
    data: Mapping[str, Any],
    falt: Iterable[str],
    listor: Listor,
    befintliga: Uppgifter | None = None,
    modell: type[Uppgifter] | None = None,
) -> tuple[Uppgifter | None, dict[str, str]]:
    """Lay what was filled in over what the case has.

    data: field → text, number, list …; falt: the fields that may be filled in now (those of the step itself, such as a
    reason, always may). listor: list name → code → label, with 'enheter' for the units; code or label is accepted.
    Rows are added to the rows there are. Answers the whole new set of fields, or None and field → Swedish sentence,
    every fault at once. What must be filled in is not asked here, see `saknade`.
    """
    modell = modell or process.modell
    beskrivna = modell.beskrivna()
    varden, fel = _las(beskrivna, data, listor)
    falt = set(falt)
    tillatna = falt | {namn for namn, f in beskrivna.items() if f.handelse and namn not in process.bara_vid_oppning}
    for namn in data:
        if namn in beskrivna and namn in process.bara_vid_oppning and namn not in falt:
            fel.setdefault(namn, f"Frågan ”{beskrivna[namn].rubrik}” ställs bara när ärendet registreras")
        elif namn in beskrivna and namn not in tillatna and not _oforandrat(varden.get(namn), befintliga, namn):
            fel.setdefault(namn, f"{beskrivna[namn].rubrik} hör inte till det här steget; använd Ändra uppgifter")
    if fel:
        return None, fel
    grund = befintliga.utan_handelsefalt() if befintliga is not None and isinstance(befintliga, modell) else modell()
    for namn, f in beskrivna.items():
        if f.slag == "rader" and varden.get(namn):
            varden[namn] = (*(getattr(grund, namn) or ()), *varden[namn])
        elif f.slag == "rader":
            varden.pop(namn, None)  # rows are added, never emptied by leaving the form blank
    nya = grund.med({namn: varde for namn, varde in varden.items() if namn in tillatna})
    egna = nya.egna_fel()
    return (None, egna) if egna else (nya, {})


def _oforandrat(varde: Any, befintliga: Uppgifter | None, namn: str) -> bool:
    """A form may send back what is already there; only a change is refused."""
    return varde is None if befintliga is None else varde == getattr(befintliga, namn, None)


def saknade(process: Process, steg: Steg | None, uppgifter: Uppgifter) -> dict[str, str]:
    """What must be filled in and isn't: field → sentence. steg None = the opening."""
    egna = type(uppgifter).beskrivna()
    # A common step that is asked about before it is filled in meets the case's own fields, which lack its.
    alla = {**(steg.modell.beskrivna() if steg is not None and steg.modell is not None else {}), **egna}
    return {n: ska_fyllas_i(alla[n].rubrik) for n in _krav(process, steg) if n not in egna or not uppgifter.ifylld(n)}


def ej_angivna(
    process: Process,
    steg: Steg | None,
    data: Mapping[str, Any],
    befintliga: Uppgifter | None,
    regler: Regelkrav = INGA_KRAV,
) -> dict[str, str]:
    """What must be filled in and neither is in `data` nor in the case, for one whose form couldn't be read: told together
    with what was wrong in it."""
    modell = steg.modell if steg is not None and steg.modell is not None else process.modell
    har = befintliga if isinstance(befintliga, modell) and (steg is None or steg.modell is None) else modell()
    tomma = {n for n, v in data.items() if v in (None, "", [], ())} if steg is None or steg.handelse != "andra" else set()
    beskrivna = modell.beskrivna()
    kravda = {n: ska_fyllas_i(beskrivna[n].rubrik) for n in _krav(process, steg)} | dict(regler.falt)
    return {
        n: mening
        for n, mening in kravda.items()
        if (n not in data or n in tomma) and not har.ifylld(n) and beskrivna[n].vid_registrering is None
    }


def ska_fyllas_i(rubrik: str) -> str:
    """The sentence for a field that lacks an answer."""
    return f"Frågan ”{rubrik}” ska besvaras" if rubrik.endswith("?") else f"{rubrik} ska fyllas i"


def _krav(process: Process, steg: Steg | None) -> tuple[str, ...]:
    if steg is None:
        return process.oppnas_kravs
    return (*steg.kravs, *(("skal",) if steg.skal else ()))


def visa(process: Process, falt: str, varde: Any, listor: Listor) -> str:
    """A field's value as a person reads it; '' when it isn't known."""
    return _visa(process.modell.beskrivna()[falt], varde, listor)


def _visa(f: Falt, varde: Any, listor: Listor) -> str:
    if varde is None or varde == "" or varde == () or varde == []:
        return ""
    if f.slag == "janej":
        return "Ja" if varde else "Nej"
    if f.slag == "dag":
        dag = varde if isinstance(varde, date) else date.fromisoformat(str(varde))
        return f"{dag.day} {MANADER[dag.month - 1]} {dag.year}"
    if f.slag in ("val", "flerval", "enhet", "enheter"):
        lista = f.val if f.val is not None else listor.get(f.listnamn or "", {})
        koder = [varde] if isinstance(varde, str) else list(varde)
        return ", ".join(lista.get(kod, kod) for kod in koder)
    if f.slag == "rader":
        assert f.rad is not None
        rader = (rad if isinstance(rad, Rad) else f.rad.model_validate(rad) for rad in varde)
        return "\n".join(
            "; ".join(
                f"{radfalt.rubrik}: {text}"
                for namn, radfalt in f.rad.beskrivna().items()
                if (text := _visa(radfalt, getattr(rad, namn), listor))
            )
            for rad in rader
        )
    return str(varde)

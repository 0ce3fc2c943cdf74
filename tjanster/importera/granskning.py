"""Read every cell of every row and find all that is wrong before anything is done."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from arbetsfloden import kontrollera_dagar, validera
from tjanster.arenden.nummertext import dolj, har_nummer, har_sakert
from tjanster.importera.fil import Filrad
from tjanster.importera.rapport import Radfel
from tjanster.importera.sorter import Importsort

INLAST = "inläst från fil"
HAR_NUMMER = "texten verkar innehålla ett personnummer. Ta bort det i filen, eller i ärendet, om det inte måste stå kvar"
VISAT = 40
FLEST_VAL = 40
_PERSONNUMMER = re.compile(r"(?:(?:19|20)\d{2}|\d{2})(0[1-9]|1[0-2])(\d{2})(-|\+|)(\d{4})", re.ASCII)


@dataclass(frozen=True)
class Rad:
    """A row that has been read: codes and days (ISO) by column, None where the cell is empty."""

    fil: Filrad
    varden: Mapping[str, Any]

    @property
    def externt_id(self) -> str:
        return str(self.varden["externt_id"])


class Granskare:
    """Reads cells by the process's own fields. The same text in the same column is read once: a file of a hundred
    thousand rows has a few units, a few supports and some thousand days."""

    def __init__(self, sort: Importsort, listor: Mapping[str, Mapping[str, str]], idag: date) -> None:
        self.sort, self._listor, self._idag = sort, listor, idag
        self._falt = {k: sort.process.modell.beskrivna()[k] for k in sort.kolumner}
        self._krav = {*sort.process.oppnas_kravs, "externt_id"} & set(sort.kolumner)
        self._dagar = [k for k, f in self._falt.items() if f.slag == "dag"]
        self._lasta: dict[tuple[str, str], tuple[Any, str | None]] = {}
        self._dagfel: dict[tuple[Any, ...], dict[str, str]] = {}
        self.varningar: list[Radfel] = []
        """Texts with a personal number in them: where, and never the number."""

    def granska(self, rader: Iterable[Filrad]) -> tuple[list[Rad], list[Radfel]]:
        """The rows that are right, and every fault of the others."""
        ratta: list[Rad] = []
        fel: list[Radfel] = []
        sedda: dict[str, int] = {}
        for filrad in rader:
            varden, radfel = self._rad(filrad)
            namn = varden.get("externt_id")
            if namn is not None:
                if namn in sedda:
                    radfel["externt_id"] = f"samma id finns redan på rad {sedda[namn]}; varje ärende ska ha en rad"
                sedda.setdefault(namn, filrad.rad)
            if radfel:
                fel += [self.fel(filrad, k, mening) for k, mening in radfel.items()]
            else:
                ratta.append(Rad(filrad, varden))
        return ratta, fel

    def fel(self, filrad: Filrad, kolumn: str, mening: str) -> Radfel:
        """A fault with the value as it stands in the file; what may tell who somebody is isn't repeated, and no number is."""
        f = self._falt.get(kolumn)
        varde = filrad.celler.get(kolumn, "")
        if f is None or f.kanslig or (kolumn == "externt_id" and ar_personnummer(varde)):
            varde = ""
        return Radfel(
            filrad.rad, kolumn if f else "", dolj(varde) if len(varde) <= VISAT else dolj(varde)[: VISAT - 1] + "…", dolj(mening)
        )

    def _rad(self, filrad: Filrad) -> tuple[dict[str, Any], dict[str, str]]:
        varden: dict[str, Any] = {}
        fel: dict[str, str] = {}
        for kolumn in self.sort.kolumner:
            text = filrad.celler.get(kolumn, "")
            if not text:
                varden[kolumn] = None
                if kolumn in self._krav:
                    fel[kolumn] = f"{self._falt[kolumn].rubrik} ska fyllas i"
                continue
            varde, mening = self._cell(kolumn, text)
            if mening is None:
                varden[kolumn] = varde
                slag = self._falt[kolumn].slag  # ten digits of an id may be anything
                if (slag == "langtext" and har_nummer(text)) or (slag == "text" and har_sakert(text, ar_id=True)):
                    self.varningar.append(Radfel(filrad.rad, kolumn, "", HAR_NUMMER))
            else:
                fel[kolumn] = mening
        # Several columns seen together; the same days and the same statute give the same answer.
        nyckel = tuple(varden.get(k) for k in (*self._dagar, "lagrum"))
        if nyckel not in self._dagfel:
            self._dagfel[nyckel] = self._tillsammans(varden)
        for kolumn, mening in self._dagfel[nyckel].items():
            fel.setdefault(kolumn, mening)
        return varden, fel

    def _cell(self, kolumn: str, text: str) -> tuple[Any, str | None]:
        nyckel = (kolumn, text)
        svar = self._lasta.get(nyckel)
        if svar is None:
            svar = self._las(kolumn, text)
            if self._falt[kolumn].slag not in ("text", "langtext"):
                self._lasta[nyckel] = svar
        return svar

    def _las(self, kolumn: str, text: str) -> tuple[Any, str | None]:
        if kolumn == "externt_id" and ar_personnummer(text):
            return None, "id:t ser ut som ett personnummer. Använd verksamhetssystemets egen beteckning"
        uppgifter, fel = validera(self.sort.process, {kolumn: text}, (kolumn,), self._listor)
        if uppgifter is None:
            return None, self._med_valen(kolumn, next(iter(fel.values())))
        varde = getattr(uppgifter, kolumn)
        return (varde.isoformat() if isinstance(varde, date) else varde), None

    def _med_valen(self, kolumn: str, mening: str) -> str:
        """A value that is near no choice is answered with the choices there are."""
        if not mening.endswith("finns inte bland valen"):
            return mening
        f = self._falt[kolumn]
        val = list((f.val if f.val is not None else self._listor.get(f.listnamn or "", {})).values())
        fler = f" och {len(val) - FLEST_VAL} till" if len(val) > FLEST_VAL else ""
        return f"{mening}; välj bland {', '.join(val[:FLEST_VAL])}{fler}"

    def _tillsammans(self, varden: Mapping[str, Any]) -> dict[str, str]:
        data = {k: date.fromisoformat(v) for k in self._dagar if (v := varden.get(k))}
        uppgifter = self.sort.process.modell().med(data | {"lagrum": varden["lagrum"]} if varden.get("lagrum") else data)
        fel = uppgifter.egna_fel() | kontrollera_dagar(self.sort.process, uppgifter, self._idag, None, INLAST)
        for kolumn, mening in self.sort.granska(varden).items():
            fel.setdefault(kolumn, mening)
        return fel


def ar_personnummer(text: str) -> bool:
    """Does the text look like a Swedish personal identity number? Ten bare digits may be any id, and pass."""
    traff = _PERSONNUMMER.fullmatch(text.strip())
    if traff is None or not (traff[3] or len(text.strip()) == 12):
        return False
    siffror = [int(c) for c in text if c.isdigit()][-10:]
    if not 1 <= int(traff[2]) <= 31 and not 61 <= int(traff[2]) <= 91:
        return False
    summa = sum(sum(divmod(n * (2 - i % 2), 10)) for i, n in enumerate(siffror))
    return summa % 10 == 0


def avtryck(sort: Importsort, varden: Mapping[str, Any]) -> dict[str, Any]:
    """What the case remembers of the row, so that the next file is compared with the last and not with what people
    have done in between. Free text is kept as a fingerprint only."""
    beskrivna = sort.process.modell.beskrivna()
    return {
        k: hashlib.sha256(v.encode()).hexdigest()[:16] if beskrivna[k].slag == "langtext" else v
        for k, v in varden.items()
        if v is not None
    }

"""Walk a case through the history that a row tells, in memory, by the same path as everything else.

History bears the days of the row and not of the import: each event is dated to its own day at noon, a limit that
passed moves the case on the day after, as the nightly watch would have done. Nobody is told of what is long over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from arbetsfloden import Steg
from tjanster.arenden import frister
from tjanster.arenden.handelse import Begaran, stega
from tjanster.arenden.lage import OPPNA, Lage, Skrivning
from tjanster.arenden.registrera import oppna_med
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.importera.granskning import Rad, avtryck
from tjanster.importera.sorter import Importsort, Motsagelse, Planerat
from tjanster.klocka import SVENSK_TID

KLOCKAN = time(12, 0)


@dataclass(frozen=True)
class Fore:
    """A case that is in Vaka already, and what the last file said of it (None: it didn't come from a file)."""

    nummer: str
    tillstand: str
    uppgifter: Mapping[str, Any]
    inlast: Mapping[str, Any] | None


class Gang:
    """Takes rows to cases. `nu` is the time of the import."""

    def __init__(self, conn: Connection, s: Sammanhang, sort: Importsort, nu: datetime) -> None:
        self._conn, self._s, self._sort, self._nu = conn, s, sort, nu
        self._idag = nu.date()
        self._skal = f"Inläst från fil {self._idag}"
        self._nattsteg = [steg for steg in sort.process.steg if steg.vid_frist is not None]

    # -- a new case ---------------------------------------------------------------------------------------------------

    def ny(self, rad: Rad, nummer: str) -> Skrivning:
        """The case with all its history. Raises Nej, Regelfraga or Motsagelse; then nothing is left behind."""
        v, skr = rad.varden, Skrivning(tyst=True)
        oppning = {k: v[k] for k in self._sort.oppnar if v[k] is not None}
        dag = date.fromisoformat(v[self._sort.process.dag])
        data = oppning | {"sen_registrering_skal": self._skal}
        lage = oppna_med(
            self._conn, self._s, skr, self._sort.process, data, av=None, nu=self._klockan(dag), nummer=nummer
        )
        skr.handelser[0]["foljder"]["inlast"] = avtryck(self._sort, v)
        nya = {k for k in self._sort.kolumner if k not in self._sort.oppnar and v[k] is not None}
        for planerat in self._sort.planera(lage.rad["tillstand"], lage.rad["uppgifter"], v, nya):
            handelsedag = self._idag
            if planerat.dag is not None:
                handelsedag = date.fromisoformat(v[planerat.dag])
            self._natten_till(lage, skr, handelsedag)
            dag = handelsedag if planerat.dag is not None else max(dag, skr.handelser[-1]["dag"])
            self._steg(lage, skr, planerat, self._klockan(dag))
        self._natten_till(lage, skr, self._idag)
        self._bryt_passerade(lage, skr)
        self._bara_kommande(skr)
        return skr

    def _klockan(self, dag: date) -> datetime:
        return min(datetime.combine(dag, KLOCKAN, SVENSK_TID), self._nu)

    def _steg(self, lage: Lage, skr: Skrivning, planerat: Planerat, nu: datetime) -> None:
        begaran = Begaran(lage.rad["nummer"], planerat.handelse, nu, None, planerat.data, self._skal)
        stega(self._conn, self._s, lage, skr, begaran)

    def _natten_till(self, lage: Lage, skr: Skrivning, dag: date) -> None:
        """Take the steps that the watch would have taken before `dag` and in the night to it."""
        while (natt := self._passerad(lage)) is not None and natt[0]["forfaller"] < dag:
            frist, steg = natt
            efter = self._klockan(frist["forfaller"] + timedelta(days=1))
            if not frist["bruten"]:
                frister.bryt(frist, skr, efter)
            self._steg(lage, skr, Planerat(steg.handelse, {}), efter)

    def _passerad(self, lage: Lage) -> tuple[dict[str, Any], Steg] | None:
        for steg in self._nattsteg:
            if lage.rad["tillstand"] in self._sort.process.kallor(steg):
                frist = lage.oppen_frist(str(steg.vid_frist))
                if frist is not None and frist["forfaller"] is not None:
                    return frist, steg
        return None

    def _bryt_passerade(self, lage: Lage, skr: Skrivning) -> None:
        for frist in lage.frister:
            sen = frist["forfaller"] is not None and frist["forfaller"] < self._idag
            if sen and frist["slag"] == "lag" and frist["status"] in OPPNA and not frist["bruten"]:
                frister.bryt(frist, skr, self._klockan(frist["forfaller"] + timedelta(days=1)))

    def _bara_kommande(self, skr: Skrivning) -> None:
        """Rungs whose day is past would all fall tonight; a case just read in begins with the next one."""
        for frist, rader in skr.trappor.items():
            skr.trappor[frist] = [r for r in rader if r["dag"] >= self._idag]

    # -- a case that is there already ---------------------------------------------------------------------------------

    def nytt_i(self, rad: Rad, fore: Fore) -> frozenset[str]:
        """The columns that say something else than the last file did, and than the case says now."""
        v = rad.varden
        if fore.inlast is None:
            skilda = {k for k in v if v[k] is not None}
        else:
            nu = avtryck(self._sort, v)
            skilda = {k for k in v if nu.get(k) != fore.inlast.get(k)}
            tommas = self._sort.far_tommas(v, fore.inlast)
            skilda -= {k for k in tommas if v[k] is None}
        return frozenset(k for k in skilda if v[k] != fore.uppgifter.get(k))

    def andra(self, rad: Rad, fore: Fore, nya: frozenset[str], lage: Lage) -> Skrivning:
        """Bring the case to what the row says now, dated to today, with the days of the row as the days it happened.

        Raises Nej, Regelfraga or Motsagelse; then nothing is left behind.
        """
        for kolumn in sorted(nya):
            if rad.varden[kolumn] is None:
                raise Motsagelse(
                    kolumn,
                    f"var '{fore.uppgifter[kolumn]}' och är nu tom. Fyll i den, eller rätta ärendet {fore.nummer} i Vaka",
                )
        skr = Skrivning(tyst=True)
        for planerat in self._sort.planera(lage.rad["tillstand"], lage.rad["uppgifter"], rad.varden, nya):
            data = {**planerat.data, "sen_registrering_skal": self._skal}
            if planerat.handelse == "andra":
                data = dict(planerat.data)
            self._steg(lage, skr, Planerat(planerat.handelse, data), self._nu)
        skr.handelser[-1]["foljder"]["inlast"] = avtryck(self._sort, rad.varden)
        return skr


def skrivna_fel(nej: Any, kolumner: Sequence[str]) -> dict[str, str]:
    """A refusal as column → sentence; what isn't about a column is about the row."""
    falt = {k: m for k, m in nej.falt.items() if k in kolumner}
    ovrigt = [m for k, m in nej.falt.items() if k not in kolumner] or ([] if falt else list(nej.skal))
    return falt | ({"": "; ".join(ovrigt)} if ovrigt else {})

"""importera(): a file in, cases out. All right or nothing written, in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from arbetsfloden import narmast
from regler import Regelfraga
from tjanster.app import Vaka
from tjanster.arenden.fel import IdUpptaget, Nej
from tjanster.arenden.lage import Skrivning, hamta
from tjanster.arenden.regelbok import las_fast
from tjanster.arenden.sammanhang import nasta_nummer
from tjanster.db import t
from tjanster.importera.fil import Filrad, Importfel, las_csv
from tjanster.importera.gang import Fore, Gang, skrivna_fel
from tjanster.importera.granskning import Granskare, Rad
from tjanster.importera.rapport import Importrapport, skriv_felfil
from tjanster.importera.sorter import IMPORTSORTER, Importsort, Motsagelse

Framsteg = Callable[[str, int, int], None]
"""Called now and then with what is done ('granskar', 'läser in'), how many rows so far, and how many in all."""

BUNT = 2000
LAS = 5_391_200_265


class _Angra(Exception):
    """Leave the transaction without a trace."""


def importera(
    vaka: Vaka,
    process: str,
    fil: Path,
    *,
    prova: bool = False,
    hoppa_over_fel: bool = False,
    framsteg: Framsteg | None = None,
    nu: datetime,
) -> Importrapport:
    """Read the file's rows as cases of `process`. The report tells what came of each; `skrivet` whether it is saved.

    prova: everything but saving. hoppa_over_fel: save the right rows, and the faulty ones to a file beside.
    Raises Importfel when the file or its columns can't be read, Nej for an unknown process.
    """
    if process not in IMPORTSORTER:
        nara = narmast(process, IMPORTSORTER) or "."
        raise Nej(
            f"'{process}' kan inte läsas in från fil{nara} Det som kan läsas in är {', '.join(IMPORTSORTER)}.",
            kod="okand_process",
        )
    fil = Path(fil)
    inlasning = _Inlasning(vaka, IMPORTSORTER[process], fil, prova, hoppa_over_fel, framsteg or (lambda *_: None), nu)
    try:
        with vaka.systemet() as conn:
            inlasning.gor(conn)
    except _Angra:
        pass
    except (IntegrityError, IdUpptaget):
        raise Importfel(
            ["Någon registrerade ett ärende med samma id medan filen lästes in. Inget har sparats; läs in filen igen."]
        ) from None
    else:
        inlasning.rapport.skrivet = True
    return inlasning.rapport


class _Inlasning:
    def __init__(
        self, vaka: Vaka, sort: Importsort, fil: Path, prova: bool, hoppa_over: bool, framsteg: Framsteg, nu: datetime
    ) -> None:  # fmt: skip
        self._vaka, self._s, self._sort, self._fil = vaka, vaka.sammanhang, sort, fil
        self._prova, self._hoppa_over, self._framsteg, self._nu = prova, hoppa_over, framsteg, nu
        self._granskare = Granskare(sort, self._s.listor, nu.date())
        self._celler: dict[int, Filrad] = {}
        self.rapport = Importrapport(sort.process.namn, fil.name, prova=prova)

    def gor(self, conn: Connection) -> None:
        """All of it, in the caller's transaction. Raises _Angra when nothing is to be saved."""
        r = self.rapport
        rader, radfel = las_csv(self._fil, self._sort.kolumner)
        r.rader = len(rader)
        trasiga = {f.rad for f in radfel}
        self._framsteg("granskar", 0, r.rader)
        ratta, fel = self._granskare.granska(rad for rad in rader if rad.rad not in trasiga)
        r.fel, r.varningar = [*radfel, *fel], self._granskare.varningar
        self._framsteg("granskar", r.rader, r.rader)
        self._celler = {rad.rad: rad for rad in rader} if r.fel or self._hoppa_over else {}
        if not self._klart_med_fel():
            # Two imports at once would make the same cases; the second waits and then finds them.
            conn.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": LAS})
            self._s = self._s.bok.folj(conn, self._s, las_fast(conn))
            self._las_in(conn, ratta)
        r.fel.sort(key=lambda f: f.rad)
        r.felrader = len({f.rad for f in r.fel})
        if self._prova or self._klart_med_fel():
            raise _Angra
        if r.fel:
            self._spara_felrader()

    def _klart_med_fel(self) -> bool:
        """Is there a fault that stops everything? A trial goes on, to find the rest."""
        return bool(self.rapport.fel) and not self._hoppa_over and not self._prova

    def _las_in(self, conn: Connection, rader: Sequence[Rad]) -> None:
        fore = {r.externt_id: f for bunt in _buntar(rader) for r, f in self._finns(conn, bunt)}
        nummer = self._nummer([r for r in rader if r.externt_id not in fore])
        gang = Gang(conn, self._s, self._sort, self._nu)
        gjort = 0
        for bunt in _buntar(rader):
            skr = Skrivning(tyst=True)
            for rad in bunt:
                self._en(conn, gang, rad, fore.get(rad.externt_id), nummer, skr)
            if not self._prova and not self._klart_med_fel():
                skr.skriv(conn)
            gjort += len(bunt)
            self._framsteg("läser in", gjort, len(rader))

    def _en(
        self, conn: Connection, gang: Gang, rad: Rad, fore: Fore | None, nummer: dict[int, Iterator[str]],
        skr: Skrivning,
    ) -> None:  # fmt: skip
        r = self.rapport
        try:
            if fore is None:
                skr.samla(gang.ny(rad, next(nummer[_ar(self._sort, rad)])))
                r.nya += 1
            elif nya := gang.nytt_i(rad, fore):
                lage = hamta(conn, fore.nummer, las=True)
                assert lage is not None
                skr.samla(gang.andra(rad, fore, nya, lage))
                r.andrade += 1
            else:
                r.oforandrade += 1
        except Nej as nej:
            self._fel(rad, skrivna_fel(nej, self._sort.kolumner))
        except Regelfraga as nej:
            self._fel(rad, {self._sort.process.dag: "; ".join(nej.skal)})
        except Motsagelse as nej:
            self._fel(rad, {nej.kolumn: nej.mening})

    def _fel(self, rad: Rad, fel: dict[str, str]) -> None:
        self.rapport.fel += [self._granskare.fel(rad.fil, k, mening) for k, mening in fel.items()]
        self._celler[rad.fil.rad] = rad.fil

    def _finns(self, conn: Connection, bunt: Sequence[Rad]) -> list[tuple[Rad, Fore]]:
        """The rows whose case is in Vaka already, with what the last file said."""
        a, per_id = t.arende.c, {r.externt_id: r for r in bunt}
        sats = select(a.id, a.externt_id, a.nummer, a.tillstand, a.uppgifter).where(
            a.process == self._sort.process.namn, a.externt_id.in_(per_id)
        )
        arenden = conn.execute(sats).all()
        inlast: dict[int, Any] = {r[0]: r[1] for r in conn.execute(_SENAST, {"ids": [x.id for x in arenden]})}
        return [
            (per_id[x.externt_id], Fore(x.nummer, x.tillstand, x.uppgifter, inlast.get(x.id))) for x in arenden
        ]

    def _nummer(self, nya: Sequence[Rad]) -> dict[int, Iterator[str]]:
        """Case numbers in a block for each year. Taken in a transaction of their own, so that the series isn't held
        while the file is read in; numbers of rows that fail are lost, and a trial takes none."""
        ar: dict[int, int] = {}
        for rad in nya:
            ar[_ar(self._sort, rad)] = ar.get(_ar(self._sort, rad), 0) + 1
        prefix = self._sort.process.prefix
        if self._prova:
            return {a: iter([f"{prefix}-{a}-PROV"] * n) for a, n in ar.items()}
        with self._vaka.systemet() as conn:
            return {a: iter(nasta_nummer(conn, prefix, a, n)) for a, n in sorted(ar.items())}

    def _spara_felrader(self) -> None:
        skal: dict[int, list[str]] = {}
        for f in self.rapport.fel:
            skal.setdefault(f.rad, []).append(f"{f.kolumn}: {f.fel}" if f.kolumn else f.fel)
        rader = [(self._celler[rad].celler, "; ".join(meningar)) for rad, meningar in skal.items()]
        try:
            self.rapport.felfil = skriv_felfil(self._fil, self._sort.kolumner, rader)
        except OSError as e:
            raise Importfel(
                [f"De felaktiga raderna går inte att spara i {self._fil}.fel.csv: {e.strerror}. Inget har lästs in."]
            ) from None


_SENAST = text("""
SELECT DISTINCT ON (arende_id) arende_id, foljder -> 'inlast' FROM handelse
 WHERE arende_id = ANY(:ids) AND jsonb_exists(foljder, 'inlast') ORDER BY arende_id, lopnr DESC
""")


def _ar(sort: Importsort, rad: Rad) -> int:
    return int(rad.varden[sort.process.dag][:4])


def _buntar(rader: Sequence[Rad]) -> Iterator[Sequence[Rad]]:
    for i in range(0, len(rader), BUNT):
        yield rader[i : i + BUNT]


__all__ = ["Framsteg", "importera"]

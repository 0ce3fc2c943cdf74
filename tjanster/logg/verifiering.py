"""Is the log whole? Every seal is made anew by the key and compared, in the chain's own order, and what is wrong is named."""

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DataError

from tjanster.app import Vaka
from tjanster.db import t
from tjanster.logg import ankare, sigill
from tjanster.logg.forsegling import golvet

BLOCK = 5_000
HOGST = 100


@dataclass(frozen=True)
class Fel:
    """What is wrong and where. `plats` orders them: where in the chain. rad: the row's number in its table."""

    plats: float
    tabell: str
    rad: int | None
    dag: date | None
    vad: str

    def som_dict(self) -> dict[str, Any]:
        return {"tabell": self.tabell, "id": self.rad, "dag": self.dag.isoformat() if self.dag else None, "fel": self.vad}

    def __str__(self) -> str:
        rad = f" {self.rad}" if self.rad is not None else ""
        return f"{self.tabell}{rad}{f', {self.dag}' if self.dag else ''}: {self.vad}"


@dataclass
class Prov:
    """A verification: rows and days gone through, days compared with anchors, rows
    that were weeded, faults in order (at most HOGST kept, all counted), seconds."""

    fran: date | None = None
    rader: int = 0
    dagar: int = 0
    ankare: int = 0
    gallrade: int = 0
    antal_fel: int = 0
    fel: list[Fel] = field(default_factory=list)
    sekunder: float = 0.0

    @property
    def hel(self) -> bool:
        return self.antal_fel == 0

    def anmark(self, ett: Fel) -> None:
        self.antal_fel += 1
        self.fel.append(ett)
        if len(self.fel) > 2 * HOGST:
            self.ordna()

    def ordna(self) -> None:
        """Faults in the order of the chain; the first one first."""
        self.fel = sorted(self.fel, key=lambda f: f.plats)[:HOGST]

    def som_dict(self) -> dict[str, Any]:
        return {
            "hel": self.hel, "fran": self.fran.isoformat() if self.fran else None, "rader": self.rader, "dagar": self.dagar,
            "ankare": self.ankare, "gallrade": self.gallrade, "antal_fel": self.antal_fel, "forsta": self.fel[0].som_dict() if self.fel else None,
            "fel": [f.som_dict() for f in self.fel], "sekunder": round(self.sekunder, 2),
        }  # fmt: skip


def verifiera(
    vaka: Vaka, nu: datetime, *, fran: date | None = None, ankarfil: Path | None = None, framsteg: sigill.Framsteg | None = None
) -> Prov:
    """Go through the whole chain, or from the day `fran`, and keep what was found. ankarfil: closed days as they were put
    down outside; None = this node's own file when there is one. Raises Ankarfel when a file that is named can't be read."""
    borjan = time.monotonic()
    egen = ankare.ankarfil(vaka.settings)
    fil = ankarfil or (egen if egen.exists() else None)
    ankarna = ankare.las(fil) if fil is not None else ([], [])
    with vaka.systemet() as conn:
        gang = _Gang(conn, vaka, fran)
        gang.kedjan(framsteg)
        gang.utan_sigill()
        gang.mot_ankaren(*ankarna, huvud=ankare.las_huvud(fil) if fil is not None else None)
        gang.prov.ordna()
        gang.prov.sekunder = time.monotonic() - borjan
        conn.execute(
            t.loggprov.insert().values(
                nar=nu, fran=fran, rader=gang.prov.rader, antal_fel=gang.prov.antal_fel,
                fel=gang.prov.fel[0].som_dict() if gang.prov.fel else {},
            )
        )  # fmt: skip
    return gang.prov


def senaste_provet(conn: Connection) -> Any:
    """The last verification's row; None when there was none."""
    return conn.execute(select(t.loggprov).order_by(t.loggprov.c.id.desc()).limit(1)).one_or_none()


def _gallrade(conn: Connection) -> set[tuple[str, int]]:
    """The rows that certificates of weeding tell of: taken away, or emptied of what tells of a person. A certificate
    without a seal says nothing."""
    g, k = t.gallring.c, t.loggkedja.c
    sats = select(g.rader).join(t.loggkedja, (k.tabell == "gallring") & (k.rad_id == g.id))
    ut: set[tuple[str, int]] = set()
    for rader in conn.execute(sats).scalars():
        ut |= {(tabell, id_) for tabell in sigill.FORMER for id_ in rader.get(tabell, ())}
    return ut


class _Gang:
    """One walk along the chain."""

    def __init__(self, conn: Connection, vaka: Vaka, fran: date | None) -> None:
        self.conn, self.nycklar = conn, vaka.nyckelring
        self.prov = Prov(fran=fran)
        # Floors first: whatever is below them has its seal by now.
        self.golv = {tabell: golvet(conn, tabell) for tabell in sigill.FORMER}
        d, k = t.loggdag.c, t.loggkedja.c
        self.topp = int(conn.execute(select(func.max(k.nr))).scalar() or 0)
        self.dagar: list[Any] = list(conn.execute(select(t.loggdag).order_by(d.dag)))
        self.alla_dagar = {rad.dag: rad for rad in self.dagar}
        fore = [rad for rad in self.dagar if fran is not None and rad.dag < fran]
        self.dagar = self.dagar[len(fore) :]
        self.efter = int(fore[-1].sista_nr) if fore else 0
        self.forra = bytes(fore[-1].mac) if fore else sigill.START
        self.oppen: date | None = fore[-1].dag + timedelta(days=1) if fore else None
        self.stangda_golv: dict[str, int] = fore[-1].golv if fore else {}
        self.lopnr = 0
        self.hoppa = False
        self.gallrade = _gallrade(conn)

    # -- the chain -----------------------------------------------------------------------------------------------------

    def kedjan(self, framsteg: sigill.Framsteg | None) -> None:
        k, borjan = t.loggkedja, self.efter
        while True:
            sats = select(k).where(k.c.nr > self.efter, k.c.nr <= self.topp).order_by(k.c.nr).limit(BLOCK)
            led = self.conn.execute(sats).all()
            if not led:
                break
            rader = self._raderna(led)
            for ett in led:
                self._dagar_fore(ett)
                self._ett_led(ett, rader.get((ett.tabell, ett.rad_id)))
                self.efter = ett.nr
            self.prov.rader += len(led)
            if framsteg is not None:
                framsteg(self.efter - borjan, self.topp - borjan)
        self._dagar_fore(None)

    def _raderna(self, led: list[Any]) -> dict[tuple[str, int], Any]:
        """The rows that the seals are of, each with the columns of its form."""
        grupper: dict[tuple[str, int], list[int]] = {}
        for ett in led:
            if ett.form in sigill.FORMER.get(ett.tabell, {}):
                grupper.setdefault((ett.tabell, ett.form), []).append(ett.rad_id)
        ut = {}
        for (tabell, form), id_ in grupper.items():
            tab = getattr(t, tabell)
            sats = select(*(tab.c[namn] for namn in sigill.FORMER[tabell][form]))
            ut |= {(tabell, rad[0]): rad for rad in self._lasta(sats, tab.c.id, id_)}
        return ut

    def _lasta(self, sats: Any, kolumn: Any, id_: list[int]) -> list[Any]:
        """The rows of these numbers. One that holds what no program of ours writes (a time without end) can't be read: it
        is given as its number alone, which fits no seal, and keeps none of the others from being tried."""
        try:
            return list(self.conn.execute(sats.where(kolumn == func.any(id_))))
        except DataError:
            if len(id_) == 1:
                return [(id_[0],)]
        mitt = len(id_) // 2
        return self._lasta(sats, kolumn, id_[:mitt]) + self._lasta(sats, kolumn, id_[mitt:])

    def _ett_led(self, ett: Any, rad: Any) -> None:
        if ett.nr != self.efter + 1:
            saknade = f"sigillet {self.efter + 1}" if ett.nr == self.efter + 2 else f"sigillen {self.efter + 1}–{ett.nr - 1}"
            self._fel(self.efter + 1, "loggkedja", self.efter + 1, ett.dag, f"{saknade} är borttaget ur kedjan")
            self.lopnr, self.hoppa = ett.lopnr - 1, True
        if self.oppen is None:
            self.oppen = ett.dag
        elif ett.dag > self.oppen:
            self._fel(ett.nr - 0.5, "loggdag", None, self.oppen, "dagens stängning är borttagen")
            self.oppen, self.lopnr, self.hoppa = ett.dag, ett.lopnr - 1, True
        if ett.lopnr != self.lopnr + 1 or ett.dag != self.oppen:
            self._fel(ett.nr, "loggkedja", ett.nr, ett.dag, "sigillet står på fel plats eller fel dag i kedjan")
        self.lopnr = ett.lopnr
        nr, hoppa, forra = ett.nr, self.hoppa, self.forra
        self.forra, self.hoppa = bytes(ett.mac), False
        if ett.tabell not in sigill.FORMER or ett.form not in sigill.FORMER[ett.tabell]:
            self._fel(nr, "loggkedja", nr, ett.dag, "sigillet gäller en tabell eller form som inte finns")
        elif rad is None and (ett.tabell, ett.rad_id) not in self.gallrade:
            self._fel(nr, ett.tabell, ett.rad_id, ett.dag, "raden är borttagen")
        elif ett.rad_id <= self.stangda_golv.get(ett.tabell, 0):
            self._fel(nr, ett.tabell, ett.rad_id, ett.dag, "raden är inskjuten i efterhand, bland rader som redan hade sigill")
        elif (ett.tabell, ett.rad_id) in self.gallrade:
            self.prov.gallrade += 1  # taken away or emptied, and its certificate has a seal of its own
        elif not hoppa and not self._stammer(ett, rad, forra):
            self._fel(
                nr, ett.tabell, ett.rad_id, ett.dag, "raden stämmer inte med sitt sigill: raden, dess plats eller sigillet är ändrat"
            )

    def _stammer(self, ett: Any, rad: Any, forra: bytes) -> bool:
        try:
            ska = sigill.radens(
                self.nycklar, forra, nr=ett.nr, dag=ett.dag, lopnr=ett.lopnr, tabell=ett.tabell, form=ett.form,
                nyckel=ett.nyckel, rad=rad,
            )  # fmt: skip
        except ValueError:  # no such key: nobody who holds ours made it
            return False
        return ska == ett.mac

    # -- closed days ---------------------------------------------------------------------------------------------------

    def _dagar_fore(self, ett: Any) -> None:
        """Close the days that end before this seal, or all that are left."""
        while self.dagar and (ett is None or self.dagar[0].sista_nr < ett.nr):
            rad = self.dagar.pop(0)
            self._en_dag(rad)
            self.forra, self.oppen, self.lopnr, self.hoppa = bytes(rad.mac), rad.dag + timedelta(days=1), 0, False
            self.stangda_golv = rad.golv if isinstance(rad.golv, dict) else {}

    def _en_dag(self, rad: Any) -> None:
        self.prov.dagar += 1
        self.oppen = self.oppen or rad.dag
        plats = max(rad.sista_nr, self.efter) + 0.5
        if rad.dag != self.oppen:
            self._fel(plats, "loggdag", None, self.oppen, f"dagens stängning är borttagen; nästa som finns är {rad.dag}")
        elif rad.antal != self.lopnr or rad.sista_nr != self.efter:
            self._fel(
                plats, "loggdag", None, rad.dag,
                f"dagen stängdes med {rad.antal} rader till och med sigill {rad.sista_nr}, nu är de {self.lopnr} till och med {self.efter}",
            )  # fmt: skip
        elif not self.hoppa and not self._dagen_stammer(rad):
            self._fel(plats, "loggdag", None, rad.dag, "dagens sigill stämmer inte: dagen eller kedjan före den är ändrad")

    def _dagen_stammer(self, rad: Any) -> bool:
        try:
            ska = sigill.dagens(
                self.nycklar, self.forra, dag=rad.dag, antal=rad.antal, sista_nr=rad.sista_nr, golv=rad.golv, nyckel=rad.nyckel
            )
        except ValueError:
            return False
        return ska == rad.mac

    # -- what has no seal, and what was put down outside ---------------------------------------------------------------

    def utan_sigill(self) -> None:
        """Rows where every row should have its seal: put in afterwards, or their seal was taken away. The whole table, from
        whatever day the chain is gone through: it is soon done."""
        k = t.loggkedja.c
        for tabell, golv in self.golv.items():
            tab = getattr(t, tabell)
            har = select(k.nr).where(k.tabell == tabell, k.rad_id == tab.c.id).exists()
            sats = select(tab.c.id).where(tab.c.id <= golv, ~har).order_by(tab.c.id)
            for rad in self.conn.execute(sats.limit(10 * HOGST)).scalars():
                narmast = self.conn.execute(
                    select(k.nr, k.dag).where(k.tabell == tabell, k.rad_id > rad).order_by(k.rad_id).limit(1)
                ).one_or_none()
                plats = narmast.nr - 0.5 if narmast else self.topp + 0.5
                self._fel(plats, tabell, rad, narmast.dag if narmast else None, "raden saknar sigill: den är inskjuten, eller sigillet är borttaget")

    def mot_ankaren(self, alla: list[ankare.Ankare], trasiga: list[int], *, huvud: tuple[int, str] | None) -> None:
        for nr in trasiga:
            self._fel(self.topp + 2, "ankare", nr, None, "raden i ankarfilen går inte att läsa: filen är ändrad")
        forra: date | None = None
        for ett in alla:
            self.prov.ankare += 1
            rad = self.alla_dagar.get(ett.dag)
            if forra is not None and ett.dag != forra + timedelta(days=1):
                self._fel(self.topp + 2, "ankare", ett.rad, ett.dag, f"ankarfilen saknar dagar mellan {forra} och {ett.dag}")
            forra = ett.dag
            if rad is None:
                self._fel(self.topp + 1, "loggdag", None, ett.dag, f"dagen är förankrad med {ett.antal} rader men finns inte i databasen: loggen är avklippt")
            elif (rad.antal, rad.sista_nr, bytes(rad.mac).hex()) != (ett.antal, ett.sista_nr, ett.hash):
                self._fel(rad.sista_nr + 0.6, "loggdag", None, ett.dag, "dagen är en annan än den som förankrades: kedjan är omskriven, eller ankaret ändrat")
        if huvud is not None:
            self._mot_huvudet(*huvud)

    def _mot_huvudet(self, nr: int, hash_: str) -> None:
        k = t.loggkedja.c
        rad = self.conn.execute(select(k.dag, k.mac).where(k.nr == nr)).one_or_none()
        if rad is None:
            self._fel(self.topp + 1, "loggkedja", nr, None, f"kedjan gick till sigill {nr} men slutar vid {self.topp}: loggen är avklippt")
        elif bytes(rad.mac).hex() != hash_:
            self._fel(nr, "loggkedja", nr, rad.dag, "sigillet är ett annat än det som skrevs ner utanför databasen")

    def _fel(self, plats: float, tabell: str, rad: int | None, dag: date | None, vad: str) -> None:
        self.prov.anmark(Fel(plats, tabell, rad, dag, vad))


__all__ = ["Fel", "Prov", "senaste_provet", "verifiera"]

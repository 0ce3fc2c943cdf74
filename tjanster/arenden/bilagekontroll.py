"""Is every attachment where its row says, and can it be opened? And what lies in the stores that no row knows of?

An object is written before its row. One without a row is therefore either on its way or left by a step that was never
taken; only what has lain for a day is called an orphan.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from tjanster.arenden.bilageplats import BUNT, GarInteAttOppna, i_lager, oppna, vantar
from tjanster.bilagelager import DATABAS, Bilagelager, LagretSvararInte, Objekt, ObjektetSaknas, eget
from tjanster.db import t
from tjanster.db.krets import systemet
from tjanster.krypto import Nyckelring

FORALDRALOS_EFTER = timedelta(days=1)
SAMTIDIGA = 20
"""Files whose content is held in memory at once."""
Framsteg = Callable[[int, int], None]


@dataclass(frozen=True)
class Brist:
    """A file that can't be opened. vad: a word of BRISTER."""

    nummer: str
    bilaga: int
    vad: str


@dataclass
class Lagerprov:
    """What was found in one store. foraldralosa: objects of ours that no row holds; okanda: how many objects aren't ours;
    stadade: how many orphans were removed; fel: why it couldn't be gone through."""

    lager: str
    hela: int = 0
    brister: list[Brist] = field(default_factory=list)
    foraldralosa: list[str] = field(default_factory=list)
    okanda: int = 0
    stadade: int = 0
    fel: str | None = None

    @property
    def bra(self) -> bool:
        return not self.brister and self.fel is None

    @property
    def mest_borta(self) -> bool:
        """Then it is the store that is wrong, and not what lies in it."""
        return 2 * sum(b.vad == "saknas" for b in self.brister) > self.hela + len(self.brister)


def kontrollera(
    motor: Engine, ring: Nyckelring, alla: Bilagelager, nu: datetime, framsteg: Framsteg | None = None, *, stada: bool = False
) -> list[Lagerprov]:
    """Go through every store that has something, and the one for what is new. stada: remove the orphans of those stores that
    have most of their files."""
    b, r = t.bilaga.c, t.bilageradering.c
    with systemet(motor) as conn:
        antal = conn.execute(select(func.count()).where(b.borttagen.is_(None))).scalar_one()
        namn = {DATABAS, alla.nya, *conn.scalars(select(b.lager).where(b.objekt.is_not(None)).distinct())}
        namn |= set(conn.scalars(select(r.lager).distinct()))
    gang, ut = _Gang(motor, ring, alla, nu, antal, framsteg), []
    for ett in sorted(namn, key=lambda n: (n != DATABAS, n)):
        prov = Lagerprov(ett)
        ut.append(prov)
        try:
            gang.prova(prov)
            if stada and not prov.mest_borta:
                for objekt in prov.foraldralosa:
                    alla.lager(ett).ta_bort(objekt)
                    prov.stadade += 1
        except LagretSvararInte as fel:
            prov.fel = str(fel)
    return ut


@dataclass
class _Gang:
    motor: Engine
    ring: Nyckelring
    alla: Bilagelager
    nu: datetime
    antal: int
    framsteg: Framsteg | None
    gangna: int = 0

    def prova(self, prov: Lagerprov) -> None:
        ligger = [] if prov.lager == DATABAS else list(self.alla.lager(prov.lager).lista())
        b, a, efter = t.bilaga.c, t.arende.c, 0
        sats = select(b.id, a.nummer, b.innehall, b.lager, b.objekt).join(t.arende, a.id == b.arende_id)
        sats = sats.where(i_lager(prov.lager), b.borttagen.is_(None)).order_by(b.id).limit(SAMTIDIGA if prov.lager == DATABAS else BUNT)
        while True:
            with systemet(self.motor) as conn:
                bunt = conn.execute(sats.where(b.id > efter)).all()
            for rad in bunt:
                self._en(prov, rad)
            if not bunt:
                break
            efter = bunt[-1].id
        with systemet(self.motor) as conn:
            for i in range(0, len(ligger), BUNT):
                self._utan_rad(conn, prov, ligger[i : i + BUNT])

    def _en(self, prov: Lagerprov, rad: Any) -> None:
        try:
            oppna(self.ring, self.alla, rad.id, (rad.innehall, rad.lager, rad.objekt))
        except GarInteAttOppna as fel:
            if not self._star_kvar(rad):
                return  # moved or taken away while it was looked for
            prov.brister.append(Brist(rad.nummer, rad.id, fel.vad))
        else:
            prov.hela += 1
        self.gangna += 1
        if self.framsteg is not None:
            self.framsteg(self.gangna, max(self.antal, self.gangna))

    def _star_kvar(self, rad: Any) -> bool:
        b = t.bilaga.c
        sats = select(b.id).where(b.id == rad.id, b.borttagen.is_(None), b.objekt.is_not_distinct_from(rad.objekt))
        with systemet(self.motor) as conn:
            return conn.execute(sats).first() is not None

    def _utan_rad(self, conn: Connection, prov: Lagerprov, ligger: list[Objekt]) -> None:
        """Asked after the store was listed: whose row came in the meantime has one now."""
        b, r, namn = t.bilaga.c, t.bilageradering.c, [o.namn for o in ligger]
        kanda = set(conn.scalars(select(b.objekt).where(b.lager == prov.lager, b.objekt.in_(namn))))
        kanda |= set(conn.scalars(select(r.objekt).where(r.lager == prov.lager, r.objekt.in_(namn))))
        for ett in ligger:
            if ett.namn in kanda:
                continue
            if not eget(self.ring, ett.namn):
                prov.okanda += 1
            elif self.nu - ett.tid > FORALDRALOS_EFTER:
                prov.foraldralosa.append(ett.namn)


def prova_lagren(motor: Engine, ring: Nyckelring, alla: Bilagelager) -> tuple[bool, str]:
    """Can what is new be put down and fetched, what is older be fetched, and what was taken away be deleted?"""
    b, fel = t.bilaga.c, []
    with systemet(motor) as conn:
        aldre = conn.execute(select(b.lager, func.min(b.objekt)).where(b.lager != alla.nya).group_by(b.lager)).all()
        _, for_lange = vantar(conn)
    try:
        blob = ring.kryptera(b"prov", "prov")
        plats = alla.lagg(alla.nya, ring, blob)
        if alla.hamta(**plats) != blob:
            fel.append(f"Lagret {alla.nya} ger inte tillbaka det som skrevs där.")
        if plats["objekt"]:
            alla.lager(alla.nya).ta_bort(plats["objekt"])
    except LagretSvararInte as nej:
        fel.append(f"{nej} Filer kan inte bifogas: starta det, eller rätta VAKA_BILAGELAGER.")
    except ObjektetSaknas:
        fel.append(f"Lagret {alla.nya} har inte kvar det som skrevs där nyss.")
    for namn, objekt in aldre:
        try:
            alla.lager(namn).las(objekt)
        except LagretSvararInte as nej:
            fel.append(f"{nej} Äldre filer där kan inte hämtas: starta det, eller rätta inställningarna.")
        except ObjektetSaknas:
            fel.append(f"Lagret {namn} saknar en fil: kör 'vaka bilagor kontrollera'.")
    if for_lange:
        fel.append(f"{for_lange} borttagna filer ligger kvar i ett lager sedan mer än ett dygn: starta 'vaka start --roll vakt'.")
    return not fel, " ".join(fel) or ", ".join([alla.nya, *(f"äldre filer i {namn}" for namn, _ in aldre)])

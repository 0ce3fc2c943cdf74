"""The draft: the rules as somebody is writing them, file by file, kept also while they are broken. One at a time for the
municipality, since two drafts would undo each other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

STORST = 500_000
_VAG = re.compile(r"(regler/[a-z0-9_]+|config/[a-z0-9_-]+(/regler/[a-z0-9_]+|/fall)?)/[a-z0-9_-]+\.yaml")


@dataclass(frozen=True)
class Utkast:
    """`filer` as they stand in it, `grund` as they stand in the set that it began from (version `bas`)."""

    id: int
    bas: int
    version: int
    filer: Mapping[str, str]
    grund: Mapping[str, str]
    kan_angras: bool
    skapad: datetime
    skapad_av: str | None
    andrad: datetime
    andrad_av: str | None

    @property
    def andrade(self) -> tuple[str, ...]:
        """The paths that differ from the set it began from: changed, new and removed."""
        return tuple(vag for vag in sorted({*self.filer, *self.grund}) if self.filer.get(vag) != self.grund.get(vag))


def hamta_utkast(conn: Connection) -> Utkast | None:
    """The open draft, if there is one."""
    u, v = t.regelutkast.c, t.regelversion.c
    gjort, sist = t.anvandare.alias("gjort"), t.anvandare.alias("sist")
    sats = (
        select(t.regelutkast, v.filer.label("grund"), gjort.c.namn.label("gjort"), sist.c.namn.label("sist"))
        .join_from(t.regelutkast, t.regelversion, v.id == u.bas)
        .outerjoin(gjort, gjort.c.id == u.skapad_av)
        .outerjoin(sist, sist.c.id == u.andrad_av)
        .where(u.status == "oppet")
    )
    rad = conn.execute(sats).mappings().one_or_none()
    if rad is None:
        return None
    return Utkast(
        rad["id"], rad["bas"], rad["version"], rad["filer"], rad["grund"], rad["forra"] is not None, rad["skapad"],
        rad["gjort"], rad["andrad"], rad["sist"],
    )  # fmt: skip


def borja(conn: Connection, s: Sammanhang, *, nu: datetime, av: int, filer: Mapping[str, str] | None = None) -> Utkast:
    """A draft of the rules that hold, or of other files (an older version, those on the disk). The one that is open when
    there is one already and nothing else was asked for; raises Nej when there is."""
    rad = {
        "status": "oppet", "bas": s.regelversion, "filer": dict(filer or s.regelverk.filer), "version": 1,
        "skapad": nu, "skapad_av": av, "andrad": nu, "andrad_av": av,
    }  # fmt: skip
    ny = conn.execute(insert(t.regelutkast).values(rad).on_conflict_do_nothing().returning(t.regelutkast.c.id)).first()
    if ny is None and filer is not None:
        raise Nej("Det finns redan ett utkast. Aktivera eller kasta det först.", kod="utkast_finns")
    utkast = hamta_utkast(conn)
    assert utkast is not None
    return utkast


def spara_fil(conn: Connection, utkast: Utkast, vag: str, text: str | None, *, nu: datetime, av: int) -> None:
    """Put a file in the draft; None takes it out. The text may be broken. Raises Nej for a path that is no rule file's, for
    a text that is too large, and when somebody else has changed the draft since it was read."""
    if not _VAG.fullmatch(vag):
        mening = "En regelfil heter till exempel regler/frister/synpunkt.yaml, med små bokstäver a–z, siffror och _."
        raise Nej(f"'{vag}' är ingen regelfils namn. {mening}", kod="fel_fil")
    if text is not None and len(text.encode()) > STORST:
        raise Nej(f"Filen är för stor: högst {STORST // 1000} kB.", kod="fel_fil")
    filer = {k: v for k, v in utkast.filer.items() if k != vag}
    if text is not None:
        filer[vag] = text.replace("\r\n", "\n")
    _andra(conn, utkast, {"filer": filer, "forra": dict(utkast.filer), "andrad": nu, "andrad_av": av})


def angra(conn: Connection, utkast: Utkast, *, nu: datetime, av: int) -> None:
    """Take back the last change. Raises Nej when there is none."""
    forra = conn.execute(select(t.regelutkast.c.forra).where(t.regelutkast.c.id == utkast.id)).scalar_one()
    if forra is None:
        raise Nej("Det finns ingen ändring att ångra.", kod="steget_gar_inte_nu")
    _andra(conn, utkast, {"filer": forra, "forra": None, "andrad": nu, "andrad_av": av})


def kasta(conn: Connection, utkast: Utkast) -> None:
    """Put the draft away. It is kept, and `ta_tillbaka` opens it again."""
    _andra(conn, utkast, {"status": "kastat"})


def ta_tillbaka(conn: Connection) -> None:
    """Open the draft that was put away last. Raises FinnsInte, and Nej when another is open."""
    u = t.regelutkast.c
    if hamta_utkast(conn) is not None:
        raise Nej("Det finns redan ett utkast. Aktivera eller kasta det först.", kod="utkast_finns")
    senast = conn.execute(select(u.id).where(u.status == "kastat").order_by(u.andrad.desc()).limit(1)).scalar_one_or_none()
    if senast is None:
        raise FinnsInte("Utkastet")
    conn.execute(update(t.regelutkast).where(u.id == senast).values(status="oppet", version=u.version + 1))


def anvant(conn: Connection, utkast: Utkast) -> None:
    """The draft has been sent for activation and is no draft any more."""
    _andra(conn, utkast, {"status": "aktiverat"})


def _andra(conn: Connection, utkast: Utkast, varden: dict[str, Any]) -> None:
    u = t.regelutkast.c
    sats = update(t.regelutkast).where(u.id == utkast.id, u.version == utkast.version, u.status == "oppet")
    if not conn.execute(sats.values(varden | {"version": utkast.version + 1})).rowcount:
        raise Nej("Någon annan har ändrat utkastet sedan du öppnade det. Läs om sidan och gör om din ändring.", kod="nagon_hann_fore")

"""Files of a case: what is kept of them, and who reads them back.

A file's name may tell who somebody is. It is shown in the case and nowhere else; addresses and events bear its number.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import Connection, select

from tjanster.arenden.fel import FinnsInte, OgiltigaUppgifter
from tjanster.arenden.filgranskning import NyBilaga
from tjanster.arenden.lage import Lage, Skrivning
from tjanster.arenden.personuppgifter import ringen
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.krypto import Nyckelring

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran

@dataclass(frozen=True)
class Bilagebild:
    """A file as the case shows it. storlek: bytes."""

    id: int
    namn: str
    typ: str
    storlek: int
    rubrik: str | None
    tid: datetime
    av: str


def bilagans_bindning(bilaga: int) -> str:
    return f"bilaga:{bilaga}"


def summa(ring: Nyckelring, innehall: bytes) -> str:
    """By which the same file is known again; without the key it tells nothing of what the file is."""
    return ring.mac("bilaga", innehall).hex()


def bifoga(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", rubrik: str | None) -> list[int]:
    """Leave the files of the request for writing; returns their numbers."""
    if not begaran.bilagor:
        raise OgiltigaUppgifter(falt={"filer": "Välj minst en fil."})
    ring = ringen(conn)
    summor = [summa(ring, b.innehall) for b in begaran.bilagor]
    _inga_tva_ganger(conn, lage, begaran.bilagor, summor)
    nya = s.nya_id(conn, "bilaga", len(begaran.bilagor))
    skr.bilagor += [
        {
            "id": i, "arende_id": lage.rad["id"], "namn": b.namn, "typ": b.typ, "storlek": len(b.innehall),
            "sha256": sha256, "krypterad": True, "innehall": ring.kryptera(b.innehall, bilagans_bindning(i)), "rubrik": rubrik,
            "av": begaran.av.id if begaran.av else None, "tid": begaran.nu,
        }
        for i, b, sha256 in zip(nya, begaran.bilagor, summor, strict=True)
    ]  # fmt: skip
    return nya


def _inga_tva_ganger(conn: Connection, lage: Lage, filer: Iterable[NyBilaga], summor: list[str]) -> None:
    """A form that was sent twice, and the same file chosen again, make one."""
    b = t.bilaga.c
    sats = select(b.sha256, b.namn).where(b.arende_id == lage.rad["id"], b.borttagen.is_(None), b.sha256.in_(summor))
    finns = {r.sha256: r.namn for r in conn.execute(sats)}
    fel = []
    for fil, sha256 in zip(filer, summor, strict=True):
        if sha256 in finns:
            samma = "" if finns[sha256] == fil.namn else f" som ”{finns[sha256]}”, med samma innehåll"
            fel.append(f"”{fil.namn}” är redan bifogad{samma}.")
        finns[sha256] = fil.namn
    if fel:
        raise OgiltigaUppgifter(falt={"filer": " ".join(fel)})


def ta_bort(conn: Connection, lage: Lage, skr: Skrivning, begaran: "Begaran", bilaga: str, skal: str) -> int:
    """Empty the file; its row and its events stay."""
    rad = _rad(conn, lage, int(bilaga)) if bilaga.isascii() and bilaga.isdigit() and len(bilaga) < 16 else None
    if rad is None:
        raise OgiltigaUppgifter(falt={"bilaga": f"Bilagan '{bilaga}' finns inte här, eller är redan borttagen."})
    skr.tomda.append(
        {"id": rad.id, "borttagen": begaran.nu, "borttagen_av": begaran.av.id if begaran.av else None, "skal": skal}
    )
    return int(rad.id)


def bilagor(conn: Connection, lage: Lage) -> tuple[Bilagebild, ...]:
    """The case's files, the first one first. Those taken away are told of by the history alone."""
    b, a = t.bilaga.c, t.anvandare.c
    sats = (
        select(b.id, b.namn, b.typ, b.storlek, b.rubrik, b.tid, a.namn.label("av"))
        .select_from(t.bilaga.outerjoin(t.anvandare, a.id == b.av))
        .where(b.arende_id == lage.rad["id"], b.borttagen.is_(None))
        .order_by(b.id)
    )
    return tuple(Bilagebild(**dict(r) | {"av": r["av"] or "Vaka"}) for r in conn.execute(sats).mappings())


def har_bilaga(conn: Connection, lage: Lage) -> bool:
    b = t.bilaga.c
    sats = select(b.id).where(b.arende_id == lage.rad["id"], b.borttagen.is_(None)).limit(1)
    return conn.execute(sats).first() is not None


def las_bilaga(conn: Connection, lage: Lage, bilaga: int) -> NyBilaga:
    """A file of the case with its content. FinnsInte for another case's and for one that was taken away."""
    rad = _rad(conn, lage, bilaga, t.bilaga.c.innehall)
    if rad is None:
        raise FinnsInte("Bilagan")
    return NyBilaga(rad.namn, rad.typ, ringen(conn).oppna(rad.innehall, bilagans_bindning(rad.id)))


def huvuden(bilaga: NyBilaga) -> dict[str, str]:
    """Headers by which a browser saves the file and never shows it, whatever it may hold."""
    enkelt = re.sub(r"[^A-Za-z0-9._ -]", "_", bilaga.namn)
    return {
        "content-disposition": f"attachment; filename=\"{enkelt}\"; filename*=UTF-8''{quote(bilaga.namn, safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }


def _rad(conn: Connection, lage: Lage, bilaga: int, *mer: Any) -> Any:
    b = t.bilaga.c
    if not 0 < bilaga < 2**62:
        return None
    sats = select(b.id, b.namn, b.typ, *mer).where(
        b.id == bilaga, b.arende_id == lage.rad["id"], b.borttagen.is_(None)
    )
    return conn.execute(sats).one_or_none()

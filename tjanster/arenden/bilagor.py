"""Files of a case: what is kept of them, and who reads them back.

A file's name may tell who somebody is. It is shown in the case and nowhere else; addresses and events bear its number.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import Connection, func, select

from tjanster.arenden.bilageplats import GarInteAttOppna, bilagans_bindning, lagren, oppna, summa
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.filgranskning import NyBilaga, storlekstext
from tjanster.arenden.lage import Lage, Skrivning
from tjanster.arenden.personuppgifter import ringen
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.bilagelager import Bilagelager, LagretSvararInte
from tjanster.db import t
from tjanster.krypto import Nyckelring

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran

logg = logging.getLogger("vaka.bilagor")


class BilagelagretSvararInte(Nej):
    """The store is away: nothing is put there, and what lies there can't be fetched. Everything else of the case goes on."""

    kod = "bilagelagret_svarar_inte"
    status = 503
    sekunder = 30


class BilaganGarInteAttLasa(Nej):
    """What the store gives isn't the file any more."""

    kod = "bilagan_gar_inte_att_lasa"
    status = 502

    def __init__(self, bilaga: int, varfor: str) -> None:
        super().__init__(f"Filen går inte att läsa: {varfor}. Säg till administratören att det gäller bilaga {bilaga}.")


class ArendetArFullt(OgiltigaUppgifter):
    """The files of the case would be more than one case may hold."""

    kod = "arendet_ar_fullt"


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


@dataclass(frozen=True)
class Lagd:
    """A file as its row tells of it, with where its content lies. Opened when the row's transaction is over, so that a slow
    store holds nothing of the database."""

    id: int
    namn: str
    typ: str
    plats: tuple[bytes | None, str | None, str | None]
    ring: Nyckelring
    lagren: Bilagelager

    def oppna(self) -> NyBilaga:
        """With its content. Raises BilagelagretSvararInte and BilaganGarInteAttLasa."""
        try:
            return NyBilaga(self.namn, self.typ, oppna(self.ring, self.lagren, self.id, self.plats))
        except LagretSvararInte as fel:
            logg.error("Bilaga %s går inte att hämta: %s", self.id, fel, extra={"action": "attachment_store_down"})
            raise BilagelagretSvararInte(
                "Filen går inte att hämta just nu: lagret där den ligger svarar inte. Resten av ärendet går att läsa. "
                "Försök igen om en stund, och säg till administratören om det inte hjälper."
            ) from None
        except GarInteAttOppna as fel:
            logg.error("Bilaga %s går inte att läsa: %s", self.id, fel, extra={"action": "attachment_unreadable"})
            raise BilaganGarInteAttLasa(self.id, str(fel)) from None


def bifoga(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", rubrik: str | None) -> list[int]:
    """Put the files of the request where their contents go, and leave their rows for writing; returns their numbers. What was
    put there for a step that then isn't taken lies in the store without a row."""
    if not begaran.bilagor:
        raise OgiltigaUppgifter(falt={"filer": "Välj minst en fil."})
    ring, alla = ringen(conn), lagren(conn)
    summor = [summa(ring, b.innehall) for b in begaran.bilagor]
    _inga_tva_ganger(conn, lage, begaran.bilagor, summor)
    _far_plats(conn, lage, begaran.bilagor, alla.hogst)
    nya = s.nya_id(conn, "bilaga", len(begaran.bilagor))
    skr.bilagor += [
        {
            "id": i, "arende_id": lage.rad["id"], "namn": b.namn, "typ": b.typ, "storlek": len(b.innehall),
            "sha256": sha256, "krypterad": True, "rubrik": rubrik,
            "av": begaran.av.id if begaran.av else None, "tid": begaran.nu,
        }
        | _lagg_undan(alla, ring, i, b)
        for i, b, sha256 in zip(nya, begaran.bilagor, summor, strict=True)
    ]  # fmt: skip
    return nya


def _lagg_undan(alla: Bilagelager, ring: Nyckelring, bilaga: int, fil: NyBilaga) -> dict[str, Any]:
    try:
        return alla.lagg(alla.nya, ring, ring.kryptera(fil.innehall, bilagans_bindning(bilaga)))
    except LagretSvararInte as fel:
        logg.error("Filer kan inte tas emot: %s", fel, extra={"action": "attachment_store_down"})
        mening = (
            "Filerna kan inte tas emot just nu: lagret som de sparas i svarar inte. Ingen av dem är sparad. "
            "Försök igen om en stund."
        )
        raise BilagelagretSvararInte(mening, {"filer": mening}) from None


def _far_plats(conn: Connection, lage: Lage, filer: tuple[NyBilaga, ...], hogst: int) -> None:
    b = t.bilaga.c
    sats = select(func.coalesce(func.sum(b.storlek), 0)).where(b.arende_id == lage.rad["id"], b.borttagen.is_(None))
    har, nytt = int(conn.execute(sats).scalar_one()), sum(len(fil.innehall) for fil in filer)
    if har + nytt > hogst:
        vad = f"”{filer[0].namn}” är på" if len(filer) == 1 else f"De {len(filer)} nya är på"
        finns = f"filer på {storlekstext(har)}" if har else "inga filer"
        raise ArendetArFullt(
            falt={
                "filer": f"Ärendet har {finns}. {vad} {storlekstext(nytt)}, och högst "
                f"{storlekstext(hogst)} får plats i ett ärende. Ta bort filer som inte behövs, eller gör de nya mindre. "
                "Behövs alla: be administratören höja gränsen."
            }
        )


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


def hitta_bilaga(conn: Connection, lage: Lage, bilaga: int) -> Lagd:
    """A file of the case. FinnsInte for another case's and for one that was taken away."""
    b = t.bilaga.c
    rad = _rad(conn, lage, bilaga, b.innehall, b.lager, b.objekt)
    if rad is None:
        raise FinnsInte("Bilagan")
    return Lagd(rad.id, rad.namn, rad.typ, (rad.innehall, rad.lager, rad.objekt), ringen(conn), lagren(conn))


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

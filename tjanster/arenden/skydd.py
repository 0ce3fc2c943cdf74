"""Protected identity: the case is there for the persons it names, and for nobody else, whatever their role."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.konto import hitta_konto
from tjanster.arenden.lage import Lage
from tjanster.arenden.sammanhang import Sammanhang

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran


def skydda(conn: Connection, s: Sammanhang, lage: Lage, valda: Iterable[str], begaran: "Begaran") -> list[int]:
    """Let only `valda` (ids or user names) see the case, and whoever says so; returns the accounts. An officer who isn't
    among them is taken off. Raises OgiltigaUppgifter for one who may not work with the case."""
    from tjanster.arenden.foljder import arbetande

    krets, fel = {begaran.av.id} if begaran.av else set(), []
    mojliga = {p.id for p in arbetande(conn, s, lage, begaran.nu)} - set(lage.rad["javiga"])
    for text in valda:
        konto = hitta_konto(conn, text)
        if konto in mojliga or konto in krets:
            krets.add(konto)
        else:
            fel.append(f"'{text}' är ingen som arbetar med enhetens ärenden och får därför inte ingå.")
    if not krets and not fel:
        fel.append("Namnge minst en person, annars ser ingen ärendet.")
    if fel:
        raise OgiltigaUppgifter(falt={"krets": " ".join(fel)})
    if lage.rad["handlaggare"] not in krets:
        lage.rad["handlaggare"] = None
    lage.rad["krets"] = sorted(krets)
    return sorted(krets)


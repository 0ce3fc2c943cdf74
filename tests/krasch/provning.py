"""What must be so afterwards, asked from outside: in the database, at the mail server, and in the books of those who worked."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Connection, text

from arbetsfloden import PROCESSER
from tests.krasch.kampanj import RADER, Varld
from tests.krasch.noder import kor
from tests.tjanster.invarianter import brustet

NARA = 8.0
"""Seconds within which a kill may have come between the mail server's yes and our note of it."""
DODAR_SANDARE = ("vakt", "databasens betjänt", "databasen", "allt")


@dataclass
class Facit:
    """The figures. fel: every sentence about something that isn't as it must be."""

    handelser: int = 0
    kvitterade: int = 0
    forlorade: int = 0
    dubbla: int = 0
    ovissa: int = 0
    trappsteg: int = 0
    brev: int = 0
    uteblivna: int = 0
    dubbla_brev: int = 0
    oforklarade: int = 0
    fel: list[str] = field(default_factory=list)


def prova(v: Varld) -> Facit:
    """Everything, once the world is at rest."""
    f = Facit(ovissa=sum(b.ovissa for b in v.utfall.bocker))
    f.fel += [nej for b in v.utfall.bocker for nej in b.nej]
    with v.fraga() as conn:
        f.handelser = int(conn.scalar(text("SELECT count(*) FROM handelse")) or 0)
        f.trappsteg = int(conn.scalar(text("SELECT count(*) FROM paminnelse WHERE fallen IS NOT NULL")) or 0)
        bockerna(conn, v, f)
        _lagliga_steg(conn, f)
        _filerna(conn, v, f)
        _breven(conn, v, f)
        f.fel += brustet(conn, v.vaka().sammanhang, svept=v.nu())
    kod, ut = kor(["logg", "verifiera"], v.miljo, v.nu())
    if kod:
        f.fel.append(f"loggen går inte att verifiera: {ut}")
    return f


def bockerna(conn: Connection, v: Varld, f: Facit) -> None:
    """What somebody was given a yes to is there, once."""
    texter = Counter(
        conn.scalars(text("SELECT coalesce(uppgifter->>'text', uppgifter->>'beskrivning') FROM arende WHERE process <> 'beslut'"))
    )
    nummer = dict(conn.execute(text("SELECT coalesce(uppgifter->>'text', uppgifter->>'beskrivning'), nummer FROM arende WHERE process <> 'beslut'")).all())
    uppgifter = Counter(conn.execute(text("SELECT a.nummer, u.text FROM uppgift u JOIN arende a ON a.id = u.arende_id")))
    handelser = set(conn.execute(text("SELECT a.nummer, h.handelse FROM handelse h JOIN arende a ON a.id = h.arende_id")))
    for bok in v.utfall.bocker:
        f.kvitterade += len(bok.arenden) + len(bok.steg)
        for nr, marke in bok.arenden.items():
            if nummer.get(marke) != nr:
                f.forlorade += 1
                f.fel.append(f"kvitterat men borta: {nr} ({marke})")
        for nr, marke in bok.steg:
            if not uppgifter[nr, marke] and (nr, marke) not in handelser:
                f.forlorade += 1
                f.fel.append(f"kvitterat steg men borta: {nr} ({marke})")
    flera = [f"{marke} i {antal} ärenden" for marke, antal in texter.items() if antal > 1]
    flera += [f"{nr}: {marke} {antal} gånger" for (nr, marke), antal in uppgifter.items() if antal > 1 and marke.startswith("prov ")]
    f.dubbla += len(flera)
    f.fel += flera


def _lagliga_steg(conn: Connection, f: Facit) -> None:
    """Played from its events by the process as declared, each case comes to where it stands."""
    arenden: dict[str, list[tuple[str, str, str | None, str]]] = defaultdict(list)
    sats = text("SELECT a.nummer, a.process, h.handelse, h.fran, h.till FROM handelse h JOIN arende a ON a.id = h.arende_id ORDER BY a.id, h.lopnr")
    for nr, process, handelse, fran, till in conn.execute(sats):
        arenden[nr].append((process, handelse, fran, till))
    lagen = dict(conn.execute(text("SELECT nummer, tillstand FROM arende")).all())
    for nr, rader in arenden.items():
        var = None
        for process, handelse, fran, till in rader:
            steg = {(s.handelse, g, s.till) for s in PROCESSER[process].steg for g in ((s.fran,) if isinstance(s.fran, str) else s.fran)}
            if fran != var or (fran is not None and fran != till and (handelse, fran, till) not in steg):
                f.fel.append(f"{nr}: {handelse} från {fran} till {till} är inget steg")
            var = till
        if lagen[nr] != var:
            f.fel.append(f"{nr} står i {lagen[nr]}, händelserna slutar i {var}")


def _filerna(conn: Connection, v: Varld, f: Facit) -> None:
    for fil in v.filer:
        if (antal := v.inlasta(conn, fil)) != RADER:
            f.fel.append(f"{fil.name}: {antal} av {RADER} rader")


def _breven(conn: Connection, v: Varld, f: Facit) -> None:
    """Each letter that Vaka holds for sent came to the mail server; a second copy only where a kill came in between."""
    kom = mottagna(v.brev)
    skickade = {f"<{m}>" for m in conn.scalars(text("SELECT message_id FROM notis WHERE status = 'skickad'"))}
    alla = {f"<{m}>" for m in conn.scalars(text("SELECT message_id FROM notis"))}
    misslyckade = conn.scalar(text("SELECT count(*) FROM notis WHERE status = 'misslyckad'"))
    f.brev, borta = len(skickade), skickade - kom.keys()
    f.uteblivna = len(borta)
    f.fel += [f"{len(borta)} brev sägs vara skickade men kom aldrig: {sorted(borta)[:3]}"] if borta else []
    f.fel += [f"ett brev som Vaka inte känner till: {m}" for m in sorted(kom.keys() - alla)[:3]]
    f.fel += [f"{misslyckade} brev misslyckades"] if misslyckade else []
    for ett, tider in kom.items():
        for forsta, andra in pairwise(tider):
            f.dubbla_brev += 1
            if not any(s in DODAR_SANDARE and forsta - NARA <= nar <= min(andra, forsta + NARA) for nar, s in v.utfall.skott):
                f.oforklarade += 1
                f.fel.append(f"två exemplar utan att någon dödades emellan: {ett}")


def mottagna(fil: Path) -> dict[str, list[float]]:
    """Message-ID → when each copy came, by the machine's clock."""
    ut: dict[str, list[float]] = defaultdict(list)
    for rad in fil.read_text("utf-8").splitlines():
        tid, message_id, _ = rad.split()
        ut[message_id].append(float(tid))
    return ut

"""What a person has chosen about their letters: read, checked, changed with a line in the log, and laid on each notice."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from arbetsfloden import narmast
from notiser import slapp_samlade
from regler import FORMER, KLOCKSLAG, NAR, VECKODAGAR, Brevval, Kommun
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.notera import nasta_brevtid
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

logg = logging.getLogger("vaka.konto")


def gallande(conn: Connection, kommun: Kommun, konto: int) -> tuple[Brevval, bool]:
    """What holds for the account, and whether it is their own choice or the municipality's."""
    eget = conn.execute(select(t.anvandare.c.brevval).where(t.anvandare.c.id == konto)).scalar_one()
    return (kommun.brev, False) if eget is None else (Brevval.from_dict(eget), True)


def tolka(morgonbrev: bool, dagar: Iterable[str], klockan: int | str, form: str, nytt: str) -> Brevval:
    """A choice as words from a form, a request or the command line. Raises OgiltigaUppgifter with every fault at once."""
    dagar, fel = list(dagar), {}
    okanda = [dag for dag in dagar if dag not in VECKODAGAR]
    if {"lördag", "söndag"} & set(okanda):
        fel["dagar"] = "Morgonbrevet kommer bara på arbetsdagar: välj bland måndag till fredag."
    elif okanda:
        alla = f". Dagarna är {', '.join(VECKODAGAR)}."
        fel["dagar"] = f"'{okanda[0]}' går inte att välja{narmast(okanda[0], VECKODAGAR) or alla}"
    elif morgonbrev and not dagar:
        fel["dagar"] = "Välj minst en dag, eller välj bort morgonbrevet."
    if str(klockan) not in map(str, KLOCKSLAG):
        fel["klockan"] = f"Morgonbrevet kan komma klockan {KLOCKSLAG[0]} till {KLOCKSLAG[-1]}, inte '{klockan}'."
    if form not in FORMER:
        fel["form"] = f"'{form}' går inte att välja. Välj {' eller '.join(FORMER)}."
    if nytt not in NAR:
        fel["nytt"] = f"'{nytt}' går inte att välja. Välj {' eller '.join(NAR)}."
    elif nytt == "morgonbrev" and not morgonbrev:
        fel["nytt"] = "Utan morgonbrev kan det nya inte vänta på det. Välj att få det genast."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    return Brevval(morgonbrev, frozenset(VECKODAGAR.index(dag) for dag in dagar) or frozenset(range(5)), int(klockan), form, nytt)


def satt(conn: Connection, s: Sammanhang, konto: int, val: Brevval | None, *, av: int | None, nu: datetime) -> bool:
    """Let `val` hold for the account, or the municipality's choice when None; says whether that changed anything. What waits for
    a digest that they no longer have goes by itself, at once or the next working morning."""
    a = t.anvandare.c
    fore = conn.execute(select(a.brevval).where(a.id == konto).with_for_update()).scalar_one()
    efter: dict[str, Any] | None = None if val is None else val.as_dict()
    if fore == efter:
        return False
    conn.execute(update(t.anvandare).where(a.id == konto).values(brevval=efter))
    conn.execute(t.brevvalsandring.insert().values(anvandare_id=konto, av=av, tid=nu, fran=fore, till=efter))
    if not (val or s.kommun.brev).samlar:
        slapp_samlade(conn, [konto], nasta_brevtid(s, nu, bradskande=False))
    logg.info("Konto %s ändrade sina brev", konto, extra={"action": "letters_changed", "account": konto, "by": av})
    return True

"""Who may come in: accounts, appointments and passwords. What they show afterwards is in `sessioner`.

Doors open the transaction and commit; the time is an argument.
"""

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from arbetsfloden import ROLLER, narmast
from notiser import adress_duger
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.db import t
from tjanster.engangslosen import GILTIGHET, nytt_engangslosen
from tjanster.klocka import svensk
from tjanster.losenord import LANGSTA_LOSEN, losenfel
from tjanster.sessioner import (
    VILOTID,
    Steg,
    aterkalla_nyckel,
    aterkalla_nycklar,
    csrf,
    logga_in_nyckel,
    logga_ut,
    logga_ut_overallt,
    prova_csrf,
    skapa_nyckel,
    skapa_session,
    som_bytes,
)

__all__ = [
    "FelInloggning", "Last", "UtgangetEngangslosen", "aterkalla_nyckel", "aterkalla_nycklar", "csrf",
    "logga_in", "logga_in_nyckel", "logga_ut", "logga_ut_overallt", "prova_csrf", "prova_losen", "rakna_fel", "satt_engangslosen",
    "satt_losen", "satt_uppdrag", "skapa_anvandare", "skapa_nyckel", "skapa_session", "slapp_in", "stang_konto",
    "steg_efter_losen", "steg_kvar",
]  # fmt: skip

# Above the least that OWASP's Password Storage Cheat Sheet asks (19 MiB, 2 rounds), and yet twenty log-ins at once fit in memory.
HASHARE = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)

GRATIS_FORSOK = 4
FORSTA_LAS = timedelta(minutes=1)
LANGSTA_LAS = timedelta(hours=1)
_NAMN = re.compile(r"[a-z0-9åäö][a-z0-9åäö._@-]{0,99}")


class FelInloggning(Nej):
    """Wrong name or password: never says which."""

    kod = "fel_inloggning"
    status = 401

    def __init__(self) -> None:
        super().__init__("Fel användarnamn eller lösenord.")


class UtgangetEngangslosen(Nej):
    """The password is right, temporary and too old. Said only to one who has it, so that nobody else learns of the account."""

    kod = "engangslosen_utgatt"
    status = 401

    def __init__(self) -> None:
        super().__init__("Engångslösenordet gäller inte längre. Be den som är administratör för Vaka i kommunen om ett nytt.")


class Last(Nej):
    """Too many wrong tries; `till` says when the next is let in."""

    kod = "last"
    status = 429

    def __init__(self, till: datetime, nu: datetime) -> None:
        self.till = till
        self.sekunder = max(1, round((till - nu).total_seconds()))
        # Rounded up to a whole minute, so that one who waits until then does get in.
        nar = svensk(till + timedelta(seconds=59))
        dag = "" if nar.date() == svensk(nu).date() else f"{nar.date().isoformat()} "
        super().__init__(f"För många felaktiga försök. Försök igen {dag}kl. {nar:%H.%M}.")


def skapa_anvandare(
    conn: Connection,
    anvandarnamn: str,
    namn: str,
    epost: str | None,
    losen: str | None,
    nu: datetime,
    *,
    egna_ord: Iterable[str] = (),
    hashare: PasswordHasher = HASHARE,
) -> int:
    """A new account; returns its row. losen None: can't log in with a password. egna_ord: words of the place, too easy to
    guess. Raises Nej with every fault."""
    fel: dict[str, str] = {}
    rent = rensa_namn(anvandarnamn)
    if rent is None or not _NAMN.fullmatch(rent):
        fel["anvandarnamn"] = (
            "Användarnamnet ska ha 1–100 tecken: bokstäver, siffror och . _ @ -, och börja med bokstav eller siffra."
        )
    elif _rad(conn, rent) is not None:
        fel["anvandarnamn"] = f"Användarnamnet {rent} finns redan. Välj ett annat."
    if not namn.strip() or len(namn) > 200 or not _gar_att_spara(namn):
        fel["namn"] = "Namnet ska ha 1–200 tecken."
    if epost and not adress_duger(epost):
        fel["epost"] = "E-postadressen går inte att skicka till. Skriv till exempel namn@exempel.se."
    if losen is not None and (mening := losenfel(losen, (anvandarnamn, namn, *egna_ord))):
        fel["losen"] = mening
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    rad = {
        "anvandarnamn": rent,
        "namn": namn.strip(),
        "epost": epost or None,
        "losen": hashare.hash(_rent_losen(losen)) if losen is not None else None,
        "aktiv": True,
        "misslyckade": 0,
        "skapad": nu,
    }
    return int(conn.execute(insert(t.anvandare).values(rad).returning(t.anvandare.c.id)).scalar_one())


def satt_losen(
    conn: Connection, anvandare_id: int, losen: str, *, egna_ord: Iterable[str] = (), hashare: PasswordHasher = HASHARE
) -> None:
    """A new password, which opens a locked account and logs it out everywhere. Raises Nej when it won't do."""
    a = t.anvandare.c
    rad = conn.execute(select(a.anvandarnamn, a.namn, a.losen, a.losen_galler_till).where(a.id == anvandare_id)).one()
    if mening := losenfel(losen, (rad.anvandarnamn, rad.namn, *egna_ord)):
        raise OgiltigaUppgifter(falt={"losen": mening})
    if rad.losen_galler_till is not None and _stammer(rad.losen, losen, hashare):
        raise OgiltigaUppgifter(falt={"losen": "Välj ett annat lösenord än engångslösenordet. Det har fler än du sett."})
    _byt_losen(conn, anvandare_id, losen, None, hashare)


def satt_engangslosen(
    conn: Connection, anvandare_id: int, nu: datetime, *, egna_ord: Iterable[str] = (), hashare: PasswordHasher = HASHARE
) -> tuple[str, datetime]:
    """A temporary password, for an administrator to hand over, and until when it holds. It can't be read again. Opens a locked
    account and logs it out everywhere."""
    a = t.anvandare.c
    heter = conn.execute(select(a.anvandarnamn, a.namn).where(a.id == anvandare_id)).one()
    losen, till = nytt_engangslosen((*heter, *egna_ord)), nu + GILTIGHET
    _byt_losen(conn, anvandare_id, losen, till, hashare)
    return losen, till


def _byt_losen(conn: Connection, anvandare_id: int, losen: str, till: datetime | None, hashare: PasswordHasher) -> None:
    varden: dict[str, Any] = {
        "losen": hashare.hash(_rent_losen(losen)), "losen_galler_till": till, "misslyckade": 0, "last_till": None,
    }  # fmt: skip
    conn.execute(update(t.anvandare).where(t.anvandare.c.id == anvandare_id).values(varden))
    logga_ut_overallt(conn, anvandare_id)


def stang_konto(conn: Connection, anvandare_id: int) -> None:
    """Close the account: nobody comes in with it, tokens of other systems included. Its history stays, and the
    municipality's login can't open it."""
    conn.execute(update(t.anvandare).where(t.anvandare.c.id == anvandare_id).values(aktiv=False))
    logga_ut_overallt(conn, anvandare_id)
    conn.execute(delete(t.apinyckel).where(t.apinyckel.c.anvandare_id == anvandare_id))


def oppna_konto(conn: Connection, anvandare_id: int) -> None:
    """Let a closed account be used again, without a password: whoever knew the old one must not come back by it."""
    varden = {"aktiv": True, "losen": None, "losen_galler_till": None}
    conn.execute(update(t.anvandare).where(t.anvandare.c.id == anvandare_id).values(varden))


def satt_uppdrag(
    conn: Connection,
    anvandare_id: int,
    roll: str,
    enhet: str,
    fran: date,
    till: date | None = None,
    *,
    enheter: Collection[str] | None = None,
) -> int:
    """Appoint a person to a role on a unit and all below it, `till` included; returns the row. The same appointment
    from the same day gets its last day changed. enheter: the municipality's units, to check against."""
    fel: dict[str, str] = {}
    valbara = [r for r in ROLLER if r != "systemet"]
    if roll not in valbara:
        fel["roll"] = f"Rollen '{roll}' finns inte{narmast(roll, valbara)}"
    if enheter is not None and enhet not in enheter:
        fel["enhet"] = f"Enheten '{enhet}' finns inte{narmast(enhet, enheter)}"
    if till is not None and till < fran:
        fel["till"] = f"Sista dagen {till} ligger före första dagen {fran}."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    u = t.uppdrag.c
    samma = (u.anvandare_id == anvandare_id, u.roll == roll, u.enhet == enhet, u.fran == fran, u.for_anvandare.is_(None))
    har = conn.execute(select(u.id).where(*samma)).scalars().first()
    if har is not None:
        conn.execute(update(t.uppdrag).where(u.id == har).values(till=till, kalla="hand"))
        return int(har)
    rad = {"anvandare_id": anvandare_id, "roll": roll, "enhet": enhet, "fran": fran, "till": till}
    return int(conn.execute(insert(t.uppdrag).values(rad).returning(u.id)).scalar_one())


def prova_losen(
    conn: Connection, anvandarnamn: str, losen: str, nu: datetime, *, hashare: PasswordHasher = HASHARE
) -> int | Nej:
    """Whose password is this? The account's row, or FelInloggning, Last or UtgangetEngangslosen.

    The no is returned, not raised: the door must commit, or the failed try is forgotten with the transaction.
    An unknown name takes as long as a known one. With a second step on, only that one forgets the failed tries
    (`slapp_in`): else whoever has the password could guess codes for ever.
    """
    rent = rensa_namn(anvandarnamn)
    rad = _rad(conn, rent, las=True) if rent is not None else None
    a = t.anvandare.c
    if rad is not None and rad["last_till"] is not None and rad["last_till"] > nu:
        return Last(rad["last_till"], nu)
    duger = rad is not None and rad["aktiv"] and rad["losen"] is not None
    stammer = _stammer(rad["losen"] if rad is not None and duger else _ingens(hashare), losen, hashare)
    if rad is None:
        return FelInloggning()
    if not (duger and stammer):
        return rakna_fel(conn, rad, nu) or FelInloggning()
    if rad["losen_galler_till"] is not None and rad["losen_galler_till"] <= nu:
        return UtgangetEngangslosen()
    if rad["totp"] is None:
        slapp_in(conn, rad["id"])
    if hashare.check_needs_rehash(rad["losen"]):
        conn.execute(update(t.anvandare).where(a.id == rad["id"]).values(losen=hashare.hash(_rent_losen(losen))))
    return int(rad["id"])


def lastid(misslyckade: int) -> timedelta | None:
    """How long the account is shut after so many wrong tries in a row: a minute, then doubled each time, at most an hour."""
    if misslyckade <= GRATIS_FORSOK:
        return None
    return min(LANGSTA_LAS, FORSTA_LAS * 2 ** min(misslyckade - GRATIS_FORSOK - 1, 10))


def rakna_fel(conn: Connection, konto: Any, nu: datetime) -> Last | None:
    """Count a wrong password or code of the account, whose row is held; the lock when there is one now."""
    antal = konto["misslyckade"] + 1
    las = lastid(antal)
    varden = {"misslyckade": antal, "last_till": nu + las if las else None}
    conn.execute(update(t.anvandare).where(t.anvandare.c.id == konto["id"]).values(varden))
    return None if las is None else Last(nu + las, nu)


def slapp_in(conn: Connection, anvandare_id: int) -> None:
    """All that was asked for was right: the failed tries are forgotten."""
    conn.execute(update(t.anvandare).where(t.anvandare.c.id == anvandare_id).values(misslyckade=0, last_till=None))


def steg_kvar(conn: Connection, anvandare_id: int, *, kravs: bool) -> Steg:
    """What is left apart from the password. kravs: those without a second step must set one up."""
    har = conn.execute(select(t.anvandare.c.totp.is_not(None)).where(t.anvandare.c.id == anvandare_id)).scalar_one()
    return "kod" if har else "inskrivning" if kravs else "klar"


def steg_efter_losen(conn: Connection, anvandare_id: int, *, kravs: bool) -> Steg:
    """What is left when the password has just been shown: a temporary one is changed before all else."""
    tillfalligt = select(t.anvandare.c.losen_galler_till.is_not(None)).where(t.anvandare.c.id == anvandare_id)
    return "losen" if conn.execute(tillfalligt).scalar_one() else steg_kvar(conn, anvandare_id, kravs=kravs)


def logga_in(
    conn: Connection,
    anvandarnamn: str,
    losen: str,
    nu: datetime,
    *,
    kravs_tvasteg: bool = False,
    webblasare: str = "",
    vilotid: timedelta = VILOTID,
    hashare: PasswordHasher = HASHARE,
) -> tuple[str, int, Steg] | Nej:
    """A session: (the cookie's secret, the account's row, what is left to do), or the no, returned as by `prova_losen`."""
    svar = prova_losen(conn, anvandarnamn, losen, nu, hashare=hashare)
    if isinstance(svar, Nej):
        return svar
    steg = steg_efter_losen(conn, svar, kravs=kravs_tvasteg)
    return skapa_session(conn, svar, nu, steg=steg, webblasare=webblasare, vilotid=vilotid), svar, steg


def rensa_namn(text: str) -> str | None:
    """The user name as kept: small letters, no space around. None when no account can bear it."""
    if not _gar_att_spara(text) or len(text) > 200:
        return None
    return unicodedata.normalize("NFC", text).strip().casefold() or None


def _gar_att_spara(text: str) -> bool:
    """PostgreSQL takes neither NUL nor a lone surrogate."""
    return not any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in text)


def _rad(conn: Connection, anvandarnamn: str, *, las: bool = False) -> Any:
    """The account. Held for the transaction with `las`, so that guesses made at the same time are counted one by one."""
    sats = select(t.anvandare).where(t.anvandare.c.anvandarnamn == anvandarnamn)
    return conn.execute(sats.with_for_update() if las else sats).mappings().one_or_none()


def _rent_losen(losen: str) -> bytes:
    """The same password typed on another keyboard gives the same bytes."""
    return som_bytes(unicodedata.normalize("NFKC", losen))


@cache
def _ingens(hashare: PasswordHasher) -> str:
    """A hash that nobody's password has, to spend the same time on unknown names."""
    return hashare.hash(secrets.token_bytes(32))


def _stammer(hash_: str, losen: str, hashare: PasswordHasher) -> bool:
    try:
        return hashare.verify(hash_, _rent_losen(losen[: LANGSTA_LOSEN + 1]))
    except (VerificationError, InvalidHashError):
        return False

"""Whose account is it that the municipality's login speaks of, and what do the groups give? One path at each log-in.

Doors open the transaction and commit; the time is an argument.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from notiser import adress_duger
from regler import Inloggningsregler
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.db import t
from tjanster.inloggning.fel import OidcFel
from tjanster.konton import rensa_namn, skapa_anvandare

if TYPE_CHECKING:
    from tjanster.inloggning.leverantor import Besked

LANGST_NAMN: Final = 200


def slapp_in_genom(conn: Connection, besked: "Besked", regler: Inloggningsregler, nu: datetime) -> int:
    """The account's row, with its appointments in step with the groups. Raises OidcFel; then nothing is changed."""
    grupper = grupperna(besked.ansprak, regler.ansprak["grupper"])
    uppdrag = regler.uppdrag(grupper, nu.date())
    konto = _kand(conn, besked, nu) or _hittad(conn, besked, regler, nu)
    if konto is None:
        if regler.okand_person != "skapa" or not uppdrag:
            raise OidcFel("okand_person")
        konto = _ny(conn, besked, regler, nu)
    folj_grupperna(conn, konto, uppdrag, nu.date())
    return konto


def grupperna(ansprak: Mapping[str, Any], namn: str) -> frozenset[str]:
    """The groups that the provider sent; none when it sent none. Raises OidcFel when it says that there are more than it
    sends: what isn't known gives nothing and takes nothing away."""
    if namn in (ansprak.get("_claim_names") or {}) or ansprak.get("hasgroups"):
        raise OidcFel("for_manga_grupper")
    skickade = ansprak.get(namn)
    alla = [skickade] if isinstance(skickade, str) else skickade if isinstance(skickade, list) else []
    return frozenset(grupp for grupp in alla if isinstance(grupp, str))


def folj_grupperna(conn: Connection, konto: int, uppdrag: Mapping[tuple[str, str], date | None], dag: date) -> None:
    """Make the appointments that groups gave be these; those made by hand are left alone.

    One whose group is gone ended the day before; one that began today was never. uppdrag: (role, unit) → last day.
    """
    u = t.uppdrag.c
    sats = select(u.id, u.roll, u.enhet, u.fran, u.till).where(u.anvandare_id == konto, u.kalla == "grupp").with_for_update()
    kvar = dict(uppdrag)
    for rad in conn.execute(sats).all():
        if rad.till is not None and rad.till < dag:
            continue
        if (rad.roll, rad.enhet) in kvar:
            till = kvar.pop((rad.roll, rad.enhet))
            if till != rad.till:
                conn.execute(update(t.uppdrag).where(u.id == rad.id).values(till=till))
        elif rad.fran >= dag:
            conn.execute(delete(t.uppdrag).where(u.id == rad.id))
        else:
            conn.execute(update(t.uppdrag).where(u.id == rad.id).values(till=dag - timedelta(days=1)))
    for (roll, enhet), till in kvar.items():
        rad = {"anvandare_id": konto, "roll": roll, "enhet": enhet, "fran": dag, "till": till, "kalla": "grupp"}
        conn.execute(insert(t.uppdrag).values(rad))


def knyt(conn: Connection, konto: int, utfardare: str, amne: str, nu: datetime) -> None:
    """Tie the account to a person at the provider. Raises OidcFel when either is tied already."""
    i = t.identitet.c
    redan = select(func.count()).where(i.utfardare == utfardare, (i.amne == amne) | (i.anvandare_id == konto))
    if conn.execute(redan).scalar_one():
        raise OidcFel("konto_redan_knutet")
    rad = {"anvandare_id": konto, "utfardare": utfardare, "amne": amne, "skapad": nu, "senast": nu}
    conn.execute(insert(t.identitet).values(rad))


def _kand(conn: Connection, besked: "Besked", nu: datetime) -> int | None:
    """Somebody who has come in this way before: by issuer and subject, which never change."""
    i = t.identitet.c
    vem = (i.utfardare == besked.utfardare, i.amne == besked.amne)
    konto = conn.execute(update(t.identitet).where(*vem).values(senast=nu).returning(i.anvandare_id)).scalar_one_or_none()
    return None if konto is None else _oppet(conn, konto)


def _hittad(conn: Connection, besked: "Besked", regler: Inloggningsregler, nu: datetime) -> int | None:
    """The first time: by what the rules say, when exactly one account fits."""
    a = t.anvandare.c
    if regler.kand_genom == "identitet":
        return None
    varde = _text(besked.ansprak, regler.ansprak[regler.kand_genom])
    if varde is None:
        return None
    if regler.kand_genom == "epost":
        if besked.ansprak.get("email_verified") is not True:
            return None
        traff = func.lower(a.epost) == varde.lower()
    else:
        traff = a.anvandarnamn == rensa_namn(varde)
    konton = conn.execute(select(a.id).where(traff).limit(2)).scalars().all()
    if len(konton) != 1:
        return None
    konto = _oppet(conn, konton[0])
    knyt(conn, konto, besked.utfardare, besked.amne, nu)
    return konto


def _ny(conn: Connection, besked: "Besked", regler: Inloggningsregler, nu: datetime) -> int:
    anvandarnamn = _text(besked.ansprak, regler.ansprak["anvandarnamn"])
    namn, epost = _text(besked.ansprak, regler.ansprak["namn"]), _text(besked.ansprak, regler.ansprak["epost"])
    if anvandarnamn is None:
        raise OidcFel("ofullstandigt")
    try:
        konto = skapa_anvandare(conn, anvandarnamn, namn or anvandarnamn, epost if epost and adress_duger(epost) else None, None, nu)
    except OgiltigaUppgifter:
        raise OidcFel("okand_person") from None
    knyt(conn, konto, besked.utfardare, besked.amne, nu)
    return konto


def _oppet(conn: Connection, konto: int) -> int:
    if not conn.execute(select(t.anvandare.c.aktiv).where(t.anvandare.c.id == konto)).scalar_one():
        raise OidcFel("stangt_konto")
    return konto


def _text(ansprak: Mapping[str, Any], namn: str) -> str | None:
    varde = ansprak.get(namn)
    return varde.strip() if isinstance(varde, str) and 0 < len(varde.strip()) <= LANGST_NAMN and "\0" not in varde else None

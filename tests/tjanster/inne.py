"""Who comes in with a secret, asked as the doors ask it."""

from datetime import datetime

from sqlalchemy import Connection

from tjanster.arenden.behorighet import las_aktor
from tjanster.sessioner import nyckelns, sessionens


def sessions_konto(conn: Connection, hemlighet: str, nu: datetime) -> int | None:
    aktor = las_aktor(conn, sessionens(hemlighet, nu), nu.date())
    return aktor.id if aktor else None


def nyckels_konto(conn: Connection, nyckel: str, nu: datetime) -> int | None:
    aktor = las_aktor(conn, nyckelns(nyckel, nu), nu.date())
    return aktor.id if aktor else None

"""An account as people name it in a form or a request."""

from sqlalchemy import Connection, select

from tjanster.db import t


def hitta_konto(conn: Connection, text: str) -> int | None:
    """The open account with that id or user name; None when there is none."""
    a = t.anvandare.c
    nummer = text.isascii() and text.isdigit() and len(text) < 18
    villkor = a.id == int(text) if nummer else a.anvandarnamn == text.strip().lower()
    har: int | None = conn.execute(select(a.id).where(villkor, a.aktiv)).scalar_one_or_none()
    return har

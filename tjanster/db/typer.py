"""Column kinds that every table shares: one way to keep a time, a day, a JSON value and a key."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field


def nyckel() -> Any:
    """The row's own number, given by the database."""
    return Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))


def pekar(kolumn: str, *, null: bool = False, index: bool = False) -> Any:
    """A number that points to a row in another table."""
    return Field(
        default=None, sa_column=Column(BigInteger, ForeignKey(kolumn), nullable=null, index=index)
    )


def tid(*, null: bool = False) -> Any:
    """A moment, kept with zone."""
    return Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=null))


def json(*, null: bool = False) -> Any:
    return Field(default_factory=dict, sa_column=Column(JSONB, nullable=null, server_default=text("'{}'")))


def json_eller_inget() -> Any:
    """A JSON value, or NULL: never JSON's own null, which is neither."""
    return Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))


def lista(typ: Any) -> Any:
    return Field(default_factory=list, sa_column=Column(ARRAY(typ), nullable=False, server_default=text("'{}'")))


def delindex(namn: str, *kolumner: str, dar: str, unik: bool = False, med: Sequence[str] = ()) -> Index:
    """An index over just the rows that a condition picks, so that it stays small. med: what it carries, so that the row isn't read."""
    return Index(namn, *kolumner, postgresql_where=text(dar), unique=unik, postgresql_include=list(med) or None)


__all__ = ["delindex", "json", "json_eller_inget", "lista", "nyckel", "pekar", "tid"]

"""Whom a case is about, as far as weeding needs to know."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection


def personer_i(conn: Connection, arenden: Collection[int]) -> Mapping[int, tuple[int, ...]]:
    """Case → the persons it is about. A case that isn't here: nobody knows whom it is about."""
    return {}


def fodelsedagar(conn: Connection, personer: Collection[int]) -> Mapping[int, date | None]:
    """Person → birth day; None when it isn't known."""
    return {}

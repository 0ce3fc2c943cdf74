"""What a migration uses so that nobody has to stop working while it runs (docs/drift.md, *Upgrading*)."""

from alembic import op
from sqlalchemy import text

TALAMOD = "2s"
"""How long a change of a table stands in line: all who come after it wait behind it. `tjanster.db.migrera` tries again."""


def bygg_index(namn: str, pa: str, *, unikt: bool = False) -> None:
    """An index that is built while others write. pa: what follows ON, as `arende (enhet) WHERE klardag IS NULL`. One that was left
    half-built is built anew. Nobody waits for it, so it waits for as long as it must. Alone in its migration, since it is no part
    of a transaction."""
    with op.get_context().autocommit_block():
        op.execute(text("SET lock_timeout = 0"))
        op.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {namn}"))
        op.execute(text(f"CREATE {'UNIQUE ' if unikt else ''}INDEX CONCURRENTLY {namn} ON {pa}"))
        op.execute(text(f"SET lock_timeout = '{TALAMOD}'"))

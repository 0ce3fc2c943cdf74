"""Alembic's door: runs the migrations on the engine that `tjanster.db.migrera` hands over."""

from alembic import context
from sqlalchemy import text
from sqlmodel import SQLModel

import tjanster.db  # noqa: F401 — registers the tables
from tjanster.db.utan_stopp import TALAMOD

motor = context.config.attributes["motor"]
with motor.connect() as conn:
    conn.execute(text(f"SET lock_timeout = '{TALAMOD}'"))
    conn.commit()
    try:
        context.configure(connection=conn, target_metadata=SQLModel.metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
        conn.commit()
    finally:
        conn.rollback()
        conn.execute(text("RESET lock_timeout"))
        conn.commit()

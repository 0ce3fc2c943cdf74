"""Alembic's door: runs the migrations on the engine that `tjanster.db.migrera` hands over."""

from alembic import context
from sqlmodel import SQLModel

import tjanster.db  # noqa: F401 — registers the tables

motor = context.config.attributes["motor"]
with motor.connect() as conn:
    context.configure(connection=conn, target_metadata=SQLModel.metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    conn.commit()

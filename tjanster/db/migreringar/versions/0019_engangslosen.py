"""Temporary passwords: until when one holds, and the session of one who must choose their own before all else."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("anvandare", sa.Column("losen_galler_till", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint("anvandare_engangslosen", "anvandare", "losen IS NOT NULL OR losen_galler_till IS NULL")
    _stegen("'klar', 'kod', 'inskrivning', 'losen'")


def downgrade() -> None:
    op.execute("DELETE FROM inloggning WHERE steg = 'losen'")
    _stegen("'klar', 'kod', 'inskrivning'")
    op.drop_constraint("anvandare_engangslosen", "anvandare", type_="check")
    op.execute("UPDATE anvandare SET losen = NULL WHERE losen_galler_till IS NOT NULL")  # else it would hold for good
    op.drop_column("anvandare", "losen_galler_till")


def _stegen(namn: str) -> None:
    op.drop_constraint("inloggning_steg_finns", "inloggning", type_="check")
    op.create_check_constraint("inloggning_steg_finns", "inloggning", f"steg IN ({namn})")

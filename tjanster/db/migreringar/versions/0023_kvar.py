"""What is asked again and again, of letters, measures and pauses, is found without reading what is done with."""

from alembic import op

from tjanster.db.utan_stopp import bygg_index

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bygg_index("notis_kvar", "notis (status, tidigast) WHERE status IN ('vantar', 'samlas', 'misslyckad')")
    bygg_index("frist_pausad", "frist (arende_id) WHERE status = 'pausad'")
    bygg_index("uppgift_atgard", "uppgift (arende_id) INCLUDE (klar, senast) WHERE atgard IS NOT NULL")


def downgrade() -> None:
    op.drop_index("uppgift_atgard")
    op.drop_index("frist_pausad")
    op.drop_index("notis_kvar")

"""The indexes of days without units: those of 0025 begin as they do, and find the same for the program before."""

from alembic import op
from sqlalchemy import text

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("arende_klar", table_name="arende")
    op.drop_index("arende_process_dag", table_name="arende")


def downgrade() -> None:
    op.create_index("arende_process_dag", "arende", ["process", "dag"])
    op.create_index("arende_klar", "arende", ["process", "klardag"], postgresql_where=text("klardag IS NOT NULL"))

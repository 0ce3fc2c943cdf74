"""What came in and what was done in a unit between two days is counted from an index alone: it holds who may see each case."""

from alembic import op

from tjanster.db.utan_stopp import bygg_index

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bygg_index("arende_inkommet", "arende (process, dag, enhet) INCLUDE (handlaggare, registrerad_av, krets, javiga)")
    bygg_index(
        "arende_klart", "arende (process, klardag, enhet) INCLUDE (dag, handlaggare, registrerad_av, krets, javiga) WHERE klardag IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("arende_klart", table_name="arende")
    op.drop_index("arende_inkommet", table_name="arende")

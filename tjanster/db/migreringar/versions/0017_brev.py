"""Letters as pages, and what each person has chosen about theirs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FORE = "'vantar', 'skickad', 'misslyckad', 'avbruten'"
EFTER = "'vantar', 'samlas', 'skickad', 'samlad', 'misslyckad', 'avbruten'"


def _status(vilka: str) -> None:
    op.drop_constraint("notis_status_finns", "notis")
    op.create_check_constraint("notis_status_finns", "notis", f"status IN ({vilka})")


def upgrade() -> None:
    op.add_column("notis", sa.Column("bara_text", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("brevlada", sa.Column("html", sa.String(), nullable=True))
    _status(EFTER)
    op.create_index("notis_samlas", "notis", ["anvandare_id"], postgresql_where=sa.text("status = 'samlas'"))
    op.create_index("arende_registrerad", "arende", ["registrerad"])
    op.add_column("anvandare", sa.Column("brevval", postgresql.JSONB(), nullable=True))
    op.create_table(
        "brevvalsandring",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("anvandare_id", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=False, index=True),
        sa.Column("av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fran", postgresql.JSONB(), nullable=True),
        sa.Column("till", postgresql.JSONB(), nullable=True),
    )
    op.execute(
        """
        REVOKE UPDATE, DELETE, TRUNCATE ON brevvalsandring FROM vaka_app;
        CREATE TRIGGER brevvalsandring_bara_nya BEFORE UPDATE OR DELETE ON brevvalsandring
            FOR EACH ROW EXECUTE FUNCTION logg_ror_inte();
        CREATE TRIGGER brevvalsandring_aldrig_tom BEFORE TRUNCATE ON brevvalsandring
            FOR EACH STATEMENT EXECUTE FUNCTION logg_ror_inte();
        """
    )


def downgrade() -> None:
    op.drop_table("brevvalsandring")
    op.drop_column("anvandare", "brevval")
    op.drop_index("arende_registrerad", table_name="arende")
    op.drop_index("notis_samlas", table_name="notis")
    # What waited for a digest goes by itself; what was told in one has been told.
    op.execute("UPDATE notis SET status = 'vantar' WHERE status = 'samlas'")
    op.execute("UPDATE notis SET status = 'avbruten' WHERE status = 'samlad'")
    _status(FORE)
    op.drop_column("brevlada", "html")
    op.drop_column("notis", "bara_text")

"""Each extract of what is held on a person (dataskyddsförordningen art. 15) is written down."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _lista(namn: str) -> sa.Column:
    return sa.Column(namn, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "registerutdrag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("sokt", sa.LargeBinary(), nullable=False),
        _lista("arenden"),
        _lista("slappta"),
        sa.Column("annan_krets", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=True),
        sa.CheckConstraint("form IN ('visat', 'pdf', 'json')", name="registerutdrag_form"),
    )
    op.execute(
        """
        ALTER TABLE registerutdrag ENABLE ROW LEVEL SECURITY;
        CREATE POLICY registerutdrag_systemet ON registerutdrag TO vaka_app
            USING ((SELECT vaka_ar_systemet())) WITH CHECK (vaka_ar_systemet());
        REVOKE UPDATE, DELETE, TRUNCATE ON registerutdrag FROM vaka_app;
        CREATE TRIGGER registerutdrag_bara_nya BEFORE UPDATE OR DELETE ON registerutdrag
            FOR EACH ROW EXECUTE FUNCTION logg_ror_inte();
        CREATE TRIGGER registerutdrag_aldrig_tom BEFORE TRUNCATE ON registerutdrag
            FOR EACH STATEMENT EXECUTE FUNCTION logg_ror_inte();
        """
    )


def downgrade() -> None:
    op.drop_table("registerutdrag")

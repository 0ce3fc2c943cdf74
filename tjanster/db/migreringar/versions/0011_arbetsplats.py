"""Cases that a person follows, and lists that they have saved."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "foljer",
        sa.Column("anvandare_id", sa.BigInteger(), sa.ForeignKey("anvandare.id"), primary_key=True),
        sa.Column("arende_id", sa.BigInteger(), sa.ForeignKey("arende.id", ondelete="CASCADE"), primary_key=True, index=True),
        sa.Column("sedan", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "vy",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("anvandare_id", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=False),
        sa.Column("namn", sa.String(), nullable=False),
        sa.Column("fraga", sa.String(), nullable=False),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("anvandare_id", "namn", name="vy_namn"),
        sa.CheckConstraint("length(namn) BETWEEN 1 AND 60 AND length(fraga) <= 1000", name="vy_langd"),
    )
    op.execute(
        """
        ALTER TABLE foljer ENABLE ROW LEVEL SECURITY;
        CREATE POLICY foljer_ser ON foljer FOR SELECT TO vaka_app USING (
            (SELECT vaka_ar_systemet())
            OR anvandare_id = (SELECT vaka_aktor()) AND EXISTS (SELECT FROM arende a WHERE a.id = arende_id));
        CREATE POLICY foljer_skriver ON foljer FOR INSERT TO vaka_app WITH CHECK (vaka_ar_systemet());
        CREATE POLICY foljer_tar_bort ON foljer FOR DELETE TO vaka_app USING ((SELECT vaka_ar_systemet()));
        """
    )


def downgrade() -> None:
    op.drop_table("vy")
    op.drop_table("foljer")

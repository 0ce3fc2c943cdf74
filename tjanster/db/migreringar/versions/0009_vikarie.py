"""Stand-ins: an appointment may be held for somebody absent, whose own cases the stand-in then sees as their officer."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SER = """
(SELECT vaka_ar_systemet())
OR (NOT (SELECT vaka_aktor()) = ANY (javiga)
    AND CASE WHEN krets IS NOT NULL THEN (SELECT vaka_aktor()) = ANY (krets)
        ELSE handlaggare = (SELECT vaka_aktor()) {vikarie}
          OR (process = 'avvikelse' AND registrerad_av = (SELECT vaka_aktor()))
          OR (process || ':*') = ANY ((SELECT vaka_krets())::text[])
          OR (process || ':' || enhet) = ANY ((SELECT vaka_krets())::text[]) END)
"""
VIKARIE = "OR ('for:' || handlaggare) = ANY ((SELECT vaka_krets())::text[])"


def upgrade() -> None:
    op.add_column("uppdrag", sa.Column("for_anvandare", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True))
    op.create_index("ix_uppdrag_for_anvandare", "uppdrag", ["for_anvandare"])
    op.create_check_constraint("uppdrag_inte_for_sig_sjalv", "uppdrag", "for_anvandare <> anvandare_id")
    _ser(VIKARIE)


def _ser(vikarie: str) -> None:
    for policy in ("ser", "haller"):
        op.execute(f"ALTER POLICY arende_{policy} ON arende USING ({SER.format(vikarie=vikarie)})")


def downgrade() -> None:
    _ser("")
    op.execute("DELETE FROM uppdrag WHERE for_anvandare IS NOT NULL")  # else a loan would be theirs for good
    op.drop_constraint("uppdrag_inte_for_sig_sjalv", "uppdrag")
    op.drop_index("ix_uppdrag_for_anvandare", "uppdrag")
    op.drop_column("uppdrag", "for_anvandare")

"""A stand-in is an assignment of its own, which says who set it. They see the absent one's cases only where it lends a role,
and nothing by a role of one who is recused."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
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
# What is lent has a third part in the circle: by whom.
LAN = """
CREATE FUNCTION vaka_har_lan() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT EXISTS (SELECT FROM unnest(vaka_krets()) ett WHERE split_part(ett, ':', 3) <> '' AND ett NOT LIKE 'for:%') $$;
CREATE FUNCTION vaka_lanar(process text, enhet text, javiga bigint[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT EXISTS (
        SELECT FROM unnest(vaka_krets()) ett
         WHERE split_part(ett, ':', 1) = process AND split_part(ett, ':', 2) IN (enhet, '*') AND split_part(ett, ':', 3) <> ''
           AND NOT split_part(ett, ':', 3) = ANY (javiga::text[])) $$;
"""
PA_ENHETEN = """
OR ((SELECT vaka_har_lan()) AND vaka_lanar(process::text, enhet::text, javiga))
OR ('for:' || handlaggare || ':*') = ANY ((SELECT vaka_krets())::text[])
OR ('for:' || handlaggare || ':' || enhet) = ANY ((SELECT vaka_krets())::text[])
"""
OVERALLT = "OR ('for:' || handlaggare) = ANY ((SELECT vaka_krets())::text[])"


def upgrade() -> None:
    op.create_table(
        "vikariat",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("for_anvandare", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=False),
        sa.Column("vikarie", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=False),
        sa.Column("fran", sa.Date(), nullable=False),
        sa.Column("till", sa.Date(), nullable=False),
        sa.Column("satt", sa.DateTime(timezone=True), nullable=False),
        sa.Column("satt_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("andrad", sa.DateTime(timezone=True), nullable=True),
        sa.Column("andrad_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("avslutad", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.UniqueConstraint("id", "for_anvandare", "vikarie", name="vikariat_parterna"),
        sa.CheckConstraint("till >= fran", name="vikariat_dagar"),
        sa.CheckConstraint("for_anvandare <> vikarie", name="vikariat_inte_for_sig_sjalv"),
    )
    op.create_index("ix_vikariat_for_anvandare", "vikariat", ["for_anvandare"])
    op.create_index("ix_vikariat_vikarie", "vikariat", ["vikarie"])
    op.add_column("uppdrag", sa.Column("vikariat_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_uppdrag_vikariat_id", "uppdrag", ["vikariat_id"])
    op.execute(
        """
        INSERT INTO vikariat (for_anvandare, vikarie, fran, till, satt)
        SELECT DISTINCT for_anvandare, anvandare_id, fran, coalesce(till, fran), now() FROM uppdrag WHERE for_anvandare IS NOT NULL;
        UPDATE uppdrag u SET vikariat_id = v.id, till = v.till FROM vikariat v
         WHERE v.for_anvandare = u.for_anvandare AND v.vikarie = u.anvandare_id
           AND v.fran = u.fran AND v.till = coalesce(u.till, u.fran);
        """
    )
    op.create_foreign_key(
        "uppdrag_vikariatets", "uppdrag", "vikariat", ["vikariat_id", "for_anvandare", "anvandare_id"], ["id", "for_anvandare", "vikarie"]
    )
    op.create_check_constraint("uppdrag_lanat_av_vikariat", "uppdrag", "(vikariat_id IS NULL) = (for_anvandare IS NULL)")
    op.execute(LAN)
    _ser(PA_ENHETEN)


def _ser(vikarie: str) -> None:
    for policy in ("ser", "haller"):
        op.execute(f"ALTER POLICY arende_{policy} ON arende USING ({SER.format(vikarie=vikarie)})")


def downgrade() -> None:
    _ser(OVERALLT)
    op.execute("DROP FUNCTION vaka_lanar(text, text, bigint[]); DROP FUNCTION vaka_har_lan()")
    op.drop_constraint("uppdrag_lanat_av_vikariat", "uppdrag")
    op.drop_constraint("uppdrag_vikariatets", "uppdrag")
    op.drop_index("ix_uppdrag_vikariat_id", "uppdrag")
    op.drop_column("uppdrag", "vikariat_id")
    op.drop_table("vikariat")

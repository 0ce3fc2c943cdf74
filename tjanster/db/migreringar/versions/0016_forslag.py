"""Steps that two persons take: a proposal waits for the second one, and the database itself holds that they are two."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# What was proposed stays as it was; it is answered once. Only weeding, which has the owner's rights, takes it away.
VAKT = """
CREATE FUNCTION forslag_ror_inte() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE svar text[] := ARRAY['utfall', 'svarat', 'svarat_av', 'svar_skal'];
BEGIN
    IF OLD.utfall IS NULL AND NEW.utfall IS NOT NULL AND to_jsonb(NEW) - svar = to_jsonb(OLD) - svar THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Ett förslag besvaras en gång och ändras aldrig' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER forslag_besvaras_en_gang BEFORE UPDATE ON forslag FOR EACH ROW EXECUTE FUNCTION forslag_ror_inte();
ALTER TABLE forslag ENABLE ROW LEVEL SECURITY;
CREATE POLICY forslag_ser ON forslag FOR SELECT TO vaka_app
    USING ((SELECT vaka_ar_systemet()) OR EXISTS (SELECT FROM arende a WHERE a.id = arende_id));
CREATE POLICY forslag_skriver ON forslag TO vaka_app USING (vaka_ar_systemet()) WITH CHECK (vaka_ar_systemet());
REVOKE DELETE, TRUNCATE ON forslag FROM vaka_app;
"""


def upgrade() -> None:
    op.create_table(
        "forslag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("arende_id", sa.BigInteger(), sa.ForeignKey("arende.id"), nullable=False, index=True),
        sa.Column("lopnr", sa.Integer(), nullable=False),
        sa.Column("handelse", sa.String(), nullable=False),
        sa.Column("uppgifter", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("skal", sa.String(), nullable=True),
        sa.Column("varfor", sa.String(), nullable=False),
        sa.Column("delegation", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=False),
        sa.Column("i_stallet_for", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.Column("utfall", sa.String(), nullable=True),
        sa.Column("svarat", sa.DateTime(timezone=True), nullable=True),
        sa.Column("svarat_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("svar_skal", sa.String(), nullable=True),
        sa.CheckConstraint("utfall IN ('bekraftat', 'avslaget', 'atertaget', 'fallet')", name="forslag_utfall"),
        sa.CheckConstraint("(utfall IS NULL) = (svarat IS NULL)", name="forslag_svarat"),
        sa.CheckConstraint(
            "utfall <> 'bekraftat' OR (svarat_av IS NOT NULL AND svarat_av <> av)", name="forslag_tva_personer"
        ),
    )
    op.create_index(
        "forslag_ett_i_taget", "forslag", ["arende_id", "handelse"], unique=True, postgresql_where=sa.text("utfall IS NULL")
    )
    op.execute(VAKT)


def downgrade() -> None:
    op.drop_table("forslag")
    op.execute("DROP FUNCTION forslag_ror_inte()")

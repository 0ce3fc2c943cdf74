"""A case may have several persons, a wrong one's code to follow it can end, and a person's cases can be held from weeding."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

VAKTER = """
CREATE FUNCTION bevarande_bara_havs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.havd IS NULL AND NEW.havd IS NOT NULL
           AND to_jsonb(NEW) - '{havd,havd_av,havd_skal}'::text[] = to_jsonb(OLD) - '{havd,havd_av,havd_skal}'::text[] THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'Ett bevarande kan bara hävas, en gång' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER bevarande_bara_havs BEFORE UPDATE OR DELETE ON bevarande FOR EACH ROW EXECUTE FUNCTION bevarande_bara_havs();
CREATE TRIGGER bevarande_aldrig_tom BEFORE TRUNCATE ON bevarande FOR EACH STATEMENT EXECUTE FUNCTION bevarande_bara_havs();
-- The second lock: whatever the program has worked out, no certificate is written of a case whose person is held. What an
-- older key wrote, and numbers in texts, only the program can compare.
CREATE FUNCTION gallring_bevaras() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE dagen date := (NEW.tid AT TIME ZONE 'Europe/Stockholm')::date;
BEGIN
    IF EXISTS (SELECT FROM bevarande b JOIN kontakt k ON k.personnummer_hash = b.personnummer_hash
                WHERE k.arende_id = NEW.arende_id AND b.havd IS NULL AND b.fran <= dagen
                  AND (b.till IS NULL OR b.till >= dagen)) THEN
        RAISE EXCEPTION 'spärrat: ärendet rör en person vars ärenden bevaras' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gallring_bevaras BEFORE INSERT ON gallring FOR EACH ROW EXECUTE FUNCTION gallring_bevaras();
ALTER TABLE bevarande ENABLE ROW LEVEL SECURITY;
CREATE POLICY bevarande_systemet ON bevarande TO vaka_app
    USING ((SELECT vaka_ar_systemet())) WITH CHECK (vaka_ar_systemet());
REVOKE DELETE, TRUNCATE ON bevarande FROM vaka_app;
"""


def upgrade() -> None:
    op.drop_constraint("kontakt_pkey", "kontakt", type_="primary")
    op.add_column("kontakt", sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False))
    op.create_primary_key("kontakt_pkey", "kontakt", ["id"])
    op.add_column("kontakt", sa.Column("roll", sa.String(), nullable=False, server_default="avsandare"))
    op.create_check_constraint("kontakt_roll", "kontakt", "roll IN ('avsandare', 'galler')")
    op.create_index("ix_kontakt_arende_id", "kontakt", ["arende_id"])
    op.create_index("kontakt_en_avsandare", "kontakt", ["arende_id"], unique=True, postgresql_where=sa.text("roll = 'avsandare'"))
    op.add_column("arende", sa.Column("foljnr", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("gallringskorning", sa.Column("bevarade", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "bevarande",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("nyckel", sa.String(), nullable=False),
        sa.Column("personnummer_hash", sa.LargeBinary(), nullable=False),
        sa.Column("skal", sa.String(), nullable=False),
        sa.Column("fran", sa.Date(), nullable=False),
        sa.Column("till", sa.Date(), nullable=True),
        sa.Column("av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.Column("havd", sa.DateTime(timezone=True), nullable=True),
        sa.Column("havd_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("havd_skal", sa.String(), nullable=True),
        sa.CheckConstraint("till IS NULL OR till >= fran", name="bevarande_dagar"),
        sa.CheckConstraint("(havd IS NULL) = (havd_skal IS NULL)", name="bevarande_havd_med_skal"),
    )
    op.create_index("ix_bevarande_personnummer_hash", "bevarande", ["personnummer_hash"])
    op.execute(VAKTER)


def downgrade() -> None:
    """An older program knows one person a case and no holds: what it would lose stops the way back."""
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT FROM bevarande WHERE havd IS NULL) OR EXISTS (SELECT FROM kontakt WHERE roll <> 'avsandare') THEN "
        "RAISE EXCEPTION 'Det finns bevaranden, eller personer som ärenden gäller, som en äldre version inte känner till. "
        "Gå tillbaka till en säkerhetskopia.'; END IF; END $$"
    )
    op.execute("DROP TRIGGER gallring_bevaras ON gallring; DROP FUNCTION gallring_bevaras()")
    op.drop_table("bevarande")
    op.execute("DROP FUNCTION bevarande_bara_havs()")
    op.drop_column("gallringskorning", "bevarade")
    op.drop_column("arende", "foljnr")
    op.drop_index("kontakt_en_avsandare", table_name="kontakt")
    op.drop_index("ix_kontakt_arende_id", table_name="kontakt")
    op.drop_constraint("kontakt_roll", "kontakt")
    op.drop_column("kontakt", "roll")
    op.drop_constraint("kontakt_pkey", "kontakt", type_="primary")
    op.drop_column("kontakt", "id")
    op.create_primary_key("kontakt_pkey", "kontakt", ["arende_id"])

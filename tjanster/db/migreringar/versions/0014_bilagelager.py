"""A file's content lies in its row or in a store outside the database, and what the row lets go of is queued to be deleted there."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Whatever empties, removes or moves: a step, the weeding's function, a change of keys. The queue is the database's own
# work, so that a row can't be let go of without it.
SLAPP = """
CREATE FUNCTION bilaga_slapper_objekt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.borttagen IS NOT NULL THEN
            NEW.lager := NULL;
            NEW.objekt := NULL;
        END IF;
        IF (NEW.lager, NEW.objekt) IS NOT DISTINCT FROM (OLD.lager, OLD.objekt) THEN RETURN NEW; END IF;
    END IF;
    IF OLD.objekt IS NOT NULL THEN
        INSERT INTO bilageradering (lager, objekt) VALUES (OLD.lager, OLD.objekt);
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER bilaga_slapper_objekt BEFORE UPDATE OR DELETE ON bilaga FOR EACH ROW EXECUTE FUNCTION bilaga_slapper_objekt();
ALTER TABLE bilageradering ENABLE ROW LEVEL SECURITY;
CREATE POLICY bilageradering_systemet ON bilageradering TO vaka_app
    USING ((SELECT vaka_ar_systemet())) WITH CHECK (vaka_ar_systemet());
REVOKE INSERT, TRUNCATE ON bilageradering FROM vaka_app;
"""
HINDER = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM bilaga WHERE objekt IS NOT NULL) THEN
        RAISE EXCEPTION 'Det finns bilagor utanför databasen. Kör ''vaka bilagor flytta --till databas'' först.';
    END IF;
    IF EXISTS (SELECT FROM bilageradering) THEN
        RAISE EXCEPTION 'Det finns borttagna filer som ligger kvar i ett lager. Kör ''vaka bevaka'' först.';
    END IF;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "bilageradering",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("lager", sa.String(), nullable=False),
        sa.Column("objekt", sa.String(), nullable=False),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
    op.add_column("bilaga", sa.Column("lager", sa.String(), nullable=True))
    op.add_column("bilaga", sa.Column("objekt", sa.String(), nullable=True))
    op.drop_constraint("bilaga_tom_nar_borttagen", "bilaga")
    op.create_check_constraint(
        "bilaga_pa_ett_stalle", "bilaga", "num_nonnulls(innehall, objekt) = CASE WHEN borttagen IS NULL THEN 1 ELSE 0 END"
    )
    op.create_check_constraint("bilaga_objekt_i_lager", "bilaga", "(lager IS NULL) = (objekt IS NULL)")
    op.create_index("bilaga_objekt", "bilaga", ["lager", "objekt"], unique=True, postgresql_where=sa.text("objekt IS NOT NULL"))
    op.execute(SLAPP)


def downgrade() -> None:
    """What lies in a store would be lost to an older program."""
    op.execute(HINDER)
    op.execute("DROP TRIGGER bilaga_slapper_objekt ON bilaga; DROP FUNCTION bilaga_slapper_objekt()")
    op.drop_index("bilaga_objekt", table_name="bilaga")
    op.drop_constraint("bilaga_objekt_i_lager", "bilaga")
    op.drop_constraint("bilaga_pa_ett_stalle", "bilaga")
    op.create_check_constraint("bilaga_tom_nar_borttagen", "bilaga", "(borttagen IS NULL) = (innehall IS NOT NULL)")
    op.drop_column("bilaga", "objekt")
    op.drop_column("bilaga", "lager")
    op.drop_table("bilageradering")

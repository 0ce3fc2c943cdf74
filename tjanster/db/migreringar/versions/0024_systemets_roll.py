"""A role for the system itself, with no policy to go through, so that events and sweeps don't pay for a lock that lets them pass."""

from alembic import op

from tjanster.db.krets import SKAPA_ROLLEN

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

VARJE_LAST = """
DO $$
DECLARE tabell text;
BEGIN
    FOR tabell IN SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format({sats});
    END LOOP;
END $$
"""


def upgrade() -> None:
    op.execute(SKAPA_ROLLEN)
    op.execute(VARJE_LAST.format(sats="'CREATE POLICY %I ON %I TO vaka_systemet USING (true) WITH CHECK (true)', tabell || '_systemets', tabell"))


def downgrade() -> None:
    op.execute(VARJE_LAST.format(sats="'DROP POLICY %I ON %I', tabell || '_systemets', tabell"))

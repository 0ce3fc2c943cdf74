"""The circle of each case: protected identities and recusal on the row, and row-level security as the second lock."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tjanster.db.krets import SKAPA_ROLLEN

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Child table → how its row leads to its case.
BARN = {
    "handelse": "arende_id",
    "frist": "arende_id",
    "kontakt": "arende_id",
    "bilaga": "arende_id",
    "uppgift": "arende_id",
    "fristakt": "(SELECT f.arende_id FROM frist f WHERE f.id = frist_id)",
    "fristbrott": "(SELECT f.arende_id FROM frist f WHERE f.id = frist_id)",
    "paminnelse": "(SELECT f.arende_id FROM frist f WHERE f.id = frist_id)",
}

ROLL = """
GRANT USAGE ON SCHEMA public TO vaka_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO vaka_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO vaka_app;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM vaka_app;
REVOKE UPDATE, DELETE ON handelse FROM vaka_app;
"""

FUNKTIONER = """
CREATE FUNCTION vaka_ar_systemet() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('vaka.aktor', true), '') = 'systemet' $$;
CREATE FUNCTION vaka_aktor() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN current_setting('vaka.aktor', true) ~ '^[0-9]+$' THEN current_setting('vaka.aktor', true)::bigint END $$;
CREATE FUNCTION vaka_krets() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('vaka.krets', true), ''), '{}')::text[] $$;
-- Text search can't use its index behind a policy, since its operator may tell of rows in an error. This gives row
-- numbers only; the cases behind them are read through the policy.
CREATE FUNCTION vaka_sok(svensk tsquery, enkel tsquery, borjan tsquery) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT id FROM arende WHERE sok @@ svensk OR sok @@ enkel OR sok @@ borjan $$;
"""

SER = """
(SELECT vaka_ar_systemet())
OR (NOT (SELECT vaka_aktor()) = ANY (javiga)
    AND CASE WHEN krets IS NOT NULL THEN (SELECT vaka_aktor()) = ANY (krets)
        ELSE handlaggare = (SELECT vaka_aktor())
          OR (process = 'avvikelse' AND registrerad_av = (SELECT vaka_aktor()))
          OR (process || ':*') = ANY ((SELECT vaka_krets())::text[])
          OR (process || ':' || enhet) = ANY ((SELECT vaka_krets())::text[]) END)
"""
BARNETS = "(SELECT vaka_ar_systemet()) OR EXISTS (SELECT FROM arende a WHERE a.id = {vag})"


def upgrade() -> None:
    op.add_column("arende", sa.Column("krets", postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.add_column(
        "arende", sa.Column("javiga", postgresql.ARRAY(sa.BigInteger()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.execute(SKAPA_ROLLEN)
    op.execute(ROLL)
    op.execute(FUNKTIONER)
    _policy("arende", SER)
    for tabell, vag in BARN.items():
        _policy(tabell, BARNETS.format(vag=vag))
    _policy(
        "koppling",
        "(SELECT vaka_ar_systemet()) OR EXISTS (SELECT FROM arende a WHERE a.id = fran_id) "
        "OR EXISTS (SELECT FROM arende a WHERE a.id = till_id)",
    )


def _policy(tabell: str, ser: str) -> None:
    """A person sees their own circle's rows and may hold them; only the system writes."""
    op.execute(f"ALTER TABLE {tabell} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {tabell}_ser ON {tabell} FOR SELECT TO vaka_app USING ({ser})")
    op.execute(f"CREATE POLICY {tabell}_haller ON {tabell} FOR UPDATE TO vaka_app USING ({ser}) WITH CHECK (vaka_ar_systemet())")
    op.execute(f"CREATE POLICY {tabell}_skriver ON {tabell} FOR INSERT TO vaka_app WITH CHECK (vaka_ar_systemet())")
    op.execute(f"CREATE POLICY {tabell}_tar_bort ON {tabell} FOR DELETE TO vaka_app USING (vaka_ar_systemet())")


def downgrade() -> None:
    for tabell in ("koppling", *BARN, "arende"):
        for vad in ("ser", "haller", "skriver", "tar_bort"):
            op.execute(f"DROP POLICY {tabell}_{vad} ON {tabell}")
        op.execute(f"ALTER TABLE {tabell} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION vaka_sok(tsquery, tsquery, tsquery)")
    op.execute("DROP FUNCTION vaka_krets(); DROP FUNCTION vaka_aktor(); DROP FUNCTION vaka_ar_systemet()")
    op.execute(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM vaka_app; "
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM vaka_app; "
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM vaka_app; "
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM vaka_app; "
        "REVOKE USAGE ON SCHEMA public FROM vaka_app"
    )
    op.drop_column("arende", "javiga")
    op.drop_column("arende", "krets")

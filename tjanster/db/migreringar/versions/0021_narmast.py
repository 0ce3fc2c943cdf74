"""Which of a case's open limits is nearest stands on the case, kept by the database whoever writes a limit: a list then sorts
cases by a day of their own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NARMAST = """
UPDATE arende a SET narmast = n.dag, narmast_frist = n.id
  FROM {vilka} x LEFT JOIN LATERAL (
       SELECT f.id, coalesce(f.forfaller, f.start) AS dag FROM frist f
        WHERE f.arende_id = x.arende_id AND f.status IN ('lopande', 'pausad')
        ORDER BY f.status = 'pausad', f.forfaller NULLS LAST, f.forfaller_tid NULLS LAST, f.id LIMIT 1) n ON true
 WHERE a.id = x.arende_id AND (a.narmast, a.narmast_frist) IS DISTINCT FROM (n.dag, n.id)
"""
UTLOSARE = f"""
CREATE FUNCTION frist_narmast() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {NARMAST.format(vilka="(SELECT DISTINCT arende_id FROM rorda)")};
    RETURN NULL;
END $$;
CREATE TRIGGER frist_narmast_ny AFTER INSERT ON frist REFERENCING NEW TABLE AS rorda FOR EACH STATEMENT EXECUTE FUNCTION frist_narmast();
CREATE TRIGGER frist_narmast_andrad AFTER UPDATE ON frist REFERENCING NEW TABLE AS rorda FOR EACH STATEMENT EXECUTE FUNCTION frist_narmast();
CREATE TRIGGER frist_narmast_borta AFTER DELETE ON frist REFERENCING OLD TABLE AS rorda FOR EACH STATEMENT EXECUTE FUNCTION frist_narmast();
"""  # noqa: S608 -- only words of this file


def upgrade() -> None:
    op.add_column("arende", sa.Column("narmast", sa.Date(), nullable=True))
    op.add_column("arende", sa.Column("narmast_frist", sa.BigInteger(), nullable=True))
    op.execute(NARMAST.format(vilka="(SELECT DISTINCT arende_id FROM frist WHERE status IN ('lopande', 'pausad'))"))
    op.execute(UTLOSARE)
    op.drop_index("frist_ordning", table_name="frist")


def downgrade() -> None:
    op.create_index(
        "frist_ordning", "frist", [text("COALESCE(forfaller, start)"), "arende_id"],
        postgresql_where=text("status IN ('lopande', 'pausad')"),
    )  # fmt: skip
    for nar in ("ny", "andrad", "borta"):
        op.execute(f"DROP TRIGGER frist_narmast_{nar} ON frist")
    op.execute("DROP FUNCTION frist_narmast()")
    op.drop_column("arende", "narmast_frist")
    op.drop_column("arende", "narmast")

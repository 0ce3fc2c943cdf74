"""Which of a case's open limits is nearest stands on the case, kept by the database whoever writes a limit: a list then sorts
cases by a day of their own, and chooses which to read from an index alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KOLUMNER = {
    "narmast": sa.Date(), "narmast_frist": sa.String(), "narmast_slag": sa.String(), "narmast_status": sa.String(),
    "narmast_forfaller": sa.Date(), "narmast_forfaller_tid": sa.DateTime(timezone=True),
}  # fmt: skip
NARMAST = """
UPDATE arende a
   SET narmast = n.dag, narmast_frist = n.namn, narmast_slag = n.slag, narmast_status = n.status, narmast_forfaller = n.forfaller,
       narmast_forfaller_tid = n.forfaller_tid
  FROM {vilka} x LEFT JOIN LATERAL (
       SELECT f.*, coalesce(f.forfaller, f.start) AS dag FROM frist f
        WHERE f.arende_id = x.arende_id AND f.status IN ('lopande', 'pausad')
        ORDER BY f.status = 'pausad', f.forfaller NULLS LAST, f.forfaller_tid NULLS LAST, f.id LIMIT 1) n ON true
 WHERE a.id = x.arende_id
   AND (a.narmast, a.narmast_frist, a.narmast_slag, a.narmast_status, a.narmast_forfaller, a.narmast_forfaller_tid)
       IS DISTINCT FROM (n.dag, n.namn, n.slag, n.status, n.forfaller, n.forfaller_tid)
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
    for namn, typ in KOLUMNER.items():
        op.add_column("arende", sa.Column(namn, typ, nullable=True))
    op.execute(NARMAST.format(vilka="(SELECT DISTINCT arende_id FROM frist WHERE status IN ('lopande', 'pausad'))"))
    op.execute(UTLOSARE)
    op.drop_index("frist_ordning", table_name="frist")
    op.drop_index("arende_oppna_handlaggare", table_name="arende")
    op.create_index("arende_handlaggare", "arende", ["handlaggare", "klardag"])
    op.drop_index("arende_pagar", table_name="arende")
    op.create_index(
        "arende_pagar", "arende", ["enhet", "process"], postgresql_where=text("klardag IS NULL"),
        postgresql_include=["id", "narmast", "handlaggare", "registrerad_av", "krets", "javiga"],
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("arende_pagar", table_name="arende")
    op.create_index("arende_pagar", "arende", ["enhet", "process"], postgresql_where=text("klardag IS NULL"))
    op.drop_index("arende_handlaggare", table_name="arende")
    op.create_index("arende_oppna_handlaggare", "arende", ["handlaggare"], postgresql_where=text("avslutad IS NULL"))
    op.create_index(
        "frist_ordning", "frist", [text("COALESCE(forfaller, start)"), "arende_id"],
        postgresql_where=text("status IN ('lopande', 'pausad')"),
    )  # fmt: skip
    for nar in ("ny", "andrad", "borta"):
        op.execute(f"DROP TRIGGER frist_narmast_{nar} ON frist")
    op.execute("DROP FUNCTION frist_narmast()")
    for namn in reversed(KOLUMNER):
        op.drop_column("arende", namn)

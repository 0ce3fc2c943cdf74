"""Which of a case's open limits is nearest stands on the case: a list then sorts cases by a day of their own, and chooses which to
read from an index alone."""

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
# The one path writes them with the case; what anybody else does to a limit is put right when it is committed.
NARMAST = """
CREATE FUNCTION vaka_narmast(arendet bigint)
    RETURNS TABLE (dag date, namn varchar, slag varchar, status varchar, forfaller date, forfaller_tid timestamptz) LANGUAGE sql STABLE AS $$
    SELECT coalesce(f.forfaller, f.start), f.namn, f.slag, f.status, f.forfaller, f.forfaller_tid FROM frist f
     WHERE f.arende_id = arendet AND f.status IN ('lopande', 'pausad')
     ORDER BY f.status = 'pausad', f.forfaller NULLS LAST, f.forfaller_tid NULLS LAST, f.id LIMIT 1 $$;
UPDATE arende a SET narmast = n.dag, narmast_frist = n.namn, narmast_slag = n.slag, narmast_status = n.status,
       narmast_forfaller = n.forfaller, narmast_forfaller_tid = n.forfaller_tid
  FROM (SELECT DISTINCT arende_id FROM frist WHERE status IN ('lopande', 'pausad')) x, vaka_narmast(x.arende_id) n WHERE a.id = x.arende_id;
CREATE FUNCTION frist_narmast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    det bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.arende_id ELSE NEW.arende_id END;
BEGIN
    UPDATE arende a SET narmast = n.dag, narmast_frist = n.namn, narmast_slag = n.slag, narmast_status = n.status,
           narmast_forfaller = n.forfaller, narmast_forfaller_tid = n.forfaller_tid
      FROM (SELECT) x LEFT JOIN vaka_narmast(det) n ON true
     WHERE a.id = det
       AND (a.narmast, a.narmast_frist, a.narmast_slag, a.narmast_status, a.narmast_forfaller, a.narmast_forfaller_tid)
           IS DISTINCT FROM (n.dag, n.namn, n.slag, n.status, n.forfaller, n.forfaller_tid);
    RETURN NULL;
END $$;
"""


# A limit that is over neither was nor becomes the nearest one.
NAR = {
    "ny": ("INSERT", "NEW.status IN ('lopande', 'pausad')"),
    "andrad": ("UPDATE", "OLD.status IN ('lopande', 'pausad') OR NEW.status IN ('lopande', 'pausad')"),
    "borta": ("DELETE", "OLD.status IN ('lopande', 'pausad')"),
}


def upgrade() -> None:
    for namn, typ in KOLUMNER.items():
        op.add_column("arende", sa.Column(namn, typ, nullable=True))
    op.execute(NARMAST)
    for namn, (nar, om) in NAR.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER frist_narmast_{namn} AFTER {nar} ON frist DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW WHEN ({om}) EXECUTE FUNCTION frist_narmast()"
        )
    op.drop_index("frist_ordning", table_name="frist")
    op.create_check_constraint("arende_klart_nar_avslutat", "arende", "avslutad IS NULL OR klardag IS NOT NULL")
    op.drop_index("arende_oppna_handlaggare", table_name="arende")
    op.create_index("arende_handlaggare", "arende", ["handlaggare", "klardag"])
    op.drop_index("arende_pagar", table_name="arende")
    op.create_index(
        "arende_pagar", "arende", ["enhet", "process"], postgresql_where=text("klardag IS NULL"),
        postgresql_include=["id", "narmast", "handlaggare", "registrerad_av", "krets", "javiga"],
    )  # fmt: skip


def downgrade() -> None:
    op.drop_constraint("arende_klart_nar_avslutat", "arende")
    op.drop_index("arende_pagar", table_name="arende")
    op.create_index("arende_pagar", "arende", ["enhet", "process"], postgresql_where=text("klardag IS NULL"))
    op.drop_index("arende_handlaggare", table_name="arende")
    op.create_index("arende_oppna_handlaggare", "arende", ["handlaggare"], postgresql_where=text("avslutad IS NULL"))
    op.create_index(
        "frist_ordning", "frist", [text("COALESCE(forfaller, start)"), "arende_id"],
        postgresql_where=text("status IN ('lopande', 'pausad')"),
    )  # fmt: skip
    for namn in NAR:
        op.execute(f"DROP TRIGGER frist_narmast_{namn} ON frist")
    op.execute("DROP FUNCTION frist_narmast(); DROP FUNCTION vaka_narmast(bigint)")
    for namn in reversed(KOLUMNER):
        op.drop_column("arende", namn)

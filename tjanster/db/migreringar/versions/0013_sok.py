"""Search: numbers however they are written, texts and notes, weighed; within the circle; and each person's own latest searches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FORE = (
    "to_tsvector('simple', nummer || ' ' || coalesce(externt_id, '')) || jsonb_to_tsvector('swedish', uppgifter, '[\"string\"]')"
)
# AVV-2026-0012 is found as such, as 2026-0012, as 0012 and as 12; SN 2026/0123 however it is parted.
NU = """
setweight(to_tsvector('simple', replace(lower(nummer), '-', '') || ' ' || split_part(nummer, '-', 2) || split_part(nummer, '-', 3)
    || ' ' || split_part(nummer, '-', 3) || ' ' || ltrim(split_part(nummer, '-', 3), '0')
    || ' ' || coalesce(externt_id, '') || ' ' || translate(lower(coalesce(externt_id, '')), ' /.:_-', '')
    || ' ' || coalesce(uppgifter ->> 'diarienummer', '') || ' ' || translate(lower(coalesce(uppgifter ->> 'diarienummer', '')), ' /.:_-', '')), 'A')
|| setweight(jsonb_to_tsvector('swedish', uppgifter, '["string"]'), 'B')
|| setweight(coalesce(noter, ''::tsvector), 'C')
"""

# A note is an event, and events don't change; only weeding takes its words away. So many words that a column can't hold
# them must never stop a note from being written.
NOTER = """
CREATE FUNCTION sok_noter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE arende SET noter = coalesce(noter, ''::tsvector) || to_tsvector('swedish', coalesce(NEW.uppgifter #>> '{anteckning,1}', ''))
         WHERE id = NEW.arende_id AND length(coalesce(noter, ''::tsvector)::text) < 200000;
    ELSE
        UPDATE arende SET noter = (SELECT to_tsvector('swedish', left(string_agg(h.uppgifter #>> '{anteckning,1}', E'\\n' ORDER BY h.id), 200000))
                                     FROM handelse h WHERE h.arende_id = NEW.arende_id AND h.handelse = 'anteckna')
         WHERE id = NEW.arende_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER handelse_sok_ny AFTER INSERT ON handelse FOR EACH ROW WHEN (NEW.handelse = 'anteckna') EXECUTE FUNCTION sok_noter();
CREATE TRIGGER handelse_sok_gallrad AFTER UPDATE OF uppgifter ON handelse FOR EACH ROW WHEN (NEW.handelse = 'anteckna')
    EXECUTE FUNCTION sok_noter();
UPDATE arende SET noter = n.ord FROM (
    SELECT arende_id, to_tsvector('swedish', left(string_agg(uppgifter #>> '{anteckning,1}', E'\\n' ORDER BY id), 200000)) AS ord
      FROM handelse WHERE handelse = 'anteckna' GROUP BY arende_id) n WHERE n.arende_id = arende.id;
"""

# The text operator can't use its index behind a policy, since it might tell of rows in an error. This looks with the owner's
# rights and holds the table's own policy itself, word for word, so that what a person may not see takes no room among the
# newest `tak`, and is in no count.
SOK = """
CREATE FUNCTION vaka_sok(fraga tsquery, urval jsonb DEFAULT '{}', tak integer DEFAULT NULL) RETURNS TABLE (id bigint, rang real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ser text := (SELECT pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p WHERE p.polrelid = 'arende'::regclass AND p.polname = 'arende_ser');
    villkor text := '';
BEGIN
    IF ser IS NULL THEN RAISE EXCEPTION 'Skyddet arende_ser saknas' USING ERRCODE = 'insufficient_privilege'; END IF;
    IF urval ? 'process' THEN villkor := villkor || format(' AND process = %L', urval ->> 'process'); END IF;
    IF urval ? 'tillstand' THEN villkor := villkor || format(' AND tillstand = %L', urval ->> 'tillstand'); END IF;
    IF urval ? 'enheter' THEN
        villkor := villkor || format(' AND enhet = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(urval -> 'enheter')));
    END IF;
    IF urval ? 'handlaggare' THEN villkor := villkor || format(' AND handlaggare = %L::bigint', urval ->> 'handlaggare'); END IF;
    IF urval ? 'utan_handlaggare' THEN villkor := villkor || ' AND handlaggare IS NULL'; END IF;
    IF urval ? 'fran' THEN villkor := villkor || format(' AND dag >= %L::date', urval ->> 'fran'); END IF;
    IF urval ? 'till' THEN villkor := villkor || format(' AND dag <= %L::date', urval ->> 'till'); END IF;
    IF urval ? 'oppna' THEN villkor := villkor || ' AND avslutad IS NULL'; END IF;
    IF tak IS NULL THEN
        RETURN QUERY EXECUTE format('SELECT id, 0::real FROM arende WHERE sok @@ $1 AND (%s)%s', ser, villkor) USING fraga;
    ELSE
        RETURN QUERY EXECUTE format(
            'SELECT x.id, ts_rank(''{0.1,0.3,0.6,1}'', x.sok, $1) FROM (SELECT id, sok FROM arende WHERE sok @@ $1 AND (%s)%s '
            'ORDER BY id DESC LIMIT $2) x', ser, villkor) USING fraga, tak;
    END IF;
END $$;
"""
FORE_SOK = """
CREATE FUNCTION vaka_sok(svensk tsquery, enkel tsquery, borjan tsquery) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT id FROM arende WHERE sok @@ svensk OR sok @@ enkel OR sok @@ borjan $$;
"""


def upgrade() -> None:
    op.drop_column("arende", "sok")  # and its index with it
    op.add_column("arende", sa.Column("noter", TSVECTOR(), nullable=True))
    op.execute(NOTER)
    op.add_column("arende", sa.Column("sok", TSVECTOR(), sa.Computed(NU, persisted=True), nullable=True))
    op.create_index("arende_sok", "arende", ["sok"], postgresql_using="gin")
    op.execute("DROP FUNCTION vaka_sok(tsquery, tsquery, tsquery)")
    op.execute(SOK)
    op.create_table(
        "sokning",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=False),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fraga", sa.LargeBinary(), nullable=False),
    )
    op.create_index("sokning_av", "sokning", ["av", "tid"])
    op.execute(
        "ALTER TABLE sokning ENABLE ROW LEVEL SECURITY; "
        "CREATE POLICY sokning_egna ON sokning TO vaka_app USING ((SELECT vaka_ar_systemet()) OR av = (SELECT vaka_aktor())) "
        "WITH CHECK (vaka_ar_systemet() OR av = vaka_aktor())"
    )


def downgrade() -> None:
    op.drop_table("sokning")
    op.execute("DROP FUNCTION vaka_sok(tsquery, jsonb, integer)")
    op.execute(FORE_SOK)
    op.execute("DROP TRIGGER handelse_sok_ny ON handelse; DROP TRIGGER handelse_sok_gallrad ON handelse; DROP FUNCTION sok_noter()")
    op.drop_column("arende", "sok")
    op.drop_column("arende", "noter")
    op.add_column("arende", sa.Column("sok", TSVECTOR(), sa.Computed(FORE, persisted=True), nullable=True))
    op.create_index("arende_sok", "arende", ["sok"], postgresql_using="gin")

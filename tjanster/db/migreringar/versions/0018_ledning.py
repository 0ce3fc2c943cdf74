"""For those who lead: the day on which the daily work with a case was done, so that flow and handling times are counted fast,
and many cases handed over at once."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# The last step into the end or the rest where the case is. A benefit that rested before it ended was done when it came to rest.
KLARA = """
UPDATE arende a SET klardag = coalesce(
    (SELECT h.dag FROM handelse h
      WHERE h.arende_id = a.id AND h.fran <> h.till AND (a.process <> 'beslut' OR a.tillstand <> 'avslutat' OR h.till = 'verkstallt')
        AND (a.process <> 'beslut' OR h.till IN ('verkstallt', 'avslutat', 'upphort'))
      ORDER BY h.lopnr DESC LIMIT 1),
    (a.avslutad AT TIME ZONE 'Europe/Stockholm')::date, a.dag)
 WHERE a.avslutad IS NOT NULL OR (a.process = 'beslut' AND a.tillstand = 'verkstallt')
"""

# Behind a policy each limit would be looked up by its case, all cases first. These give row numbers of cases only; the
# cases behind them are read through the policy.
FUNKTIONER = """
CREATE FUNCTION vaka_sena(nu timestamptz) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 500 SET search_path = public, pg_temp SET timezone = 'Europe/Stockholm'
    AS $$ SELECT arende_id FROM frist
           WHERE status = 'lopande' AND forfaller <= nu::date AND (forfaller < nu::date OR forfaller_tid < nu) $$;
CREATE FUNCTION vaka_nara(nu timestamptz, senast date) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 500 SET search_path = public, pg_temp SET timezone = 'Europe/Stockholm'
    AS $$ SELECT arende_id FROM frist WHERE status = 'lopande' AND forfaller <= senast GROUP BY arende_id
          HAVING NOT bool_or(forfaller < nu::date OR coalesce(forfaller_tid < nu, false)) $$;
"""

# Who handed over sees that they did; of the cases they see the rows of those that they see.
RADSKYDD = """
ALTER TABLE overlamning ENABLE ROW LEVEL SECURITY;
CREATE POLICY overlamning_ser ON overlamning FOR SELECT TO vaka_app USING ((SELECT vaka_ar_systemet()) OR av = (SELECT vaka_aktor()));
CREATE POLICY overlamning_skriver ON overlamning TO vaka_app USING (vaka_ar_systemet()) WITH CHECK (vaka_ar_systemet());
ALTER TABLE overlamningsrad ENABLE ROW LEVEL SECURITY;
CREATE POLICY overlamningsrad_ser ON overlamningsrad FOR SELECT TO vaka_app
    USING ((SELECT vaka_ar_systemet()) OR EXISTS (SELECT FROM arende a WHERE a.id = arende_id));
CREATE POLICY overlamningsrad_skriver ON overlamningsrad TO vaka_app USING (vaka_ar_systemet()) WITH CHECK (vaka_ar_systemet());
"""


def upgrade() -> None:
    op.add_column("arende", sa.Column("klardag", sa.Date(), nullable=True))
    op.execute(KLARA)
    op.drop_index("arende_oppna_enhet", table_name="arende")
    op.create_index("arende_pagar", "arende", ["enhet", "process"], postgresql_where=sa.text("klardag IS NULL"))
    op.create_index("arende_klar", "arende", ["process", "klardag"], postgresql_where=sa.text("klardag IS NOT NULL"))
    op.execute(FUNKTIONER)
    _overlamning()


def _vem(namn: str, *, null: bool = True) -> sa.Column[int]:
    return sa.Column(namn, sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=null)


def _overlamning() -> None:
    op.create_table(
        "overlamning",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        _vem("av", null=False),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        _vem("till_handlaggare"),
        sa.Column("till_enhet", sa.String(), nullable=True),
        sa.Column("skal", sa.String(), nullable=False),
        sa.Column("nyckel", sa.String(), nullable=False, unique=True),
        sa.Column("angrar", sa.BigInteger(), sa.ForeignKey("overlamning.id"), nullable=True),
        sa.Column("utanfor", sa.Integer(), nullable=False),
        sa.Column("klar", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("angrar", name="overlamning_angras_en_gang"),
        sa.CheckConstraint(
            "(sort = 'person') = (till_handlaggare IS NOT NULL) AND (sort = 'enhet') = (till_enhet IS NOT NULL) "
            "AND (sort = 'tillbaka') = (angrar IS NOT NULL)",
            name="overlamning_sort",
        ),
    )
    op.create_index("ix_overlamning_av", "overlamning", ["av"])
    op.create_table(
        "overlamningsrad",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("overlamning_id", sa.BigInteger(), sa.ForeignKey("overlamning.id"), nullable=False),
        sa.Column("arende_id", sa.BigInteger(), sa.ForeignKey("arende.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _vem("fran_handlaggare"),
        sa.Column("fran_enhet", sa.String(), nullable=False),
        sa.Column("utfall", sa.String(), nullable=True),
        sa.Column("varfor", sa.String(), nullable=True),
        sa.UniqueConstraint("overlamning_id", "arende_id", name="overlamningsrad_en"),
        sa.CheckConstraint("utfall IN ('gick', 'gick_inte')", name="overlamningsrad_utfall"),
        sa.CheckConstraint("(utfall IS NOT DISTINCT FROM 'gick_inte') = (varfor IS NOT NULL)", name="overlamningsrad_varfor"),
    )
    op.create_index("ix_overlamningsrad_overlamning_id", "overlamningsrad", ["overlamning_id"])
    op.create_index("ix_overlamningsrad_arende_id", "overlamningsrad", ["arende_id"])
    op.execute(RADSKYDD)


def downgrade() -> None:
    op.drop_table("overlamningsrad")
    op.drop_table("overlamning")
    op.execute("DROP FUNCTION vaka_nara(timestamptz, date); DROP FUNCTION vaka_sena(timestamptz)")
    op.create_index("arende_oppna_enhet", "arende", ["enhet", "process"], postgresql_where=sa.text("avslutad IS NULL"))
    op.drop_index("arende_klar", table_name="arende")
    op.drop_index("arende_pagar", table_name="arende")
    op.drop_column("arende", "klardag")

"""Every reading of a case, the sealed log of events and readings, and the monthly control of readings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BARA_NYA = ("lasning", "loggkedja", "loggdag")
SER_ARENDET = "EXISTS (SELECT FROM arende a WHERE a.id = arende_id)"


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True)


def _tid(namn: str, *, null: bool = False) -> sa.Column:
    return sa.Column(namn, sa.DateTime(timezone=True), nullable=null)


def _pekar(namn: str, vart: str, *, null: bool = False) -> sa.Column:
    return sa.Column(namn, sa.BigInteger(), sa.ForeignKey(vart), nullable=null)


def _json(namn: str) -> sa.Column:
    return sa.Column(namn, postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "lasning",
        _id(),
        _pekar("arende_id", "arende.id"),
        _pekar("av", "anvandare.id", null=True),
        _tid("tid"),
        sa.Column("enhet", sa.String(), nullable=False),
        sa.Column("vad", sa.String(), nullable=False),
        sa.Column("detalj", sa.String(), nullable=True),
        sa.Column("skal", sa.String(), nullable=True),
        sa.Column("tilldelad", sa.Boolean(), nullable=False),
        sa.Column("skyddad", sa.Boolean(), nullable=False),
    )
    op.create_index("lasning_arende", "lasning", ["arende_id", "id"])
    op.create_index("lasning_av", "lasning", ["av", "tid"])
    op.create_index("lasning_tid", "lasning", ["tid"])
    op.create_table(
        "loggkedja",
        sa.Column("nr", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("lopnr", sa.BigInteger(), nullable=False),
        sa.Column("tabell", sa.String(), nullable=False),
        sa.Column("rad_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.SmallInteger(), nullable=False),
        sa.Column("nyckel", sa.String(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("tabell", "rad_id", name="loggkedja_en"),
    )
    op.create_index("loggkedja_dag", "loggkedja", ["dag", "lopnr"])
    op.create_table(
        "loggdag",
        sa.Column("dag", sa.Date(), primary_key=True),
        sa.Column("antal", sa.BigInteger(), nullable=False),
        sa.Column("sista_nr", sa.BigInteger(), nullable=False),
        _json("golv"),
        sa.Column("nyckel", sa.String(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        _tid("stangd"),
    )
    op.create_table(
        "logglage",
        sa.Column("tabell", sa.String(), primary_key=True),
        sa.Column("golv", sa.BigInteger(), nullable=False),
        _tid("nar"),
    )
    op.create_table(
        "loggprov",
        _id(),
        _tid("nar"),
        sa.Column("fran", sa.Date(), nullable=True),
        sa.Column("rader", sa.BigInteger(), nullable=False),
        sa.Column("antal_fel", sa.Integer(), nullable=False),
        _json("fel"),
    )
    op.create_table(
        "loggkontroll",
        _id(),
        sa.Column("manad", sa.Date(), nullable=False),
        sa.Column("enhet", sa.String(), nullable=False),
        sa.Column("fro", sa.String(), nullable=False),
        _json("regel"),
        _json("lika"),
        sa.Column("antal", sa.Integer(), nullable=False),
        sa.Column("senast", sa.Date(), nullable=False),
        _tid("dragen"),
        sa.Column("paminda", sa.Integer(), server_default="0", nullable=False),
        sa.UniqueConstraint("manad", "enhet", name="loggkontroll_en"),
    )
    op.create_table(
        "loggkontrollrad",
        _id(),
        _pekar("kontroll_id", "loggkontroll.id"),
        _pekar("lasning_id", "lasning.id"),
        sa.Column("vikt", sa.Float(), nullable=False),
        _json("varfor"),
        sa.Column("bedomning", sa.String(), nullable=True),
        sa.Column("motiv", sa.String(), nullable=True),
        _pekar("av", "anvandare.id", null=True),
        _tid("nar", null=True),
        sa.Column("arende", sa.String(), nullable=True),
        sa.UniqueConstraint("kontroll_id", "lasning_id", name="loggkontrollrad_en"),
        sa.CheckConstraint("bedomning IN ('ratt', 'utreds')", name="loggkontrollrad_bedomning"),
        sa.CheckConstraint("(bedomning IS NULL) = (nar IS NULL)", name="loggkontrollrad_bedomd_nar"),
    )
    op.create_index("loggkontrollrad_lasning", "loggkontrollrad", ["lasning_id"])
    _bara_nya()
    _kretsar()


def _bara_nya() -> None:
    op.execute(
        """
        CREATE FUNCTION logg_ror_inte() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'En rad i loggen ändras eller tas aldrig bort (%)', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END $$;
        """
    )
    for tabell in BARA_NYA:
        op.execute(
            f"""
            REVOKE UPDATE, DELETE, TRUNCATE ON {tabell} FROM vaka_app;
            CREATE TRIGGER {tabell}_bara_nya BEFORE UPDATE OR DELETE ON {tabell}
                FOR EACH ROW EXECUTE FUNCTION logg_ror_inte();
            CREATE TRIGGER {tabell}_aldrig_tom BEFORE TRUNCATE ON {tabell}
                FOR EACH STATEMENT EXECUTE FUNCTION logg_ror_inte();
            """
        )
    op.execute("REVOKE UPDATE, DELETE ON loggprov FROM vaka_app")


def _kretsar() -> None:
    """One who reads leaves their own name and no other's, on a case of their circle. Seals are the system's alone."""
    for tabell in ("lasning", "loggkedja", "loggdag", "logglage", "loggprov", "loggkontroll", "loggkontrollrad"):
        op.execute(f"ALTER TABLE {tabell} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY lasning_ser ON lasning FOR SELECT TO vaka_app USING ((SELECT vaka_ar_systemet()) OR {SER_ARENDET})")
    op.execute(
        "CREATE POLICY lasning_skriver ON lasning FOR INSERT TO vaka_app "
        f"WITH CHECK (vaka_ar_systemet() OR (av = vaka_aktor() AND {SER_ARENDET}))"
    )
    for tabell in ("loggkedja", "loggdag", "logglage", "loggprov", "loggkontroll", "loggkontrollrad"):
        op.execute(
            f"CREATE POLICY {tabell}_systemet ON {tabell} TO vaka_app "
            "USING ((SELECT vaka_ar_systemet())) WITH CHECK (vaka_ar_systemet())"
        )


def downgrade() -> None:
    op.drop_table("loggkontrollrad")
    op.drop_table("loggkontroll")
    op.drop_table("loggprov")
    op.drop_table("logglage")
    op.drop_table("loggdag")
    op.drop_table("loggkedja")
    op.drop_table("lasning")
    op.execute("DROP FUNCTION logg_ror_inte()")

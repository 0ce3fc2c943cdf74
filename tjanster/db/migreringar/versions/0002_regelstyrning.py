"""Rule sets are activated in the database; a stored version is never changed. Every event asks `regel_nu()` which holds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PA_VAG = "status IN ('vantar', 'planerad', 'pagar')"


def _tid(namn: str, *, null: bool = True) -> sa.Column:
    return sa.Column(namn, sa.DateTime(timezone=True), nullable=null)


def _json(namn: str, tom: str) -> sa.Column:
    return sa.Column(namn, postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text(f"'{tom}'"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "regelaktivering",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("regelversion", sa.BigInteger(), sa.ForeignKey("regelversion.id"), nullable=False, index=True),
        sa.Column("fore", sa.BigInteger(), sa.ForeignKey("regelversion.id"), nullable=True),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("pa_vag", sa.Boolean(), nullable=False),
        sa.Column("fran", sa.Date(), nullable=False),
        sa.Column("skal", sa.String(), nullable=False),
        sa.Column("av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("godkand_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        _tid("begard", null=False),
        _tid("godkand"),
        _tid("aktiverad"),
        _json("regler", "[]"),
        _json("effekt", "{}"),
        sa.Column("klart", sa.Integer(), nullable=False),
        sa.Column("antal", sa.Integer(), nullable=False),
        sa.Column("fel", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('vantar', 'planerad', 'pagar', 'aktiv', 'ersatt', 'avbruten', 'misslyckad')",
            name="regelaktivering_status",
        ),
        sa.CheckConstraint("sort IN ('forsta', 'aktivera', 'aterga')", name="regelaktivering_sort"),
        sa.CheckConstraint("godkand_av IS NULL OR av IS NULL OR godkand_av <> av", name="regelaktivering_tva_personer"),
    )
    op.create_index(
        "regelaktivering_en_aktiv",
        "regelaktivering",
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'aktiv'"),
    )
    op.create_index(
        "regelaktivering_en_pa_vag",
        "regelaktivering",
        ["pa_vag"],
        unique=True,
        postgresql_where=sa.text(PA_VAG),
    )
    op.create_table(
        "regelutkast",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("bas", sa.BigInteger(), sa.ForeignKey("regelversion.id"), nullable=False),
        _json("filer", "{}"),
        sa.Column("forra", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _tid("skapad", null=False),
        sa.Column("skapad_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        _tid("andrad", null=False),
        sa.Column("andrad_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.CheckConstraint("status IN ('oppet', 'kastat', 'aktiverat')", name="regelutkast_status"),
    )
    op.create_index(
        "regelutkast_ett_oppet",
        "regelutkast",
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'oppet'"),
    )
    op.create_table(
        "rutinoversyn",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("aktivering", sa.BigInteger(), sa.ForeignKey("regelaktivering.id"), nullable=False),
        sa.Column("rutin", sa.String(), nullable=False),
        sa.Column("rubrik", sa.String(), nullable=False),
        sa.Column("slag", sa.String(), nullable=False),
        sa.Column("lank", sa.String(), nullable=True),
        _json("regler", "[]"),
        sa.Column("ansvarig", sa.String(), nullable=False),
        sa.Column("senast", sa.Date(), nullable=False),
        _tid("klar"),
        sa.Column("klar_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("kommentar", sa.String(), nullable=True),
        sa.CheckConstraint("slag IN ('rutin', 'mall')", name="rutinoversyn_slag"),
        sa.UniqueConstraint("aktivering", "rutin", name="rutinoversyn_en"),
    )
    op.create_index("rutinoversyn_oppen", "rutinoversyn", ["senast"], postgresql_where=sa.text("klar IS NULL"))
    # A plpgsql function sees, in its second statement, what was written while it waited in the first: so the version
    # that it gives is the one that holds once no activation is under way, and it holds until the step is written.
    op.execute(
        """
        CREATE FUNCTION regelversion_ror_inte() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'En regelversion ändras eller tas aldrig bort'
                USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER regelversion_bara_nya BEFORE UPDATE OR DELETE ON regelversion
            FOR EACH ROW EXECUTE FUNCTION regelversion_ror_inte();
        CREATE TRIGGER regelversion_aldrig_tom BEFORE TRUNCATE ON regelversion
            FOR EACH STATEMENT EXECUTE FUNCTION regelversion_ror_inte();
        CREATE FUNCTION regel_nu() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(5391200263);
            RETURN (SELECT regelversion FROM regelaktivering WHERE status = 'aktiv');
        END $$;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        DROP FUNCTION regel_nu();
        DROP TRIGGER regelversion_aldrig_tom ON regelversion;
        DROP TRIGGER regelversion_bara_nya ON regelversion;
        DROP FUNCTION regelversion_ror_inte();
        """
    )
    op.drop_table("rutinoversyn")
    op.drop_table("regelutkast")
    op.drop_table("regelaktivering")

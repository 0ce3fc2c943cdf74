"""The first tables. Events are append-only: the database itself refuses to change or remove one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "anvandare",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("anvandarnamn", sa.String(), nullable=False),
        sa.Column("namn", sa.String(), nullable=False),
        sa.Column("epost", sa.String(), nullable=True),
        sa.Column("losen", sa.String(), nullable=True),
        sa.Column("aktiv", sa.Boolean(), nullable=False),
        sa.Column("misslyckade", sa.Integer(), nullable=False),
        sa.Column("last_till", sa.DateTime(timezone=True), nullable=True),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("anvandarnamn"),
    )
    op.create_table(
        "notis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall", sa.String(), nullable=False),
        sa.Column("mallversion", sa.String(), nullable=False),
        sa.Column("arendenummer", sa.String(), nullable=True),
        sa.Column("anvandare_id", sa.Integer(), nullable=True),
        sa.Column("adress", sa.String(), nullable=False),
        sa.Column("falt", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("nyckel", sa.String(), nullable=False),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tidigast", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bradskande", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("forsok", sa.Integer(), nullable=False),
        sa.Column("nasta_forsok", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lantagare", sa.BigInteger(), nullable=True),
        sa.Column("senaste_fel", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("skickad", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'skickad') = (skickad IS NOT NULL)", name="notis_skickad_har_tid"),
        sa.CheckConstraint("status IN ('vantar', 'skickad', 'misslyckad', 'avbruten')", name="notis_status_finns"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
        sa.UniqueConstraint("nyckel"),
    )
    op.create_index("notis_arendenummer", "notis", ["arendenummer"], unique=False)
    op.create_index(
        "notis_att_skicka",
        "notis",
        [sa.literal_column("bradskande DESC"), "tidigast", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'vantar'"),
    )
    op.create_index(
        "notis_lanade", "notis", ["lantagare"], unique=False, postgresql_where=sa.text("lantagare IS NOT NULL")
    )
    op.create_table(
        "nummerserie",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column("senaste", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "ar"),
    )
    op.create_table(
        "processversion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column(
            "forklaring", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "regelversion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("filer", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "svep",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slut", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nu", sa.DateTime(timezone=True), nullable=False),
        sa.Column("utfall", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "apinyckel",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("anvandare_id", sa.BigInteger(), nullable=False),
        sa.Column("namn", sa.String(), nullable=False),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upphor", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["anvandare_id"],
            ["anvandare.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index(op.f("ix_apinyckel_anvandare_id"), "apinyckel", ["anvandare_id"], unique=False)
    op.create_table(
        "arende",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("nummer", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("tillstand", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("enhet", sa.String(), nullable=False),
        sa.Column("handlaggare", sa.BigInteger(), nullable=True),
        sa.Column("registrerad_av", sa.BigInteger(), nullable=True),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("externt_id", sa.String(), nullable=True),
        sa.Column("uppgifter", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("registrerad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("andrad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("avslutad", sa.DateTime(timezone=True), nullable=True),
        sa.Column("regelversion", sa.BigInteger(), nullable=False),
        sa.Column("processversion", sa.BigInteger(), nullable=False),
        sa.Column("nyckel", sa.String(), nullable=True),
        sa.Column(
            "sok",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple', nummer || ' ' || coalesce(externt_id, '')) || jsonb_to_tsvector('swedish', uppgifter, '[\"string\"]')",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("version > 0", name="arende_version"),
        sa.ForeignKeyConstraint(
            ["handlaggare"],
            ["anvandare.id"],
        ),
        sa.ForeignKeyConstraint(
            ["processversion"],
            ["processversion.id"],
        ),
        sa.ForeignKeyConstraint(
            ["regelversion"],
            ["regelversion.id"],
        ),
        sa.ForeignKeyConstraint(
            ["registrerad_av"],
            ["anvandare.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("nummer"),
        sa.UniqueConstraint("nyckel"),
    )
    op.create_index(
        "arende_externt",
        "arende",
        ["process", "externt_id"],
        unique=True,
        postgresql_where=sa.text("externt_id IS NOT NULL"),
    )
    op.create_index(
        "arende_oppna_enhet", "arende", ["enhet", "process"], unique=False, postgresql_where=sa.text("avslutad IS NULL")
    )
    op.create_index(
        "arende_oppna_handlaggare",
        "arende",
        ["handlaggare"],
        unique=False,
        postgresql_where=sa.text("avslutad IS NULL"),
    )
    op.create_index("arende_process_dag", "arende", ["process", "dag"], unique=False)
    op.create_index("arende_registrerad_av", "arende", ["registrerad_av"], unique=False)
    op.create_index("arende_sok", "arende", ["sok"], unique=False, postgresql_using="gin")
    op.create_table(
        "brevlada",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notis_id", sa.Integer(), nullable=False),
        sa.Column("till", sa.String(), nullable=False),
        sa.Column("amne", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notis_id"], ["notis.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("notis_id"),
    )
    op.create_table(
        "inloggning",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("anvandare_id", sa.BigInteger(), nullable=False),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("senast", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["anvandare_id"],
            ["anvandare.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index(op.f("ix_inloggning_anvandare_id"), "inloggning", ["anvandare_id"], unique=False)
    op.create_table(
        "uppdrag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("anvandare_id", sa.BigInteger(), nullable=False),
        sa.Column("roll", sa.String(), nullable=False),
        sa.Column("enhet", sa.String(), nullable=False),
        sa.Column("fran", sa.Date(), nullable=False),
        sa.Column("till", sa.Date(), nullable=True),
        sa.CheckConstraint("till IS NULL OR till >= fran", name="uppdrag_dagar"),
        sa.ForeignKeyConstraint(
            ["anvandare_id"],
            ["anvandare.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_uppdrag_anvandare_id"), "uppdrag", ["anvandare_id"], unique=False)
    op.create_index("uppdrag_enhet", "uppdrag", ["enhet", "roll"], unique=False)
    op.create_table(
        "frist",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("arende_id", sa.BigInteger(), nullable=False),
        sa.Column("namn", sa.String(), nullable=False),
        sa.Column("slag", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("start_tid", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forfaller", sa.Date(), nullable=True),
        sa.Column("forfaller_tid", sa.DateTime(timezone=True), nullable=True),
        sa.Column("regel", sa.String(), nullable=False),
        sa.Column("regelversion", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("omgang", sa.Integer(), nullable=False),
        sa.Column("mott", sa.Date(), nullable=True),
        sa.Column("mott_tid", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'mott') = (mott IS NOT NULL)", name="frist_mott"),
        sa.CheckConstraint("slag IN ('lag', 'mal')", name="frist_slag"),
        sa.CheckConstraint("status IN ('lopande', 'pausad', 'mott', 'utgatt')", name="frist_status"),
        sa.ForeignKeyConstraint(
            ["arende_id"],
            ["arende.id"],
        ),
        sa.ForeignKeyConstraint(
            ["regelversion"],
            ["regelversion.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "frist_en_oppen",
        "frist",
        ["arende_id", "namn", "slag"],
        unique=True,
        postgresql_where=sa.text("status IN ('lopande', 'pausad')"),
    )
    op.create_index(
        "frist_lopande", "frist", ["forfaller"], unique=False, postgresql_where=sa.text("status = 'lopande'")
    )
    op.create_index(op.f("ix_frist_arende_id"), "frist", ["arende_id"], unique=False)
    op.create_table(
        "handelse",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("arende_id", sa.BigInteger(), nullable=False),
        sa.Column("lopnr", sa.Integer(), nullable=False),
        sa.Column("handelse", sa.String(), nullable=False),
        sa.Column("fran", sa.String(), nullable=True),
        sa.Column("till", sa.String(), nullable=False),
        sa.Column("av", sa.BigInteger(), nullable=True),
        sa.Column("roll", sa.String(), nullable=True),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skal", sa.String(), nullable=True),
        sa.Column("uppgifter", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("foljder", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("regelversion", sa.BigInteger(), nullable=False),
        sa.Column("processversion", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arende_id"],
            ["arende.id"],
        ),
        sa.ForeignKeyConstraint(
            ["av"],
            ["anvandare.id"],
        ),
        sa.ForeignKeyConstraint(
            ["processversion"],
            ["processversion.id"],
        ),
        sa.ForeignKeyConstraint(
            ["regelversion"],
            ["regelversion.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("arende_id", "lopnr", name="handelse_en"),
    )
    op.create_index("handelse_namn_dag", "handelse", ["handelse", "dag"], unique=False)
    op.create_table(
        "kontakt",
        sa.Column("arende_id", sa.BigInteger(), nullable=False),
        sa.Column("namn", sa.String(), nullable=True),
        sa.Column("epost", sa.String(), nullable=True),
        sa.Column("telefon", sa.String(), nullable=True),
        sa.Column("adress", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["arende_id"],
            ["arende.id"],
        ),
        sa.PrimaryKeyConstraint("arende_id"),
    )
    op.create_table(
        "koppling",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fran_id", sa.BigInteger(), nullable=False),
        sa.Column("till_id", sa.BigInteger(), nullable=False),
        sa.Column("slag", sa.String(), nullable=False),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fran_id <> till_id", name="koppling_inte_sig_sjalv"),
        sa.ForeignKeyConstraint(
            ["fran_id"],
            ["arende.id"],
        ),
        sa.ForeignKeyConstraint(
            ["till_id"],
            ["arende.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fran_id", "till_id", "slag", name="koppling_en"),
    )
    op.create_index(op.f("ix_koppling_till_id"), "koppling", ["till_id"], unique=False)
    op.create_table(
        "uppgift",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("arende_id", sa.BigInteger(), nullable=False),
        sa.Column("slag", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("enhet", sa.String(), nullable=False),
        sa.Column("agare", sa.BigInteger(), nullable=True),
        sa.Column("senast", sa.Date(), nullable=True),
        sa.Column("atgard", sa.String(), nullable=True),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("klar", sa.DateTime(timezone=True), nullable=True),
        sa.Column("klar_av", sa.BigInteger(), nullable=True),
        sa.Column("kommentar", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agare"],
            ["anvandare.id"],
        ),
        sa.ForeignKeyConstraint(
            ["arende_id"],
            ["arende.id"],
        ),
        sa.ForeignKeyConstraint(
            ["klar_av"],
            ["anvandare.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_uppgift_arende_id"), "uppgift", ["arende_id"], unique=False)
    op.create_index(
        "uppgift_oppen", "uppgift", ["enhet", "senast"], unique=False, postgresql_where=sa.text("klar IS NULL")
    )
    op.create_table(
        "fristakt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("frist_id", sa.BigInteger(), nullable=False),
        sa.Column("slag", sa.String(), nullable=False),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("fran_dag", sa.Date(), nullable=True),
        sa.Column("till_dag", sa.Date(), nullable=True),
        sa.Column("dagar", sa.Integer(), nullable=True),
        sa.Column("skal", sa.String(), nullable=False),
        sa.Column("av", sa.BigInteger(), nullable=True),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["av"],
            ["anvandare.id"],
        ),
        sa.ForeignKeyConstraint(
            ["frist_id"],
            ["frist.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_fristakt_frist_id"), "fristakt", ["frist_id"], unique=False)
    op.create_table(
        "fristbrott",
        sa.Column("frist_id", sa.BigInteger(), nullable=False),
        sa.Column("forfoll", sa.Date(), nullable=False),
        sa.Column("upptackt", sa.DateTime(timezone=True), nullable=False),
        sa.Column("orsak", sa.String(), nullable=True),
        sa.Column("orsak_text", sa.String(), nullable=True),
        sa.Column("atgard", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["frist_id"],
            ["frist.id"],
        ),
        sa.PrimaryKeyConstraint("frist_id"),
    )
    op.create_table(
        "paminnelse",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("frist_id", sa.BigInteger(), nullable=False),
        sa.Column("omgang", sa.Integer(), nullable=False),
        sa.Column("trappsteg", sa.Integer(), nullable=False),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("nar", sa.String(), nullable=False),
        sa.Column("roll", sa.String(), nullable=False),
        sa.Column("bradskande", sa.Boolean(), nullable=False),
        sa.Column("aven_ledig_dag", sa.Boolean(), nullable=False),
        sa.Column("fallen", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ikapp", sa.Boolean(), nullable=True),
        sa.Column("till_roll", sa.String(), nullable=True),
        sa.Column("till_enhet", sa.String(), nullable=True),
        sa.Column("mottagare", postgresql.ARRAY(sa.BigInteger()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("nycklar", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["frist_id"],
            ["frist.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("frist_id", "omgang", "trappsteg", name="paminnelse_en"),
    )
    op.create_index("paminnelse_fallen", "paminnelse", ["fallen"], unique=False)
    op.create_index(
        "paminnelse_vantar", "paminnelse", ["dag", "id"], unique=False, postgresql_where=sa.text("fallen IS NULL")
    )
    op.execute(
        """
        CREATE FUNCTION handelse_ror_inte() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'En händelse ändras eller tas aldrig bort (handelse.id %)', OLD.id
                USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER handelse_bara_nya BEFORE UPDATE OR DELETE ON handelse
            FOR EACH ROW EXECUTE FUNCTION handelse_ror_inte();
        CREATE TRIGGER handelse_aldrig_tom BEFORE TRUNCATE ON handelse
            FOR EACH STATEMENT EXECUTE FUNCTION handelse_ror_inte();
        """
    )


def downgrade() -> None:
    op.drop_index("paminnelse_vantar", table_name="paminnelse", postgresql_where=sa.text("fallen IS NULL"))
    op.drop_index("paminnelse_fallen", table_name="paminnelse")
    op.drop_table("paminnelse")
    op.drop_table("fristbrott")
    op.drop_index(op.f("ix_fristakt_frist_id"), table_name="fristakt")
    op.drop_table("fristakt")
    op.drop_index("uppgift_oppen", table_name="uppgift", postgresql_where=sa.text("klar IS NULL"))
    op.drop_index(op.f("ix_uppgift_arende_id"), table_name="uppgift")
    op.drop_table("uppgift")
    op.drop_index(op.f("ix_koppling_till_id"), table_name="koppling")
    op.drop_table("koppling")
    op.drop_table("kontakt")
    op.drop_index("handelse_namn_dag", table_name="handelse")
    op.drop_table("handelse")
    op.drop_index(op.f("ix_frist_arende_id"), table_name="frist")
    op.drop_index("frist_lopande", table_name="frist", postgresql_where=sa.text("status = 'lopande'"))
    op.drop_index("frist_en_oppen", table_name="frist", postgresql_where=sa.text("status IN ('lopande', 'pausad')"))
    op.drop_table("frist")
    op.drop_index("uppdrag_enhet", table_name="uppdrag")
    op.drop_index(op.f("ix_uppdrag_anvandare_id"), table_name="uppdrag")
    op.drop_table("uppdrag")
    op.drop_index(op.f("ix_inloggning_anvandare_id"), table_name="inloggning")
    op.drop_table("inloggning")
    op.drop_table("brevlada")
    op.drop_index("arende_sok", table_name="arende", postgresql_using="gin")
    op.drop_index("arende_registrerad_av", table_name="arende")
    op.drop_index("arende_process_dag", table_name="arende")
    op.drop_index("arende_oppna_handlaggare", table_name="arende", postgresql_where=sa.text("avslutad IS NULL"))
    op.drop_index("arende_oppna_enhet", table_name="arende", postgresql_where=sa.text("avslutad IS NULL"))
    op.drop_index("arende_externt", table_name="arende", postgresql_where=sa.text("externt_id IS NOT NULL"))
    op.drop_table("arende")
    op.drop_index(op.f("ix_apinyckel_anvandare_id"), table_name="apinyckel")
    op.drop_table("apinyckel")
    op.drop_table("svep")
    op.drop_table("regelversion")
    op.drop_table("processversion")
    op.drop_table("nummerserie")
    op.drop_index("notis_lanade", table_name="notis", postgresql_where=sa.text("lantagare IS NOT NULL"))
    op.drop_index("notis_att_skicka", table_name="notis", postgresql_where=sa.text("status = 'vantar'"))
    op.drop_index("notis_arendenummer", table_name="notis")
    op.drop_table("notis")
    op.drop_table("anvandare")
    op.execute("DROP FUNCTION handelse_ror_inte()")

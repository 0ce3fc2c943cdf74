"""Weeding: holds, runs that two people stand behind, a certificate of each case, and the only way past the append-only log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What stays when only the personal data goes: the case's codes, its days, and that something happened.
STOMME = ("arende", "handelse", "frist", "fristbrott", "paminnelse", "koppling", "gallringssparr")


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True)


def _tid(namn: str, *, null: bool = False) -> sa.Column:
    return sa.Column(namn, sa.DateTime(timezone=True), nullable=null)


def _vem(namn: str, *, null: bool = False) -> sa.Column:
    return sa.Column(namn, sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=null)


def _json(namn: str, tomt: str) -> sa.Column:
    return sa.Column(namn, postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text(f"'{tomt}'"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "gallringssparr",
        _id(),
        sa.Column("arende_id", sa.BigInteger(), sa.ForeignKey("arende.id"), nullable=False, index=True),
        sa.Column("skal", sa.String(), nullable=False),
        sa.Column("fran", sa.Date(), nullable=False),
        sa.Column("till", sa.Date(), nullable=True),
        _vem("av", null=True),
        _tid("tid"),
        _vem("havd_av", null=True),
        _tid("havd", null=True),
        sa.Column("havd_skal", sa.String(), nullable=True),
        sa.CheckConstraint("till IS NULL OR till >= fran", name="gallringssparr_dagar"),
        sa.CheckConstraint("(havd IS NULL) = (havd_skal IS NULL)", name="gallringssparr_havd_med_skal"),
    )
    op.create_table(
        "gallringskorning",
        _id(),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("beslut", sa.String(), nullable=False),
        _vem("foreslagen_av"),
        _tid("foreslagen"),
        _vem("godkand_av", null=True),
        _tid("godkand", null=True),
        _tid("slut", null=True),
        sa.Column("avbruten_skal", sa.String(), nullable=True),
        _json("arenden", "[]"),
        _json("kvar", "[]"),
        sa.CheckConstraint("status IN ('vantar', 'pagar', 'klar', 'avbruten')", name="gallringskorning_status"),
        sa.CheckConstraint("godkand_av <> foreslagen_av", name="gallringskorning_tva_personer"),
        sa.CheckConstraint("status NOT IN ('pagar', 'klar') OR godkand_av IS NOT NULL", name="gallringskorning_godkand"),
    )
    op.create_table(
        "gallring",
        _id(),
        sa.Column("korning_id", sa.BigInteger(), sa.ForeignKey("gallringskorning.id"), nullable=False),
        sa.Column("arende_id", sa.BigInteger(), nullable=False),
        sa.Column("nummer", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("enhet", sa.String(), nullable=False),
        sa.Column("vad", sa.String(), nullable=False),
        sa.Column("regel", sa.String(), nullable=False),
        sa.Column("lagrum", sa.String(), nullable=True),
        sa.Column("beslut", sa.String(), nullable=False),
        _vem("foreslagen_av"),
        _vem("godkand_av"),
        _tid("tid"),
        _json("antal", "{}"),
        _json("rader", "{}"),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("transaktion", sa.BigInteger(), server_default=sa.text("pg_current_xact_id()::text::bigint"), nullable=False),
        sa.UniqueConstraint("arende_id", "vad", name="gallring_en"),
    )
    op.create_index("gallring_korning", "gallring", ["korning_id"])
    # Who has read a case is kept when the case has gone.
    op.drop_constraint("lasning_arende_id_fkey", "lasning", type_="foreignkey")
    op.execute(VAKTER)
    op.execute(RADERNA)
    op.execute(GALLRA.format(stomme=", ".join(f"'{namn}'" for namn in STOMME)))
    for tabell in ("gallring", "gallringskorning"):
        op.execute(f"ALTER TABLE {tabell} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {tabell}_systemet ON {tabell} TO vaka_app USING ((SELECT vaka_ar_systemet())) WITH CHECK (vaka_ar_systemet())")
    op.execute("ALTER TABLE gallringssparr ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY gallringssparr_ser ON gallringssparr FOR SELECT TO vaka_app "
        "USING ((SELECT vaka_ar_systemet()) OR EXISTS (SELECT FROM arende a WHERE a.id = arende_id))"
    )
    op.execute(
        "CREATE POLICY gallringssparr_skriver ON gallringssparr TO vaka_app "
        "USING (vaka_ar_systemet()) WITH CHECK (vaka_ar_systemet())"
    )
    op.execute("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON gallring FROM vaka_app; REVOKE DELETE ON arende, gallringssparr, gallringskorning FROM vaka_app")


# A row of the log is let go only in the transaction that wrote the certificate of its case.
VAKTER = """
CREATE FUNCTION gallringen_slapper(arende bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM gallring g WHERE g.id::text = current_setting('vaka.gallrar', true)
                         AND g.arende_id = arende AND g.transaktion = pg_current_xact_id()::text::bigint) $$;
CREATE OR REPLACE FUNCTION handelse_ror_inte() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_LEVEL = 'ROW' AND current_setting('vaka.gallrar', true) <> '' THEN
        IF gallringen_slapper(OLD.arende_id) THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
    END IF;
    RAISE EXCEPTION 'En händelse ändras eller tas aldrig bort (handelse.id %)', CASE WHEN TG_LEVEL = 'ROW' THEN OLD.id END
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION lasning_ror_inte() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('vaka.gallrar', true) <> '' THEN
        IF gallringen_slapper(OLD.arende_id) AND NEW.detalj IS NULL AND NEW.skal IS NULL
           AND to_jsonb(NEW) - 'detalj' - 'skal' = to_jsonb(OLD) - 'detalj' - 'skal' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'En rad i loggen ändras eller tas aldrig bort (lasning)' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER lasning_bara_nya ON lasning;
CREATE TRIGGER lasning_bara_nya BEFORE UPDATE OR DELETE ON lasning FOR EACH ROW EXECUTE FUNCTION lasning_ror_inte();
CREATE FUNCTION gallring_ror_inte() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Ett gallringsbevis ändras eller tas aldrig bort' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER gallring_bara_nya BEFORE UPDATE OR DELETE ON gallring FOR EACH ROW EXECUTE FUNCTION gallring_ror_inte();
CREATE TRIGGER gallring_aldrig_tom BEFORE TRUNCATE ON gallring FOR EACH STATEMENT EXECUTE FUNCTION gallring_ror_inte();
"""

# Every table that keys lead to from a row, the outermost first, each with the condition that picks its rows.
RADERNA = """
CREATE FUNCTION gallringens_rader(p_tabell regclass, p_villkor text) RETURNS TABLE (tabell text, villkor text)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE barn record;
BEGIN
    FOR barn IN SELECT c.conrelid::regclass AS barnet, a.attname AS kolumn, m.attname AS mal
                  FROM pg_constraint c
                  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                  JOIN pg_attribute m ON m.attrelid = c.confrelid AND m.attnum = c.confkey[1]
                 WHERE c.contype = 'f' AND c.confrelid = p_tabell AND c.conrelid <> p_tabell
                 ORDER BY c.conrelid::regclass::text, a.attname
    LOOP
        RETURN QUERY SELECT r.tabell, r.villkor FROM gallringens_rader(
            barn.barnet, format('%I IN (SELECT %I FROM %s WHERE %s)', barn.kolumn, barn.mal, p_tabell, p_villkor)) r;
    END LOOP;
    tabell := p_tabell::text;
    villkor := p_villkor;
    RETURN NEXT;
END $$;
"""

# Only what two people have decided on, of a closed case that nobody holds, and never without its certificate.
GALLRA = """
CREATE FUNCTION gallra_arende(p_korning bigint, p_nummer text, p_behall text[], p_nu timestamptz) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    k gallringskorning; a arende; post jsonb; del record; bevis bigint; v_antal jsonb := '{{}}'; v_rader jsonb := '{{}}';
    v_hash text := ''; v_id jsonb; v_summa text; v_vad text; delar jsonb[]; stomme text[] := ARRAY[{stomme}];
BEGIN
    IF NOT vaka_ar_systemet() THEN RAISE EXCEPTION 'Bara systemet gallrar' USING ERRCODE = 'insufficient_privilege'; END IF;
    SELECT * INTO k FROM gallringskorning WHERE id = p_korning FOR SHARE;
    IF k.id IS NULL OR k.status <> 'pagar' OR k.godkand_av IS NULL OR k.godkand_av = k.foreslagen_av THEN
        RAISE EXCEPTION 'Gallringen är inte godkänd av två personer' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT e INTO post FROM jsonb_array_elements(k.arenden) e WHERE e ->> 'nummer' = p_nummer;
    SELECT * INTO a FROM arende WHERE nummer = p_nummer FOR UPDATE;
    IF post IS NULL OR a.id IS NULL OR a.avslutad IS NULL THEN
        RAISE EXCEPTION 'Ärendet ingår inte i gallringen, finns inte eller är öppet' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM gallringssparr s WHERE s.arende_id = a.id AND s.havd IS NULL
               AND (s.till IS NULL OR s.till >= (p_nu AT TIME ZONE 'Europe/Stockholm')::date)) THEN
        RAISE EXCEPTION 'Ärendet är spärrat mot gallring' USING ERRCODE = 'restrict_violation';
    END IF;
    v_vad := post ->> 'vad';
    IF v_vad NOT IN ('arendet', 'personuppgifter', 'bilagor') THEN
        RAISE EXCEPTION 'Okänt vad: %', v_vad USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT array_agg(jsonb_build_object('tabell', r.tabell, 'villkor', r.villkor)) INTO delar
      FROM gallringens_rader('arende', format('id = %s', a.id)) r WHERE v_vad <> 'bilagor' OR r.tabell = 'bilaga';
    IF v_vad <> 'bilagor' THEN
        delar := delar || jsonb_build_object('tabell', 'notis', 'villkor', format('arendenummer = %L', a.nummer))
            || jsonb_build_object('tabell', 'lasning', 'villkor',
                                  format('arende_id = %s AND (detalj IS NOT NULL OR skal IS NOT NULL)', a.id));
    END IF;
    FOR del IN SELECT e ->> 'tabell' AS tabell, e ->> 'villkor' AS villkor FROM unnest(delar) WITH ORDINALITY u(e, nr) ORDER BY nr LOOP
        EXECUTE format($q$ SELECT coalesce(jsonb_agg(coalesce(to_jsonb(x) -> 'id', to_jsonb(x) -> 'arende_id', to_jsonb(x) -> 'frist_id')
                                  ORDER BY to_jsonb(x)::text), '[]'),
                           coalesce(encode(sha256(convert_to(string_agg(to_jsonb(x)::text, E'\\n' ORDER BY to_jsonb(x)::text), 'UTF8')), 'hex'), '')
                           FROM %s x WHERE %s $q$, del.tabell, del.villkor) INTO v_id, v_summa;
        IF v_id <> '[]' THEN
            v_rader := v_rader || jsonb_build_object(del.tabell, coalesce(v_rader -> del.tabell, '[]') || v_id);
            v_antal := v_antal || jsonb_build_object(del.tabell, jsonb_array_length(v_rader -> del.tabell));
            v_hash := v_hash || del.tabell || ':' || v_summa || E'\\n';
        END IF;
    END LOOP;
    INSERT INTO gallring (korning_id, arende_id, nummer, process, enhet, vad, regel, lagrum, beslut, foreslagen_av, godkand_av,
                          tid, antal, rader, hash)
        VALUES (k.id, a.id, a.nummer, a.process, a.enhet, v_vad, post ->> 'rad', post ->> 'lagrum', k.beslut, k.foreslagen_av,
                k.godkand_av, p_nu, v_antal, v_rader, encode(sha256(convert_to(v_hash, 'UTF8')), 'hex'))
        RETURNING id INTO bevis;
    PERFORM set_config('vaka.gallrar', bevis::text, true);
    IF v_vad = 'bilagor' THEN
        UPDATE bilaga SET innehall = NULL, namn = 'Gallrad fil', rubrik = NULL, borttagen = p_nu, borttagen_av = k.godkand_av, skal = k.beslut
         WHERE arende_id = a.id AND borttagen IS NULL;
    ELSE
        FOR del IN SELECT e ->> 'tabell' AS tabell, e ->> 'villkor' AS villkor FROM unnest(delar) WITH ORDINALITY u(e, nr) ORDER BY nr LOOP
            IF del.tabell = 'lasning' THEN
                UPDATE lasning SET detalj = NULL, skal = NULL WHERE arende_id = a.id;
            ELSIF v_vad = 'arendet' OR NOT del.tabell = ANY (stomme) THEN
                EXECUTE format('DELETE FROM %s WHERE %s', del.tabell, del.villkor);
            END IF;
        END LOOP;
    END IF;
    IF v_vad = 'personuppgifter' THEN
        UPDATE arende SET externt_id = NULL, nyckel = NULL, krets = NULL, uppgifter = gallringens_koder(uppgifter, p_behall) WHERE id = a.id;
        UPDATE handelse SET skal = NULL, uppgifter = gallringens_koder(uppgifter, p_behall), foljder = foljder - 'uppgift' - 'bilagor'
         WHERE arende_id = a.id;
        UPDATE fristbrott SET orsak_text = NULL, atgard = NULL WHERE frist_id IN (SELECT id FROM frist WHERE arende_id = a.id);
    END IF;
    PERFORM set_config('vaka.gallrar', '', true);
    RETURN bevis;
END $$;
CREATE FUNCTION gallringens_koder(falt jsonb, behall text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE
    AS $$ SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(falt) WHERE key = ANY (behall) $$;
REVOKE ALL ON FUNCTION gallra_arende(bigint, text, text[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gallra_arende(bigint, text, text[], timestamptz) TO vaka_app;
"""


def downgrade() -> None:
    op.execute(
        """
        DROP FUNCTION gallra_arende(bigint, text, text[], timestamptz);
        DROP FUNCTION gallringens_koder(jsonb, text[]);
        DROP FUNCTION gallringens_rader(regclass, text);
        DROP TRIGGER lasning_bara_nya ON lasning;
        CREATE TRIGGER lasning_bara_nya BEFORE UPDATE OR DELETE ON lasning FOR EACH ROW EXECUTE FUNCTION logg_ror_inte();
        DROP FUNCTION lasning_ror_inte();
        CREATE OR REPLACE FUNCTION handelse_ror_inte() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'En händelse ändras eller tas aldrig bort (handelse.id %)', OLD.id
                USING ERRCODE = 'restrict_violation';
        END $$;
        DROP FUNCTION gallringen_slapper(bigint);
        """
    )
    op.drop_table("gallring")
    op.execute("DROP FUNCTION gallring_ror_inte()")
    op.drop_table("gallringskorning")
    op.drop_table("gallringssparr")
    # Readings of cases that have gone keep no key: a reading is never taken away.
    op.execute("ALTER TABLE lasning ADD CONSTRAINT lasning_arende_id_fkey FOREIGN KEY (arende_id) REFERENCES arende (id) NOT VALID")
    op.execute("GRANT DELETE ON arende TO vaka_app")

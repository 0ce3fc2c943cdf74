"""What long lists and reports are walked by: the open limits by day, and the events by day. The lock on what hangs on a case
looks each case up instead of first listing all that the person may see, and asks what most have before what few have. What is
counted over many cases stands beside the long texts."""

from alembic import op
from sqlalchemy import text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

RAKNAS = {
    "typ": "varchar GENERATED ALWAYS AS (uppgifter ->> 'typ')",
    "orsaker": "jsonb GENERATED ALWAYS AS (uppgifter -> 'orsaker')",
    "atgarder": "jsonb GENERATED ALWAYS AS (uppgifter -> 'atgarder')",
    "hjalpte": "varchar GENERATED ALWAYS AS (uppgifter ->> 'hjalpte')",
}
BARN = ("bilaga", "forslag", "frist", "gallringssparr", "handelse", "kontakt", "lasning", "uppgift")
FRISTENS = ("fristakt", "fristbrott", "paminnelse")
# A lookup that gives a value can't be turned into a list of a hundred thousand cases, as EXISTS can.
UPPSLAG = "(SELECT vaka_ar_systemet()) OR (SELECT a.id FROM arende a WHERE a.id = {vag}) IS NOT NULL"
LISTA = "(SELECT vaka_ar_systemet()) OR EXISTS (SELECT FROM arende a WHERE a.id = {vag})"
EGET = "handlaggare = (SELECT vaka_aktor())"
LANAT = """
((SELECT vaka_har_lan()) AND vaka_lanar(process::text, enhet::text, javiga))
OR ('for:' || handlaggare || ':*') = ANY ((SELECT vaka_krets())::text[])
OR ('for:' || handlaggare || ':' || enhet) = ANY ((SELECT vaka_krets())::text[])
OR (process = 'avvikelse' AND registrerad_av = (SELECT vaka_aktor()))
"""
KRETSEN = """
(process || ':*') = ANY ((SELECT vaka_krets())::text[])
OR (process || ':' || enhet) = ANY ((SELECT vaka_krets())::text[])
"""
SER = """
(SELECT vaka_ar_systemet())
OR (NOT (SELECT vaka_aktor()) = ANY (javiga)
    AND CASE WHEN krets IS NOT NULL THEN (SELECT vaka_aktor()) = ANY (krets) ELSE {villkor} END)
"""


def upgrade() -> None:
    op.create_index(
        "frist_ordning", "frist", [text("COALESCE(forfaller, start)"), "arende_id"],
        postgresql_where=text("status IN ('lopande', 'pausad')"),
    )  # fmt: skip
    op.create_index("handelse_dag", "handelse", ["dag"])
    op.create_index(
        "arende_sarskilda", "arende", ["id"], postgresql_where=text("avslutad IS NULL AND (krets IS NOT NULL OR cardinality(javiga) > 0)")
    )
    op.execute(f"ALTER TABLE arende {', '.join(f'ADD COLUMN {namn} {hur} STORED' for namn, hur in RAKNAS.items())}")
    _las(UPPSLAG, SER.format(villkor=f"{KRETSEN} OR {EGET} OR {LANAT}"))


def _las(barnets: str, arendets: str) -> None:
    vagar = dict.fromkeys(BARN, "{tabell}.arende_id") | dict.fromkeys(FRISTENS, "(SELECT f.arende_id FROM frist f WHERE f.id = {tabell}.frist_id)")
    for tabell, vag in vagar.items():
        op.execute(f"ALTER POLICY {tabell}_ser ON {tabell} USING ({barnets.format(vag=vag.format(tabell=tabell))})")
    for policy in ("ser", "haller"):
        op.execute(f"ALTER POLICY arende_{policy} ON arende USING ({arendets})")


def downgrade() -> None:
    _las(LISTA, SER.format(villkor=f"{EGET} OR {LANAT} OR {KRETSEN}"))
    op.execute(f"ALTER TABLE arende {', '.join(f'DROP COLUMN {namn}' for namn in RAKNAS)}")
    op.drop_index("arende_sarskilda", table_name="arende")
    op.drop_index("handelse_dag", table_name="handelse")
    op.drop_index("frist_ordning", table_name="frist")

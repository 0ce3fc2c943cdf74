"""Contact details and files are encrypted. What lay in plain text is set aside; the program encrypts it when it starts, since
a migration has no keys."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KLARTEXT = ("namn", "epost", "telefon", "adress")
SOKBARA = ("namn", "personnummer", "epost", "telefon")


def upgrade() -> None:
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT FROM kontakt) THEN "
        "CREATE TABLE kontakt_klartext AS SELECT * FROM kontakt; REVOKE ALL ON kontakt_klartext FROM vaka_app; END IF; END $$"
    )
    op.execute("TRUNCATE kontakt")  # a deleted row can be read in the file until it is vacuumed
    for namn in KLARTEXT:
        op.drop_column("kontakt", namn)
    op.add_column("kontakt", sa.Column("uppgifter", sa.LargeBinary(), nullable=False))
    for slag in SOKBARA:
        op.add_column("kontakt", sa.Column(f"{slag}_hash", sa.LargeBinary(), nullable=True))
        op.create_index(f"kontakt_{slag}", "kontakt", [f"{slag}_hash"])
    op.add_column("bilaga", sa.Column("krypterad", sa.Boolean(), nullable=False, server_default="false"))


def downgrade() -> None:
    """What is encrypted can't be opened here, and an older program couldn't read it."""
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT FROM bilaga WHERE krypterad) OR EXISTS (SELECT FROM kontakt) THEN "
        "RAISE EXCEPTION 'Det finns krypterade uppgifter, som en äldre version inte kan läsa. Gå tillbaka till en säkerhetskopia.'; "
        "END IF; END $$"
    )
    op.execute("DROP TABLE IF EXISTS kontakt_klartext")
    op.drop_column("bilaga", "krypterad")
    for slag in SOKBARA:
        op.drop_index(f"kontakt_{slag}", table_name="kontakt")
        op.drop_column("kontakt", f"{slag}_hash")
    op.drop_column("kontakt", "uppgifter")
    for namn in KLARTEXT:
        op.add_column("kontakt", sa.Column(namn, sa.String(), nullable=True))

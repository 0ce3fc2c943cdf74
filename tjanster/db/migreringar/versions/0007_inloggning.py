"""The second step, sessions that a person can look over, and the municipality's own login."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("anvandare", sa.Column("totp", sa.LargeBinary(), nullable=True))
    op.add_column("anvandare", sa.Column("totp_steg", sa.BigInteger(), nullable=True))
    op.add_column("anvandare", sa.Column("totp_fran", sa.DateTime(timezone=True), nullable=True))
    op.add_column("uppdrag", sa.Column("kalla", sa.String(), server_default="hand", nullable=False))
    op.create_check_constraint("uppdrag_kalla_finns", "uppdrag", "kalla IN ('hand', 'grupp')")
    for tabell in ("inloggning", "apinyckel"):
        op.add_column(tabell, sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False))
        op.create_unique_constraint(f"{tabell}_id_key", tabell, ["id"])
    op.add_column("inloggning", sa.Column("steg", sa.String(), server_default="klar", nullable=False))
    op.add_column("inloggning", sa.Column("kalla", sa.String(), server_default="lokal", nullable=False))
    op.add_column("inloggning", sa.Column("webblasare", sa.String(), server_default="", nullable=False))
    op.add_column("inloggning", sa.Column("idtoken", sa.LargeBinary(), nullable=True))
    op.create_check_constraint("inloggning_steg_finns", "inloggning", "steg IN ('klar', 'kod', 'inskrivning')")
    op.create_check_constraint("inloggning_kalla_finns", "inloggning", "kalla IN ('lokal', 'oidc')")
    op.create_table(
        "inloggningsforsok",
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vidare", sa.String(), nullable=False),
    )
    op.create_table(
        "identitet",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("anvandare_id", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=False, index=True),
        sa.Column("utfardare", sa.String(), nullable=False),
        sa.Column("amne", sa.String(), nullable=False),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("senast", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("utfardare", "amne", name="identitet_en_gang"),
        sa.UniqueConstraint("anvandare_id", "utfardare", name="identitet_en_per_utfardare"),
    )
    op.create_table(
        "aterstallningskod",
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column("anvandare_id", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=False, index=True),
        sa.Column("skapad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("anvand", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    for tabell in ("aterstallningskod", "identitet", "inloggningsforsok"):
        op.drop_table(tabell)
    for kolumn in ("idtoken", "webblasare", "kalla", "steg", "id"):
        op.drop_column("inloggning", kolumn)
    op.drop_column("apinyckel", "id")
    op.drop_column("uppdrag", "kalla")
    for kolumn in ("totp_fran", "totp_steg", "totp"):
        op.drop_column("anvandare", kolumn)

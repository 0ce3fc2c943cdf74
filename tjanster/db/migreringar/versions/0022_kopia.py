"""When a copy was last taken, and that a database which was set back sends no letter before somebody says so."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _tid(namn: str, *, null: bool = False) -> sa.Column:
    return sa.Column(namn, sa.DateTime(timezone=True), nullable=null)


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "sakerhetskopia", _id(), _tid("tagen"), _tid("klar"), sa.Column("namn", sa.String(), nullable=False),
        sa.Column("storlek", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "aterstallning", _id(), _tid("till"), _tid("gjord"), sa.Column("namn", sa.String(), nullable=True),
        sa.Column("sista_notis", sa.BigInteger(), nullable=False), sa.Column("sista_paminnelse", sa.BigInteger(), nullable=False),
        _tid("slappt", null=True), sa.Column("slappt_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("val", sa.String(), nullable=True),
        sa.CheckConstraint("val IN ('skicka', 'stryk')", name="aterstallning_val_finns"),
        sa.CheckConstraint("num_nonnulls(slappt, slappt_av, val) IN (0, 3)", name="aterstallning_slappt_hel"),
    )  # fmt: skip
    # The program lets go of a hold; it makes none, and forgets none.
    op.execute(
        "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON sakerhetskopia FROM vaka_app; "
        "REVOKE INSERT, DELETE, TRUNCATE ON aterstallning FROM vaka_app"
    )


def downgrade() -> None:
    op.drop_table("aterstallning")
    op.drop_table("sakerhetskopia")

"""Files that belong to a case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bilaga",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True),
        sa.Column("arende_id", sa.BigInteger(), sa.ForeignKey("arende.id"), nullable=False, index=True),
        sa.Column("namn", sa.String(), nullable=False),
        sa.Column("typ", sa.String(), nullable=False),
        sa.Column("storlek", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("innehall", sa.LargeBinary(), nullable=True),
        sa.Column("rubrik", sa.String(), nullable=True),
        sa.Column("av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.Column("borttagen", sa.DateTime(timezone=True), nullable=True),
        sa.Column("borttagen_av", sa.BigInteger(), sa.ForeignKey("anvandare.id"), nullable=True),
        sa.Column("skal", sa.String(), nullable=True),
        sa.CheckConstraint("(borttagen IS NULL) = (innehall IS NOT NULL)", name="bilaga_tom_nar_borttagen"),
    )


def downgrade() -> None:
    op.drop_table("bilaga")

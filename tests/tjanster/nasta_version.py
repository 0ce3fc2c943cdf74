"""The tables of a next version, as a folder of migrations of its own."""

import shutil
from pathlib import Path

from tjanster.db import migrera

KOLUMN = 'op.add_column("arende", sa.Column("pahittad", sa.String(), nullable=True))'
INDEX = 'bygg_index("arende_pahittad", "arende (pahittad)")'
HUVUD = '''"""Made up."""

import sqlalchemy as sa
from alembic import op

from tjanster.db.utan_stopp import bygg_index

revision, down_revision, branch_labels, depends_on = "{nr}", "{fore}", None, None
{mer}


def upgrade() -> None:
    {gor}


def downgrade() -> None:
    pass
'''


def skriv(mapp: Path, *steg: str, mer: str = "") -> tuple[Path, str]:
    """The program's migrations and one more for each of `steg`; the folder, and the number of the last."""
    ut = mapp / "migreringar"
    shutil.copytree(migrera.MAPP, ut, ignore=shutil.ignore_patterns("__pycache__"))
    nr = int(migrera.nyaste())
    for gor in steg:
        (ut / "versions" / f"{nr + 1:04}_pahittad.py").write_text(HUVUD.format(nr=f"{nr + 1:04}", fore=f"{nr:04}", mer=mer, gor=gor), "utf-8")
        nr += 1
    (ut / "NUVARANDE").write_text(f"{nr:04}_pahittad\n", "utf-8")
    return ut, f"{nr:04}"

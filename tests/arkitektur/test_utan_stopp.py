"""A migration may be run while the program before it serves: it adds and takes nothing away, and it never makes everybody wait
(docs/drift.md, *Upgrading*). What it does is read from its own file, so that nobody has to remember the rule."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tjanster.db.migrera import MAPP

FORE_REGELN = "0022"
KRYMPER = {
    "drop_table": "tar bort en tabell", "drop_column": "tar bort en kolumn", "rename_table": "byter namn på en tabell",
    "create_check_constraint": "lägger till ett villkor som det förra programmet inte känner", "create_unique_constraint": "lägger till ett villkor som det förra programmet inte känner",
    "create_exclude_constraint": "lägger till ett villkor som det förra programmet inte känner",
}  # fmt: skip
LASER = {
    "create_index": "bygger ett index medan ingen får skriva: använd bygg_index",
    "create_foreign_key": "går igenom tabellen medan ingen får skriva: lägg till NOT VALID och VALIDATE i en egen migrering",
    "create_primary_key": "bygger ett index medan ingen får skriva",
}
SQL_KRYMPER = {
    r"\bDROP\s+(TABLE|COLUMN|FUNCTION|VIEW|TYPE)\b": "tar bort något", r"\bRENAME\b": "byter namn", r"\bREVOKE\b": "tar ifrån programmet en rätt",
    r"\bSET\s+NOT\s+NULL\b": "kräver ett värde", r"\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b": "byter typ",
    r"\bADD\s+(CONSTRAINT\s+\w+\s+)?(CHECK|UNIQUE|EXCLUDE)\b(?!.*\bNOT\s+VALID\b)": "lägger till ett villkor utan NOT VALID",
}  # fmt: skip
SQL_LASER = {
    r"\bCREATE\s+(UNIQUE\s+)?INDEX\b(?!\s+CONCURRENTLY)": "bygger ett index medan ingen får skriva: använd bygg_index",
    r"\b(LOCK\s+TABLE|TRUNCATE|VACUUM\s+FULL|CLUSTER)\b": "låser en hel tabell", r"\bGENERATED\s+ALWAYS\s+AS\s*\(": "skriver om tabellen",
    r"\bFOREIGN\s+KEY\b(?!.*\bNOT\s+VALID\b)": "går igenom tabellen medan ingen får skriva",
}  # fmt: skip


def brott(kod: str) -> list[str]:
    """What in a migration breaks the rule, a sentence each. It may say `KRYMPER = "0.6.0"`, the first release that does without what
    it takes away, and `LASER = "why it may"`."""
    trad = ast.parse(kod)
    sagt = {m.id: n.value.value for n in trad.body if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant) for m in n.targets if isinstance(m, ast.Name)}
    krymper, laser = list(_krymper(trad)), list(_laser(trad))
    ut = [f"{vad}. Vänta ett släpp, och skriv KRYMPER" for vad in krymper if not re.fullmatch(r"\d+\.\d+\.\d+", str(sagt.get("KRYMPER", "")))]
    ut += [f"{vad}. Eller skriv i LASER varför det går bra" for vad in laser if len(str(sagt.get("LASER", ""))) < 20]
    anrop = [namn for namn, _ in _anrop(trad)]
    if "bygg_index" in anrop and set(anrop) - {"bygg_index"}:
        ut.append("bygg_index ska vara ensamt i sin migrering: det hör inte till någon transaktion")
    return ut


def _upp(trad: ast.Module) -> Iterator[ast.AST]:
    """All but the way back."""
    for nod in trad.body:
        if not (isinstance(nod, ast.FunctionDef) and nod.name == "downgrade"):
            yield from ast.walk(nod)


def _anrop(trad: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Calls on alembic's `op`, and of what utan_stopp gives."""
    for nod in _upp(trad):
        if isinstance(nod, ast.Call) and isinstance(nod.func, ast.Attribute) and isinstance(nod.func.value, ast.Name) and nod.func.value.id == "op":
            yield nod.func.attr, nod
        elif isinstance(nod, ast.Call) and isinstance(nod.func, ast.Name) and nod.func.id == "bygg_index":
            yield "bygg_index", nod


def _texter(trad: ast.Module) -> Iterator[str]:
    for nod in _upp(trad):
        if isinstance(nod, ast.JoinedStr):
            yield "".join(str(d.value) if isinstance(d, ast.Constant) else "x" for d in nod.values)
        elif isinstance(nod, ast.Constant) and isinstance(nod.value, str):
            yield nod.value


def _nya(trad: ast.Module) -> set[str]:
    """The tables that it makes itself."""
    return {n.args[0].value for namn, n in _anrop(trad) if namn == "create_table" and n.args and isinstance(n.args[0], ast.Constant)}


def _tabell(anrop: ast.Call, plats: int) -> str:
    vart = next((k.value for k in anrop.keywords if k.arg == "table_name"), anrop.args[plats] if len(anrop.args) > plats else None)
    return str(vart.value) if isinstance(vart, ast.Constant) else ""


def _krymper(trad: ast.Module) -> Iterator[str]:
    nya = _nya(trad)
    for namn, anrop in _anrop(trad):
        plats = 0 if namn in ("drop_table", "drop_column", "rename_table", "alter_column", "add_column") else 1
        if _tabell(anrop, plats) in nya:
            continue
        med = {k.arg: k.value for k in anrop.keywords}
        if namn in KRYMPER and "postgresql_not_valid" not in med:
            yield f"{namn} {KRYMPER[namn]}"
        elif namn == "alter_column":
            krav = [ord_ for ord_ in ("type_", "new_column_name") if ord_ in med]
            krav += ["nullable"] if isinstance(n := med.get("nullable"), ast.Constant) and n.value is False else []
            yield from (f"alter_column ändrar {ord_} för det förra programmet" for ord_ in krav)
        elif namn == "add_column" and (kolumn := next((a for a in anrop.args if isinstance(a, ast.Call)), None)) is not None:
            val = {k.arg: k.value for k in kolumn.keywords}
            tom = val.get("nullable")
            if isinstance(tom, ast.Constant) and tom.value is False and "server_default" not in val:
                yield "add_column kräver ett värde som det förra programmet inte skriver: ge server_default"
    yield from _i_sql(trad, nya, SQL_KRYMPER)


def _laser(trad: ast.Module) -> Iterator[str]:
    nya = _nya(trad)
    for namn, anrop in _anrop(trad):
        if namn in LASER and _tabell(anrop, 1) not in nya:
            yield f"{namn} {LASER[namn]}"
    yield from _i_sql(trad, nya, SQL_LASER)


def _i_sql(trad: ast.Module, nya: set[str], monstren: dict[str, str]) -> Iterator[str]:
    for sats in (ett for text in _texter(trad) for ett in text.split(";")):
        om = re.search(r"\b(?:TABLE|ON)\s+(?:ONLY\s+)?(\w+)", sats, re.I)
        if om is None or om[1] not in nya:
            yield from (f"SQL {vad}" for monster, vad in monstren.items() if re.search(monster, sats, re.I | re.S))


def _senare() -> list[Path]:
    return sorted(fil for fil in (MAPP / "versions").glob("*.py") if fil.name[:4] > FORE_REGELN)


def test_ingen_migrering_stannar_det_forra_programmet() -> None:
    fel = [f"{fil.name}: {ett}" for fil in _senare() for ett in brott(fil.read_text("utf-8"))]
    assert not fel, "\n".join(fel)


@pytest.mark.parametrize(
    ("sats", "mening"),
    [
        ('op.drop_column("arende", "enhet")', "drop_column tar bort en kolumn"),
        ('op.drop_table("arende")', "drop_table tar bort en tabell"),
        ('op.add_column("arende", sa.Column("x", sa.String(), nullable=False))', "add_column kräver ett värde"),
        ('op.alter_column("arende", "enhet", nullable=False)', "alter_column ändrar nullable"),
        ('op.alter_column("arende", "enhet", type_=sa.Text())', "alter_column ändrar type_"),
        ('op.alter_column("arende", "enhet", new_column_name="x")', "alter_column ändrar new_column_name"),
        ('op.create_check_constraint("x", "arende", "enhet IS NOT NULL")', "create_check_constraint lägger till ett villkor"),
        ('op.execute("ALTER TABLE arende DROP COLUMN enhet")', "SQL tar bort något"),
        ('op.execute("ALTER TABLE arende ALTER enhet SET NOT NULL")', "SQL kräver ett värde"),
        ('op.execute("ALTER TABLE arende ALTER COLUMN enhet TYPE text")', "SQL byter typ"),
        ('op.execute("ALTER TABLE arende ADD CONSTRAINT x CHECK (true)")', "SQL lägger till ett villkor utan NOT VALID"),
        ('op.execute("REVOKE INSERT ON arende FROM vaka_app")', "SQL tar ifrån programmet en rätt"),
        ('op.create_table("y"); op.execute("REVOKE INSERT ON y FROM vaka_app; REVOKE INSERT ON arende FROM vaka_app")', "SQL tar ifrån programmet en rätt"),
        ('op.create_index("x", "arende", ["enhet"])', "create_index bygger ett index"),
        ('op.execute("CREATE INDEX x ON arende (enhet)")', "SQL bygger ett index"),
        ('op.execute("ALTER TABLE arende ADD x text GENERATED ALWAYS AS (enhet) STORED")', "SQL skriver om tabellen"),
        ('bygg_index("x", "arende (enhet)"); op.add_column("arende", sa.Column("x", sa.Date()))', "bygg_index ska vara ensamt"),
    ],
)  # fmt: skip
def test_det_som_stannar_det_forra_programmet_ser_provet(sats: str, mening: str) -> None:
    (fel,) = brott(f"def upgrade():\n    {sats}\n")
    assert fel.startswith(mening)


@pytest.mark.parametrize(
    "kod",
    [
        'op.add_column("arende", sa.Column("x", sa.Date(), nullable=True))',
        'op.add_column("arende", sa.Column("x", sa.Integer(), nullable=False, server_default="0"))',
        'op.create_table("y", sa.Column("id", sa.BigInteger())); op.create_index("y_id", "y", ["id"])',
        'op.create_table("y", sa.Column("id", sa.BigInteger())); op.execute("REVOKE INSERT ON y FROM vaka_app; CREATE INDEX y_id ON y (id)")',
        'op.create_check_constraint("x", "arende", "true", postgresql_not_valid=True)',
        'op.execute("ALTER TABLE arende ADD CONSTRAINT x CHECK (true) NOT VALID")',
        'op.alter_column("arende", "enhet", nullable=True)',
        'bygg_index("x", "arende (enhet)")',
    ],
)
def test_det_som_bara_lagger_till_gar_bra(kod: str) -> None:
    assert brott(f"def upgrade():\n    {kod}\n\ndef downgrade():\n    op.drop_column('arende', 'x')\n") == []


def test_den_som_krymper_sager_fran_vilket_slapp_och_den_som_laser_varfor() -> None:
    krymper, laser = 'def upgrade():\n    op.drop_column("arende", "x")\n', 'def upgrade():\n    op.create_index("x", "enhet", ["kod"])\n'
    assert brott('KRYMPER = "0.6.0"\n' + krymper) == []
    assert len(brott('KRYMPER = "snart"\n' + krymper)) == 1
    assert brott('LASER = "tabellen har en rad för varje enhet"\n' + laser) == []
    assert len(brott('LASER = "ja"\n' + laser)) == 1

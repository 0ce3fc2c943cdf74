"""Small files of made-up rows, and the program for the municipalities whose published tables the data sums to."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"

BESLUT = "externt_id;beslutsdatum;lagrum;insats;kon;enhet;verkstalld;avbruten;aterupptagen;orsak"
AVVIKELSE = "externt_id;handelsedatum;rapporterad;enhet;typ;beskrivning;avslutad"
SYNPUNKT = "externt_id;inkom;kanal;slag;kategori;enhet;text;besvarad;avslutad"

GRUND = {
    "externt_id": "D-1", "beslutsdatum": "2026-01-15", "lagrum": "SoL (2025:400) 11 kap. 1 §",
    "insats": "Kontaktperson/-familj", "kon": "kvinna", "enhet": "Familjehemsenheten",
}  # fmt: skip


def rad(**andrat: str) -> str:
    """A right row of a decision in Exempelkommun, with some cells changed."""
    celler = GRUND | andrat
    return ";".join(celler.get(k, "") for k in BESLUT.split(";"))


def fil(mapp: Path, *rader: str, rubrik: str = BESLUT, kod: str = "utf-8", namn: str = "beslut.csv") -> Path:
    ut = mapp / namn
    ut.write_bytes("\n".join((rubrik, *rader, "")).encode(kod))
    return ut


def forvantat(namn: str) -> dict[str, Any]:
    svar: dict[str, Any] = json.loads((DATA / "forvantat" / f"{namn}.json").read_text(encoding="utf-8"))
    return svar

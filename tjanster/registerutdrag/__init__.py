"""An extract of all that is held on a person (dataskyddsförordningen art. 15): found, gathered, looked through, handed out."""

from tjanster.registerutdrag.dokument import skriv_json, skriv_pdf
from tjanster.registerutdrag.personen import Sokt, las_sokt
from tjanster.registerutdrag.utdrag import Arendedel, Bit, Utdrag, gor_utdrag, kraver_utdragare, logga

__all__ = [
    "Arendedel", "Bit", "Sokt", "Utdrag", "gor_utdrag", "kraver_utdragare", "las_sokt", "logga", "skriv_json", "skriv_pdf",
]  # fmt: skip

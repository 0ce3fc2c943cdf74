"""Who works here: accounts with their appointments, as the administrator looks after them, and a whole list read from a file."""

from tjanster.personal.importera import KOLUMNER, Personalfil, exempel, granska, verkstall
from tjanster.personal.lista import Person, Personrad, antal_per_enhet, chefer, personal, personen

__all__ = [
    "KOLUMNER", "Person", "Personalfil", "Personrad", "antal_per_enhet", "chefer", "exempel", "granska", "personal", "personen",
    "verkstall",
]  # fmt: skip

"""Which passwords are good enough: long, and not to be guessed by one who knows the person and the place.

How hard one is to guess is reckoned by zxcvbn, which knows the 30,000 most used passwords among those that have leaked. The
words that people here choose are added: seasons, months, the municipality and its units, and the person's own name.
"""

import re
import unicodedata
from collections.abc import Iterable

from regler import Kommun

KORTASTE_LOSEN, LANGSTA_LOSEN = 12, 200
GRANSKAS = 72
SVARGISSAT = 4
"""zxcvbn's highest step: more than 10^10 guesses."""
_VANLIGA = ["lösenord", "lösenordet", "hemlig", "hemligt", "hejsan", "hejhej", "välkommen", "sverige", "svensk", "älskar", "älskling", "sommar", "sommaren", "vinter", "vintern", "höst", "hösten", "vår", "våren", "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag", "midsommar", "julafton", "påsk", "fotboll", "hockey", "kommun", "kommunen", "socialtjänst", "socialtjänsten", "omsorg", "omsorgen", "hemtjänst", "hemtjänsten", "chef", "kontor", "jobbet", "arbete", "vaka"]


def losenfel(losen: str, egna_ord: Iterable[str] = ()) -> str | None:
    """What is wrong with the password, in a sentence; None when it will do. egna_ord: what lies near at hand just here, such as
    the user name."""
    if len(losen) < KORTASTE_LOSEN:
        return f"Lösenordet är för kort: {len(losen)} tecken, minst {KORTASTE_LOSEN}. Några ord i rad går bra."
    if len(losen) > LANGSTA_LOSEN:
        return f"Lösenordet är för långt: {len(losen)} tecken, högst {LANGSTA_LOSEN}."
    if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in losen):
        return "Lösenordet innehåller ett tecken som inte går att skriva."
    from zxcvbn import zxcvbn  # its word lists take long to read, and are needed on few days

    vagt = zxcvbn(_utan_prickar(losen)[:GRANSKAS], user_inputs=_ord(egna_ord), max_length=GRANSKAS)
    if vagt["score"] < SVARGISSAT:
        return "Lösenordet är för lätt att gissa. Välj några ord i rad som inte hör ihop, utan namn, årtider och årtal."
    return None


def kommunens_ord(kommun: Kommun) -> tuple[str, ...]:
    """The words of the place: the municipality's name and its units'."""
    return (kommun.kod, kommun.namn, *(e.namn for e in kommun.enheter.values()))


def _ord(egna: Iterable[str]) -> list[str]:
    delar = {del_ for text in egna for del_ in (text, *re.split(r"[\W_]+", text)) if len(del_) > 2}
    return sorted({_utan_prickar(d).lower() for d in (*delar, *_VANLIGA)})


def _utan_prickar(text: str) -> str:
    """'å' and 'a' are guessed at once."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))

"""The made-up people of a simulated municipality: who there is, what they may do where, and how much time they have which day.

Managers of every unit, a head of every department, officers by the department, and a registrar and a quality lead for the
whole. How many and how much time follow from the work that the year is expected to bring (`modell.yaml`, personal).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sqlalchemy import Connection, select, update

from regler import Kalender, Kommun
from tjanster.db import t
from tjanster.demo import LOSENORD
from tjanster.klocka import midnatt
from tjanster.konton import satt_uppdrag, skapa_anvandare
from tjanster.simulering.modell import PROCESSER, Modell, dagar

FORNAMN = ("Alva", "Bo", "Cilla", "Dan", "Edit", "Folke", "Greta", "Hampus", "Inga", "Jon", "Karin", "Love", "Maj", "Nore", "Olga", "Per")
EFTERNAMN = ("Påhittsson", "Låtsaslund", "Exempelgren", "Simulander", "Sagofors", "Diktberg", "Övningskvist", "Fabelström")
INGEN_TID = ("medarbetare", "administrator")
"""They report and look after Vaka; the work that is simulated isn't theirs."""


@dataclass(frozen=True)
class Person:
    """minuter: for these cases, a working day when present. ledig: days away."""

    anvandarnamn: str
    namn: str
    roll: str
    enhet: str
    minuter: float = 0.0
    ledig: frozenset[date] = field(default=frozenset(), repr=False)


def arbetsenheter(kommun: Kommun) -> tuple[str, ...]:
    """The units that cases come to: those with none below them."""
    return tuple(kod for kod in kommun.enheter if len(kommun.undertrad(kod)) == 1)


def avdelning(kommun: Kommun, enhet: str) -> str:
    """The unit right above; the only unit is its own department."""
    vagen = tuple(kommun.vagen_upp(enhet))
    return vagen[1] if len(vagen) > 1 else vagen[0]


def bemanna(
    modell: Modell, kommun: Kommun, kalender: Kalender, volym: Mapping[str, float], fran: date, till: date, fro: int, faktor: float
) -> tuple[Person, ...]:
    """Everybody, with the time that each has. faktor: of the time; 0.8 is a fifth less of it for each group."""
    enheter, rot = arbetsenheter(kommun), kommun.rot
    assert rot is not None  # a set of rules without a municipality has no units to staff
    poster: list[tuple[str, str, float]] = []
    behov = _minuter_per_ar(modell, volym)
    personar = _arbetsdagar(kalender, fran.year) - modell.personal.semesterdagar
    per_dag = {roll: m / (personar * (1 - modell.personal.sjukfranvaro) * modell.personal.belaggning) for roll, m in behov.items()}
    for enhet in enheter:
        poster += [("enhetschef", enhet, per_dag["enhetschef"] / len(enheter)), ("medarbetare", enhet, 0.0)]
    avdelningar: dict[str, int] = defaultdict(int)
    for enhet in enheter:
        avdelningar[avdelning(kommun, enhet)] += 1
    for avd, antal in avdelningar.items():
        poster.append(("avdelningschef", avd, per_dag["enhetschef"] / len(enheter)))
        poster += [("handlaggare", avd, m) for m in _dela(modell, per_dag["handlaggare"] * antal / len(enheter))]
    for roll in ("registrator", "kvalitetsledare"):
        poster += [(roll, rot, m) for m in _dela(modell, per_dag[roll])]
    poster.append(("administrator", rot, 0.0))
    return tuple(_person(modell, kalender, fran, till, fro, faktor, nr, *post) for nr, post in enumerate(poster))


def _minuter_per_ar(modell: Modell, volym: Mapping[str, float]) -> dict[str, float]:
    """Role → minutes of work that a year's cases are expected to bring. Every step that the model names, by how often its way is taken."""
    a = modell.andelar
    anonym = max(0.0, 1 - a.epost - a.brev)
    svar = a.vill_ha_svar * (1 - anonym)
    utreds = (1 - a.blir_lex_sarah) * (1 - a.avskriven)
    svart = a.svar_att_hitta * (1 - a.behovet_upphor)
    ofta: Mapping[str, Mapping[str, float]] = {
        "synpunkt": {
            "bekrafta_med_brev": a.brev, "fordela": 1, "tilldela": 1, "handlagg": 1, "besvara": svar, "inget_svar_onskas": 1 - svar,
            "klarmarkera_uppgift": a.brev * a.vill_ha_svar, "publicera": svar * a.publiceras, "avsta_publicering": svar * (1 - a.publiceras),
            "avsluta": 1,
        },
        "avvikelse": {
            "bli_lex_sarah": a.blir_lex_sarah, "avskriv": (1 - a.blir_lex_sarah) * a.avskriven, "ta_emot": utreds, "tilldela": utreds,
            "utred": utreds, "avsluta_utan_atgard": utreds * a.utan_atgard,
            **dict.fromkeys(("besluta_atgarder", "folj_upp", "avsluta"), utreds * (1 - a.utan_atgard)),
        },
        "lex_sarah": {
            **dict.fromkeys(("inled_utredning", "tilldela", "utred", "bedom", "besluta_atgarder", "avsluta"), 1.0),
            **dict.fromkeys(("anmal_ivo", "lamna_in_utredning", "registrera_ivo_beslut"), a.till_ivo), "besluta": 1 - a.till_ivo,
        },
        "beslut": {"behovet_upphor": a.behovet_upphor, "verkstall_svart": svart, "verkstall": 1 - a.behovet_upphor - svart},
    }  # fmt: skip
    antal = dict(volym) | {"lex_sarah": volym["lex_sarah"] + volym["avvikelse"] * a.blir_lex_sarah}
    ut: dict[str, float] = dict.fromkeys(("registrator", "handlaggare", "enhetschef", "kvalitetsledare"), 0.0)
    for process in PROCESSER:
        for steg, andel in ofta[process].items():
            ut[modell.steg(process, steg).roll] += antal[process] * andel * modell.vantade_minuter(process, steg)
    return ut


def _dela(modell: Modell, minuter: float) -> list[float]:
    """One group's minutes a day over as many persons as they need."""
    antal = max(1, math.ceil(minuter / modell.personal.minuter_per_person))
    return [minuter / antal] * antal


def _arbetsdagar(kalender: Kalender, ar: int) -> int:
    return sum(kalender.arbetsdag(d) for d in dagar(date(ar, 1, 1), date(ar, 12, 31)))


def _person(
    modell: Modell, kalender: Kalender, fran: date, till: date, fro: int, faktor: float, nr: int, roll: str, enhet: str, minuter: float
) -> Person:
    namn = f"{FORNAMN[nr % len(FORNAMN)]} {EFTERNAMN[nr // len(FORNAMN) % len(EFTERNAMN)]}"
    if roll in INGEN_TID:
        return Person(f"sim{nr}", namn, roll, enhet)
    slump = Random(f"{fro} ledig {roll} {enhet} {nr}")
    return Person(
        f"sim{nr}", namn, roll, enhet, max(minuter, modell.personal.minst_minuter) * faktor, _ledig(modell, kalender, slump, fran, till)
    )


def _ledig(modell: Modell, kalender: Kalender, slump: Random, fran: date, till: date) -> frozenset[date]:
    """The summer's holiday from a Monday in the weeks 25–30, the rest of it in one more stretch, and days ill."""
    p, ut = modell.personal, set[date]()
    for ar in range(fran.year, till.year + 1):
        sommar = date.fromisocalendar(ar, slump.randint(25, 30), 1)
        ovrig = date.fromisocalendar(ar, slump.choice((8, 9, 44, 52)), 1)
        for start, antal in ((sommar, min(p.sommardagar, p.semesterdagar)), (ovrig, max(0, p.semesterdagar - p.sommardagar))):
            dag = start
            while antal:
                if kalender.arbetsdag(dag):
                    ut.add(dag)
                    antal -= 1
                dag += timedelta(days=1)
    ut |= {dag for dag in dagar(fran, till) if slump.random() < p.sjukfranvaro}
    return frozenset(ut)


def lagg_in(conn: Connection, kommun: Kommun, folk: Sequence[Person], fran: date) -> Mapping[str, int]:
    """Accounts and appointments; user name → row. All have the demo's password: no real person is here."""
    ut: dict[str, int] = {}
    sedan = date(fran.year - 1, 1, 1)
    for p in folk:
        ut[p.anvandarnamn] = skapa_anvandare(
            conn, p.anvandarnamn, p.namn, f"{p.anvandarnamn}@simulerad.example", None if ut else LOSENORD, midnatt(sedan)
        )
        satt_uppdrag(conn, ut[p.anvandarnamn], p.roll, p.enhet, sedan, enheter=kommun.enheter)
    a = t.anvandare.c
    forsta = conn.scalar(select(a.losen).where(a.id == ut[folk[0].anvandarnamn]))  # hashed once, since argon2 is slow
    conn.execute(update(t.anvandare).where(a.id.in_(ut.values())).values(losen=forsta))
    return ut

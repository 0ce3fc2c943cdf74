"""The people of Exempelkommun. All are made up; the surnames say so. Two units lack a manager, on purpose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import Connection, select, update

from arbetsfloden import ROLLER
from regler import Kommun
from tjanster.db import t
from tjanster.konton import satt_uppdrag, skapa_anvandare

LOSENORD = "vaka-i-lugn-och-ro"
"""The same for every demo account; never used outside the demo."""

HELA = "socialforvaltningen"
ANNARS = "Logga in och se vad som väntar på dig"


@dataclass(frozen=True)
class Person:
    """One employee. uppdrag: role and unit, the unit and all below it. prova: what to try as this person."""

    anvandarnamn: str
    namn: str
    uppdrag: tuple[tuple[str, str], ...]
    prova: str = ""

    @property
    def epost(self) -> str:
        return f"{self.anvandarnamn}@exempelkommun.example"


@dataclass(frozen=True)
class Demokonto:
    """One demo account as the terminal and the log-in page show it."""

    anvandarnamn: str
    namn: str
    roll: str
    enhet: str
    prova: str
    losenord: str = LOSENORD

    @property
    def forslag(self) -> bool:
        """Has something of its own to try, and is shown first."""
        return self.prova != ANNARS


def _p(anvandarnamn: str, namn: str, roll: str, *enheter: str, prova: str = "") -> Person:
    return Person(anvandarnamn, namn, tuple((roll, enhet) for enhet in enheter), prova)


PERSONAL: tuple[Person, ...] = (
    # The whole administration
    _p("kim", "Kim Provström", "kvalitetsledare", HELA,
       prova="Se alla enheter, bedöm en lex Sarah-rapport och anmäl den till IVO"),
    _p("ruth", "Ruth Påhittsson", "registrator", HELA, prova="Registrera en synpunkt och fördela den till en enhet"),
    _p("orjan", "Örjan Testergård", "administrator", HELA, prova="Se kön av brev och när bevakningen gick senast"),
    _p("ake", "Åke Granskarp", "revisor", HELA, prova="Läs kvartalets siffror utan personer"),
    # Heads of department
    _p("annakarin", "Anna-Karin Margareta Exempelstierna-Påhittsköld", "avdelningschef", "ifo",
       prova="Bekräfta eller avslå ett förslag som väntar på en andra person, och se vad som är sent"),
    _p("goran", "Göran Sagolund", "avdelningschef", "aldreomsorg",
       prova="Hemtjänst Sjöstaden saknar chef: se ärendena som kommer till dig i stället"),
    _p("asa", "Åsa Fabelqvist", "avdelningschef", "funktionsstod", prova="Se vad som är sent inom funktionsstöd"),
    # Unit managers. Hemtjänst Sjöstaden and the staff unit have none.
    _p("elin", "Elin Diktarström", "enhetschef", "mottagning_barn", "utredning_barn"),
    _p("par", "Pär Hittebäck", "enhetschef", "familjehem",
       prova="Ta emot en avvikelse, besluta om åtgärder och sprid dem till andra enheter"),
    _p("lovisa", "Lovisa Låtsasberg", "enhetschef", "vuxen_beroende", "ekonomiskt_bistand"),
    _p("eva", "Eva Sagesund", "enhetschef", "oppenvard"),
    _p("marit", "Marit Exempelgren", "enhetschef", "hemtjanst_norr",
       prova="Läs morgonbrevet och arbeta undan det som är sent"),
    _p("borje", "Börje Övningsberg", "enhetschef", "ekbacken"),
    _p("sofia", "Sofia Mönsterdal", "enhetschef", "bistandshandlaggning"),
    _p("ylva", "Ylva Fantasén", "enhetschef", "boendestod", "personlig_assistans"),
    _p("nils", "Nils Modellin", "enhetschef", "gruppbostad_asen", "daglig_verksamhet"),
    # Officers, most of them on several units
    _p("hanna", "Hanna Låtsaslund", "handlaggare", "familjehem", "oppenvard",
       prova="Besvara en synpunkt som är sen, och skriv in ett nytt erbjudande i ett beslut som väntar"),
    _p("hugo", "Hugo Exempelman", "handlaggare", "mottagning_barn", "utredning_barn"),
    _p("omar", "Omar Skissfors", "handlaggare", "vuxen_beroende", "ekonomiskt_bistand"),
    _p("frida", "Frida Förebild", "handlaggare", "bistandshandlaggning", "hemtjanst_norr", "hemtjanst_sjostaden",
       prova="Se dina ärenden efter närmaste dag och svara innan tiden går ut"),
    _p("viktor", "Viktor Mallgård", "handlaggare", "ekbacken", "gruppbostad_asen"),
    _p("lena", "Lena Tänkvall", "handlaggare", "boendestod", "personlig_assistans", "daglig_verksamhet",
       prova="Fyll i underlaget till IVO för ett beslut"),
    # Employees who report
    _p("mia", "Mia Sagoäng", "medarbetare", "familjehem",
       prova="Rapportera en avvikelse och se vad som händer med dem du har lämnat"),
    _p("nour", "Nour Diktholm", "medarbetare", "hemtjanst_norr"),
    _p("tage", "Tage Påhittsjö", "medarbetare", "hemtjanst_sjostaden"),
    _p("wilma", "Wilma Önskedal", "medarbetare", "ekbacken"),
    _p("svenake", "Sven-Åke Fabelås", "medarbetare", "gruppbostad_asen"),
)  # fmt: skip


def lagg_in(conn: Connection, kommun: Kommun, nu: datetime) -> Mapping[str, int]:
    """Accounts, appointments and the password; user name → row. The password is hashed once, since argon2 is slow."""
    fran = date(nu.year - 3, 1, 1)
    ut: dict[str, int] = {}
    for person in PERSONAL:
        losen = None if ut else LOSENORD
        ut[person.anvandarnamn] = skapa_anvandare(conn, person.anvandarnamn, person.namn, person.epost, losen, nu)
        for roll, enhet in person.uppdrag:
            satt_uppdrag(conn, ut[person.anvandarnamn], roll, enhet, fran, enheter=kommun.enheter)
    a = t.anvandare.c
    hash_ = conn.scalar(select(a.losen).where(a.id == ut[PERSONAL[0].anvandarnamn]))
    conn.execute(update(t.anvandare).where(a.id.in_(ut.values())).values(losen=hash_))
    return MappingProxyType(ut)


def med_roll(kommun: Kommun, roll: str, enhet: str) -> Person:
    """Who does what a role does for a unit: its holder there or above; with nobody there, the manager instead."""
    annars = ("handlaggare",) if roll == "medarbetare" else ()
    for sokt in (roll, *annars, "enhetschef", "avdelningschef", "kvalitetsledare"):
        for e in kommun.vagen_upp(enhet):
            for person in PERSONAL:
                if (sokt, e) in person.uppdrag:
                    return person
    raise LookupError(f"Ingen i demon är {roll} för {enhet}.")


def konton(kommun: Kommun) -> tuple[Demokonto, ...]:
    """All accounts, those with something to try first."""
    rader = [
        Demokonto(
            p.anvandarnamn, p.namn, ROLLER[p.uppdrag[0][0]], ", ".join(kommun.enheter[e].namn for _, e in p.uppdrag),
            p.prova or ANNARS,
        )
        for p in sorted(PERSONAL, key=lambda p: not p.prova)
    ]  # fmt: skip
    return tuple(rader)

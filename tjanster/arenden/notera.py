"""Notices that a step sends: to whom, about what. Only the white-listed facts leave the case."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from arbetsfloden import ROLLER
from notiser import KATALOG, Falt, NyNotis, dagtext
from tjanster.arenden.bemanning import Bemanning, Person, Traff
from tjanster.arenden.krets import Krets
from tjanster.arenden.lage import Lage, Skrivning
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.klocka import SVENSK_TID

MORGON = time(7, 0)


def nasta_brevtid(s: Sammanhang, nu: datetime, *, bradskande: bool) -> datetime:
    """When a mail may go: at once when urgent or on a working day, else the next working morning at seven."""
    if bradskande or s.regelverk.kalender.arbetsdag(nu.date()):
        return nu
    dag = s.regelverk.kalender.nasta_arbetsdag(nu.date() + timedelta(days=1), inklusive=True)
    return datetime.combine(dag, MORGON, SVENSK_TID)


def falt_for(
    s: Sammanhang,
    lage: Lage,
    *,
    frist: str | None = None,
    forfaller: date | datetime | None = None,
    passerad: bool = False,
    traff: Traff | None = None,
    lank: str | None = None,
) -> Falt:
    """All that a notice about the case may say."""
    process = lage.process
    return Falt(
        kommun=s.kommun.namn,
        lank=lank or f"/arende/{lage.rad['nummer']}",
        arendenummer=lage.rad["nummer"],
        process=process.ental,
        steg=process.tillstand[lage.rad["tillstand"]],
        frist=s.regelverk.frister(process.namn)[frist].rubrik if frist else None,
        forfaller=dagtext(forfaller),
        enhet=s.kommun.enheter[lage.rad["enhet"]].namn,
        roll=ROLLER[traff.roll].lower() if traff else None,
        passerad=passerad,
        # Where somebody is recused the post may be filled; the letter says nothing of why it went further up.
        tom_post=bool(traff and traff.ersatter and not lage.rad["javiga"]),
    )


def brev_till(
    person: Person, mall: str, falt: Falt, *, nyckel: str, nu: datetime, tidigast: datetime, bradskande: bool | None = None
) -> NyNotis:
    """A notice to one with an account, in the way that they have chosen."""
    return NyNotis(
        mall=mall, falt=falt, adress=person.epost or "", anvandare_id=person.id, nyckel=nyckel, skapad=nu, tidigast=tidigast,
        bradskande=bradskande, bara_text=person.brev.form == "text", samlas=KATALOG[mall].far_vanta and person.brev.samlar,
    )  # fmt: skip


def notera(
    conn: Connection,
    s: Sammanhang,
    lage: Lage,
    skr: Skrivning,
    namn: str,
    nu: datetime,
    nyckel: str,
    *,
    av: int | None = None,
    enhet: str | None = None,
) -> list[str]:
    """Lay the notice `namn` in the outbox for each who should have it, never for the one who acted.

    nyckel: what makes this telling unique (case and event number). Returns the roles that were told.
    """
    if skr.tyst:
        return []
    sort = KATALOG[namn]
    svar = lage.oppen_frist("svar")
    fick: list[str] = []
    bemanning: Bemanning | None = None
    sedda: set[int] = set()
    for roll in sort.mottagare:
        if roll == "inlamnare":
            epost = (lage.kontakt or {}).get("epost")
            if epost:
                forfaller = svar["forfaller"] if svar else None
                skr.notiser.append(
                    NyNotis(
                        mall=namn, falt=falt_for(s, lage, frist="svar" if svar else None, forfaller=forfaller,
                                               lank=s.foljvag(lage.rad["nummer"], lage.rad["foljnr"])),
                        adress=epost, nyckel=f"{nyckel}:{namn}:inlamnare", skapad=nu,
                        tidigast=nasta_brevtid(s, nu, bradskande=sort.bradskande),
                    )
                )
                fick.append(roll)
            continue
        bemanning = bemanning or Bemanning.kring(
            conn, s.kommun, nu.date(), enhet or lage.rad["enhet"], (lage.rad["handlaggare"], lage.rad["registrerad_av"], *(lage.rad["krets"] or ()))
        )
        sokt = "handlaggare" if roll in ("agare", "handlaggare") else roll
        handlaggare = lage.rad["registrerad_av" if roll == "anmalare" else "handlaggare"]
        if roll == "anmalare":
            sokt = "handlaggare"
        traff = bemanning.hitta(
            sokt, enhet or lage.rad["enhet"], handlaggare, lage.process, utom=() if av is None else (av,),
            krets=Krets.av(lage.rad),
        )
        for person in traff.personer:
            if person.id in sedda:
                continue
            sedda.add(person.id)
            # One told of a measure from elsewhere may not open the case; the task stands on their own page.
            falt = falt_for(s, lage, traff=traff, lank="/" if enhet is not None else None)
            tid = nasta_brevtid(s, nu, bradskande=sort.bradskande)
            skr.notiser.append(brev_till(person, namn, falt, nyckel=f"{nyckel}:{namn}:{person.id}", nu=nu, tidigast=tid))
        fick.append(traff.roll if traff.personer else f"ingen ({roll})")
    return fick


def narmast(lage: Lage) -> date | None:
    """The day of the case's nearest running limit."""
    dagar = [f["forfaller"] for f in lage.frister if f["status"] == "lopande" and f["slag"] == "lag" and f["forfaller"]]
    return min(dagar, default=None)


def beratta_for(
    s: Sammanhang, lage: Lage, skr: Skrivning, namn: str, personer: Iterable[Person], nu: datetime, nyckel: str,
    *, forfaller: date | None,
) -> bool:  # fmt: skip
    """Lay the notice for just these persons, who may all read the case; True when somebody could be told."""
    falt, tid = falt_for(s, lage, forfaller=forfaller), nasta_brevtid(s, nu, bradskande=KATALOG[namn].bradskande)
    nya = [
        brev_till(person, namn, falt, nyckel=f"{nyckel}:{namn}:{person.id}", nu=nu, tidigast=tid)
        for person in personer
        if person.epost and not skr.tyst
    ]
    skr.notiser.extend(nya)
    return bool(nya)

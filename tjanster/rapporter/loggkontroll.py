"""The control of readings in numbers: samples, how many were right, how many are looked into. No case and no person."""

from datetime import date

from sqlalchemy import Connection, func, select

from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.rapporter.perioder import Period
from tjanster.rapporter.rapport import Kolumn, Rapport, Tabell


def loggkontrollrapport(conn: Connection, s: Sammanhang, period: Period, idag: date) -> Rapport:
    """Samples that were drawn in the period, by unit, as they stand now; `idag` tells which are late."""
    k, r = t.loggkontroll.c, t.loggkontrollrad.c
    kvar = func.count().filter(r.bedomning.is_(None))
    sats = (
        select(
            k.enhet, func.count(k.id.distinct()), func.count(r.id), func.count().filter(r.bedomning == "ratt"),
            func.count().filter(r.bedomning == "utreds"), kvar, func.count().filter(r.bedomning.is_(None), k.senast < idag),
        )
        .join(t.loggkontrollrad, r.kontroll_id == k.id)
        .where(func.date(k.dragen) >= period.fran, func.date(k.dragen) <= period.till)
        .group_by(k.enhet)
        .order_by(k.enhet)
    )  # fmt: skip
    rader = [[s.enhetsnamn(x[0]), *x[1:]] for x in conn.execute(sats)]
    summa = ["Alla", *(sum(rad[i] for rad in rader) for i in range(1, 7))]
    kolumner = (
        Kolumn("Enhet"), *(Kolumn(ord_, tal=True) for ord_ in ("Stickprov", "Läsningar", "Rätt", "Utreds", "Kvar", "Försenade"))
    )  # fmt: skip
    las = t.lasning.c
    antal = conn.execute(
        select(func.count()).where(func.date(las.tid) >= period.fran, func.date(las.tid) <= period.till)
    ).scalar_one()
    return Rapport(
        namn="loggkontroll", rubrik="Kontroll av läsningar", period=period, kommun=s.kommun,
        tabeller=(Tabell("Per enhet", kolumner, rader, summa),),
        ingress=f"Stickprov som drogs i perioden. Loggen har {antal} läsningar från den.",
    )  # fmt: skip

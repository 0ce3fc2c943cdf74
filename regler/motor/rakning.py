"""The last day of a limit, and the reckoning that leads there, day by day, with a reason for each day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from regler.motor.dag import Regelrad
from regler.motor.fel import Regelfraga
from regler.motor.kalender import Kalender, plus_dagar, plus_manader
from regler.motor.tid import EU_TID

SVENSK_TID: Final = ZoneInfo("Europe/Stockholm")
_TIMME: Final = timedelta(hours=1)


class Rakningsrad(NamedTuple):
    """One day of the reckoning. `nummer` is the day's number, for hour limits the whole hours run when the day ends."""

    dag: date
    raknas: bool
    nummer: int | None
    varfor: str

    def som_dict(self) -> dict[str, str | bool | int | None]:
        """The day as the command line and the API show it."""
        return {"dag": self.dag.isoformat(), "raknas": self.raknas, "nummer": self.nummer, "varfor": self.varfor}


def svensk_tidpunkt(tid: datetime) -> datetime:
    """A time with the Swedish zone; one without zone is taken as Swedish local time.

    Of an hour that comes twice (the last Sunday of October) the first is meant, so that the limit ends no later than it
    may. Raises Regelfraga for an hour that doesn't exist (the last Sunday of March).
    """
    try:
        if tid.tzinfo is not None:
            return tid.astimezone(SVENSK_TID)
        lokal = tid.replace(tzinfo=SVENSK_TID)
        finns = lokal.astimezone(UTC).astimezone(SVENSK_TID).replace(tzinfo=None) == tid
    except OverflowError:
        raise Regelfraga("utanfor_kalendern", f"{tid:%Y-%m-%d} ligger utanför kalendern") from None
    if not finns:
        mening = f"klockan {tid:%H.%M} den {tid:%Y-%m-%d} finns inte: klockan ställs fram den natten"
        raise Regelfraga("klockslag_finns_inte", mening, {"fran": mening})
    return lokal


def sista_dag(rad: Regelrad, start: date, tidpunkt: datetime | None, kalender: Kalender) -> date | datetime | None:
    """The day (hours: the time) the limit ends; None when the row sets no day. `start` is day zero."""
    langd = rad.langd
    if langd.enhet == "arbetsdagar":
        # Lag (1989:253) 1 § for the holidays, the three eves as in lag (1930:173) 2 §, and the municipality's own days off:
        # working days are its own promise, which follows its own calendar.
        return kalender.plus_arbetsdagar(start, langd.antal)
    if langd.enhet == "timmar":
        assert tidpunkt is not None
        try:
            # Förordning 1182/71 artikel 3.3 (from memory, not checked): holidays, Sundays and Saturdays are part of the
            # period, and 3.4 moves no period in hours. Elapsed hours, also over the nights when the clock is changed.
            # They run from the moment itself: that 3.1 leaves out the hour of the event isn't used, which ends earlier.
            return (tidpunkt.astimezone(UTC) + langd.antal * _TIMME).astimezone(SVENSK_TID)
        except OverflowError:
            raise Regelfraga("utanfor_kalendern", f"{start} ligger utanför kalendern") from None
    if not langd.har_dag:
        return None
    return rullad(rad, _oflyttad(rad, start), kalender)


def rullad(rad: Regelrad, dag: date, kalender: Kalender) -> date:
    """The last day `dag`, moved past days off when the row says so and as the row's statute says."""
    if not rad.rullas:
        return dag
    # Förordning 1182/71 artikel 3.4, else lag (1930:173) 2 §.
    return kalender.rulla_utan_aftnar(dag) if rad.raknas_enligt == EU_TID else kalender.rulla(dag)


def _oflyttad(rad: Regelrad, start: date) -> date:
    antal = rad.langd.antal
    match rad.langd.enhet:
        case "samma dag":
            return start
        case "dagar":
            # Lag (1930:173) is silent on days (from memory); förordning 1182/71 artikel 3.1: the day of the event is
            # not counted. That 3.5 lengthens a period of two days or more isn't used, which ends earlier.
            return plus_dagar(start, antal)
        case "veckor":
            # Lag (1930:173) 1 §, förordning 1182/71 artikel 3.2 c: the same weekday.
            return plus_dagar(start, antal * 7)
        case "månader":
            # Lag (1930:173) 1 §, förordning 1182/71 artikel 3.2 c: the same date, or the last of the month.
            return plus_manader(start, antal)
        case _:
            # The same for years: 29 February ends on 28 February.
            return plus_manader(start, antal * 12)


def rakna(
    rad: Regelrad, start: date, fran: date | datetime, forfaller: date | datetime | None, kalender: Kalender
) -> Iterator[Rakningsrad]:
    """Every day from day zero to the last, in order, with its number or why it doesn't count."""
    if forfaller is None:
        yield Rakningsrad(
            start, False, None, f"”{rad.tid}” sätter ingen sista dag; påminnelser räknas från den här dagen"
        )
    elif isinstance(forfaller, datetime):
        assert isinstance(fran, datetime)
        yield from _timmar(fran, forfaller)
    elif rad.langd.enhet == "arbetsdagar":
        yield from _arbetsdagar(start, forfaller, kalender)
    else:
        yield from _dagar(rad, start, forfaller, kalender)


def _arbetsdagar(start: date, sist: date, kalender: Kalender) -> Iterator[Rakningsrad]:
    yield Rakningsrad(start, False, None, "startdagen räknas inte; nästa arbetsdag är dag 1")
    nummer = 0
    for ordinal in range(start.toordinal() + 1, sist.toordinal() + 1):
        dag = date.fromordinal(ordinal)
        if kalender.arbetsdag(dag):
            nummer += 1
            yield Rakningsrad(
                dag, True, nummer, f"arbetsdag {nummer}, sista dagen" if dag == sist else f"arbetsdag {nummer}"
            )
        else:
            yield Rakningsrad(dag, False, None, kalender.varfor(dag))


def _dagar(rad: Regelrad, start: date, sist: date, kalender: Kalender) -> Iterator[Rakningsrad]:
    if rad.langd.enhet == "samma dag":
        yield Rakningsrad(start, False, None, f"samma dag: sista dagen{_ledig(start, kalender)}")
        return
    yield Rakningsrad(start, False, None, "startdagen räknas inte; dagen efter är dag 1")
    forsta, oflyttad = start.toordinal(), _oflyttad(rad, start)
    for ordinal in range(forsta + 1, oflyttad.toordinal()):
        nummer = ordinal - forsta
        yield Rakningsrad(date.fromordinal(ordinal), True, nummer, f"dag {nummer}")
    nummer = oflyttad.toordinal() - forsta
    yield Rakningsrad(
        oflyttad, True, nummer, f"dag {nummer}{_varfor_slut(rad, start, oflyttad)}{_flytt(rad, oflyttad, kalender)}"
    )
    for ordinal in range(oflyttad.toordinal() + 1, sist.toordinal()):
        dag = date.fromordinal(ordinal)
        yield Rakningsrad(dag, False, None, kalender.varfor(dag))
    if sist != oflyttad:
        vad = "arbetsdagen" if rad.raknas_enligt == EU_TID else "vardagen"
        yield Rakningsrad(sist, False, None, f"första {vad} därefter: sista dagen")


def _varfor_slut(rad: Regelrad, start: date, slut: date) -> str:
    if rad.langd.enhet == "dagar":
        return ""
    if rad.langd.enhet == "veckor":
        return f": {rad.tid}, samma veckodag som startdagen"
    if slut.day == start.day:
        return f": {rad.tid}, samma datum som startdagen"
    lag = "artikel 3.2 förordning 1182/71" if rad.raknas_enligt == EU_TID else "1 § lagen 1930:173"
    return f": {rad.tid}; den {start.day} finns inte i månaden, så månadens sista dag gäller ({lag})"


def _flytt(rad: Regelrad, slut: date, kalender: Kalender) -> str:
    if kalender.vardag(slut):
        return ", sista dagen"
    if not rad.rullas:
        return f", sista dagen{_ledig(slut, kalender)}"
    if rad.raknas_enligt != EU_TID:
        return f", men {kalender.varfor(slut)}: flyttas till nästa vardag (2 § lagen 1930:173)"
    if kalender.rulla_utan_aftnar(slut) == slut:
        return ", sista dagen (aftonen före en helg flyttar inget: artikel 3.4 förordning 1182/71)"
    return f", men {kalender.varfor(slut)}: flyttas till nästa arbetsdag (artikel 3.4 förordning 1182/71)"


def _ledig(dag: date, kalender: Kalender) -> str:
    return "" if kalender.vardag(dag) else f" ({kalender.varfor(dag)}, men regeln flyttar inte)"


def _timmar(fran: datetime, sist: datetime) -> Iterator[Rakningsrad]:
    slut = sist.astimezone(UTC)
    borjan = har = fran.astimezone(UTC)
    dag = fran.date()
    while har < slut:
        nasta = dag + timedelta(days=1)
        midnatt = datetime.combine(nasta, time(), SVENSK_TID).astimezone(UTC)
        till = min(midnatt, slut)
        slutar = "24.00" if till == midnatt else f"{till.astimezone(SVENSK_TID):%H.%M}"
        klocka = f"{har.astimezone(SVENSK_TID):%H.%M}–{slutar}"
        yield Rakningsrad(dag, True, int((till - borjan) / _TIMME), f"klockan {klocka}: {_timantal(till - har)}")
        har, dag = till, nasta


def _timantal(langd: timedelta) -> str:
    timmar, rest = divmod(int(langd.total_seconds()), 3600)
    minuter = rest // 60
    ord_ = f"{timmar} {'timme' if timmar == 1 else 'timmar'}" if timmar else ""
    if minuter:
        ord_ += f"{' och ' if ord_ else ''}{minuter} {'minut' if minuter == 1 else 'minuter'}"
    return ord_ or "mindre än en minut"

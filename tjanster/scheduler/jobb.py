"""All jobs in one table. APScheduler only rings the bell; what a job does is found in the state, so a bell that rang
late or twice makes no difference."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

from tjanster import klocka, klockprov
from tjanster.app import Vaka
from tjanster.arenden import sokminne
from tjanster.arenden.bilageplats import radera_slappta
from tjanster.logg import bakat
from tjanster.logg.natt import vakta
from tjanster.regelstyrning import verkstall_planerade
from tjanster.scheduler.svep import skicka, svepa
from tjanster.scheduler.tystnad import sag_till_om_tystnad
from tjanster.sessioner import stada

logg = logging.getLogger("vaka.vakt")


@dataclass(frozen=True)
class Jobb:
    """namn; sekunder between bells; vad it does, in a sentence; gor: the function."""

    namn: str
    sekunder: int
    vad: str
    gor: Callable[[Vaka], object]


def _stada(vaka: Vaka) -> None:
    with vaka.systemet() as conn:
        stada(conn, klocka.nu(), vaka.settings.vila)
        sokminne.stada(conn, klocka.nu())


JOBB = (
    Jobb("svep", 300, "Frister som passerat, påminnelser och morgonbrev", lambda v: svepa(v, klocka.nu())),
    Jobb("utskick", 30, "Skickar breven i utkorgen", lambda v: skicka(v, klocka.nu())),
    Jobb("regler", 60, "Låter regler gälla vars dag har kommit", lambda v: verkstall_planerade(v, klocka.nu())),
    Jobb("logg", 60, "Förseglar loggen, stänger dagen och prövar gårdagen", lambda v: vakta(v, klocka.nu())),
    Jobb("bilagor", 300, "Raderar borttagna filer ur lagret", lambda v: radera_slappta(v.motor, v.bilagelager)),
    Jobb("stadning", 3600, "Tar bort inloggningar som gått ut och sökningar äldre än en månad", _stada),
)


WEBBENS = (Jobb("tystnad", 60, "Säger till när bevakningen har stannat", lambda v: sag_till_om_tystnad(v, klockprov.senaste(v))),)
"""What the web does by itself, whether the watch runs in the same process, elsewhere or nowhere. A wrong clock doesn't stop it: then
the watch may have stopped, and somebody must be told."""


def otillforlitligt(vaka: Vaka) -> tuple[str, str] | None:
    """(a word for programs, sentences for people) when this node can't trust what it would go by; nothing may be sent then."""
    for ord_, prova in (("clock_wrong", klockprov.fel), ("database_set_back", bakat.fel)):
        if fel := prova(vaka):
            return ord_, fel
    return None


def kor(vaka: Vaka, jobb: Jobb) -> None:
    """Run a job, one of the watch's only when the clock can be trusted and the database wasn't set back. A database that is away is told
    in the log, and the next bell tries again."""
    try:
        if jobb not in WEBBENS and (fel := otillforlitligt(vaka)):
            logg.error("Jobbet %s körs inte: %s", jobb.namn, fel[1], extra={"action": fel[0]})
            return
        jobb.gor(vaka)
    except OperationalError:
        logg.warning("Databasen svarar inte; jobbet %s försöker igen nästa gång", jobb.namn, extra={"action": "job_no_db"})
    except Exception:
        logg.exception("Jobbet %s misslyckades", jobb.namn, extra={"action": "job_failed"})


def starta(vaka: Vaka, roll: str) -> BackgroundScheduler:
    """Start the bells of a role: webb, vakt or allt. Each of the watch's jobs rings at once too, so that what was missed while the
    program was down is caught up; the web's wait a minute, which a watch that starts beside it needs to finish a sweep."""
    vakt = BackgroundScheduler(
        timezone=klocka.SVENSK_TID, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for jobb in JOBB if roll != "webb" else ():
        vakt.add_job(kor, "interval", args=(vaka, jobb), seconds=jobb.sekunder, id=jobb.namn, next_run_time=klocka.nu())
    for jobb in WEBBENS if roll != "vakt" else ():
        vakt.add_job(kor, "interval", args=(vaka, jobb), seconds=jobb.sekunder, id=jobb.namn)
    vakt.start()
    return vakt

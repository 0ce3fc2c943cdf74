"""What the database knows: asked in one short transaction, and kept for a while, so that whoever collects can't load it."""

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from arbetsfloden import PROCESSER
from arbetsfloden.motor.roller import HANDLAGGARE
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.arenden.regelbok import aktiv_version
from tjanster.arenden.urvalsvillkor import ar_sent
from tjanster.db import t
from tjanster.db.session import RollSaknas
from tjanster.halsa import paminnelser_utan_mottagare
from tjanster.logg.halsa import ankaret, forseglad, provad
from tjanster.loggrader import felets_klass
from tjanster.scheduler.tystnad import tyst_sedan

HALLER = 15.0
"""Seconds for which an answer is kept."""
VANTAR_HOGST = 5.0
"""Seconds that a second collector waits for the first one's answer."""
RAKNAS = tuple(p.namn for p in PROCESSER.values() if HANDLAGGARE in p.synlig_for)
"""Processes whose cases are counted. Where not even a unit's officers see the cases, that there is one is secret too: the one
who watches the servers may be the one whose reading is looked into. A sum in which they stand beside the others would give
them away by subtraction, so no figure by process holds them."""

_GRANSER = text("SET LOCAL statement_timeout = '2s'; SET LOCAL lock_timeout = '500ms'; SET TRANSACTION READ ONLY")
_INOM_DYGNET = text("""
SELECT count(*) FROM frist
 WHERE status = 'lopande' AND forfaller BETWEEN CAST(:nu AS timestamptz)::date AND CAST(:nu AS timestamptz)::date + 1
   AND coalesce(forfaller_tid, (forfaller + 1)::timestamptz) BETWEEN :nu AND CAST(:nu AS timestamptz) + interval '24 hours'
""")
_BREV = text("""
SELECT count(*) FILTER (WHERE status = 'vantar' AND lantagare IS NULL) AS vantar,
       count(*) FILTER (WHERE status = 'vantar' AND lantagare IS NOT NULL) AS skickas,
       count(*) FILTER (WHERE status = 'samlas') AS samlas,
       count(*) FILTER (WHERE status = 'misslyckad') AS misslyckad,
       min(tidigast) FILTER (WHERE status = 'vantar' AND (bradskande OR :arbetsdag)) AS aldst
  FROM notis WHERE status IN ('vantar', 'samlas', 'misslyckad')
""")
# A sweep that has been under way for an hour has lost its process. Several nodes may sweep; 5,000 are a day of ten.
_SVEP = text("""
WITH nya AS (SELECT start, slut, utfall FROM svep ORDER BY id DESC LIMIT 5000),
     dygnets AS (SELECT * FROM nya WHERE start > CAST(:nu AS timestamptz) - interval '24 hours')
SELECT count(*) FILTER (WHERE slut IS NOT NULL AND coalesce(jsonb_array_length(utfall -> 'fel'), 0) = 0) AS klara,
       count(*) FILTER (WHERE slut IS NOT NULL AND jsonb_array_length(utfall -> 'fel') > 0) AS med_fel,
       count(*) FILTER (WHERE slut IS NULL AND start < CAST(:nu AS timestamptz) - interval '1 hour') AS avbrutna,
       (SELECT extract(epoch FROM slut - start) FROM nya WHERE slut IS NOT NULL ORDER BY slut DESC LIMIT 1) AS tog
  FROM dygnets
""")
_STORLEK = text("""
SELECT CASE WHEN has_database_privilege(current_database(), 'CONNECT') THEN pg_database_size(current_database()) END
""")

logg = logging.getLogger("vaka.matvarden")


class Databasen(Collector):
    """The last answer, asked anew when it is old. Without an answer there is one figure: that there is none."""

    def __init__(self, vaka: Vaka) -> None:
        self.vaka = vaka
        self._las = threading.Lock()
        self._svar: list[Metric] = []
        self._fragad: float | None = None

    def collect(self) -> Iterator[Metric]:
        yield from self._senaste()

    def _senaste(self) -> list[Metric]:
        if not self._las.acquire(timeout=VANTAR_HOGST):
            return [_svarar(False)]
        try:
            if self._fragad is None or time.monotonic() - self._fragad > HALLER:
                self._svar = self._fraga()
                self._fragad = time.monotonic()
            return self._svar
        finally:
            self._las.release()

    def _fraga(self) -> list[Metric]:
        borjan = time.monotonic()
        try:
            with self.vaka.systemet() as conn:
                conn.execute(_GRANSER)
                svar = list(_talen(conn, self.vaka, klocka.nu()))
        except (SQLAlchemyError, RollSaknas) as fel:
            logg.warning("Databasen svarar inte på mätvärdenas frågor: %s", felets_klass(fel), extra={"action": "figures_no_db"})
            return [_svarar(False)]
        tog = time.monotonic() - borjan
        return [_svarar(True), _tal("vaka_databas_fraga_sekunder", "Så lång tid tog det att fråga databasen om allt detta", tog), *svar]


def _tal(namn: str, vad: str, varde: float) -> Metric:
    return GaugeMetricFamily(namn, vad, value=varde)


def _flera(namn: str, vad: str, etikett: str, varden: Iterable[tuple[str, float]]) -> Metric:
    ut = GaugeMetricFamily(namn, vad, labels=[etikett])
    for vilken, varde in varden:
        ut.add_metric([vilken], varde)
    return ut


def _svarar(ja: bool) -> Metric:
    return _tal("vaka_databas_svarar", "1 när databasen svarade inom sin tid", ja)


def _sekunder(nu: datetime, sedan: datetime | None) -> float:
    return max(0.0, (nu - sedan) / timedelta(seconds=1)) if sedan is not None else 0.0


def _talen(conn: Connection, vaka: Vaka, nu: datetime) -> Iterator[Metric]:
    yield from _arendena(conn, nu)
    yield from _breven(conn, vaka, nu)
    yield _tal(
        "vaka_paminnelser_utan_mottagare", "Påminnelser vars dag har gått utan att någon kunnat nås",
        paminnelser_utan_mottagare(conn, nu.date()),
    )  # fmt: skip
    yield from _svepen(conn, nu)
    yield _flera(
        "vaka_logg", "1 när loggen är skött", "prov",
        [(namn, fraga(conn, vaka, nu)[0]) for namn, fraga in (("forseglad", forseglad), ("forankrad", ankaret), ("hel", provad))],
    )  # fmt: skip
    har = conn.scalar(text("SELECT version_num FROM alembic_version"))
    yield _tal("vaka_schemaversion", "Version av databasens tabeller", int(har or 0))
    yield _tal("vaka_regelversion", "Version av reglerna som gäller", aktiv_version(conn) or 0)
    if (byte := conn.scalar(_STORLEK)) is not None:
        yield _tal("vaka_databas_byte", "Databasens storlek", byte)


def _arendena(conn: Connection, nu: datetime) -> Iterator[Metric]:
    a = t.arende.c
    sats = (
        select(a.process, func.count().label("antal"), func.count().filter(ar_sent(nu)).label("sena"))
        .where(a.klardag.is_(None), a.process.in_(RAKNAS))
        .group_by(a.process)
    )
    har = {rad.process: rad for rad in conn.execute(sats)}
    yield _flera("vaka_arenden_oppna", "Öppna ärenden", "process", [(p, har[p].antal if p in har else 0) for p in RAKNAS])
    yield _flera("vaka_arenden_sena", "Öppna ärenden med en frist som har gått ut", "process", [(p, har[p].sena if p in har else 0) for p in RAKNAS])
    yield _tal("vaka_frister_inom_dygnet", "Löpande frister som går ut inom 24 timmar", conn.scalar(_INOM_DYGNET, {"nu": nu}) or 0)


def _breven(conn: Connection, vaka: Vaka, nu: datetime) -> Iterator[Metric]:
    arbetsdag = vaka.sammanhang.regelverk.kalender.arbetsdag(nu.date())  # on others only what is urgent goes
    rad = conn.execute(_BREV, {"arbetsdag": arbetsdag}).one()
    lagen = ("vantar", "skickas", "samlas", "misslyckad")
    yield _flera("vaka_brev", "Brev som inte är skickade", "lage", [(lage, getattr(rad, lage)) for lage in lagen])
    yield _tal("vaka_brev_aldst_sekunder", "Så länge har det äldsta brevet som får gå i dag väntat", _sekunder(nu, rad.aldst))


def _svepen(conn: Connection, nu: datetime) -> Iterator[Metric]:
    rad = conn.execute(_SVEP, {"nu": nu}).one()
    yield _tal("vaka_svep_sedan_sekunder", "Tid sedan bevakningen gjorde klart ett svep", _sekunder(nu, tyst_sedan(conn)))
    if rad.tog is not None:
        yield _tal("vaka_svep_tog_sekunder", "Så lång tid tog det senaste svepet", float(rad.tog))
    yield _flera("vaka_svep_dygnet", "Svep som började det senaste dygnet", "utfall", [(u, getattr(rad, u)) for u in ("klara", "med_fel", "avbrutna")])

"""Two at once: what one writes while the other waits is seen by the one that waited."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import text

from tests.bygg import KONTAKT, NU, Bygge
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler.svep import svepa

SENT = datetime(2026, 9, 23, 9, tzinfo=SVENSK_TID)


@contextmanager
def i_bakgrunden(gor: Callable[[], object]) -> Iterator[threading.Thread]:
    """Run `gor` beside the block; at the end it must be done, and its error is ours."""
    fel: list[BaseException] = []

    def kor() -> None:
        try:
            gor()
        except BaseException as e:
            fel.append(e)

    trad = threading.Thread(target=kor)
    trad.start()
    yield trad
    trad.join(20)
    assert not trad.is_alive()
    if fel:
        raise fel[0]


def vanta_pa_las(bygg: Bygge) -> None:
    """Until somebody in our database stands waiting for a lock."""
    fraga = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    slut = time.monotonic() + 20
    with bygg.oppen() as conn:
        while not conn.scalar(fraga):
            conn.rollback()
            assert time.monotonic() < slut, "ingen väntar på något lås"
            threading.Event().wait(0.01)


def besvarad(bygg: Bygge) -> str:
    """An answer to one without e-mail has been written; the letter is still to be sent."""
    nummer = bygg.ny("synpunkt", kontakt={"namn": "Påhittad", "adress": "Vägen 1"})
    bygg.gor(nummer, "bekrafta_med_brev", "rut")
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "handlagg", "hanna")
    bygg.gor(nummer, "besvara", "hanna", svar="Påhittat svar", besvarad="2026-09-07")
    bygg.gor(nummer, "avsta_publicering", "hanna", sekretess=True)
    return nummer


def test_den_som_vantade_ser_uppgiften_som_nyss_blev_klar(bygg: Bygge) -> None:
    nummer = besvarad(bygg)
    with bygg.vaka.systemet() as conn:
        uppgift = conn.scalar(text("SELECT id FROM uppgift WHERE klar IS NULL"))
    with bygg.oppen() as forst:
        klar = Begaran(nummer, "klarmarkera_uppgift", NU, bygg.aktor("hanna"), {"uppgift": str(uppgift)})
        utfor(forst, bygg.vaka.sammanhang, klar)
        with i_bakgrunden(lambda: bygg.gor(nummer, "avsluta", "hanna")):
            vanta_pa_las(bygg)
            forst.commit()
    assert bygg.rad(nummer)["tillstand"] == "avslutad"


def handlagd(bygg: Bygge) -> str:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "handlagg", "hanna")
    return nummer


SVAR = {"svar": "Påhittat svar", "besvarad": "2026-09-18", "sen_registrering_skal": "Driftstopp"}


def brott(bygg: Bygge) -> int:
    with bygg.vaka.systemet() as conn:
        return int(conn.scalar(text("SELECT count(*) FROM fristbrott")) or 0)


def test_svepet_bryter_inte_en_frist_som_just_mots(bygg: Bygge) -> None:
    nummer = handlagd(bygg)
    with bygg.oppen() as forst:
        utfor(forst, bygg.vaka.sammanhang, Begaran(nummer, "besvara", SENT, bygg.aktor("hanna"), SVAR))
        assert svepa(bygg.vaka, SENT).brutna == 0
        forst.commit()
    assert brott(bygg) == 0


def test_brott_som_skrevs_medan_svaret_sparades_rattas_ocksa(bygg: Bygge) -> None:
    """The step had read the limit as whole; the sweep's breach came before the step could write."""
    nummer = handlagd(bygg)
    frist = next(f["id"] for f in bygg.frister(nummer) if f["namn"] == "svar")
    with bygg.oppen() as hallare:
        hallare.execute(text("SELECT 1 FROM frist WHERE id = :i FOR NO KEY UPDATE"), {"i": frist})
        with i_bakgrunden(lambda: bygg.gor(nummer, "besvara", "hanna", nu=SENT, **SVAR)):
            vanta_pa_las(bygg)
            with bygg.vaka.systemet() as svepet:
                sats = "INSERT INTO fristbrott (frist_id, forfoll, upptackt) VALUES (:i, '2026-09-21', :n)"
                svepet.execute(text(sats), {"i": frist, "n": SENT})
            hallare.rollback()
    assert brott(bygg) == 0

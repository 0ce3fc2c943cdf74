"""A sender killed with -9 at the worst moment: after the server's yes, before our mark."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, text

Gor = Callable[..., Any]

SKICKA = """
import sys
from datetime import datetime
from sqlalchemy import create_engine
from notiser import Avsandare, SmtpInstallningar, skicka_vantande
url, port, nu = sys.argv[1:]
skicka_vantande(
    create_engine(url),
    SmtpInstallningar(vard="127.0.0.1", port=int(port)),
    datetime.fromisoformat(nu),
    avsandare=Avsandare(bas_url="https://vaka.exempel.se", namn="Exempelkommun"),
)
"""


def starta(motor: Engine, server: Any, nu: Any) -> subprocess.Popen[bytes]:
    url = motor.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-c", SKICKA, url, str(server.port), nu.isoformat()])


def test_dodad_mellan_serverns_ja_och_var_anteckning(
    motor: Engine, brevserver: Gor, lagg: Gor, rader: Gor, skicka: Gor, nu: Any, vanta_pa: Gor
) -> None:
    """The kill falls in the real gap: the server has taken the mail, and the sender has not got to noting it."""
    lagg(6)
    server = brevserver()
    sandare: list[subprocess.Popen[bytes]] = []

    def doda_vid_tredje(nr: int) -> None:
        if nr == 3:
            os.kill(sandare[0].pid, signal.SIGKILL)

    server.vid_mottaget = doda_vid_tredje
    sandare.append(starta(motor, server, nu))
    assert sandare[0].wait(60) == -signal.SIGKILL
    server.vid_mottaget = lambda nr: None
    vanta_pa(lambda: dod(motor, rader))
    assert [rad.status for rad in rader()].count("skickad") == 2
    # The very same minute: a killed sender's rows need not wait for the lease to run out.
    assert skicka(server).skickade == 4
    per_mottagare = Counter(server.till())
    assert len(per_mottagare) == 6
    dubbel = server.till()[2]
    assert {adress: antal for adress, antal in per_mottagare.items() if antal > 1} == {dubbel: 2}
    kopior = [post for adress, post in server.mottagna if adress == dubbel]
    assert kopior[0]["Message-ID"] == kopior[1]["Message-ID"]
    assert kopior[0].as_bytes() == kopior[1].as_bytes()
    assert {rad.status for rad in rader()} == {"skickad"}


def test_dodad_medan_anteckningen_vantar(
    motor: Engine, brevserver: Gor, lagg: Gor, rader: Gor, skicka: Gor, nu: Any, vanta_pa: Gor
) -> None:
    """The note is one message to the database, which carries it out though nobody is left to hear the answer: no copy goes."""
    lagg(6)
    server = brevserver()
    hallare = motor.connect()

    def hall_tredje(nr: int) -> None:
        if nr == 3:
            nyckel = "SELECT id FROM notis WHERE adress = :adress FOR UPDATE"
            hallare.execute(text(nyckel), {"adress": server.till()[2]})

    def vantar_pa_raden() -> bool:
        with motor.connect() as conn:
            return bool(conn.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    server.vid_mottaget = hall_tredje
    sandare = starta(motor, server, nu)
    try:
        vanta_pa(vantar_pa_raden)
    finally:
        os.kill(sandare.pid, signal.SIGKILL)
        sandare.wait(10)
        hallare.rollback()
        hallare.close()
    server.vid_mottaget = lambda nr: None
    vanta_pa(lambda: dod(motor, rader))
    assert [rad.status for rad in rader()].count("skickad") == 3
    assert skicka(server).skickade == 3
    assert len(server.till()) == len(set(server.till())) == 6


def dod(motor: Engine, rader: Gor) -> bool:
    """Has the database seen that the sender is gone?"""
    nycklar = [rad.lantagare for rad in rader() if rad.lantagare]
    with motor.connect() as conn:
        fri = conn.scalar(text("SELECT pg_try_advisory_xact_lock(:nyckel)"), {"nyckel": nycklar[0]})
        conn.rollback()
    return bool(fri)


def test_lanet_gar_ut_aven_om_ingen_ser_att_sandaren_ar_dod(
    motor: Engine, brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor, nu: Any
) -> None:
    """A sender on a machine that lost its net: its session seems to live, so only the lease brings the rows back."""
    from notiser.motor.lan import Lan, lanetid

    lagg(2)
    server = brevserver()
    tid = lanetid(timedelta(minutes=5))
    with Lan(motor) as lan:
        assert len(lan.ta(10, nu, nu + tid, "vaka.exempel.se")) == 2
        assert skicka(server, tid - timedelta(seconds=1)).skickade == 0
        forsta = {rad.message_id for rad in rader()}
        assert skicka(server, tid).skickade == 2
    assert {rad.message_id for rad in rader()} == forsta


def test_levande_sandares_rader_tas_inte(motor: Engine, lagg: Gor, rader: Gor, nu: Any) -> None:
    from notiser.motor.lan import Lan

    lagg(3)
    with Lan(motor) as en, Lan(motor) as annan:
        assert len(en.ta(2, nu, nu + timedelta(minutes=5), "x.se")) == 2
        assert annan.aterta(nu) == 0
        assert len(annan.ta(10, nu, nu + timedelta(minutes=5), "x.se")) == 1
    with Lan(motor) as tredje:
        assert tredje.aterta(nu) == 3

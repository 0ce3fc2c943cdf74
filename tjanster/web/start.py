"""Run: the web, the watch, or both."""

import signal
import threading
from collections.abc import Sequence
from typing import Any

from tjanster import loggrader
from tjanster.app import Vaka


def _avsluta(*_: Any) -> None:
    raise SystemExit(0)


def kor(vaka: Vaka, roll: str, demokonton: Sequence[Any] = ()) -> None:
    """Serve until stopped. roll: webb, vakt or allt. Ctrl-C ends in order; the embedded database stops with us."""
    loggrader.stall_in(vaka.settings.logg)
    # A server that is told to end gives the signal back afterwards; the embedded database must still be stopped.
    signal.signal(signal.SIGTERM, _avsluta)
    signal.signal(signal.SIGINT, _avsluta)
    sluta_folja = vaka.sammanhang.bok.bevaka(vaka.motor)
    from tjanster.scheduler.jobb import starta

    klockor = starta(vaka, roll)
    try:
        if roll == "vakt":
            slut = threading.Event()
            for sig in (signal.SIGINT, signal.SIGTERM):
                signal.signal(sig, lambda *_: slut.set())
            slut.wait()
        else:
            import uvicorn

            from tjanster.web.program import program

            uvicorn.run(
                program(vaka, demokonton), host=vaka.settings.vard, port=vaka.settings.port, log_level="warning",
                log_config=None, access_log=False, server_header=False, date_header=True, proxy_headers=False,
            )  # fmt: skip
    finally:
        sluta_folja()
        klockor.shutdown(wait=True)

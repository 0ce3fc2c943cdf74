"""Work that may take longer than a browser likes to wait: done beside the request, which waits for it a moment."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as DrojerAn
from typing import Any

SEKUNDER = 2.0
"""So long the browser waits before it is shown how far the work has come."""
_ARBETARE = ThreadPoolExecutor(2, thread_name_prefix="bakgrund")
logg = logging.getLogger("vaka.webb")


def kor(gor: Callable[[], Any], vad: str) -> None:
    """Do it, and wait a moment: a small piece of work is done when the page comes. A fault in that time is raised; one that
    comes later is logged as `vad`."""
    arbete: Future[Any] = _ARBETARE.submit(gor)

    def beratta(klart: Future[Any]) -> None:
        if (fel := klart.exception()) is not None:
            logg.error("Arbetet vid sidan stannade", exc_info=fel, extra={"action": vad})

    try:
        arbete.result(timeout=SEKUNDER)
    except DrojerAn:
        arbete.add_done_callback(beratta)

"""Asks ClamAV about a file before it is kept. What ClamAV hasn't said is clean isn't clean.

The file goes over the connection (INSTREAM), so that the scanner may be another machine and reads nothing of ours.
"""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

from clamav_client.clamd import BufferTooLongError, ClamdError, ClamdNetworkSocket, ClamdUnixSocket

SEKUNDER = 60.0
"""For all the files of one request together."""
FORM = "ska vara tcp://värd:port eller unix:/sökväg, till exempel unix:/run/clamav/clamd.ctl"


class SvararInte(Exception):
    """The scanner is away, too slow, or said something that isn't an answer."""


class ForStor(Exception):
    """The scanner takes no files of that size."""


@dataclass(frozen=True)
class Adress:
    """Where clamd listens: a socket file, or host and port."""

    fil: str = ""
    vard: str = ""
    port: int = 0


def las_adress(text: str) -> Adress:
    """'tcp://host:port' or 'unix:/path'. Raises ValueError."""
    if text.startswith("unix:"):
        vag = re.sub(r"^//(?=/)", "", text.removeprefix("unix:"))
        if vag.startswith("/") and "\0" not in vag:
            return Adress(fil=vag)
        raise ValueError(FORM)
    try:
        delar = urlsplit(text)
        if (
            delar.scheme == "tcp"
            and delar.hostname
            and delar.port
            and not (delar.path or delar.query or delar.username)
        ):
            return Adress(vard=delar.hostname, port=delar.port)
    except ValueError:
        pass
    raise ValueError(FORM)


class Virusskydd:
    """clamd at an address. sekunder: how long one request may wait for all its answers."""

    def __init__(self, adress: str, sekunder: float = SEKUNDER) -> None:
        self.adress, self.sekunder = las_adress(adress), sekunder

    def granska(self, filer: Iterable[bytes]) -> Iterator[str | None]:
        """For each file the name of what was found, None when it is clean. Raises SvararInte and ForStor."""
        slut = time.monotonic() + self.sekunder
        for innehall in filer:
            yield self._en(innehall, slut - time.monotonic())

    def _en(self, innehall: bytes, sekunder: float) -> str | None:
        if sekunder <= 0:
            raise SvararInte("tiden tog slut")
        try:
            svar = self._klient(sekunder).instream(BytesIO(innehall))
            status, vad = svar.get("stream", ("", None))
        except BufferTooLongError:
            raise ForStor from None
        except (ClamdError, OSError, ValueError) as fel:
            if isinstance(fel.__cause__ or fel, (BrokenPipeError, ConnectionResetError)):
                self.version()  # alive, yet it hung up in the middle: its limit, whose words were lost on the way
                raise ForStor from fel
            raise SvararInte(type(fel).__name__) from fel
        if status not in ("OK", "FOUND"):
            raise SvararInte("clamd kunde inte granska filen")
        return None if status == "OK" else vad or "okänt"

    def version(self) -> str:
        """What clamd calls itself and its signatures. Raises SvararInte."""
        klient = self._klient(5)
        try:
            return klient.version()
        except (ClamdError, OSError, ValueError) as fel:
            raise SvararInte(type(fel).__name__) from fel
        finally:
            klient.clamd_socket.close()  # the library leaves it open when nobody answers

    def _klient(self, sekunder: float) -> ClamdNetworkSocket:
        if self.adress.fil:
            return ClamdUnixSocket(self.adress.fil, timeout=max(1, round(sekunder)))
        return ClamdNetworkSocket(self.adress.vard, self.adress.port, timeout=sekunder)

"""On the wire, against the server as it runs: requests that two readers could cut differently, and what is cut off."""

import re
import socket

import pytest

from tests.berattelser.conftest import servera
from tests.bygg import Bygge

VARD = b"Host: vaka.example\r\n"
SMUGGLAT = b"GET /smugglat HTTP/1.1\r\nHost: vaka.example\r\n\r\n"
ONDA = {
    "längd och bitar": b"POST /logga-in HTTP/1.1\r\n"
    + VARD
    + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLAT,
    "två längder": b"POST /logga-in HTTP/1.1\r\n"
    + VARD
    + b"Content-Length: 0\r\nContent-Length: 46\r\n\r\n"
    + SMUGGLAT,
    "längd med plus": b"POST /logga-in HTTP/1.1\r\n" + VARD + b"Content-Length: +46\r\n\r\n" + SMUGGLAT,
    "minuslängd": b"POST /logga-in HTTP/1.1\r\n" + VARD + b"Content-Length: -1\r\n\r\n" + SMUGGLAT,
    "längd med ord": b"POST /logga-in HTTP/1.1\r\n" + VARD + b"Content-Length: 0x2e\r\n\r\n" + SMUGGLAT,
    "okänd kodning": b"POST /logga-in HTTP/1.1\r\n" + VARD + b"Transfer-Encoding: xchunked\r\n\r\n" + SMUGGLAT,
    "kodning två gånger": b"POST /logga-in HTTP/1.1\r\n"
    + VARD
    + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"
    + SMUGGLAT,
    "blanksteg före kolon": b"POST /logga-in HTTP/1.1\r\n" + VARD + b"Content-Length : 46\r\n\r\n" + SMUGGLAT,
    "viken rad": b"GET /logga-in HTTP/1.1\r\n" + VARD + b"X-A: a\r\n\tContent-Length: 46\r\n\r\n" + SMUGGLAT,
    "bar radmatning": b"GET /logga-in HTTP/1.1\r\n" + VARD + b"X-A: a\rX-B: b\r\n\r\n",
    "nolltecken": b"GET /logga-in HTTP/1.1\r\n" + VARD + b"X-A: a\0b\r\n\r\n",
    "trasig bit": b"POST /logga-in HTTP/1.1\r\n" + VARD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n",
    "okänd version": b"GET /logga-in HTTP/3.7\r\n" + VARD + b"\r\n",
    "ingen version": b"GET /logga-in\r\n\r\n",
    "ingen HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40 + b"\r\n\r\n",
}


@pytest.fixture
def adress(bygg: Bygge) -> tuple[str, int]:
    with servera(bygg.vaka) as adress:
        vard, _, port = adress.removeprefix("http://").partition(":")
        yield vard, int(port)


def _skicka(adress: tuple[str, int], allt: bytes, *, svarar: bool = False) -> bytes:
    """Everything that comes back until the server closes or falls silent. svarar: it has to answer, however busy it is."""
    with socket.create_connection(adress, timeout=10) as s:
        s.sendall(allt)
        s.settimeout(30 if svarar else 0.7)
        ut = b""
        try:
            while bit := s.recv(65536):
                ut += bit
                s.settimeout(0.7)
        except (TimeoutError, ConnectionResetError):
            pass
    return ut


def _statusar(svar: bytes) -> list[int]:
    return [int(x) for x in re.findall(rb"HTTP/1\.[01] (\d{3})", svar)]


def test_inget_gar_att_smuggla_in(adress: tuple[str, int]) -> None:
    """Whatever else is answered: what was hidden in a body is never answered as a request of its own."""
    for namn, begaran in ONDA.items():
        svar = _skicka(adress, begaran)
        statusar = _statusar(svar)
        assert len(statusar) <= 1, (namn, statusar)
        assert b"smugglat" not in svar, namn
        assert not [s for s in statusar if s >= 500], (namn, statusar)
    assert _statusar(_skicka(adress, b"GET /halsa HTTP/1.1\r\n" + VARD + b"Connection: close\r\n\r\n", svarar=True)) == [200]


def test_websocket_och_uppgradering_stangs(adress: tuple[str, int]) -> None:
    ws = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    for vag in (b"/", b"/logga-in", b"/api/v1/jag"):
        assert _statusar(_skicka(adress, b"GET " + vag + b" HTTP/1.1\r\n" + VARD + ws + b"\r\n", svarar=True)) == [403]
    h2c = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nConnection: close\r\n"
    assert 101 not in _statusar(_skicka(adress, b"GET /logga-in HTTP/1.1\r\n" + VARD + h2c + b"\r\n"))


def test_for_stora_huvuden_och_adresser_pa_ledningen(adress: tuple[str, int]) -> None:
    stor = b"X-Stor: " + b"a" * 60_000 + b"\r\n"
    assert set(_statusar(_skicka(adress, b"GET /logga-in HTTP/1.1\r\n" + VARD + stor + b"\r\n"))) <= {400, 431}
    assert set(_statusar(_skicka(adress, b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + VARD + b"\r\n"))) <= {400, 414}


def test_servern_sager_inte_vad_den_ar(adress: tuple[str, int]) -> None:
    huvud = (
        _skicka(adress, b"GET /logga-in HTTP/1.1\r\n" + VARD + b"Connection: close\r\n\r\n")
        .partition(b"\r\n\r\n")[0]
        .lower()
    )
    assert b"server:" not in huvud
    assert b"uvicorn" not in huvud
    assert b"python" not in huvud

"""Letters from the outbox to the mail server, against `smtplib.send_message` of finished letters over one connection.

Vaka claims each row, writes the letter in both its forms, builds the mail, hands it over and notes the server's yes in a transaction of its
own, so that none goes twice. smtplib sends the very same mails, built beforehand. The server is a process of its own that says yes to all.
"""

import asyncio
import smtplib
import subprocess
import sys
import time
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from grund import NU, Rad, databas, kvot, lagg_in_folk, median, oppna, skriv_tabell, turas_om
from handelse import vanta_pa_disken
from start import ledig_port

from notiser import Avsandare, Falt, NyNotis, SmtpInstallningar, lagg_i_utkorg, rendera, skicka_vantande
from notiser.motor.epost import som_epost

BREV, VARV = 400, 7
MAL = 1.3
AVSANDARE = Avsandare(bas_url="https://vaka.example", namn="Vaka")


class Sank(asyncio.Protocol):
    """A mail server that takes everything: the few words that a sender needs (RFC 5321)."""

    def connection_made(self, transport: Any) -> None:
        self.transport, self.kvar, self.brev = transport, b"", False
        transport.write(b"220 sank\r\n")

    def data_received(self, data: bytes) -> None:
        self.kvar += data
        while True:
            if self.brev:
                if b"\r\n.\r\n" not in self.kvar:
                    return
                self.kvar, self.brev = self.kvar.split(b"\r\n.\r\n", 1)[1], False
                self.transport.write(b"250 ok\r\n")
                continue
            if b"\r\n" not in self.kvar:
                return
            rad, self.kvar = self.kvar.split(b"\r\n", 1)
            ord_ = rad[:4].upper()
            self.brev = ord_ == b"DATA"
            self.transport.write({b"DATA": b"354 ja\r\n", b"QUIT": b"221 hej\r\n"}.get(ord_, b"250 ok\r\n"))


def sank(port: int) -> None:
    async def lyssna() -> None:
        server = await asyncio.get_running_loop().create_server(Sank, "127.0.0.1", port)
        print("redo", flush=True)
        await server.serve_forever()

    asyncio.run(lyssna())


def kor() -> list[Rad]:
    """The measurement, by the clock."""
    port = ledig_port()
    with subprocess.Popen([sys.executable, __file__, "sank", str(port)], stdout=subprocess.PIPE) as server, databas() as (url, mapp):
        assert server.stdout is not None
        assert server.stdout.readline() == b"redo\n"
        vaka = oppna(url, mapp)
        with vaka.systemet() as conn:
            vem = next(iter(lagg_in_folk(conn, vaka, 1).values()))
        falt = Falt(
            kommun="Exempelkommun", lank="/arende/SYN-2026-0001", arendenummer="SYN-2026-0001", process="Synpunkt", frist="Svar",
            enhet="Familjehemsenheten",
        )  # fmt: skip
        smtp, varv = SmtpInstallningar.fran_url(f"smtp://127.0.0.1:{port}"), iter(range(10_000))

        def vakas() -> float:
            nr = next(varv)
            with vaka.systemet() as conn:
                lagg_i_utkorg(conn, [
                    NyNotis(mall="arende_tilldelat", falt=falt, adress=f"p{n}@vaka.example", nyckel=f"prov:{nr}:{n}", skapad=NU, anvandare_id=vem)
                    for n in range(BREV)
                ])  # fmt: skip
            start = time.perf_counter()
            ut = skicka_vantande(vaka.motor, smtp, NU + timedelta(minutes=nr), avsandare=AVSANDARE)
            tog = time.perf_counter() - start
            assert ut.skickade == BREV, ut
            return tog

        brev = rendera("arende_tilldelat", falt, bas_url="https://vaka.example")
        fardiga: list[EmailMessage] = [
            som_epost(brev, till=f"p{n}@vaka.example", avsandare=AVSANDARE, message_id=f"{n}@vaka.example", datum=NU) for n in range(BREV)
        ]

        def bara() -> float:
            start = time.perf_counter()
            with smtplib.SMTP("127.0.0.1", port) as klient:
                for post in fardiga:
                    klient.send_message(post)
            return time.perf_counter() - start

        rader = []
        for vantar, hur in ((True, ""), (False, ", utan väntan på disken")):
            vanta_pa_disken(url, vantar)
            vara, bart = turas_om(vakas, bara, VARV)
            q = kvot(bart, vara)
            matt = f"{q:.2f} gånger smtplib ({1000 * median(vara) / BREV:.2f} mot {1000 * median(bart) / BREV:.2f} ms)"
            rader.append(Rad(f"Brev: ur utkorgen till servern{hur}", matt, f"≥ {MAL}" if vantar else "", q >= MAL if vantar else None))
        vaka.stang()
        server.kill()
    return rader


if __name__ == "__main__":
    if sys.argv[1:2] == ["sank"]:
        sank(int(sys.argv[2]))
    else:
        skriv_tabell(kor())

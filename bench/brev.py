"""Letters from the outbox to the mail server, against building them with EmailMessage and `smtplib.send_message` over one connection.

Vaka claims each row, writes the letter in both its forms, builds the mail, hands it over and notes the server's yes in a transaction of its
own, so that none goes twice. Beside it the few lines that one would write at first: for each row the same templates written out, an EmailMessage
with text and page, `send_message`, and the row noted as sent and committed by psycopg. And the same without rows to read or note: what building
and sending alone costs the library. The server is a process of its own that says yes to all.
"""

import asyncio
import smtplib
import subprocess
import sys
import time
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import psycopg
from grund import NU, Rad, databas, kvot, lagg_in_folk, median, oppna, skriv_tabell, turas_om
from handelse import vanta_pa_disken
from start import ledig_port

from notiser import Avsandare, Falt, NyNotis, SmtpInstallningar, lagg_i_utkorg, rendera, skicka_vantande

BREV, VARV = 200, 7
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
        smtp, varv = SmtpInstallningar.fran_url(f"smtp://127.0.0.1:{port}"), iter(range(1_000_000))

        def lagg(nr: int) -> None:
            with vaka.systemet() as conn:
                lagg_i_utkorg(conn, [
                    NyNotis(mall="arende_tilldelat", falt=falt, adress=f"p{n}@vaka.example", nyckel=f"prov:{nr}:{n}", skapad=NU, anvandare_id=vem)
                    for n in range(BREV)
                ])  # fmt: skip

        def vakas() -> float:
            nr = next(varv)
            lagg(nr)
            start = time.perf_counter()
            ut = skicka_vantande(vaka.motor, smtp, NU + timedelta(minutes=nr), avsandare=AVSANDARE)
            tog = time.perf_counter() - start
            assert ut.skickade == BREV, ut
            return tog

        ra = psycopg.connect(url)

        def brevet(n: int, fran: Avsandare) -> EmailMessage:
            brev = rendera("arende_tilldelat", falt, bas_url=fran.bas_url)
            post = EmailMessage()
            post["From"] = f"{fran.namn} <{fran.adress}>"
            post["To"] = f"p{n}@vaka.example"
            post["Subject"] = brev.amne
            post["Date"] = format_datetime(NU)
            post["Message-ID"] = f"<{next(varv)}.{n}@vaka.example>"
            post["Auto-Submitted"] = "auto-generated"
            post.set_content(brev.text)
            post.add_alternative(brev.html, subtype="html")
            return post

        def bara(antecknar: bool) -> float:
            if antecknar:
                lagg(next(varv))
            start = time.perf_counter()
            with smtplib.SMTP("127.0.0.1", port) as klient:
                rader = ra.execute("SELECT id, adress FROM notis WHERE status = 'vantar' ORDER BY tidigast, id").fetchall() if antecknar else []
                for n in range(BREV):
                    klient.send_message(brevet(n, AVSANDARE))
                    if antecknar:
                        ra.execute("UPDATE notis SET status = 'skickad', skickad = %s, forsok = forsok + 1 WHERE id = %s", (NU, rader[n][0]))
                        ra.commit()
            return time.perf_counter() - start

        rader = []
        for vantar, hur in ((True, ""), (False, ", utan väntan på disken")):
            vanta_pa_disken(url, vantar)
            for antecknar, vad in ((True, "smtplib som antecknar"), (False, "smtplib utan databas")):
                vara, bart = turas_om(vakas, lambda: bara(antecknar), VARV)  # noqa: B023 — run at once
                q = kvot(bart, vara)
                matt = f"{q:.2f} gånger {vad} ({1000 * median(vara) / BREV:.2f} mot {1000 * median(bart) / BREV:.2f} ms)"
                mal = vantar and antecknar
                rader.append(Rad(f"Brev: ur utkorgen till servern{hur}", matt, f"≥ {MAL}" if mal else "", q >= MAL if mal else None))
        ra.close()
        vaka.stang()
        server.kill()
    return rader


if __name__ == "__main__":
    if sys.argv[1:2] == ["sank"]:
        sank(int(sys.argv[2]))
    else:
        skriv_tabell(kor())

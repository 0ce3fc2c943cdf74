"""Hand mails to a real SMTP server, and sort its troubles by what the sender should do about them.

No sentence here holds a recipient's address or the server's own words (they often quote the address): only its codes.
"""

import asyncio
import difflib
import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

import aiosmtplib
from aiosmtplib.errors import SMTPException, SMTPResponseException

from notiser.motor.falt import Notisfel, doman_i_ascii

KRYPTO = {"ja": "starttls", "nej": "ingen", "auto": "om_det_gar"}
_TILLAGG = ("starttls", "timeout", "svarstid", "ca", "avsandare")
_UTOKAD_KOD = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


class Serverfel(Exception):
    """The server itself is away or refuses us: no mail is to blame and none should be tried now."""


class Avbrott(Exception):
    """The connection was lost in the middle of a mail. It may or may not have got there."""


class Tillfalligt(Exception):
    """The server says not now, for this mail (4xx)."""


class Slutgiltigt(Exception):
    """The server says never, for this mail (5xx)."""


@dataclass(frozen=True, kw_only=True)
class SmtpInstallningar:
    """How to reach the server. Times in seconds.

    `svarstid` is how long to wait for the yes after the whole mail was handed over. It is long (RFC 5321 4.5.3.2.6):
    to give up on a slow yes is to send the mail twice.
    """

    vard: str
    port: int
    krypto: str = "om_det_gar"  # tls, starttls, om_det_gar, ingen
    anvandare: str | None = None
    losenord: str | None = field(default=None, repr=False)
    timeout: float = 20.0
    svarstid: float = 120.0
    ca: str | None = None  # file with the certificate of a CA of one's own
    avsandare: str = ""

    @classmethod
    def fran_url(cls, url: str) -> Self:
        """smtp://user:pass@host:587?starttls=ja, smtps://host, with timeout=, svarstid=, ca=, avsandare= as needed.

        starttls: ja (demanded), nej, auto (if the server offers it). Default auto, but ja when there is a password.
        Raises Notisfel in Swedish, never quoting the URL since it may hold the password.
        """
        try:
            delar = urlsplit(url)
            vard, port = delar.hostname, delar.port
        except ValueError:
            raise Notisfel(
                "VAKA_SMTP går inte att tolka. Skriv som smtp://användare:lösenord@server:587?starttls=ja."
            ) from None
        if delar.scheme not in ("smtp", "smtps") or not vard:
            raise Notisfel(
                "VAKA_SMTP ska börja med smtp:// eller smtps:// och ange en server, till exempel smtp://server:587."
            )
        if delar.path not in ("", "/") or delar.fragment:
            raise Notisfel(
                "VAKA_SMTP har något efter serverns namn. Tecken som / och # i lösenordet skrivs %2F och %23."
            )
        tillagg = dict(parse_qsl(delar.query, keep_blank_values=True))
        for namn in tillagg:
            if namn not in _TILLAGG:
                nara = difflib.get_close_matches(namn, _TILLAGG, n=1)
                raise Notisfel(
                    f"VAKA_SMTP har det okända tillägget '{namn}'." + (f" Menade du '{nara[0]}'?" if nara else "")
                )
        losenord = unquote(delar.password) if delar.password else None
        krypto = "tls" if delar.scheme == "smtps" else _krypto(tillagg.get("starttls"), bool(losenord))
        avsandare = tillagg.get("avsandare", "")
        if avsandare and doman_i_ascii(avsandare) is None:
            raise Notisfel("VAKA_SMTP: avsandare ska vara en mejladress.")
        ca = tillagg.get("ca")
        try:
            ssl.create_default_context(cafile=ca)
        except OSError:
            raise Notisfel(
                "VAKA_SMTP: filen i ca finns inte eller är inget certifikat. Ange en fil i PEM-format."
            ) from None
        return cls(
            vard=vard,
            port=port or {"tls": 465, "starttls": 587}.get(krypto, 25),
            krypto=krypto,
            anvandare=unquote(delar.username) if delar.username else None,
            losenord=losenord,
            timeout=_sekunder(tillagg, "timeout", 20.0),
            svarstid=_sekunder(tillagg, "svarstid", 120.0),
            ca=ca,
            avsandare=avsandare,
        )

    @property
    def langsta_sandning(self) -> float:
        """Seconds that one mail may take at worst, connecting included."""
        return 8 * self.timeout + 2 * self.svarstid


class _Klient(aiosmtplib.SMTP):
    """A client whose close is at once: a polite TLS goodbye would outlive the loop and leave its socket open."""

    def close(self) -> None:
        transport = self.transport
        super().close()
        if transport is not None:
            transport.abort()


async def _slapp_taget() -> None:
    """Let the loop close the socket before it ends itself; that takes a few turns."""
    for _ in range(3):
        await asyncio.sleep(0)


class Forbindelse:
    """One connection to the server, for several mails after one another."""

    def __init__(self, installningar: SmtpInstallningar) -> None:
        self._inst = installningar
        self._klient: _Klient | None = None
        self.skickade = 0

    @property
    def oppen(self) -> bool:
        return self._klient is not None and self._klient.is_connected

    async def oppna(self) -> None:
        """Connect, secure and log in. Raises Serverfel."""
        inst = self._inst
        self.skickade = 0
        try:
            self._klient = _Klient(
                hostname=inst.vard,
                port=inst.port,
                timeout=inst.timeout,
                use_tls=inst.krypto == "tls",
                start_tls={"starttls": True, "om_det_gar": None}.get(inst.krypto, False),
                tls_context=ssl.create_default_context(cafile=inst.ca),
                username=inst.anvandare,
                password=inst.losenord,
                # getfqdn, the library's default, may hang for seconds on a machine without name service.
                local_hostname=socket.gethostname() or "localhost",
            )
            async with asyncio.timeout(5 * inst.timeout):
                await self._klient.connect()
        except (SMTPException, OSError, ValueError, TimeoutError) as fel:
            self.stang_genast()
            await _slapp_taget()
            raise Serverfel(_mening("Brevservern kunde inte nås", fel)) from None

    async def skicka(self, fran: str, till: str, innehall: bytes) -> None:
        """Hand over one mail; back when the server has said yes. Serverfel, Avbrott, Tillfalligt or Slutgiltigt."""
        if self._klient is None:
            raise Serverfel("Brevservern är inte ansluten.")
        steg = "avsändaren"
        try:
            await self._klient.mail(fran)
            steg = "mottagaren"
            await self._klient.rcpt(till)
            steg = "brevet"
            await self._klient.data(innehall, timeout=self._inst.svarstid)
        except SMTPResponseException as fel:
            await self._nollstall(fel.code)
            mening = _mening(f"Brevservern tog inte emot {steg}", fel)
            # 421: the server is closing. 53x: it doesn't accept who we are. MAIL FROM: the same for every mail we send.
            if steg == "avsändaren" or fel.code in (421, 530, 534, 535, 538):
                raise Serverfel(mening) from None
            raise (Slutgiltigt if fel.code >= 500 else Tillfalligt)(mening) from None
        except (SMTPException, OSError, TimeoutError) as fel:
            self.stang_genast()
            mening = _mening("Förbindelsen med brevservern bröts", fel)
            raise (Serverfel if steg == "avsändaren" else Avbrott)(mening) from None
        self.skickade += 1

    async def stang(self) -> None:
        """Say goodbye; a server that does not answer is simply left."""
        if self._klient is not None and self._klient.is_connected:
            # The mails are delivered and marked; the goodbye is only courtesy.
            with suppress(SMTPException, OSError):
                await self._klient.quit(timeout=min(5.0, self._inst.timeout))
        self.stang_genast()
        await _slapp_taget()

    def stang_genast(self) -> None:
        if self._klient is not None:
            self._klient.close()
            self._klient = None

    async def _nollstall(self, kod: int) -> None:
        try:
            if kod == 421 or self._klient is None:
                raise ConnectionError
            await self._klient.rset()
        except (SMTPException, OSError):
            self.stang_genast()


def _krypto(starttls: str | None, losenord: bool) -> str:
    if starttls is None:
        return "starttls" if losenord else "om_det_gar"
    if starttls not in KRYPTO:
        raise Notisfel("VAKA_SMTP: starttls ska vara ja, nej eller auto.")
    if losenord and starttls == "auto":
        raise Notisfel(
            "VAKA_SMTP: med lösenord ska starttls vara ja (eller nej på eget ansvar), annars kan det gå ut okrypterat."
        )
    return KRYPTO[starttls]


def _sekunder(tillagg: dict[str, str], namn: str, annars: float) -> float:
    try:
        varde = float(tillagg.get(namn, annars))
    except ValueError:
        varde = 0.0
    if not 0 < varde <= 3600:
        raise Notisfel(f"VAKA_SMTP: {namn} ska vara ett antal sekunder, högst 3600.")
    return varde


def _mening(vad: str, fel: BaseException) -> str:
    if isinstance(fel, SMTPResponseException):
        utokad = _UTOKAD_KOD.search(str(fel.message))
        varfor = f"svarskod {fel.code}" + (f" {utokad[1]}" if utokad else "")
    elif isinstance(fel, TimeoutError):
        varfor = "inget svar i tid"
    elif isinstance(fel, ssl.SSLError) or isinstance(fel.__cause__, ssl.SSLError):
        varfor = "krypteringen gick inte att sätta upp, se certifikatet"
    elif isinstance(fel, ConnectionError | OSError):
        varfor = "förbindelsen nekades eller bröts"
    else:
        # The library's own word for what we asked and the server has not: STARTTLS, a way to log in.
        varfor = "servern kan inte den kryptering eller inloggning som är inställd"
    return f"{vad} ({varfor})."

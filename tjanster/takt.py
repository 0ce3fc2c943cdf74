"""How often one may ask: every limit in one table, counted in the process's own memory over a moving window.

Who has logged in is counted by account, so that a town hall behind one address never stops itself. Who hasn't is counted
by address, and where a wrong guess is what matters only the wrong ones. Keys are hashed with a salt that dies with the process.
"""

import hashlib
import ipaddress
import math
import re
import secrets
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from tjanster import klocka
from tjanster.arenden.fel import Nej

Nat = ipaddress.IPv4Network | ipaddress.IPv6Network
DEMO = 100
"""In the demo, and in tests that run as the demo, each limit is this many times higher."""


class ForOfta(Nej):
    """Asked too often; `sekunder` until there is room again."""

    kod = "for_ofta"
    status = 429

    def __init__(self, vad: str, sekunder: int) -> None:
        self.sekunder = sekunder
        nar = f"{sekunder} sekunder" if sekunder < 100 else f"{math.ceil(sekunder / 60)} minuter"
        super().__init__(f"Det blev för många {vad} på kort tid. Försök igen om {nar}.")


@dataclass(frozen=True)
class Grans:
    """At most `antal` calls in `sekunder` to addresses that match `vag`. nar: only answers with these statuses count;
    empty counts every call."""

    namn: str
    vad: str
    metoder: tuple[str, ...]
    vag: re.Pattern[str]
    antal: int
    sekunder: int
    nar: tuple[int, ...] = ()

    def galler(self, metod: str, vag: str) -> bool:
        return metod in self.metoder and self.vag.fullmatch(vag) is not None


_LASER, _ANDRAR = ("GET", "HEAD"), ("POST", "PUT", "PATCH", "DELETE")
_LOGIN = re.compile(r"/logga-in(/.*)?|/api/v1/inloggning")

PER_ADRESS = (
    Grans("inloggning", "inloggningar", ("POST",), _LOGIN, 600, 600),
    Grans("fel_inloggning", "felaktiga inloggningar", ("GET", "POST"), _LOGIN, 60, 600, (400, 401, 403)),
    Grans("till_kommunens", "inloggningar", _LASER, re.compile(r"/logga-in/kommunen"), 600, 600),
    Grans("synpunkt", "inskickade synpunkter", ("POST",), re.compile(r"/lamna-synpunkt"), 60, 3600),
    Grans("foljkod", "felaktiga koder", _LASER, re.compile(r"/folj/.*"), 30, 600, (404,)),
    Grans("fel_matvarden", "anrop utan giltig token", _LASER, re.compile(r"/matvarden"), 60, 600, (401,)),
    Grans("fel_token", "anrop utan giltig token", (*_LASER, *_ANDRAR), re.compile(r"/api/.*"), 600, 600, (401,)),
)
"""Counted by address. A hundred people behind one stay far below."""

PER_KONTO = (
    Grans("anrop", "anrop", (*_LASER, *_ANDRAR), re.compile(r".*", re.S), 1200, 60),
    Grans("filer", "uppladdningar", _ANDRAR, re.compile(r".*/(bifoga|bilagor)"), 60, 600),
    Grans("tungt", "rapporter", (*_LASER, *_ANDRAR),
          re.compile(r"/rapporter/.+|/api/v1/(rapporter|statistik)/?.*|/regler/(jamfor|utkast/verkan).*"), 120, 600),
)  # fmt: skip
"""Counted by account, once the account is known."""


class Takt:
    """The counters of one process. faktor: every limit is so many times higher."""

    def __init__(
        self, per_adress: Sequence[Grans] = PER_ADRESS, per_konto: Sequence[Grans] = PER_KONTO, *, faktor: int = 1
    ) -> None:
        self.per_adress, self.per_konto = per_adress, per_konto
        self._salt = secrets.token_bytes(16)
        self._raknare = MovingWindowRateLimiter(MemoryStorage())
        self._matt: Mapping[str, RateLimitItemPerSecond] = {
            g.namn: RateLimitItemPerSecond(g.antal * faktor, g.sekunder, namespace=g.namn)
            for g in (*per_adress, *per_konto)
        }

    def fore(self, adress: str, metod: str, vag: str) -> None:
        """Before a call is handled. Raises ForOfta when the address has spent what it has."""
        nyckel = self._nyckel(adress)
        for g in self.per_adress:
            if g.galler(metod, vag):
                matt = self._matt[g.namn]
                rum = self._raknare.test(matt, nyckel) if g.nar else self._raknare.hit(matt, nyckel)
                if not rum:
                    raise ForOfta(g.vad, self._kvar(matt, nyckel))

    def efter(self, adress: str, metod: str, vag: str, status: int) -> None:
        """After a call was answered: a wrong guess is counted."""
        for g in self.per_adress:
            if status in g.nar and g.galler(metod, vag):
                self._raknare.hit(self._matt[g.namn], self._nyckel(adress))

    def konto(self, konto: int, metod: str, vag: str) -> None:
        """Once it is known who asks. Raises ForOfta when the account has spent what it has."""
        nyckel = self._nyckel(f"konto {konto}")
        for g in self.per_konto:
            matt = self._matt[g.namn]
            if g.galler(metod, vag) and not self._raknare.hit(matt, nyckel):
                raise ForOfta(g.vad, self._kvar(matt, nyckel))

    def anropet(self, scope: MutableMapping[str, Any], konto: int) -> None:
        """The same for a call of the web, counted once however many times it is asked who is logged in."""
        if "vaka.konto" not in scope:
            scope["vaka.konto"] = konto
            self.konto(konto, scope["method"], scope["path"])

    def _kvar(self, matt: RateLimitItemPerSecond, nyckel: str) -> int:
        # The library counts in the machine's own time; the day that is tried with --nu must not stop its window.
        return max(1, math.ceil(self._raknare.get_window_stats(matt, nyckel).reset_time - klocka.maskintid()))

    def _nyckel(self, varde: str) -> str:
        return hashlib.blake2b(varde.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=16).hexdigest()


def klientens_adress(granne: str | None, vidarebefordrat: Iterable[str], proxyer: Sequence[Nat]) -> str:
    """Whose call is it? The neighbour's address; when that is one of our own proxies the nearest address in
    `X-Forwarded-For` that isn't, since what stands further off may be made up. An IPv6 subscriber is one by its /64."""
    adress = _adress(granne or "")
    if adress is None:
        return granne or ""
    for steg in reversed([del_.strip() for rad in vidarebefordrat for del_ in rad.split(",")]):
        if not any(adress in nat for nat in proxyer):
            break
        nasta = _adress(steg)
        if nasta is None:
            break
        adress = nasta
    if isinstance(adress, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((adress, 64), strict=False))
    return str(adress)


def _adress(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        adress = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    return (adress.ipv4_mapped or adress) if isinstance(adress, ipaddress.IPv6Address) else adress

"""The municipality's own login as a provider of OpenID Connect: discovery, the way there, and the answer checked.

Authorization code with PKCE (RFC 7636), state and nonce; OpenID Connect Core 1.0 §3.1.3.7 for what an ID token must be.
Nothing of a token is logged or shown.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from tjanster.inloggning.fel import OidcFel
from tjanster.sessioner import som_bytes
from tjanster.settings import Settings, saker_adress

SVARSTID: Final = 5.0
STORST: Final = 1_000_000
FARSKT: Final = timedelta(hours=1)
VILAR: Final = timedelta(seconds=5)
NYCKELBYTE: Final = timedelta(minutes=1)
GLAPP: Final = 60
# A provider signs with a key of its own; a shared secret (HS…) or none would let others sign.
ALGORITMER: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
ATERKOMST: Final = "/logga-in/svar"


@dataclass(frozen=True)
class Besked:
    """What the provider says of a person: the checked claims, and the token to show at log-out."""

    utfardare: str
    amne: str
    ansprak: Mapping[str, Any]
    idtoken: str


def harledd(hemlighet: str, vad: str) -> str:
    """State, nonce and verifier follow from the cookie's secret: the database needs to keep none of them."""
    varde = hmac.new(som_bytes(hemlighet), f"vaka oidc {vad}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(varde).decode().rstrip("=")


class Leverantor:
    """The provider that the settings name. What it says of itself and its keys are kept for an hour."""

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc is not None
        assert settings.oidc_klient is not None
        self.utfardare, self.klient = settings.oidc, settings.oidc_klient
        self._hemlighet = settings.oidc_hemlighet.get_secret_value() if settings.oidc_hemlighet else None
        self._omfattning = settings.oidc_omfattning
        self._styrkor = (settings.oidc_styrka or "").split()
        self._hit = settings.url + ATERKOMST
        self._om_sig: tuple[datetime, dict[str, Any]] | None = None
        self._nycklar: tuple[datetime, KeySet] | None = None
        self._svarade_inte: datetime | None = None

    def adress(self, hemlighet: str, nu: datetime) -> str:
        """Where the browser is sent. hemlighet: of the cookie that the answer must come back with. Raises OidcFel."""
        verifierare = harledd(hemlighet, "verifierare")
        styrka = {"acr_values": " ".join(self._styrkor)} if self._styrkor else {}
        adress: str = prepare_grant_uri(
            self._metadata(nu)["authorization_endpoint"],
            self.klient,
            "code",
            redirect_uri=self._hit,
            scope=self._omfattning,
            state=harledd(hemlighet, "state"),
            nonce=harledd(hemlighet, "nonce"),
            code_challenge=create_s256_code_challenge(verifierare),
            code_challenge_method="S256",
            **styrka,
        )
        return adress

    def ta_emot(self, hemlighet: str, svar: Mapping[str, str], nu: datetime) -> Besked:
        """The answer that the browser came back with → who it is. Raises OidcFel."""
        if not hmac.compare_digest(som_bytes(harledd(hemlighet, "state")), som_bytes(svar.get("state", ""))):
            raise OidcFel("forsoket_okant")
        if svar.get("iss", self.utfardare) != self.utfardare:  # RFC 9207
            raise OidcFel("fel_utfardare")
        if "error" in svar:
            raise OidcFel("avbruten" if svar["error"] == "access_denied" else "leverantoren_nekade")
        if not svar.get("code"):
            raise OidcFel("ofullstandigt")
        token = self._hamta_token(svar["code"], harledd(hemlighet, "verifierare"), nu)
        idtoken = token.get("id_token")
        if not isinstance(idtoken, str):
            raise OidcFel("ofullstandigt")
        ansprak = self._provad(idtoken, harledd(hemlighet, "nonce"), nu)
        return Besked(self.utfardare, ansprak["sub"], self._fler(ansprak, token, nu), idtoken)

    def prova(self, nu: datetime) -> None:
        """Does it answer, and with keys that can be used? Raises OidcFel."""
        self._nyckelset(nu)

    def utloggning(self, idtoken: str | None, tillbaka: str, nu: datetime) -> str | None:
        """Where the person logs out of the provider too; None when it has no such place or doesn't answer."""
        try:
            slut = self._metadata(nu).get("end_session_endpoint")
        except OidcFel:
            return None
        if not isinstance(slut, str) or not _duger(slut):
            return None
        fraga = {"client_id": self.klient, "post_logout_redirect_uri": tillbaka} | ({"id_token_hint": idtoken} if idtoken else {})
        return f"{slut}{'&' if urlsplit(slut).query else '?'}{urlencode(fraga)}"

    def _metadata(self, nu: datetime) -> dict[str, Any]:
        if self._om_sig is not None and timedelta(0) <= nu - self._om_sig[0] < FARSKT:
            return self._om_sig[1]
        # While it is down, people who press the button don't each hold a thread until it times out.
        if self._svarade_inte is not None and timedelta(0) <= nu - self._svarade_inte < VILAR:
            raise OidcFel("leverantoren_svarar_inte")
        try:
            data = self._hamta(get_well_known_url(self.utfardare, external=True))
        except OidcFel:
            self._svarade_inte = nu
            raise
        platser = [data.get(f"{namn}_endpoint") for namn in ("authorization", "token")] + [data.get("jwks_uri")]
        if data.get("issuer") != self.utfardare:
            raise OidcFel("fel_utfardare")
        if not all(isinstance(plats, str) and _duger(plats) for plats in platser):
            raise OidcFel("leverantoren_felinstalld")
        self._om_sig, self._svarade_inte = (nu, data), None
        return data

    def _nyckelset(self, nu: datetime, *, farskare_an: timedelta = FARSKT) -> KeySet:
        if self._nycklar is not None and timedelta(0) <= nu - self._nycklar[0] < farskare_an:
            return self._nycklar[1]
        data = self._hamta(self._metadata(nu)["jwks_uri"])
        alla = data.get("keys")
        egna = [k for k in (alla if isinstance(alla, list) else ()) if isinstance(k, dict) and k.get("kty") != "oct" and k.get("use") != "enc"]
        try:
            self._nycklar = (nu, nycklar := KeySet.import_key_set({"keys": egna}))
        except (JoseError, ValueError, TypeError, KeyError):
            raise OidcFel("leverantoren_felinstalld") from None
        return nycklar

    def _hamta_token(self, kod: str, verifierare: str, nu: datetime) -> dict[str, Any]:
        metadata = self._metadata(nu)
        satt = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        bevis = "none" if self._hemlighet is None else next((s for s in ("client_secret_basic", "client_secret_post") if s in satt), None)
        kropp = prepare_token_request("authorization_code", code=kod, redirect_uri=self._hit, code_verifier=verifierare)
        huvuden = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        adress, huvuden, kropp = ClientAuth(self.klient, self._hemlighet, bevis).prepare(
            "POST", metadata["token_endpoint"], huvuden, kropp
        )
        svar = self._fraga("POST", adress, headers=huvuden, content=kropp)
        if svar.status_code in (400, 401, 403):
            raise OidcFel("koden_godtogs_inte")
        return self._json(svar)

    def _provad(self, idtoken: str, nonce: str, nu: datetime) -> dict[str, Any]:
        """The claims of an ID token that is the provider's own, to us, for this log-in and of today."""
        ansprak = self._undertecknat(idtoken, nu)
        if ansprak.get("iss") != self.utfardare:
            raise OidcFel("fel_utfardare")
        mottagare = ansprak.get("aud")
        alla = [mottagare] if isinstance(mottagare, str) else mottagare if isinstance(mottagare, list) else []
        if self.klient not in alla or ansprak.get("azp", self.klient if len(alla) == 1 else None) != self.klient:
            raise OidcFel("fel_mottagare")
        try:
            krav = jwt.JWTClaimsRegistry(now=int(nu.timestamp()), leeway=GLAPP, exp={"essential": True}, iat={"essential": True})
            krav.validate({namn: ansprak[namn] for namn in ("exp", "iat", "nbf") if namn in ansprak})
        except ExpiredTokenError:
            raise OidcFel("utgangen") from None
        except ClaimError:
            raise OidcFel("ofullstandigt") from None
        fick = ansprak.get("nonce")
        if not isinstance(fick, str) or not hmac.compare_digest(som_bytes(fick), som_bytes(nonce)):
            raise OidcFel("fel_nonce")
        if self._styrkor and ansprak.get("acr") not in self._styrkor:
            raise OidcFel("for_svag")
        amne = ansprak.get("sub")
        if not isinstance(amne, str) or not 0 < len(amne) <= 255 or "\0" in amne:
            raise OidcFel("ofullstandigt")
        return ansprak

    def _undertecknat(self, idtoken: str, nu: datetime) -> dict[str, Any]:
        try:
            try:
                return dict(jwt.decode(idtoken, self._nyckelset(nu), algorithms=ALGORITMER).claims)
            except InvalidKeyIdError:  # the provider may have changed keys; asked at most once a minute
                return dict(jwt.decode(idtoken, self._nyckelset(nu, farskare_an=NYCKELBYTE), algorithms=ALGORITMER).claims)
        except (JoseError, ValueError, TypeError):
            raise OidcFel("fel_signatur") from None

    def _fler(self, ansprak: dict[str, Any], token: Mapping[str, Any], nu: datetime) -> dict[str, Any]:
        """Some providers give name, address and groups only when asked by themselves."""
        plats, bevis = self._metadata(nu).get("userinfo_endpoint"), token.get("access_token")
        if not isinstance(plats, str) or not _duger(plats) or not isinstance(bevis, str):
            return ansprak
        svar = self._fraga("GET", plats, headers={"Authorization": f"Bearer {bevis}", "Accept": "application/json"})
        if svar.status_code != 200 or "json" not in svar.headers.get("content-type", ""):
            return ansprak
        mer = self._json(svar)
        if mer.get("sub") != ansprak["sub"]:
            raise OidcFel("fel_utfardare")
        return mer | ansprak

    def _hamta(self, adress: str) -> dict[str, Any]:
        return self._json(self._fraga("GET", adress, headers={"Accept": "application/json"}))

    def _fraga(self, metod: str, adress: str, **kw: Any) -> httpx.Response:
        try:
            with httpx.Client(timeout=SVARSTID, trust_env=False) as klient:
                return klient.request(metod, adress, **kw)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise OidcFel("leverantoren_svarar_inte") from None

    def _json(self, svar: httpx.Response) -> dict[str, Any]:
        if svar.status_code != 200:
            raise OidcFel("leverantoren_svarar_inte" if svar.status_code >= 500 else "leverantoren_felinstalld")
        try:
            data = svar.json() if len(svar.content) <= STORST else None
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise OidcFel("leverantoren_felinstalld")
        return data


def _duger(adress: str) -> bool:
    return saker_adress(adress.partition("?")[0])

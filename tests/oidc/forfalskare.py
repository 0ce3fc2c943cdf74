"""A provider that signs what a test tells it to: for tokens that no honest provider would give out."""

import base64
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tjanster import klocka

NYCKEL = RSAKey.generate_key(2048, parameters={"kid": "ett", "use": "sig", "alg": "RS256"})
ANNAN = RSAKey.generate_key(2048, parameters={"kid": "ett", "use": "sig", "alg": "RS256"})


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def undertecknad(ansprak: dict[str, Any], nyckel: Any = NYCKEL, alg: str = "RS256", kid: str = "ett") -> str:
    return str(jwt.encode({"alg": alg, "kid": kid}, ansprak, nyckel, algorithms=[alg]))


def utan_underskrift(ansprak: dict[str, Any]) -> str:
    delar = ({"alg": "none", "kid": "ett"}, ansprak)
    return ".".join(b64(json.dumps(d).encode()) for d in delar) + "."


class Forfalskare:
    """`skriv`: right claims → the ID token. Everything else can be changed by a test as well: `om_sig`, `nycklar`, `token`."""

    def __init__(self) -> None:
        self.skriv: Callable[[dict[str, Any]], str | None] = undertecknad
        self.om_sig: dict[str, Any] = {}
        self.nycklar: list[Any] = [NYCKEL]
        self.mer: dict[str, str] = {}
        self.fraga: dict[str, str] = {}
        self.token: dict[str, Any] | None = None
        self.status = 200
        utifran = self

        class Svarare(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                utifran._get(self)

            def do_POST(self) -> None:
                utifran._post(self)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Svarare)
        self.utfardare = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._trad = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "Forfalskare":
        self._trad.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _get(self, h: BaseHTTPRequestHandler) -> None:
        delar = urlsplit(h.path)
        if delar.path == "/.well-known/openid-configuration":
            grund = {namn: f"{self.utfardare}/{vag}" for namn, vag in (("authorization_endpoint", "ga"), ("token_endpoint", "token"), ("jwks_uri", "nycklar"))}
            self._svara(h, {"issuer": self.utfardare} | grund | self.om_sig)
        elif delar.path == "/nycklar":
            self._svara(h, {"keys": [nyckel.as_dict(private=False) for nyckel in self.nycklar]})
        elif delar.path == "/ga":
            self.fraga = {namn: varden[0] for namn, varden in parse_qs(delar.query).items()}
            svar = {"code": "kod", "state": self.fraga["state"]} | self.mer
            h.send_response(303)
            h.send_header("Location", f"{self.fraga['redirect_uri']}?{urlencode(svar)}")
            h.send_header("Content-Length", "0")
            h.end_headers()

    def _post(self, h: BaseHTTPRequestHandler) -> None:
        h.rfile.read(int(h.headers["Content-Length"]))
        if self.token is not None:
            self._svara(h, self.token)
            return
        nu = int(klocka.nu().timestamp())
        ansprak = {
            "iss": self.utfardare, "aud": self.fraga["client_id"], "sub": "påhittat-id", "nonce": self.fraga["nonce"],
            "iat": nu, "exp": nu + 300, "preferred_username": "hanna", "groups": ["vaka-familjehem"],
        }  # fmt: skip
        self._svara(h, {"access_token": "x", "token_type": "Bearer", "id_token": self.skriv(ansprak)})

    def _svara(self, h: BaseHTTPRequestHandler, data: Any) -> None:
        kropp = json.dumps(data).encode()
        h.send_response(self.status)
        h.send_header("Content-Type", "application/json")
        h.send_header("Content-Length", str(len(kropp)))
        h.end_headers()
        h.wfile.write(kropp)

"""A real provider of OpenID Connect on loopback, in a process of its own."""

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

from tests.oidc.installera import NODE, installera

KLIENT, HEMLIGHET = "vaka", "pahittad-hemlighet"


def ledig_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class RiktigLeverantor:
    """Used as `with RiktigLeverantor(mapp, hit) as leverantor`. hit: the address that Vaka is reached by."""

    def __init__(self, mapp: Path, hit: str) -> None:
        self.port = ledig_port()
        self.utfardare = f"http://127.0.0.1:{self.port}"
        self.fil, self.hit = mapp / "personer.json", hit
        self.personer: dict[str, dict[str, Any]] = {}

    def person(self, namn: str, **ansprak: Any) -> None:
        """Somebody who can log in there: the name is what they type, and the subject."""
        grund = {"name": f"{namn.title()} Påhittad", "preferred_username": namn, "email": f"{namn}@vaka.example", "email_verified": True}
        self.personer[namn] = grund | ansprak
        self.fil.write_text(json.dumps(self.personer), encoding="utf-8")

    def __enter__(self) -> "RiktigLeverantor":
        self.fil.write_text("{}", encoding="utf-8")
        allt = {
            "issuer": self.utfardare, "port": self.port, "klient": KLIENT, "hemlighet": HEMLIGHET, "personer": str(self.fil),
            "hit": [f"{self.hit}/logga-in/svar"], "ut": [f"{self.hit}/logga-in?utloggad=ja"],
        }  # fmt: skip
        self.process = subprocess.Popen(
            [NODE, "leverantor.mjs", json.dumps(allt)], cwd=installera(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        for rad in self.process.stdout:
            if "lyssnar" in rad:
                return self
        raise RuntimeError("OIDC-leverantören startade inte")

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

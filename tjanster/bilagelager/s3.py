"""A store in a bucket that speaks S3. All that it goes by is said here: the library would else take address, keys and even
the trust in certificates from `AWS_…` in the environment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import obstore
from obstore import exceptions as fel_
from obstore.store import S3Store

from tjanster.bilagelager.adress import S3val, hinken
from tjanster.bilagelager.ram import STORST, LagretSvararInte, Objekt, ObjektetSaknas

NEKAD = (fel_.PermissionDeniedError, fel_.UnauthenticatedError)


class S3lager:
    """Objects of one bucket, under one prefix."""

    def __init__(self, namn: str, val: S3val) -> None:
        self.namn = namn
        hink, prefix = hinken(namn)
        fast: Any = {
            "endpoint": val.adress, "aws_endpoint_url_s3": val.adress, "region": val.region,
            "virtual_hosted_style_request": False, "s3_express": False, "skip_signature": False, "unsigned_payload": False,
            "request_payer": False,
        }  # fmt: skip
        nyckel: Any = {"access_key_id": val.nyckel, "secret_access_key": val.hemlighet, "token": None, "expires_at": None}
        self.hink = S3Store(
            hink,
            prefix=prefix or None,
            config=fast,
            credential_provider=lambda: nyckel,
            client_options={
                "allow_http": val.adress.startswith("http://"),
                "allow_invalid_certificates": False,
                "connect_timeout": timedelta(seconds=min(3.0, val.sekunder)),
                "timeout": timedelta(seconds=val.sekunder),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=val.sekunder / 2)},
        )

    def skriv(self, objekt: str, data: bytes) -> None:
        with self._fragad():
            # In one piece: an upload in parts that is cut off leaves parts that nobody sees.
            obstore.put(self.hink, objekt, data, use_multipart=False)

    def las(self, objekt: str) -> bytes:
        with self._fragad(objekt):
            svar = obstore.get(self.hink, objekt)
            return b"" if svar.meta["size"] > STORST else bytes(svar.bytes())

    def ta_bort(self, objekt: str) -> None:
        with self._fragad():
            obstore.delete(self.hink, objekt)

    def lista(self) -> Iterator[Objekt]:
        with self._fragad():
            for bunt in obstore.list(self.hink):
                for ett in bunt:
                    yield Objekt(ett["path"], ett["size"], ett["last_modified"])

    @contextmanager
    def _fragad(self, objekt: str | None = None) -> Iterator[None]:
        """What the library says holds addresses and names; of that only the kind goes on. A listing tells its kind in words."""
        try:
            yield
        except (fel_.BaseError, OSError) as fel:
            sagt = str(fel)
            if "NoSuchBucket" in sagt:
                varfor = "finns inte: hinken saknas där adressen pekar"
            elif objekt is not None and isinstance(fel, FileNotFoundError):
                raise ObjektetSaknas(objekt) from None
            elif isinstance(fel, (PermissionError, *NEKAD)) or any(f"status code: {kod}" in sagt for kod in (401, 403)):
                varfor = "säger nej: nyckeln eller hemligheten är fel, eller får inte läsa och skriva där"
            elif "InvalidCertificate" in sagt:
                varfor = "svarar inte: certifikatet där godtas inte. Lägg dess utfärdare i systemets lager av certifikat"
            else:
                varfor = f"svarar inte ({type(fel).__name__})"
            raise LagretSvararInte(self.namn, varfor) from None

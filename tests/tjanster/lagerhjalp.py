"""Stores for attachments: a folder, a bucket on loopback, and ways for both to be away or wrong."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import select

from tests.bygg import Bygge
from tests.clamd import ledig_port
from tjanster.arenden.bilagekontroll import Lagerprov, kontrollera
from tjanster.arenden.bilageplats import radera_slappta
from tjanster.db import t

HINK = "provhink"
# Whose, and nothing more: the service on loopback proves no signatures.
SIGNERAD = {"authorization": "AWS4-HMAC-SHA256 Credential=prov/20260907/eu-north-1/s3/aws4_request, SignedHeaders=host, Signature=0"}
HEMLIGHET = "c7Qw2-Provhemlighet_m9Zt4Xr8Lb3Vc6Ns1Hd5"


@contextmanager
def s3_server() -> Iterator[str]:
    """A service that speaks S3, with an empty bucket."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    adress = "http://{}:{}".format(*server.get_host_and_port())
    httpx.put(f"{adress}/{HINK}").raise_for_status()
    yield adress
    server.stop()


@dataclass(frozen=True)
class Provlager:
    """A store as the settings name it, and what a test may do to it behind Vaka's back."""

    namn: str
    adress: str | None = None

    @property
    def settings(self) -> dict[str, Any]:
        satt: dict[str, Any] = {"bilagelager": self.namn}
        if self.adress:
            hemligt = {"bilagelager_nyckel": SecretStr("prov"), "bilagelager_hemlighet": SecretStr(HEMLIGHET)}
            satt |= {"bilagelager_adress": self.adress} | hemligt
        return satt

    @property
    def mapp(self) -> Path:
        return Path(self.namn.removeprefix("file://"))

    def _url(self, objekt: str) -> str:
        return f"{self.adress}/{self.namn.removeprefix('s3://')}/{objekt}"

    def innehall(self, objekt: str) -> bytes | None:
        if not self.adress:
            fil = self.mapp / objekt
            return fil.read_bytes() if fil.exists() else None
        svar = httpx.get(self._url(objekt), headers=SIGNERAD)
        return svar.content if svar.status_code == 200 else None

    def skriv(self, objekt: str, data: bytes | None) -> None:
        """None: take it away."""
        if self.adress:
            metod = "DELETE" if data is None else "PUT"
            httpx.request(metod, self._url(objekt), headers=SIGNERAD, content=data).raise_for_status()
        elif data is None:
            (self.mapp / objekt).unlink()
        else:
            (self.mapp / objekt).parent.mkdir(parents=True, exist_ok=True)
            (self.mapp / objekt).write_bytes(data)

    def borta(self, bygg: Bygge) -> Bygge:
        """The same program, whose store doesn't answer."""
        if self.adress:
            return med(bygg, replace(self, adress=f"http://127.0.0.1:{ledig_port()}"))
        undan = self.mapp.with_name("undan")
        self.mapp.rename(undan)
        return bygg

    def tillbaka(self, bygg: Bygge) -> Bygge:
        if not self.adress:
            self.mapp.with_name("undan").rename(self.mapp)
        return med(bygg, self)


def i_mapp(mapp: Path) -> Provlager:
    mapp.mkdir()
    return Provlager(mapp.as_uri())


def i_hink(adress: str) -> Provlager:
    return Provlager(f"s3://{HINK}/{uuid.uuid4().hex}", adress)


def med(bygg: Bygge, lager: Provlager | None = None, **mer: Any) -> Bygge:
    """The same people and cases, with a store; None: the database."""
    satt = (lager.settings if lager else {"bilagelager": "databas"}) | mer
    # Another view of the same connections: what one program knows of stores and keys is not the other's.
    motor = bygg.vaka.motor.execution_options()
    return replace(bygg, vaka=replace(bygg.vaka, settings=bygg.vaka.settings.model_copy(update=satt), motor=motor))


def platser(bygg: Bygge) -> list[tuple[bool, str | None, str | None]]:
    """(in the database, store, object) of each file that isn't taken away."""
    b = t.bilaga.c
    sats = select(b.innehall.is_not(None), b.lager, b.objekt).where(b.borttagen.is_(None)).order_by(b.id)
    with bygg.vaka.systemet() as conn:
        return [tuple(rad) for rad in conn.execute(sats)]


def nummer_pa(bygg: Bygge) -> list[int]:
    """The row numbers of all files, those taken away among them."""
    with bygg.vaka.systemet() as conn:
        return list(conn.scalars(select(t.bilaga.c.id).order_by(t.bilaga.c.id)))


def objekten(bygg: Bygge) -> list[str]:
    return [objekt for _, _, objekt in platser(bygg) if objekt]


def ligger(bygg: Bygge, lager: Provlager) -> list[str]:
    """What the store holds."""
    return sorted(o.namn for o in bygg.vaka.bilagelager.lager(lager.namn).lista())


def radera(bygg: Bygge) -> Any:
    return radera_slappta(bygg.vaka.motor, bygg.vaka.bilagelager)


def ko(bygg: Bygge) -> list[str]:
    with bygg.vaka.systemet() as conn:
        return list(conn.scalars(select(t.bilageradering.c.objekt).order_by(t.bilageradering.c.id)))


def prov(bygg: Bygge, nu: Any = None, **val: Any) -> dict[str, Lagerprov]:
    """What the control finds, store by store."""
    v = bygg.vaka
    return {p.lager: p for p in kontrollera(v.motor, v.nyckelring, v.bilagelager, nu or bygg.nu, **val)}

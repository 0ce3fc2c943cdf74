"""Settings from the environment or `vaka.toml`, prefix `VAKA_`. Each secret may also come from a file (`…_FIL`)."""

import difflib
import os
import secrets
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_validator

ROT = Path(__file__).resolve().parent.parent
PREFIX = "VAKA_"
HEMLIGA = ("databas", "smtp", "hemlighet")


class Installningsfel(ValueError):
    """A setting is unknown, wrong or unsafe. Holds every sentence at once."""

    def __init__(self, skal: list[str]) -> None:
        self.skal = skal
        super().__init__("\n".join(skal))


class Settings(BaseModel):
    """What may be set.

    kommun: a folder name in `config/` or a path. data: folder for the embedded database, keys and files.
    databas: URL of a PostgreSQL of one's own; then nothing embedded starts. smtp: `smtp://user:pass@host:587`.
    avsandare: the address mails come from. url: the address that links in mails bear. port, vard: where the web
    listens. demo: the made-up municipality with its open mailbox. nu: try another day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kommun: str = "exempelkommun"
    data: Path | None = None
    databas: SecretStr | None = None
    smtp: SecretStr | None = None
    avsandare: str = "vaka@exempel.invalid"
    url: str = "http://127.0.0.1:8000"
    vard: str = "127.0.0.1"
    port: int = 8000
    hemlighet: SecretStr | None = None
    demo: bool = False
    nu: str | None = None

    @field_validator("url")
    @classmethod
    def _utan_snedstreck(cls, varde: str) -> str:
        if not varde.startswith(("http://", "https://")):
            raise ValueError("ska börja med http:// eller https://")
        return varde.rstrip("/")

    @field_validator("databas")
    @classmethod
    def _postgres(cls, varde: SecretStr | None) -> SecretStr | None:
        if varde is not None and not varde.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("ska vara en adress till PostgreSQL, till exempel postgresql://vaka@db.example/vaka")
        return varde

    @property
    def kommunmapp(self) -> Path:
        """The municipality's folder: a name in `config/`, else a path."""
        namngiven = ROT / "config" / self.kommun
        return namngiven if namngiven.is_dir() else Path(self.kommun)

    @property
    def datamapp(self) -> Path:
        return self.data if self.data is not None else Path("var") / self.kommunmapp.name

    @property
    def skarp(self) -> bool:
        """In production: a database of one's own and not the demo."""
        return self.databas is not None and not self.demo

    def svagheter(self) -> list[str]:
        """What must be mended before production; empty when all is well."""
        fel = []
        if self.hemlighet is None:
            fel.append("VAKA_HEMLIGHET saknas: sätt minst 32 slumpade tecken, eller VAKA_HEMLIGHET_FIL till en fil med dem.")
        elif len(self.hemlighet.get_secret_value()) < 32:
            fel.append("VAKA_HEMLIGHET är för kort: minst 32 tecken.")
        if not self.url.startswith("https://"):
            fel.append(f"VAKA_URL är {self.url}: i drift ska adressen börja med https://.")
        if self.avsandare.endswith(".invalid"):
            fel.append("VAKA_AVSANDARE saknas: sätt adressen som breven kommer från.")
        if self.smtp is None:
            fel.append("VAKA_SMTP saknas: utan e-postserver får ingen sina påminnelser.")
        return fel

    def nyckel(self) -> str:
        """The key that signs cookies: the secret, or one made once and kept in the data folder."""
        if self.hemlighet is not None:
            return self.hemlighet.get_secret_value()
        fil = self.datamapp / "hemlighet"
        if not fil.exists():
            fil.parent.mkdir(parents=True, exist_ok=True)
            fil.touch(mode=0o600)
            fil.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        return fil.read_text(encoding="utf-8")


def las(miljo: dict[str, str] | None = None, fil: Path | None = None, **over: Any) -> Settings:
    """Read settings: `vaka.toml`, then the environment, then `over`. Installningsfel names every fault at once."""
    miljo = dict(os.environ) if miljo is None else miljo
    fil = Path("vaka.toml") if fil is None else fil
    fel: list[str] = []
    varden: dict[str, Any] = {}
    if fil.exists():
        try:
            varden.update({k.lower(): v for k, v in tomllib.loads(fil.read_text(encoding="utf-8")).items()})
        except tomllib.TOMLDecodeError as e:
            fel.append(f"{fil}: filen går inte att läsa: {e}.")
    for namn, varde in miljo.items():
        if not namn.startswith(PREFIX):
            continue
        ord_ = namn.removeprefix(PREFIX).lower()
        if ord_.endswith("_fil") and ord_.removesuffix("_fil") in HEMLIGA:
            try:
                varden[ord_.removesuffix("_fil")] = Path(varde).read_text(encoding="utf-8").strip()
            except OSError as e:
                fel.append(f"{namn}: filen {varde} går inte att läsa ({e.strerror}).")
        else:
            varden[ord_] = varde
    varden.update({k: v for k, v in over.items() if v is not None})
    for okand in sorted(varden.keys() - Settings.model_fields.keys()):
        nara = difflib.get_close_matches(okand, Settings.model_fields, n=1)
        hjalp = f" Menade du {PREFIX}{nara[0].upper()}?" if nara else ""
        fel.append(f"{PREFIX}{okand.upper()} är ingen inställning.{hjalp}")
        del varden[okand]
    try:
        settings = Settings(**varden)
    except ValidationError as e:
        for post in e.errors(include_input=False, include_url=False):
            fel.append(f"{PREFIX}{str(post['loc'][0]).upper()}: {post['msg'].removeprefix('Value error, ')}.")
        raise Installningsfel(fel) from None
    if not settings.kommunmapp.is_dir():
        finns = sorted(p.name for p in (ROT / "config").iterdir() if p.is_dir())
        fel.append(f"{PREFIX}KOMMUN: '{settings.kommun}' finns inte. Det finns: {', '.join(finns)}. En sökväg går också bra.")
    if settings.skarp:
        fel.extend(settings.svagheter())
    if fel:
        raise Installningsfel(fel)
    return settings

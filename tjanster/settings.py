"""Settings from the environment or `vaka.toml`, prefix `VAKA_`. Each secret may also come from a file (`…_FIL`)."""

import difflib
import ipaddress
import os
import re
import secrets
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, ValidationInfo, field_validator

from tjanster import klocka
from tjanster.svagheter import databasens, enkla_nycklar, epostens, forvalt_losen, gissningsbar, oppen_mapp

ROT = Path(__file__).resolve().parent.parent
PREFIX = "VAKA_"
HELTAL = {
    "port": (1, 65535, ""),
    "vilotid": (5, 240, ", i minuter"),
    "tyst": (10, 1440, ", i minuter; bevakningen sveper var femte minut"),
    "bilagor_mb": (10, 100_000, ", i MB"),
}
"""The least and the most of each, and what they count."""
HEMLIGA = ("databas", "smtp", "hemlighet", "nycklar", "oidc_hemlighet", "bilagelager_nyckel", "bilagelager_hemlighet", "matvarden")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{32,500}")


def saker_adress(adress: str) -> bool:
    """https, or http on this very machine; without query, fragment, user and password."""
    try:
        delar = urlsplit(adress)
        egen = delar.scheme == "http" and delar.hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False
    return bool(delar.hostname) and (delar.scheme == "https" or egen) and not (delar.query or delar.fragment or delar.username)


def olasbar(fel: OSError) -> str:
    """Why a file can't be read, as an ending to a sentence."""
    if isinstance(fel, FileNotFoundError):
        return ": den finns inte"
    if isinstance(fel, PermissionError):
        return ": du har inte rätt att läsa den"
    return ": det är en mapp" if isinstance(fel, IsADirectoryError) else f" ({fel.strerror})"


class Installningsfel(ValueError):
    """A setting is unknown, wrong or unsafe. Holds every sentence at once."""

    def __init__(self, skal: list[str]) -> None:
        self.skal = skal
        super().__init__("\n".join(skal))


class Settings(BaseModel):
    """What may be set.

    kommun: a folder name in `config/` or a path. data: folder for the embedded database, keys and files.
    nycklar: what is encrypted with, as `tjanster.krypto` reads it; the newest first.
    databas: URL of a PostgreSQL of one's own; then nothing embedded starts. smtp: `smtp://user:pass@host:587`.
    avsandare: the address mails come from. url: the address that links in mails bear. port, vard: where the web
    listens. proxy: the addresses of the servers that stand in front and say whose a call is. loggankare: the file where
    each closed day of the log is put down. demo: the made-up municipality with its open mailbox. nu: try another day. oidc: the issuer of
    the municipality's own login, with the name and secret that Vaka has there (oidc_klient, oidc_hemlighet) and what is asked
    for (oidc_omfattning); oidc_styrka: the strengths (acr) of which one is demanded. tvasteg: who must have a second step. vilotid: minutes until an idle session ends.
    clamav: where the virus scanner listens, as `tjanster.virus` reads it. bilagelager: where the contents of new attachments
    go, as `tjanster.bilagelager` reads it; for S3 the service's address, key and secret (bilagelager_adress, …) and region.
    bilagor_mb: how much the files of one case may be together. kopia: the folder for safety copies. tyst: minutes without a finished
    sweep until an administrator is told. logg: the form of the program's own log. matvarden: the token that whoever collects figures
    shows; without it there are none.
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
    nycklar: SecretStr | None = None
    loggankare: Path | None = None
    demo: bool = False
    proxy: str | None = None
    nu: str | None = None
    oidc: str | None = None
    oidc_klient: str | None = None
    oidc_hemlighet: SecretStr | None = None
    oidc_omfattning: str = "openid profile email"
    oidc_styrka: str | None = None
    tvasteg: Literal["ja", "nej", "lokala"] | None = None
    vilotid: int = 30
    tyst: int = 30
    logg: Literal["text", "json"] = "text"
    matvarden: SecretStr | None = None
    clamav: str | None = None
    bilagelager: str = "databas"
    bilagelager_adress: str | None = None
    bilagelager_region: str = "us-east-1"
    bilagelager_nyckel: SecretStr | None = None
    bilagelager_hemlighet: SecretStr | None = None
    bilagor_mb: int = 200
    kopia: Path | None = None

    @field_validator("demo", mode="before")
    @classmethod
    def _ja_nej(cls, varde: Any) -> Any:
        return {"ja": True, "nej": False}.get(varde.strip().lower(), varde) if isinstance(varde, str) else varde

    @field_validator("nu")
    @classmethod
    def _tid(cls, varde: str | None) -> str | None:
        if varde is not None:
            klocka.las_tid(varde)
        return varde

    @field_validator(*HELTAL)
    @classmethod
    def _heltalen(cls, varde: int, falt: ValidationInfo) -> int:
        minst, hogst, mer = HELTAL[str(falt.field_name)]
        if not minst <= varde <= hogst:
            raise ValueError(f"ska vara ett heltal mellan {minst} och {hogst}{mer}")
        return varde

    @field_validator("proxy")
    @classmethod
    def _natadresser(cls, varde: str | None) -> str | None:
        for del_ in (varde or "").replace(",", " ").split():
            try:
                ipaddress.ip_network(del_)
            except ValueError:
                raise ValueError(f"'{del_[:40]}' är ingen nätadress, till exempel 10.0.0.5 eller 10.0.0.0/24") from None
        return varde

    @field_validator("tvasteg", mode="before")
    @classmethod
    def _for_vilka(cls, varde: Any) -> Any:
        if isinstance(varde, str) and varde not in ("ja", "nej", "lokala"):
            raise ValueError("ska vara ja, nej eller lokala")
        return varde

    @field_validator("logg", mode="before")
    @classmethod
    def _loggens_form(cls, varde: Any) -> Any:
        if isinstance(varde, str) and varde not in ("text", "json"):
            raise ValueError("ska vara text eller json")
        return varde

    @field_validator("matvarden")
    @classmethod
    def _token(cls, varde: SecretStr | None) -> SecretStr | None:
        if varde is not None and not _TOKEN.fullmatch(varde.get_secret_value()):
            raise ValueError("ska vara 32 till 500 slumpade tecken ur A–Z, a–z, 0–9 och . _ ~ + / = -")
        return varde

    @field_validator("clamav")
    @classmethod
    def _virusskydd(cls, varde: str | None) -> str | None:
        from tjanster.virus import las_adress

        if varde is not None:
            las_adress(varde)
        return varde

    @field_validator("bilagelager")
    @classmethod
    def _lagret(cls, varde: str) -> str:
        from tjanster.bilagelager import las_lager

        return las_lager(varde)

    @field_validator("bilagelager_adress")
    @classmethod
    def _lagrets_adress(cls, varde: str | None) -> str | None:
        if varde is not None and not saker_adress(varde):
            raise ValueError("ska vara adressen till tjänsten som talar S3, till exempel https://s3.kommunen.se")
        return varde.rstrip("/") if varde is not None else None

    @field_validator("oidc")
    @classmethod
    def _utfardare(cls, varde: str | None) -> str | None:
        if varde is not None and not saker_adress(varde):
            raise ValueError("ska vara utfärdarens adress, till exempel https://login.kommunen.se")
        return varde

    @field_validator("oidc_omfattning")
    @classmethod
    def _fragar_efter_openid(cls, varde: str) -> str:
        if "openid" not in varde.split():
            raise ValueError("ska ha ordet openid, till exempel 'openid profile email'")
        return " ".join(varde.split())

    @field_validator("nycklar")
    @classmethod
    def _nyckelrad(cls, varde: SecretStr | None) -> SecretStr | None:
        from tjanster.krypto import las_nycklar

        if varde is not None:
            las_nycklar(varde.get_secret_value())
        return varde

    @field_validator("smtp")
    @classmethod
    def _brevserver(cls, varde: SecretStr | None) -> SecretStr | None:
        from notiser import SmtpInstallningar  # heavy, and asked only where it is set

        if varde is not None:
            SmtpInstallningar.fran_url(varde.get_secret_value())
        return varde

    @field_validator("avsandare")
    @classmethod
    def _en_adress(cls, varde: str) -> str:
        from notiser import adress_duger

        if not adress_duger(varde):
            raise ValueError("ska vara en mejladress, till exempel vaka@kommunen.se")
        return varde

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
        if varde is not None:
            _ratt_server(varde.get_secret_value())
        return varde

    @property
    def kommunmapp(self) -> Path:
        """The municipality's folder: a name in `config/`, else a path."""
        namngiven = ROT / "config" / self.kommun
        return namngiven if namngiven.is_dir() else Path(self.kommun)

    @property
    def proxyer(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Those whose word on where a call came from is taken."""
        return tuple(ipaddress.ip_network(del_) for del_ in (self.proxy or "").replace(",", " ").split())

    @property
    def datamapp(self) -> Path:
        return self.data if self.data is not None else Path("var") / self.kommunmapp.name

    @property
    def skarp(self) -> bool:
        """In production: a database of one's own and not the demo."""
        return self.databas is not None and not self.demo

    @property
    def tystnad(self) -> timedelta:
        """How long the watch may be silent before somebody is told."""
        return timedelta(minutes=self.tyst)

    @property
    def vila(self) -> timedelta:
        """How long a session may be idle."""
        return timedelta(minutes=self.vilotid)

    def tvasteg_for(self, kalla: Literal["lokal", "oidc"]) -> bool:
        """Must one who came in this way have a second step of Vaka's own? In production local accounts must unless
        something else is said."""
        vilka = self.tvasteg or ("lokala" if self.skarp else "nej")
        return vilka == "ja" or (vilka == "lokala" and kalla == "lokal")

    def halvsatta(self) -> list[str]:
        """Settings that need each other and don't have each other."""
        if self.oidc is not None and self.oidc_klient is None:
            return ["VAKA_OIDC_KLIENT saknas: skriv namnet (client id) som Vaka har hos kommunens inloggning."]
        if self.oidc is None and (self.oidc_klient is not None or self.oidc_hemlighet is not None):
            return ["VAKA_OIDC saknas: skriv adressen till kommunens inloggning, eller ta bort VAKA_OIDC_KLIENT och VAKA_OIDC_HEMLIGHET."]
        return self._halvt_lager()

    def _halvt_lager(self) -> list[str]:
        delar = {
            "ADRESS": (self.bilagelager_adress, "adressen till tjänsten som talar S3, till exempel https://s3.kommunen.se"),
            "NYCKEL": (self.bilagelager_nyckel, "nyckelns id (access key id) hos den"),
            "HEMLIGHET": (self.bilagelager_hemlighet, "nyckelns hemlighet (secret access key) hos den"),
        }
        behovs = self.bilagelager.startswith("s3://") or any(varde for varde, _ in delar.values())
        return [
            f"VAKA_BILAGELAGER_{namn} saknas: skriv {vad}." for namn, (varde, vad) in delar.items() if behovs and not varde
        ]

    def svagheter(self) -> list[str]:
        """What must be mended before production; empty when all is well."""
        fel = []
        if self.hemlighet is None:
            fel.append("VAKA_HEMLIGHET saknas: sätt minst 32 slumpade tecken, eller VAKA_HEMLIGHET_FIL till en fil med dem.")
        elif len(self.hemlighet.get_secret_value()) < 32:
            fel.append("VAKA_HEMLIGHET är för kort: minst 32 tecken.")
        elif gissningsbar(self.hemlighet.get_secret_value()):
            fel.append("VAKA_HEMLIGHET går att gissa. Slumpa en: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'.")
        if self.matvarden is not None and gissningsbar(self.matvarden.get_secret_value()):
            fel.append("VAKA_MATVARDEN går att gissa. Slumpa en: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'.")
        if self.nycklar is None:
            fel.append("VAKA_NYCKLAR saknas: skapa en nyckel med 'vaka nyckel' och förvara den utanför databasen.")
        elif enkla_nycklar(self.nycklar.get_secret_value()):
            fel.append("VAKA_NYCKLAR går att gissa. Skapa en nyckel med 'vaka nyckel'.")
        if self.databas is not None and forvalt_losen(self.databas.get_secret_value()):
            fel.append("VAKA_DATABAS: lösenordet är ett som alla provar först. Byt det i databasen och i adressen.")
        if self.smtp is not None and forvalt_losen(self.smtp.get_secret_value()):
            fel.append("VAKA_SMTP: lösenordet är ett som alla provar först. Byt det hos e-postservern och i adressen.")
        if not self.url.startswith("https://"):
            fel.append(f"VAKA_URL är {self.url}: i drift ska adressen börja med https://.")
        if self.avsandare.endswith(".invalid"):
            fel.append("VAKA_AVSANDARE saknas: sätt adressen som breven kommer från.")
        if self.smtp is None:
            fel.append("VAKA_SMTP saknas: utan e-postserver får ingen sina påminnelser.")
        if self.oidc is not None and not self.oidc.startswith("https://"):
            fel.append(f"VAKA_OIDC är {self.oidc}: i drift ska adressen börja med https://.")
        if self.bilagelager_adress is not None and not self.bilagelager_adress.startswith("https://"):
            fel.append(f"VAKA_BILAGELAGER_ADRESS är {self.bilagelager_adress}: i drift ska adressen börja med https://.")
        if self.bilagelager_hemlighet is not None and gissningsbar(self.bilagelager_hemlighet.get_secret_value()):
            fel.append("VAKA_BILAGELAGER_HEMLIGHET går att gissa. Byt den hos tjänsten.")
        return fel

    def rad(self) -> list[str]:
        """What is weak without being dangerous enough to refuse; each with what to do."""
        fel = databasens(self.databas.get_secret_value()) if self.databas is not None else []
        fel += epostens(self.smtp.get_secret_value()) if self.smtp is not None else []
        if not self.tvasteg_for("lokal"):
            fel.append("VAKA_TVASTEG är nej: konton med lösenord släpps in på ett steg. Sätt lokala, eller stäng dem.")
        if self.clamav is None:
            fel.append("VAKA_CLAMAV saknas: bifogade filer granskas inte mot virus. Sätt adressen till clamd.")
        if self.bilagelager.startswith("file://"):
            from tjanster.bilagelager import mappen

            fel += oppen_mapp("VAKA_BILAGELAGER", mappen(self.bilagelager))
        if not self.proxyer:
            fel.append("VAKA_PROXY saknas: alla räknas som en och samma adress när någon gissar lösenord. Sätt adressen till servern framför.")
        return fel

    def nyckel(self) -> str:
        """The key that signs cookies: the secret, or one made once and kept in the data folder."""
        if self.hemlighet is not None:
            return self.hemlighet.get_secret_value()
        return self._gjord_en_gang("hemlighet", lambda: secrets.token_urlsafe(48))

    def nyckelrad(self) -> str:
        """The keys that are encrypted with, as `tjanster.krypto` reads them: those set, or one made once and kept in the
        data folder."""
        from tjanster.krypto import ny_nyckel

        return self.nycklar.get_secret_value() if self.nycklar is not None else self._gjord_en_gang("nycklar", ny_nyckel)

    def _gjord_en_gang(self, namn: str, gor: Callable[[], str]) -> str:
        fil = self.datamapp / namn
        if not fil.exists() or not fil.read_text(encoding="utf-8").strip():
            fil.parent.mkdir(parents=True, exist_ok=True)
            # Written whole before it gets its name: no other process, and no start after a kill, finds half a key.
            ny = fil.with_name(f"{namn}.{secrets.token_hex(8)}")
            ny.touch(mode=0o600)
            ny.write_text(gor(), encoding="utf-8")
            try:
                os.link(ny, fil)
            except FileExistsError:
                if not fil.read_text(encoding="utf-8").strip():
                    os.replace(ny, fil)
            ny.unlink(missing_ok=True)
        return fil.read_text(encoding="utf-8").strip()


def _ratt_server(url: str) -> None:
    """One that can be understood, and that says which of several servers is the right one. ValueError, without what it quotes."""
    from psycopg import ProgrammingError  # heavy, and asked only of a database of one's own
    from psycopg.conninfo import conninfo_to_dict

    try:
        delar = conninfo_to_dict(url)
    except ProgrammingError:
        raise ValueError("går inte att förstå. Tecken som : / @ ? # och % i ett lösenord skrivs som %3A, %2F, %40, %3F, %23 och %25") from None
    portar = str(delar.get("port", "5432")).split(",")
    vardar = str(delar.get("host", "")).split(",")
    if not all(p.isdecimal() and 0 < int(p) < 65_536 for p in portar if p) or len(portar) not in (1, len(vardar)):
        raise ValueError("porten ska vara ett heltal mellan 1 och 65535, en för varje server")
    if len(vardar) > 1 and delar.get("target_session_attrs") not in ("read-write", "primary"):
        raise ValueError("har flera servrar och måste säga vilken som gäller. Lägg till ?target_session_attrs=read-write i adressen")


_SVENSKA = {
    "int_parsing": "ska vara ett heltal, till exempel 8000",
    "int_type": "ska vara ett heltal, till exempel 8000",
    "bool_parsing": "ska vara ja eller nej",
    "bool_type": "ska vara ja eller nej",
    "string_type": "ska vara en text",
    "path_type": "ska vara en sökväg",
}


def _pa_svenska(post: Any) -> str:
    if post["type"] in _SVENSKA:
        return f"{_SVENSKA[post['type']]}."
    mening = str(post["msg"]).removeprefix("Value error, ").removeprefix("VAKA_SMTP").lstrip(": ")
    return mening if mening.endswith((".", "?")) else f"{mening}."


def _las_toml(fil: Path, fel: list[str]) -> dict[str, Any]:
    try:
        return {k.lower(): v for k, v in tomllib.loads(fil.read_text(encoding="utf-8")).items()}
    except tomllib.TOMLDecodeError as e:
        plats = re.search(r"line (\d+), column (\d+)", str(e))
        var = f", rad {plats[1]}, kolumn {plats[2]}" if plats else ", sist i filen"
        fel.append(f'{fil}{var}: går inte att förstå. Skriv en inställning på varje rad, till exempel kommun = "hjo".')
    except UnicodeDecodeError:
        fel.append(f"{fil}: filen är inte UTF-8. Spara den som UTF-8.")
    except OSError as e:
        fel.append(f"{fil}: filen går inte att läsa{olasbar(e)}.")
    return {}


def las(miljo: dict[str, str] | None = None, fil: Path | None = None, **over: Any) -> Settings:
    """Read settings: `vaka.toml`, then the environment, then `over`. Installningsfel names every fault at once."""
    miljo = dict(os.environ) if miljo is None else miljo
    fil = Path("vaka.toml") if fil is None else fil
    fel: list[str] = []
    varden: dict[str, Any] = _las_toml(fil, fel) if fil.exists() else {}
    for namn, varde in miljo.items():
        if not namn.startswith(PREFIX):
            continue
        ord_ = namn.removeprefix(PREFIX).lower()
        if ord_.endswith("_fil") and ord_.removesuffix("_fil") in HEMLIGA:
            if namn.removesuffix("_FIL") in miljo:
                fel.append(f"{namn} och {namn.removesuffix('_FIL')} är båda satta. Ta bort den ena.")
                continue
            try:
                varden[ord_.removesuffix("_fil")] = Path(varde).read_text(encoding="utf-8").strip()
            except OSError as e:
                fel.append(f"{namn}: filen {varde} går inte att läsa{olasbar(e)}.")
            except UnicodeDecodeError:
                fel.append(f"{namn}: filen {varde} är inte text i UTF-8.")
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
            fel.append(f"{PREFIX}{str(post['loc'][0]).upper()}: {_pa_svenska(post)}")
        raise Installningsfel(fel) from None
    if not settings.kommunmapp.is_dir():
        finns = sorted(p.name for p in (ROT / "config").iterdir() if p.is_dir())
        fel.append(f"{PREFIX}KOMMUN: '{settings.kommun}' finns inte. Det finns: {', '.join(finns)}. En sökväg går också bra.")
    fel.extend(settings.halvsatta())
    if settings.skarp:
        fel.extend(settings.svagheter())
    if fel:
        raise Installningsfel(fel)
    return settings

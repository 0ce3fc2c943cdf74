"""Is Vaka well: database, tables, the watch, the outbox, empty posts, weak settings, what the calendar holds."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, all_, any_, exists, func, select, text

from notiser import kvar
from regler import Regelfel
from tjanster import klockprov
from tjanster.app import Vaka
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.bilagekontroll import prova_lagren
from tjanster.db import migrera, t
from tjanster.inloggning.fel import OidcFel
from tjanster.klocka import svensk
from tjanster.kopia.hall import hallet, kopians_halsa
from tjanster.logg import bakat
from tjanster.logg.halsa import ankaret, forseglad, provad
from tjanster.regelstyrning import filer_pa_disken, historik
from tjanster.svagheter import hemliga_filer, oppna_filer
from tjanster.virus import SvararInte, Virusskydd

BREV_SENAST = timedelta(hours=2)


@dataclass(frozen=True)
class Punkt:
    namn: str
    bra: bool
    text: str


@dataclass
class Halsa:
    """`bra` when every point is."""

    punkter: list[Punkt] = field(default_factory=list)

    @property
    def bra(self) -> bool:
        return all(p.bra for p in self.punkter)

    def som_dict(self) -> dict[str, Any]:
        return {"bra": self.bra, "punkter": [asdict(p) for p in self.punkter]}


def prova_halsan(vaka: Vaka, nu: datetime) -> Halsa:
    """Every point, each with what to do when it is not well."""
    h = Halsa()

    def punkt(namn: str, bra: bool, ja: str, nej: str) -> None:
        h.punkter.append(Punkt(namn, bra, ja if bra else nej))

    fel = migrera.felet(vaka.motor)
    punkt("Tabeller", fel is None, f"version {migrera.nuvarande(vaka.motor)}", str(fel))
    with vaka.systemet() as conn:
        version = conn.execute(select(func.current_setting("server_version"))).scalar_one()
        punkt("Databas", int(version.split(".")[0]) >= 15, f"PostgreSQL {version}", f"PostgreSQL {version}: 15 eller nyare krävs")
        klockan = klockprov.fel(vaka)
        punkt("Klocka", klockan is None, "går som databasens", str(klockan))
        tillbaka = bakat.fel(vaka)
        punkt("Databasens läge", tillbaka is None, "det som datorn har sett", str(tillbaka))
        senast = conn.execute(select(func.max(t.svep.c.slut))).scalar()
        farskt = senast is not None and nu - senast < vaka.settings.tystnad
        svepet = f"senaste svepet {_nar(senast) or 'har aldrig gått'}"
        punkt("Bevakning", farskt, svepet, f"{svepet}: starta 'vaka start --roll vakt'")
        brev = kvar(conn)
        gammalt = brev.aldsta_vantar is not None and nu - brev.aldsta_vantar > BREV_SENAST
        punkt("Utkorg", not gammalt, f"{brev.vantar} väntar", f"{brev.vantar} väntar, det äldsta sedan {_nar(brev.aldsta_vantar)}: kontrollera VAKA_SMTP")
        punkt("Misslyckade brev", brev.misslyckad == 0, "inga", f"{brev.misslyckad} gick inte att skicka: se /notiser")
        if (hall := hallet(conn)) is not None:
            punkt("Utskick", False, "", str(hall))
        punkt("Säkerhetskopia", *_sagt(kopians_halsa(conn, vaka.settings, nu)))
        utan = paminnelser_utan_mottagare(conn, nu.date())
        punkt("Påminnelser", utan == 0, "alla har nått någon", f"{utan} har förfallit utan att någon kunnat nås: fyll tomma poster")
        for namn, fraga in (("Loggens sigill", forseglad), ("Loggens ankare", ankaret), ("Loggens prov", provad)):
            punkt(namn, *_sagt(fraga(conn, vaka, nu)))
        bemanning = Bemanning.las(conn, vaka.sammanhang.kommun, nu.date())
        tomma = [e.namn for e in vaka.sammanhang.kommun.enheter.values() if not bemanning.agare(e.kod, None).personer]
        punkt("Bemanning", not tomma, "varje enhet har någon som äger nästa steg", f"ingen äger ärenden hos: {', '.join(tomma[:5])}")
        utan_nagon = skyddade_utan_nagon(conn)
        punkt(
            "Skyddade ärenden", not utan_nagon, "vart och ett har någon som ser det",
            f"ingen som namnges har kvar sitt konto: {', '.join(utan_nagon[:5])}. Släpp in någon med 'vaka arende handelse NUMMER skydda'",
        )  # fmt: skip
        regler, planerad = _regler(conn, vaka, nu)
        punkt("Regler", planerad is None, regler, planerad or "")
        if vaka.settings.skarp:
            svaga_hemligheter = [
                *vaka.settings.rad(), *databasrollen(conn),
                *oppna_filer(hemliga_filer(os.environ, vaka.settings.datamapp, Path("vaka.toml"))),
            ]  # fmt: skip
            punkt("Hemligheter", not svaga_hemligheter, "skyddade", " ".join(svaga_hemligheter))
    if vaka.virus is not None:
        version, fel = _virusskydd(vaka.virus)
        punkt("Virusskydd", not fel, version, fel)
    punkt("Bilagelager", *_sagt(prova_lagren(vaka.motor, vaka.nyckelring, vaka.bilagelager)))
    for namn, mening in _inloggning(vaka, nu):
        punkt(namn, mening is None, "som den ska", mening or "")
    svaga = vaka.settings.svagheter() if not vaka.settings.demo else []
    punkt("Inställningar", not svaga, "inga svagheter" if not vaka.settings.demo else "demo", " ".join(svaga))
    return h


def paminnelser_utan_mottagare(conn: Connection, idag: date) -> int:
    """How many rungs have had their day without anybody to fall to."""
    p = t.paminnelse.c
    return conn.execute(select(func.count()).where(p.fallen.is_(None), p.dag < idag - timedelta(days=1))).scalar_one()


def skyddade_utan_nagon(conn: Connection) -> list[str]:
    """Numbers of open protected cases that nobody sees any more: everybody they name has left or is recused."""
    a, n = t.arende.c, t.anvandare.c
    nagon = exists().where(n.aktiv, n.id == any_(a.krets), n.id != all_(a.javiga))
    return list(conn.scalars(select(a.nummer).where(a.krets.is_not(None), a.avslutad.is_(None), ~nagon).order_by(a.id)))


def databasrollen(conn: Connection) -> list[str]:
    """The log-in that the program has must not be able to go around the database's own locks."""
    sats = "SELECT session_user AS vem, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = session_user"
    rad = conn.execute(text(sats)).one()
    if not (rad.rolsuper or rad.rolbypassrls):
        return []
    vad = "superanvändare" if rad.rolsuper else "fri från radernas lås (BYPASSRLS)"
    return [f"Databasens inloggning {rad.vem} är {vad}. Låt Vaka logga in med en egen roll som har rätt till vaka_app."]


def _nar(tid: datetime | None) -> str:
    return f"{svensk(tid):%Y-%m-%d kl. %H.%M}" if tid else ""


def _sagt(svar: tuple[bool, str]) -> tuple[bool, str, str]:
    """The same sentence whether it is well or not."""
    return svar[0], svar[1], svar[1]


def _virusskydd(virus: Virusskydd) -> tuple[str, str]:
    """What the scanner calls itself, or what is wrong."""
    try:
        return virus.version(), ""
    except SvararInte:
        return "", "clamd svarar inte, så inga filer kan bifogas: starta den, eller rätta VAKA_CLAMAV"


def _inloggning(vaka: Vaka, nu: datetime) -> Iterator[tuple[str, str | None]]:
    """How people come in: each point with what is wrong, None when nothing is."""
    s = vaka.settings
    utan = "ingen behöver tvåstegsinloggning (VAKA_TVASTEG): ett lösenord räcker för att komma in"
    yield "Tvåstegsinloggning", utan if s.skarp and not s.tvasteg_for("lokal") else None
    if s.oidc is None:
        return
    try:
        from tjanster.inloggning.leverantor import Leverantor

        Leverantor(s).prova(nu)
    except OidcFel as fel:
        fel_namn = "utfärdaren säger sig heta något annat än VAKA_OIDC: skriv av namnet tecken för tecken"
        yield "Kommunens inloggning", fel_namn if fel.kod == "fel_utfardare" else f"{s.oidc}: {fel.skal[0]}"
    else:
        yield "Kommunens inloggning", None


def _regler(conn: Connection, vaka: Vaka, nu: datetime) -> tuple[str, str | None]:
    """Which rules hold, and what is wrong with changing them, if anything is."""
    alla = historik(conn, hogst=20)
    aktiv = next(en for en in alla if en.status == "aktiv")
    text = f"version {aktiv.version} sedan {aktiv.aktiverad:%Y-%m-%d}"
    try:
        if filer_pa_disken(vaka.settings).hash != aktiv.hash:
            text += "; filerna på disken säger annat, se 'vaka regler jamfor'"
    except Regelfel:
        text += "; filerna på disken är trasiga, se 'vaka regler kontrollera'"
    if alla[0].status == "misslyckad":
        return text, f"{text}. Senaste ändringen misslyckades: {alla[0].fel}"
    if alla[0].status == "planerad" and alla[0].fran < nu.date():
        return text, f"{text}. Ändring {alla[0].id} skulle ha gällt från {alla[0].fran}: starta 'vaka start --roll vakt'"
    return text, None

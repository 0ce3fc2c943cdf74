"""What every page shares: who is logged in, the form's word, the frame, and the answer to a browser."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from arbetsfloden import PROCESSER, ROLLER, innefattade
from tjanster import klocka
from tjanster.api.formular_in import filform
from tjanster.api.grund import Nu as Nu
from tjanster.api.grund import Program as Program
from tjanster.api.grund import vaka_av
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.fel import FarInte
from tjanster.arenden.forslag import AVSLA, BEKRAFTA, SPARAT, TA_TILLBAKA
from tjanster.gallring.vem import BEVARAR
from tjanster.rapporter import RAPPORTER
from tjanster.sessioner import csrf, prova_csrf, sessionens
from tjanster.web.mallar import rendera

KAKA = "vaka"
FORKAKA = "vaka_in"
FLASH = "vaka_hej"
OIDCKAKA = "vaka_oidc"
HOGST_FALT = 4000


class InteInloggad(Exception):
    """The page needs somebody; the browser is sent to log in and back."""


class UtgangenSida(FarInte):
    """The form's word is missing or of another session."""

    kod = "sidan_har_gatt_ut"


@dataclass(frozen=True)
class Inloggad:
    """Who uses the page, and the secret of their session."""

    aktor: Aktor
    hemlighet: str

    @property
    def csrf(self) -> str:
        return csrf(self.hemlighet)

    @property
    def roll(self) -> str:
        """Their highest role in words, for the menu."""
        ordning = list(ROLLER)
        roller = sorted(self.aktor.roller, key=ordning.index, reverse=True)
        return ROLLER[roller[0]] if roller else "Utan uppdrag"


SER = frozenset({"registrator", "handlaggare", "enhetschef", "avdelningschef", "kvalitetsledare"})
"""Roles whose work is the unit's cases."""
LEDER = frozenset({"enhetschef", "avdelningschef", "kvalitetsledare"})
DRIFT = frozenset({"administrator", "kvalitetsledare"})
SATTER_VIKARIER = frozenset({"enhetschef", "avdelningschef", "administrator"})


def arbetar(vem: Inloggad) -> bool:
    """Does the person work with cases? An auditor reads reports and an administrator looks after the program."""
    return bool(vem.aktor.roller - {"revisor", "administrator"}) or not vem.aktor.roller


def satter_vikarier(vem: Inloggad) -> bool:
    """May they give others a stand-in? Everybody may leave their own work to a colleague."""
    return any(roll in SATTER_VIKARIER for roll, _ in vem.aktor.egna)


def flikar(vem: Inloggad) -> list[tuple[str, str, str]]:
    """The doors of the main menu that lead anywhere for this person: (key, address, words)."""
    roller = vem.aktor.roller
    alla = innefattade(roller)
    ut = [("min_dag", "/", "Min dag")] if arbetar(vem) else []
    if roller & SER:
        ut += [("enhet", "/enhet", "Enhetens ärenden"), ("sena", "/sena", "Sena")]
    if roller & LEDER:
        ut.append(("laget", "/laget", "Läget"))
    elif "revisor" in roller:
        ut.append(("laget", "/kvalitet", "Kvalitet"))
    if any(alla & set(p.oppnas_av) for p in PROCESSER.values()):
        ut.append(("nytt", "/nytt", "Nytt ärende"))
    if any(roller & sort.roller for sort in RAPPORTER.values()):
        ut.append(("rapporter", "/rapporter", "Rapporter"))
    if roller & LEDER:
        ut.append(("loggkontroll", "/loggkontroll", "Loggkontroll"))
    ut += [("regler", "/regler", "Regler"), ("delegation", "/delegation", "Delegation")]
    if satter_vikarier(vem):
        ut.append(("vikarier", "/vikarier", "Vikarier"))
    if roller & {"kvalitetsledare", "registrator"}:
        ut.append(("registerutdrag", "/registerutdrag", "Registerutdrag"))
    if roller & DRIFT:
        ut.append(("gallring", "/gallring", "Gallring"))
    if roller & BEVARAR:
        ut.append(("bevarande", "/bevarande", "Bevarande"))
    if "administrator" in roller:
        ut += [("personal", "/personal", "Personal"), ("notiser", "/notiser", "Utskick och kö"), ("drift", "/drift", "Drift")]
    return [*ut, ("hjalp", "/hjalp", "Hjälp")]


def kraver_inloggning(request: Request) -> Inloggad:
    """Route guard: somebody with an open account and a live session."""
    hemlighet = request.cookies.get(KAKA)
    if hemlighet:
        vaka, nu = vaka_av(request), klocka.nu()
        with vaka.enstaka() as conn:
            aktor = las_aktor(conn, sessionens(hemlighet, nu, vaka.settings.vila), nu.date())
        if aktor is not None:
            request.app.state.takt.anropet(request.scope, aktor.id)
            return Inloggad(aktor, hemlighet)
    raise InteInloggad


async def _formular(request: Request) -> FormData:
    return await request.form(max_fields=HOGST_FALT, max_files=0)


async def _filformular(request: Request) -> AsyncIterator[FormData]:
    async with filform(request, filer=HOGST_FALT, falt=HOGST_FALT) as form:
        yield form


def kraver_formular(
    inloggad: Annotated[Inloggad, Depends(kraver_inloggning)], form: Annotated[FormData, Depends(_formular)]
) -> FormData:
    """Route guard for every change: the form bears the word of this session."""
    if not prova_csrf(inloggad.hemlighet, str(form.get("csrf") or "")):
        raise UtgangenSida("Sidan hade gått ut. Gå tillbaka, ladda om den och försök igen.")
    return form


def kraver_filformular(
    inloggad: Annotated[Inloggad, Depends(kraver_inloggning)], form: Annotated[FormData, Depends(_filformular)]
) -> FormData:
    """The same for a form that bears files. Whoever isn't logged in is sent away before the files are read."""
    return kraver_formular(inloggad, form)


Vem = Annotated[Inloggad, Depends(kraver_inloggning)]
Form = Annotated[FormData, Depends(kraver_formular)]
Filform = Annotated[FormData, Depends(kraver_filformular)]
Forform = Annotated[FormData, Depends(_formular)]


def sida(request: Request, mall: str, vem: Inloggad | None, *, http: int = 200, **sammanhang: Any) -> HTMLResponse:
    """Render a page in its frame."""
    vaka = vaka_av(request)
    ram = {
        "kommun": vaka.sammanhang.kommun,
        "logotyp": request.app.state.logotyp is not None,
        "anvandare": {"id": vem.aktor.id, "namn": vem.aktor.namn, "roll": vem.roll} if vem else None,
        "csrf": vem.csrf if vem else "",
        "demo": vaka.settings.demo,
        "i_dag": klocka.idag(),
        "far": _far(vem) if vem else set(),
        "flikar": flikar(vem) if vem else [],
        "soker": vem is not None and arbetar(vem),
        "flash": [],
    }
    text = request.cookies.get(FLASH)
    if text in FLASHTEXTER and (vem or text in UTAN_INLOGGNING):
        ram["flash"] = [{"slag": "info" if text in UTAN_INLOGGNING else "success", "text": FLASHTEXTER[text]}]
    svar = HTMLResponse(rendera(mall, **(ram | sammanhang)), status_code=http)
    if request.cookies.get(FLASH) is not None:
        ta_bort_kaka(request, svar, FLASH)
    return svar


def _far(vem: Inloggad) -> set[str]:
    """Doors of the user's own menu."""
    dorrar = {"notiser": bool(vem.aktor.roller & DRIFT), "vikarier": bool(vem.aktor.uppdrag)}
    return {namn for namn, oppen in dorrar.items() if oppen}


# The message after a change travels as a word, never as text, so that a cookie can't put words on a page.
FLASHTEXTER = {
    "sparat": "Det är sparat.",
    "foreslaget": f"{SPARAT}.",
    BEKRAFTA: "Förslaget är bekräftat och steget är taget.",
    AVSLA: "Förslaget är avslaget. Den som lade det får veta det.",
    TA_TILLBAKA: "Förslaget är tillbakataget.",
    "registrerat": "Ärendet är registrerat.",
    "klart": "Uppgiften är klarmarkerad.",
    "tagit_over": "Du handlägger nu ärendet.",
    "foljer": "Du följer ärendet. Det står på Min dag, och märks när något har hänt.",
    "foljer_inte": "Du följer inte längre ärendet.",
    "vy_sparad": "Vyn är sparad. Du hittar den här och på Min dag.",
    "vy_borta": "Vyn är borttagen.",
    "skickas_om": "Brevet skickas igen.",
    "sparat_med_fel": "Det är sparat i utkastet. Filen har fel att rätta.",
    "rad_tillagd": "Raden ligger i utkastet. Se nu vad den gör.",
    "angrat": "Ändringen är ångrad.",
    "kastat": "Utkastet är kastat.",
    "avbrutet": "Ändringen är avbruten.",
    "oversedd": "Översynen är klarmarkerad.",
    "gallring_avbruten": "Gallringen är avbruten.",
    "bevaras": "Bevarandet är lagt. Personens ärenden gallras inte så länge det gäller.",
    "bevarande_havt": "Bevarandet är hävt.",
    "nummer_i_texten": "Vi har tagit emot det du skrev. Det verkar stå ett personnummer i texten. Det behövs inte, och den som "
    "handlägger tar bort det innan något publiceras.",
    "granskat": "Granskningen är sparad.",
    "sokningar_glomda": "Dina sökningar är bortglömda.",
    "utreds": "Granskningen är sparad, och ett ärende är öppnat för det som ska utredas.",
    "person_bytt": "Rätt person är knuten. Den förras uppgifter är borttagna ur ärendet.",
    "person_borta": "Personen är borttagen ur ärendet, med alla uppgifter.",
    "bifogat": "Filerna är bifogade.",
    "vikarie_satt": "Vikarien är satt.",
    "vikariat_slut": "Vikariatet är avslutat.",
    "losen_bytt": "Lösenordet är bytt. Du är utloggad överallt utom här.",
    "session_slut": "Inloggningen är avslutad.",
    "nyckel_slut": "Nyckeln gäller inte längre.",
    "brev_andrade": "Det är sparat. Det gäller från nästa brev.",
    "tvasteg_av": "Tvåstegsinloggningen är avstängd.",
}

UTAN_INLOGGNING = frozenset({"nummer_i_texten"})
"""Messages for an inhabitant, who has no account."""


def vidare(request: Request, adress: str, flash: str | None = None) -> RedirectResponse:
    """Go on to another of our pages after a change."""
    svar = RedirectResponse(egen_adress(adress), status_code=303)
    if flash is not None:
        satt_kaka(request, svar, FLASH, flash, sekunder=60)
    return svar


def egen_adress(adress: str) -> str:
    """The address when it is a path of our own, else the start page."""
    if not adress.startswith("/") or adress.startswith(("//", "/\\")):
        return "/"
    return "/" if any(c == "\\" or c.isspace() or not c.isprintable() for c in adress) else adress


def satt_kaka(request: Request, svar: Response, namn: str, varde: str, *, sekunder: int | None = None) -> None:
    """No script reads it, and other sites' forms don't send it; the shell gives it a name that only this host may set.
    sekunder: how long it lives; None = until the browser is closed."""
    svar.set_cookie(namn, varde, max_age=sekunder, httponly=True, samesite="lax", secure=saker(request), path="/")


def ta_bort_kaka(request: Request, svar: Response, namn: str) -> None:
    svar.delete_cookie(namn, httponly=True, samesite="lax", secure=saker(request), path="/")


def saker(request: Request) -> bool:
    """Cookies go over https only, when that is how Vaka is reached."""
    return vaka_av(request).settings.url.startswith("https://")

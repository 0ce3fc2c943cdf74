"""Those whose password was right and who aren't in yet: whose session it is, and which step it waits for."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from tjanster import klocka
from tjanster.sessioner import Session, prova_csrf, sessionen
from tjanster.web.ram import KAKA, Forform, UtgangenSida, vaka_av


@dataclass(frozen=True)
class Halvinne:
    """One whose password was right, and who isn't in yet."""

    session: Session
    hemlighet: str


def _halvinne(request: Request) -> Halvinne | None:
    vaka, hemlighet = vaka_av(request), request.cookies.get(KAKA)
    if not hemlighet:
        return None
    with vaka.motor.begin() as conn:
        session = sessionen(conn, hemlighet, klocka.nu(), vaka.settings.vila)
    return Halvinne(session, hemlighet) if session is not None and session.steg != "klar" else None


def _med_ordet(request: Request, form: Forform) -> FormData:
    """The form bears the word of the session in the cookie, whatever has become of that session."""
    if not prova_csrf(request.cookies.get(KAKA, ""), str(form.get("csrf") or "")):
        raise UtgangenSida("Sidan hade gått ut. Gå tillbaka, ladda om den och försök igen.")
    return form


Halv = Annotated[Halvinne | None, Depends(_halvinne)]
Halvform = Annotated[FormData, Depends(_med_ordet)]


def borja_om(mal: str) -> Response:
    return RedirectResponse(f"/logga-in?vidare={quote(mal)}", status_code=303)

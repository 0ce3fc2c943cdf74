"""`/matvarden`: figures for whoever watches the servers. Off until a token is set, and then only for the one who shows it."""

import hmac
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from tjanster.app import Vaka

if TYPE_CHECKING:
    from tjanster.matvarden import Matvarden

TYP = "text/plain; version=0.0.4; charset=utf-8"

router = APIRouter()


def samlare(vaka: Vaka) -> "Matvarden | None":
    """Who counts and asks, loaded only where somebody collects: the start is a tenth of a second shorter without."""
    if vaka.settings.matvarden is None:
        return None
    from tjanster.matvarden import Matvarden

    return Matvarden(vaka)


@router.get("/matvarden")
def matvarden(request: Request) -> Response:
    samlade: Matvarden | None = request.app.state.matvarden
    if samlade is None:
        raise HTTPException(404)
    ska = request.app.state.vaka.settings.matvarden.get_secret_value()
    if not _visar(request.headers.getlist("authorization"), ska):
        mening = "Skicka huvudet Authorization: Bearer följt av det som står i VAKA_MATVARDEN.\n"
        return PlainTextResponse(mening, status_code=401, headers={"www-authenticate": "Bearer"})
    return Response(samlade.text(), headers={"content-type": TYP})


def _visar(huvuden: list[str], ska: str) -> bool:
    """Is the token shown? Compared in the same time however much of it is right."""
    sort, _, token = (huvuden[0] if len(huvuden) == 1 else "").partition(" ")
    ratt = hmac.compare_digest(token.strip().encode(), ska.encode())
    return ratt and sort.lower() == "bearer"

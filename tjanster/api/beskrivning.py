"""The API's own description in OpenAPI, served beside it and open to all: it says nothing about any case."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

VERSION = "1.0.0"
TEXT = """Samma ärenden, steg och frister som på sidorna.

Logga in med `POST /api/v1/inloggning` eller med en token från administratören, och skicka
`Authorization: Bearer TOKEN` med varje anrop. Alla fel har samma form: `fel` är en kod, `skal` är meningar, och `falt`
har en mening för varje fält som är fel. Ett steg skickas med den `version` av ärendet som lästes; har någon hunnit före
blir svaret 409 med det som hänt sedan dess. Dagar skrivs 2026-11-23.

Processernas fält, val och steg står i `GET /api/v1/processer/{process}`. Ett fält som saknas är inte känt; det är
aldrig detsamma som nej."""


def lagg_till_beskrivning(router: APIRouter) -> None:
    """Add `/openapi.json`, which describes every route of the router."""
    gjord: dict[str, Any] = {}

    def openapi(request: Request) -> JSONResponse:
        if not gjord:
            gjord.update(get_openapi(title="Vaka", version=VERSION, description=TEXT, routes=router.routes))
        return JSONResponse(gjord)

    router.add_api_route("/openapi.json", openapi, include_in_schema=False)

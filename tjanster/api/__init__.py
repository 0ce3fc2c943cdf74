"""The API: the same cases, steps and limits as the pages, in JSON, for other systems. See `/api/v1/openapi.json`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

PREFIX = "/api/v1"


def router() -> "APIRouter":
    """All routes of the API under `/api/v1`. They find the program in `app.state.vaka`."""
    from tjanster.api import arenden, bilagor, brev, frister, inloggning, lasningar, personer, processer, sok
    from tjanster.api.beskrivning import lagg_till_beskrivning
    from tjanster.api.grund import ny_router

    allt = ny_router(PREFIX)
    for modul in (inloggning, brev, arenden, sok, personer, bilagor, frister, lasningar, processer):
        allt.routes.extend(modul.router.routes)
    lagg_till_beskrivning(allt)
    return allt


def lagg_till_api(app: "FastAPI") -> None:
    """Put the API on a program, with the one error shape for everything under `/api`."""
    from tjanster.api.fel import lagg_till_fel

    lagg_till_fel(app)
    app.router.routes.extend(router().routes)

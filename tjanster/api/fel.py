"""The one error shape: {"fel": kod, "skal": [sentences], "falt": {name: sentence}}, for everything under /api."""

import json
import logging
from collections.abc import Mapping
from typing import Any, get_type_hints

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as VantadeForLange
from starlette.exceptions import HTTPException
from starlette.responses import Response

from arbetsfloden import narmast
from regler import Regelfraga
from tjanster.anrop import ovantat_fel
from tjanster.arenden.fel import Nej
from tjanster.db.session import full

logg = logging.getLogger("vaka.api")

STATUSORD = {
    400: ("trasig_begaran", "Begäran går inte att läsa. Skicka giltig JSON i UTF-8, eller filer som multipart/form-data."),
    404: ("finns_inte", "Adressen finns inte. Adresserna står i /api/v1/openapi.json."),
    405: ("fel_metod", "Adressen finns, men tar inte den metoden. Metoderna står i /api/v1/openapi.json."),
    413: ("for_stort", ""),  # whoever refuses says how much is too much
}
REGELSTATUS = {"okand_process": 404, "okand_frist": 404}
_LANGSTA_EKO = 60

_MENINGAR = {
    "missing": "Fältet saknas.",
    "string_type": "Här ska det stå text.",
    "string_too_long": "Texten är för lång: högst {max_length} tecken.",
    "string_too_short": "Här ska det stå något.",
    "int_type": "Här ska det stå ett heltal.",
    "int_parsing": "Här ska det stå ett heltal.",
    "int_parsing_size": "Talet är orimligt stort.",
    "greater_than_equal": "Talet ska vara minst {ge}.",
    "less_than_equal": "Talet ska vara högst {le}.",
    "bool_type": "Skriv true eller false.",
    "bool_parsing": "Skriv true eller false.",
    "literal_error": "Välj {expected}.",
    "dict_type": "Här ska det stå ett JSON-objekt.",
    "model_type": "Här ska det stå ett JSON-objekt.",
    "model_attributes_type": "Här ska det stå ett JSON-objekt.",
    "list_type": "Här ska det stå en lista.",
    "too_long": "För många värden: högst {max_length}.",
}


class Felsvar(Response):
    """JSON that can always be written: half surrogate pairs that somebody sent become question marks."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def felsvar(
    status: int,
    kod: str,
    skal: list[str],
    falt: Mapping[str, str] | None = None,
    huvuden: Mapping[str, str] | None = None,
) -> Felsvar:
    return Felsvar({"fel": kod, "skal": skal, "falt": dict(falt or {})}, status_code=status, headers=huvuden)


def lagg_till_fel(app: FastAPI) -> None:
    """Answer every error under /api in the one shape. Handlers that the program had before keep the other paths."""
    for klass, svara in (
        (Nej, _nej),
        (Regelfraga, _regelfraga),
        (RequestValidationError, _ogiltig),
        (HTTPException, _http),
        (OperationalError, _databasen),
        (InterfaceError, _databasen),
        (VantadeForLange, _databasen),
        (Exception, _ovantat),
    ):
        app.add_exception_handler(klass, _under_api(svara, app.exception_handlers.get(klass)))


def _under_api(svara: Any, annars: Any) -> Any:
    async def hantera(request: Request, fel: Exception) -> Response:
        if request.scope["path"].startswith("/api/"):
            return svara(request, fel)  # type: ignore[no-any-return]
        if annars is None:
            raise fel
        svar = annars(request, fel)
        return await svar if hasattr(svar, "__await__") else svar

    return hantera


def _nej(_: Request, nej: Nej) -> Response:
    huvuden = {}
    if nej.status == 401:
        huvuden["www-authenticate"] = "Bearer"
    if (sekunder := getattr(nej, "sekunder", None)) is not None:
        huvuden["retry-after"] = str(sekunder)
    return Felsvar(nej.som_dict(), status_code=nej.status, headers=huvuden)


def _regelfraga(_: Request, fel: Regelfraga) -> Response:
    return felsvar(REGELSTATUS.get(fel.kod, 422), fel.kod, list(fel.skal), fel.falt)


def _http(_: Request, fel: HTTPException) -> Response:
    # What is raised while the body is read comes here wrapped as a 400.
    if fel.status_code == 400 and isinstance(fel.__cause__, HTTPException):
        fel = fel.__cause__
    kod, mening = STATUSORD.get(fel.status_code, ("fel", "Begäran gick inte att utföra."))
    return felsvar(fel.status_code, kod, [mening or str(fel.detail)], huvuden=fel.headers)


def _databasen(request: Request, fel: Exception) -> Response:
    logg.error("Databasen svarar inte: %s", type(fel).__name__)
    kod, meningar = "databasen_svarar_inte", ["Databasen svarar inte. Försök igen om en stund."]
    if full(fel):
        kod, meningar = "databasen_full", ["Databasens disk är full. Inget är sparat. Den som sköter driften behöver ge den plats."]
    elif request.method not in ("GET", "HEAD"):
        # The connection may have been lost just as the database wrote it down.
        meningar.append(
            "Det är inte säkert att det du skickade sparades. Skicka samma anrop igen, med samma version och samma Idempotency-Key: "
            "då görs det bara en gång."
        )
    return felsvar(503, kod, meningar, huvuden={"retry-after": "10"})


def _ovantat(_: Request, fel: Exception) -> Response:
    """Nothing of the error reaches the caller; the call's number ties the answer to the log."""
    nummer = ovantat_fel()
    logg.error("Oväntat fel %s", nummer, exc_info=fel, extra={"action": "unexpected_error"})
    return felsvar(
        500, "ovantat_fel", [f"Något gick fel hos Vaka. Inget har sparats. Felet har nummer {nummer} i loggen."]
    )


def _ogiltig(request: Request, fel: RequestValidationError) -> Response:
    fel_ = fel.errors()
    if fel_ and fel_[0]["type"] == "json_invalid":
        varfor = str(fel_[0].get("ctx", {}).get("error", ""))
        return felsvar(400, "trasig_json", [_var_i_json(fel.body, fel_[0]["loc"][-1], varfor if varfor.endswith(".") else "")])
    falt: dict[str, str] = {}
    skal: list[str] = []
    for ett in fel_:
        namn = ".".join(_kort(str(del_)) for del_ in ett["loc"][1:] if del_ != "[key]")
        mening = _mening(request, ett)
        skal.append(f"{namn}: {mening}" if namn else mening)
        if namn:
            falt[namn] = mening
    return felsvar(422, "ogiltig_begaran", skal, falt)


def _mening(request: Request, ett: Mapping[str, Any]) -> str:
    if tuple(ett["loc"]) == ("body",) and ett["type"] in ("missing", "model_attributes_type", "dict_type"):
        return "Skicka ett JSON-objekt i kroppen, med huvudet Content-Type: application/json."
    if ett["type"] == "extra_forbidden":
        return f"Okänt ord{narmast(_kort(str(ett['loc'][-1])), _kanda_ord(request)) or '.'}"
    if ett["type"] == "vaka":
        return str(ett["msg"])
    ctx = {k: str(v).replace("' or '", "' eller '") for k, v in ett.get("ctx", {}).items()}
    return _MENINGAR.get(ett["type"], "Värdet går inte att läsa.").format_map(ctx)


def _kanda_ord(request: Request) -> set[str]:
    """The words that this address takes: the fields of its input models."""
    typer = get_type_hints(request.scope["endpoint"])
    return {
        namn
        for parameter, typ in typer.items()
        if parameter != "return" and isinstance(typ, type) and issubclass(typ, BaseModel)
        for namn in typ.model_fields
    }


def _var_i_json(text: Any, plats: Any, varfor: str) -> str:
    if not isinstance(text, str) or not isinstance(plats, int):
        return "Trasig JSON. Rätta den och skicka igen."
    fore = text[:plats]
    rad, kolumn = fore.count("\n") + 1, plats - fore.rfind("\n")
    return f"Trasig JSON på rad {rad}, kolumn {kolumn}. {varfor}{' ' if varfor else ''}Rätta den och skicka igen."


def _kort(text: str) -> str:
    return text if len(text) <= _LANGSTA_EKO else text[: _LANGSTA_EKO - 1] + "…"

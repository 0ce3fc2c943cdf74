"""JSON as it is sent in, read strictly: what two readers could take for different things is refused."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response


class _Begaran(Request):
    async def json(self) -> Any:
        """The body. Raises JSONDecodeError for what is no JSON: a name twice in one object, NaN, Infinity."""
        text = (await self.body()).decode("utf-8")
        try:
            return json.loads(text, object_pairs_hook=_utan_dubbletter, parse_constant=_inget_tal)
        except _Tvetydigt as fel:
            raise json.JSONDecodeError(fel.args[0], text, max(0, text.find(fel.args[1]))) from None


class _Tvetydigt(Exception):
    """(why, the text that it is about)."""


def _utan_dubbletter(par: list[tuple[str, Any]]) -> dict[str, Any]:
    ut: dict[str, Any] = {}
    for namn, varde in par:
        if namn in ut:
            raise _Tvetydigt("Samma ord står två gånger i ett objekt.", json.dumps(namn, ensure_ascii=False))
        ut[namn] = varde
    return ut


def _inget_tal(text: str) -> None:
    raise _Tvetydigt("NaN och Infinity är inga tal i JSON.", text)


class StrangRoute(APIRoute):
    """A route whose JSON is read strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        svara = super().get_route_handler()

        async def strangt(request: Request) -> Response:
            return await svara(_Begaran(request.scope, request.receive))

        return strangt

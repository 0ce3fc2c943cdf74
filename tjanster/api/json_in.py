"""JSON as it is sent in, read strictly: what two readers could take for different things is refused."""

import json
from collections.abc import Callable, Coroutine
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
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


def _i_en_trad(svara: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """The same as something to wait for. FastAPI would go to a thread once more only to look at what came back."""

    @wraps(svara)
    async def vantar(*args: Any, **kwargs: Any) -> Any:
        return await run_in_threadpool(svara, *args, **kwargs)

    return vantar


class StrangRoute(APIRoute):
    """A route whose JSON is read strictly."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **kwargs: Any) -> None:
        super().__init__(path, endpoint if iscoroutinefunction(endpoint) else _i_en_trad(endpoint), **kwargs)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        svara = super().get_route_handler()

        async def strangt(request: Request) -> Response:
            return await svara(_Begaran(request.scope, request.receive))

        return strangt

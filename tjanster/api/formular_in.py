"""Forms with files, read to their very end: one that was cut off on the way is refused whole, or its last file would be lost unseen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import HTTPException, Request
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser


class _TillSlut(MultiPartParser):
    slut = False

    def on_end(self) -> None:
        self.slut = True

    async def parse(self) -> FormData:
        form = await super().parse()
        if not self.slut:
            for fil in self._files_to_close_on_error:
                fil.close()
            raise MultiPartException("cut off")
        return form


@asynccontextmanager
async def filform(request: Request, *, filer: int, falt: int) -> AsyncIterator[FormData]:
    """The form, its files open as long as it is used. Raises HTTPException 400 for what is no whole form."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        async with request.form(max_fields=falt, max_files=filer) as form:
            yield form
        return
    try:
        form = await _TillSlut(request.headers, request.stream(), max_files=filer, max_fields=falt).parse()
    except MultiPartException as fel:
        raise HTTPException(400, fel.message) from None
    try:
        yield form
    finally:
        await form.close()

"""Help: the processes drawn, the handbook, the keys."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from arbetsfloden import PROCESSER
from tjanster.arenden.fel import FinnsInte
from tjanster.settings import ROT
from tjanster.web.nytt import BESKRIVNING
from tjanster.web.processbild import rita_process
from tjanster.web.ram import Program, Vem, sida

router = APIRouter()
HANDBOK = {
    "inloggning": "Logga in och ditt konto", "medarbetare": "För medarbetare", "registrator": "För registratorer",
    "handlaggare": "För handläggare", "chef": "För chefer", "kvalitetsledare": "För kvalitetsledare", "revisor": "För revisorer",
    "regler": "Ändra reglerna", "administrator": "För administratörer",
}  # fmt: skip
BILDER = ROT / "docs" / "bilder" / "handbok"


def _handboksfil(namn: str) -> Path:
    return ROT / "docs" / "handbok" / f"{namn}.md"


@router.get("/hjalp", response_class=HTMLResponse)
def hjalp(request: Request, vem: Vem) -> Response:
    return sida(
        request,
        "hjalp.html",
        vem,
        aktiv="hjalp",
        processer=[
            {"namn": p.namn, "rubrik": p.rubrik, "beskrivning": BESKRIVNING.get(p.namn, ""), "url": f"/hjalp/process/{p.namn}"}
            for p in PROCESSER.values()
        ],
        handbok=[{"rubrik": r, "url": f"/hjalp/handbok/{n}"} for n, r in HANDBOK.items() if _handboksfil(n).exists()],
    )


@router.get("/hjalp/handbok/{namn}", response_class=HTMLResponse)
def handbok(request: Request, vem: Vem, namn: str) -> Response:
    if namn not in HANDBOK or not _handboksfil(namn).exists():
        raise FinnsInte("Sidan i handboken")
    return sida(request, "handbok.html", vem, aktiv="hjalp", rubrik=HANDBOK[namn], text=_som_html(_handboksfil(namn)))


@router.get("/hjalp/bild/{namn}")
def bild(vem: Vem, namn: str) -> Response:
    """A picture of the handbook, taken by the tests in a made-up municipality."""
    fil = BILDER / namn
    if not re.fullmatch(r"[a-z_-]{1,40}\.png", namn) or not fil.is_file():
        raise FinnsInte("Bilden")
    return FileResponse(fil)


def _som_html(fil: Path) -> Any:
    """Our own Markdown as HTML. What is wider than a phone scrolls by itself, by keyboard too."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(fil.read_text("utf-8"))
    html = html.replace('src="../bilder/handbok/', 'loading="lazy" src="/hjalp/bild/')
    yta = '<div class="rullyta" tabindex="0" role="group" aria-label="{}">'
    for tagg, klass, ord_ in (("table", ' class="ds-table tabell"', "Tabell"), ("pre", "", "Exempel")):
        html = html.replace(f"<{tagg}>", f"{yta.format(ord_)}<{tagg}{klass}>").replace(f"</{tagg}>", f"</{tagg}></div>")
    return Markup(html)  # noqa: S704


def _frist(text: str, regler: Mapping[str, Any]) -> str:
    """'startar svar' with the limit's own title instead of its code."""
    gor, _, namn = text.rpartition(" ")
    return f"{gor} {regler[namn].rubrik}".strip() if namn in regler else text


@router.get("/hjalp/process/{namn}", response_class=HTMLResponse)
def process(request: Request, vaka: Program, vem: Vem, namn: str) -> Response:
    p = PROCESSER.get(namn)
    if p is None:
        raise FinnsInte("Processen")
    regler = vaka.sammanhang.regelverk.frister(namn)
    return sida(
        request,
        "hjalp_process.html",
        vem,
        aktiv="hjalp",
        brodsmulor=[{"rubrik": "Hjälp", "url": "/hjalp"}, {"rubrik": p.rubrik, "url": ""}],
        process={"namn": p.namn, "rubrik": p.rubrik, "ental": p.ental, "beskrivning": BESKRIVNING.get(p.namn, "")},
        bild=rita_process(p),
        steg=[
            {
                "fran": rad["Från"], "rubrik": rad["Steg"], "till": rad["Till"], "vem": rad["Vem"],
                "kraver": [x for x in rad["Krävs"].split("; ") if x],
                "frister": [_frist(x, regler) for x in rad["Frister"].split(", ") if x],
            }
            for rad in p.som_tabell()
        ],
        frister=[
            {"rubrik": f.rubrik, "tid": f.rader[0].tid, "lagrum": f.rader[0].lagrum or f.rader[0].kalla}
            for f in regler.values()
        ],
    )  # fmt: skip



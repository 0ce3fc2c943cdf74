"""What the rule pages share: who may change rules, the menu between the pages, and the set that holds."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from tjanster.arenden.fel import FarInte
from tjanster.web.ram import DRIFT, Inloggad, sida

SIDOR = (
    ("oversikt", "/regler", "Alla regler"), ("kalender", "/regler/kalender", "Kalender"),
    ("rutiner", "/regler/rutiner", "Rutiner att se över"), ("anmarkningar", "/regler/att-kontrollera", "Att kontrollera"),
    ("versioner", "/regler/versioner", "Versioner"),
    ("utkast", "/regler/utkast", "Ändra"),
)  # fmt: skip
REGLERNA = {"rubrik": "Regler", "url": "/regler"}


def far_andra(vem: Inloggad) -> bool:
    """Administrators and quality leads change rules; everybody else reads them."""
    return bool(vem.aktor.roller & DRIFT)


def kraver_andra(vem: Inloggad) -> None:
    if not far_andra(vem):
        raise FarInte("Reglerna ändras av administratör och kvalitetsledare.")


def regelsida(request: Request, mall: str, vem: Inloggad, *stig: dict[str, str], del_: str, **mer: Any) -> HTMLResponse:
    """A page about the rules in its frame. stig: the crumbs after 'Regler', the page itself last. del_: which of SIDOR."""
    smulor = [REGLERNA, *stig[:-1], stig[-1] | {"url": ""}] if stig else []
    far = far_andra(vem)
    meny = [(n, url, text) for n, url, text in SIDOR if n != "utkast" or far]
    return sida(
        request, mall, vem, aktiv="regler", brodsmulor=smulor, regelmeny=meny, regeldel=del_, far_andra=far, **mer
    )  # fmt: skip

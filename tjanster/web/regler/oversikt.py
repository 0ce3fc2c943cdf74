"""All rules in plain Swedish, kind by kind; which version holds, since when and by whom; what needs a look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from regler import Regelverk
from tjanster.regelstyrning import historik, pa_vag
from tjanster.web.ram import Nu, Program, Vem
from tjanster.web.regler import frister, klarsprak, ovriga, tabeller
from tjanster.web.regler.ordlista import LISTORD
from tjanster.web.regler.ram import far_andra, regelsida

router = APIRouter()

SORTER = {
    "frist": ("Frister", "När något ska vara klart."),
    "tabell": ("Beslutstabeller", "Vad en bedömning leder till. Varje fall träffar exakt en rad."),
    "krav": ("Krav", "Vad ett steg kräver, från en viss dag."),
    "delegation": ("Delegation", "Vem som får besluta vad, när och på vilka enheter."),
    "skyldighet": ("Skyldigheter", "Plikter och belopp som inte är en frist i ett ärende."),
    "gallring": ("Gallring", "När ett ärende gallras, och vad som bevaras."),
    "trappa": ("Påminnelser", "Vem som får veta när en frist närmar sig eller har gått ut."),
    "lista": ("Listor", "Valen i formulären. En kod som har använts tas aldrig bort."),
}


@dataclass(frozen=True)
class Post:
    """One rule on the page: its rows as they hold today. grupp: the heading it stands under. ord: what a search sees."""

    slag: str
    grupp: str
    rubrik: str
    url: str
    rader: list[dict[str, Any]]
    process: str
    mer: str
    ord: str

    def stammer(self, q: str, process: str, visa: str) -> bool:
        """Is it one of those asked for?"""
        if process and self.process != process:
            return False
        if visa == "okontrollerade" and not any("kontrollerad" in text for r in self.rader for text, _ in r["marken"]):
            return False
        if visa == "egna" and not any(r["egen"] for r in self.rader):
            return False
        return q.casefold() in self.ord


def _post(slag: str, process: str, rubrik: str, url: str, rader: list[dict[str, Any]], mer: str = "") -> Post:
    grupp = klarsprak.processnamn(process)
    delar = [process, grupp, rubrik, mer]
    for r in rader:
        delar += [r["villkor"], r["mening"], r["kalla"], *(x["text"] for x in r["lagrum"])]
    return Post(slag, grupp, rubrik, url, rader, process, mer, " ".join(delar).casefold())


def poster(verk: Regelverk, idag: date) -> list[Post]:
    """Every rule, in the order of the page."""
    ut = []
    for process in verk.processer:
        for f in verk.frister(process).values():
            url, trappa = f"/regler/frist/{process}/{f.namn}", verk.trappa(process, f.namn)
            ut.append(_post("frist", process, f.rubrik, url, frister.idag_rader(verk, f, idag)))
            if trappa:
                steg = [f"{klarsprak.stor(s.nar)}: {s.roll}" for s in trappa]
                ut.append(_post("trappa", process, f.rubrik, url + "#trappa", [], f"{len(steg)} steg. {'. '.join(steg)}."))
    ut += [_post("tabell", x.omrade, x.rubrik, f"/regler/tabell/{x.nyckel}", tabeller.idag_rader(x, idag)) for x in verk.tabeller.values()]
    for sort in (ovriga.krav, ovriga.delegation, ovriga.skyldigheter, ovriga.gallring):
        ut += [_post(x.slag, x.process, x.rubrik, x.url, x.idag_rader(idag)) for x in sort(verk)]
    for namn, lista in verk.kommun.listor.items():
        rubrik, val = LISTORD.get(namn, klarsprak.stor(namn)), ", ".join(lista.values())
        ut.append(Post("lista", "", rubrik, "", [], "", val, f"{rubrik} {val}".casefold()))
    return ut


@router.get("/regler", response_class=HTMLResponse)
def visa(
    request: Request, vaka: Program, vem: Vem, nu: Nu, q: str = "", process: str = "", visa: str = "", slag: str = ""
) -> Response:
    verk, idag = vaka.sammanhang.regelverk, nu.date()
    q = " ".join(q.split())[:100]
    alla = poster(verk, idag)
    valda = [p for p in alla if p.stammer(q, process, visa)]
    antal = {s: sum(p.slag == s for p in valda) for s in SORTER}
    vald = slag if slag in SORTER else next((s for s, n in antal.items() if n), "frist")
    with vaka.motor.connect() as conn:
        version, vantar = next((a for a in historik(conn) if a.status == "aktiv"), None), pa_vag(conn)
    val = {"q": q, "process": process, "visa": visa}
    return regelsida(
        request,
        "regler_oversikt.html",
        vem,
        del_="oversikt",
        version=version,
        pa_vag=vantar,
        ska_godkanna=bool(vantar and vantar.status == "vantar" and far_andra(vem) and vantar.av_id != vem.aktor.id),
        sorter=[
            {"namn": s, "rubrik": rubrik, "antal": antal[s], "url": "/regler?" + urlencode(val | {"slag": s}), "vald": s == vald}
            for s, (rubrik, _) in SORTER.items()
        ],
        rubrik=SORTER[vald][0],
        text=SORTER[vald][1],
        grupper=_grupper(p for p in valda if p.slag == vald),
        antal=antal[vald],
        filter=val | {"slag": slag if slag in SORTER else ""},
        filtrerat=bool(q or process or visa),
        processer={p: klarsprak.processnamn(p) for p in sorted({p.process for p in alla if p.process}, key=klarsprak.processnamn)},
    )  # fmt: skip


def _grupper(valda: Iterable[Post]) -> list[tuple[str, list[Post]]]:
    ut: dict[str, list[Post]] = {}
    for p in valda:
        ut.setdefault(p.grupp, []).append(p)
    return list(ut.items())

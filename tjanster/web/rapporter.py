"""Reports as pages and files. Numbers for those who lead and for auditors; the IVO pack for those who report."""

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import PROCESSER
from tjanster.arenden.fel import FarInte, FinnsInte, OgiltigaUppgifter
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.rapporter import (
    FEL,
    FORMAT,
    MIME,
    RAPPORTER,
    Rapportsort,
    anteckna_rapport,
    filnamn,
    senaste_kvartal,
    skriv,
    tolka_period,
)
from tjanster.web.ram import SER, Inloggad, Nu, Program, Vem, sida

router = APIRouter()
# These tell of single cases, so the role must be held for the whole municipality.
ENSKILDA = frozenset({"ivo-underlag", "ej-verkstallda-forandring"})
SKYDDADE = "Ärenden med skyddade personuppgifter som du inte får se ingår inte; den som ser dem tar ut rapporten för dem."
ARENDENUMMER = re.compile(r"(?:" + "|".join(p.prefix for p in PROCESSER.values()) + r")-\d{4}-\d{4,}")
FILER = {"xlsx": "Excel", "csv": "CSV", "json": "JSON"}


def far_lasa(s: Sammanhang, vem: Inloggad, sort: Rapportsort) -> bool:
    """May this person read the report: a role that it names, for single cases held at the top."""
    return any(
        roll in sort.roller and (sort.namn not in ENSKILDA or enhet == s.kommun.rot) for roll, enhet in vem.aktor.uppdrag
    )


def perioder_att_valja(idag: Any) -> list[tuple[str, str]]:
    kvartal = [(k, f"{k[:4]}, kvartal {k[-1]}") for k in senaste_kvartal(idag)]
    nu = f"{idag.year}K{(idag.month + 2) // 3}"
    ar = [(str(a), f"Hela {a}") for a in range(idag.year, idag.year - 3, -1)]
    return [(nu, f"{idag.year}, kvartal {nu[-1]} (pågår)"), *kvartal, *ar]


def _valbara(sort: Rapportsort, perioder: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [p for p in perioder if "K" in p[0]] if sort.bara_kvartal else perioder


@router.get("/rapporter", response_class=HTMLResponse)
def lista(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    perioder = perioder_att_valja(nu.date())
    return sida(
        request,
        "rapporter.html",
        vem,
        aktiv="rapporter",
        rapporter=[
            {
                "namn": r.namn,
                "rubrik": r.rubrik,
                "beskrivning": r.beskrivning,
                "url": f"/rapporter/{r.namn}",
                "val": [{"namn": "period", "rubrik": "Period", "val": _valbara(r, perioder), "valt": perioder[1][0]}],
            }
            for r in RAPPORTER.values()
            if far_lasa(vaka.sammanhang, vem, r)
        ],
    )


def _lank(cell: Any) -> Any:
    """A case number leads to its case; its page says no to one who may not see it."""
    return {"text": cell, "url": f"/arende/{cell}"} if isinstance(cell, str) and ARENDENUMMER.fullmatch(cell) else cell


def _hitta(s: Sammanhang, vem: Inloggad, namn: str) -> Rapportsort:
    sort = RAPPORTER.get(namn)
    if sort is None:
        raise FinnsInte("Rapporten")
    if not far_lasa(s, vem, sort):
        raise FarInte("Ditt konto har inte rätt till den rapporten.")
    return sort


@router.get("/rapporter/{namn}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, namn: str, period: str = "", format: str = "") -> Response:
    sort = _hitta(vaka.sammanhang, vem, namn)
    perioder = perioder_att_valja(nu.date())
    try:
        vald = tolka_period(period or perioder[1][0], vaka.sammanhang.kommun)
        # Numbers are of all cases; a report that names cases has those that its reader may see.
        with vaka.som(vem.aktor) if sort.namn in ENSKILDA else vaka.systemet() as conn:
            rapport = sort.gor(conn, vaka.sammanhang, vald, nu.date())
            anteckna_rapport(conn, rapport, vem.aktor.id, nu)
        if format and format not in FORMAT:
            raise FinnsInte("Filformatet")
    except FEL as fel:
        raise OgiltigaUppgifter(str(fel), {"period": str(fel)}) from None
    if format:
        huvuden = {"content-disposition": f'attachment; filename="{filnamn(rapport, format)}"'}
        return Response(skriv(rapport, format), media_type=MIME[format], headers=huvuden)
    if vald.kod not in dict(perioder):
        perioder.append((vald.kod, vald.rubrik))
    return sida(
        request,
        "rapport.html",
        vem,
        aktiv="rapporter",
        brodsmulor=[{"rubrik": "Rapporter", "url": "/rapporter"}, {"rubrik": sort.rubrik, "url": ""}],
        rubrik=rapport.rubrik,
        period=vald.rubrik,
        raknad=rapport.raknad,
        ingress=" ".join(filter(None, (rapport.ingress, SKYDDADE if sort.namn in ENSKILDA else ""))),
        nyckeltal=[],
        tabeller=[
            {
                "rubrik": t.rubrik,
                "kolumner": [{"rubrik": k.rubrik, "tal": k.tal} for k in t.kolumner],
                "rader": [[_lank(c) if vem.aktor.roller & SER else c for c in r] for r in t.rader],
                "summa": list(t.summa) if t.summa is not None else None,
                "not": t.anm,
            }
            for t in rapport.tabeller
        ],
        filer=[
            {"rubrik": text, "format": f, "url": f"/rapporter/{namn}?period={vald.kod}&format={f}"} for f, text in FILER.items()
        ],
        maskat=rapport.maskat,
        val=[{"namn": "period", "rubrik": "Period", "val": _valbara(sort, perioder), "valt": vald.kod}],
        url=f"/rapporter/{namn}",
    )

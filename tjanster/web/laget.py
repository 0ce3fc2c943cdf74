"""How the units that a person leads are doing now. Each figure leads to just those cases in the list of the unit's cases."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import PROCESSER
from tjanster.arenden.behorighet import enheter_for
from tjanster.arenden.fel import FarInte
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db.fardig import for_manga
from tjanster.ledning import overlamning
from tjanster.ledning.laget import Lage, Oppna, Tid, Vecka, floden, laget, tider, tysta
from tjanster.web import diagram
from tjanster.web.enhetsfilter import ALDRAR, NARA, Filter, aldersord, period
from tjanster.web.formular import enhetsval
from tjanster.web.mallar import antal, tal
from tjanster.web.ram import LEDER, Inloggad, Nu, Program, Vem, sida

router = APIRouter()
ALDERSORD = tuple(aldersord(kod) for kod in ALDRAR)
FLODE = ("Kom in", "Klara")


def _filter(s: Sammanhang, vem: Inloggad, enhet: str, process: str) -> Filter:
    """The units and the process chosen. FarInte for one who leads none."""
    if not vem.aktor.roller & LEDER:
        raise FarInte("Läget visas för dig som leder en enhet.")
    egna = enheter_for(vem.aktor, s.kommun, LEDER)
    valda = {"enhet": enhet if enhet in egna else "", "process": process if process in PROCESSER else ""}
    return Filter.for_den_som_leder(s, vem.aktor, **valda)


@router.get("/laget", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, enhet: str = "", process: str = "") -> Response:
    s, idag = vaka.sammanhang, nu.date()
    f = _filter(s, vem, enhet, process)
    urval, egna = f.urval(s, vem.aktor, nu), enheter_for(vem.aktor, s.kommun, LEDER)
    with vaka.som(vem.aktor) as conn:
        for_manga(conn)
        nulage = laget(conn, s, vem.aktor, urval, nu, s.regelverk.kalender.plus_arbetsdagar(idag, NARA))
        veckor = floden(conn, s, vem.aktor, urval, nu)
        span, tiderna = tider(conn, s, vem.aktor, urval, nu)
        tyst = tysta(conn, s, f.enheter(s, vem.aktor), idag) if process in ("", "avvikelse") else []
        lamnade = overlamning.senaste(conn, s, vem.aktor, nu)
    valt = {"enhet": f.enhet, "process": f.process}
    return sida(
        request,
        "laget.html",
        vem,
        aktiv="laget",
        idag=idag,
        valt=valt,
        val={
            "enheter": [e for e in enhetsval(s.kommun) if e["kod"] in egna],
            "processer": {p.namn: p.ental for p in PROCESSER.values()},
        },
        rutor=_rutor(f, nulage),
        aldrar=ALDERSORD,
        oppna=_oppna(f, nulage),
        oppna_bild=_bild("oppna", valt, _oppna_i_ord(nulage)),
        veckor=[_vecka(f, v) for v in veckor],
        veckor_summa=[sum(v.inkomna for v in veckor), sum(v.klara for v in veckor)],
        floden_bild=_bild("floden", valt, _floden_i_ord(veckor)),
        tider=[_tid(f, span, x) for x in tiderna],
        tysta=[
            {"namn": s.enhetsnamn(e), "sist": dag, "url": f.url(enhet=e, process="avvikelse", lage="alla") if dag else None}
            for e, dag in tyst
        ],
        lamnade=lamnade,
    )


def _rutor(f: Filter, x: Lage) -> list[dict[str, Any]]:
    return [
        {"tal": x.sena, "text": "sena", "url": f.url(lage="sena"), "lage": "sen" if x.sena else ""},
        {"tal": x.nara, "text": "inom tre arbetsdagar", "url": f.url(lage="nara"), "lage": "nara" if x.nara else ""},
        {"tal": x.utan_handlaggare, "text": "utan handläggare", "url": f.url(handlaggare="ingen"), "lage": ""},
        {"tal": x.ej_uppfoljda, "text": "med åtgärder som skulle ha följts upp", "url": f.url(lage="atgarder"),
         "lage": "sen" if x.ej_uppfoljda else ""},
        {"tal": x.summa, "text": "öppna", "url": f.url(), "lage": ""},
    ]  # fmt: skip


def _oppna(f: Filter, x: Lage) -> dict[str, Any]:
    """The open cases as a table: a group of rows for each process, a row for each state, a column for each age."""
    grupper = []
    for p in PROCESSER.values():
        if rader := [o for o in x.oppna if o.process == p.namn]:
            ff = f.med(process=p.namn)
            grupper.append({"namn": p.rubrik, "rader": [_rad(ff.med(steg=o.tillstand), p.tillstand[o.tillstand], [o]) for o in rader],
                            "summa": _rad(ff, "Alla lägen", rader)})  # fmt: skip
    return {"grupper": grupper, "summa": _rad(f, "Alla slags ärenden", x.oppna) if len(grupper) > 1 else None}


def _rad(f: Filter, namn: str, delar: Any) -> dict[str, Any]:
    per = [sum(o.per_alder[nr] for o in delar) for nr in range(len(ALDRAR))]
    celler = [{"tal": n, "url": f.url(alder=kod)} for kod, n in zip(ALDRAR, per, strict=True)]
    return {"namn": namn, "celler": [*celler, {"tal": sum(per), "url": f.url()}]}


def _vecka(f: Filter, v: Vecka) -> dict[str, Any]:
    dagar = period(v.mandag, v.sista)
    return {
        "namn": _veckonamn(v.mandag), "fran": v.mandag, "till": v.sista,
        "inkomna": {"tal": v.inkomna, "url": f.url(lage="alla", inkom=dagar)},
        "klara": {"tal": v.klara, "url": f.url(lage="alla", klart=dagar)},
    }  # fmt: skip


def _veckonamn(mandag: date) -> str:
    return f"v. {mandag.isocalendar().week}"


def _tid(f: Filter, span: tuple[date, date], x: Tid) -> dict[str, Any]:
    ff = f.med(process=x.process, lage="alla", klart=period(*span))
    return {
        "namn": PROCESSER[x.process].rubrik, "antal": {"tal": x.antal, "url": ff.url()}, "median": x.median,
        "nio_av_tio": x.nio_av_tio, "over": {"tal": x.over, "url": ff.url(over=str(x.nio_av_tio))},
    }  # fmt: skip


# -- pictures ----------------------------------------------------------------------------------------------------------


def _bild(namn: str, valt: dict[str, str], text: str) -> dict[str, str]:
    """Where a picture is, in the light and the dark, wide and narrow, and what it shows in words."""
    adress = f"/laget/{namn}.svg?{urlencode({k: v for k, v in valt.items() if v})}"
    return {"text": text} | bildadresser(adress)


def bildadresser(adress: str) -> dict[str, str]:
    """The addresses of a picture's four looks. adress: with its question mark."""
    och = "" if adress.endswith("?") else "&"
    varianter = {"mork": "mork=1", "smal": "smal=1", "smal_mork": "smal=1&mork=1"}
    return {"ljus": adress.removesuffix("?")} | {namn: f"{adress}{och}{val}" for namn, val in varianter.items()}


@router.get("/laget/oppna.svg")
def oppna_bild(
    vaka: Program, vem: Vem, nu: Nu, enhet: str = "", process: str = "", mork: bool = False, smal: bool = False
) -> Response:
    s = vaka.sammanhang
    f = _filter(s, vem, enhet, process)
    with vaka.som(vem.aktor) as conn:
        for_manga(conn)
        nulage = laget(conn, s, vem.aktor, f.urval(s, vem.aktor, nu), nu, nu.date())
    return som_svg(diagram.liggande(_staplar(nulage), ALDERSORD, "Öppna ärenden", mork=mork, smal=smal))


@router.get("/laget/floden.svg")
def floden_bild(
    vaka: Program, vem: Vem, nu: Nu, enhet: str = "", process: str = "", mork: bool = False, smal: bool = False
) -> Response:
    s = vaka.sammanhang
    f = _filter(s, vem, enhet, process)
    with vaka.som(vem.aktor) as conn:
        for_manga(conn)
        veckor = floden(conn, s, vem.aktor, f.urval(s, vem.aktor, nu), nu)
    rader = tuple((_veckonamn(v.mandag), v.inkomna, v.klara) for v in veckor)
    return som_svg(diagram.veckovis(rader, FLODE, "Ärenden", mork=mork, smal=smal))


def som_svg(bild: bytes) -> Response:
    return Response(bild, media_type="image/svg+xml")


def _staplar(x: Lage) -> tuple[diagram.Stapel, ...]:
    per: dict[str, list[Oppna]] = {}
    for o in x.oppna:
        per.setdefault(o.process, []).append(o)
    return tuple(
        (PROCESSER[namn].rubrik, str(sum(o.summa for o in delar)), tuple(sum(o.per_alder[nr] for o in delar) for nr in range(len(ALDRAR))))
        for namn, delar in per.items()
    )


def _oppna_i_ord(x: Lage) -> str:
    gamla = sum(o.per_alder[-1] for o in x.oppna)
    ord_ = f"{gamla} är äldre än 90 dagar." if gamla else "Inget är äldre än 90 dagar."
    return f"{antal(x.summa, 'öppet ärende', 'öppna ärenden').capitalize()}. {diagram.beskrivna(_staplar(x))} {ord_}"


def _floden_i_ord(veckor: list[Vecka]) -> str:
    in_, ut = sum(v.inkomna for v in veckor), sum(v.klara for v in veckor)
    flest = max(veckor, key=lambda v: v.inkomna)
    skillnad = "lika många" if in_ == ut else f"{tal(abs(in_ - ut))} {'fler in än ut' if in_ > ut else 'fler ut än in'}"
    return (
        f"På {len(veckor)} veckor kom {antal(in_, 'ärende', 'ärenden')} in och {tal(ut)} blev klara: {skillnad}. "
        f"Flest kom in vecka {flest.mandag.isocalendar().week}: {tal(flest.inkomna)}."
    )


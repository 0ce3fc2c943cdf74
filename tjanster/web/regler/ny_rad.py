"""A dated row added to a limit in a form: written into the draft's file, every other character of it kept."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from regler import Fel, Frist, Regelfraga, Regelverk
from regler.motor.redigera import Redigeringsfel, lagg_till_rad
from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.regelstyrning import utkast as styr
from tjanster.web.formular import fellista, mening
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, vidare
from tjanster.web.regler import klarsprak
from tjanster.web.regler.ram import kraver_andra, regelsida
from tjanster.web.regler.utkast import prova

router = APIRouter()
RAD = ("fran", "till", "tid", "mal", "rullas", "lagrum", "kalla", "kontrollerad", "anmarkning")

SAKNAS = {"fran": "Välj från vilken dag raden gäller.", "tid": "Skriv hur lång tiden är.", "kalla": "Skriv var regeln står."}


def _hitta(verk: Regelverk, process: str, namn: str) -> Frist:
    try:
        return verk.regel(process, namn)
    except Regelfraga:
        raise FinnsInte("Fristen") from None


def _falt(s: Sammanhang, regel: Frist) -> list[dict[str, Any]]:
    """The form's fields, in the order that one thinks of them."""
    nar = [
        {"namn": f"nar-{falt}", "rubrik": f"För vilka? {klarsprak.faltnamn(regel.process, falt)}", "slag": "val", "krav": False,
         "tyst": True, "val": {"": "Alla", **koder}, "varde": ""}
        for falt, koder in klarsprak.koder(regel.process, regel.falt, s.kommun).items()
    ]  # fmt: skip
    return [
        {"namn": "niva", "rubrik": "Vems regel är det?", "slag": "val", "krav": True, "varde": "lokal",
         "val": {"lokal": f"{s.kommun.namn}s egen", "nationell": "Lagens, för alla kommuner"},
         "hjalp": "Kommunen får vara strängare än lagen och sätta en dag där lagen inte gör det, men aldrig ge mer tid."},
        {"namn": "fran", "rubrik": "Från vilken dag?", "slag": "dag", "krav": True, "framtid": True},
        {"namn": "till", "rubrik": "Till och med vilken dag?", "slag": "dag", "krav": False, "framtid": True,
         "hjalp": "Lämna tomt om raden gäller tills vidare."},
        *nar,
        {"namn": "tid", "rubrik": "Tid", "slag": "text", "krav": True,
         "hjalp": "Till exempel 10 arbetsdagar, 14 dagar, 5 veckor, 3 månader, 72 timmar, eller skyndsamt om ingen dag sätts. "
                  "För att låta lagen gälla igen: som nationellt."},
        {"namn": "rullas", "rubrik": "Räcker nästa vardag om tiden slutar på en ledig dag?", "slag": "janej", "krav": False, "tyst": True,
         "hjalp": "Svara när tiden står i dagar, veckor, månader eller år. Ja när något ska vara gjort senast den dagen."},
        {"namn": "mal", "rubrik": "Är det kommunens eget mål bredvid lagen?", "slag": "janej", "krav": False, "tyst": True, "varde": "nej"},
        {"namn": "lagrum", "rubrik": "Lagrum", "slag": "text", "krav": False, "hjalp": "Till exempel 34 kap. 1 § SoL (2025:400)."},
        {"namn": "kalla", "rubrik": "Källa", "slag": "text", "krav": True, "hjalp": "Var du har läst regeln, eller beslutet som sätter den."},
        {"namn": "kontrollerad", "rubrik": "När läste du källan?", "slag": "dag", "krav": False,
         "hjalp": "Lämna tomt om ingen har kontrollerat den. Skriv då i anmärkningen vad som är oklart."},
        {"namn": "anmarkning", "rubrik": "Anmärkning", "slag": "langtext", "krav": False, "hojd": 3, "max_langd": 1000},
    ]  # fmt: skip


@router.get("/regler/frist/{process}/{namn}/ny-rad", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, process: str, namn: str) -> Response:
    kraver_andra(vem)
    return _sida(request, vaka, vem, _hitta(vaka.sammanhang.regelverk, process, namn), {})


def _sida(request: Request, vaka: Vaka, vem: Inloggad, regel: Frist, varden: dict[str, str], nej: Nej | None = None) -> Response:
    s, fel = vaka.sammanhang, nej.falt if nej else {}
    sidan = f"/regler/frist/{regel.process}/{regel.namn}"
    falt = [f | {"varde": varden.get(f["namn"], f.get("varde")), "fel": mening(fel.get(f["namn"], ""))} for f in _falt(s, regel)]
    return regelsida(
        request,
        "regler_ny_rad.html",
        vem,
        {"rubrik": regel.rubrik, "url": sidan},
        {"rubrik": "Ny rad", "url": ""},
        del_="oversikt",
        http=nej.status if nej else 200,
        rubrik=regel.rubrik,
        falt=falt,
        fel=fellista(fel, nej.skal if nej else ()),
        url=f"{sidan}/ny-rad",
        tillbaka=sidan,
    )


@router.post("/regler/frist/{process}/{namn}/ny-rad", response_class=HTMLResponse)
def lagg_till(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, process: str, namn: str) -> Response:
    kraver_andra(vem)
    regel = _hitta(vaka.sammanhang.regelverk, process, namn)
    varden = {f["namn"]: str(form.get(f["namn"]) or "").strip()[:2000] for f in _falt(vaka.sammanhang, regel)}
    try:
        if fel := _saknas(varden):
            raise OgiltigaUppgifter(falt=fel)
        _skriv(vaka, vem, nu, regel, varden)
    except Nej as nej:
        return _sida(request, vaka, vem, regel, varden, nej)
    return vidare(request, "/regler/utkast", "rad_tillagd")


def _saknas(varden: dict[str, str]) -> dict[str, str]:
    """What must be there before the rules themselves are asked, in the words of the form."""
    fel = {f: m for f, m in SAKNAS.items() if not varden[f]}
    if not varden["kontrollerad"] and not varden["anmarkning"]:
        fel["anmarkning"] = "Skriv vad som är oklart, eftersom ingen har läst källan, eller fyll i när den lästes."
    return fel


def _skriv(vaka: Vaka, vem: Inloggad, nu: Any, regel: Frist, varden: dict[str, str]) -> None:
    """Put the row in the draft, which is begun when there is none. Raises OgiltigaUppgifter with what the row makes wrong."""
    s = vaka.sammanhang
    mapp = "regler" if varden["niva"] == "nationell" else f"config/{s.kommun.kod}/regler"
    vag = f"{mapp}/frister/{regel.process}.yaml"
    with vaka.motor.begin() as conn:
        utkast = styr.borja(conn, s, nu=nu, av=vem.aktor.id)
        fore = utkast.filer.get(vag, f"# {s.kommun.namn}, egna tider. Ändra aldrig en rad: lägg till en ny med ny dag.\n\n")
        try:
            efter = lagg_till_rad(fore, regel.namn, som_rad(varden, nationell=varden["niva"] == "nationell"))
        except Redigeringsfel as fel:
            raise Nej(str(fel), kod="gar_inte_att_redigera") from None
        gamla = {(f.fil, f.plats, f.mening) for f in prova(s, utkast.filer)[1]}
        nya = [f for f in prova(s, {**utkast.filer, vag: efter})[1] if (f.fil, f.plats, f.mening) not in gamla]
        if nya:
            raise _nej(nya, vag, regel.namn, set(varden))
        styr.spara_fil(conn, utkast, vag, efter, nu=nu, av=vem.aktor.id)


def som_rad(varden: dict[str, str], *, nationell: bool) -> dict[str, Any]:
    """The row as the file is to have it: an unread source and, in the nation's rows, a missing statute are written out."""
    rad: dict[str, Any] = {ord_: varden[ord_] for ord_ in RAD if varden[ord_]}
    if rad.get("mal") == "nej":
        del rad["mal"]
    rad["kontrollerad"] = varden["kontrollerad"] or None
    if nationell:
        rad["lagrum"] = varden["lagrum"] or None
    rad["nar"] = {k.removeprefix("nar-"): v for k, v in varden.items() if k.startswith("nar-") and v}
    return rad


def _nej(nya: list[Fel], vag: str, namn: str, falt: set[str]) -> OgiltigaUppgifter:
    """The faults at the form's fields, the others by themselves."""
    vid_falt: dict[str, str] = {}
    skal = []
    for f in nya:
        delar = f.plats.split(" › ")
        ord_ = delar[3] if f.fil == vag and delar[:2] == [namn, "galler"] and len(delar) > 3 else ""
        ord_ = f"nar-{delar[4]}" if ord_ == "nar" and len(delar) > 4 else ord_
        if ord_ in falt:
            vid_falt.setdefault(ord_, klarsprak.stor(f.mening))
        else:
            skal.append(klarsprak.stor(f.mening))
    return OgiltigaUppgifter(skal, vid_falt)

"""The form of one step: what it asks for, what follows when it is taken, and what is said when somebody was first."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection, select

from arbetsfloden import INGA_KRAV, PROCESSER, VILLKOR, Process, Regelkrav, Steg
from arbetsfloden import formular as stegformular
from notiser import dagtext
from tjanster import klocka
from tjanster.arenden import jav
from tjanster.arenden.arendebild import Arendebild, hitta_arende, visa_arende
from tjanster.arenden.fel import FinnsInte, NagonHannFore, Nej
from tjanster.arenden.foljder import arbetande, mojliga_agare, mojliga_handlaggare
from tjanster.arenden.forslag import AVSLA, SVAR
from tjanster.arenden.fragor import hitta_id
from tjanster.arenden.handelse import Begaran, samla_fakta, utfor
from tjanster.arenden.lage import OPPNA, Lage
from tjanster.arenden.personer import STEG as PERSONSTEG
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.varning import Varning
from tjanster.db import t
from tjanster.web import arendevy, formular
from tjanster.web.arende import las_nummer, version_ur
from tjanster.web.mallar import antal
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()


@router.get("/arende/{nummer}/{handelse}", response_class=HTMLResponse)
def steg(
    request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str, handelse: str, grupp: str = "", bilaga: str = "",
    forslag: str = "",
) -> Response:  # fmt: skip
    if handelse in PERSONSTEG:
        return vidare(request, f"/arende/{las_nummer(nummer)}/personer")
    varden = {k: v for k, v in (("bilaga", bilaga), ("forslag", forslag)) if v}
    return _stegsida(request, vaka, vem, nu, las_nummer(nummer), handelse, varden, grupp=grupp)


@router.post("/arende/{nummer}/{handelse}")
def ta_steg(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, nummer: str, handelse: str) -> Response:
    s, nummer, version = vaka.sammanhang, las_nummer(nummer), version_ur(form)
    if handelse in PERSONSTEG:
        return vidare(request, f"/arende/{nummer}/personer")
    grupp = str(form.get("grupp") or "")
    with vaka.som(vem.aktor) as conn:
        lage = hitta_arende(conn, s, nummer, vem.aktor)
        ett = _hitta(lage, handelse)
    varden = _las(form, lage, ett, grupp)
    if form.get("_lagg_till"):
        return _stegsida(
            request, vaka, vem, nu, nummer, handelse, varden, grupp=grupp, rader_till=str(form["_lagg_till"])
        )
    skickas = _bara_andrat(lage, varden) if handelse == "andra" else varden
    try:
        with vaka.som(vem.aktor) as conn:
            begaran = Begaran(nummer, handelse, nu, vem.aktor, skickas, None, version, bekraftat=bool(form.get("bekraftat")))
            kvitto = utfor(conn, s, begaran)
    except NagonHannFore as nej:
        return _konflikt(request, vaka, vem, nu, nummer, handelse, varden, nej, grupp)
    except FinnsInte:
        raise
    except Nej as nej:
        return _stegsida(request, vaka, vem, nu, nummer, handelse, varden, nej=nej, grupp=grupp)
    with vaka.som(vem.aktor) as conn:
        kvar = hitta_id(conn, s, kvitto.nummer, vem.aktor) is not None
    hej = "foreslaget" if kvitto.forslag else handelse if handelse in SVAR else "sparat"
    return vidare(request, f"/arende/{kvitto.nummer}" if kvar else "/", hej)


def _hitta(lage: Lage, handelse: str) -> Steg:
    try:
        return lage.process.hitta(handelse, lage.rad["tillstand"])
    except KeyError:
        try:
            return lage.process.hitta(handelse)
        except KeyError:
            raise FinnsInte("Steget") from None


def _beskrivna(process: Process, steg: Steg) -> Any:
    return {**process.modell.beskrivna(), **(steg.modell.beskrivna() if steg.modell else {})}


def _formfalt(
    lage: Lage, steg: Steg, fakta: Any, grupp: str = "", krav: Regelkrav = INGA_KRAV
) -> list[tuple[str, bool]]:
    """The step's fields and whether they must be filled.

    `andra` mends what the case has: one group of it, or all and what no step asks for besides.
    """
    process = lage.process
    if steg.handelse == "andra":
        har, frivilliga = lage.rad["uppgifter"], {"externt_id", "diarienummer", *process.oppnas_med}
        egna = [
            (n, False)
            for n, f in process.modell.beskrivna().items()
            if not f.handelse and n != "enhet" and f.slag != "rader" and (not grupp or f.grupp == grupp)
            and (n in har or (not grupp and n in frivilliga))
        ]  # fmt: skip
        return [*egna, ("skal", True)]
    return [(f.namn, kravs) for f, kravs in stegformular(process, steg, fakta, krav)]


def _las(form: Any, lage: Lage, steg: Steg, grupp: str) -> dict[str, Any]:
    process = lage.process
    beskrivna = _beskrivna(process, steg)
    namn = [n for n, _ in _formfalt(lage, steg, None, grupp)]
    # What depends on the day and the facts: the causes, and whatever the rules demand.
    extra = [n for n in beskrivna if n not in namn and (n in form or f"{n}-antal" in form)]
    varden = formular.las(form, beskrivna, (*namn, *extra))
    if steg.handelse == "andra":  # what was there and now is wiped out is a change too
        varden = {n: "" for n in namn if n in form} | varden
    return varden


def _bara_andrat(lage: Lage, varden: dict[str, Any]) -> dict[str, Any]:
    """Of a form with all fields: those whose text differs from what the case has."""
    har = lage.rad["uppgifter"]

    def samma(namn: str, varde: Any) -> bool:
        fore = har.get(namn)
        if isinstance(fore, bool):
            fore = "ja" if fore else "nej"
        return (fore or "") == varde or (
            isinstance(fore, str) and fore.replace("\r\n", "\n") == str(varde).replace("\r\n", "\n")
        )

    return {k: v for k, v in varden.items() if k == "skal" or not samma(k, v)}


def _stegsida(
    request: Request,
    vaka: Program,
    vem: Inloggad,
    nu: datetime,
    nummer: str,
    handelse: str,
    varden: dict[str, Any],
    *,
    nej: Nej | None = None,
    konflikt: dict[str, Any] | None = None,
    grupp: str = "",
    rader_till: str = "",
) -> Response:
    s = vaka.sammanhang
    with vaka.som(vem.aktor) as conn:
        bild = visa_arende(conn, s, nummer, vem.aktor, nu, "steg", handelse[:60])
        ett = next((x for x in (*bild.steg, *bild.gemensamma) if x.handelse == handelse), None)
        if ett is None or (not ett.gar and nej is None):
            skal = list(ett.hinder) if ett else [f"Steget kan inte tas när ärendet är i läget ”{bild.tillstand_text}”."]
            raise Nej(nej.skal if nej and nej.skal else skal, kod="steget_gar_inte_nu")
        fakta = samla_fakta(s, bild.lage, bild.lage.uppgifter, nu, nu.date())
        falt = _formfalt(bild.lage, ett.steg, fakta, grupp, ett.krav)
        fel = dict(nej.falt) if nej else {}
        # A field that only now proved to be needed (the cause, the reason) comes last in the form.
        beskrivna = _beskrivna(bild.process, ett.steg)
        namn = [n for n, _ in falt if n != "sen_registrering_skal"]
        namn += [n for n in (*fel, *varden) if n in beskrivna and n not in namn]
        kravs = {n for n, krav in falt if krav} | {n for n in fel if n not in dict(falt)}
        ifyllt = _ifyllt(bild, ett.steg, namn)
        rorda = {*fel, *(n for n, v in varden.items() if v != ifyllt.get(n))}
        falten = formular.formular(s, beskrivna, namn, kravs, ifyllt | varden, fel, _rader(bild))
        _val(conn, s, bild, handelse, falten, nu, vem.aktor.id)
    _forklara(bild, ett.steg, falten, rader_till)
    forst, sedan = _dela(ett.steg, falten, rorda)
    return sida(
        request,
        "steg.html",
        vem,
        http=nej.status if nej else 409 if konflikt else 200,
        brodsmulor=[{"rubrik": bild.nummer, "url": f"/arende/{bild.nummer}"}, {"rubrik": ett.rubrik, "url": ""}],
        arende=arendevy.huvud(bild),
        steg={
            "handelse": handelse,
            "rubrik": ett.rubrik,
            "blir": bild.process.tillstand[ett.steg.till] if ett.steg.till and ett.steg.till != bild.tillstand else "",
        },
        bilaga=[f"{mening} Det har {antal(len(bild.bilagor), 'bilaga', 'bilagor')}." for mening in ett.bilaga],
        foljder=_foljder(s, bild, ett.steg),
        delegation=ett.delegation or "",
        fyra_ogon=ett.krav.fyra_ogon or "",
        falt=forst,
        fler_falt=sedan,
        fel=formular.fellista(fel, nej.skal if nej else ()),
        konflikt=konflikt,
        grupp=grupp,
        bekraftar=isinstance(nej, Varning),
        url=f"/arende/{bild.nummer}/{handelse}",
    )


def _rader(bild: Arendebild) -> dict[str, list[str]]:
    """The rows that the case has already, a line each."""
    alla = (f for _, falt in bild.grupper for f in falt if f.slag == "rader")
    return {f.namn: [", ".join(v for _, v in rad) for rad in f.rader] for f in alla}


def _forklara(bild: Arendebild, steg: Steg, falten: list[dict[str, Any]], rader_till: str) -> None:
    """What depends on the case: why the cause is asked for, one row more where it was asked for, what needs no word."""
    kravs = any(f["krav"] for f in falten)
    sena = [
        f for f in bild.frister if f.namn in steg.stoppar and f.forfaller and (f.sen or f.bruten) and f.slag == "lag"
    ]
    for f in falten:
        if f["namn"] == bild.process.orsaksfalt and sena:
            f["hjalp"] = f"Behövs eftersom fristen gick ut {dagtext(sena[0].forfaller)}."
        elif f["namn"] == rader_till:
            f["tomma"] = 1 if f["varde"] else 2
        if steg.handelse == "andra" or (f["slag"] == "dag" and f["varde"]) or not kravs:
            f["tyst"] = True


def _dela(
    steg: Steg, falten: list[dict[str, Any]], rorda: set[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the step needs or the case lacks comes first, what may also be told lies folded below; a short form has it
    all at once.

    rorda: fields that were typed in or wrong, which are never folded away.
    """
    if steg.handelse == "andra":
        return falten, []
    viktiga = {steg.dag, "skal", *rorda, *(f for v in steg.kraver for f in VILLKOR[v].falt)}
    forst, sedan = [], []
    for f in falten:
        f["grupp"] = ""
        oklart = f["slag"] not in ("text", "langtext") and not f["varde"]
        (forst if f["krav"] or oklart or f["namn"] in viktiga else sedan).append(f)
    return (falten, []) if len(sedan) < 2 or not any(f["krav"] for f in forst) else (forst, sedan)


def _ifyllt(bild: Arendebild, steg: Steg, namn: list[str]) -> dict[str, Any]:
    """What the form starts with: the case's own values, and today where the field says so."""
    har = bild.lage.rad["uppgifter"]
    if steg.handelse == "andra":
        return {k: v for k, v in har.items() if k in namn}
    beskrivna = _beskrivna(bild.process, steg)
    egna = {} if steg.modell else {k: v for k, v in har.items() if k in namn}
    egna = {k: v for k, v in egna.items() if beskrivna[k].slag != "rader" and k not in steg.nollar and k != steg.dag}
    return {n: klocka.idag().isoformat() for n in namn if beskrivna[n].vid_registrering == "idag"} | egna


def _val(
    conn: Connection, s: Sammanhang, bild: Arendebild, handelse: str, falten: list[dict[str, Any]], nu: datetime, egen: int
) -> None:
    """The choices of the common steps: people who may take the case, its open limits and tasks."""
    for f in falten:
        if f["namn"] == "handlaggare":
            val = {str(p.id): p.namn for p in mojliga_handlaggare(conn, s, bild.lage, nu)}
            f |= {
                "hjalp": "",
                "slag": "val",
                "val": val,
                "varde": f["varde"] or (str(bild.handlaggare_id) if bild.handlaggare_id else None),
            }
        elif f["namn"] == "agare":
            val = {str(p.id): p.namn for p in mojliga_agare(conn, s, bild.lage, nu)}
            f |= {"slag": "lista", "val": val, "hjalp": f"Väljer du ingen får {bild.handlaggare or 'enhetens chef'} uppgiften."}
        elif f["namn"] == "krets":
            val = {str(p.id): p.namn for p in arbetande(conn, s, bild.lage, nu) if p.id not in bild.lage.rad["javiga"]}
            valda = [str(i) for i in bild.lage.rad["krets"] or () if str(i) in val]
            f |= {"slag": "flerval", "val": val, "varde": f["varde"] or valda}
        elif f["namn"] == "jav":
            f |= {"slag": "flerval", "val": _javval(conn, s, bild, handelse, egen, nu)}
        elif f["namn"] == "frist":
            f |= {
                "hjalp": "",
                "slag": "val",
                "val": {x.namn: x.rubrik for x in bild.frister if x.status in OPPNA and x.slag == "lag"},
            }
            f["varde"] = f["varde"] or (next(iter(f["val"])) if len(f["val"]) == 1 else None)
        elif f["namn"] == "slag" and handelse == "koppla":
            f |= {"varde": f["varde"] or "hor_ihop", "tyst": True}
        elif f["namn"] == "uppgift":
            f |= {"slag": "val", "val": {str(u.id): u.text for u in bild.uppgifter if u.klar is None}}
        elif f["namn"] == "skal" and handelse == AVSLA:
            f["hjalp"] = "Varför förslaget avslås. Den som lade det läser det i historiken."
        elif f["namn"] == "forslag":
            val = {str(x.id): f"{x.rubrik} ({x.vem}, {dagtext(x.tid)})" for x in bild.forslag}
            f |= {"hjalp": "", "slag": "val", "val": val, "tyst": True}
            f["varde"] = f["varde"] or (next(iter(f["val"])) if len(f["val"]) == 1 else None)
        elif f["namn"] == "bilaga":
            f |= {"hjalp": "", "slag": "val", "val": {str(b.id): b.namn for b in bild.bilagor}}
            f["varde"] = f["varde"] or (next(iter(f["val"])) if len(f["val"]) == 1 else None)


def _javval(conn: Connection, s: Sammanhang, bild: Arendebild, handelse: str, egen: int, nu: datetime) -> dict[str, str]:
    """Whom one may set aside, or let back in."""
    if handelse != "hav_jav":
        return {str(p.id): p.namn for p in jav.valbara(conn, s, bild.lage, nu.date(), (egen,))}
    a = t.anvandare.c
    rader = conn.execute(select(a.id, a.namn).where(a.id.in_(bild.lage.rad["javiga"])).order_by(a.namn))
    return {str(r.id): r.namn for r in rader}


def _foljder(s: Sammanhang, bild: Arendebild, steg: Steg) -> list[str]:
    """What happens when the step is taken, told beforehand."""
    regler, oppna = s.regelverk.frister(bild.process.namn), {f.namn for f in bild.frister if f.status in OPPNA}
    ut = [f"Fristen ”{regler[n].rubrik}” är då klar." for n in steg.stoppar if n in oppna]
    ut += [f"Fristen ”{regler[n].rubrik}” börjar löpa." for n in steg.startar if n not in oppna]
    if steg.blir:
        ut.append(f"Ett nytt ärende öppnas: {PROCESSER[steg.blir].ental}. De två ärendena länkas.")
    if steg.handelse == "ta_bort_bilaga":
        ut.append("Filens innehåll raderas och går inte att få tillbaka. Att den har funnits står kvar i historiken.")
    if steg.byter_enhet:
        ut.append("Enhetens chef får veta och äger nästa steg.")
    ut += [f"Förslaget ”{f.rubrik}” faller om ärendet går vidare eller uppgifter i det ändras." for f in bild.forslag if not steg.modell]
    return ut


def _konflikt(
    request: Request, vaka: Program, vem: Inloggad, nu: datetime, nummer: str, handelse: str, varden: dict[str, Any], nej: NagonHannFore,
    grupp: str,
) -> Response:  # fmt: skip
    """Somebody was first. What they did is shown, and what this person wrote is kept."""
    s = vaka.sammanhang
    with vaka.som(vem.aktor) as conn:
        bild = visa_arende(conn, s, nummer, vem.aktor, nu, "steg", handelse[:60])
    ett = next((x for x in (*bild.steg, *bild.gemensamma) if x.handelse == handelse and x.gar), None)
    beskrivna = _beskrivna(bild.process, _hitta(bild.lage, handelse))
    konflikt = {
        "handelser": [arendevy.handelse(h) for h in reversed(bild.handelser) if h.lopnr > nej.sedd],
        "mitt": [{"rubrik": beskrivna[n].rubrik, "visat": _som_text(v)} for n, v in varden.items() if v],
    }
    if ett is not None:
        return _stegsida(request, vaka, vem, nu, nummer, handelse, varden, konflikt=konflikt, grupp=grupp)
    return sida(request, "konflikt.html", vem, http=409, arende=arendevy.huvud(bild), konflikt=konflikt)


def _som_text(v: Any) -> str:
    """What was typed, as it is shown back: rows and choices on a line each."""
    if isinstance(v, str):
        return v
    if isinstance(v, dict):
        return ", ".join(_som_text(x) for x in v.values())
    return "\n".join(_som_text(x) for x in v)

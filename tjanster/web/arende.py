"""The case page, the form of one step, and why a limit ends on its day."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection, select

from arbetsfloden import ROLLER, Process, Steg
from arbetsfloden import formular as stegformular
from notiser import dagtext
from tjanster.arenden.arendebild import (
    Arendebild,
    Handelsebild,
    Stegbild,
    las_arende,
    varfor,
    visa_arende,
)
from tjanster.arenden.fel import FinnsInte, NagonHannFore, Nej, OgiltigaUppgifter
from tjanster.arenden.foljder import mojliga_handlaggare
from tjanster.arenden.fristakter import FRISTAKTORD
from tjanster.arenden.handelse import Begaran, samla_fakta, utfor
from tjanster.arenden.lage import OPPNA, Lage
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.web import formular
from tjanster.web.rader import dagar_kvar, tagg
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()
SYNLIGA_HANDELSER = 30


@router.get("/arende/{nummer}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str, hela: str = "") -> Response:
    s = vaka.sammanhang
    with vaka.motor.connect() as conn:
        bild = visa_arende(conn, s, _nummer(nummer), vem.aktor, nu)
    kan = [x for x in bild.steg if x.gar]
    historik = [_handelse(h) for h in reversed(bild.handelser)]
    dolda = "" if hela or len(historik) <= SYNLIGA_HANDELSER else f"/arende/{bild.nummer}?hela=ja#historik"
    return sida(
        request,
        "arende.html",
        vem,
        aktiv="",
        brodsmulor=[{"rubrik": "Min dag", "url": "/"}, {"rubrik": bild.nummer, "url": f"/arende/{bild.nummer}"}],
        arende=_arende(bild),
        stegbild=_stegbild(bild),
        frister=[_frist(s, bild, f, nu) for f in bild.frister],
        kan=[_kan(bild, x) for x in sorted(kan, key=lambda x: _ordning(bild.process, x.steg))],
        kan_inte=[{"rubrik": x.rubrik, "skal": list(x.hinder)} for x in bild.steg if not x.gar],
        gemensamma=[
            {"rubrik": x.rubrik, "url": f"/arende/{bild.nummer}/{x.handelse}"}
            for x in bild.gemensamma
            if x.handelse != "klarmarkera_uppgift"
        ],
        grupper=[_grupp(bild, namn, falt) for namn, falt in bild.grupper],
        uppgifter=[
            {
                "id": u.id, "text": u.text, "agare": u.agare or f"{u.enhet_namn}", "senast": u.senast,
                "klar": u.klar is not None, "klar_url": f"/uppgift/{u.id}/klar",
            }
            for u in bild.uppgifter
        ],
        atgarder=_atgarder(s, bild),
        kopplade=[
            {"nummer": k.nummer, "url": f"/arende/{k.nummer}" if k.synlig else None, "process": k.sort,
             "tillstand": k.tillstand, "sort": k.ord}
            for k in bild.lankar
        ],
        handelser=historik if not dolda else historik[:SYNLIGA_HANDELSER],
        fler_url=dolda or None,
        kontakt=_kontakt(bild),
        kontakt_dold="" if not bild.process.kontakt or bild.kontakt else "Den som lämnade synpunkten är anonym.",
        ser=_ser(bild),
        ta_over=_ta_over(bild, vem),
    )  # fmt: skip


def _nummer(text: str) -> str:
    if len(text) > 40 or not text.replace("-", "").isalnum():
        raise FinnsInte("Ärendet")
    return text.upper()


def _arende(bild: Arendebild) -> dict[str, Any]:
    p = bild.process
    return {
        "nummer": bild.nummer,
        "rubrik": bild.kort,
        "process": p.ental,
        "process_namn": p.namn,
        "tillstand": bild.tillstand_text,
        "lage": tagg(p.namn, bild.tillstand),
        "enhet": bild.enhet_namn,
        "handlaggare": bild.handlaggare,
        "version": bild.version,
        "dag": bild.dag,
        "dag_rubrik": p.modell.beskrivna()[p.dag].rubrik,
        "registrerad": bild.registrerad,
        "url": f"/arende/{bild.nummer}",
        "oppet": bool(bild.steg) or not bild.slut,
    }


def _stegbild(bild: Arendebild) -> list[dict[str, Any]]:
    """The normal way, with what the case has done, where it is, and where it may go next."""
    dagar = {h.till: h.dag for h in bild.handelser if h.fran != h.till}
    nasta = {bild.process.tillstand[x.steg.till] for x in bild.steg if x.gar and x.steg.till}
    koder = [k for k, _, _ in bild.stegbild]
    nu_plats = koder.index(bild.tillstand)
    ut = []
    for plats, (kod, text, _) in enumerate(bild.stegbild):
        if kod == bild.tillstand:
            lage = "nu"
        elif text in dagar and plats < nu_plats:
            lage = "klar"
        elif plats < nu_plats:
            lage = "hoppad"
        else:
            lage = "mojlig" if text in nasta else "kvar"
        ut.append({"rubrik": text, "lage": lage, "dag": dagar.get(text) if lage in ("klar", "nu") else None})
    return ut


def _frist(s: Sammanhang, bild: Arendebild, f: Any, nu: datetime) -> dict[str, Any]:
    kvar, enhet = dagar_kvar(s, f.forfaller, nu.date())
    lage = None
    if f.status == "mott":
        lage = "bruten" if f.bruten else "uppfylld"
    elif f.status == "pausad":
        lage = "pausad"
    elif f.status == "utgatt":
        lage = "upphord"
    historik = []
    if f.mott:
        historik.append(f"Möttes {dagtext(f.mott)}")
    if f.bruten:
        historik.append(f"Bröts. Orsak: {f.orsak or 'inte angiven än'}")
    if f.flyttad:
        historik.append("Dagen har flyttats, se ”Varför denna dag?”")
    ut = {
        "rubrik": f.rubrik,
        "forfaller": f.forfaller,
        "kvar": kvar,
        "kvar_enhet": enhet,
        "lagrum": (f.regel.lagrum or f.regel.kalla) if f.regel else f.regel_id,
        "varfor_url": f"/arende/{bild.nummer}/frist/{f.id}",
        "mal": "Kommunens eget mål, vid sidan av lagens gräns" if f.slag == "mal" else "",
        "historik": historik,
    }
    return ut | ({"lage": lage} if lage else {})


def _ordning(process: Process, steg: Steg) -> tuple[int, int]:
    """The step along the normal way first."""
    vag = process.huvudvag
    har = max((vag.index(k) for k in process.kallor(steg) if k in vag), default=-1)
    framat = steg.till in vag and vag.index(steg.till) > har
    return (vag.index(steg.till) if framat and steg.till else 99), process.steg.index(steg)


def _kan(bild: Arendebild, x: Stegbild) -> dict[str, Any]:
    falt = x.steg.i_formularet
    return {
        "handelse": x.handelse,
        "rubrik": x.rubrik,
        "url": f"/arende/{bild.nummer}/{x.handelse}",
        "direkt": not falt and not set(x.steg.stoppar) & set(bild.lage.rad.get("sena", ())) and not x.steg.stoppar,
    }


def _handelse(h: Handelsebild) -> dict[str, Any]:
    slag = {"anteckna": "anteckning", "andra": "andring"}.get(h.handelse, "steg")
    if h.handelse.endswith("_frist") or h.handelse.startswith("starta_frist"):
        slag = "frist"
    elif h.av is None:
        slag = "system"
    delar = [d for d in (f"Skäl: {h.skal}" if h.skal else "", _gallde(h)) if d]
    return {
        "rubrik": h.rubrik + (f" → {h.till}" if h.fran and h.fran != h.till else ""),
        "vem": h.vem,
        "nar": h.tid,
        "slag": slag,
        "text": ". ".join(delar),
        "andringar": [{"rubrik": r, "fran": a, "till": b} for r, a, b in h.andringar if h.handelse != "registrera"],
        "foljder": list(h.foljder),
    }


def _gallde(h: Handelsebild) -> str:
    return f"Gäller {dagtext(h.dag)}" if h.dag != h.tid.date() else ""


def _grupp(bild: Arendebild, namn: str, falt: Any) -> dict[str, Any]:
    andra = any(x.handelse == "andra" for x in bild.gemensamma)
    rader = []
    for f in falt:
        if f.slag == "rader":
            if f.namn == "atgarder":
                continue
            for i, rad in enumerate(f.rader, start=1):
                rader.append({"rubrik": f"{f.rubrik} {i}", "visat": "\n".join(f"{r}: {v}" for r, v in rad), "lang": True})
        else:
            rader.append({"rubrik": f.rubrik, "visat": f.text, "lang": f.slag == "langtext"})
    return {"rubrik": namn, "rader": rader, "andra_url": f"/arende/{bild.nummer}/andra" if andra else None}


def _atgarder(s: Sammanhang, bild: Arendebild) -> list[dict[str, Any]]:
    """Measures, with how far they have spread: a task in each other unit that should take it too."""
    ut = []
    for i, a in enumerate(bild.lage.rad["uppgifter"].get("atgarder") or [], start=1):
        spridda = [u for u in bild.uppgifter if u.atgard == f"{bild.nummer}/{i}"]
        kvar = [u for u in spridda if u.klar is None]
        ut.append(
            {
                "text": a.get("text", ""),
                "ansvarig": a.get("ansvarig", ""),
                "senast": a.get("senast"),
                "enheter": [u.enhet_namn for u in spridda],
                "status": f"{len(kvar)} av {len(spridda)} enheter kvar" if kvar else "Klar" if bild.slut else "Beslutad",
            }
        )
    return ut


def _kontakt(bild: Arendebild) -> list[dict[str, Any]] | None:
    if not bild.kontakt:
        return None
    ord_ = {"namn": "Namn", "epost": "E-post", "telefon": "Telefon", "adress": "Adress"}
    return [{"rubrik": ord_[k], "visat": v} for k, v in bild.kontakt.items() if v and k in ord_]


def _ser(bild: Arendebild) -> list[str]:
    roller = [ROLLER[r] for r in bild.process.synlig_for]
    ut = [f"{r} för {bild.enhet_namn} eller en nivå över" for r in roller]
    if bild.handlaggare:
        ut.insert(0, f"{bild.handlaggare} (handläggare)")
    if bild.process.namn == "avvikelse":
        ut.append("Den som rapporterade avvikelsen")
    return ut


def _ta_over(bild: Arendebild, vem: Inloggad) -> dict[str, str] | None:
    gar = any(x.handelse == "tilldela" for x in bild.gemensamma)
    if bild.slut or not gar or bild.handlaggare_id == vem.aktor.id:
        return None
    return {"url": f"/arende/{bild.nummer}/ta-over"}


@router.post("/arende/{nummer}/ta-over")
def ta_over(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, nummer: str) -> Response:
    """A colleague's case becomes mine, in one click."""
    with vaka.motor.begin() as conn:
        utfor(
            conn,
            vaka.sammanhang,
            Begaran(_nummer(nummer), "tilldela", nu, vem.aktor, {"handlaggare": str(vem.aktor.id)}, version=_version(form)),
        )
    return vidare(request, f"/arende/{_nummer(nummer)}", "tagit_over")


def _version(form: Any) -> int | None:
    text = str(form.get("version") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


@router.get("/arende/{nummer}/frist/{frist_id}", response_class=HTMLResponse)
def varfor_denna_dag(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str, frist_id: int) -> Response:
    s = vaka.sammanhang
    with vaka.motor.connect() as conn:
        bild = visa_arende(conn, s, _nummer(nummer), vem.aktor, nu)
        _, svar = varfor(s, bild.lage, frist_id)
        acts = conn.execute(select(t.fristakt).where(t.fristakt.c.frist_id == frist_id).order_by(t.fristakt.c.id)).mappings()
        handlingar = [_akt(a) for a in acts]
        p = t.paminnelse.c
        trappa = [
            {
                "dag": r.dag,
                "roll": ROLLER[r.roll],
                "nar": r.nar,
                "lage": "kommer" if r.fallen is None else "ikapp" if r.ikapp else "skickad",
            }
            for r in conn.execute(select(t.paminnelse).where(p.frist_id == frist_id).order_by(p.dag, p.trappsteg))
        ]
    bilden = next(f for f in bild.frister if f.id == frist_id)
    regel = svar.regel
    return sida(
        request,
        "varfor.html",
        vem,
        brodsmulor=[{"rubrik": bild.nummer, "url": f"/arende/{bild.nummer}"}, {"rubrik": "Varför denna dag?", "url": ""}],
        arende=_arende(bild),
        frist=_frist(s, bild, bilden, nu) | {"fran": svar.fran, "start_dag": svar.start_dag},
        regel={
            "tid": regel.tid, "lagrum": regel.lagrum, "kalla": regel.kalla, "kontrollerad": regel.kontrollerad,
            "niva": regel.niva, "fran": regel.fran, "anmarkning": regel.anmarkning, "id": regel.id, "fil": regel.fil,
            "rullas": regel.rullas,
        },
        rakning=[{"dag": r.dag, "raknas": r.raknas, "nummer": r.nummer, "varfor": r.varfor} for r in svar.rakning],
        mal=None,
        handlingar=handlingar,
        trappa=trappa,
        version=s.regelverk.hash[:12],
    )  # fmt: skip


def _akt(a: Any) -> str:
    text = f"{dagtext(a['dag'])}: {FRISTAKTORD[a['slag']]}"
    if a["till_dag"]:
        text += f" till {dagtext(a['till_dag'])}"
    return f"{text}. Skäl: {a['skal']}" if a["skal"] else text


@router.get("/arende/{nummer}/{handelse}", response_class=HTMLResponse)
def steg(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str, handelse: str) -> Response:
    return _stegsida(request, vaka, vem, nu, _nummer(nummer), handelse, {})


@router.post("/arende/{nummer}/{handelse}")
def ta_steg(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, nummer: str, handelse: str) -> Response:
    s, nummer, version = vaka.sammanhang, _nummer(nummer), _version(form)
    with vaka.motor.connect() as conn:
        lage = las_arende(conn, s, nummer, vem.aktor)
        ett = _hitta(lage, handelse)
    varden = _las(form, lage.process, ett)
    if form.get("_lagg_till"):
        return _stegsida(request, vaka, vem, nu, nummer, handelse, varden)
    skickas = _bara_andrat(lage, varden) if handelse == "andra" else varden
    try:
        with vaka.motor.begin() as conn:
            kvitto = utfor(conn, s, Begaran(nummer, handelse, nu, vem.aktor, skickas, None, version))
    except NagonHannFore as nej:
        return _konflikt(request, vaka, vem, nu, nummer, handelse, varden, nej)
    except Nej as nej:
        if isinstance(nej, FinnsInte):
            raise
        return _stegsida(request, vaka, vem, nu, nummer, handelse, varden, nej=nej)
    with vaka.motor.connect() as conn:
        from tjanster.arenden.fragor import hitta_id

        kvar = hitta_id(conn, s, kvitto.nummer, vem.aktor) is not None
    return vidare(request, f"/arende/{kvitto.nummer}" if kvar else "/", "sparat")


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


def _formfalt(process: Process, steg: Steg, fakta: Any) -> list[tuple[str, bool]]:
    """The step's fields and whether they must be filled; `andra` has all that the case keeps."""
    if steg.handelse == "andra":
        egna = [
            (n, False)
            for n, f in process.modell.beskrivna().items()
            if not f.handelse and n != "enhet" and f.slag != "rader"
        ]
        return [*egna, ("skal", True)]
    return [(f.namn, krav) for f, krav in stegformular(process, steg, fakta)]


def _las(form: Any, process: Process, steg: Steg) -> dict[str, Any]:
    beskrivna = _beskrivna(process, steg)
    namn = [n for n, _ in _formfalt(process, steg, None)]
    extra = ("sen_registrering_skal", process.orsaksfalt, "forseningsorsak_text", "forsening_atgard", "skal")
    return formular.las(form, beskrivna, (*namn, *(n for n in extra if n in form)))


def _bara_andrat(lage: Lage, varden: dict[str, Any]) -> dict[str, Any]:
    """Of a form with all fields: those whose text differs from what the case has."""
    har = lage.rad["uppgifter"]

    def samma(namn: str, varde: Any) -> bool:
        fore = har.get(namn)
        if isinstance(fore, bool):
            fore = "ja" if fore else "nej"
        return fore == varde or (isinstance(fore, str) and fore.replace("\r\n", "\n") == str(varde).replace("\r\n", "\n"))

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
) -> Response:
    s = vaka.sammanhang
    with vaka.motor.connect() as conn:
        bild = visa_arende(conn, s, nummer, vem.aktor, nu)
        ett = next((x for x in (*bild.steg, *bild.gemensamma) if x.handelse == handelse), None)
        if ett is None or (not ett.gar and nej is None):
            skal = list(ett.hinder) if ett else [f"Steget kan inte tas när ärendet är i läget ”{bild.tillstand_text}”."]
            if nej is None or ett is None:
                raise Nej(nej.skal if nej and nej.skal else skal, kod="steget_gar_inte_nu")
        fakta = samla_fakta(bild.lage, bild.lage.uppgifter, nu, nu.date(), ar_anvandare=True)
        falt = _formfalt(bild.process, ett.steg, fakta)
        namn = [n for n, _ in falt]
        fel = dict(nej.falt) if nej else {}
        # A field that only now proved to be needed (the cause, the reason) comes last in the form.
        beskrivna = _beskrivna(bild.process, ett.steg)
        namn = [n for n in namn if n != "sen_registrering_skal"]
        namn += [n for n in (*fel, *varden) if n in beskrivna and n not in namn]
        kravs = {n for n, krav in falt if krav} | {n for n in fel if n not in dict(falt)}
        ifyllt = _ifyllt(bild, ett.steg, namn) | varden
        falten = formular.formular(s, beskrivna, namn, kravs, ifyllt, fel, bild.lage.uppgifter)
        _val(conn, s, bild, vem, falten, nu)
    return sida(
        request,
        "steg.html",
        vem,
        http=nej.status if nej else 409 if konflikt else 200,
        brodsmulor=[{"rubrik": bild.nummer, "url": f"/arende/{bild.nummer}"}, {"rubrik": ett.rubrik, "url": ""}],
        arende=_arende(bild),
        steg={
            "handelse": handelse,
            "rubrik": ett.rubrik,
            "blir": bild.process.tillstand[ett.steg.till] if ett.steg.till and ett.steg.till != bild.tillstand else "",
        },
        ingress="",
        foljder=_foljder(s, bild, ett.steg),
        falt=falten,
        fel=formular.fellista(fel, nej.skal if nej else ()),
        konflikt=konflikt,
        url=f"/arende/{bild.nummer}/{handelse}",
    )


def _ifyllt(bild: Arendebild, steg: Steg, namn: list[str]) -> dict[str, Any]:
    """What the form starts with: the case's own values, and today where the field says so."""
    beskrivna = _beskrivna(bild.process, steg)
    har = {} if steg.modell else {k: v for k, v in bild.lage.rad["uppgifter"].items() if k in namn}
    har = {k: v for k, v in har.items() if beskrivna[k].slag != "rader" and k not in steg.nollar and k != steg.dag}
    if steg.handelse == "andra":
        return {k: v for k, v in bild.lage.rad["uppgifter"].items() if k in namn}
    from tjanster import klocka

    return {n: klocka.idag().isoformat() for n in namn if beskrivna[n].vid_registrering == "idag"} | har


def _val(conn: Connection, s: Sammanhang, bild: Arendebild, vem: Inloggad, falten: list[dict[str, Any]], nu: datetime) -> None:
    """The choices of the common steps: people who may take the case, its open limits and tasks."""
    for f in falten:
        if f["namn"] == "handlaggare":
            val = {str(p.id): p.namn for p in mojliga_handlaggare(conn, s, bild.lage, nu)}
            f |= {"slag": "val", "val": val, "varde": f["varde"] or (str(bild.handlaggare_id) if bild.handlaggare_id else None)}
        elif f["namn"] == "frist":
            f |= {"slag": "val", "val": {x.namn: x.rubrik for x in bild.frister if x.status in OPPNA and x.slag == "lag"}}
            f["varde"] = f["varde"] or (next(iter(f["val"])) if len(f["val"]) == 1 else None)
        elif f["namn"] == "uppgift":
            f |= {"slag": "val", "val": {str(u.id): u.text for u in bild.uppgifter if u.klar is None}}


def _foljder(s: Sammanhang, bild: Arendebild, steg: Steg) -> list[str]:
    """What happens when the step is taken, told beforehand."""
    regler, oppna = s.regelverk.frister(bild.process.namn), {f.namn for f in bild.frister if f.status in OPPNA}
    ut = [f"Fristen ”{regler[n].rubrik}” möts." for n in steg.stoppar if n in oppna]
    ut += [f"Fristen ”{regler[n].rubrik}” börjar löpa." for n in steg.startar if n not in oppna]
    if steg.blir:
        from arbetsfloden import PROCESSER

        ut.append(f"Ett nytt ärende öppnas: {PROCESSER[steg.blir].ental}. De två ärendena länkas.")
    if steg.byter_enhet:
        ut.append("Enhetens chef får veta och äger nästa steg.")
    return ut


def _konflikt(
    request: Request, vaka: Program, vem: Inloggad, nu: datetime, nummer: str, handelse: str, varden: dict[str, Any], nej: NagonHannFore,
) -> Response:  # fmt: skip
    """Somebody was first. What they did is shown, and what this person wrote is kept."""
    s = vaka.sammanhang
    with vaka.motor.connect() as conn:
        bild = visa_arende(conn, s, nummer, vem.aktor, nu)
    ett = next((x for x in (*bild.steg, *bild.gemensamma) if x.handelse == handelse and x.gar), None)
    beskrivna = _beskrivna(bild.process, _hitta(bild.lage, handelse))
    konflikt = {
        "handelser": [_handelse(h) for h in reversed(bild.handelser) if h.lopnr > nej.sedd],
        "mitt": [{"rubrik": beskrivna[n].rubrik, "visat": v if isinstance(v, str) else ", ".join(map(str, v))} for n, v in varden.items()],
    }
    if ett is not None:
        return _stegsida(request, vaka, vem, nu, nummer, handelse, varden, konflikt=konflikt)
    return sida(request, "konflikt.html", vem, http=409, arende=_arende(bild), konflikt=konflikt)


@router.get("/uppgift/{uppgift_id}", response_class=HTMLResponse)
def uppgift(request: Request, vaka: Program, vem: Vem, nu: Nu, uppgift_id: int) -> Response:
    """A task for a unit whose people may not open the case it comes from: a measure to take a stand on."""
    with vaka.motor.connect() as conn:
        rad = _min_uppgift(conn, vaka.sammanhang, vem, uppgift_id, nu)
        atgard = _atgardstext(rad["uppgifter"], rad["atgard"])
    return sida(request, "uppgift.html", vem, uppgift=rad | {"atgardstext": atgard}, url=f"/uppgift/{uppgift_id}/klar")


@router.post("/uppgift/{uppgift_id}/klar")
def uppgift_klar(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, uppgift_id: int) -> Response:
    with vaka.motor.begin() as conn:
        rad = _min_uppgift(conn, vaka.sammanhang, vem, uppgift_id, nu)
        skal = str(form.get("kommentar") or "").strip()[:2000] or None
        if rad["synlig"]:
            utfor(conn, vaka.sammanhang, Begaran(rad["nummer"], "klarmarkera_uppgift", nu, vem.aktor, {"uppgift": str(uppgift_id)}, skal))
        else:
            # The unit's own answer to a measure that came from elsewhere: it goes into that case by the system.
            if skal is None:
                raise OgiltigaUppgifter("Skriv vad ni har kommit fram till.", {"kommentar": "Skriv vad ni har kommit fram till."})
            text = f"{rad['enhet_namn']}: {skal}"
            utfor(conn, vaka.sammanhang, Begaran(rad["nummer"], "klarmarkera_uppgift", nu, None, {"uppgift": str(uppgift_id)}, text))
    fran = str(form.get("tillbaka") or f"/arende/{rad['nummer']}" if rad["synlig"] else "/")
    return vidare(request, fran, "klart")


def _min_uppgift(conn: Connection, s: Sammanhang, vem: Inloggad, uppgift_id: int, nu: datetime) -> dict[str, Any]:
    """The task, when it is of a case that the person sees or of a unit they own."""
    from tjanster.arenden.behorighet import roller_i, synliga

    u, a = t.uppgift.c, t.arende.c
    sats = (
        select(u.id, u.text, u.enhet, u.senast, u.klar, u.agare, u.atgard, u.kommentar, a.nummer, a.uppgifter,
               synliga(vem.aktor, s.kommun).label("synlig"))
        .join(t.arende, a.id == u.arende_id)
        .where(u.id == uppgift_id)
    )  # fmt: skip
    rad = conn.execute(sats).mappings().one_or_none() if 0 < uppgift_id < 2**62 else None
    if rad is None:
        raise FinnsInte("Uppgiften")
    leder = roller_i(vem.aktor, s.kommun, rad["enhet"]) & {"enhetschef", "avdelningschef", "kvalitetsledare"}
    if not (rad["synlig"] or leder or rad["agare"] == vem.aktor.id):
        raise FinnsInte("Uppgiften")
    return dict(rad) | {"enhet_namn": s.kommun.enheter[rad["enhet"]].namn}


def _atgardstext(uppgifter: dict[str, Any], kod: str | None) -> str:
    """The measure's own text, which is what spreads; nothing else of the case does."""
    atgarder = uppgifter.get("atgarder") or []
    nummer = int(kod.rpartition("/")[2]) if kod and kod.rpartition("/")[2].isdigit() else 0
    return str(atgarder[nummer - 1].get("text", "")) if 0 < nummer <= len(atgarder) else ""



"""What comes back across units and processes, for those who lead; the numbers alone, and no small ones, for an auditor."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import PROCESSER
from arbetsfloden.motor.handelseanalys import HJALPTE, ORSAKER
from tjanster.app import Vaka
from tjanster.arenden.behorighet import Aktor, enheter_for
from tjanster.arenden.fel import FarInte, OgiltigaUppgifter
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval
from tjanster.db.fardig import for_manga
from tjanster.ledning import kvalitet
from tjanster.ledning.kvalitet import Atgard, Monster, Rakning
from tjanster.rapporter import Period, Periodfel, tolka_period
from tjanster.rapporter.maskning import MINST as MINSTA_GRUPP
from tjanster.web import diagram
from tjanster.web.enhetsfilter import Filter, period
from tjanster.web.formular import enhetsval
from tjanster.web.laget import bildadresser, som_svg
from tjanster.web.mallar import antal
from tjanster.web.rader import bladdring
from tjanster.web.ram import LEDER, Inloggad, Nu, Program, Vem, sida
from tjanster.web.rapporter import perioder_att_valja

router = APIRouter()
DELAR = tuple(PROCESSER[namn].rubrik for namn in kvalitet.MED_ORSAKER)
LAGEN = {
    kvalitet.BESLUTAD: ("Beslutad", "nytt"), kvalitet.SEN: ("Försenad", "varning"), kvalitet.UTAN: ("Avslutad utan uppföljning", "avbrutet"),
    kvalitet.SVARAT: ("Har svarat", "klart"), kvalitet.VANTAR: ("Har inte svarat", "nytt"),
    "ja": ("Hjälpte", "klart"), "delvis": ("Hjälpte delvis", "nytt"), "nej": ("Hjälpte inte", "varning"),
}  # fmt: skip
assert set(HJALPTE) <= set(LAGEN)


class _Vald:
    """What a person looks at: a period, and units that they lead. An auditor sees the numbers of all cases, the small ones hidden."""

    def __init__(self, s: Sammanhang, vem: Inloggad, idag: date, enhet: str, vald: str) -> None:
        self.leder = bool(vem.aktor.roller & LEDER)
        if not self.leder and "revisor" not in vem.aktor.roller:
            raise FarInte("Orsaker, mönster och åtgärder visas för dig som leder en enhet, och för revisorn.")
        self.s = s
        self.forvald = f"{idag - timedelta(days=364)}..{idag}"
        try:
            self.period: Period = tolka_period(vald or self.forvald, s.kommun)
        except Periodfel as fel:
            raise OgiltigaUppgifter(str(fel), {"period": str(fel)}) from None
        self.slut = min(self.period.till, idag)
        self.egna = enheter_for(vem.aktor, s.kommun, LEDER) if self.leder else frozenset(s.kommun.enheter)
        self.enhet = enhet if enhet in self.egna else ""
        self.filter = Filter.for_den_som_leder(s, vem.aktor, enhet=self.enhet, lage="alla")
        valda = s.kommun.undertrad(self.enhet) if self.enhet else self.egna
        self.urval = Urval(enheter=valda & self.egna, inkom=(self.period.fran, self.period.till))
        self.aktor: Aktor | None = vem.aktor if self.leder else None

    def oppna(self, vaka: Vaka) -> Any:
        """A transaction with the cases that are counted."""
        return vaka.som(self.aktor)

    def ord(self) -> dict[str, str]:
        """As words of an address."""
        return {k: v for k, v in {"enhet": self.enhet, "period": self.period.kod}.items() if v}


@router.get("/kvalitet", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, enhet: str = "", period: str = "", sida_nr: int = 1, monster: str = "") -> Response:
    s, idag, sida_nr = vaka.sammanhang, nu.date(), max(1, min(sida_nr, 10_000))
    v = _Vald(s, vem, idag, enhet, period)
    with v.oppna(vaka) as conn:
        for_manga(conn)
        minst = kvalitet.MINST if v.leder else MINSTA_GRUPP
        o = kvalitet.overblick(conn, s, v.aktor, v.urval, nu, v.slut, minst=minst, sida=sida_nr)
    perioder = [(v.forvald, "Senaste tolv månaderna"), *perioder_att_valja(idag)]
    if v.period.kod not in dict(perioder):
        perioder.append((v.period.kod, v.period.rubrik))
    kolumner = kvalitet.enheter_i(s, o.atgarder)
    visade = o.monster if monster == "alla" else o.monster[: kvalitet.MONSTER_FORST]
    return sida(
        request,
        "kvalitet.html",
        vem,
        aktiv="laget",
        leder=v.leder,
        rubrik=v.period.rubrik if v.period.kod != v.forvald else "Senaste tolv månaderna",
        valt={"enhet": v.enhet, "period": v.period.kod},
        val={"enheter": [e for e in enhetsval(s.kommun) if e["kod"] in v.egna], "perioder": perioder},
        orsaker=_orsaker(v, o.orsaker),
        orsaker_bild=_bild(v, o.orsaker),
        orsaker_i_ord=_i_ord(v, o.utredda, o.alla),
        delar=DELAR if v.leder else (),
        monster=[_monster(v, m) for m in visade],
        fler_monster=_fler(v, len(o.monster)) if len(visade) < len(o.monster) else None,
        fonster=kvalitet.fonster(v.slut),
        minst=minst,
        tal=o.rakning,
        tal_i_ord=_tal_i_ord(o.rakning),
        lagen=LAGEN,
        enheter=[{"kod": e, "namn": s.enhetsnamn(e)} for e in kolumner],
        atgarder=[_atgard(s, x) for x in o.atgarder],
        bladdring=bladdring(sida_nr, o.rakning.beslutade or 0, kvalitet.PER_SIDA, f"/kvalitet?{urlencode(v.ord())}&sida_nr="),
    )


# -- causes ------------------------------------------------------------------------------------------------------------


def _orsaker(v: _Vald, per: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """A row for each cause: the number in each process, and together. Each leads to its cases; an auditor's lead nowhere."""
    if not v.leder:
        return [{"namn": ORSAKER.get(o, o), "celler": [], "summa": {"tal": n, "url": None}} for o, n in kvalitet.maskade_orsaker(per).items()]
    dagar = period(v.period.fran, v.period.till)

    def ruta(n: int, **ord_: str) -> dict[str, Any]:
        return {"tal": n, "url": v.filter.url(inkom=dagar, **ord_)}

    return [
        {
            "namn": ORSAKER.get(orsak, orsak),
            "celler": [ruta(tal.get(p, 0), orsak=orsak, process=p) for p in kvalitet.MED_ORSAKER],
            "summa": ruta(sum(tal.values()), orsak=orsak),
        }
        for orsak, tal in per.items()
    ]  # fmt: skip


def _bild(v: _Vald, per: dict[str, dict[str, int]]) -> dict[str, str]:
    staplar = _staplar(v, per)
    return {"text": diagram.beskrivna(staplar)} | bildadresser(f"/kvalitet/orsaker.svg?{urlencode(v.ord())}")


def _staplar(v: _Vald, per: dict[str, dict[str, int]]) -> tuple[diagram.Stapel, ...]:
    if not v.leder:  # a hidden number has no bar, and can't be told by where it would stand
        return tuple((ORSAKER.get(o, o), str(n), (n,)) for o, n in kvalitet.maskade_orsaker(per).items() if n)
    return tuple(
        (ORSAKER.get(o, o), str(sum(tal.values())), tuple(tal.get(p, 0) for p in kvalitet.MED_ORSAKER)) for o, tal in per.items()
    )


@router.get("/kvalitet/orsaker.svg")
def orsaker_bild(
    vaka: Program, vem: Vem, nu: Nu, enhet: str = "", period: str = "", mork: bool = False, smal: bool = False
) -> Response:
    v = _Vald(vaka.sammanhang, vem, nu.date(), enhet, period)
    with v.oppna(vaka) as conn:
        for_manga(conn)
        per = kvalitet.orsaker(conn, v.s, v.aktor, v.urval, nu)
    return som_svg(diagram.liggande(_staplar(v, per), DELAR if v.leder else ("Orsaker",), "Ärenden", mork=mork, smal=smal))


def _i_ord(v: _Vald, utredda: int, alla: int) -> str:
    if not v.leder and (0 < utredda < MINSTA_GRUPP or 0 < alla - utredda < MINSTA_GRUPP):
        return "Ett ärende med flera orsaker räknas i var och en av dem."
    return (
        f"{antal(alla, 'ärende', 'ärenden').capitalize()} kom in och {utredda} av dem är utredda. "
        "Ett ärende med flera orsaker räknas i var och en av dem."
    )


# -- patterns ----------------------------------------------------------------------------------------------------------


def _monster(v: _Vald, m: Monster) -> dict[str, Any]:
    nyss, forut = kvalitet.fonster(v.slut)
    f = v.filter.med(enhet=m.enhet, bara="ja", process=m.process, orsak=m.orsak, typ=m.typ or "")

    def ruta(n: int, dagar: tuple[date, date]) -> dict[str, Any]:
        if not v.leder:
            return {"tal": n if n >= MINSTA_GRUPP or not n else None, "url": None}
        return {"tal": n, "url": f.url(inkom=period(*dagar))}

    return {
        "enhet": v.s.enhetsnamn(m.enhet), "vad": v.s.listor.get("typer", {}).get(m.typ, m.typ) if m.typ else PROCESSER[m.process].rubrik,
        "orsak": ORSAKER.get(m.orsak, m.orsak), "antal": ruta(m.antal, nyss), "fore": ruta(m.fore, forut),
        "okar": m.okar and (v.leder or m.fore >= MINSTA_GRUPP or not m.fore),
    }  # fmt: skip


def _fler(v: _Vald, antal_i_allt: int) -> dict[str, Any]:
    return {"antal": antal_i_allt, "url": f"/kvalitet?{urlencode(v.ord() | {'monster': 'alla'})}#monster"}


# -- measures ----------------------------------------------------------------------------------------------------------


def _atgard(s: Sammanhang, x: Atgard) -> dict[str, Any]:
    return {
        "kod": x.kod, "url": f"/arende/{x.nummer}", "sort": PROCESSER[x.process].ental, "text": x.text, "senast": x.senast,
        "per_enhet": {e: {"text": LAGEN[hur][0], "lage": LAGEN[hur][1], "enhet": s.enhetsnamn(e)} for e, hur in x.per_enhet.items()},
    }  # fmt: skip


def _tal_i_ord(tal: Rakning) -> str:
    if not tal.beslutade:
        return ""
    hjalpte, sena = tal.egna.get("ja"), tal.egna.get(kvalitet.SEN)
    return f"{antal(tal.beslutade, 'åtgärd', 'åtgärder').capitalize()} är beslutade. {hjalpte} hjälpte och {sena} är försenade."



"""The persons of a case: who it concerns, and the way to tie, correct, change or take away one. Names and numbers go in forms and
never in an address; those of the same name are shown side by side before one is chosen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import PERSONROLLER
from tjanster.app import Vaka
from tjanster.arenden import namnlika
from tjanster.arenden.arendebild import Arendebild, visa_arende
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.arenden.namnlika import Namnlik, Namnlika
from tjanster.arenden.personer import STEG, Person, star_i
from tjanster.arenden.personuppgifter import AVSANDARE, FALT, las_uppgifter
from tjanster.web import arendevy, formular
from tjanster.web.arende import las_nummer, version_ur
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()
RUBRIK = {"ny": "Lägg till", "byt": "Fel person: byt mot rätt", "ratta": "Rätta uppgifterna", "bort": "Ta bort personen"}
SPARAT = {"ny": "sparat", "byt": "person_bytt", "ratta": "sparat", "bort": "person_borta"}
SKAL = {
    "namn": "skal", "rubrik": "Varför?", "slag": "langtext", "krav": True, "hojd": 2, "max_langd": 10_000,
    "hjalp": "Står kvar i historiken. Skriv utan namn och personnummer.",
}  # fmt: skip
ANNAN = "annan"


@router.get("/arende/{nummer}/personer", response_class=HTMLResponse)
def visa(
    request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str, gor: str = "", roll: str = "", person: str = ""
) -> Response:  # fmt: skip
    return _Sida(request, vaka, vem, nu, las_nummer(nummer), gor, roll, person).svara()


@router.post("/arende/{nummer}/personer/sok", response_class=HTMLResponse)
def sok(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, nummer: str) -> Response:
    blad = _Sida.ur(request, vaka, vem, nu, las_nummer(nummer), form)
    rad, fel = las_uppgifter({k: blad.varden[k] for k in ("namn", "personnummer")})
    if not fel and not any(rad.values()):
        fel["namn"] = "Skriv hela namnet, personnumret eller båda."
    if fel:
        return blad.svara(nej=OgiltigaUppgifter(falt=fel))
    with vaka.som(vem.aktor) as conn:
        utom = int(blad.knuten) if blad.knuten else None
        likar = namnlika.sok(conn, vaka.sammanhang, vem.aktor, nu, namn=rad["namn"], personnummer=rad["personnummer"], utom=utom)
    return blad.svara(likar)


@router.post("/arende/{nummer}/personer/knyt")
def knyt(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, nummer: str) -> Response:
    blad = _Sida.ur(request, vaka, vem, nu, las_nummer(nummer), form)
    visade, val = _tal(str(form.get("visade") or "").split()), str(form.get("val") or "")
    if visade and val != ANNAN and not (val.isascii() and val.isdigit() and int(val) in visade):
        return blad.svara(blad.sokta(), nej=OgiltigaUppgifter(falt={"val": arendevy.VALJ}))
    person: dict[str, Any] = dict(blad.varden) | {"annan_an": visade}
    if visade and val != ANNAN:
        person = {"samma_som": int(val)}
    data = {"personroll": blad.roll}
    if blad.knuten:
        data |= {"knuten": blad.knuten, "fel_person": "nej" if blad.gor == "ratta" else "ja"}
    return blad.ta("knyt_person", data, form, person)


@router.post("/arende/{nummer}/personer/bort")
def ta_bort(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, nummer: str) -> Response:
    blad = _Sida.ur(request, vaka, vem, nu, las_nummer(nummer), form)
    return blad.ta("ta_bort_person", {"knuten": blad.knuten}, form)


def _tal(delar: list[str]) -> list[int]:
    return [int(x) for x in delar[:200] if x.isascii() and x.isdigit() and len(x) < 19]


class _Sida:
    """What is being done on the page: gor is a word of RUBRIK or '' for the list, knuten the person of the case that is meant,
    varden what was typed of a person."""

    def __init__(
        self, request: Request, vaka: Vaka, vem: Inloggad, nu: datetime, nummer: str, gor: str, roll: str, knuten: str,
        varden: Mapping[str, str] | None = None, skal: str = "", val: str = "",
    ) -> None:  # fmt: skip
        self.request, self.vaka, self.vem, self.nu, self.nummer = request, vaka, vem, nu, nummer
        self.gor = gor if gor in RUBRIK else ""
        self.roll = roll if roll in PERSONROLLER else AVSANDARE
        self.knuten = knuten if knuten.isascii() and knuten.isdigit() and len(knuten) < 19 else ""
        self.varden, self.skal, self.val = dict(varden or {}), skal, val

    @classmethod
    def ur(cls, request: Request, vaka: Vaka, vem: Inloggad, nu: datetime, nummer: str, form: Any) -> "_Sida":
        varden = {namn: str(form.get(namn) or "").strip() for namn in FALT}
        ord_ = {namn: str(form.get(namn) or "") for namn in ("gor", "roll", "person", "skal", "val")}
        return cls(request, vaka, vem, nu, nummer, ord_["gor"], ord_["roll"], ord_["person"], varden, ord_["skal"].strip(), ord_["val"])

    def ta(self, handelse: str, data: dict[str, Any], form: Any, person: dict[str, Any] | None = None) -> Response:
        """Take the step, or show the page again with what is against it."""
        try:
            with self.vaka.som(self.vem.aktor) as conn:
                begaran = Begaran(
                    self.nummer, handelse, self.nu, self.vem.aktor, data, self.skal or None, version_ur(form), person=person
                )
                utfor(conn, self.vaka.sammanhang, begaran)
        except FinnsInte:
            raise
        except Namnlika as nej:
            return self.svara(nej.likar, nej=nej)
        except OgiltigaUppgifter as nej:
            return self.svara(self.sokta(), nej=nej)
        except Nej as nej:
            if nej.kod == "skal_kravs":
                raise
            return self.svara(self.sokta(), nej=nej)
        return vidare(self.request, f"/arende/{self.nummer}", SPARAT[self.gor or "ny"])

    def sokta(self) -> tuple[Namnlik, ...]:
        """Those to compare with, once more: by what was typed."""
        if self.gor not in ("ny", "byt"):
            return ()
        rad, _ = las_uppgifter({k: self.varden[k] for k in ("namn", "personnummer")})
        with self.vaka.som(self.vem.aktor) as conn:
            return namnlika.sok(
                conn, self.vaka.sammanhang, self.vem.aktor, self.nu, namn=rad.get("namn"), personnummer=rad.get("personnummer"),
                utom=int(self.knuten) if self.knuten else None,
            )  # fmt: skip

    def svara(self, likar: tuple[Namnlik, ...] | None = None, nej: Nej | None = None) -> Response:
        """likar None: nobody has been sought yet."""
        vem, s = self.vem, self.vaka.sammanhang
        with self.vaka.som(vem.aktor) as conn:
            bild = visa_arende(conn, s, self.nummer, vem.aktor, self.nu, "steg", "personer")
            _kraver_steget(bild)
            namnlika.anteckna(conn, vem.aktor, s, likar or (), self.nu)
        person = next((p for p in bild.personer if str(p.id) == self.knuten), None)
        if self.gor in ("byt", "ratta", "bort") and person is None:
            nej = nej or OgiltigaUppgifter(["Personen finns inte i ärendet, eller är redan bytt eller borttagen."])
            self.gor = ""
        if person is not None and self.gor != "ny":
            self.roll = person.roll
        if self.gor == "ratta" and person is not None and not self.varden:
            self.varden = {k: v or "" for k, v in person.uppgifter.items()}
        fel = {k.removeprefix("person."): m for k, m in nej.falt.items()} if nej else {}
        return sida(
            self.request, "personer.html", vem, http=nej.status if nej else 200,
            brodsmulor=[{"rubrik": bild.nummer, "url": f"/arende/{bild.nummer}"}, {"rubrik": "Personer", "url": ""}],
            arende=arendevy.huvud(bild), personer=arendevy.personer(bild), url=f"/arende/{bild.nummer}/personer",
            lagg_till=[
                {"roll": roll, "rubrik": ord_} for roll, ord_ in PERSONROLLER.items()
                if roll != AVSANDARE or not any(p.roll == AVSANDARE for p in bild.personer)
            ],
            gor=self.gor, roll=self.roll, rubrik=RUBRIK.get(self.gor, ""), rollord=PERSONROLLER[self.roll].lower(),
            person=_utpekad(bild, person) if person else None, soks=self.gor in ("ny", "byt") and likar is None,
            sokfalt=_falt(self.varden, fel, ("namn", "personnummer")), falt=_falt(self.varden, fel, FALT),
            likar=[arendevy.lik(en) for en in likar or ()], sokt=bool(likar), varden=self.varden, val=self.val,
            val_fel=fel.get("val", ""), skalfalt=SKAL | {"varde": self.skal, "fel": formular.mening(fel.get("skal", ""))},
            visade=" ".join(str(en.id) for en in likar or ()), fel=_fellista(fel, nej),
        )  # fmt: skip


def _kraver_steget(bild: Arendebild) -> None:
    """Raises Nej with the reasons for one who may not change the persons."""
    if not any(x.handelse == STEG[0] for x in bild.gemensamma):
        skal = "Görs av handläggare eller registrator." if bild.process.kontakt else f"{bild.process.ental} har inga personer."
        raise Nej(skal, kod="steget_gar_inte_nu")


def _utpekad(bild: Arendebild, person: Person) -> dict[str, Any]:
    texter = [(f.rubrik, text) for _, falt in bild.grupper for f in falt for text in (f.text, *(v for rad in f.rader for _, v in rad))]
    texter += [("historiken", text) for h in bild.handelser for text in (h.skal or "", *(x or "" for a in h.andringar for x in a[1:]))]
    texter += [("en fils namn", b.namn) for b in bild.bilagor]
    return {"id": person.id, "rader": arendevy.personrader(person.uppgifter), "star_i": star_i(person, texter)}


def _falt(varden: Mapping[str, str], fel: Mapping[str, str], namn: Any) -> list[dict[str, Any]]:
    ut = []
    for n in namn:
        f = formular.KONTAKTFALT[n]
        ut.append({
            "namn": n, "rubrik": f.rubrik, "slag": f.slag, "krav": False, "kanslig": True, "max_langd": f.max_langd, "hjalp": "",
            "varde": varden.get(n), "fel": formular.mening(fel.get(n, "")),
        } | formular.KONTAKTSLAG[n] | {"autocomplete": "off", "tyst": True})  # fmt: skip
    return ut


def _fellista(fel: Mapping[str, str], nej: Nej | None) -> list[dict[str, str | None]]:
    if nej is None or isinstance(nej, Namnlika):
        return []
    return formular.fellista(fel, [x for x in nej.skal if x not in nej.falt.values()])

"""Cases: open, list, read, take a step. The same path as the pages: `registrera` and `utfor`."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import Body, Header, Query, Response
from pydantic import ConfigDict, Field

from arbetsfloden import PROCESSER, narmast
from tjanster.api.grund import (
    HOGST_FALT,
    Fel,
    Indata,
    Nu,
    Nummer,
    Processen,
    Program,
    Vem,
    felsvaren,
    ny_router,
)
from tjanster.api.svar import (
    Arende,
    Arendelista,
    Handelsesvar,
    Historik,
    Kvittens,
    Vantande,
    arendelista,
    arendesvar,
    handelsesvar,
    som_dict,
)
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.arendelista import lista_och_antal
from tjanster.arenden.fel import NagonHannFore, Nej, OgiltigaUppgifter
from tjanster.arenden.handelse import Begaran, Kvitto, utfor
from tjanster.arenden.registrera import registrera
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval

__all__ = ["router", "som_dict"]

router = ny_router("/api/v1")
Faltdata = Annotated[dict[str, Any], Field(max_length=HOGST_FALT)]

EXEMPEL: Any = {
    "synpunkt": {
        "summary": "En synpunkt på telefon",
        "value": {
            "uppgifter": {
                "kanal": "telefon", "slag": "klagomal", "kategori": "bemotande", "enhet": "familjehem",
                "text": "Påhittad synpunkt", "vill_ha_svar": True, "inkom": "2026-11-23",
            },
            "kontakt": {"namn": "Påhittad Person", "epost": "paahittad@exempel.example"},
        },
    },
    "avvikelse": {
        "summary": "En avvikelse",
        "value": {
            "uppgifter": {
                "enhet": "familjehem", "handelsedatum": "2026-11-22", "typ": "rutin", "beskrivning": "Påhittad händelse",
            }
        },
    },
}  # fmt: skip


BEKRAFTAT = "Spara fast Vaka bad dig se efter en gång till: samma namn i ett annat ärende, eller ett personnummer i en text."


class NyttArende(Indata):
    """`uppgifter`: the fields that /processer/{process} describes. Without the word `uppgifter`, all words beside `kontakt` are taken as fields."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "additionalProperties": {"description": "Ett av ärendets fält, när 'uppgifter' inte skrivs ut."}
        },
    )

    uppgifter: Faltdata | None = None
    kontakt: dict[str, Any] | None = Field(
        default=None, max_length=HOGST_FALT, description="namn, personnummer, epost, telefon, adress; bara för synpunkt."
    )
    bekraftat: bool = Field(default=False, strict=True, description=BEKRAFTAT)

    def falt(self) -> dict[str, Any]:
        extra = dict(self.model_extra or {})
        if self.uppgifter is None:
            return extra
        if extra:
            ord_ = ("uppgifter", "kontakt")
            raise OgiltigaUppgifter(
                falt={
                    namn: f"Okänt ord bredvid 'uppgifter'{narmast(namn, ord_) or '. Fälten hör hemma i uppgifter.'}"
                    for namn in extra
                }
            )
        return self.uppgifter


class NyHandelse(Indata):
    handelse: str = Field(max_length=100, description="Steget, som det heter i ärendets 'steg'.", examples=["fordela"])
    version: int = Field(strict=True, ge=0, le=2**31 - 1, description="Den version av ärendet som du läste.")
    uppgifter: Faltdata = Field(default={}, examples=[{"enhet": "familjehem"}])
    skal: str | None = Field(default=None, max_length=10_000)
    bekraftat: bool = Field(default=False, strict=True, description=BEKRAFTAT)
    person: dict[str, Any] | None = Field(
        default=None, max_length=HOGST_FALT, examples=[{"namn": "Påhittad Person", "annan_an": [17]}],
        description="Vem, för steget knyt_person: namn, personnummer, epost, telefon, adress, eller `samma_som` med id på någon "
        "som finns. `annan_an`: id på dem som du har jämfört med och som inte är samma person.",
    )


class Filter(Indata):
    process: str | None = Field(default=None, max_length=50)
    tillstand: str | None = Field(default=None, max_length=50)
    enhet: str | None = Field(default=None, max_length=200, description="Kod eller namn; enheterna under räknas med.")
    sen: bool | None = Field(default=None, description="true: bara de vars frist har passerat.")
    handlaggare: Literal["mig", "ingen"] | None = None
    q: str | None = Field(default=None, max_length=200, description="Nummer eller ord i texten. De hamnar i adressen: POST /sok tar dem i kroppen.")
    avslutade: bool | None = Field(
        default=None, description="Ta med avslutade. Annars bara öppna, utom när q eller tillstand anges."
    )
    sida: int = Field(default=1, ge=1, le=1_000_000)
    per_sida: int = Field(default=50, ge=1, le=200)


class HannFore(Nej):
    """The stale version, with what has happened since it was read."""

    kod = NagonHannFore.kod

    def __init__(self, nej: NagonHannFore, version: int, hant: list[Handelsesvar]) -> None:
        self.version, self.hant = version, hant
        super().__init__(nej.skal)

    def som_dict(self) -> dict[str, object]:
        hant = [h.model_dump(mode="json") for h in self.hant]
        return super().som_dict() | {"version": self.version, "hant": hant}


class Lika(Fel):
    """When somebody of the same name or number is known: by which ids they are compared, in /personer/sok."""

    likar: list[int] | None = None


class Konflikt(Lika):
    """When somebody got there first: the version now, and what has happened since the one that was sent."""

    version: int | None = None
    hant: list[Handelsesvar] | None = None


def _kvittens(kvitto: Kvitto) -> Kvittens:
    process = next(p for p in PROCESSER.values() if kvitto.nummer.startswith(f"{p.prefix}-"))
    return Kvittens(
        nummer=kvitto.nummer,
        tillstand=kvitto.tillstand,
        tillstand_text=process.tillstand[kvitto.tillstand],
        version=kvitto.version,
        handelser=list(kvitto.handelser),
        nya_arenden=list(kvitto.nya_arenden),
        delegation=kvitto.delegation,
        forslag=Vantande(**asdict(kvitto.forslag)) if kvitto.forslag else None,
    )


def las_urval(s: Sammanhang, f: Filter, jag: int) -> Urval:
    """The filter as the lists understand it; OgiltigaUppgifter with the nearest right words."""
    fel: dict[str, str] = {}
    if f.process is not None and f.process not in PROCESSER:
        fel["process"] = (
            f"Processen '{f.process}' finns inte{narmast(f.process, PROCESSER) or '. Se /api/v1/processer.'}"
        )
    lagen = {kod for p in PROCESSER.values() if f.process in (None, p.namn) or fel for kod in p.tillstand}
    if f.tillstand is not None and f.tillstand not in lagen:
        fel["tillstand"] = (
            f"Tillståndet '{f.tillstand}' finns inte{narmast(f.tillstand, lagen) or '. Se /api/v1/processer.'}"
        )
    enhet = s.kommun.hitta_enhet(f.enhet) if f.enhet else None
    if f.enhet and enhet is None:
        fel["enhet"] = f"Enheten '{f.enhet}' finns inte{narmast(f.enhet, s.listor['enheter'].values()) or '.'}"
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    return Urval(
        process=f.process,
        tillstand=f.tillstand,
        enheter=frozenset(s.kommun.undertrad(enhet)) if enhet else None,
        handlaggare=jag if f.handlaggare == "mig" else None,
        utan_handlaggare=f.handlaggare == "ingen",
        sena=bool(f.sen),
        text=f.q or None,
        aven_avslutade=f.avslutade if f.avslutade is not None else bool(f.q or f.tillstand),
    )


@router.get(
    "/arenden",
    tags=["Ärenden"],
    summary="Ärenden du får se, de med närmast frist först",
    response_model=Arendelista,
    responses=felsvaren(),
)
def lista_arenden(vaka: Program, nu: Nu, vem: Vem, urval: Annotated[Filter, Query()]) -> Response:
    s = vaka.sammanhang
    valda = las_urval(s, urval, vem.aktor.id)
    with vaka.laser(vem.aktor) as conn:
        rader, alla = lista_och_antal(conn, s, vem.aktor, valda, nu, sida=urval.sida, per_sida=urval.per_sida)
    return arendelista(rader, alla, urval.sida, urval.per_sida)


@router.post(
    "/arenden/{process}",
    tags=["Ärenden"],
    summary="Registrera ett ärende",
    status_code=201,
    responses=felsvaren(400, 403, 404, 409, 413, s409=Lika)
    | {
        201: {
            "description": "Registrerat",
            "headers": {"Location": {"description": "Ärendets adress", "schema": {"type": "string"}}},
        }
    },
)
def registrera_arende(
    vaka: Program,
    nu: Nu,
    vem: Vem,
    process: Processen,
    kropp: Annotated[NyttArende, Body(openapi_examples=EXEMPEL)],
    svar: Response,
    idempotency_key: Annotated[
        str | None,
        Header(max_length=200, description="Samma nyckel igen ger ärendet som skapades första gången."),
    ] = None,
) -> Kvittens:
    # Keys of different accounts never meet, and a key reused for another process is another key.
    nyckel = f"api:{vem.aktor.id}:{process.namn}:{idempotency_key}" if idempotency_key else None
    with vaka.som(vem.aktor) as conn:
        kvitto = registrera(
            conn, vaka.sammanhang, process, kropp.falt(), av=vem.aktor, nu=nu, kontakt=kropp.kontakt, nyckel=nyckel,
            bekraftat=kropp.bekraftat,
        )
    svar.headers["location"] = f"/api/v1/arenden/{kvitto.nummer}"
    return _kvittens(kvitto)


@router.get(
    "/arenden/{nummer}",
    tags=["Ärenden"],
    summary="Ett ärende: fält, frister, steg nu och varför inte, länkar och uppgifter",
    responses=felsvaren(404),
)
def las_arende(vaka: Program, nu: Nu, vem: Vem, nummer: Nummer) -> Arende:
    with vaka.som(vem.aktor) as conn:
        return arendesvar(visa_arende(conn, vaka.sammanhang, nummer, vem.aktor, nu, "api"))


@router.post(
    "/arenden/{nummer}/handelser",
    tags=["Ärenden"],
    summary="Ta ett steg i ett ärende",
    responses=felsvaren(400, 403, 404, 409, 413, s409=Konflikt)
    | {202: {"description": "Steget blev ett förslag som väntar på att en annan person bekräftar det", "model": Kvittens}},
)
def ta_steg(
    vaka: Program, nu: Nu, vem: Vem, nummer: Nummer, kropp: Annotated[NyHandelse, Body()], svar: Response
) -> Kvittens:
    begaran = Begaran(
        nummer, kropp.handelse, nu, vem.aktor, kropp.uppgifter, kropp.skal, kropp.version, bekraftat=kropp.bekraftat,
        person=kropp.person,
    )
    try:
        with vaka.som(vem.aktor) as conn:
            kvitto = utfor(conn, vaka.sammanhang, begaran)
    except NagonHannFore as nej:
        with vaka.som(vem.aktor) as conn:
            bild = visa_arende(conn, vaka.sammanhang, nummer, vem.aktor, nu, "api", "konflikt")
        raise HannFore(
            nej, bild.version, [handelsesvar(h) for h in bild.handelser if h.lopnr > kropp.version]
        ) from None
    if kvitto.forslag is not None:
        svar.status_code = 202
    return _kvittens(kvitto)


@router.get(
    "/arenden/{nummer}/historik",
    tags=["Ärenden"],
    summary="Allt som hänt i ärendet, i ordning",
    responses=felsvaren(404),
)
def las_historik(vaka: Program, nu: Nu, vem: Vem, nummer: Nummer) -> Historik:
    with vaka.som(vem.aktor) as conn:
        bild = visa_arende(conn, vaka.sammanhang, nummer, vem.aktor, nu, "api", "historik")
    return Historik(nummer=bild.nummer, version=bild.version, handelser=[handelsesvar(h) for h in bild.handelser])

"""Search: the same as the page's, with the words in the body, so that no address or log of a proxy holds them."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Body
from pydantic import Field

from tjanster.api.arenden import Filter, las_urval
from tjanster.api.grund import Indata, Nu, Program, Vem, felsvaren, ny_router
from tjanster.api.svar import Arendekort, Svar, arendekort
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.sokfraga import LANGST
from tjanster.arenden.sokning import SIDA, TAK, Sokning, Traff, sok

router = ny_router("/api/v1")


class Sokfraga(Indata):
    q: str = Field(
        min_length=1, max_length=LANGST, examples=["hissen -färdtjänst"],
        description="Nummer eller ord. ”Hela uttryck” inom citattecken, minus framför det som inte ska finnas; det sista ordet får vara påbörjat.",
    )  # fmt: skip
    process: str | None = Field(default=None, max_length=50)
    tillstand: str | None = Field(default=None, max_length=50)
    enhet: str | None = Field(default=None, max_length=200, description="Kod eller namn; enheterna under räknas med.")
    handlaggare: Literal["mig", "ingen"] | None = None
    fran: date | None = Field(default=None, description="Ärendets dag tidigast.")
    till: date | None = Field(default=None, description="Ärendets dag senast.")
    avslutade: bool = Field(default=False, strict=True)
    sida: int = Field(default=1, ge=1, le=TAK // SIDA)


class Bit(Svar):
    text: str
    funnet: bool = Field(description="Är det här ett av de sökta orden?")


class Utdragssvar(Svar):
    rubrik: str
    bitar: list[Bit]


class Sokttraff(Svar):
    """A case that was found. Texts that may tell who somebody is are never among these words: `aven` names them."""

    arende: Arendekort
    utdrag: Utdragssvar | None
    aven: list[str] = Field(description="Rubriker på andra texter i ärendet där orden finns.")


class Sokforslag(Svar):
    q: str
    antal: int


class Sokresultat(Svar):
    antal: int
    fler: bool = Field(description=f"Finns det fler än de {TAK} senaste?")
    sida: int
    per_sida: int
    traffar: list[Sokttraff]
    hjalp: list[str]
    forslag: list[Sokforslag] = Field(description="När inget hittades: sökningar som ger något.")
    avslutade: int = Field(description="När inget hittades: så många ger samma ord med avslutade ärenden.")


@router.post("/sok", tags=["Ärenden"], summary="Sök bland ärenden du får se, de bästa först", responses=felsvaren(400, 413))
def sok_arenden(vaka: Program, nu: Nu, vem: Vem, kropp: Annotated[Sokfraga, Body()]) -> Sokresultat:
    s = vaka.sammanhang
    if kropp.fran and kropp.till and kropp.till < kropp.fran:
        raise OgiltigaUppgifter(falt={"till": "Sista dagen ligger före den första."})
    las_urval(s, Filter(process=kropp.process, tillstand=kropp.tillstand, enhet=kropp.enhet), vem.aktor.id)
    sokning = Sokning(
        text=kropp.q, process=kropp.process or "", tillstand=kropp.tillstand or "",
        enhet=(s.kommun.hitta_enhet(kropp.enhet) or "") if kropp.enhet else "",
        handlaggare={"mig": str(vem.aktor.id), "ingen": "ingen", None: ""}[kropp.handlaggare],
        fran=kropp.fran, till=kropp.till, avslutade=kropp.avslutade,
    )  # fmt: skip
    with vaka.som(vem.aktor) as conn:
        r = sok(conn, s, vem.aktor, sokning, nu, sida=kropp.sida)
    return Sokresultat(
        antal=r.antal, fler=r.fler, sida=kropp.sida, per_sida=SIDA, traffar=[_traff(x) for x in r.traffar], hjalp=list(r.hjalp),
        forslag=[Sokforslag(q=q, antal=antal) for q, antal in r.forslag], avslutade=r.avslutade,
    )  # fmt: skip


def _traff(x: Traff) -> Sokttraff:
    bitar = [Bit(text=text, funnet=funnet) for text, funnet in x.utdrag.bitar] if x.utdrag else []
    utdrag = Utdragssvar(rubrik=x.utdrag.rubrik, bitar=bitar) if x.utdrag else None
    return Sokttraff(arende=arendekort(x.rad), utdrag=utdrag, aven=list(x.aven))

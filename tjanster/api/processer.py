"""The processes as they are declared: fields, states and steps, for a system that builds a form of its own."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, Field

from arbetsfloden import PROCESSER, ROLLER, Falt, Process, Steg
from tjanster.api.grund import Nu, Processen, Program, Vem, felsvaren, ny_router
from tjanster.arenden.regelprov import oppningskrav
from tjanster.arenden.registrera import KONTAKTFALT
from tjanster.arenden.sammanhang import Sammanhang

router = ny_router("/api/v1")


class Processkort(BaseModel):
    namn: str
    rubrik: str
    ental: str
    prefix: str
    version: str = Field(description="Ändras när något i processen ändras.")


class Faltsvar(BaseModel):
    """One field. `val`: code → text, the municipality's own list included."""

    namn: str
    rubrik: str
    hjalp: str
    slag: str = Field(description="text, langtext, dag, val, flerval, janej, rader, enhet, enheter, personer eller tal.")
    grupp: str
    max_langd: int
    kanslig: bool
    utat: bool = Field(description="Texten kan lämnas ut, så inget personnummer får stå i den.")
    framtid: bool = Field(description="Får dagen ligga framåt i tiden?")
    handelse: bool = Field(description="Hör till ett steg och sparas i historiken, inte i ärendet.")
    monster: str | None
    val: dict[str, str] | None
    rad: "dict[str, Faltsvar] | None" = Field(description="Radens fält, när slag är rader.")


class Stegbeskrivning(BaseModel):
    handelse: str
    rubrik: str
    fran: list[str]
    till: str | None = Field(description="null: ärendet blir kvar i sitt tillstånd.")
    vem: list[str]
    falt: list[str]
    kravs: list[str]
    skal: bool
    startar: list[str]
    stoppar: list[str]
    gemensamt: bool = Field(description="Finns i alla processer.")
    fyra_ogon: bool = Field(description="Tas av två personer i dag: det blir ett förslag som en annan person bekräftar.")


class Oppning(BaseModel):
    av: list[str]
    falt: list[str]
    kravs: list[str]
    kontakt: list[str] = Field(description="Kontaktfält, tomt när processen inga har.")


class Processbeskrivning(Processkort):
    tillstand: dict[str, str]
    huvudvag: list[str]
    start: str
    slut: list[str]
    oppnas: Oppning
    falt: dict[str, Faltsvar]
    steg: list[Stegbeskrivning]
    frister: dict[str, str]
    roller: dict[str, str]


def _kort(p: Process) -> dict[str, str]:
    return {"namn": p.namn, "rubrik": p.rubrik, "ental": p.ental, "prefix": p.prefix, "version": p.version}


def _falt(s: Sammanhang, f: Falt) -> Faltsvar:
    val = f.val if f.val is not None else s.listor.get(f.listnamn or "")
    return Faltsvar(
        namn=f.namn, rubrik=f.rubrik, hjalp=f.hjalp, slag=f.slag, grupp=f.grupp, max_langd=f.max_langd,
        kanslig=f.kanslig, utat=f.utat, framtid=f.framtid, handelse=f.handelse, monster=f.monster,
        val=dict(val) if val is not None else None,
        rad={namn: _falt(s, ett) for namn, ett in f.rad.beskrivna().items()} if f.rad is not None else None,
    )  # fmt: skip


def _steg(s: Sammanhang, p: Process, steg: Steg, idag: date) -> Stegbeskrivning:
    rader = s.regelverk.krav(p.namn, steg.handelse, idag)
    krav = [falt for rad in rader for falt in rad.falt]
    return Stegbeskrivning(
        handelse=steg.handelse, rubrik=steg.rubrik, fran=list(p.kallor(steg)), till=steg.till, vem=list(steg.vem),
        falt=_utan_dubbletter(steg.falt, krav), kravs=_utan_dubbletter(steg.kravs, krav), skal=steg.skal,
        startar=list(steg.startar), stoppar=list(steg.stoppar), gemensamt=steg.gemensam,
        fyra_ogon=any(rad.fyra_ogon for rad in rader),
    )  # fmt: skip


def _utan_dubbletter(egna: Iterable[str], krav: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*egna, *krav)))


@router.get("/processer", tags=["Processer"], summary="Alla processer", responses=felsvaren())
def lista_processer(vem: Vem) -> list[Processkort]:
    return [Processkort(**_kort(p)) for p in PROCESSER.values()]


@router.get(
    "/processer/{process}",
    tags=["Processer"],
    summary="En process: fält med val, tillstånd, steg och frister, med det som reglerna kräver i dag",
    responses=felsvaren(404),
)
def las_process(vaka: Program, nu: Nu, vem: Vem, process: Processen) -> Processbeskrivning:
    s, p, idag = vaka.sammanhang, process, nu.date()
    oppning = oppningskrav(s.regelverk, p, idag).falt
    gemensamma = {namn: f for steg in p.alla_steg if steg.modell for namn, f in steg.modell.beskrivna().items()}
    asked = {namn for steg in p.alla_steg for namn in steg.falt}
    falt = {namn: f for namn, f in gemensamma.items() if namn in asked} | dict(p.modell.beskrivna())
    return Processbeskrivning(
        **_kort(p),
        tillstand=dict(p.tillstand),
        huvudvag=list(p.huvudvag),
        start=p.start,
        slut=list(p.slut),
        oppnas=Oppning(
            av=list(p.oppnas_av),
            falt=_utan_dubbletter(p.oppnas_med, oppning),
            kravs=_utan_dubbletter(p.oppnas_kravs, oppning),
            kontakt=list(KONTAKTFALT) if p.kontakt else [],
        ),
        falt={namn: _falt(s, f) for namn, f in falt.items()},
        steg=[_steg(s, p, steg, idag) for steg in p.alla_steg if not steg.bara_systemet],
        frister={namn: f.rubrik for namn, f in s.regelverk.frister(p.namn).items()},
        roller={r: text for r, text in ROLLER.items() if r != "systemet"},
    )

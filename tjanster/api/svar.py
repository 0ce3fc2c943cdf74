"""What the API answers: one model a thing, filled from the pictures that the pages show too."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from arbetsfloden import ROLLER
from tjanster.arenden.arendebild import (
    Arendebild,
    Fristbild,
    Stegbild,
    Uppgiftsbild,
)
from tjanster.arenden.arendelista import Arenderad
from tjanster.arenden.forslagsbild import Forslagsbild
from tjanster.arenden.historik import Handelsebild


class Svar(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Person(Svar):
    id: int
    namn: str


class Fristsvar(Svar):
    """A limit of a case. `dagar`: days left, negative when late; null without a day. `forfaller` is the day that holds
    now, moved by an extension or a pause."""

    id: int
    namn: str
    rubrik: str
    slag: str = Field(description="lag: lagens eller kommunens frist. mal: kommunens eget mål vid sidan av lagen.")
    start: date
    forfaller: date | None
    dagar: int | None = Field(description="Dagar kvar; negativt när fristen har passerat.")
    status: str = Field(description="lopande, pausad, mott eller utgatt.")
    sen: bool
    mott: date | None
    bruten: bool = Field(description="Har fristen passerat utan att mötas? Står kvar fast den flyttas; rättas bara om det visar sig att den hölls.")
    orsak: str | None
    flyttad: bool


class Regelsvar(Svar):
    fran: date
    tid: str
    lagrum: str | None
    kalla: str
    kontrollerad: date | None
    niva: str


class Rakningssvar(Svar):
    dag: date
    raknas: bool
    nummer: int | None
    varfor: str


class Lagenssvar(Svar):
    """The rules' answer: the last day (or time), the row that gave it, and the reckoning day by day."""

    process: str
    frist: str
    kommun: str | None
    fran: str = Field(description="Dag, eller svensk tid för frister i timmar.")
    forfaller: str | None = Field(description="Dag eller tid; null när regeln inte sätter någon dag (skyndsamt).")
    regel: Regelsvar
    rakning: list[Rakningssvar]


class Regelfragesvar(Lagenssvar):
    """The same as `vaka frist --json`. When the municipality has a goal of its own, the law's answer stands in `lag`."""

    lag: Lagenssvar | None = None


class Fristakt(Svar):
    slag: str = Field(description="forlangd, pausad eller startad_igen.")
    dag: date
    fran_dag: date | None
    till_dag: date | None
    dagar: int | None
    skal: str | None


class FristMedSkal(Fristsvar):
    varfor: Lagenssvar | None = Field(
        description="Regeln som gav dagen och räkningen dit, före förlängning och paus. Null när regeln inte finns kvar."
    )
    akter: list[Fristakt] = Field(description="Förlängningar och pauser, i ordning.")


class Fristlista(Svar):
    nummer: str
    version: int
    frister: list[FristMedSkal]


class Andring(Svar):
    falt: str
    fore: str | None
    efter: str | None


class Handelsesvar(Svar):
    lopnr: int
    handelse: str
    rubrik: str
    vem: str
    tid: datetime
    dag: date
    fran: str | None
    till: str
    skal: str | None
    andringar: list[Andring]
    foljder: list[str]


class Historik(Svar):
    nummer: str
    version: int
    handelser: list[Handelsesvar]


class Stegsvar(Svar):
    """A step from here: may it be taken now, and if not every reason."""

    handelse: str
    rubrik: str
    gar: bool
    hinder: list[str]
    falt: list[str]
    kravs: list[str]
    skal: bool = Field(description="Kräver steget ett skrivet skäl?")
    delegation: str | None = Field(description="Raden i delegationsordningen som du tar steget enligt")
    fyra_ogon: str | None = Field(description="Varför steget tas av två personer: det blir då ett förslag. Annars null.")


class Innehall(Svar):
    rubrik: str
    fore: str | None
    foreslaget: str | None


class Forslagssvar(Svar):
    """A step that waits for a second person. Answer it with `bekrafta_forslag`, `avsla_forslag` or `ta_tillbaka_forslag`."""

    id: int
    handelse: str
    rubrik: str
    vem: str
    tid: datetime
    skal: str | None
    varfor: str
    delegation: str | None
    innehall: list[Innehall]
    bekrafta_hinder: list[str] = Field(description="Varför du inte får bekräfta det; tomt när du får.")
    avsla_hinder: list[str] = Field(description="Varför du inte får avslå det; tomt när du får.")
    eget: bool = Field(description="Är det du som har lagt det? Då kan du ta tillbaka det.")


class Lanksvar(Svar):
    """A linked case. One that the user may not see is not among them."""

    ord: str
    sort: str
    nummer: str
    tillstand: str


class Uppgiftssvar(Svar):
    id: int
    text: str
    enhet: str
    agare: str | None
    senast: date | None
    klar: datetime | None
    klar_av: str | None
    kommentar: str | None
    sen: bool


class Agare(Svar):
    """Who owns the next step: the officer, else the manager, else the level above."""

    roll: str
    roll_text: str
    enhet: str
    personer: list[Person]
    ersatter: bool = Field(description="Sant när posten som skulle ha frågats är obemannad.")


class Kontaktsvar(Svar):
    namn: str | None
    personnummer: str | None
    epost: str | None
    telefon: str | None
    adress: str | None


class Personsvar(Kontaktsvar):
    """One of the case's persons."""

    id: int = Field(description="Skicka det i steget som byter, rättar eller tar bort personen.")
    roll: str = Field(description="avsandare: lämnade ärendet. galler: ärendet gäller personen.")


class Arende(Svar):
    """One case. Send its `version` with the next step."""

    nummer: str
    process: str
    sort: str
    version: int
    tillstand: str
    tillstand_text: str
    slut: bool
    kort: str
    dag: date
    registrerad: datetime
    avslutad: datetime | None
    enhet: str
    enhet_namn: str
    handlaggare: Person | None
    agare: Agare
    uppgifter: dict[str, Any] = Field(description="Ärendets fält, som de beskrivs av /processer/{namn}.")
    kontakt: Kontaktsvar | None = Field(description="Den som lämnade ärendet.")
    personer: list[Personsvar] = Field(description="Alla personer i ärendet, den som lämnade det först.")
    frister: list[Fristsvar]
    steg: list[Stegsvar]
    forslag: list[Forslagssvar] = Field(description="Steg som väntar på en andra person.")
    lankar: list[Lanksvar]
    att_gora: list[Uppgiftssvar]


class Arendekort(Svar):
    """One case in a list, with its nearest limit."""

    nummer: str
    process: str
    sort: str
    kort: str
    tillstand: str
    tillstand_text: str
    enhet: str
    enhet_namn: str
    dag: date
    frist: str | None
    frist_rubrik: str | None
    forfaller: date | None
    sen: bool
    pausad: bool
    handlaggare: Person | None
    version: int
    oppet: bool


class Arendelista(Svar):
    antal: int = Field(description="Hur många ärenden urvalet har, på alla sidor.")
    sida: int
    per_sida: int
    arenden: list[Arendekort]


class Vantande(Svar):
    id: int
    handelse: str
    varfor: str


class Kvittens(Svar):
    """What came of a step. `handelser`: what happened, the automatic steps included."""

    nummer: str
    tillstand: str
    tillstand_text: str
    version: int
    handelser: list[str]
    nya_arenden: list[str]
    delegation: str | None = Field(description="Raden i delegationsordningen som steget togs enligt")
    forslag: Vantande | None = Field(
        default=None, description="Finns när steget blev ett förslag (svar 202): inget har hänt förrän en annan person bekräftar det."
    )


def arendekort(r: Arenderad) -> Arendekort:
    return Arendekort.model_validate(_kortet(r))


def arendelista(rader: Iterable[Arenderad], antal: int, sida: int, per_sida: int) -> Response:
    """An `Arendelista` as it is sent. To make a model of each row and look through them all took longer than to write them."""
    lista = {"antal": antal, "sida": sida, "per_sida": per_sida, "arenden": [_kortet(r) for r in rader]}
    return Response(to_json(lista), media_type="application/json")


def _kortet(r: Arenderad) -> dict[str, Any]:
    rad = r._asdict()
    namn = rad.pop("handlaggare_namn")
    if r.handlaggare is not None:
        rad["handlaggare"] = {"id": r.handlaggare, "namn": namn}
    return rad


def fristsvar(b: Fristbild) -> Fristsvar:
    return Fristsvar(**{namn: getattr(b, namn) for namn in Fristsvar.model_fields})


def handelsesvar(h: Handelsebild) -> Handelsesvar:
    enkla = {namn: getattr(h, namn) for namn in Handelsesvar.model_fields if namn not in ("andringar", "foljder")}
    andringar = [Andring(falt=falt, fore=fore, efter=efter) for falt, fore, efter in h.andringar]
    return Handelsesvar(**enkla, andringar=andringar, foljder=list(h.foljder))


def stegsvar(b: Stegbild) -> Stegsvar:
    return Stegsvar(
        handelse=b.handelse, rubrik=b.rubrik, gar=b.gar, hinder=list(b.hinder),
        falt=list(dict.fromkeys((*b.steg.falt, *b.krav.falt))), kravs=list(dict.fromkeys((*b.steg.kravs, *b.krav.falt))),
        skal=b.steg.skal, delegation=b.delegation, fyra_ogon=b.krav.fyra_ogon,
    )  # fmt: skip


def forslagssvar(b: Forslagsbild) -> Forslagssvar:
    innehall = [Innehall(rubrik=rubrik, fore=fore, foreslaget=till) for rubrik, fore, till in b.innehall]
    listor = {"innehall", "bekrafta_hinder", "avsla_hinder"}
    return Forslagssvar(
        **{namn: getattr(b, namn) for namn in Forslagssvar.model_fields if namn not in listor}, innehall=innehall,
        bekrafta_hinder=list(b.bekrafta_hinder), avsla_hinder=list(b.avsla_hinder),
    )  # fmt: skip


def uppgiftssvar(b: Uppgiftsbild) -> Uppgiftssvar:
    return Uppgiftssvar(**{namn: getattr(b, namn) for namn in Uppgiftssvar.model_fields})


def arendesvar(b: Arendebild) -> Arende:
    """The whole case but its history."""
    return Arende(
        nummer=b.nummer,
        process=b.process.namn,
        sort=b.process.ental,
        version=b.version,
        tillstand=b.tillstand,
        tillstand_text=b.tillstand_text,
        slut=b.slut,
        kort=b.kort,
        dag=b.dag,
        registrerad=b.registrerad,
        avslutad=b.avslutad,
        enhet=b.enhet,
        enhet_namn=b.enhet_namn,
        handlaggare=Person(id=b.handlaggare_id, namn=b.handlaggare or "") if b.handlaggare_id is not None else None,
        agare=Agare(
            roll=b.agare.roll,
            roll_text=ROLLER.get(b.agare.roll, b.agare.roll),
            enhet=b.agare.enhet,
            personer=[Person(id=p.id, namn=p.namn) for p in b.agare.personer],
            ersatter=b.agare.ersatter,
        ),
        uppgifter=b.lage.rad["uppgifter"],
        kontakt=Kontaktsvar(**b.kontakt) if b.kontakt else None,
        personer=[Personsvar(id=p.id, roll=p.roll, **p.uppgifter) for p in b.personer],
        frister=[fristsvar(f) for f in b.frister],
        steg=[stegsvar(x) for x in (*b.steg, *b.gemensamma)],
        forslag=[forslagssvar(f) for f in b.forslag],
        lankar=[
            Lanksvar(
                ord=lank.ord,
                sort=lank.sort,
                nummer=lank.nummer,
                tillstand=lank.tillstand,
            )
            for lank in b.lankar
        ],
        att_gora=[uppgiftssvar(u) for u in b.uppgifter],
    )


def som_dict(b: Arendebild) -> dict[str, Any]:
    """The whole case, its history included, as plain data ready for JSON."""
    historik = [handelsesvar(h).model_dump(mode="json") for h in b.handelser]
    return arendesvar(b).model_dump(mode="json") | {"handelser": historik}

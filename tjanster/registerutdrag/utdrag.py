"""All that is held on a person, as far as the one who asks may see it. What may concern others is parted off, to be looked
through by a person before anything is handed out (OSL 10 kap. 3 §, 26 kap. 5 §): until then it isn't."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from arbetsfloden import PROCESSER
from tjanster.app import Vaka
from tjanster.arenden.arendebild import Arendebild, visa_arende
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.fel import FarInte, FinnsInte
from tjanster.arenden.lasning import VAD, BehoverSkal
from tjanster.arenden.personuppgifter import AVSANDARE
from tjanster.db import t
from tjanster.registerutdrag.personen import Sokt, Traff, hitta

UTDRAGARE = frozenset({"kvalitetsledare", "registrator"})
FRI_TEXT = frozenset({"langtext", "rader", "text"})
KONTAKTORD = {"namn": "Namn", "personnummer": "Personnummer", "epost": "E-post", "telefon": "Telefon", "adress": "Adress"}
TREDJE_MAN = "Kan handla om någon annan: sekretess enligt 10 kap. 3 § och 26 kap. OSL"
ANMALARE = "Den som anmälde kan vara skyddad: 26 kap. 5 § OSL"
GRUND = {
    (True, True): "Personen lämnade ärendet", (False, True): "Ärendet gäller personen",
    (False, False): "Någon med det namnet eller numret nämns i ärendet",
}  # fmt: skip
Rad = tuple[str, str]


@dataclass(frozen=True)
class Bit:
    """A piece that somebody must look through before it is handed out. `nyckel` is how it is let go."""

    nyckel: str
    rubrik: str
    varfor: str
    rader: tuple[Rad, ...]


@dataclass(frozen=True)
class Arendedel:
    """What one case holds: what may be handed out as it stands, and the pieces that may not until looked through."""

    nummer: str
    process: str
    grund: str
    fakta: tuple[Rad, ...]
    uppgifter: tuple[Rad, ...]
    handelser: tuple[Rad, ...]
    bitar: tuple[Bit, ...]
    lasare: tuple[Rad, ...]
    mottagare: tuple[str, ...]
    andamal: str
    kalla: str
    bevaras: tuple[str, ...]


@dataclass(frozen=True)
class Utdrag:
    """The whole. annan_krets: cases that somebody else must look at; skal_kravs: those that ask for a reason first."""

    sokt: Sokt
    framtaget: datetime
    inkom: date | None
    senast: date | None
    arenden: tuple[Arendedel, ...]
    annan_krets: int
    skal_kravs: tuple[str, ...]
    med_lasare: bool
    nycklar: frozenset[str] = field(default=frozenset())

    @property
    def bitar(self) -> tuple[Bit, ...]:
        return tuple(bit for arende in self.arenden for bit in arende.bitar)


def kraver_utdragare(aktor: Aktor) -> None:
    """Raises FarInte for those who don't work with cases over the whole municipality."""
    if not aktor.roller & UTDRAGARE:
        raise FarInte("Registerutdrag görs av kvalitetsledare och registrator.")


def gor_utdrag(
    vaka: Vaka, aktor: Aktor | None, sokt: Sokt, nu: datetime, *, inkom: date | None = None, med_lasare: bool = False
) -> Utdrag:
    """Gather it. aktor None: the command line, which sees all. Each case counts as read, by whoever asks."""
    s = vaka.sammanhang
    with vaka.systemet() as conn:
        traffar = hitta(conn, sokt)
    delar, dolda, skal = [], 0, []
    for traff in traffar:
        try:
            with vaka.som(aktor) as conn:
                bild = visa_arende(conn, s, traff.nummer, aktor, nu, "utdrag")
                delar.append(_del(conn, vaka, bild, traff, med_lasare=med_lasare))
        except BehoverSkal:
            skal.append(traff.nummer)
        except FinnsInte:
            dolda += 1
    senast = s.regelverk.frist("registerbegaran", "svar", inkom).sista_dag if inkom else None
    return Utdrag(sokt, nu, inkom, senast, tuple(delar), dolda, tuple(skal), med_lasare)


def _del(conn: Connection, vaka: Vaka, bild: Arendebild, traff: Traff, *, med_lasare: bool) -> Arendedel:
    nr, egen = bild.nummer, traff.lamnade
    falt = [(f, f"{nr}/{f.namn}") for grupp in bild.grupper for f in grupp[1] if f.text or f.rader]
    oppna = [(f.rubrik, f.text) for f, _ in falt if f.slag not in FRI_TEXT]
    bitar = [Bit(nyckel, f.rubrik, TREDJE_MAN, _faltrader(f)) for f, nyckel in falt if f.slag in FRI_TEXT]
    if not egen and oppna:
        bitar.insert(0, Bit(f"{nr}/uppgifter", "Uppgifter i ärendet", TREDJE_MAN, tuple(oppna)))
        oppna = []
    for p in reversed(bild.personer):
        rader = tuple((KONTAKTORD[k], v) for k, v in p.uppgifter.items() if v)
        if p.id in traff.personer:
            oppna = [*rader, *oppna]
        elif p.roll == AVSANDARE:
            bitar.append(Bit(f"{nr}/kontakt", "Vem som lämnade ärendet", ANMALARE, rader))
        else:
            bitar.append(Bit(f"{nr}/person-{p.id}", "En person till som ärendet gäller", TREDJE_MAN, rader))
    handelser, texter = [], []
    for h in bild.handelser:
        dag = f"{h.dag}"
        handelser.append((dag, h.rubrik))
        texter += [(f"{dag} {h.rubrik}", text) for text in _texter(h)]
    if texter:
        bitar.append(Bit(f"{nr}/handelser", "Vad händelserna säger", TREDJE_MAN, tuple(texter)))
    if bild.bilagor:
        filer = tuple((f"{b.tid:%Y-%m-%d}", b.namn) for b in bild.bilagor)
        bitar.append(Bit(f"{nr}/filer", "Filernas namn", TREDJE_MAN, filer))
    if not egen and bild.handelser:
        forst = min(bild.handelser, key=lambda h: h.lopnr)
        bitar.append(Bit(f"{nr}/anmalare", "Vem som registrerade", ANMALARE, ((f"{forst.dag}", forst.vem),)))
    regler = [rad for regel in vaka.sammanhang.regelverk.gallring(bild.process.namn) for rad in regel.rader]
    return Arendedel(
        nr, bild.process.ental, GRUND[egen, bool(traff.personer)],
        (("Läge", bild.tillstand_text), ("Enhet", bild.enhet_namn), ("Dag", f"{bild.dag}"),
         ("Registrerat", f"{bild.registrerad:%Y-%m-%d}"), ("Avslutat", f"{bild.avslutad:%Y-%m-%d}" if bild.avslutad else "Nej")),
        tuple(oppna), tuple(handelser), tuple(bitar), _lasare(conn, bild) if med_lasare else (), _mottagare(bild),
        f"Handlägga {bild.process.rubrik.lower()} och följa upp verksamhetens kvalitet",
        "Personen själv" if egen else "Den som registrerade ärendet, och vad som har skrivits i det sedan",
        tuple(rad.mening() for rad in regler if rad.galler((bild.avslutad or bild.registrerad).date())),
    )  # fmt: skip


def _faltrader(f: Any) -> tuple[Rad, ...]:
    return tuple(par for rad in f.rader for par in rad if par[1]) if f.rader else ((f.rubrik, f.text),)


def _texter(h: Any) -> list[str]:
    """What the event says in words. What the registration filled in stands among the fields."""
    andringar = () if h.handelse == "registrera" else h.andringar
    return [*([h.skal] if h.skal else []), *(f"{rubrik}: {till}" for rubrik, _, till in andringar if till)]


def _lasare(conn: Connection, bild: Arendebild) -> tuple[Rad, ...]:
    r, a = t.lasning.c, t.anvandare.c
    sats = (
        select(r.tid, r.vad, a.namn)
        .select_from(t.lasning.outerjoin(t.anvandare, a.id == r.av))
        .where(r.arende_id == bild.lage.rad["id"])
        .order_by(r.id)
    )
    return tuple((f"{x.tid:%Y-%m-%d %H:%M}", f"{x.namn or 'Vaka'}: {VAD.get(x.vad, x.vad)}") for x in conn.execute(sats))


def _mottagare(bild: Arendebild) -> tuple[str, ...]:
    """Those outside the unit who have got anything of the case, as far as its history tells."""
    tagna = {h.handelse for h in bild.handelser}
    ut = []
    if any("ivo" in handelse for handelse in tagna) or bild.lage.rad["uppgifter"].get("ivo_rapporter"):
        ut.append("Inspektionen för vård och omsorg")
    if "lamna_over_namnd" in tagna:
        ut.append(f"Annan nämnd: {bild.lage.rad['uppgifter'].get('annan_namnd', 'okänd')}")
    if "publicera" in tagna:
        ut.append("Publicerat utan personuppgifter")
    if any("bekrafta" in h or h == "besvara" for h in tagna):
        ut.append("Den som lämnade ärendet")
    return tuple(ut) or ("Ingen utanför verksamheten",)


def logga(vaka: Vaka, aktor: Aktor | None, utdrag: Utdrag, form: str, hash_: str | None = None) -> int:
    """Write down that it was made: who, when, how much, and the sought one as a keyed hash. Returns its number."""
    vem = f"{(utdrag.sokt.namn or '').casefold()}|{utdrag.sokt.personnummer or ''}"
    u = t.registerutdrag
    rad = {
        "av": aktor.id if aktor else None, "tid": utdrag.framtaget, "form": form, "hash": hash_,
        "sokt": vaka.nyckelring.sokhash("registerutdrag", vem), "arenden": [a.nummer for a in utdrag.arenden],
        "annan_krets": utdrag.annan_krets + len(utdrag.skal_kravs), "slappta": sorted(utdrag.nycklar),
    }  # fmt: skip
    with vaka.systemet() as conn:
        return int(conn.execute(u.insert().values(rad).returning(u.c.id)).scalar_one())


def processord(utdrag: Utdrag) -> list[str]:
    """The processes in which something was sought: all that the program has."""
    return [p.rubrik for p in PROCESSER.values()]

"""A case as it stands while an event is worked out, and everything that the event wants written.

Working out and writing are apart, so that an import can walk thousands of cases through their history in memory, by
the same path, and write them together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from arbetsfloden import PROCESSER, Process, Uppgifter
from arbetsfloden.motor.gemensamma import EGEN_UPPGIFT
from notiser import NyNotis, byt_utomstaende, till_utkorgen
from tjanster.arenden.fel import IdUpptaget
from tjanster.arenden.personuppgifter import ringen, till_rad, ur_rad
from tjanster.db import t
from tjanster.db.knippe import Sats, sand

if TYPE_CHECKING:
    from tjanster.arenden.personer import Knytning

OPPNA = ("lopande", "pausad")
_SIST = datetime.max.replace(tzinfo=UTC)


@dataclass
class Lage:
    """A case: its row, its limits, and the facts that conditions may ask for."""

    rad: dict[str, Any]
    frister: list[dict[str, Any]] = field(default_factory=list)
    kontakt: dict[str, Any] | None = None
    """The one who left it."""
    knytning: "Knytning | None" = None
    """The person that this event ties, changes or takes away, when its data has been looked through."""
    oppna_uppgifter: int = 0
    """Those of the case's own unit that the process made; what somebody added by hand stands in no step's way."""
    kopplingar: set[str] = field(default_factory=set)
    sparrad: bool = False
    forslag: list[dict[str, Any]] = field(default_factory=list)
    """Steps that somebody has proposed and that wait for another person."""
    ny: bool = False
    regel_nu: int | None = None
    """The rule version that holds, when the case was loaded to be changed: it then holds until that is written."""

    @property
    def process(self) -> Process:
        return PROCESSER[self.rad["process"]]

    @property
    def uppgifter(self) -> Uppgifter:
        return self.process.modell.model_validate(self.rad["uppgifter"])

    def oppen_frist(self, namn: str, slag: str = "lag") -> dict[str, Any] | None:
        return next((f for f in self.frister if f["namn"] == namn and f["slag"] == slag and f["status"] in OPPNA), None)

    def oppna_frister(self, namn: str) -> list[dict[str, Any]]:
        return [f for f in self.frister if f["namn"] == namn and f["status"] in OPPNA]


def narmast(frister: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The columns of a case that tell which of its open limits is nearest: one that runs before one that is paused, the nearest
    day first. The database's `vaka_narmast` says the same."""
    def narhet(frist: dict[str, Any]) -> tuple[Any, ...]:
        return frist["status"] == "pausad", frist["forfaller"] or date.max, frist["forfaller_tid"] or _SIST, frist["id"]

    f = min((f for f in frister if f["status"] in OPPNA), key=narhet, default={})
    return {
        "narmast": f.get("forfaller") or f.get("start"), "narmast_frist": f.get("namn"), "narmast_slag": f.get("slag"),
        "narmast_status": f.get("status"), "narmast_forfaller": f.get("forfaller"), "narmast_forfaller_tid": f.get("forfaller_tid"),
    }  # fmt: skip


def ar_sen(frist: dict[str, Any], nu: datetime, dag: date) -> bool:
    """Had the limit passed when something was done on `dag`? Worked out, never stored. A paused limit or one without
    a day is never late."""
    return frist["status"] == "lopande" and frist["forfaller"] is not None and efter_slutet(frist, nu, dag)


def efter_slutet(frist: dict[str, Any], nu: datetime, dag: date) -> bool:
    """Does `dag` lie after the limit's last day? A limit in hours counts as passed unless it surely had not."""
    if frist["forfaller_tid"] is not None:
        return bool(senast_gjort(nu, dag) > frist["forfaller_tid"])
    return bool(dag > frist["forfaller"])


def senast_gjort(nu: datetime, dag: date) -> datetime:
    """The latest moment at which something done on `dag` can have been done: now, or the end of an earlier day."""
    return nu if dag >= nu.date() else datetime.combine(dag, time.max, nu.tzinfo)


_HAMTA = text("""
SELECT a.id, a.nummer, a.process, a.tillstand, a.version, a.enhet, a.handlaggare, a.registrerad_av, a.dag, a.externt_id,
       a.uppgifter, a.registrerad, a.andrad, a.avslutad, a.klardag, a.regelversion, a.processversion, a.krets, a.javiga, a.foljnr,
       k.uppgifter AS kontakt
  FROM arende a LEFT JOIN kontakt k ON k.arende_id = a.id AND k.roll = 'avsandare' WHERE a.nummer = :nummer
""")
_HAMTA_FLERA = text(_HAMTA.text.replace("a.nummer = :nummer", "a.nummer = ANY(:nummer)"))
_HAMTA_LAST = text(_HAMTA.text.replace("SELECT ", "SELECT regel_nu() AS regel_nu, ", 1) + " FOR UPDATE OF a")
# Asked after the case's row is held: what another step wrote while we waited for the row must be seen too.
_RESTEN = text(f"""
SELECT x.id AS arendet, (SELECT count(*) FROM uppgift u
         WHERE u.arende_id = x.id AND u.klar IS NULL AND u.enhet = x.enhet AND u.slag <> '{EGEN_UPPGIFT}') AS oppna_uppgifter,
       ARRAY(SELECT DISTINCT slag FROM koppling WHERE x.id IN (fran_id, till_id)) AS kopplingar,
       EXISTS (SELECT FROM gallringssparr s WHERE s.arende_id = x.id AND s.havd IS NULL) AS sparrad,
       EXISTS (SELECT FROM forslag p WHERE p.arende_id = x.id AND p.utfall IS NULL) AS vantar,
       f.id, f.arende_id, f.namn, f.slag, f.start, f.start_tid, f.forfaller, f.forfaller_tid, f.regel, f.regelversion,
       f.status, f.omgang, f.mott, f.mott_tid, b.frist_id IS NOT NULL AS bruten, b.orsak,
       b.forfoll AS brott_forfoll
  FROM (SELECT id, enhet FROM arende WHERE nummer = :nummer) x LEFT JOIN frist f ON f.arende_id = x.id
  LEFT JOIN fristbrott b ON b.frist_id = f.id ORDER BY f.id
""")  # noqa: S608 -- only words of the program's own
_RESTEN_FLERA = text(_RESTEN.text.replace("nummer = :nummer", "nummer = ANY(:nummer)"))
_FORSLAG = text("SELECT * FROM forslag WHERE arende_id = :id AND utfall IS NULL ORDER BY id")


def hamta(conn: Connection, nummer: str, *, las: bool = False) -> Lage | None:
    """Load a case by number; with `las` its row is held until the transaction ends. None when there is none."""
    vilket = [{"nummer": nummer}]
    arenden, resten = sand(conn, [(_HAMTA_LAST if las else _HAMTA, vilket), (_RESTEN, vilket)])
    # Without the lock it may have gone, or left the circle, between the two.
    return _lage(conn, arenden[0], resten) if arenden and resten else None


def hamta_flera(conn: Connection, nummer: Iterable[str]) -> list[Lage]:
    """Load many cases to look at, in two statements. Those that aren't there are left out."""
    vilka = [{"nummer": list(nummer)}]
    arenden, resten = sand(conn, [(_HAMTA_FLERA, vilka), (_RESTEN_FLERA, vilka)])
    per_arende: dict[int, list[dict[str, Any]]] = {a["id"]: [] for a in arenden}
    for rad in resten:
        if rad["arendet"] in per_arende:
            per_arende[rad["arendet"]].append(rad)
    return [_lage(conn, a, per_arende[a["id"]]) for a in arenden if per_arende[a["id"]]]


def _lage(conn: Connection, arende: dict[str, Any], resten: list[dict[str, Any]]) -> Lage:
    kontakt, regel_nu = arende.pop("kontakt"), arende.pop("regel_nu", None)
    par = [(r.pop("oppna_uppgifter"), r.pop("kopplingar"), r.pop("sparrad"), r.pop("vantar")) for r in resten]
    vantar = conn.execute(_FORSLAG, {"id": arende["id"]}).mappings() if par[0][3] else ()
    return Lage(
        rad=arende,
        frister=[r for r in resten if r["id"] is not None],
        kontakt=ur_rad(ringen(conn), arende["id"], kontakt) if kontakt is not None else None,
        oppna_uppgifter=par[0][0],
        kopplingar=set(par[0][1]),
        sparrad=par[0][2],
        forslag=[dict(r) for r in vantar],
        regel_nu=regel_nu,
    )


def _rader(rader: Iterable[dict[str, Any]], tabell: Any) -> list[dict[str, Any]]:
    kolumner = _KOLUMNER[tabell.name]
    return [{k: v for k, v in r.items() if k in kolumner} for r in rader]


def _andra(tabell: Any, *kolumner: str) -> Any:
    """An update of one row by its id, with each value under the column's name after `b_`."""
    varden = {k: bindparam(f"b_{k}") for k in kolumner}
    return tabell.update().where(tabell.c.id == bindparam("b_id")).values(varden)


# Statements are made once: an event sends many, and making one costs more than sending it.
_ANDRA_ARENDE = _andra(
    t.arende, "tillstand", "version", "enhet", "handlaggare", "dag", "externt_id", "uppgifter", "andrad", "avslutad",
    "klardag", "krets", "javiga", "foljnr", *narmast(()),
)  # fmt: skip
_ANDRA_FRIST = _andra(
    t.frist, "start", "start_tid", "forfaller", "forfaller_tid", "regel", "regelversion", "status", "omgang", "mott",
    "mott_tid",
)  # fmt: skip
_KOLUMNER = {tabell.name: {c.name for c in tabell.columns if c.computed is None} for tabell in (t.arende, t.frist)}
_LAGG_TILL = {
    tabell.name: tabell.insert().inline()  # nobody asks for the id
    for tabell in (t.arende, t.handelse, t.frist, t.paminnelse, t.fristakt, t.uppgift, t.koppling, t.kontakt, t.bilaga, t.gallringssparr, t.forslag)
}
_SLUTA_TRAPPA = text("""
WITH borta AS (DELETE FROM paminnelse WHERE frist_id = :frist AND fallen IS NULL AND dag > :dag)
UPDATE paminnelse SET fallen = :tid, ikapp = false WHERE frist_id = :frist AND fallen IS NULL AND dag <= :dag
""")


def _bryt(*nytt: str) -> Any:
    sats = insert(t.fristbrott)
    return sats.on_conflict_do_update(index_elements=["frist_id"], set_={k: sats.excluded[k] for k in nytt})


_BRYT = _bryt("forfoll")
_BRYT_MED_ORSAK = _bryt("forfoll", "orsak", "orsak_text", "atgard")
_RATTA = t.fristbrott.delete().where(
    t.fristbrott.c.frist_id == bindparam("b_id"), t.fristbrott.c.forfoll >= bindparam("b_gjort")
)
_TA_KONTAKT = t.kontakt.delete().where(t.kontakt.c.id == bindparam("b_id"))
_KLARA = (
    t.uppgift.update()
    .where(t.uppgift.c.id == bindparam("b_id"), t.uppgift.c.klar.is_(None))
    .values({k: bindparam(f"b_{k}") for k in ("klar", "klar_av", "kommentar")})
)
_OVERTA = (
    t.uppgift.update()
    .where(t.uppgift.c.arende_id == bindparam("b_arende"), t.uppgift.c.agare == bindparam("b_fran"), t.uppgift.c.klar.is_(None))
    .values(agare=bindparam("b_till"))
)
_FLYTTA = (
    t.uppgift.update()
    .where(t.uppgift.c.arende_id == bindparam("b_arende"), t.uppgift.c.klar.is_(None), t.uppgift.c.atgard.is_(None))
    .values(enhet=bindparam("b_enhet"), agare=None)
)
_TOM = (
    t.bilaga.update()
    .where(t.bilaga.c.id == bindparam("b_id"))
    .values({k: bindparam(f"b_{k}") for k in ("borttagen", "borttagen_av", "skal")} | {"innehall": None, "lager": None, "objekt": None})
)

_HAV = (
    t.gallringssparr.update()
    .where(t.gallringssparr.c.arende_id == bindparam("b_arende"), t.gallringssparr.c.havd.is_(None))
    .values({k: bindparam(f"b_{k}") for k in ("havd", "havd_av", "havd_skal")})
)
_SVARA = (
    t.forslag.update()
    .where(t.forslag.c.id == bindparam("b_id"))
    .values({k: bindparam(f"b_{k}") for k in ("utfall", "svarat", "svarat_av", "svar_skal")})
)


@dataclass
class Skrivning:
    """All rows that one or more events want written, in one transaction that the door commits."""

    arenden: dict[int, Lage] = field(default_factory=dict)
    handelser: list[dict[str, Any]] = field(default_factory=list)
    frister: dict[int, tuple[bool, dict[str, Any]]] = field(default_factory=dict)
    trappor: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    trappor_slut: dict[int, tuple[date, datetime]] = field(default_factory=dict)
    brott: dict[int, dict[str, Any]] = field(default_factory=dict)
    rattade: dict[int, date] = field(default_factory=dict)
    akter: list[dict[str, Any]] = field(default_factory=list)
    uppgifter: list[dict[str, Any]] = field(default_factory=list)
    klara: list[dict[str, Any]] = field(default_factory=list)
    kopplingar: list[dict[str, Any]] = field(default_factory=list)
    kontakter: list[dict[str, Any]] = field(default_factory=list)
    kontakter_bort: list[int] = field(default_factory=list)
    brev_till: dict[str, str | None] = field(default_factory=dict)
    """Case number → where letters to who left it go that haven't been sent; None = nowhere."""
    bilagor: list[dict[str, Any]] = field(default_factory=list)
    tomda: list[dict[str, Any]] = field(default_factory=list)
    sparrar: list[dict[str, Any]] = field(default_factory=list)
    havda: list[dict[str, Any]] = field(default_factory=list)
    forslag: list[dict[str, Any]] = field(default_factory=list)
    besvarade: list[dict[str, Any]] = field(default_factory=list)
    overtar: list[dict[str, Any]] = field(default_factory=list)
    flyttar: list[dict[str, Any]] = field(default_factory=list)
    notiser: list[NyNotis] = field(default_factory=list)
    tyst: bool = False
    """History read in from a file: what happened long ago is told to nobody."""

    def samla(self, annan: "Skrivning") -> None:
        """Take over all that another one wants written. The two must not be about the same case."""
        for namn in ("arenden", "frister", "trappor", "trappor_slut", "brott", "rattade", "brev_till"):
            getattr(self, namn).update(getattr(annan, namn))
        for namn in ("handelser", "akter", "uppgifter", "klara", "kopplingar", "kontakter", "kontakter_bort", "bilagor", "tomda", "sparrar",
                     "havda", "forslag", "besvarade", "overtar", "flyttar", "notiser"):  # fmt: skip
            getattr(self, namn).extend(getattr(annan, namn))

    def ror(self, lage: Lage) -> None:
        self.arenden[lage.rad["id"]] = lage

    def ny_frist(self, frist: dict[str, Any]) -> None:
        self.frister[frist["id"]] = (True, frist)

    def andrad_frist(self, frist: dict[str, Any]) -> None:
        ny = self.frister.get(frist["id"], (False, frist))[0]
        self.frister[frist["id"]] = (ny, frist)

    def ratta_brott(self, frist: dict[str, Any], gjort: date) -> None:
        """The thing was done, or the limit ended, on `gjort`: a breach of that day or later never was."""
        self.brott.pop(frist["id"], None)
        self.rattade[frist["id"]] = gjort

    def sluta_trappa(self, frist: dict[str, Any], idag: date, nu: datetime) -> None:
        """Rungs still to come are dropped. Those that had fallen due stay, and are marked as not needed any more."""
        self.trappor.pop(frist["id"], None)
        if not self.frister.get(frist["id"], (False,))[0]:
            self.trappor_slut[frist["id"]] = (idag, nu)

    def skriv(self, conn: Connection) -> None:
        """Write everything, in one trip to the database. Never commits."""
        satser: list[Sats] = []

        def lagg_till(tabell: Any, rader: list[dict[str, Any]]) -> None:
            satser.append((_LAGG_TILL[tabell.name], rader))

        def andra(sats: Any, rader: list[dict[str, Any]]) -> None:
            satser.append((sats, [{f"b_{k}": v for k, v in rad.items()} for rad in rader]))

        for lage in self.arenden.values():
            lage.rad |= narmast(lage.frister)
        lagg_till(t.arende, _rader((x.rad for x in self.arenden.values() if x.ny), t.arende))
        andra(_ANDRA_ARENDE, [x.rad for x in self.arenden.values() if not x.ny])
        lagg_till(t.handelse, self.handelser)
        lagg_till(t.frist, _rader((f for ny, f in self.frister.values() if ny), t.frist))
        andra(_ANDRA_FRIST, [f for ny, f in self.frister.values() if not ny])
        satser.append((_SLUTA_TRAPPA, [{"frist": i, "dag": dag, "tid": tid} for i, (dag, tid) in self.trappor_slut.items()]))
        lagg_till(t.paminnelse, [r for rader in self.trappor.values() for r in rader])
        satser.append((_BRYT, [b for b in self.brott.values() if not (b["orsak"] or b["atgard"])]))
        satser.append((_BRYT_MED_ORSAK, [b for b in self.brott.values() if b["orsak"] or b["atgard"]]))
        andra(_RATTA, [{"id": i, "gjort": gjort} for i, gjort in self.rattade.items()])
        lagg_till(t.fristakt, self.akter)
        lagg_till(t.uppgift, self.uppgifter)
        lagg_till(t.koppling, self.kopplingar)
        andra(_TA_KONTAKT, [{"id": i} for i in self.kontakter_bort])
        lagg_till(t.kontakt, [till_rad(ringen(conn), k) for k in self.kontakter])
        lagg_till(t.bilaga, self.bilagor)
        andra(_TOM, self.tomda)
        lagg_till(t.gallringssparr, self.sparrar)
        andra(_HAV, self.havda)
        lagg_till(t.forslag, self.forslag)
        andra(_SVARA, self.besvarade)
        andra(_OVERTA, self.overtar)
        andra(_FLYTTA, self.flyttar)
        andra(_KLARA, [{"kommentar": None} | klar for klar in self.klara])
        satser += [byt_utomstaende(nummer, adress) for nummer, adress in self.brev_till.items()]
        satser.append(till_utkorgen(self.notiser))
        try:
            sand(conn, satser)
        except IntegrityError as fel:
            if getattr(getattr(fel.orig, "diag", None), "constraint_name", None) == "arende_externt":
                raise IdUpptaget from None
            raise
        for lage in self.arenden.values():
            lage.ny = False

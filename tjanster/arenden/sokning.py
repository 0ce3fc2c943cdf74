"""Search among the cases that a person may see: ranked, filtered, with what was found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, TSQUERY

from arbetsfloden import PROCESSER
from tjanster.arenden.arendelista import Arenderad, lista
from tjanster.arenden.behorighet import Aktor, synliga
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.sokforslag import forslag
from tjanster.arenden.sokfraga import Fraga, fasta_val, fragan, las
from tjanster.arenden.sokutdrag import Utdrag, utdrag
from tjanster.arenden.urval import Urval
from tjanster.db import t

SIDA = 20
TAK = 1000
"""The newest so many hits are ranked; who has more is asked to narrow it down."""


@dataclass(frozen=True)
class Sokning:
    """What is searched for, and among which cases: open ones unless `avslutade`. handlaggare: an account's number, or 'ingen'."""

    text: str = ""
    process: str = ""
    tillstand: str = ""
    enhet: str = ""
    handlaggare: str = ""
    fran: date | None = None
    till: date | None = None
    avslutade: bool = False

    @property
    def avgransad(self) -> bool:
        return self != Sokning(self.text)

    def som_dict(self) -> dict[str, Any]:
        alla = {k: v.isoformat() if isinstance(v, date) else v for k, v in vars(self).items()}
        return {k: v for k, v in alla.items() if v}

    @classmethod
    def ur(cls, data: Mapping[str, Any]) -> "Sokning":
        dagar = {k: date.fromisoformat(data[k]) for k in ("fran", "till") if k in data}
        return cls(**{**data, **dagar})


@dataclass(frozen=True)
class Traff:
    """A case that was found. `aven`: headings of texts that hold the words and aren't shown here."""

    rad: Arenderad
    utdrag: Utdrag | None = None
    aven: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resultat:
    """antal: how many, `TAK` when `fler` is so. hjalp: sentences for one who found nothing; forslag: other things to search
    for, each with how many cases that would give; avslutade: how many cases the same words would give among the closed too."""

    traffar: tuple[Traff, ...] = ()
    antal: int = 0
    fler: bool = False
    hjalp: tuple[str, ...] = ()
    forslag: tuple[tuple[str, int], ...] = ()
    avslutade: int = 0


def sok(
    conn: Connection, s: Sammanhang, aktor: Aktor, sokning: Sokning, nu: datetime, *, sida: int = 1, per_sida: int = SIDA
) -> Resultat:
    """One page of hits, the best first."""
    f = fragan(conn, s, sokning.text)
    if not f.sats:
        return Resultat(hjalp=tuple(_inget_kvar(f)))
    antal, funna = _funna(conn, s, aktor, f.sats, sokning, sida, per_sida)
    if not antal:
        return _inget(conn, s, aktor, sokning, f)
    rader = _rader(conn, s, aktor, funna, nu)
    funnet = utdrag(conn, s, aktor, f.visa, [grund for grund, _ in rader], nu)
    return Resultat(tuple(Traff(rad, *ett) for (_, rad), ett in zip(rader, funnet, strict=True)), min(antal, TAK), antal > TAK)


def _inget(conn: Connection, s: Sammanhang, aktor: Aktor, k: Sokning, f: Fraga) -> Resultat:
    """Nothing was found: what this very person could do instead. It is counted within their circle."""

    def hur_manga(text: str, **andrat: Any) -> int:
        sats = fragan(conn, s, text).sats
        return min(TAK, _funna(conn, s, aktor, sats, replace(k, **andrat), 1, 1)[0]) if sats else 0

    mening = f"{_uppraknade(f.vanliga)} söktes inte, eftersom det finns i nästan alla texter."
    return Resultat(
        hjalp=(mening,) if f.vanliga else (),
        forslag=tuple(forslag(las(k.text), _kanda_ord(s), hur_manga)),
        avslutade=0 if k.avslutade else hur_manga(k.text, avslutade=True),
    )


def _urval(s: Sammanhang, k: Sokning) -> dict[str, Any]:
    ut: dict[str, Any] = {x: v for x, v in (("process", k.process), ("tillstand", k.tillstand)) if v}
    if k.enhet:
        ut["enheter"] = sorted(s.kommun.undertrad(k.enhet))
    if k.handlaggare:
        ut |= {"utan_handlaggare": True} if k.handlaggare == "ingen" else {"handlaggare": int(k.handlaggare)}
    ut |= {x: v.isoformat() for x, v in (("fran", k.fran), ("till", k.till)) if v}
    return ut if k.avslutade else ut | {"oppna": True}


def _funna(
    conn: Connection, s: Sammanhang, aktor: Aktor, sats: str, k: Sokning, sida: int, per_sida: int
) -> tuple[int, list[int]]:
    """How many there are (one more than `TAK` means more than that), and the row numbers of one page."""
    traff = func.vaka_sok(cast(sats, TSQUERY), cast(_urval(s, k), JSONB), TAK + 1).table_valued(column("id"), column("rang"))
    a = t.arende.c
    alla = select(a.id, traff.c.rang).join(traff, traff.c.id == a.id).where(synliga(aktor, s.kommun)).cte("alla")
    fonster = (
        select(alla.c.id).order_by(alla.c.rang.desc(), alla.c.id.desc()).limit(per_sida).offset((sida - 1) * per_sida).subquery()
    )
    antal = select(func.count()).select_from(alla).scalar_subquery()
    rad = conn.execute(select(antal, select(func.array_agg(fonster.c.id)).scalar_subquery())).one()
    return int(rad[0]), list(rad[1] or ())


def _rader(conn: Connection, s: Sammanhang, aktor: Aktor, funna: list[int], nu: datetime) -> list[tuple[Any, Arenderad]]:
    """The rows of the hits in the order they were found, each with what a reading must know of it."""
    a = t.arende.c
    sats = select(
        a.id, a.nummer, a.process, a.enhet, a.handlaggare, a.registrerad_av, a.krets, a.uppgifter
    ).where(a.id.in_(funna))  # fmt: skip
    grund = {r["nummer"]: r for r in conn.execute(sats).mappings()}
    alla = Urval(aven_avslutade=True)
    rader = lista(conn, s, aktor, alla, nu, per_sida=len(funna) or 1, extra=a.id.in_(funna))
    plats = {i: n for n, i in enumerate(funna)}
    ut = [(grund[r.nummer], r) for r in rader if r.nummer in grund]
    return sorted(ut, key=lambda par: plats[par[0]["id"]])


def _inget_kvar(f: Fraga) -> Iterable[str]:
    if f.vanliga:
        yield f"{_uppraknade(f.vanliga)} är så vanligt att det inte går att söka på. Skriv ett ord till."
    else:
        yield "Skriv minst ett ord att söka efter. Ord med minus framför tar bara bort träffar."


def _uppraknade(ord_: Iterable[str]) -> str:
    return ", ".join(f"”{o}”" for o in ord_)


def _kanda_ord(s: Sammanhang) -> Mapping[str, str]:
    """Words that stand in no case of anybody's: labels of lists, kinds of cases, states."""
    ord_ = {o for val in (*(v for n, v in s.listor.items() if n != "enheter"), *fasta_val()) for o in val.values()}
    ord_ |= {o for p in PROCESSER.values() for o in (p.ental, *p.tillstand.values())}
    return {o.casefold(): o.lower() for o in ord_ if " " not in o}

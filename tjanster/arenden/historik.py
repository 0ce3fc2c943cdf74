"""A case's history in plain Swedish: who did what when, what changed, and what came of it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from arbetsfloden import ROLLER, Falt, Process, Tolkfel, visa
from arbetsfloden.motor.gemensamma import Gemensamt
from arbetsfloden.motor.ord import uppraknat
from notiser import dagtext
from tjanster.arenden.arendelista import frist_rubrik
from tjanster.arenden.lage import Lage
from tjanster.arenden.personer import meningar
from tjanster.arenden.regelprov import delegationsmening
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t


@dataclass(frozen=True)
class Handelsebild:
    """One event in plain Swedish."""

    lopnr: int
    handelse: str
    rubrik: str
    vem: str
    tid: datetime
    dag: date
    fran: str | None
    till: str
    skal: str | None
    andringar: tuple[tuple[str, str | None, str | None], ...]
    foljder: tuple[str, ...]
    av: int | None


def handelser(conn: Connection, s: Sammanhang, lage: Lage) -> tuple[Handelsebild, ...]:
    h, a = t.handelse.c, t.anvandare.c
    sats = (
        select(t.handelse, a.namn.label("namn"))
        .select_from(t.handelse.outerjoin(t.anvandare, a.id == h.av))
        .where(h.arende_id == lage.rad["id"])
        .order_by(h.lopnr)
    )
    rader = list(conn.execute(sats).mappings())
    satta = {r["foljder"][ord_] for r in rader for ord_ in EN_PERSON if ord_ in r["foljder"]}
    satta |= {i for r in rader for ord_ in PERSONER for i in r["foljder"].get(ord_, ())}
    satta |= {vem for r in rader for vem in _forslagsstallare(r["foljder"]) if vem is not None}
    namn = {r.id: r.namn for r in conn.execute(select(a.id, a.namn).where(a.id.in_(satta)))} if satta else {}
    filer = _filnamn(conn, lage) if any(r["handelse"] == "bifoga" for r in rader) else {}
    return tuple(handelsebild(s, lage.process, r, namn, filer) for r in rader)


def _filnamn(conn: Connection, lage: Lage) -> dict[int, str]:
    """The case's files by number, those taken away too."""
    b = t.bilaga.c
    sats = select(b.id, b.namn, b.borttagen).where(b.arende_id == lage.rad["id"])
    return {r.id: f"”{r.namn}”" + (" (borttagen)" if r.borttagen else "") for r in conn.execute(sats)}


def handelsebild(
    s: Sammanhang, process: Process, r: Any, namn: Mapping[int, str], filer: Mapping[int, str]
) -> Handelsebild:
    """An event row in plain Swedish, its fields in the order of the process."""
    ordning = {falt: plats for plats, falt in enumerate(process.modell.beskrivna())}
    return Handelsebild(
        lopnr=r["lopnr"],
        handelse=r["handelse"],
        rubrik=_handelserubrik(process, r["handelse"], r["fran"], r["foljder"]),
        vem=(r["namn"] or "Vaka") + _i_stallet(r["foljder"], namn) + _pa_forslag(r["foljder"], namn),
        tid=r["tid"],
        dag=r["dag"],
        fran=process.tillstand.get(r["fran"] or ""),
        till=process.tillstand.get(r["till"], r["till"]),
        skal=r["skal"],
        andringar=tuple(
            (_faltrubrik(process, falt), *(_varde(s, process, falt, v) for v in par))
            if falt not in ("handlaggare", "agare")
            else (_faltrubrik(process, falt), None, namn.get(r["foljder"].get(falt), par[1]))
            for falt, par in sorted(_falten(r["uppgifter"]), key=lambda x: ordning.get(x[0], 0))
            if falt not in INTE_FALT  # told in words below
        ),
        foljder=(*_personer(r["foljder"], namn), *_foljder(s, process, r["foljder"], filer)),
        av=r["av"],
    )


EN_PERSON = ("handlaggare", "agare", "i_stallet_for", "lagt_av")
INTE_FALT = ("bilaga", "uppgift", "krets", "jav", "knuten", "personroll", "fel_person")
def _falten(uppgifter: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Each field with its values before and after; of a proposal those that it would change."""
    return (*((k, v) for k, v in uppgifter.items() if k != "forslag"), *(uppgifter.get("forslag") or (None, {}))[1].items())


def _forslagsstallare(foljder: Mapping[str, Any]) -> tuple[int | None, ...]:
    """Who proposed what another confirmed, and for whom."""
    ett = foljder.get("forslag") or {}
    return ett.get("av"), ett.get("i_stallet_for")


def _pa_forslag(foljder: Mapping[str, Any], namn: Mapping[int, str]) -> str:
    vem, for_ = _forslagsstallare(foljder)
    if vem is None:
        return ""
    return f", på förslag av {namn.get(vem, 'en kollega')}" + (f" i stället för {namn.get(for_, 'en kollega')}" if for_ else "")


def _i_stallet(foljder: Mapping[str, Any], namn: Mapping[int, str]) -> str:
    return f" i stället för {namn.get(foljder['i_stallet_for'], 'en kollega')}" if "i_stallet_for" in foljder else ""


PERSONER = {
    "krets": "Ärendet finns nu bara för {}",
    "at_sidan": "Satt åt sidan för jäv, ser inte ärendet: {}",
    "jav_havt": "Inte längre jävig: {}",
}


def _personer(foljder: dict[str, Any], namn: Mapping[int, str]) -> list[str]:
    return [
        mening.format(uppraknat(sorted(namn.get(i, "okänd") for i in foljder[ord_])))
        for ord_, mening in PERSONER.items()
        if foljder.get(ord_)
    ]


BREVORD = {"agare": "den som fick uppgiften", "inlamnare": "den som lämnade synpunkten", "forslagsstallare": "den som lade förslaget"}
FORSLAG = {
    "foresla": "Förslag", "forslag_faller": "Förslaget föll", "avsla_forslag": "Förslaget avslogs",
    "ta_tillbaka_forslag": "Förslaget togs tillbaka",
}  # fmt: skip


def _handelserubrik(process: Process, handelse: str, fran: str | None, foljder: Mapping[str, Any]) -> str:
    if handelse == "registrera":
        return "Registrerat"
    if handelse in FORSLAG:
        return f"{FORSLAG[handelse]}: {_stegrubrik(process, foljder['om'], fran)}"
    return _stegrubrik(process, handelse, fran)


def _stegrubrik(process: Process, handelse: str, fran: str | None) -> str:
    for tillstand in (fran, None):  # a proposal is told of also where its step can't be taken any more
        with suppress(KeyError):
            return process.hitta(handelse, tillstand).rubrik
    return handelse


def _falt(process: Process, namn: str) -> Falt | None:
    return process.modell.beskrivna().get(namn) or Gemensamt.beskrivna().get(namn)


def _faltrubrik(process: Process, namn: str) -> str:
    f = _falt(process, namn)
    return f.rubrik if f else namn


def _varde(s: Sammanhang, process: Process, namn: str, varde: Any) -> str | None:
    if varde is None:
        return None
    if namn in process.modell.beskrivna():
        try:
            return visa(process, namn, varde, s.listor)
        except (Tolkfel, KeyError):
            return str(varde)
    f = _falt(process, namn)
    if f is not None and f.slag == "dag":
        return dagtext(date.fromisoformat(varde))
    return str((f.val or {}).get(varde, varde)) if f else str(varde)


def _foljder(s: Sammanhang, process: Process, foljder: dict[str, Any], filer: Mapping[int, str]) -> list[str]:
    ut = [
        f"Avgjordes av regeln ”{svar['fraga']}”: {svar['svar']}. {svar['motiv'].rstrip('.')}, enligt {svar['kalla']}"
        for svar in foljder.get("tabeller", {}).values()
    ]
    if delegation := foljder.get("delegation"):
        ut.append(delegationsmening(delegation))
    if "person" in foljder:
        ut += meningar(foljder["person"])
    if varfor := foljder.get("fyra_ogon"):
        ut.append(f"{varfor}. Steget tas när en annan person bekräftar det")
    if ett := foljder.get("forslag"):
        pa = f". {delegationsmening(ett['delegation'])}" if ett["delegation"] else ""
        ut.append(f"Föreslogs {_dagtext(ett['tid'])}{pa}")
    if "bilagor" in foljder:
        ut.append("Filer: " + ", ".join(filer.get(i, "okänd") for i in foljder["bilagor"]))
    if "bilaga_borttagen" in foljder:
        ut.append(f"Borttagen fil: {filer.get(foljder['bilaga_borttagen'], 'okänd').removesuffix(' (borttagen)')}")
    for f in foljder.get("startade", []):
        dag = _dagtext(f["forfaller"])
        namn = frist_rubrik(s, process.namn, f["frist"])
        mal = " (kommunens mål)" if f["slag"] == "mal" else ""
        ut.append(f"Fristen ”{namn}”{mal} startade" + (f", sista dag {dag}" if dag else ", utan bestämd dag"))
    for f in foljder.get("motta", []):
        namn = frist_rubrik(s, process.namn, f["frist"])
        ut.append(f"Fristen ”{namn}” klarades" + (" för sent" if f["sen"] else " i tid") + _rattat(f))
    for f in foljder.get("utgangna", []):
        ut.append(f"Fristen ”{frist_rubrik(s, process.namn, f['frist'])}” upphörde" + _rattat(f))
    for f in (*foljder.get("frist", []), *foljder.get("omraknade", [])):
        ut.append(
            f"Fristen ”{frist_rubrik(s, process.namn, f['frist'])}”: sista dag {_dagtext(f['fran']) or 'saknades'} → "
            f"{_dagtext(f['forfaller']) or 'ingen'}" + _rattat(f)
        )
    for nummer in foljder.get("nya_arenden", []):
        ut.append(f"Nytt ärende: {nummer}")
    if "uppgift" in foljder:
        ut.append(f"Ny uppgift: {foljder['uppgift']}")
    if "uppgift_klar" in foljder:
        ut.append(f"Klar: {foljder['uppgift_klar']}")
    if "spridd_till" in foljder:
        ut.append("Åtgärden skickad till " + ", ".join(s.enhetsnamn(e) for e in foljder["spridd_till"]))
    for mottagare in foljder.get("notiser", {}).values():
        # A post that is empty has its letter go to the one above, who may have one already.
        ord_ = dict.fromkeys(
            ROLLER.get(m, BREVORD.get(m, m)).lower() for m in mottagare
        )
        if ord_:
            ut.append(f"Brev till {', '.join(ord_)}")
    return ut


def _rattat(f: dict[str, Any]) -> str:
    """A breach that turned out never to have been is told here for good."""
    dag = _dagtext(f.get("rattat_brott"))
    return f"; noterat som passerat {dag}, men det var fel och är rättat" if dag else ""


def _dagtext(iso: str | None) -> str | None:
    if iso is None:
        return None
    return dagtext(datetime.fromisoformat(iso) if "T" in iso else date.fromisoformat(iso))

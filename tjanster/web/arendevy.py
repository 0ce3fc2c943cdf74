"""What the case page shows of a case: the words, the order and the colours. No database, no request."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from arbetsfloden import PERSONROLLER, ROLLER, Process
from arbetsfloden.motor.gemensamma import EGEN_UPPGIFT
from arbetsfloden.motor.ord import uppraknat
from notiser import dagtext
from tjanster.arenden.arendebild import Arendebild, Faltbild, Stegbild, Uppgiftsbild
from tjanster.arenden.behorighet import Aktor, roller_i
from tjanster.arenden.filgranskning import HOGST_BYTE, HOGST_FILER, storlekstext
from tjanster.arenden.filtyper import ANDELSER, ORD, TYPER
from tjanster.arenden.forslagsbild import Forslagsbild
from tjanster.arenden.historik import Handelsebild
from tjanster.arenden.lage import OPPNA
from tjanster.arenden.namnlika import Namnlik
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.sparr import Sparr
from tjanster.arenden.stegordning import ordning, sidovag
from tjanster.web import formular
from tjanster.web.rader import dagar_kvar, tagg

# The common steps as things that have happened.
HANT = {
    "tilldela": "Handläggare utsedd", "andra": "Uppgifter ändrade", "anteckna": "Anteckning",
    "koppla": "Kopplat till ett annat ärende", "forlang_frist": "Frist förlängd", "pausa_frist": "Frist pausad",
    "starta_frist_igen": "Frist startad igen", EGEN_UPPGIFT: "Uppgift tillagd", "klarmarkera_uppgift": "Uppgift klar", "bifoga": "Filer bifogade",
    "ta_bort_bilaga": "Bilaga borttagen", "knyt_person": "Person knuten eller bytt", "ta_bort_person": "Person borttagen",
}  # fmt: skip

PERSONORD = {"namn": "Namn", "personnummer": "Personnummer", "epost": "E-post", "telefon": "Telefon", "adress": "Adress"}

VISADE_ARENDEN = 5
VALJ = "Välj en av dem, eller ”en annan person”."

# Told beside the case, not among its own fields.
VID_SIDAN = ("enhet", "externt_id", "diarienummer")


def huvud(bild: Arendebild) -> dict[str, Any]:
    p = bild.process
    return {
        "nummer": bild.nummer,
        "rubrik": bild.kort,
        "process": p.ental,
        "process_namn": p.namn,
        "tillstand": bild.tillstand_text,
        "lage": tagg(p.namn, bild.tillstand),
        "enhet": bild.enhet_namn,
        "handlaggare": bild.handlaggare,
        "franvarande": franvarande(bild),
        "version": bild.version,
        "dag": bild.dag,
        "dag_rubrik": p.modell.beskrivna()[p.dag].rubrik,
        "registrerad": bild.registrerad,
        "url": f"/arende/{bild.nummer}",
        "oppet": bool(bild.steg) or not bild.slut,
    }


def franvarande(bild: Arendebild) -> str:
    """'ersätts av Hugo Ek till och med 11 september 2026' when the officer is away; '' otherwise."""
    return uppraknat(f"ersätts av {x.namn} till och med {dagtext(x.till)}" for x in bild.ersatts_av)


def stegbild(bild: Arendebild) -> list[dict[str, Any]]:
    """The normal way: what the case has done, where it is, and what may still come from there."""
    process, nu = bild.process, bild.tillstand
    dagar = {h.till: h.dag for h in bild.handelser if h.fran != h.till}
    mojliga = {x.steg.till for x in bild.steg if x.gar and x.steg.till}
    kvar = _kan_nas(process, nu)
    koder = [k for k, _, _ in bild.stegbild]
    plats = koder.index(nu)
    # A case off the normal way is shown its own next state too.
    vidare = [x.steg.till for x in bild.steg if x.gar and x.steg.till and not sidovag(process, x.steg)]
    if vidare and nu not in process.huvudvag and vidare[0] not in koder and vidare[0] != nu:
        koder.insert(plats + 1, vidare[0])
    ut = []
    for i, kod in enumerate(koder):
        text = process.tillstand[kod]
        if kod == nu:
            lage = "nu"
        elif i < plats:
            lage = "klar" if text in dagar else "hoppad"
        elif kod in kvar:
            lage = "mojlig" if kod in mojliga else "kvar"
        else:
            continue
        ut.append({"rubrik": text, "lage": lage, "dag": dagar.get(text) if lage in ("klar", "nu") else None})
    return ut


def _kan_nas(process: Process, fran: str) -> set[str]:
    """The states that a case may still come to."""
    nadda, ko = {fran}, [fran]
    for kod in ko:
        nya = {s.till for s in process.steg if s.till and kod in process.kallor(s)} - nadda
        nadda |= nya
        ko += nya
    return nadda


def frist(s: Sammanhang, bild: Arendebild, f: Any, nu: datetime) -> dict[str, Any]:
    kvar, enhet = dagar_kvar(s, f.forfaller, nu.date())
    lage = None
    if f.status == "mott":
        lage = "bruten" if f.bruten else "uppfylld"
    elif f.status == "pausad":
        lage = "pausad"
    elif f.status == "utgatt":
        lage = "upphord"
    historik = []
    if f.mott:
        historik.append(f"Klar {dagtext(f.mott)}")
    if f.bruten and f.slag == "lag":
        historik.append(f"Blev inte klar i tid. Orsak: {_orsak(s, bild, f) or 'inte angiven än'}")
    if f.flyttad:
        historik.append("Dagen har flyttats, se ”Varför denna dag?”")
    ut = {
        "rubrik": f.rubrik,
        "forfaller": f.forfaller,
        "kvar": kvar,
        "kvar_enhet": enhet,
        "lagrum": (f.regel.lagrum or f.regel.kalla) if f.regel else f.regel_id,
        "varfor_url": f"/arende/{bild.nummer}/frist/{f.id}",
        "mal": "Kommunens eget mål, vid sidan av lagens gräns" if f.slag == "mal" else "",
        "historik": historik,
    }
    return ut | ({"lage": lage} if lage else {})


def _orsak(s: Sammanhang, bild: Arendebild, f: Any) -> str | None:
    """Why the limit was missed; while it still runs, what the case itself says."""
    if f.orsak or f.status not in OPPNA:
        return f.orsak
    falt = bild.process.modell.beskrivna()[bild.process.orsaksfalt]
    kod = bild.lage.rad["uppgifter"].get(falt.namn)
    return s.listor.get(falt.listnamn or "", {}).get(kod, kod) if kod else None


def steg_att_ta(bild: Arendebild) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The steps that can be taken now: those that take the work on, and those that lead away from it."""
    gar = sorted((x for x in bild.steg if x.gar), key=lambda x: ordning(bild.process, x.steg))
    vidare = [x for x in gar if not sidovag(bild.process, x.steg)]
    bort = [x for x in gar if x not in vidare]
    if not vidare:
        vidare, bort = bort, []
    ut = [_kan(bild, x) for x in vidare]
    if bild.handlaggare is None and not bild.slut:
        ut += [_kan(bild, x) for x in bild.gemensamma if x.handelse == "tilldela"]
    return ut, [_kan(bild, x) for x in bort]


def _kan(bild: Arendebild, x: Stegbild) -> dict[str, Any]:
    return {
        "handelse": x.handelse,
        "rubrik": x.rubrik,
        "url": f"/arende/{bild.nummer}/{x.handelse}",
        "delegation": x.delegation or "",
        "fyra_ogon": x.krav.fyra_ogon is not None,
        # Posted at once: nothing to fill in, and no limit that may ask why it was missed.
        "direkt": not x.steg.i_formularet and not x.steg.stoppar and not x.krav.falt,
    }


def forslag(bild: Arendebild) -> list[dict[str, Any]]:
    """The proposals that wait, with what each holds and what the one who looks may answer."""
    return [_forslag(bild, f) for f in bild.forslag]


def _forslag(bild: Arendebild, f: Forslagsbild) -> dict[str, Any]:
    rader = [{"rubrik": rubrik, "visat": till or "Tomt", "fore": fore, "lang": True} for rubrik, fore, till in f.innehall]
    if f.skal:
        rader.append({"rubrik": "Skäl", "visat": f.skal, "lang": True})
    if f.dag:
        rader.append({"rubrik": f.dag, "visat": "Dagen då förslaget bekräftas"})
    url = f"/arende/{bild.nummer}"
    return {
        "id": f.id, "rubrik": f.rubrik, "vem": f.vem, "nar": f.tid, "varfor": f.varfor, "delegation": f.delegation or "",
        "rader": rader, "blir": f.blir or "", "bekrafta_url": f"{url}/bekrafta_forslag" if not f.bekrafta_hinder else None,
        "avsla_url": f"{url}/avsla_forslag?forslag={f.id}" if not f.avsla_hinder else None,
        "ta_tillbaka_url": f"{url}/ta_tillbaka_forslag" if f.eget else None,
        # A proposer knows that they can't answer; others are told why, each reason once.
        "hinder": [] if f.eget else list(f.bekrafta_hinder),
    }  # fmt: skip


def ligger_hos(s: Sammanhang, bild: Arendebild, aktor: Aktor) -> str:
    """Who owns the case now, in a sentence; '' for a case that waits for nobody."""
    traff = bild.agare
    if bild.slut or bild.tillstand in bild.process.vilande or not traff.personer:
        return ""
    if any(p.id == aktor.id for p in traff.personer):
        vem = "Ärendet ligger hos dig."
    else:
        namn = " och ".join(p.namn for p in traff.personer[:3])
        vem = f"Ärendet ligger hos {namn}, {ROLLER[traff.roll].lower()}."
    if traff.ersatter and bild.handlaggare is None and not bild.lage.rad["javiga"]:
        vem += f" {bild.enhet_namn} saknar enhetschef just nu."
    return vem


def handelse(h: Handelsebild) -> dict[str, Any]:
    slag = {"anteckna": "anteckning", "andra": "andring"}.get(h.handelse, "steg")
    if h.handelse.endswith("_forslag") or h.handelse == "foresla":
        slag = "andring"
    elif h.handelse.endswith("_frist") or h.handelse.startswith("starta_frist"):
        slag = "frist"
    elif h.av is None:
        slag = "system"
    andringar = [a for a in h.andringar if h.handelse != "registrera" and not _upprepar(h, a)]
    anteckning = next((a[2] or "" for a in andringar if h.handelse == "anteckna"), "")
    delar = [d for d in (h.skal or "", anteckning, _gallde(h)) if d]
    return {
        "rubrik": HANT.get(h.handelse, h.rubrik) + (f" → {h.till}" if h.fran and h.till not in (h.fran, h.rubrik) else ""),
        "vem": h.vem,
        "nar": h.tid,
        "slag": slag,
        "text": "\n\n".join(delar),
        "andringar": [_andring(*a) for a in andringar] if not anteckning else [],
        "foljder": list(h.foljder),
    }


def _gallde(h: Handelsebild) -> str:
    return f"Gäller {dagtext(h.dag)}" if h.dag != h.tid.date() else ""


def _upprepar(h: Handelsebild, andring: tuple[str, str | None, str | None]) -> bool:
    """The step's own day, when the event already says it."""
    return andring[1] is None and andring[2] == dagtext(h.dag)


def _andring(rubrik: str, fran: str | None, till: str | None) -> dict[str, Any]:
    """One changed field. Rows only come to, so what was there before is not told again."""
    if fran and till and till.startswith(f"{fran}\n"):
        fran, till = None, till[len(fran) + 1 :]
    return {"rubrik": rubrik if rubrik.endswith("?") else f"{rubrik}:", "fran": fran, "till": till}


def grupper(s: Sammanhang, bild: Arendebild) -> list[dict[str, Any]]:
    """The filled-in fields under their headings, the measures among them."""
    andra = any(x.handelse == "andra" for x in bild.gemensamma)
    ut = []
    for namn, falt in bild.grupper:
        rader = [rad for f in falt if f.namn not in VID_SIDAN and f.namn != "atgarder" for rad in _rader(f)]
        atgarder = _atgarder(bild) if any(f.namn == "atgarder" for f in falt) else []
        if rader or atgarder:
            url = f"/arende/{bild.nummer}/andra?grupp={namn}" if andra and rader else None
            ut.append({"rubrik": namn, "rader": rader, "atgarder": atgarder, "andra_url": url})
    return ut


def _rader(f: Faltbild) -> list[dict[str, Any]]:
    if f.slag == "rader":
        ental = formular.ental(f.rubrik)
        return [
            {"rubrik": f"{ental} {i}", "visat": "\n".join(f"{r}: {v}" for r, v in rad), "lang": True}
            for i, rad in enumerate(f.rader, start=1)
        ]
    return [{"rubrik": f.rubrik, "visat": f.text, "lang": f.slag == "langtext"}]


def _atgarder(bild: Arendebild) -> list[dict[str, Any]]:
    """Measures, with how far they have spread: a task in each other unit that should take it too."""
    ut = []
    for i, a in enumerate(bild.lage.rad["uppgifter"].get("atgarder") or [], start=1):
        spridda = [u for u in bild.uppgifter if u.atgard == f"{bild.nummer}/{i}"]
        kvar = [u for u in spridda if u.klar is None]
        ut.append(
            {
                "text": a.get("text", ""),
                "ansvarig": a.get("ansvarig", ""),
                "senast": date.fromisoformat(a["senast"]) if a.get("senast") else None,
                "enheter": [u.enhet_namn for u in spridda],
                "svar": [u.kommentar for u in spridda if u.klar and u.kommentar],
                "status": f"{len(kvar)} av {len(spridda)} enheter har inte svarat"
                if kvar
                else "Klar"
                if bild.slut
                else "Beslutad",
            }
        )
    return ut


def uppgifter(s: Sammanhang, bild: Arendebild, aktor: Aktor) -> list[dict[str, Any]]:
    """The case's tasks: the reader's own first, by day; those done last."""
    i_ordning = sorted(bild.uppgifter, key=lambda u: (u.klar is not None, u.agare_id != aktor.id, u.senast or date.max, u.id))
    return [uppgift(s, bild, u, aktor) for u in i_ordning]


def uppgift(s: Sammanhang, bild: Arendebild, u: Uppgiftsbild, aktor: Aktor) -> dict[str, Any]:
    """A task in the case. One that another unit is to answer is answered by that unit, on a page of its own."""
    egen = u.atgard is None or bool(roller_i(aktor, s.kommun, u.enhet))
    return {
        "id": u.id, "text": u.text, "agare": u.agare or u.enhet_namn, "senast": u.senast, "klar": u.klar is not None,
        "sen": u.sen, "klart": f"Klar {dagtext(u.klar.date())}, {u.klar_av or 'Vaka'}" if u.klar else "",
        "kommentar": u.kommentar or "",
        "klar_url": f"/uppgift/{u.id}/klar" if u.atgard is None and u.klar is None else None,
        "svara_url": f"/uppgift/{u.id}" if u.atgard is not None and u.klar is None and egen else None,
    }  # fmt: skip


def bilagor(bild: Arendebild) -> list[dict[str, Any]]:
    """The case's files."""
    bort = any(x.handelse == "ta_bort_bilaga" for x in bild.gemensamma)
    return [
        {
            "namn": b.namn, "url": f"/arende/{bild.nummer}/bilaga/{b.id}", "rubrik": b.rubrik or "",
            "om": f"{ORD.get(b.typ, b.typ)} · {storlekstext(b.storlek)} · {dagtext(b.tid.date())} · {b.av}",
            "ta_bort_url": f"/arende/{bild.nummer}/ta_bort_bilaga?bilaga={b.id}" if bort else None,
        }
        for b in bild.bilagor
    ]  # fmt: skip


def bilageform(bild: Arendebild, text: str = "", fel: str = "") -> dict[str, Any] | None:
    """The form that adds files; None for one who may not."""
    if not any(x.handelse == "bifoga" for x in bild.gemensamma):
        return None
    return {
        "url": f"/arende/{bild.nummer}/bifoga",
        "text": text,
        "fel": fel,
        "hjalp": f"{uppraknat(ANDELSER).capitalize()}. Högst {storlekstext(HOGST_BYTE)} per fil, {HOGST_FILER} filer åt gången.",
        "godtas": ",".join(f".{a}" for a in TYPER),
    }


def om(bild: Arendebild) -> list[dict[str, Any]]:
    """The facts beside the case."""
    har = bild.lage.rad["uppgifter"]
    ut = [
        {"rubrik": bild.process.modell.beskrivna()[bild.process.dag].rubrik, "visat": dagtext(bild.dag)},
        {"rubrik": "Registrerat", "visat": dagtext(bild.registrerad)},
        {"rubrik": "Enhet", "visat": bild.enhet_namn},
        {"rubrik": "Handläggare", "visat": bild.handlaggare or "Ingen än"},
        *([{"rubrik": "Frånvarande", "visat": _versal(franvarande(bild))}] if bild.ersatts_av else []),
        *([{"rubrik": "Skyddat", "visat": "Bara namngivna personer ser ärendet"}] if bild.krets is not None else []),
        *({"rubrik": "Spärrat mot gallring", "visat": _sparr(x)} for x in bild.sparrar),
    ]
    ut += [{"rubrik": bild.process.modell.beskrivna()[n].rubrik, "visat": har[n]} for n in VID_SIDAN[1:] if har.get(n)]
    return ut


def _versal(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sparr(x: Sparr) -> str:
    """'Till och med 2027-01-01: domstol prövar saken (Kim, 2026-09-07)'."""
    borjan = f"Till och med {x.till}: " if x.till else ""
    return f"{borjan}{x.skal} ({x.av or 'Vaka'}, {x.fran})"


def personer(bild: Arendebild) -> list[dict[str, Any]]:
    """The case's persons, the one who left it first."""
    return [
        {"id": p.id, "roll": p.roll, "rubrik": PERSONROLLER[p.roll], "rader": personrader(p.uppgifter)} for p in bild.personer
    ]


def personrader(uppgifter: Mapping[str, str | None]) -> list[dict[str, Any]]:
    return [{"rubrik": PERSONORD[k], "visat": v} for k, v in uppgifter.items() if v]


def lik(en: Namnlik) -> dict[str, Any]:
    """Somebody known, to be compared with."""
    rader = [
        {"rubrik": "Personnummer", "visat": en.personnummer or "Inte känt"},
        {"rubrik": "Adress", "visat": en.adress or "Inte känd"},
        {"rubrik": "E-post", "visat": en.epost or "Inte känd"}, {"rubrik": "Telefon", "visat": en.telefon or "Inte känd"},
    ]  # fmt: skip
    return {
        "id": en.id, "namn": en.namn or "Utan namn", "rader": rader, "skyddad": en.skyddad, "samma_nummer": en.samma_nummer,
        "arenden": [
            {"nummer": x.nummer, "url": f"/arende/{x.nummer}", "om": f"{x.sort}, {PERSONROLLER[x.roll].lower()}", "dag": x.dag}
            for x in en.arenden[:VISADE_ARENDEN]
        ],
        "fler": max(0, len(en.arenden) - VISADE_ARENDEN),
    }  # fmt: skip


def ser(bild: Arendebild) -> list[str]:
    if bild.krets is not None:
        return ["Bara de som namnges här:", *bild.krets]
    roller = [ROLLER[r] for r in bild.process.synlig_for]
    ut = [f"{r} för {bild.enhet_namn} eller en nivå över" for r in roller]
    if bild.handlaggare:
        ut.insert(0, f"{bild.handlaggare} (handläggare)")
        ut[1:1] = [f"{x.namn} (ersätter till och med {dagtext(x.till)})" for x in bild.ersatts_av]
    if bild.process.namn == "avvikelse":
        ut.append("Den som rapporterade avvikelsen")
    return ut

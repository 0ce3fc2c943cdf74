"""What a step leads to besides the case's own row: notices, tasks, links, a new unit or officer, another case."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from arbetsfloden import PROCESSER, Fakta, Steg, ger_uppgift, som_ny
from arbetsfloden.motor.gemensamma import EGEN_UPPGIFT, KOPPLINGSSLAG
from notiser import KATALOG
from tjanster.arenden import bilagor, forslag, jav, personer, skydd, sparr
from tjanster.arenden.behorighet import HANDLAGGER, far_se
from tjanster.arenden.bemanning import Bemanning, Person
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.konto import hitta_konto
from tjanster.arenden.krets import Krets
from tjanster.arenden.lage import Lage, Skrivning
from tjanster.arenden.notera import beratta_for, notera
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran

UTAN = "arende_utan_handlaggare"


def verkstall(
    conn: Connection,
    s: Sammanhang,
    lage: Lage,
    skr: Skrivning,
    begaran: "Begaran",
    steg: Steg,
    fakta: Fakta,
    handelse: dict[str, Any],
) -> list[str]:
    """Let everything follow that the step declares. Adds to the event what the history should tell; returns the
    numbers of cases opened."""
    foljd = handelse["foljder"]
    nu, av = begaran.nu, begaran.av.id if begaran.av else None
    nyckel = f"{lage.rad['nummer']}:{lage.rad['version']}"
    stegdata = fakta.uppgifter
    if steg.gemensam:
        _gemensamt(conn, s, lage, skr, begaran, steg.handelse, stegdata, foljd)
    if steg.handelse == "andra" and handelse["uppgifter"].get("ror_chefen", (None, None))[1]:
        _jav(conn, s, lage, skr, begaran, "ror_chefen", (), foljd)
    if steg.klarar and lage.oppna_uppgifter:
        _klara_alla(conn, lage, skr, av, nu)
    if (text := ger_uppgift(steg, fakta)) is not None:
        ny_uppgift(lage, skr, slag=steg.handelse, text=text, enhet=lage.rad["enhet"], nu=nu)
        foljd["uppgift"] = text
    if "atgarder" in handelse["uppgifter"]:
        fore = len(handelse["uppgifter"]["atgarder"][0] or [])
        sprid_atgarder(conn, s, lage, skr, nu, nyckel, av, foljd, fore)
    if getattr(stegdata, "dubblett_av", None) and "dubblett_av" in steg.falt:
        koppla(conn, s, lage, skr, str(stegdata.dubblett_av), "dubblett", begaran)
    nya = [_blir(conn, s, lage, skr, begaran, steg.blir, steg, stegdata)] if steg.blir else []
    for namn in steg.notis:
        if namn == "atgard_spridd":  # told by sprid_atgarder, to the other units
            continue
        if begaran.samlat and not KATALOG[namn].bradskande:
            continue
        foljd.setdefault("notiser", {})[namn] = notera(conn, s, lage, skr, namn, nu, nyckel, av=av)
    if steg.byter_enhet and "enhet" in handelse["uppgifter"]:
        _byt_handlaggare(lage, skr, None)
        _flytta_uppgifter(lage, skr)
    return nya


def ny_uppgift(
    lage: Lage, skr: Skrivning, *, slag: str, text: str, enhet: str, nu: datetime, atgard: str | None = None,
    senast: Any = None, agare: int | None = None,
) -> None:  # fmt: skip
    """Something a person must do. It belongs to the unit, whose manager owns it until somebody else does."""
    lage.oppna_uppgifter += enhet == lage.rad["enhet"] and slag != EGEN_UPPGIFT
    skr.uppgifter.append(
        {
            "arende_id": lage.rad["id"], "slag": slag, "text": text, "enhet": enhet,
            "agare": agare or (lage.rad["handlaggare"] if enhet == lage.rad["enhet"] else None),
            "senast": senast, "atgard": atgard, "skapad": nu, "klar": None, "klar_av": None, "kommentar": None,
        }
    )  # fmt: skip


def _klara_alla(conn: Connection, lage: Lage, skr: Skrivning, av: int | None, nu: datetime) -> None:
    """The step is what the process's own tasks asked for. Of what somebody added nobody knows but who does it."""
    for uppgift in _oppna_i(skr, lage):
        if uppgift["enhet"] == lage.rad["enhet"] and uppgift["slag"] != EGEN_UPPGIFT:
            uppgift |= {"klar": nu, "klar_av": av}
    lage.oppna_uppgifter = 0
    if lage.ny:  # nothing of it is in the database yet
        return
    u = t.uppgift.c
    for i in conn.scalars(
        select(u.id).where(
            u.arende_id == lage.rad["id"], u.klar.is_(None), u.enhet == lage.rad["enhet"], u.slag != EGEN_UPPGIFT
        )
    ):
        skr.klara.append({"id": i, "klar": nu, "klar_av": av})


def _oppna_i(skr: Skrivning, lage: Lage) -> Iterable[dict[str, Any]]:
    """The case's open tasks that aren't in the database yet."""
    return (u for u in skr.uppgifter if u["arende_id"] == lage.rad["id"] and not u["klar"])


def _flytta_uppgifter(lage: Lage, skr: Skrivning) -> None:
    """What is left to do goes along to the case's new unit, whose manager owns it. What other units are asked stays with them."""
    for uppgift in _oppna_i(skr, lage):
        if uppgift["atgard"] is None:
            uppgift |= {"enhet": lage.rad["enhet"], "agare": None}
    if not lage.ny:
        skr.flyttar.append({"arende": lage.rad["id"], "enhet": lage.rad["enhet"]})


def _slapp_uppgifter(conn: Connection, lage: Lage, skr: Skrivning) -> None:
    """One whom the case doesn't let in any more has nothing to do in it."""
    u, krets = t.uppgift.c, Krets.av(lage.rad)
    agare = conn.scalars(select(u.agare).where(u.arende_id == lage.rad["id"], u.klar.is_(None), u.agare.is_not(None)).distinct())
    skr.overtar += [
        {"arende": lage.rad["id"], "fran": i, "till": lage.rad["handlaggare"]} for i in agare if not krets.slapper_in(i)
    ]


def _lagg_till_uppgift(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", data: Any, foljd: dict[str, Any]
) -> None:
    """A task that somebody adds by hand. Whoever is given it by another is told, though never what it says."""
    rad, nu, senast = lage.rad, begaran.nu, data.senast
    if senast is not None and senast < nu.date():
        raise OgiltigaUppgifter(falt={"senast": "Dagen har redan varit. Välj i dag eller en senare dag."})
    agare = _agare(conn, s, lage, data.agare, nu) if data.agare else rad["handlaggare"]
    ny_uppgift(lage, skr, slag=EGEN_UPPGIFT, text=data.vad, enhet=rad["enhet"], nu=nu, senast=senast, agare=agare)
    if data.agare:
        foljd["agare"] = agare
    bemanning = Bemanning.kring(conn, s.kommun, nu.date(), rad["enhet"], (agare, *(rad["krets"] or ())))
    av, har = begaran.av.id if begaran.av else None, bemanning.agare(rad["enhet"], agare, Krets.av(rad)).personer
    nyckel = f"{rad['nummer']}:{rad['version']}"
    if beratta_for(s, lage, skr, "uppgift_ny", [p for p in har if p.id != av], nu, nyckel, forfaller=senast):
        foljd["notiser"] = {"uppgift_ny": ["agare"]}


def sprid_atgarder(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, nu: datetime, nyckel: str, av: int | None,
    foljd: dict[str, Any], fore: int,
) -> None:  # fmt: skip
    """A measure that other units must take too becomes a task in each of them, and their manager is told (krav B8)."""
    spridda: list[str] = []
    for i, atgard in enumerate(lage.rad["uppgifter"].get("atgarder") or [], start=1):
        if i <= fore:
            continue
        kod = f"{lage.rad['nummer']}/{i}"
        for enhet in atgard.get("enheter") or []:
            if enhet == lage.rad["enhet"]:
                continue
            text = f"Ta ställning till åtgärden {kod}: den kan behövas även hos er."
            ny_uppgift(lage, skr, slag="sprid_atgard", text=text, enhet=enhet, nu=nu, atgard=kod, senast=atgard.get("senast"))
            notera(conn, s, lage, skr, "atgard_spridd", nu, f"{nyckel}:{i}:{enhet}", av=av, enhet=enhet)
            spridda.append(enhet)
    if spridda:
        foljd["spridd_till"] = sorted(set(spridda))


def koppla(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, nummer: str, slag: str, begaran: "Begaran"
) -> None:
    """Tie two cases together; both tell it. The other one must be a case that the person may see."""
    from tjanster.arenden.fragor import hitta_id

    andra = hitta_id(conn, s, nummer.strip().upper(), begaran.av)
    falt = "dubblett_av" if slag == "dubblett" else "arende"
    if andra is None:
        raise OgiltigaUppgifter(falt={falt: f"Ärendet '{nummer}' finns inte, eller ligger utanför det du får se."})
    if andra == lage.rad["id"]:
        raise OgiltigaUppgifter(falt={falt: "Ett ärende kan inte kopplas till sig självt."})
    finns = conn.execute(
        select(t.koppling.c.id).where(
            t.koppling.c.fran_id == lage.rad["id"], t.koppling.c.till_id == andra, t.koppling.c.slag == slag
        )
    ).first()
    if finns:
        raise OgiltigaUppgifter(falt={falt: f"Ärendena är redan kopplade ({KOPPLINGSSLAG[slag].lower()})."})
    skr.kopplingar.append({"fran_id": lage.rad["id"], "till_id": andra, "slag": slag, "tid": begaran.nu})
    lage.kopplingar.add(slag)


def _blir(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", process: str, steg: Steg,
    stegdata: Any,
) -> str:  # fmt: skip
    """Open the case that this one turns into. Fields of the same name are carried over, and so is the officer."""
    from tjanster.arenden.registrera import oppna

    ny_process = PROCESSER[process]
    uppgifter = som_ny(lage.process, steg, stegdata, ny_process, begaran.nu.date())
    ny = oppna(
        conn, s, skr, ny_process, uppgifter,
        av=begaran.av, nu=begaran.nu, skal=f"Kommer från {lage.rad['nummer']}.", kontakt=lage.kontakt,
        handlaggare=lage.rad["handlaggare"], registrerad_av=lage.rad["registrerad_av"],
        krets=lage.rad["krets"], javiga=lage.rad["javiga"],
    )  # fmt: skip
    skr.kopplingar.append({"fran_id": lage.rad["id"], "till_id": ny.rad["id"], "slag": "blev", "tid": begaran.nu})
    lage.kopplingar.add("blev")
    ny.kopplingar.add("blev")
    return str(ny.rad["nummer"])


def _gemensamt(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", handelse: str, data: Any,
    foljd: dict[str, Any],
) -> None:  # fmt: skip
    """The common steps' own effects."""
    if handelse == "tilldela":
        person = _person(conn, s, lage, str(data.handlaggare), begaran.nu)
        _byt_handlaggare(lage, skr, person)
        av = begaran.av.id if begaran.av else None
        if person != av and not begaran.samlat:  # who takes the case on needs no letter, and neither does anyone instead
            nyckel = f"{lage.rad['nummer']}:{lage.rad['version']}"
            told = notera(conn, s, lage, skr, "arende_tilldelat", begaran.nu, nyckel, av=av)
            foljd["notiser"] = {"arende_tilldelat": told}
        foljd["handlaggare"] = person
    elif handelse == "lamna_tillbaka":
        _byt_handlaggare(lage, skr, None)
        if not begaran.samlat:
            foljd["notiser"] = {UTAN: _utan_handlaggare(conn, s, lage, skr, begaran)}
    elif handelse == "koppla":
        koppla(conn, s, lage, skr, data.arende, data.slag or "hor_ihop", begaran)
        foljd["kopplat"] = data.arende.strip().upper()
    elif handelse == EGEN_UPPGIFT:
        _lagg_till_uppgift(conn, s, lage, skr, begaran, data, foljd)
    elif handelse == "klarmarkera_uppgift":
        foljd["uppgift_klar"] = _klara(conn, s, lage, skr, data.uppgift, begaran)
    elif handelse == "skydda":
        foljd["krets"] = skydd.skydda(conn, s, lage, data.krets or (), begaran)
        _slapp_uppgifter(conn, lage, skr)
    elif handelse in ("anmal_jav", "satt_at_sidan", "hav_jav"):
        _jav(conn, s, lage, skr, begaran, handelse, data.jav or (), foljd)
    elif handelse == "hav_skydd":
        lage.rad["krets"] = None
    elif handelse == "sparra_gallring":
        sparr.sparra(lage, skr, begaran, data.sparr_till, data.skal)
    elif handelse == "hav_sparr":
        sparr.hav(lage, skr, begaran, data.skal)
    elif handelse in personer.STEG:
        foljd |= personer.verkstall(conn, s, lage, skr, begaran, data.personroll)
    elif handelse in (forslag.AVSLA, forslag.TA_TILLBAKA):
        foljd |= forslag.svara_nej(conn, s, lage, skr, begaran, handelse, data)
    elif handelse == "bifoga":
        foljd["bilagor"] = bilagor.bifoga(conn, s, lage, skr, begaran, data.bilagetext)
    elif handelse == "ta_bort_bilaga":
        foljd["bilaga_borttagen"] = bilagor.ta_bort(conn, lage, skr, begaran, data.bilaga, data.skal)


def _jav(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", handelse: str, valda: Iterable[str],
    foljd: dict[str, Any],
) -> None:  # fmt: skip
    """Somebody steps aside, is set aside or let back in; who now owns a case that lost its officer is told."""
    if handelse == "hav_jav":
        foljd["jav_havt"] = jav.hav(conn, lage, valda)
        return
    hade = lage.rad["handlaggare"]
    if handelse == "anmal_jav":
        foljd["at_sidan"] = jav.anmal(conn, s, lage, begaran)
    elif handelse == "ror_chefen":
        foljd["at_sidan"] = jav.ror_chefen(conn, s, lage, begaran)
    else:
        foljd["at_sidan"] = jav.satt_at_sidan(conn, s, lage, valda, begaran)
    _slapp_uppgifter(conn, lage, skr)
    if lage.rad["handlaggare"] is None and lage.rad["avslutad"] is None and (hade or handelse == "anmal_jav"):
        foljd["notiser"] = {UTAN: _utan_handlaggare(conn, s, lage, skr, begaran)}


def _utan_handlaggare(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran") -> list[str]:
    """Tell who now owns a case that lost its officer."""
    nyckel = f"{lage.rad['nummer']}:{lage.rad['version']}"
    return notera(conn, s, lage, skr, UTAN, begaran.nu, nyckel, av=begaran.av.id if begaran.av else None)


def _byt_handlaggare(lage: Lage, skr: Skrivning, person: int | None) -> None:
    """Another officer, or none. What was left for the one before to do in the case goes along."""
    hade = lage.rad["handlaggare"]
    if hade is not None and hade != person:
        skr.overtar.append({"arende": lage.rad["id"], "fran": hade, "till": person})
        for uppgift in _oppna_i(skr, lage):
            if uppgift["agare"] == hade:
                uppgift["agare"] = person
    lage.rad["handlaggare"] = person


def _person(conn: Connection, s: Sammanhang, lage: Lage, text: str, nu: datetime) -> int:
    """The account meant, by id or user name; it must be open and hold a role that lets it work with the unit's cases."""
    konto = hitta_konto(conn, text)
    if konto is None:
        raise OgiltigaUppgifter(falt={"handlaggare": f"'{text}' är ingen användare med öppet konto."})
    mojliga = {p.id for p in mojliga_handlaggare(conn, s, lage, nu)}
    if konto not in mojliga:
        raise OgiltigaUppgifter(
            falt={"handlaggare": "Den personen har ingen roll på enheten och får därför inte handlägga ärendet."}
        )
    return konto


def _agare(conn: Connection, s: Sammanhang, lage: Lage, text: str, nu: datetime) -> int:
    """The account that a task is given to, by id or user name; it must be one of those who may have it."""
    konto = hitta_konto(conn, text)
    if konto is None:
        raise OgiltigaUppgifter(falt={"agare": f"'{text}' är ingen användare med öppet konto."})
    if konto not in {p.id for p in mojliga_agare(conn, s, lage, nu)}:
        raise OgiltigaUppgifter(
            falt={"agare": "Den personen arbetar inte med ärendet eller får inte se det, och kan därför inte få uppgiften."}
        )
    return konto


def mojliga_agare(conn: Connection, s: Sammanhang, lage: Lage, nu: datetime) -> list[Person]:
    """People who may be given a task: those who may be officer and who see the case without being it."""
    enhet = lage.rad["enhet"]
    bemanning = Bemanning.kring(conn, s.kommun, nu.date(), enhet)
    return [p for p in arbetande_pa(bemanning, enhet) if far_se(bemanning.aktor(p.id), s.kommun, lage.process, lage.rad)]


def mojliga_handlaggare(conn: Connection, s: Sammanhang, lage: Lage, nu: datetime) -> list[Person]:
    """People who may be made officer: those who hold a working role on the unit or above it, within the case's circle."""
    krets = Krets.av(lage.rad)
    return [p for p in arbetande(conn, s, lage, nu) if krets.slapper_in(p.id)]


def arbetande(conn: Connection, s: Sammanhang, lage: Lage, nu: datetime) -> list[Person]:
    """Those who hold a working role on the case's unit or above it, by name."""
    return arbetande_pa(Bemanning.kring(conn, s.kommun, nu.date(), lage.rad["enhet"]), lage.rad["enhet"])


def arbetande_pa(bemanning: Bemanning, pa: str) -> list[Person]:
    """Those who hold a working role on a unit or above it, by name."""
    ut = {}
    for enhet in bemanning.kommun.vagen_upp(pa):
        for roll in HANDLAGGER:
            for p in bemanning.pa(roll, enhet):
                ut[p.id] = p
    return sorted(ut.values(), key=lambda p: p.namn)


def _klara(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, uppgift: str, begaran: "Begaran"
) -> str:
    u = t.uppgift.c
    rad = (
        conn.execute(
            select(u.id, u.text, u.enhet, u.slag).where(u.id == int(uppgift), u.arende_id == lage.rad["id"], u.klar.is_(None))
        ).one_or_none()
        if uppgift.isascii() and uppgift.isdigit() and len(uppgift) < 16
        else None
    )
    if rad is None:
        raise OgiltigaUppgifter(falt={"uppgift": f"Uppgiften '{uppgift}' finns inte här, eller är redan klar."})
    skr.klara.append(
        {"id": rad.id, "klar": begaran.nu, "klar_av": begaran.av.id if begaran.av else None, "kommentar": begaran.skal}
    )
    lage.oppna_uppgifter -= rad.enhet == lage.rad["enhet"] and rad.slag != EGEN_UPPGIFT
    return str(rad.text)

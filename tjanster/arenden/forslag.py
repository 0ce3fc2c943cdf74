"""Four eyes: a step that a rule gives to two persons is proposed by one and happens when another confirms it.

Everything is asked twice, of each person on their own day. While it waits, nothing of the step has happened.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from arbetsfloden import ROLLER, Process, Steg, Uppgifter, att_spara
from arbetsfloden.motor.gemensamma import PERSONSTEG
from arbetsfloden.motor.roller import SYSTEMET, uppraknade
from tjanster.arenden.behorighet import Aktor, far_se, las_aktor
from tjanster.arenden.bemanning import NIVAER, Bemanning, Person
from tjanster.arenden.fel import FarInte, Nej, OgiltigaUppgifter
from tjanster.arenden.handelserad import handelserad, skillnad, som_json
from tjanster.arenden.lage import Lage, Skrivning
from tjanster.arenden.mandat import mandat, roller_for
from tjanster.arenden.notera import beratta_for, narmast
from tjanster.arenden.regelprov import Regelprov
from tjanster.arenden.sammanhang import Sammanhang

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran

FORESLA: Final = "foresla"
FALLER: Final = "forslag_faller"
BEKRAFTA: Final = "bekrafta_forslag"
AVSLA: Final = "avsla_forslag"
TA_TILLBAKA: Final = "ta_tillbaka_forslag"
SVAR: Final = (BEKRAFTA, AVSLA, TA_TILLBAKA)
# What nobody could know when it was proposed: the one who confirms may add it, and nothing else.
SENT: Final = ("forseningsorsak", "forseningsorsak_text", "forsening_atgard", "sen_registrering_skal")
SPARAT: Final = "Förslaget är sparat och väntar på att en annan person bekräftar det"

_EGET = "Du har själv lagt förslaget. En annan person behöver svara på det"
_INTE_LANGRE = "Den som lade förslaget får inte längre ta steget. Avslå förslaget; den som får ta steget kan lägga ett nytt"
_SAMMA_UPPDRAG = (
    "Två personer ska stå bakom steget, var och en med egen rätt. Du och den som lade förslaget får ta det genom samma "
    "persons uppdrag, så någon annan behöver bekräfta det"
)


def lagg(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", steg: Steg, uppgifter: Uppgifter,
    varfor: str, avgjort: Mapping[str, Any],
) -> None:  # fmt: skip
    """Keep the step as a proposal: it has been tried and may be taken, but for the second person. avgjort: by what right."""
    av, rad, nu = begaran.av, lage.rad, begaran.nu
    assert av is not None  # only persons are asked for two
    kan = kan_bekrafta(conn, s, lage, steg, av, nu.date())
    if not kan:
        raise Nej(
            [f"{varfor}, men i dag finns ingen annan som får ta det för {s.enhetsnamn(rad['enhet'])} och se ärendet. "
             "Säg till chefen ovanför eller den som ger uppdrag i Vaka."],
            kod="ingen_kan_bekrafta",
        )  # fmt: skip
    data, innehall = _att_foresla(lage, steg, begaran, uppgifter)
    skal = begaran.skal or uppgifter.skal
    rad |= {"version": rad["version"] + 1, "andrad": nu}
    skr.ror(lage)
    foljder = {
        "om": steg.handelse, "fyra_ogon": varfor, "delegation": avgjort["delegation"], "i_stallet_for": avgjort["i_stallet_for"],
        "notiser": _be(s, lage, skr, steg, kan, nu),
    }  # fmt: skip
    skr.handelser.append(
        handelserad(
            s, lage, FORESLA, nu, av=av.id, fran=rad["tillstand"], dag=nu.date(), skal=skal,
            uppgifter={"forslag": [None, innehall]}, foljder={k: v for k, v in foljder.items() if v},
        )
    )  # fmt: skip
    skr.forslag.append(
        {
            "id": s.nya_id(conn, "forslag")[0], "arende_id": rad["id"], "lopnr": rad["version"], "handelse": steg.handelse,
            "uppgifter": data, "skal": skal, "varfor": varfor, "delegation": avgjort["delegation"], "av": av.id,
            "i_stallet_for": avgjort["i_stallet_for"], "tid": nu,
        }
    )  # fmt: skip


def _att_foresla(lage: Lage, steg: Steg, begaran: "Begaran", uppgifter: Uppgifter) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """What is kept to be filled in again, and what it would change in the case. A step that is about the day it is taken is
    about the day when the second person says yes."""
    data = {k: v for k, v in begaran.uppgifter.items() if k != "skal"}
    beskrivna, i_dag = (steg.modell or lage.process.modell).beskrivna(), begaran.nu.date()
    utan = {"skal"}
    if steg.dag in steg.falt and beskrivna[steg.dag].vid_registrering and getattr(uppgifter, steg.dag) == i_dag:
        data.pop(steg.dag, None)
        utan.add(steg.dag)
    if steg.modell is not None:
        innehall = skillnad({}, som_json(uppgifter))
    else:
        innehall = skillnad(lage.rad["uppgifter"], som_json(uppgifter) | som_json(att_spara(steg, uppgifter)))
    # Days and rows as they stand in JSON, whichever door they came by.
    return json.loads(json.dumps(data, default=str)), {k: v for k, v in innehall.items() if k not in utan}


def kan_bekrafta(conn: Connection, s: Sammanhang, lage: Lage, steg: Steg, av: Aktor, idag: date) -> dict[str, list[Person]]:
    """Those who could confirm what `av` proposes, by the role that they are found in: for each role the nearest ones;
    when nobody has one of the step's own roles, all who may by a role that includes it."""
    rad = lage.rad
    bemanning = Bemanning.kring(
        conn, s.kommun, idag, rad["enhet"], (rad["handlaggare"], rad["registrerad_av"], *(rad["krets"] or ()))
    )
    forstas = mandat(s, lage, av, steg, idag)
    alla = {
        p.id: p
        for p in bemanning.personer.values()
        if far_se(aktor := bemanning.aktor(p.id), s.kommun, lage.process, rad)
        and not bekraftelsehinder(conn, s, lage, steg, av.id, forstas, aktor, idag)
    }
    ut: dict[str, list[Person]] = {}
    egna = roller_som_far(s, lage, steg, idag)
    for roll in (*egna, *NIVAER):
        if ut and roll not in egna:
            break
        if traff := _narmaste(s, bemanning, roll, rad, alla):
            ut[roll] = [alla.pop(i) for i in traff]
    return ut


def _narmaste(s: Sammanhang, bemanning: Bemanning, roll: str, rad: Mapping[str, Any], bland: Collection[int]) -> list[int]:
    """Of those in `bland`: the case's own officer, else who has the role nearest its unit."""
    if roll == "handlaggare" and rad["handlaggare"] in bland:
        return [rad["handlaggare"]]
    nivaer = ([p.id for p in bemanning.pa(roll, e) if p.id in bland] for e in s.kommun.vagen_upp(rad["enhet"]))
    return next((traff for traff in nivaer if traff), [])


def roller_som_far(s: Sammanhang, lage: Lage, steg: Steg, idag: date) -> list[str]:
    """The roles that may take the step: by the order of delegation when it speaks of it, else by the process."""
    rader = s.regelverk.delegation(lage.process.namn, steg.handelse, idag, lage.rad["enhet"])
    roller = [r for rad in rader for r in rad.far] if rader else [r for r in steg.vem if r != SYSTEMET]
    return [r for r in dict.fromkeys(roller) if r in ROLLER]


def _be(
    s: Sammanhang, lage: Lage, skr: Skrivning, steg: Steg, kan: Mapping[str, list[Person]], nu: datetime
) -> dict[str, list[str]]:
    """Tell those who may confirm; returns what the event says of it."""
    namn, nyckel = "forslag_vantar", f"{lage.rad['nummer']}:{lage.rad['version']}"
    dag = narmast(lage)
    fick = [roll for roll, personer in kan.items() if beratta_for(s, lage, skr, namn, personer, nu, nyckel, forfaller=dag)]
    return {namn: fick or ["ingen: de som får bekräfta saknar e-postadress"]} if not skr.tyst else {}


def hitta(lage: Lage, valt: str | None) -> dict[str, Any]:
    """The waiting proposal that is meant: by its number, or the only one there is."""
    if valt is None and len(lage.forslag) == 1:
        return lage.forslag[0]
    traff = next((f for f in lage.forslag if str(f["id"]) == valt), None)
    if traff is None:
        vad = "Välj vilket förslag det gäller." if valt is None else f"Förslaget '{valt}' väntar inte här: det är besvarat eller finns inte."
        raise OgiltigaUppgifter(falt={"forslag": vad})
    return traff


def steget(lage: Lage, forslag: Mapping[str, Any]) -> Steg:
    """The proposed step. It is one of the case's state, or the proposal would have fallen; Nej when the process has been
    changed since."""
    try:
        return lage.process.hitta(forslag["handelse"], lage.rad["tillstand"])
    except KeyError:
        raise Nej(["Processen har ändrats sedan förslaget lades. Den som lade det kan ta tillbaka det."], kod="steget_gar_inte_nu") from None


def avslagshinder(conn: Connection, s: Sammanhang, lage: Lage, steg: Steg, lagt_av: int, aktor: Aktor, idag: date) -> list[str]:
    """Why this person may not say no to the proposal."""
    if aktor.id == lagt_av:
        return [_EGET]
    if mandat(s, lage, aktor, steg, idag):
        return []
    nekad = Regelprov(conn, s, lage, aktor, roller_for(s, lage, aktor)).krav(steg.handelse, idag, idag).nekad
    return [nekad or f"Görs av {uppraknade(r for r in steg.vem if r != SYSTEMET)}"]


def bekraftelsehinder(
    conn: Connection, s: Sammanhang, lage: Lage, steg: Steg, lagt_av: int, forstas: frozenset[int], aktor: Aktor, idag: date
) -> list[str]:
    """Why this person may not confirm. forstas: by whose right the proposer may take the step today."""
    if hinder := avslagshinder(conn, s, lage, steg, lagt_av, aktor, idag):
        return hinder
    if not forstas:
        return [_INTE_LANGRE]
    if len(forstas | mandat(s, lage, aktor, steg, idag)) < 2:
        return [_SAMMA_UPPDRAG]
    return Regelprov(conn, s, lage, aktor, roller_for(s, lage, aktor)).annan_an(steg.handelse, idag)


def forstas_mandat(conn: Connection, s: Sammanhang, lage: Lage, steg: Steg, lagt_av: int, idag: date) -> frozenset[int]:
    """By whose right the proposer may take the step today; none for one who has left or whom the case concerns."""
    aktor = las_aktor(conn, lagt_av, idag)
    if aktor is None or not far_se(aktor, s.kommun, lage.process, lage.rad):
        return frozenset()
    return mandat(s, lage, aktor, steg, idag)


def bekrafta(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", valt: str | None) -> dict[str, Any]:
    """The second person says yes: the proposal that is now to be taken as a step, and no longer waits."""
    assert begaran.av is not None  # the system has no step to confirm with
    forslag, idag = hitta(lage, valt), begaran.nu.date()
    steg = steget(lage, forslag)
    forstas = forstas_mandat(conn, s, lage, steg, forslag["av"], idag)
    if hinder := bekraftelsehinder(conn, s, lage, steg, forslag["av"], forstas, begaran.av, idag):
        raise FarInte(hinder)
    _besvara(lage, skr, forslag, "bekraftat", begaran.nu, begaran.av.id)
    return forslag


def dela(process: Process, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the one who confirms sends: the confirmation's own fields, and why the step comes late."""
    sent = {*SENT, process.orsaksfalt}
    return {k: v for k, v in data.items() if k not in sent}, {k: v for k, v in data.items() if k in sent}


def berattelse(forslag: Mapping[str, Any]) -> dict[str, Any]:
    """What the step's event keeps of the proposal that it came from."""
    return {
        "id": forslag["id"], "av": forslag["av"], "tid": forslag["tid"].isoformat(), "delegation": forslag["delegation"],
        "i_stallet_for": forslag["i_stallet_for"],
    }  # fmt: skip


def vems_ratt(forslag: Mapping[str, Any] | None) -> int | None:
    """By whose appointments it was proposed."""
    return None if forslag is None else forslag["i_stallet_for"] or forslag["av"]


def svara_nej(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", handelse: str, data: Any) -> dict[str, Any]:
    """Somebody with the right declines it, or the proposer takes it back; returns what the event tells."""
    assert begaran.av is not None
    forslag, nu = hitta(lage, data.forslag), begaran.nu
    ut: dict[str, Any] = {"om": forslag["handelse"], "lagt_av": forslag["av"]}
    if handelse == TA_TILLBAKA:
        if begaran.av.id != forslag["av"]:
            raise FarInte("Bara den som lade förslaget kan ta tillbaka det. Du kan avslå det om du får ta steget.")
        _besvara(lage, skr, forslag, "atertaget", nu, begaran.av.id)
        return ut
    if hinder := avslagshinder(conn, s, lage, steget(lage, forslag), forslag["av"], begaran.av, nu.date()):
        raise FarInte(hinder)
    _besvara(lage, skr, forslag, "avslaget", nu, begaran.av.id, begaran.skal or data.skal)
    return ut | {"notiser": _sag_till(conn, s, lage, skr, forslag, nu)}


def _besvara(
    lage: Lage, skr: Skrivning, forslag: dict[str, Any], utfall: str, nu: datetime, av: int | None, skal: str | None = None
) -> None:
    lage.forslag = [f for f in lage.forslag if f is not forslag]
    skr.besvarade.append({"id": forslag["id"], "utfall": utfall, "svarat": nu, "svarat_av": av, "svar_skal": skal})


def lat_falla(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, fore: Mapping[str, Any], taget: str, nu: datetime) -> None:
    """What has just happened (`taget`) may leave a proposal without ground: the case has gone on, what it rests on has
    changed, or its proposer is set aside. It then falls, and the history says why. fore: the case's row before."""
    for forslag in list(lage.forslag):
        skal = _varfor_fallet(lage, forslag, fore, taget)
        if skal is None:
            continue
        lage.rad |= {"version": lage.rad["version"] + 1, "andrad": nu}
        _besvara(lage, skr, forslag, "fallet", nu, None, skal)
        foljder = {"om": forslag["handelse"], "lagt_av": forslag["av"], "notiser": _sag_till(conn, s, lage, skr, forslag, nu)}
        skr.handelser.append(
            handelserad(
                s, lage, FALLER, nu, av=None, fran=lage.rad["tillstand"], dag=nu.date(), skal=skal, uppgifter={},
                foljder={k: v for k, v in foljder.items() if v},
            )
        )  # fmt: skip


def _varfor_fallet(lage: Lage, forslag: Mapping[str, Any], fore: Mapping[str, Any], taget: str) -> str | None:
    rad, process = lage.rad, lage.process
    if forslag["av"] in rad["javiga"]:
        return "Den som lade förslaget är jävig."
    if taget == forslag["handelse"]:
        return "Steget har tagits utan förslaget."
    if fore["tillstand"] != rad["tillstand"] and not _samma_steg(process, forslag["handelse"], fore["tillstand"], rad["tillstand"]):
        return f"Ärendet har gått vidare till läget ”{process.tillstand[rad['tillstand']]}”."
    if any(taget == steg.handelse for steg in PERSONSTEG):
        return "Personerna i ärendet har ändrats sedan förslaget lades."
    if fore["uppgifter"] != rad["uppgifter"] or fore["enhet"] != rad["enhet"]:
        return "Uppgifter i ärendet har ändrats sedan förslaget lades."
    return None


def _samma_steg(process: Process, handelse: str, fran: str, till: str) -> bool:
    try:
        return process.hitta(handelse, fran) is process.hitta(handelse, till)
    except KeyError:
        return False


def _sag_till(
    conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, forslag: Mapping[str, Any], nu: datetime
) -> dict[str, list[str]]:
    """Tell the proposer that it came to nothing, if they may still read the case."""
    aktor = las_aktor(conn, forslag["av"], nu.date())
    if aktor is None or skr.tyst or not far_se(aktor, s.kommun, lage.process, lage.rad):
        return {}
    personer = [Bemanning.kring(conn, s.kommun, nu.date(), lage.rad["enhet"], (aktor.id,)).personer[aktor.id]]
    nyckel = f"{lage.rad['nummer']}:{lage.rad['version']}"
    kan = beratta_for(s, lage, skr, "forslag_foll", personer, nu, nyckel, forfaller=narmast(lage))
    return {"forslag_foll": ["forslagsstallare"]} if kan else {}

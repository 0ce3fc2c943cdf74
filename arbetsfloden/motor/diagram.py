"""A process as text: rows for a table, and a Mermaid state diagram for the help page."""

from __future__ import annotations

from arbetsfloden.motor.process import ALLA, ALLA_OPPNA, Process, Steg
from arbetsfloden.motor.roller import ROLLER
from arbetsfloden.motor.villkor import VILLKOR


def som_tabell(process: Process) -> list[dict[str, str]]:
    """One row a step, in the order declared: Händelse, Steg, Från, Till, Vem, Frågas, Krävs, Frister and so on."""
    return [_rad(process, steg) for steg in process.alla_steg]


def _rad(process: Process, steg: Steg) -> dict[str, str]:
    falt = (steg.modell or process.modell).beskrivna()
    krav = [f"{falt[n].rubrik} ifyllt" for n in steg.kravs] + [VILLKOR[n].mening for n in steg.kraver]
    if steg.skal:
        krav.append("Skäl skrivet")
    return {
        "Händelse": steg.handelse,
        "Steg": steg.rubrik,
        "Från": _fran(process, steg),
        "Till": process.tillstand[steg.till] if steg.till else "(oförändrat)",
        "Vem": ", ".join(ROLLER[roll] for roll in steg.vem),
        "Frågas": ", ".join(falt[n].rubrik for n in steg.falt),
        "Krävs": "; ".join(krav),
        "Frister": ", ".join([f"startar {f}" for f in steg.startar] + [f"stoppar {f}" for f in steg.stoppar]),
        "Notiser": ", ".join(steg.notis),
        "Övrigt": "; ".join(_ovrigt(steg)),
    }


def _fran(process: Process, steg: Steg) -> str:
    if steg.fran == ALLA:
        return "Alla lägen"
    if steg.fran == ALLA_OPPNA:
        return "Alla öppna lägen"
    return ", ".join(process.tillstand[k] for k in process.kallor(steg))


def _ovrigt(steg: Steg) -> list[str]:
    ut = []
    if steg.automatisk:
        ut.append("Systemet gör det genast")
    if steg.vid_frist:
        ut.append(f"Systemet gör det när fristen {steg.vid_frist} har passerat")
    if steg.uppgift:
        ut.append(f"Ger uppgiften: {steg.uppgift}")
    if steg.blir:
        ut.append(f"Öppnar ett nytt ärende: {steg.blir}")
    if steg.byter_enhet:
        ut.append("Ärendet byter enhet")
    return ut


def som_mermaid(process: Process) -> str:
    """`stateDiagram-v2` with Swedish labels. Common steps, and steps that leave the case where it is, are left out."""
    rader = ["stateDiagram-v2"]
    rader += [f'    state "{_ren(rubrik)}" as {kod}' for kod, rubrik in process.tillstand.items()]
    rader.append(f"    [*] --> {process.start}")
    for steg in process.steg:
        if steg.till is not None:
            rader += [f"    {kalla} --> {steg.till}: {_ren(steg.rubrik)}" for kalla in process.kallor(steg)]
    rader += [f"    {slut} --> [*]" for slut in process.slut]
    return "\n".join(rader) + "\n"


def _ren(text: str) -> str:
    """Mermaid reads quotes, colons and semicolons as its own."""
    return text.replace('"', "'").replace(":", " –").replace(";", ",")

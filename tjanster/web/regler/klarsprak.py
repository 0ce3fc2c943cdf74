"""Rules as a person says them: the day that counts, the condition, the statute with its link. No database, no request."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from arbetsfloden import PROCESSER
from regler import ROLLER, Frist, Kommun, Regelrad, Regelverk
from regler.motor.skillnad import Regelskillnad
from tjanster.web.regler.ordlista import DAGORD, MAPPORD, PROCESSORD, SLAGORD, VADORD

PER_PROCESS = frozenset({"frister", "eskalering", "krav"})
SFS = re.compile(r"(?<![\w-])SFS (\d{4}:\d{1,4})|(?<=\()(\d{4}:\d{1,4})(?=\))|(?<=lag )(\d{4}:\d{1,4})")
GDPR = re.compile(r"2016/679")


def processnamn(process: str) -> str:
    """'Synpunkter'; a process that the program doesn't have yet by our word for it."""
    if process in PROCESSER:
        return str(PROCESSER[process].rubrik)
    return PROCESSORD.get(process, process.replace("_", " ").capitalize())


def faltnamn(process: str, falt: str) -> str:
    """The heading that a case field has in its form."""
    falten = PROCESSER[process].modell.beskrivna() if process in PROCESSER else {}
    return falten[falt].rubrik if falt in falten else falt.replace("_", " ").capitalize()


def dagord(process: str, falt: str) -> str:
    """The field's day in the middle of a sentence: 'dagen den kom in'."""
    return DAGORD.get(falt) or f"”{faltnamn(process, falt)}”"


def koder_i_ord(process: str, falt: Mapping[str, Mapping[str, str]], kommun: Kommun, nar: Iterable[tuple[str, str]]) -> str:
    """'insats: Boendestöd'; '' for a row that holds for all. falt: the codes of the fields that pick a row."""
    texter = koder(process, falt, kommun)
    return ", ".join(f"{liten(faltnamn(process, f))}: {texter.get(f, {}).get(kod, kod)}" for f, kod in nar)


def koder(process: str, falt: Mapping[str, Mapping[str, str]], kommun: Kommun) -> dict[str, dict[str, str]]:
    """The fields that may pick a row, each with its codes and what a person reads."""
    falten = PROCESSER[process].modell.beskrivna() if process in PROCESSER else {}
    ut = {}
    for namn, skrivna in falt.items():
        f = falten.get(namn)
        texter = (f.val or kommun.listor.get(f.listnamn or "", {})) if f else {}
        ut[namn] = {kod: texter.get(kod) or _langst(skrivna, kod) for kod in dict.fromkeys(skrivna.values())}
    return ut


def _langst(skrivna: Mapping[str, str], kod: str) -> str:
    return next((text for text, k in skrivna.items() if k == kod and text != kod), kod)


def villkor(regel: Frist, kommun: Kommun, nar: Iterable[tuple[str, str]]) -> str:
    """What a limit's row is for."""
    return koder_i_ord(regel.process, regel.falt, kommun, nar)


def stor(text: str) -> str:
    """With a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def liten(text: str) -> str:
    """With a small first letter, unless it begins an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def rollord(roll: str) -> str:
    """'handläggare'."""
    return ROLLER.get(roll, roll)


def eller(ord_: list[str]) -> str:
    """'a, b eller c'."""
    return " eller ".join([", ".join(ord_[:-1]), ord_[-1]] if len(ord_) > 1 else ord_)


def regelord(verk: Regelverk, namn: str) -> str:
    """A rule as a routine names it, in words: 'synpunkt/svar', 'tabell:lex_sarah/till_ivo', 'avvikelse/*'."""
    slag, _, nyckel = namn.rpartition(":")
    process, _, rest = nyckel.partition("/")
    if rest == "*":
        return f"Alla regler om {liten(processnamn(process))}"
    if not slag:
        return verk.regel(process, rest).rubrik
    if slag == "tabell":
        return verk.tabell(nyckel).rubrik
    if slag == "skyldighet":
        return verk.skyldigheter[nyckel].rubrik
    if slag == "krav":
        return next((r.rubrik for r in verk.alla_krav if f"{r.process}/{r.namn}" == nyckel), nyckel)
    return next((r.rubrik for r in verk.alla_delegation if r.namn == nyckel), nyckel)


def tidmening(regel: Frist, rad: Regelrad) -> str:
    """'10 arbetsdagar från dagen den kom in'; a word without a day stands alone."""
    if rad.langd.enhet == "nationell":
        return "Som den nationella regeln"
    if not rad.langd.har_dag:
        return "Ingen tid" if rad.tid == "ingen tid" else f"{stor(rad.tid)}, utan bestämd dag"
    dag = dagord(regel.process, regel.raknas_fran)
    return f"samma dag som {dag.removeprefix('dagen ')}" if rad.langd.enhet == "samma dag" else f"{rad.tid} från {dag}"


def kontrollord(rad: Any) -> str:
    """When somebody last read the source; '' when nobody has, which a mark beside it says."""
    return f"Kontrollerad {rad.kontrollerad.isoformat()}." if rad.kontrollerad else ""


def lankar(text: str | None) -> list[dict[str, str]]:
    """A statute in parts {text, url}: an SFS number leads to the public register of statutes, the data protection
    regulation to EUR-Lex. Nothing else is linked: föreskrifter have no address that lasts."""
    if not text:
        return []
    traffar = [(m, f"https://rkrattsbaser.gov.se/sfst?bet={next(g for g in m.groups() if g)}") for m in SFS.finditer(text)]
    traffar += [(m, "https://eur-lex.europa.eu/eli/reg/2016/679/oj") for m in GDPR.finditer(text)]
    delar, slut = [], 0
    for m, url in sorted(traffar, key=lambda par: par[0].start()):
        delar += [{"text": text[slut : m.start()], "url": ""}, {"text": m.group(), "url": url}]
        slut = m.end()
    return [d for d in (*delar, {"text": text[slut:], "url": ""}) if d["text"]]


def forlangning(villkor: Any, roller: Mapping[str, str]) -> str:
    """'Enhetschef, högst 10 arbetsdagar, en gång. Skäl krävs.'; '' when it isn't allowed."""
    if villkor is None:
        return ""
    delar = [stor(eller([liten(roller[r]) for r in villkor.far]))]
    if villkor.hogst is not None:
        delar.append(f"högst {villkor.hogst}")
    if villkor.ganger is not None:
        delar.append("en gång" if villkor.ganger == 1 else f"högst {villkor.ganger} gånger")
    ut = ", ".join(delar) + "."
    if villkor.kraver_skal:
        ut += " Skäl krävs."
    return ut + (f" När {villkor.grund}." if villkor.grund else "")


def filnamn(fil: str, kommun: Kommun) -> str:
    """A rule file in words: 'Frister: synpunkter och klagomål (Hjo kommun)'."""
    delar = fil.split("/")
    egen = delar[0] == "config"
    if egen and len(delar) == 3:
        return {"kommun": "Kommunens namn och val", "organisation": "Enheter", "listor": "Listor", "inloggning": "Inloggning"}.get(
            delar[2].removesuffix(".yaml"), delar[2]
        )
    mapp, namn = delar[-2], delar[-1].removesuffix(".yaml")
    sort = MAPPORD.get(mapp, mapp.capitalize())
    vad = liten(processnamn(namn)) if mapp in PER_PROCESS else namn.replace("_", " ")
    return f"{sort}: {vad}" + (f" ({kommun.namn})" if egen else " (nationella)")


def skillnad(x: Regelskillnad | Mapping[str, Any], verk: Regelverk) -> dict[str, Any]:
    """What differs in one entry, for a page; kept ones are plain data. verk: where a limit's heading is found, which a
    municipality's own rows leave out."""
    har = x if isinstance(x, Mapping) else {n: getattr(x, n) for n in ("slag", "nyckel", "rubrik", "niva", "vad", "fore", "efter")}
    process, _, namn = har["nyckel"].partition("/")
    vad, rubrik = SLAGORD.get(har["slag"], har["slag"]), har["rubrik"]
    if har["slag"] in ("frist", "trappa", "krav"):
        vad += f", {liten(processnamn(process))}"
    if har["slag"] in ("frist", "trappa") and process in verk.processer and namn in verk.frister(process):
        rubrik = verk.regel(process, namn).rubrik
    return {
        "slag": vad, "rubrik": stor(rubrik), "vad": VADORD[har["vad"]], "egen": har["niva"] == "lokal",
        "fore": list(har["fore"]), "efter": list(har["efter"]),
    }  # fmt: skip

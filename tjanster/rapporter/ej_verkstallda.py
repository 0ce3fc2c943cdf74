"""Decisions not carried out in time, and interruptions not resumed: the quarter's table.

34 kap. 1 och 3 §§ SoL (2025:400), before that 16 kap. 6 f and h §§ SoL (2001:453); 28 f and h §§ LSS. The table counts
whole months by calendar from the decision's (or the interruption's) day to the period's last day.

Its numbers are not masked: the statute itself asks for them, by type of support, and there is nothing else in it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from arbetsfloden import BESLUT, visa
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.rapporter.per_dag import Lagesbild, arenden_per
from tjanster.rapporter.perioder import Period, hela_manader, tolka_period
from tjanster.rapporter.rapport import Kolumn, Rapport, Tabell

MANADER = 3
VANTAR = {"beviljat": False, "ej_verkstallt": False, "avbrutet": True, "ej_aterupptaget": True}
TIDER = {"3-6": "3–6 månader", "6-9": "6–9 månader", "9-12": "9–12 månader", "over12": "över 12 månader"}
FALT = (
    "beslutsdatum", "lagrum", "insats", "kon", "enhet", "verkstalld", "avbruten", "aterupptagen", "orsak", "upphort",
    "upphort_skal", "avslutad",
)  # fmt: skip
OKANT = "okänt"


@dataclass(frozen=True)
class Vantande:
    """A decision in the report: since when it has waited, how many whole months, and whether it was interrupted."""

    bild: Lagesbild
    avbrott: bool
    sedan: date
    manader: int

    @property
    def tid(self) -> str:
        """The table's column: 3-6, 6-9, 9-12, over12."""
        return "over12" if self.manader >= 12 else f"{self.manader // 3 * 3}-{self.manader // 3 * 3 + 3}"


def vantande(conn: Connection, dag: date) -> list[Vantande]:
    """All decisions that at the end of `dag` had waited three months or more, oldest first."""
    ut = []
    for bild in arenden_per(conn, "beslut", dag, FALT, tillstand=VANTAR):
        avbrott = VANTAR[bild.tillstand]
        sedan = bild.dag("avbruten" if avbrott else "beslutsdatum")
        if sedan is not None and (manader := hela_manader(sedan, dag)) >= MANADER:
            ut.append(Vantande(bild, avbrott, sedan, manader))
    return sorted(ut, key=lambda v: (v.sedan, v.bild.id))


@dataclass(frozen=True)
class Lamnat:
    """A decision that stood in the last report and not in this one, and why."""

    fore: Vantande
    skal: str
    dag: date | None
    text: str


def lamnade(conn: Connection, fore: Sequence[Vantande], nu: Iterable[Vantande], dag: date) -> list[Lamnat]:
    """Those of `fore` that aren't among `nu`, as they stood at the end of `dag`."""
    kvar = {v.bild.id for v in nu}
    borta = [v for v in fore if v.bild.id not in kvar]
    if not borta:
        return []
    bilder = {b.id: b for b in arenden_per(conn, "beslut", dag, FALT, ids=[v.bild.id for v in borta])}
    return [_varfor(v, bilder[v.bild.id]) for v in borta]


def _varfor(fore: Vantande, bild: Lagesbild) -> Lamnat:
    if bild.tillstand == "upphort":
        return Lamnat(fore, "Behovet har upphört", bild.dag("upphort"), bild.falt.get("upphort_skal") or "")
    if fore.avbrott and bild.tillstand in ("verkstallt", "avslutat", "avbrutet"):
        return Lamnat(fore, "Återupptaget", bild.dag("aterupptagen"), "")
    if not fore.avbrott and bild.dag("verkstalld") is not None:
        return Lamnat(fore, "Verkställt", bild.dag("verkstalld"), "")
    return Lamnat(fore, "Dagen har rättats", None, "")


def insatsnamn(s: Sammanhang, kod: str | None) -> str:
    return s.listor["insatser"].get(kod or "", kod or OKANT)


def _i_listans_ordning(s: Sammanhang, namn: Iterable[str]) -> list[str]:
    ordning = {text: i for i, text in enumerate(s.listor["insatser"].values())}
    return sorted(set(namn), key=lambda n: (ordning.get(n, len(ordning)), n))


def tabellen(s: Sammanhang, alla: Sequence[Vantande], dag: date) -> dict[str, Any]:
    """The table as data: by type of support and age, the interrupted ones apart, and by sex."""
    namn = {v.bild.id: insatsnamn(s, v.bild.falt.get("insats")) for v in alla}
    ej = [v for v in alla if not v.avbrott]
    avbrutna = Counter(namn[v.bild.id] for v in alla if v.avbrott)
    per_tid = {
        insats: _tider(v for v in ej if namn[v.bild.id] == insats)
        for insats in _i_listans_ordning(s, (namn[v.bild.id] for v in ej))
    }
    kon: dict[str, dict[str, int]] = {}
    for insats in _i_listans_ordning(s, namn.values()):
        antal = Counter(v.bild.falt.get("kon") or OKANT for v in alla if namn[v.bild.id] == insats)
        kon[insats] = {"kvinna": antal["kvinna"], "man": antal["man"]} | (
            {OKANT: antal[OKANT]} if antal[OKANT] else {}
        )
    return {
        "per": dag.isoformat(),
        "ej_verkstallda": per_tid | {"summa": _tider(ej)},
        "avbrutna": {i: avbrutna[i] for i in _i_listans_ordning(s, avbrutna)} | {"summa": avbrutna.total()},
        "kon": kon,
        "totalt": len(alla),
    }


def _tider(alla: Iterable[Vantande]) -> dict[str, int]:
    antal = Counter(v.tid for v in alla)
    return {tid: antal[tid] for tid in TIDER} | {"summa": antal.total()}


def ej_verkstallda(conn: Connection, s: Sammanhang, period: Period, idag: date) -> Rapport:
    """The quarter's table, with what has come and gone since the period before."""
    alla = vantande(conn, period.till)
    data = tabellen(s, alla, period.till)
    tider, kon = data["ej_verkstallda"], data["kon"]
    tabeller = [
        Tabell(
            "Ej verkställda efter insats och tid",
            (Kolumn("Insats"), *(Kolumn(r, True) for r in TIDER.values()), Kolumn("Summa", True)),
            [(i, *(tider[i][k] for k in (*TIDER, "summa"))) for i in tider if i != "summa"],
            ("Summa", *(tider["summa"][k] for k in (*TIDER, "summa"))),
        ),
        Tabell(
            "Avbrutna och inte återupptagna",
            (Kolumn("Insats"), Kolumn("Antal", True)),
            [(i, n) for i, n in data["avbrutna"].items() if i != "summa"],
            ("Summa", data["avbrutna"]["summa"]),
        ),
        Tabell(
            "Alla efter kön",
            (Kolumn("Insats"), Kolumn("Kvinnor", True), Kolumn("Män", True), Kolumn("Okänt", True), Kolumn("Summa", True)),
            [(i, k["kvinna"], k["man"], k.get(OKANT, 0), sum(k.values())) for i, k in kon.items()],
            ("Summa", *(sum(k.get(x, 0) for k in kon.values()) for x in ("kvinna", "man", OKANT)), data["totalt"]),
        ),
        *_sedan_sist(conn, s, period, alla),
    ]
    return Rapport(
        "ej-verkstallda", "Ej verkställda beslut", period, s.kommun, tabeller,
        "Beslut som inte har verkställts inom tre månader, och avbrott som inte har återupptagits inom tre månader. "
        "Hela månader enligt kalendern, från beslutets eller avbrottets dag till periodens sista dag.",
        data, anm=preliminar(period, idag),
    )  # fmt: skip


def preliminar(period: Period, idag: date) -> tuple[str, ...]:
    """A warning when the period isn't over."""
    if idag > period.till:
        return ()
    return (f"Preliminär: perioden slutar {period.till}. Siffrorna visar hur det blir om inget mer händer till dess.",)


def _sedan_sist(conn: Connection, s: Sammanhang, period: Period, alla: Sequence[Vantande]) -> list[Tabell]:
    if period.forra_kod is None:
        return []
    forra = tolka_period(period.forra_kod, s.kommun)
    fore = vantande(conn, forra.till)
    borta = Counter(x.skal for x in lamnade(conn, fore, alla, period.till))
    fanns = {v.bild.id for v in fore}
    rader = [
        (f"I rapporten per {forra.till}", len(fore)),
        ("Nya i rapporten", sum(v.bild.id not in fanns for v in alla)),
        *((f"Lämnade: {skal.lower()}", n) for skal, n in sorted(borta.items())),
    ]
    rubrik = "Förändring sedan förra rapporten"
    return [Tabell(rubrik, (Kolumn(""), Kolumn("Antal", True)), rader, (f"I rapporten per {period.till}", len(alla)))]


def forandring(conn: Connection, s: Sammanhang, period: Period, idag: date) -> Rapport:
    """Which decisions have left the report since the period before, and why: carried out, or the need has ceased."""
    if period.forra_kod is None:
        raise Periodvalfel(f"Det finns ingen period före {period.kod} att jämföra med. Välj till exempel ett kvartal.")
    forra = tolka_period(period.forra_kod, s.kommun)
    nu, fore = vantande(conn, period.till), vantande(conn, forra.till)
    borta = lamnade(conn, fore, nu, period.till)
    fanns = {v.bild.id for v in fore}
    nya = [v for v in nu if v.bild.id not in fanns]
    lamnade_rader = [
        _rad(s, x.fore) | {"skal": x.skal, "dag": x.dag.isoformat() if x.dag else None, "text": x.text} for x in borta
    ]
    nya_rader = [_rad(s, v) for v in nya]
    data = {"per": period.till.isoformat(), "forra": forra.kod, "lamnade": lamnade_rader, "nya": nya_rader}
    kolumner = (Kolumn("Ärende"), Kolumn("Id"), Kolumn("Insats"), Kolumn("Enhet"), Kolumn("Väntade sedan"))
    gemensamt = ("nummer", "externt_id", "insats", "enhet", "sedan")
    tabeller = [
        Tabell(
            "Har lämnat rapporten", (*kolumner, Kolumn("Varför"), Kolumn("Dag"), Kolumn("Skäl")),
            [tuple(r[k] or "" for k in (*gemensamt, "skal", "dag", "text")) for r in lamnade_rader],
        ),
        Tabell("Nya i rapporten", kolumner, [tuple(r[k] or "" for k in gemensamt) for r in nya_rader]),
    ]  # fmt: skip
    return Rapport(
        "ej-verkstallda-forandring", "Ej verkställda beslut: förändring", period, s.kommun, tabeller,
        f"Jämfört med rapporten per {forra.till}.", data, anm=preliminar(period, idag),
    )  # fmt: skip


def _rad(s: Sammanhang, v: Vantande) -> dict[str, Any]:
    enhet = str(v.bild.falt.get("enhet") or s.kommun.rot)
    return {
        "nummer": v.bild.nummer,
        "externt_id": v.bild.externt_id,
        "insats": insatsnamn(s, v.bild.falt.get("insats")),
        "enhet": s.listor["enheter"].get(enhet, enhet),
        "sedan": v.sedan.isoformat(),
        "manader": v.manader,
        "avbrott": v.avbrott,
    }


def till_fullmaktige(conn: Connection, s: Sammanhang, period: Period, idag: date) -> Rapport:
    """For the council and the auditors: how many, of which types, and how long each has waited. No person, no id, no
    day, no sex and no unit."""
    alla = vantande(conn, period.till)
    antal = Counter((v.avbrott, insatsnamn(s, v.bild.falt.get("insats")), _lagrum(v), v.manader) for v in alla)
    rubriker = {False: "Ej verkställda", True: "Avbrutna och inte återupptagna"}
    kolumner = (Kolumn("Insats"), Kolumn("Lagrum"), Kolumn("Hela månader som gått", True), Kolumn("Antal beslut", True))
    tabeller = [
        Tabell(
            rubrik, kolumner,
            [(insats, lagrum, m, n) for (a, insats, lagrum, m), n in sorted(antal.items()) if a == avbrott],
            ("Summa", "", "", sum(n for (a, *_), n in antal.items() if a == avbrott)),
        )
        for avbrott, rubrik in rubriker.items()
    ]  # fmt: skip
    data: Mapping[str, Any] = {
        "per": period.till.isoformat(),
        "ej_verkstallda": _som_rader(antal, False),
        "avbrutna": _som_rader(antal, True),
        "totalt": len(alla),
    }
    return Rapport(
        "ej-verkstallda-fullmaktige", "Ej verkställda beslut, till fullmäktige och revisorer", period, s.kommun,
        tabeller, "Antal beslut, typ av insats och tid som gått sedan beslutet eller avbrottet. Inga personuppgifter.",
        data, anm=preliminar(period, idag),
    )  # fmt: skip


def _lagrum(v: Vantande) -> str:
    return visa(BESLUT, "lagrum", v.bild.falt.get("lagrum"), {})


def _som_rader(antal: Counter[tuple[bool, str, str, int]], avbrott: bool) -> list[dict[str, Any]]:
    return [
        {"insats": insats, "lagrum": lagrum, "manader": m, "antal": n}
        for (a, insats, lagrum, m), n in sorted(antal.items())
        if a == avbrott
    ]


class Periodvalfel(ValueError):
    """The report can't be made for such a period."""

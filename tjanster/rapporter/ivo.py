"""The IVO pack: a sheet for each decision in the quarter's report, with all that IVO's e-service asks for (lag.md 13).

Which decisions, and how long they have waited, is as of the quarter's last day. What is filled in for the report —
reasons, what has been done, the interim number, that it has been handed in — is as it stands now, since that work is
done in the reporting window after the quarter.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from arbetsfloden import BESLUT, visa
from arbetsfloden.beslut import RAPPORTSLAG
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.rapporter.ej_verkstallda import FALT, VANTAR, Periodvalfel, Vantande, preliminar, vantande
from tjanster.rapporter.ivo_nummer import Nummerfel, nasta_lediga, upptagna_nummer
from tjanster.rapporter.per_dag import Lagesbild, arenden_per
from tjanster.rapporter.perioder import Period, kvartal_slut
from tjanster.rapporter.rapport import Kolumn, Rapport, Tabell

LAG, TJANST = "lag", "e-tjänst"
# field → who asks for it. One of the fields in a pair is enough.
KRAVS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("beslutsdatum",), LAG),
    (("lagrum",), LAG),
    (("insats",), LAG),
    (("orsak_text", "orsak"), LAG),
    (("tillfalligt_nummer",), TJANST),
    (("kon",), TJANST),
    (("vidtagna_atgarder",), TJANST),
    (("behov_uppfoljt",), TJANST),
    (("annan_hjalp",), TJANST),
    (("konsekvenser",), TJANST),
)
# A closing report says when it ended; what has been asked before isn't asked again.
KRAVS_AVSLUT = tuple(k for k in KRAVS if k[0][0] in ("beslutsdatum", "lagrum", "insats", "tillfalligt_nummer", "kon"))
VISAS = (
    "beslutsdatum", "lagrum", "insats", "kon", "enhet", "verkstalld", "delvis_verkstalld", "aterstar", "avbruten",
    "aterupptagen", "orsak", "orsak_text", "erbjudanden", "vidtagna_atgarder", "behov_uppfoljt", "annan_hjalp",
    "konsekvenser", "upphort", "upphort_skal",
)  # fmt: skip


@dataclass(frozen=True)
class Inlamning:
    """A report typed into IVO's e-service: when, with which receipt, and by whom it was written down here."""

    kvartal: str
    slag: str
    dag: date
    kvittens: str | None
    av: str | None


@dataclass(frozen=True)
class Blad:
    """One decision's sheet. `saknas`: what isn't filled in, with who asks for it. `inlamnad`: this report, when it has
    been handed in; `tidigare` those before. `anm`: what to look out for."""

    nummer: str
    externt_id: str | None
    slag: str
    tillfalligt_nummer: str | None
    foreslaget_nummer: str | None
    sedan: date
    manader: int | None
    avbrott: bool
    uppgifter: Mapping[str, Any]
    texter: Mapping[str, str]
    saknas: Sequence[tuple[str, str]]
    inlamnad: Inlamning | None
    tidigare: Sequence[Inlamning]
    anm: Sequence[str]

    @property
    def komplett(self) -> bool:
        return not self.saknas

    def som_dict(self) -> dict[str, Any]:
        return {
            "arende": self.nummer,
            "externt_id": self.externt_id,
            "slag": self.slag,
            "tillfalligt_nummer": self.tillfalligt_nummer,
            "foreslaget_nummer": self.foreslaget_nummer,
            "sedan": self.sedan.isoformat(),
            "manader": self.manader,
            "avbrott": self.avbrott,
            "uppgifter": dict(self.texter),
            "komplett": self.komplett,
            "saknas": [{"falt": f, "krav": k} for f, k in self.saknas],
            "inlamnad": _inlamning_dict(self.inlamnad) if self.inlamnad else None,
            "tidigare": [_inlamning_dict(x) for x in self.tidigare],
            "anm": list(self.anm),
        }


def _inlamning_dict(x: Inlamning) -> dict[str, Any]:
    return {"kvartal": x.kvartal, "slag": x.slag, "dag": x.dag.isoformat(), "kvittens": x.kvittens, "av": x.av}


def fonster(s: Sammanhang, period: Period) -> tuple[date, date]:
    """When the quarter's report may be handed in. Raises Periodvalfel for a period that isn't a quarter."""
    if period.kvartal is None:
        raise Periodvalfel(f"IVO-underlaget görs för ett kvartal, inte för {period.kod}. Skriv till exempel 2026K3.")
    return s.regelverk.rapportfonster(*period.kvartal)


def bladen(conn: Connection, s: Sammanhang, period: Period) -> list[Blad]:
    """A sheet for each decision in the quarter's report, oldest first, then closing reports that are owed."""
    oppnar, stanger = fonster(s, period)
    alla = vantande(conn, period.till)
    i_rapporten = {v.bild.id for v in alla}
    inlamnade = _inlamnade(conn)
    slutrader = [i for i in inlamnade if i not in i_rapporten]
    nu = _nulage(conn, [*i_rapporten, *slutrader])
    per_slut = {b.id: b for b in arenden_per(conn, "beslut", period.till, FALT, ids=slutrader)} if slutrader else {}
    upptagna = upptagna_nummer(conn)
    delade = {n for n, antal in Counter(x.get("tillfalligt_nummer") for x in nu.values()).items() if n and antal > 1}
    ut = []
    for v in alla:
        rader = _for_den_har_vantan(inlamnade.get(v.bild.id, ()), v.sedan if v.avbrott else None, period)
        tidigare = [x for x in rader if x.kvartal < period.kod and x.slag != "avslutsrapport"]
        slag = "aterrapport" if tidigare else "individrapport"
        ut.append(_blad(s, v.bild, v, slag, nu[v.bild.id], rader, period, upptagna, delade, (oppnar, stanger)))
    for i in slutrader:
        bild = per_slut.get(i)
        if bild is not None and bild.tillstand not in VANTAR and _skyldig(inlamnade[i], period):
            rader = list(inlamnade[i])
            ut.append(_blad(s, bild, None, "avslutsrapport", nu[i], rader, period, upptagna, delade, (oppnar, stanger)))
    return ut


def _skyldig(rader: Sequence[Inlamning], period: Period) -> bool:
    """Has it been reported, and not been closed before this quarter? Then a closing report belongs to it."""
    fore = [x for x in rader if x.kvartal < period.kod]
    return bool(fore) and fore[-1].slag != "avslutsrapport"


def _for_den_har_vantan(rader: Sequence[Inlamning], avbruten: date | None, period: Period) -> list[Inlamning]:
    """The reports on this wait: after the last closing one of an earlier quarter, and of this interruption."""
    kvar: list[Inlamning] = []
    for x in rader:
        if avbruten is not None and kvartal_slut(x.kvartal) <= avbruten:
            continue
        kvar.append(x)
        if x.slag == "avslutsrapport" and x.kvartal < period.kod:
            kvar.clear()
    return kvar


def _blad(
    s: Sammanhang, bild: Lagesbild, v: Vantande | None, slag: str, nu: Mapping[str, Any], rader: Sequence[Inlamning],
    period: Period, upptagna: set[str], delade: set[str], fonstret: tuple[date, date],
) -> Blad:  # fmt: skip
    # Days and states as of the quarter's end; what is written for the report as it stands now.
    uppgifter = {k: varde for k, varde in nu.items() if k not in FALT or k == "orsak"} | {
        k: varde for k, varde in bild.falt.items() if varde is not None and k != "orsak"
    }
    if not uppgifter.get("orsak") and bild.falt.get("orsak"):
        uppgifter["orsak"] = bild.falt["orsak"]
    beskrivna = BESLUT.modell.beskrivna()
    krav = KRAVS_AVSLUT if v is None else KRAVS
    saknas = [(beskrivna[f[0]].rubrik, vem) for f, vem in krav if not any(uppgifter.get(x) for x in f)]
    nummer = uppgifter.get("tillfalligt_nummer")
    anm, forslag = [], None
    if nummer in delade:
        anm.append(f"Det tillfälliga numret {nummer} står i flera beslut. Varje beslut ska ha sitt eget.")
    if nummer is None:
        try:
            forslag = nasta_lediga(date.fromisoformat(uppgifter["beslutsdatum"]), uppgifter.get("kon"), upptagna)
            upptagna.add(forslag)
        except Nummerfel as fel:
            anm.append(str(fel))
    inlamnad = next((x for x in rader if x.kvartal == period.kod and (x.slag == "avslutsrapport") == (v is None)), None)
    if inlamnad and inlamnad.slag != "avslutsrapport" and not fonstret[0] <= inlamnad.dag <= fonstret[1]:
        anm.append(f"Inlämnad {inlamnad.dag}, utanför rapportperioden {fonstret[0]} till {fonstret[1]}.")
    if v is not None:
        anm += _sedan_dess(v, nu)
    sedan = v.sedan if v is not None else bild.dag("beslutsdatum") or period.till
    return Blad(
        nummer=bild.nummer,
        externt_id=bild.externt_id,
        slag=slag,
        tillfalligt_nummer=nummer,
        foreslaget_nummer=forslag,
        sedan=sedan,
        manader=v.manader if v is not None else None,
        avbrott=v.avbrott if v is not None else False,
        uppgifter=uppgifter,
        texter={
            beskrivna[k].rubrik: visa(BESLUT, k, uppgifter[k], s.listor) for k in VISAS if uppgifter.get(k) is not None
        },
        saknas=saknas,
        inlamnad=inlamnad,
        tidigare=[x for x in rader if x.kvartal < period.kod],
        anm=anm,
    )


def _sedan_dess(v: Vantande, nu: Mapping[str, Any]) -> list[str]:
    """What has happened after the quarter's last day that the one who types should know of."""
    ut = []
    falt, ord_ = ("aterupptagen", "återupptogs") if v.avbrott else ("verkstalld", "verkställdes")
    if nu.get(falt) and nu[falt] != v.bild.falt.get(falt):
        ut.append(f"Beslutet {ord_} {nu[falt]}, efter kvartalets slut: lämna avslutsrapport när den här är inlämnad.")
    if nu.get("upphort"):
        ut.append(f"Behovet upphörde {nu['upphort']}: lämna avslutsrapport när den här är inlämnad.")
    return ut


def _nulage(conn: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    sats = text("SELECT id, uppgifter FROM arende WHERE id = ANY(:ids)")
    return {r[0]: r[1] for r in conn.execute(sats, {"ids": list(ids)})} if ids else {}


_INLAMNADE = text("""
SELECT h.arende_id, h.uppgifter -> 'ivo_rapporter' -> 0 AS fore, h.uppgifter -> 'ivo_rapporter' -> 1 AS efter, n.namn
  FROM handelse h JOIN arende a ON a.id = h.arende_id LEFT JOIN anvandare n ON n.id = h.av
 WHERE a.process = 'beslut' AND h.handelse = 'rapportera_ivo' ORDER BY h.arende_id, h.lopnr
""")


def _inlamnade(conn: Connection) -> dict[int, list[Inlamning]]:
    """All reports handed in, by case, in order, with who wrote it down."""
    ut: dict[int, list[Inlamning]] = {}
    for rad in conn.execute(_INLAMNADE):
        for x in (rad.efter or [])[len(rad.fore or []) :]:
            inlamning = Inlamning(x["kvartal"], x["slag"], date.fromisoformat(x["dag"]), x.get("kvittens"), rad.namn)
            ut.setdefault(rad.arende_id, []).append(inlamning)
    return {i: sorted(rader, key=lambda x: (x.kvartal, x.dag, x.slag == "avslutsrapport")) for i, rader in ut.items()}


def ivo_underlag(conn: Connection, s: Sammanhang, period: Period, idag: date) -> Rapport:
    """The pack: which reports to hand in, what is missing, and a sheet for each decision."""
    oppnar, stanger = fonster(s, period)
    alla = bladen(conn, s, period)
    lage = "inte öppnad" if idag < oppnar else "stängd" if idag > stanger else "öppen"
    kvar, kompletta = sum(b.inlamnad is None for b in alla), sum(b.komplett for b in alla)
    data = {
        "per": period.till.isoformat(),
        "fonster": {"fran": oppnar.isoformat(), "till": stanger.isoformat(), "lage": lage},
        "antal": len(alla),
        "kompletta": kompletta,
        "inlamnade": len(alla) - kvar,
        "blad": [b.som_dict() for b in alla],
    }
    oversikt = Tabell(
        "Att lämna in",
        tuple(Kolumn(k) for k in ("Ärende", "Id", "Rapport", "Tillfälligt nummer", "Väntat sedan", "Saknas", "Inlämnad",
                                  "Kvittens", "Antecknad av", "Att tänka på")),
        [
            (
                b.nummer, b.externt_id or "", RAPPORTSLAG[b.slag],
                b.tillfalligt_nummer or (f"{b.foreslaget_nummer} (förslag)" if b.foreslaget_nummer else ""),
                b.sedan, ", ".join(f for f, _ in b.saknas), b.inlamnad.dag if b.inlamnad else "",
                (b.inlamnad.kvittens or "") if b.inlamnad else "", (b.inlamnad.av or "") if b.inlamnad else "",
                " ".join(b.anm),
            )
            for b in alla
        ],
    )  # fmt: skip
    return Rapport(
        "ivo-underlag", "Underlag till IVO: ej verkställda beslut", period, s.kommun, [oversikt, *map(_bladtabell, alla)],
        f"Rapportperioden är {oppnar} till {stanger} och är {lage}. {len(alla)} rapporter, {kvar} kvar att lämna in, "
        f"{len(alla) - kompletta} med uppgifter som saknas.",
        data, anm=preliminar(period, idag),
    )  # fmt: skip


def _bladtabell(b: Blad) -> Tabell:
    """One decision's sheet, to type from."""
    slag = RAPPORTSLAG[b.slag]
    rader = [
        ("Rapport", slag, ""),
        ("Tillfälligt nummer", b.tillfalligt_nummer or "", ""),
        *((rubrik, varde, "") for rubrik, varde in b.texter.items()),
        *((rubrik, "", f"Saknas, krävs av {'lagen' if krav == LAG else 'IVO:s e-tjänst'}") for rubrik, krav in b.saknas),
        *((f"Inlämnat {x.kvartal}", f"{x.dag} {x.kvittens or ''}".strip(), x.av or "") for x in b.tidigare),
    ]
    kolumner = (Kolumn("Uppgift"), Kolumn("Värde"), Kolumn("Att göra"))
    return Tabell(f"{b.nummer} {slag.lower()}", kolumner, rader, None, " ".join(b.anm))


__all__ = ["Blad", "Inlamning", "bladen", "fonster", "ivo_underlag"]

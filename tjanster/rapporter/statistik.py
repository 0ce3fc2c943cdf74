"""Counts by the process's own fields. Never by free text, and small groups are hidden unless asked otherwise."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import Connection, text

from arbetsfloden import Process, narmast
from tjanster.arenden.registrera import hitta_process
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db.fardig import for_manga
from tjanster.rapporter.maskning import MINST, Cell, alla_celler, maska
from tjanster.rapporter.perioder import Period
from tjanster.rapporter.rapport import Kolumn, Rapport, Tabell

EJ_ANGIVET = "Ej angivet"
RAKNAS = ("val", "flerval", "enhet", "enheter", "janej")
TIDSFALT = {"ar": "År", "kvartal": "Kvartal", "manad": "Månad"}
LAGESFALT = {"tillstand": "Läge", "oppet": "Öppet"}
FLEST_FALT = 3
FLEST_CELLER = 20_000


class Statistikfel(ValueError):
    """The question can't be answered. `skal`: every reason."""

    def __init__(self, skal: Sequence[str]) -> None:
        self.skal = list(skal)
        super().__init__(" ".join(self.skal))


@dataclass(frozen=True)
class Grupp:
    """One group: its labels in the order asked for, and how many; None = hidden."""

    varden: Cell
    antal: int | None


@dataclass(frozen=True)
class Statistik:
    """Counts of a process's cases whose day lies in the span. `summa` None = hidden."""

    process: Process
    per: tuple[str, ...]
    fran: date | None
    till: date
    summa: int | None
    grupper: Sequence[Grupp]
    maskad: bool

    def som_dict(self) -> dict[str, Any]:
        """{"summa": 70, "grupper": [{"typ": "Rutin saknas eller följs inte", "antal": 41}]}; hidden numbers are null."""
        return {
            "summa": self.summa,
            "grupper": [
                dict(zip(self.per, g.varden, strict=True)) | {"antal": g.antal} for g in self.grupper
            ],
        }

    def som_tabell(self, rubrik: str | None = None) -> Tabell:
        kolumner = tuple(Kolumn(falt_rubrik(self.process, f)) for f in self.per)
        rader = [(*g.varden, _visat(g.antal)) for g in self.grupper]
        summa = ("Summa", *[""] * (len(self.per) - 1), _visat(self.summa))
        anm = f"{DOLT} = dold, för att ingen ska kännas igen." if self.maskad else ""
        namn = rubrik or "Efter " + " och ".join(k.rubrik.lower() for k in kolumner)
        return Tabell(namn, (*kolumner, Kolumn("Antal", True)), rader, summa, anm)


DOLT = "··"


def _visat(antal: int | None) -> int | str:
    return DOLT if antal is None else antal


def falt_rubrik(process: Process, falt: str) -> str:
    egna = {**TIDSFALT, **LAGESFALT}
    return egna[falt] if falt in egna else process.modell.beskrivna()[falt].rubrik


def rakningsbara(process: Process) -> dict[str, str]:
    """The fields that may be counted by: name → label."""
    egna = {n: f.rubrik for n, f in process.modell.beskrivna().items() if f.slag in RAKNAS and not f.handelse}
    return {**egna, **TIDSFALT, **LAGESFALT}


def statistik(
    conn: Connection,
    s: Sammanhang,
    process: str,
    per: Sequence[str],
    fran: date | None,
    till: date,
    *,
    omaskad: bool = False,
    enheter: Iterable[str] | None = None,
) -> Statistik:
    """How many cases of `process` whose day lies from `fran` to `till`, by the fields `per`, as they stood at the end
    of `till`. enheter: only those units. A field that holds several values counts the case in each of its groups.

    Raises Statistikfel, or Nej for an unknown process.
    """
    p = hitta_process(process)
    return _flera(conn, s, p, [tuple(per)], fran, till, omaskad=omaskad, enheter=enheter)[0]


def _flera(
    conn: Connection, s: Sammanhang, p: Process, allt: Sequence[tuple[str, ...]], fran: date | None, till: date,
    *, omaskad: bool = False, enheter: Iterable[str] | None = None,
) -> list[Statistik]:  # fmt: skip
    """Several counts of the same cases, in one pass through their events."""
    for per in allt:
        _granska(p, per, fran, till)
    raknat = _rakna(conn, s, p, allt, fran, till, enheter)
    return [_statistik(s, p, per, fran, till, antal, summa, omaskad) for per, (antal, summa) in zip(allt, raknat, strict=True)]


def _statistik(
    s: Sammanhang, p: Process, per: tuple[str, ...], fran: date | None, till: date, antal: Counter[Cell], summa: int, omaskad: bool
) -> Statistik:
    celler = _fyll_ut(antal, len(per))
    if omaskad:
        dolda, dold_summa = frozenset[Cell](), False
    else:
        dolda, dold_summa = maska(celler)
    grupper = [Grupp(c, None if c in dolda else n) for c, n in celler.items()]
    return Statistik(
        p, per, fran, till, None if dold_summa else summa, _ordnade(s, p, per, grupper), bool(dolda) or dold_summa
    )


def _granska(process: Process, per: tuple[str, ...], fran: date | None, till: date) -> None:
    valbara, beskrivna = rakningsbara(process), process.modell.beskrivna()
    fel = []
    if not per:
        fel.append(f"Säg vad som ska räknas. Välj bland {', '.join(valbara)}.")
    if len(per) > FLEST_FALT:
        fel.append(f"Högst {FLEST_FALT} fält åt gången, annars blir grupperna för små.")
    for namn in per:
        if namn in valbara:
            continue
        f = beskrivna.get(namn)
        if f is None:
            fel.append(f"Fältet '{namn[:40]}' finns inte i {process.namn}{narmast(namn, valbara)}")
        elif f.slag == "dag":
            fel.append(f"'{namn}' är en dag. Räkna per {', '.join(TIDSFALT)}, som utgår från ärendets dag.")
        else:
            fel.append(f"'{namn}' är fri text och räknas aldrig. Välj bland {', '.join(valbara)}.")
    fel += [f"Fältet '{namn}' står två gånger." for namn, n in Counter(per).items() if n > 1]
    if fran is not None and till < fran:
        fel.append(f"Till {till} ligger före från {fran}.")
    if fel:
        raise Statistikfel(fel)


# The case's fields as of the day, with its state beside them. A case without a later event stands as it stood then; of the
# others the events tell, and the last value of a key wins. OFFSET 0: the long fields are unpacked once a case, not once a word.
_RAKNA = """
WITH sedan AS MATERIALIZED (SELECT DISTINCT arende_id FROM handelse WHERE dag > :till)
SELECT {vilken}, {namn}, count(*) FROM (
  SELECT {kolumner} FROM (
    (SELECT a.uppgifter || jsonb_build_object('tillstand', a.tillstand) AS falt FROM arende a
      WHERE a.process = :process AND a.dag <= :till {inkom} AND NOT EXISTS (SELECT FROM sedan WHERE sedan.arende_id = a.id) OFFSET 0)
     UNION ALL
    SELECT jsonb_object_agg(kv.key, kv.value -> 1 ORDER BY h.lopnr)
      FROM arende a JOIN handelse h ON h.arende_id = a.id AND h.dag <= :till
     CROSS JOIN LATERAL jsonb_each(h.uppgifter || jsonb_build_object('tillstand', jsonb_build_array(NULL, h.till))) kv
     WHERE a.id = ANY(ARRAY(SELECT arende_id FROM sedan)) AND a.process = :process AND kv.key = ANY(:falt)
     GROUP BY h.arende_id
  ) x WHERE (falt ->> :dag)::date <= :till {villkor}
) y GROUP BY GROUPING SETS ({grupper})
"""


def _rakna(
    conn: Connection, s: Sammanhang, process: Process, allt: Sequence[tuple[str, ...]], fran: date | None, till: date,
    enheter: Iterable[str] | None,
) -> list[tuple[Counter[Cell], int]]:  # fmt: skip
    """For each of `allt` its groups, and how many cases they hold together."""
    uttryck = {
        "ar": "left(falt ->> :dag, 4)",
        "manad": "left(falt ->> :dag, 7)",
        "kvartal": "left(falt ->> :dag, 4) || 'K' || extract(quarter FROM (falt ->> :dag)::date)",
        "oppet": "falt ->> 'tillstand'",
    }
    falten = sorted({f for per in allt for f in per})  # names out of the process, never what was typed
    kolumn = {f: f"c{i}" for i, f in enumerate(falten)}
    uttryck = {f: f"falt ->> '{f}'" for f in falten} | uttryck
    varden: dict[str, Any] = {
        "process": process.namn,
        "till": till,
        "dag": process.dag,
        "falt": sorted({process.dag, "enhet", "tillstand", *falten}),
    }
    villkor = inkom = ""
    if fran is not None:
        inkom = "AND a.dag >= :fran"
        villkor += " AND (falt ->> :dag)::date >= :fran"
        varden["fran"] = fran
    if enheter is not None:
        villkor += " AND coalesce(falt ->> 'enhet', :rot) = ANY(:enheter)"
        varden |= {"enheter": sorted(enheter), "rot": s.kommun.rot}
    sats = _RAKNA.format(
        vilken=f"GROUPING({', '.join(kolumn.values())})", namn=", ".join(kolumn.values()), villkor=villkor, inkom=inkom,
        kolumner=", ".join(f"{uttryck[f]} AS {k}" for f, k in kolumn.items()),
        grupper=", ".join(f"({', '.join(kolumn[f] for f in per)})" for per in allt),
    )  # fmt: skip
    for_manga(conn)
    rader: dict[int, list[tuple[dict[str, str | None], int]]] = {}
    for vilken, *rad, n in conn.execute(text(sats), varden):
        rader.setdefault(vilken, []).append((dict(zip(falten, rad, strict=True)), n))
    ut = []
    for per in allt:
        antal: Counter[Cell] = Counter()
        summa = 0
        # PostgreSQL tells which columns a row was not grouped by, as bits.
        utan = sum(1 << (len(falten) - 1 - i) for i, f in enumerate(falten) if f not in per)
        for i_raden, n in rader.get(utan, []):
            summa += n
            for cell in product(*(_texter(s, process, f, i_raden[f]) for f in per)):
                antal[cell] += n
        ut.append((antal, summa))
    return ut


def _texter(s: Sammanhang, process: Process, falt: str, varde: str | None) -> list[str]:
    """What the group is called; several when the field holds several values."""
    if falt in TIDSFALT:
        return [varde or EJ_ANGIVET]
    if falt == "oppet":
        stangda = {*process.slut, *process.vilande}
        return ["Avslutat" if varde in stangda else "Öppet"]
    if falt == "tillstand":
        return [process.tillstand.get(varde or "", varde or EJ_ANGIVET)]
    f = process.modell.beskrivna()[falt]
    if falt == "enhet":
        varde = varde or s.kommun.rot
    if varde is None or varde == "[]":
        return [EJ_ANGIVET]
    if f.slag == "janej":
        return ["Ja" if varde == "true" else "Nej"]
    lista: Mapping[str, str] = f.val if f.val is not None else s.listor.get(f.listnamn or "", {})
    if f.slag in ("flerval", "enheter"):
        return [lista.get(kod, kod) for kod in json.loads(varde)]
    return [lista.get(varde, varde)]


def _fyll_ut(antal: Counter[Cell], falt: int) -> dict[Cell, int]:
    """With several fields, noughts too: a table without holes."""
    if falt < 2 or not antal:
        return dict(antal)
    varden = [sorted({c[i] for c in antal}) for i in range(falt)]
    storlek = 1
    for v in varden:
        storlek *= len(v)
    if storlek > FLEST_CELLER:
        raise Statistikfel([f"Det blir {storlek} grupper, högst {FLEST_CELLER}. Välj färre fält eller en kortare tid."])
    return {c: antal[c] for c in alla_celler(varden)}


def _ordnade(s: Sammanhang, process: Process, per: tuple[str, ...], grupper: list[Grupp]) -> list[Grupp]:
    """The largest first when there is one field; else, and for time, in the lists' own order. A hidden number must not
    be told by where it stands, so the hidden come last."""
    ordning = [{namn: i for i, namn in enumerate(_listan(s, process, f))} for f in per]

    def plats(g: Grupp) -> tuple[Any, ...]:
        return tuple(
            (1, 0, v) if v == EJ_ANGIVET else (0, o.get(v, len(o)), v) for o, v in zip(ordning, g.varden, strict=True)
        )

    if len(per) == 1 and per[0] not in (*TIDSFALT, *LAGESFALT):
        return sorted(grupper, key=lambda g: (g.antal is None, -(g.antal or 0), plats(g)))
    return sorted(grupper, key=plats)


def _listan(s: Sammanhang, process: Process, falt: str) -> Iterable[str]:
    if falt in TIDSFALT:
        return ()
    if falt == "oppet":
        return ("Öppet", "Avslutat")
    if falt == "tillstand":
        return process.tillstand.values()
    f = process.modell.beskrivna()[falt]
    if f.slag == "janej":
        return ("Ja", "Nej")
    return (f.val if f.val is not None else s.listor.get(f.listnamn or "", {})).values()


def oversikt(
    conn: Connection, s: Sammanhang, namn: str, process: str, falt: Sequence[str], period: Period
) -> Rapport:  # fmt: skip
    """A report of single tables, one a field, small groups hidden."""
    p = hitta_process(process)
    alla = _flera(conn, s, p, [(f,) for f in falt], period.fran, period.till)
    tabeller = [x.som_tabell() for x in alla]
    data = {
        "per": period.till.isoformat(),
        "summa": alla[0].summa,
        **{f: x.som_dict()["grupper"] for f, x in zip(falt, alla, strict=True)},
    }
    return Rapport(
        namn, p.rubrik, period, s.kommun, tabeller,
        f"Ärenden vars dag ligger i perioden, som de stod {period.till}. Grupper under {MINST} visas inte.",
        data, maskat=any(x.maskad for x in alla),
    )  # fmt: skip


__all__ = ["Grupp", "Statistik", "Statistikfel", "oversikt", "rakningsbara", "statistik"]

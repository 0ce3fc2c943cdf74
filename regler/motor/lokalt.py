"""The municipality laid over the nation, limit by limit and by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from regler.motor.dag import Frist, Niva, Regelrad, i_ordning
from regler.motor.daterat import fristnyckel, med_grund
from regler.motor.modeller import ForlangningModell, FristModell
from regler.motor.val import Koder, valkoder
from regler.motor.yamltrad import Trad

_ALLTID: Final = date.max


def lagg_samman(
    process: str, namn: str, nation: tuple[FristModell, Trad] | None, lokal: tuple[FristModell, Trad] | None,
    listor: Koder,
) -> Frist:  # fmt: skip
    """One limit of both levels. Faults of the local entry are noted on its own tree; one level must be given."""
    bas = nation or lokal
    assert bas is not None
    nationella = list(_rader(process, namn, *nation, "nationell")) if nation else []
    lokala = list(_rader(process, namn, *lokal, "lokal")) if lokal else []
    if nation is not None and lokal is not None:
        _langre_an_lagen(namn, nationella, lokala, lokal[1])
        _mer_tid_an_lagen(namn, nation[0], lokal)
    rader = nationella + lokala
    egen = lokal[0] if lokal is not None else bas[0]
    raknas_fran = egen.raknas_fran or bas[0].raknas_fran or ""
    return Frist(
        process=process, namn=namn, rubrik=egen.rubrik or bas[0].rubrik or namn, raknas_fran=raknas_fran,
        avgors_av=egen.avgors_av or bas[0].avgors_av or raknas_fran,
        rader=i_ordning(rad for rad in rader if not rad.mal), mal=i_ordning(rad for rad in rader if rad.mal),
        forlangning=egen.forlangning or bas[0].forlangning, paus=egen.paus or bas[0].paus,
        falt=valkoder(bas[0].valjs_av, rader, listor),
    )  # fmt: skip


def valbara(nation: FristModell | None, lokal: FristModell | None) -> dict[str, dict[str, str]]:
    """The fields that this limit says may pick a row, with their codes and texts."""
    return {**((nation and nation.valjs_av) or {}), **((lokal and lokal.valjs_av) or {})}


def _rader(process: str, namn: str, modell: FristModell, trad: Trad, niva: Niva) -> Iterator[Regelrad]:
    rader = med_grund(trad, (namn, "galler"), modell.galler, niva, f"{process}/{namn}", fristnyckel)
    for rad, ord_ in rader:
        yield Regelrad(
            **ord_, nar=tuple(sorted(rad.nar.items())), tid=rad.tid.text, rullas=bool(rad.rullas),
            raknas_enligt=rad.raknas_enligt or ("lag 1930:173" if rad.tid.i_kalendern else None), mal=rad.mal,
            langd=rad.tid,
        )  # fmt: skip


def _langre_an_lagen(namn: str, nationella: list[Regelrad], lokala: list[Regelrad], trad: Trad) -> None:
    """A municipality may be stricter than the law, or set a day where the law sets none; never give more time."""
    for i, rad in enumerate(lokala):
        if rad.mal or rad.langd.enhet == "nationell":
            continue
        for lag in nationella:
            if not (lag.langd.har_dag and rad.langd.ungefar_dagar > lag.langd.ungefar_dagar and _kan_motas(rad, lag)):
                continue
            if rad.fran <= (lag.till or _ALLTID) and lag.fran <= (rad.till or _ALLTID):
                vad = "ger mer tid än" if rad.langd.har_dag else "tar bort"
                trad.anmark(
                    (namn, "galler", i, "tid"),
                    f"'{rad.tid}' {vad} lagens {lag.tid} ({lag.lagrum}, från {lag.fran}): det får en kommun inte; "
                    "ett eget mål bredvid lagen skrivs 'mal: ja', "
                    "och en rad 'tid: som nationellt' låter lagen gälla igen",
                )
                break


def _kan_motas(en: Regelrad, annan: Regelrad) -> bool:
    """True when some case can be of both rows' kinds."""
    andra = dict(annan.nar)
    return all(andra.get(falt, varde) == varde for falt, varde in en.nar)


def _mer_tid_an_lagen(namn: str, nation: FristModell, lokal: tuple[FristModell, Trad]) -> None:
    modell, trad = lokal
    lagen_har_dag = any(rad.tid.har_dag for rad in nation.galler)
    par: tuple[tuple[str, ForlangningModell | None, ForlangningModell | None], ...] = (
        ("forlangning", modell.forlangning, nation.forlangning), ("paus", modell.paus, nation.paus),
    )  # fmt: skip
    for ord_, egen, lagens in par:
        if egen is None or not lagen_har_dag:
            continue
        if lagens is None:
            trad.anmark((namn, ord_), "lagen sätter en dag och tillåter det inte: ta bort det", nyckel=True)
            continue
        if lagens.hogst is not None and (egen.hogst is None or egen.hogst.ungefar_dagar > lagens.hogst.ungefar_dagar):
            trad.anmark((namn, ord_, "hogst"), f"lagen tillåter högst {lagens.hogst}", nyckel=True)
        if lagens.ganger is not None and (egen.ganger is None or egen.ganger > lagens.ganger):
            trad.anmark((namn, ord_, "ganger"), f"lagen tillåter högst {lagens.ganger}", nyckel=True)

"""More time: extensions and pauses, only where the limit's rule allows them, by whom and as often as it says."""

from __future__ import annotations

from datetime import date, datetime

from regler.motor.dag import Frist, Regelrad
from regler.motor.fel import Regelnej, uppraknat
from regler.motor.kalender import Kalender, plus_dagar, plus_manader
from regler.motor.modeller import ROLLER, ForlangningModell
from regler.motor.rakning import rullad
from regler.motor.tid import Tid


def prova_forlangning(
    regel: Frist, rad: Regelrad, kalender: Kalender, egen: date | datetime | None, nu_galler: date | None,
    till: date, roll: str, redan: int,
) -> date:  # fmt: skip
    """The new last day. `egen` is the rule's own last day, `nu_galler` the one that holds now if moved before,
    `redan` how many times it has been extended. Raises Regelnej with every reason."""
    villkor = _far_alls(regel, regel.forlangning, egen, "förlängas")
    assert isinstance(egen, date)
    skal = _vem_och_hur_ofta(regel, villkor, roll, redan, "förlängas")
    galler = nu_galler or egen
    ny = rullad(rad, till, kalender)
    if till <= galler:
        skal.append(f"Den nya dagen {till} måste ligga efter den som gäller nu, {galler}.")
    if villkor.hogst is not None:
        senast = rullad(rad, framat(egen, villkor.hogst, kalender), kalender)
        if till > senast:
            skal.append(f"Fristen får förlängas högst {villkor.hogst}, till {senast}; {till} är för sent.")
    if skal:
        raise Regelnej(skal)
    return ny


def prova_paus(
    regel: Frist, kalender: Kalender, egen: date | datetime | None, roll: str, redan: int,
    fran: date | None = None, till: date | None = None,
) -> None:  # fmt: skip
    """Raises Regelnej with every reason when the limit may not be paused by this role, again, or for so long."""
    villkor = _far_alls(regel, regel.paus, egen, "pausas")
    skal = _vem_och_hur_ofta(regel, villkor, roll, redan, "pausas")
    if fran is not None and till is not None:
        if till < fran:
            skal.append(f"Pausen slutar {till}, före den började {fran}.")
        elif villkor.hogst is not None and till > (senast := framat(fran, villkor.hogst, kalender)):
            skal.append(f"Pausen får vara högst {villkor.hogst}, till {senast}; {till} är för sent.")
    if skal:
        raise Regelnej(skal)


def efter_paus(rad: Regelrad, galler: date, fran: date, till: date, kalender: Kalender) -> date:
    """The last day after a pause from and including `fran` up to the day `till` when the clock runs again.

    Days are given back in kind: working days for a limit in working days, calendar days otherwise, and the new last day
    then rolls as the row says.
    """
    if rad.langd.enhet == "arbetsdagar":
        return kalender.plus_arbetsdagar(galler, kalender.antal_arbetsdagar(fran, till))
    return rullad(rad, plus_dagar(galler, max(0, (till - fran).days)), kalender)


def framat(fran: date, langd: Tid, kalender: Kalender) -> date:
    """`langd` after `fran`; used for the most that an extension or pause may give."""
    if langd.enhet == "arbetsdagar":
        return kalender.plus_arbetsdagar(fran, langd.antal)
    if langd.enhet in ("månader", "år"):
        return plus_manader(fran, langd.antal * (12 if langd.enhet == "år" else 1))
    return plus_dagar(fran, langd.antal * (7 if langd.enhet == "veckor" else 1))


def _far_alls(
    regel: Frist, villkor: ForlangningModell | None, egen: date | datetime | None, verb: str
) -> ForlangningModell:
    if egen is None:
        raise Regelnej([f"Fristen ”{regel.rubrik}” har ingen sista dag och kan inte {verb}."])
    if villkor is None or isinstance(egen, datetime):
        raise Regelnej([f"Fristen ”{regel.rubrik}” får inte {verb}: regeln tillåter det inte."])
    return villkor


def _vem_och_hur_ofta(regel: Frist, villkor: ForlangningModell, roll: str, redan: int, verb: str) -> list[str]:
    skal = []
    if roll not in villkor.far:
        far = uppraknat(ROLLER[en] for en in villkor.far)
        skal.append(f"Fristen ”{regel.rubrik}” får {verb} av {far}, inte av {ROLLER.get(roll, roll)}.")
    if villkor.ganger is not None and redan >= villkor.ganger:
        ganger = "en gång" if villkor.ganger == 1 else f"{villkor.ganger} gånger"
        skal.append(f"Fristen ”{regel.rubrik}” får {verb} högst {ganger}; det är redan gjort.")
    return skal

"""The questions about rules that are no time limits: tables, demands, delegation, duties, routines, the wheel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from regler.motor.arshjul import Arshjulsdag, Arshjulspost, arets_dagar
from regler.motor.delegation import Delegationsrad
from regler.motor.fel import Regelfraga, narmast
from regler.motor.gallring import Gallring
from regler.motor.krav import Kravrad
from regler.motor.namnbruk import Namnbruk
from regler.motor.rutin import Rutin
from regler.motor.skyldighet import Skyldighet, Skyldighetsrad
from regler.motor.tabell import Bedomning, Tabell
from regler.motor.val import INGA_FALT, finns, valda

if TYPE_CHECKING:
    from regler.motor.exempel import Exempel

R = TypeVar("R", Kravrad, Delegationsrad)
_IHAGKOMNA: Final = 5_000  # rows by day: two pointers each


class Ovriga:
    """What holds for one municipality beside its limits. `Regelverk` is asked, never this alone.

    `tabeller` and `skyldigheter` stand by 'omrade/namn', `rutiner` by name; `alla_krav` and `alla_delegation` are the
    rows of every day, `alla_gallring` the weeding rules by process. `ifylld_till` is the year to which local days off are filled in, `exempel` the set's own examples.
    """

    def __init__(
        self, *, tabeller: Mapping[str, Tabell], krav: Sequence[Kravrad], delegation: Sequence[Delegationsrad],
        skyldigheter: Mapping[str, Skyldighet], gallring: Mapping[str, tuple[Gallring, ...]], rutiner: Mapping[str, Rutin], arshjul: Sequence[Arshjulspost],
        ifylld_till: int | None, namnbruk: Sequence[Namnbruk], exempel: Sequence[Exempel],
    ) -> None:  # fmt: skip
        self.tabeller = tabeller
        self.skyldigheter = skyldigheter
        self.alla_gallring = gallring
        self.rutiner = rutiner
        self.ifylld_till = ifylld_till
        self.exempel = tuple(exempel)
        self.alla_krav = tuple(krav)
        self.alla_delegation = tuple(delegation)
        self._krav = _per_steg(krav)
        self._delegation = _per_steg(delegation)
        self._namnbruk = tuple(namnbruk)
        self._arshjul = arshjul
        self._minns_rad = lru_cache(maxsize=_IHAGKOMNA)(self._skyldighetsrad)

    # -- decision tables ----------------------------------------------------------------------------------------------

    def tabell(self, nyckel: str) -> Tabell:
        """The decision table 'omrade/namn'. Raises Regelfraga that names the nearest right word."""
        try:
            return self.tabeller[nyckel]
        except KeyError:
            mening = f"Tabellen '{nyckel}' finns inte{narmast(nyckel, self.tabeller) or _finns(self.tabeller)}"
            raise Regelfraga("okand_tabell", mening, {"tabell": mening}) from None

    def bedom(self, nyckel: str, svar: Mapping[str, Any], dag: date) -> Bedomning:
        """What a table says of a case with these answers on `dag`, and why; see `Tabell.bedom`. Raises Regelfraga."""
        return self.tabell(nyckel).bedom(svar, dag)

    def kontrollera_svar(self, nyckel: str, svar: Mapping[str, Any]) -> dict[str, str]:
        """Question -> Swedish sentence, for each answer that the table doesn't ask for or doesn't know."""
        return self.tabell(nyckel).kontrollera_svar(svar)

    # -- demands and delegation ---------------------------------------------------------------------------------------

    def krav(self, process: str, steg: str, dag: date) -> tuple[Kravrad, ...]:
        """What the step demands on `dag`, by national and local rows together; empty when nothing is."""
        return tuple(rad for rad in self._krav.get((process, steg), ()) if rad.galler(dag))

    def delegation(
        self, process: str, steg: str, dag: date, enhet: str | None
    ) -> tuple[Delegationsrad, ...] | None:  # fmt: skip
        """The rows of the delegation order that hold for the step on `dag` in a unit.

        None = no order speaks of the step, so the process's own roles hold. Empty = the order speaks of it, but gives
        it to nobody that day in that unit.
        """
        rader = self._delegation.get((process, steg))
        return None if rader is None else tuple(rad for rad in rader if rad.galler_enhet(dag, enhet))

    def namn_i_bruk(self) -> tuple[Namnbruk, ...]:
        """Every process, event and field that demands and delegation name, with its place.

        The rules don't know the processes: whoever does checks each name and raises Regelfel with `Namnbruk.fel`.
        """
        return self._namnbruk

    # -- duties, routines and the wheel -------------------------------------------------------------------------------

    def skyldighet(self, nyckel: str, dag: date, falt: Mapping[str, str] = INGA_FALT) -> Skyldighetsrad:
        """The row of the duty 'omrade/namn' that holds on `dag` for a case with these fields. Raises Regelfraga."""
        return self._minns_rad(nyckel, dag, valda(self._skyldigheten(nyckel).falt, falt) if falt else ())

    def _skyldighetsrad(self, nyckel: str, dag: date, val: tuple[tuple[str, str], ...]) -> Skyldighetsrad:
        return self._skyldigheten(nyckel).rad(dag, dict(val))

    def _skyldigheten(self, nyckel: str) -> Skyldighet:
        try:
            return self.skyldigheter[nyckel]
        except KeyError:
            mening = f"Skyldigheten '{nyckel}' finns inte{narmast(nyckel, self.skyldigheter) or _finns(self.skyldigheter)}"
            raise Regelfraga("okand_skyldighet", mening, {"skyldighet": mening}) from None

    def gallring(self, process: str) -> tuple[Gallring, ...]:
        """The rules for weeding out cases of a process; none = nothing of it is weeded."""
        return self.alla_gallring.get(process, ())

    def arshjul(self, ar: int) -> tuple[Arshjulsdag, ...]:
        """What comes back every year, on its days in year `ar`, in order."""
        return arets_dagar(self._arshjul, ar)


def _per_steg(rader: Iterable[R]) -> Mapping[tuple[str, str], tuple[R, ...]]:
    """(process, event) -> the rows that are about it."""
    alla: dict[tuple[str, str], list[R]] = {}
    for rad in rader:
        for steg in dict.fromkeys(rad.steg):
            alla.setdefault((rad.process, steg), []).append(rad)
    return {par: tuple(har) for par, har in alla.items()}


def _finns(namn: Mapping[str, object]) -> str:
    return finns(namn) if namn else "; det finns inga än"

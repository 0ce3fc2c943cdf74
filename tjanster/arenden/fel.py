"""A no, with every reason. Each door shows it in its own way: a page, JSON, a line in the terminal."""

from collections.abc import Iterable, Mapping

from tjanster.arenden.nummertext import dolj


class Nej(Exception):
    """A refusal: `kod` for machines, `skal` sentences for people, `falt` a sentence for each faulty field.

    `status` is the HTTP status that fits.
    """

    kod = "nekad"
    status = 409

    def __init__(self, skal: Iterable[str] | str = (), falt: Mapping[str, str] | None = None, kod: str | None = None):
        # What somebody typed may be quoted in the sentence that refuses it, and sentences reach screens and other systems.
        self.skal = [dolj(mening) for mening in ([skal] if isinstance(skal, str) else skal)]
        self.falt = {namn: dolj(mening) for namn, mening in (falt or {}).items()}
        if kod is not None:
            self.kod = kod
        super().__init__(" ".join(self.skal) or "; ".join(self.falt.values()))

    def som_dict(self) -> dict[str, object]:
        """The one error shape."""
        return {"fel": self.kod, "skal": self.skal or list(self.falt.values()), "falt": self.falt}


class FinnsInte(Nej):
    """Not there, or outside the circle: the two must look the same."""

    kod = "finns_inte"
    status = 404

    def __init__(self, vad: str) -> None:
        super().__init__(f"{vad} finns inte, eller ligger utanför det du får se.")


class FarInte(Nej):
    """Seen, but not for this person to do."""

    kod = "far_inte"
    status = 403


class OgiltigaUppgifter(Nej):
    """Fields missing or wrong."""

    kod = "ogiltiga_uppgifter"
    status = 422


class IdUpptaget(OgiltigaUppgifter):
    """Another case of the same kind bears that id. Which one isn't told: it may lie outside the circle."""

    def __init__(self) -> None:
        super().__init__(falt={"externt_id": "Id:t används redan av ett annat ärende av samma slag. Kontrollera det."})


class NagonHannFore(Nej):
    """The case has moved on since it was read."""

    kod = "nagon_hann_fore"

    def __init__(self, nummer: str, sedd: int, nu: int) -> None:
        self.sedd = sedd
        super().__init__(
            f"Någon hann före: {nummer} har ändrats sedan du öppnade det (du såg version {sedd}, nu är det {nu}). "
            "Läs vad som hänt och försök igen."
        )

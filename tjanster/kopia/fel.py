"""How copying and restoring say no."""


class Kopiefel(Exception):
    """It can't be done, or isn't what it should be. Holds every sentence at once."""

    def __init__(self, *skal: str) -> None:
        self.skal = list(skal)
        super().__init__("\n".join(skal))

"""How the rules are changed while cases are open: compare, activate, go back. Nothing here decides a case."""

from tjanster.regelstyrning.aktivering import (
    aktivera,
    aterga,
    avbryt,
    begar,
    godkann,
    las_version,
    verkstall,
    verkstall_planerade,
)
from tjanster.regelstyrning.andringar import LAGEN, Aktivering, forsta_gang, hamta, historik, pa_vag
from tjanster.regelstyrning.forslag import filer_pa_disken, las_filer, las_forslag
from tjanster.regelstyrning.jamforelse import Jamforelse, jamfor
from tjanster.regelstyrning.verkan import Flytt, Verkan, rakna_verkan

__all__ = [
    "LAGEN", "Aktivering", "Flytt", "Jamforelse", "Verkan", "aktivera", "aterga", "avbryt", "begar", "filer_pa_disken",
    "forsta_gang", "godkann", "hamta", "historik", "jamfor", "las_filer", "las_forslag", "las_version", "pa_vag",
    "rakna_verkan", "verkstall", "verkstall_planerade",
]  # fmt: skip

"""In which order the steps from a state are offered: on along the normal way first, ways out of it last."""

from arbetsfloden import Process, Steg

SIST = 99


def framat(process: Process, steg: Steg) -> bool:
    """Along the normal way, from where the step starts."""
    vag = process.huvudvag
    har = max((vag.index(k) for k in process.kallor(steg) if k in vag), default=-1)
    return steg.till in vag and vag.index(steg.till) > har


def ordning(process: Process, steg: Steg) -> tuple[int, int]:
    """The step along the normal way first."""
    vag = process.huvudvag
    return (vag.index(steg.till) if framat(process, steg) and steg.till else SIST), process.steg.index(steg)


def sidovag(process: Process, steg: Steg) -> bool:
    """A way out of the normal: over to others, into another process, or an end that it doesn't lead to."""
    if framat(process, steg):
        return False
    return bool(steg.blir or steg.byter_enhet or steg.till in process.slut)

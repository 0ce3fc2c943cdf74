"""What an object is called: by which key it is encrypted, and chance. That it is ours is seen by who has the key, and by nobody else.

Two municipalities may share a store by mistake; then neither takes the other's objects for litter.
"""

import re
import secrets

from tjanster.krypto import Nyckelring, OkandNyckel

HALV = ".halv"
FORM = re.compile(r"([a-z0-9]{1,16})/([0-9a-f]{2})/(\2[0-9a-f]{30})([0-9a-f]{16})")


def nytt_namn(ring: Nyckelring, blob: bytes) -> str:
    """A name that nothing has had before, for what is encrypted."""
    nyckel, slump = ring.nyckel_for(blob), secrets.token_hex(16)
    return f"{nyckel}/{slump[:2]}/{slump}{_marke(ring, nyckel, slump)}"


def nyckel_i(namn: str) -> str:
    """The name of the key that it is encrypted with."""
    return namn.partition("/")[0]


def eget(ring: Nyckelring, namn: str) -> bool:
    """Did this municipality give it that name, to a whole object or to one that was never finished?"""
    del_ = FORM.fullmatch(namn.removesuffix(HALV))
    try:
        return del_ is not None and secrets.compare_digest(_marke(ring, del_[1], del_[3]), del_[4])
    except OkandNyckel:
        return False


def _marke(ring: Nyckelring, nyckel: str, slump: str) -> str:
    return ring.mac("bilageobjekt", slump.encode(), nyckel).hex()[:16]

"""The one next step of each case in a list: the first that the person may take now along the normal way."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from tjanster.arenden.arendebild import Stegbild, stegbilder
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.lage import hamta_flera
from tjanster.arenden.mandat import roller_for
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.stegordning import ordning, sidovag


def nasta_steg(
    conn: Connection, s: Sammanhang, nummer: Collection[str], aktor: Aktor, nu: datetime
) -> Mapping[str, Stegbild]:
    """Case number → its next step. A case that waits for somebody else, or for nothing, is left out."""
    ut = {}
    for lage in hamta_flera(conn, nummer) if nummer else ():
        process = lage.process
        gar = [
            x
            for x in stegbilder(conn, s, lage, aktor, roller_for(s, lage, aktor), nu, gemensamma=False)
            if x.gar and not sidovag(process, x.steg)
        ]
        if gar:
            ut[lage.rad["nummer"]] = min(gar, key=lambda x: ordning(process, x.steg))
    return ut

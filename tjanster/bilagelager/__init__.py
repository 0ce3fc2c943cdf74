"""Where the contents of attachments lie: in the database, in a folder, or in a bucket that speaks S3.

A store gets nothing but what is encrypted already, under names that tell of no case, file or person. It knows no tables.
"""

from tjanster.bilagelager.adress import DATABAS, S3, S3val, las_lager, mappen
from tjanster.bilagelager.lagren import Bilagelager
from tjanster.bilagelager.namn import eget, nyckel_i, nytt_namn
from tjanster.bilagelager.ram import Lager, LagretSvararInte, Objekt, ObjektetSaknas

__all__ = [
    "DATABAS",
    "S3",
    "Bilagelager",
    "Lager",
    "LagretSvararInte",
    "Objekt",
    "ObjektetSaknas",
    "S3val",
    "eget",
    "las_lager",
    "mappen",
    "nyckel_i",
    "nytt_namn",
]

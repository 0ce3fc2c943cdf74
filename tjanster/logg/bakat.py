"""Does the database still show what this node has seen of it? One that was set back has forgotten letters that are gone."""

from sqlalchemy import select

from tjanster.app import Vaka
from tjanster.db import t
from tjanster.logg.ankare import ankarfil, huvudfil, las_huvud


def fel(vaka: Vaka) -> str | None:
    """None, or in sentences that the newest seal which this node put down is not the database's or can't be read, and what to do. A node
    that has put none down has seen nothing."""
    fil = ankarfil(vaka.settings)
    if not huvudfil(fil).exists():
        return None
    if (huvud := las_huvud(fil)) is None:
        return (
            f"{huvudfil(fil)} går inte att läsa. Där står det senaste som den här datorn har sett av loggen, så den vet inte om databasen har "
            "satts tillbaka. Pröva loggen med 'vaka logg verifiera', och flytta undan filen om den är hel. Tills dess bevakar och skickar den "
            "här datorn inget."
        )
    nr, sigill = huvud
    with vaka.systemet() as conn:
        mac = conn.execute(select(t.loggkedja.c.mac).where(t.loggkedja.c.nr == nr)).scalar()
    if mac is not None and mac.hex() == sigill:
        return None
    return (
        f"Databasen visar ett äldre läge än det som den här datorn har sett: loggens sigill {nr} {'saknas' if mac is None else 'är ett annat'}. "
        "Har den satts tillbaka: kör 'vaka aterstall --tidpunkt TID', så håller Vaka breven tills någon har bestämt om dem. Är det gjort på en "
        f"annan dator, eller är databasen en annan: flytta undan {fil.name} och {huvudfil(fil).name} i {fil.parent}. Tills dess bevakar och "
        "skickar den här datorn inget."
    )

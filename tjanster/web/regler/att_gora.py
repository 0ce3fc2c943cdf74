"""What a change of the rules asks of somebody, told on the page that they open first."""

from datetime import date

from sqlalchemy import Connection

from tjanster.regelstyrning import pa_vag
from tjanster.regelstyrning.oversyn import oversyner
from tjanster.web.mallar import antal, dag
from tjanster.web.ram import Inloggad
from tjanster.web.regler.ram import far_andra


def att_gora(conn: Connection, vem: Inloggad, idag: date) -> list[dict[str, str]]:
    """Each thing as {text, url, ord, slag}: an approval that another person asked for, and reviews that this person's role
    is to make."""
    ut = []
    andring = pa_vag(conn) if far_andra(vem) else None
    if andring is not None and andring.status == "vantar" and andring.av_id != vem.aktor.id:
        ut.append({
            "text": f"En regeländring väntar på ditt godkännande: {andring.skal}", "url": f"/regler/aktivering/{andring.id}",
            "ord": "Läs och svara", "slag": "warning",
        })  # fmt: skip
    mina = [o for o in oversyner(conn, oppna=True) if o.ansvarig in vem.aktor.roller]
    if mina:
        senast = min(o.senast for o in mina)
        nar = "skulle ha varit klar" if senast < idag else "ska vara klar"
        ut.append({
            "text": f"Regler har ändrats, och du har {antal(len(mina), 'rutin eller mall', 'rutiner och mallar')} att se över. "
            f"Den första {nar} {dag(senast)}.",
            "url": "/regler/rutiner", "ord": "Se vilka", "slag": "warning" if senast < idag else "info",
        })  # fmt: skip
    return ut

"""The certificate of a run: what went, by which rule, on whose decision. It says nothing of what the cases were about."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from regler import GALLRAS
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.gallring.bevarande import BEVARAS
from tjanster.gallring.korning import STATUS, hamta
from tjanster.pdf import gor_pdf


def bevis(conn: Connection, korning_id: int) -> dict[str, Any]:
    """The run with the certificate of each case, as JSON. Raises FinnsInte."""
    g, sokta = t.gallring.c, ("nummer", "process", "enhet", "vad", "regel", "lagrum", "tid", "antal", "rader", "hash")
    sats = select(*(g[namn] for namn in sokta)).where(g.korning_id == korning_id).order_by(g.id)
    ut = hamta(conn, korning_id).som_dict()
    del ut["arenden"]
    # How many were kept for a person's sake is told, never which: the certificate is kept by people outside their circle.
    ut["kvar"] = [k | {"skal": ["spärrat" if x == BEVARAS else x for x in k["skal"]]} for k in ut["kvar"]]
    return ut | {"bevis": [dict(rad) | {"tid": rad["tid"].isoformat()} for rad in conn.execute(sats).mappings()]}


def bevis_pdf(conn: Connection, s: Sammanhang, korning_id: int, nu: datetime) -> bytes:
    """The same as a document to sign and keep. Raises FinnsInte."""
    har = bevis(conn, korning_id)
    fakta = [
        ("Beslut", har["beslut"]), ("Föreslagen av", f"{har['foreslagen_av']}, {har['foreslagen'][:16].replace('T', ' ')}"),
        ("Godkänd av", f"{har['godkand_av']}, {har['godkand'][:16].replace('T', ' ')}" if har["godkand"] else "Ingen"),
        ("Läge", STATUS[har["status"]]), ("Gallrade ärenden", str(len(har["bevis"]))),
        ("Kvar för att en persons ärenden bevaras", str(har["bevarade"])),
    ]  # fmt: skip
    if har["avbruten_skal"]:
        fakta.append(("Varför avbruten", har["avbruten_skal"]))
    data = {
        "rubrik": f"Gallringsbevis {korning_id}", "kommun": s.kommun.namn, "id": korning_id, "framtaget": f"{nu:%Y-%m-%d %H:%M}",
        "fakta": fakta, "kvar": [{"nummer": k["nummer"], "skal": "; ".join(k["skal"])} for k in har["kvar"]],
        "arenden": [
            {
                "nummer": b["nummer"], "vad": GALLRAS[b["vad"]], "regel": f"{b['regel']}. {b['lagrum'] or ''}",
                "antal": ", ".join(f"{namn} {n}" for namn, n in sorted(b["antal"].items())), "hash": b["hash"],
            }
            for b in har["bevis"]
        ],
    }  # fmt: skip
    return gor_pdf("gallringsbevis", data)

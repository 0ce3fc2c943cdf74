"""The extract as a document to hand out, and as JSON. Pieces that nobody has let go are told of, and not shown."""

import json
from dataclasses import replace
from typing import Any

from tjanster.app import Vaka
from tjanster.pdf import gor_pdf
from tjanster.registerutdrag.utdrag import Arendedel, Utdrag, processord

INTE_UTLAMNAT = "Uppgifter finns men lämnas inte ut: de har inte prövats, eller är sekretessbelagda för någon annans skull."
RATTIGHETER = (
    "Du kan begära att felaktiga uppgifter rättas, att uppgifter raderas eller begränsas, och invända mot hur de används.",
    "Uppgifter i allmänna handlingar får inte alltid raderas; då får du veta varför.",
    "Du kan klaga hos Integritetsskyddsmyndigheten.",
    "Ingenting avgörs automatiskt om dig: beslut fattas av människor.",
)
PRESENTERAT = "Kommunens egna personalkonton sparas bara för att de handlägger ärenden och visas inte här."


def som_dict(vaka: Vaka, utdrag: Utdrag) -> dict[str, Any]:
    """Everything that may be handed out."""
    kommun = vaka.sammanhang.kommun
    return {
        "kommun": kommun.namn, "framtaget": f"{utdrag.framtaget:%Y-%m-%d %H:%M}",
        "sokt": {"namn": utdrag.sokt.namn, "personnummer": utdrag.sokt.personnummer},
        "begaran_inkom": str(utdrag.inkom) if utdrag.inkom else None, "svar_senast": str(utdrag.senast) if utdrag.senast else None,
        "sokt_i": processord(utdrag), "rattigheter": list(RATTIGHETER), "med_lasare": utdrag.med_lasare,
        "annan_krets": utdrag.annan_krets + len(utdrag.skal_kravs),
        "arenden": [_arende(a, utdrag.nycklar) for a in utdrag.arenden],
    }  # fmt: skip


def _arende(a: Arendedel, slappta: frozenset[str]) -> dict[str, Any]:
    return {
        "nummer": a.nummer, "slag": a.process, "grund": a.grund, "fakta": a.fakta, "uppgifter": a.uppgifter,
        "handelser": a.handelser, "lasare": a.lasare, "mottagare": a.mottagare, "andamal": a.andamal, "kalla": a.kalla,
        "bevaras": list(a.bevaras) or ["Ingen regel om gallring finns. Uppgifterna bevaras tills vidare."],
        "bitar": [
            {"rubrik": b.rubrik, "rader": b.rader if b.nyckel in slappta else [], "utlamnas": b.nyckel in slappta}
            for b in a.bitar
        ],
    }  # fmt: skip


def slapp(utdrag: Utdrag, nycklar: frozenset[str]) -> Utdrag:
    """The same with these pieces let go; a key that isn't one of its pieces lets nothing go."""
    return replace(utdrag, nycklar=nycklar & {b.nyckel for b in utdrag.bitar})


def skriv_json(vaka: Vaka, utdrag: Utdrag) -> bytes:
    return json.dumps(som_dict(vaka, utdrag), ensure_ascii=False, indent=1).encode()


def skriv_pdf(vaka: Vaka, utdrag: Utdrag) -> bytes:
    return gor_pdf("registerutdrag", som_dict(vaka, utdrag) | {"inte_utlamnat": INTE_UTLAMNAT, "personal": PRESENTERAT})

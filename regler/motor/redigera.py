"""Add a dated row to a rule file's text; every other character of the file stays as it was, comments too.

The place is found in the node tree and the row is written as new lines: dumping the whole file again would move the
comments that stand between a limit's rows and what comes after them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from regler.motor.yamltrad import las_trad

Varde = str | Mapping[str, str]
ORDNING: Final = ("fran", "till", "nar", "tid", "mal", "rullas", "lagrum", "kalla", "kontrollerad", "anmarkning")
_OSKYDDAD: Final = re.compile(r"[\w(§/.][\w ()§./,–-]*")
_ANNAT_AN_TEXT: Final = ("null", "true", "false", "yes", "no", "on", "off", "~")


class Redigeringsfel(Exception):
    """The row can't be put there; the message is a Swedish sentence that says what to do."""


def lagg_till_rad(text: str, namn: str, rad: Mapping[str, Varde | None]) -> str:
    """The file with `rad` last among the rows of the entry `namn`; the entry is made when it isn't there.

    rad: word -> value; empty values are left out, None is written as null. Raises Redigeringsfel for a file that can't
    be read or whose rows stand on one line.
    """
    if not text.strip() or _bara_kommentarer(text):
        return _med_slut(text) + _ny_post(namn, rad)
    trad = las_trad("", text)
    if trad.data is None or not isinstance(trad.data, dict):
        raise Redigeringsfel("Filen går inte att läsa. Rätta felen i den först, och lägg sedan till raden.")
    if namn not in trad.data:
        return _med_slut(text).rstrip("\n") + "\n\n" + _ny_post(namn, rad)
    post = _under(YAML(typ="rt", pure=True).compose(text), namn)
    if not isinstance(post, MappingNode) or post.flow_style:
        raise Redigeringsfel(f"'{namn}' står på en enda rad i filen. Skriv den på flera rader, eller ändra texten för hand.")
    galler = _under(post, "galler")
    if galler is None:
        return _efter(text, _sista_raden(post), [f"{' ' * post.start_mark.column}galler:", *_rader(rad, post.start_mark.column + 2)])
    if not isinstance(galler, SequenceNode) or galler.flow_style or not galler.value:
        raise Redigeringsfel(f"Raderna i '{namn}' står inte under varandra med bindestreck. Ändra texten för hand.")
    return _efter(text, _sista_raden(galler), _rader(rad, galler.start_mark.column))


def _under(nod: Node | None, namn: str) -> Node | None:
    if not isinstance(nod, MappingNode):
        return None
    return next((v for k, v in nod.value if isinstance(k, ScalarNode) and k.value == namn), None)


def _sista_raden(nod: Node) -> int:
    """The last line (from zero) on which anything of the node stands: a block's own end mark lies beyond its comments."""
    if isinstance(nod, MappingNode) and nod.value and not nod.flow_style:
        return _sista_raden(nod.value[-1][1])
    if isinstance(nod, SequenceNode) and nod.value and not nod.flow_style:
        return _sista_raden(nod.value[-1])
    slut: int = nod.end_mark.line
    return slut - 1 if nod.end_mark.column == 0 and slut > nod.start_mark.line else slut


def _efter(text: str, rad: int, nya: list[str]) -> str:
    rader = text.splitlines(keepends=True)
    fore = _med_slut("".join(rader[: rad + 1]))
    return fore + "".join(f"{ny}\n" for ny in nya) + "".join(rader[rad + 1 :])


def _ny_post(namn: str, rad: Mapping[str, Varde | None]) -> str:
    return "\n".join([f"{namn}:", "  galler:", *_rader(rad, 4)]) + "\n"


def _rader(rad: Mapping[str, Varde | None], indrag: int) -> list[str]:
    ord_ = sorted((o for o in rad if rad[o] != "" and rad[o] != {}), key=lambda o: ORDNING.index(o) if o in ORDNING else 99)
    ut = [f"{' ' * (indrag + 2)}{o}: {_skriv(rad[o])}" for o in ord_]
    ut[0] = f"{' ' * indrag}- {ut[0].lstrip()}"
    return ut


def _skriv(varde: Varde | None) -> str:
    if varde is None:
        return "null"
    if isinstance(varde, str):
        ren = " ".join(varde.split())
        skyddas = not _OSKYDDAD.fullmatch(ren) or ren.casefold() in _ANNAT_AN_TEXT
        return '"' + ren.replace("\\", "\\\\").replace('"', '\\"') + '"' if skyddas else ren
    return "{" + ", ".join(f"{falt}: {_skriv(kod)}" for falt, kod in varde.items()) + "}"


def _bara_kommentarer(text: str) -> bool:
    return all(not rad.strip() or rad.lstrip().startswith("#") for rad in text.splitlines())


def _med_slut(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"

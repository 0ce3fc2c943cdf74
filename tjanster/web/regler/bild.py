"""The effect of a rule set as a picture: an SVG of bars, a bar for each process and unit. No database, no request.

Altair and vl-convert are loaded when the first picture is drawn: most processes never draw one.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import ceil
from typing import Any

HOGST_STAPLAR = 20
RADBRYTER = "\n"
SORTER = (("tidigare", "Tidigare dag"), ("senare", "Senare dag"), ("tillkommer", "Får en dag"), ("faller_bort", "Ingen dag längre"))
# Told apart by those who don't see red and green too, and three to one against the ground and against each other's edge.
LJUS = {"text": "#222d36", "linje": "#d5d9db", "bakgrund": "#ffffff", "kant": "#ffffff",
        "farger": ("#0b5560", "#c2571a", "#5a57a6", "#6b747b")}  # fmt: skip
MORK = {"text": "#ebeced", "linje": "#363f46", "bakgrund": "#21292f", "kant": "#21292f",
        "farger": ("#8cc5cd", "#f2a65e", "#b3b0f0", "#a5a8ab")}  # fmt: skip


def staplar(per: Iterable[Mapping[str, Any]], processnamn: Mapping[str, str], enhetsnamn: Mapping[str, str]) -> list[dict[str, Any]]:
    """The bars, the longest first, at the most HOGST_STAPLAR; the rest are put together in one."""
    rader = []
    for p in per:
        antal = {sort: p[sort] for sort, _ in SORTER}
        if summa := sum(antal.values()):
            namn = f"{processnamn.get(p['process'], p['process'])}{RADBRYTER}{enhetsnamn.get(p['enhet'], p['enhet'])}"
            rader.append({"namn": namn, "summa": summa, "sena": p["blir_sena"], **antal})
    rader.sort(key=lambda r: (-r["summa"], r["namn"]))
    if len(rader) > HOGST_STAPLAR:
        rest = rader[HOGST_STAPLAR - 1 :]
        summor = {k: sum(r[k] for r in rest) for k in ("summa", "sena", *(sort for sort, _ in SORTER))}
        rader[HOGST_STAPLAR - 1 :] = [{"namn": f"Övriga ({len(rest)})", **summor}]
    return rader


def beskriv(rader: list[dict[str, Any]]) -> str:
    """The picture in a sentence, for one who doesn't see it. The table beside has it all."""
    if not rader:
        return "Inga frister flyttas."
    mest = rader[0]
    return (
        f"Stapeldiagram över frister som ändras, en stapel för varje process och enhet. Flest har {mest['namn'].replace(RADBRYTER, ', ')}: {mest['summa']}. "
        "Samma tal står i tabellen."
    )


@lru_cache(maxsize=16)
def _svg(rader: tuple[tuple[Any, ...], ...], mork: bool, smal: bool) -> bytes:
    import altair as alt
    import vl_convert as vlc

    farg = MORK if mork else LJUS
    bredd, etikett, storlek = (190, 125, 12) if smal else (600, 280, 13)
    delar, slut = [], []
    for namn, summa, sena, *antal in rader:
        delar += [{"namn": namn, "sort": ord_, "nr": i, "antal": n}
                  for i, ((_, ord_), n) in enumerate(zip(SORTER, antal, strict=True)) if n]  # fmt: skip
        slut.append({"namn": namn, "summa": summa, "text": f"{summa}" + (f", {sena} blir sena" if sena else "")})
    ordning = [r[0] for r in rader]
    y = alt.Y("namn:N", sort=ordning, title=None, axis=alt.Axis(labelLimit=etikett, minExtent=etikett, labelExpr="split(datum.label, '\\n')",
              ticks=False, domain=False, labelPadding=8))
    flest = max(r[1] for r in rader)
    hela = list(range(0, flest + 1, ceil(flest / (4 if smal else 8)) or 1))  # a bar of one limit needs no half
    x = alt.X("antal:Q", title="Frister", axis=alt.Axis(values=hela, format="d"),
              scale=alt.Scale(domainMax=flest * (1.6 if smal else 1.25)))  # fmt: skip
    finns = [(o, f) for (_, o), f in zip(SORTER, farg["farger"], strict=True) if any(d["sort"] == o for d in delar)]
    stapel = (
        alt.Chart(alt.Data(values=delar))
        .mark_bar(stroke=farg["kant"], strokeWidth=1)
        .encode(
            y=y, x=x, order="nr:Q",
            color=alt.Color("sort:N", title=None, scale=alt.Scale(domain=[o for o, _ in finns], range=[f for _, f in finns]),
                            legend=alt.Legend(orient="top", columns=2 if smal else 4, symbolType="square", labelLimit=0)),
        )
    )  # fmt: skip
    tal = (
        alt.Chart(alt.Data(values=slut))
        .mark_text(align="left", dx=6, fontSize=storlek, color=farg["text"])
        .encode(y=y, x="summa:Q", text="text:N")
    )
    bild = (
        (stapel + tal)
        .properties(width=bredd, height=alt.Step(40), background=farg["bakgrund"], padding={"left": 24, "top": 12, "right": 12, "bottom": 12})
        .configure(font="system-ui, Segoe UI, Roboto, Helvetica, Arial, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(labelColor=farg["text"], titleColor=farg["text"], gridColor=farg["linje"], labelFontSize=storlek,
                        titleFontSize=storlek, titleFontWeight="normal")
        .configure_axisY(grid=False)
        .configure_legend(labelColor=farg["text"], labelFontSize=storlek)
    )  # fmt: skip
    return vlc.vegalite_to_svg(bild.to_dict()).encode()


def rita(rader: list[dict[str, Any]], *, mork: bool = False, smal: bool = False) -> bytes:
    """The bars as SVG: mork for a dark page, smal for a phone."""
    return _svg(tuple((r["namn"], r["summa"], r["sena"], *(r[s] for s, _ in SORTER)) for r in rader), mork, smal)

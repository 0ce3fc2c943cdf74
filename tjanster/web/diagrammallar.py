"""How the pictures are built, said in Altair: lying bars in parts, and two bars a week, in the light and the dark, wide and narrow.

`python -m tjanster.web.diagrammallar` writes it down in `diagrammallar.json`, which is what the program draws by: to load Altair
takes longer than to draw. A test holds the file to what is said here.
"""

import json
from typing import Any

import altair as alt

from tjanster.web.diagram import LJUS, MALLFIL, MORK, mallnamn

TYPSNITT = "system-ui, Segoe UI, Roboto, Helvetica, Arial, sans-serif"


def mallar() -> dict[str, dict[str, Any]]:
    """Every picture by its name, with no numbers in it."""
    return {
        mallnamn(slag, mork=mork, smal=smal): bygg(mork, smal)
        for slag, bygg in (("liggande", _liggande), ("veckovis", _veckovis)) for mork in (False, True) for smal in (False, True)
    }  # fmt: skip


def som_text() -> str:
    return json.dumps(mallar(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _liggande(mork: bool, smal: bool) -> dict[str, Any]:
    farg = MORK if mork else LJUS
    bredd, etikett, storlek = (190, 125, 12) if smal else (560, 280, 13)
    y = alt.Y("namn:N", title=None, axis=alt.Axis(labelLimit=etikett, labelExpr="split(datum.label, '\\n')",
              ticks=False, domain=False, labelPadding=8))  # fmt: skip
    stapel = (
        alt.Chart(alt.NamedData("delar"))
        .mark_bar(stroke=farg["kant"], strokeWidth=1)
        .encode(
            y=y, x=alt.X("antal:Q", axis=alt.Axis(format="d")), order="nr:Q",
            color=alt.Color("sort:N", title=None,
                            legend=alt.Legend(orient="top", columns=2 if smal else 4, symbolType="square", labelLimit=0)),
        )
    )  # fmt: skip
    tal = (
        alt.Chart(alt.NamedData("slut"))
        .mark_text(align="left", dx=6, fontSize=storlek, color=farg["text"])
        .encode(y=y, x="summa:Q", text="text:N")
    )
    return _klar((stapel + tal).properties(width=bredd, height=alt.Step(40)), farg, storlek, "Y")


def _veckovis(mork: bool, smal: bool) -> dict[str, Any]:
    farg = MORK if mork else LJUS
    bredd, hojd, storlek = (270, 180, 12) if smal else (800, 200, 13)
    bild = (
        alt.Chart(alt.NamedData("veckor"))
        .mark_bar(stroke=farg["kant"], strokeWidth=1)
        .encode(
            x=alt.X("vecka:N", title=None, axis=alt.Axis(labelAngle=0, ticks=False, labelPadding=6), scale=alt.Scale(paddingInner=0.25)),
            xOffset="sort:N",
            y=alt.Y("antal:Q", axis=alt.Axis(format="d", domain=False, ticks=False)),
            color=alt.Color("sort:N", title=None, legend=alt.Legend(orient="top", symbolType="square", labelLimit=0)),
        )
    )  # fmt: skip
    return _klar(bild.properties(width=bredd, height=hojd), farg, storlek, "X")


def _klar(bild: Any, farg: dict[str, Any], storlek: int, utan_rutnat: str) -> dict[str, Any]:
    """The look that all pictures share."""
    bild = (
        bild.properties(background=farg["bakgrund"], padding={"left": 24, "top": 12, "right": 12, "bottom": 12})
        .configure(font=TYPSNITT)
        .configure_view(stroke=None)
        .configure_axis(labelColor=farg["text"], titleColor=farg["text"], gridColor=farg["linje"], domainColor=farg["linje"],
                        labelFontSize=storlek, titleFontSize=storlek, titleFontWeight="normal")
        .configure_legend(labelColor=farg["text"], labelFontSize=storlek)
    )  # fmt: skip
    ut: dict[str, Any] = getattr(bild, f"configure_axis{utan_rutnat}")(grid=False).to_dict()
    return ut


if __name__ == "__main__":
    MALLFIL.write_text(som_text(), "utf-8")

"""PDF with Typst: a template of our own in this folder, filled with data. Tagged for screen readers (PDF/UA-1),
with the fonts that Typst carries, so that nothing is fetched and every machine gives the same pages."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

MALLAR = Path(__file__).parent


def gor_pdf(mall: str, data: Mapping[str, Any]) -> bytes:
    """The template `mall` filled with `data`, which it reads as JSON. What stands in the data is text and never code."""
    pdf = typst.compile(
        MALLAR / f"{mall}.typ", root=MALLAR, format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=str)},
    )  # fmt: skip
    assert isinstance(pdf, bytes)
    return pdf

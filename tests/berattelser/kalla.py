"""A page as it was sent: its links and the parts it is built of, read without a browser."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# A word that may not fit on a phone; what holds one is a part of its own.
LANGT = re.compile(r"\S{25,}")
TOMMA = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Kalla:
    """`lankar`: addresses that are followed, and the reports that are opened by their button. `delar`: each element's name, class and kind."""

    lankar: list[str] = field(default_factory=list)
    delar: set[str] = field(default_factory=set)
    rubriker: int = 0
    text: str = ""


def las(html: str) -> Kalla:
    lasare = _Lasare()
    lasare.feed(html)
    return lasare.kalla


class _Lasare(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.kalla = Kalla()
        self.oppna: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        har = dict(attrs)
        del_ = ".".join(filter(None, (tag, har.get("class"), har.get("type"))))
        self.kalla.delar.add(del_)
        self.kalla.rubriker += tag == "h1"
        if tag not in TOMMA:
            self.oppna.append((tag, del_))
        till = har.get("href") if tag == "a" else har.get("action") if tag == "form" else None
        if till is not None and (tag == "a" or till.startswith("/rapporter/")):
            self.kalla.lankar.append(till)

    def handle_endtag(self, tag: str) -> None:
        while self.oppna and self.oppna.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.oppna or self.oppna[-1][0] in ("script", "style"):
            return
        if any(tag == "main" for tag, _ in self.oppna):
            self.kalla.text += data
        if LANGT.search(data):
            self.kalla.delar.add(self.oppna[-1][1] + " långt")

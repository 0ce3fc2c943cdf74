"""A letter shown as its reader sees it: in a frame of its own, where nothing runs and only our own style sheet is let through.

The letter's one style sheet stands in it, as in the mail. A hash lets just that sheet through, so that whatever else might get
into a letter stays without effect here too.
"""

from fastapi.responses import HTMLResponse, Response

from notiser import stil
from tjanster.web.mallar import SAKERHETSPOLICY

LEDER_UT = "allow-top-navigation-by-user-activation"


def med_ram(svar: Response) -> Response:
    """A page that may hold letters in frames: only from here."""
    svar.headers["content-security-policy"] = f"{SAKERHETSPOLICY}; frame-src 'self'"
    return svar


def brevsida(html: str, *, lankar: bool = False) -> HTMLResponse:
    """The letter alone. lankar: a link that is pressed opens in the whole window, as out of a mail program; else it leads nowhere."""
    policy = (
        f"default-src 'none'; style-src '{stil()[1]}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
        f"sandbox{f' {LEDER_UT}' if lankar else ''}"
    )
    if lankar:
        html = html.replace("<head>", '<head>\n<base target="_top">', 1)
    # In its sandbox the letter has an origin of nobody's, which is apart from ours as it is; to ask for more only warns.
    return HTMLResponse(html, headers={"content-security-policy": policy, "origin-agent-cluster": "?0"})

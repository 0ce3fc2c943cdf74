"""Which browser a session is in, roughly: enough for a person to know their own, too little to follow them by."""

_PROGRAM = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEM = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


def webblasare(user_agent: str | None) -> str:
    """'Firefox på Windows', 'Chrome', or 'Okänd webbläsare'."""
    text = (user_agent or "")[:500]
    program = next((namn for ord_, namn in _PROGRAM if ord_ in text), "Okänd webbläsare")
    system = next((namn for ord_, namn in _SYSTEM if ord_ in text), "")
    return f"{program} på {system}" if system else program

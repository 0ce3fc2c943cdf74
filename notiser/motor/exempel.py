"""Made-up fields for every notice, so that its text can be seen before anybody gets it. No case, no unit and nobody is real."""

from collections.abc import Mapping
from datetime import date, timedelta

from notiser.motor.falt import Falt, Rad, dagtext
from notiser.motor.katalog import KATALOG

_CHEFER = {"enhetschef", "avdelningschef", "kvalitetsledare"}
_OM_DET_SOM_HANDE = {"loggdag_stangd", "bevakning_tyst", "losen_bytt"}
"""They tell the day of something that has been, which always has one."""
_HAR_VARIT = {"frist_passerad", "beslut_ej_verkstallt", *_OM_DET_SOM_HANDE}
_OM_INGET_ARENDE = {"losen_bytt": "/konto", "bevakning_tyst": "/drift", "loggdag_stangd": "/", "loggkontroll_att_gora": "/loggkontroll"}
_ENHETER = ("Hemtjänst Exempelby", "Hemtjänst Påhittsdal")
_SORTER = (
    ("AVV", "Avvikelse", "Mottagen", "Utredning"),
    ("SYN", "Synpunkt", "Handläggs", "Svar"),
    ("BES", "Beslut", "Beviljat", "Verkställighet"),
)


def fallen(mall: str) -> Mapping[str, str]:
    """The wordings that the notice has: a name, and in words when it is used. The first is the usual one."""
    sort = KATALOG[mall]
    if sort.samlingsbrev:
        return {
            "vanlig": "En vanlig morgon",
            "manga": "När mycket är sent",
            "bortvald": "När morgonbrevet är bortvalt i dag",
            "tom_post": "När en post är tom",
        }
    ut = {"vanlig": "Som det brukar se ut"} if mall in _OM_DET_SOM_HANDE else {"vanlig": "Med en sista dag", "utan_dag": "Utan sista dag"}
    if mall == "loggkontroll_att_gora":
        ut["sent"] = "När dagen har passerat"
    if _CHEFER & set(sort.mottagare):
        ut["tom_post"] = "När posten är tom"
    return ut


def exempel(mall: str, idag: date, *, kommun: str, fall: str = "vanlig") -> Falt:
    """The fields of the notice `mall` in one of its `fallen`."""
    if KATALOG[mall].samlingsbrev:
        return _samling(idag, kommun, fall)
    har_varit = fall == "sent" or mall in _HAR_VARIT
    dag = None if fall == "utan_dag" else idag + timedelta(days=-3 if har_varit else 9)
    return Falt(
        kommun=kommun,
        lank=_OM_INGET_ARENDE.get(mall, "/arende/SYN-2026-0004"),
        arendenummer=None if mall in _OM_INGET_ARENDE else "SYN-2026-0004",
        process="Synpunkt",
        steg="Handläggs",
        frist="Svar till den som skrev",
        forfaller=dagtext(dag),
        dagar=(dag - idag).days if dag else None,
        enhet=_ENHETER[0],
        roll="enhetschef",
        antal=7,
        hash="3f9ac2d184e7b065" * 4,
        passerad=har_varit,
        tom_post=fall == "tom_post",
    )


def _samling(idag: date, kommun: str, fall: str) -> Falt:
    """A manager's morning: in two units, some late, one today, one to be done at once, one to decide and two new."""
    tom = fall == "tom_post"
    if fall == "manga":
        rader = [_rad(nr, idag, nr - 40, tom) for nr in range(1, 28)]
        return Falt(kommun=kommun, lank="/", lank_fler="/sena", rader=tuple(rader), antal_sena=64)
    if fall == "bortvald":
        return Falt(kommun=kommun, lank="/", rader=(_rad(1, idag, -1, tom),), bara_trappan=True)
    sena = [_rad(1, idag, -12, tom), _rad(2, idag, -3, tom), _rad(3, idag, -1, tom)]
    nara = [_rad(4, idag, 0, tom), _rad(5, idag, None, tom), _rad(6, idag, 2, tom)]
    besluta = [_rad(9, idag, 14, tom, grupp="besluta")]
    nya = [
        _rad(12, idag, 20, tom, grupp="nya", vad="Ny avvikelse på enheten"),
        _rad(10, idag, 9, tom, grupp="nya", vad="Du har fått synpunkten att handlägga"),
    ]
    return Falt(kommun=kommun, lank="/", lank_fler="/sena", rader=(*sena, *nara, *besluta, *nya))


def _rad(nr: int, idag: date, dagar: int | None, tom: bool, *, grupp: str | None = None, vad: str | None = None) -> Rad:
    bokstaver, process, steg, frist = _SORTER[nr % len(_SORTER)]
    nummer = f"{bokstaver}-2026-{nr:04}"
    return Rad(
        arendenummer=nummer,
        lank=f"/arende/{nummer}",
        process=process,
        steg=steg,
        frist=frist,
        forfaller=dagtext(None if dagar is None else idag + timedelta(days=dagar)),
        dagar=dagar,
        enhet=_ENHETER[nr % 2],
        roll="enhetschef",
        passerad=dagar is not None and dagar < 0,
        tom_post=tom,
        grupp=grupp,
        vad=vad,
    )

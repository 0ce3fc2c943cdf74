"""Notices: what we tell people by mail. Two texts a notice in `mallar/`, the program one step down in `motor/`.

Owns the outbox (`notis`) and the demo's mailbox (`brevlada`). Knows no case, no process and no rule: the caller says
what to tell and to whom, and may say no more than the white list `Falt` has room for.
"""

from notiser.motor.brevlada import Brevlada, BrevladaRad
from notiser.motor.epost import Avsandare
from notiser.motor.exempel import exempel, fallen
from notiser.motor.falt import Falt, Notisfel, Rad, adress_duger, dagtext
from notiser.motor.katalog import KATALOG, Notissort
from notiser.motor.rendering import Brev, rendera, stil
from notiser.motor.smtp import SmtpInstallningar
from notiser.motor.utkorg import (
    Kvar,
    Lage,
    Notis,
    NyNotis,
    avbryt,
    avbryt_alla,
    byt_utomstaende,
    kvar,
    lagg_i_utkorg,
    skicka_om,
    slapp_samlade,
    status,
    ta_samlade,
    till_utkorgen,
)
from notiser.motor.utskick import Utskick, skicka_vantande

__all__ = [
    "KATALOG",
    "Avsandare",
    "Brev",
    "Brevlada",
    "BrevladaRad",
    "Falt",
    "Kvar",
    "Lage",
    "Notis",
    "Notisfel",
    "Notissort",
    "NyNotis",
    "Rad",
    "SmtpInstallningar",
    "Utskick",
    "adress_duger",
    "avbryt",
    "avbryt_alla",
    "byt_utomstaende",
    "dagtext",
    "exempel",
    "fallen",
    "kvar",
    "lagg_i_utkorg",
    "rendera",
    "skicka_om",
    "skicka_vantande",
    "slapp_samlade",
    "status",
    "stil",
    "ta_samlade",
    "till_utkorgen",
]

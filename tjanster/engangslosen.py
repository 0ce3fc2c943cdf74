"""Passwords that an administrator reads out to somebody: made of words, since a word heard wrong over the telephone is no word.

Small letters without å, ä, ö and l, so that nothing is taken for a figure and every keyboard has them; no two words are one letter
apart. Five of 256 are 2^40 guesses, a hundred times what `losenord` asks of what people choose.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from tjanster.losenord import losenfel

GILTIGHET: Final = timedelta(hours=72)
"""From a Friday over the weekend to the Monday; no longer, since two people have known it."""
ANTAL_ORD: Final = 5
_ORDEN = """
abborre akrobat ananas anemon ankare annons antenn aprikos badminton bagare banan bandy banjo basket batteri begonia borr
brons brun brygga bukett burk buss byxor dansare dessert diamant dimma dirigent docka domino drake drama dromedar druva ekorre
ekvator fagott fasan ficka fikon fiskare fjord fontan frack frukost fyrtorn garn gata gepard geting giraff gitarr gran granit
gratin grind grotta grus gryning gryta gunga gurka hammare hamn hamster handske harpa hatt havre hink hjort hockey honung
horisont hummer iguana iskrem jacka kaffe kajak kakao kamera kanin kanjon kanna kanot kappa kapten karta kartong kavaj kaviar
keps knapp kokos komedi komet kompass kompott kopp koppar kork krabba krans krasse krater kratta krita kruka kurva kust kuvert
kvadrat kvarn kvarts kyrka magiker mammut mandarin manet mango marmor matros matta menuett meteor mikrofon minut monsun moped
morot mossa motor murare museum myra norrsken noshorn nypon opera orange oregano orkan orkester ormbunke panda panter papegoja
papper paprika park passad pasta penna peppar persika pianist piano pingis pingvin pion pirat port potatis prins prisma pumpa
pyramid rabarber radio raket rektor riddare ring robot rock roder roman rondo rubin rumba rytm safir saga samba sand sardin
savann senap servett servis siffra sirap skata skida skjorta skog skoter skridsko skruv smedja snickare snodd soffa soppa
spade sparris spenat spik stadion staket stig storm strand strumpa struts stuga svart tamburin tapet teater tejp tennis termos
tesked tidning tiger timjan timme tomat tonfisk topas torn tornado torsk traktor trana trappa trast triumf trombon trumma
trumpet tuba tundra tunna turkos udde utter vagn vante varg vecka vers visp
"""
ORD: Final = tuple(_ORDEN.split())


def nytt_engangslosen(egna_ord: Iterable[str] = ()) -> str:
    """Such as 'kanot-tiger-pingvin-borr-saga', good enough by the rules of every password. egna_ord: as for `losenfel`."""
    egna = tuple(egna_ord)
    while True:
        losen = "-".join(secrets.choice(ORD) for _ in range(ANTAL_ORD))
        if losenfel(losen, egna) is None:
            return losen

"""beslut: från tillståndet 'parkerat' kan inget slut nås"""

from dataclasses import replace

from arbetsfloden import BESLUT

mall = replace(BESLUT.hitta("avsluta"), falt=(), kravs=(), dag=None)
replace(
    BESLUT,
    tillstand={**BESLUT.tillstand, "parkerat": "Parkerat", "glomt": "Glömt"},
    steg=(
        *(s for s in BESLUT.steg if s.handelse != "behovet_upphor"),
        replace(BESLUT.hitta("behovet_upphor"), fran="beviljat"),
        replace(mall, handelse="parkera", fran="beviljat", till="parkerat"),
        replace(mall, handelse="glom", fran="parkerat", till="glomt"),
        replace(mall, handelse="minns", fran="glomt", till="parkerat"),
    ),
)

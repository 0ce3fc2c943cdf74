"""Every notice there is: whom it goes to and whether it may wait for the morning. Each has two texts in `mallar/` that say
the same: `<namn>.txt`, and as a page `<namn>.html`."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# 'inlamnare' is the inhabitant who left the complaint, 'anmalare' the employee who reported, 'agare' the task's owner,
# 'forslagsstallare' whoever proposed a step that two persons take, 'bekraftare' those who may confirm it, 'kontohavare' the
# one whose account it is about.
MOTTAGARE = (
    "handlaggare",
    "enhetschef",
    "avdelningschef",
    "kvalitetsledare",
    "registrator",
    "anmalare",
    "inlamnare",
    "agare",
    "bekraftare",
    "forslagsstallare",
    "revisor",
    "administrator",
    "kontohavare",
)
TRAPPA = ("handlaggare", "enhetschef", "avdelningschef", "kvalitetsledare")


@dataclass(frozen=True, kw_only=True)
class Notissort:
    """One kind of notice. `mottagare` are role words; the caller finds the people behind them.

    One who has an account may choose to have a notice in the digest instead of at once: `i_morgonbrevet` is what the digest
    then says of it. Empty = it always goes by itself, and `alltid` says why.
    """

    namn: str
    rubrik: str
    mottagare: tuple[str, ...]
    bradskande: bool = False  # sent at once, also in the evening and on days off
    samlingsbrev: bool = False  # many cases in one mail, in `rader`
    beskrivning: str
    i_morgonbrevet: str = ""
    alltid: str = ""

    @property
    def far_vanta(self) -> bool:
        """May it be gathered in the digest?"""
        return bool(self.i_morgonbrevet)

    @property
    def till_konto(self) -> bool:
        """Does it go to people with accounts, who have a page where they choose?"""
        return "inlamnare" not in self.mottagare

    def __post_init__(self) -> None:
        if self.till_konto and not self.samlingsbrev and bool(self.i_morgonbrevet) == bool(self.alltid):
            raise ValueError(f"Notisen '{self.namn}' ska säga antingen vad morgonbrevet skriver eller varför den alltid går.")
        okanda = [ord_ for ord_ in self.mottagare if ord_ not in MOTTAGARE]
        if okanda or not self.mottagare:
            fel = ", ".join(okanda) or "ingen alls"
            raise ValueError(f"Notisen '{self.namn}' har okänd mottagare: {fel}. Välj bland {', '.join(MOTTAGARE)}.")


_SORTER = (
    Notissort(
        namn="synpunkt_bekraftad",
        rubrik="Bekräftelse till den som lämnat en synpunkt",
        mottagare=("inlamnare",),
        bradskande=True,
        beskrivning="Skickas genast när en synpunkt har kommit in med mejladress.",
    ),
    Notissort(
        namn="synpunkt_fordelad",
        rubrik="Ny synpunkt på enheten",
        mottagare=("enhetschef",),
        beskrivning="Skickas till enhetens chef när en synpunkt har lagts på enheten.",
        i_morgonbrevet="Ny synpunkt på enheten",
    ),
    Notissort(
        namn="synpunkt_tilldelad",
        rubrik="Synpunkt att handlägga",
        mottagare=("handlaggare",),
        beskrivning="Skickas till den som ska handlägga en synpunkt.",
        i_morgonbrevet="Du har fått synpunkten att handlägga",
    ),
    Notissort(
        namn="arende_utan_handlaggare",
        rubrik="Ärende som saknar handläggare",
        mottagare=("enhetschef",),
        beskrivning="Skickas till den chef som äger nästa steg när handläggaren har lämnat ärendet ifrån sig eller är jävig.",
        i_morgonbrevet="Saknar handläggare och ligger hos dig",
    ),
    Notissort(
        namn="arende_tilldelat",
        rubrik="Ärende att handlägga",
        mottagare=("handlaggare",),
        beskrivning="Skickas till den som ska handlägga ett ärende, oavsett sort.",
        i_morgonbrevet="Du har fått ärendet att handlägga",
    ),
    Notissort(
        namn="arenden_overlamnade",
        rubrik="Flera ärenden som har lämnats över",
        mottagare=("handlaggare", "enhetschef"),
        samlingsbrev=True,
        beskrivning="Ett enda brev till den som har fått flera ärenden på en gång, att handlägga eller till sin enhet.",
    ),
    Notissort(
        namn="synpunkt_besvarad",
        rubrik="Svar finns till den som lämnat en synpunkt",
        mottagare=("inlamnare",),
        bradskande=True,
        beskrivning="Säger att svaret finns att läsa. Svaret står aldrig i brevet.",
    ),
    Notissort(
        namn="synpunkt_overlamnad",
        rubrik="Synpunkten har lämnats över",
        mottagare=("inlamnare",),
        beskrivning="Säger till den som lämnat synpunkten att någon annan tar över den.",
    ),
    Notissort(
        namn="avvikelse_rapporterad",
        rubrik="Ny avvikelse på enheten",
        mottagare=("enhetschef",),
        beskrivning="Skickas till enhetens chef när någon har rapporterat en avvikelse.",
        i_morgonbrevet="Ny avvikelse på enheten",
    ),
    Notissort(
        namn="atgard_spridd",
        rubrik="Åtgärd som gäller din enhet",
        mottagare=("enhetschef",),
        beskrivning="Skickas till chefer för andra enheter som också ska göra åtgärden.",
        i_morgonbrevet="En åtgärd gäller din enhet",
    ),
    Notissort(
        namn="lex_sarah_rapporterad",
        rubrik="Ny rapport enligt lex Sarah",
        mottagare=("enhetschef", "avdelningschef", "kvalitetsledare"),
        bradskande=True,
        beskrivning="Skickas genast till alla som ska veta att en rapport har kommit.",
        alltid="En rapport enligt lex Sarah ska utredas genast (27 kap. 5 § socialtjänstlagen).",
    ),
    Notissort(
        namn="lex_sarah_till_ivo",
        rubrik="Lex Sarah ska anmälas till IVO",
        mottagare=("enhetschef", "avdelningschef", "kvalitetsledare"),
        bradskande=True,
        beskrivning="Skickas genast när bedömningen är att saken ska anmälas till IVO.",
        alltid="Anmälan till IVO ska göras snarast (27 kap. 6 § socialtjänstlagen).",
    ),
    Notissort(
        namn="beslut_ej_verkstallt",
        rubrik="Beslut som inte är verkställt i tid",
        mottagare=("enhetschef", "handlaggare"),
        beskrivning="Skickas när tiden för att verkställa eller återuppta har gått ut.",
        alltid="Beslut som inte verkställs i tid ska rapporteras till IVO (34 kap. 1 § socialtjänstlagen).",
    ),
    Notissort(
        namn="frist_narmar_sig",
        rubrik="En frist närmar sig",
        mottagare=TRAPPA,
        beskrivning="Trappans brev före sista dagen.",
        alltid="Regeln säger att påminnelsen ska gå genast, så att sista dagen inte passerar utan att någon vet.",
    ),
    Notissort(
        namn="frist_passerad",
        rubrik="En frist har gått ut",
        mottagare=TRAPPA,
        beskrivning="Trappans brev efter sista dagen.",
        alltid="Tiden har gått ut. Någon måste få veta det även om handläggaren är borta.",
    ),
    Notissort(
        namn="frist_utan_dag",
        rubrik="Ärende som ska göras skyndsamt",
        mottagare=TRAPPA,
        beskrivning="Trappans brev när lagen säger skyndsamt och ingen sista dag finns.",
        alltid="Lagen säger skyndsamt. Utan en sista dag är påminnelsen det enda som säger till.",
    ),
    Notissort(
        namn="morgonbrev",
        rubrik="Morgonbrev",
        mottagare=TRAPPA,
        samlingsbrev=True,
        beskrivning="Ett brev om dagen: det som är sent, nära, väntar på beslut eller är nytt.",
    ),
    Notissort(
        namn="arende_bytt_process",
        rubrik="Ärendet fortsätter som ett annat",
        mottagare=("handlaggare", "enhetschef", "kvalitetsledare"),
        beskrivning="Skickas när en avvikelse blir lex Sarah eller tvärtom.",
        i_morgonbrevet="Fortsätter som ett annat ärende",
    ),
    Notissort(
        namn="forslag_vantar",
        rubrik="Förslag att bekräfta eller avslå",
        mottagare=("bekraftare",),
        beskrivning="Skickas till dem som får bekräfta ett steg som två personer ska stå bakom.",
        i_morgonbrevet="Ett förslag väntar på att du bekräftar eller avslår det",
    ),
    Notissort(
        namn="forslag_foll",
        rubrik="Förslag som inte gick igenom",
        mottagare=("forslagsstallare",),
        beskrivning="Skickas till den som lade förslaget när det har avslagits eller fallit.",
        i_morgonbrevet="Ditt förslag gick inte igenom",
    ),
    Notissort(
        namn="uppgift_ny",
        rubrik="Ny uppgift",
        mottagare=("agare",),
        beskrivning="Skickas till den som äger en ny uppgift i ett ärende.",
        i_morgonbrevet="Ny uppgift till dig",
    ),
    Notissort(
        namn="lasning_ska_utredas",
        rubrik="Läsning att utreda",
        mottagare=("avdelningschef", "kvalitetsledare"),
        beskrivning="Skickas när någon i loggkontrollen har sagt att en läsning ska utredas.",
        alltid="En misstänkt olovlig läsning ska utredas utan att vänta.",
    ),
    Notissort(
        namn="loggdag_stangd",
        rubrik="Loggens dag är stängd",
        mottagare=("revisor",),
        beskrivning="Dagens hash till revisorerna, som spar brevet: med det syns det om loggen har skrivits om.",
        alltid="Brevet är beviset utanför databasen för att loggen inte har skrivits om.",
    ),
    Notissort(
        namn="loggkontroll_att_gora",
        rubrik="Läsningar att granska",
        mottagare=("enhetschef", "avdelningschef", "kvalitetsledare"),
        beskrivning="Månadens stickprov av läsningar är draget, eller är inte granskat i tid.",
        alltid="Läsningarna ska granskas varje månad, och den som läste granskar aldrig sig själv.",
    ),
    Notissort(
        namn="bevakning_tyst",
        rubrik="Bevakningen har stannat",
        mottagare=("administrator",),
        bradskande=True,
        beskrivning="Skickas av webben när bevakningen inte har gjort klart något svep på en stund, högst en gång om dagen.",
        alltid="Så länge bevakningen står stilla får ingen veta vilka frister som passerar.",
    ),
    Notissort(
        namn="losen_bytt",
        rubrik="Lösenordet är bytt",
        mottagare=("kontohavare",),
        bradskande=True,
        beskrivning="Skickas till den som äger ett konto när dess lösenord har bytts, av ägaren själv eller av en administratör.",
        alltid="Den som inte själv har bytt sitt lösenord ska få veta det genast.",
    ),
)

KATALOG: Mapping[str, Notissort] = MappingProxyType({sort.namn: sort for sort in _SORTER})

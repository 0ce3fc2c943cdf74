"""Names by which rules and processes meet: a slip is told with file, line and the nearest right word."""

import re

import pytest

from regler import Fel, kommuner, las_in
from tests.tjanster.regelhjalp import delegation, krav, med_filer
from tjanster.regelnamn import kontrollera_mot_processer

LEX_SARAH = "regler/beslutstabeller/lex_sarah.yaml"
SYNPUNKT = "regler/beslutstabeller/synpunkt.yaml"


def felen(filer: dict[str, str]) -> list[Fel]:
    return kontrollera_mot_processer(med_filer(filer))


def ett(filer: dict[str, str]) -> Fel:
    (fel,) = felen(filer)
    return fel


@pytest.mark.parametrize("kommun", [None, *kommuner()])
def test_allt_som_finns_mots(kommun: str | None) -> None:
    assert kontrollera_mot_processer(las_in(kommun)) == []


@pytest.mark.parametrize(
    ("filer", "rad", "mening"),
    [
        (krav("lex_sara", "utred", "{}"), 1, "processen 'lex_sara' finns inte – menade du 'lex_sarah'?"),
        (krav("lex_sarah", "anmal_iv", "{bilaga: ja}"), 3, "steget 'anmal_iv' finns inte i lex_sarah – menade du 'anmal_ivo'?"),
        (krav("lex_sarah", "utred", "{falt: [utredningen]}"), 5, "fältet 'utredningen' finns inte i lex_sarah – menade du 'utredning'?"),
        (krav("lex_sarah", "utred", "{annan_an: [bedomd]}"), 5, "steget 'bedomd' finns inte i lex_sarah – menade du 'bedom'?"),
        (krav("lex_sarah", "utred", "{falt: [ny_enhet]}"), 5, "fältet 'ny_enhet' finns inte i lex_sarah"),
        (krav("lex_sarah", "kraver_anmalan", "{bilaga: ja}"), 3,
         "steget 'kraver_anmalan' tas bara av systemet, som varken krav eller delegation gäller"),
        (krav("lex_sarah", "registrera", "{bilaga: ja}"), 5,
         "ett ärende kan inte ha en bilaga innan det är registrerat: kräv den av ett senare steg"),
        (krav("lex_sarah", "registrera", "{annan_an: [registrera]}"), 5,
         "ingen har gjort något i ärendet innan det är registrerat: ta bort annan_an"),
        (krav("lex_sarah", "registrera", "{fyra_ogon: ja}"), 5,
         "det finns inget ärende att föreslå något i innan det är registrerat: kräv fyra_ogon av ett senare steg"),
        (krav("lex_sarah", "anteckna", "{fyra_ogon: ja}"), 5,
         "'anteckna' tas genast och kan inte vänta på en andra person: av stegen i alla processer kan bara 'hav_skydd' och 'hav_sparr' det"),
        (krav("lex_sarah", "kraver_anmalan", "{fyra_ogon: ja}"), 3,
         "steget 'kraver_anmalan' tas bara av systemet, som varken krav eller delegation gäller"),
        (krav("lex_sarah", "tilldela", "{falt: [diarienummer]}"), 5,
         "'tilldela' finns i alla processer och kan inte kräva fält: kräv dem av ett av processens egna steg"),
        (delegation("lexsarah", "utred", "fran: 2026-01-01, far: [handlaggare]"), 3,
         "processen 'lexsarah' finns inte – menade du 'lex_sarah'?"),
        (delegation("lex_sarah", "registrera", "fran: 2026-01-01, far: [handlaggare]"), 4, "steget 'registrera' finns inte i lex_sarah"),
        (delegation("lex_sarah", "bedom", "fran: 2026-01-01, far: [enhetschef]"), 6,
         "enhetschef får inte ta steget 'bedom'; det får avdelningschef eller kvalitetsledare"),
    ],
)  # fmt: skip
def test_krav_och_delegation_moter_processerna(filer: dict[str, str], rad: int, mening: str) -> None:
    fel = ett(filer)
    assert (fel.fil, fel.rad) == (next(iter(filer)), rad)
    assert mening in fel.mening


def test_tva_personer_kan_kravas_for_att_hava_ett_skydd() -> None:
    assert felen(krav("lex_sarah", "hav_skydd, hav_sparr, bedom", "{fyra_ogon: ja}")) == []


def test_den_som_innefattas_far_delegeras() -> None:
    """A manager may do what the process lets an officer do, so the order may say so."""
    assert felen(delegation("lex_sarah", "utred", "fran: 2026-01-01, far: [avdelningschef]")) == []


@pytest.mark.parametrize(
    ("fil", "ratt", "fel", "plats", "mening"),
    [
        (SYNPUNKT, "publiceras", "visas", "", "synpunkt: steget 'publicera' nämner utfallet 'publiceras' i synpunkt/publicering som inte finns"),
        (SYNPUNKT, "publicering:", "publicera:", "",
         "synpunkt: steget 'publicera' nämner tabellen 'synpunkt/publicering' som inte finns – menade du 'synpunkt/publicera'?"),
        (SYNPUNKT, "avgors_av: besvarad", "avgors_av: besvarat", "publicering › avgors_av",
         "'besvarat' är ingen dag i synpunkt – menade du 'besvarad'?"),
        (SYNPUNKT, "sekretess:", "sekretes:", "publicering › sekretes",
         "synpunkt har inget fält 'sekretes' som kan svara – menade du 'sekretess'?"),
        (SYNPUNKT, "personuppgifter:", "kanal:", "publicering › kanal", "fältet 'kanal' har inget val 'ja'"),
        (LEX_SARAH, "risk_allvarligt", "risk_allvarlig", "till_ivo › bedomning",
         "fältet 'bedomning' har inget val 'risk_allvarlig' – menade du 'risk_allvarligt'?"),
    ],
)  # fmt: skip
def test_tabellerna_moter_processerna(fil: str, ratt: str, fel: str, plats: str, mening: str) -> None:
    text = las_in(None).filer[fil].replace("publiceras_inte", "nej_inte")
    fann = felen({fil: re.sub(rf"\b{re.escape(ratt)}", fel, text)})
    assert [(ett.plats, ett.mening.startswith(mening)) for ett in fann if ett.plats == plats] == [(plats, True)]


TABELL = """till_ivo:
  rubrik: Ska det anmälas till IVO?
  avgors_av: rapporterad
  fragor:
    {fraga}
  utfall: {{anmals: Ska anmälas, anmals_inte: Anmäls inte}}
  galler:
    - fran: 2002-01-01
      lagrum: null
      kalla: Påhittad
      kontrollerad: 2026-01-01
      rader:
        - {{nar: {{{ena}}}, blir: anmals, motiv: Påhittat}}
        - {{nar: {{{andra}}}, blir: anmals_inte, motiv: Påhittat}}
"""


@pytest.mark.parametrize(
    ("fraga", "ena", "andra", "mening"),
    [
        ("bedomning: {rubrik: Hur?, svar: {risk: A, allvarligt: B}}", "bedomning: allvarligt", "bedomning: risk",
         "fältet 'bedomning' kan också svara 'inget', 'missforhallande' eller 'risk_allvarligt', som frågan saknar: lägg till det"),
        ("bedomning: {rubrik: Hur?, slag: tal}", "bedomning: '>= 5'", "bedomning: '< 5'",
         "frågan besvaras med ett tal, men fältet 'bedomning' är av slaget 'val'"),
        ("utredning: {rubrik: Hur?, slag: ja/nej}", "utredning: ja", "utredning: nej",
         "frågan besvaras med en kod, men fältet 'utredning' är av slaget 'langtext'"),
    ],
)  # fmt: skip
def test_fragan_och_faltet_har_samma_svar(fraga: str, ena: str, andra: str, mening: str) -> None:
    fel = next(f for f in felen({LEX_SARAH: TABELL.format(fraga=fraga, ena=ena, andra=andra)}) if f.plats.startswith("till_ivo"))
    assert (fel.fil, fel.rad, fel.mening) == (LEX_SARAH, 5, mening)


def test_namn_som_inte_kan_sta_i_ett_brev() -> None:
    organisation = las_in("exempelkommun").filer["config/exempelkommun/organisation.yaml"]
    filer = {"config/exempelkommun/organisation.yaml": organisation.replace("Öppenvården Bryggan", "Öppenvården 20110101-1234")}
    assert "kan inte stå i ett brev" in ett(filer).mening

"""The rule pages for those who read: in plain Swedish, with links that hold, for everybody who has logged in."""

from datetime import date

import pytest

from regler import las_in
from tests.bygg import Bygge
from tests.webbklient import Webbklient
from tjanster.web.regler import klarsprak, oversikt, skillnad

I_DAG = date(2026, 9, 7)
VERK = las_in("exempelkommun")
LASBARA = (
    "/regler", "/regler?slag=tabell", "/regler?slag=krav", "/regler?slag=delegation", "/regler?slag=skyldighet", "/regler?slag=trappa",
    "/regler?slag=lista", "/regler?q=finns+inte", "/regler/frist/synpunkt/svar", "/regler/tabell/lex_sarah/till_ivo",
    "/regler/kalender", "/regler/rutiner", "/regler/att-kontrollera", "/regler/versioner", "/regler/versioner/1",
    "/regler/versioner/jamfor?fran=1&till=1", "/regler/aktivering/1",
)  # fmt: skip
ANDRAR = (
    "/regler/utkast", "/regler/utkast/angra", "/regler/utkast/kasta", "/regler/utkast/ta-tillbaka", "/regler/utkast/aktivera",
    "/regler/utkast/fil?namn=x", "/regler/utkast/fil/prova?namn=x", "/regler/utkast/fil/ta-bort?namn=x", "/regler/utkast/fil/aterstall?namn=x",
    "/regler/utkast/ny-fil", "/regler/frist/synpunkt/svar/ny-rad", "/regler/versioner/1/aterga", "/regler/versioner/1/utkast",
    "/regler/aktivering/1/godkann", "/regler/aktivering/1/avbryt",
)  # fmt: skip


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


@pytest.mark.parametrize("som", ["mia", "rolf"])
def test_alla_som_loggat_in_far_lasa_reglerna(webb: Webbklient, som: str) -> None:
    for vag in LASBARA:
        sida = webb.get(vag, som)
        assert sida.status == 200, vag
        assert "None" not in sida.text, vag
    assert "/regler/utkast" not in webb.get("/regler", som).html


def test_bara_administrator_och_kvalitetsledare_far_andra(webb: Webbklient) -> None:
    for vag in ANDRAR:
        nej = webb.post(vag, "elin")
        assert (nej.status, "Reglerna ändras av administratör och kvalitetsledare." in nej.text) == (403, True), vag
    for vag in ("/regler/utkast", "/regler/utkast/verkan", "/regler/utkast/verkan.svg", "/regler/frist/synpunkt/svar/ny-rad"):
        assert webb.get(vag, "elin").status == 403, vag
        assert webb.get("/regler/utkast", "adam").status == 200


def test_en_frist_star_i_klarsprak(webb: Webbklient) -> None:
    rad = "10 arbetsdagar från dagen den kom in. Exempelkommunens riktlinje för synpunkter, påhittad. Kontrollerad 2026-11-22."
    assert rad in webb.get("/regler").text
    assert "Version 1 gäller sedan" in webb.get("/regler").text
    sida = webb.get("/regler/frist/synpunkt/svar").text
    assert "från 1 januari 2022" in sida
    assert "Gäller inte här: kommunens egen rad går före" in sida
    assert "Rutin för synpunkter och klagomål" in sida


@pytest.mark.parametrize(
    ("fraga", "finns", "finns_inte"),
    [
        ("q=34+kap.+1", "Beslutet verkställs", "Svar till den som lämnat synpunkten"),
        ("process=lex_sarah", "anmäls till IVO", "Beslutet verkställs"),
        ("visa=egna", "Svar till den som lämnat synpunkten", "Rapporten dokumenteras"),
        ("visa=okontrollerade", "Inte kontrollerad", "Bekräftelse till den som lämnat synpunkten"),
        ("q=%3Cscript%3E", "Ingen regel stämmer", "Frister gäller"),
    ],
)
def test_urvalet_visar_de_regler_som_stammer(webb: Webbklient, fraga: str, finns: str, finns_inte: str) -> None:
    sida = webb.get(f"/regler?{fraga}")
    assert finns in sida.text
    assert finns_inte not in sida.text
    assert "<script>" not in sida.html.partition("<main")[2]


def test_femhundra_regler_ryms_pa_en_sida(webb: Webbklient) -> None:
    poster = oversikt.poster(VERK, I_DAG)
    assert len(poster) > 200
    assert len({p.slag for p in poster}) == len(oversikt.SORTER)
    assert len(webb.get("/regler?slag=skyldighet").html) < 500_000


@pytest.mark.parametrize(
    ("lagrum", "urler"),
    [
        ("34 kap. 1 § SoL (2025:400)", ["https://rkrattsbaser.gov.se/sfst?bet=2025:400"]),
        ("2 § lag 1930:173", ["https://rkrattsbaser.gov.se/sfst?bet=1930:173"]),
        ("SFS 2025:400 och SFS 1993:387", ["https://rkrattsbaser.gov.se/sfst?bet=2025:400", "https://rkrattsbaser.gov.se/sfst?bet=1993:387"]),
        ("artikel 33 dataskyddsförordningen (EU) 2016/679", ["https://eur-lex.europa.eu/eli/reg/2016/679/oj"]),
        ("6 kap. SOSFS 2011:5", []),
        ("HSLF-FS 2025:53", []),
        ("förordning 1182/71", []),
        (None, []),
    ],
)
def test_bara_lagar_och_dataskyddsforordningen_lankas(lagrum: str | None, urler: list[str]) -> None:
    delar = klarsprak.lankar(lagrum)
    assert [d["url"] for d in delar if d["url"]] == urler
    assert "".join(d["text"] for d in delar) == (lagrum or "")


def test_varje_fil_har_ett_namn_i_ord() -> None:
    namn = {klarsprak.filnamn(f, VERK.kommun) for f in VERK.filer}
    assert len(namn) == len(VERK.filer)
    assert "Frister: synpunkter och klagomål (Exempelkommun)" in namn
    assert not any("yaml" in n for n in namn)


@pytest.mark.parametrize("vag", ["frist/synpunkt/svart", "frist/x/y", "krav/x/y", "delegation/x", "skyldighet/x/y", "tabell/x/y"])
def test_en_regel_som_inte_finns(webb: Webbklient, vag: str) -> None:
    assert webb.get(f"/regler/{vag}").status == 404


def test_en_beslutstabell_gar_att_prova(webb: Webbklient) -> None:
    tabell = "/regler/tabell/lex_sarah/till_ivo"
    assert "Ska anmälas till IVO Ett allvarligt missförhållande" in webb.get(f"{tabell}?bedomning=allvarligt").text
    assert "Rad 1 i tabellen, 27 kap. 6 § SoL (2025:400)" in webb.get(f"{tabell}?bedomning=allvarligt").text
    assert "14 kap. 7 § SoL (2001:453)." in webb.get(f"{tabell}?bedomning=allvarligt&dag=2024-01-01").text
    assert "Går inte att säga än Svara också på: Bedömning." in webb.get(f"{tabell}?bedomning=").text
    assert "är inget värde för bedomning" in webb.get(f"{tabell}?bedomning=fel").text
    assert "gäller den 1990-01-01" in webb.get(f"{tabell}?bedomning=allvarligt&dag=1990-01-01").text
    assert "Ska anmälas till IVO" in webb.get(f"{tabell}?bedomning=allvarligt&dag=igår").text


def test_kalendern_sager_varfor_en_dag_ar_ledig(webb: Webbklient) -> None:
    assert webb.get("/regler/kalender").vag == "/regler/kalender/2026"
    assert webb.get("/regler/kalender?ar=2030").vag == "/regler/kalender/2030"
    sida = webb.get("/regler/kalender/2026").text
    assert "fredag 2026-05-15 ledig dag i kommunen: klämdag efter Kristi himmelsfärdsdag" in sida
    assert "Förteckningen över placerade barn lämnas till IVO" in sida
    for ar in ("1952", "2100", "x"):
        assert webb.get(f"/regler/kalender/{ar}").status == 404


def test_det_som_ar_vart_att_kontrollera(webb: Webbklient) -> None:
    sida = webb.get("/regler/att-kontrollera").text
    assert "Inte kontrollerade mot källan" in sida
    assert "Frister vars process inte finns i programmet än" in sida


def test_skillnaden_mellan_tva_texter_visar_rader_omkring() -> None:
    fore = "\n".join(f"rad {n}" for n in range(1, 21))
    rader = skillnad.rader(fore, fore.replace("rad 10", "rad tio"))
    assert [r["slag"] for r in rader] == ["hopp", "lika", "lika", "lika", "bort", "ny", "lika", "lika", "lika"]
    assert [(r["fore"], r["efter"], r["text"]) for r in rader[4:6]] == [(10, None, "rad 10"), (None, 10, "rad tio")]
    assert skillnad.filer({"a": "1", "b": "2"}, {"a": "1", "c": "3"}) == [
        {"fil": "b", "vad": "borttagen", "rader": [{"slag": "bort", "fore": 1, "efter": None, "text": "2"}]},
        {"fil": "c", "vad": "ny", "rader": [{"slag": "ny", "fore": None, "efter": 1, "text": "3"}]},
    ]


def test_varfor_denna_dag_sager_vem_som_lat_regeln_galla(webb: Webbklient) -> None:
    nummer = webb.bygg.ny("synpunkt")
    frist = next(f for f in webb.bygg.frister(nummer) if f["namn"] == "svar")
    sida = webb.get(f"/arende/{nummer}/frist/{frist['id']}")
    assert "1, aktiverad" in sida.text
    assert "De regler som fanns när Vaka startades första gången." in sida.text
    assert 'href="/regler/frist/synpunkt/svar"' in sida.html

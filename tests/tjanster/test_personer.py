"""The persons of a case: identity is looked at before somebody is tied, and the wrong one leaves a trace but no data (krav H2)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.apiklient import Apiklient
from tests.bygg import KONTAKT, SYNPUNKT, Bygge
from tests.sakerhet.dorr import Dorr
from tests.tjanster.conftest import Kor
from tests.tjanster.delad import bemannad, delad_vaka
from tests.webbklient import Webbklient
from tjanster.app import Vaka
from tjanster.arenden import namnlika
from tjanster.arenden.arendebild import Arendebild, hitta_arende, visa_arende
from tjanster.arenden.fel import FarInte, FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.handelse import Begaran, Kvitto, utfor
from tjanster.arenden.lasning import BehoverSkal, ge_skal
from tjanster.arenden.namnlika import Namnlika
from tjanster.arenden.varning import LAMNAS_UT, SPARAS, Varning
from tjanster.db import t
from tjanster.importera import importera
from tjanster.sessioner import csrf

# Made-up numbers from the tax agency's range for tests.
FEL_NUMMER, RATT_NUMMER = "19811228-9874", "19640823-3234"
FEL = {"namn": "Påhittad Åsa Öberg", "personnummer": FEL_NUMMER, "epost": "fel@exempel.example", "adress": "Felgatan 1"}
RATT = {"namn": "Påhittad Åsa Öberg", "personnummer": RATT_NUMMER, "epost": "ratt@exempel.example", "adress": "Rättgatan 2"}


@pytest.fixture(scope="module")
def delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("personer"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def bygg(delad: Vaka) -> Bygge:
    return bemannad(delad)


def ta(bygg: Bygge, nummer: str, handelse: str = "knyt_person", som: str = "hanna", person: Any = None, **data: Any) -> Kvitto:
    """The step in the person's own circle, as the doors take it."""
    aktor = bygg.aktor(som)
    skal = data.pop("skal", "Påhittat skäl")
    with bygg.vaka.som(aktor) as conn:
        return utfor(conn, bygg.vaka.sammanhang, Begaran(nummer, handelse, bygg.nu, aktor, data, skal, person=person))


def bild(bygg: Bygge, nummer: str, som: str = "hanna") -> Arendebild:
    with bygg.vaka.som(bygg.aktor(som)) as conn:
        return visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor(som), bygg.nu)


def knutna(bygg: Bygge, nummer: str) -> list[tuple[str, str | None]]:
    return [(p.roll, p.uppgifter["personnummer"]) for p in bild(bygg, nummer).personer]


def id_for(bygg: Bygge, nummer: str, roll: str = "avsandare") -> int:
    return next(p.id for p in bild(bygg, nummer).personer if p.roll == roll)


def allt_i_databasen(bygg: Bygge) -> str:
    """Every row of every table, as text."""
    with bygg.oppen() as conn:
        tabeller = conn.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        return "\n".join(str(x) for namn in tabeller for x in conn.execute(text(f'SELECT x::text FROM "{namn}" x')).scalars())


def test_fel_person_byts_mot_ratt_och_bara_sparet_star_kvar(bygg: Bygge) -> None:
    """The mistake itself: the complaint stood on another person of the same name."""
    nummer = bygg.ny("synpunkt", kontakt=FEL)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    fel = id_for(bygg, nummer)
    gamla_koden = bygg.vaka.sammanhang.foljvag(nummer)
    webb = Webbklient(bygg)
    assert webb.get(gamla_koden).status == 200
    kvitto = ta(bygg, nummer, person=RATT, personroll="avsandare", knuten=fel, fel_person=True, skal="Registrerades på fel person")
    assert kvitto.handelser == ("knyt_person",)
    assert knutna(bygg, nummer) == [("avsandare", "196408233234")]
    handelse = bygg.handelser(nummer)[-1]
    assert handelse["skal"] == "Registrerades på fel person"
    sagt = bild(bygg, nummer).handelser[-1]
    assert sagt.foljder[:1] == ("Fel person stod som den som lämnade ärendet. Rätt person är knuten, och den förras uppgifter är borttagna",)
    assert sagt.andringar == ()
    # Letters that had gone go again, to the right one; the wrong one can neither follow the case nor read the answer.
    assert sagt.foljder[1:] == ("Brev till den som lämnade synpunkten",)
    assert webb.get(gamla_koden).status == 404
    assert webb.get(bygg.vaka.sammanhang.foljvag(nummer, 1)).status == 200
    bekraftelser = [(n["status"], n["adress"]) for n in bygg.notiser("synpunkt_bekraftad")]
    assert bekraftelser == [("avbruten", ""), ("vantar", RATT["epost"])]
    allt = allt_i_databasen(bygg)
    for hemligt in (FEL["namn"], "8112289874", "811228-9874", FEL["epost"], "Felgatan", "6408233234", "640823-3234", "Rättgatan"):
        assert hemligt not in allt.replace(str(RATT["epost"]), "")
    ta(bygg, nummer, person=FEL | {"epost": None}, personroll="avsandare", knuten=id_for(bygg, nummer), fel_person=True)
    assert bild(bygg, nummer).handelser[-1].foljder[1:] == ("Ny uppgift: Skicka det som fel person har fått till rätt person, med brev.",)


def test_knyta_nagon_som_arendet_galler_och_ratta_och_ta_bort(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    ta(bygg, nummer, person=RATT, personroll="galler")
    assert knutna(bygg, nummer) == [("avsandare", None), ("galler", "196408233234")]
    with pytest.raises(OgiltigaUppgifter) as nej:
        ta(bygg, nummer, person=RATT | {"personnummer": FEL_NUMMER}, personroll="galler", knuten=id_for(bygg, nummer, "galler"), fel_person=False)
    assert nej.value.falt == {"fel_person": "Personnumret är ett annat, så det är en annan person. Svara ja på att det var fel person."}
    ta(bygg, nummer, person=RATT | {"adress": "Nygatan 3"}, personroll="galler", knuten=str(id_for(bygg, nummer, "galler")), fel_person=False)
    assert bild(bygg, nummer).personer[1].uppgifter["adress"] == "Nygatan 3"
    ta(bygg, nummer, "ta_bort_person", knuten=id_for(bygg, nummer, "galler"))
    assert knutna(bygg, nummer) == [("avsandare", None)]
    assert [h.foljder for h in bild(bygg, nummer).handelser[-3:]] == [
        ("En person knöts till ärendet som den som ärendet gäller",), ("Uppgifterna om den som ärendet gäller rättades",),
        ("Den som ärendet gäller togs bort, med alla uppgifter om personen",),
    ]  # fmt: skip


def test_brev_foljer_med_till_en_rattad_adress_och_stannar_nar_avsandaren_tas_bort(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    ta(bygg, nummer, som="rut", person=KONTAKT | {"epost": "ny@exempel.example"}, personroll="avsandare", knuten=id_for(bygg, nummer), fel_person=False)
    assert [n["adress"] for n in bygg.notiser("synpunkt_bekraftad")] == ["ny@exempel.example"]
    assert bygg.rad(nummer)["foljnr"] == 0
    ta(bygg, nummer, "ta_bort_person", "rut", knuten=id_for(bygg, nummer))
    assert [(n["status"], n["adress"]) for n in bygg.notiser("synpunkt_bekraftad")] == [("avbruten", "")]
    assert bygg.rad(nummer)["foljnr"] == 1
    assert bild(bygg, nummer).kontakt is None
    ta(bygg, nummer, som="rut", person=KONTAKT, personroll="avsandare")
    assert bild(bygg, nummer).kontakt is not None


def test_namnlika_maste_valjas_eller_avvisas(bygg: Bygge) -> None:
    bygg.ny("synpunkt", kontakt=FEL)
    utan_nummer = {"namn": FEL["namn"], "telefon": "070-2"}
    kanda = [bygg.ny("synpunkt", kontakt=vem, bekraftat=True) for vem in (FEL | {"telefon": "070-1"}, utan_nummer)]
    nummer = bygg.ny("synpunkt", kontakt=None)
    with pytest.raises(Namnlika) as nej:
        ta(bygg, nummer, som="rut", person=RATT, personroll="avsandare")
    # One person with two cases is shown once; the one without a number may be somebody else.
    assert [[x.nummer for x in en.arenden] for en in nej.value.likar] == [[kanda[1]], [kanda[0], "SYN-2026-0001"]]
    assert str(nej.value).startswith(f"Det finns redan någon med samma namn, i {kanda[1]} och {kanda[0]}.")
    assert nej.value.som_dict()["likar"] == [en.id for en in nej.value.likar]
    assert FEL["namn"] not in str(nej.value.som_dict())
    alla = [en.id for en in nej.value.likar]
    with pytest.raises(Namnlika):
        ta(bygg, nummer, som="rut", person=RATT | {"annan_an": alla[:1]}, personroll="avsandare")
    ta(bygg, nummer, som="rut", person=RATT | {"annan_an": alla}, personroll="avsandare")
    # Chosen: what is known of the person comes along.
    ta(bygg, nummer, som="rut", person={"samma_som": alla[1]}, personroll="galler")
    assert [p.uppgifter["telefon"] for p in bild(bygg, nummer).personer] == [None, "070-1"]


def test_samma_nummer_med_annat_namn_och_samma_telefon_med_annat_nummer(bygg: Bygge) -> None:
    """A slip of the pen may give somebody else's number, and kin share both name and telephone."""
    forsta = bygg.ny("synpunkt", kontakt=FEL | {"telefon": "070-1"})
    with pytest.raises(Namnlika, match=f"Personnumret finns redan med ett annat namn, i {forsta}. Kontrollera numret"):
        bygg.ny("synpunkt", kontakt={"namn": "Påhittad Annan", "personnummer": FEL_NUMMER})
    with pytest.raises(Namnlika, match="samma namn"):
        bygg.ny("synpunkt", kontakt=RATT | {"telefon": "070-1"})
    bygg.ny("synpunkt", kontakt={"namn": FEL["namn"], "telefon": "070-1"})


@pytest.mark.parametrize(
    ("person", "data", "falt", "mening"),
    [
        (None, {}, "person.namn", "Skriv vem det är, eller välj en av dem som redan finns."),
        ({"namn": " "}, {}, "person.namn", "Skriv vem det är, eller välj en av dem som redan finns."),
        ({"namm": "X"}, {}, "person.namm", "'namm' är ingen uppgift om en person – menade du 'namn'?"),
        ({"namn": "X", "personnummer": "19811228-9875"}, {}, "person.personnummer", "Personnumret stämmer inte. Kontrollera dagen och den sista siffran."),
        ({"samma_som": 999_999}, {}, "person.samma_som", "Den du valde finns inte längre bland dem du får se. Sök en gång till."),
        ({"samma_som": "x"}, {}, "person.samma_som", "Den du valde finns inte längre bland dem du får se. Sök en gång till."),
        ({"samma_som": 1, "namn": "X"}, {}, "person.samma_som", "Välj en som finns eller skriv en ny, inte båda."),
        ({"namn": "X", "annan_an": ["1"]}, {}, "person.annan_an", "Här ska det stå en lista med id på dem som du har jämfört med."),
        (RATT, {"personroll": "avsandare"}, "personroll", "Det finns redan någon som lämnade ärendet. Byt eller rätta den personen i stället."),
        (RATT, {"personroll": None}, "personroll", "Personens del i ärendet ska fyllas i"),
        (RATT, {"skal": None}, "skal", "Skäl ska fyllas i"),
        (RATT, {"fel_person": True}, "fel_person", "Frågan gäller bara när en person byts. Säg vilken i knuten."),
        (RATT, {"knuten": 999_999, "fel_person": True}, "knuten", "Personen finns inte i ärendet, eller är redan bytt eller borttagen. Ladda om ärendet."),
        (RATT, {"knuten": "egen"}, "fel_person", "Svara om det var fel person, eller om samma person bara har fått rättade uppgifter."),
        (KONTAKT, {"knuten": "egen", "fel_person": False, "personroll": "avsandare"}, "person.namn", "Inget är ändrat."),
        (RATT, {"skal": f"Gällde {RATT_NUMMER}"}, "skal", "Skriv utan namn och personnummer: skälet står kvar i historiken, som inte ska säga vem det var."),
        (RATT, {"skal": "Det var påhittad  ÅSA öberg."}, "skal", "Skriv utan namn och personnummer: skälet står kvar i historiken, som inte ska säga vem det var."),
        (RATT, {"skal": "Inte Påhittad Person"}, "skal", "Skriv utan namn och personnummer: skälet står kvar i historiken, som inte ska säga vem det var."),
    ],
)  # fmt: skip
def test_varje_fel_sags_och_inget_skrivs(bygg: Bygge, person: Any, data: dict[str, Any], falt: str, mening: str) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    if data.get("knuten") == "egen":
        data = data | {"knuten": id_for(bygg, nummer)}
    fyllt = {k: v for k, v in ({"personroll": "galler"} | data).items() if v is not None or k == "skal"}
    with pytest.raises(OgiltigaUppgifter) as nej:
        ta(bygg, nummer, som="rut", person=person, **fyllt)
    assert nej.value.falt[falt] == mening
    assert RATT_NUMMER not in str(nej.value)
    assert bygg.rad(nummer)["version"] == 2


def test_vem_som_far_och_var_det_finns(bygg: Bygge) -> None:
    nummer, avvikelse = bygg.ny("synpunkt", kontakt=KONTAKT), bygg.ny("avvikelse", "mia")
    with pytest.raises(Nej, match="'knyt_person' finns inte i avvikelse"):
        ta(bygg, avvikelse, som="elin", person=RATT, personroll="galler")
    with pytest.raises(FinnsInte):
        ta(bygg, nummer, som="frida", person=RATT, personroll="galler")
    with pytest.raises(OgiltigaUppgifter, match="bara emot av steget knyt_person"):
        ta(bygg, nummer, "anteckna", "rut", person=RATT, anteckning="x")
    with pytest.raises(OgiltigaUppgifter, match="Vilken person i ärendet ska fyllas i"):
        ta(bygg, nummer, "ta_bort_person", "rut")
    for _ in range(19):
        ta(bygg, nummer, som="rut", person={"telefon": "1"}, personroll="galler")
    with pytest.raises(OgiltigaUppgifter, match="högst 20 personer"):
        ta(bygg, nummer, som="rut", person={"telefon": "1"}, personroll="galler")
    # The system ties nobody, and one who only reported may not.
    with pytest.raises(FarInte), bygg.vaka.systemet() as conn:
        utfor(conn, bygg.vaka.sammanhang, Begaran(nummer, "knyt_person", bygg.nu, None, {"personroll": "galler"}, "x", person=RATT))


def test_bada_kretsarna_haller_sokning_jamforelse_och_val(bygg: Bygge) -> None:
    """Outside the circle, by unit or by protection, nobody is known. Inside a protected one a reason is asked for first."""
    eget, andra = bygg.ny("synpunkt", enhet="familjehem"), bygg.ny("synpunkt", kontakt=FEL, enhet="oppenvard")
    fel = bild(bygg, andra, "kim").personer[0].id
    assert sok(bygg, "hanna") == ()
    assert [en.nummer for en in sok(bygg, "kim")] == [andra]
    with pytest.raises(OgiltigaUppgifter, match="finns inte längre bland dem du får se"):
        ta(bygg, eget, person={"samma_som": fel}, personroll="galler")
    ta(bygg, eget, person=RATT, personroll="galler")  # nobody of that name is known to hanna
    bygg.gor(andra, "skydda", "kim", krets=["eva", "anders"], skal="Påhittat skydd")
    assert andra not in [en.nummer for en in (*sok(bygg, "hanna"), *sok(bygg, "rut"))]
    [hallen] = [en for en in sok(bygg, "anders") if en.nummer == andra]
    assert (hallen.skyddad, hallen.namn, hallen.personnummer, hallen.epost) == (True, "", "", "")
    with pytest.raises(BehoverSkal):
        ta(bygg, eget, som="anders", person={"samma_som": fel}, personroll="avsandare")
    assert [en.skyddad for en in sok(bygg, "eva") if en.nummer == andra] == [False]


def sok(bygg: Bygge, som: str, **vad: Any) -> tuple[namnlika.Namnlik, ...]:
    aktor = bygg.aktor(som)
    assert aktor is not None
    with bygg.vaka.som(aktor) as conn:
        return namnlika.sok(conn, bygg.vaka.sammanhang, aktor, bygg.nu, **({"namn": FEL["namn"], "personnummer": None} | vad))


# -- the page ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


def test_sidan_visar_likar_bredvid_varandra_och_kraver_ett_val(bygg: Bygge, webb: Webbklient) -> None:
    """From search to choice, without script and with nothing of the person in any address."""
    kant = bygg.ny("synpunkt", kontakt=FEL)
    nummer = bygg.ny("synpunkt", text="Påhittad Åsa Öberg var otrevlig", kontakt=RATT, bekraftat=True)
    vag, rut = f"/arende/{nummer}/personer", "rut"
    person = bild(bygg, nummer).personer[0].id
    assert f'href="{vag}"' in webb.get(f"/arende/{nummer}", rut).html
    assert "Den som lämnade ärendet NamnPåhittad Åsa Öberg Personnummer196408233234" in webb.get(vag, rut).text
    forst = webb.get(f"{vag}?gor=byt&person={person}", rut)
    assert "Namnet eller numret står också i: Synpunkten, historiken." in forst.text
    assert "Vem är rätt person?" in forst.text
    form = {"gor": "byt", "person": str(person), "version": str(bygg.rad(nummer)["version"])}
    assert webb.post(f"{vag}/sok", rut, **form).fel == ["Skriv hela namnet, personnumret eller båda."]
    assert webb.post(f"{vag}/sok", rut, **form, personnummer="19811228-9875").fel == ["Personnumret stämmer inte. Kontrollera dagen och den sista siffran."]
    funna = webb.post(f"{vag}/sok", rut, **form, namn=FEL["namn"], personnummer=FEL_NUMMER)
    assert "Är det någon av dem?" in funna.text
    assert "personuppgiftsincident" in funna.text
    assert "Samma personnummer Personnummer19811228-**** AdressFelgatan 1" in funna.text
    assert f"{kant} Synpunkt, den som lämnade ärendet" in funna.text
    assert (funna.vag, "9874" in funna.html.replace('value="19811228-9874"', "").replace("Öberg, 19811228-9874", "")) == (f"{vag}/sok", False)
    visade = funna.html.partition('name="visade" value="')[2].partition('"')[0]
    fyllt = form | {"visade": visade, "skal": "Registrerades på fel person", "namn": FEL["namn"]}
    assert webb.post(f"{vag}/knyt", rut, **fyllt).fel == ["Välj en av dem, eller ”en annan person”."]
    klar = webb.post(f"{vag}/knyt", rut, **fyllt, val=visade)
    assert (klar.vag, "Rätt person är knuten. Den förras uppgifter är borttagna" in klar.text) == (f"/arende/{nummer}", True)
    assert knutna(bygg, nummer) == [("avsandare", "198112289874")]
    # Each comparison is a reading of the case that the data came from.
    with bygg.vaka.systemet() as conn:
        last = conn.execute(select(t.lasning.c.vad).join(t.arende, t.arende.c.id == t.lasning.c.arende_id).where(t.arende.c.nummer == kant)).scalars()
        assert list(last) == ["person", "person"]


def test_sidan_lagger_till_rattar_och_tar_bort(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("synpunkt")
    vag, rut = f"/arende/{nummer}/personer", "rut"
    assert "Ingen är knuten till ärendet" in webb.get(vag, rut).text
    tom_sida = webb.post(f"{vag}/sok", rut, gor="ny", roll="galler", namn="Påhittad Ny")
    assert "Ingen med det namnet eller numret finns" in tom_sida.text
    form = {"gor": "ny", "roll": "galler", "namn": "Påhittad Ny", "telefon": "070-1", "version": str(bygg.rad(nummer)["version"])}
    assert webb.post(f"{vag}/knyt", rut, **form).fel == ["Skäl ska fyllas i."]
    sida = webb.post(f"{vag}/knyt", rut, **form, skal="Nämns i brevet")
    assert "Den som lämnade synpunkten är anonym. Den som ärendet gäller NamnPåhittad Ny Telefon070-1" in sida.text
    assert "Någon hann före" in webb.post(f"{vag}/knyt", rut, **form, skal="Nämns i brevet").fel[0]
    person = str(id_for(bygg, nummer, "galler"))
    form = {"gor": "ratta", "roll": "galler", "person": person, "version": str(bygg.rad(nummer)["version"]), "skal": "Ringde"}
    assert 'value="070-1"' in webb.get(f"{vag}?gor=ratta&person={person}", rut).html
    webb.post(f"{vag}/knyt", rut, **form, namn="Påhittad Ny", telefon="070-2")
    person = str(id_for(bygg, nummer, "galler"))
    assert "Tas bort" in webb.get(f"{vag}?gor=bort&person={person}", rut).text
    bort = {"gor": "bort", "person": person, "version": str(bygg.rad(nummer)["version"])}
    assert webb.post(f"{vag}/bort", rut, **bort).fel == ["Skäl ska fyllas i."]
    assert "Personen är borttagen ur ärendet" in webb.post(f"{vag}/bort", rut, **bort, skal="Nämndes inte").text
    assert webb.post(f"{vag}/bort", rut, **bort, skal="Igen").fel != []
    assert "är redan bytt eller borttagen" in webb.get(f"{vag}?gor=byt&person={person}", rut).text


def test_namnlik_som_dyker_upp_mellan_sokning_och_val_visas(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("synpunkt")
    form = {"gor": "ny", "roll": "galler", "version": str(bygg.rad(nummer)["version"]), "skal": "Nämns"}
    bygg.ny("synpunkt", kontakt=FEL)
    sida = webb.post(f"/arende/{nummer}/personer/knyt", "rut", **form, namn=RATT["namn"], personnummer=RATT_NUMMER)
    assert (sida.status, "Är det någon av dem?" in sida.text, sida.fel) == (409, True, [])
    visade = sida.html.partition('name="visade" value="')[2].partition('"')[0]
    klar = webb.post(f"/arende/{nummer}/personer/knyt", "rut", **form, namn=RATT["namn"], personnummer=RATT_NUMMER, visade=visade, val="annan")
    assert klar.vag == f"/arende/{nummer}"


def test_den_som_inte_far_andra_far_veta_vem_som_gor_det(bygg: Bygge, webb: Webbklient) -> None:
    nummer, avvikelse = bygg.ny("synpunkt", kontakt=KONTAKT), bygg.ny("avvikelse", "mia")
    assert "/personer" not in webb.get(f"/arende/{avvikelse}", "elin").html
    assert "har inga personer" in webb.get(f"/arende/{avvikelse}/personer", "elin").text
    assert webb.get(f"/arende/{nummer}/personer", "frida").status == 404
    for handelse in ("knyt_person", "ta_bort_person"):
        assert webb.get(f"/arende/{nummer}/{handelse}", "rut").vag == f"/arende/{nummer}/personer"
        assert webb.post(f"/arende/{nummer}/{handelse}", "rut").vag == f"/arende/{nummer}/personer"


# -- the API and the command line ----------------------------------------------------------------------------------------


def test_api_soker_jamfor_och_knyter(bygg: Bygge) -> None:
    api = Apiklient(bygg)
    kant, nummer = bygg.ny("synpunkt", kontakt=FEL), bygg.ny("synpunkt")
    for kropp, falt in (({}, "namn"), ({"personnummer": "1"}, "personnummer")):
        assert list(api("POST", "/personer/sok", json=kropp).json()["falt"]) == [falt]
    [funnen] = api("POST", "/personer/sok", json={"namn": "påhittad åsa ÖBERG", "personnummer": RATT_NUMMER}).json()["personer"]
    assert (funnen["personnummer"], funnen["samma_nummer"], funnen["adress"]) == ("19811228-****", False, "Felgatan 1")
    assert funnen["arenden"] == [{"nummer": kant, "sort": "Synpunkt", "roll": "avsandare", "dag": "2026-09-07"}]
    assert api("POST", "/personer/sok", "frida", json={"namn": FEL["namn"]}).json() == {"personer": []}
    vag, kropp = f"/arenden/{nummer}/handelser", {"handelse": "knyt_person", "version": 2, "uppgifter": {"personroll": "galler"}, "skal": "Nämns"}
    nej = api("POST", vag, json=kropp | {"person": RATT})
    assert (nej.status_code, nej.json()["fel"], nej.json()["likar"]) == (409, "namnlika", [funnen["id"]])
    assert FEL["namn"] not in nej.text
    assert api("POST", vag, json=kropp | {"person": RATT | {"annan_an": [funnen["id"]]}}).status_code == 200
    [person] = api("GET", f"/arenden/{nummer}").json()["personer"]
    assert (person["roll"], person["personnummer"]) == ("galler", "196408233234")
    byt = kropp | {"version": 3, "uppgifter": {"personroll": "galler", "knuten": person["id"], "fel_person": True}, "person": {"samma_som": funnen["id"]}}
    assert api("POST", vag, json=byt).status_code == 200
    [person] = api("GET", f"/arenden/{nummer}").json()["personer"]
    assert person["personnummer"] == "198112289874"
    historik = api("GET", f"/arenden/{nummer}/historik").text
    assert "Fel person stod som den som ärendet gäller" in historik
    assert "Öberg" not in historik
    bort = {"handelse": "ta_bort_person", "version": 4, "uppgifter": {"knuten": person["id"]}, "skal": "Nämndes inte"}
    assert api("POST", vag, json=bort).status_code == 200
    assert api("GET", f"/arenden/{nummer}").json()["personer"] == []
    svar = api("POST", "/arenden/synpunkt", json={"uppgifter": SYNPUNKT, "kontakt": RATT})
    assert svar.json()["likar"] == [funnen["id"]]


def test_kommandoraden_knyter_samma_vag(bygg: Bygge, tmp_path: Path, kor: Kor, monkeypatch: pytest.MonkeyPatch) -> None:
    nummer = bygg.ny("synpunkt")
    url = bygg.vaka.settings.databas
    for namn, varde in {"DATABAS": url.get_secret_value() if url else "", "DEMO": "true", "KOMMUN": "exempelkommun", "DATA": str(bygg.vaka.settings.datamapp)}.items():
        monkeypatch.setenv(f"VAKA_{namn}", varde)
    fil = tmp_path / "person.json"
    fil.write_text(json.dumps({"personroll": "galler", "skal": "Nämns", "person": RATT}), encoding="utf-8")
    kod, ut, fel = kor("arende", "handelse", nummer, "knyt_person", "--fil", str(fil), "--som", "rut", "--nu", "2026-09-07")
    assert (kod, ut, fel) == (0, f"{nummer}: Bekräftad (version 3)\n", "")
    assert knutna(bygg, nummer) == [("galler", "196408233234")]


# -- personal numbers in texts -------------------------------------------------------------------------------------------


def handlagd(bygg: Bygge, **data: Any) -> str:
    nummer = bygg.ny("synpunkt", bekraftat=True, **data)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "handlagg", "hanna")
    return nummer


def test_personnummer_vagras_i_svaret_och_hindrar_publicering(bygg: Bygge) -> None:
    """The answer goes to whoever holds the link; what is published goes to everybody."""
    nummer = handlagd(bygg, text=f"Påhittat: jag är {FEL_NUMMER}")
    for skrivet in (FEL_NUMMER, "198112289874", "8112289874", "811228 9874", "701063-2391"):
        with pytest.raises(OgiltigaUppgifter) as nej:
            ta(bygg, nummer, "besvara", svar=f"Hej {skrivet}", skal=None)
        assert nej.value.falt == {"svar": LAMNAS_UT}
    with pytest.raises(Varning):  # may be a telephone
        ta(bygg, nummer, "besvara", svar="Ring 0401019807", skal=None)
    bygg.gor(nummer, "besvara", "hanna", svar="Ring oss")
    with pytest.raises(OgiltigaUppgifter, match="kan lämnas ut"):
        bygg.gor(nummer, "andra", "hanna", svar=FEL_NUMMER, skal="Rättat")
    with pytest.raises(Nej, match="ska vara utan personnummer. Ta bort dem under ”Ändra uppgifter” först"):
        bygg.gor(nummer, "publicera", "rut", sekretess=False, personuppgifter=False)
    bygg.gor(nummer, "andra", "hanna", text="Påhittat", skal="Numret behövs inte")
    assert bygg.gor(nummer, "publicera", "rut", sekretess=False, personuppgifter=False).tillstand == "publicerad"


def test_personnummer_vagras_i_det_som_ivo_far_och_i_skal_som_loggas(bygg: Bygge) -> None:
    beslut = bygg.ny("beslut")
    with pytest.raises(OgiltigaUppgifter, match="kan lämnas ut"):
        bygg.gor(beslut, "andra", "hanna", orsak_text=f"Gäller {FEL_NUMMER}", skal="Rättat")
    aktor = bygg.aktor("elin")
    assert aktor is not None
    with bygg.vaka.som(aktor) as conn, pytest.raises(OgiltigaUppgifter) as nej:
        ge_skal(conn, bygg.vaka.sammanhang, hitta_arende(conn, bygg.vaka.sammanhang, beslut, aktor), aktor, bygg.nu, FEL_NUMMER)
    assert nej.value.falt == {"skal": SPARAS}
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.ny("synpunkt", slag=FEL_NUMMER, bekraftat=True)
    assert nej.value.falt["slag"].startswith("'(dolt nummer)' finns inte")


def test_den_som_lamnar_en_synpunkt_vagras_aldrig_men_far_ett_rad(bygg: Bygge) -> None:
    dorr, kaka = Dorr(bygg), "vaka_in=hemlig"
    assert "Personnummer behövs inte" in dorr("GET", "/lamna-synpunkt?n=x", kaka=kaka).text
    form = {"csrf": csrf("hemlig"), "slag": "klagomal", "text": f"Påhittat: jag är {FEL_NUMMER}", "nyckel": "x"}
    svar = dorr("POST", "/lamna-synpunkt", data=form, kaka=kaka)
    assert (svar.status_code, svar.headers["location"]) == (303, bygg.vaka.sammanhang.foljvag("SYN-2026-0001"))
    assert "vaka_hej=nummer_i_texten" in svar.headers["set-cookie"]
    foljer = dorr("GET", svar.headers["location"], kaka="vaka_hej=nummer_i_texten").text
    assert "Vi har tagit emot det du skrev. Det verkar stå ett personnummer i texten." in foljer
    assert "9874" not in foljer
    assert "Bevarandet" not in dorr("GET", svar.headers["location"], kaka="vaka_hej=bevaras").text


def test_svaret_pa_en_uppgift_ses_efter_en_gang(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "ta_emot")
    bygg.gor(nummer, "utred", utredning="Påhittad", orsaker=["rutiner"])
    bygg.gor(nummer, "besluta_atgarder", atgarder=[{"text": "Byt lås", "ansvarig": "Chef", "senast": "2026-10-20", "enheter": ["oppenvard"]}])
    with bygg.vaka.systemet() as conn:
        uppgift = conn.execute(select(t.uppgift.c.id).where(t.uppgift.c.enhet == "oppenvard")).scalar_one()
    sida = webb.post(f"/uppgift/{uppgift}/klar", "eva", kommentar=f"Gällde {FEL_NUMMER}")
    assert sida.fel == ["Texten verkar innehålla ett personnummer. Ta bort det, eller skicka igen om det måste stå kvar."]
    assert 'name="bekraftat"' in sida.html
    assert webb.post(f"/uppgift/{uppgift}/klar", "eva", kommentar=f"Gällde {FEL_NUMMER}", bekraftat="ja").vag == "/"


def test_importen_sager_rad_och_kolumn_men_aldrig_numret(bygg: Bygge, tmp_path: Path) -> None:
    fil = tmp_path / "synpunkter.csv"
    rubrik = "externt_id;inkom;kanal;slag;kategori;enhet;text;besvarad;avslutad"
    rader = [f"A-1;2020-01-02;telefon;klagomal;bemotande;familjehem;Jag är {FEL_NUMMER};;", f"A-2;2020-01-02;{FEL_NUMMER};klagomal;bemotande;familjehem;Hej;;"]
    fil.write_text("\n".join([rubrik, *rader]), encoding="utf-8")
    rapport = importera(bygg.vaka, "synpunkt", fil, prova=True, nu=bygg.nu)
    assert [str(x) for x in rapport.varningar] == [
        "Rad 2, text: texten verkar innehålla ett personnummer. Ta bort det i filen, eller i ärendet, om det inte måste stå kvar"
    ]
    assert [(x.rad, x.kolumn, x.varde) for x in rapport.fel] == [(3, "kanal", "(dolt nummer)")]
    assert "9874" not in str(rapport.som_dict())
    fil.write_text("\n".join([rubrik, rader[0]]), encoding="utf-8")
    assert importera(bygg.vaka, "synpunkt", fil, nu=bygg.nu).skrivet

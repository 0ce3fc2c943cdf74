"""Every sentence that a person may meet when filling in a field, provoked once each."""

import re
from datetime import UTC, date, datetime

import pytest

from arbetsfloden import PROCESSER, Tolkfel, dag_av, saknade, validera, visa

SYNPUNKT, AVVIKELSE, BESLUT = PROCESSER["synpunkt"], PROCESSER["avvikelse"], PROCESSER["beslut"]

OSPARBART = "Texten innehåller ett tecken som inte kan sparas; ta bort styrtecken och skriv om"


def _ratt(listor, process, **data):
    uppgifter, fel = validera(process, data, data, listor)
    assert fel == {}
    return uppgifter


def _fel(listor, process, **data):
    uppgifter, fel = validera(process, data, data, listor)
    assert uppgifter is None
    return fel


@pytest.mark.parametrize(
    "text",
    ["2026-11-23", " 2026/11/23 ", "20261123", "23 november 2026", "23 Nov 2026", date(2026, 11, 23)],
)
def test_dagen_lases_i_sina_former(text):
    assert dag_av(text) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "mening"),
    [
        ("igår", "'igår' är ingen dag; skriv till exempel 2026-11-23 eller 23 november 2026"),
        ("23/11/2026", "'23/11/2026' är ingen dag; skriv till exempel 2026-11-23 eller 23 november 2026"),
        ("2026-02-30", "'2026-02-30' finns inte i kalendern: februari 2026 har 28 dagar"),
        ("2026-13-01", "'2026-13-01': det finns ingen månad nummer 13"),
        ("3 novembre 2026", "'3 novembre 2026': månaden 'novembre' finns inte – menade du 'november'?"),
        ("1066-10-14", "'1066-10-14': året ska ligga mellan 1990 och 2100"),
        (date(1, 1, 1), "'0001-01-01': året ska ligga mellan 1990 och 2100"),
        (20261123, "20261123 är ingen dag; skriv till exempel 2026-11-23"),
        (datetime(2026, 11, 23, 8, tzinfo=UTC), "Skriv bara dagen, utan klockslag, till exempel 2026-11-23"),
        ("２０２６-11-23", "'２０２６-11-23' är ingen dag; skriv till exempel 2026-11-23 eller 23 november 2026"),
    ],
)
def test_det_som_inte_ar_en_dag_far_sin_mening(text, mening):
    with pytest.raises(Tolkfel, match=re.escape(mening)):
        dag_av(text)


@pytest.mark.parametrize(
    ("process", "data", "mening"),
    [
        (SYNPUNKT, {"text": "å" * 12345}, "Texten är för lång: 12\u00a0345 tecken, högst 10\u00a0000"),
        (SYNPUNKT, {"text": "a\x00b"}, OSPARBART),
        (SYNPUNKT, {"text": "a\ud800"}, OSPARBART),
        (SYNPUNKT, {"text": ["rad"]}, "Här ska det stå text"),
        (SYNPUNKT, {"vill_ha_svar": "kanske"}, "'kanske' är varken ja eller nej"),
        (SYNPUNKT, {"vill_ha_svar": 1}, "'1' är varken ja eller nej"),
        (SYNPUNKT, {"enhet": "Vuxan"}, "'Vuxan' finns inte bland valen – menade du 'Vuxna'?"),
        (SYNPUNKT, {"enhet": 7}, "'7' finns inte bland valen"),
        (SYNPUNKT, {"kategori": "xyz"}, "'xyz' finns inte bland valen; välj 'Bemötande' eller 'Tillgänglighet'"),
        (SYNPUNKT, {"kanal": "fax"}, "'fax' finns inte bland valen; välj 'Webbformulär', 'Pappersblankett', 'Telefon', "
         "'E-post', 'Besök' eller 'Brev'"),
        (SYNPUNKT, {"slagg": "klagomal"}, "Fältet 'slagg' finns inte – menade du 'slag'?"),
        (AVVIKELSE, {"orsaker": 3}, "Här ska det stå en eller flera av valen"),
        (AVVIKELSE, {"orsaker": "rutiner, tekno"}, "'tekno' finns inte bland valen – menade du 'Teknik'?"),
        (AVVIKELSE, {"atgarder": "Byt lås"}, "Här ska det stå rader"),
        (AVVIKELSE, {"atgarder": ["Byt lås"]}, "Rad 1: ska ha fälten text, ansvarig, senast och enheter"),
        (AVVIKELSE, {"atgarder": [{}] * 201}, "För många rader: 201, högst 200"),
        (AVVIKELSE, {"atgarder": [{"txt": "x", "ansvarig": "y", "senast": "igår"}]},
         "Rad 1, txt: Fältet 'txt' finns inte – menade du 'text'?; Rad 1, Klar senast: 'igår' är ingen dag; "
         "skriv till exempel 2026-11-23 eller 23 november 2026; Rad 1, Åtgärd: ska fyllas i"),
        (BESLUT, {"ivo_rapporter": {"kvartal": "K3", "slag": "aterrapport", "dag": "2026-11-23"}},
         "Rad 1, Kvartal: 'K3' har inte rätt form. Skriv till exempel 2026K3"),
    ],
)  # fmt: skip
def test_fel_varde_far_sin_mening(listor, process, data, mening):
    assert list(_fel(listor, process, **data).values()) == [mening]


def test_alla_fel_pa_en_gang(listor):
    fel = _fel(listor, SYNPUNKT, kanal="brevv", enhet="barm", inkom="snart", text="x" * 10001)
    assert set(fel) == {"kanal", "enhet", "inkom", "text"}


def test_saknad_lista_namns(listor):
    fel = _fel({k: v for k, v in listor.items() if k != "kategorier"}, SYNPUNKT, kategori="bemotande")
    assert fel == {"kategori": "Kommunen har ingen lista som heter 'kategorier'"}


def test_samma_etikett_pa_tva_val_ska_skrivas_med_kod(listor):
    dubbla = listor | {"enheter": {"n": "Hemtjänst", "s": "Hemtjänst"}}
    assert _fel(dubbla, SYNPUNKT, enhet="hemtjänst") == {
        "enhet": "'hemtjänst' passar på flera val; skriv koden: n eller s"
    }
    assert _ratt(dubbla, SYNPUNKT, enhet="s").enhet == "s"


@pytest.mark.parametrize("text", ["barn", "Barn och unga", " BARN OCH UNGA "])
def test_kod_eller_etikett_duger(listor, text):
    assert _ratt(listor, SYNPUNKT, enhet=text).enhet == "barn"


def test_falt_utanfor_steget_namns_men_oforandrat_far_folja_med(listor):
    fore = _ratt(listor, SYNPUNKT, text="Hej")
    uppgifter, fel = validera(SYNPUNKT, {"svar": "x"}, ("text",), listor, fore)
    assert uppgifter is None
    assert fel == {"svar": "Svaret hör inte till det här steget; använd Ändra uppgifter"}
    uppgifter, fel = validera(SYNPUNKT, {"text": "Hej", "svar": ""}, ("kategori",), listor, fore)
    assert (uppgifter, fel) == (fore, {})


def test_tomt_ar_okant_och_aldrig_nej(listor):
    uppgifter = _ratt(listor, SYNPUNKT, vill_ha_svar="", text="  \n ", kategori=None)
    assert (uppgifter.vill_ha_svar, uppgifter.text, uppgifter.kategori) == (None, None, None)


def test_nej_ar_ett_svar(listor):
    assert _ratt(listor, SYNPUNKT, sekretess="Nej").ifylld("sekretess")


def test_radbrytning_blir_mellanslag_i_en_kort_text(listor):
    assert _ratt(listor, SYNPUNKT, annan_namnd="Skol-\r\nnämnden").annan_namnd == "Skol- nämnden"


def test_det_som_saknas_raknas_upp(listor):
    assert saknade(SYNPUNKT, None, _ratt(listor, SYNPUNKT, kanal="webb", inkom="2026-11-23")) == {
        "slag": "Slag ska fyllas i",
        "text": "Synpunkten ska fyllas i",
    }


@pytest.mark.parametrize(
    ("process", "falt", "varde", "text"),
    [
        (SYNPUNKT, "inkom", date(2026, 11, 3), "3 november 2026"),
        (SYNPUNKT, "inkom", "2026-11-03", "3 november 2026"),
        (SYNPUNKT, "sekretess", False, "Nej"),
        (SYNPUNKT, "sekretess", None, ""),
        (SYNPUNKT, "kanal", "besok", "Besök"),
        (SYNPUNKT, "enhet", "barn", "Barn och unga"),
        (SYNPUNKT, "enhet", "borttagen", "borttagen"),
        (SYNPUNKT, "text", "Rader\nblir kvar", "Rader\nblir kvar"),
        (AVVIKELSE, "orsaker", ("rutiner", "teknik"), "Processer och rutiner, Teknik"),
        (
            AVVIKELSE,
            "atgarder",
            [{"text": "Byt lås", "ansvarig": "Chef", "senast": "2026-12-01", "enheter": ["barn", "vuxna"]}],
            "Åtgärd: Byt lås; Ansvarig: Chef; Klar senast: 1 december 2026; Även dessa enheter: Barn och unga, Vuxna",
        ),
    ],
)
def test_varden_visas_som_manniskor_laser_dem(listor, process, falt, varde, text):
    assert visa(process, falt, varde, listor) == text

"""Settings: each wrong or unsafe one is told in Swedish, all at once, and no secret is ever quoted."""

import base64
import threading
from pathlib import Path
from typing import Any

import pytest

from tjanster.settings import Installningsfel, Settings, las

HEMLIGHET = "k7Qw2-Påhittad_m9Zt4Xr8Lb3Vc6Ns1Hd5"
NYCKLAR = f"prov:{base64.b64encode(bytes(range(32))).decode()}"
SAKRA = {
    "VAKA_DATABAS": "postgresql://vaka@db.example/vaka",
    "VAKA_HEMLIGHET": HEMLIGHET,
    "VAKA_NYCKLAR": NYCKLAR,
    "VAKA_URL": "https://vaka.kommun.example",
    "VAKA_AVSANDARE": "vaka@kommun.example",
    "VAKA_SMTP": "smtp://vaka:hemligtord@brev.example:587",
}
INGEN = Path("/finns/inte/vaka.toml")


def fel(miljo: dict[str, str], fil: Path = INGEN, **over: Any) -> list[str]:
    with pytest.raises(Installningsfel) as nej:
        las(miljo, fil, **over)
    return nej.value.skal


def test_utan_nagot_satt_gar_demons_kommun() -> None:
    settings = las({}, INGEN)
    assert (settings.kommun, settings.skarp, settings.port) == ("exempelkommun", False, 8000)
    assert settings.datamapp == Path("var/exempelkommun")


@pytest.mark.parametrize(
    ("namn", "varde", "mening"),
    [
        ("KOMUN", "hjo", "VAKA_KOMUN är ingen inställning. Menade du VAKA_KOMMUN?"),
        ("QWERTY", "1", "VAKA_QWERTY är ingen inställning."),
        ("PORT_FIL", "/tmp/x", "VAKA_PORT_FIL är ingen inställning. Menade du VAKA_PORT?"),
        ("KOMMUN", "ingenstans", "VAKA_KOMMUN: 'ingenstans' finns inte. Det finns: alingsas, exempelkommun, goteborg-centrum, hjo, huddinge, ostersund. En sökväg går också bra."),
        ("PORT", "åttatusen", "VAKA_PORT: ska vara ett heltal, till exempel 8000."),
        ("PORT", "70000", "VAKA_PORT: ska vara ett heltal mellan 1 och 65535."),
        ("DEMO", "kanske", "VAKA_DEMO: ska vara ja eller nej."),
        ("NU", "i går", "VAKA_NU: 'i går' är ingen tid. Skriv till exempel 2026-12-24T08:00 eller 2026-12-24."),
        ("URL", "vaka.example", "VAKA_URL: ska börja med http:// eller https://."),
        ("DATABAS", "mysql://db/vaka", "VAKA_DATABAS: ska vara en adress till PostgreSQL, till exempel postgresql://vaka@db.example/vaka."),
        ("DATABAS", "postgresql://v:hemligt/77@db/vaka", "VAKA_DATABAS: porten ska vara ett heltal mellan 1 och 65535, en för varje server."),
        ("DATABAS", "postgresql://v@db:99999/vaka", "VAKA_DATABAS: porten ska vara ett heltal mellan 1 och 65535, en för varje server."),
        ("DATABAS", "postgresql://v@db:1,db2:2,db3/vaka?sslmod=x", "VAKA_DATABAS: går inte att förstå. Tecken som : / @ ? # och % i ett lösenord skrivs som %3A, %2F, %40, %3F, %23 och %25."),
        ("DATABAS", "postgresql://v@db1,db2/vaka", "VAKA_DATABAS: har flera servrar och måste säga vilken som gäller. Lägg till ?target_session_attrs=read-write i adressen."),
        ("SMTP", "brev.example", "VAKA_SMTP: ska börja med smtp:// eller smtps:// och ange en server, till exempel smtp://server:587."),
        ("SMTP", "smtp://brev.example?startls=ja", "VAKA_SMTP: har det okända tillägget 'startls'. Menade du 'starttls'?."),
        ("PROXY", "10.0.0.5, lastbalansen", "VAKA_PROXY: 'lastbalansen' är ingen nätadress, till exempel 10.0.0.5 eller 10.0.0.0/24."),
        ("AVSANDARE", "vaka", "VAKA_AVSANDARE: ska vara en mejladress, till exempel vaka@kommunen.se."),
        ("NYCKLAR", "prov:hemligt77", "VAKA_NYCKLAR: nyckeln prov är inte 32 byte i base64. Skriv namn:nyckel, den nyaste först; 'vaka nyckel' gör en."),
        ("NYCKLAR", ", ", "VAKA_NYCKLAR: är tom. Skriv namn:nyckel, den nyaste först; 'vaka nyckel' gör en."),
        ("NYCKLAR", "hemligt77", "VAKA_NYCKLAR: nyckel 1 saknar namn (a–z och 0–9, högst 16 tecken). Skriv namn:nyckel, den nyaste först; 'vaka nyckel' gör en."),
        ("NYCKLAR", f"{NYCKLAR} {NYCKLAR}", "VAKA_NYCKLAR: namnet prov står på två nycklar. Ge den ena ett annat namn."),
        ("OIDC", "http://login.exempel.example", "VAKA_OIDC: ska vara utfärdarens adress, till exempel https://login.kommunen.se."),
        ("OIDC", "https://login.exempel.example/?x=1", "VAKA_OIDC: ska vara utfärdarens adress, till exempel https://login.kommunen.se."),
        ("OIDC", "https://[", "VAKA_OIDC: ska vara utfärdarens adress, till exempel https://login.kommunen.se."),
        ("OIDC", "https://login.exempel.example", "VAKA_OIDC_KLIENT saknas: skriv namnet (client id) som Vaka har hos kommunens inloggning."),
        ("OIDC_KLIENT", "vaka", "VAKA_OIDC saknas: skriv adressen till kommunens inloggning, eller ta bort VAKA_OIDC_KLIENT och VAKA_OIDC_HEMLIGHET."),
        ("OIDC_OMFATTNING", "profile", "VAKA_OIDC_OMFATTNING: ska ha ordet openid, till exempel 'openid profile email'."),
        ("TVASTEG", "kanske", "VAKA_TVASTEG: ska vara ja, nej eller lokala."),
        ("VILOTID", "1", "VAKA_VILOTID: ska vara ett heltal mellan 5 och 240, i minuter."),
        ("TYST", "5", "VAKA_TYST: ska vara ett heltal mellan 10 och 1440, i minuter; bevakningen sveper var femte minut."),
        ("LOGG", "xml", "VAKA_LOGG: ska vara text eller json."),
        ("MATVARDEN", "kort", "VAKA_MATVARDEN: ska vara 32 till 500 slumpade tecken ur A–Z, a–z, 0–9 och . _ ~ + / = -."),
        ("MATVARDEN", "Påhittad hemlighet med mellanslag i sig", "VAKA_MATVARDEN: ska vara 32 till 500 slumpade tecken ur A–Z, a–z, 0–9 och . _ ~ + / = -."),
        ("BILAGELAGER", "s3://nyckel:hemligt77@hink", "VAKA_BILAGELAGER: ska vara databas, file:///mapp eller s3://hink/mapp, till exempel file:///srv/vaka/bilagor."),
        ("BILAGOR_MB", "9", "VAKA_BILAGOR_MB: ska vara ett heltal mellan 10 och 100000, i MB."),
        ("BILAGOR_MB", "mycket", "VAKA_BILAGOR_MB: ska vara ett heltal, till exempel 8000."),
    ],
)  # fmt: skip
def test_fel_installning_sager_vad_som_ar_ratt(namn: str, varde: str, mening: str) -> None:
    assert fel({f"VAKA_{namn}": varde}) == [mening.replace("?.", "?")]


def test_alla_fel_pa_en_gang_och_inget_av_hemligheterna() -> None:
    alla = fel({"VAKA_PORT": "x", "VAKA_KOMUN": "y", "VAKA_DATABAS": "mysql://root:losen77@db", "VAKA_SMTP": "smtp://u:losen88@h/x"})
    assert len(alla) == 4
    assert not any("losen" in rad for rad in alla)


def test_ja_och_nej_gar_lika_bra_som_true_och_false() -> None:
    for text, varde in (("ja", True), ("Nej", False), ("true", True), ("0", False)):
        assert las({"VAKA_DEMO": text}, INGEN).demo is varde


# -- the file, and secrets from files ----------------------------------------------------------------------------------


def test_filen_lases_och_miljon_gar_fore(tmp_path: Path) -> None:
    fil = tmp_path / "vaka.toml"
    fil.write_text('kommun = "hjo"\nport = 9000\n', encoding="utf-8")
    assert (las({}, fil).kommun, las({}, fil).port) == ("hjo", 9000)
    assert las({"VAKA_PORT": "9001"}, fil).port == 9001
    assert las({"VAKA_PORT": "9001"}, fil, port=9002).port == 9002


@pytest.mark.parametrize(
    ("innehall", "mening"),
    [
        (b"kommun = hjo\n", ", rad 1, kolumn 10: går inte att förstå. Skriv en inställning på varje rad, till exempel kommun = \"hjo\"."),
        (b"kommun =", ", sist i filen: går inte att förstå. Skriv en inställning på varje rad, till exempel kommun = \"hjo\"."),
        (b"kommun = '\xe5'\n", ": filen är inte UTF-8. Spara den som UTF-8."),
        (b"[vaka]\nport = 1\n", "VAKA_VAKA är ingen inställning."),
        (b"port = 'x'\n", "VAKA_PORT: ska vara ett heltal, till exempel 8000."),
        (b"kommun = 7\n", "VAKA_KOMMUN: ska vara en text."),
    ],
)  # fmt: skip
def test_trasig_fil_sager_var_och_vad(tmp_path: Path, innehall: bytes, mening: str) -> None:
    fil = tmp_path / "vaka.toml"
    fil.write_bytes(innehall)
    (rad,) = fel({}, fil)
    assert rad in (mening, f"{fil}{mening}")


def test_mapp_i_stallet_for_fil(tmp_path: Path) -> None:
    assert fel({}, tmp_path) == [f"{tmp_path}: filen går inte att läsa: det är en mapp."]
    assert fel({"VAKA_HEMLIGHET_FIL": str(tmp_path)}) == [
        f"VAKA_HEMLIGHET_FIL: filen {tmp_path} går inte att läsa: det är en mapp."
    ]


def test_hemligheter_fran_fil(tmp_path: Path) -> None:
    for namn in ("hemlighet", "databas", "smtp", "nycklar"):
        (tmp_path / namn).write_text(SAKRA[f"VAKA_{namn.upper()}"] + "\n", encoding="utf-8")
    miljo = {k: v for k, v in SAKRA.items() if k in ("VAKA_URL", "VAKA_AVSANDARE")}
    settings = las(miljo | {f"VAKA_{n.upper()}_FIL": str(tmp_path / n) for n in ("hemlighet", "databas", "smtp", "nycklar")}, INGEN)
    assert settings.nyckel() == HEMLIGHET
    assert settings.skarp


def test_matvardenas_token_fran_fil_ar_hemlig(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{HEMLIGHET.replace('å', 'a')}\n", encoding="utf-8")
    settings = las({"VAKA_MATVARDEN_FIL": str(tmp_path / "token")}, INGEN)
    assert settings.matvarden is not None
    assert settings.matvarden.get_secret_value() == HEMLIGHET.replace("å", "a")
    assert HEMLIGHET[:4] not in repr(settings)


def test_hemlig_fil_som_inte_gar_att_lasa(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe")
    assert fel({"VAKA_SMTP_FIL": "/finns/inte"}) == ["VAKA_SMTP_FIL: filen /finns/inte går inte att läsa: den finns inte."]
    assert fel({"VAKA_HEMLIGHET_FIL": str(tmp_path / "x")}) == [
        f"VAKA_HEMLIGHET_FIL: filen {tmp_path / 'x'} är inte text i UTF-8."
    ]
    (tmp_path / "y").write_text("y" * 40, encoding="utf-8")
    assert fel({"VAKA_HEMLIGHET_FIL": str(tmp_path / "y"), "VAKA_HEMLIGHET": "z" * 40}) == [
        "VAKA_HEMLIGHET_FIL och VAKA_HEMLIGHET är båda satta. Ta bort den ena."
    ]


# -- production --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("andrat", "mening"),
    [
        ({"VAKA_HEMLIGHET": None}, "VAKA_HEMLIGHET saknas: sätt minst 32 slumpade tecken, eller VAKA_HEMLIGHET_FIL till en fil med dem."),
        ({"VAKA_HEMLIGHET": "kort"}, "VAKA_HEMLIGHET är för kort: minst 32 tecken."),
        ({"VAKA_MATVARDEN": "hemlighet" * 5}, "VAKA_MATVARDEN går att gissa. Slumpa en: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."),
        ({"VAKA_NYCKLAR": None}, "VAKA_NYCKLAR saknas: skapa en nyckel med 'vaka nyckel' och förvara den utanför databasen."),
        ({"VAKA_URL": "http://vaka.example/"}, "VAKA_URL är http://vaka.example: i drift ska adressen börja med https://."),
        ({"VAKA_AVSANDARE": None}, "VAKA_AVSANDARE saknas: sätt adressen som breven kommer från."),
        ({"VAKA_SMTP": None}, "VAKA_SMTP saknas: utan e-postserver får ingen sina påminnelser."),
    ],
)  # fmt: skip
def test_osaker_i_drift_startar_inte(andrat: dict[str, str | None], mening: str) -> None:
    miljo = {k: v for k, v in (SAKRA | andrat).items() if v is not None}
    assert fel(miljo) == [mening]
    assert las(miljo | {"VAKA_DEMO": "ja"}, INGEN).svagheter() == [mening]


def test_saker_i_drift() -> None:
    settings = las(SAKRA, INGEN)
    assert settings.skarp
    assert settings.svagheter() == []
    assert "hemligtord" not in repr(settings)
    assert HEMLIGHET[:4] not in repr(settings)


# -- the key that is made once -----------------------------------------------------------------------------------------


def test_nyckeln_gors_en_gang_och_lases_bara_av_agaren(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "ny")
    nyckel = settings.nyckel()
    assert len(nyckel) >= 32
    assert Settings(data=tmp_path / "ny").nyckel() == nyckel
    assert [f.name for f in (tmp_path / "ny").iterdir()] == ["hemlighet"]
    assert (tmp_path / "ny" / "hemlighet").stat().st_mode & 0o077 == 0


def test_tom_nyckelfil_efter_ett_avbrott_gors_om(tmp_path: Path) -> None:
    (tmp_path / "hemlighet").touch()
    nyckel = Settings(data=tmp_path).nyckel()
    assert len(nyckel) >= 32
    assert Settings(data=tmp_path).nyckel() == nyckel


def test_tva_som_startar_samtidigt_far_samma_nyckel(tmp_path: Path) -> None:
    start, nycklar = threading.Barrier(8), []

    def hamta() -> None:
        settings = Settings(data=tmp_path)
        start.wait(10)
        nycklar.append(settings.nyckel())

    tradar = [threading.Thread(target=hamta) for _ in range(8)]
    for trad in tradar:
        trad.start()
    for trad in tradar:
        trad.join(10)
    assert len(nycklar) == 8
    assert len(set(nycklar)) == 1


def test_lokala_konton_maste_ha_tva_steg_i_drift_om_inget_annat_sags() -> None:
    def kravs(**over: Any) -> tuple[bool, bool]:
        settings = las(SAKRA, INGEN, **over)
        return settings.tvasteg_for("lokal"), settings.tvasteg_for("oidc")

    assert kravs() == (True, False)
    assert kravs(demo=True) == (False, False)
    assert [kravs(tvasteg=val) for val in ("ja", "nej", "lokala")] == [(True, True), (False, False), (True, False)]


def test_kommunens_inloggning_gar_over_https_i_drift() -> None:
    (mening,) = fel(SAKRA | {"VAKA_OIDC": "http://127.0.0.1:9000", "VAKA_OIDC_KLIENT": "vaka"})
    assert mening == "VAKA_OIDC är http://127.0.0.1:9000: i drift ska adressen börja med https://."


# -- the store for attachments -----------------------------------------------------------------------------------------

I_HINK = {
    "VAKA_BILAGELAGER": "s3://vaka-bilagor/hjo/", "VAKA_BILAGELAGER_ADRESS": "https://s3.kommun.example/",
    "VAKA_BILAGELAGER_NYCKEL": "AKVAKA", "VAKA_BILAGELAGER_HEMLIGHET": HEMLIGHET,
}  # fmt: skip


def test_lagret_lases_med_nyckel_och_hemlighet_ur_filer(tmp_path: Path) -> None:
    miljo = SAKRA | {k: v for k, v in I_HINK.items() if not k.endswith(("NYCKEL", "HEMLIGHET"))}
    for namn in ("NYCKEL", "HEMLIGHET"):
        (tmp_path / namn).write_text(I_HINK[f"VAKA_BILAGELAGER_{namn}"], encoding="utf-8")
        miljo |= {f"VAKA_BILAGELAGER_{namn}_FIL": str(tmp_path / namn)}
    settings = las(miljo, INGEN)
    assert (settings.bilagelager, settings.bilagelager_adress) == ("s3://vaka-bilagor/hjo", "https://s3.kommun.example")
    assert settings.bilagelager_hemlighet is not None
    assert settings.bilagelager_hemlighet.get_secret_value() == HEMLIGHET
    assert HEMLIGHET not in repr(settings)
    assert "AKVAKA" not in repr(settings)


def test_ett_halvt_lager_sager_varje_del_som_saknas() -> None:
    assert fel({"VAKA_BILAGELAGER": "s3://hink"}) == [
        "VAKA_BILAGELAGER_ADRESS saknas: skriv adressen till tjänsten som talar S3, till exempel https://s3.kommunen.se.",
        "VAKA_BILAGELAGER_NYCKEL saknas: skriv nyckelns id (access key id) hos den.",
        "VAKA_BILAGELAGER_HEMLIGHET saknas: skriv nyckelns hemlighet (secret access key) hos den.",
    ]
    # Also when only what is older lies there.
    assert len(fel({"VAKA_BILAGELAGER_NYCKEL": "AKVAKA"})) == 2
    assert las({"VAKA_BILAGELAGER": "file:///srv/vaka"}, INGEN).bilagelager == "file:///srv/vaka"


@pytest.mark.parametrize("adress", ["http://s3.kommun.example", "s3.kommun.example", "https://u:p@s3.kommun.example", "https://s3.example/?x=1"])
def test_lagrets_adress_ar_krypterad_och_utan_hemligheter(adress: str) -> None:
    assert fel(I_HINK | {"VAKA_BILAGELAGER_ADRESS": adress}) == [
        "VAKA_BILAGELAGER_ADRESS: ska vara adressen till tjänsten som talar S3, till exempel https://s3.kommunen.se."
    ]


def test_ett_osakert_lager_startar_inte_i_drift() -> None:
    assert las(SAKRA | I_HINK, INGEN).svagheter() == []
    assert fel(SAKRA | I_HINK | {"VAKA_BILAGELAGER_ADRESS": "http://127.0.0.1:9000"}) == [
        "VAKA_BILAGELAGER_ADRESS är http://127.0.0.1:9000: i drift ska adressen börja med https://."
    ]
    for hemlighet in ("minioadmin", "minio123", "changeme-changeme-changeme-changeme"):
        assert fel(SAKRA | I_HINK | {"VAKA_BILAGELAGER_HEMLIGHET": hemlighet}) == [
            "VAKA_BILAGELAGER_HEMLIGHET går att gissa. Byt den hos tjänsten."
        ]

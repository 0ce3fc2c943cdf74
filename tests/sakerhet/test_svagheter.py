"""Weak set-ups: what production refuses, and what `vaka halsa` tells with what to do. Each is provoked."""

import base64
import secrets
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.bygg import Bygge
from tests.sakerhet.dorr import i_drift
from tests.tjanster.test_settings import INGEN, SAKRA
from tjanster.halsa import databasrollen, prova_halsan
from tjanster.settings import Installningsfel, las
from tjanster.svagheter import databasens, epostens, forvalt_losen, gissningsbar, hemliga_filer, oppen_mapp, oppna_filer

GISSNINGSBARA = [
    "x" * 40, "abcdefghijklmnopqrstuvwxyz0123456789", "minst-32-slumpade-tecken-hemlighet", "hemlighet" * 5, "changeme-changeme-changeme-changeme",
    "ab12" * 12, "1234567890" * 4, "vaka-hemlighet-exempel-byt-mig-vaka-hemlighet", "a" * 30 + "b1", "qwertyqwertyqwertyqwertyqwertyqwerty",
]  # fmt: skip


@pytest.mark.parametrize("hemlighet", GISSNINGSBARA)
def test_hemlighet_som_gar_att_gissa_startar_inte(hemlighet: str) -> None:
    assert gissningsbar(hemlighet)
    with pytest.raises(Installningsfel) as nej:
        las(SAKRA | {"VAKA_HEMLIGHET": hemlighet}, INGEN)
    (rad,) = nej.value.skal
    assert rad.startswith("VAKA_HEMLIGHET går att gissa.")
    assert hemlighet not in rad


def test_slumpade_hemligheter_duger() -> None:
    for gor in (secrets.token_urlsafe, secrets.token_hex, lambda n: secrets.token_hex(n // 2 * 2)):
        assert not any(gissningsbar(gor(32)) for _ in range(500))


@pytest.mark.parametrize("nyckel", [bytes(32), b"ab" * 16, b"nyckelnycke" * 2 + b"nyckelnyck"])
def test_nyckel_som_gar_att_gissa_startar_inte(nyckel: bytes) -> None:
    with pytest.raises(Installningsfel) as nej:
        las(SAKRA | {"VAKA_NYCKLAR": f"{SAKRA['VAKA_NYCKLAR']},ny:{base64.b64encode(nyckel).decode()}"}, INGEN)
    assert nej.value.skal == ["VAKA_NYCKLAR går att gissa. Skapa en nyckel med 'vaka nyckel'."]


@pytest.mark.parametrize("losen", ["postgres", "vaka", "Password", "l%C3%B6senord", "123456", "changeme"])
def test_forvalt_losenord_startar_inte(losen: str) -> None:
    for namn, url in (
        ("VAKA_DATABAS", f"postgresql://vaka:{losen}@db.example/vaka"),
        ("VAKA_SMTP", f"smtp://vaka:{losen}@brev.example:587"),
    ):
        with pytest.raises(Installningsfel) as nej:
            las(SAKRA | {namn: url}, INGEN)
        (rad,) = nej.value.skal
        assert rad.startswith(f"{namn}: lösenordet är ett som alla provar först.")


def test_utan_losenord_ar_inget_forvalt_losenord() -> None:
    assert not forvalt_losen("postgresql://vaka@db.example/vaka")
    assert forvalt_losen("postgresql://vaka:@db.example/vaka")
    assert forvalt_losen("postgresql://kalle:kalle@db.example/vaka")


@pytest.mark.parametrize(
    ("url", "mening"),
    [
        ("postgresql://v@db.example/v", "kan gå okrypterad"), ("postgresql://v@db.example/v?sslmode=prefer", "kan gå okrypterad"),
        ("postgresql://v@/v?host=db.example&sslmode=disable", "kan gå okrypterad"), ("postgresql://v@db.example/v?sslmode=require", "prövas inte"),
        ("postgresql://v@db.example/v?sslmode=verify-full", ""), ("postgresql://v@localhost/v", ""), ("postgresql://v@/v?host=/run/postgresql", ""),
        ("postgresql://v@127.0.0.1:5433/v", ""), ("postgresql://v@127.0.0.1:5433,db.example:5434/v", "kan gå okrypterad"),
        ("postgresql://v@127.0.0.1:5433,127.0.0.1:5434/v", ""), ("postgresql://v@db1.example,db2.example/v?sslmode=require", "prövas inte"),
    ],
)  # fmt: skip
def test_vagen_till_databasen(url: str, mening: str) -> None:
    rader = databasens(url)
    assert len(rader) == bool(mening)
    assert all(mening in rad for rad in rader)


@pytest.mark.parametrize(
    ("url", "svag"),
    [("smtp://brev.example:25?starttls=nej", True), ("smtp://brev.example:587", True), ("smtp://brev.example:587?starttls=ja", False), ("smtp://u:p@brev.example", False), ("smtps://brev.example", False), ("smtp://localhost:25?starttls=nej", False)],
)  # fmt: skip
def test_vagen_till_eposten(url: str, svag: bool) -> None:
    assert ["okrypterade" in rad for rad in epostens(url)] == [True] * svag


def test_filer_som_andra_kan_lasa_sags(tmp_path: Path) -> None:
    oppen, stangd, mapp = tmp_path / "smtp", tmp_path / "hemlighet", tmp_path / "vaka.toml"
    for fil in (oppen, stangd):
        fil.write_text("hemligt", encoding="utf-8")
    oppen.chmod(0o644)
    stangd.chmod(0o600)
    (tmp_path / "nycklar").touch(mode=0o640)
    filer = hemliga_filer({"VAKA_SMTP_FIL": str(oppen), "VAKA_DATABAS_FIL": "/finns/inte", "PATH": "/"}, tmp_path, mapp)
    rader = oppna_filer(filer)
    assert rader == [
        f"VAKA_SMTP_FIL: filen {oppen} kan läsas av andra på datorn. Kör 'chmod 600 {oppen}'.",
        f"Nyckeln nycklar: filen {tmp_path / 'nycklar'} kan läsas av andra på datorn. Kör 'chmod 600 {tmp_path / 'nycklar'}'.",
    ]


def test_det_som_systemd_lagger_fram_at_programmet_ensamt_ar_inte_oppet(tmp_path: Path) -> None:
    """Who may read it stands in its access list, which shows as a mode that others may read."""
    (tmp_path / "databas").touch(mode=0o640)
    miljo = {"VAKA_DATABAS_FIL": str(tmp_path / "databas")}
    assert len(oppna_filer(hemliga_filer(miljo, tmp_path / "data", tmp_path / "toml"))) == 1
    assert oppna_filer(hemliga_filer(miljo | {"CREDENTIALS_DIRECTORY": str(tmp_path)}, tmp_path / "data", tmp_path / "toml")) == []


def test_en_mapp_for_bilagor_som_andra_nar_sags(tmp_path: Path) -> None:
    mapp = tmp_path / "bilagor"
    mapp.mkdir(mode=0o700)
    lager = las({"VAKA_BILAGELAGER": mapp.as_uri()}, INGEN)
    assert not any("VAKA_BILAGELAGER" in rad for rad in lager.rad())
    mapp.chmod(0o770)
    mening = f"VAKA_BILAGELAGER: mappen {mapp} är öppen för andra på datorn. Kör 'chmod 700 {mapp}'."
    assert mening in lager.rad()
    assert oppen_mapp("VAKA_BILAGELAGER", tmp_path / "borta") == []


def test_superanvandare_i_databasen_sags(bygg: Bygge, databas: str) -> None:
    with bygg.vaka.motor.connect() as conn:
        (rad,) = databasrollen(conn)
    assert "är superanvändare. Låt Vaka logga in med en egen roll som har rätt till vaka_app." in rad
    namn = f"egen_{secrets.token_hex(4)}"
    url = make_url(databas).set(drivername="postgresql+psycopg")
    agare = create_engine(url, isolation_level="AUTOCOMMIT")
    with agare.connect() as conn:
        conn.execute(text(f"CREATE ROLE {namn} LOGIN IN ROLE vaka_app"))
    vanlig = create_engine(url.set(username=namn))
    with vanlig.connect() as conn:
        assert databasrollen(conn) == []
    vanlig.dispose()
    with agare.connect() as conn:
        conn.execute(text(f"ALTER ROLE {namn} BYPASSRLS"))
    with vanlig.connect() as conn:
        assert "BYPASSRLS" in databasrollen(conn)[0]
    vanlig.dispose()
    with agare.connect() as conn:
        conn.execute(text(f"DROP ROLE {namn}"))
    agare.dispose()


def test_halsan_sager_varje_svaghet(bygg: Bygge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fil = tmp_path / "databas"
    fil.touch(mode=0o644)
    monkeypatch.setenv("VAKA_DATABAS_FIL", str(fil))
    monkeypatch.chdir(tmp_path)
    halsa = {p.namn: p for p in prova_halsan(i_drift(bygg.vaka, tvasteg="nej"), bygg.nu).punkter}
    assert not halsa["Hemligheter"].bra
    for vad in ("VAKA_PROXY saknas", "VAKA_TVASTEG är nej", "superanvändare", f"chmod 600 {fil}"):
        assert vad in halsa["Hemligheter"].text
    assert not halsa["Inställningar"].bra
    assert "VAKA_HEMLIGHET saknas" in halsa["Inställningar"].text

"""The second step: which codes hold, how long, how often, and what guessing costs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import Connection, Engine, select, text

from tests.bygg import NU
from tests.tjanster.test_konton import LOSEN, SNABB, skapa
from tjanster import konton
from tjanster.app import Vaka
from tjanster.arenden.fel import Nej
from tjanster.inloggning import tvasteg
from tjanster.inloggning.bekraftelse import bekrafta, vad_som_fragas
from tjanster.inloggning.tvasteg import FelForstaKod, FelKod
from tjanster.inloggning.webblasare import webblasare
from tjanster.konton import Last

HALVMINUT = timedelta(seconds=30)


@pytest.fixture
def conn(motor: Engine) -> Iterator[Connection]:
    with motor.connect() as conn, conn.begin() as transaktion:
        yield conn
        transaktion.rollback()


def kod(nyckel: str, nu: datetime = NU) -> str:
    return pyotp.TOTP(nyckel).at(nu)


class Mia:
    """An account with its second step on, used by nobody for the last half minute."""

    def __init__(self, conn: Connection, vaka: Vaka) -> None:
        self.conn, self.ring = conn, vaka.nyckelring
        self.id = skapa(conn)
        self.nyckel = tvasteg.forslag(self.ring, self.id, "sessionens hemlighet")
        koder = tvasteg.satt_igang(conn, self.ring, self.id, self.nyckel, kod(self.nyckel, NU - HALVMINUT), NU)
        assert isinstance(koder, list)
        self.koder = koder

    def provar(self, kod_: str, nu: datetime = NU) -> Nej | None:
        return tvasteg.prova_kod(self.conn, self.ring, self.id, kod_, nu)


@pytest.fixture
def mia(conn: Connection, vaka: Vaka) -> Mia:
    return Mia(conn, vaka)


def test_koden_galler_nu_en_halvminut_fore_och_en_efter(mia: Mia) -> None:
    for langt_bort in (-3, -2, 2, 3):
        assert isinstance(mia.provar(kod(mia.nyckel, NU + langt_bort * HALVMINUT)), FelKod)
        konton.slapp_in(mia.conn, mia.id)
    assert mia.provar(kod(mia.nyckel)) is None
    assert mia.provar(kod(mia.nyckel, NU + HALVMINUT)) is None


def test_samma_kod_galler_en_gang_och_ingen_aldre_efter_den(mia: Mia) -> None:
    assert isinstance(mia.provar(kod(mia.nyckel, NU - HALVMINUT)), FelKod), "den användes när steget sattes på"
    assert mia.provar(kod(mia.nyckel)) is None
    assert isinstance(mia.provar(kod(mia.nyckel)), FelKod)
    assert isinstance(mia.provar(kod(mia.nyckel, NU - HALVMINUT)), FelKod)
    senare = NU + 2 * HALVMINUT
    assert mia.provar(f" {kod(mia.nyckel, senare)[:3]} {kod(mia.nyckel, senare)[3:]} ", senare) is None, "mellanrum gör inget"


def test_det_som_inte_ar_en_kod_ar_fel(mia: Mia) -> None:
    for skrap in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\0", "\ud800", "x" * 100_000):
        assert isinstance(mia.provar(skrap), FelKod | Last)
        konton.slapp_in(mia.conn, mia.id)


def test_aterstallningskod_galler_en_gang_hur_den_an_skrivs(mia: Mia) -> None:
    assert len(set(mia.koder)) == 10
    assert mia.provar(mia.koder[0].upper().replace("-", " ")) is None
    assert isinstance(mia.provar(mia.koder[0]), FelKod)
    assert tvasteg.lage(mia.conn, mia.id).koder == 9
    nya = tvasteg.nya_koder(mia.conn, mia.id, NU)
    assert isinstance(mia.provar(mia.koder[1]), FelKod), "de förra gäller inte längre"
    assert mia.provar(nya[0]) is None


def test_en_annans_aterstallningskod_galler_inte(mia: Mia) -> None:
    annan = skapa(mia.conn, "elin")
    assert isinstance(mia.provar(tvasteg.nya_koder(mia.conn, annan, NU)[0]), FelKod)


def test_felaktiga_koder_laser_kontot_och_ratt_losen_oppnar_det_inte(mia: Mia) -> None:
    for _ in range(4):
        assert isinstance(mia.provar("000000"), FelKod)
        assert konton.prova_losen(mia.conn, "mia", LOSEN, NU, hashare=SNABB) == mia.id
    assert isinstance(mia.provar("000000"), Last), "rätt lösenord emellan glömmer inte de fel som gjordes"
    assert isinstance(mia.provar(kod(mia.nyckel)), Last)
    assert isinstance(mia.provar(mia.koder[0]), Last)
    assert isinstance(konton.prova_losen(mia.conn, "mia", LOSEN, NU, hashare=SNABB), Last)
    senare = NU + timedelta(seconds=60)
    assert isinstance(mia.provar("000000", senare), Last)
    langre = senare + timedelta(seconds=119)
    assert isinstance(mia.provar(kod(mia.nyckel, langre), langre), Last), "låset är dubbelt så långt nu"
    upplast = senare + timedelta(seconds=120)
    assert mia.provar(kod(mia.nyckel, upplast), upplast) is None
    assert isinstance(mia.provar("000000", upplast), FelKod), "räknas från noll igen"


def test_ingen_kod_galler_for_den_som_saknar_steget_eller_har_stangt_konto(mia: Mia) -> None:
    konton.stang_konto(mia.conn, mia.id)
    assert isinstance(mia.provar(kod(mia.nyckel)), FelKod)
    assert isinstance(mia.provar(mia.koder[0]), FelKod)
    annan = skapa(mia.conn, "elin")
    assert isinstance(tvasteg.prova_kod(mia.conn, mia.ring, annan, "000000", NU), FelKod)


def test_fel_forsta_kod_satter_inte_pa_nagot(conn: Connection, vaka: Vaka) -> None:
    vem = skapa(conn)
    nyckel = tvasteg.forslag(vaka.nyckelring, vem, "hemlighet")
    assert isinstance(tvasteg.satt_igang(conn, vaka.nyckelring, vem, nyckel, "000000", NU), FelForstaKod)
    assert tvasteg.lage(conn, vem) == tvasteg.Lage(None, 0)


def test_nyckeln_som_foreslas_hor_till_personen_och_sessionen(vaka: Vaka) -> None:
    ring = vaka.nyckelring
    assert tvasteg.forslag(ring, 1, "a") == tvasteg.forslag(ring, 1, "a")
    assert len({tvasteg.forslag(ring, vem, hemlighet) for vem in (1, 2) for hemlighet in ("a", "b")}) == 4
    assert len(tvasteg.forslag(ring, 1, "a")) == 32, "160 bitar"


def test_ingen_hemlighet_star_i_databasen(mia: Mia) -> None:
    for tabell in ("anvandare", "aterstallningskod"):
        allt = str(mia.conn.execute(text(f"SELECT * FROM {tabell}")).all())
        assert mia.nyckel not in allt
        assert not any(ett in allt or ett.replace("-", "") in allt for ett in mia.koder)


def test_borttaget_steg_tar_med_sig_koderna(mia: Mia) -> None:
    assert tvasteg.ta_bort(mia.conn, mia.id)
    assert not tvasteg.ta_bort(mia.conn, mia.id)
    assert tvasteg.lage(mia.conn, mia.id) == tvasteg.Lage(None, 0)
    assert konton.steg_kvar(mia.conn, mia.id, kravs=True) == "inskrivning"
    assert konton.steg_kvar(mia.conn, mia.id, kravs=False) == "klar"


def test_bilden_ar_nyckeln_utan_stil_och_skript(mia: Mia) -> None:
    svg = tvasteg.qr(mia.nyckel, "mia", "Exempelkommun")
    assert svg.startswith("<svg")
    assert "style" not in svg
    assert "script" not in svg
    assert tvasteg.i_grupper("ABCDEFGH") == "ABCD EFGH"


def test_innan_man_andrar_hur_man_kommer_in_visar_man_igen_vem_man_ar(vaka: Vaka) -> None:
    with vaka.motor.begin() as conn:
        vem = skapa(conn)
        utan = skapa(conn, "utan", None)
        assert vad_som_fragas(conn, vem) == ["losenord"]
        assert vad_som_fragas(conn, utan) == []
    def visar(**svar: str) -> Nej | None:
        return bekrafta(vaka.motor, vaka.nyckelring, vem, svar, NU)

    assert bekrafta(vaka.motor, vaka.nyckelring, utan, {}, NU) is None
    assert visar(losenord=LOSEN) is None
    fel = visar()
    assert fel is not None
    assert fel.skal == ["Lösenordet stämmer inte."]
    with vaka.motor.begin() as conn:
        nyckel = tvasteg.forslag(vaka.nyckelring, vem, "x")
        tvasteg.satt_igang(conn, vaka.nyckelring, vem, nyckel, kod(nyckel, NU - HALVMINUT), NU)
    assert isinstance(visar(losenord=LOSEN), FelKod)
    assert visar(losenord=LOSEN, kod=kod(nyckel)) is None
    for _ in range(4):
        visar(losenord="fel")
    sist = visar(losenord="fel")
    assert isinstance(sist, Last)
    with vaka.motor.connect() as conn:
        rad = conn.execute(select(text("misslyckade")).select_from(text("anvandare")).where(text("anvandarnamn = 'mia'")))
        assert rad.scalar_one() == 5, "försöken räknas fast ändringen inte blev av"


@pytest.mark.parametrize(
    ("text_", "ar"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox på Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge på Windows"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome på Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1", "Safari på iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0 Safari/537.36", "Chrome på Linux"),
        ("<script>", "Okänd webbläsare"),
        (None, "Okänd webbläsare"),
    ],
)
def test_webblasaren_kanns_igen_ungefar(text_: str | None, ar: str) -> None:
    assert webblasare(text_) == ar

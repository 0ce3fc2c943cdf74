"""Accounts: who gets in, who is shut out and for how long, and that no secret lies in the database."""

from datetime import date, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, select, text

from tests.bygg import NU
from tests.tjanster.inne import nyckels_konto, sessions_konto
from tjanster import konton
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.db import t
from tjanster.konton import FelInloggning, Last
from tjanster.sessioner import LANGSTA_TID, VILOTID

SNABB = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
LOSEN = "fyra glada hästar"


@pytest.fixture
def conn(motor: Engine):
    with motor.connect() as conn, conn.begin() as transaktion:
        yield conn
        transaktion.rollback()


def skapa(conn: Connection, namn: str = "mia", losen: str | None = LOSEN) -> int:
    return konton.skapa_anvandare(conn, namn, "Mia Påhittad", "mia@vaka.example", losen, NU, hashare=SNABB)


def logga_in(conn: Connection, namn: str = "mia", losen: str = LOSEN, nu=NU):
    svar = konton.logga_in(conn, namn, losen, nu, hashare=SNABB)
    return svar[:2] if isinstance(svar, tuple) else svar


def test_ratt_losen_ger_en_session(conn: Connection) -> None:
    anvandare = skapa(conn)
    hemlighet, vem = logga_in(conn)
    assert vem == anvandare == sessions_konto(conn, hemlighet, NU)


def test_namnet_far_skrivas_med_stora_bokstaver(conn: Connection) -> None:
    anvandare = skapa(conn, "Mia")
    assert logga_in(conn, " MIA ")[1] == anvandare


def test_losen_ar_lika_hur_tangentbordet_an_satter_prickarna(conn: Connection) -> None:
    skapa(conn, losen="fyra glada h\u00e4star")
    assert isinstance(logga_in(conn, losen="fyra glada ha\u0308star"), tuple)


def test_fel_namn_och_fel_losen_svarar_lika(conn: Connection) -> None:
    skapa(conn)
    for namn, losen in (
        ("mia", "fel"), ("okänd", LOSEN), ("mia\0", LOSEN), ("\ud800", LOSEN), ("mia", "\ud800\0"), ("", ""),
        ("x" * 9999, "x" * 99999),
    ):  # fmt: skip
        svar = logga_in(conn, namn, losen)
        assert isinstance(svar, FelInloggning)
        assert svar.skal == ["Fel användarnamn eller lösenord."]


def test_okant_namn_kostar_lika_mycket_som_kant(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    skapa(conn)
    skapa(conn, "utan", None)
    prov: list[str] = []
    riktig = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, h, p: prov.append(h[:26]) or riktig(self, h, p))
    for namn in ("mia", "okänd", "utan"):
        assert isinstance(logga_in(conn, namn, "fel"), FelInloggning)
    assert len(prov) == 3
    assert len(set(prov)) == 1


def test_konto_utan_losen_och_stangt_konto_slapps_inte_in(conn: Connection) -> None:
    skapa(conn, "utan", None)
    assert isinstance(logga_in(conn, "utan", ""), FelInloggning)
    anvandare = skapa(conn)
    hemlighet, _ = logga_in(conn)
    nyckel = konton.skapa_nyckel(conn, anvandare, "E-tjänsten", NU)
    konton.stang_konto(conn, anvandare)
    assert isinstance(logga_in(conn), FelInloggning)
    assert sessions_konto(conn, hemlighet, NU) is None
    assert nyckels_konto(conn, nyckel, NU) is None


def test_femte_felet_laser_och_sager_nar_det_oppnas(conn: Connection) -> None:
    skapa(conn)
    for _ in range(4):
        assert isinstance(logga_in(conn, losen="fel"), FelInloggning)
    last = logga_in(conn, losen="fel")
    assert isinstance(last, Last)
    assert last.skal == ["För många felaktiga försök. Försök igen kl. 09.01."]
    assert isinstance(logga_in(conn, nu=NU + timedelta(seconds=59)), Last), "rätt lösenord öppnar inte ett låst konto"
    assert isinstance(logga_in(conn, nu=NU + timedelta(seconds=60)), tuple)
    assert isinstance(logga_in(conn, losen="fel", nu=NU + timedelta(seconds=61)), FelInloggning), (
        "räknas från noll igen"
    )


def test_laset_over_midnatt_sager_dagen() -> None:
    kvall = NU.replace(hour=23, minute=30)
    assert Last(kvall + timedelta(hours=1), kvall).skal == [
        "För många felaktiga försök. Försök igen 2026-09-08 kl. 00.30."
    ]


def test_laset_vaxer_till_en_timme() -> None:
    minuter = [tid and tid.total_seconds() / 60 for tid in (konton.lastid(n) for n in range(4, 13))]
    assert minuter == [None, 1, 2, 4, 8, 16, 32, 60, 60]
    assert konton.lastid(10**6) == timedelta(hours=1)


def test_nytt_losen_oppnar_laset_och_loggar_ut_overallt(conn: Connection) -> None:
    anvandare = skapa(conn)
    hemlighet, _ = logga_in(conn)
    inloggad, _ = konton.logga_in_nyckel(conn, anvandare, NU)
    system = konton.skapa_nyckel(conn, anvandare, "E-tjänsten", NU)
    for _ in range(5):
        logga_in(conn, losen="fel")
    konton.satt_losen(conn, anvandare, "fem trötta getter", hashare=SNABB)
    assert sessions_konto(conn, hemlighet, NU) is None
    assert nyckels_konto(conn, inloggad, NU) is None
    assert nyckels_konto(conn, system, NU) == anvandare
    assert isinstance(logga_in(conn), FelInloggning)
    assert isinstance(logga_in(conn, losen="fem trötta getter"), tuple)


def test_losen_med_gamla_parametrar_raknas_om_vid_inloggning(conn: Connection) -> None:
    skapa(conn)
    ny = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    assert isinstance(konton.logga_in(conn, "mia", LOSEN, NU, hashare=ny), tuple)
    assert "t=2" in conn.execute(select(t.anvandare.c.losen)).scalar_one()


def test_svagt_losen_nekas_med_en_mening(conn: Connection) -> None:
    anvandare = skapa(conn, "anvandarnamnet", None)
    for losen, mening in (
        ("kort", "för kort: 4 tecken, minst 12"), ("x" * 201, "för långt: 201 tecken, högst 200"),
        ("tolv tecken\0och nul", "inte går att skriva"), ("\ud800 och mer text", "inte går att skriva"),
        *((lott, "för lätt att gissa") for lott in LATTA),
    ):  # fmt: skip
        with pytest.raises(OgiltigaUppgifter) as nej:
            konton.satt_losen(conn, anvandare, losen, egna_ord=("Alingsås", "Hemtjänst norr"))
        assert mening in nej.value.falt["losen"]


LATTA = (
    "a" * 16, "Anvandarnamnet", "password12345", "qwertyuiop12", "1q2w3e4r5t6y", "iloveyou12345", "Lösenord1234", "losenord1234",
    "Sommaren2026!", "November2026!!", "hejhejhejhej", "Alingsås2026!", "ALINGSAS-2026", "hemtjanst norr 1", "Mia Påhittad 1",
    "1234567890ab", "2026-11-29-2026",
)  # fmt: skip


@pytest.mark.parametrize("losen", ["vaka-i-lugn-och-ro", "fyra glada hästar", "x9Kq!r2Wv#Lp", "giraff paraply novell", "å" * 3 + "ränn dalgång ugn"])
def test_ett_losen_som_ar_svart_att_gissa_duger(conn: Connection, losen: str) -> None:
    konton.satt_losen(conn, skapa(conn, losen=None), losen, egna_ord=("Alingsås", "Hemtjänst norr"), hashare=SNABB)


def test_alla_fel_i_ett_nytt_konto_kommer_pa_en_gang(conn: Connection) -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        konton.skapa_anvandare(conn, "mia mia", " ", "mia@", "x", NU, hashare=SNABB)
    assert set(nej.value.falt) == {"anvandarnamn", "namn", "epost", "losen"}


def test_samma_namn_tva_ganger_nekas(conn: Connection) -> None:
    skapa(conn)
    with pytest.raises(OgiltigaUppgifter, match="mia finns redan"):
        skapa(conn, "MIA")


def test_uppdrag_satts_en_gang_och_far_ett_slut(conn: Connection) -> None:
    anvandare, fran = skapa(conn), date(2026, 1, 1)
    forsta = konton.satt_uppdrag(conn, anvandare, "enhetschef", "familjehem", fran, enheter=["familjehem"])
    assert konton.satt_uppdrag(conn, anvandare, "enhetschef", "familjehem", fran, date(2026, 12, 31)) == forsta
    assert conn.execute(select(t.uppdrag.c.till)).scalars().all() == [date(2026, 12, 31)]


def test_fel_i_uppdrag_far_narmaste_ord(conn: Connection) -> None:
    anvandare = skapa(conn)
    with pytest.raises(OgiltigaUppgifter) as nej:
        konton.satt_uppdrag(
            conn, anvandare, "enhetscheff", "familjehm", date(2026, 1, 2), date(2026, 1, 1), enheter=["familjehem"]
        )
    assert "menade du 'enhetschef'" in nej.value.falt["roll"]
    assert "menade du 'familjehem'" in nej.value.falt["enhet"]
    assert set(nej.value.falt) == {"roll", "enhet", "till"}
    with pytest.raises(OgiltigaUppgifter):
        konton.satt_uppdrag(conn, anvandare, "systemet", "familjehem", date(2026, 1, 1))


def test_session_slutar_efter_en_halvtimmes_vila_och_efter_tolv_timmar(conn: Connection) -> None:
    anvandare = skapa(conn)
    hemlighet, _ = logga_in(conn)
    assert sessions_konto(conn, hemlighet, NU + VILOTID - timedelta(seconds=1)) == anvandare
    assert sessions_konto(conn, hemlighet, NU + VILOTID * 3) is None
    hemlighet, _ = logga_in(conn)
    tid = NU
    while tid < NU + LANGSTA_TID - timedelta(minutes=20):
        tid += timedelta(minutes=20)
        assert (sessions_konto(conn, hemlighet, tid) == anvandare) == (tid < NU + LANGSTA_TID)
    assert sessions_konto(conn, hemlighet, NU + LANGSTA_TID) is None


def test_gamla_sessioner_stadas_vid_nasta_inloggning(conn: Connection) -> None:
    skapa(conn)
    logga_in(conn)
    logga_in(conn, nu=NU + VILOTID)
    assert conn.execute(text("SELECT count(*) FROM inloggning")).scalar_one() == 1


def test_utloggad_session_galler_inte(conn: Connection) -> None:
    skapa(conn)
    hemlighet, _ = logga_in(conn)
    konton.logga_ut(conn, hemlighet)
    assert sessions_konto(conn, hemlighet, NU) is None


def test_hittepa_ar_ingen_session_och_ingen_nyckel(conn: Connection) -> None:
    for hemlighet in ("", "\0", "\ud800", "x" * 100_000):
        assert sessions_konto(conn, hemlighet, NU) is None
        assert nyckels_konto(conn, hemlighet, NU) is None


def test_formularets_ord_hor_till_sin_session() -> None:
    ord_ = konton.csrf("hemlighet")
    assert konton.prova_csrf("hemlighet", ord_)
    assert not any(konton.prova_csrf("hemlighet", fel) for fel in (None, "", "å", "\ud800", konton.csrf("annan")))
    assert "hemlighet" not in ord_


def test_nyckel_galler_till_sitt_slut_eller_tills_den_aterkallas(conn: Connection) -> None:
    anvandare = skapa(conn)
    nyckel = konton.skapa_nyckel(conn, anvandare, "E-tjänsten", NU, NU + timedelta(days=1))
    assert nyckel.startswith("vaka_")
    assert nyckels_konto(conn, nyckel, NU) == anvandare
    assert nyckels_konto(conn, nyckel, NU + timedelta(days=1)) is None
    assert konton.aterkalla_nyckel(conn, nyckel)
    assert not konton.aterkalla_nyckel(conn, nyckel)
    konton.skapa_nyckel(conn, anvandare, "E-tjänsten", NU)
    assert konton.aterkalla_nycklar(conn, anvandare, "E-tjänsten") == 1


def test_ingen_hemlighet_ligger_i_databasen(conn: Connection) -> None:
    anvandare = skapa(conn)
    hemlighet, _ = logga_in(conn)
    nyckel = konton.skapa_nyckel(conn, anvandare, "E-tjänsten", NU)
    for tabell in ("anvandare", "inloggning", "apinyckel"):
        allt = str(conn.execute(text(f"SELECT * FROM {tabell}")).all())
        assert not any(x in allt for x in (LOSEN, hemlighet, nyckel, nyckel.removeprefix("vaka_")))

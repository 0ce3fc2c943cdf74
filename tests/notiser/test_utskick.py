"""Sending: nothing lost and nothing doubled, whatever the server does."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from notiser import Brevlada, Falt, Notisfel, Rad, SmtpInstallningar, avbryt, skicka_om, skicka_vantande, status
from notiser.motor import utskick
from notiser.motor.utskick import VANTETIDER

Gor = Callable[..., Any]
MINUT = timedelta(minutes=1)


def test_brevet_kommer_fram_som_det_skrevs(brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor, nu: datetime) -> None:
    server = brevserver()
    lagg(1)
    assert skicka(server).skickade == 1
    [(till, post)] = server.mottagna
    assert till == post["To"] == "mottagare1@exempel.se"
    assert post["From"] == "Exempelkommun <vaka@vaka.exempel.se>"
    assert post["Subject"] == "Ärende SYN-2026-0001 har fått svar"
    assert post["Date"] == "Mon, 23 Nov 2026 08:00:00 +0100"
    assert [del_.get_content_type() for del_ in post.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    for del_ in post.iter_parts():
        assert "https://vaka.exempel.se/arenden/SYN-2026-0001" in del_.get_content()
    [rad] = rader()
    assert post["Message-ID"] == f"<{rad.message_id}>" and rad.message_id.endswith("@vaka.exempel.se")
    assert (rad.status, rad.skickad, rad.forsok, rad.lantagare, rad.senaste_fel) == ("skickad", nu, 1, None, None)


def test_var_och_en_far_brevet_i_den_form_de_valt(brevserver: Gor, lagg: Gor, ny: Gor, skicka: Gor) -> None:
    server = brevserver()
    lagg(ny(1, anvandare_id=7, bara_text=True), ny(2, anvandare_id=8))
    assert skicka(server).skickade == 2
    former = {till: [del_.get_content_type() for del_ in post.walk()] for till, post in server.mottagna}
    assert former == {
        "mottagare1@exempel.se": ["text/plain"],
        "mottagare2@exempel.se": ["multipart/alternative", "text/plain", "text/html"],
    }


def test_det_som_samlas_gar_inte_av_sig_sjalvt(brevserver: Gor, lagg: Gor, ny: Gor, skicka: Gor, rader: Gor, motor: Engine) -> None:
    server = brevserver()
    lagg(ny(1, anvandare_id=7, mall="uppgift_ny", samlas=True), ny(2))
    assert skicka(server, timedelta(days=30)).skickade == 1
    assert [rad.status for rad in rader()] == ["samlas", "skickad"]
    with motor.begin() as conn:
        lage = status(conn)
        assert (lage.samlas, lage.vantar, lage.aldsta_vantar) == (1, 0, None)
        assert avbryt(conn, arendenummer="SYN-2026-0001") == 1


@pytest.mark.parametrize("fel", [{"mall": "lex_sarah_rapporterad", "anvandare_id": 7}, {"mall": "uppgift_ny"}, {"mall": "morgonbrev", "anvandare_id": 7}])
def test_det_som_maste_ga_far_inte_samlas(lagg: Gor, ny: Gor, rader: Gor, fel: dict[str, Any]) -> None:
    """What can't wait, and what has no account whose digest it could wait for."""
    rad = Rad(arendenummer="SYN-2026-0001", lank="/")
    falt = Falt(kommun="x", lank="/", arendenummer="SYN-2026-0001", enhet="x", frist="x", rader=(rad,))
    with pytest.raises(Notisfel, match="får inte vänta på ett morgonbrev"):
        lagg(ny(1, samlas=True, falt=falt, **fel))
    assert rader() == []


def test_utomstaendes_adress_tas_bort_nar_brevet_gatt(
    brevserver: Gor, lagg: Gor, ny: Gor, skicka: Gor, rader: Gor
) -> None:
    """One with an account keeps theirs, and so does one whose mail failed: it can be sent again."""
    nej = brevserver(svar=lambda k, nr, adress: "550 5.1.1 finns inte" if "mottagare3" in adress else None)
    lagg(ny(1), ny(2, anvandare_id=7), ny(3))
    assert skicka(nej).skickade == 2
    assert [(r.status, r.adress) for r in rader()] == [
        ("skickad", ""), ("skickad", "mottagare2@exempel.se"), ("misslyckad", "mottagare3@exempel.se")
    ]  # fmt: skip


def test_utomstaendes_adress_tas_bort_nar_brevet_tas_tillbaka(lagg: Gor, ny: Gor, rader: Gor, motor: Engine) -> None:
    lagg(ny(1), ny(2, anvandare_id=7))
    with motor.begin() as conn:
        for rad in rader():
            assert avbryt(conn, id=rad.id) == 1
    assert [r.adress for r in rader()] == ["", "mottagare2@exempel.se"]


def test_hundratals_brev_gar_over_fa_forbindelser(brevserver: Gor, lagg: Gor, skicka: Gor) -> None:
    server = brevserver()
    innan = server.forbindelser
    lagg(250)
    assert skicka(server).skickade == 250
    assert sorted(server.till()) == sorted(f"mottagare{n}@exempel.se" for n in range(1, 251))
    assert server.forbindelser - innan == 3


def test_brev_till_doman_med_svenska_tecken(brevserver: Gor, lagg: Gor, ny: Gor, skicka: Gor) -> None:
    server = brevserver()
    lagg(ny(1, adress="anna@räksmörgås.se"))
    assert skicka(server).skickade == 1
    assert server.till() == ["anna@xn--rksmrgs-5wao1o.se"]


def test_inget_gar_fore_sin_tid_och_bradskande_gar_forst(
    brevserver: Gor, lagg: Gor, ny: Gor, skicka: Gor, nu: datetime
) -> None:
    server = brevserver()
    falt = ny().falt
    lagg(
        ny(1, bradskande=False, skapad=nu - 3 * MINUT),
        ny(2, bradskande=False, skapad=nu - 5 * MINUT),
        ny(3, bradskande=True, falt=falt),
        ny(4, tidigast=nu + MINUT),
    )
    skicka(server)
    assert server.till() == [f"mottagare{n}@exempel.se" for n in (3, 2, 1)]
    assert skicka(server, MINUT).skickade == 1


def test_hogst_begransar_en_omgang(brevserver: Gor, lagg: Gor, skicka: Gor) -> None:
    server = brevserver()
    lagg(7)
    assert [skicka(server, hogst=3).skickade for _ in range(4)] == [3, 3, 1, 0]
    assert len(set(server.till())) == 7


@pytest.mark.parametrize("kommando", ["RCPT", "DATA"])
def test_tillfalligt_nej_provas_igen_efter_en_stund(
    brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor, nu: datetime, kommando: str
) -> None:
    server = brevserver(svar=lambda k, nr, adress: "451 4.7.1 senare" if (k, nr) == (kommando, 1) else None)
    lagg(1)
    assert skicka(server).uppskjutna == 1
    [rad] = rader()
    assert (rad.status, rad.forsok, rad.nasta_forsok) == ("vantar", 1, nu + MINUT)
    assert "svarskod 451 4.7.1" in rad.senaste_fel
    forsta_id = rad.message_id
    assert skicka(server, timedelta(seconds=59)).skickade == 0
    assert skicka(server, MINUT).skickade == 1
    assert [post["Message-ID"] for _, post in server.mottagna] == [f"<{forsta_id}>"]
    assert rader()[0].senaste_fel is None


def test_vantan_vaxer_och_till_sist_ges_brevet_upp_synligt(
    brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor, motor: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    server = brevserver(svar=lambda k, nr, adress: "451 4.7.1 senare" if k == "RCPT" else None)
    lagg(1)
    gatt = timedelta(0)
    for vantan in VANTETIDER:
        assert skicka(server, gatt).uppskjutna == 1
        assert skicka(server, gatt + vantan - timedelta(seconds=1)).uppskjutna == 0
        gatt += vantan
    assert list(VANTETIDER) == sorted(VANTETIDER) and timedelta(days=4) < gatt < timedelta(days=7)
    with caplog.at_level(logging.WARNING):
        assert skicka(server, gatt).misslyckade == 1
    [rad] = rader()
    assert rad.status == "misslyckad" and rad.forsok == len(VANTETIDER) + 1
    assert rad.senaste_fel.startswith("Gav upp efter 12 försök. Brevservern tog inte emot mottagaren (svarskod 451")
    assert "gick inte att skicka" in caplog.text and "mottagare1" not in caplog.text
    server.svar = lambda k, nr, adress: None
    assert skicka(server, gatt + timedelta(days=1)).skickade == 0
    with motor.begin() as conn:
        assert skicka_om(conn, rad.id)
    assert skicka(server, gatt).skickade == 1
    assert server.mottagna[0][1]["Message-ID"] == f"<{rad.message_id}>"


def test_slutgiltigt_nej_ges_upp_genast_och_stoppar_inte_de_andra(
    brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor
) -> None:
    server = brevserver(
        svar=lambda k, nr, adress: (
            f"550 5.1.1 <{adress}> finns inte" if k == "RCPT" and "mottagare2@" in adress else None
        )
    )
    lagg(3)
    resultat = skicka(server)
    assert (resultat.skickade, resultat.misslyckade, resultat.stopp) == (2, 1, None)
    assert [rad.status for rad in rader()] == ["skickad", "misslyckad", "skickad"]
    assert rader()[1].senaste_fel == "Brevservern tog inte emot mottagaren (svarskod 550 5.1.1)."


def test_dagar_utan_brevserver_forlorar_inget_och_dubblar_inget(
    brevserver: Gor, lagg: Gor, ny: Gor, skicka: Gor, rader: Gor, stangd_port: int
) -> None:
    borta = SmtpInstallningar(vard="127.0.0.1", port=stangd_port)
    lagg(60)
    for dag in range(10):
        resultat = skicka(borta, timedelta(days=dag))
        assert resultat.skickade == resultat.uppskjutna == 0
        assert resultat.stopp == "Brevservern kunde inte nås (förbindelsen nekades eller bröts)."
    lagg(ny(61))
    assert {(rad.status, rad.forsok, rad.lantagare) for rad in rader()} == {("vantar", 0, None)}
    assert rader()[0].senaste_fel == resultat.stopp
    server = brevserver()
    assert skicka(server, timedelta(days=10)).skickade == 61
    assert sorted(server.till()) == sorted(f"mottagare{n}@exempel.se" for n in range(1, 62))


def test_server_som_ar_tillbaka_samma_minut_far_breven_genast(
    brevserver: Gor, lagg: Gor, skicka: Gor, stangd_port: int
) -> None:
    lagg(2)
    assert skicka(SmtpInstallningar(vard="127.0.0.1", port=stangd_port)).stopp
    assert skicka(brevserver()).skickade == 2


@pytest.mark.parametrize("svar", ["451 4.3.0 senare", "550 5.7.1 inte du"])
def test_server_som_inte_tar_oss_som_avsandare_branner_inga_forsok(
    brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor, svar: str
) -> None:
    server = brevserver(svar=lambda k, nr, adress: svar if k == "MAIL" else None)
    lagg(10)
    resultat = skicka(server)
    assert f"tog inte emot avsändaren (svarskod {svar[:9]})" in resultat.stopp
    assert {(rad.status, rad.forsok) for rad in rader()} == {("vantar", 0)} and server.kommandon["MAIL"] == 1


def test_server_som_sager_senare_till_allt_branner_fem_forsok_inte_alla(
    brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor
) -> None:
    server = brevserver(svar=lambda k, nr, adress: "452 4.2.2 fullt" if k == "DATA" else None)
    lagg(20)
    resultat = skicka(server)
    assert resultat.uppskjutna == 5 and "svarskod 452" in resultat.stopp
    assert sum(rad.forsok for rad in rader()) == 5
    server.svar = lambda k, nr, adress: None
    assert skicka(server).skickade == 15 and skicka(server, MINUT).skickade == 5
    assert len(server.till()) == len(set(server.till())) == 20


@pytest.mark.parametrize("gor", ["bryt", "hang"])
def test_avbrott_mitt_i_ett_brev_skjuter_upp_det_och_resten_gar(
    brevserver: Gor, lagg: Gor, rader: Gor, motor: Engine, avsandare: Any, nu: datetime, gor: str
) -> None:
    server = brevserver(svar=lambda k, nr, adress: gor if k == "DATA" and nr == 2 else None)
    inst = SmtpInstallningar(vard="127.0.0.1", port=server.port, timeout=5, svarstid=0.3)
    lagg(4)
    resultat = skicka_vantande(motor, inst, nu, avsandare=avsandare)
    assert (resultat.skickade, resultat.uppskjutna, resultat.stopp) == (3, 1, None)
    [uppskjuten] = [rad for rad in rader() if rad.status == "vantar"]
    assert "Förbindelsen med brevservern bröts" in uppskjuten.senaste_fel
    assert skicka_vantande(motor, inst, nu + 2 * MINUT, avsandare=avsandare).skickade == 1
    assert len(server.till()) == len(set(server.till())) == 4


def test_tva_avbrott_i_rad_stannar_omgangen(brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor) -> None:
    server = brevserver(svar=lambda k, nr, adress: "bryt" if k == "DATA" else None)
    lagg(10)
    resultat = skicka(server)
    assert resultat.uppskjutna == 2 and "bröts" in resultat.stopp
    assert sorted(rad.forsok for rad in rader()) == [0] * 8 + [1, 1]


def test_server_som_stanger_efter_ett_antal_brev_far_en_ny_forbindelse(brevserver: Gor, lagg: Gor, skicka: Gor) -> None:
    server = brevserver(svar=lambda k, nr, adress: "421 4.7.0 for manga" if k == "MAIL" and nr % 4 == 0 else None)
    innan = server.forbindelser
    lagg(8)
    resultat = skicka(server)
    assert (resultat.skickade, resultat.stopp) == (8, None)
    assert server.forbindelser - innan == 3 and len(set(server.till())) == 8


def test_trasig_rad_misslyckas_for_sig(brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor, motor: Engine) -> None:
    server = brevserver()
    lagg(3)
    with motor.begin() as conn:
        conn.execute(text("UPDATE notis SET falt = falt || '{\"namn\": \"Anna\"}' WHERE nyckel LIKE '%/2/%'"))
        conn.execute(text("UPDATE notis SET adress = 'trasig' WHERE nyckel LIKE '%/3/%'"))
    resultat = skicka(server)
    assert (resultat.skickade, resultat.misslyckade) == (1, 2)
    fel = [rad.senaste_fel for rad in rader()]
    assert fel[0] is None and "Fältet 'namn' får inte stå i en notis" in fel[1] and "Anna" not in fel[1]
    assert fel[2] == "Mejladressen går inte att skicka till. Rätta den hos mottagaren."


def test_tva_utskick_samtidigt_skickar_varje_brev_en_gang(
    brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(utskick, "BUNT", 5)
    server = brevserver()
    lagg(80)
    start = threading.Barrier(3)
    resultat: list[Any] = []

    def kor() -> None:
        start.wait(10)
        resultat.append(skicka(server))

    tradar = [threading.Thread(target=kor) for _ in range(3)]
    for trad in tradar:
        trad.start()
    for trad in tradar:
        trad.join(30)
    assert sum(r.skickade for r in resultat) == 80
    assert sum(1 for r in resultat if r.skickade) >= 2
    assert len(server.till()) == len(set(server.till())) == 80
    assert {rad.forsok for rad in rader()} == {1}


def test_tva_samtidiga_till_brevladan_ger_ett_brev_var(motor: Engine, lagg: Gor, skicka: Gor) -> None:
    lagg(60)
    start = threading.Barrier(2)

    def kor() -> None:
        start.wait(10)
        skicka(Brevlada())

    tradar = [threading.Thread(target=kor) for _ in range(2)]
    for trad in tradar:
        trad.start()
    for trad in tradar:
        trad.join(30)
    with motor.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM brevlada")) == 60


def test_seg_server_far_inte_lanet_att_ga_ut(
    brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is watched: a slow round gives the rest back and claims anew, it never sends on a dead claim."""
    server = brevserver()
    lagg(3)
    klocka = [0.0]
    monkeypatch.setattr(utskick.time, "monotonic", lambda: klocka[0])
    lan: list[datetime] = []

    def en_timme_gar(nr: int) -> None:
        lan.append(max(rad.nasta_forsok for rad in rader() if rad.status == "vantar"))
        klocka[0] += 3600

    server.vid_mottaget = en_timme_gar
    assert skicka(server).skickade == 3
    assert lan[0] < lan[1] < lan[2]
    assert len(set(server.till())) == 3


def test_databas_som_forsvinner_stannar_utskicket_och_brevet_gar_inte_tva_ganger(
    brevserver: Gor, lagg: Gor, skicka: Gor, rader: Gor, motor: Engine
) -> None:
    """Every session is cut while the server says yes: that mail is still marked, the rest waits for the next round."""
    from sqlalchemy.exc import OperationalError

    server = brevserver()
    lagg(5)
    hjalp = motor.connect()

    def kapa(nr: int) -> None:
        if nr == 2:
            hjalp.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    server.vid_mottaget = kapa
    with pytest.raises(OperationalError):
        skicka(server)
    hjalp.close()
    assert [rad.status for rad in rader()].count("skickad") == 2
    assert skicka(server).skickade == 3
    assert len(server.till()) == len(set(server.till())) == 5


def test_tiden_ska_ha_zon(motor: Engine, avsandare: Any) -> None:
    with pytest.raises(Notisfel, match="ska ha tidszon"):
        skicka_vantande(motor, Brevlada(), datetime(2026, 11, 23), avsandare=avsandare)


def test_loggen_bar_varken_adress_eller_text(
    brevserver: Gor, lagg: Gor, skicka: Gor, caplog: pytest.LogCaptureFixture
) -> None:
    server = brevserver(svar=lambda k, nr, adress: f"550 {adress} nej" if (k, nr) == ("RCPT", 2) else None)
    lagg(3)
    with caplog.at_level(logging.DEBUG):
        skicka(server)
    vara = [post.getMessage() for post in caplog.records if not post.name.startswith("mail.")]
    assert any("2 skickade, 0 uppskjutna, 1 misslyckade" in rad for rad in vara)
    assert not any("mottagare" in rad.replace("tog inte emot mottagaren", "") or "Hej" in rad for rad in vara)

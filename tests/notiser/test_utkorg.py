"""The outbox: in the caller's transaction, once per key, refused before it is written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from notiser import Brevlada, Notisfel, avbryt, lagg_i_utkorg, skicka_om, status
from notiser.motor.rendering import rendera

Ny = Callable[..., Any]


def test_notisen_foljer_med_nar_handelsen_angras(motor: Engine, ny: Ny, rader: Ny) -> None:
    with motor.connect() as conn:
        assert lagg_i_utkorg(conn, [ny()]) == 1
        conn.rollback()
    assert rader() == []


def test_samma_nyckel_laggs_en_gang(lagg: Ny, ny: Ny, rader: Ny) -> None:
    assert lagg(ny(1), ny(2), ny(1)) == 2
    assert lagg(ny(1), ny(3)) == 1
    assert len(rader()) == 3
    assert len({rad.message_id for rad in rader()}) == 3


def test_inget_att_lagga_ar_inget(motor: Engine) -> None:
    with motor.begin() as conn:
        assert lagg_i_utkorg(conn, []) == 0


def test_manga_pa_en_gang(lagg: Ny) -> None:
    assert lagg(2500) == 2500


def test_raden_bar_vad_som_ska_skickas(lagg: Ny, ny: Ny, rader: Ny, nu: datetime) -> None:
    lagg(ny(4, anvandare_id=7, tidigast=nu + timedelta(hours=1)), ny(5, mall="morgonbrev", falt=morgon(ny)))
    forsta, andra = rader() if rader()[0].mall == "synpunkt_besvarad" else rader()[::-1]
    assert (forsta.status, forsta.forsok, forsta.anvandare_id) == ("vantar", 0, 7)
    assert forsta.arendenummer == "SYN-2026-0004" and andra.arendenummer is None
    assert (forsta.tidigast, forsta.nasta_forsok) == (nu + timedelta(hours=1),) * 2
    assert (forsta.bradskande, andra.bradskande) == (True, False)
    assert forsta.mallversion == rendera("synpunkt_besvarad", ny(4).falt, bas_url="https://x.se").mallversion


def morgon(ny: Ny) -> Any:
    from notiser import Rad

    return replace(ny().falt, arendenummer=None, rader=(Rad(arendenummer="SYN-2026-0001", lank="/a"),))


def test_bradska_kan_andras_for_en_enda_notis(lagg: Ny, ny: Ny, rader: Ny) -> None:
    lagg(ny(1, mall="uppgift_ny", bradskande=True))
    assert rader()[0].bradskande is True


@pytest.mark.parametrize(
    ("andrat", "mening"),
    [
        ({"mall": "finns_inte"}, "'finns_inte' finns inte i katalogen"),
        ({"mall": "frist_passerad"}, "fältet 'frist' är inte ifyllt"),
        ({"adress": "anna.hemlig"}, "Mejladressen för notisen 'synpunkt_besvarad' går inte att skicka till"),
        ({"nyckel": " "}, "Nyckeln för notisen 'synpunkt_besvarad' ska ha 1–300 tecken"),
        ({"skapad": datetime(2026, 11, 23)}, "ska ha tidszon"),
    ],
)
def test_notis_som_inte_gar_att_skicka_vagras_innan_nagot_skrivs(
    motor: Engine, ny: Ny, rader: Ny, andrat: dict[str, Any], mening: str
) -> None:
    with motor.begin() as conn, pytest.raises(Notisfel, match=mening) as nej:
        lagg_i_utkorg(conn, [ny(1), ny(2, **andrat)])
    assert rader() == [] and "anna.hemlig" not in str(nej.value)


def test_databasen_tar_ingen_status_utanfor_de_fyra(motor: Engine, lagg: Ny) -> None:
    lagg(1)
    with pytest.raises(IntegrityError, match="notis_status_finns"), motor.begin() as conn:
        conn.execute(text("UPDATE notis SET status = 'borta'"))
    with pytest.raises(IntegrityError, match="notis_skickad_har_tid"), motor.begin() as conn:
        conn.execute(text("UPDATE notis SET status = 'skickad'"))


def test_laget_raknas_och_aldsta_sags(motor: Engine, lagg: Ny, ny: Ny, skicka: Ny, nu: datetime) -> None:
    with motor.connect() as conn:
        assert status(conn).aldsta_vantar is None
    lagg(3)
    skicka(Brevlada(), hogst=1)
    lagg(ny(9, tidigast=nu + timedelta(days=2)))
    with motor.begin() as conn:
        assert avbryt(conn, id=2) == 1
        lage = status(conn)
    assert (lage.vantar, lage.skickad, lage.misslyckad, lage.avbruten, lage.aldsta_vantar) == (2, 1, 0, 1, nu)


def test_avbruten_skickas_inte_och_skickad_avbryts_inte(motor: Engine, lagg: Ny, skicka: Ny) -> None:
    lagg(2)
    with motor.begin() as conn:
        assert avbryt(conn, arendenummer="SYN-2026-0001") == 1
    assert skicka(Brevlada()).skickade == 1
    with motor.begin() as conn:
        assert avbryt(conn, arendenummer="SYN-2026-0002") == 0


def test_avbryt_vill_veta_vad(motor: Engine) -> None:
    with motor.begin() as conn:
        for fel in ({}, {"id": 1, "arendenummer": "SYN-2026-0001"}):
            with pytest.raises(Notisfel, match="antingen ärendenummer eller notisens id"):
                avbryt(conn, **fel)


def test_bara_misslyckade_skickas_om(motor: Engine, lagg: Ny) -> None:
    lagg(1)
    with motor.begin() as conn:
        assert not skicka_om(conn, 1) and not skicka_om(conn, 99)


def test_brevladan_far_varje_brev_en_gang(motor: Engine, lagg: Ny, skicka: Ny, nu: datetime) -> None:
    lagg(120)
    assert skicka(Brevlada()).skickade == 120
    assert skicka(Brevlada()).skickade == 0
    with motor.connect() as conn:
        brev = conn.execute(text("SELECT * FROM brevlada ORDER BY notis_id")).all()
    assert len(brev) == 120
    forsta = next(b for b in brev if b.till == "mottagare1@exempel.se")
    assert forsta.amne == "Ärende SYN-2026-0001 har fått svar"
    assert "https://vaka.exempel.se/arenden/SYN-2026-0001" in forsta.text
    assert forsta.tid == nu

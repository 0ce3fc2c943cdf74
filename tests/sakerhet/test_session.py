"""The session as somebody else would use it: dead when it should be, never planted, never passed on; and the same form twice."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from tests.bygg import AVVIKELSE, Bygge
from tests.sakerhet.dorr import Dorr
from tjanster import klocka, konton
from tjanster.db import t
from tjanster.sessioner import LANGSTA_TID, VILOTID, csrf
from tjanster.web.ram import FORKAKA, KAKA

LOSEN = "några ord i en rad 7"


def _lever(dorr: Dorr, hemlighet: str) -> bool:
    return dorr("GET", "/regler", kaka=f"{KAKA}={hemlighet}").status_code == 200


def _id(conn: Connection, som: str) -> int:
    return int(conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == som)).scalar_one())


@pytest.fixture
def stulen(bygg: Bygge) -> tuple[Dorr, str]:
    """A session of kim's, copied to another browser."""
    dorr = Dorr(bygg)
    hemlighet = dorr.session("kim")
    assert _lever(dorr, hemlighet)
    return dorr, hemlighet


def test_dod_efter_utloggning(stulen: tuple[Dorr, str]) -> None:
    dorr, hemlighet = stulen
    dorr("POST", "/logga-ut", "kim", form={})
    assert not _lever(dorr, hemlighet)


def test_dod_efter_vilotid_och_efter_langsta_tid(stulen: tuple[Dorr, str]) -> None:
    dorr, hemlighet = stulen
    klocka.stall(dorr.bygg.nu + VILOTID - timedelta(minutes=1))
    assert _lever(dorr, hemlighet)
    klocka.stall(dorr.bygg.nu + VILOTID * 2)
    assert not _lever(dorr, hemlighet)
    klocka.stall(dorr.bygg.nu)
    dorr.sessioner.clear()
    ny = dorr.session("kim")
    steg = 0
    while steg * VILOTID / 2 < LANGSTA_TID - timedelta(minutes=5):
        klocka.stall(dorr.bygg.nu + steg * VILOTID / 2)
        assert _lever(dorr, ny)
        steg += 1
    klocka.stall(dorr.bygg.nu + LANGSTA_TID + timedelta(minutes=5))  # the clock runs on while the test does
    assert not _lever(dorr, ny)


@pytest.mark.parametrize("hur", ["overallt", "stangt", "losen"])
def test_dod_nar_kontot_stangs_eller_far_nytt_losenord(stulen: tuple[Dorr, str], hur: str) -> None:
    dorr, hemlighet = stulen
    token = dorr.token("kim")
    with dorr.bygg.vaka.systemet() as conn:
        vem = _id(conn, "kim")
        if hur == "overallt":
            konton.logga_ut_overallt(conn, vem)
        elif hur == "stangt":
            konton.stang_konto(conn, vem)
        else:
            konton.satt_losen(conn, vem, LOSEN)
    assert not _lever(dorr, hemlighet)
    if hur == "stangt":
        assert dorr("GET", "/api/v1/jag", huvuden={"authorization": f"Bearer {token}"}).status_code == 401


def test_dod_nar_uppdraget_tar_slut_ser_inget_mer(bygg: Bygge) -> None:
    """The session lives, and sees nothing from the day that the appointment has ended."""
    dorr = Dorr(bygg)
    nummer = bygg.ny("avvikelse", "mia")
    assert dorr("GET", f"/arende/{nummer}", "elin").status_code == 200
    vem = select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == "elin").scalar_subquery()
    with bygg.vaka.systemet() as conn:
        conn.execute(
            update(t.uppdrag).where(t.uppdrag.c.anvandare_id == vem).values(till=bygg.nu.date() - timedelta(days=1))
        )
    assert dorr("GET", f"/arende/{nummer}", "elin").status_code == 404


def test_en_planterad_kaka_blir_aldrig_en_session(bygg: Bygge) -> None:
    """Fixation: what was in the browser before logging in is worth nothing after it."""
    dorr = Dorr(bygg)
    with bygg.vaka.systemet() as conn:
        konton.satt_losen(conn, _id(conn, "mia"), LOSEN)
    planterad, for_ = "a" * 43, "b" * 43
    kakor = f"{KAKA}={planterad}; {FORKAKA}={for_}"
    svar = dorr("POST", "/logga-in", kaka=kakor, data={"csrf": csrf(for_), "anvandarnamn": "mia", "losenord": LOSEN})
    assert svar.status_code == 303
    satta = {k.partition("=")[0]: k.partition("=")[2].partition(";")[0] for k in svar.headers.get_list("set-cookie")}
    assert planterad not in satta.values()
    assert for_ not in satta.values()
    assert not _lever(dorr, planterad)


@pytest.mark.parametrize(
    "hemlighet", ["", "a" * 43, "' OR 1=1 --", "\u00e5" * 10, "a" * 4000, "*", "%", "null", "vaka_" + "a" * 43]
)
def test_gissade_sessioner(bygg: Bygge, hemlighet: str) -> None:
    dorr = Dorr(bygg)
    dorr.session("kim")
    assert not _lever(dorr, hemlighet.encode().decode("latin-1"))
    assert (
        dorr(
            "GET", "/api/v1/jag", huvuden={"authorization": f"Bearer {hemlighet}".encode().decode("latin-1")}
        ).status_code
        == 401
    )


def test_sessionen_ar_ingen_token_och_tvartom(bygg: Bygge) -> None:
    dorr = Dorr(bygg)
    assert dorr("GET", "/api/v1/jag", huvuden={"authorization": f"Bearer {dorr.session('kim')}"}).status_code == 401
    assert not _lever(dorr, dorr.token("kim"))


def test_hemligheterna_star_inte_i_databasen(bygg: Bygge) -> None:
    dorr = Dorr(bygg)
    hemlighet, token = dorr.session("kim"), dorr.token("kim")
    with bygg.vaka.systemet() as conn:
        allt = repr(conn.execute(select(t.inloggning)).all()) + repr(conn.execute(select(t.apinyckel)).all())
    assert hemlighet not in allt
    assert token not in allt


# -- the same form again -------------------------------------------------------------------------------------------------


def _antal(bygg: Bygge) -> int:
    with bygg.vaka.systemet() as conn:
        return int(conn.execute(select(func.count()).select_from(t.arende)).scalar_one())


def test_samma_formular_igen_ar_samma_arende(bygg: Bygge) -> None:
    dorr = Dorr(bygg)
    form = AVVIKELSE | {"nyckel": "N" * 24}
    svar = [dorr("POST", "/nytt/avvikelse", "mia", form=form) for _ in range(3)]
    assert {s.status_code for s in svar} == {303}
    assert len({s.headers["location"] for s in svar}) == 1
    assert _antal(bygg) == 1


def test_annans_formular_igen_ar_inte_ens_ett_arende(bygg: Bygge) -> None:
    """The key of somebody's form, used by another: neither their case nor a hint that it is there."""
    dorr = Dorr(bygg)
    form = AVVIKELSE | {"nyckel": "N" * 24}
    forsta = dorr("POST", "/nytt/avvikelse", "mia", form=form)
    andra = dorr("POST", "/nytt/avvikelse", "hanna", form=form)
    assert andra.status_code == 303
    assert andra.headers["location"] != forsta.headers["location"]
    stulet = dorr("POST", "/nytt/avvikelse", "hanna", data=form | {"csrf": csrf(dorr.session("mia"))})
    assert stulet.status_code == 403
    assert _antal(bygg) == 2


def test_ett_gammalt_ord_dor_med_sin_session(bygg: Bygge) -> None:
    dorr = Dorr(bygg)
    ord_ = csrf(dorr.session("mia"))
    dorr.sessioner.clear()
    svar = dorr("POST", "/nytt/avvikelse", "mia", data=AVVIKELSE | {"csrf": ord_})
    assert svar.status_code == 403
    assert _antal(bygg) == 0


def test_snarlika_anvandarnamn_ar_inte_samma(bygg: Bygge) -> None:
    """Letters that look alike neither log in as another nor make an account that could pass for one."""
    with bygg.vaka.systemet() as conn:
        konton.satt_losen(conn, _id(conn, "kim"), LOSEN)
    dorr = Dorr(bygg)
    for namn in ("kіm", "k\u0131m", "ｋｉｍ\u200b", "kim\u0000", "k\u200bim", "\u202ekim", "kim\ufe0f", "kïm"):
        svar = dorr("POST", "/api/v1/inloggning", json={"anvandarnamn": namn, "losenord": LOSEN})
        assert svar.status_code in (401, 422), namn
        with bygg.vaka.systemet() as conn, pytest.raises(Exception, match="Användarnamnet"):
            konton.skapa_anvandare(conn, namn, "Påhittad", None, None, bygg.nu)

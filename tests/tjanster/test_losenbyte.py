"""Whoever owns an account is told when its password has been changed, by whatever door; and the letter tells nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.bygg import NU, Bygge
from tests.oidc.besokare import Besokare
from tests.tjanster.conftest import Kor
from tests.tjanster.test_konton import SNABB
from tests.tjanster.test_web_konto import LOSEN, NYTT, logga_in
from tests.webbklient import Webbklient
from tjanster import klocka, losenbyte
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.db import t
from tjanster.settings import ROT


@pytest.fixture
def hus(bygg: Bygge) -> Bygge:
    klocka.stall(NU)
    with bygg.vaka.motor.begin() as conn:
        conn.execute(update(t.anvandare).values(losen=SNABB.hash(LOSEN.encode())))
    return bygg


def konto(bygg: Bygge, namn: str = "hanna") -> int:
    with bygg.vaka.motor.begin() as conn:
        return int(conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == namn)).scalar_one())


def brev(bygg: Bygge) -> list[dict[str, Any]]:
    return bygg.notiser(losenbyte.BREV)


def test_den_som_byter_sjalv_far_ett_brev(hus: Bygge) -> None:
    with Besokare(hus.vaka) as hanna:
        sida = logga_in(hanna)
        assert hanna.skicka(sida, "/konto/losen", losenord="fel lösenord här", nytt=NYTT, igen=NYTT).status == 409
        assert hanna.skicka(sida, "/konto/losen", losenord=LOSEN, nytt="kort", igen="kort").status == 422
        assert brev(hus) == [], "ett byte som nekades är inget byte"
        assert hanna.skicka(sida, "/konto/losen", losenord=LOSEN, nytt=NYTT, igen=NYTT).status == 200
    (ett,) = brev(hus)
    assert (ett["adress"], ett["anvandare_id"], ett["status"], ett["bradskande"]) == ("hanna@vaka.example", konto(hus), "vantar", True)
    ifyllt = {k: v for k, v in ett["falt"].items() if v not in (None, False, [])}
    assert ifyllt == {"kommun": "Exempelkommun", "lank": "/konto", "forfaller": "7 september 2026 kl. 09.00"}


def test_administratorens_engangslosenord_sags_till_den_som_ager_kontot(hus: Bygge) -> None:
    webb = Webbklient(hus)
    assert webb.post(f"/personal/{konto(hus)}/engangslosen", som="adam").status == 200
    assert [b["adress"] for b in brev(hus)] == ["hanna@vaka.example"]


def test_kommandoraden_sager_det_ocksa(hus: Bygge, med_databas: Kor, monkeypatch: pytest.MonkeyPatch) -> None:
    kod, ut, fel = med_databas("anvandare", "losen", "hanna", "--engangs")
    assert kod == 0, fel
    assert re.search(r"^\S+-\S+", ut)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: NYTT)
    assert med_databas("anvandare", "losen", "hugo")[0] == 0
    assert [b["adress"] for b in brev(hus)] == ["hanna@vaka.example", "hugo@vaka.example"]


def test_ett_konto_utan_losenord_eller_adress_far_inget_brev(hus: Bygge) -> None:
    kommun, a = hus.vaka.sammanhang.kommun, t.anvandare
    with hus.vaka.motor.begin() as conn:
        for namn, varden in (("hanna", {"losen": None}), ("hugo", {"epost": None})):
            conn.execute(update(a).where(a.c.anvandarnamn == namn).values(varden))
            losenbyte.ge_engangslosen(conn, kommun, konto(hus, namn), NU)
    assert brev(hus) == []


def test_ett_losenord_som_inte_duger_lamnar_inget_brev(hus: Bygge) -> None:
    with pytest.raises(OgiltigaUppgifter), hus.vaka.motor.begin() as conn:
        losenbyte.byt_losen(conn, hus.vaka.sammanhang.kommun, konto(hus), "kort", NU)
    assert brev(hus) == []


def test_ingen_dorr_byter_losenord_en_annan_vag() -> None:
    """One that did would change it in silence."""
    dorrar = [*(ROT / "tjanster" / "web").rglob("*.py"), *(ROT / "tjanster" / "cli").rglob("*.py"), *(ROT / "tjanster" / "api").rglob("*.py")]
    assert len(dorrar) > 50
    assert [fil.relative_to(ROT) for fil in map(Path, dorrar) if re.search(r"\bsatt_(?:engangs)?losen\b", fil.read_text(encoding="utf-8"))] == []

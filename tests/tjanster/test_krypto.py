"""The ring of keys: what it locks only it opens, in its own place; old keys open what is old, and nothing tells the key."""

import pytest

from tjanster.app import Vaka
from tjanster.krypto import FelText, Nyckelring, OkandNyckel, las_nycklar, ny_nyckel
from tjanster.settings import Settings

FORSTA, ANDRA = ny_nyckel(), ny_nyckel()
RING = Nyckelring(FORSTA)
TEXT = "Påhittad hemlighet".encode()


def test_det_som_lases_ar_det_som_skrevs_och_lika_blir_aldrig_lika() -> None:
    ett, tva = RING.kryptera(TEXT, "person:17"), RING.kryptera(TEXT, "person:17")
    assert ett != tva
    assert TEXT not in ett
    assert RING.oppna(ett, "person:17") == RING.oppna(tva, "person:17") == TEXT
    assert RING.oppna(RING.kryptera(b"", "x"), "x") == b""


def test_det_krypterade_hor_till_sin_plats_och_far_inte_andras() -> None:
    blob = RING.kryptera(TEXT, "person:17")
    with pytest.raises(FelText):
        RING.oppna(blob, "person:18")
    for i in range(len(blob)):
        andrad = blob[:i] + bytes([blob[i] ^ 1]) + blob[i + 1 :]
        with pytest.raises((FelText, OkandNyckel)):
            RING.oppna(andrad, "person:17")
    for langd in range(len(blob)):
        with pytest.raises((FelText, OkandNyckel)):
            RING.oppna(blob[:langd], "person:17")


def test_det_nya_krypteras_med_den_forsta_och_det_gamla_oppnas_med_sin() -> None:
    gammalt = RING.kryptera(TEXT, "x")
    bytt = Nyckelring(f"{ANDRA}\n{FORSTA}")
    assert bytt.aktuell == ANDRA.partition(":")[0] == bytt.nyckel_for(bytt.kryptera(TEXT, "x"))
    assert bytt.nyckel_for(gammalt) == RING.aktuell
    assert bytt.oppna(gammalt, "x") == TEXT
    with pytest.raises(OkandNyckel, match=f"Nyckeln {RING.aktuell} finns inte"):
        Nyckelring(ANDRA).oppna(gammalt, "x")
    with pytest.raises(OkandNyckel, match="inget som Vaka har krypterat"):
        RING.oppna(b"klartext", "x")


def test_varje_slags_hash_har_sin_egen_nyckel() -> None:
    hashar = {RING.sokhash("namn", "a"), RING.sokhash("nummer", "a"), RING.sokhash("namn", "b"), RING.mac("namn", b"a")}
    assert len(hashar) == 4
    assert RING.sokhash("namn", "a") == RING.sokhash("namn", "a", RING.aktuell)
    bytt = Nyckelring(f"{ANDRA} {FORSTA}")
    assert bytt.sokhash("namn", "a") != RING.sokhash("namn", "a") == bytt.sokhash("namn", "a", RING.aktuell)
    with pytest.raises(OkandNyckel):
        RING.mac("namn", b"a", "borta")


def test_felen_namner_aldrig_nyckeln() -> None:
    hemlig = FORSTA.partition(":")[2]
    for text in (hemlig, f"för-långt-namn-här:{hemlig}", f"k:{hemlig}x", f"{FORSTA} {FORSTA}"):
        with pytest.raises(ValueError) as fel:
            las_nycklar(text)
        assert hemlig[:10] not in str(fel.value)
    assert hemlig not in repr(Settings(nycklar=FORSTA))  # type: ignore[arg-type]


def test_utan_installning_gors_en_nyckel_en_gang_och_bara_agaren_laser_den(vaka: Vaka) -> None:
    blob = vaka.nyckelring.kryptera(TEXT, "x")
    assert Nyckelring(vaka.settings.nyckelrad()).oppna(blob, "x") == TEXT
    assert (vaka.settings.datamapp / "nycklar").stat().st_mode & 0o077 == 0

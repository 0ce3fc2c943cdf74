"""Files asked about at a real clamd: what is infected, what it doesn't answer for, and what the log tells."""

import dataclasses
import logging
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from tests.bygg import Bygge
from tests.clamd import EICAR, STORST, Clamd, clamd, ledig_port
from tests.sakerhet.dorr import Dorr
from tests.sakerhet.test_filer import docx
from tests.tjanster.bilagehjalp import FILER, PDF
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.filgranskning import VirusskyddetSvararInte, granska
from tjanster.halsa import prova_halsan
from tjanster.settings import Installningsfel, las
from tjanster.virus import ForStor, SvararInte, Virusskydd

RENA = list(FILER.items())
SMITTAT_BREV = b"Received: from a\r\nFrom: a@exempel.example\r\n\r\n" + EICAR + b"\r\n"


@pytest.fixture(scope="module")
def skydd() -> Iterator[Clamd]:
    with clamd() as igang:
        yield igang


def med(bygg: Bygge, adress: str) -> Bygge:
    settings = bygg.vaka.settings.model_copy(update={"clamav": adress})
    return Bygge(dataclasses.replace(bygg.vaka, settings=settings))


@pytest.mark.parametrize("vag", ["tcp", "unix"])
def test_rena_filer_slapps_in_och_smittade_stoppas(skydd: Clamd, vag: str) -> None:
    virus = Virusskydd(getattr(skydd, vag))
    assert len(granska(RENA, virus)) == len(RENA)
    smittade = [("a.txt", EICAR), ("i word.docx", docx(word__b=EICAR)), ("brev.eml", SMITTAT_BREV)]
    with pytest.raises(OgiltigaUppgifter) as nej:
        granska([*smittade, ("ren.pdf", PDF)], virus)
    fel = nej.value.falt["filer"]
    assert fel.count("stoppades av virusskyddet. Öppna den inte") == 3
    assert "ren.pdf" not in fel
    assert virus.version().startswith("ClamAV 1.")


def test_loggen_sager_vem_och_vad_men_inte_filens_namn(skydd: Clamd, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(OgiltigaUppgifter):
        granska([("Påhittad Person.txt", EICAR)], Virusskydd(skydd.tcp), 17)
    assert caplog.messages == ["Smittad fil stoppad: konto 17, Pahittat.Prov.UNOFFICIAL"]


def test_en_fil_som_ar_for_stor_for_skyddet_nekas(skydd: Clamd) -> None:
    with pytest.raises(OgiltigaUppgifter, match="”a.txt” är för stor för virusskyddet"):
        granska([("a.txt", b"a" * (STORST + 1))], Virusskydd(skydd.unix))


@pytest.mark.parametrize(("lever", "nej"), [(True, ForStor), (False, SvararInte)])
def test_den_som_lagger_pa_mitt_i_en_fil_ar_full_eller_borta(lever: bool, nej: type[Exception]) -> None:
    """clamd's word on its limit can be lost when it hangs up: it is asked whether it lives."""
    lyssnar = socket.create_server(("127.0.0.1", 0))

    def ett() -> None:
        with lyssnar:
            forst = lyssnar.accept()[0]
            forst.recv(10)
            if lever:
                forst.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                forst.close()
                with lyssnar.accept()[0] as s:
                    s.recv(100)
                    s.sendall(b"ClamAV 1.4\n")
                return
        forst.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        forst.close()

    trad = threading.Thread(target=ett)
    trad.start()
    with pytest.raises(nej):
        list(Virusskydd(f"tcp://127.0.0.1:{lyssnar.getsockname()[1]}").granska([b"a" * 20_000_000]))
    trad.join(10)


def test_den_som_bifogar_en_smittad_fil_far_en_mening_och_inget_sparas(bygg: Bygge, skydd: Clamd) -> None:
    nummer = bygg.ny("synpunkt")
    dorr = Dorr(med(bygg, skydd.tcp))
    for vag, form in ((f"/api/v1/arenden/{nummer}/bilagor", None), (f"/arende/{nummer}/bifoga", {})):
        svar = dorr("POST", vag, "hanna", form=form, files=[("filer", ("ren.pdf", PDF)), ("filer", ("x.txt", EICAR))])
        assert svar.status_code == 422
        assert "”x.txt” stoppades av virusskyddet" in svar.text
        assert dorr("GET", f"/api/v1/arenden/{nummer}/bilagor", "hanna").json()["bilagor"] == []
    assert (
        dorr("POST", f"/api/v1/arenden/{nummer}/bilagor", "hanna", files=[("filer", ("ren.pdf", PDF))]).status_code
        == 201
    )


def svarar(svar: bytes | None) -> tuple[str, threading.Thread]:
    """Somebody at the scanner's address who says that; None says nothing at all."""
    lyssnar = socket.create_server(("127.0.0.1", 0))

    def ett() -> None:
        with lyssnar, lyssnar.accept()[0] as s:
            s.settimeout(10)
            s.recv(65536)
            if svar is None:
                while s.recv(65536):
                    pass
            else:
                s.sendall(svar)

    trad = threading.Thread(target=ett)
    trad.start()
    return f"tcp://127.0.0.1:{lyssnar.getsockname()[1]}", trad


@pytest.mark.parametrize(
    "svar", [b"", b"\n", b"hej\n", b"stream: ERROR\n", b"\xff\n", b"annat: OK\n", b"UNKNOWN COMMAND\n", None]
)
def test_det_som_inte_ar_ett_tydligt_ja_ar_ett_nej(svar: bytes | None, caplog: pytest.LogCaptureFixture) -> None:
    adress, trad = svarar(svar)
    with pytest.raises(VirusskyddetSvararInte, match="Försök igen om en stund"):
        granska([("a.pdf", PDF)], Virusskydd(adress, 0.5))
    assert caplog.messages[-1].startswith("Virusskyddet svarar inte: ")
    assert "a.pdf" not in caplog.text
    trad.join(10)


def test_all_tid_tillsammans_ar_begransad() -> None:
    with pytest.raises(SvararInte, match="tiden tog slut"):
        list(Virusskydd(f"tcp://127.0.0.1:{ledig_port()}", 0).granska([PDF]))


def test_ett_skydd_som_ar_borta_sags_i_sidan_i_api_och_i_halsan(bygg: Bygge, skydd: Clamd) -> None:
    nummer = bygg.ny("synpunkt")
    borta = med(bygg, f"tcp://127.0.0.1:{ledig_port()}")
    dorr = Dorr(borta)
    filer = [("filer", ("a.pdf", PDF))]
    svar = dorr("POST", f"/api/v1/arenden/{nummer}/bilagor", "hanna", files=filer)
    assert (svar.status_code, svar.json()["fel"]) == (503, "virusskyddet_svarar_inte")
    sida = dorr("POST", f"/arende/{nummer}/bifoga", "hanna", form={}, files=filer)
    assert (sida.status_code, "virusskyddet svarar inte. Försök igen" in sida.text) == (503, True)
    for ett, bra, mening in (
        (borta, False, "starta den, eller rätta VAKA_CLAMAV"),
        (med(bygg, skydd.unix), True, "ClamAV 1."),
    ):
        (punkt,) = (p for p in prova_halsan(ett.vaka, ett.nu).punkter if p.namn == "Virusskydd")
        assert (punkt.bra, mening in punkt.text) == (bra, True)
    assert "Virusskydd" not in {p.namn for p in prova_halsan(bygg.vaka, bygg.nu).punkter}


@pytest.mark.parametrize(
    "adress",
    [
        "127.0.0.1:3310",
        "tcp://värd",
        "tcp://a:99999",
        "tcp://a:1/x",
        "unix:rel",
        "http://a:1",
        "tcp://a b:x",
        "unix:/a\0b",
    ],
)
def test_en_adress_som_ingen_lyssnar_pa_nekas_vid_start(adress: str) -> None:
    with pytest.raises(Installningsfel, match="VAKA_CLAMAV: ska vara tcp://värd:port eller unix:/sökväg"):
        las({"VAKA_CLAMAV": adress})


def test_adressen_far_skrivas_pa_tva_satt() -> None:
    for adress in ("unix:/run/clamav/clamd.ctl", "unix:///run/clamav/clamd.ctl"):
        assert Virusskydd(adress).adress.fil == "/run/clamav/clamd.ctl"

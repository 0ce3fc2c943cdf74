"""One connection to a real server: how it is secured, and how its troubles are told apart."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from notiser import Notisfel, SmtpInstallningar
from notiser.motor.smtp import Avbrott, Forbindelse, Serverfel, Slutgiltigt, Tillfalligt

POST = b"Subject: x\r\n\r\nHej\r\n"
Starta = Callable[..., Any]


def skicka(inst: SmtpInstallningar, antal: int = 1) -> None:
    async def kor() -> None:
        forbindelse = Forbindelse(inst)
        await forbindelse.oppna()
        try:
            for nr in range(antal):
                await forbindelse.skicka("vaka@exempel.se", f"mottagare{nr}@exempel.se", POST)
        finally:
            await forbindelse.stang()

    asyncio.run(kor())


def till(server: Any, *, konto: str = "", tillagg: str = "", schema: str = "smtp") -> SmtpInstallningar:
    return SmtpInstallningar.fran_url(f"{schema}://{konto}127.0.0.1:{server.port}?timeout=5&svarstid=5{tillagg}")


def test_flera_mottagare_gar_over_en_forbindelse(brevserver: Starta) -> None:
    server = brevserver()
    innan = server.forbindelser
    skicka(till(server), antal=20)
    assert len(server.till()) == 20
    assert server.forbindelser - innan == 1


@pytest.mark.parametrize("starttls", ["ja", "auto"])
def test_starttls_anvands_nar_det_kravs_eller_bjuds(brevserver: Starta, certifikat: Any, starttls: str) -> None:
    server = brevserver(tls_context=certifikat.server)
    skicka(till(server, tillagg=f"&starttls={starttls}&ca={certifikat.ca_fil}"))
    assert server.krypterade == [True]


def test_tls_fran_borjan(brevserver: Starta, certifikat: Any) -> None:
    server = brevserver(ssl_context=certifikat.server)
    skicka(till(server, schema="smtps", tillagg=f"&ca={certifikat.ca_fil}"))
    assert len(server.mottagna) == 1


def test_inloggning_med_tecken_i_losenordet(brevserver: Starta, certifikat: Any, inloggning: Any) -> None:
    server = brevserver(tls_context=certifikat.server, authenticator=inloggning, auth_required=True)
    skicka(till(server, konto="vaka:hemligt%2Ford@", tillagg=f"&ca={certifikat.ca_fil}"))
    assert server.krypterade == [True] and inloggning.inloggade == ["vaka"]


def test_fel_losenord_ar_serverns_fel_och_namner_det_inte(brevserver: Starta, certifikat: Any, inloggning: Any) -> None:
    server = brevserver(tls_context=certifikat.server, authenticator=inloggning, auth_required=True)
    with pytest.raises(Serverfel, match=r"kunde inte nås \(svarskod 535 5.7.8\)") as fel:
        skicka(till(server, konto="vaka:felaktigt@", tillagg=f"&ca={certifikat.ca_fil}"))
    assert "felaktigt" not in str(fel.value)


def test_losenord_gar_inte_ut_nar_servern_saknar_kryptering(brevserver: Starta) -> None:
    server = brevserver()
    with pytest.raises(Serverfel, match="servern kan inte den kryptering eller inloggning som är inställd"):
        skicka(till(server, konto="vaka:hemligt@"))
    assert server.kommandon == {}


def test_okand_utfardare_vagras(brevserver: Starta, certifikat: Any) -> None:
    server = brevserver(tls_context=certifikat.server)
    with pytest.raises(Serverfel, match="krypteringen gick inte att sätta upp, se certifikatet"):
        skicka(till(server, tillagg="&starttls=ja"))
    assert server.mottagna == []


def test_ca_fil_som_saknas_sags(brevserver: Starta) -> None:
    with pytest.raises(Notisfel, match="VAKA_SMTP: filen i ca finns inte eller är inget certifikat"):
        till(brevserver(), tillagg="&ca=/finns/inte.pem")


def test_server_som_inte_finns_ar_serverns_fel(stangd_port: int) -> None:
    with pytest.raises(Serverfel, match=r"kunde inte nås \(förbindelsen nekades eller bröts\)"):
        skicka(SmtpInstallningar(vard="127.0.0.1", port=stangd_port))


def test_namn_som_inte_finns_ar_serverns_fel() -> None:
    with pytest.raises(Serverfel, match="kunde inte nås"):
        skicka(SmtpInstallningar(vard="finns-inte.invalid", port=25, timeout=5))


@pytest.mark.parametrize(
    ("kommando", "svar", "klass"),
    [
        ("MAIL", "451 4.3.0 vanta", Serverfel),
        ("MAIL", "550 5.1.8 fel avsandare", Serverfel),
        ("RCPT", "451 4.7.1 gralistad", Tillfalligt),
        ("RCPT", "550 5.1.1 <mottagare0@exempel.se> okand", Slutgiltigt),
        ("RCPT", "530 5.7.0 logga in", Serverfel),
        ("RCPT", "421 4.3.2 stanger", Serverfel),
        ("DATA", "452 4.2.2 full", Tillfalligt),
        ("DATA", "554 5.6.0 nej", Slutgiltigt),
        ("DATA", "bryt", Avbrott),
        ("DATA", "hang", Avbrott),
    ],
)
def test_svaren_sorteras_och_mottagaren_namns_aldrig(
    brevserver: Starta, kommando: str, svar: str, klass: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    server = brevserver(svar=lambda k, nr, adress: svar if k == kommando else None)
    inst = SmtpInstallningar(vard="127.0.0.1", port=server.port, timeout=5, svarstid=0.3)
    with caplog.at_level(logging.DEBUG), pytest.raises(klass) as fel:
        skicka(inst)
    vara_rader = [post.getMessage() for post in caplog.records if not post.name.startswith("mail.")]
    assert not any("mottagare0" in rad for rad in [str(fel.value), *vara_rader])
    if svar[0].isdigit():
        assert f"svarskod {svar[:9]})" in str(fel.value)


def test_server_som_tiger_ger_inget_svar_i_tid(brevserver: Starta) -> None:
    server = brevserver(svar=lambda k, nr, adress: "hang" if k == "DATA" else None)
    with pytest.raises(Avbrott, match="inget svar i tid"):
        skicka(SmtpInstallningar(vard="127.0.0.1", port=server.port, timeout=5, svarstid=0.2))


def test_forbindelsen_gar_att_anvanda_efter_ett_nej(brevserver: Starta) -> None:
    server = brevserver(svar=lambda k, nr, adress: "550 nej" if (k, nr) == ("RCPT", 1) else None)

    async def kor() -> None:
        forbindelse = Forbindelse(till(server))
        await forbindelse.oppna()
        with pytest.raises(Slutgiltigt):
            await forbindelse.skicka("vaka@exempel.se", "a@exempel.se", POST)
        await forbindelse.skicka("vaka@exempel.se", "b@exempel.se", POST)
        await forbindelse.stang()

    innan = server.forbindelser
    asyncio.run(kor())
    assert server.till() == ["b@exempel.se"] and server.forbindelser - innan == 1


def test_skicka_utan_forbindelse_ar_serverns_fel() -> None:
    with pytest.raises(Serverfel, match="inte ansluten"):
        asyncio.run(Forbindelse(SmtpInstallningar(vard="x", port=25)).skicka("a@x.se", "b@x.se", POST))


@pytest.mark.parametrize(
    ("url", "vantat"),
    [
        ("smtp://server", ("server", 25, "om_det_gar", None, None)),
        ("smtp://server?starttls=ja", ("server", 587, "starttls", None, None)),
        ("smtp://server:2525?starttls=nej", ("server", 2525, "ingen", None, None)),
        ("smtps://server", ("server", 465, "tls", None, None)),
        ("smtp://u:p%40ss@server:587", ("server", 587, "starttls", "u", "p@ss")),
        ("smtp://u:p@server?starttls=nej", ("server", 25, "ingen", "u", "p")),
        ("smtp://[::1]:25/", ("::1", 25, "om_det_gar", None, None)),
    ],
)
def test_adressen_till_servern_tolkas(url: str, vantat: tuple[Any, ...]) -> None:
    inst = SmtpInstallningar.fran_url(url)
    assert (inst.vard, inst.port, inst.krypto, inst.anvandare, inst.losenord) == vantat


def test_tillaggen_tolkas() -> None:
    inst = SmtpInstallningar.fran_url("smtp://s?timeout=7&svarstid=60.5&avsandare=vaka@kommun.se")
    assert (inst.timeout, inst.svarstid, inst.avsandare) == (7.0, 60.5, "vaka@kommun.se")


@pytest.mark.parametrize(
    ("url", "mening"),
    [
        ("http://server", "ska börja med smtp:// eller smtps://"),
        ("server:25", "ska börja med smtp:// eller smtps://"),
        ("smtp://", "ska börja med smtp:// eller smtps://"),
        ("smtp://u:hemligt/ord@server", "går inte att tolka|efter serverns namn"),
        ("smtp://server:tjugofem", "går inte att tolka"),
        ("smtp://u:hemligt@server/vag", "Tecken som / och # i lösenordet skrivs %2F och %23"),
        ("smtp://server?startls=ja", r"det okända tillägget 'startls'. Menade du 'starttls'\?"),
        ("smtp://server?starttls=kanske", "starttls ska vara ja, nej eller auto"),
        ("smtp://u:hemligt@server?starttls=auto", "med lösenord ska starttls vara ja"),
        ("smtp://server?timeout=lagom", "timeout ska vara ett antal sekunder, högst 3600"),
        ("smtp://server?timeout=0", "timeout ska vara ett antal sekunder"),
        ("smtp://server?svarstid=nan", "svarstid ska vara ett antal sekunder"),
        ("smtp://server?avsandare=vaka", "avsandare ska vara en mejladress"),
    ],
)
def test_adress_som_inte_gar_att_tolka_sags_utan_losenordet(url: str, mening: str) -> None:
    with pytest.raises(Notisfel, match=mening) as nej:
        SmtpInstallningar.fran_url(url)
    assert "hemligt" not in str(nej.value)


def test_losenordet_syns_inte_nar_installningarna_skrivs_ut() -> None:
    assert "hemligt" not in repr(SmtpInstallningar.fran_url("smtp://u:hemligt@server"))

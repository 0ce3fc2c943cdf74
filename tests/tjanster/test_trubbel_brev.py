"""The mail server is away for days, ill for some, and back: nothing is lost, nothing doubled, and it is seen meanwhile."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr
from sqlalchemy import text

from notiser import status
from tests.bygg import KONTAKT, NU, Bygge
from tests.tjanster.invarianter import brustet
from tjanster.halsa import Halsa, prova_halsan
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler.svep import bevaka, skicka
from tjanster.scheduler.tystnad import sag_till_om_tystnad


class Brevserver:
    """A real SMTP server on a socket, that may answer one recipient or everybody with a no."""

    def __init__(self) -> None:
        self.mottagna: list[tuple[str, EmailMessage]] = []
        self.nej: Callable[[str], str | None] = lambda adress: None
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = int(s.getsockname()[1])
        self._kontroll: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if svar := self.nej(address):
            return svar
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mottagna.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=default)))
        return "250 OK"

    def starta(self) -> None:
        self._kontroll = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10)
        self._kontroll.start()

    def stanna(self) -> None:
        if self._kontroll is not None:
            self._kontroll.stop(no_assert=True)
            self._kontroll = None


@pytest.fixture
def brevserver() -> Iterator[Brevserver]:
    server = Brevserver()
    yield server
    server.stanna()


@pytest.fixture
def skarp(bygg: Bygge, brevserver: Brevserver) -> Bygge:
    """The same program, sending to the server and not to the demo's mailbox."""
    url = SecretStr(f"smtp://127.0.0.1:{brevserver.port}?timeout=5&svarstid=5")
    installningar = bygg.vaka.settings.model_copy(update={"smtp": url, "demo": False, "avsandare": "vaka@kommun.example"})
    return Bygge(replace(bygg.vaka, settings=installningar))


def tid(text_: str) -> datetime:
    return datetime.fromisoformat(text_).replace(tzinfo=SVENSK_TID)


def punkt(halsa: Halsa, namn: str) -> tuple[bool, str]:
    return next((p.bra, p.text) for p in halsa.punkter if p.namn == namn)


def lage(bygg: Bygge) -> dict[str, int]:
    with bygg.vaka.systemet() as conn:
        nu = status(conn)
    return {k: n for k in ("vantar", "skickad", "misslyckad") if (n := getattr(nu, k))}


def test_brevserver_borta_i_nio_dagar_forlorar_och_dubblerar_inget(skarp: Bygge, brevserver: Brevserver) -> None:
    for dag in range(9):  # Monday 7 – Tuesday 15 September
        nu = NU + timedelta(days=dag)
        skarp.ny("synpunkt", nu=nu, kontakt=KONTAKT, inkom=nu.date().isoformat())
        skarp.ny("lex_sarah", "mia", nu=nu, handelsedatum=nu.date().isoformat())
        for timmar in (-2, 4):
            _, utskick = bevaka(skarp.vaka, nu + timedelta(hours=timmar))
            assert utskick is not None
            assert (utskick.skickade, utskick.misslyckade) == (0, 0)
    alla = skarp.notiser()
    assert len(alla) > 30
    # None of their tries was used, since they were not to blame; each tells why it waits.
    assert {(n["status"], n["forsok"]) for n in alla} == {("vantar", 0)}
    assert {n["senaste_fel"] for n in alla if n["tidigast"] < NU} <= {None}
    assert any("gick inte att nå" in (n["senaste_fel"] or "") or "nekades" in (n["senaste_fel"] or "") for n in alla)
    halsa = prova_halsan(skarp.vaka, NU + timedelta(days=8, hours=9))
    bra, mening = punkt(halsa, "Utkorg")
    assert not bra
    assert f"{len(alla)} väntar" in mening
    assert "VAKA_SMTP" in mening

    brevserver.starta()
    ut = skicka(skarp.vaka, NU + timedelta(days=8, hours=10))
    assert ut is not None
    assert ut.skickade == len(alla)
    assert lage(skarp) == {"skickad": len(alla)}
    assert skicka(skarp.vaka, NU + timedelta(days=8, hours=11)).skickade == 0  # type: ignore[union-attr]
    assert len(brevserver.mottagna) == len(alla)
    assert len({post["Message-ID"] for _, post in brevserver.mottagna}) == len(alla)
    assert Counter(adress for adress, _ in brevserver.mottagna) == Counter(n["adress"] for n in alla)
    assert punkt(prova_halsan(skarp.vaka, NU + timedelta(days=8, hours=11)), "Utkorg")[0]
    with skarp.vaka.systemet() as conn:
        assert brustet(conn, skarp.vaka.sammanhang) == []


def test_server_som_kommer_tillbaka_pa_en_lordag_far_bara_det_bradskande(skarp: Bygge, brevserver: Brevserver) -> None:
    skarp.ny("synpunkt", nu=tid("2026-09-11T15:00"), inkom="2026-09-11")  # Friday
    skarp.gor("SYN-2026-0001", "fordela", "rut", nu=tid("2026-09-11T15:05"), enhet="familjehem")
    skarp.ny("lex_sarah", "mia", nu=tid("2026-09-11T16:00"), handelsedatum="2026-09-11")
    assert skicka(skarp.vaka, tid("2026-09-11T16:10")).skickade == 0  # type: ignore[union-attr]
    brevserver.starta()
    assert skicka(skarp.vaka, tid("2026-09-12T10:00")).skickade == 3  # type: ignore[union-attr]
    assert {str(post["Subject"]) for _, post in brevserver.mottagna} == {"Ärende LXS-2026-0001 väntar på dig"}
    assert skicka(skarp.vaka, tid("2026-09-13T10:00")).skickade == 0  # type: ignore[union-attr]
    assert skicka(skarp.vaka, tid("2026-09-14T07:00")).skickade == 1  # type: ignore[union-attr]


def test_tillfalligt_nej_provas_igen_och_slutligt_nej_syns(skarp: Bygge, brevserver: Brevserver) -> None:
    brevserver.starta()
    skarp.ny("lex_sarah", "mia")
    brevserver.nej = lambda adress: {"kim": "451 4.3.0 senare", "anders": "550 5.1.1 finns inte"}.get(adress.split("@")[0])
    skicka(skarp.vaka, NU)
    assert lage(skarp) == {"vantar": 1, "skickad": 1, "misslyckad": 1}
    halsa = prova_halsan(skarp.vaka, NU + timedelta(minutes=1))
    assert punkt(halsa, "Misslyckade brev") == (False, "1 gick inte att skicka: se /notiser")
    brevserver.nej = lambda adress: None
    assert skicka(skarp.vaka, NU + timedelta(seconds=30)).skickade == 0  # type: ignore[union-attr]
    assert skicka(skarp.vaka, NU + timedelta(minutes=2)).skickade == 1  # type: ignore[union-attr]
    assert Counter(adress for adress, _ in brevserver.mottagna) == {"elin@vaka.example": 1, "kim@vaka.example": 1}


def test_felaktig_adress_pa_ett_konto_stoppar_ingen_annans_brev(skarp: Bygge, brevserver: Brevserver) -> None:
    brevserver.starta()
    with skarp.vaka.systemet() as conn:
        conn.execute(text("UPDATE anvandare SET epost = 'elin utan snabel-a' WHERE anvandarnamn = 'elin'"))
    skarp.ny("avvikelse", "mia")
    skarp.ny("synpunkt", kontakt=KONTAKT)
    utfall, _ = bevaka(skarp.vaka, tid("2026-09-14T07:30"))
    assert (utfall.fel, utfall.utan_mottagare) == ([], 0)
    till = {adress for adress, _ in brevserver.mottagna}
    assert till == {"anders@vaka.example", KONTAKT["epost"]}  # the level above stands in


def test_nar_bevakningen_har_stannat_skickar_webben_sjalv_brevet_om_det(skarp: Bygge, brevserver: Brevserver) -> None:
    brevserver.starta()
    bevaka(skarp.vaka, NU)
    with skarp.oppen() as conn:  # a sweep notes the machine's own time
        conn.execute(text("UPDATE svep SET start = :nu, slut = :nu"), {"nu": NU})
        conn.commit()
    fore = len(brevserver.mottagna)
    for minuter in (29, 31, 32, 90):
        sag_till_om_tystnad(skarp.vaka, NU + timedelta(minutes=minuter))
    [(till, brev)] = brevserver.mottagna[fore:]
    assert till == "adam@vaka.example"
    assert brev["Subject"] == "Bevakningen har stannat"
    assert "vaka start --roll vakt" in brev.get_body(("plain",)).get_content()


def test_brevet_om_den_tysta_bevakningen_skickas_igen_nar_servern_har_varit_borta(skarp: Bygge, brevserver: Brevserver) -> None:
    with skarp.oppen() as conn:
        conn.execute(text("INSERT INTO svep (start, slut, nu, utfall) VALUES (:nu, :nu, :nu, '{}')"), {"nu": NU})
        conn.commit()
    sag_till_om_tystnad(skarp.vaka, NU + timedelta(minutes=31))
    brevserver.starta()
    for minuter in (45, 46, 90):
        sag_till_om_tystnad(skarp.vaka, NU + timedelta(minutes=minuter))
    assert [till for till, _ in brevserver.mottagna] == ["adam@vaka.example"]

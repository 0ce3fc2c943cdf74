"""Answers that no honest provider would give: each is refused with its own sentence, and leaves nothing behind."""

import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from regler import Inloggningsregler
from tests.bygg import Bygge
from tests.oidc.besokare import Besokare, med_oidc, med_regler
from tests.oidc.forfalskare import ANNAN, NYCKEL, Forfalskare, b64, undertecknad, utan_underskrift
from tests.webbklient import Sida
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.db import t
from tjanster.halsa import prova_halsan
from tjanster.inloggning.fel import FEL, OidcFel
from tjanster.inloggning.leverantor import Leverantor, harledd

Skriv = Callable[[dict[str, Any]], str | None]
NASTA_NYCKEL = RSAKey.generate_key(2048, parameters={"kid": "två", "use": "sig", "alg": "RS256"})


@pytest.fixture
def forfalskare() -> Iterator[Forfalskare]:
    with Forfalskare() as forfalskare:
        yield forfalskare


@pytest.fixture
def vakan(bygg: Bygge, forfalskare: Forfalskare) -> Vaka:
    vaka = med_oidc(bygg.vaka, forfalskare.utfardare)
    med_regler(vaka, lambda _: Inloggningsregler(kand_genom="anvandarnamn"))
    return vaka


def forsok(vaka: Vaka) -> Sida:
    with Besokare(vaka) as besokare:
        return besokare.ga("/logga-in/kommunen?vidare=/sena")


def andrat(**ansprak: Any) -> Skriv:
    """The right claims with some changed; None takes one away."""
    return lambda ratt: undertecknad({namn: varde for namn, varde in (ratt | ansprak).items() if varde is not None})


def _manipulerad(ratt: dict[str, Any]) -> str:
    huvud, _, underskrift = undertecknad(ratt).split(".")
    kropp = b64(json.dumps(ratt | {"preferred_username": "kim"}).encode())
    return f"{huvud}.{kropp}.{underskrift}"


def _hs_med_den_oppna_nyckeln(ratt: dict[str, Any]) -> str:
    # By hand: no library signs so.
    delar = ".".join(b64(json.dumps(del_).encode()) for del_ in ({"alg": "HS256", "kid": "ett"}, ratt))
    return f"{delar}.{b64(hmac.digest(NYCKEL.as_pem(private=False), delar.encode(), 'sha256'))}"


OARLIGT: dict[str, tuple[str, Skriv]] = {
    "en annan utfärdare": ("fel_utfardare", andrat(iss="https://login.exempel.example")),
    "utfärdaren saknas": ("fel_utfardare", andrat(iss=None)),
    "till ett annat program": ("fel_mottagare", andrat(aud="annat")),
    "till många utan att säga vem som frågade": ("fel_mottagare", andrat(aud=["vaka", "annat"])),
    "till många, och en annan frågade": ("fel_mottagare", andrat(aud=["vaka", "annat"], azp="annat")),
    "en annan inloggnings nonce": ("fel_nonce", andrat(nonce="en annan")),
    "utan nonce": ("fel_nonce", andrat(nonce=None)),
    "utgången": ("utgangen", lambda ratt: andrat(exp=ratt["iat"] - 61, iat=ratt["iat"] - 400)(ratt)),
    "utan sista tid": ("ofullstandigt", andrat(exp=None)),
    "aldrig utgången": ("ofullstandigt", andrat(exp="aldrig")),
    "utfärdad i framtiden": ("ofullstandigt", lambda ratt: andrat(iat=ratt["iat"] + 3600)(ratt)),
    "gäller inte än": ("ofullstandigt", lambda ratt: andrat(nbf=ratt["iat"] + 3600)(ratt)),
    "utan person": ("ofullstandigt", andrat(sub=None)),
    "utan token": ("ofullstandigt", lambda _: None),
    "undertecknad med en annan nyckel": ("fel_signatur", lambda ratt: undertecknad(ratt, ANNAN)),
    "ändrad efteråt": ("fel_signatur", _manipulerad),
    "utan underskrift": ("fel_signatur", utan_underskrift),
    "undertecknad med den öppna nyckeln som hemlighet": ("fel_signatur", _hs_med_den_oppna_nyckeln),
    "okänd nyckel": ("fel_signatur", lambda ratt: undertecknad(ratt, kid="tre")),
    "ingen token alls": ("fel_signatur", lambda _: "inte.en.token"),
    "fler grupper än som skickas": ("for_manga_grupper", andrat(groups=None, _claim_names={"groups": "src1"})),
}


@pytest.fixture
def inget_kvar(vakan: Vaka, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    with vakan.motor.connect() as conn:
        for tabell in (t.inloggning, t.identitet, t.inloggningsforsok):
            assert conn.execute(select(func.count()).select_from(tabell)).scalar_one() == 0, tabell.name
        assert conn.execute(select(func.count()).where(t.uppdrag.c.kalla == "grupp")).scalar_one() == 0
    assert "eyJ" not in caplog.text, "en token står i loggen"


def test_ett_arligt_svar_slapps_in(vakan: Vaka) -> None:
    sida = forsok(vakan)
    assert (sida.status, sida.vag) == (200, "/sena")


@pytest.mark.usefixtures("inget_kvar")
def test_en_annan_webbplats_startar_ingen_inloggning(vakan: Vaka) -> None:
    """Who is already logged in at the provider would else be logged in to Vaka by a link somewhere, unasked."""
    for fran in ("cross-site", "same-site"):
        with Besokare(vakan, {"sec-fetch-site": fran}) as besokare:
            assert besokare.ga("/logga-in/kommunen?vidare=/sena").vag == "/logga-in?vidare=/sena"


def test_oarliga_svar_nekas_vart_och_ett_med_sin_mening(vakan: Vaka, forfalskare: Forfalskare) -> None:
    for vad, (kod, skriv) in OARLIGT.items():
        forfalskare.skriv = skriv
        sida = forsok(vakan)
        assert (sida.status, FEL[kod][1] in sida.text) == (FEL[kod][0], True), f"{vad}: {sida.text}"
        assert "eyJ" not in sida.html
        assert 'name="losenord"' in sida.html, "den andra vägen in är kvar"


@pytest.mark.usefixtures("inget_kvar")
@pytest.mark.parametrize(
    ("vad", "varde", "kod"),
    [
        ("mer", {"iss": "https://login.exempel.example"}, "fel_utfardare"),
        ("mer", {"error": "access_denied"}, "avbruten"),
        ("mer", {"error": "server_error", "error_description": "<script>eyJ"}, "leverantoren_nekade"),
        ("mer", {"code": ""}, "ofullstandigt"),
        ("token", {"error": "invalid_grant"}, "ofullstandigt"),
        ("om_sig", {"issuer": "https://login.exempel.example"}, "fel_utfardare"),
        ("om_sig", {"token_endpoint": "http://login.exempel.example/token"}, "leverantoren_felinstalld"),
        ("om_sig", {"jwks_uri": None}, "leverantoren_felinstalld"),
        ("status", 500, "leverantoren_svarar_inte"),
        ("status", 404, "leverantoren_felinstalld"),
        ("nycklar", [], "leverantoren_felinstalld"),
    ],
)
def test_andra_fel_hos_leverantoren(vakan: Vaka, forfalskare: Forfalskare, vad: str, varde: Any, kod: str) -> None:
    setattr(forfalskare, vad, varde)
    sida = forsok(vakan)
    assert (sida.status, FEL[kod][1] in sida.text) == (FEL[kod][0], True), sida.text
    assert "<script>eyJ" not in sida.html


def test_den_styrka_som_kravs_fragas_efter_och_provas(vakan: Vaka, forfalskare: Forfalskare) -> None:
    stark = med_oidc(vakan, forfalskare.utfardare, oidc_styrka="loa3 loa4")
    for acr, status in ((None, 403), ("loa2", 403), (["loa3"], 403), ("loa3", 200), ("loa4", 200)):
        forfalskare.skriv = andrat(acr=acr)
        sida = forsok(stark)
        assert (sida.status, FEL["for_svag"][1] in sida.text) == (status, status == 403), acr
        assert forfalskare.fraga["acr_values"] == "loa3 loa4"
    forfalskare.skriv = andrat()
    assert forsok(vakan).status == 200
    assert "acr_values" not in forfalskare.fraga


def test_halsan_sager_om_leverantoren_svarar_och_heter_ratt(vakan: Vaka, forfalskare: Forfalskare) -> None:
    def sager() -> tuple[bool, str]:
        (punkt,) = [p for p in prova_halsan(vakan, klocka.nu()).punkter if p.namn == "Kommunens inloggning"]
        return punkt.bra, punkt.text

    assert sager() == (True, "som den ska")
    forfalskare.om_sig = {"issuer": f"{forfalskare.utfardare}/"}
    assert sager() == (False, "utfärdaren säger sig heta något annat än VAKA_OIDC: skriv av namnet tecken för tecken")
    forfalskare.status = 500
    assert sager() == (False, f"{forfalskare.utfardare}: Kommunens inloggning svarar inte just nu. Försök igen om en stund.")
    utan_steg = vakan.settings.model_copy(update={"demo": False, "tvasteg": "nej"})
    punkter = {p.namn: p for p in prova_halsan(replace(vakan, settings=utan_steg), klocka.nu()).punkter}
    assert "ett lösenord räcker" in punkter["Tvåstegsinloggning"].text


def test_koden_som_leverantoren_inte_godtar(vakan: Vaka, forfalskare: Forfalskare) -> None:
    leverantor = Leverantor(vakan.settings)
    leverantor.adress("hemlighet", klocka.nu())
    forfalskare.status, forfalskare.token = 400, {"error": "invalid_grant"}
    with pytest.raises(OidcFel) as fel:
        leverantor.ta_emot("hemlighet", {"code": "x", "state": harledd("hemlighet", "state")}, klocka.nu())
    assert fel.value.kod == "koden_godtogs_inte"


def test_varje_fel_har_en_mening_som_nagot_prov_framkallar() -> None:
    provade = {kod for kod, _ in OARLIGT.values()} | {"avbruten", "leverantoren_nekade", "leverantoren_svarar_inte",
              "leverantoren_felinstalld", "koden_godtogs_inte", "forsoket_okant", "okand_person", "stangt_konto",
              "konto_redan_knutet", "for_svag"}  # fmt: skip
    assert provade == set(FEL)


def test_nar_leverantoren_byter_nyckel_hamtas_den_nya(vakan: Vaka, forfalskare: Forfalskare) -> None:
    leverantor, nu = Leverantor(vakan.settings), klocka.nu()

    def ta_emot(nar: Any) -> str:
        forfalskare.fraga = {"client_id": "vaka", "nonce": harledd("hemlighet", "nonce")}
        return leverantor.ta_emot("hemlighet", {"code": "x", "state": harledd("hemlighet", "state")}, nar).amne

    assert ta_emot(nu) == "påhittat-id"
    forfalskare.nycklar = [NASTA_NYCKEL]
    forfalskare.skriv = lambda ratt: undertecknad(ratt, NASTA_NYCKEL, kid="två")
    with pytest.raises(OidcFel, match="signaturen"):
        ta_emot(nu + timedelta(seconds=30))  # asked for at most once a minute, whatever people send
    assert ta_emot(nu + timedelta(seconds=61)) == "påhittat-id"

"""Every id in every route as every role: what lies outside one's circle answers exactly as what doesn't exist.

The expected answer comes from `far_se`; that it says right has tests of its own. Cases of every process lie on several
units, one with a protected identity and one with a recused manager among them.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, event, insert, select, text, update

from arbetsfloden import PROCESSER
from tests.bygg import KONTAKT, PERSONAL, Bygge
from tests.sakerhet.dorr import Dorr, vagar
from tjanster.arenden.behorighet import far_se, roller_i
from tjanster.db import t
from tjanster.sessioner import csrf
from tjanster.web.uppgift import LEDER

ALLA = (None, *(namn for namn in PERSONAL if namn != "hugo"))  # hugo has hanna's role on hanna's unit
FINNS_INTE = 999_999


@dataclass(frozen=True)
class Mal:
    """A case to aim at, with the ids of what hangs on it."""

    nummer: str
    rad: dict[str, Any]
    frister: tuple[int, ...]
    uppgifter: tuple[int, ...]
    bilagor: tuple[int, ...]

    @property
    def saknat(self) -> str:
        """A number of the same kind that nobody has."""
        return f"{self.nummer[:9]}9999"

    @property
    def steg(self) -> list[str]:
        process = next(p for p in PROCESSER.values() if self.nummer.startswith(p.prefix))
        return sorted({s.handelse for s in process.alla_steg})[::9]


@dataclass
class Varld:
    bygg: Bygge
    dorr: Dorr
    mal: list[Mal]

    def ser(self, som: str | None, mal: Mal) -> bool:
        if som is None:
            return False
        aktor = self.bygg.aktor(som)
        assert aktor is not None
        return far_se(aktor, self.bygg.vaka.sammanhang.kommun, PROCESSER[mal.rad["process"]], mal.rad)


@pytest.fixture
def varld(bygg: Bygge) -> Varld:
    with bygg.vaka.systemet() as conn:
        vem = {r.anvandarnamn: r.id for r in conn.execute(select(t.anvandare.c.anvandarnamn, t.anvandare.c.id))}
    nummer = [
        bygg.ny("avvikelse", "mia"), bygg.ny("avvikelse", "frida", enhet="hemtjanst_norr"), bygg.ny("synpunkt", kontakt=KONTAKT),
        bygg.ny("lex_sarah"), bygg.ny("beslut", "frida", enhet="hemtjanst_norr"),
        bygg.ny("avvikelse", "mia", beskrivning="Påhittad skyddad"), bygg.ny("avvikelse", "mia", beskrivning="Påhittad jävig"),
    ]  # fmt: skip
    for i, ett in enumerate(nummer):
        bygg.bifoga(ett, f"underlag{i}.txt", som=_nagon(bygg, ett))
    with bygg.oppen() as conn:
        conn.execute(update(t.arende).where(t.arende.c.nummer == nummer[-2]).values(krets=[vem["anders"]]))
        conn.execute(update(t.arende).where(t.arende.c.nummer == nummer[-1]).values(javiga=[vem["elin"]]))
        for ett, rad in conn.execute(select(t.arende.c.id, t.arende.c.enhet)):
            conn.execute(
                insert(t.uppgift).values(arende_id=ett, slag="egen", text="Påhittad uppgift", enhet=rad, skapad=bygg.nu)
            )
        conn.commit()
        return Varld(bygg, Dorr(bygg), [_mal(conn, ett) for ett in nummer])


def _nagon(bygg: Bygge, nummer: str) -> str:
    """Somebody who may attach a file to the case."""
    rad = bygg.rad(nummer)
    process = PROCESSER[rad["process"]]
    kommun = bygg.vaka.sammanhang.kommun
    return next(
        n for n in ("elin", "hanna", "frida", "eva", "kim", "anders") if far_se(bygg.aktor(n), kommun, process, rad)  # type: ignore[arg-type]
    )  # fmt: skip


def _mal(conn: Connection, nummer: str) -> Mal:
    rad = dict(conn.execute(select(t.arende).where(t.arende.c.nummer == nummer)).mappings().one())
    barn = [
        tuple(conn.execute(select(b.c.id).where(b.c.arende_id == rad["id"])).scalars())
        for b in (t.frist, t.uppgift, t.bilaga)
    ]
    return Mal(nummer, rad, *barn)


def _ifyllda(vag: str, mal: Mal) -> Iterator[str]:
    """The route aimed at the case, once for each of its ids."""
    for namn, idn in (
        ("frist_id", mal.frister),
        ("uppgift_id", mal.uppgifter),
        ("bilaga", mal.bilagor),
        ("handelse", mal.steg),
    ):
        if f"{{{namn}}}" in vag:
            yield from (
                vag.replace(f"{{{namn}}}", str(ett)).replace("{nummer}", mal.nummer) for ett in idn or (FINNS_INTE,)
            )
            return
    yield vag.replace("{nummer}", mal.nummer)


def _om_arendet(app: Any) -> list[tuple[str, str]]:
    alla = [(m, v) for m, v in vagar(app) if "{nummer}" in v and not v.startswith("/folj/")]
    return alla + [(m, v) for _, v in alla for m in ("HEAD", "OPTIONS") if (m, v) not in alla]


def _fraga(
    varld: Varld, metod: str, vag: str, som: str | None, huvuden: dict[str, str] | None = None
) -> tuple[Any, ...]:
    kw: dict[str, Any] = {}
    if metod == "POST" and vag.endswith("/bilagor"):
        kw = {"files": {"filer": ("a.txt", b"Pahittad", "text/plain")}}
    elif metod == "POST" and vag.startswith("/api/"):
        kw = {
            "json": {"handelse": "anteckna", "version": 1} if vag.endswith("/handelser") else {"skal": "Påhittat skäl"}
        }
    elif metod == "POST":
        kw = {"data": {"csrf": csrf(varld.dorr.session(som)) if som else "", "skal": "Påhittat skäl"}}
        if vag.endswith("/bifoga"):
            kw["files"] = {"filer": ("a.txt", b"Pahittad", "text/plain")}
    return (metod, vag, som, dict(huvuden or {}), None, None, kw)


def _bild(svar: httpx.Response, nummer: str) -> tuple[int, str, tuple[str, ...]]:
    """What can be told from the answer, the number asked for taken away, and what is new each time: the form's word, the call's
    own number."""
    nya = {"x-request-id"} | ({"content-length"} if "content-encoding" in svar.headers else set())
    return (
        svar.status_code,
        re.sub(r'name="csrf" value="[\w-]+"', "ORDET", svar.text.replace(nummer, "NUMMER")),
        tuple(sorted(f"{k}: {v}".replace(nummer, "NUMMER") for k, v in svar.headers.items() if k not in nya)),
    )


def _kvitterar(varld: Varld, som: str | None, mal: Mal) -> bool:
    """One who reported it keeps the receipt: the number and the unit that they wrote themself."""
    aktor = varld.bygg.aktor(som)
    return aktor is not None and mal.rad["registrerad_av"] == aktor.id and aktor.id not in mal.rad["javiga"]


def test_utanfor_kretsen_svarar_allt_som_om_arendet_inte_finns(varld: Varld) -> None:
    vagar_ = _om_arendet(varld.dorr.app)
    assert len({v for _, v in vagar_}) >= 14
    fragor: dict[tuple[str | None, str, str], tuple[Any, ...]] = {}
    om = []
    for som in ALLA:
        for mal in (m for m in varld.mal if not varld.ser(som, m)):
            for metod, vag in vagar_:
                if vag.startswith("/kvitto") and _kvitterar(varld, som, mal):
                    continue
                if metod in ("HEAD", "OPTIONS") and som not in (None, "mia", "kim"):
                    continue
                for ifylld in _ifyllda(vag, mal):
                    for x in (ifylld, ifylld.replace(mal.nummer, mal.saknat)):
                        fragor.setdefault((som, metod, x), _fraga(varld, metod, x, som))
                    om.append((som, mal, metod, ifylld))
    svar = dict(zip(fragor, varld.dorr.flera(list(fragor.values())), strict=True))
    skiljer = []
    for som, mal, metod, vag in om:
        finns, saknas = svar[som, metod, vag], svar[som, metod, vag.replace(mal.nummer, mal.saknat)]
        if _bild(finns, mal.nummer) != _bild(saknas, mal.saknat):
            skiljer.append((som, metod, vag, finns.status_code, saknas.status_code, finns.text[-300:]))
        if som is not None and finns.status_code not in (404, 405):
            skiljer.append((som, metod, vag, finns.status_code, "inte 404"))
    assert skiljer == []
    assert len(om) > 1200
    utanfor = {som: {mal for vem, mal, *_ in ((o[0], o[1].nummer) for o in om) if vem == som} for som in ALLA}
    assert len(utanfor["rolf"]) == len(varld.mal), "revisorn ser tal, aldrig ärenden"
    assert len(utanfor["kim"]) < len(utanfor["mia"])


def test_inom_kretsen_finns_arendet(varld: Varld) -> None:
    par = [(som, mal) for som in PERSONAL for mal in varld.mal if varld.ser(som, mal)]
    fragor = [
        _fraga(varld, "GET", vag, som)
        for som, mal in par
        for vag in (f"/arende/{mal.nummer}", f"/api/v1/arenden/{mal.nummer}")
    ]
    statusar = Counter(s.status_code for s in varld.dorr.flera(fragor))
    assert len(par) > 20
    assert statusar.keys() <= {200, 303, 403}, statusar  # 303 and 403: a reason for the reading is asked for first
    assert statusar[200] > len(par)
    skyddad, javig = varld.mal[-2:]
    assert [som for som in PERSONAL if varld.ser(som, skyddad)] == ["anders"]
    assert not varld.ser("elin", javig)
    assert varld.ser("hanna", javig) == varld.ser("hanna", varld.mal[0])


def test_ett_arendes_delar_nas_inte_genom_ett_annat(varld: Varld) -> None:
    """The limits, files and tasks of another case, seen or not, under the number of a case that one sees: not there."""
    fragor, om = [], []
    for som in ("elin", "hanna", "frida", "kim", "anders"):
        egna = [m for m in varld.mal if varld.ser(som, m)][:2]
        for eget in egna:
            for annat in varld.mal:
                if annat is not eget:
                    for vag, idn in (("frist", annat.frister), ("bilaga", annat.bilagor), ("api", annat.bilagor)):
                        for ett in idn:
                            for x in (ett, FINNS_INTE):
                                mall = (
                                    f"/api/v1/arenden/{eget.nummer}/bilagor/{x}"
                                    if vag == "api"
                                    else f"/arende/{eget.nummer}/{vag}/{x}"
                                )
                                fragor.append(_fraga(varld, "GET", mall, som))
                            om.append((som, eget.nummer, vag, ett))
    svar = varld.dorr.flera(fragor)
    assert len(om) > 60
    for vad, annans, ingens in zip(om, svar[::2], svar[1::2], strict=True):
        assert annans.status_code == 404, vad
        assert _bild(annans, vad[1]) == _bild(ingens, vad[1]), vad


def _leder(varld: Varld, som: str, mal: Mal) -> bool:
    """A task is given to a unit: who leads it answers for the task, also of a case that they may not open. Not so when they
    are recused, or when the case is for named persons only."""
    aktor = varld.bygg.aktor(som)
    assert aktor is not None
    if aktor.id in mal.rad["javiga"] or mal.rad["krets"] is not None:
        return False
    return bool(roller_i(aktor, varld.bygg.vaka.sammanhang.kommun, mal.rad["enhet"]) & LEDER)


def test_uppgifter_utanfor_kretsen_finns_inte(varld: Varld) -> None:
    par = [
        (som, mal, ett)
        for som in PERSONAL
        for mal in varld.mal
        for ett in mal.uppgifter
        if not varld.ser(som, mal) and not _leder(varld, som, mal)
    ]
    fragor = []
    for som, _, ett in par:
        for x in (ett, FINNS_INTE):
            fragor += [_fraga(varld, "GET", f"/uppgift/{x}", som), _fraga(varld, "POST", f"/uppgift/{x}/klar", som)]
    svar = varld.dorr.flera(fragor)
    assert len(par) > 40
    for i, (som, mal, _) in enumerate(par):
        for finns, saknas in ((svar[4 * i], svar[4 * i + 2]), (svar[4 * i + 1], svar[4 * i + 3])):
            assert finns.status_code == 404, (som, mal.nummer)
            assert _bild(finns, mal.nummer) == _bild(saknas, mal.nummer)


# -- lists, search, counts, exports --------------------------------------------------------------------------------------


def _ord_i(svar: httpx.Response) -> str:
    """All that can be read of an answer, also inside a spreadsheet."""
    if not svar.content.startswith(b"PK"):
        return svar.text
    with zipfile.ZipFile(io.BytesIO(svar.content)) as arkiv:
        return "".join(arkiv.read(n).decode("utf-8", "replace") for n in arkiv.namelist() if n.endswith(".xml"))


def _samlingar(varld: Varld) -> list[str]:
    """Every page that tells of many, and every question that a search takes."""
    tomma = [
        v
        for m, v in vagar(varld.dorr.app)
        if m == "GET" and "{" not in v and v not in ("/halsa", "/logga-in", "/demo/brevlada")
    ]
    rapporter = re.findall(r"/rapporter/[a-z_-]+", varld.dorr("GET", "/rapporter", "kim").text)
    ut = [
        *tomma,
        *(f"{r}{f}" for r in sorted(set(rapporter)) for f in ("", "?format=csv", "?format=xlsx")),
    ]
    ut += ["/enhet?alla=ja", "/enhet?process=avvikelse"]
    return [*ut, "/api/v1/arenden?antal=200", *(f"/api/v1/arenden?process={p}" for p in PROCESSER)]


def _sokningar(varld: Varld) -> list[tuple[str | None, str]]:
    """Who → the page of hits that a search of theirs led to, by words and by numbers."""
    sokt = [m.nummer for m in varld.mal] + [m.nummer[-4:] for m in varld.mal] + ["Påhittad", "pahittad", "Påhittad -skyddad"]
    par = [(som, q) for som in ALLA if som for q in sokt]
    svar = varld.dorr.flera(
        [("POST", "/sok", som, {}, None, {"q": q, "avslutade": "ja"}, {}) for som, q in par]
    )
    return [(som, ett.headers["location"]) for (som, _), ett in zip(par, svar, strict=True)]


def test_inget_nummer_utanfor_kretsen_star_pa_nagon_sida(varld: Varld) -> None:
    vagar_ = _samlingar(varld)
    fragor = [(som, vag) for som in ALLA for vag in vagar_] + _sokningar(varld)
    svar = varld.dorr.flera([_fraga(varld, "GET", vag, som) for som, vag in fragor])
    lackor, sedda = [], 0
    for (som, vag), ett in zip(fragor, svar, strict=True):
        assert ett.status_code < 500, (som, vag)
        # What they typed themselves, told back to them alone, is no leak.
        ord_ = re.sub(r'<section aria-labelledby="senaste">.*?</section>', "", _ord_i(ett), flags=re.S)
        for mal in varld.mal:
            if mal.nummer in ord_.replace(f'value="{mal.nummer}"', "") and mal.nummer not in vag:
                sedda += 1
                if not varld.ser(som, mal):
                    lackor.append((som, vag, mal.nummer))
    assert lackor == []
    assert sedda > 100


def test_antalen_raknar_bara_vad_man_ser(varld: Varld) -> None:
    for som in PERSONAL:
        ser = {m.nummer for m in varld.mal if varld.ser(som, m)}
        svar = varld.dorr("GET", "/api/v1/arenden", som).json()
        assert {a["nummer"] for a in svar["arenden"]} == ser, som
        assert svar["antal"] == len(ser), som


# -- time ----------------------------------------------------------------------------------------------------------------


def test_samma_arbete_for_det_dolda_som_for_det_som_inte_finns(varld: Varld) -> None:
    """No clock can tell them apart, since the database is asked the same things: the same statements in the same order."""
    satser: list[str] = []

    def notera(_c: Any, _k: Any, sats: str, *_: Any) -> None:
        satser.append(sats)

    for som in ("mia", "frida", "rolf", "elin"):
        varld.dorr.session(som), varld.dorr.token(som)
    motor = varld.bygg.vaka.motor
    event.listen(motor, "before_cursor_execute", notera)
    try:
        for som in ("mia", "elin"):
            for mal in varld.mal:
                if varld.ser(som, mal) or mal.rad["process"] == "beslut":
                    continue
                for metod, vag in _om_arendet(varld.dorr.app):
                    if metod in ("HEAD", "OPTIONS") or (vag.startswith("/kvitto") and _kvitterar(varld, som, mal)):
                        continue
                    for ifylld in list(_ifyllda(vag, mal))[:1]:
                        matt = []
                        for x in (ifylld, ifylld.replace(mal.nummer, mal.saknat)):
                            satser.clear()
                            varld.dorr.flera([_fraga(varld, metod, x, som)])
                            matt.append(list(satser))
                        assert matt[0] == matt[1], (som, metod, ifylld)
    finally:
        event.remove(motor, "before_cursor_execute", notera)


def test_databasen_sjalv_visar_inget_utan_en_person(varld: Varld) -> None:
    """A forgotten WHERE in a plain transaction finds no case at all."""
    with varld.bygg.vaka.motor.begin() as conn:
        for tabell in ("arende", "frist", "uppgift", "bilaga", "handelse", "kontakt"):
            assert conn.execute(text(f'SELECT count(*) FROM "{tabell}"')).scalar_one() == 0, tabell

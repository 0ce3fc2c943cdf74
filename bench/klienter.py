"""One event at a time and eight at once: Vaka, Django with django-fsm-2, and the very same statements by bare psycopg.

Every client is a process of its own with a connection of its own, as both programs are run: a Python process works on one event at a time. Each
gets its cases before the clock starts, and all of a side start together; between the rounds they wait. What Vaka and Django do is the same step
in the same tables (`motpart/django_arenden.py` tells how); what psycopg sends is recorded as in `handelse.py`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from grund import BENCH, NU, ROT, Rad, databas, kvot, lagg_in_folk, median, miljo, oppna, skriv_tabell, turas_om
from handelse import Besvara, LamnaOver, Steget, spela_in, spela_upp
from sqlalchemy import event
from vandring import roda_dagar

from tjanster.arenden.behorighet import las_aktor
from tjanster.arenden.handelse import Begaran, utfor

KLIENTER, PER_KLIENT, VARV, VARV_ENSAM = 8, 6, 7, 100
MAL_DJANGO, MAL_PSYCOPG = 1.6, 0.65
EPOST = "paahittad@exempel.example"


class Sida:
    """The processes of one side."""

    def __init__(self, stack: ExitStack, kommando: list[str], antal: int, hej: dict[str, Any], omgivning: dict[str, str]) -> None:
        self.processer = [stack.enter_context(process(kommando, omgivning)) for _ in range(antal)]
        self.sag(json.dumps(hej))
        self.svar()

    def sag(self, *rader: str) -> None:
        """To each process its own line, or the same to all."""
        for i, p in enumerate(self.processer):
            assert p.stdin is not None
            p.stdin.write((rader[i] if len(rader) > 1 else rader[0]) + "\n")
            p.stdin.flush()

    def svar(self) -> list[str]:
        ut = []
        for p in self.processer:
            assert p.stdout is not None
            rad = p.stdout.readline()
            if not rad:
                raise RuntimeError("en klient slutade i förtid")
            ut.append(rad)
        return ut

    def ge(self, begaran: list[dict[str, Any]]) -> None:
        """Share out the cases, and wait until everyone is ready."""
        n = len(self.processer)
        self.sag(*(json.dumps(begaran[i::n]) for i in range(n)))
        self.svar()

    def kor(self, hur: str = "kor") -> tuple[float, int]:
        """Let all go. Seconds until the last is done (a lone client's own seconds), and statements sent when counted."""
        start = time.perf_counter()
        self.sag(hur)
        svar = [json.loads(rad) for rad in self.svar()]
        return svar[0]["tid"] if len(svar) == 1 else time.perf_counter() - start, svar[0]["satser"]


@contextmanager
def process(kommando: list[str], omgivning: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(kommando, cwd=ROT, env=omgivning, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as p:
        try:
            yield p
        finally:
            assert p.stdin is not None
            p.stdin.close()
            p.wait(20)


def som_rad(b: Begaran) -> dict[str, Any]:
    """A request as it is told to a client."""
    assert b.av is not None
    return {"nummer": b.nummer, "handelse": b.handelse, "av": b.av.id, "uppgifter": dict(b.uppgifter), "skal": b.skal, "adress": EPOST}


def klient(sort: str, url: str, mapp: Path) -> None:
    """A client of Vaka's, or one of bare psycopg."""
    vaka = oppna(url, mapp)
    ra = psycopg.connect(url, options="-c timezone=Europe/Stockholm")
    sys.stdin.readline()
    print("redo", flush=True)
    for rad in sys.stdin:
        with vaka.systemet() as conn:
            begaran = [
                Begaran(b["nummer"], b["handelse"], NU, las_aktor(conn, b["av"], NU.date()), b["uppgifter"], b["skal"])
                for b in json.loads(rad)
            ]
        inspelat = [spela_in(vaka, b) for b in begaran] if sort == "psycopg" else []
        print("redo", flush=True)
        sys.stdin.readline()
        start = time.perf_counter()
        for satser in inspelat:
            spela_upp(ra, satser)
        for b in () if inspelat else begaran:
            with vaka.systemet() as conn:
                utfor(conn, vaka.sammanhang, b)
        print(json.dumps({"tid": time.perf_counter() - start, "satser": 0}), flush=True)
    ra.close()
    vaka.stang()


def samma_foljd(url: str, ena: str, andra: str) -> None:
    """Both sides have left the same behind: state, version, limits, rungs, events and letters, and nobody told somebody else."""
    with psycopg.connect(url) as conn:
        av = [
            conn.execute(
                "SELECT a.tillstand, a.version, a.enhet, a.uppgifter, a.narmast, a.klardag, "
                "(SELECT array_agg(ROW(f.namn, f.forfaller, f.status, f.mott)::text ORDER BY f.id) FROM frist f WHERE f.arende_id = a.id), "
                "(SELECT array_agg(ROW(p.trappsteg, p.dag, p.nar, p.roll, p.fallen)::text ORDER BY p.id) FROM paminnelse p JOIN frist f ON f.id = p.frist_id "
                "WHERE f.arende_id = a.id), "
                "(SELECT array_agg(ROW(h.lopnr, h.handelse, h.fran, h.till, h.av, h.dag, h.skal, h.uppgifter)::text ORDER BY h.lopnr) FROM handelse h "
                "WHERE h.arende_id = a.id), "
                "(SELECT array_agg(ROW(n.mall, n.anvandare_id, n.adress, n.bradskande, n.status)::text ORDER BY n.id) FROM notis n "
                "WHERE n.arendenummer = a.nummer) FROM arende a WHERE a.nummer = %s",
                (nummer,),
            ).fetchone()
            for nummer in (ena, andra)
        ]
    assert av[0] == av[1], f"{ena} och {andra} skiljer sig:\n{av[0]}\n{av[1]}"


def mat(url: str, mapp: Path, namn: str, steg: Steget, vart: dict[str, list[str]], hej: dict[str, Any], omgivning: dict[str, str]) -> Iterator[Rad]:
    """One step: against Django with one client and with eight, and against psycopg with eight."""

    def nya(antal: int) -> list[dict[str, Any]]:
        return [som_rad(steg.begaran(steg.forbered())) for _ in range(antal)]

    def en_gang(sida: Sida, antal: int) -> float:
        sida.ge(nya(antal))
        return sida.kor()[0]

    with ExitStack() as stack:
        vaka, dj = (Sida(stack, vart[s], 1, hej, omgivning) for s in ("vaka", "django"))
        ena, andra = nya(1), nya(1)
        vaka.ge(ena)
        dj.ge(andra)
        vaka.kor()
        _, satser = dj.kor("rakna")
        samma_foljd(url, ena[0]["nummer"], andra[0]["nummer"])
        vakas_satser = len(spela_in(steg.vaka, steg.begaran(steg.forbered())))
        vara, deras = turas_om(lambda: en_gang(vaka, 1), lambda: en_gang(dj, 1), VARV_ENSAM)
    q = kvot(deras, vara)
    matt = f"{q:.2f} gånger Django ({1000 * median(vara):.2f} ms och {vakas_satser} satser mot {1000 * median(deras):.2f} ms och {satser})"
    yield Rad(f"En klient: {namn}", matt, f"≥ {MAL_DJANGO}", q >= MAL_DJANGO)
    antal = KLIENTER * PER_KLIENT
    for mot, ord_, mal in (("django", "gånger Django", MAL_DJANGO), ("psycopg", "av psycopg", MAL_PSYCOPG)):
        with ExitStack() as stack:
            vaka, motpart = (Sida(stack, vart[s], KLIENTER, hej, omgivning) for s in ("vaka", mot))
            vara, deras = turas_om(lambda: en_gang(vaka, antal), lambda: en_gang(motpart, antal), VARV)  # noqa: B023 — run at once
        q = kvot(deras, vara)
        matt = f"{q:.2f} {ord_} ({antal / median(vara):.0f} mot {antal / median(deras):.0f} i sekunden)"
        yield Rad(f"{KLIENTER} klienter: {namn}", matt, f"≥ {mal}", q >= mal)


def kor() -> list[Rad]:
    """The measurement: each step, with the server's ordinary commit."""
    rader: list[Rad] = []
    with databas() as (url, mapp):
        vaka = oppna(url, mapp)
        # Who brings the cases to the brink of the step needn't wait for the disk; the clients do.
        event.listen(vaka.motor, "checkout", lambda conn, *_: conn.execute("SET synchronous_commit = off"))
        with vaka.systemet() as conn:
            folk = lagg_in_folk(conn, vaka)
        kommun = vaka.sammanhang.kommun
        hej = {
            "nu": NU.isoformat(), "lediga": [str(dag) for dag in roda_dagar(range(NU.year, NU.year + 2))],
            "enheter": {enhet: list(kommun.vagen_upp(enhet))[1:] for enhet in kommun.enheter},
        }  # fmt: skip
        egen = [sys.executable, __file__]
        vart = {
            "vaka": [*egen, "vaka", url, str(mapp)], "psycopg": [*egen, "psycopg", url, str(mapp)],
            "django": [str(BENCH), str(ROT / "bench" / "motpart" / "django_arenden.py"), url],
        }  # fmt: skip
        omgivning = miljo(mapp, PYTHONPATH=str(ROT))
        for klass, namn in ((Besvara, "besvara synpunkt"), (LamnaOver, "lämna över avvikelse")):
            rader += mat(url, mapp, namn, klass(vaka, folk), vart, hej, omgivning)
        vaka.stang()
    return rader


if __name__ == "__main__":
    if sys.argv[1:]:
        klient(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        skriv_tabell(kor())

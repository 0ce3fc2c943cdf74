"""Known weaknesses in what Vaka is built of: `make granska`. Both locks by pip-audit, the browser's files by OSV.

Exit codes: 0 nothing that isn't listed in `undantag.toml`, or no database could be reached, which is said aloud; 1 a
weakness that isn't listed, a listing whose day has passed, or with `--krav` no database to ask.
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import httpx

ROT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROT))

from tjanster import klocka  # noqa: E402

LAS = ("requirements.lock", "requirements-dev.lock")
VENDOR = ROT / "tjanster/web/static/vendor/VENDOR.md"
OSV = "https://api.osv.dev/v1/query"


class Onabar(Exception):
    """No database of weaknesses answered."""


@dataclass(frozen=True)
class Svaghet:
    vad: str
    version: str
    namn: str
    rattad_i: str


def skriv(rad: str) -> None:
    sys.stdout.write(rad + "\n")


def las(fil: Path, osv: str) -> tuple[int, list[str], list[Svaghet]]:
    """A lock audited: how many packages were looked up, which nobody knew, what was found."""
    kommando = [sys.executable, "-m", "pip_audit", "-r", str(fil), "--require-hashes", "--disable-pip", "--progress-spinner", "off",
                "-f", "json", "-s", "osv", "--osv-url", osv, "--timeout", "10"]  # fmt: skip
    kord = subprocess.run(kommando, capture_output=True, text=True, cwd=ROT)  # noqa: S603
    try:
        paket = json.loads(kord.stdout)["dependencies"]
    except (ValueError, KeyError):
        sist = (kord.stderr.strip().splitlines() or ["inget svar"])[-1]
        raise Onabar(sist.partition("(")[0].rpartition(".")[2].strip(": ")[:100]) from None
    okanda = [p["name"] for p in paket if "skip_reason" in p]
    if len(okanda) == len(paket):
        raise Onabar("databasen känner inget av paketen")
    fynd = [
        Svaghet(p["name"], p["version"], s["id"], ", ".join(s["fix_versions"]) or "ingen version")
        for p in paket for s in p.get("vulns", ())
    ]  # fmt: skip
    return len(paket) - len(okanda), okanda, fynd


def webblasarens() -> Iterator[tuple[str, str]]:
    """(package, version) of what is copied for the browser."""
    for rad in VENDOR.read_text(encoding="utf-8").splitlines():
        if traff := re.match(r"\| `[^`]+` \| `([^`]+)` \| ([\d.]+) \|", rad):
            yield traff[1], traff[2]


def las_webblasarens(osv: str) -> list[Svaghet]:
    ut = []
    for namn, version in webblasarens():
        fraga = {"package": {"name": namn, "ecosystem": "npm"}, "version": version}
        try:
            svar = httpx.post(osv, json=fraga, timeout=10).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as fel:
            raise Onabar(type(fel).__name__) from None
        ut += [Svaghet(namn, version, s["id"], "se beskrivningen") for s in svar.get("vulns", ())]
    return ut


def dom(fynd: list[Svaghet], undantag: dict[str, dict[str, object]], i_dag: date) -> list[str]:
    """What must be mended, a sentence each. Raises nothing: a listing without a reason or a day is a fault too."""
    fel = []
    for ett in fynd:
        u = undantag.get(ett.namn)
        if u is None:
            fel.append(
                f"{ett.vad} {ett.version}: {ett.namn}, rättad i {ett.rattad_i}. Uppgradera, eller skriv varför inte i .ci/undantag.toml."
            )
        elif not u.get("skal") or not isinstance(u.get("till"), date):
            fel.append(f"{ett.namn}: undantaget saknar skal eller till (en dag).")
        elif str(u["till"]) < str(i_dag):
            fel.append(
                f"{ett.namn}: undantaget gällde till {u['till']}. Uppgradera {ett.vad}, eller skriv ett nytt skäl."
            )
    return fel


def granska(osv: str, filer: list[Path], undantag: dict[str, dict[str, object]], i_dag: date) -> list[str]:
    """Ask about everything; returns what must be mended. Raises Onabar."""
    fynd: list[Svaghet] = []
    for fil in filer:
        antal, okanda, hittat = las(fil, osv)
        fynd += hittat
        skriv(f"{fil.name}: {antal} paket granskade, {len(hittat)} svagheter.")
        if okanda:
            skriv(f"  OBS: {len(okanda)} paket känner databasen inte: {', '.join(okanda)}")
    hittat = las_webblasarens(osv)
    skriv(f"Webbläsarens filer: {len(list(webblasarens()))} paket granskade, {len(hittat)} svagheter.")
    fynd += hittat
    for namn in sorted(undantag.keys() - {ett.namn for ett in fynd}):
        skriv(f"  OBS: undantaget {namn} behövs inte längre.")
    return dom(sorted(set(fynd), key=str), undantag, i_dag)


def main() -> int:
    ord_ = argparse.ArgumentParser(description="Kända svagheter i det Vaka är byggt av.")
    ord_.add_argument("--osv", default=OSV, help="databasen att fråga")
    ord_.add_argument("--undantag", type=Path, default=ROT / ".ci/undantag.toml")
    ord_.add_argument("--krav", action="store_true", help="fel också när ingen databas nås")
    ord_.add_argument("--dag", type=date.fromisoformat, default=None, help="prova en annan dag")
    ord_.add_argument("filer", nargs="*", type=Path, default=[ROT / fil for fil in LAS])
    val = ord_.parse_args()
    undantag = tomllib.loads(val.undantag.read_text(encoding="utf-8"))
    try:
        fel = granska(val.osv, val.filer, undantag, val.dag or klocka.idag())
    except Onabar as nej:
        skriv(
            f"INTE GRANSKAT: databasen på {urlsplit(val.osv).netloc} gick inte att fråga ({nej}). Kända svagheter i paketen är OKÄNDA."
        )
        return 1 if val.krav else 0
    for rad in fel:
        skriv(f"FEL: {rad}")
    return 1 if fel else 0


if __name__ == "__main__":
    sys.exit(main())

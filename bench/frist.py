"""`vaka frist --fil`: ten thousand limits answered in one run, rules read and every answer with its reckoning."""

import json
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

from grund import ROT, Rad, median, miljo, skriv_tabell

RADER, VARV = 10_000, 3
MAL = 5.0
FRAGOR = (
    ("synpunkt", "svar", "hjo"),
    ("synpunkt", "bekraftelse", "exempelkommun"),
    ("avvikelse", "utredning", "exempelkommun"),
    ("lex_sarah", "utredning_ivo", "ostersund"),
    ("beslut", "verkstallighet", "alingsas"),
)


def kor() -> list[Rad]:
    """The measurement: seconds from exec to the last line."""
    vaka = str(Path(sys.executable).parent / "vaka")
    with tempfile.TemporaryDirectory() as namn, (Path(namn) / "rader.jsonl").open("w", encoding="utf-8") as fil:
        for i, (process, frist, kommun) in enumerate(islice(cycle(FRAGOR), RADER)):
            fran = (date(2025, 7, 1) + timedelta(days=i % 500)).isoformat()
            fil.write(json.dumps({"process": process, "frist": frist, "kommun": kommun, "fran": fran}) + "\n")
        fil.flush()
        tider = []
        for _ in range(VARV + 1):
            start = time.perf_counter()
            svar = subprocess.run(
                [vaka, "frist", "--fil", fil.name], cwd=ROT, env=miljo(Path(namn)), check=True, capture_output=True
            ).stdout
            tider.append(time.perf_counter() - start)
        rader = [json.loads(rad) for rad in svar.splitlines()]
        assert len(rader) == RADER
        assert not [rad for rad in rader if "fel" in rad]
    tid = median(tider[1:])
    return [Rad(f"Frister: {RADER} rader ur en fil", f"{tid:.2f} s", f"< {MAL:.0f} s", tid < MAL)]


if __name__ == "__main__":
    skriv_tabell(kor())

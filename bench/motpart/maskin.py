"""The usual library of state machines beside `transitions`: the same states and steps, with one object a case.

Runs in the benchmarks' own environment: `python maskin.py` reads the machine as JSON on its first line, then a number of steps
a line, and answers with the processor's seconds.
"""

import json
import sys
import time
from typing import Any

from statemachine import State, StateMachine


def bygg(tillstand: list[str], steg: list[list[str]], start: str) -> type[StateMachine]:
    lagen = {namn: State(namn, value=namn, initial=namn == start) for namn in tillstand}
    kropp: dict[str, Any] = {f"lage_{namn}": lage for namn, lage in lagen.items()}
    for handelse, fran, till in steg:
        overgang = lagen[fran].to(lagen[till])
        kropp[handelse] = kropp[handelse] | overgang if handelse in kropp else overgang
    return type("Maskin", (StateMachine,), kropp)


def main() -> None:
    fraga = json.loads(sys.stdin.readline())
    klass = bygg(fraga["tillstand"], fraga["steg"], fraga["start"])
    maskin = klass(start_value=fraga["fran"])
    print("redo", flush=True)
    for rad in sys.stdin:
        antal, start = int(rad), time.process_time()
        for _ in range(antal):
            maskin.current_state_value = fraga["fran"]
            maskin.send(fraga["handelse"])
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main()

"""A mail server in a process of its own, that outlives everybody who is killed: `python -m tests.krasch.brevserver PORT FIL`.

Each letter is written to the file before it is answered, so that a letter whose sender never heard the answer is counted too.
"""

import asyncio
import sys
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from random import Random
from typing import Any

from aiosmtpd.controller import Controller

LANGSAMT, SENARE = 0.02, 0.03
"""Seconds at most before the answer to a letter; the share of recipients that are asked to wait."""


class Brevserver:
    def __init__(self, fil: Path) -> None:
        self.fil, self.slump = fil.open("a", encoding="utf-8"), Random(fil.name)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.slump.random() < SENARE:
            return "451 4.7.1 senare"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        post = message_from_bytes(envelope.content, policy=default)
        self.fil.write(f"{time.time()} {post['Message-ID']} {envelope.rcpt_tos[0]}\n")
        self.fil.flush()
        await asyncio.sleep(self.slump.uniform(0, LANGSAMT))
        return "250 OK"


def main() -> None:
    server = Controller(Brevserver(Path(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1]), ready_timeout=20)
    server.start()
    sys.stdout.write("redo\n")
    sys.stdout.flush()
    sys.stdin.read()  # until our parent is gone
    server.stop()


if __name__ == "__main__":
    main()

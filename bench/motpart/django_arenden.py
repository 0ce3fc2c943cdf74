"""What an event is compared with: the same steps as a careful developer writes them in Django with django-fsm-2.

The tables are Vaka's own, with the same rows, indexes, triggers and foreign keys, reached as the owner, whom no row-level policy binds. One
transaction: the case locked with what its guards ask, its open limits, who is to be told; may this person; the transition; the event with its
JSON, the case, the limit and its ladder, the letter. Where Django offers a shorter way it is taken: the guards ride on the case's own question,
only the changed columns are saved, rows that are alike are written together. Spared is what Vaka does besides: the contact stays encrypted (the
address is given), no rule files are read, the case's earlier words aren't searched for anything.

Runs in the benchmarks' own environment: `python django_arenden.py <PostgreSQL URL>`, and then `klienter.py` talks to it.
"""

import json
import sys
import time
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

server = conninfo_to_dict(sys.argv[1])
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": server["dbname"], "USER": server.get("user", ""),
            "PASSWORD": server.get("password", ""), "HOST": server.get("host", ""), "PORT": server.get("port", ""),
        }
    },
    INSTALLED_APPS=["django_fsm", "djangoapp"], USE_TZ=True, TIME_ZONE="Europe/Stockholm", LANGUAGE_CODE="sv", USE_I18N=False,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)  # fmt: skip
django.setup()

from django.db import connection  # noqa: E402
from djangoapp.steg import KOMMUN, Person, besvara, lamna_over_enhet  # noqa: E402


def main() -> None:
    stegen = {"besvara": besvara, "lamna_over_enhet": lamna_over_enhet}
    satser: list[str] = []

    def rakna(utfor: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        satser.append(sql)
        return utfor(sql, params, many, context)

    start = json.loads(sys.stdin.readline())
    KOMMUN.update(enheter=start["enheter"], lediga={date.fromisoformat(dag) for dag in start["lediga"]})
    nu = datetime.fromisoformat(start["nu"])
    personer: dict[int, Person] = {}
    print("redo", flush=True)
    for rad in sys.stdin:
        att_gora = json.loads(rad)
        for b in att_gora:
            personer.setdefault(b["av"], Person(b["av"]))
        print("redo", flush=True)
        satser.clear()
        with connection.execute_wrapper(rakna) if sys.stdin.readline() == "rakna\n" else nullcontext():
            borjan = time.perf_counter()
            for b in att_gora:
                stegen[b["handelse"]](b, personer[b["av"]], nu)
            tid = time.perf_counter() - borjan
        print(json.dumps({"tid": tid, "satser": len(satser)}), flush=True)


if __name__ == "__main__":
    main()

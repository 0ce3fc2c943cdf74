"""Who a connection acts for: the second lock on every case, held by PostgreSQL's row-level security.

The program's connections have the role `vaka_app`, for which a case table is empty until it is said who asks. A person
sees the cases of their own circle and changes none; only the system writes, and it is the one path of an event that
takes the system's place for a while. A forgotten WHERE therefore leaks nothing, and a forgotten circle shows nothing.

The system has a role of its own, `vaka_systemet`, with the same rights and no policy to go through: to ask each row whether
it is the system that asks cost as much again as what was asked. It is taken for one transaction at most.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from tjanster.db import knippe

ROLL, SYSTEMETS = "vaka_app", "vaka_systemet"
SYSTEMET = "systemet"
_INFO = "vaka_krets"
SKAPA_ROLLEN = """
DO $$
DECLARE roll text;
BEGIN
    FOREACH roll IN ARRAY ARRAY['vaka_app', 'vaka_systemet'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = roll) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', roll);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
        -- Who made a role (16 and newer) is its member and may still not take it.
        BEGIN
            EXECUTE format('GRANT %I TO %I', roll, current_user);
        EXCEPTION WHEN insufficient_privilege THEN
            IF NOT pg_has_role(current_user, roll, 'MEMBER') THEN RAISE; END IF;
        END;
    END LOOP;
    IF NOT pg_has_role('vaka_systemet', 'vaka_app', 'USAGE') THEN
        GRANT vaka_app TO vaka_systemet;
    END IF;
    EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database());
END $$;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO vaka_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO vaka_app;
"""
"""The roles in a new or a restored database: they are the whole cluster's, their rights are each database's own. Nobody but the owner's
log-in may enter. What the owner makes from now on is theirs to use."""
_STALL = """
SELECT set_config('role', %(roll)s, true), set_config('vaka.aktor', %(aktor)s, true), set_config('vaka.krets', %(krets)s, true)
"""


@contextmanager
def som(motor: Engine, aktor: int, krets: Iterable[str]) -> Iterator[Connection]:
    """A transaction in which only that person's cases exist. krets: `process:enhet`, or `process:*` for all units."""
    with _inne(motor, str(aktor), _som_lista(krets)) as conn:
        yield conn


@contextmanager
def laser(motor: Engine, aktor: int, krets: Iterable[str]) -> Iterator[Connection]:
    """The same for reading: each question is a transaction of its own, whose beginning and end are no trips to the server. It sees
    what is there when it is asked, as a question inside a transaction does too. motor: one whose connections commit by themselves."""
    with motor.connect() as conn:
        knippe.fore_varje(conn, _STALL, {"roll": ROLL, "aktor": str(aktor), "krets": _som_lista(krets)})
        try:
            yield conn
        finally:
            if not conn.invalidated:
                knippe.glom(conn)


@contextmanager
def systemet(motor: Engine) -> Iterator[Connection]:
    """A transaction that sees and writes every case: sweeps, imports, the command line, numbers without cases."""
    with _inne(motor, SYSTEMET, "{}") as conn:
        yield conn


def _som_lista(krets: Iterable[str]) -> str:
    return "{" + ",".join(sorted(krets)) + "}"


@contextmanager
def _inne(motor: Engine, aktor: str, krets: str) -> Iterator[Connection]:
    with motor.begin() as conn:
        _stall(conn, aktor, krets)
        try:
            yield conn
        finally:
            if not conn.invalidated:
                conn.info.pop(_INFO, None)
                knippe.glom(conn)


@contextmanager
def i_systemets_stalle(conn: Connection) -> Iterator[None]:
    """For what a permitted event leads to, which may reach outside the circle of the one who acts: a case handed over to
    another unit, a task in another. The person's own circle holds again afterwards. A failed transaction needs none."""
    fore = conn.info.get(_INFO)
    if fore is None or fore[0] == SYSTEMET:
        yield
        return
    _stall(conn, SYSTEMET, "{}")
    yield
    _stall(conn, *fore)


def _stall(conn: Connection, aktor: str, krets: str) -> None:
    roll = SYSTEMETS if aktor == SYSTEMET else ROLL
    knippe.forst(conn, _STALL, {"roll": roll, "aktor": aktor, "krets": krets})
    conn.info[_INFO] = (aktor, krets)

"""Statements that are sent together: in order, in the open transaction, with one trip to the server, and with its errors told as ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import ARRAY, BigInteger, Column, Connection, Engine, MetaData, Table, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from tests.bygg import Bygge
from tjanster.arenden import lage
from tjanster.arenden.lage import hamta, hamta_flera
from tjanster.db import knippe
from tjanster.db.knippe import sand

VEM = text("SELECT current_setting('vaka.aktor', true) AS vem")


@pytest.fixture
def conn(motor: Engine) -> Iterator[Connection]:
    with motor.begin() as conn:
        conn.execute(text("CREATE TEMP TABLE prov (id bigint PRIMARY KEY, ord text, sak jsonb, om text[])"))
        yield conn


@contextmanager
def resor(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How often the driver stopped to wait for all that it had asked for."""
    raknade: list[int] = []
    riktig = psycopg.Pipeline.__exit__

    def rakna(sjalv: Any, *fel: Any) -> None:
        raknade.append(1)
        riktig(sjalv, *fel)

    with monkeypatch.context() as m:
        m.setattr(psycopg.Pipeline, "__exit__", rakna)
        yield raknade


def test_i_ordning_och_med_varje_svar(conn: Connection) -> None:
    in_ = text("INSERT INTO prov (id, ord) VALUES (:id, :ord)")
    alla = text("SELECT id, ord FROM prov ORDER BY id")
    svar = sand(conn, [
        (alla, [{}]),
        (in_, [{"id": 1, "ord": "å"}, {"id": 2, "ord": "ä"}]),
        (in_, []),
        (alla, [{}]),
        (text("UPDATE prov SET ord = 'ö' WHERE id = :id RETURNING ord"), [{"id": 2}]),
    ])  # fmt: skip
    assert svar == [[], [], [{"id": 1, "ord": "å"}, {"id": 2, "ord": "ä"}], [{"ord": "ö"}]]


def test_ingenting_gor_ingen_resa(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    with resor(monkeypatch) as raknade:
        assert sand(conn, [(VEM, [])]) == []
    assert not raknade


def test_alla_i_en_resa(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    with resor(monkeypatch) as raknade:
        sand(conn, [(text("INSERT INTO prov (id) VALUES (:id)"), [{"id": n}]) for n in range(20)])
    assert raknade == [1]
    assert conn.scalar(text("SELECT count(*) FROM prov")) == 20


def test_varden_blir_databasens_och_fasta_star_kvar(conn: Connection) -> None:
    """A dict is sent as JSON and a list as an array, as when the statement is sent by itself."""
    kolumner = Column("id", BigInteger, primary_key=True), Column("ord", Text), Column("sak", JSONB(none_as_null=True)), Column("om", ARRAY(Text))
    prov = Table("prov", MetaData(), *kolumner)
    sand(conn, [(prov.insert().inline(), [{"id": 1, "sak": {"å": [1]}, "om": ["a", "b"]}, {"id": 2, "sak": None, "om": []}])])
    sand(conn, [(prov.update().where(prov.c.id == bindparam("b_id"), prov.c.ord.is_(None)).values(ord="fast"), [{"b_id": 1}])])
    sand(conn, [(prov.update().where(prov.c.id == bindparam("b_id")).values(ord=bindparam("b_ord")), [{"b_id": 2, "b_ord": "två"}])])
    forvantat = [(1, "fast", {"å": [1]}, ["a", "b"]), (2, "två", None, [])]
    assert [tuple(r) for r in conn.execute(prov.select().order_by(prov.c.id))] == forvantat


def test_en_lista_som_vaxer_med_vardena_skickas_inte(conn: Connection) -> None:
    """Its text would be made for one length and hold for no other."""
    prov = Table("prov", MetaData(), Column("id", BigInteger, primary_key=True))
    with pytest.raises(AssertionError, match="IN with a list"):
        sand(conn, [(prov.delete().where(prov.c.id.in_([2, 3])), [{"b": 1}])])


def test_fel_ar_samma_som_annars_och_det_efter_gors_inte(motor: Engine) -> None:
    in_ = text("INSERT INTO prov2 VALUES (:id, 'hemligt ord')")
    with motor.begin() as conn:
        conn.execute(text("CREATE TABLE prov2 (id bigint PRIMARY KEY, ord text)"))
    with pytest.raises(IntegrityError) as fel, motor.begin() as conn:
        sand(conn, [(in_, [{"id": 1}]), (in_, [{"id": 1}]), (in_, [{"id": 2}])])
    assert isinstance(fel.value.orig, psycopg.errors.UniqueViolation)
    assert "(id)=(1)" not in str(fel.value)
    assert "hemligt" not in str(fel.value)
    with motor.begin() as conn:
        assert conn.scalar(text("SELECT count(*) FROM prov2")) == 0


def test_en_forlorad_databas_marks_och_anslutningen_byts(motor: Engine) -> None:
    with pytest.raises(OperationalError) as fel, motor.begin() as conn:
        pid = conn.scalar(text("SELECT pg_backend_pid()"))
        with motor.connect() as annan:
            annan.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        sand(conn, [(VEM, [{}]), (VEM, [{}])])
    assert fel.value.connection_invalidated
    with motor.begin() as conn:
        assert sand(conn, [(text("SELECT 1 AS ett"), [{}])]) == [[{"ett": 1}]]


def test_det_som_ska_forst_gar_fore_nasta_sats_vilken_det_an_ar(motor: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    satt = "SELECT set_config('vaka.aktor', %(vem)s, true)"
    with motor.begin() as conn:
        conn.execute(text("CREATE TEMP TABLE vem (vem text, nr int)"))
        knippe.forst(conn, satt, {"vem": "ett"})
        with resor(monkeypatch) as raknade:
            assert conn.scalar(text("SELECT current_setting('vaka.aktor') WHERE 1 = :ett"), {"ett": 1}) == "ett"
        assert raknade == [1]
        knippe.forst(conn, satt, {"vem": "borta"})
        knippe.forst(conn, satt, {"vem": "två"})
        assert sand(conn, [(VEM, [{}])]) == [[{"vem": "två"}]]
        knippe.forst(conn, satt, {"vem": "tre"})
        conn.execute(text("INSERT INTO vem VALUES (current_setting('vaka.aktor'), :nr)"), [{"nr": 1}, {"nr": 2}])
        assert conn.execute(text("SELECT vem, nr FROM vem ORDER BY nr")).all() == [("tre", 1), ("tre", 2)]
        vem = Table("vem", MetaData(), Column("vem", Text, primary_key=True), Column("nr", BigInteger))
        knippe.forst(conn, satt, {"vem": "tre och en halv"})
        ny = vem.insert().returning(vem.c.nr)  # many rows that answer go in a way of their own
        assert conn.execute(ny, [{"vem": "x", "nr": 3}, {"vem": "y", "nr": 4}]).scalars().all() == [3, 4]
        assert conn.scalar(VEM) == "tre och en halv"
        knippe.forst(conn, satt, {"vem": "fyra"})
        assert conn.exec_driver_sql("SELECT current_setting('vaka.aktor')", execution_options={"no_parameters": True}).scalar() == "fyra"
        knippe.forst(conn, satt, {"vem": "fem"})
        conn.execute(text("SET LOCAL lock_timeout = '1s'; INSERT INTO vem VALUES (current_setting('vaka.aktor'), 5)"))
        assert conn.scalar(text("SELECT vem FROM vem WHERE nr = 5")) == "fem"
        knippe.forst(conn, satt, {"vem": "aldrig"})
        knippe.glom(conn)
        assert conn.scalar(VEM) == "fem"


def test_vem_som_fragar_foljer_inte_med_till_nasta(bygg: Bygge) -> None:
    """A transaction that asked nothing leaves nothing behind on the connection that the next one gets."""
    nummer = bygg.ny("avvikelse", "mia")
    vaka = bygg.vaka
    for _ in range(3):
        with vaka.systemet():
            pass
        with vaka.motor.begin() as conn:
            assert not conn.scalar(VEM)
            assert hamta(conn, nummer) is None
    with pytest.raises(ZeroDivisionError), vaka.systemet():
        raise ZeroDivisionError
    with vaka.motor.begin() as conn:
        assert hamta(conn, nummer) is None


def test_ett_fel_i_det_som_ska_forst_ar_satsens_fel(motor: Engine) -> None:
    with pytest.raises(DBAPIError), motor.begin() as conn:
        knippe.forst(conn, "SELECT 1/%(noll)s", {"noll": 0})
        conn.execute(VEM)


@pytest.mark.parametrize("borta", [0, 1])
def test_ett_arende_som_forsvinner_mellan_satserna_finns_inte(bygg: Bygge, monkeypatch: pytest.MonkeyPatch, borta: int) -> None:
    """Weeded, or handed out of the circle, between the two questions of one look: it is not there, and nothing breaks."""
    ett, kvar = bygg.ny("avvikelse", "mia"), bygg.ny("avvikelse", "mia")
    riktig = lage.sand

    def utan(conn: Connection, satser: Any) -> list[list[dict[str, Any]]]:
        svar = riktig(conn, satser)
        vilket = next(r["id"] for r in svar[0] if r["nummer"] == ett)
        svar[borta] = [r for r in svar[borta] if r["arendet" if borta else "id"] != vilket]
        return svar

    monkeypatch.setattr(lage, "sand", utan)
    with bygg.vaka.systemet() as conn:
        assert hamta(conn, ett) is None
        assert [x.rad["nummer"] for x in hamta_flera(conn, [ett, kvar])] == [kvar]

"""A rule set becomes the one that holds, in one transaction, and every node follows."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from regler import Regelverk
from tests.bygg import NU, Bygge
from tests.regelstyrning.conftest import SVAR, Andrat
from tjanster import regelstyrning
from tjanster.app import GamlaRegler, Vaka, oppna
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.fel import FarInte, FinnsInte, Nej
from tjanster.arenden.regelbok import las_fast
from tjanster.arenden.sammanhang import las_in_versioner
from tjanster.db import t
from tjanster.regelstyrning import (
    aktivera,
    aterga,
    avbryt,
    begar,
    filer_pa_disken,
    godkann,
    historik,
    las_filer,
    verkstall,
    verkstall_planerade,
)
from tjanster.regelstyrning.vem import hitta_person
from tjanster.scheduler.svep import svepa

SKAL = "Socialnämnden 2026-09-01, påhittat"


def alla(bygg: Bygge) -> list[regelstyrning.Aktivering]:
    with bygg.vaka.motor.connect() as conn:
        return historik(conn)


def frist(bygg: Bygge, nummer: str, namn: str = "svar") -> dict[str, Any]:
    return next(f for f in bygg.frister(nummer) if f["namn"] == namn and f["slag"] == "lag")


def trappa(bygg: Bygge, nummer: str, namn: str = "svar") -> list[tuple[str, date, bool]]:
    p = t.paminnelse.c
    with bygg.vaka.motor.connect() as conn:
        sats = select(p.nar, p.dag, p.fallen).where(p.frist_id == frist(bygg, nummer, namn)["id"]).order_by(p.dag, p.id)
        return [(nar, dag, fallen is not None) for nar, dag, fallen in conn.execute(sats)]


def en_till(bygg: Bygge) -> Vaka:
    """Another node on the same database, started with the rules that held at first."""
    s = bygg.vaka.forsta
    with bygg.vaka.motor.begin() as conn:
        return Vaka(bygg.vaka.settings, bygg.vaka.motor, las_in_versioner(conn, s.regelverk, s.url, s.nyckel))


# -- it becomes active ------------------------------------------------------------------------------------------------


def test_oppen_frist_flyttas_med_en_handelse_och_ny_trappa(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt")
    fore = bygg.rad(nummer)["version"]
    svar = aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL, av=bygg.aktor("adam").id)
    assert (svar.status, svar.av, svar.effekt["berorda_arenden"], svar.klart) == ("aktiv", "Adam Påhittad", 1, 1)
    har = frist(bygg, nummer)
    assert (har["forfaller"], har["regelversion"], har["omgang"]) == (date(2026, 9, 14), svar.version, 2)
    handelse = bygg.handelser(nummer)[-1]
    assert (handelse["handelse"], handelse["lopnr"], handelse["av"], handelse["roll"]) == ("regler_andrade", fore + 1, None, "systemet")
    assert handelse["skal"] == f"Nya regler gäller: {SKAL}"
    (omraknad,) = handelse["foljder"]["omraknade"]
    assert (omraknad["fran"], omraknad["forfaller"]) == ("2026-09-21", "2026-09-14")
    assert trappa(bygg, nummer)[0] == ("3 arbetsdagar före", date(2026, 9, 9), False)
    assert {dag for _, dag, _ in trappa(bygg, nummer)} & {date(2026, 9, 21)} == {date(2026, 9, 21)}  # five days after the 14th
    assert bygg.rad(nummer)["version"] == fore + 1


def test_historiken_sags_pa_svenska(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt")
    aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    with bygg.vaka.motor.connect() as conn:
        bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor("elin"), NU)
    sist = bild.handelser[-1]
    assert (sist.rubrik, sist.vem) == ("Reglerna ändrades", "Vaka")
    assert any("21 september 2026 → 14 september 2026" in rad for rad in sist.foljder)


def test_mott_frist_och_avslutat_arende_rors_inte(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt", vill_ha_svar=False)
    with bygg.vaka.motor.begin() as conn:
        conn.execute(text("UPDATE frist SET status = 'mott', mott = :dag"), {"dag": NU.date()})
    fore = bygg.frister(nummer), bygg.handelser(nummer)
    assert aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL).effekt["berorda_arenden"] == 0
    assert (bygg.frister(nummer), bygg.handelser(nummer)) == fore


def test_det_som_blir_sent_star_som_brutet_genast(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt", inkom="2026-08-28", sen_registrering_skal="Låg på fel hylla")
    aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    with bygg.vaka.motor.connect() as conn:
        b = t.fristbrott.c
        brott = conn.execute(select(b.forfoll).where(b.frist_id == frist(bygg, nummer)["id"])).scalars().all()
    assert brott == [frist(bygg, nummer)["forfaller"]] == [date(2026, 9, 4)]


def test_brott_som_noterats_star_kvar_nar_tiden_blir_langre(bygg: Bygge, andrat: Andrat) -> None:
    nummer = bygg.ny("synpunkt", nu=NU - timedelta(days=30), inkom="2026-08-08")
    svepa(bygg.vaka, NU)
    aktivera(bygg.vaka, andrat(SVAR, "tid: 10 arbetsdagar", "tid: 40 arbetsdagar"), nu=NU, skal=SKAL)
    assert frist(bygg, nummer)["forfaller"] > NU.date()
    with bygg.vaka.motor.connect() as conn:
        b = t.fristbrott.c
        sats = select(b.forfoll).where(b.frist_id == frist(bygg, nummer)["id"])
        assert conn.execute(sats).scalar_one() == date(2026, 8, 21)


def test_fallna_steg_faller_inte_igen_nar_bara_trappan_byts(bygg: Bygge, andrat: Andrat) -> None:
    nummer = bygg.ny("synpunkt", nu=NU - timedelta(days=20), inkom="2026-08-18")
    svepa(bygg.vaka, NU)
    fallna = [steg for steg in trappa(bygg, nummer) if steg[2]]
    assert fallna
    ny = andrat("regler/eskalering/synpunkt.yaml", "- {nar: 10 arbetsdagar efter, roll: kvalitetsledare}",
                "- {nar: 8 arbetsdagar efter, roll: kvalitetsledare}")  # fmt: skip
    aktivera(bygg.vaka, ny, nu=NU, skal=SKAL)
    efter = trappa(bygg, nummer)
    assert [steg for steg in efter if steg[2]] == fallna
    assert len({(nar, dag) for nar, dag, _ in efter}) == len(efter)
    assert "8 arbetsdagar efter" in {nar for nar, _, _ in efter}
    assert "10 arbetsdagar efter" not in {nar for nar, _, _ in efter}


def test_nytt_mal_laggs_bredvid_och_borttaget_slutar(bygg: Bygge, andrat: Andrat) -> None:
    kontakt = bygg.ny("beslut", insats="kontaktperson")
    boende = bygg.ny("beslut", externt_id="D-2", insats="boendestod")
    ny = andrat("config/exempelkommun/regler/frister/beslut.yaml", "insats: boendestod}", "insats: kontaktperson}")
    aktivera(bygg.vaka, ny, nu=NU, skal=SKAL)
    (mal,) = [f for f in bygg.frister(kontakt) if f["slag"] == "mal"]
    assert (mal["status"], mal["forfaller"]) == ("lopande", date(2026, 10, 12))
    (slut,) = [f for f in bygg.frister(boende) if f["slag"] == "mal"]
    assert slut["status"] == "utgatt"
    with bygg.vaka.motor.connect() as conn:
        p = t.paminnelse.c
        assert conn.execute(select(p.id).where(p.frist_id == slut["id"], p.fallen.is_(None))).first() is None
        assert conn.execute(select(p.id).where(p.frist_id == mal["id"])).first() is not None


def test_pausad_frist_flyttas_men_far_ingen_trappa_forran_den_startas(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt")
    bygg.gor(nummer, "pausa_frist", "elin", frist="svar", skal="Väntar på komplettering")
    aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    har = frist(bygg, nummer)
    assert (har["status"], har["forfaller"]) == ("pausad", date(2026, 9, 14))
    assert trappa(bygg, nummer) == []
    bygg.gor(nummer, "starta_frist_igen", "elin", nu=NU + timedelta(days=2), frist="svar")
    assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 16)


# -- the rules that a case was handled under --------------------------------------------------------------------------


def test_mott_frist_forklaras_av_de_regler_som_gav_dagen(bygg: Bygge, fem_dagar: Regelverk) -> None:
    from tjanster.arenden.arendebild import varfor

    nummer = bygg.ny("synpunkt", kontakt={"namn": "Påhittad", "epost": "p@exempel.example"})
    with bygg.vaka.motor.begin() as conn:
        conn.execute(text("UPDATE frist SET status = 'mott', mott = :dag WHERE namn = 'svar'"), {"dag": NU.date()})
    aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    s = bygg.vaka.sammanhang
    with bygg.vaka.motor.connect() as conn:
        bild = visa_arende(conn, s, nummer, bygg.aktor("elin"), NU)
        har = frist(bygg, nummer)
        _, svar = varfor(conn, s, bild.lage, har["id"])
    assert (svar.forfaller, svar.regel.tid) == (har["forfaller"], "10 arbetsdagar")


def test_nasta_handelse_gar_efter_de_nya_reglerna_ocksa_pa_en_annan_nod(bygg: Bygge, fem_dagar: Regelverk) -> None:
    annan = Bygge(en_till(bygg))
    version = aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL).version
    assert annan.vaka.sammanhang.regelversion != version
    nummer = annan.ny("synpunkt")
    assert (frist(annan, nummer)["forfaller"], frist(annan, nummer)["regelversion"]) == (date(2026, 9, 14), version)
    assert annan.vaka.sammanhang.regelversion == version


def test_en_nod_foljer_av_sig_sjalv(bygg: Bygge, fem_dagar: Regelverk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tjanster.arenden.regelbok.SEKUNDER", 0.02)
    annan = en_till(bygg)
    foljde = threading.Event()
    bok = annan.sammanhang.bok
    vanlig = bok.byt
    monkeypatch.setattr(bok, "byt", lambda *a: (vanlig(*a), foljde.set()))
    sluta = bok.bevaka(annan.motor)
    version = aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL).version
    assert foljde.wait(20)
    sluta()
    assert annan.sammanhang.regelversion == version


def test_aktivering_vantar_pa_handelser_som_pagar_och_slapper_inte_in_nya(bygg: Bygge, fem_dagar: Regelverk) -> None:
    """An event that has asked which rules hold keeps them holding until it is written."""
    nummer = bygg.ny("synpunkt")
    klar = threading.Event()
    with bygg.vaka.motor.connect() as conn:
        las_fast(conn)
        trad = threading.Thread(target=lambda: (aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL), klar.set()))
        trad.start()
        _vanta_pa_las(bygg)
        assert not klar.is_set()
        assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 21)
        conn.rollback()
    trad.join(30)
    assert klar.is_set()
    assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 14)


def test_aktivering_vantar_inte_i_evighet_pa_en_inlasning(
    bygg: Bygge, fem_dagar: Regelverk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tjanster.regelstyrning.aktivering.HOGST_VANTA", "50ms")
    nummer = bygg.ny("synpunkt")
    with bygg.vaka.motor.connect() as conn:
        las_fast(conn)
        with pytest.raises(Nej, match="Reglerna kan inte bytas medan en fil läses in"):
            aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
        aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL, fran=NU.date() + timedelta(days=1))
        assert verkstall_planerade(bygg.vaka, NU + timedelta(days=1)) == 0
        assert alla(bygg)[0].status == "planerad"
    assert verkstall_planerade(bygg.vaka, NU + timedelta(days=1)) == 1
    assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 14)


def _vanta_pa_las(bygg: Bygge) -> None:
    """Until somebody waits for an advisory lock."""
    fraga = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    for _ in range(10_000):
        with bygg.vaka.motor.connect() as conn:
            if conn.scalar(fraga):
                return
    raise AssertionError("ingen väntade")


# -- all or nothing ---------------------------------------------------------------------------------------------------


def test_fel_mitt_i_lamnar_allt_som_det_var(bygg: Bygge, fem_dagar: Regelverk, monkeypatch: pytest.MonkeyPatch) -> None:
    nummer = bygg.ny("synpunkt")
    fore = bygg.vaka.sammanhang.regelversion, bygg.frister(nummer), bygg.handelser(nummer), trappa(bygg, nummer)

    def small(*_: Any) -> None:
        raise RuntimeError("strömmen gick")

    monkeypatch.setattr("tjanster.regelstyrning.aktivering.be_om_oversyn", small)
    with pytest.raises(RuntimeError):
        aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    assert (bygg.vaka.sammanhang.regelversion, bygg.frister(nummer), bygg.handelser(nummer), trappa(bygg, nummer)) == fore
    sist = alla(bygg)[0]
    assert (sist.status, sist.fel) == ("misslyckad", "Något oväntat hände (RuntimeError). Se loggen.")
    monkeypatch.undo()
    assert aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL).status == "aktiv"


def test_avbruten_av_en_krasch_sparrar_inte_nasta(bygg: Bygge, fem_dagar: Regelverk, andrat: Andrat) -> None:
    begar(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)  # noted as under way; then the program died
    ny = andrat(SVAR, "tid: 10 arbetsdagar", "tid: 6 arbetsdagar")
    assert aktivera(bygg.vaka, ny, nu=NU, skal=SKAL).status == "aktiv"
    assert [en.status for en in alla(bygg)] == ["aktiv", "misslyckad", "ersatt"]


def test_den_som_forklarats_avbruten_kan_inte_verkstallas(bygg: Bygge, fem_dagar: Regelverk, andrat: Andrat) -> None:
    forsta = begar(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    aktivera(bygg.vaka, andrat(SVAR, "tid: 10 arbetsdagar", "tid: 6 arbetsdagar"), nu=NU, skal=SKAL)
    with pytest.raises(Nej, match="Ändringen är inte på väg längre: den är misslyckad"):
        verkstall(bygg.vaka, forsta.id, NU)


def test_sparad_version_kan_inte_andras(bygg: Bygge) -> None:
    with pytest.raises(DBAPIError, match="En regelversion ändras eller tas aldrig bort"), bygg.vaka.motor.begin() as conn:
        conn.execute(text("UPDATE regelversion SET hash = 'x'"))


# -- what is refused --------------------------------------------------------------------------------------------------


def test_utan_skal_gar_det_inte(bygg: Bygge, fem_dagar: Regelverk) -> None:
    with pytest.raises(Nej, match="Skriv varför reglerna ändras"):
        aktivera(bygg.vaka, fem_dagar, nu=NU, skal="  ")
    assert len(alla(bygg)) == 1


def test_samma_regler_aktiveras_inte_igen(bygg: Bygge) -> None:
    with pytest.raises(Nej, match="Det är redan de reglerna som gäller"):
        aktivera(bygg.vaka, bygg.vaka.sammanhang.regelverk, nu=NU, skal=SKAL)


def test_en_dag_som_har_passerat_duger_inte(bygg: Bygge, fem_dagar: Regelverk) -> None:
    with pytest.raises(Nej, match="Dagen 2026-09-06 har passerat"):
        aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL, fran=date(2026, 9, 6))


def test_exempel_som_inte_stammer_hindrar(bygg: Bygge, andrat: Andrat) -> None:
    fall = "- {namn: tio dagar, process: synpunkt, frist: svar, fran: 2026-09-07, forfaller: 2026-09-22}\n"
    ny = andrat("config/exempelkommun/fall/prov.yaml", None, fall)
    with pytest.raises(Nej, match="prov.yaml, rad 1: Exemplet ”tio dagar” stämmer inte: .*2026-09-22.*2026-09-21"):
        aktivera(bygg.vaka, ny, nu=NU, skal=SKAL)


def test_hinder_namns_alla_pa_en_gang(bygg: Bygge, andrat: Andrat) -> None:
    ny = andrat("config/exempelkommun/organisation.yaml", "      - {kod: familjehem, namn: Familjehemsenheten}\n", "")
    with pytest.raises(Nej) as nej:
        aktivera(bygg.vaka, ny, nu=NU, skal="", fran=date(2026, 1, 1))
    assert len(nej.value.skal) >= 3


# -- two persons, a day to come, back ---------------------------------------------------------------------------------


@pytest.fixture
def tva(bygg: Bygge, andrat: Andrat) -> Bygge:
    """The municipality wants two persons."""
    vag = "config/exempelkommun/kommun.yaml"
    filer = bygg.vaka.sammanhang.regelverk.filer
    aktivera(bygg.vaka, andrat(vag, None, filer[vag] + "regelandring: {tva_personer: ja}\n"), nu=NU, skal="Två ska det vara")
    return bygg


def femma(bygg: Bygge) -> Regelverk:
    filer = dict(bygg.vaka.sammanhang.regelverk.filer)
    return las_filer(bygg.vaka.sammanhang, filer | {SVAR: filer[SVAR].replace("tid: 10 arbetsdagar", "tid: 5 arbetsdagar")})


def test_tva_personer(tva: Bygge) -> None:
    nummer = tva.ny("synpunkt")
    adam, kim = tva.aktor("adam").id, tva.aktor("kim").id
    vantar = aktivera(tva.vaka, femma(tva), nu=NU, skal=SKAL, av=adam)
    assert (vantar.status, frist(tva, nummer)["forfaller"]) == ("vantar", date(2026, 9, 21))
    with pytest.raises(Nej, match="Den som begärt ändringen kan inte godkänna den själv"):
        godkann(tva.vaka, vantar.id, nu=NU, av=adam)
    svar = godkann(tva.vaka, vantar.id, nu=NU, av=kim)
    assert (svar.status, svar.av, svar.godkand_av) == ("aktiv", "Adam Påhittad", "Kim Påhittad")
    assert frist(tva, nummer)["forfaller"] == date(2026, 9, 14)
    with pytest.raises(Nej, match="väntar inte på godkännande: den är gäller nu"):
        godkann(tva.vaka, vantar.id, nu=NU, av=kim)


def test_tva_personer_kraver_att_man_sager_vem_man_ar(tva: Bygge) -> None:
    with pytest.raises(Nej, match="Kommunen vill att två personer ändrar reglerna: säg vem du är"):
        aktivera(tva.vaka, femma(tva), nu=NU, skal=SKAL)


def test_en_ensam_kan_inte_ta_bort_regeln_om_tva(tva: Bygge) -> None:
    filer = dict(tva.vaka.sammanhang.regelverk.filer)
    vag = "config/exempelkommun/kommun.yaml"
    filer[vag] = filer[vag].replace("regelandring: {tva_personer: ja}\n", "")
    ny = las_filer(tva.vaka.sammanhang, filer)
    assert aktivera(tva.vaka, ny, nu=NU, skal=SKAL, av=tva.aktor("adam").id).status == "vantar"


def test_bara_en_andring_i_taget_ar_pa_vag(tva: Bygge) -> None:
    adam = tva.aktor("adam").id
    vantar = aktivera(tva.vaka, femma(tva), nu=NU, skal=SKAL, av=adam)
    filer = dict(tva.vaka.sammanhang.regelverk.filer)
    sexa = las_filer(tva.vaka.sammanhang, filer | {SVAR: filer[SVAR].replace("tid: 10 arbetsdagar", "tid: 6 arbetsdagar")})
    with pytest.raises(Nej, match="En annan ändring av reglerna är på väg"):
        aktivera(tva.vaka, sexa, nu=NU, skal=SKAL, av=adam)
    with pytest.raises(Nej, match="Skriv varför ändringen avbryts"):
        avbryt(tva.vaka, vantar.id, nu=NU, av=adam, skal=" ")
    assert avbryt(tva.vaka, vantar.id, nu=NU, av=tva.aktor("kim").id, skal="Fel paragraf").status == "avbruten"
    with pytest.raises(Nej, match="Ändringen kan inte avbrytas: den är avbruten"):
        avbryt(tva.vaka, vantar.id, nu=NU, av=adam, skal="igen")
    assert aktivera(tva.vaka, sexa, nu=NU, skal=SKAL, av=adam).status == "vantar"


def test_en_dag_som_kommer(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer = bygg.ny("synpunkt")
    svar = aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL, fran=date(2026, 9, 9))
    assert (svar.status, frist(bygg, nummer)["forfaller"]) == ("planerad", date(2026, 9, 21))
    assert verkstall_planerade(bygg.vaka, NU + timedelta(days=1)) == 0
    assert verkstall_planerade(bygg.vaka, NU + timedelta(days=2)) == 1
    assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 14)
    assert verkstall_planerade(bygg.vaka, NU + timedelta(days=2)) == 0


def test_ga_tillbaka(bygg: Bygge, fem_dagar: Regelverk) -> None:
    nummer, forsta = bygg.ny("synpunkt"), bygg.vaka.sammanhang.regelversion
    aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    svar = aterga(bygg.vaka, forsta, nu=NU + timedelta(hours=1), skal="Det blev fel")
    assert (svar.sort, svar.status, svar.version) == ("aterga", "aktiv", forsta)
    assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 21)
    assert [h["handelse"] for h in bygg.handelser(nummer)].count("regler_andrade") == 2
    assert [en.status for en in alla(bygg)] == ["aktiv", "ersatt", "ersatt"]
    with pytest.raises(FinnsInte, match="Regelversion 4711"):
        aterga(bygg.vaka, 4711, nu=NU, skal=SKAL)


def test_vem_som_far_andra(bygg: Bygge) -> None:
    with bygg.vaka.motor.connect() as conn:
        assert hitta_person(conn, "Adam", NU.date()) == bygg.aktor("adam").id
        with pytest.raises(FarInte, match="Hanna Påhittad får inte ändra reglerna: det gör administratör och kvalitetsledare"):
            hitta_person(conn, "hanna", NU.date())
        with pytest.raises(Nej, match="'adm' är ingen användare med öppet konto – menade du 'adam'"):
            hitta_person(conn, "adm", NU.date())


def test_manga_arenden_gar_i_buntar_med_framsteg(bygg: Bygge, fem_dagar: Regelverk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tjanster.regelstyrning.skrivning.BUNT", 2)
    numren = [bygg.ny("synpunkt") for _ in range(5)]
    steg: list[tuple[int, int]] = []
    svar = aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL, framsteg=lambda klart, av: steg.append((klart, av)))
    assert steg == [(2, 5), (4, 5), (5, 5)]
    assert {frist(bygg, n)["forfaller"] for n in numren} == {date(2026, 9, 14)}
    assert len(svar.effekt["flyttas"]) == 5


# -- a new version of the program -------------------------------------------------------------------------------------


def gammal(bygg: Bygge, vag: str, star: str, ska: str) -> None:
    """Let a set hold that this program can't go by, as one activated under an older version of it may be."""
    filer = dict(bygg.vaka.sammanhang.regelverk.filer)
    assert star in filer[vag]
    filer[vag] = filer[vag].replace(star, ska)
    with bygg.vaka.motor.begin() as conn:
        sats = t.regelversion.insert().values(hash="gammal", filer=filer, tid=NU).returning(t.regelversion.c.id)
        version = conn.execute(sats).scalar_one()
        conn.execute(t.regelaktivering.update().where(t.regelaktivering.c.status == "aktiv").values(regelversion=version))


@pytest.mark.parametrize(
    ("vag", "star", "ska", "mening"),
    [
        (SVAR, "tid: 10 arbetsdagar", "tid: 10 arbetspass", "'10 arbetspass' är ingen tid"),
        ("regler/beslutstabeller/lex_sarah.yaml", "till_ivo:", "till_iva:", "lex_sarah/till_ivo"),
    ],
)
def test_regler_som_programmet_inte_langre_kan_ga_efter(
    bygg: Bygge, databas: str, vag: str, star: str, ska: str, mening: str
) -> None:
    gammal(bygg, vag, star, ska)
    installningar = bygg.vaka.settings
    with pytest.raises(GamlaRegler, match="passar inte den här versionen av Vaka") as nej:
        oppna(installningar)
    assert any(mening in skal for skal in nej.value.skal)
    assert "låt dem gälla med 'vaka regler aktivera --skal …'" in nej.value.skal[-1]
    vaka = oppna(installningar, gamla_regler=True)
    svar = aktivera(vaka, filer_pa_disken(installningar), nu=NU, skal="Ny version av Vaka")
    assert svar.status == "aktiv"
    vaka.stang()
    oppna(installningar).stang()

"""A small town with a case in most states, a late limit, a paused one, spread measures, long names and long words."""

from datetime import date, datetime

from regler.motor.redigera import lagg_till_rad
from tests.bygg import Bygge
from tjanster.klocka import SVENSK_TID
from tjanster.regelstyrning import aktivera, las_filer, oversyn, utkast
from tjanster.scheduler.svep import svepa
from tjanster.vikarier import satt_vikarie

I_DAG = datetime(2026, 9, 25, 10, 0, tzinfo=SVENSK_TID)
FORE = datetime(2026, 9, 7, 9, 0, tzinfo=SVENSK_TID)
LANGT_NAMN = "Anna-Karin Margareta Exempelstierna-Påhittsköld af Långnamnsberg"
LANGT_ORD = "https://exempel.example/" + "mycketlangadress" * 12
ATGARD = {"text": "Byt lås", "ansvarig": "Enhetschef", "senast": "2026-10-20", "enheter": ["ekbacken", "oppenvard"]}
SENT = {"sen_registrering_skal": "Driftstopp"}


def bygg_staden(bygg: Bygge) -> None:
    _synpunkter(bygg)
    _avvikelser(bygg)
    _lex_sarah(bygg)
    _beslut(bygg)
    _vikarier(bygg)
    svepa(bygg.vaka, I_DAG)
    _regler(bygg)


def _synpunkter(b: Bygge) -> None:
    kontakt = {"namn": LANGT_NAMN, "epost": "nagon@post.example", "adress": "Påhittsvägen 1\n123 45 Exempelstad"}
    b.ny("synpunkt", kontakt={"namn": "Någon Påhittad", "adress": "Påhittsvägen 1"})
    b.ny("synpunkt", text=f"En mycket lång adress: {LANGT_ORD}", enhet=None)
    for till in ("fordelad", "handlaggs", "besvarad", "publicerad", "avslutad"):
        nr = b.ny("synpunkt", kontakt=kontakt)
        b.gor(nr, "fordela", "rut", enhet="familjehem")
        if till != "fordelad":
            b.gor(nr, "tilldela", "elin", handlaggare="hanna")
            b.gor(nr, "handlagg", "hanna")
        if till in ("besvarad", "publicerad", "avslutad"):
            b.gor(nr, "besvara", "hanna", svar=f"Svar\n\n{LANGT_ORD}")
        if till in ("publicerad", "avslutad"):
            b.gor(nr, "publicera", "hanna", sekretess=False, personuppgifter=False)
        if till == "avslutad":
            b.gor(nr, "avsluta", "hanna")


def _avvikelser(b: Bygge) -> None:
    for till in ("rapporterad", "mottagen", "pausad", "utredd", "atgarder", "uppfoljd"):
        nr = b.ny("avvikelse", "mia", var_direkt="Ringde")
        if till == "rapporterad":
            continue
        b.gor(nr, "ta_emot")
        if till == "pausad":
            b.gor(nr, "pausa_frist", frist="utredning", skal="Väntar på regionen")
        if till in ("utredd", "atgarder", "uppfoljd"):
            b.gor(nr, "utred", utredning="Påhittad utredning", orsaker=["teknik"])
        if till in ("atgarder", "uppfoljd"):
            b.gor(
                nr,
                "besluta_atgarder",
                atgarder=[ATGARD, {"text": LANGT_ORD, "ansvarig": "Chef", "senast": "2026-10-20"}],
            )
        if till == "uppfoljd":
            b.gor(nr, "folj_upp", hjalpte="delvis", uppfoljning="Bättre")


def _lex_sarah(b: Bygge) -> None:
    for till in ("mottagen", "utreds", "utredd", "risk", "forslag", "allvarligt", "anmald", "ivo"):
        nr = b.ny("lex_sarah", "mia")
        if till == "mottagen":
            continue
        b.gor(nr, "inled_utredning")
        if till == "utreds":
            b.bifoga(nr, "anmälan.pdf", f"{LANGT_ORD[:140]}.txt")
            continue
        b.gor(nr, "utred", utredning="Påhittad utredning", orsaker=["teknik"])
        if till == "utredd":
            continue
        bedomning = "risk" if till in ("risk", "forslag") else "allvarligt"
        b.gor(nr, "bedom", "kim", bedomning=bedomning, bedomning_skal="Påhittat skäl")
        if till == "forslag":
            b.gor(nr, "besluta", "kim", beslut_text="Ingen brist")
            b.gor(nr, "avsluta_utan_atgard", "kim", skal=f"Inget att göra {LANGT_ORD}")
        if till in ("anmald", "ivo"):
            b.gor(nr, "anmal_ivo", "kim", anmald_ivo="2026-09-07")
        if till == "ivo":
            b.gor(nr, "lamna_in_utredning", "kim", utredning_insand="2026-09-07")


def _beslut(b: Bygge) -> None:
    b.ny("beslut", externt_id="D-10")
    b.ny("beslut", externt_id="D-11", beslutsdatum="2026-05-04", **SENT)
    nr = b.ny("beslut", externt_id="D-12", beslutsdatum="2026-05-11", **SENT)
    b.gor(nr, "erbjud", "hanna", erbjudanden=[{"dag": "2026-06-01", "vad": LANGT_ORD, "utfall": "tackade_nej"}])
    for till in ("verkstallt", "avbrutet"):
        nr = b.ny("beslut", externt_id=f"D-{till}")
        b.gor(nr, "verkstall", "hanna", verkstalld="2026-09-07")
        if till == "avbrutet":
            b.gor(nr, "avbryt", "hanna", avbruten="2026-09-07", orsak="sammanbrott")


def _vikarier(b: Bygge) -> None:
    """One that is over, one that holds and one to come."""
    veckor = (("hanna", "hugo", date(2026, 9, 7), date(2026, 9, 11)), ("hanna", "hugo", date(2026, 9, 21), date(2026, 10, 2)),
              ("elin", "eva", date(2026, 10, 5), date(2026, 10, 9)))  # fmt: skip
    elin = b.aktor("elin")
    with b.vaka.systemet() as conn:
        for borta, vikarie, fran, till in veckor:
            konton = [aktor.id for aktor in (b.aktor(borta), b.aktor(vikarie)) if aktor is not None]
            satt_vikarie(conn, b.vaka.sammanhang.kommun, *konton, fran, till, FORE, av=elin)


def _regler(b: Bygge) -> None:
    """Two versions of the rules, a routine reviewed and others not, and a draft that moves limits."""
    kim = b.aktor("kim")
    assert kim is not None
    svar = _med_rader(b, "synpunkt", "svar", ("2026-11-01", "2026-12-31", "9 arbetsdagar"), ("2027-01-01", "", "10 arbetsdagar"))
    skal = f"Påhittat beslut {LANGT_ORD}"
    aktivera(b.vaka, las_filer(b.vaka.sammanhang, {**b.vaka.sammanhang.regelverk.filer, **svar}), nu=I_DAG, skal=skal, av=kim.id)
    utredning = _med_rader(b, "avvikelse", "utredning", ("2026-06-01", "2026-10-31", "10 dagar"), ("2026-11-01", "", "30 dagar"))
    with b.vaka.systemet() as conn:
        forsta, *_ = oversyn.oversyner(conn)
        oversyn.klarmarkera(conn, forsta.id, nu=I_DAG, av=kim.id, kommentar="Rutinen stämmer fortfarande.")
        u = utkast.borja(conn, b.vaka.sammanhang, nu=I_DAG, av=kim.id)
        for vag, text in utredning.items():
            utkast.spara_fil(conn, u, vag, text, nu=I_DAG, av=kim.id)


def _med_rader(b: Bygge, process: str, frist: str, *rader: tuple[str, str, str]) -> dict[str, str]:
    """The municipality's file with more rows for a limit: from, until, how long."""
    vag = f"config/exempelkommun/regler/frister/{process}.yaml"
    text = b.vaka.sammanhang.regelverk.filer[vag]
    for fran, till, tid in rader:
        rad = {"fran": fran, "till": till, "tid": tid, "kalla": "Påhittat beslut", "kontrollerad": "2026-09-20"}
        text = lagg_till_rad(text, frist, rad | ({} if "arbetsdagar" in tid else {"rullas": "ja"}))
    return {vag: text}

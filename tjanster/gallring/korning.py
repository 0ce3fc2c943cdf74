"""A run: proposed by one person with the decision behind it, approved by another, then one transaction a case.

A run that is cut off is taken up again where it was: what has its certificate is done, the rest is tried anew.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import IntegrityError, InternalError

from arbetsfloden import PROCESSER
from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.nummertext import har_nummer
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.varning import SPARAS, utan_nummer
from tjanster.db import t
from tjanster.gallring.bevarande import BEVARAS
from tjanster.gallring.bevarande import LAS as BEVARANDELAS
from tjanster.gallring.urval import valj

LAS = 5_391_200_311
HOGST_BESLUT = 2000
STATUS = {"vantar": "Väntar på godkännande", "pagar": "Pågår", "klar": "Klar", "avbruten": "Avbruten"}
KODSLAG = frozenset({"val", "flerval", "dag", "tal", "janej", "enhet", "enheter"})
"""Kinds of fields that hold a code, a day or a number, and no words of anybody's own."""
Framsteg = Callable[[int, int], None]

logg = logging.getLogger("vaka.gallring")


@dataclass(frozen=True)
class Korning:
    """One run. `arenden` are those decided on, `kvar` those kept when it came to it ({nummer, skal}), `gallrade` how many
    have their certificate."""

    id: int
    dag: date
    status: str
    beslut: str
    foreslagen_av_id: int
    foreslagen_av: str
    foreslagen: datetime
    godkand_av: str | None
    godkand: datetime | None
    slut: datetime | None
    avbruten_skal: str | None
    arenden: tuple[Mapping[str, Any], ...]
    kvar: tuple[Mapping[str, Any], ...]
    bevarade_da: int
    gallrade: int

    @property
    def bevarade(self) -> int:
        """How many were kept for a person's sake, when it was proposed and when it came to it."""
        return self.bevarade_da + sum(BEVARAS in k["skal"] for k in self.kvar)

    @property
    def klart(self) -> int:
        return self.gallrade + len(self.kvar)

    def som_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "dag": str(self.dag), "status": self.status, "beslut": self.beslut,
            "foreslagen_av": self.foreslagen_av, "foreslagen": self.foreslagen.isoformat(), "godkand_av": self.godkand_av,
            "godkand": self.godkand.isoformat() if self.godkand else None, "slut": self.slut.isoformat() if self.slut else None,
            "avbruten_skal": self.avbruten_skal, "arenden": [dict(a) for a in self.arenden],
            "kvar": [dict(k) for k in self.kvar], "gallrade": self.gallrade,
            "bevarade": self.bevarade,
        }  # fmt: skip


def foresla(vaka: Vaka, *, beslut: str, antal: int | None, av: int, nu: datetime) -> Korning:
    """Propose that all that may go today goes. antal: how many the person says it is; another number is refused, since
    then they haven't seen what would go. Raises Nej."""
    s = vaka.sammanhang
    fel = {}
    if not beslut.strip():
        fel["beslut"] = "Skriv beslutet om gallring: vem som beslutade, dagen och paragrafen."
    elif har_nummer(beslut):
        fel["beslut"] = SPARAS
    if len(beslut) > HOGST_BESLUT:
        fel["beslut"] = f"Skriv kortare: högst {HOGST_BESLUT} tecken."
    with vaka.systemet() as conn:
        conn.execute(select(func.pg_advisory_xact_lock(LAS)))
        if _pa_vag(conn):
            raise Nej("En annan gallring är på väg. Vänta tills den är klar, eller avbryt den.", kod="redan_pa_vag")
        urval = valj(conn, s, nu.date())
        gar = urval.gar
        if antal != len(gar):
            fel["antal"] = f"Skriv hur många ärenden som ska gallras: {len(gar)}, som i listan."
        if fel:
            raise OgiltigaUppgifter(falt=fel)
        if not gar:
            raise Nej("Det finns inget att gallra.", kod="inget_att_gallra")
        rad = {
            "dag": nu.date(), "status": "vantar", "beslut": beslut.strip(), "foreslagen_av": av, "foreslagen": nu,
            "arenden": [k.som_dict() for k in gar], "kvar": [], "bevarade": urval.bevarade,
        }  # fmt: skip
        sats = t.gallringskorning.insert().values(rad).returning(t.gallringskorning.c.id)
        return hamta(conn, conn.execute(sats).scalar_one())


def _pa_vag(conn: Connection) -> bool:
    k = t.gallringskorning.c
    return conn.execute(select(k.id).where(k.status.in_(("vantar", "pagar")))).first() is not None


def godkann(vaka: Vaka, korning_id: int, *, antal: int | None, av: int, nu: datetime) -> Korning:
    """The second person says yes; `kor` then does it. Raises Nej to the one who proposed it."""
    with vaka.systemet() as conn:
        har = hamta(conn, korning_id, las=True)
        _kraver(har, "vantar", "godkännas")
        if har.foreslagen_av_id == av:
            raise Nej("Den som har föreslagit gallringen kan inte godkänna den själv: be någon annan.", kod="tva_personer")
        if antal != len(har.arenden):
            raise OgiltigaUppgifter(falt={"antal": f"Skriv hur många ärenden som ska gallras: {len(har.arenden)}, som i listan."})
        k = t.gallringskorning.c
        conn.execute(update(t.gallringskorning).where(k.id == har.id).values(status="pagar", godkand_av=av, godkand=nu))
        return hamta(conn, korning_id)


def avbryt(vaka: Vaka, korning_id: int, *, skal: str, nu: datetime) -> Korning:
    """Call off a run that nobody has approved yet, or what is left of one that was cut off. What has gone stays gone."""
    with vaka.systemet() as conn:
        har = hamta(conn, korning_id, las=True)
        if har.status not in ("vantar", "pagar"):
            raise Nej(f"Gallringen kan inte avbrytas: den är {STATUS[har.status].lower()}.", kod="steget_gar_inte_nu")
        if not skal.strip():
            raise OgiltigaUppgifter(falt={"skal": "Skriv varför gallringen avbryts."})
        utan_nummer("skal", skal)
        k = t.gallringskorning.c
        conn.execute(
            update(t.gallringskorning).where(k.id == har.id).values(status="avbruten", avbruten_skal=skal.strip(), slut=nu)
        )
        return hamta(conn, korning_id)


def _kraver(korning: Korning, status: str, vad: str) -> None:
    if korning.status != status:
        raise Nej(f"Gallringen kan inte {vad}: den är {STATUS[korning.status].lower()}.", kod="steget_gar_inte_nu")


def kor(vaka: Vaka, korning_id: int, nu: datetime, framsteg: Framsteg | None = None) -> Korning:
    """Do what was approved, or what is left of it. Each case is asked anew, in the transaction in which it goes."""
    with vaka.systemet() as conn:
        _kraver(har := hamta(conn, korning_id), "pagar", "köras")
        klara = {rad["nummer"] for rad in har.kvar} | _gallrade(conn, korning_id)
    foljer = {a["nummer"] for a in har.arenden}
    for nr, post in enumerate(har.arenden, start=1):
        if post["nummer"] not in klara:
            with vaka.systemet() as conn:
                _ett(conn, vaka.sammanhang, korning_id, post, nu, foljer)
        if framsteg is not None:
            framsteg(nr, len(har.arenden))
    with vaka.systemet() as conn:
        k = t.gallringskorning.c
        conn.execute(update(t.gallringskorning).where(k.id == korning_id, k.status == "pagar").values(status="klar", slut=nu))
        klar = hamta(conn, korning_id)
    logg.info("Gallring %s klar", korning_id, extra={"action": "weeding_done", "count": klar.gallrade})
    return klar


def _ett(
    conn: Connection, s: Sammanhang, korning_id: int, post: Mapping[str, Any], nu: datetime, foljer: set[str]
) -> None:  # fmt: skip
    """One case, whole or not at all. Two that work on the same run wait for each other here."""
    nummer = post["nummer"]
    har = hamta(conn, korning_id, las=True)
    if har.status != "pagar" or nummer in _gallrade(conn, korning_id):
        return
    conn.execute(select(func.pg_advisory_xact_lock_shared(BEVARANDELAS)))  # a hold that is being laid is waited for
    conn.execute(select(t.arende.c.id).where(t.arende.c.nummer == nummer).with_for_update())
    urval = valj(conn, s, nu.date(), nummer, foljer)
    nu_skal = [skal for hallen in urval.halls for skal in hallen.skal]
    if not urval.gar or (urval.gar[0].vad, urval.gar[0].rad) != (post["vad"], post["rad"]):
        _kvar(conn, har, nummer, nu_skal or ["ärendet har ändrats sedan gallringen föreslogs"])
        return
    try:
        with conn.begin_nested():
            conn.execute(_GALLRA, {"korning": korning_id, "nummer": nummer, "behall": koder(post["process"]), "nu": nu})
    except (IntegrityError, InternalError) as fel:
        if getattr(fel.orig, "sqlstate", "") != "23001":
            raise
        _kvar(conn, har, nummer, [str(fel.orig.diag.message_primary)])


_GALLRA = text("SELECT gallra_arende(:korning, :nummer, CAST(:behall AS text[]), :nu)")


def koder(process: str) -> list[str]:
    """The fields of a process that stay for statistics when the personal data goes."""
    return [n for n, f in PROCESSER[process].modell.beskrivna().items() if f.slag in KODSLAG and not f.kanslig]


def _kvar(conn: Connection, har: Korning, nummer: str, skal: list[str]) -> None:
    k = t.gallringskorning.c
    kvar = [*map(dict, har.kvar), {"nummer": nummer, "skal": skal}]
    conn.execute(update(t.gallringskorning).where(k.id == har.id).values(kvar=kvar))


def _gallrade(conn: Connection, korning_id: int) -> set[str]:
    g = t.gallring.c
    return set(conn.execute(select(g.nummer).where(g.korning_id == korning_id)).scalars())


def _fraga() -> Any:
    k, av, ja, g = t.gallringskorning.c, t.anvandare.alias(), t.anvandare.alias(), t.gallring.c
    gallrade = select(func.count()).where(g.korning_id == k.id).scalar_subquery()
    return select(
        k.id, k.dag, k.status, k.beslut, k.foreslagen_av.label("foreslagen_av_id"), av.c.namn.label("foreslagen_av"),
        k.foreslagen, ja.c.namn.label("godkand_av"), k.godkand, k.slut, k.avbruten_skal, k.arenden, k.kvar,
        k.bevarade.label("bevarade_da"),
        gallrade.label("gallrade"),
    ).select_from(
        t.gallringskorning.join(av, av.c.id == k.foreslagen_av).outerjoin(ja, ja.c.id == k.godkand_av)
    )  # fmt: skip


def hamta(conn: Connection, korning_id: int, *, las: bool = False) -> Korning:
    """One run; with `las` it is held until the transaction ends. Raises FinnsInte."""
    k = t.gallringskorning.c
    if las:
        conn.execute(select(k.id).where(k.id == korning_id).with_for_update())
    rad = conn.execute(_fraga().where(k.id == korning_id)).mappings().one_or_none()
    if rad is None:
        raise FinnsInte(f"Gallring {korning_id}")
    return _korning(rad)


def alla_korningar(conn: Connection) -> list[Korning]:
    """Every run, the latest first."""
    return [_korning(rad) for rad in conn.execute(_fraga().order_by(t.gallringskorning.c.id.desc())).mappings()]


def _korning(rad: Mapping[str, Any]) -> Korning:
    return Korning(**{**rad, "arenden": tuple(rad["arenden"]), "kvar": tuple(rad["kvar"])})

"""Put a copy in an empty database. All that can be asked is asked before anything is written; files go before the rows that name
them; and from the first row to the last deed the database bears a mark with which no Vaka starts."""

import contextlib
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from tjanster.app import databas_url, lagren, oppna
from tjanster.bilagelager import Bilagelager, LagretSvararInte, ObjektetSaknas
from tjanster.db import migrera, session, t
from tjanster.db.krets import SKAPA_ROLLEN
from tjanster.kopia import manifest as m
from tjanster.kopia import verktyg
from tjanster.kopia.fel import Kopiefel
from tjanster.kopia.manifest import DUMP, Framsteg, Manifest
from tjanster.kopia.tagning import tabellerna
from tjanster.krypto import Nyckelring
from tjanster.logg import Prov, ankare, verifiera
from tjanster.settings import Settings

ANDRA_SORTER = (" DEFAULT ACL ", " EXTENSION ", " COMMENT - EXTENSION ")
"""What a dump holds that isn't Vaka's, or that names the log-in that once owned it."""
_FREMMANDE = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""


@dataclass
class Slutat:
    """What ended, since nobody knows what happened to it after the moment that is shown."""

    inloggningar: int
    koder: int
    engangslosen: int
    apinycklar: int


@dataclass
class Aterstalld:
    """A database set back to `till`. logg: the verification of its log; ankare: where this node's longer file of anchors lies now;
    obs: what a person should know."""

    till: datetime
    antal: dict[str, int]
    slutat: Slutat
    logg: Prov
    ankare: Path | None
    filer: int = 0
    obs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bilagor:
    """What is to become of attachments outside the database. till: another store than the one they were in; finns: the store they
    were in may have files already."""

    till: str | None = None
    finns: bool = False


def aterstall(
    settings: Settings, mapp: Path, nu: datetime, bilagor: Bilagor | None = None, framsteg: Framsteg | None = None
) -> Aterstalld:
    """Put the copy in the database of the settings, which must be empty. Raises Kopiefel and LagretSvararInte: before anything
    is written when the copy, the keys, the stores or the database aren't as they should be, and after that with a database that is
    empty or bears its mark."""
    kopia = m.las(mapp)
    ring = _provad(settings, mapp, kopia)
    m.prova_filerna(mapp, kopia, framsteg)
    lager = _Lager(lagren(settings), mapp, kopia, bilagor or Bilagor())
    lager.prova()
    url = databas_url(settings)
    agare = session.motor(url, storlek=2)
    try:
        pg_restore = _prova_databasen(agare, kopia)
        filer = lager.lagg()
        _markera(agare)
        _las_in(pg_restore, mapp / DUMP, url, agare)
        antal = _rakna(agare, kopia)
        migrera.migrera(agare, under_aterstallning=True)
        with agare.begin() as conn:
            lager.peka_om(conn)
            slutat = _efterat(conn, kopia.tagen, nu, mapp.name)
            conn.execute(text(f"DROP TABLE {migrera.PAGAR}"))
    finally:
        agare.dispose()
    obs = []
    if kopia.hemlighet != m.hemlighetens_prov(settings.nyckel()):
        obs.append("VAKA_HEMLIGHET är en annan än när kopian togs: koderna som inlämnare följer sin synpunkt med slutar gälla.")
    if utan := sorted(namn for namn in kopia.nycklar if namn not in ring.nycklar):
        obs.append(f"Saknades redan när kopian togs: nyckeln {', '.join(utan)}. Det som den krypterade går inte att läsa.")
    return _avsluta(settings, nu, Aterstalld(kopia.tagen, antal, slutat, Prov(), None, filer, obs), kopia.logg)


def tillbakasatt(settings: Settings, till: datetime, nu: datetime) -> Aterstalld:
    """PostgreSQL itself has set the database back to `till`: do what remains. Raises Kopiefel for a database that never was."""
    if till > nu:
        raise Kopiefel(f"{till:%Y-%m-%d %H:%M} har inte varit än.")
    agare = session.motor(databas_url(settings), storlek=2)
    try:
        with agare.connect() as conn:
            if conn.scalar(text("SELECT pg_is_in_recovery()")):
                raise Kopiefel("PostgreSQL är inte framme än: den läser in det som lagts undan. Vänta tills den tar emot ändringar och försök igen.")
        migrera.neka_halv(agare)
        if migrera.nuvarande(agare) != migrera.nyaste():
            raise Kopiefel("Databasens tabeller hör till en annan version. Kör 'vaka migrera' först.")
        with agare.begin() as conn:
            linje = conn.scalar(text("SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)"))
            if linje == "00000001":
                raise Kopiefel(
                    "PostgreSQL har aldrig satt tillbaka den här databasen: den är på sin första tidslinje. Inget är gjort. "
                    "Ska en kopia läsas tillbaka: ange dess mapp."
                )
            slutat = _efterat(conn, till, nu, None)
            antal = _antal(conn)
    finally:
        agare.dispose()
    return _avsluta(settings, nu, Aterstalld(till, antal, slutat, Prov(), None), None)


# -- before anything is written ------------------------------------------------------------------------------------------------------


def _provad(settings: Settings, mapp: Path, kopia: Manifest) -> Nyckelring:
    """Is it a copy that this program, this municipality and these keys can take? Returns the keys."""
    if int(kopia.tabeller) > int(migrera.nyaste()) or migrera.tal(kopia.vaka) > migrera.tal(version("vaka")):
        raise Kopiefel(
            f"Kopian är tagen med Vaka {kopia.vaka} och tabellerna i version {kopia.tabeller}. Det här är Vaka {version('vaka')} med "
            f"version {migrera.nyaste()}: installera den nyare först."
        )
    if kopia.kommun != settings.kommunmapp.name:
        raise Kopiefel(f"Kopian är av kommunen '{kopia.kommun}', men VAKA_KOMMUN är '{settings.kommunmapp.name}'. Vilken är rätt?")
    nyckelfil = settings.datamapp / "nycklar"
    if settings.nycklar is None and not nyckelfil.exists():
        raise Kopiefel(f"Nycklarna saknas: sätt VAKA_NYCKLAR, eller lägg tillbaka filen {nyckelfil}. Kopian behöver {', '.join(sorted(kopia.nycklar))}.")
    ring = Nyckelring(settings.nyckelrad())
    fel = []
    if saknas := sorted(namn for namn, prov in kopia.nycklar.items() if prov and namn not in ring.nycklar):
        fel.append(f"Nycklar saknas i VAKA_NYCKLAR: {', '.join(saknas)}. Utan dem går det krypterade inte att läsa och loggen inte att pröva.")
    if andra := sorted(n for n, prov in kopia.nycklar.items() if prov and n in ring.nycklar and m.nyckelprov(ring, n) != prov):
        fel.append(f"Nyckeln {', '.join(andra)} i VAKA_NYCKLAR heter rätt men är en annan än den som kopian gjordes med.")
    if fel:
        raise Kopiefel(*fel)
    m.prova_sigillet(mapp, kopia, ring)
    return ring


class _Lager:
    """The stores that the copy has files for."""

    def __init__(self, alla: Bilagelager, mapp: Path, kopia: Manifest, val: Bilagor) -> None:
        self.alla, self.mapp, self.kopia, self.val = alla, mapp, kopia, val

    def _vart(self, namn: str) -> str:
        return self.val.till or namn

    def prova(self) -> None:
        """Raises LagretSvararInte for a store that isn't there, and Kopiefel for one that may be somebody else's."""
        for namn in {self._vart(ett.lager) for ett in self.kopia.lager}:
            try:
                fullt = next(iter(self.alla.lager(namn).lista()), None) is not None
            except LagretSvararInte as fel:
                raise Kopiefel(f"{fel} Kopian har filer som ska dit: rätta det, eller välj ett annat lager med --bilagor-till.") from None
            if fullt and not self.val.finns:
                raise Kopiefel(
                    f"I lagret {namn} finns redan filer. Är det den riktiga databasen som läses tillbaka: lägg till --bilagor-finns, så "
                    "läggs bara det som saknas dit. Är det ett prov: välj ett tomt lager med --bilagor-till, för en provad Vaka "
                    "raderar annars den riktigas filer."
                )

    def lagg(self) -> int:
        """Put there what isn't there; returns how many files."""
        antal = 0
        for ett in self.kopia.lager:
            vart = self.alla.lager(self._vart(ett.lager))
            for fil in self.kopia.filer:
                if not fil.namn.startswith(f"{ett.mapp}/"):
                    continue
                objekt, data = fil.namn.removeprefix(f"{ett.mapp}/"), (self.mapp / fil.namn).read_bytes()
                with contextlib.suppress(ObjektetSaknas):
                    if vart.las(objekt) == data:
                        continue
                vart.skriv(objekt, data)
                antal += 1
        return antal

    def peka_om(self, conn: Connection) -> None:
        """Rows name another store, and what they named in the one before isn't deleted: it is not theirs."""
        if self.val.till is None:
            return
        conn.execute(update(t.bilaga).where(t.bilaga.c.lager.is_not(None)).values(lager=self.val.till))
        conn.execute(delete(t.bilageradering))


def _prova_databasen(agare: Engine, kopia: Manifest) -> verktyg.Verktyg:
    """Is it empty, and can it take the copy? Returns what puts it there."""
    with agare.connect() as conn:
        server = int(conn.scalar(text("SELECT current_setting('server_version_num')::int / 10000")))
        if conn.scalar(text(_FREMMANDE)):
            raise Kopiefel(
                f"Databasen {conn.scalar(text('SELECT current_database()'))} är inte tom. En kopia läses bara tillbaka till en tom databas, "
                "och Vaka tömmer ingen: gör en ny och peka på den med VAKA_DATABAS, eller välj en tom VAKA_DATA."
            )
    if server < kopia.postgres:
        raise Kopiefel(f"Kopian är tagen ur PostgreSQL {kopia.postgres}. Den här servern är {server}: välj en som är minst lika ny.")
    return verktyg.valj("pg_restore", max(server, kopia.verktyg))


# -- from the first row to the last deed ---------------------------------------------------------------------------------------------


def _markera(agare: Engine) -> None:
    with agare.begin() as conn:
        conn.execute(text(SKAPA_ROLLEN))
        conn.execute(text(f"CREATE TABLE {migrera.PAGAR} (sedan timestamptz NOT NULL DEFAULT now())"))


def _las_in(pg_restore: verktyg.Verktyg, dump: Path, url: str, agare: Engine) -> None:
    """All or nothing."""
    rader = [rad for rad in verktyg.kor(pg_restore, "--list", str(dump)).splitlines() if not any(sort in rad for sort in ANDRA_SORTER)]
    with tempfile.NamedTemporaryFile("w", suffix=".lista") as lista:
        lista.write("\n".join(rader) + "\n")
        lista.flush()
        try:
            val = ("--single-transaction", "--exit-on-error", "--no-owner", f"--use-list={lista.name}", str(dump))
            verktyg.kor(pg_restore, *val, url=url)
        except Kopiefel as fel:
            with contextlib.suppress(DBAPIError), agare.begin() as conn:
                conn.execute(text(f"DROP TABLE {migrera.PAGAR}"))
            raise Kopiefel(*fel.skal, "Databasen är tom som förut.") from None


def _rakna(agare: Engine, kopia: Manifest) -> dict[str, int]:
    """Are as many rows there as the copy says? Raises Kopiefel; the database keeps its mark."""
    with agare.connect() as conn:
        antal = _antal(conn)
    if fel := sorted(namn for namn in antal.keys() | kopia.antal.keys() if antal.get(namn) != kopia.antal.get(namn)):
        raise Kopiefel(
            "Antalet rader stämmer inte med kopians: "
            + ", ".join(f"{namn} {antal.get(namn, 'saknas')} mot {kopia.antal.get(namn, 'saknas')}" for namn in fel[:10])
            + ". Databasen går inte att använda: gör en ny tom och försök igen."
        )
    return antal


def _antal(conn: Connection) -> dict[str, int]:
    return {namn: int(conn.scalar(text(f'SELECT count(*) FROM "{namn}"'))) for namn in tabellerna(conn)}  # noqa: S608


def _efterat(conn: Connection, till: datetime, nu: datetime, namn: str | None) -> Slutat:
    """No letter leaves, and nobody is in: who logged out, lost a key or used a code after that moment would have it back."""
    a, k = t.anvandare.c, t.apinyckel.c
    inne = conn.execute(delete(t.inloggning)).rowcount
    conn.execute(delete(t.inloggningsforsok))
    koder = conn.execute(delete(t.aterstallningskod)).rowcount
    engangs = update(t.anvandare).where(a.losen_galler_till.is_not(None)).values(losen=None, losen_galler_till=None)
    levande = k.upphor.is_(None) | (k.upphor > nu)
    slutat = Slutat(
        inne, koder, conn.execute(engangs).rowcount, conn.execute(update(t.apinyckel).where(levande).values(upphor=nu)).rowcount
    )
    sista = [select(func.coalesce(func.max(tab.c.id), 0)).scalar_subquery() for tab in (t.notis, t.paminnelse)]
    conn.execute(
        t.aterstallning.insert().values(till=till, gjord=nu, namn=namn, sista_notis=sista[0], sista_paminnelse=sista[1])
    )
    return slutat


def _avsluta(settings: Settings, nu: datetime, ut: Aterstalld, huvud: tuple[int, str] | None) -> Aterstalld:
    """Cut this node's anchors where the log now ends, and verify the log against what is left of them."""
    vaka = oppna(settings, gamla_regler=True)
    try:
        with vaka.systemet() as conn:
            sista = conn.execute(select(func.max(t.loggdag.c.dag))).scalar()
            k = t.loggkedja.c
            led = conn.execute(select(k.nr, k.mac).order_by(k.nr.desc()).limit(1)).one_or_none()
        ut.ankare = ankare.kapa(settings, sista, f"fore-{nu:%Y%m%dT%H%M%S}")
        if huvud is not None and (led is None or (led.nr, bytes(led.mac).hex()) != tuple(huvud)):
            ut.obs.append(f"Loggens sista sigill är inte kopians ({huvud[0]}).")
        ut.logg = verifiera(vaka, nu)
    finally:
        vaka.stang()
    return ut


__all__ = ["Aterstalld", "Bilagor", "aterstall", "tillbakasatt"]

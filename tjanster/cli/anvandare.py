"""Accounts, appointments and keys."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster import klocka
from tjanster.cli.grund import Avbrott, Nu, SomJson, dag_av_text, oppen_vaka, skriv, tabell_ut, tid_av

if TYPE_CHECKING:
    from tjanster.app import Vaka
    from tjanster.vikarier import Vikariatbild

anvandare_app = typer.Typer(help="Konton och uppdrag.", no_args_is_help=True)


@anvandare_app.command("skapa")
def anvandare_skapa(
    anvandarnamn: Annotated[str, typer.Argument()],
    namn: Annotated[str, typer.Option(help="För- och efternamn.")],
    roll: Annotated[str, typer.Option(help="Roll, till exempel handlaggare.")],
    enhet: Annotated[str, typer.Option(help="Enhetens kod eller namn.")],
    epost: Annotated[str | None, typer.Option(help="Dit påminnelser går.")] = None,
) -> None:
    """Skapa ett konto med ett uppdrag. Lösenordet frågas efter."""
    from tjanster.konton import satt_uppdrag, skapa_anvandare
    from tjanster.losenord import kommunens_ord

    with oppen_vaka() as vaka:
        kod = enhetskod(vaka, enhet)
        losen = typer.prompt("Lösenord", hide_input=True, confirmation_prompt="En gång till")
        nu = klocka.nu()
        with vaka.motor.begin() as conn:
            nytt = skapa_anvandare(
                conn, anvandarnamn, namn, epost, losen, nu, egna_ord=kommunens_ord(vaka.sammanhang.kommun)
            )
            satt_uppdrag(conn, nytt, roll, kod, nu.date())
    typer.echo(f"Kontot {anvandarnamn} finns nu.")


def enhetskod(vaka: "Vaka", enhet: str) -> str:
    from arbetsfloden import narmast

    kommun = vaka.sammanhang.kommun
    kod = kommun.hitta_enhet(enhet)
    if kod is None:
        namn = [x for e in kommun.enheter.values() for x in (e.kod, e.namn)]
        alla = f". Enheterna är {', '.join(kommun.enheter)}."
        raise Avbrott([f"Enheten '{enhet}' finns inte{narmast(enhet, namn) or alla}"])
    return kod


def _konto(vaka: "Vaka", anvandarnamn: str) -> int:
    from sqlalchemy import select

    from arbetsfloden import narmast
    from tjanster.db import t

    with vaka.motor.connect() as conn:
        a = t.anvandare.c
        rad = conn.execute(select(a.id).where(a.anvandarnamn == anvandarnamn.strip().casefold())).scalar_one_or_none()
        alla = conn.execute(select(a.anvandarnamn)).scalars().all() if rad is None else ()
    if rad is None:
        raise Avbrott([f"Det finns inget konto som heter '{anvandarnamn}'{narmast(anvandarnamn, alla) or '.'}"])
    return int(rad)


@anvandare_app.command("uppdrag")
def anvandare_uppdrag(
    anvandarnamn: Annotated[str, typer.Argument()],
    roll: Annotated[str, typer.Option(help="Roll, till exempel enhetschef.")],
    enhet: Annotated[str, typer.Option(help="Enhetens kod eller namn. Uppdraget gäller även enheterna under.")],
    fran: Annotated[str | None, typer.Option("--fran", help="Första dagen; annars i dag.")] = None,
    till: Annotated[str | None, typer.Option("--till", help="Sista dagen; annars tills vidare.")] = None,
) -> None:
    """Ge ett konto ett uppdrag, eller ge ett det redan har en sista dag."""
    from tjanster.konton import satt_uppdrag

    with oppen_vaka() as vaka:
        konto, kod = _konto(vaka, anvandarnamn), enhetskod(vaka, enhet)
        forsta = dag_av_text(fran, "--fran") if fran else klocka.idag()
        sista = dag_av_text(till, "--till") if till else None
        with vaka.motor.begin() as conn:
            satt_uppdrag(conn, konto, roll, kod, forsta, sista)
    slut = f" till och med {sista}" if sista else ""
    typer.echo(f"{anvandarnamn} är {roll} för {vaka.sammanhang.kommun.enheter[kod].namn} från {forsta}{slut}.")


@anvandare_app.command("vikarie")
def anvandare_vikarie(
    borta: Annotated[str | None, typer.Argument(metavar="[ANVANDARNAMN]", help="Kontot som är borta.")] = None,
    vikarie: Annotated[str | None, typer.Argument(metavar="[VIKARIE]", help="Kontot som vikarierar.")] = None,
    fran: Annotated[str | None, typer.Option("--fran", help="Första dagen; annars i dag.")] = None,
    till: Annotated[str | None, typer.Option("--till", help="Sista dagen.")] = None,
    avsluta: Annotated[bool, typer.Option("--avsluta", help="Avsluta vikariatet: i går var sista dagen.")] = False,
    nu: Nu = None,
    som_json: SomJson = False,
) -> None:
    """Låt ett konto vikariera för ett annat mellan två dagar, med dess uppdrag och ärenden. Utan konton: visa alla vikariat."""
    from tjanster import vikarier

    tid = tid_av(nu)
    with oppen_vaka() as vaka:
        kommun = vaka.sammanhang.kommun
        if borta is None or vikarie is None:
            if borta is not None or avsluta or fran or till:
                raise typer.BadParameter("ange båda kontona, den som är borta och den som vikarierar", param_hint="VIKARIE")
            with vaka.motor.begin() as conn:
                _visa_vikariat(vaka, vikarier.lista(conn, kommun, tid.date(), None), som_json)
            return
        for_konto, konto = _konto(vaka, borta), _konto(vaka, vikarie)
        if avsluta:
            with vaka.motor.begin() as conn:
                antal = vikarier.avsluta_mellan(conn, kommun, for_konto, konto, tid)
            if not antal:
                raise Avbrott([f"{vikarie} vikarierar inte för {borta}, så det finns inget att avsluta."])
            skriv({"avslutade": antal}) if som_json else typer.echo(f"{vikarie} vikarierar inte längre för {borta}.")
            return
        if till is None:
            raise Avbrott(["Skriv sista dagen med --till, eller --avsluta."])
        forsta, sista = dag_av_text(fran, "--fran") if fran else tid.date(), dag_av_text(till, "--till")
        with vaka.motor.begin() as conn:
            nytt = vikarier.satt_vikarie(conn, kommun, for_konto, konto, forsta, sista, tid, av=None)
            satt = next(x for x in vikarier.lista(conn, kommun, tid.date(), None, nytt))
    if som_json:
        skriv(_som_rad(satt))
        return
    uppdragen = "; ".join(f"{roll} för {vaka.sammanhang.enhetsnamn(enhet)}" for roll, enhet in satt.uppdrag)
    typer.echo(f"{vikarie} vikarierar för {borta} från {forsta} till och med {sista}: {uppdragen}.")


def _visa_vikariat(vaka: "Vaka", alla: "list[Vikariatbild]", som_json: bool) -> None:
    if som_json:
        skriv([_som_rad(x) for x in alla])
        return
    rader = [[x.borta, x.vikarie, x.fran, x.till, x.lage, ", ".join(f"{r} {e}" for r, e in x.uppdrag)] for x in alla]
    tabell_ut(rader, ["Borta", "Vikarie", "Från", "Till", "Läge", "Uppdrag"])


def _som_rad(x: "Vikariatbild") -> dict[str, Any]:
    return {
        "id": x.id, "borta": x.borta, "vikarie": x.vikarie, "fran": x.fran, "till": x.till, "lage": x.lage,
        "avslutad": x.avslutad, "satt_av": x.satt_av, "uppdrag": [{"roll": r, "enhet": e} for r, e in x.uppdrag],
        "varning": x.varning,
    }  # fmt: skip


@anvandare_app.command("oppna")
def anvandare_oppna(anvandarnamn: Annotated[str, typer.Argument()]) -> None:
    """Öppna ett stängt konto igen. Det får ett nytt lösenord; uppdragen är de som står kvar."""
    from tjanster.konton import oppna_konto
    from tjanster.losenbyte import byt_losen

    with oppen_vaka() as vaka:
        konto = _konto(vaka, anvandarnamn)
        losen = typer.prompt("Nytt lösenord", hide_input=True, confirmation_prompt="En gång till")
        with vaka.motor.begin() as conn:
            oppna_konto(conn, konto)
            byt_losen(conn, vaka.sammanhang.kommun, konto, losen, klocka.nu())
    typer.echo(f"Kontot {anvandarnamn} är öppet.")


@anvandare_app.command("losen")
def anvandare_losen(
    anvandarnamn: Annotated[str, typer.Argument()],
    engangs: Annotated[bool, typer.Option("--engangs", help="Skriv ut ett engångslösenord att lämna över.")] = False,
) -> None:
    """Sätt ett nytt lösenord. Kontot låses upp och alla inloggningar avslutas."""
    from tjanster.losenbyte import byt_losen, ge_engangslosen

    with oppen_vaka() as vaka:
        konto = _konto(vaka, anvandarnamn)
        if engangs:
            with vaka.motor.begin() as conn:
                losen, till = ge_engangslosen(conn, vaka.sammanhang.kommun, konto, klocka.nu())
            typer.echo(f"{losen}\nGäller till {till.date()} kl. {till:%H.%M}. Vid inloggningen väljer personen ett eget.")
            return
        losen = typer.prompt("Nytt lösenord", hide_input=True, confirmation_prompt="En gång till")
        with vaka.motor.begin() as conn:
            byt_losen(conn, vaka.sammanhang.kommun, konto, losen, klocka.nu())
    typer.echo(f"Lösenordet för {anvandarnamn} är bytt.")


@anvandare_app.command("stang")
def anvandare_stang(anvandarnamn: Annotated[str, typer.Argument()]) -> None:
    """Stäng ett konto: ingen kan logga in med det, och dess nycklar slutar gälla. Historiken står kvar."""
    from tjanster.konton import stang_konto

    with oppen_vaka() as vaka, vaka.motor.begin() as conn:
        stang_konto(conn, _konto(vaka, anvandarnamn))
    typer.echo(f"Kontot {anvandarnamn} är stängt.")


@anvandare_app.command("nyckel")
def anvandare_nyckel(
    anvandarnamn: Annotated[str, typer.Argument(help="Kontot som det andra systemet handlar som.")],
    namn: Annotated[str, typer.Argument(help="Vad nyckeln är till för.")],
    upphor: Annotated[str | None, typer.Option("--upphor", help="Sista dagen den gäller.")] = None,
    aterkalla: Annotated[bool, typer.Option("--aterkalla", help="Sluta godta nycklar med det namnet.")] = False,
) -> None:
    """Ge ett annat system en nyckel till API:t. Den visas en gång."""
    from datetime import timedelta

    from tjanster.sessioner import aterkalla_nycklar, skapa_nyckel

    with oppen_vaka() as vaka, vaka.motor.begin() as conn:
        konto = _konto(vaka, anvandarnamn)
        if aterkalla:
            typer.echo(f"Återkallade: {aterkalla_nycklar(conn, konto, namn)}")
            return
        slut = klocka.midnatt(dag_av_text(upphor, "--upphor") + timedelta(days=1)) if upphor else None
        typer.echo(skapa_nyckel(conn, konto, namn, klocka.nu(), slut))


@anvandare_app.command("tvasteg")
def anvandare_tvasteg(
    anvandarnamn: Annotated[str, typer.Argument()],
    ta_bort: Annotated[bool, typer.Option("--ta-bort", help="Ta bort den, för den som har blivit av med telefonen.")] = False,
) -> None:
    """Visa om kontot har tvåstegsinloggning, eller ta bort den. Då avslutas alla inloggningar."""
    from tjanster.inloggning import tvasteg
    from tjanster.sessioner import logga_ut_overallt

    with oppen_vaka() as vaka, vaka.motor.begin() as conn:
        konto = _konto(vaka, anvandarnamn)
        if not ta_bort:
            lage = tvasteg.lage(conn, konto)
            av_eller_pa = f"på sedan {lage.fran.date()}, {lage.koder} återställningskoder kvar" if lage.fran else "av"
            typer.echo(f"Tvåstegsinloggningen för {anvandarnamn} är {av_eller_pa}.")
            return
        var_pa = tvasteg.ta_bort(conn, konto)
        logga_ut_overallt(conn, konto)
    typer.echo(f"Tvåstegsinloggningen för {anvandarnamn} är borttagen." if var_pa else f"{anvandarnamn} hade ingen.")


@anvandare_app.command("koppla")
def anvandare_koppla(
    anvandarnamn: Annotated[str, typer.Argument()],
    amne: Annotated[str | None, typer.Argument(help="Personens id (sub) hos kommunens inloggning.")] = None,
    ta_bort: Annotated[bool, typer.Option("--ta-bort", help="Koppla loss kontot. Alla inloggningar avslutas.")] = False,
) -> None:
    """Koppla kontot till en person hos kommunens inloggning, eller koppla loss det."""
    from sqlalchemy import delete

    from tjanster.db import t
    from tjanster.inloggning.personen import knyt
    from tjanster.sessioner import logga_ut_overallt

    with oppen_vaka() as vaka, vaka.motor.begin() as conn:
        konto, utfardare = _konto(vaka, anvandarnamn), vaka.settings.oidc
        if utfardare is None:
            raise Avbrott(["VAKA_OIDC är inte satt: det finns ingen inloggning att koppla till."])
        if ta_bort:
            i = t.identitet.c
            antal = conn.execute(delete(t.identitet).where(i.anvandare_id == konto, i.utfardare == utfardare)).rowcount
            logga_ut_overallt(conn, konto)
            typer.echo(f"Kontot {anvandarnamn} är losskopplat." if antal else f"Kontot {anvandarnamn} var inte kopplat.")
            return
        if not amne:
            raise Avbrott(["Skriv personens id (sub) hos kommunens inloggning, eller --ta-bort."])
        knyt(conn, konto, utfardare, amne, klocka.nu())
    typer.echo(f"Kontot {anvandarnamn} är kopplat.")


@anvandare_app.command("brev")
def anvandare_brev(
    anvandarnamn: Annotated[str, typer.Argument()],
    morgonbrev: Annotated[str | None, typer.Option(help="ja eller nej.")] = None,
    dagar: Annotated[str | None, typer.Option(help="Veckodagarna, till exempel måndag,torsdag.")] = None,
    klockan: Annotated[str | None, typer.Option(help="Timmen: 6, 7, 8 eller 9.")] = None,
    form: Annotated[str | None, typer.Option(help="html eller text.")] = None,
    nytt: Annotated[str | None, typer.Option(help="genast eller morgonbrev.")] = None,
    kommunens: Annotated[bool, typer.Option("--kommunens", help="Följ kommunens val igen.")] = False,
    som_json: SomJson = False,
) -> None:
    """Visa eller ändra vilka brev kontot får, när och i vilken form."""
    from tjanster.arenden import brevval

    sagt = {"morgonbrev": morgonbrev, "dagar": dagar, "klockan": klockan, "form": form, "nytt": nytt}
    andrar = any(v is not None for v in sagt.values())
    if morgonbrev not in (None, "ja", "nej"):
        raise Avbrott([f"--morgonbrev är ja eller nej, inte '{morgonbrev}'."])
    if kommunens and andrar:
        raise Avbrott(["Välj antingen --kommunens eller egna val, inte båda."])
    with oppen_vaka() as vaka, vaka.motor.begin() as conn:
        konto, s, nu = _konto(vaka, anvandarnamn), vaka.sammanhang, klocka.nu()
        fore, _ = brevval.gallande(conn, s.kommun, konto)
        val = fore.as_dict() | {k: v for k, v in sagt.items() if v is not None}
        val |= {"morgonbrev": val["morgonbrev"] in (True, "ja"), "dagar": dagar.split(",") if dagar else val["dagar"]}
        if kommunens or andrar:
            brevval.satt(conn, s, konto, None if kommunens else brevval.tolka(**val), av=None, nu=nu)
        galler, eget = brevval.gallande(conn, s.kommun, konto)
    ut = galler.as_dict() | {"eget": eget}
    if som_json:
        skriv(ut)
    else:
        ja_nej = {True: "ja", False: "nej"}
        visat = [(k, ", ".join(v) if isinstance(v, list) else ja_nej.get(v, v) if isinstance(v, bool) else v) for k, v in ut.items()]
        tabell_ut([[k.capitalize(), v] for k, v in visat], ["Val", anvandarnamn])


@anvandare_app.command("lista")
def anvandare_lista(som_json: SomJson = False) -> None:
    """Konton och deras uppdrag."""
    from sqlalchemy import select

    from tjanster.db import t

    a, u = t.anvandare.c, t.uppdrag.c
    with oppen_vaka() as vaka, vaka.motor.connect() as conn:
        rader = [
            dict(r)
            for r in conn.execute(
                select(a.anvandarnamn, a.namn, a.aktiv, u.roll, u.enhet, u.fran, u.till)
                .select_from(t.anvandare.outerjoin(t.uppdrag, t.uppdrag.c.anvandare_id == t.anvandare.c.id))
                .order_by(a.anvandarnamn, u.id)
            ).mappings()
        ]
    skriv(rader) if som_json else tabell_ut([list(r.values()) for r in rader],
                                          ["Användare", "Namn", "Aktiv", "Roll", "Enhet", "Från", "Till"])  # fmt: skip

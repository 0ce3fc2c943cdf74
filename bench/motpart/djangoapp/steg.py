"""The two steps, each in one transaction."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django_fsm import has_transition_perm

from djangoapp.models import (
    Arende,
    Forslag,
    Frist,
    Gallringssparr,
    Handelse,
    Kontakt,
    Koppling,
    Notis,
    Paminnelse,
    Uppdrag,
    Uppgift,
)

OPPNA = ("lopande", "pausad")
MOTTAGANDE = [
    (-1, "1 arbetsdag före", "enhetschef"), (0, "samma dag", "enhetschef"), (2, "2 arbetsdagar efter", "avdelningschef"),
    (5, "5 arbetsdagar efter", "kvalitetsledare"),
]  # fmt: skip
KOMMUN: dict[str, Any] = {}
"""The organisation (unit → the units above it) and the days off, as a Django program has them in its settings."""


class Person:
    """Who is logged in, with the assignments, as they are when the request has come so far."""

    def __init__(self, nummer: int) -> None:
        self.id = nummer
        self.uppdrag = list(Uppdrag.objects.filter(anvandare=nummer).values_list("roll", "enhet"))

    def enheter(self, roll: str) -> set[str]:
        """The units where the role holds: its own and all below."""
        har = {enhet for namn, enhet in self.uppdrag if namn == roll}
        return {enhet for enhet, over in KOMMUN["enheter"].items() if not har.isdisjoint((enhet, *over))}


class Svar(forms.Form):
    svar = forms.CharField(max_length=20_000)
    besvarad = forms.DateField()


class NyEnhet(forms.Form):
    ny_enhet = forms.ChoiceField(choices=lambda: [(enhet, enhet) for enhet in KOMMUN["enheter"]])


def granskad(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise ValueError(form.errors.as_json())
    return form.cleaned_data


def arbetsdag(fran: date, antal: int) -> date:
    """The day so many working days after, or before when it is negative."""
    steg = timedelta(days=1 if antal > 0 else -1)
    dag = fran
    while antal:
        dag += steg
        if dag.weekday() < 5 and dag not in KOMMUN["lediga"]:
            antal -= 1 if antal > 0 else -1
    return dag


def last_arende(nummer: str) -> Arende:
    """The case locked, and with it what the guards of its steps ask."""
    egen = OuterRef("pk")
    oppna = Uppgift.objects.filter(arende=egen, klar=None, enhet=OuterRef("enhet")).exclude(slag="lagg_till_uppgift")
    return (
        Arende.objects.select_for_update(of=("self",))
        .annotate(
            avsandare=Subquery(Kontakt.objects.filter(arende=egen, roll="avsandare").values("uppgifter")[:1]),
            oppna_uppgifter=Coalesce(Subquery(oppna.order_by().values("arende").annotate(n=Count("pk")).values("n")), 0),
            kopplad=Exists(Koppling.objects.filter(Q(fran=egen) | Q(till=egen))),
            sparrad=Exists(Gallringssparr.objects.filter(arende=egen, havd=None)),
            vantar=Exists(Forslag.objects.filter(arende=egen, utfall=None)),
        )
        .get(nummer=nummer)
    )


def mottagare(roll: str, enhet: str, dag: date) -> list[Uppdrag]:
    """Those who hold the post in the unit, stand-ins too; where it is empty those of the nearest unit above."""
    galler = Q(fran__lte=dag) & (Q(till=None) | Q(till__gte=dag))
    ordinarie = Uppdrag.objects.filter(
        galler, anvandare=OuterRef("for_anvandare"), for_anvandare=None, roll=OuterRef("roll"), enhet=OuterRef("enhet"), anvandare__aktiv=True
    )
    vagen = [enhet, *KOMMUN["enheter"][enhet]]
    alla = list(
        Uppdrag.objects.select_related("anvandare")
        .filter(galler, Q(for_anvandare=None) | Exists(ordinarie), anvandare__aktiv=True, enhet__in=vagen)
        .exclude(roll="medarbetare")
    )
    return next((dar for e in vagen if (dar := [u for u in alla if u.enhet == e and u.roll == roll])), [])


def avsluta(frist: Frist, dag: date, nu: datetime) -> None:
    """The limit is met, and its ladder ends."""
    frist.status, frist.mott = "mott", dag
    frist.save(update_fields=["status", "mott", "mott_tid"])
    kvar = frist.trappa.filter(fallen=None)
    kvar.filter(dag__gt=dag).delete()
    kvar.filter(dag__lte=dag).update(fallen=nu, ikapp=False)


def starta(arende: Arende, namn: str, dagar: int, trappa: list[tuple[int, str, str]], nu: datetime) -> Frist:
    idag = nu.date()
    frist = Frist.objects.create(
        arende=arende, namn=namn, slag="lag", start=idag, forfaller=arbetsdag(idag, dagar), regel=f"avvikelse/{namn}/lokal/2022-01-01",
        regelversion=1, status="lopande", omgang=1,
    )  # fmt: skip
    Paminnelse.objects.bulk_create(
        Paminnelse(
            frist=frist, omgang=1, trappsteg=nr, dag=arbetsdag(frist.forfaller, antal), nar=nar, roll=roll, bradskande=False, aven_ledig_dag=False
        )
        for nr, (antal, nar, roll) in enumerate(trappa, 1)
    )
    return frist


def spara(arende: Arende, fore: dict[str, Any], handelse: str, person: Person, nu: datetime, dag: date, frister: list[Frist], **mer: Any) -> None:
    """The case, and the event that tells what became of it."""
    arende.version += 1
    arende.andrad = nu
    oppna = sorted((f for f in frister if f.status == "lopande" and f.forfaller), key=lambda f: (f.forfaller, f.id))
    forst = oppna[0] if oppna else None
    arende.narmast = arende.narmast_forfaller = forst.forfaller if forst else None
    arende.narmast_frist, arende.narmast_slag, arende.narmast_status = (forst.namn, forst.slag, forst.status) if forst else (None, None, None)
    arende.narmast_forfaller_tid = forst.forfaller_tid if forst else None
    arende.save(update_fields=[
        "tillstand", "version", "enhet", "uppgifter", "andrad", "avslutad", "klardag", "narmast", "narmast_frist", "narmast_slag",
        "narmast_status", "narmast_forfaller", "narmast_forfaller_tid",
    ])  # fmt: skip
    efter = arende.uppgifter | mer.get("fyllt", {})
    Handelse.objects.create(
        arende=arende, lopnr=arende.version, handelse=handelse, fran=fore["tillstand"], till=arende.tillstand, av_id=person.id, dag=dag, tid=nu,
        skal=mer.get("skal"), foljder=mer["foljder"], regelversion=1, processversion=arende.processversion,
        uppgifter={k: [fore["uppgifter"].get(k), efter.get(k)] for k in fore["uppgifter"] | efter if fore["uppgifter"].get(k) != efter.get(k)},
    )  # fmt: skip


def meddela(arende: Arende, mall: str, till: list[tuple[int | None, str]], process: str, nu: datetime, bradskande: bool) -> None:
    Notis.objects.bulk_create(
        [
            Notis(
                mall=mall, mallversion="1", arendenummer=arende.nummer, anvandare_id=vem, adress=adress, skapad=nu, tidigast=nu, nasta_forsok=nu,
                nyckel=f"{arende.nummer}:{arende.version}:{mall}:{vem or 'inlamnare'}", bradskande=bradskande, message_id=uuid.uuid4().hex,
                falt={"kommun": "Exempelkommun", "lank": f"/arende/{arende.nummer}", "arendenummer": arende.nummer, "process": process,
                      "enhet": arende.enhet, "rader": [], "frist": None, "dagar": None},
            )
            for vem, adress in till
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def besvara(b: dict[str, Any], person: Person, nu: datetime) -> None:
    data = granskad(Svar(b["uppgifter"]))
    with transaction.atomic():
        arende = last_arende(b["nummer"])
        frister = list(arende.frister.select_related("brott").order_by("id"))
        if not has_transition_perm(arende.besvara, person):
            raise PermissionDenied
        fore = {"tillstand": arende.tillstand, "uppgifter": dict(arende.uppgifter)}
        arende.besvara(**data)
        arende.klardag = None
        motta = [f for f in frister if f.namn == "svar" and f.status in OPPNA]
        for frist in motta:
            avsluta(frist, data["besvarad"], nu)
        foljder = {"motta": [{"frist": f.namn, "slag": f.slag, "forfaller": str(f.forfaller)} for f in motta], "notiser": ["synpunkt_besvarad"]}
        spara(arende, fore, "besvara", person, nu, data["besvarad"], frister, foljder=foljder)
        meddela(arende, "synpunkt_besvarad", [(None, b["adress"])], "Synpunkt", nu, True)


def lamna_over_enhet(b: dict[str, Any], person: Person, nu: datetime) -> None:
    data = granskad(NyEnhet(b["uppgifter"]))
    with transaction.atomic():
        arende = last_arende(b["nummer"])
        frister = list(arende.frister.select_related("brott").order_by("id"))
        if not has_transition_perm(arende.lamna_over_enhet, person):
            raise PermissionDenied
        if data["ny_enhet"] == arende.enhet:
            raise ValueError("samma enhet")
        fore = {"tillstand": arende.tillstand, "uppgifter": dict(arende.uppgifter)}
        arende.lamna_over_enhet(**data)
        till = mottagare("enhetschef", arende.enhet, nu.date())
        motta = [f for f in frister if f.namn == "utredning" and f.status in OPPNA]
        for frist in motta:
            avsluta(frist, nu.date(), nu)
        ny = starta(arende, "mottagande", 3, MOTTAGANDE, nu)
        Uppgift.objects.filter(arende=arende, klar=None, atgard=None).update(enhet=arende.enhet, agare=None)
        foljder = {
            "motta": [{"frist": f.namn, "slag": f.slag, "forfaller": str(f.forfaller)} for f in motta],
            "startade": [{"frist": ny.namn, "slag": ny.slag, "forfaller": str(ny.forfaller), "regel": ny.regel}],
            "notiser": ["avvikelse_rapporterad"],
        }
        spara(arende, fore, "lamna_over_enhet", person, nu, nu.date(), [*frister, ny], foljder=foljder, skal=b["skal"], fyllt=data)
        meddela(arende, "avvikelse_rapporterad", [(u.anvandare_id, u.anvandare.epost) for u in till], "Avvikelse", nu, False)

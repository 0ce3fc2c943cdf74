"""The tables, which are Vaka's own, and the machine of the two steps."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_fsm import FSMField
from django_fsm import transition as overgang


class Tabell(models.Model):
    class Meta:
        abstract = True
        managed = False


class Anvandare(Tabell):
    namn = models.CharField()
    epost = models.CharField(null=True)
    aktiv = models.BooleanField()
    brevval = models.JSONField(null=True)

    class Meta(Tabell.Meta):
        db_table = "anvandare"


class Uppdrag(Tabell):
    anvandare = models.ForeignKey(Anvandare, models.DO_NOTHING, related_name="uppdrag")
    roll = models.CharField()
    enhet = models.CharField()
    fran = models.DateField()
    till = models.DateField(null=True)
    for_anvandare = models.ForeignKey(Anvandare, models.DO_NOTHING, db_column="for_anvandare", null=True, related_name="vikarier")

    class Meta(Tabell.Meta):
        db_table = "uppdrag"


def far_besvara(arende: "Arende", person: Any) -> bool:
    return arende.enhet in person.enheter("handlaggare")


def far_lamna_over(arende: "Arende", person: Any) -> bool:
    return arende.enhet in person.enheter("enhetschef") | person.enheter("kvalitetsledare")


def kan_skickas(arende: "Arende") -> bool:
    return bool(arende.avsandare) and not arende.vantar


def inget_vantar(arende: "Arende") -> bool:
    return not arende.vantar


class Arende(Tabell):
    nummer = models.CharField(unique=True)
    process = models.CharField()
    tillstand = FSMField()
    version = models.IntegerField()
    enhet = models.CharField()
    handlaggare = models.ForeignKey(Anvandare, models.DO_NOTHING, db_column="handlaggare", null=True, related_name="+")
    registrerad_av = models.ForeignKey(Anvandare, models.DO_NOTHING, db_column="registrerad_av", null=True, related_name="+")
    dag = models.DateField()
    externt_id = models.CharField(null=True)
    uppgifter = models.JSONField()
    registrerad = models.DateTimeField()
    andrad = models.DateTimeField()
    avslutad = models.DateTimeField(null=True)
    klardag = models.DateField(null=True)
    regelversion = models.BigIntegerField()
    processversion = models.BigIntegerField()
    krets = ArrayField(models.BigIntegerField(), null=True)
    javiga = ArrayField(models.BigIntegerField())
    foljnr = models.SmallIntegerField()
    narmast = models.DateField(null=True)
    narmast_frist = models.CharField(null=True)
    narmast_slag = models.CharField(null=True)
    narmast_status = models.CharField(null=True)
    narmast_forfaller = models.DateField(null=True)
    narmast_forfaller_tid = models.DateTimeField(null=True)

    class Meta(Tabell.Meta):
        db_table = "arende"

    @overgang(field=tillstand, source="handlaggs", target="besvarad", conditions=[kan_skickas], permission=far_besvara)
    def besvara(self, svar: str, besvarad: date) -> None:
        self.uppgifter |= {"svar": svar, "besvarad": besvarad.isoformat()}

    @overgang(field=tillstand, source=["rapporterad", "mottagen"], target="rapporterad", conditions=[inget_vantar], permission=far_lamna_over)
    def lamna_over_enhet(self, ny_enhet: str) -> None:
        self.enhet = ny_enhet
        self.uppgifter = {k: v for k, v in self.uppgifter.items() if k != "mottagen"} | {"enhet": ny_enhet}


class Kontakt(Tabell):
    arende = models.ForeignKey(Arende, models.DO_NOTHING)
    roll = models.CharField()
    uppgifter = models.BinaryField()

    class Meta(Tabell.Meta):
        db_table = "kontakt"


class Koppling(Tabell):
    fran = models.ForeignKey(Arende, models.DO_NOTHING, related_name="+")
    till = models.ForeignKey(Arende, models.DO_NOTHING, related_name="+")
    slag = models.CharField()

    class Meta(Tabell.Meta):
        db_table = "koppling"


class Forslag(Tabell):
    arende = models.ForeignKey(Arende, models.DO_NOTHING)
    utfall = models.CharField(null=True)

    class Meta(Tabell.Meta):
        db_table = "forslag"


class Gallringssparr(Tabell):
    arende = models.ForeignKey(Arende, models.DO_NOTHING)
    havd = models.DateTimeField(null=True)

    class Meta(Tabell.Meta):
        db_table = "gallringssparr"


class Uppgift(Tabell):
    arende = models.ForeignKey(Arende, models.DO_NOTHING)
    slag = models.CharField()
    enhet = models.CharField()
    agare = models.ForeignKey(Anvandare, models.DO_NOTHING, db_column="agare", null=True, related_name="+")
    atgard = models.CharField(null=True)
    klar = models.DateTimeField(null=True)

    class Meta(Tabell.Meta):
        db_table = "uppgift"


class Frist(Tabell):
    arende = models.ForeignKey(Arende, models.DO_NOTHING, related_name="frister")
    namn = models.CharField()
    slag = models.CharField()
    start = models.DateField()
    start_tid = models.DateTimeField(null=True)
    forfaller = models.DateField(null=True)
    forfaller_tid = models.DateTimeField(null=True)
    regel = models.CharField()
    regelversion = models.BigIntegerField()
    status = models.CharField()
    omgang = models.IntegerField()
    mott = models.DateField(null=True)
    mott_tid = models.DateTimeField(null=True)

    class Meta(Tabell.Meta):
        db_table = "frist"


class Fristbrott(Tabell):
    frist = models.OneToOneField(Frist, models.DO_NOTHING, primary_key=True, related_name="brott")
    forfoll = models.DateField()
    orsak = models.CharField(null=True)

    class Meta(Tabell.Meta):
        db_table = "fristbrott"


class Paminnelse(Tabell):
    frist = models.ForeignKey(Frist, models.DO_NOTHING, related_name="trappa")
    omgang = models.IntegerField()
    trappsteg = models.IntegerField()
    dag = models.DateField()
    nar = models.CharField()
    roll = models.CharField()
    bradskande = models.BooleanField()
    aven_ledig_dag = models.BooleanField()
    fallen = models.DateTimeField(null=True)
    ikapp = models.BooleanField(null=True)
    mottagare = ArrayField(models.BigIntegerField(), default=list)
    nycklar = ArrayField(models.TextField(), default=list)

    class Meta(Tabell.Meta):
        db_table = "paminnelse"


class Handelse(Tabell):
    arende = models.ForeignKey(Arende, models.DO_NOTHING, related_name="handelser")
    lopnr = models.IntegerField()
    handelse = models.CharField()
    fran = models.CharField(null=True)
    till = models.CharField()
    av = models.ForeignKey(Anvandare, models.DO_NOTHING, db_column="av", null=True, related_name="+")
    roll = models.CharField(null=True)
    dag = models.DateField()
    tid = models.DateTimeField()
    skal = models.CharField(null=True)
    uppgifter = models.JSONField()
    foljder = models.JSONField()
    regelversion = models.BigIntegerField()
    processversion = models.BigIntegerField()

    class Meta(Tabell.Meta):
        db_table = "handelse"


class Notis(Tabell):
    mall = models.CharField()
    mallversion = models.CharField()
    arendenummer = models.CharField()
    anvandare = models.ForeignKey(Anvandare, models.DO_NOTHING, null=True)
    adress = models.CharField()
    falt = models.JSONField()
    nyckel = models.CharField(unique=True)
    skapad = models.DateTimeField()
    tidigast = models.DateTimeField()
    bradskande = models.BooleanField()
    bara_text = models.BooleanField(default=False)
    status = models.CharField(default="vantar")
    forsok = models.IntegerField(default=0)
    nasta_forsok = models.DateTimeField()
    message_id = models.CharField()

    class Meta(Tabell.Meta):
        db_table = "notis"

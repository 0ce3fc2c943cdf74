
"""A small made-up set of rules, whole and right, that tests change one file of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from regler import Regelverk, las_in_texter

HELA = {
    "regler/frister/prov.yaml": """
svar:
  rubrik: Svar
  raknas_fran: inkom
  galler:
    - {fran: 2000-01-01, tid: skyndsamt, lagrum: null, kalla: Prov, kontrollerad: 2026-11-22}
klart:
  rubrik: Klart
  raknas_fran: inkom
  valjs_av:
    lagrum: {sol: SoL, lss: LSS}
  galler:
    - {fran: 2000-01-01, tid: 14 dagar, rullas: ja, lagrum: 1 §, kalla: Prov, kontrollerad: 2026-11-22}
    - {fran: 2020-01-01, tid: 2 månader, rullas: ja, lagrum: 2 §, kalla: Prov, kontrollerad: 2026-11-22}
    - {fran: 2000-01-01, nar: {lagrum: lss}, tid: 4 veckor, rullas: nej, lagrum: 3 §, kalla: Prov, kontrollerad: 2026-11-22}
  forlangning: {far: [enhetschef], hogst: 2 månader, ganger: 1}
  paus: {far: [handlaggare], hogst: 30 dagar, ganger: 2}
lag:
  rubrik: Bara lag
  raknas_fran: inkom
  galler:
    - {fran: 2000-01-01, tid: 3 månader, rullas: nej, lagrum: 4 §, kalla: Prov, kontrollerad: 2026-11-22}
timmar:
  rubrik: I timmar
  raknas_fran: kannedom
  galler:
    - {fran: 2000-01-01, tid: 72 timmar, lagrum: 5 §, kalla: Prov, kontrollerad: 2026-11-22}
""",
    "regler/eskalering/prov.yaml": """
svar:
  steg:
    - {nar: samma dag, roll: handlaggare}
    - {nar: 5 arbetsdagar efter start, roll: enhetschef}
""",
    "regler/kalender/sverige.yaml": "lediga_dagar: []\n",
    "regler/kalender/arshjul.yaml": """
arshjul:
  berattelse: {rubrik: Kvalitetsberättelsen, nar: [03-01], roll: kvalitetsledare, lagrum: 9 §, kalla: Prov, kontrollerad: 2026-11-22}
""",
    "regler/beslutstabeller/prov.yaml": """
allvar:
  rubrik: Hur allvarligt är det?
  avgors_av: inkom
  far_bytas: ja
  fragor:
    art: {rubrik: Art, svar: {lindrig: Lindrig, svar: Svår}}
    antal: {rubrik: Antal berörda, slag: tal}
  utfall: {litet: Litet, stort: Stort}
  galler:
    - fran: 2000-01-01
      lagrum: 6 §
      kalla: Prov
      kontrollerad: 2026-11-22
      rader:
        - {nar: {art: svar}, blir: stort, motiv: Svårt är alltid stort}
        - {nar: {art: lindrig, antal: ">= 10"}, blir: stort, motiv: Många är berörda}
        - {nar: {art: lindrig, antal: "< 10"}, blir: litet, motiv: Lindrigt och få berörda}
anmals:
  rubrik: Ska det anmälas?
  avgors_av: inkom
  fragor:
    allvar: {rubrik: Allvar, tabell: prov/allvar}
    barn: {rubrik: Rör det barn?, slag: ja/nej}
  utfall: {ja: Ska anmälas, nej: Anmäls inte}
  galler:
    - fran: 2010-01-01
      lagrum: 7 §
      kalla: Prov
      kontrollerad: 2026-11-22
      rader:
        - {nar: {allvar: stort}, blir: ja, motiv: Allvaret räcker}
        - {nar: {allvar: litet, barn: ja}, blir: ja, motiv: Barn anmäls alltid}
        - {nar: {allvar: litet, barn: nej}, blir: nej, motiv: Litet och inget barn}
""",
    "regler/krav/prov.yaml": """
diarienummer:
  rubrik: Diarienumret ska finnas
  steg: [avsluta]
  galler:
    - {fran: 2020-01-01, kraver: {falt: [diarienummer]}, lagrum: 8 §, kalla: Prov, kontrollerad: 2026-11-22}
""",
    "regler/skyldigheter/prov.yaml": """
avgift:
  rubrik: Avgift
  avgors_av: inkom
  valjs_av:
    lagrum: {sol: SoL, lss: LSS}
  galler:
    - {fran: 2000-01-01, till: 2019-12-31, vad: Kommunen betalar, varde: {lagst: 10 000, hogst: 1 000 000}, enhet: kr, lagrum: 9 §, kalla: Prov, kontrollerad: 2026-11-22}
    - {fran: 2020-01-01, vad: Kommunen betalar mer, varde: {lagst: 15000}, enhet: kr, lagrum: 9 a §, kalla: Prov, kontrollerad: 2026-11-22}
    - {fran: 2005-01-01, nar: {lagrum: lss}, vad: Enligt LSS, lagrum: 10 §, kalla: Prov, kontrollerad: 2026-11-22}
""",
    "regler/gallring/prov.yaml": """
akt:
  rubrik: Akter
  skyldighet: prov/avgift
  galler:
    - {fran: 2000-01-01, efter: 5 år, raknas_fran: avslutad, vad: arendet, lagrum: 11 §, kalla: Prov, kontrollerad: 2026-11-22}
""",
    "regler/delegation/prov.yaml": """
besluta:
  rubrik: Besluta
  process: prov
  steg: [besluta]
  galler:
    - {fran: 2000-01-01, far: [enhetschef], lagrum: null, kalla: Prov, kontrollerad: 2026-11-22}
""",
    "regler/rutiner/prov.yaml": """
rutin:
  rubrik: Rutin för svar
  slag: rutin
  regler: [prov/svar, tabell:prov/anmals, krav:prov/diarienummer, skyldighet:prov/avgift, delegation:besluta]
  ansvarig: kvalitetsledare
  dagar: 30
""",
    "config/by/kommun.yaml": "namn: Byn\nkvalitetsar: {borjar: 01-01}\n",
    "config/by/organisation.yaml": "kod: alla\nnamn: Alla\nenheter:\n  - {kod: norr, namn: Norra Å}\n  - {kod: soder, namn: Södra}\n",
    "config/by/listor.yaml": """
slag: {klagomal: Klagomål}
kategorier: {ovrigt: Övrigt}
typer: {rutin: Rutin}
insatser: {boendestod: Boendestöd, hemtjanst: Hemtjänst}
orsaker: {annat: Annat}
forseningsorsaker: {annat: Annat}
""",
    "config/by/fall/egna.yaml": """
- {namn: få berörda, tabell: prov/allvar, dag: 2026-01-01, svar: {art: lindrig, antal: 9}, blir: litet}
- {namn: en vanlig vecka, process: prov, frist: klart, fran: 2019-01-01, forfaller: 2019-01-15}
""",
}


@pytest.fixture
def las() -> Callable[..., Regelverk]:
    """las(**{'config/by/…': text}) reads the made-up rules with these files laid in; las(None, …) without the municipality."""

    def _las(filer: dict[str, str] | None = None, kommun: str | None = "by") -> Regelverk:
        return las_in_texter({**HELA, **(filer or {})}, kommun)

    return _las

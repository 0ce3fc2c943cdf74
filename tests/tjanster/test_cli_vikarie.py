"""`vaka anvandare vikarie`: what it prints, as text and as JSON, its exit codes, and each no."""

import json

from tests.bygg import Bygge
from tests.tjanster.conftest import Kor

NU = ("--nu", "2026-09-07T09:00")
VECKAN = ("--fran", "2026-09-07", "--till", "2026-09-11")


def test_vikarien_satts_visas_och_avslutas(med_databas: Kor, bygg: Bygge) -> None:
    def kor(*ord_: str) -> tuple[int, str, str]:
        return med_databas("anvandare", "vikarie", *ord_, *NU)

    kod, ut, _ = kor("hanna", "hugo", *VECKAN)
    assert (kod, ut) == (0, "hugo vikarierar för hanna från 2026-09-07 till och med 2026-09-11: handlaggare för Familjehemsenheten.\n")
    kod, ut, _ = kor("elin", "frida", "--till", "2026-09-08", "--json")
    svar = json.loads(ut)
    assert kod == 0
    assert svar | {"id": 0} == {
        "id": 0, "borta": "Elin Påhittad", "vikarie": "Frida Påhittad", "fran": "2026-09-07", "till": "2026-09-08", "lage": "nu",
        "avslutad": False, "satt_av": None, "uppdrag": [{"roll": "enhetschef", "enhet": "familjehem"}], "varning": "",
    }  # fmt: skip
    kod, ut, _ = kor()
    assert kod == 0
    assert ut.splitlines()[0].split() == ["Borta", "Vikarie", "Från", "Till", "Läge", "Uppdrag"]
    assert "Hanna Påhittad  Hugo Påhittad   2026-09-07  2026-09-11  nu    handlaggare familjehem" in ut
    assert [x["borta"] for x in json.loads(kor("--json")[1])] == ["Elin Påhittad", "Hanna Påhittad"]
    assert kor("hanna", "hugo", "--avsluta")[:2] == (0, "hugo vikarierar inte längre för hanna.\n")
    assert json.loads(kor("elin", "frida", "--avsluta", "--json")[1]) == {"avslutade": 1}
    assert [(x["lage"], x["avslutad"]) for x in json.loads(kor("--json")[1])] == [("tidigare", True)] * 2

    # Each no
    nej = {
        ("hanna", "hugo", "--avsluta"): (1, "hugo vikarierar inte för hanna, så det finns inget att avsluta."),
        ("hanna", "hugo"): (1, "Skriv sista dagen med --till, eller --avsluta."),
        ("hanna", "hugoo", *VECKAN): (1, "Det finns inget konto som heter 'hugoo' – menade du 'hugo'?"),
        ("hanna", "hanna", *VECKAN): (1, "Ingen kan vikariera för sig själv. Välj en kollega."),
        ("hanna", "hugo", "--fran", "2026-09-11", "--till", "2026-09-08"): (1, "Sista dagen 2026-09-08 ligger före första dagen 2026-09-11."),
        ("hanna", "hugo", "--fran", "2026-09-01", "--till", "2026-09-08"): (1, "Första dagen 2026-09-01 har varit. Välj i dag eller senare."),
        ("hanna", "hugo", "--till", "2026-13-01"): (2, "det finns ingen månad nummer 13"),
        ("hanna",): (2, "ange båda kontona"),
        ("--avsluta",): (2, "ange båda kontona"),
    }  # fmt: skip
    for ord_, (kod, mening) in nej.items():
        svarade, _, fel = kor(*ord_)
        assert svarade == kod, ord_
        assert mening in " ".join(fel.split()), ord_
    kod, ut, _ = kor("hanna", "hanna", *VECKAN, "--json")
    assert kod == 1
    assert json.loads(ut)["falt"] == {"vikarie": "Ingen kan vikariera för sig själv. Välj en kollega."}

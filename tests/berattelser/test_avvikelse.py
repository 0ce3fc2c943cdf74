"""A deviation, from the phone in the corridor to the other unit's answer and the follow-up."""

from playwright.sync_api import expect

from tests.berattelser.folk import Stad


def test_avvikelse_fran_telefonen_till_uppfoljning(stad: Stad) -> None:
    # Somebody of the staff reports on a phone: one tap each for day and type, a line of text, send
    mia = stad.person("mia", telefon=True)
    mia.ga("/")
    mia.sida.get_by_role("link", name="Rapportera en avvikelse").first.tap()
    expect(mia.sida.get_by_label("Enhet", exact=True)).to_have_value("familjehem")
    mia.sida.get_by_role("button", name="I går", exact=True).first.tap()
    mia.sida.get_by_label("Rutin saknas eller följs inte").tap()
    mia.sida.get_by_label("Vad hände?").fill("Nyckeln till medicinskåpet låg framme.")
    mia.sida.get_by_role("button", name="Rapportera", exact=True).tap()
    mia.ser("Tack, det är registrerat")
    nummer = mia.nummer()
    mia.tryck("Till min dag")
    mia.ser("Det du har rapporterat", "Rutin saknas eller följs inte", "Rapporterad")

    # Her manager got a letter and has it on the page of the day
    stad.skicka_brev()
    assert [b["amne"] for b in stad.brev("elin@")]
    elin = stad.person("elin")
    elin.ga("/")
    elin.tryck("Rutin saknas eller följs inte")
    elin.ser("Ärendet ligger hos dig.", "Nyckeln till medicinskåpet")
    elin.steg("Ta emot")
    elin.lage("Mottagen av enhetschefen")
    elin.ser("Avvikelsen utreds")

    # The investigation: what and why, and which kinds of causes
    elin.tryck("Utredningen är klar")
    elin.tryck("Utredningen är klar")
    assert len(elin.fel()) == 2
    elin.fyll(utredning="Skåpet går inte i lås av sig självt.")
    for orsak in elin.sida.locator("[name=orsaker]").all()[:2]:
        orsak.check()
    elin.tryck("Utredningen är klar")
    elin.lage("Utredd")

    # Two measures; one of them may be needed elsewhere too
    elin.tryck("Besluta om åtgärder")
    elin.tryck("Lägg till rad")
    expect(elin.sida.locator("[name=atgarder-1-text]")).to_be_focused()
    elin.fyll(**{
        "atgarder-0-text": "Byt till självlåsande skåp", "atgarder-0-ansvarig": "Enhetschef",
        "atgarder-0-senast": "2026-10-01", "atgarder-1-text": "Gå igenom rutinen", "atgarder-1-ansvarig": "Handläggare",
        "atgarder-1-senast": "2026-09-30",
    })  # fmt: skip
    elin.tryck("Lägg till rad")
    elin.sida.locator("#f-atgarder-0-enheter-grupp summary").click()
    elin.sida.locator("[name=atgarder-0-enheter][value=ekbacken]").check()
    elin.tryck("Besluta om åtgärder")
    elin.lage("Åtgärder beslutade")
    elin.ser("Byt till självlåsande skåp", "1 av 1 enheter har inte svarat", "Gå igenom rutinen")

    # The other unit's manager never sees the case, only the measure, and answers it
    stad.skicka_brev()
    brevet = stad.brev("berit@")[-1]
    assert "skåp" not in brevet["amne"] + brevet["text"]
    berit = stad.person("berit")
    berit.ga("/")
    berit.ser("Ta ställning till åtgärden ”Byt till självlåsande skåp”")
    assert berit.ga(f"/arende/{nummer}").status == 404
    berit.ga("/")
    berit.sida.get_by_role("link", name="Svara").first.click()
    berit.ser("Behövs åtgärden även hos er?", "Byt till självlåsande skåp")
    berit.ser_inte("Nyckeln till medicinskåpet")
    berit.tryck("Skicka svaret")
    assert berit.fel() == ["Skriv vad ni har kommit fram till."]
    berit.fyll(kommentar="Vi byter också, före jul.")
    berit.tryck("Skicka svaret")
    berit.ser("Uppgiften är klarmarkerad.")
    berit.ser_inte("Ta ställning till åtgärden")

    elin.arende(nummer)
    elin.ser("Särskilda boendet Ekbacken, Berit Påhittad: Vi byter också, före jul.", "Beslutad")

    # Weeks later: did it help?
    stad.klockan("2026-10-05T10:00")
    elin.arende(nummer)
    elin.steg("Följ upp", hjalpte="ja", uppfoljning="Skåpen är bytta och går i lås.")
    elin.lage("Uppföljd")
    elin.steg("Avsluta")
    elin.lage("Avslutad")
    elin.ser_inte("Nästa steg")

    # The one who reported sees how it ended
    mia.arende(nummer)
    mia.lage("Avslutad")
    mia.ser("Skåpen är bytta")

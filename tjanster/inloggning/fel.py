"""Why the municipality's login didn't let a person in: a sentence a fault, and never anything of a token."""

from typing import Final

from tjanster.arenden.fel import Nej

IGEN: Final = "Börja om från inloggningssidan."
SAG_TILL: Final = "Vänd dig till den som är administratör för Vaka i kommunen."
FEL: Final[dict[str, tuple[int, str]]] = {
    "leverantoren_svarar_inte": (503, "Kommunens inloggning svarar inte just nu. Försök igen om en stund."),
    "leverantoren_felinstalld": (503, f"Kommunens inloggning är fel inställd i Vaka. {SAG_TILL}"),
    "forsoket_okant": (400, f"Inloggningen hade gått ut, var redan använd eller påbörjades i en annan webbläsare. {IGEN}"),
    "avbruten": (403, f"Inloggningen avbröts hos kommunens inloggning. {IGEN}"),
    "leverantoren_nekade": (403, f"Kommunens inloggning sa nej. {SAG_TILL}"),
    "koden_godtogs_inte": (401, f"Kommunens inloggning godtog inte svaret. {IGEN}"),
    "fel_utfardare": (401, f"Svaret kom inte från kommunens inloggning. {SAG_TILL}"),
    "fel_mottagare": (401, f"Svaret var inte till Vaka. {SAG_TILL}"),
    "fel_signatur": (401, f"Svaret från kommunens inloggning gick inte att lita på: signaturen stämmer inte. {SAG_TILL}"),
    "fel_nonce": (401, f"Svaret hörde inte till din inloggning. {IGEN}"),
    "utgangen": (401, f"Svaret från kommunens inloggning hade gått ut. {IGEN}"),
    "for_svag": (403, "Du loggade in på ett för svagt sätt för Vaka. Börja om och välj e-legitimation eller två steg."),
    "ofullstandigt": (401, f"Svaret från kommunens inloggning saknar uppgifter som Vaka behöver. {SAG_TILL}"),
    "for_manga_grupper": (
        403,
        f"Du är med i så många grupper att kommunens inloggning inte skickar dem. {SAG_TILL} Leverantören kan ställas in att "
        "bara skicka Vakas grupper.",
    ),
    "okand_person": (403, f"Kommunens inloggning känner dig, men du har inget konto i Vaka. {SAG_TILL}"),
    "konto_redan_knutet": (403, f"Kontot i Vaka är redan knutet till en annan person hos kommunens inloggning. {SAG_TILL}"),
    "stangt_konto": (403, f"Ditt konto i Vaka är stängt. {SAG_TILL}"),
}


class OidcFel(Nej):
    """One of the faults above."""

    def __init__(self, kod: str) -> None:
        self.status, mening = FEL[kod]
        super().__init__(mening, kod=kod)

"""Small files of every sort that may be attached to a case."""

import zipfile
from io import BytesIO


def zipfil(**delar: bytes) -> bytes:
    buffert = BytesIO()
    with zipfile.ZipFile(buffert, "w") as arkiv:
        for namn, innehall in delar.items():
            arkiv.writestr(namn.replace("__", "/"), innehall)
    return buffert.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
FILER = {
    "anmälan.pdf": PDF,
    "utredning.docx": zipfil(**{"word__document.xml": b"<w/>"}),
    "tabell.xlsx": zipfil(**{"xl__workbook.xml": b"<w/>"}),
    "protokoll.odt": zipfil(mimetype=b"application/vnd.oasis.opendocument.text"),
    "skada.png": PNG,
    "bild.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 20,
    "bild.jpeg": b"\xff\xd8\xff\xe1" + b"\0" * 20,
    "brev.eml": b"Received: from a\r\nFrom: a@exempel.example\r\nSubject: Hej\r\n\r\nHej\r\n",
    "anteckning.txt": "Påhittad anteckning\n".encode(),
    "gammal.txt": "Påhittad anteckning\r\n".encode("cp1252"),
}

"""Small files of every sort that may be attached to a case."""

import struct
import zipfile
import zlib
from io import BytesIO


def zipfil(**delar: bytes) -> bytes:
    buffert = BytesIO()
    with zipfile.ZipFile(buffert, "w") as arkiv:
        for namn, innehall in delar.items():
            arkiv.writestr(namn.replace("__", "/"), innehall)
    return buffert.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def _stycke(sort: bytes, innehall: bytes) -> bytes:
    return struct.pack(">I", len(innehall)) + sort + innehall + struct.pack(">I", zlib.crc32(sort + innehall))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _stycke(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _stycke(b"IDAT", zlib.compress(b"\0\0"))
    + _stycke(b"IEND", b"")
)
JPG = b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xda\x00\x03\x01\x12\x34\xff\xd9"
FILER = {
    "anmälan.pdf": PDF,
    "utredning.docx": zipfil(**{"word__document.xml": b"<w/>"}),
    "tabell.xlsx": zipfil(**{"xl__workbook.xml": b"<w/>"}),
    "protokoll.odt": zipfil(mimetype=b"application/vnd.oasis.opendocument.text"),
    "skada.png": PNG,
    "bild.jpg": JPG,
    "bild.jpeg": JPG.replace(b"\xff\xe0", b"\xff\xff\xe1") + b"mer",
    "brev.eml": b"Received: from a\r\nFrom: a@exempel.example\r\nSubject: Hej\r\n\r\nHej\r\n",
    "anteckning.txt": "Påhittad anteckning\n".encode(),
    "gammal.txt": "Påhittad anteckning\r\n".encode("cp1252"),
}

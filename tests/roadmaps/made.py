"""Little files of every kind that people attach, and of the kinds that they should not."""

import io
import random
import zipfile
import zlib

import docx
import openpyxl
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

PLACE = "N 64 12.5"  # where a photograph says it was taken
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def picture(width: int = 640, height: int = 400) -> Image.Image:
    """Paper with something on it: dark at the top left, so that a turn shows."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("black", (0, 0, width // 4, height // 4))
    return image


def photograph(
    format: str = "JPEG", *, image: Image.Image | None = None, turned: int = 1, behind: bytes = b""
) -> bytes:
    """As a telephone makes it: with the place, the time, the owner, a comment, a profile and XMP."""
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010F] = "Telephone of Вымышленный"
    exif.get_ifd(0x8825).update({1: "N", 2: (64.0, 12.0, 30.0), 3: "E", 4: (100.0, 0.0, 0.0), 29: PLACE})
    said = {"exif": exif, "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{PLACE}</x:xmpmeta>".encode()
    if format == "PNG":
        said["pnginfo"] = PngInfo()
        said["pnginfo"].add_text("Comment", PLACE)
    else:
        said["xmp"] = xmp
    if format == "JPEG":
        said["comment"] = f"<script>{PLACE}</script>".encode()
    written = io.BytesIO()
    (image or picture()).save(written, format, **said)
    return written.getvalue() + behind


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(3 * width * height))


def png_that_says_to_be(width: int, height: int) -> bytes:
    """Some bytes that promise more pixels than a memory holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return len(data).to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def word() -> bytes:
    document, written = docx.Document(), io.BytesIO()
    document.add_paragraph("Протокол заседания рабочей группы")
    document.save(written)
    return written.getvalue()


def excel() -> bytes:
    book, written = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "Школа"
    book.save(written)
    return written.getvalue()


def package(parts: dict[str, bytes | str], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", packed) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def changed(document: bytes, parts: dict[str, bytes | str], *, replace: tuple[str, str] = ("", "")) -> bytes:
    """An office document with more parts, or with other words in its own description."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    before, after = replace
    kept["[Content_Types].xml"] = kept["[Content_Types].xml"].replace(before.encode(), after.encode())
    return package(kept | parts)


def slides() -> bytes:
    main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    said = f'<Types><Override PartName="/ppt/presentation.xml" ContentType="{main}"/></Types>'
    return package({"[Content_Types].xml": said, "ppt/presentation.xml": "<p/>"})


def open_document(kind: str, parts: dict[str, bytes | str] | None = None, *, manifest: str = "<manifest/>") -> bytes:
    described = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "META-INF/manifest.xml": manifest}
    return package(described | {"content.xml": "<office/>"} | (parts or {}))


def pdf(inside: bytes = b"", *, trailer: bytes = b"", behind: bytes = b"") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>\nendobj\n" + inside + b"\n"
        b"trailer\n<< /Root 1 0 R /Size 4 " + trailer + b">>\nstartxref\n0\n%%EOF\n" + behind
    )


def packed_in_pdf(object: bytes) -> bytes:
    """As PDF 1.5 packs objects, so that a search for words in the file does not see them."""
    stream = zlib.compress(b"4 0 " + object)
    head = f"5 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {len(stream)} >>\n".encode()
    return head + b"stream\r\n" + stream + b"\r\nendstream\nendobj\n"


PROGRAM = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + bytes(200)
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)
VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(64)
OLD_WORD = OLE + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(512)
LOCKED_WORD = OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
OLD_WITH_MACROS = OLE + bytes(504) + "_VBA_PROJECT".encode("utf-16-le") + bytes(512)
PACKED_PROGRAM = OLE + bytes(504) + "\x01Ole10Native".encode("utf-16-le") + PROGRAM
EQUATION = OLE + bytes(504) + "Equation Native".encode("utf-16-le") + bytes(512)

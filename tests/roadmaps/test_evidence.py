"""What is taken as evidence and what is refused, by content and not by name."""

import time
import zipfile

import pytest

from roadmaps.evidence import names, packages, pdf, pictures, texts
from roadmaps.evidence.examine import EMPTY_REFUSED, MOVING_REFUSED, OTHER_REFUSED, examine
from roadmaps.evidence.kinds import ACCEPT, EvidenceRefused, Kind
from tests.roadmaps import made

LIMIT = 4 * 1024 * 1024


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(EvidenceRefused) as refused:
        examine(name, content, max_bytes=LIMIT)
    return str(refused.value)


@pytest.mark.parametrize(
    "name, content, kind, shown",
    [
        ("Протокол.jpg", made.photograph(), Kind.JPEG, "Протокол.jpg"),
        ("снимок экрана.png", made.photograph("PNG"), Kind.PNG, "снимок экрана.png"),
        ("из сети.webp", made.photograph("WEBP"), Kind.JPEG, "из сети.jpg"),
        ("приказ.pdf", made.pdf(), Kind.PDF, "приказ.pdf"),
        ("приказ.PDF", b"\r\n" + made.pdf(), Kind.PDF, "приказ.pdf"),
        ("справка.docx", made.word(), Kind.DOCX, "справка.docx"),
        ("ведомость.xlsx", made.excel(), Kind.XLSX, "ведомость.xlsx"),
        ("совещание.pptx", made.slides(), Kind.PPTX, "совещание.pptx"),
        ("справка.odt", made.open_document("text"), Kind.ODT, "справка.odt"),
        ("ведомость.ods", made.open_document("spreadsheet"), Kind.ODS, "ведомость.ods"),
        ("заметка.txt", "Проведено совещание.\r\n".encode("cp1251"), Kind.TEXT, "заметка.txt"),
        ("заметка.txt", "Проведено совещание".encode("utf-16"), Kind.TEXT, "заметка.txt"),
        ("BMW.txt", b"BM is how a bitmap begins, and this text", Kind.TEXT, "BMW.txt"),
        ("баллы.csv", "школа;балл\n1;5 < 6\n".encode(), Kind.CSV, "баллы.csv"),
        # A wrong extension does no harm: the file gets the right one.
        ("скан.pdf", made.photograph(), Kind.JPEG, "скан.jpg"),
        ("фото.jpeg", made.photograph(), Kind.JPEG, "фото.jpg"),
        ("справка.doc", made.word(), Kind.DOCX, "справка.docx"),
        ("журнал.log", b"12:00 ok", Kind.TEXT, "журнал.txt"),
        ("Протокол от 12.09.2021", made.pdf(), Kind.PDF, "Протокол от 12.09.2021.pdf"),
        ("", made.pdf(), Kind.PDF, "Файл.pdf"),
    ],
)
def test_a_file_is_what_its_content_says_and_is_called_so(name, content, kind, shown):
    examined = examine(name, content, max_bytes=LIMIT)
    assert (examined.kind, examined.name) == (kind, shown)
    assert bool(examined.preview) == kind.is_picture
    assert kind.is_picture or examined.content == content


@pytest.mark.parametrize(
    "given, shown",
    [
        (r"C:\Users\Иванова\Мои документы\приказ.pdf", "приказ.pdf"),
        ("../../etc/приказ.pdf", "приказ.pdf"),
        ("при\u202efdp.каз.pdf", "приfdp.каз.pdf"),  # a sign that turns the direction of writing
        ('при"каз<1>:*?|.pdf', "при_каз_1_.pdf"),
        ("приказ\r\nSet-Cookie: a.pdf", "приказ  Set-Cookie_ a.pdf"),
        ("приказ.pdf. . ", "приказ.pdf"),
        ("и\u0306.pdf", "й.pdf"),  # as a Mac writes it
        ("а" * 300 + ".pdf", "а" * names.MAX_STEM + ".pdf"),
        (".pdf", "pdf.pdf"),
    ],
)
def test_a_name_is_shown_without_what_could_deceive(given, shown):
    assert examine(given, made.pdf(), max_bytes=LIMIT).name == shown


@pytest.mark.parametrize(
    "name, content, why",
    [
        ("пусто.pdf", b"", EMPTY_REFUSED),
        ("большой.txt", b"a" * (LIMIT + 1), "Файл больше 4 МБ."),
        # Programs and scripts, by name and by content.
        ("программа.exe", made.PROGRAM, names.PROGRAM_REFUSED),
        ("протокол.pdf", made.PROGRAM, names.PROGRAM_REFUSED),
        ("протокол.pdf.exe", made.pdf(), names.PROGRAM_REFUSED),
        ("протокол.exe. ", made.pdf(), names.PROGRAM_REFUSED),
        ("про\u202efdp.exe", made.pdf(), names.PROGRAM_REFUSED),
        ("ссылка.lnk", b"L\0\0\0\x01\x14\x02\0", names.PROGRAM_REFUSED),
        ("запуск.bat", b"del *.*", names.PROGRAM_REFUSED),
        ("запуск.txt", b"#!/bin/sh\nrm -rf /", names.PROGRAM_REFUSED),
        ("программа", b"\x7fELF\x02\x01\x01" + bytes(64), names.PROGRAM_REFUSED),
        # Pages, under any name.
        ("страница.html", made.HTML, names.MARKUP_REFUSED),
        ("снимок.jpg", made.HTML, names.MARKUP_REFUSED),
        ("снимок.txt", b"see\n" + made.HTML.upper(), names.MARKUP_REFUSED),
        ("снимок.txt", made.HTML.decode().encode("utf-16"), names.MARKUP_REFUSED),
        ("рисунок.svg", made.SVG, names.MARKUP_REFUSED),
        ("рисунок.png", made.SVG, names.MARKUP_REFUSED),
        ("данные.txt", b"<?xml version='1.0'?><a/>", names.MARKUP_REFUSED),
        # Archives.
        ("всё.zip", made.package({"a.txt": "a"}), names.ARCHIVE_REFUSED),
        ("всё.docx", made.package({"a.txt": "a"}), names.ARCHIVE_REFUSED),
        ("всё", b"Rar!\x1a\x07\0" + bytes(64), names.ARCHIVE_REFUSED),
        ("всё", b"7z\xbc\xaf\x27\x1c" + bytes(64), names.ARCHIVE_REFUSED),
        # What is to be saved in another way.
        ("снимок.heic", made.HEIC, pictures.HEIC_REFUSED),
        ("снимок.gif", b"GIF89a" + bytes(64), pictures.OTHER_REFUSED),
        ("приказ.doc", made.OLD_WORD, packages.OLD_REFUSED),
        ("приказ.docx", made.LOCKED_WORD, packages.LOCKED_REFUSED),
        ("приказ.rtf", rb"{\rtf1 }", texts.PRINTED_REFUSED),
        ("урок.mp4", made.VIDEO, MOVING_REFUSED),
        ("неведомое.bin2", bytes(range(256)), OTHER_REFUSED),
        # What is not what it is called.
        ("снимок.jpg", "Текст".encode(), texts.DAMAGED_REFUSED),
        ("приказ.pdf", b"404 Not Found", texts.DAMAGED_REFUSED),
    ],
)
def test_what_is_no_evidence_is_refused_in_words_that_say_what_to_do(name, content, why):
    assert refusal(name, content).startswith(why)


def test_no_refusal_repeats_the_name_of_the_file():
    assert "Вымышленный" not in refusal("Вымышленный.exe", made.PROGRAM)


@pytest.mark.parametrize(
    "content, why",
    [
        (made.pdf()[:-8], pdf.DAMAGED_REFUSED),
        (made.pdf(trailer=b"/Encrypt 9 0 R "), pdf.LOCKED_REFUSED),
        (made.pdf(b"4 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj"), pdf.ACTIVE_REFUSED),
        (made.pdf(b"4 0 obj << /S /Java#53cript /JS (app.alert(1)) >> endobj"), pdf.ACTIVE_REFUSED),
        (made.pdf(b"4 0 obj << /S /Launch /F (cmd.exe) >> endobj"), pdf.ACTIVE_REFUSED),
        (made.pdf(b"4 0 obj << /Names << /EmbeddedFiles 5 0 R >> >> endobj"), pdf.ACTIVE_REFUSED),
        (made.pdf(made.packed_in_pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>")), pdf.ACTIVE_REFUSED),
        (made.pdf(made.packed_in_pdf(bytes(pdf.MAX_UNPACKED + 1)) + made.packed_in_pdf(b"")), pdf.DAMAGED_REFUSED),
        (made.pdf(behind=made.package({"a.exe": made.PROGRAM})), names.ARCHIVE_REFUSED),
    ],
)
def test_a_pdf_that_acts_hides_or_is_cut_off_is_refused(content, why):
    assert refusal("приказ.pdf", content) == why


def test_a_pdf_with_packed_objects_that_do_nothing_is_taken():
    content = made.pdf(made.packed_in_pdf(b"<< /Type /Annot /URI (https://school.example/JavaScript) >>"))
    assert examine("приказ.pdf", content, max_bytes=LIMIT).content == content


def test_a_pdf_made_of_beginnings_of_streams_is_refused_soon():
    began = time.monotonic()
    assert refusal("приказ.pdf", made.pdf(b">>stream\n" * 200_000)) == pdf.DAMAGED_REFUSED
    assert time.monotonic() - began < 5


def word_with(parts: dict[str, bytes | str]) -> bytes:
    return made.changed(made.word(), parts)


def relation(kind: str, target: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    )


WORD_WITH_MACROS = made.changed(
    made.word(),
    {"word/vbaProject.bin": made.OLD_WITH_MACROS},
    replace=(
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "vnd.ms-word.document.macroEnabled.main+xml",
    ),
)


@pytest.mark.parametrize(
    "content, why",
    [
        (WORD_WITH_MACROS, names.MACROS_REFUSED),
        (word_with({"word/vbaProject.bin": b"anything"}), names.MACROS_REFUSED),
        (word_with({"word/media/quiet.bin": made.OLD_WITH_MACROS}), names.MACROS_REFUSED),
        (word_with({"word/embeddings/table.xlsm": made.excel()}), names.MACROS_REFUSED),
        (word_with({"word/embeddings/document.docx": WORD_WITH_MACROS}), names.MACROS_REFUSED),
        (made.open_document("text", {"Basic/Standard/Module1.xml": "<m/>"}), names.MACROS_REFUSED),
        (made.open_document("text", {"Scripts/python/run.xml": "<m/>"}), names.MACROS_REFUSED),
        (word_with({"word/embeddings/oleObject1.bin": made.PACKED_PROGRAM}), packages.PACKED_FILE_REFUSED),
        (word_with({"word/embeddings/a.docx": made.package({"a": "a"})}), packages.PACKED_FILE_REFUSED),
        (word_with({"word/media/image1.png": made.PROGRAM}), names.PROGRAM_REFUSED),
        (word_with({"word/media/run.js": "run()"}), names.PROGRAM_REFUSED),
        (word_with({"word/s.rels": relation("attachedTemplate", "https://x.example/a")}), packages.LOADS_REFUSED),
        (word_with({"word/s.rels": relation("oleObject", "mhtml:https://x.example!a")}), packages.LOADS_REFUSED),
        (made.open_document("text", manifest="<m><encryption-data/></m>"), packages.LOCKED_REFUSED),
        (made.open_document("text-template"), packages.OTHER_REFUSED),
        (made.changed(made.word(), {}, replace=("document.main+xml", "template.main+xml")), packages.OTHER_REFUSED),
        (word_with({"../up.xml": "<a/>"}), packages.DAMAGED_REFUSED),
        (word_with({"WORD/document.xml": "<other/>"}), packages.DAMAGED_REFUSED),
        (word_with({"[Content_Types].xml": "<!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>"}), packages.DAMAGED_REFUSED),
        (made.word()[:-40], packages.DAMAGED_REFUSED),
        (made.package({"a": "a"}) + made.word(), packages.DAMAGED_REFUSED),
    ],
)
def test_an_office_document_that_acts_hides_or_is_damaged_is_refused(content, why):
    assert refusal("справка.docx", content) == why


@pytest.mark.parametrize(
    "parts",
    [
        {"word/embeddings/Microsoft_Excel_Sheet.xlsx": made.excel()},  # behind a chart
        {"word/embeddings/oleObject1.bin": made.EQUATION},
        {"word/s.rels": relation("attachedTemplate", "file:///C:/Users/user/Normal.dotm")},
        {"word/s.rels": relation("hyperlink", "https://school.example/")},
        {"word/media/image1.svg": made.SVG},  # drawn by Word, which runs no scripts
    ],
)
def test_what_word_writes_of_itself_is_taken(parts):
    content = word_with(parts)
    assert examine("справка.docx", content, max_bytes=LIMIT).content == content


def test_a_changed_byte_is_noticed():
    content = bytearray(made.word())
    with zipfile.ZipFile(made.io.BytesIO(content)) as archive:
        part = archive.getinfo("word/document.xml")
    content[part.header_offset + 30 + len(part.filename) + 20] ^= 0xFF
    assert refusal("справка.docx", bytes(content)) == packages.DAMAGED_REFUSED


def test_a_changed_byte_is_noticed_far_inside_a_large_part_too():
    noise = made.noise(300, 300).tobytes()
    content = bytearray(word_with({"word/media/image1.dat": noise}))
    with zipfile.ZipFile(made.io.BytesIO(content)) as archive:
        part = archive.getinfo("word/media/image1.dat")
    content[part.header_offset + part.compress_size - 1000] ^= 0xFF
    assert len(noise) > 2 * packages.BLOCK
    assert refusal("справка.docx", bytes(content)) == packages.DAMAGED_REFUSED


def test_a_package_locked_with_a_password_is_refused():
    content = bytearray(made.package({"a": "a"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal("справка.docx", bytes(content)) == packages.LOCKED_REFUSED


def embedded(content: bytes) -> bytes:
    return word_with({"word/embeddings/a.docx": content})


def bomb(size: int) -> bytes:
    return word_with({"word/media/zeros.dat": bytes(size)})


@pytest.mark.parametrize(
    "content",
    [
        bomb(packages.HARMLESS_UNPACKED + 1),
        word_with({f"customXml/{part}.xml": "<a/>" for part in range(packages.MAX_PARTS)}),
        embedded(embedded(embedded(made.word()))),
    ],
)
def test_a_package_that_unpacks_into_too_much_is_refused_soon(content):
    began = time.monotonic()
    assert refusal("справка.docx", content) == packages.BOMB_REFUSED
    assert time.monotonic() - began < 2


def test_what_is_embedded_counts_for_the_whole(monkeypatch):
    monkeypatch.setattr(packages, "MAX_UNPACKED", 1_500_000)
    monkeypatch.setattr(packages.Room, "__init__", lambda room: vars(room).update(unpacked=1_500_000, depth=0))
    one = bomb(600_000)
    parts = {f"word/embeddings/{part}.docx": one for part in range(2)}
    assert examine("справка.docx", one, max_bytes=LIMIT)
    assert refusal("справка.docx", word_with(parts)) == packages.BOMB_REFUSED


def test_a_field_offers_what_is_taken_and_lets_telephones_send_jpeg():
    offered = set(ACCEPT.split(","))
    assert {f".{kind}" for kind in Kind if not kind.is_picture} < offered
    assert "image/jpeg" in offered
    assert not {one for one in offered if "heic" in one or one.endswith("*")}

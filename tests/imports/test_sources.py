"""Files, folders and archives: what is read, what is left, what is refused."""

import io
import zipfile

import pytest

from monitoring.imports.parse import parse
from monitoring.imports.sources import list_sources
from tests.imports.books import OGE_DENSE, codes, oge, problem, read, read_one, xlsx

HEADING = ["01 - Русский язык 2021.05.27"]


@pytest.fixture
def protocol(tmp_path):
    return xlsx(tmp_path / "here" / "протокол.xlsx", [HEADING, OGE_DENSE, oge("125001", 20, 4)])


def zip_with(path, *members, flags=None):
    """An archive with member names given as raw bytes, the way old packers write them."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (_, content) in enumerate(members):
            archive.writestr(f"placeholder-{number:02d}", content)
    data = path.read_bytes()
    for number, (name, _) in enumerate(members):
        data = replace_name(data, f"placeholder-{number:02d}".encode(), name)
    path.write_bytes(data)
    return path


def replace_name(data, old, new):
    """Names of one length only, so that no offset in the archive moves."""
    assert len(new) == len(old), (new, len(old))
    return data.replace(old, new)


def test_a_folder_is_walked_and_litter_is_ignored(tmp_path, protocol):
    folder = protocol.parent
    (folder / "deep").mkdir()
    xlsx(folder / "deep" / "второй.xlsx", [HEADING, OGE_DENSE, oge("125001", 20, 4)])
    (folder / "~$протокол.xlsx").write_bytes(b"lock")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "._протокол.xlsx").write_bytes(b"x")
    (folder / "прочти.txt").write_text("Привет", encoding="utf-8")
    batch = read(folder)
    assert [(file.name, codes(file)) for file in batch.files] == [
        ("deep/второй.xlsx", []),
        ("протокол.xlsx", []),
        ("прочти.txt", ["not_a_spreadsheet"]),
    ]
    assert batch.files[2].problems[0].severity == "warning"


def test_something_else_given_by_itself_is_an_error(tmp_path):
    path = tmp_path / "приказ.pdf"
    path.write_bytes(b"%PDF-1.7 ...")
    assert problem(read_one(path), "not_a_spreadsheet").severity == "error"


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "utf-8"])
def test_names_in_old_archives_are_read(tmp_path, protocol, encoding):
    name = {"cp866": "ОГЭ_Русский.xlsx", "cp1251": "ОГЭ_Русский.xlsx", "utf-8": "ОГЭ_рус.x"}[encoding].encode(encoding)
    name = name.ljust(14, b"x")[: len(b"placeholder-00")] if encoding == "utf-8" else name[:14]
    archive = zip_with(tmp_path / "архив.zip", (name, protocol.read_bytes()))
    (file,) = read(archive).files
    assert file.name.startswith("архив.zip/ОГЭ_")
    assert file.layout == "oge_protocol"
    assert file.exams[0].facts["procedure"].value == "oge"


@pytest.mark.parametrize("name", [b"../../etc/a.xl", b"/etc/cron/a.xl", b"..\\..\\win\\a.x", b"C:\\windows\\a.x"])
def test_names_that_leave_the_archive_are_errors(tmp_path, protocol, name):
    archive = zip_with(tmp_path / "a.zip", (name[:14].ljust(14, b"s"), protocol.read_bytes()))
    assert codes(read_one(archive)) == ["unsafe_name"]


def test_an_archive_within_an_archive_is_refused(tmp_path, protocol):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.xlsx", protocol.read_bytes())
    outer = tmp_path / "outer.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    assert codes(read_one(outer)) == ["nested_archive"]


def test_a_workbook_is_no_archive(protocol):
    (source,) = list_sources([protocol])
    assert source.member == -1
    assert source.given_itself


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: zipfile.ZipFile(path, "w").close()])
def test_nothing_at_all(tmp_path, make):
    path = tmp_path / "пусто.zip"
    make(path)
    assert codes(read_one(path)) == ["nothing_to_import"]
    assert read_one(path).name == "пусто.zip"


def test_a_folder_of_pictures_holds_nothing_to_import(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG....")
    assert codes(read_one(tmp_path)) == ["not_a_spreadsheet", "nothing_to_import"]


def test_a_path_that_is_not_there(tmp_path):
    assert codes(read_one(tmp_path / "нет.xlsx")) == ["unreadable"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path, protocol):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.xlsx").symlink_to(protocol)
    assert codes(read_one(folder)) == ["unsafe_name"]


def test_a_broken_archive(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04" + b"x" * 100)
    assert codes(read_one(path)) == ["unreadable"]


def test_files_of_one_name_from_two_folders_are_told_apart(tmp_path):
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.csv").write_text(folder)
    sources = list_sources([tmp_path / "a", tmp_path / "b", tmp_path / "c" / "1.csv"])
    assert [source.name for source in sources] == ["1.csv", "1 (2).csv", "1 (3).csv"]


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA])
def test_a_member_damaged_in_the_middle_is_told_to_be_damaged(tmp_path, protocol, packed):
    path = tmp_path / "архив.zip"
    with zipfile.ZipFile(path, "w", packed) as archive:
        archive.writestr("плохой.csv", "".join(f"{number};{number * number}\n" for number in range(5000)))
        archive.write(protocol, "хороший.xlsx")
    data = bytearray(path.read_bytes())
    data[2000:2200] = bytes(range(200))
    path.write_bytes(data)
    damaged, whole = parse([path]).files
    assert "Файл в архиве повреждён" in problem(damaged, "unreadable").message
    assert codes(whole) == []

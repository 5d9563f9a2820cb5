"""A backup that is not as it was made is told from a good one before any of it is used."""

import hashlib
import itertools
import random
import zipfile
from pathlib import Path

import pytest

from config.backup import BackupRefused, tables
from config.backup.manifest import MANIFEST
from config.backup.restoring import check_backup
from tests.backup.portal import rewritten, write_archive

ROWS = [[number, f"Специалист {number}"] for number in range(200)]
TABLE, FILE = "tables/accounts.User.jsonl", "files/reports/записка.pdf"


@pytest.fixture
def made(archive: Path) -> Path:
    """A small backup."""
    checksum = tables.Checksum()
    for row in ROWS:
        checksum.add(row)
    pdf = random.Random(3).randbytes(1000)
    manifest = {
        "format": 1,
        "portal": "0.1",
        "made_at": "2026-01-02T03:04:05+00:00",
        "database": "sqlite",
        "migrations": ["accounts.0001_initial"],
        "tables": {"accounts.User": {"columns": ["id", "full_name"], "rows": 200, "sha256": checksum.sha256}},
        "files": {"reports/записка.pdf": {"bytes": 1000, "sha256": hashlib.sha256(pdf).hexdigest()}},
        "missing": [],
    }
    return write_archive(archive, {TABLE: b"".join(map(tables.to_line, ROWS)), FILE: pdf}, manifest)


def refused(path: Path) -> str:
    """The code of the refusal."""
    with pytest.raises(BackupRefused) as refusal:
        check_backup(path)
    assert str(refusal.value)
    return refusal.value.code


def test_a_good_one_is_taken(made):
    assert check_backup(made).counts() == {"tables": 1, "rows": 200, "files": 1, "missing": 0}


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "empty zip"])
def test_another_file(tmp_path, content):
    path = tmp_path / "other"
    path.write_bytes(content)
    assert refused(path) == "not_a_backup"


def test_a_file_that_is_not_there(tmp_path):
    assert refused(tmp_path / "no such file") == "no_file"


def test_a_folder(tmp_path):
    assert refused(tmp_path) == "not_a_backup"


def test_one_cut_off_anywhere(made):
    whole = made.read_bytes()
    for length in range(0, len(whole), 97):
        made.write_bytes(whole[:length])
        assert refused(made) == "not_a_backup"


def test_one_with_a_byte_changed_anywhere_in_its_content(made):
    whole = made.read_bytes()
    with zipfile.ZipFile(made) as archive:
        members = archive.infolist()
    dice = random.Random(2)
    for info in members:
        begins = info.header_offset + 30 + len(info.filename.encode())
        for place in dice.sample(range(begins, begins + info.compress_size), 50):
            made.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
            assert refused(made) in {"not_a_backup", "damaged"}, place


def test_one_with_any_bit_changed_in_what_the_archive_says_of_its_parts(made):
    """Names, kinds of compression, places, flags: refused in words, or, where nobody reads the bit, taken whole."""
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    headers = [
        range(info.header_offset, info.header_offset + 30 + len(info.filename.encode())) for info in archive.infolist()
    ]
    whole = made.read_bytes()
    for place in itertools.chain(*headers, range(archive.start_dir, len(whole))):
        for change in (1, 2, 4, 6, 8, 16, 32, 64, 128):  # 6 makes LZMA of Deflate
            made.write_bytes(whole[:place] + bytes([whole[place] ^ change]) + whole[place + 1 :])
            assert taken_or_refused(made) in {"taken", "not_a_backup", "damaged"}, (place, change)


def taken_or_refused(path: Path) -> str:
    try:
        return "taken" if check_backup(path).counts()["rows"] == len(ROWS) else "taken in part"
    except BackupRefused as refusal:
        return refusal.code


@pytest.mark.parametrize(
    "place",
    ["../evil", "/tmp/evil", "a/../../evil", "a\\..\\evil", "C:evil", "", "a//b", "./a", "a/./b", "a/", "..", "a\0b"],
)
def test_a_path_that_leaves_the_folder(made, place):
    def change(members, manifest):
        manifest["files"][place] = {"bytes": 4, "sha256": hashlib.sha256(b"evil").hexdigest()}

    assert refused(rewritten(made, change)) == "unsafe_path"


def set_format(members, manifest):
    manifest["format"] = 2


def drop_format(members, manifest):
    del manifest["format"]


def drop_migrations(members, manifest):
    del manifest["migrations"]


def break_entry(members, manifest):
    manifest["tables"]["accounts.User"] = {"rows": 1}


def list_instead(members, manifest):
    manifest["tables"] = []


def add_member(members, manifest):
    members["files/more"] = b""


def drop_table(members, manifest):
    del members[TABLE]


def drop_row(members, manifest):
    members[TABLE] = members[TABLE].split(b"\n", 1)[1]


def swap_rows(members, manifest):
    first, second, rest = members[TABLE].split(b"\n", 2)
    members[TABLE] = b"\n".join([second, first, rest])


def widen_row(members, manifest):
    members[TABLE] = members[TABLE].replace(b"]", b",0]", 1)


def break_row(members, manifest):
    members[TABLE] = b"{}\n"


def break_json(members, manifest):
    members[TABLE] = b"[1, 2\n"


def break_letters(members, manifest):
    members[TABLE] = b'[1, "\xff"]\n'


def change_file(members, manifest):
    members[FILE] += b"x"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (set_format, "unknown_format"),
        (drop_format, "damaged"),
        (drop_migrations, "damaged"),
        (break_entry, "damaged"),
        (list_instead, "damaged"),
        (add_member, "damaged"),
        (drop_table, "damaged"),
        (drop_row, "damaged"),
        (swap_rows, "damaged"),
        (widen_row, "damaged"),
        (break_row, "damaged"),
        (break_json, "damaged"),
        (break_letters, "damaged"),
        (change_file, "damaged"),
    ],
)
def test_what_does_not_agree_with_the_manifest(made, change, code):
    assert refused(rewritten(made, change)) == code


@pytest.mark.parametrize("manifest", [[], "text", 1, None, {"format": 1}, {"format": "x"}, {"format": 1, "tables": 5}])
def test_a_manifest_that_is_none(archive, manifest):
    assert refused(write_archive(archive, {}, manifest)) == "damaged"


def test_a_manifest_that_is_no_json(archive):
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(MANIFEST, b"\xff{")
    assert refused(archive) == "damaged"


def test_two_members_of_one_name(made):
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(made, "a") as archive:
        archive.writestr(TABLE, b"")
    assert refused(made) == "damaged"

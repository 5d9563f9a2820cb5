"""What is restored is what was there: the same checksum of every table and every file."""

import datetime as dt
import json
import stat
import threading
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

import config
from accounts.models import AuditEvent
from config.backup import tables
from config.backup.making import make_backup
from config.backup.restoring import check_backup, restore_backup
from monitoring.models import StoredSheet
from reports.models import ReportFile
from roadmaps.models import Evidence
from schools.models import Municipality
from tests.backup.portal import all_files, all_tables, empty_portal, make_portal, manifest_of
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db(transaction=True)
# Of each of two towns a document, a kept sheet, a photograph as evidence, its small picture, a held one, two
# presentations, two photographs each of meetings and of practices with their small pictures, and one of a score sheet
# with its own.
FILES = 34


def test_every_table_and_file_comes_back_as_it_was(archive):
    make_portal()
    rows, files = all_tables(), all_files()
    make_backup(archive)
    empty_portal()
    assert all_tables() != rows

    restore_backup(archive)
    assert all_tables() == rows
    assert all_files() == files
    assert len(files) == FILES


def test_the_world_that_is_tried_has_rows_in_nearly_every_table():
    """A table without rows here is a table whose restoring nobody has tried."""
    make_portal()
    empty = {label for label, (rows, _) in all_tables().items() if not rows}
    assert empty == {
        "account.EmailAddress",
        "account.EmailConfirmation",
        "accounts.ApiKey",
        "accounts.User_user_permissions",
    }


def test_new_rows_get_numbers_after_those_restored(archive):
    make_portal()
    last = Municipality.objects.order_by("pk").last().pk
    make_backup(archive)
    empty_portal()
    restore_backup(archive)
    assert MunicipalityFactory().pk > last


def test_the_backup_is_of_one_moment_and_holds_up_nobody(archive, monkeypatch):
    """While it is made somebody writes and commits; the table that is read after that does not have it."""
    MunicipalityFactory(slug="before")
    written = []

    def write() -> None:
        written.append(MunicipalityFactory(slug="meanwhile").pk)
        connection.close()

    read = tables.rows

    def read_and_write(model):
        if model is AuditEvent and not written:
            writer = threading.Thread(target=write)
            writer.start()
            writer.join()
        return read(model)

    monkeypatch.setattr(tables, "rows", read_and_write)
    list_of_labels = [model._meta.label for model in tables.kept_models()]
    assert list_of_labels.index("accounts.AuditEvent") < list_of_labels.index("schools.Municipality")
    make_backup(archive)
    assert written
    assert manifest_of(archive)["tables"]["schools.Municipality"]["rows"] == 1
    assert Municipality.objects.count() == 2


def test_sessions_and_the_spool_are_left_out(archive, settings):
    Session.objects.create(
        session_key="k" * 32, session_data="secret", expire_date=dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    )
    raw = Path(settings.SPOOL_DIR) / "upload-1" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    (raw / "000").write_bytes(b"raw upload")
    make_backup(archive)
    with zipfile.ZipFile(archive) as file:
        content = b"".join(file.read(name) for name in file.namelist())
        assert not any("sessions.session" in name.lower() for name in file.namelist())
    assert b"raw upload" not in content
    assert settings.SECRET_KEY.encode() not in content


def test_only_its_owner_can_read_a_backup_and_nothing_is_left_beside_it(archive):
    make_backup(archive)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_a_file_that_is_gone_is_told_and_does_not_stop_the_backup(archive, capsys):
    make_portal()
    sheet, drawn = StoredSheet.objects.order_by("pk")[0], ReportFile.objects.order_by("pk")[0]
    (Path(settings.MEDIA_ROOT) / sheet.path).unlink()
    default_storage.delete(drawn.file.name)
    shown = Evidence.objects.exclude(file="").earliest("pk")
    default_storage.delete(shown.file.name)
    with pytest.raises(SystemExit) as ended:
        call_command("backup", str(archive), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert [problem["code"] for problem in answer["problems"]] == ["missing_file"] * 3
    assert sorted(manifest_of(archive)["missing"]) == sorted([sheet.path, drawn.file.name, shown.file.name])

    empty_portal()
    assert restore_backup(archive).manifest.missing == manifest_of(archive)["missing"]


def test_the_commands_say_what_they_did(archive, capsys):
    make_portal()
    call_command("backup", str(archive), "--json")
    made = json.loads(capsys.readouterr().out)
    call_command("restore", str(archive), "--check", "--json")
    checked = json.loads(capsys.readouterr().out)
    assert (checked["restored"], checked["rows"], checked["files"]) == (False, made["rows"], FILES)
    assert (checked["portal"], checked["database"]) == (config.__version__, connection.vendor)

    empty_portal()
    call_command("restore", str(archive))
    assert "всё сверено с копией" in capsys.readouterr().out


def test_checking_writes_nothing(archive):
    make_portal()
    make_backup(archive)
    rows, files = all_tables(), all_files()
    check_backup(archive)
    assert (all_tables(), all_files()) == (rows, files)


def test_memory_does_not_grow_with_the_number_of_rows(archive, monkeypatch):
    monkeypatch.setattr(tables, "CHUNK", 50)
    few, many = (peak_memory_of_both(archive.with_name(f"{count}.zip"), count) for count in (400, 4_000))
    assert many < 2 * few  # what Python has not collected yet comes on top of both


def peak_memory_of_both(path: Path, count: int) -> int:
    """Bytes that Python asked for at most while so many rows were copied and restored."""
    empty_portal()
    events = (AuditEvent(action="a", subject=f"{number}", details={"text": "x" * 100}) for number in range(count))
    AuditEvent.objects.bulk_create(events, batch_size=1000)
    tracemalloc.start()
    try:
        make_backup(path)
        empty_portal()
        restore_backup(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        empty_portal()

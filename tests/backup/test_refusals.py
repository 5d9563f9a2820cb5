"""What cannot be restored whole is refused in words, and nothing is written."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

import config
from accounts.models import User
from config.backup import BackupRefused, tables
from config.backup.files import ASIDE
from config.backup.making import make_backup
from config.backup.restoring import restore_backup
from schools.models import Municipality
from tests.backup.portal import all_files, all_tables, empty_portal, make_portal, rewritten
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    """Where the good backup lies once the first test has made it."""
    return tmp_path_factory.mktemp("good") / "portal.zip"


@pytest.fixture
def made(archive, good) -> Path:
    """A good backup, and an empty portal."""
    if not good.exists():
        make_portal()
        make_backup(good)
        empty_portal()
    shutil.copy(good, archive)
    return archive


@pytest.fixture(autouse=True)
def nothing_is_written(request):
    """After every refusal the portal is as empty as before."""
    yield
    if "made" in request.fixturenames:
        written = {model._meta.label for model in tables.kept_models() if model._base_manager.exists()}
        assert written <= tables.FILLED_BY_MIGRATIONS
        assert not all_files()
        assert not list(Path(settings.MEDIA_ROOT).glob(f"{ASIDE}*"))


def refused(path: Path) -> str:
    """The code of the refusal."""
    with pytest.raises(BackupRefused) as refusal:
        restore_backup(path)
    assert str(refusal.value)
    return refusal.value.code


# --- Backups that are not as they were made; `test_archive` tries more of them without a database ------


def test_a_backup_cut_off(made):
    cut = made.with_name("cut.zip")
    cut.write_bytes(made.read_bytes()[:-100])
    assert refused(cut) == "not_a_backup"


def test_a_file_changed_by_hand(made):
    def change(members, manifest):
        members[next(name for name in members if name.startswith("files/"))] += b"x"

    assert refused(rewritten(made, change)) == "damaged"


def test_a_path_that_leaves_the_folder(made):
    def change(members, manifest):
        members["files/../../evil"] = b"evil"
        manifest["files"]["../../evil"] = {"bytes": 4, "sha256": hashlib.sha256(b"evil").hexdigest()}

    assert refused(rewritten(made, change)) == "unsafe_path"
    assert not list(made.parent.parent.rglob("evil"))


def with_rows(members, manifest, label, rows):
    """Other rows, with their right checksum."""
    checksum = tables.Checksum()
    for row in rows:
        checksum.add(row)
    members[f"tables/{label}.jsonl"] = b"".join(map(tables.to_line, rows))
    manifest["tables"][label] |= {"rows": checksum.rows, "sha256": checksum.sha256}


def test_a_reference_to_a_row_that_is_not_there(made):
    assert refused(rewritten(made, lambda *parts: with_rows(*parts, "schools.Municipality", []))) == "not_loaded"


def test_a_value_that_the_database_does_not_take(made):
    def change(members, manifest):
        rows = [json.loads(line) for line in members["tables/schools.School.jsonl"].splitlines()]
        rows[0][manifest["tables"]["schools.School"]["columns"].index("name")] = None
        with_rows(members, manifest, "schools.School", rows)

    assert refused(rewritten(made, change)) == "not_loaded"


# --- Version and place -----------------------------------------------------------------


def words_of_another(made: Path, *, more: tuple[str, ...] = (), without: str = "", portal: str = "") -> str:
    """The refusal of a backup whose database has had other migrations."""

    def change(members, manifest):
        manifest["migrations"] = sorted({*manifest["migrations"], *more} - {without})
        manifest["portal"] = portal or manifest["portal"]

    with pytest.raises(BackupRefused) as refusal:
        restore_backup(rewritten(made, change))
    assert refusal.value.code == "other_version"
    return str(refusal.value)


def test_a_newer_backup_asks_for_a_newer_portal_and_names_what_is_missing(made):
    words = words_of_another(made, more=("schools.9999_future",), portal="9.7")
    assert words.startswith("Копия новее установленного портала: он не знает изменений базы данных schools.9999_future")
    assert words.endswith(f"порталом версии 9.7, установлена версия {config.__version__}.")


def test_an_older_backup_asks_for_the_portal_before_even_if_both_bear_one_version(made):
    words = words_of_another(made, without="accounts.0001_initial")
    assert words.startswith(
        "Копия старее установленного портала: в ней нет изменений базы данных accounts.0001_initial"
    )
    assert "тогда обновите портал" in words
    assert f"Установите версию {config.__version__}" not in words


def test_a_backup_of_a_portal_that_went_another_way(made):
    words = words_of_another(made, more=("schools.9999_future",), without="accounts.0001_initial")
    assert "разошёлся" in words
    assert "не знает изменений базы данных schools.9999_future, а в ней нет accounts.0001_initial" in words


def test_of_many_missing_migrations_some_are_named(made):
    words = words_of_another(made, more=tuple(f"schools.9{number:03}_future" for number in range(8)))
    assert "schools.9004_future и ещё 3. " in words
    assert "9005" not in words


def test_going_back_into_the_database_of_the_newer_portal_asks_for_a_new_database(made):
    """The older portal is installed again, but the database was already changed by the newer one."""
    recorder = MigrationRecorder(connection)
    recorder.record_applied("schools", "9999_future")
    try:
        with pytest.raises(BackupRefused, match=r"База данных новее.*schools\.9999_future.*Создайте новую базу") as it:
            restore_backup(made)
    finally:
        recorder.record_unapplied("schools", "9999_future")
    assert it.value.code == "other_version"


def test_a_backup_with_other_columns(made):
    def change(members, manifest):
        manifest["tables"]["accounts.User"]["columns"][1] = "other"

    with pytest.raises(BackupRefused, match=r"таблицы у них разные: accounts\.User\."):
        restore_backup(rewritten(made, change))


@pytest.mark.usefixtures("made")
def test_a_database_that_is_behind_the_code(archive, monkeypatch):
    monkeypatch.setattr(tables, "has_pending_migrations", lambda: True)
    assert refused(archive) == "pending_migrations"
    with pytest.raises(BackupRefused, match="migrate"):
        make_backup(archive.with_name("second.zip"))


def test_a_portal_with_rows_keeps_them(archive):
    make_portal()
    make_backup(archive)
    rows, files = all_tables(), all_files()
    assert refused(archive) == "not_empty"
    assert (all_tables(), all_files()) == (rows, files)


def test_one_user_is_enough_to_refuse(archive):
    make_backup(archive)
    UserFactory()
    assert refused(archive) == "not_empty"
    assert User.objects.count() == 1


def test_files_that_lie_there_are_not_touched(made):
    stranger = Path(settings.MEDIA_ROOT) / "sources" / "other"
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_text("of somebody")
    assert refused(made) == "not_empty"
    assert stranger.read_text() == "of somebody"
    stranger.unlink()


def test_what_a_killed_restore_left_is_taken_away(archive):
    make_portal()
    make_backup(archive)
    empty_portal()
    left = Path(settings.MEDIA_ROOT) / f"{ASIDE}0a1b" / "reports" / "half.pdf"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    restore_backup(archive)
    assert not left.parent.parent.exists()


# --- Faults on the way --------------------------------------------------------------------


def test_a_full_disk_while_files_are_put_in_place(made, monkeypatch):
    rename, moved = os.rename, []

    def second_fails(source, target):
        if moved:
            raise OSError(28, "No space left on device")
        moved.append(target)
        rename(source, target)

    monkeypatch.setattr(os, "rename", second_fails)
    assert refused(made) == "not_written"
    assert moved


def test_a_commit_that_fails_takes_the_files_back(made, monkeypatch):
    def fails() -> None:
        raise DatabaseError("the server went away")

    monkeypatch.setattr("django.db.connection.commit", fails)
    with pytest.raises(DatabaseError):
        restore_backup(made)


def test_a_table_that_does_not_read_back_as_it_was_written(made, monkeypatch):
    """Say, a number that SQLite rounds."""
    original = tables.checksum_of

    def other(model):
        checksum = original(model)
        if model is Municipality:
            checksum.add([0])
        return checksum

    monkeypatch.setattr(tables, "checksum_of", other)
    assert refused(made) == "not_the_same"


def test_an_existing_file_is_not_overwritten(made):
    before = made.read_bytes()
    with pytest.raises(BackupRefused, match="уже есть"):
        make_backup(made)
    assert made.read_bytes() == before


def test_a_folder_that_is_not_there(archive):
    with pytest.raises(BackupRefused, match="Нет папки"):
        make_backup(archive.parent / "no" / "portal.zip")


def test_a_full_disk_leaves_no_half_of_a_backup(archive, monkeypatch):
    def fails(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(BackupRefused) as refusal:
        make_backup(archive)
    assert refusal.value.code == "not_written"
    assert not list(archive.parent.iterdir())


def test_a_refusal_of_the_command_is_exit_1_with_the_reason(made, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("restore", str(made.with_name("none")), "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "no_file"

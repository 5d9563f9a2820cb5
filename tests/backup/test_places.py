"""Files and folders that cannot be read or written, and copies that were stopped: words, and nothing left behind."""

import contextlib
import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from config.backup import making, tables
from config.backup.making import ASIDE, make_backup
from tests.backup.portal import empty_portal
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = 65534
LONGEST = 255  # bytes of a name


@contextlib.contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """What lies in the folder may be neither read nor written; root may do all, so root is somebody else meanwhile."""
    usual = stat.S_IMODE(folder.stat().st_mode)
    folder.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(usual)


@pytest.fixture
def refused(capsys):
    """The code and the words of a command's refusal, which is JSON alone on stdout."""

    def ask(*arguments: object) -> tuple[str, str]:
        with pytest.raises(SystemExit) as ended:
            call_command(*map(str, arguments), "--json")
        assert ended.value.code == 1
        (problem,) = json.loads(capsys.readouterr().out)["problems"]
        return problem["code"], problem["message"]

    return ask


@pytest.fixture
def made(archive) -> Path:
    MunicipalityFactory()
    make_backup(archive)
    empty_portal()
    return archive


# --- Places -------------------------------------------------------------------------------


@pytest.mark.parametrize("flags", [[], ["--check"]])
def test_a_copy_that_may_not_be_read(made, refused, flags):
    with without_rights(made.parent):
        code, words = refused("restore", made, *flags)
    assert code == "not_read"
    assert str(made) in words
    assert "нет прав. Запустите" in words


def test_a_path_through_a_file(made, refused):
    assert refused("restore", made / "x") == ("no_file", f"Нет файла {made / 'x'}. Проверьте путь.")
    assert refused("backup", made / "x")[0] == "no_folder"


def test_a_folder_where_nothing_may_be_written(archive, refused):
    with without_rights(archive.parent):
        code, words = refused("backup", archive)
    assert code == "not_written"
    assert "нет прав. Запустите" in words


def test_a_stored_file_that_may_not_be_read_is_named(archive, refused, monkeypatch):
    stored = Path(settings.MEDIA_ROOT) / "reports" / "note.pdf"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"pdf")

    def fails(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(stored))

    monkeypatch.setattr(making, "entry_of", fails)
    code, words = refused("backup", archive)
    assert (code, str(stored) in words) == ("not_written", True)
    assert not list(archive.parent.iterdir())


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_name_longer_than_any_file_has(archive, refused, command):
    code, words = refused(command, archive.with_name("ы" * LONGEST))
    assert code == {"backup": "not_written", "restore": "not_read"}[command]
    assert "Назовите файл короче" in words


def test_the_longest_name_that_a_file_can_have(archive):
    """While the copy is written it has another name, which must not be longer."""
    target = archive.with_name("ы" * (LONGEST // 2))
    make_backup(target)
    assert list(archive.parent.iterdir()) == [target]


def test_a_portal_where_files_may_not_be_put(made, refused):
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(exist_ok=True)
    media.rmdir()
    media.write_text("not a folder")
    assert refused("restore", made)[0] == "not_written"


# --- Stopped on the way -----------------------------------------------------------------------


def test_sigterm_takes_the_half_away(archive, monkeypatch):
    def stopped(_: object) -> Iterator[tuple]:
        assert [path.name[: len(ASIDE)] for path in archive.parent.iterdir()] == [ASIDE]
        os.kill(os.getpid(), signal.SIGTERM)
        yield ()

    monkeypatch.setattr(tables, "rows", stopped)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        call_command("backup", str(archive))
    assert ended.value.code == 128 + signal.SIGTERM
    assert not list(archive.parent.iterdir())
    assert signal.getsignal(signal.SIGTERM) is before


KILLED = """
import fcntl, os, sys, time
stream = open(sys.argv[1], "xb")
fcntl.flock(stream, fcntl.LOCK_EX)
print("holds", flush=True)
time.sleep(600)
"""


def test_what_a_killed_run_left_is_taken_away_by_the_next(archive):
    left = archive.with_name(f"{ASIDE}0a1b2c3d")
    with subprocess.Popen([sys.executable, "-c", KILLED, str(left)], stdout=subprocess.PIPE) as run:
        assert run.stdout.readline() == b"holds\n"
        try:
            make_backup(archive)
            assert left.exists(), "it is written to"
        finally:
            run.kill()
    make_backup(archive.with_name("second.zip"))
    assert {path.name for path in archive.parent.iterdir()} == {"portal.zip", "second.zip"}


def test_a_copy_that_is_written_holds_its_lock(archive, monkeypatch):
    tried = []

    def look(model):
        (aside,) = archive.parent.iterdir()
        with open(aside, "rb") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        tried.append(model)
        return iter(())

    monkeypatch.setattr(tables, "rows", look)
    make_backup(archive)
    assert tried


def test_a_disk_without_locks_does(archive, monkeypatch):
    def fails(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", fails)
    other = archive.with_name(f"{ASIDE}0a1b2c3d")
    other.touch()
    make_backup(archive)
    assert other.exists(), "somebody may be writing to it"

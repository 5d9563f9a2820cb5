"""What is handed in lies in the spool once, for the service alone, and does not depend on the request it came with."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import Client

from accounts.access import Role
from accounts.models import Job
from monitoring.jobs import spool
from monitoring.models import Upload
from tests.factories import SchoolFactory
from tests.monitoring.test_upload_pages import hand_in, protocol

CONTENT = b"1;2;3\n" * 1000


def uploaded() -> TemporaryUploadedFile:
    """A file as a request brings it; the end of what was written may still wait in a buffer."""
    file = TemporaryUploadedFile("a.csv", "text/csv", len(CONTENT), None)
    file.write(CONTENT)
    return file


def raw(number: int = 0) -> Path:
    return spool.folder(1) / "raw" / f"{number:03d}"


def test_an_uploaded_file_is_not_copied_and_stays_when_the_request_ends() -> None:
    with uploaded() as file:
        os.chmod(file.temporary_file_path(), 0o644)
        spool.put_raw(1, [("a.csv", file.file)])
        assert raw().samefile(file.temporary_file_path())
        first = Path(file.temporary_file_path())
    assert not first.exists()
    assert raw().read_bytes() == CONTENT
    assert raw().stat().st_mode & 0o777 == 0o600
    assert spool.raw_files(1) == [("a.csv", raw())]


def test_where_the_file_system_knows_no_second_names_it_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refused)
    with uploaded() as file:
        file.seek(0)
        spool.put_raw(1, [("a.csv", file.file)])
    assert raw().read_bytes() == CONTENT
    assert raw().stat().st_mode & 0o777 == 0o600


def test_a_file_of_somebody_else_is_copied(tmp_path: Path) -> None:
    """Whatever happens to it later must not reach into the spool, nor the other way round."""
    theirs = tmp_path / "a.csv"
    theirs.write_bytes(CONTENT)
    with theirs.open("rb") as named, tempfile.TemporaryFile() as nameless:
        nameless.write(CONTENT)
        nameless.seek(0)
        spool.put_raw(1, [("a.csv", named), ("b.csv", nameless)])
    assert not raw().samefile(theirs)
    assert raw(0).read_bytes() == raw(1).read_bytes() == CONTENT


@pytest.mark.django_db(transaction=True)
def test_an_upload_by_the_page_lies_in_the_spool_once(
    log_in_as: Callable[..., Client], work_off_jobs: Callable[[], list[Job]], monkeypatch: pytest.MonkeyPatch
) -> None:
    school, file = SchoolFactory(code="125001"), protocol([("125001", 17, 4)])
    copied: list[Any] = []
    monkeypatch.setattr(spool.shutil, "copyfileobj", lambda *args: copied.append(args))
    upload = hand_in(log_in_as(Role.METHODIST, school.municipality), file)
    assert copied == []
    assert [path.name for path in Path(settings.SPOOL_DIR).iterdir()] == [f"upload-{upload.pk}"]
    work_off_jobs()
    upload.refresh_from_db()
    assert upload.status == Upload.Status.CHECKED
    assert upload.entries.get().participants == 1

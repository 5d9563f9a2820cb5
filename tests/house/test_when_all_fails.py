"""What people see when the disk is full or the database is away; the outages themselves are in `tests/faults`."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from accounts.access import Role
from monitoring.models import Upload
from tests.factories import MunicipalityFactory


@pytest.fixture
def no_room() -> Iterator[None]:
    """The system writes no file of this process beyond 100 KB, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def visitor(log_in_as) -> Client:
    client = log_in_as(Role.METHODIST, MunicipalityFactory())
    client.raise_request_exception = False
    return client


def test_a_file_for_which_there_is_no_room_is_a_page_and_leaves_nothing(visitor, no_room):
    before = set(Path(settings.SPOOL_DIR).iterdir())
    answer = visitor.post(
        "/data/", {"files": [SimpleUploadedFile("one.xlsx", b"1"), SimpleUploadedFile("two.xlsx", b"2" * 300_000)]}
    )
    assert answer.status_code == 507
    assert "На диске сервера закончилось место" in answer.content.decode()
    assert set(Path(settings.SPOOL_DIR).iterdir()) == before
    assert not Upload.objects.exists()


@pytest.mark.parametrize("path, said", [("/", "<h1>База данных"), ("/api/v1/schools/", '{"detail"')])
def test_a_database_that_is_away_is_told_from_a_fault_of_the_portal(visitor, monkeypatch, path, said):
    def refuse(*_):
        raise OperationalError("connection to server at 10.0.0.1 failed")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", refuse)
    answer = visitor.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert said in answer.content.decode()
    assert "10.0.0.1" not in answer.content.decode()
    assert answer["X-Request-ID"]

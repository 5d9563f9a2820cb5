"""Whoever writes results keeps other writers of the municipality out, and nobody else."""

import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import AuditEvent, Job, audit
from monitoring.models import Upload
from schools.models import Municipality
from tests.factories import MunicipalityFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def locked() -> Iterator[Municipality]:
    """A municipality that another connection writes to for as long as the test lasts; who waits here gets an error."""
    town = MunicipalityFactory.create()
    holds, may_go = threading.Event(), threading.Event()

    def write_for_long() -> None:
        try:
            with transaction.atomic():
                Municipality.objects.lock(town.pk)
                holds.set()
                may_go.wait()
        finally:
            holds.set()
            connection.close()

    writer = threading.Thread(target=write_for_long)
    writer.start()
    holds.wait()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '500ms'")
    yield town
    connection.close()
    may_go.set()
    writer.join()


def test_files_are_handed_in_and_jobs_made_while_somebody_writes(locked: Municipality) -> None:
    upload = Upload.objects.create(municipality=locked)
    Job.objects.create(kind=Job.Kind.STORE_UPLOAD, municipality=locked, subject_id=upload.pk)
    audit("upload_started", upload, by=None, municipality_id=locked.pk)
    assert (upload.pk is not None, Job.objects.count(), AuditEvent.objects.count()) == (True, 1, 1)


def test_a_second_writer_waits(locked: Municipality) -> None:
    with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
        Municipality.objects.lock(locked.pk)

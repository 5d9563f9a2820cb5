"""The server ends transactions that idle and waits that last; copying and restoring take the time they need."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from config.backup import tables
from config.backup.files import NewFiles
from config.backup.making import make_backup
from config.backup.restoring import restore_backup
from schools.models import Municipality
from tests.backup.portal import empty_portal, make_portal
from tests.factories import MunicipalityFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
LIMITS = {"idle_in_transaction_session_timeout": "150ms", "lock_timeout": "150ms"}
LONGER = 0.5


@pytest.fixture
def strict() -> Iterator[None]:
    """What settings ask of the server, in a hurry."""
    with connection.cursor() as cursor:
        for name, value in LIMITS.items():
            cursor.execute(f"SET {name} = '{value}'")
    yield
    connection.close()  # the next one has the usual limits


def limits() -> dict[str, str]:
    with connection.cursor() as cursor:
        found = {}
        for name in LIMITS:
            cursor.execute(f"SHOW {name}")
            found[name] = cursor.fetchone()[0]
        return found


@pytest.mark.usefixtures("strict")
def test_a_copy_may_write_slowly_between_two_reads(archive, monkeypatch):
    MunicipalityFactory()
    read = tables.rows

    def slowly(model):
        if model is Municipality:
            time.sleep(LONGER)
        return read(model)

    monkeypatch.setattr(tables, "rows", slowly)
    assert make_backup(archive).tables["schools.Municipality"].rows == 1
    assert limits() == LIMITS, "only for its own transaction"


@pytest.mark.usefixtures("strict")
def test_files_may_be_written_slowly_between_rows_and_commit(archive, monkeypatch):
    make_portal()
    make_backup(archive)
    empty_portal()
    add = NewFiles.add

    def slowly(self, place, blocks):
        time.sleep(LONGER)
        return add(self, place, blocks)

    monkeypatch.setattr(NewFiles, "add", slowly)
    restore_backup(archive)
    assert Municipality.objects.count() == 2
    assert limits() == LIMITS, "only for its own transaction"


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("copying", [True, False])
def test_a_table_that_somebody_holds_is_waited_for(archive, copying):
    if not copying:
        make_backup(archive)
    held = threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE schools_municipality IN ACCESS EXCLUSIVE MODE")
            held.set()
            time.sleep(LONGER)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    (make_backup if copying else restore_backup)(archive)
    other.join()

"""A nursery of workers for all tests of a process, and empty folders and queues for each of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.faults.harness import SEED, Nursery, empty_broker, quiet_children
from tests.faults.outages import (  # noqa: F401  # fixtures
    embedded_world,
    one_embedded_world,
    one_world,
    protocol,
    second_protocol,
    town,
    world,
)


@pytest.fixture(scope="session")
def one_nursery(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("nursery") / "said")
    yield nursery
    nursery.close()


@pytest.fixture
def empty_folders() -> None:
    """Spool, media and broker as on the first day."""
    for folder in (Path(settings.SPOOL_DIR), Path(settings.MEDIA_ROOT)):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    empty_broker()


@pytest.fixture
def nursery(one_nursery: Nursery, transactional_db: None, real_broker: None, empty_folders: None) -> Iterator[Nursery]:
    """Workers on the tests' own database and broker; whatever still runs at the end is ended."""
    print(f"FAULT_SEED={SEED}")
    with quiet_children(one_nursery):
        yield one_nursery

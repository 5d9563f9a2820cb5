"""One world for all tests of a module: what it takes to make it is a large part of what they take."""

from collections.abc import Iterator

import pytest
import pytest_django
from django.db import transaction

from tests.access.world import World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[World]:
    """With everybody logged in. Each test runs in a transaction inside of this one, so none finds what another did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world().let_everybody_in()
        transaction.set_rollback(True)

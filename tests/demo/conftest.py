"""A programme loaded once for each module of this folder: each test sees it and leaves no trace in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from config.programmes.loading import load_programme
from monitoring.demo.files import write_demo_files
from schools.models import Municipality

FIXTURES = settings.BASE_DIR / "fixtures" / "nazarovo"
CODE_OF_LOGIN = {"240921": "270021", "240922": "270022", "240923": "270023", "240924": "270024"}


@pytest.fixture(scope="package")
def spreadsheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spreadsheets")
    write_demo_files(FIXTURES, folder)
    return folder


@pytest.fixture(scope="module")
def loaded_once(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The programme that the module names as its `PROGRAMME`, else Назарово. Reading some thirty spreadsheets takes a
    while, so a module does it once, in a transaction that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        loaded = load_programme(getattr(request.module, "PROGRAMME", "nazarovo"))
        assert not loaded.problem, loaded.problem
        yield
        transaction.set_rollback(True)


def loaded_as(slug: str) -> Any:
    @pytest.fixture(name=slug)
    def municipality(loaded_once: None, db: None) -> Municipality:
        return Municipality.objects.get(slug=slug)

    return municipality


armavir, megion, nazarovo, surgut, vilyuysk = map(loaded_as, ("armavir", "megion", "nazarovo", "surgut", "vilyuysk"))

"""A test that commits leaves the rows that migrations made to the next one. The order of these tests matters."""

import pytest
from django.contrib.contenttypes.models import ContentType

from monitoring.models import MarkScale
from tests.factories import MarkScaleFactory


def rows_of_migrations() -> tuple[int, int]:
    return MarkScale.objects.count(), ContentType.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_committed_row():
    before = rows_of_migrations()
    MarkScaleFactory()
    assert before[0] > 0
    assert before[1] > 0
    assert rows_of_migrations() == (before[0] + 1, before[1])


@pytest.mark.django_db(transaction=True)
def test_a_committed_row_is_gone_but_those_of_migrations_are_there():
    assert MarkScale.objects.filter(school_year__lt=2100).exists()
    assert not MarkScale.objects.filter(school_year__gte=2100).exists()


@pytest.mark.parametrize("again", [1, 2])
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_also_after_one_that_asked_for_it(again):
    assert MarkScale.objects.exists()

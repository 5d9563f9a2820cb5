"""Two people who set a plan at once wait for each other, and for nobody else."""

import threading
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction

from indicators.calculations.planned import Cell, PlanEntry
from indicators.models import Indicator, PlanRevision, Target
from indicators.services.plan import Basis, PlanOutcome, set_plan
from schools.models import Municipality
from tests.factories import IndicatorFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
PATIENCE_SECONDS = 20


def put(indicator: Indicator, number: int) -> PlanOutcome:
    entry = PlanEntry(Cell(indicator.pk, None, "2020"), Decimal(number))
    return set_plan(municipality=indicator.municipality, entries=[entry], basis=Basis())


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_the_second_of_two_is_told_of_the_first() -> None:
    indicator, outcomes = IndicatorFactory.create(), []
    with transaction.atomic():
        put(indicator, 70)
        second = in_a_thread(lambda: outcomes.append(put(indicator, 71)))
        patience = time.monotonic() + PATIENCE_SECONDS
        while not somebody_waits_for_a_lock():
            assert time.monotonic() < patience, "the second did not wait"
            time.sleep(0.02)
    second.join()
    assert [conflict.value for conflict in outcomes[0].conflicts] == [70]
    assert (Target.objects.get().value, PlanRevision.objects.count()) == (70, 1)


def test_a_plan_is_set_while_results_are_written() -> None:
    indicator, outcomes = IndicatorFactory.create(), []
    with transaction.atomic():
        Municipality.objects.lock(indicator.municipality_id)
        writer = in_a_thread(lambda: outcomes.append(put(indicator, 70)))
        writer.join(PATIENCE_SECONDS)
        assert not writer.is_alive()
    assert outcomes[0].written == 1

"""Two people who set a plan at once wait for each other, and for nobody else."""

from decimal import Decimal

import pytest
from django.db import transaction

from indicators.calculations.planned import Cell, PlanEntry
from indicators.models import Indicator, PlanRevision, Target
from indicators.services.plan import Basis, PlanOutcome, set_plan
from schools.models import Municipality
from tests.at_once import PATIENCE_SECONDS, in_a_thread, until_somebody_waits_for_a_lock
from tests.factories import IndicatorFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def put(indicator: Indicator, number: int) -> PlanOutcome:
    entry = PlanEntry(Cell(indicator.pk, None, "2020"), Decimal(number))
    return set_plan(municipality=indicator.municipality, entries=[entry], basis=Basis())


def test_the_second_of_two_is_told_of_the_first() -> None:
    indicator, outcomes = IndicatorFactory.create(), []
    with transaction.atomic():
        put(indicator, 70)
        second = in_a_thread(lambda: outcomes.append(put(indicator, 71)))
        until_somebody_waits_for_a_lock()
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

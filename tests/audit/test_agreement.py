"""Two calculations that share no code must say the same of any town and any formula."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from indicators.engine import recompute
from monitoring.audit.comparison import audit
from monitoring.jobs.totals import group_of, refresh_totals
from monitoring.models import Result
from tests.audit.random_towns import build, catalogues, plans, towns

pytestmark = pytest.mark.django_db
quietly = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@quietly
@given(towns, catalogues(), plans)
def test_engine_and_audit_agree_on_any_town_and_any_formula(town, catalogue, plan):
    with transaction.atomic():
        municipality = build(town, catalogue, plan)
        refresh_totals({group_of(result) for result in Result.objects.all()})
        recompute(municipality.pk)
        found = audit(municipality.pk)
        transaction.set_rollback(True)
    assert found.differences == ()

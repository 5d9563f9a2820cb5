"""Celery's side of the recompute, and its nightly check."""

import logging

from celery import shared_task

from indicators.engine import recompute
from indicators.engine.measured import BrokenIndicator
from indicators.jobs import recompute as body
from schools.models import Municipality

logger = logging.getLogger(__name__)


@shared_task(name="monitoring.recompute")
def recompute_values(job_id: int) -> None:
    """See `indicators.jobs.recompute`."""
    body.run(job_id)


@shared_task(name="monitoring.check_values")
def check_values() -> None:
    """Every night: the values of each municipality must come out as they are stored."""
    for municipality in Municipality.objects.order_by("pk"):
        try:
            count = len(recompute(municipality.pk, check=True).differences)
        except BrokenIndicator as error:
            logger.error("values of %s cannot be checked: %s", municipality.slug, error)
            continue
        level = logging.ERROR if count else logging.INFO
        logger.log(level, "values of %s checked, %s differ", municipality.slug, count)

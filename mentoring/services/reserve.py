"""Whoever of the reserve fills a vacancy leaves the reserve on that day."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from mentoring.models import ReserveCandidate, ReserveVacancy
from mentoring.services.records import write_record


@transaction.atomic
def write_vacancy(*, row: ReserveVacancy, fields: Mapping[str, Any], seen_version: int, by: User) -> ReserveVacancy:
    """Raises RecordChanged."""
    stored = write_record(row=row, fields=fields, seen_version=seen_version, by=by)
    whom: ReserveCandidate | None = stored.filled_by
    if whom is not None and whom.left_on is None:
        gone = {"left_on": stored.filled_on, "left_how": ReserveCandidate.Left.APPOINTED}
        write_record(row=whom, fields=gone, seen_version=whom.version, by=by)
    return stored

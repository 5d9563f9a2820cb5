"""The ledger of the plan: every change of it, and what may be asked of it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Permission
from indicators.models import Indicator, PlanRevision
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.periods import Period

WHOLE, BASELINE = "whole", "base"  # as `Cell.name` writes them


@dataclass(frozen=True)
class LedgerChoices:
    """What a person may choose among."""

    indicators: tuple[Indicator, ...]
    schools: tuple[School, ...]
    periods: tuple[str, ...]


def ledger_choices(user: Any, municipality: Municipality) -> LedgerChoices:
    """What the visible lines are about."""
    lines = ledger(user, municipality).order_by()
    indicators = Indicator.objects.filter(pk__in=lines.values("indicator")).order_by("role", "position", "code")
    schools = School.objects.allowing(user, Permission.VALUES_VIEW).filter(pk__in=lines.values("school"))
    periods = lines.filter(kind=PlanRevision.Kind.TARGET).values_list("period", flat=True).distinct()
    return LedgerChoices(tuple(indicators), tuple(in_natural_order(schools)), tuple(sorted(periods, key=Period.parse)))


def ledger(
    user: Any, municipality: Municipality, *, indicator: str = "", school: str = "", period: str = ""
) -> QuerySet[PlanRevision]:
    """Lines that the user sees, the latest first. `school` is an id or `whole`, `period` a code or `base`; what is
    neither finds nothing."""
    lines = PlanRevision.objects.visible_to(user).filter(indicator__municipality=municipality)
    if indicator:
        lines = lines.filter(indicator=int(indicator)) if indicator.isdecimal() else lines.none()
    if school:
        of_school = Q(school=int(school)) if school.isdecimal() else Q(pk__in=[])
        lines = lines.filter(Q(school__isnull=True) if school == WHOLE else of_school)
    if period:
        is_baseline = Q(kind=PlanRevision.Kind.BASELINE)
        lines = lines.filter(is_baseline if period == BASELINE else ~is_baseline & Q(period=period))
    return lines.select_related("indicator", "school", "changed_by").order_by("-changed_at", "-pk")

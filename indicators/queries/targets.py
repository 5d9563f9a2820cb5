"""Targets of the municipality and of its schools in one list, each with where it began and what was first approved."""

from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When

from indicators.models import Baseline, PlanRevision, Target

ORDER = ("indicator__municipality__slug", "indicator__position", "indicator__code", "period")


def target_list(user: Any) -> QuerySet[Target]:
    """With `first_approved` and `baseline`, its period, source and version; a municipality's target before those of its
    schools."""
    baselines = Baseline.objects.filter(indicator=OuterRef("indicator"))
    lines = PlanRevision.objects.filter(
        indicator=OuterRef("indicator"), period=OuterRef("period"), kind=PlanRevision.Kind.TARGET
    ).order_by("changed_at", "pk")
    return (
        Target.objects.visible_to(user)
        .annotate(
            baseline=_of_the_same_place(baselines, "value"),
            baseline_period=_of_the_same_place(baselines, "period"),
            baseline_source=_of_the_same_place(baselines, "source"),
            baseline_version=_of_the_same_place(baselines, "version"),
            first_approved=_of_the_same_place(lines, "new"),
        )
        .select_related("indicator__municipality", "school")
        .order_by(*ORDER, F("school__name").asc(nulls_first=True), "pk")
    )


def _of_the_same_place(rows: QuerySet[Any], field: str) -> Case:
    """The first of these rows about the target's school, or about the municipality where the target is its own."""
    of_municipality = Subquery(rows.filter(school__isnull=True).values(field)[:1])
    of_school = Subquery(rows.filter(school=OuterRef("school")).values(field)[:1])
    return Case(When(school__isnull=True, then=of_municipality), default=of_school)

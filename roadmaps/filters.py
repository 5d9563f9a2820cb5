"""Filters of programmes, roadmaps and activities."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet

from roadmaps.models import Activity, Programme, Roadmap
from schools.filters import IntegerFilter, MunicipalityFilter, SchoolFilter, SchoolYearFilter

LARGEST_ID = 2**31 - 1  # far beyond any; SQLite fails on numbers that it cannot hold


class OverlapFilter(SchoolYearFilter):
    """Whatever lies at least partly in the school year, September to August."""

    def __init__(self, prefix: str = "", **options: Any) -> None:
        super().__init__(f"{prefix}starts_on", **options)
        self.prefix = prefix

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value is None:
            return queryset
        year = int(value)
        first, last = dt.date(year, 9, 1), dt.date(year + 1, 8, 31)
        return queryset.filter(**{f"{self.prefix}starts_on__lte": last, f"{self.prefix}ends_on__gte": first})


class ProgrammeFilter(FilterSet):
    municipality = MunicipalityFilter("municipality")
    school = SchoolFilter()
    school_year = SchoolYearFilter(method="in_year")
    kind = ChoiceFilter(choices=Programme.Kind.choices)

    class Meta:
        model = Programme
        fields = ("municipality", "school", "school_year", "kind")

    def in_year(self, queryset: QuerySet[Programme], name: str, value: Any) -> QuerySet[Programme]:
        """Programmes run by calendar years: one of 2023 is going on in the school years 2022 and 2023."""
        return queryset.filter(starts_in__lte=int(value) + 1, ends_in__gte=int(value))


class RoadmapFilter(FilterSet):
    municipality = MunicipalityFilter("municipality")
    school = SchoolFilter()
    school_year = OverlapFilter()

    class Meta:
        model = Roadmap
        fields = ("municipality", "school", "school_year")


class ActivityFilter(FilterSet):
    municipality = MunicipalityFilter("roadmap__municipality")
    school = SchoolFilter("roadmap__school")
    school_year = OverlapFilter("roadmap__")
    roadmap = IntegerFilter("roadmap", min_value=1, max_value=LARGEST_ID, help_text="Номер дорожной карты (`id`).")

    class Meta:
        model = Activity
        fields = ("municipality", "school", "school_year", "roadmap")

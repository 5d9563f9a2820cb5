"""Filters of documents, for REST and pages alike."""

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet

from indicators.filters import PeriodFilter, PeriodKindFilter, PeriodYearFilter
from reports.models import Report
from schools.filters import MunicipalityFilter, SchoolFilter


class ReportFilter(FilterSet):
    municipality = MunicipalityFilter("municipality")
    school = SchoolFilter(method="of_no_school")
    school_year = PeriodYearFilter()
    kind = ChoiceFilter("kind", choices=Report.Kind.choices)
    period = PeriodFilter()
    period_kind = PeriodKindFilter()

    def of_no_school(self, queryset: QuerySet[Report], name: str, code: str) -> QuerySet[Report]:
        """Documents are the municipality's; none is about one school."""
        return queryset.none()

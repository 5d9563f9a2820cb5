"""Filters of documents, for REST and pages alike."""

from django_filters import ChoiceFilter, FilterSet

from indicators.filters import PeriodFilter, PeriodKindFilter, PeriodYearFilter
from reports.models import Report
from schools.filters import MunicipalityFilter, SchoolFilter


class ReportFilter(FilterSet):
    municipality = MunicipalityFilter("municipality")
    school = SchoolFilter("school")
    school_year = PeriodYearFilter()
    kind = ChoiceFilter("kind", choices=Report.Kind.choices)
    period = PeriodFilter()
    period_kind = PeriodKindFilter()

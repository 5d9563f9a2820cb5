"""Filters of indicators, targets and values, for REST and pages alike."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet

from indicators.models import (
    ChangeReading,
    Indicator,
    MunicipalityValue,
    Reading,
    SchoolValue,
    validate_period,
)
from schools.filters import (
    PERIOD_KINDS,
    MunicipalityFilter,
    SchoolFilter,
    SchoolYearFilter,
    period_of_kind,
    school_is,
)
from schools.queries.periods import period_in_school_year


class PeriodFilter(CharFilter):
    def __init__(self, field_name: str = "period", **options: Any) -> None:
        hint = "Период: 2020, cy2021, 2021q1, 2021h1, 2023-05-31."
        super().__init__(field_name, validators=[validate_period], help_text=hint, **options)


class PeriodKindFilter(ChoiceFilter):
    """By the way the row's own period is written."""

    def __init__(self, **options: Any) -> None:
        super().__init__("period", choices=PERIOD_KINDS, **options)

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(period_of_kind(value)) if value else queryset


class PeriodYearFilter(SchoolYearFilter):
    """By the school year that the row's own period belongs to."""

    def filter(self, queryset: QuerySet[Any], value: int | None) -> QuerySet[Any]:
        return queryset.filter(period_in_school_year(value)) if value else queryset


class IndicatorFilter(FilterSet):
    municipality = MunicipalityFilter("municipality")
    school = SchoolFilter(method="with_value_of_school")
    school_year = SchoolYearFilter(method="with_value_in_year", help_text="Показатели, у которых есть значение за год.")
    indicator = CharFilter("code", help_text="Код показателя.")
    code = CharFilter("code", help_text="Код показателя.")
    role = ChoiceFilter("role", choices=Indicator.Role.choices)
    group = CharFilter("group", help_text="Раздел программы.")
    unit = ChoiceFilter("unit", choices=Indicator.Unit.choices)
    direction = ChoiceFilter("direction", choices=Indicator.Direction.choices)
    period_kind = ChoiceFilter("period_kind", choices=PERIOD_KINDS)

    def with_value_of_school(self, queryset: QuerySet[Indicator], name: str, code: str) -> QuerySet[Indicator]:
        values = SchoolValue.objects.visible_to(self.request.user).filter(school_is(code, "school__"))
        return queryset.filter(pk__in=values.values("indicator"))

    def with_value_in_year(self, queryset: QuerySet[Indicator], name: str, year: int) -> QuerySet[Indicator]:
        in_year = period_in_school_year(year)
        of_schools = SchoolValue.objects.visible_to(self.request.user).filter(in_year)
        of_municipalities = MunicipalityValue.objects.visible_to(self.request.user).filter(in_year)
        return queryset.filter(
            Q(pk__in=of_schools.values("indicator")) | Q(pk__in=of_municipalities.values("indicator"))
        )


class TargetFilter(FilterSet):
    municipality = MunicipalityFilter("indicator__municipality")
    school = SchoolFilter()
    school_year = PeriodYearFilter()
    indicator = CharFilter("indicator__code", help_text="Код показателя.")
    period = PeriodFilter()
    period_kind = PeriodKindFilter()


class ValueFilter(FilterSet):
    """Serves the values of schools and those of municipalities, which are two tables.

    The readings are filtered as the person sees them, or the filter would tell what the row does not.
    """

    municipality = MunicipalityFilter("indicator__municipality")
    school = SchoolFilter(method="of_school")
    school_year = PeriodYearFilter()
    indicator = CharFilter("indicator__code", help_text="Код показателя.")
    period = PeriodFilter()
    period_kind = PeriodKindFilter()
    reading = ChoiceFilter("shown_reading", choices=Reading.choices)
    change_from = PeriodFilter("change_from")
    change_reading = ChoiceFilter("shown_change_reading", choices=ChangeReading.choices)

    def of_school(self, queryset: QuerySet[Any], name: str, code: str) -> QuerySet[Any]:
        return queryset.none() if queryset.model is MunicipalityValue else queryset.filter(school_is(code, "school__"))

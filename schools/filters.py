"""Filters of lists, for REST and pages alike."""

from typing import Any

from django import forms
from django.db.models import Prefetch, Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet
from drf_spectacular.utils import extend_schema_field

from schools.models import Category, Identification, School
from schools.periods import PeriodKind

PERIOD_KINDS = [(kind.value, kind.label) for kind in PeriodKind]


class IntegerFilter(Filter):
    """A whole number between two bounds."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str, *, min_value: int, max_value: int, help_text: str, **options: Any) -> None:
        super().__init__(field_name, min_value=min_value, max_value=max_value, help_text=help_text, **options)
        described = {"type": "integer", "minimum": min_value, "maximum": max_value, "description": help_text}
        extend_schema_field(described)(self)


class SchoolYearFilter(IntegerFilter):
    """The year in which the school year starts: 2020 is 2020/2021."""

    def __init__(self, field_name: str = "school_year", **options: Any) -> None:
        options.setdefault("help_text", "Год начала учебного года: 2020 — это 2020/2021.")
        super().__init__(field_name, min_value=1900, max_value=2200, **options)


class MunicipalityFilter(CharFilter):
    """By slug. One that does not exist and one that is not visible look alike: nothing is found."""

    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(f"{field_name}__slug", help_text="Муниципалитет (slug).", **options)


class SchoolFilter(CharFilter):
    """By code, or by login as long as the school has no code."""

    def __init__(self, field_name: str = "school", **options: Any) -> None:
        super().__init__(field_name, help_text="Код школы или её логин в ФИС ОКО.", **options)

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return queryset
        prefix = f"{self.field_name}__" if self.field_name else ""
        return queryset.filter(school_is(value, prefix))


def school_is(code: str, prefix: str = "") -> Q:
    """The school with this code or login; `prefix` leads to it from another model."""
    return Q(**{f"{prefix}code": code}) | Q(**{f"{prefix}fisoko_login": code})


def period_of_kind(kind: str) -> Q:
    """Rows whose `period` is written as this kind is."""
    match PeriodKind(kind):
        case PeriodKind.SCHOOL_YEAR:
            return Q(period__regex=r"^\d{4}$")
        case PeriodKind.CALENDAR_YEAR:
            return Q(period__startswith="cy")
        case PeriodKind.QUARTER:
            return Q(period__contains="q")
        case PeriodKind.HALF_YEAR:
            return Q(period__contains="h")
        case PeriodKind.DATE:
            return Q(period__contains="-")


class SchoolListFilter(FilterSet):
    """A school is there in every year: the year and the category choose among the yearly identifications."""

    municipality = MunicipalityFilter("municipality")
    school = SchoolFilter("")
    code = SchoolFilter("")
    parent = SchoolFilter("parent")
    kind = ChoiceFilter("kind", choices=School.Kind.choices)
    school_year = SchoolYearFilter(
        method="leave_all", help_text="Год, за который показать категории; школы остаются все."
    )
    category = ChoiceFilter(choices=Category.choices, method="with_category", help_text="Категория в этом году.")

    def leave_all(self, queryset: QuerySet[School], name: str, year: int) -> QuerySet[School]:
        return queryset

    def with_category(self, queryset: QuerySet[School], name: str, category: str) -> QuerySet[School]:
        return queryset.filter(pk__in=self.identifications().filter(category=category).values("school"))

    def identifications(self) -> QuerySet[Identification]:
        """Those of the year asked for; of all years when none is."""
        found = Identification.objects.visible_to(self.request.user)
        year = self.form.cleaned_data.get("school_year")
        return found.filter(school_year=year) if year else found

    def filter_queryset(self, queryset: QuerySet[School]) -> QuerySet[School]:
        filtered: QuerySet[School] = super().filter_queryset(queryset)
        chosen = self.identifications().order_by("school_year", "category")
        return filtered.prefetch_related(Prefetch("identifications", chosen, to_attr="chosen_identifications"))


class IdentificationFilter(FilterSet):
    municipality = MunicipalityFilter("school__municipality")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    category = ChoiceFilter("category", choices=Category.choices)
    order_number = CharFilter("order_number", help_text="Номер приказа.")

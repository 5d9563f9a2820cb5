"""Filters of results, for REST and pages alike."""

from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet

from indicators.procedures import Attempt
from indicators.subjects import SUBJECT_CHOICES
from monitoring.models import ATTEMPT_CHOICES, PROCEDURE_CHOICES, WAVE_CHOICES
from schools.filters import IntegerFilter, MunicipalityFilter, SchoolFilter, SchoolYearFilter

READ_ATTEMPTS = [choice for choice in ATTEMPT_CHOICES if choice[0] != Attempt.RESIT]


class ResultFilter(FilterSet):
    municipality = MunicipalityFilter("school__municipality")
    school = SchoolFilter()
    school_year = SchoolYearFilter()
    procedure = ChoiceFilter("procedure", choices=PROCEDURE_CHOICES)
    subject = ChoiceFilter("subject", choices=SUBJECT_CHOICES)
    grade = IntegerFilter("grade", min_value=1, max_value=12, help_text="Класс работы.")
    pupil_grade = IntegerFilter("pupil_grade", min_value=1, max_value=12, help_text="Класс обучающихся.")
    wave = ChoiceFilter("wave", choices=WAVE_CHOICES)
    attempt = ChoiceFilter("attempt", choices=READ_ATTEMPTS)
    excluded = ChoiceFilter(choices=[("true", "да"), ("false", "нет")], method="by_excluded")

    def by_excluded(self, queryset: QuerySet[Any], name: str, excluded: str) -> QuerySet[Any]:
        return queryset.filter(is_excluded=excluded == "true")

"""Filters of pairings and meetings."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter, FilterSet

from mentoring.contact import FORM_LABELS, STATE_LABELS
from mentoring.kinds import KIND_LABELS, STANDING_LABELS, Standing
from mentoring.models import Meeting, Pairing
from roadmaps.filters import LARGEST_ID
from schools.filters import IntegerFilter, MunicipalityFilter, SchoolFilter, SchoolYearFilter


def days_of(school_year: int) -> tuple[dt.date, dt.date]:
    """As plans count it: September to August."""
    return dt.date(school_year, 9, 1), dt.date(school_year + 1, 8, 31)


class PairingFilter(FilterSet):
    municipality = MunicipalityFilter("municipality")
    school = SchoolFilter()
    school_year = SchoolYearFilter(method="in_year", help_text="Пары, которые действовали в этом учебном году.")
    kind = ChoiceFilter(choices=[(kind.value, label) for kind, label in KIND_LABELS.items()])
    helping_school = SchoolFilter("helping_school")
    state = ChoiceFilter(
        choices=[(state.value, label) for state, label in STANDING_LABELS.items()],
        method="in_state",
        help_text="Как пара стоит сегодня.",
    )

    class Meta:
        model = Pairing
        fields = ("municipality", "school", "school_year", "kind", "helping_school", "state")

    def in_year(self, queryset: QuerySet[Pairing], name: str, value: Any) -> QuerySet[Pairing]:
        first, last = days_of(int(value))
        return queryset.filter(Q(ends_on=None) | Q(ends_on__gte=first), starts_on__lte=last)

    def in_state(self, queryset: QuerySet[Pairing], name: str, value: str) -> QuerySet[Pairing]:
        today = timezone.localdate()
        states = {
            Standing.PLANNED: Q(starts_on__gt=today),
            Standing.CURRENT: Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today)),
            Standing.ENDED: Q(ends_on__lt=today),
        }
        return queryset.filter(states[Standing(value)])


class MeetingFilter(FilterSet):
    municipality = MunicipalityFilter("pairing__municipality")
    school = SchoolFilter("pairing__school")
    school_year = SchoolYearFilter(method="in_year")
    pairing = IntegerFilter("pairing", min_value=1, max_value=LARGEST_ID, help_text="Номер пары (`id`).")
    form = ChoiceFilter(choices=[(form.value, label) for form, label in FORM_LABELS.items()])
    state = ChoiceFilter(choices=[(state.value, label) for state, label in STATE_LABELS.items()])

    class Meta:
        model = Meeting
        fields = ("municipality", "school", "school_year", "pairing", "form", "state")

    def in_year(self, queryset: QuerySet[Meeting], name: str, value: Any) -> QuerySet[Meeting]:
        return queryset.filter(on__range=days_of(int(value)))

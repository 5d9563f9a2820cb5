"""Filters of pairings and meetings, events and practices."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter, FilterSet

from mentoring.contact import FORM_LABELS, STATE_LABELS
from mentoring.gatherings import EVENT_LABELS, EVENT_STATE_LABELS, LEVEL_LABELS
from mentoring.kinds import KIND_LABELS, STANDING_LABELS, Standing
from mentoring.models import Event, Meeting, Pairing, Practice
from mentoring.sharing import PRACTICE_LABELS
from roadmaps.filters import LARGEST_ID
from schools.filters import IntegerFilter, MunicipalityFilter, SchoolFilter, SchoolYearFilter, school_is
from schools.models import School


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


class EventFilter(FilterSet):
    municipality = MunicipalityFilter("municipality")
    school = SchoolFilter(method="for_school")
    school_year = SchoolYearFilter(method="in_year", help_text="Мероприятия, которые начинаются в этом учебном году.")
    kind = ChoiceFilter(choices=[(kind.value, label) for kind, label in EVENT_LABELS.items()])
    level = ChoiceFilter(choices=[(level.value, label) for level, label in LEVEL_LABELS.items()])
    state = ChoiceFilter(choices=[(state.value, label) for state, label in EVENT_STATE_LABELS.items()])

    class Meta:
        model = Event
        fields = ("municipality", "school", "school_year", "kind", "level", "state")

    def for_school(self, queryset: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        """To which the school is invited."""
        named = School.objects.filter(school_is(value))
        towns = Q(for_all=True, municipality__in=named.values("municipality"))
        chosen = Event.schools.through.objects.filter(school__in=named)
        return queryset.filter(towns | Q(pk__in=chosen.values("event")))

    def in_year(self, queryset: QuerySet[Event], name: str, value: Any) -> QuerySet[Event]:
        return queryset.filter(starts_on__range=days_of(int(value)))


class PracticeFilter(FilterSet):
    municipality = MunicipalityFilter("municipality")
    school = SchoolFilter()
    school_year = SchoolYearFilter(method="in_year", help_text="Практики, опубликованные в этом учебном году.")
    state = ChoiceFilter(choices=[(state.value, label) for state, label in PRACTICE_LABELS.items()])

    class Meta:
        model = Practice
        fields = ("municipality", "school", "school_year", "state")

    def in_year(self, queryset: QuerySet[Practice], name: str, value: Any) -> QuerySet[Practice]:
        return queryset.filter(published_on__range=days_of(int(value)))

"""REST: methodical events with who came, and practices; each list holds what its page shows the person."""

from functools import reduce
from operator import add
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.access import Permission
from mentoring.filters import EventFilter, PracticeFilter
from mentoring.gatherings import STAFF
from mentoring.models import Attendance, Event, Practice
from schools.models import School
from schools.rest import DecimalText, ReadOnlyList


class EventSerializer(serializers.ModelSerializer[Event]):
    municipality = serializers.CharField(source="municipality.slug", read_only=True)
    hours = DecimalText(allow_null=True)
    schools_came = serializers.IntegerField(read_only=True, help_text="Из скольких школ пришли, из доступных вам.")
    people = serializers.IntegerField(read_only=True, help_text="Сколько работников пришло из этих школ.")
    presented = serializers.IntegerField(read_only=True, help_text="Сколько из них представили опыт.")

    class Meta:
        model = Event
        fields = read_only_fields = (
            "id",
            "municipality",
            "kind",
            "level",
            "title",
            "subject",
            "starts_on",
            "ends_on",
            "starts_at",
            "hours",
            "presence",
            "place",
            "link",
            "organiser",
            "audience",
            "for_all",
            "state",
            "announce_days",
            "announced_at",
            "schools_came",
            "people",
            "presented",
        )


class PracticeSerializer(serializers.ModelSerializer[Practice]):
    municipality = serializers.CharField(source="municipality.slug", read_only=True)
    school = serializers.CharField(source="school.public_code", read_only=True, help_text="Чья практика.")

    class Meta:
        model = Practice
        fields = read_only_fields = (
            "id",
            "municipality",
            "school",
            "title",
            "subject",
            "audience",
            "text",
            "effect",
            "link",
            "state",
            "published_on",
        )


@extend_schema_view(list=extend_schema(summary="Методические мероприятия: когда, для кого, состояние, сколько пришло"))
class EventViewSet(ReadOnlyList):
    serializer_class = EventSerializer
    filterset_class = EventFilter

    def get_queryset(self) -> QuerySet[Event]:
        user = self.request.user
        came = Attendance.objects.filter(
            event=OuterRef("pk"), school__in=School.objects.allowing(user, Permission.MENTORING_VIEW)
        )
        people = Sum(reduce(add, (F(group) for group in STAFF)))
        visible = Event.objects.visible_to(user).select_related("municipality")
        return visible.annotate(
            schools_came=_number(came, Count("pk")),
            people=_number(came, people),
            presented=_number(came, Sum("presented")),
        ).order_by("municipality__slug", "-starts_on", "-pk")


def _number(came: QuerySet[Attendance], number: Any) -> Coalesce:
    summed = came.order_by().values("event").annotate(number=number).values("number")
    return Coalesce(Subquery(summed), 0, output_field=IntegerField())


@extend_schema_view(list=extend_schema(summary="Банк практик: опубликованные, и ещё не опубликованные — своей школы"))
class PracticeViewSet(ReadOnlyList):
    serializer_class = PracticeSerializer
    filterset_class = PracticeFilter

    def get_queryset(self) -> QuerySet[Practice]:
        visible = Practice.objects.visible_to(self.request.user).select_related("municipality", "school")
        return visible.order_by("municipality__slug", "school__name", "pk")

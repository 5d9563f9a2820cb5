"""REST: programmes, roadmaps and their rows."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from roadmaps.filters import ActivityFilter, ProgrammeFilter, RoadmapFilter
from roadmaps.models import Activity, Occurrence, Programme, Roadmap
from roadmaps.queries.tables import line_of, state_of
from roadmaps.states import Status
from schools.rest import Codes, JsonObject, ReadOnlyList

STATUS_CHOICES = [(status.value, status.label) for status in Status]  # the schema names them, see settings


class OfSchoolSerializer(serializers.ModelSerializer[Any]):
    municipality = serializers.CharField(source="municipality.slug", read_only=True)
    school = serializers.SerializerMethodField(help_text="Код школы или её логин; null — всего муниципалитета.")

    def get_school(self, row: Any) -> str | None:
        return row.school.public_code if row.school else None


class ProgrammeSerializer(OfSchoolSerializer):
    tasks = serializers.SerializerMethodField(help_text="Задачи словами документа.")

    class Meta:
        model = Programme
        fields = read_only_fields = (
            "id",
            "municipality",
            "school",
            "kind",
            "title",
            "aim",
            "tasks",
            "starts_in",
            "ends_in",
            "status",
            "order_number",
            "order_date",
        )

    @extend_schema_field(list[str])
    def get_tasks(self, programme: Programme) -> list[str]:
        return [task.text for task in programme.tasks.all()]


class RoadmapSerializer(OfSchoolSerializer):
    class Meta:
        model = Roadmap
        fields = read_only_fields = (
            "id",
            "municipality",
            "school",
            "programme",
            "title",
            "starts_on",
            "ends_on",
            "state",
            "order_number",
            "order_date",
        )


class OccurrenceSerializer(serializers.ModelSerializer[Occurrence]):
    status = serializers.SerializerMethodField()

    class Meta:
        model = Occurrence
        fields = read_only_fields = ("label", "starts_on", "due_on", "precision", "status", "percent", "done_on")

    @extend_schema_field(serializers.ChoiceField(choices=STATUS_CHOICES))
    def get_status(self, occurrence: Occurrence) -> str:
        in_force = occurrence.activity.roadmap.state == Roadmap.State.APPROVED
        return state_of(occurrence, timezone.localdate(), in_force=in_force).value


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    municipality = serializers.CharField(source="roadmap.municipality.slug", read_only=True)
    school = serializers.SerializerMethodField(help_text="Код школы, чья дорожная карта; null — муниципальная.")
    section = serializers.CharField(source="section.title", read_only=True)
    responsible = serializers.SerializerMethodField(help_text="Организации и должности, как в документе.")
    means = JsonObject(read_only=True, help_text="Что значит срок: вид, даты, повторение.")
    planned = Codes(read_only=True, help_text="Плановые значения словами документа.")
    status = serializers.SerializerMethodField()
    occurrences = OccurrenceSerializer(many=True, read_only=True)

    class Meta:
        model = Activity
        fields = read_only_fields = (
            "id",
            "municipality",
            "school",
            "roadmap",
            "section",
            "position",
            "number",
            "title",
            "kind",
            "responsible",
            "participants",
            "deadline",
            "means",
            "expected",
            "planned",
            "status",
            "occurrences",
        )

    def get_school(self, row: Activity) -> str | None:
        return row.roadmap.school.public_code if row.roadmap.school else None

    @extend_schema_field(list[str])
    def get_responsible(self, row: Activity) -> list[str]:
        return [responsible.name for responsible in row.responsible.all()]

    @extend_schema_field(serializers.ChoiceField(choices=STATUS_CHOICES))
    def get_status(self, row: Activity) -> str:
        return line_of(row, timezone.localdate()).status.value


@extend_schema_view(list=extend_schema(summary="Программы муниципалитета и школ"))
class ProgrammeViewSet(ReadOnlyList):
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter

    def get_queryset(self) -> QuerySet[Programme]:
        programmes = Programme.objects.visible_to(self.request.user).select_related("municipality", "school")
        return programmes.prefetch_related("tasks").order_by("municipality__slug", "-starts_in", "pk")


@extend_schema_view(list=extend_schema(summary="Дорожные карты муниципалитета и школ"))
class RoadmapViewSet(ReadOnlyList):
    serializer_class = RoadmapSerializer
    filterset_class = RoadmapFilter

    def get_queryset(self) -> QuerySet[Roadmap]:
        roadmaps = Roadmap.objects.visible_to(self.request.user).select_related("municipality", "school")
        return roadmaps.order_by("municipality__slug", "-starts_on", "pk")


@extend_schema_view(list=extend_schema(summary="Мероприятия дорожных карт: сроки, ответственные, состояние"))
class ActivityViewSet(ReadOnlyList):
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter

    def get_queryset(self) -> QuerySet[Activity]:
        standing = Activity.objects.visible_to(self.request.user).filter(removed_at__isnull=True)
        times = Prefetch("occurrences", queryset=Occurrence.objects.order_by("due_on", "starts_on", "pk"))
        rows = standing.select_related("roadmap__municipality", "roadmap__school", "section")
        return rows.prefetch_related(times, "responsible").order_by(
            "roadmap__municipality__slug", "roadmap__pk", "position"
        )

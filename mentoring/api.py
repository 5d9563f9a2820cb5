"""REST: pairings and their meetings. Numbers and facts are for all who see that a pairing is; texts and teachers' names
only for those to whom it is open."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from mentoring.filters import MeetingFilter, PairingFilter
from mentoring.kinds import STANDING_LABELS
from mentoring.models import Meeting, Pairing
from mentoring.queries.numbers import with_numbers
from schools.rest import DecimalText, JsonObject, ReadOnlyList

STANDING_CHOICES = [(standing.value, label) for standing, label in STANDING_LABELS.items()]
IS_OPEN = "Открыты ли тексты и имена учителей; если нет, на их месте null."


class OpenSerializer(serializers.ModelSerializer[Any]):
    """A row stays for whoever sees it, its texts go where it is not open to them."""

    texts: tuple[str, ...] = ()

    def to_representation(self, row: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(row)
        return shown if row.is_open else shown | dict.fromkeys(self.texts)


class PairingSerializer(OpenSerializer):
    texts = ("teacher", "helping_teacher", "aims", "deficits", "closed_reason")

    municipality = serializers.CharField(source="municipality.slug", read_only=True)
    school = serializers.CharField(source="school.public_code", read_only=True, help_text="Кому помогают.")
    helping_school = serializers.SerializerMethodField(help_text="Код школы, которая помогает; null — не школа.")
    mentor = serializers.SerializerMethodField(help_text="Наставник, тьютор или куратор из списка центра.")
    helping_teacher = serializers.SerializerMethodField()
    teacher = serializers.SerializerMethodField(help_text="Учитель, которому помогают.")
    state = serializers.SerializerMethodField()
    is_open = serializers.BooleanField(read_only=True, help_text=IS_OPEN)
    aims = serializers.CharField(read_only=True, allow_null=True)
    deficits = serializers.CharField(read_only=True, allow_null=True)
    closed_reason = serializers.CharField(read_only=True, allow_null=True)
    meetings = serializers.IntegerField(source="meetings_held", read_only=True, help_text="Встреч, без оспоренных.")
    confirmed = serializers.IntegerField(source="meetings_confirmed", read_only=True, help_text="Из них подтверждено.")
    hours = serializers.SerializerMethodField(help_text="Часов этих встреч.")
    last_met_on = serializers.DateField(read_only=True, allow_null=True)
    plan_steps = serializers.IntegerField(read_only=True, help_text="Строк плана взаимодействия, без отменённых.")
    plan_done = serializers.IntegerField(read_only=True, help_text="Из них выполнено.")

    class Meta:
        model = Pairing
        fields = read_only_fields = (
            "id",
            "municipality",
            "school",
            "kind",
            "helping_school",
            "mentor",
            "helping_teacher",
            "teacher",
            "count",
            "starts_on",
            "ends_on",
            "state",
            "order_number",
            "order_date",
            "meetings",
            "confirmed",
            "hours",
            "last_met_on",
            "plan_steps",
            "plan_done",
            "is_open",
            "aims",
            "deficits",
            "closed_reason",
        )

    def get_helping_school(self, row: Pairing) -> str | None:
        school = row.helping_school or (row.helping_teacher.school if row.helping_teacher else None)
        return school.public_code if school else None

    def get_mentor(self, row: Pairing) -> str | None:
        return row.mentor.name if row.mentor else None

    def get_helping_teacher(self, row: Pairing) -> str | None:
        return row.helping_teacher.name if row.helping_teacher else None

    def get_teacher(self, row: Pairing) -> str | None:
        return row.teacher.name if row.teacher else None

    @extend_schema_field(serializers.ChoiceField(choices=STANDING_CHOICES))
    def get_state(self, row: Pairing) -> str:
        return row.standing(timezone.localdate()).value

    @extend_schema_field({"type": "string", "format": "decimal"})
    def get_hours(self, row: Any) -> str:
        return DecimalText().to_representation(row.hours) if row.hours is not None else "0"


class MeetingSerializer(OpenSerializer):
    texts = ("result", "next_step", "next_on", "reason")

    municipality = serializers.CharField(source="pairing.municipality.slug", read_only=True)
    school = serializers.CharField(source="pairing.school.public_code", read_only=True, help_text="Кому помогают.")
    hours = DecimalText()
    participants = serializers.IntegerField(read_only=True)
    audience = JsonObject(read_only=True, help_text="Сколько участников в каждой группе.")
    step = serializers.SerializerMethodField(help_text="Строка плана взаимодействия; null — не по плану.")
    is_open = serializers.BooleanField(read_only=True, help_text=IS_OPEN)
    result = serializers.CharField(read_only=True, allow_null=True)
    next_step = serializers.CharField(read_only=True, allow_null=True)
    reason = serializers.CharField(read_only=True, allow_null=True, help_text="Почему оспорена.")

    class Meta:
        model = Meeting
        fields = read_only_fields = (
            "id",
            "municipality",
            "school",
            "pairing",
            "on",
            "form",
            "topic",
            "hours",
            "participants",
            "audience",
            "step",
            "state",
            "confirmed_at",
            "is_open",
            "result",
            "next_step",
            "next_on",
            "reason",
        )

    def get_step(self, row: Meeting) -> str | None:
        return str(row.step) if row.step else None


@extend_schema_view(list=extend_schema(summary="Наставнические пары: стороны, срок, встречи и план в числах"))
class PairingViewSet(ReadOnlyList):
    serializer_class = PairingSerializer
    filterset_class = PairingFilter

    def get_queryset(self) -> QuerySet[Pairing]:
        user = self.request.user
        visible = Pairing.objects.visible_to(user).with_sides().select_related("municipality")
        is_open = Exists(Pairing.objects.open_to(user).filter(pk=OuterRef("pk")))
        return with_numbers(visible.annotate(is_open=is_open)).order_by("municipality__slug", "school__name", "pk")


@extend_schema_view(list=extend_schema(summary="Встречи пар: дата, форма, часы, участники, состояние"))
class MeetingViewSet(ReadOnlyList):
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter

    def get_queryset(self) -> QuerySet[Meeting]:
        user = self.request.user
        visible = Meeting.objects.visible_to(user).select_related("pairing__municipality", "pairing__school", "step")
        is_open = Exists(Pairing.objects.open_to(user).filter(pk=OuterRef("pairing")))
        return visible.annotate(is_open=is_open).order_by("pairing__municipality__slug", "-on", "-pk")

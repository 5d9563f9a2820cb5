"""REST: what schools did in the official procedures."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from monitoring.filters import READ_ATTEMPTS, ResultFilter
from monitoring.models import ResultTotal
from monitoring.queries.hidden_results import HiddenResults
from schools.rest import Codes, ReadOnlyList, decimal_text, without_numbers

MEAN = {"type": "string", "format": "decimal", "nullable": True}


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}, "nullable": True})
class CountsByLevel(serializers.JSONField):
    """How many pupils reached each level."""


# One list shows these and hides them: a number that is added here cannot be forgotten where few pupils are hidden.
NUMBERS = (
    "listed",
    "participants",
    "mark_2",
    "mark_3",
    "mark_4",
    "mark_5",
    "levels",
    "passed",
    "primary_sum",
    "test_sum",
    "mean_primary_score",
    "mean_test_score",
    "journal_lower",
    "journal_same",
    "journal_higher",
)


class ResultSerializer(serializers.ModelSerializer[ResultTotal]):
    municipality = serializers.CharField(source="school.municipality.slug", read_only=True)
    school = serializers.CharField(source="school.public_code", read_only=True, help_text="Код или логин школы.")
    attempt = serializers.ChoiceField(choices=READ_ATTEMPTS, read_only=True)
    levels = CountsByLevel(read_only=True)
    mean_primary_score = serializers.SerializerMethodField()
    mean_test_score = serializers.SerializerMethodField()
    excluded = serializers.BooleanField(
        source="is_excluded", read_only=True, help_text="Отмечен как необъективный и не учитывается в показателях."
    )
    warnings = Codes(read_only=True)

    class Meta:
        model = ResultTotal
        fields = read_only_fields = (
            "municipality",
            "school",
            "school_year",
            "procedure",
            "subject",
            "grade",
            "pupil_grade",
            "wave",
            "attempt",
            *NUMBERS,
            "excluded",
            "warnings",
        )

    @extend_schema_field(MEAN)
    def get_mean_primary_score(self, row: ResultTotal) -> str | None:
        return mean_text(row.primary_sum, row.primary_count)

    @extend_schema_field(MEAN)
    def get_mean_test_score(self, row: ResultTotal) -> str | None:
        return mean_text(row.test_sum, row.test_count)

    @cached_property
    def hidden(self) -> HiddenResults:
        return HiddenResults.from_user(self.context["request"].user)

    def to_representation(self, row: ResultTotal) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(row)
        if self.hidden.hides(row):
            return without_numbers(shown, NUMBERS, is_covered=not self.hidden.is_about_few(row))
        return shown


def mean_text(total: int | None, count: int | None) -> str | None:
    """Nobody counted gives no mean."""
    return decimal_text(Decimal(total) / count) if total is not None and count else None


@extend_schema_view(list=extend_schema(summary="Результаты школ в процедурах оценки качества"))
class ResultViewSet(ReadOnlyList):
    serializer_class = ResultSerializer
    filterset_class = ResultFilter

    def get_queryset(self) -> QuerySet[ResultTotal]:
        results = ResultTotal.objects.visible_to(self.request.user).with_fewest_in_level().with_excluded()
        results = results.select_related("school__municipality")
        return results.order_by(
            "school__municipality__slug",
            "-school_year",
            "procedure",
            "subject",
            "grade",
            "wave",
            "attempt",
            "school__name",
            "pk",
        )

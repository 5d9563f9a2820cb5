"""REST: indicators, their targets and values."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from accounts.access import Permission
from accounts.models import reach_of
from indicators.filters import IndicatorFilter, TargetFilter, ValueFilter
from indicators.models import ChangeReading, Indicator, IndicatorVersion, Reading, SchoolValue, Target
from indicators.queries.targets import target_list
from indicators.value_list import ValueOfAny, in_one_order, load, municipality_values, school_values
from schools.filters import PERIOD_KINDS
from schools.periods import Period
from schools.rest import (
    Codes,
    DecimalText,
    JsonObject,
    ReadOnlyList,
    decimal_text,
    with_hidden,
    without_numbers,
)


class IndicatorVersionSerializer(serializers.ModelSerializer[IndicatorVersion]):
    valid_from = serializers.DateField(
        read_only=True, allow_null=True, help_text="Действует для периодов, начавшихся с этого дня; null — для всех."
    )
    formula = JsonObject(read_only=True)
    population = JsonObject(read_only=True)

    class Meta:
        model = IndicatorVersion
        fields = read_only_fields = ("number", "valid_from", "formula", "population", "direction", "reason")


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    municipality = serializers.CharField(source="municipality.slug", read_only=True)
    formula = JsonObject(read_only=True)
    population = JsonObject(read_only=True)
    measured_on = Codes(read_only=True, help_text="Даты, на которые измеряют, где период — дата.")
    reference_value = DecimalText()
    aims = Codes(read_only=True, help_text="Цели программы, которым служит показатель, словами документа.")
    versions = IndicatorVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Indicator
        fields = read_only_fields = (
            "municipality",
            "code",
            "wording",
            "short_name",
            "group",
            "position",
            "role",
            "unit",
            "direction",
            "period_kind",
            "formula",
            "population",
            "method",
            "measured_on",
            "source",
            "collection",
            "reference_value",
            "reference_rule",
            "rise_means",
            "fall_means",
            "aims",
            "author",
            "reviewer",
            "reviewed_on",
            "version",
            "versions",
        )


@extend_schema_view(list=extend_schema(summary="Показатели программ: паспорт, формула, охват и версии определения"))
class IndicatorViewSet(ReadOnlyList):
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter

    def get_queryset(self) -> QuerySet[Indicator]:
        indicators = Indicator.objects.visible_to(self.request.user).select_related("municipality")
        return indicators.prefetch_related("versions").order_by("municipality__slug", "role", "position", "code")


class TargetSerializer(serializers.ModelSerializer[Target]):
    municipality = serializers.CharField(source="indicator.municipality.slug", read_only=True)
    indicator = serializers.CharField(source="indicator.code", read_only=True)
    school = serializers.SerializerMethodField(help_text="Код школы; null у плана муниципалитета.")
    value = DecimalText(help_text="План, как он действует; в единице показателя, проценты как 75, не 0.75.")
    first_approved = serializers.SerializerMethodField(help_text="План, как его утвердили сначала.")
    baseline = DecimalText(help_text="Исходное значение, от которого считается продвижение; null, если не задано.")
    baseline_period = serializers.CharField(
        read_only=True, allow_null=True, help_text="Период исходного значения; null, если оно не задано."
    )
    baseline_source = serializers.CharField(
        read_only=True, allow_null=True, help_text="Основание исходного значения; null, если оно не задано."
    )
    baseline_version = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="Версия определения, для которой задано или подтверждено исходное значение.",
    )
    version = serializers.IntegerField(
        read_only=True,
        help_text="Версия определения, для которой задан или подтверждён план. Если значение посчитано по более "
        "поздней (`version` показателя), пройденный путь не измеряется, пока план не подтвердят.",
    )

    class Meta:
        model = Target
        fields = read_only_fields = (
            "municipality",
            "indicator",
            "school",
            "period",
            "value",
            "first_approved",
            "baseline",
            "baseline_period",
            "baseline_source",
            "baseline_version",
            "version",
            "is_demo",
            "source",
        )

    def get_school(self, target: Target) -> str | None:
        return target.school.public_code if target.school else None

    @extend_schema_field(DecimalText)
    def get_first_approved(self, target: Any) -> str | None:
        """What the ledger does not know has never been changed."""
        first = target.value if target.first_approved is None else target.first_approved
        return decimal_text(first)


@extend_schema_view(list=extend_schema(summary="Плановые значения показателей: муниципалитетов и школ"))
class TargetViewSet(ReadOnlyList):
    serializer_class = TargetSerializer
    filterset_class = TargetFilter

    def get_queryset(self) -> QuerySet[Target]:
        return target_list(self.request.user)


class IntervalSerializer(serializers.Serializer[Any]):
    low = DecimalText()
    high = DecimalText()


class SourceSerializer(serializers.Serializer[Any]):
    file = serializers.CharField(read_only=True)
    sheet = serializers.CharField(read_only=True)
    rows = serializers.CharField(read_only=True)
    upload = serializers.IntegerField(read_only=True, allow_null=True)
    form = serializers.CharField(required=False, help_text="Что заполнено на портале: только там, где файла нет.")


NUMBERS = ("numerator", "denominator", "value", "participants", "interval", "target", "change", "excluded")
# Readings tell where a number stands and rows of a file how many there are, so they go with the numbers.
UNREAD = {"reading": Reading.NO_DATA.value, "change_reading": ChangeReading.NO_DATA.value, "sources": []}


class ValueSerializer(serializers.ModelSerializer[Any]):
    indicator = serializers.CharField(source="indicator.code", read_only=True)
    municipality = serializers.CharField(source="indicator.municipality.slug", read_only=True)
    school = serializers.SerializerMethodField(help_text="Код школы; null у значения муниципалитета.")
    period_kind = serializers.SerializerMethodField()
    numerator = DecimalText()
    denominator = DecimalText()
    value = DecimalText(help_text="В единице показателя; проценты как 75, не 0.75; null без данных.")
    interval = serializers.SerializerMethodField(
        help_text="95-процентный интервал: Уилсона для долей обучающихся, бутстрепа для средних отметок и баллов."
    )
    target = DecimalText()
    change = DecimalText(help_text="В единице показателя; для процентов — процентные пункты.")
    change_from = serializers.SerializerMethodField(help_text="Период, с которым сравнивается значение.")
    as_of = serializers.SerializerMethodField(
        help_text="День или период данных, если на дату стоят более ранние; день, по который сочтены отчёты и другие "
        "записи портала, пока период идёт; иначе null."
    )
    excluded = serializers.IntegerField(read_only=True, allow_null=True, help_text="Сколько результатов не учтено.")
    sources = serializers.SerializerMethodField()
    warnings = Codes(read_only=True)

    class Meta:
        model = SchoolValue
        fields = read_only_fields = (
            "indicator",
            "municipality",
            "school",
            "period",
            "period_kind",
            "numerator",
            "denominator",
            "value",
            "participants",
            "interval",
            "target",
            "reading",
            "change",
            "change_from",
            "change_reading",
            "as_of",
            "excluded",
            "sources",
            "warnings",
        )

    def get_school(self, row: ValueOfAny) -> str | None:
        return row.school.public_code if isinstance(row, SchoolValue) else None

    @extend_schema_field(serializers.ChoiceField(choices=PERIOD_KINDS))
    def get_period_kind(self, row: ValueOfAny) -> str:
        return Period.parse(row.period).kind.value

    @extend_schema_field(IntervalSerializer(allow_null=True))
    def get_interval(self, row: ValueOfAny) -> dict[str, str] | None:
        if row.low is None or row.high is None:
            return None
        return {"low": decimal_text(row.low), "high": decimal_text(row.high)}

    def get_change_from(self, row: ValueOfAny) -> str | None:
        return row.change_from or None

    def get_as_of(self, row: ValueOfAny) -> str | None:
        return row.as_of or None

    @extend_schema_field(SourceSerializer(many=True))
    def get_sources(self, row: ValueOfAny) -> list[dict[str, Any]]:
        """The files behind a municipality's value speak of all its schools, so they are for those who see all."""
        shown = isinstance(row, SchoolValue) or row.indicator.municipality_id in self.whole_municipalities
        return list(row.sources) if shown else []

    @cached_property
    def whole_municipalities(self) -> frozenset[int]:
        return reach_of(self.context["request"].user, Permission.VALUES_VIEW).municipalities

    def to_representation(self, row: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(row)
        if row.is_hidden:
            shown = without_numbers(shown, NUMBERS, is_covered=bool(row.is_covered)) | UNREAD
        if row.is_change_hidden:
            shown |= {
                "change": None,
                "change_reading": ChangeReading.NO_DATA.value,
                "warnings": with_hidden(shown["warnings"], is_covered=bool(row.is_change_covered)),
            }
        return shown


@extend_schema_view(list=extend_schema(summary="Значения показателей школ и муниципалитетов"))
class ValueViewSet(ReadOnlyList):
    serializer_class = ValueSerializer
    filterset_class = ValueFilter

    def get_queryset(self) -> QuerySet[SchoolValue]:
        return school_values(self.request.user)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        of_municipalities = super().filter_queryset(municipality_values(self.request.user))
        return in_one_order(super().filter_queryset(queryset), of_municipalities)

    def paginate_queryset(self, queryset: QuerySet[Any]) -> list[ValueOfAny]:
        user = self.request.user
        return load(super().paginate_queryset(queryset) or [], school_values(user), municipality_values(user))

"""What the REST lists of all apps share: closed filters, decimals as text, numbers left out where pupils are few."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from schools.small_numbers import HIDDEN_FOR_ANOTHER, HIDDEN_SMALL

PAGING = frozenset({"page", "page_size"})
FORMAT = "format"  # of the answer; REST framework's own
MICRO = Decimal("0.000001")


class ClosedFilterBackend(DjangoFilterBackend):
    """A filter that is misspelt, empty or given twice is refused: silently answering with everything would mislead."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        problems = filter_problems(request, set(view.filterset_class.base_filters))
        if problems:
            raise ValidationError(problems)
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered


def filter_problems(request: Request, known: set[str]) -> dict[str, list[str]]:
    """What is wrong with the names in the query, by name."""
    problems = {}
    for name, values in request.query_params.lists():
        if name not in known | PAGING | {FORMAT}:
            problems[name] = [f"Такого фильтра нет. Есть: {', '.join(sorted(known | PAGING))}."]
        elif len(values) > 1:
            problems[name] = ["Фильтр указан несколько раз: оставьте одно значение."]
        elif not values[0].strip():
            problems[name] = ["Значение фильтра пустое: укажите его или уберите фильтр."]
    return problems


def refusal(description: str, schema: dict[str, Any]) -> OpenApiResponse:
    return OpenApiResponse({"type": "object", **schema}, description)


DETAIL = {"properties": {"detail": {"type": "string"}}, "required": ["detail"]}
PROBLEMS = {"additionalProperties": {"type": "array", "items": {"type": "string"}}}
REFUSALS = {
    400: refusal("Фильтр назван или заполнен неверно: что исправить, по именам фильтров.", PROBLEMS),
    401: refusal("Нет ключа и никто не вошёл, или ключ отозван.", DETAIL),
    404: refusal("Такой страницы списка нет.", DETAIL),
}


class ListSchema(AutoSchema):
    """Describes a list together with its refusals."""

    def get_description(self) -> str:
        return "В списке только то, что видно по ключу или вошедшему пользователю."

    def get_response_serializers(self) -> Any:
        return {200: super().get_response_serializers(), **REFUSALS}


class ReadOnlyList(mixins.ListModelMixin, viewsets.GenericViewSet[Any]):
    """A scoped, filtered list in pages. What is not visible to the key or the person is not in it."""

    filter_backends = (ClosedFilterBackend,)
    schema = ListSchema()


def decimal_text(value: Decimal) -> str:
    """At most six decimals, no exponent, no trailing zeros: «75», «33.333333»."""
    text = f"{value.quantize(MICRO, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@extend_schema_field({"type": "string", "format": "decimal", "nullable": True})
class DecimalText(serializers.Field[Any, Any, str, Any]):
    """An exact number as text, so that no client rounds it on the way."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Decimal) -> str:
        return decimal_text(value)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class JsonObject(serializers.JSONField):
    """A JSON object as it is stored."""


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Codes(serializers.JSONField):
    """A list of codes as it is stored."""


def without_numbers(shown: dict[str, Any], names: Iterable[str], *, is_covered: bool) -> dict[str, Any]:
    """A row as it stays where its numbers would speak of too few pupils, or tell those of another school."""
    return shown | dict.fromkeys(names) | {"warnings": with_hidden(shown["warnings"], is_covered=is_covered)}


def with_hidden(warnings: list[str], *, is_covered: bool) -> list[str]:
    """With the code that says why numbers are missing; one reason is enough."""
    if HIDDEN_SMALL in warnings or HIDDEN_FOR_ANOTHER in warnings:
        return warnings
    return [*warnings, HIDDEN_FOR_ANOTHER if is_covered else HIDDEN_SMALL]

"""REST: schools and their yearly identification."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from schools.filters import IdentificationFilter, SchoolListFilter
from schools.list_changes import Mark
from schools.models import Identification, School, SchoolAlias
from schools.queries.identification import entries_against_before
from schools.rest import ReadOnlyList


class YearCategorySerializer(serializers.ModelSerializer[Identification]):
    class Meta:
        model = Identification
        fields = read_only_fields = ("school_year", "category")


class SchoolSerializer(serializers.ModelSerializer[School]):
    municipality = serializers.CharField(source="municipality.slug", read_only=True)
    code = serializers.CharField(source="public_code", read_only=True, help_text="Код, а пока он неизвестен — логин.")
    parent = serializers.SerializerMethodField(help_text="Код головной школы филиала.")
    codes = serializers.SerializerMethodField(help_text="Все коды школы в файлах.")
    logins = serializers.SerializerMethodField(help_text="Все логины школы в файлах.")
    names = serializers.SerializerMethodField(help_text="Все названия школы в файлах.")
    categories = YearCategorySerializer(source="chosen_identifications", many=True, read_only=True)

    class Meta:
        model = School
        fields = read_only_fields = (
            "municipality",
            "code",
            "fisoko_login",
            "name",
            "kind",
            "parent",
            "codes",
            "logins",
            "names",
            "categories",
        )

    def get_parent(self, school: School) -> str | None:
        return school.parent.public_code if school.parent else None

    @extend_schema_field(list[str])
    def get_codes(self, school: School) -> list[str]:
        return known_as(school, SchoolAlias.Kind.CODE, school.code)

    @extend_schema_field(list[str])
    def get_logins(self, school: School) -> list[str]:
        return known_as(school, SchoolAlias.Kind.LOGIN, school.fisoko_login)

    @extend_schema_field(list[str])
    def get_names(self, school: School) -> list[str]:
        return known_as(school, SchoolAlias.Kind.NAME, school.name)


def known_as(school: School, kind: str, own: str) -> list[str]:
    """The school's own code, login or name and then all others of the kind."""
    others = sorted(alias.value for alias in school.aliases.all() if alias.kind == kind)
    return list(dict.fromkeys([own, *others] if own else others))


@extend_schema_view(list=extend_schema(summary="Школы с кодами, названиями и категориями по годам"))
class SchoolViewSet(ReadOnlyList):
    serializer_class = SchoolSerializer
    filterset_class = SchoolListFilter

    def get_queryset(self) -> QuerySet[School]:
        schools = School.objects.visible_to(self.request.user).select_related("municipality", "parent")
        return schools.prefetch_related("aliases").order_by("municipality__slug", "name", "pk")


class IdentificationSerializer(serializers.ModelSerializer[Identification]):
    municipality = serializers.CharField(source="school.municipality.slug", read_only=True)
    school = serializers.CharField(source="school.public_code", read_only=True)
    edition = serializers.IntegerField(
        source="source.edition", default=None, read_only=True, allow_null=True,
        help_text="Номер редакции списка; null, если школа внесена вручную или таблицей.",
    )  # fmt: skip
    proposed = serializers.BooleanField(
        read_only=True, allow_null=True, help_text="Предложило ли это правило; null, если список составлен без него."
    )
    reason = serializers.CharField(read_only=True, help_text="Основание решения; пусто, если его не записали.")
    change = serializers.SerializerMethodField(
        help_text="К прежнему списку этой категории: entered или stayed; null, если раньше такого списка не было."
    )
    change_from = serializers.SerializerMethodField(
        help_text="Год прежнего списка: последний, в котором список этой категории был; null, если его не было."
    )

    class Meta:
        model = Identification
        fields = read_only_fields = (
            "municipality",
            "school",
            "school_year",
            "category",
            "order_number",
            "order_date",
            "edition",
            "proposed",
            "reason",
            "change",
            "change_from",
        )

    @extend_schema_field({"type": "string", "enum": [Mark.ENTERED.value, Mark.STAYED.value], "nullable": True})
    def get_change(self, row: Any) -> str | None:
        return row.against_before.mark.value if self.get_change_from(row) is not None else None

    @extend_schema_field({"type": "integer", "nullable": True})
    def get_change_from(self, row: Any) -> int | None:
        year = row.against_before
        return year.compared_with[0] if year and year.compared_with else None


@extend_schema_view(list=extend_schema(summary="Категории школ по годам с приказами"))
class IdentificationViewSet(ReadOnlyList):
    serializer_class = IdentificationSerializer
    filterset_class = IdentificationFilter

    def get_queryset(self) -> QuerySet[Identification]:
        found = Identification.objects.visible_to(self.request.user).select_related("school__municipality")
        return found.order_by("school__municipality__slug", "-school_year", "school__name", "category", "pk")

    def paginate_queryset(self, queryset: Any) -> Any:
        """The rows of one page, each with its standing against the list before."""
        page: Any = super().paginate_queryset(queryset)
        against = entries_against_before(page)
        for row in page:
            row.against_before = against.get(row.pk)
        return page

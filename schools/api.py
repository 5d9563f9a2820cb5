"""REST: schools and their yearly identification."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from schools.filters import IdentificationFilter, SchoolListFilter
from schools.models import Identification, School, SchoolAlias
from schools.queries.identification import Mark
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
        help_text="К списку прошлого года: entered или stayed; null, если в нём не было такой категории."
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
        )

    @extend_schema_field({"type": "string", "enum": [Mark.ENTERED.value, Mark.STAYED.value], "nullable": True})
    def get_change(self, row: Any) -> str | None:
        if not row.has_list_before:
            return None
        return Mark.STAYED.value if row.was_there_before else Mark.ENTERED.value


@extend_schema_view(list=extend_schema(summary="Категории школ по годам с приказами"))
class IdentificationViewSet(ReadOnlyList):
    serializer_class = IdentificationSerializer
    filterset_class = IdentificationFilter

    def get_queryset(self) -> QuerySet[Identification]:
        before = Identification.objects.order_by().filter(school_year=OuterRef("school_year") - 1)
        found = Identification.objects.visible_to(self.request.user).select_related("school__municipality")
        found = found.annotate(
            was_there_before=Exists(before.filter(school=OuterRef("school"), category=OuterRef("category"))),
            has_list_before=Exists(
                before.filter(school__municipality=OuterRef("school__municipality"), category=OuterRef("category"))
            ),
        )
        return found.order_by("school__municipality__slug", "-school_year", "school__name", "category", "pk")

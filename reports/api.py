"""REST: documents and their files."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.reverse import reverse

from reports.filters import ReportFilter
from reports.formats import Format
from reports.models import Report, ReportFile
from schools.rest import DETAIL, REFUSALS, ReadOnlyList, refusal


class FileRenderer(BaseRenderer):
    """Lets a client ask for the file's type; the file itself is streamed as it is stored."""

    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return bytes(JSONRenderer().render(data))  # a refusal


FILE_RENDERERS = [
    type(f"{one.label}Renderer", (FileRenderer,), {"media_type": one.media_type, "format": one.value}) for one in Format
]


class ReportFileSerializer(serializers.ModelSerializer[ReportFile]):
    address = serializers.SerializerMethodField()

    class Meta:
        model = ReportFile
        fields = read_only_fields = ("format", "sha256", "address")

    @extend_schema_field(serializers.URLField())
    def get_address(self, file: ReportFile) -> str:
        return file_address(file, self.context["request"])


class ReportSerializer(serializers.ModelSerializer[Report]):
    municipality = serializers.CharField(source="municipality.slug", read_only=True)
    school = serializers.SerializerMethodField(help_text="Код школы; null у документа о муниципалитете.")
    file_sha256 = serializers.SerializerMethodField(help_text="Основного файла; пусто, пока документ готовится.")
    file = serializers.SerializerMethodField(help_text="Адрес основного файла; null, пока документ готовится.")
    files = ReportFileSerializer(source="drawn", many=True, read_only=True, help_text="Файлы всех форматов.")

    class Meta:
        model = Report
        fields = read_only_fields = (
            "id",
            "kind",
            "municipality",
            "school",
            "period",
            "number",
            "created_at",
            "snapshot_sha256",
            "file_sha256",
            "file",
            "files",
        )

    def get_school(self, report: Report) -> str | None:
        return report.school.public_code if report.school else None

    def get_file_sha256(self, report: Report) -> str:
        main = report.file_as("")
        return main.sha256 if main else ""

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_file(self, report: Report) -> str | None:
        main = report.file_as("")
        return file_address(main, self.context["request"], main=True) if main else None


def file_address(file: ReportFile, request: Request, *, main: bool = False) -> str:
    address = reverse("api:reports-file", args=[file.report_id], request=request)
    return address if main else f"{address}?as={file.format}"


@extend_schema_view(list=extend_schema(summary="Документы: вид, период, редакция и ссылки на файлы"))
class ReportViewSet(ReadOnlyList):
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Report]:
        reports = Report.objects.visible_to(self.request.user).select_related("municipality", "school")
        return reports.prefetch_related("files").defer("snapshot").order_by("municipality__slug", "-created_at", "-pk")

    @extend_schema(
        summary="Файл документа",
        description="Без `as` — основной файл. Пока документ готовится, файлов нет.",
        parameters=[OpenApiParameter("as", description="Формат файла.", enum=[one.value for one in Format])],
        responses={
            **{(200, one.media_type): OpenApiTypes.BINARY for one in Format},
            401: REFUSALS[401],
            404: refusal("Документа или такого его файла нет.", DETAIL),
        },
    )
    @action(detail=True, renderer_classes=[JSONRenderer, *FILE_RENDERERS], pagination_class=None, filter_backends=[])
    def file(self, request: Request, pk: str) -> FileResponse:
        report = self.get_object()
        file = report.file_as(request.query_params.get("as", ""))
        if file is None:
            raise Http404("Такого файла нет: документ ещё готовится или этого формата у него не бывает.")
        name = f"{report.kind}-{report.municipality.slug}-{report.period}-{report.number}.{file.format}"
        media_type = Format(file.format).media_type
        return FileResponse(file.file.open("rb"), as_attachment=True, filename=name, content_type=media_type)

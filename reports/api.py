"""REST: documents and their files."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.reverse import reverse

from reports.filters import ReportFilter
from reports.models import Report
from schools.rest import DETAIL, REFUSALS, ReadOnlyList, refusal


class PdfRenderer(BaseRenderer):
    """Lets a client ask for `application/pdf`; the file itself is streamed as it is stored."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return bytes(JSONRenderer().render(data))  # a refusal


class ReportSerializer(serializers.ModelSerializer[Report]):
    municipality = serializers.CharField(source="municipality.slug", read_only=True)
    school = serializers.SerializerMethodField(help_text="Всегда null: документ о муниципалитете.")
    file = serializers.SerializerMethodField(help_text="Адрес файла; null, пока документ готовится.")

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
        )

    def get_school(self, report: Report) -> str | None:
        return None

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_file(self, report: Report) -> str | None:
        return reverse("api:reports-file", args=[report.pk], request=self.context["request"]) if report.file else None


@extend_schema_view(list=extend_schema(summary="Документы: вид, период, редакция и ссылка на файл"))
class ReportViewSet(ReadOnlyList):
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Report]:
        reports = Report.objects.visible_to(self.request.user).select_related("municipality").defer("snapshot")
        return reports.order_by("municipality__slug", "-created_at", "-pk")

    @extend_schema(
        summary="Файл документа",
        description="PDF; пока документ готовится, файла нет.",
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            401: REFUSALS[401],
            404: refusal("Документа или его файла нет.", DETAIL),
        },
    )
    @action(detail=True, renderer_classes=[JSONRenderer, PdfRenderer], pagination_class=None, filter_backends=[])
    def file(self, request: Request, pk: str) -> FileResponse:
        report = self.get_object()
        if not report.file:
            raise Http404("Файл документа ещё готовится.")
        name = f"{report.kind}-{report.municipality.slug}-{report.period}-{report.number}.pdf"
        return FileResponse(report.file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")

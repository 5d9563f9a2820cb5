"""The REST API put together: its lists and its schema."""

from typing import Any

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from indicators.api import IndicatorViewSet, TargetViewSet, ValueViewSet
from mentoring.api import MeetingViewSet, PairingViewSet
from mentoring.event_api import EventViewSet, PracticeViewSet
from monitoring.api import ResultViewSet
from reports.api import ReportViewSet
from roadmaps.api import ActivityViewSet, ProgrammeViewSet, RoadmapViewSet
from schools.api import IdentificationViewSet, SchoolViewSet
from schools.rest import REFUSALS

router = DefaultRouter()
router.include_format_suffixes = False
router.register("schools", SchoolViewSet, basename="schools")
router.register("results", ResultViewSet, basename="results")
router.register("indicators", IndicatorViewSet, basename="indicators")
router.register("targets", TargetViewSet, basename="targets")
router.register("values", ValueViewSet, basename="values")
router.register("identifications", IdentificationViewSet, basename="identifications")
router.register("programmes", ProgrammeViewSet, basename="programmes")
router.register("roadmaps", RoadmapViewSet, basename="roadmaps")
router.register("activities", ActivityViewSet, basename="activities")
router.register("pairings", PairingViewSet, basename="pairings")
router.register("meetings", MeetingViewSet, basename="meetings")
router.register("events", EventViewSet, basename="events")
router.register("practices", PracticeViewSet, basename="practices")
router.register("reports", ReportViewSet, basename="reports")


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the schema describes keys."""

    target_class = "accounts.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        hint = "«Api-Key КЛЮЧ»; ключ выдаёт команда create_api_key."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": hint}


class SchemaView(SpectacularAPIView):
    """For those who may use the API."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        summary="Схема OpenAPI",
        description="Эта схема: по умолчанию YAML, с `format=json` — JSON.",
        responses={200: OpenApiTypes.OBJECT, 401: REFUSALS[401]},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)
        return response


app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [path("schema/", SchemaView.as_view(), name="schema"), *router.urls]

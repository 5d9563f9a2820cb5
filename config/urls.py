"""All addresses of the portal."""

from django.urls import include, path

from config.metrics import metrics
from config.search import search
from config.views import healthz, readyz
from monitoring.views.home import home

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", home, name="home"),
    path("accounts/", include("accounts.login_urls")),
    path("search/", search, name="search"),
    path("", include("accounts.urls")),
    path("", include("schools.urls")),
    path("", include("indicators.urls")),
    path("", include("roadmaps.urls")),
    path("", include("mentoring.urls")),
    path("", include("monitoring.urls")),
    path("", include("reports.urls")),
    path("api/v1/", include("config.api")),
]

handler403 = "config.moved_on.forbidden"
handler500 = "config.faults.server_error"

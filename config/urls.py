"""All addresses of the portal."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("accounts.urls")),
    path("", include("schools.urls")),
    path("", include("indicators.urls")),
    path("", include("monitoring.urls")),
    path("", include("reports.urls")),
    path("api/v1/", include("config.api")),
]

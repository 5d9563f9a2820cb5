"""Addresses of `monitoring`."""

from django.urls import path

from monitoring.views import schools

app_name = "monitoring"
urlpatterns = [
    path("schools/<int:pk>/results/", schools.school_results, name="school_results"),
]

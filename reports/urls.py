"""Addresses of `reports`."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.report_list, name="list"),
    path("reports/prepare/", views.report_prepare, name="prepare"),
    path("reports/preview/", views.report_preview, name="preview"),
    path("reports/texts/", views.note_texts, name="texts"),
    path("reports/<int:pk>/", views.report_detail, name="report"),
    path("reports/<int:pk>/file/", views.report_file, name="file"),
]

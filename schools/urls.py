"""Addresses of `schools`."""

from django.urls import path

from schools.views import identification, schools

app_name = "schools"
urlpatterns = [
    path("schools/", schools.school_list, name="list"),
    path("schools/upload/", schools.take_school_list, name="take_list"),
    path("schools/<int:pk>/", schools.school_page, name="school"),
    path("schools/<int:pk>/edit/", schools.school_edit, name="edit"),
    path("identification/", identification.identification, name="identification"),
    path("identification/upload/", identification.take_list, name="take_identification"),
    path("identification/template/", identification.template, name="identification_template"),
    path("identification/<int:pk>/remove/", identification.remove, name="remove_identification"),
]

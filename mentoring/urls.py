"""Addresses of `mentoring`."""

from django.urls import path

from mentoring.views import pairings, people, schools, teachers

app_name = "mentoring"
urlpatterns = [
    path("mentoring/", pairings.pairings, name="pairings"),
    path("mentoring/new/", pairings.new, name="new_pairing"),
    path("mentoring/<int:pk>/", pairings.pairing, name="pairing"),
    path("mentoring/<int:pk>/edit/", pairings.edit, name="edit_pairing"),
    path("mentoring/<int:pk>/end/", pairings.end, name="end_pairing"),
    path("mentoring/<int:pk>/resume/", pairings.resume, name="resume_pairing"),
    path("mentoring/<int:pk>/remove/", pairings.remove, name="remove_pairing"),
    path("mentoring/mentors/", people.pool, name="pool"),
    path("mentoring/mentors/new/", people.new_mentor, name="new_mentor"),
    path("mentoring/mentors/<int:pk>/", people.edit_mentor, name="edit_mentor"),
    path("mentoring/teachers/<int:pk>/", teachers.edit, name="edit_teacher"),
    path("schools/<int:pk>/mentoring/", schools.school_mentoring, name="school"),
    path("schools/<int:pk>/teachers/", teachers.teachers, name="teachers"),
    path("schools/<int:pk>/teachers/new/", teachers.new, name="new_teacher"),
]

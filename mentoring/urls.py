"""Addresses of `mentoring`."""

from django.urls import path

from mentoring.views import meeting_files, meetings, pairings, people, plans, schools, teachers

app_name = "mentoring"
urlpatterns = [
    path("mentoring/", pairings.pairings, name="pairings"),
    path("mentoring/new/", pairings.new, name="new_pairing"),
    path("mentoring/<int:pk>/", pairings.pairing, name="pairing"),
    path("mentoring/<int:pk>/edit/", pairings.edit, name="edit_pairing"),
    path("mentoring/<int:pk>/end/", pairings.end, name="end_pairing"),
    path("mentoring/<int:pk>/resume/", pairings.resume, name="resume_pairing"),
    path("mentoring/<int:pk>/remove/", pairings.remove, name="remove_pairing"),
    path("mentoring/<int:pk>/plan/", plans.plan, name="plan"),
    path("mentoring/<int:pk>/plan/new/", plans.new_plan, name="new_plan"),
    path("mentoring/<int:pk>/plan/edit/", plans.edit_plan, name="edit_plan"),
    path("mentoring/<int:pk>/plan/add/", plans.new_step, name="new_step"),
    path("mentoring/steps/<int:pk>/", plans.edit_step, name="edit_step"),
    path("mentoring/steps/<int:pk>/move/", plans.move, name="move_step"),
    path("mentoring/steps/<int:pk>/remove/", plans.remove, name="remove_step"),
    path("mentoring/steps/<int:pk>/overrule/", plans.overrule, name="overrule_step"),
    path("mentoring/mine/", meetings.mine, name="mine"),
    path("mentoring/<int:pk>/meetings/", meetings.of_pairing, name="pairing_meetings"),
    path("mentoring/<int:pk>/meetings/new/", meetings.new, name="new_meeting"),
    path("mentoring/meetings/", meetings.meetings, name="meetings"),
    path("mentoring/meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("mentoring/meetings/<int:pk>/edit/", meetings.edit, name="edit_meeting"),
    path("mentoring/meetings/<int:pk>/confirm/", meetings.confirm, name="confirm_meeting"),
    path("mentoring/meetings/<int:pk>/dispute/", meetings.dispute, name="dispute_meeting"),
    path("mentoring/meetings/<int:pk>/remove/", meetings.remove, name="remove_meeting"),
    path("mentoring/meetings/<int:pk>/lesson/", meetings.lesson, name="lesson"),
    path("mentoring/meetings/<int:pk>/files/", meeting_files.add, name="add_files"),
    path("mentoring/files/<int:pk>/", meeting_files.file, name="file"),
    path("mentoring/files/<int:pk>/preview/", meeting_files.preview, name="file_preview"),
    path("mentoring/files/<int:pk>/delete/", meeting_files.delete, name="delete_file"),
    path("mentoring/mentors/", people.pool, name="pool"),
    path("mentoring/mentors/new/", people.new_mentor, name="new_mentor"),
    path("mentoring/mentors/<int:pk>/", people.edit_mentor, name="edit_mentor"),
    path("mentoring/teachers/<int:pk>/", teachers.edit, name="edit_teacher"),
    path("schools/<int:pk>/mentoring/", schools.school_mentoring, name="school"),
    path("schools/<int:pk>/teachers/", teachers.teachers, name="teachers"),
    path("schools/<int:pk>/teachers/new/", teachers.new, name="new_teacher"),
]

"""Addresses of `accounts`; those of logging in are in `login_urls`."""

from django.urls import path

from accounts.views import help, jobs, people

app_name = "accounts"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:pk>/invite/", people.invite_again, name="invite_again"),
    path("people/<int:pk>/end/", people.end, name="end_membership"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<int:pk>/", jobs.job_page, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="cancel_job"),
    path("jobs/<int:pk>/again/", jobs.again, name="do_job_again"),
    path("help/", help.help_page, name="help"),
]

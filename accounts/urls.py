"""Addresses of `accounts`; those of logging in are in `login_urls`."""

from django.urls import path

from accounts.views import help, jobs, people

app_name = "accounts"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:pk>/invite/", people.invite_again, name="invite_again"),
    path("people/<int:pk>/end/", people.end, name="end_membership"),
    path("jobs/<int:pk>/", jobs.job_state, name="job"),
    path("help/", help.help_page, name="help"),
]

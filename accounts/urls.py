"""Addresses of `accounts`; those of logging in are in `login_urls`."""

from django.urls import path

from accounts.views import help, jobs

app_name = "accounts"
urlpatterns = [
    path("jobs/<int:pk>/", jobs.job_state, name="job"),
    path("help/", help.help_page, name="help"),
]

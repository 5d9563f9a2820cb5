"""Puts the note of the year on home, and the drawing of documents among the jobs: neither may know this app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        # Models can be imported only now.
        from accounts import job_subjects, jobs
        from accounts.models import Job
        from monitoring.attention import register
        from reports.attention import note_of_the_year
        from reports.drawing_jobs import CANCELLING, about_drawings, draw_again

        register(note_of_the_year)
        jobs.register(Job.Kind.RENDER_REPORT, again=draw_again)
        job_subjects.register(Job.Kind.RENDER_REPORT, about_drawings, cancelling=CANCELLING)

"""Celery tasks of programmes and roadmaps."""

from celery import shared_task

from roadmaps import jobs


@shared_task(name="roadmaps.sweep_evidence")
def sweep_evidence() -> None:
    """See `roadmaps.jobs.sweep_evidence`."""
    jobs.sweep_evidence()


@shared_task(name="roadmaps.mail_notices")
def mail_notices() -> None:
    """The reminders of the day where they are not made yet, then letters to those whose hour it is; see
    `roadmaps.jobs.reminders` and `roadmaps.jobs.letters`."""
    jobs.remind_all()
    jobs.mail_notices()

"""Celery's side of the work of this app: each task takes the id of a job row."""

from monitoring.tasks import recompute, uploads

__all__ = ["recompute", "uploads"]

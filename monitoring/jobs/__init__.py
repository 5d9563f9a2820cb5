"""The body of background work: plain functions, no Celery."""

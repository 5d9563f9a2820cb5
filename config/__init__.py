"""The place where all is put together: settings, addresses, background work."""

from config.celery import app as celery_app

__version__ = "0.1.0"  # as in pyproject.toml; a test compares

__all__ = ["__version__", "celery_app"]

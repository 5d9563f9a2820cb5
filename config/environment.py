"""The variables that settings and gunicorn are made from: the environment, then `.env` beside `manage.py`."""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")


class Variables(environ.Env):
    """One that was left empty, or holds nothing but spaces, is not set and has its default."""

    ENVIRON = {name: value for name, value in os.environ.items() if value.strip()}


env = Variables()


def required(name: str) -> str:
    """A variable without which production must not start."""
    value = env.ENVIRON.get(name, "")  # as it stands: `env.str` would take a leading `$` for another variable's name
    if not value:
        raise ImproperlyConfigured(f"{name} is not set; see .env.example")
    return value

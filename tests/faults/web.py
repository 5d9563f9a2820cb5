"""The portal's web process as the tests of outages run it: style sheets without the hashed names nobody collected."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}

from config.wsgi import application  # noqa: E402  # once the settings are changed

__all__ = ["application"]

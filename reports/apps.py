"""Puts the note of the year on home, which must not know this app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        # Models can be imported only now.
        from monitoring.attention import register
        from reports.attention import note_of_the_year

        register(note_of_the_year)

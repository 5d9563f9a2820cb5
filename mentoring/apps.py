"""Tells roadmaps whose plans a pairing opens: they may not know this app."""

from django.apps import AppConfig


class MentoringConfig(AppConfig):
    name = "mentoring"

    def ready(self) -> None:
        # Models can be imported only now.
        from mentoring.queries.sides import schools_helped_by
        from roadmaps import opening

        opening.register(schools_helped_by)

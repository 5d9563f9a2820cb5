"""Registers the reports on plans with the indicators, which may not know this app."""

from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    name = "roadmaps"

    def ready(self) -> None:
        # Models can be imported only now.
        from indicators.records import register
        from roadmaps.sources import ACTIVITIES, KEEPER

        register(ACTIVITIES, KEEPER)

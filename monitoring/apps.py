"""Registers results with the engine of the indicators, which must not know this app."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"

    def ready(self) -> None:
        # Models can be imported only now.
        from indicators.calculations.formulas import Results
        from indicators.sources import register
        from monitoring.sources import read_results

        register(Results, read_results)

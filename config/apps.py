"""Puts together at start what lower apps must not know of each other."""

from collections.abc import Iterable

from django.apps import AppConfig


class OporaConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Models can be imported only now.
        from monitoring.models import ResultTotal
        from schools.context import register_year_source
        from schools.models import Municipality

        @register_year_source
        def result_years(municipality: Municipality) -> Iterable[int]:
            totals = ResultTotal.objects.filter(school__municipality=municipality)
            return totals.order_by().values_list("school_year", flat=True).distinct()

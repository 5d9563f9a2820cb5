"""Puts together at start what lower apps must not know of each other."""

from collections.abc import Iterable

from django.apps import AppConfig


class OporaConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Models can be imported only now.
        from monitoring.models import UploadEntry
        from schools.context import register_year_source
        from schools.models import Municipality

        @register_year_source
        def years_of_results(municipality: Municipality) -> Iterable[int]:
            """From the files that brought them: a row a file, where the results themselves are a hundred times as
            many, and the head of every page asks."""
            entries = UploadEntry.objects.filter(upload__municipality=municipality, stored=True)
            years = entries.order_by().values_list("school_year", flat=True).distinct()
            return [year for year in years if year is not None]

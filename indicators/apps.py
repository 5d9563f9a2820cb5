"""Registers the numbers that this app keeps with the engine, and the recompute with the jobs."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "indicators"

    def ready(self) -> None:
        # Models can be imported only now.
        from accounts import job_subjects, jobs
        from accounts.models import Job
        from indicators.calculations.formulas import Identified, Records, Statistic
        from indicators.queries.identification_source import read_identification
        from indicators.queries.jobs import CANCELLING, ROWS, about_recomputes
        from indicators.queries.statistic_source import read_statistics
        from indicators.records import read_records
        from indicators.sources import register

        register(Statistic, read_statistics)
        register(Identified, read_identification)
        register(Records, read_records)
        jobs.register(Job.Kind.RECOMPUTE)
        job_subjects.register(Job.Kind.RECOMPUTE, about_recomputes, cancelling=CANCELLING, rows=ROWS)

"""Registers results with the engine of the indicators, and what becomes of uploads with the jobs: neither may know this
app."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"

    def ready(self) -> None:
        # Models can be imported only now.
        from accounts import job_subjects, jobs
        from accounts.models import Job
        from indicators.calculations.formulas import Results
        from indicators.queries import covering
        from indicators.sources import register
        from monitoring.jobs.uploads import ended_badly, read_again, store_again
        from monitoring.queries.audit import CANCELLING, ROWS, about_audits
        from monitoring.queries.hidden_results import few_results
        from monitoring.queries.jobs import CANCELLING_READING, CANCELLING_STORING, about_readings, about_storings
        from monitoring.sources import read_results

        register(Results, read_results)
        covering.register(few_results)
        in_parts = "загрузить файлы по частям"
        jobs.register(
            Job.Kind.READ_UPLOAD,
            ended_badly=ended_badly,
            again=read_again,
            to_do_again="загрузить файлы ещё раз",  # they are gone with the job that read them
            to_be_shorter=in_parts,
        )
        jobs.register(Job.Kind.STORE_UPLOAD, ended_badly=ended_badly, again=store_again, to_be_shorter=in_parts)
        jobs.register(Job.Kind.AUDIT_VALUES)
        job_subjects.register(Job.Kind.AUDIT_VALUES, about_audits, cancelling=CANCELLING, rows=ROWS)
        job_subjects.register(Job.Kind.READ_UPLOAD, about_readings, cancelling=CANCELLING_READING)
        job_subjects.register(Job.Kind.STORE_UPLOAD, about_storings, cancelling=CANCELLING_STORING)

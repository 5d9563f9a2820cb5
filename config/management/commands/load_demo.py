"""Loads the demonstration: the five programmes with their results, logins of every role, one finished document."""

from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.commands import DONE, REFUSED, PortalCommand
from accounts.jobs import run
from config.demo_people import DEMO_LOGINS, DEMO_PASSWORD, load_people
from config.programmes.fixtures import PROGRAMMES
from config.programmes.loading import load_programme
from reports.jobs import render_report
from reports.models import Report
from reports.services import create_report
from schools.models import Municipality

PERIOD = "2020"
ONLY_EMBEDDED = "Демонстрация не загружается на рабочий портал: её пароль известен всем."


class Command(PortalCommand):
    help = "load_demo: the demonstration with its logins; again it changes nothing. Not for production"

    def work(self, **options: Any) -> tuple[dict[str, Any], int]:
        if settings.PRODUCTION:
            return {"problem": ONLY_EMBEDDED}, REFUSED
        loaded = [load_programme(slug) for slug in PROGRAMMES]
        if problems := [programme.problem for programme in loaded if programme.problem]:
            return {"problem": "\n".join(problems)}, REFUSED
        load_people()
        _prepare_note(Municipality.objects.get(slug="nazarovo"))
        logins = [
            {
                "username": login.username,
                "password": DEMO_PASSWORD,
                "role": login.role.value,
                "position": login.position,
                "municipality": login.municipality,
            }
            for login in DEMO_LOGINS
        ]
        return {"problem": "", "programmes": [programme.to_json() for programme in loaded], "logins": logins}, DONE

    def tell(self, answer: dict[str, Any]) -> None:
        if answer["problem"]:
            self.stderr.write(answer["problem"])
            return
        names = dict(Municipality.objects.values_list("slug", "name"))
        lines = [
            f"  {row['username']:<12} {names[row['municipality']]:<17} {row['position']}" for row in answer["logins"]
        ]
        self.stdout.write("\n".join([f"Демонстрационные логины, пароль у всех {DEMO_PASSWORD}:", *lines]))


@transaction.atomic
def _prepare_note(municipality: Municipality) -> None:
    """The analytical note, drawn here and now; one transaction, so that no worker is asked to draw it as well."""
    if municipality.reports.exists():
        return
    report = create_report(municipality=municipality, kind=Report.Kind.ANALYTICAL_NOTE, period=PERIOD, by=None)
    run(report.job_id, render_report)

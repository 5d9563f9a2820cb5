"""Loads the demonstration: the five programmes with their results, logins of every role and something for each to do,
one finished document, and one list of schools that an order has published."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.commands import DONE, REFUSED, PortalCommand
from accounts.jobs import run
from accounts.models import Job
from config.demo_events import load_demo_events
from config.demo_pairings import load_demo_pairings
from config.demo_people import DEMO_LOGINS, DEMO_PASSWORD, load_people
from config.demo_plans import load_demo_plans
from config.demo_scores import load_demo_scores
from config.programmes.fixtures import PROGRAMMES
from config.programmes.loading import load_programme
from indicators.services.recompute import recompute_now
from monitoring.queries.identification_draft import draft_of
from monitoring.services.identification import publish
from reports.jobs import render_report
from reports.models import Report
from reports.services import create_report
from schools.models import Category, Identification, Municipality

PERIOD = "2020"
YEAR_OF_LIST = 2021  # whose list is exactly what the rule proposes
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
        if load_demo_plans(timezone.localdate()):
            recompute_now(municipality_id=Municipality.objects.get(slug="nazarovo").pk)  # reports count in indicators
        load_demo_pairings(timezone.localdate())
        load_demo_events(timezone.localdate())
        load_demo_scores()
        _recompute_what_waits()
        _prepare_note(Municipality.objects.get(slug="nazarovo"))
        _publish_list(Municipality.objects.get(slug="armavir"))
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


def _recompute_what_waits() -> None:
    """Pairings and events count in indicators; there may be no worker to work these out."""
    waiting = Job.objects.filter(kind=Job.Kind.RECOMPUTE, status=Job.Status.QUEUED).order_by("municipality_id")
    for municipality_id in waiting.values_list("municipality_id", flat=True).distinct():
        recompute_now(municipality_id=municipality_id)


@transaction.atomic
def _prepare_note(municipality: Municipality) -> None:
    """The analytical note, drawn here and now; one transaction, so that no worker is asked to draw it as well."""
    if municipality.reports.exists():
        return
    report = create_report(municipality=municipality, kind=Report.Kind.ANALYTICAL_NOTE, period=PERIOD, by=None)
    run(report.job_id, render_report)


def _publish_list(municipality: Municipality) -> None:
    """By the order that the list came with. The list stays the same; its values are told where it comes from now."""
    if municipality.identification_editions.exists():
        return
    listed = Identification.objects.filter(
        school__municipality=municipality, school_year=YEAR_OF_LIST, category=Category.LOW_RESULTS
    )
    order = listed.exclude(order_date=None)[0]
    publish(
        municipality=municipality,
        school_year=YEAR_OF_LIST,
        order_number=order.order_number,
        order_date=order.order_date,
        seen=draft_of(municipality, YEAR_OF_LIST).seen_beside(0),
        by=None,
    )
    recompute_now(municipality_id=municipality.pk)

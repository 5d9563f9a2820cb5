"""The demonstration's pairings and requests for help in the towns whose documents print none: invented, around the day
of loading, so that each login sees some. Made as people make them, through the services."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.demo_plans import first_day, last_day
from config.programmes.fixtures import ROOT
from mentoring.kinds import Kind
from mentoring.models import Mentor, Pairing, PairingPlan, Teacher
from mentoring.plan_templates import templates_for
from mentoring.services.meetings import MeetingTold, confirm_meeting, log_meeting
from mentoring.services.pairings import Facts, PairingTold, make_pairing
from mentoring.services.plans import PlanTold, make_plan
from mentoring.services.requests import Answerer, Asked, ask_for_help, assign_request
from schools.models import Municipality, School

EARLIEST = -24  # months before the day of loading since when the pool has been there


@transaction.atomic
def load_demo_pairings(today: dt.date) -> int:
    """Pairings made; none in a town where they have been loaded before, whatever people made of them since."""
    told = json.loads((ROOT / "demo_pairings.json").read_text(encoding="utf-8"))
    source = told.pop("source")
    return sum(_load(Municipality.objects.get(slug=slug), of_town, source, today) for slug, of_town in told.items())


def _load(municipality: Municipality, told: Mapping[str, Any], source: str, today: dt.date) -> int:
    if Mentor.objects.filter(municipality=municipality, source=source).exists():
        return 0
    schools = {school.code: school for school in municipality.schools.all()}
    mentors = {row["key"]: _mentor(municipality, row, schools, source, today) for row in told["mentors"]}
    teachers = {row["key"]: _teacher(row, schools) for row in told["teachers"]}
    for row in told["pairings"]:
        pairing = make_pairing(told=_pairing(row, schools, mentors, teachers, source, today))
        if pairing.count is None:
            _begin(pairing, row.get("meetings", ()), today)
    for row in told.get("requests", ()):
        _ask(row, schools[row["school"]], mentors, teachers)
    return len(told["pairings"])


def _ask(
    told: Mapping[str, Any], school: School, mentors: Mapping[str, Mentor], teachers: Mapping[str, Teacher]
) -> None:
    """A request for help by one of the logins, given to somebody or not."""
    asked = Asked(
        topic=told["topic"],
        text=told["text"],
        subject=told.get("subject", ""),
        teacher=teachers.get(told.get("teacher", "")),
        wanted_form=told["form"],
    )
    request = ask_for_help(school=school, asked=asked, by=User.objects.get(username=told["by"]))
    if "mentor" in told:
        assign_request(
            request=request,
            to=Answerer(mentor=mentors[told["mentor"]]),
            due_on=timezone.localdate() + dt.timedelta(days=told["days"]),
            seen_version=request.version,
            by=User.objects.get(username=told["given_by"]),
        )


def _begin(pairing: Pairing, meetings: Iterable[Mapping[str, Any]], today: dt.date) -> None:
    """A plan in force from the template of its kind, and meetings of those who have a login."""
    template = templates_for(Kind(pairing.kind))[0]
    ends_on = pairing.ends_on or last_day(today, 0)
    term = PlanTold(template.title, pairing.starts_on, ends_on, PairingPlan.State.ACTIVE)
    plan = make_plan(pairing=pairing, told=term, template=template)
    for row in meetings:
        people = User.objects.in_bulk(("mentor", "curator"), field_name="username")
        told = MeetingTold(
            on=today - dt.timedelta(days=row["days_ago"]),
            form=row["form"],
            topic=row["topic"],
            hours=Decimal(row["hours"]),
            audience=row["audience"],
            result=row["result"],
            next_step=row.get("next_step", ""),
            step=plan.steps.select_related("plan").get(number=row["step"]),
        )
        meeting = log_meeting(pairing=pairing, told=told, by=people.pop(row["by"]))
        if row["becomes"] == "confirmed":
            confirm_meeting(meeting=meeting, seen_version=1, by=people.popitem()[1])


def _mentor(
    municipality: Municipality, told: Mapping[str, Any], schools: Mapping[str, School], source: str, today: dt.date
) -> Mentor:
    return Mentor.objects.create(
        municipality=municipality,
        name=told["name"],
        position=told["position"],
        kind=told["kind"],
        school=schools.get(told.get("school", "")),
        organisation=told.get("organisation", ""),
        subjects=told["subjects"],
        load_limit=told["load_limit"],
        user=User.objects.filter(username=told.get("login", "")).first(),
        since=first_day(today, EARLIEST),
        basis=source,
        source=source,
    )


def _teacher(told: Mapping[str, Any], schools: Mapping[str, School]) -> Teacher:
    fields = {name: told[name] for name in ("name", "position", "subjects", "category")}
    return Teacher.objects.create(school=schools[told["school"]], **fields)


def _pairing(
    told: Mapping[str, Any],
    schools: Mapping[str, School],
    mentors: Mapping[str, Mentor],
    teachers: Mapping[str, Teacher],
    source: str,
    today: dt.date,
) -> PairingTold:
    facts = Facts(
        starts_on=first_day(today, told["from"]),
        ends_on=last_day(today, told["to"]),
        aims=told.get("aims", ""),
        deficits=told.get("deficits", ""),
        count=told.get("count"),
    )
    return PairingTold(
        Kind(told["kind"]),
        schools[told["school"]],
        facts,
        helping_school=schools.get(told.get("helping_school", "")),
        mentor=mentors.get(told.get("mentor", "")),
        teacher=teachers.get(told.get("teacher", "")),
        source=source,
        load_may_be_exceeded=told.get("over_limit", False),
    )

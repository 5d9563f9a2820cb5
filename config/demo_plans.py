"""The demonstration's plans in Назарово: an invented programme with a roadmap around the day it is loaded, and reports
on it in every state, so that each login has something to do. Made as people make them, through the services."""

import calendar
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from config.demo_people import CURATOR_SCHOOL
from config.programmes.fixtures import Fixtures
from roadmaps.models import Occurrence, Programme, ProgressUpdate, Roadmap
from roadmaps.passport.parts import Part
from roadmaps.plans.stored import plan_from_json
from roadmaps.queries.passport import lines_of
from roadmaps.services import passport
from roadmaps.services.attaching import Sent
from roadmaps.services.passport import Order
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.progress import Told, accept, give_back, write_report
from schools.models import Municipality

MONTHS_BEFORE, MONTHS_AFTER = 3, 6  # of the roadmap's term, around the month of loading
ORDER_NUMBER = "ДЕМО-1"
NAMES = (
    "Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь",
)  # fmt: skip


def first_day(today: dt.date, months: int) -> dt.date:
    """Of the month so many months from today's."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def last_day(today: dt.date, months: int) -> dt.date:
    first = first_day(today, months)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def plans_around(today: dt.date) -> dict[str, Any]:
    """The texts of the demonstration with the months around this day in the places left for them."""
    text = (Fixtures("nazarovo").folder / "demo_plans.json").read_text(encoding="utf-8")
    text = text.replace("@year@", str(first_day(today, -MONTHS_BEFORE).year))
    for months in range(-MONTHS_BEFORE, MONTHS_AFTER + 1):
        name = f"ago{-months}" if months < 0 else f"next{months}" if months else "now"
        first, last = first_day(today, months), last_day(today, months)
        text = text.replace(f"@{name}@", f"{NAMES[first.month - 1]} {first.year}")
        text = text.replace(f"@day_{name}@", first.isoformat()).replace(f"@end_{name}@", last.isoformat())
    found: dict[str, Any] = json.loads(text)
    return found


@transaction.atomic
def load_demo_plans(today: dt.date) -> int:
    """Programmes made; none when they have been loaded before, whatever people made of them since."""
    municipality = Municipality.objects.get(slug="nazarovo")
    told = plans_around(today)
    if municipality.programmes.filter(source=told["source"]).exists():
        return 0
    people = {user.username: user for user in User.objects.filter(username__in=("department", "methodist", "curator"))}
    years = {
        "starts_in": first_day(today, -MONTHS_BEFORE).year,
        "ends_in": first_day(today, MONTHS_AFTER).year,
        "source": told["source"],
    }
    programme = _written(municipality, Programme.Kind.NETWORK, told["network"], years, people["methodist"])
    order = Order(ORDER_NUMBER, first_day(today, -MONTHS_BEFORE))
    passport.approve(programme=programme, order=order, seen_version=programme.version, by=people["department"])
    _written(municipality, Programme.Kind.ANTIRISK, told["antirisk"], years, people["methodist"])
    frame = Frame(
        starts_on=first_day(today, -MONTHS_BEFORE),
        ends_on=last_day(today, MONTHS_AFTER),
        programme=programme,
        state=Roadmap.State.APPROVED,
        order_number=order.number,
        order_date=order.date,
        source=told["source"],
    )
    plan = plan_from_json(told["roadmap"])
    roadmap = store_plan(municipality=municipality, plan=plan, frame=frame, by=people["methodist"])
    for report in told["reports"]:
        _report(roadmap, report, people)
    return 2


def _written(
    municipality: Municipality, kind: str, told: Mapping[str, Any], years: Mapping[str, Any], by: User
) -> Programme:
    """A programme with its passport, agreed upon."""
    school = municipality.schools.get(code=told["school"]) if "school" in told else None
    head = {"kind": kind, "title": told["head"]["title"], **years}
    programme = passport.make_programme(municipality=municipality, school=school, head=head, by=by)
    for part in Part:
        seen = lines_of(programme, part)
        lines = [seen[0] | told["head"]] if part is Part.HEAD else told.get(part.value, [])
        programme = passport.save_part(programme=programme, part=part, lines=lines, seen=seen, by=by)
    return passport.agree(programme=programme, seen_version=programme.version, by=by)


def _report(roadmap: Roadmap, told: Mapping[str, Any], people: Mapping[str, User]) -> None:
    """Written, handed in and judged, as far as the demonstration says."""
    by = people[told["by"]]
    school = roadmap.municipality.schools.get(code=CURATOR_SCHOOL) if told["by"] == "curator" else None
    report: ProgressUpdate = write_report(
        occurrence=Occurrence.objects.get(activity__roadmap=roadmap, activity__number=told["row"]),
        school=school,
        told=Told(told["percent"], told["text"], 0, Sent(links=(told["link"],) if "link" in told else ())),
        by=by,
        submit=told["becomes"] != "draft",
    )
    if told["becomes"] == "accepted":
        accept(report=report, seen_version=report.version, by=people[told["judge"]])
    elif told["becomes"] == "returned":
        give_back(report=report, seen_version=report.version, reason=told["reason"], by=people[told["judge"]])

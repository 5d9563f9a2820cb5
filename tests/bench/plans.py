"""Plans for the bench: a roadmap of every school for every year, its rows due once, each quarter or each month."""

import datetime as dt
import random
from collections.abc import Iterator

from django.db import connection

from roadmaps.models import Activity, Occurrence, Responsible, Roadmap, RoadmapSection
from roadmaps.states import Status
from schools.models import Municipality, School
from tests.bench import world

ROWS, YEARS, SECTIONS = 60, 3, 6
TIMES = {1: 40, 4: 10, 10: 10}  # so many rows of a roadmap are due so many times a year
RESPONSIBLE = ("Руководитель", "Заместитель руководителя", "Учителя-предметники", "Школьный куратор", "ЦРО")
AT_ONCE = 2000  # rows of one insert


def municipality(schools: int, *, seed: int = 1) -> Municipality:
    """Schools and their plans of the last three years, half of what was due is done."""
    chance = random.Random(seed)
    town = world.bare_municipality(schools, seed=seed)
    roadmaps = Roadmap.objects.bulk_create(
        _roadmap(town, school, year) for school in town.schools.order_by("pk") for year in _years()
    )
    sections = RoadmapSection.objects.bulk_create(
        RoadmapSection(roadmap=roadmap, position=place, number=f"{place}.", title=f"Направление {place}")
        for roadmap in roadmaps
        for place in range(1, SECTIONS + 1)
    )
    activities = Activity.objects.bulk_create(_activities(roadmaps, sections), batch_size=AT_ONCE)
    Responsible.objects.bulk_create(
        (
            Responsible(activity=activity, position=place, name=name)
            for activity in activities
            for place, name in enumerate(chance.sample(RESPONSIBLE, chance.choice((1, 2))), start=1)
        ),
        batch_size=AT_ONCE,
    )
    Occurrence.objects.bulk_create(
        (one for activity in activities for one in _occurrences(activity, chance)), batch_size=AT_ONCE
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server's autovacuum does within a minute
    return town


def _years() -> range:
    return range(world.LAST_YEAR - YEARS + 1, world.LAST_YEAR + 1)


def _roadmap(town: Municipality, school: School, year: int) -> Roadmap:
    return Roadmap(
        municipality=town,
        school=school,
        title=f"Дорожная карта {school.name} на {year}/{year + 1} учебный год",
        starts_on=dt.date(year, 9, 1),
        ends_on=dt.date(year + 1, 8, 31),
        state=Roadmap.State.APPROVED,
        columns=[],
    )


def _activities(roadmaps: list[Roadmap], sections: list[RoadmapSection]) -> Iterator[Activity]:
    for place, roadmap in enumerate(roadmaps):
        own = sections[place * SECTIONS : (place + 1) * SECTIONS]
        for position in range(ROWS):
            yield Activity(
                roadmap=roadmap,
                section=own[position * SECTIONS // ROWS],
                position=position + 1,
                number=f"{position + 1}.",
                title=f"Проведение семинара-практикума для учителей по теме {position + 1}",
                deadline="В течение учебного года",
                means={"kind": "continuous"},
                expected="Аналитическая справка, рассмотренная на педагогическом совете",
            )


def _occurrences(activity: Activity, chance: random.Random) -> Iterator[Occurrence]:
    place, times = activity.position, 1
    for count, rows in TIMES.items():
        times, place = count, place - rows
        if place <= 0:
            break
    first = activity.roadmap.starts_on
    for time in range(times):
        begin = first + dt.timedelta(days=time * 330 // times + chance.randint(0, 9))
        yield Occurrence(
            activity=activity,
            label=f"{time + 1}-й раз",
            starts_on=begin,
            due_on=begin + dt.timedelta(days=330 // times - 10),
            status=chance.choice((Status.NOT_STARTED, Status.IN_WORK, Status.DONE, Status.DONE)),
        )

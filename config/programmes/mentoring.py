"""Pairings of teachers and published practices of the years of a programme, from which its indicators are counted."""

import datetime as dt

from config.programmes.fixtures import Fixtures
from mentoring.kinds import Kind
from mentoring.models import Pairing, Practice, Teacher
from mentoring.services.pairings import Facts, PairingTold, make_pairing
from mentoring.sharing import PracticeState
from schools.models import Municipality


def load_mentoring(municipality: Municipality, fixtures: Fixtures) -> int:
    """How many pairings and practices; where they have been loaded before, they are left as people have made them
    since."""
    source = fixtures.source_text("наставничество")
    if not fixtures.has("mentoring") or Pairing.objects.filter(municipality=municipality, source=source).exists():
        return 0
    told = fixtures.read("mentoring")
    schools = {school.code: school for school in municipality.schools.all()}
    teachers: dict[str, Teacher] = {}
    for row in told["teachers"]:
        fields = {name: row[name] for name in ("name", "position", "subjects")}
        teachers[row["key"]] = Teacher.objects.create(school=schools[row["school"]], **fields)
    for row in told["pairings"]:
        helped = teachers[row["teacher"]]
        facts = Facts(dt.date.fromisoformat(row["from"]), dt.date.fromisoformat(row["to"]), aims=told["aims"])
        pair = PairingTold(
            Kind.TEACHER_TEACHER, helped.school, facts, helping_teacher=teachers[row["helper"]], teacher=helped,
            source=source,
        )  # fmt: skip
        make_pairing(told=pair)
    for row in told["practices"]:
        Practice.objects.create(
            municipality=municipality,
            school=schools[row["school"]],
            teacher=teachers.get(row.get("teacher", "")),
            title=row["title"],
            text=row["text"],
            state=PracticeState.PUBLISHED,
            published_on=dt.date.fromisoformat(row["published_on"]),
        )
    return len(told["pairings"]) + len(told["practices"])

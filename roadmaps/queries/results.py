"""What an expertise of results is about: the indicators of the programme, where they were, are and should be.

An expert belongs to no school and may look into none, so the values are those that anybody may see who knows the whole
municipality: numbers about few pupils are left out.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from accounts.access import Role
from accounts.models import ApiKey
from indicators.models import Indicator, Target
from indicators.queries.values import SchoolLine, ValueLine, school_lines, value_lines
from roadmaps.models import Programme
from schools.periods import school_year_of


@dataclass(frozen=True)
class ResultShown:
    """An indicator of the programme: its value before and now, in the unit of the indicator, and the plan."""

    indicator: Indicator
    before: Decimal | None
    before_period: str
    value: Decimal | None
    period: str
    target: Target | None
    reading: str
    hidden: str  # why the numbers are not shown; else empty


def results_of(programme: Programme, today: dt.date) -> list[ResultShown]:
    """Of each indicator the latest of the running school year and the one before. Those that the programme's tasks name
    are all in it, so that it is seen what is missing; where these name none, those of the municipal programme that have
    data."""
    year = school_year_of(today)
    before = {line.indicator.pk: line for line in _lines(programme, year - 1)}
    latest = [line if _has_data(line) else before.get(line.indicator.pk, line) for line in _lines(programme, year)]
    named = set(Indicator.objects.filter(programme_tasks__programme=programme).values_list("pk", flat=True))
    if named:
        return [_shown(line) for line in latest if line.indicator.pk in named]
    of_programme = (line for line in latest if line.indicator.role == Indicator.Role.PROGRAMME)
    return [_shown(line) for line in of_programme if _has_data(line)]


def _lines(programme: Programme, school_year: int) -> Iterable[SchoolLine | ValueLine]:
    reader = ApiKey(role=Role.VIEWER, municipality=programme.municipality)
    if programme.school is not None:
        return school_lines(user=reader, school=programme.school, school_year=school_year)
    return value_lines(user=reader, municipality=programme.municipality, school_year=school_year)


def _has_data(line: SchoolLine | ValueLine) -> bool:
    return line.value is not None or (isinstance(line, SchoolLine) and line.is_hidden)


def _shown(line: SchoolLine | ValueLine) -> ResultShown:
    if isinstance(line, SchoolLine):
        hidden = line.hidden_in_words if line.is_hidden else ""
        return ResultShown(
            line.indicator, line.before, line.change_from, line.value, line.period, line.target, line.reading, hidden
        )
    value = line.value.value if line.value else None
    return ResultShown(
        line.indicator, line.before, line.before_period, value, line.period, line.target, line.reading, ""
    )

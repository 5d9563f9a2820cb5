"""A plan carried into other years: what its deadlines become, before anything is written."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from roadmaps.plans.calendar_words import month_end
from roadmaps.plans.deadlines import Deadline, Kind, moved, moved_text, outside, read_deadline
from roadmaps.plans.rows import Plan, PlanRow

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class CarriedRow:
    """A row of the new plan, the deadline it had, and what the new one means."""

    row: PlanRow
    was: str
    means: Deadline
    is_outside: bool  # no day of it lies within the new term
    names_year: bool  # elsewhere than in its deadline, where only a person knows what is meant


@dataclass(frozen=True)
class Term:
    starts_on: dt.date
    ends_on: dt.date

    def read(self, row: PlanRow) -> Deadline:
        return read_deadline(row.deadline, starts_on=self.starts_on, ends_on=self.ends_on, title=row.title)


def years_between(before: dt.date, after: dt.date) -> int:
    return after.year - before.year


def following_term(starts_on: dt.date, ends_on: dt.date) -> Term:
    """The same days a year later; where the plan lasts longer than a year, from the day after it, as many years."""
    if _later(starts_on, 1) > ends_on:
        return Term(_later(starts_on, 1), _later(ends_on, 1))
    first = ends_on + dt.timedelta(days=1)
    return Term(first, _later(ends_on, years_between(starts_on, first)))


def _later(day: dt.date, years: int) -> dt.date:
    """The last day of February is that in every year."""
    end = month_end(day.year + years, day.month)
    return end if day == month_end(day.year, day.month) else end.replace(day=min(day.day, end.day))


def years_in_words(starts_on: dt.date, ends_on: dt.date) -> str:
    """«2023 год», «2022–2023 годы»."""
    if starts_on.year == ends_on.year:
        return f"{starts_on.year} год"
    return f"{starts_on.year}–{ends_on.year} годы"


def carried_plan(plan: Plan, years: int) -> Plan:
    """The same rows, with the years in the deadlines and in the titles of the plan and its sections so much later."""
    sections = tuple(
        replace(
            section,
            title=moved_text(section.title, years),
            rows=tuple(replace(row, deadline=moved_text(row.deadline, years)) for row in section.rows),
        )
        for section in plan.sections
    )
    return replace(plan, title=moved_text(plan.title, years), sections=sections)


def carried_rows(
    before: Sequence[PlanRow], after: Sequence[PlanRow], means: Sequence[Deadline | None], *, years: int, term: Term
) -> list[CarriedRow]:
    """Row by row; `means` are what people had said that the old deadlines mean, None where the portal understood."""
    found = []
    for old, new, said in zip(before, after, means, strict=True):
        meant = term.read(new) if said is None else _moved(said, years, new.deadline)
        is_outside = outside(meant, starts_on=term.starts_on, ends_on=term.ends_on)
        texts = (new.title, new.expected, *new.planned)
        found.append(CarriedRow(new, old.deadline, meant, is_outside, any(_YEAR.search(text) for text in texts)))
    return found


def _moved(said: Deadline, years: int, words: str) -> Deadline:
    """What would lie where no plan does is left to a person."""
    try:
        return moved(said, years)
    except ValueError:
        return Deadline(Kind.UNCLEAR, named=(words,))

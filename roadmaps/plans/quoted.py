"""Planned values that a document has only as words of its expected result: «Охвачено 100 % школ»."""

import re

from roadmaps.plans.rows import Plan, PlanRow
from roadmaps.plans.texts import clean, join_planned, split_planned

_SHARE = re.compile(r"\d\s*(?:%|процент)", re.IGNORECASE)


def are_quoted(plan: Plan) -> bool:
    """Whether the expected results say all planned values, so that a column of their own would only repeat them."""
    if any(field == "planned" for field, _ in plan.columns) or not any(row.planned for row in plan.rows):
        return False
    return all(quotes_of(row) is not None for row in plan.rows)


def quotes_of(row: PlanRow) -> tuple[tuple[int, int], ...] | None:
    """From where to where each planned value stands in the printed result: in their order, apart from each other. None
    where one does not."""
    if split_planned(join_planned(row.planned)) != row.planned:
        return None
    text, places, after = clean(row.expected), [], 0
    for value in row.planned:
        found = re.compile(r"\s".join(map(re.escape, value.split()))).search(text, after)
        if found is None:
            return None
        places.append(found.span())
        after = found.end() + 1  # what touches would be read as one value
    return tuple(places)


def has_unmarked_share(row: PlanRow) -> bool:
    """Whether the expected result names a share that may well be a planned value, and none is known."""
    return not row.planned and bool(_SHARE.search(row.expected))

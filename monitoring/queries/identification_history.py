"""How schools went through the lists of the years, and the same as a flow."""

from dataclasses import dataclass
from typing import Any

from indicators.charts import Chart, FlowColumn, flows_chart
from monitoring.identification.groups import Group
from schools.list_changes import Mark, YearOfSchool
from schools.models import Category, Municipality
from schools.periods import school_year_label
from schools.queries.identification import History, SchoolHistory, history_of

OUTSIDE = "нет в списке"
FEW = 2  # a flow of one school is told by its row
STATES = 8  # more, and nobody could follow the bands
GROUPS = "groups"
VIEWS = {  # what may be looked at: a category, or the groups, of which a school is in one at a time
    Category.LOW_RESULTS.value: (Category.LOW_RESULTS.label, (Category.LOW_RESULTS,)),
    Category.DIFFICULT_CONDITIONS.value: (Category.DIFFICULT_CONDITIONS.label, (Category.DIFFICULT_CONDITIONS,)),
    GROUPS: ("группы по результатам и условиям", tuple(Category(group.value) for group in Group)),
    "all": ("все категории вместе", tuple(Category)),
}


@dataclass(frozen=True)
class HistoryRow:
    school: SchoolHistory
    cells: tuple[YearOfSchool | None, ...]  # by year of the history


@dataclass(frozen=True)
class HistoryPage:
    history: History
    rows: tuple[HistoryRow, ...]
    chart: Chart | None

    @property
    def latest(self) -> dict[str, int]:
        """How many entered, stayed, left or cannot be compared in the latest year."""
        if not self.history.years:
            return {}
        marks = [row.cells[-1].mark for row in self.rows if row.cells[-1]]
        return {mark.value: marks.count(mark) for mark in Mark}


def history_page(*, user: Any, municipality: Municipality, view: str) -> HistoryPage:
    """`view` is a key of `VIEWS`."""
    about, categories = VIEWS[view]
    history = history_of(user=user, municipality=municipality, categories=categories)
    rows = tuple(
        HistoryRow(school, tuple(school.by_year.get(year) for year in history.years)) for school in history.schools
    )
    return HistoryPage(history, rows, _chart(history, about))


def _chart(history: History, about: str) -> Chart | None:
    """Of schools that were ever in a list: all the others would only make their blocks small."""
    if len(history.years) < FEW or len(history.schools) < FEW:
        return None
    columns = [
        FlowColumn(
            school_year_label(year),
            {one.school.pk: _state(one.by_year.get(year)) for one in history.schools},
        )
        for year in history.years
    ]
    if len({state for column in columns for state in column.states.values()}) > STATES:
        return None
    return flows_chart(title=f"Переходы школ между годами: {about}", columns=columns, outside=OUTSIDE)


def _state(year: YearOfSchool | None) -> str:
    return " + ".join(category.label for category in year.categories) if year and year.categories else OUTSIDE

"""A plan as a table: what a document, a spreadsheet, a template or the database gives, in the order of the document."""

from dataclasses import dataclass

# What a cell and a name of one who answers may hold: as much as the form of a row takes.
LONGEST_TEXT, LONGEST_NAME = 5000, 300


@dataclass(frozen=True)
class PlanRow:
    """One мероприятие in the words of the document; what is not printed is empty."""

    title: str
    number: str = ""  # as printed: «1.1», «3.6.», «18.»
    responsible: tuple[str, ...] = ()  # organisations or positions, never names of people
    participants: str = ""
    deadline: str = ""  # as written: «постоянно, с сентября 2021»
    expected: str = ""  # the expected result
    planned: tuple[str, ...] = ()  # planned values, each in its own words: «100 % руководителей»


@dataclass(frozen=True)
class PlanSection:
    """A module or heading with its rows. A heading of several headings has none of its own and a lower level."""

    title: str
    number: str = ""
    level: int = 1  # 2 is under the last section of level 1
    rows: tuple[PlanRow, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All of it; `columns` are the headers as the document has them, by the names of `PlanRow`'s fields; `section` is a
    column that names the modules beside their rows."""

    title: str
    sections: tuple[PlanSection, ...]
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> tuple[PlanRow, ...]:
        return tuple(row for section in self.sections for row in section.rows)

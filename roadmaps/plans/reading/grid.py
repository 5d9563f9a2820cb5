"""What a file gives before anybody knows what its columns mean, and what comes of it: cells, a plan, problems."""

from dataclasses import dataclass

from roadmaps.plans.rows import Plan

ERROR = "error"  # the plan cannot be taken in as it is
WARNING = "warning"  # worth a look in the preview

MOST_ROWS = 5000  # the longest plan of a city has some three hundred
MOST_COLUMNS = 60


@dataclass(frozen=True)
class PlanProblem:
    """`place` is «таблица 1, строка 7» or «Лист1, B7»; it is empty when the problem is of the whole file."""

    severity: str
    place: str
    message: str


@dataclass(frozen=True)
class ReadPlan:
    """`source` is the table or sheet that was taken, `others` those that could be taken instead."""

    plan: Plan | None
    problems: tuple[PlanProblem, ...] = ()
    source: str = ""
    others: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether there is a plan, and nothing that stops it."""
        return self.plan is not None and all(problem.severity != ERROR for problem in self.problems)


class Unreadable(Exception):
    """The file cannot be read; the text goes to the person."""


@dataclass(frozen=True)
class Look:
    """How a text is dressed: headings of one level look alike."""

    is_bold: bool = False
    is_italic: bool = False
    alignment: str = ""
    fill: str = ""
    indent: int = 0

    @property
    def stands_out(self) -> bool:
        return self.is_bold or self.alignment == "center" or bool(self.fill)


PLAIN = Look()


@dataclass(frozen=True)
class Cell:
    """A cell from `column` (counted from 0) over `columns` columns. One merged with that above has its text and is
    `down`."""

    text: str
    column: int
    columns: int = 1
    down: bool = False
    kind: str = "text"  # a number and a date of a workbook are dressed by its format
    style: str = ""
    outline: int = 0  # of a heading in Word: 1 is the highest
    look: Look = PLAIN
    quotes: tuple[str, ...] = ()  # words in it that are marked as planned values

    @property
    def end(self) -> int:
        return self.column + self.columns


@dataclass(frozen=True)
class Line:
    """A row of a table; `named` says how its cells are called: «Лист1, {column}7»."""

    place: str
    cells: tuple[Cell, ...]
    named: str = ""

    @property
    def own(self) -> list[Cell]:
        """The cells that say something here and not only continue what stands above."""
        return [cell for cell in self.cells if cell.text and not cell.down]

    def place_of(self, cell: Cell | None) -> str:
        return self.named.format(column=letters(cell.column)) if self.named and cell is not None else self.place


@dataclass(frozen=True)
class Above:
    """A paragraph before a table."""

    text: str
    outline: int = 0
    style: str = ""
    look: Look = PLAIN


@dataclass
class Grid:
    """A table of a document or a sheet of a workbook."""

    name: str
    lines: list[Line]
    above: list[Above] | None = None  # since the table before, empty paragraphs too; None for a sheet

    @property
    def width(self) -> int:
        return max((cell.end for line in self.lines for cell in line.cells), default=0)


def letters(column: int) -> str:
    """0 → A, 26 → AA, as workbooks name their columns."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name

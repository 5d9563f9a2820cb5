"""Finds the header of a plan: which columns of a table are which, over one row or several."""

from dataclasses import dataclass

from roadmaps.plans.columns import HEADS, LONGEST_HEAD, field_of
from roadmaps.plans.reading.grid import Cell, Grid, Line
from roadmaps.plans.texts import is_number, one_line

SEARCHED = 40  # lines from the top
DEEPEST = 3
LEAST = 2  # recognised columns, the title among them, that of sections not


@dataclass(frozen=True)
class Head:
    """A column of the plan: over columns `first` to `end` of the table; `part` is what a second row says below it."""

    field: str | None
    text: str
    first: int
    end: int
    part: str = ""


@dataclass(frozen=True)
class Header:
    heads: tuple[Head, ...]
    start: int  # its first line
    end: int  # the line after it

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(head.field for head in self.heads if head.field))

    @property
    def named(self) -> list[tuple[str | None, str, str]]:
        """What it says, wherever its columns are cut: by this it is known when it is repeated."""
        return [(head.field, head.text, head.part) for head in self.heads]

    def has(self, field: str) -> bool:
        return any(head.field == field for head in self.heads)

    def head_of(self, cell: Cell) -> Head | None:
        """The column that a cell stands in: rows of one table may be cut at slightly different places."""
        best = max(self.heads, key=lambda head: (_shared(head, cell), head.field == "title"))
        return best if _shared(best, cell) > 0 else None

    def within(self, cell: Cell) -> list[Head]:
        """The columns that a cell lies over from edge to edge."""
        return [head for head in self.heads if cell.column <= head.first and head.end <= cell.end]

    def covered(self, cell: Cell) -> list[Head]:
        return [head for head in self.heads if _shared(head, cell) > 0]


def find_header(grid: Grid) -> Header | None:
    for start in range(min(SEARCHED, len(grid.lines))):
        header = header_at(grid, start)
        if header is not None:
            return header
    return None


def header_at(grid: Grid, start: int) -> Header | None:
    """The header that begins with this line, as deep as it goes; None when there is none."""
    first = grid.lines[start]
    if len({cell.column for cell in first.own}) < LEAST or any(len(cell.text) > LONGEST_HEAD for cell in first.own):
        return None
    end = start + 1
    while end < len(grid.lines) and end - start < DEEPEST and _goes_on(first, grid.lines[end]):
        end += 1
    heads = _heads(grid.lines[start:end])
    heads = _with_numbers(heads, grid.lines[end:])
    fields = {head.field for head in heads if head.field}
    return Header(heads, start, end) if "title" in fields and len(fields - {"section"}) >= LEAST else None


def _goes_on(first: Line, line: Line) -> bool:
    """A second row of a header: some heads of the first are merged down into it, and it parts the others; or, where
    nothing is merged, it only says something under a head that is merged across."""
    own = line.own
    if any(len(cell.text) > LONGEST_HEAD for cell in own):
        return False
    if any(cell.down and cell.text for cell in line.cells):
        return True
    wide = [cell for cell in first.own if cell.columns > 1]
    return bool(own and wide) and all(
        any(over.column <= cell.column and cell.end <= over.end for over in wide) for cell in own
    )


def _heads(lines: list[Line]) -> tuple[Head, ...]:
    """Each cell of the first row, parted where the rows below part it; the same field only once, unless parted."""
    heads: list[Head] = []
    taken: set[str] = set()
    for cell in lines[0].own:
        parts = [
            (part.column, part.end, one_line(part.text))
            for line in lines[1:2]
            for part in line.own
            if cell.column <= part.column < cell.end
        ]
        field = field_of(cell.text)
        if field in taken and field == "expected" and "planned" not in taken:
            field = "planned"
        elif field in taken:
            field = None
        taken |= {field} if field else set()
        text = one_line(cell.text)
        heads += [Head(field, text, *place) for place in parts] or [Head(field, text, cell.column, cell.end)]
    return _with_title(tuple(heads))


def _with_numbers(heads: tuple[Head, ...], lines: list[Line]) -> tuple[Head, ...]:
    """A first column without a header is that of numbers when it has mostly numbers."""
    first = min(head.first for head in heads)
    cells = [cell for line in lines for cell in line.own if cell.end <= first]
    if first == 0 or not cells or any(head.field == "number" for head in heads):
        return heads
    if sum(is_number(cell.text) for cell in cells) * 2 < len(cells):
        return heads
    return (Head("number", HEADS["number"], 0, first), *heads)


def _with_title(heads: tuple[Head, ...]) -> tuple[Head, ...]:
    """«№ | Направление деятельности | Срок»: a column that would be of sections is the title where no other is."""
    fields = [head.field for head in heads]
    if "title" in fields or fields.count("section") != 1:
        return heads
    if not {"deadline", "responsible"} & set(fields):
        return heads
    return tuple(
        Head("title", head.text, head.first, head.end, head.part) if head.field == "section" else head for head in heads
    )


def _shared(head: Head, cell: Cell) -> int:
    return min(head.end, cell.end) - max(head.first, cell.column)

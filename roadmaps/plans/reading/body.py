"""Reads the lines under a header: headings of sections, rows, what continues the row above."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from roadmaps.plans.columns import QUOTED
from roadmaps.plans.reading.grid import ERROR, WARNING, Cell, Grid, Line, PlanProblem
from roadmaps.plans.reading.header import Head, Header, header_at
from roadmaps.plans.reading.levels import Heading
from roadmaps.plans.rows import LONGEST_NAME, LONGEST_TEXT, PlanRow
from roadmaps.plans.styles import ROW, SECTION, SUBSECTION
from roadmaps.plans.texts import (
    depth,
    is_number,
    join_planned,
    one_line,
    persons,
    split_number,
    split_planned,
    split_responsible,
)

USUALLY = 0.6  # of the rows have a deadline or a responsible: one with neither is a heading
_SECTION_WORD = re.compile(r"(?:раздел|модуль|направление|блок|этап)\b|\d\s*этап\b|[IVX]+\.", re.IGNORECASE)
_BEGIN, _FINISH = re.compile(r"нача|с$|от$", re.IGNORECASE), re.compile(r"оконч|конец|заверш|по$|до$", re.IGNORECASE)
_MARKS = {"+", "х", "x", "v", "✓", "*", "да"}


@dataclass
class Draft:
    """A section while its rows are read; without a heading: rows before the first one."""

    heading: Heading | None
    rows: list[PlanRow] = field(default_factory=list)

    def heading_now(self) -> Heading:
        assert self.heading is not None
        return replace(self.heading, has_rows=bool(self.rows))


class Body:
    def __init__(self, header: Header) -> None:
        self.header = header
        self.drafts = [Draft(None)]
        self.problems: list[PlanProblem] = []
        own = [head for head in header.heads if head.field and head.text != QUOTED]
        self.columns = tuple({head.field: (head.field, head.text) for head in own if head.field}.values())
        self._lost: dict[str, str] = {}  # columns that are not taken, with the place of the first words in them
        self._numbers: dict[str, str] = {}

    @property
    def rows(self) -> list[PlanRow]:
        return [row for draft in self.drafts for row in draft.rows]

    def add(self, grid: Grid, header: Header | None, section: str) -> None:
        """The lines of one table; `header` is its own, None where it goes on without one."""
        if header is not None:
            self.header = header
        lines = self._lines(grid, header.end if header is not None else 0)
        prefixes = {number[: number.index(".")] for number in self._all_numbers(lines) if depth(number) > 1}
        usual = self._usual(lines)
        if section and not (lines and self._heading(lines[0], prefixes, usual)):
            self._begin(Heading(*split_number(section), place=grid.name))
        for line in lines:
            heading = self._heading(line, prefixes, usual)
            if heading is not None:
                self._begin(heading)
            else:
                self._add_row(line)
        for head, place in self._lost.items():
            which = f"Столбец «{head}» не относится к плану" if head else "У столбца нет заголовка"
            message = f"{which}, его содержание не перенесено. Если оно нужно, подпишите столбец иначе."
            self.problems.append(PlanProblem(WARNING, place, message))
        self._lost = {}

    def _lines(self, grid: Grid, start: int) -> list[Line]:
        """Those that say something: no empty ones, no repeated header, no row of the columns' numbers."""
        kept, place = [], start
        while place < len(grid.lines):
            line = grid.lines[place]
            again = header_at(grid, place) if line.own else None
            if again is not None and again.named == self.header.named:
                place = start = again.end
                continue
            if line.own and not (place == start and _only_counts(line)):
                kept.append(line)
            place += 1
        return kept

    # Headings

    def _heading(self, line: Line, prefixes: set[str], usual: bool) -> Heading | None:
        own = line.own
        styled = next((cell for cell in own if cell.style in (SECTION, SUBSECTION)), None)
        numbers = [cell for cell in own if self._is_in(cell, "number") and is_number(cell.text)]
        rest = [cell for cell in own if cell not in numbers]
        if styled is None and len(rest) != 1:
            return None
        cell = styled or rest[0]
        number = _number(numbers[0]) if numbers and cell not in numbers else ""
        if styled is None and not self._is_heading(line, cell, number, prefixes, usual):
            return None
        is_whole = styled is None or len(self.header.covered(cell)) == len(self.header.heads)
        before, title = (number, one_line(cell.text)) if number or not is_whole else self._parted(cell)
        return Heading(before, title, cell.style, cell.outline, cell.look, place=line.place_of(cell))

    def _is_heading(self, line: Line, cell: Cell, number: str, prefixes: set[str], usual: bool) -> bool:
        heads = self.header.covered(cell)
        if len(heads) == 1 and (cell.style == ROW or heads[0].field == "section"):
            return False
        if any(over.down and over.text and not self._is_in(over, "section") for over in line.cells):
            return False  # what is merged down from above belongs to this row
        if len(heads) > 1 or self._is_in(cell, "number"):
            return True
        if not self._is_in(cell, "title"):
            return False
        if number:
            return depth(number) == 1 and number.rstrip(".)") in prefixes
        if cell.look.stands_out or cell.outline or _SECTION_WORD.match(cell.text):
            return True
        if usual:
            message = "Строка без срока и ответственных прочитана как заголовок раздела. Проверьте."
            problem = PlanProblem(WARNING, line.place_of(cell), message)
            self.problems += [] if problem in self.problems else [problem]
        return usual

    def _parted(self, cell: Cell) -> tuple[str, str]:
        return split_number(one_line(cell.text))

    def _usual(self, lines: list[Line]) -> bool:
        rows = [line for line in lines if len(line.own) > 1]
        said = [
            line
            for line in rows
            if any(self._is_in(cell, "deadline") or self._is_in(cell, "responsible") for cell in line.own)
        ]
        is_ours = any(cell.style == ROW for line in lines for cell in line.own)
        return len(said) > 2 and len(said) >= USUALLY * len(rows) and not is_ours

    def _all_numbers(self, lines: list[Line]) -> list[str]:
        return [
            cell.text for line in lines for cell in line.own if self._is_in(cell, "number") and is_number(cell.text)
        ]

    def _is_in(self, cell: Cell, field_name: str) -> bool:
        head = self.header.head_of(cell)
        return head is not None and head.field == field_name

    def _begin(self, heading: Heading) -> None:
        self.drafts.append(Draft(heading))

    # Rows

    def _add_row(self, line: Line) -> None:
        texts = self._texts(line)
        self._take_module(line)
        if not any(text for name, text in texts.items() if name != "section"):
            return
        fresh = {name for cell in line.own if (head := self.header.head_of(cell)) for name in [head.field]}
        fresh |= {"planned"} if "expected" in fresh else set()  # marked in its words
        rows = self.drafts[-1].rows
        if texts.get("title") and "title" not in fresh and rows and "number" not in fresh:
            rows[-1] = _prolonged(rows[-1], {name: text for name, text in texts.items() if name in fresh}, "\n")
        elif not texts.get("title"):
            self._continue(line, {name: text for name, text in texts.items() if name in fresh})
        else:
            rows.append(self._row(line, texts))

    def _take_module(self, line: Line) -> None:
        """A column of modules begins a section wherever it says something else than above."""
        cell = next((cell for cell in line.own if self._is_in(cell, "section")), None)
        if cell is None:
            return
        heading = Heading(*self._parted(cell), style=SECTION, place=line.place_of(cell))
        now = self.drafts[-1].heading
        is_repeated = now is not None and (now.number, now.title) == (heading.number, heading.title)
        if not is_repeated:
            self._begin(heading)

    def _continue(self, line: Line, texts: dict[str, str]) -> None:
        """A row without its мероприятие is the end of the one above, cut by the edge of a page."""
        number = texts.pop("number", "")
        texts.pop("section", None)
        draft = next((draft for draft in reversed(self.drafts) if draft.rows), None)
        said = "; ".join(one_line(text) for text in texts.values())[:200]
        if number or draft is None or not texts:
            message = f"В строке нет мероприятия («{said or number}»). Впишите его или удалите строку."
            self.problems.append(PlanProblem(ERROR, line.place, message))
            return
        draft.rows[-1] = _prolonged(draft.rows[-1], texts, " ")
        message = f"Строка без мероприятия прочитана как продолжение предыдущей: «{said}». Проверьте."
        self.problems.append(PlanProblem(WARNING, line.place, message))

    def _texts(self, line: Line) -> dict[str, str]:
        """The words of a row by its fields; cells of parted columns are put together."""
        found: dict[str, list[tuple[Head, Cell]]] = {}
        for cell in line.cells:
            head = self.header.head_of(cell)
            if not cell.text:
                continue
            self._warn_of_merged(line, cell)
            if len(cell.text) > LONGEST_TEXT:
                message = f"В ячейке больше {LONGEST_TEXT} знаков. Сократите текст."
                self.problems.append(PlanProblem(ERROR, line.place_of(cell), message))
            elif head is None or head.field is None:
                if not cell.down:
                    self._lost.setdefault(head.text if head else "", line.place_of(cell))
            else:
                found.setdefault(head.field, []).append((head, cell))
        title = found.get("title", [])
        if len(title) > 1 and not self.header.has("number") and is_number(title[0][1].text):
            found["number"] = [title.pop(0)]  # one header over numbers and titles
        texts = {name: _together(cells) for name, cells in found.items()}
        marked = [quote for _, cell in found.get("expected", []) for quote in cell.quotes]
        if marked:
            others = [value for value in split_planned(texts.get("planned", "")) if value not in marked]
            texts["planned"] = join_planned((*marked, *others))
        return texts

    def _warn_of_merged(self, line: Line, cell: Cell) -> None:
        """A cell over several columns is read as of one of them, which nobody may have meant."""
        heads = {head.field: head.text for head in self.header.within(cell) if head.field}
        taken = self.header.head_of(cell)
        if len(heads) > 1 and taken is not None and not cell.down:
            columns = ", ".join(f"«{text}»" for text in heads.values())
            message = (
                f"Ячейка объединена через столбцы {columns}: весь её текст отнесён к столбцу «{taken.text}». "
                "Если это не так, разделите ячейки и загрузите файл снова."
            )
            self.problems.append(PlanProblem(WARNING, line.place_of(cell), message))

    def _row(self, line: Line, texts: dict[str, str]) -> PlanRow:
        number_cell = next((cell for cell in line.cells if self._is_in(cell, "number")), None)
        number = self._row_number(line, number_cell) if number_cell else one_line(texts.get("number", ""))
        responsible = split_responsible(texts.get("responsible", ""))
        names = [name for item in responsible for name in persons(item)]
        if names:
            message = f"В ответственных — имена людей ({', '.join(names)}). Замените их должностью или организацией."
            self.problems.append(PlanProblem(WARNING, line.place, message))
        if any(len(item) > LONGEST_NAME for item in responsible):
            message = (
                f"Ответственный записан длиннее {LONGEST_NAME} знаков. Сократите его или разделите точкой с запятой."
            )
            self.problems.append(PlanProblem(ERROR, line.place, message))
        for cell in line.own:
            if cell.kind == "error" and self.header.head_of(cell):
                message = f"Вместо значения в ячейке ошибка формулы ({cell.text}). Впишите значение."
                self.problems.append(PlanProblem(ERROR, line.place_of(cell), message))
        return PlanRow(
            title=texts["title"],
            number=number,
            responsible=responsible,
            participants=texts.get("participants", ""),
            deadline=texts.get("deadline", ""),
            expected=texts.get("expected", ""),
            planned=split_planned(texts.get("planned", "")),
        )

    def _row_number(self, line: Line, cell: Cell) -> str:
        """As printed; what Excel made of «1.1» and «3.10» is made good again, and said."""
        number = _number(cell)
        before = next((row.number for row in reversed(self.rows) if row.number), "")
        if cell.kind == "number" and number.endswith(".1") and before == f"{number[:-1]}9":
            number += "0"
        if cell.kind == "date" or (cell.kind == "number" and number != cell.text.replace(",", ".")):
            message = f"Excel записал номер как «{cell.text}», он прочитан как «{number}». Проверьте."
            self.problems.append(PlanProblem(WARNING, line.place_of(cell), message))
        if number and not cell.down:
            if number in self._numbers:
                message = f"Номер «{number}» уже стоит в другой строке ({self._numbers[number]}). Проверьте."
                self.problems.append(PlanProblem(WARNING, line.place_of(cell), message))
            self._numbers.setdefault(number, line.place)
        return number


def _only_counts(line: Line) -> bool:
    """«1 | 2 | 3 | 4» under the header."""
    texts = [cell.text for cell in line.own if cell.style != ROW]
    return len(texts) > 2 and texts == [str(number) for number in range(1, len(texts) + 1)]


def _number(cell: Cell) -> str:
    text = one_line(cell.text)
    if cell.kind == "date":
        day, month, *_ = text.split(".")
        return f"{int(day)}.{int(month)}"
    return text.replace(",", ".") if cell.kind == "number" else text


def _together(cells: list[tuple[Head, Cell]]) -> str:
    """«начало | окончание» → «a – b»; a mark in a column «I квартал» → the words over it; else line under line."""
    if len(cells) == 2 and _BEGIN.search(cells[0][0].part) and _FINISH.search(cells[1][0].part):
        return " – ".join(one_line(cell.text) for _, cell in cells)
    words = [head.part if head.part and cell.text.lower() in _MARKS else cell.text for head, cell in cells]
    return "\n".join(words)


def _prolonged(row: PlanRow, texts: dict[str, str], mark: str) -> PlanRow:
    changes: dict[str, Any] = {}  # fields of the row
    for name, text in texts.items():
        if name == "responsible":
            changes[name] = tuple(dict.fromkeys([*row.responsible, *split_responsible(text)]))
        elif name == "planned":
            changes[name] = (*row.planned, *split_planned(text))
        elif name in ("participants", "deadline", "expected"):
            changes[name] = mark.join(filter(None, [getattr(row, name), text]))
    return replace(row, **changes)

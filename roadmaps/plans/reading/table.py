"""Turns the tables of a file into a plan: which table it is, its sections, its rows, and what to look at again."""

from dataclasses import dataclass
from pathlib import PurePath

from roadmaps.plans.columns import QUOTED, heads_needed
from roadmaps.plans.reading.body import Body
from roadmaps.plans.reading.grid import ERROR, WARNING, Above, Grid, PlanProblem, ReadPlan
from roadmaps.plans.reading.header import Header, find_header
from roadmaps.plans.reading.levels import levels_of
from roadmaps.plans.reading.planned import problems_of_planned
from roadmaps.plans.rows import Plan, PlanSection
from roadmaps.plans.styles import TITLE
from roadmaps.plans.texts import one_line, split_number

LONGEST_TITLE = 400
NEAR = 6  # paragraphs over a table among which its heading is looked for
MOST_NAMED = 8  # tables and headers that a message names


@dataclass
class _Group:
    """Tables that are one plan: each with its header, None where it goes on without."""

    header: Header
    grids: list[tuple[Grid, Header | None]]

    @property
    def name(self) -> str:
        return self.grids[0][0].name


def plan_of(name: str, grids: list[Grid], wanted: str = "") -> ReadPlan:
    """The plan of the table that is wanted by its name, or else of the one with most recognised columns and rows."""
    headers = [(grid, header) for grid in grids if (header := find_header(grid)) is not None]
    if not headers:
        return ReadPlan(None, (PlanProblem(ERROR, "", _no_table(grids)),))
    groups = _continued(grids, headers)
    best = max(groups, key=lambda group: (len(group.header.fields), sum(len(grid.lines) for grid, _ in group.grids)))
    chosen = next((group for group in groups if group.name == wanted), best)
    others = tuple(group.name for group in groups if group is not chosen)
    (first, _), header = chosen.grids[0], chosen.header
    body = Body(header)
    for place, (grid, of_grid) in enumerate(chosen.grids):
        body.add(grid, of_grid, _between(grid) if place and of_grid is not None else "")
    sections = _sections(body)
    problems = list(body.problems)
    if others and not wanted:
        named = ", ".join(others[:MOST_NAMED])
        message = f"Взята эта таблица; столбцы плана есть и здесь: {named}. Нужна другая — оставьте в файле только её."
        problems.append(PlanProblem(WARNING, first.name, message))
    if not body.rows:
        problems.append(
            PlanProblem(ERROR, first.name, "Под заголовками столбцов нет ни одного мероприятия. Заполните таблицу.")
        )
    plan = Plan(_title(first, header) or PurePath(name).stem, sections, body.columns)
    is_repeated = any(head.text == QUOTED for head in header.heads)
    problems += problems_of_planned(plan, first.name, is_repeated=is_repeated)
    return ReadPlan(plan, tuple(problems), first.name, others)


def _continued(grids: list[Grid], headers: list[tuple[Grid, Header]]) -> list[_Group]:
    """Tables that are one: the next has the same header, or none, the same width and nothing printed between."""
    by_grid = {id(grid): header for grid, header in headers}
    groups: list[_Group] = []
    is_open = False  # the table before belongs to the last group
    for grid in grids:
        header = by_grid.get(id(grid))
        if header is not None:
            if groups and groups[-1].header.fields == header.fields and _goes_on(grid):
                groups[-1].grids.append((grid, header))
            else:
                groups.append(_Group(header, [(grid, header)]))
            is_open = True
        elif is_open and _is_rest(grid, groups[-1].grids[-1][0]):
            groups[-1].grids.append((grid, None))
        else:
            is_open = False
    return groups


def _goes_on(grid: Grid) -> bool:
    """Not a sheet of its own, nor under the title that we print over each plan."""
    return grid.above is not None and all(paragraph.style != TITLE for paragraph in grid.above)


def _is_rest(grid: Grid, before: Grid) -> bool:
    is_printed = any(paragraph.text for paragraph in grid.above or ())
    return grid.above is not None and not is_printed and grid.width == before.width


def _between(grid: Grid) -> str:
    """What is printed over a further table of the plan: the title of a section."""
    return one_line(" ".join(_last_block(grid.above or [])))


def _sections(body: Body) -> tuple[PlanSection, ...]:
    drafts = [draft for draft in body.drafts if draft.rows or draft.heading is not None]
    headings = [draft.heading_now() for draft in drafts if draft.heading is not None]
    levels, unsure = levels_of(headings)
    if unsure:
        message = (
            "Из документа не видно, входит ли этот раздел в предыдущий раздел без мероприятий или стоит наравне с ним; "
            "он прочитан как подраздел. Проверьте."
        )
        body.problems += [PlanProblem(WARNING, heading.place, message) for heading in unsure]
    by_heading = iter(levels)
    return tuple(
        PlanSection(
            draft.heading.title if draft.heading else "",
            draft.heading.number if draft.heading else "",
            next(by_heading) if draft.heading else 1,
            tuple(draft.rows),
        )
        for draft in drafts
    )


def _title(grid: Grid, header: Header) -> str:
    above = grid.above or []
    if not above:  # a sheet, or a document that begins with its table
        above = [Above(cell.text, style=cell.style) for line in grid.lines[: header.start] for cell in line.own]
    ours = [paragraph.text for paragraph in above if paragraph.style == TITLE]
    if ours:
        return one_line(ours[-1])
    title = one_line(" ".join(_last_block(above)))
    return split_number(title)[1]


def _last_block(above: list[Above]) -> list[str]:
    """The heading right over the table: of Word's headings the last; else the lines that stand out together («ПЛАН /
    основных мероприятий / …»), or the last paragraph, if it is no long one."""
    near = [paragraph for paragraph in above if paragraph.text][-NEAR:]
    headings = [paragraph.text for paragraph in near if paragraph.outline]
    if headings:
        return headings[-1:]
    while above and not above[-1].text:
        above = above[:-1]
    block: list[str] = []
    for paragraph in reversed(above):
        is_long = sum(map(len, block)) + len(paragraph.text) > LONGEST_TITLE
        if not paragraph.text or is_long or (block and not paragraph.look.stands_out):
            break
        block.insert(0, paragraph.text)
        if not paragraph.look.stands_out:
            break
    return block


def _no_table(grids: list[Grid]) -> str:
    if not any(line.own for grid in grids for line in grid.lines):
        return f"В файле нет ни одной таблицы. План читается из таблицы, у которой подписаны столбцы: {heads_needed()}."
    seen = []
    for grid in [grid for grid in grids if any(line.own for line in grid.lines)][:MOST_NAMED]:
        first = next(line for line in grid.lines if line.own)
        heads = ", ".join(f"«{one_line(cell.text)[:40]}»" for cell in first.own[:MOST_NAMED])
        seen.append(f"{grid.name} — {heads}")
    return (
        f"Таблица плана не найдена: нужна строка заголовков, а в ней {heads_needed()}. "
        f"В файле: {'; '.join(seen)}. Подпишите столбцы и загрузите файл снова."
    )

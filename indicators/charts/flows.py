"""How things went from one state to another over the years: columns of blocks with bands between them."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.charts.frame import ACCENT, BAD, INK, INK_2, INK_3, PAPER, Chart, ChartTable, Spec, base_spec
from schools.wording import SCHOOL_FORMS, counted, plural

WIDTH, HEIGHT, BLOCK = 540, 260, 12
GAP = 0.04  # between blocks of a column, as a share of its height
CURVE = 12  # points of a band's edge
COLOURS = (ACCENT, BAD, "#d98a1f", "#1c7047", "#6b4fa0", "#3c8d93", "#8a5a44")


@dataclass(frozen=True)
class FlowColumn:
    """One moment: in which state each thing was then."""

    label: str
    states: Mapping[int, str]  # by whatever names the things


def flows_chart(*, title: str, columns: Sequence[FlowColumn], outside: str = "", reading: str = "") -> Chart:
    """States keep one colour and one order in all columns; the count of each stands beside it as text.

    `outside` is the state of what is in none: it stands last and has no colour of its own.
    """
    order = _order(columns, outside)
    blocks = [_blocks(column, order) for column in columns]
    moves = [_moves(columns[at], columns[at + 1], order) for at in range(len(columns) - 1)]
    places = [at * WIDTH / max(1, len(columns) - 1) for at in range(len(columns))]
    colours = {state: COLOURS[at % len(COLOURS)] for at, state in enumerate(order)} | {outside: INK_3}
    values = [
        point
        for at, counts in enumerate(moves)
        for point in _bands(at, counts, order, blocks[at], blocks[at + 1], places[at] + BLOCK, places[at + 1])
    ]
    nodes = [
        {"state": state, "x": places[at], "x2": places[at] + BLOCK, "y": low, "y2": high, "colour": colours[state]}
        | {"text": f"{state}: {count}", "middle": (low + high) / 2}
        for at, column in enumerate(blocks)
        for state, (low, high, count) in column.items()
    ]
    for point in values:
        point["colour"] = colours[point["state"]]
    return Chart(
        title=title,
        reading=reading or _reading(columns, moves),
        spec=base_spec(WIDTH, HEIGHT, _layers(nodes, columns, places), values),
        table=ChartTable(
            header=("Период", "Было", "Стало", "Школ"),
            rows=tuple(
                (f"{columns[at].label} → {columns[at + 1].label}", before, after, str(count))
                for at, counts in enumerate(moves)
                for (before, after), count in counts.items()
            ),
        ),
    )


def _order(columns: Sequence[FlowColumn], outside: str) -> list[str]:
    """The commonest first."""
    seen = Counter(state for column in columns for state in column.states.values())
    return sorted(seen, key=lambda state: (state == outside, -seen[state], state))


def _blocks(column: FlowColumn, order: Sequence[str]) -> dict[str, tuple[float, float, int]]:
    """By state its lower and upper edge (0…1) and how many are in it."""
    counts = Counter(column.states.values())
    present = [state for state in order if counts[state]]
    room = 1 - GAP * (len(present) - 1)
    total, at, blocks = sum(counts.values()), 1.0, {}
    for state in present:
        height = room * counts[state] / total
        blocks[state] = (at - height, at, counts[state])
        at -= height + GAP
    return blocks


def _moves(before: FlowColumn, after: FlowColumn, order: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many went from which state to which; things that are in one column only have not gone anywhere."""
    counts = Counter((state, after.states[key]) for key, state in before.states.items() if key in after.states)
    return {
        move: counts[move] for move in sorted(counts, key=lambda move: (order.index(move[0]), order.index(move[1])))
    }


def _bands(
    column: int,
    counts: Mapping[tuple[str, str], int],
    order: Sequence[str],
    before: Mapping[str, tuple[float, float, int]],
    after: Mapping[str, tuple[float, float, int]],
    left: float,
    right: float,
) -> list[Spec]:
    """Points of the upper and lower edge of every band; bands leave a block in the order in which they arrive."""
    used: dict[tuple[str, str], float] = defaultdict(float)
    points: list[Spec] = []
    for (state, to), count in counts.items():
        start, end = before[state], after[to]
        start_height, end_height = (block[1] - block[0] for block in (start, end))
        start_top, end_top = start[1] - used["from", state], end[1] - used["to", to]
        start_size, end_size = start_height * count / start[2], end_height * count / end[2]
        used["from", state] += start_size
        used["to", to] += end_size
        for step in range(CURVE + 1):
            along = step / CURVE
            bend = (1 - math.cos(math.pi * along)) / 2
            top = start_top + (end_top - start_top) * bend
            bottom = start_top - start_size + (end_top - end_size - start_top + start_size) * bend
            x = left + (right - left) * along
            points.append({"band": f"{column} {state} {to}", "state": state, "x": x, "y": bottom, "y2": top})
    return points


def _layers(nodes: list[Spec], columns: Sequence[FlowColumn], places: Sequence[float]) -> list[Spec]:
    x: Spec = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, WIDTH]}}
    y: Spec = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}}
    colour: Spec = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    texts: list[Spec] = [
        {
            "data": {"values": nodes},
            "mark": {"type": "text", "align": "left", "dx": BLOCK + 6, "fontWeight": "bold"} | halo,
            "encoding": {"x": x, "y": y | {"field": "middle"}, "text": {"field": "text"}},
        }
        for halo in ({"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round", "color": PAPER}, {"color": INK})
    ]
    heads = [{"x": place, "text": column.label} for place, column in zip(places, columns, strict=True)]
    return [
        {
            "mark": {"type": "area", "opacity": 0.35},
            "encoding": {"x": x, "y": y, "y2": {"field": "y2"}, "detail": {"field": "band"}, "color": colour},
        },
        {
            "data": {"values": nodes},
            "mark": {"type": "rect"},
            "encoding": {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}, "color": colour},
        },
        *texts,
        {
            "data": {"values": heads},
            "mark": {"type": "text", "align": "left", "baseline": "bottom", "color": INK_2},
            "encoding": {"x": x, "y": {"value": -8}, "text": {"field": "text"}},
        },
    ]


def _reading(columns: Sequence[FlowColumn], moves: Sequence[Mapping[tuple[str, str], int]]) -> str:
    if not moves:
        return "Переходов пока нет: нужен список хотя бы за два года."
    moved = sum(count for (before, after), count in moves[-1].items() if before != after)
    stayed = sum(moves[-1].values()) - moved
    return (
        f"{columns[-2].label} → {columns[-1].label}: {plural(moved, 'сменила,сменили,сменили')} положение "
        f"{counted(moved, SCHOOL_FORMS)}, {plural(stayed, 'осталась,остались,остались')} в прежнем "
        f"{counted(stayed, SCHOOL_FORMS)}."
    )

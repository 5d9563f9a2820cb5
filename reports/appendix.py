"""What stands behind the sentences of the note: the table, the chart and the way the values were made. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal

from indicators.calculations.figures import FEW_PARTICIPANTS
from indicators.charts import Chart, TargetRow, targets_chart
from indicators.summaries import comparison_text
from reports.snapshots import AnalyticalNote, NoteIndicator
from reports.wording import accusative, during, in_note, whole_percent
from schools.periods import Period, PeriodKind
from schools.wording import NBSP, NO_DATA, change_in_unit, counted, listed, number, plan_in_unit

READINGS = {
    "reached": "план достигнут",
    "on_track": "по плану",
    "behind": "отстаёт от плана",
    "no_target": "план не задан",
    "no_data": "нет данных",
}
CHANGE_READINGS = {"better": "лучше", "worse": "хуже", "same": "без изменений", "not_significant": "не значимо"}


@dataclass(frozen=True)
class TableRow:
    number: int
    name: str
    plan: str
    value: str
    parts: str  # «3 из 4»
    change: str
    reading: str


@dataclass(frozen=True)
class MethodLine:
    """How some indicators were made; those made alike stand together."""

    places: str  # their numbers in the table, «3, 4»
    text: str


@dataclass(frozen=True)
class SchoolGrid:
    """Schools against the shares of schools: whether each meets the condition."""

    places: tuple[int, ...]  # numbers of the indicators in the table
    rows: tuple[tuple[str, tuple[str, ...]], ...]  # school, and a word for each indicator


def table_rows(note: AnalyticalNote) -> tuple[TableRow, ...]:
    return tuple(
        TableRow(
            number=place,
            name=row.short_name,
            plan=_plan(row),
            value=_value(row),
            parts=_parts(row),
            change=_change(row),
            reading=READINGS[row.reading],
        )
        for place, row in enumerate(note.indicators, 1)
    )


def _plan(row: NoteIndicator) -> str:
    return plan_in_unit(row.target, row.unit) + "*" * (row.target_is_demo and row.target is not None)


def _value(row: NoteIndicator) -> str:
    return in_note(row.value, row.unit) + "†" * (FEW_PARTICIPANTS in row.warnings)


def _parts(row: NoteIndicator) -> str:
    if row.numerator is None or row.denominator is None:
        return NO_DATA
    return f"{number(row.numerator, 2)} из {number(row.denominator, 2)}"


def _change(row: NoteIndicator) -> str:
    """With the year it looks back to, which is not always the last one."""
    if row.change is None:
        return NO_DATA
    reading = CHANGE_READINGS.get(row.change_reading)
    text = f"{change_in_unit(row.change, row.unit)} к {Period.parse(row.change_from).label}"
    return ", ".join(filter(None, (text, reading, comparison_text(row.warnings))))


def plan_chart(note: AnalyticalNote) -> Chart | None:
    """The indicators in per cent against their plans; None where there are none."""
    rows = [
        TargetRow(
            name=f"{place}. {row.short_name}",
            value=None if row.value is None else Decimal(row.value),
            target=None if row.target is None else Decimal(row.target),
            reading=READINGS[row.reading],
            is_behind=row.reading == "behind",
        )
        for place, row in enumerate(note.indicators, 1)
        if row.unit == "percent"
    ]
    if not rows:
        return None
    return targets_chart(
        title=f"Достижение показателей программы {during(note.period)}", rows=rows, write=whole_percent
    )


def footnotes(note: AnalyticalNote) -> tuple[str, ...]:
    """Only those that the table calls for."""
    texts = []
    if any(row.target_is_demo and row.target is not None for row in note.indicators):
        texts.append("* Плановое значение задано для демонстрации: в документе программы оно не приведено.")
    if any(FEW_PARTICIPANTS in row.warnings for row in note.indicators):
        texts.append("† Мало участников (менее 10): значение может заметно измениться из-за результата одного ученика.")
    if any(row.reading == "on_track" for row in note.indicators):
        texts.append(
            "«По плану»: на этот период план не задан, а значение не отстаёт от пути к следующему плановому значению."
        )
    return tuple(texts)


def method_lines(note: AnalyticalNote) -> tuple[MethodLine, ...]:
    alike: dict[str, list[int]] = {}
    for place, row in enumerate(note.indicators, 1):
        if text := " ".join(part for part in (_ended(row.method), _comparison(row), _excluded(row)) if part):
            alike.setdefault(text, []).append(place)
    return tuple(MethodLine(places=_spans(places), text=text) for text, places in alike.items())


def _comparison(row: NoteIndicator) -> str:
    """Names the year, and why it is not the last one."""
    if not row.compared_with:
        return ""
    gap = listed(accusative(code) for code in row.without_results)
    return f"Сравнение с {_with(row.compared_with)}" + (f", так как за {gap} результатов нет." if gap else ".")


def _with(code: str) -> str:
    known = Period.parse(code)
    if known.kind is PeriodKind.SCHOOL_YEAR:
        return f"{known.label} учебным годом"
    return f"{known.label} годом" if known.kind is PeriodKind.CALENDAR_YEAR else f"периодом «{known.label}»"


def _excluded(row: NoteIndicator) -> str:
    if not row.excluded:
        return ""
    return f"Исключено как необъективные: {counted(row.excluded, 'результат,результата,результатов')}."


def school_grid(note: AnalyticalNote) -> SchoolGrid | None:
    """Schools behind the shares of schools, by name: no rating."""
    shares = [(place, _words_by_school(row)) for place, row in enumerate(note.indicators, 1)]
    shares = [(place, words) for place, words in shares if words]
    names = sorted({name for _, words in shares for name in words}, key=_natural)
    if not names:
        return None
    return SchoolGrid(
        places=tuple(place for place, _ in shares),
        rows=tuple(
            (name.replace("№ ", f"№{NBSP}"), tuple(words.get(name, NO_DATA) for _, words in shares)) for name in names
        ),
    )


def _words_by_school(row: NoteIndicator) -> dict[str, str]:
    return (
        dict.fromkeys(row.schools_yes, "да")
        | dict.fromkeys(row.schools_no, "нет")
        | dict.fromkeys(row.schools_unknown, "н/д")
    )


def _natural(name: str) -> list[tuple[int, str]]:
    """«СОШ № 2» before «СОШ № 10»."""
    return [(int(part), "") if part.isdecimal() else (-1, part.lower()) for part in re.split(r"(\d+)", name)]


def _ended(text: str) -> str:
    """A sentence, however it was typed in."""
    text = text.strip()
    return text[0].upper() + text[1:] + "." * (text[-1] not in ".!?") if text else ""


def _spans(places: list[int]) -> str:
    """«2», «3, 4», «3–6, 9»."""
    spans: list[list[int]] = []
    for place in places:
        if spans and spans[-1][-1] == place - 1:
            spans[-1].append(place)
        else:
            spans.append([place])
    return ", ".join(
        f"{span[0]}–{span[-1]}" if len(span) > 2 else ", ".join(str(place) for place in span) for span in spans
    )

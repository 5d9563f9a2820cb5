"""The schools behind an indicator as a flat table of texts, for a file."""

from collections.abc import Iterator
from decimal import Decimal

from indicators.models import ChangeReading
from indicators.queries.indicator import IndicatorPage, SchoolRow
from indicators.queries.values import SchoolLine, ValueLine
from schools.wording import period

FEW = "мало участников"


def school_table(page: IndicatorPage) -> Iterator[list[str]]:
    """The head, a row for each visible school, and the municipality as a whole."""
    passport, supporting = page.passport, page.supporting
    head = ["Школа", "Код ОО"]
    if supporting:
        head += [f"{supporting.short_name}: сейчас", "Было", "Изменение", "Сравнение с"]
    yield [
        *head,
        passport.numerator,
        passport.denominator or "Знаменатель",
        f"Значение, {page.indicator.get_unit_display()}",
        "Интервал от",
        "Интервал до",
        "Изменение",
        "Сравнение с",
        "Чтение изменения",
        "Значимость",
        "Пометка",
    ]
    for row in page.schools:
        yield _row(row, with_supporting=bool(supporting))
    value = page.line.value
    if value:
        gap = ["", "", "", ""] if supporting else []
        yield [
            f"{page.indicator.municipality.name} в целом",
            "",
            *gap,
            plain(value.numerator),
            plain(value.denominator),
            plain(value.value),
            plain(value.low),
            plain(value.high),
            plain(value.change),
            period(value.change_from) if value.change_from else "",
            *_read(value.change, value.change_reading, has_interval=page.line.has_interval),
            _remarks(page.line),
        ]


def _row(row: SchoolRow, *, with_supporting: bool) -> list[str]:
    cells = [_safe(row.school.name), _safe(row.school.public_code)]
    if with_supporting:
        line = row.supporting
        cells += _numbers(line, line.value, line.before) if line else ["", ""]
        cells += _change(line) if line else ["", ""]
    line = row.line
    cells += _numbers(line, line.numerator, line.denominator, line.value, line.low, line.high)
    read = _read(line.change, line.change_reading, has_interval=line.has_interval)
    return [*cells, *_change(line), *read, _remarks(line)]


def _remarks(line: SchoolLine | ValueLine) -> str:
    return "; ".join(filter(None, (FEW if line.has_few else "", line.comparison)))


def _read(change: Decimal | None, reading: str, *, has_interval: bool) -> list[str]:
    """The direction in words with its verdict, and whether it is more than chance; without an interval nobody can
    tell."""
    if change is None or reading == ChangeReading.NO_DATA:
        return [ChangeReading(reading).label, ""]
    if reading == ChangeReading.NOT_SIGNIFICANT:
        return ["Рост" if change > 0 else "Снижение", "не значимо"]
    if reading == ChangeReading.SAME:
        return [ChangeReading(reading).label, ""]
    return [ChangeReading(reading).label, "значимо" if has_interval else "не оценивается"]


def _numbers(line: SchoolLine, *numbers: Decimal | None) -> list[str]:
    return [line.hidden_in_words if line.is_hidden else plain(number) for number in numbers]


def _change(line: SchoolLine) -> list[str]:
    return [
        line.hidden_in_words if line.is_change_hidden else plain(line.change),
        period(line.change_from) if line.change_from else "",
    ]


def plain(number: Decimal | None) -> str:
    """Every stored decimal, with a comma; nothing where there are no data."""
    if number is None:
        return ""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _safe(text: str) -> str:
    """No text of ours becomes a formula in a spreadsheet."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text

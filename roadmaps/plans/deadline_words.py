"""What the portal understood, in plain Russian, for the person who confirms it."""

import datetime as dt
import re

from roadmaps.plans import calendar_words as words
from roadmaps.plans.deadline import YEARLY, Deadline, Every, Kind, Precision, Window
from schools.periods import school_year_label

_EVERY = {
    Every.MONTH: "каждый месяц",
    Every.QUARTER: "каждый квартал",
    Every.HALF_YEAR: "каждое полугодие",
    Every.HALF_SCHOOL_YEAR: "каждое полугодие учебного года",
    Every.YEAR: "каждый год",
    Every.SCHOOL_YEAR: "каждый учебный год",
}
_REPORT = {Every.YEAR: "отчёт раз в год, к его концу", Every.SCHOOL_YEAR: "отчёт раз в учебный год, к его концу"}
_EXAM = re.compile(r"[А-ЯЁ]{3}(?:-\d+)?|ВсОШ")


def in_words(deadline: Deadline) -> str:
    """«каждый год в августе, с 2021 года»; without a capital and a full stop, to stand after «Портал понял:»."""
    match deadline.kind:
        case Kind.ONCE:
            said = ", ".join(_span(first, last, deadline.precision) for first, last in deadline.spans)
            return f"{said} ({', '.join(deadline.named)})" if deadline.named else said
        case Kind.RECURRING:
            said = ", ".join(filter(None, (_recurring(deadline), _bounds(deadline))))
            return f"{said} ({', '.join(deadline.named)})" if deadline.named else said
        case Kind.CONTINUOUS:
            return f"{', '.join(filter(None, ('постоянно', _bounds(deadline))))}; {_report(deadline)}"
        case Kind.ON_EVENT:
            return _on_event(deadline)
        case Kind.BY_OTHER_PLAN:
            return (
                f"по другому документу ({', '.join(deadline.named) or 'план'}): даты стоят в нём; {_report(deadline)}"
            )
        case Kind.ON_REQUEST:
            who = f" ({', '.join(deadline.named)})" if deadline.named else ""
            return f"по запросу{who}; {_report(deadline)}"
        case Kind.NONE:
            return "срок в документе не указан; отчёт к концу срока плана"
        case _:
            said = ", ".join(deadline.named)
            return f"непонятно: «{said}». Укажите, что значит этот срок; до этого отчёт к концу срока плана"


def _report(deadline: Deadline) -> str:
    return _REPORT.get(deadline.every or Every.YEAR, f"отчёт {_EVERY[deadline.every or Every.YEAR]}")


def _recurring(deadline: Deadline) -> str:
    every = _EVERY[deadline.every or Every.YEAR]
    if deadline.every is Every.MONTH:
        day = f" до {deadline.day} числа" if deadline.day else ""
        return f"{every}{day}{_months_of_year(deadline.windows)}"
    if not deadline.windows:
        return f"{every}, к его концу"
    if deadline.day:
        last = ", ".join(words.MONTHS_GENITIVE[last - 1] for _, last in deadline.windows)
        return f"{every} не позднее {deadline.day} {last}"
    return f"{every} {_listed([_window(window) for window in deadline.windows])}"


def _months_of_year(windows: tuple[Window, ...]) -> str:
    return f" ({_listed([_window(window) for window in windows])})" if windows else ""


def _listed(parts: list[str]) -> str:
    return " и ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _window(window: Window) -> str:
    first, last = window
    if first == last:
        return _in_month(first)
    return f"{_since_month(first)} по {words.MONTHS[last - 1]}"


def _in(named: str) -> str:
    """«в I квартале», «во II»."""
    return f"во {named}" if named.startswith("II ") else f"в {named}"


def _in_month(month: int) -> str:
    return f"в {words.MONTHS_PREPOSITIONAL[month - 1]}"


def _since_month(month: int) -> str:
    return f"с {words.MONTHS_GENITIVE[month - 1]}"


def _bounds(deadline: Deadline) -> str:
    """«с 2021 года», «с сентября 2021 года по декабрь 2023 года»."""
    first, last = deadline.starts_on, deadline.ends_on
    if first and last:
        return _span(first, last, deadline.precision, going_on=True)
    if first:
        by_years = deadline.precision is Precision.YEAR or (deadline.windows and deadline.every in YEARLY)
        return f"с {first.year} года" if by_years else f"с {_begin(first)}"
    return f"до {_day(last)}" if last else ""


def _begin(day: dt.date) -> str:
    return f"{words.MONTHS_GENITIVE[day.month - 1]} {day.year} года" if day.day == 1 else _day(day)


def _day(day: dt.date) -> str:
    return f"{day.day} {words.MONTHS_GENITIVE[day.month - 1]} {day.year} года"


def _span(first: dt.date | None, last: dt.date, precision: Precision | None, going_on: bool = False) -> str:
    if first is None:
        return f"не позднее {_day(last)}"
    if first == last:
        return _day(last)
    if precision is Precision.YEAR and (named := _years(first, last)):
        return named.removesuffix(", к концу срока") if going_on else named
    if named := words.quarter_of(first, last) if precision is Precision.QUARTER else "":
        return f"{_in(named.replace('квартал', 'квартале'))} года"
    if precision is Precision.HALF_YEAR and (named := words.half_year_of(first, last)):
        return f"{_in(named.replace('полугодие', 'полугодии'))} {'учебного ' if '/' in named else ''}года"
    if words.are_months(first, last):
        return _months(first, last)
    return f"с {_day(first)} по {_day(last)}"


def _years(first: dt.date, last: dt.date) -> str:
    if words.are_years(first, last):
        return f"в {last.year} году" if first.year == last.year else f"с {first.year} по {last.year} год, к концу срока"
    if not words.are_school_years(first, last):
        return ""
    if last.year == first.year + 1:
        return f"в {school_year_label(first.year)} учебном году"
    return f"с {school_year_label(first.year)} по {school_year_label(last.year - 1)} учебный год, к концу срока"


def _months(first: dt.date, last: dt.date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{_in_month(last.month)} {last.year} года"
    begin, end = _since_month(first.month), words.MONTHS[last.month - 1]
    begin = begin if first.year == last.year else f"{begin} {first.year} года"
    return f"{begin} по {end} {last.year} года"


def _on_event(deadline: Deadline) -> str:
    names = ", ".join(deadline.named)
    exams = all(_EXAM.fullmatch(name) for name in deadline.named)
    event = f"результаты {names}" if exams else f"событие «{names}»"
    if deadline.days < 0:
        said = f"за {-deadline.days} дн. до события «{names}»"
    elif deadline.days:
        said = f"в течение {deadline.days} дн. после того, как {'станут известны ' if exams else 'состоится '}{event}"
    else:
        said = f"когда {'станут известны ' if exams else 'состоится '}{event}"
    if deadline.every is None:
        return said
    return f"{_EVERY[deadline.every]}, {said}; пока дата неизвестна, отчёт к концу года"

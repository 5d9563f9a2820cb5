"""When a row of a plan is due: each time that its deadline asks for something within the term of the plan."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from roadmaps.plans import calendar_words as words
from roadmaps.plans.deadline import Deadline, Every, Kind, Precision

Events = Mapping[str, Sequence[dt.date]]


@dataclass(frozen=True)
class Due:
    """One time a row is due; the label is its name within the row and stays while the plan's term and deadline stay."""

    label: str
    starts_on: dt.date
    due_on: dt.date
    precision: Precision

    @property
    def is_fuzzy(self) -> bool:
        """The document names no time: the day is where the portal asks, not where somebody is late."""
        return self.precision is Precision.FUZZY


@dataclass(frozen=True)
class _Range:
    first: dt.date
    last: dt.date

    def cut(self, label: str, first: dt.date | None, last: dt.date, precision: Precision) -> Due | None:
        """The part within the range, None when all of it lies outside."""
        begin = max(first or self.first, self.first)
        end = min(last, self.last)
        return Due(label, begin, end, precision) if begin <= end else None


def occurrences(
    deadline: Deadline, *, starts_on: dt.date, ends_on: dt.date, events: Events | None = None
) -> tuple[Due, ...]:
    """All of them, ordered by day, each within the term and with a label of its own. ValueError on an empty term.

    - once: each stretch, due at its end; recurring: one for each period or named months.
    - continuous: one for each year of the plan (school or calendar, as the deadline says), due at its end, so that
      progress is told of at least once a year. By another plan and on request likewise, but fuzzy: their days stand
      elsewhere or come unforeseen, and a row that nobody ever asks about would stay «не начато» for ever; «запросов не
      было» is a report too.
    - on an event: one for each known day of it, none before. Every year on an event: one a year, on the day when the
      last of the events is known, until then fuzzy at the year's end, so that the year's duty is seen without its day.
    - no deadline, or one that is not understood: one at the end of the term, fuzzy.

    A first or last period of which less than a quarter lies within the term belongs to its neighbour: a plan that
    begins in December owes no report for that year. What lies outside the term altogether is due at its nearest edge,
    fuzzy: a misprinted year must not lose the row.
    """
    if ends_on < starts_on:
        raise ValueError("Срок плана кончается раньше, чем начинается.")
    term = _Range(starts_on, ends_on)
    found = list(_KINDS[deadline.kind](deadline, term, _by_name(events or {})))
    if not found and deadline.kind is not Kind.ON_EVENT:
        found = [_at_edge(deadline, term)]
    named: dict[str, Due] = {}
    for due in sorted(found, key=lambda due: (due.due_on, due.starts_on, due.label)):
        named.setdefault(due.label, due)  # a day that is stated twice is due once
    return tuple(named.values())


def outside(deadline: Deadline, *, starts_on: dt.date, ends_on: dt.date) -> bool:
    """Whether all dates that the deadline names lie outside the term, which a person should look at."""
    days = [(first, last) for first, last in (*deadline.spans, (deadline.starts_on, deadline.ends_on)) if first or last]
    return bool(days) and all(
        bool(last and last < starts_on) or bool((first or last or starts_on) > ends_on) for first, last in days
    )


def _by_name(events: Events) -> Events:
    return {name.casefold(): days for name, days in events.items()}


def _once(deadline: Deadline, term: _Range, events: Events) -> Iterator[Due]:
    precision = deadline.precision or Precision.DAY
    for first, last in deadline.spans:
        label = words.label(first, last) if first else f"до {words.short(last)}"
        if due := term.cut(label, first, last, precision):
            yield due


def _recurring(deadline: Deadline, term: _Range, events: Events) -> Iterator[Due]:
    within = _bounded(deadline, term)
    if within is None:
        return
    if deadline.windows and deadline.every is not Every.MONTH:
        yield from _windows(deadline, within)
        return
    for due in _periods(deadline.every or Every.YEAR, within):
        if not deadline.windows or any(_holds(window, due.due_on.month) for window in deadline.windows):
            yield _by_day(due, deadline.day) if deadline.day else due


def _by_day(due: Due, day: int) -> Due:
    """«До 10 числа» is due on the tenth, or on the first day of the plan when it begins later that month."""
    end = words.month_end(due.due_on.year, due.due_on.month)
    due_on = min(max(end.replace(day=min(day, end.day)), due.starts_on), due.due_on)
    return Due(due.label, due.starts_on, due_on, Precision.DAY)


def _holds(window: tuple[int, int], month: int) -> bool:
    first, last = window
    return first <= month <= last if first <= last else month >= first or month <= last


def _windows(deadline: Deadline, within: _Range) -> Iterator[Due]:
    precision = deadline.precision or Precision.MONTH
    for year in _years(within):
        for window in deadline.windows:
            first, last = words.months(year, *window)
            label = words.label(first, last)
            if deadline.day:
                last = last.replace(day=min(deadline.day, last.day))
                label = f"до {words.short(last)}"
            due = within.cut(label, first, last, precision)
            if due and _enough(due, first, last):
                yield due


def _years(within: _Range) -> range:
    """In which a period of the range may begin; one of the calendar's last year might end after the calendar."""
    return range(max(within.first.year - 1, dt.MINYEAR), min(within.last.year + 1, dt.MAXYEAR))


def _enough(due: Due, first: dt.date, last: dt.date) -> bool:
    return 4 * ((due.due_on - due.starts_on).days + 1) >= (last - first).days + 1


def _yearly(fuzzy: bool) -> Callable[[Deadline, _Range, Events], Iterator[Due]]:
    def find(deadline: Deadline, term: _Range, events: Events) -> Iterator[Due]:
        within = _bounded(deadline, term)
        for due in _periods(deadline.every or Every.YEAR, within) if within else ():
            yield Due(due.label, due.starts_on, due.due_on, Precision.FUZZY) if fuzzy else due

    return find


def _on_event(deadline: Deadline, term: _Range, events: Events) -> Iterator[Due]:
    known = {name: list(events.get(name.casefold(), ())) for name in deadline.named}
    if deadline.every is None:
        for name, days in known.items():
            for day in days:
                due_on = day + dt.timedelta(days=deadline.days)
                if term.first <= due_on <= term.last:
                    yield Due(f"{name}, {words.short(day)}", max(min(day, due_on), term.first), due_on, Precision.DAY)
        return
    for due in _periods(deadline.every, term):
        last = [
            max((day for day in days if due.starts_on <= day <= due.due_on), default=None) for days in known.values()
        ]
        if all(last):
            due_on = max(day for day in last if day) + dt.timedelta(days=deadline.days)
            yield Due(due.label, due.starts_on, min(max(due_on, due.starts_on), term.last), Precision.DAY)
        else:
            yield Due(due.label, due.starts_on, due.due_on, Precision.FUZZY)


def _whole_term(deadline: Deadline, term: _Range, events: Events) -> Iterator[Due]:
    yield Due("срок плана", term.first, term.last, Precision.FUZZY)


_KINDS = {
    Kind.ONCE: _once,
    Kind.RECURRING: _recurring,
    Kind.CONTINUOUS: _yearly(fuzzy=False),
    Kind.BY_OTHER_PLAN: _yearly(fuzzy=True),
    Kind.ON_REQUEST: _yearly(fuzzy=True),
    Kind.ON_EVENT: _on_event,
    Kind.NONE: _whole_term,
    Kind.UNCLEAR: _whole_term,
}


def _bounded(deadline: Deadline, term: _Range) -> _Range | None:
    first = max(deadline.starts_on or term.first, term.first)
    last = min(deadline.ends_on or term.last, term.last)
    return _Range(first, last) if first <= last else None


def _at_edge(deadline: Deadline, term: _Range) -> Due:
    """A deadline of which nothing lies within the term."""
    days = [last for _, last in deadline.spans] or [deadline.ends_on or deadline.starts_on or term.last]
    edge = term.first if max(days) < term.first else term.last
    return Due("срок плана", edge, edge, Precision.FUZZY)


def _periods(every: Every, within: _Range) -> list[Due]:
    """Whole periods cut to the range, the stubs at its ends joined to their neighbours."""
    whole = [span for span in _whole_periods(every, within) if span[1] >= within.first and span[0] <= within.last]
    found = [within.cut(words.label(first, last), first, last, _PRECISION[every]) for first, last in whole]
    cut = [(due, _enough(due, first, last)) for due, (first, last) in zip(found, whole, strict=True) if due]
    if len(cut) > 1 and not cut[0][1]:
        (stub, _), (second, enough), *rest = cut
        cut = [(Due(second.label, stub.starts_on, second.due_on, second.precision), enough), *rest]
    if len(cut) > 1 and not cut[-1][1]:
        *before, (last_whole, enough), (stub, _) = cut
        cut = [*before, (Due(last_whole.label, last_whole.starts_on, stub.due_on, last_whole.precision), enough)]
    return [due for due, _ in cut]


_PRECISION = {
    Every.MONTH: Precision.MONTH,
    Every.QUARTER: Precision.QUARTER,
    Every.HALF_YEAR: Precision.HALF_YEAR,
    Every.HALF_SCHOOL_YEAR: Precision.HALF_YEAR,
    Every.YEAR: Precision.YEAR,
    Every.SCHOOL_YEAR: Precision.YEAR,
}


def _whole_periods(every: Every, within: _Range) -> Iterator[words.Span]:
    for year in _years(within):
        match every:
            case Every.MONTH:
                yield from (words.months(year, month, month) for month in range(1, 13))
            case Every.QUARTER:
                yield from (words.quarter(year, number) for number in range(1, 5))
            case Every.HALF_YEAR:
                yield from (words.half_year(year, number) for number in (1, 2))
            case Every.HALF_SCHOOL_YEAR:
                yield from (words.half_school_year(year, number) for number in (1, 2))
            case Every.SCHOOL_YEAR:
                yield words.school_year(year)
            case _:
                yield words.calendar_year(year)

"""From the words of a deadline to what it means.

What is not understood wholly is `unclear`, and a person says what it means: half a deadline would be a wrong one.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TypedDict

from roadmaps.plans.calendar_words import months
from roadmaps.plans.deadline import YEARLY, Deadline, Every, Kind, Precision, Window
from roadmaps.plans.deadline_dates import Dates, Item, read_dates
from roadmaps.plans.deadline_tokens import clean, tokens

_ONE = r"(?:(?:1|один|одного)\s+)?раза?"
_TWO = r"(?:2|два|двух|дважды)(?:\s+раза?)?"
_FOUR = r"(?:4|четыре|четыр[её]х)\s+раза?"
_LEAST = r"(?:не\s+(?:реже|менее)\s+)?"
_FREQUENCIES = (
    (Every.MONTH, rf"ежемесячн\w*|кажд\w+\s+месяц\w*|{_LEAST}{_ONE}\s+в\s+месяц"),
    (
        Every.QUARTER,
        rf"ежеквартальн\w*|поквартально|кажд\w+\s+квартал\w*|{_LEAST}{_ONE}\s+в\s+(?:квартал|четверть)|{_LEAST}{_FOUR}\s+в\s+год",
    ),
    (
        Every.HALF_YEAR,
        rf"кажд\w+\s+полугоди\w*|{_LEAST}{_ONE}\s+в\s+полугодие|по\s+полугодиям|{_LEAST}{_TWO}\s+в\s+(?P<school_half>учебный\s+)?год\w*",
    ),
    (Every.SCHOOL_YEAR, rf"кажд\w+\s+учебн\w+\s+год\w*|{_LEAST}{_ONE}\s+в\s+учебн\w+\s+год\w*"),
    (Every.YEAR, rf"ежегодн\w*|кажд\w+\s+год\w*|{_LEAST}{_ONE}\s+в\s+год\w*"),
)
_EVERY = tuple((every, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for every, words in _FREQUENCIES)

_PERIOD = (
    r"(?:(?:всего\s+)?(?:(?P<school>учебного\s+)?года\b(?!\s*\d)|периода|срока)(?:\s+(?:реализации|действия)\s+\w+)?)"
)
_CONTINUOUS = re.compile(
    rf"\b(?:на\s+)?постоянн(?:о|ой)\b(?:\s+основе)?|\bв\s+течени[еи]\s+{_PERIOD}|\bвесь\s+(?P<whole>учебный\s+)?(?:год|период)\b"
    r"|\bсистематически\b|\bрегулярно\b|\bпо\s+мере\s+реализации\s+\w+",
    re.IGNORECASE,
)

_REQUEST = re.compile(
    r"\bпо\s+(?:мере\s+)?(?:отдельн\w+\s+)?(?:запрос|заявк|требовани|необходимост|обращени|поступлени)\w*(?P<who>.*)",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:по|согласно|в\s+соответствии\s+с(?:о)?)\s+(?P<which>(?:отдельн|утвержд[её]нн|годов)\w+\s+)?"
    r"(?P<paper>план|график|договор|соглашени|расписани|приказ|циклограмм|положени)\w*(?P<whose>.*)",
    re.IGNORECASE,
)
_PAPERS = {
    "план": "план", "график": "график", "договор": "договор", "соглашени": "соглашение", "расписани": "расписание",
    "приказ": "приказ", "циклограмм": "циклограмма", "положени": "положение",
}  # fmt: skip

_EXAMS = r"(?:(?:ВПР|ОГЭ|ЕГЭ|ГВЭ|ГИА(?:-\d+)?|КДР|РДР|ВсОШ)\b)"
_RESULTS = r"(?:получени\w+\s+|поступлени\w+\s+|появлени\w+\s+|объявлени\w+\s+)?(?:результат\w+|итог\w+)\s+"
_AFTER = r"(?:в\s+течени[еи]|через|не\s+позд?нее(?:,?\s*чем)?(?:\s+через)?)"
_DELAY = rf"(?:{_AFTER}\s+(?P<days>\d+)\s+(?:календарн\w+\s+)?(?P<unit>дн\w+|день|недел\w+)\s+)?"
_EVENT = re.compile(
    rf"{_DELAY}\b(?:по\s+(?:мере\s+)?{_RESULTS}|(?:после|со\s+дня|с\s+момента|с\s+даты)\s+(?:{_RESULTS})?"
    rf"|при\s+(?:получении|поступлении)\s+(?:результат\w+|итог\w+)\s+)(?P<names>{_EXAMS}(?:\s*(?:,|и|/)\s*{_EXAMS})*|[^,;]+)",
    re.IGNORECASE,
)
_BEFORE_EVENT = re.compile(
    r"\b(?:не\s+позд?нее,?\s*(?:чем\s+)?)?за\s+(?P<days>\d+)\s+(?P<unit>дн\w+|день|недел\w+)\s+(?:до|о)\s+(?P<names>.+)",
    re.IGNORECASE,
)

_TITLE_HINTS = (
    (Every.MONTH, re.compile(r"\bежемесячн", re.IGNORECASE)),
    (Every.QUARTER, re.compile(r"\bежеквартальн", re.IGNORECASE)),
)
_NOTHING = re.compile(r"[\s.\-_]*|не\s+указан\w?|нет", re.IGNORECASE)


class _Bounds(TypedDict, total=False):
    starts_on: dt.date | None
    ends_on: dt.date | None


@dataclass(frozen=True)
class _Term:
    """The plan's term, and whether its years are school years."""

    starts_on: dt.date
    ends_on: dt.date
    school_years: bool

    @property
    def year(self) -> Every:
        return Every.SCHOOL_YEAR if self.school_years else Every.YEAR


def read_deadline(
    text: str, *, starts_on: dt.date, ends_on: dt.date, title: str = "", school_years: bool | None = None
) -> Deadline:
    """What a deadline as written means in a plan of this term.

    `title` is that of the row: «цикл ежемесячных ВКС» over a span of months is held every month of it. `school_years`
    says by which years the plan counts where the words leave it open; by default those of a term that begins in August
    or September. ValueError when the term ends before it starts.
    """
    if ends_on < starts_on:
        raise ValueError("Срок плана кончается раньше, чем начинается.")
    by_school_years = starts_on.month in (8, 9) if school_years is None else school_years
    words = clean(text)
    if _NOTHING.fullmatch(words):
        return Deadline(Kind.NONE)
    term = _Term(starts_on, ends_on, by_school_years)
    try:
        understood = _read(words, term)
    except ValueError:  # a meaning that contradicts itself, «постоянно, с мая 2023 по март 2021»
        understood = None
    if understood is None:
        return Deadline(Kind.UNCLEAR, named=(words,))
    return _hinted(understood, title)


def _read(words: str, term: _Term) -> Deadline | None:
    every, rest = _frequency(words)
    going_on, rest, in_school_year = _continuity(rest)
    relative, rest = _relative(rest, every, term)
    found = tokens(rest)
    dates = read_dates(found, school_years=term.school_years) if found is not None else None
    if dates is None:
        return None
    if relative is not None and not dates.items:
        return relative
    if every in YEARLY and going_on and not dates.items:
        every = None  # «постоянно, ежегодно» goes on and is told of once a year
    year = Every.SCHOOL_YEAR if in_school_year or every is Every.SCHOOL_YEAR else term.year
    if every is not None:
        meaning = _recurring(every, year, dates)
    elif going_on:
        meaning = _continuous(dates, year, term)
    else:
        meaning = _dated(dates, year, term)
    return replace(meaning, named=relative.named) if meaning and relative else meaning


def _frequency(words: str) -> tuple[Every | None, str]:
    for every, pattern in _EVERY:
        if match := pattern.search(words):
            if every is Every.HALF_YEAR and match.groupdict().get("school_half"):
                every = Every.HALF_SCHOOL_YEAR
            return every, _without(words, match)
    return None, words


def _continuity(words: str) -> tuple[bool, str, bool]:
    found = school = False
    while match := _CONTINUOUS.search(words):
        found, school = True, school or bool(match["school"] or match["whole"])
        words = _without(words, match)
    return found, words, school


def _without(words: str, match: re.Match[str]) -> str:
    return f"{words[: match.start()]}, {words[match.end() :]}".strip()


def _relative(words: str, every: Every | None, term: _Term) -> tuple[Deadline | None, str]:
    """What depends on a request, another paper or an event, and the words that remain."""
    yearly = every if every in YEARLY else term.year
    if every is Every.YEAR:
        yearly = term.year
    if match := _BEFORE_EVENT.search(words) or _EVENT.search(words):
        days = int(match["days"] or 0) * (7 if (match["unit"] or "").lower().startswith("недел") else 1)
        before = match.re is _BEFORE_EVENT
        names = tuple(_tidy(name) for name in re.split(r"\s*(?:,|/|\bи\b)\s*", match["names"]))
        if before or not re.match(_EXAMS, match["names"], re.IGNORECASE):
            names = (_tidy(match["names"]),)
        repeated = yearly if every is not None else None
        event = Deadline(Kind.ON_EVENT, every=repeated, named=names, days=-days if before else days)
        return event, _without(words, match)
    if match := _REQUEST.search(words):
        who = _tidy(match["who"])
        return Deadline(Kind.ON_REQUEST, every=yearly, named=(who,) if who else ()), _without(words, match)
    if match := _PLAN.search(words):
        paper = " ".join(filter(None, (_PAPERS[match["paper"].lower()], _tidy(match["whose"]))))
        return Deadline(Kind.BY_OTHER_PLAN, every=yearly, named=(paper,)), _without(words, match)
    return None, words


def _tidy(words: str) -> str:
    return words.strip(" ,;.()")


def _recurring(every: Every, year: Every, dates: Dates) -> Deadline | None:
    if len(dates.items) > 1 and any(item.has_year for item in dates.items):
        return None
    item = dates.items[0] if dates.items else None
    bounds: _Bounds = {}
    if item and item.has_year:
        bounds = _bounds(item, ends=not item.since and every not in YEARLY)
    if every in YEARLY:
        return _yearly(year, dates, bounds)
    if dates.month_day and every is not Every.MONTH:
        return None
    windows = _windows(dates)
    if windows and every is Every.HALF_YEAR and len(windows) == 2:  # «два раза в год: май, декабрь»
        return Deadline(Kind.RECURRING, every=year, windows=windows, precision=Precision.MONTH)
    if windows and every is not Every.MONTH:
        return None
    if every is Every.HALF_YEAR and year is Every.SCHOOL_YEAR:
        every = Every.HALF_SCHOOL_YEAR
    precision = item.precision if item else None
    return Deadline(Kind.RECURRING, every=every, windows=windows, day=dates.month_day, precision=precision, **bounds)


def _yearly(year: Every, dates: Dates, bounds: _Bounds) -> Deadline | None:
    """«Август, ежегодно», «Ежегодно, Август 2021», «Март – май 2021 года, далее ежегодно», «ежегодно до 1 сентября»."""
    item = dates.items[0] if dates.items else None
    if dates.month_day:
        return None
    if item is None:
        return Deadline(Kind.RECURRING, every=year)
    if item.has_year and item.window is None:  # «ежегодно, 2021–2023», «ежегодно с 2021 года»
        (begin, end), last = item.days
        if (begin, end) != last or end.year > begin.year:
            bounds = _bounds(item, ends=not item.since)
        return Deadline(Kind.RECURRING, every=year, precision=item.precision, **bounds)
    windows = tuple(window for item in dates.items if (window := item.window))
    day = item.last.day if item.last.precision is Precision.DAY else None
    if item.until == ">" and day is None:
        return None  # «ежегодно до мая»: to its beginning or its end?
    if item.since and not item.has_year:
        return None  # «ежегодно с сентября»: until when?
    if item.until and item.first.days:  # «до 1 сентября 2021, далее ежегодно»: the first time, not the last
        bounds = {"starts_on": item.first.days[0].replace(day=1)}
    return Deadline(Kind.RECURRING, every=year, windows=windows, day=day, precision=item.precision, **bounds)


def _bounds(item: Item, *, ends: bool) -> _Bounds:
    first, last = item.span
    return {"starts_on": first, "ends_on": last if ends or item.until else None}


def _windows(dates: Dates) -> tuple[Window, ...]:
    return tuple(item.window for item in dates.items if not item.has_year and item.window)


def _continuous(dates: Dates, year: Every, term: _Term) -> Deadline | None:
    if not dates.items:
        return Deadline(Kind.CONTINUOUS, every=year)
    if len(dates.items) > 1 or dates.month_day:
        return None
    item = dates.items[0]
    if not item.has_year:
        return _in_months_of_each_year(item, year, term)
    first, last = item.span
    one_month = item.first == item.last and not item.first.years_only and not item.first.of_pair and not item.until
    return Deadline(
        Kind.CONTINUOUS,
        every=year,
        starts_on=first,
        ends_on=None if item.since or one_month else last,  # «Январь 2021, постоянно» only begins then
        precision=item.precision,
    )


def _in_months_of_each_year(item: Item, year: Every, term: _Term) -> Deadline | None:
    """«Постоянно, с сентября» begins with the first such month; «постоянно, сентябрь – май» is so every year."""
    if item.until or item.window is None:
        return None
    if item.first != item.last:
        return Deadline(Kind.RECURRING, every=year, windows=(item.window,), precision=item.precision)
    begins = next(
        span for span in _in_term(item.window, term, from_year=term.starts_on.year) if span[1] >= term.starts_on
    )
    return Deadline(Kind.CONTINUOUS, every=year, starts_on=begins[0], precision=item.precision)


def _dated(dates: Dates, year: Every, term: _Term) -> Deadline | None:
    """Neither a frequency nor «постоянно»: dates alone."""
    items = dates.items
    if not items or dates.month_day:
        return None
    if len({item.window is None for item in items}) > 1:
        return None  # «август 2021, 2022»: the whole of the second year, or its August?
    if any(item.since for item in items):  # «с сентября 2021»: it goes on from then
        return _continuous(dates, year, term) if len(items) == 1 else None
    if all(item.has_year for item in items):
        precision = max((item.precision for item in items), key=list(Precision).index)
        return Deadline(Kind.ONCE, spans=tuple(item.span for item in items), precision=precision)
    if any(item.has_year or item.window is None for item in items):
        return None
    return _months_without_year(items, year, term)


def _months_without_year(items: tuple[Item, ...], year: Every, term: _Term) -> Deadline | None:
    """«Август», «Ноябрь, март»: every year of the plan; in a plan that sees a single such month, once."""
    if any(item.until == ">" and item.precision is not Precision.DAY for item in items):
        return None
    days = [item.last.day for item in items]
    windows = tuple(item.window for item in items if item.window)
    precision = items[0].precision
    if len(items) == 1:
        seen = [span for span in _in_term(windows[0], term) if span[0] <= term.ends_on and span[1] >= term.starts_on]
        if len(seen) == 1:
            return _single(items[0], seen[0])
    elif any(days):
        return None  # several days without a year: one `day` cannot hold them
    return Deadline(Kind.RECURRING, every=year, windows=windows, day=days[0], precision=precision)


def _single(item: Item, span: tuple[dt.date, dt.date]) -> Deadline:
    first: dt.date | None
    first, last = span
    if item.last.day:
        last = min(last, last.replace(day=min(item.last.day, last.day)))
        first = None if item.until else (first.replace(day=item.first.day) if item.first.day else first)
    return Deadline(Kind.ONCE, spans=((None if item.until else first, last),), precision=item.precision)


def _in_term(window: Window, term: _Term, from_year: int | None = None) -> list[tuple[dt.date, dt.date]]:
    first = term.starts_on.year - 1 if from_year is None else from_year
    return [months(year, *window) for year in range(first, max(term.ends_on.year, first + 1) + 1)]


def _hinted(meaning: Deadline, title: str) -> Deadline:
    """A title that says how often it is held tells more than a deadline that only bounds it."""
    every = next((every for every, pattern in _TITLE_HINTS if pattern.search(title)), None)
    if every is None or meaning.kind not in (Kind.ONCE, Kind.CONTINUOUS):
        return meaning
    bounds = meaning.spans[0] if meaning.spans else (meaning.starts_on, meaning.ends_on)
    longer = len(meaning.spans) <= 1 and not (bounds[0] and bounds[1] and (bounds[1] - bounds[0]).days < _LONGER[every])
    if not longer:
        return meaning
    return Deadline(Kind.RECURRING, every=every, starts_on=bounds[0], ends_on=bounds[1], precision=meaning.precision)


_LONGER = {Every.MONTH: 32, Every.QUARTER: 93}  # days that are more than one such period

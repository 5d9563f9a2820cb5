"""The grammar of dates in deadlines: stretches of time out of tokens, with years where they are said."""

import datetime as dt
import re
from dataclasses import dataclass

from roadmaps.plans.calendar_words import (
    calendar_year,
    half_school_year,
    half_year,
    month_end,
    months,
    quarter,
    school_year,
)
from roadmaps.plans.deadline import Precision
from roadmaps.plans.deadline_tokens import Token

ORDER = (Precision.DAY, Precision.MONTH, Precision.QUARTER, Precision.HALF_YEAR, Precision.YEAR)

_POINT = r"(?:D|[dMQH](?:[YPS])?|[YPS])"
# One stretch: «с сентября 2021», «до 31.12.2023», «март – май 2021», «31.05.2023».
_ITEM = re.compile(rf"~?(?P<since><)?(?P<until>[>≤])?(?P<first>{_POINT})(?:[->](?P<last>{_POINT}))?|(?P<day>[->≤]*n)")


Days = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Point:
    """One end of a stretch. Without a year `days` is None, `window` then says which months of any year."""

    days: Days | None
    window: tuple[int, int] | None
    precision: Precision
    day: int | None = None
    years_only: bool = False
    of_pair: bool = False  # a month with two years: «Сентябрь 2021-2023»


@dataclass(frozen=True)
class Item:
    first: Point
    last: Point
    since: bool = False  # begins then, ends nowhere
    until: str = ""  # «>» до, «≤» не позднее

    @property
    def has_year(self) -> bool:
        return self.first.days is not None and self.last.days is not None

    @property
    def precision(self) -> Precision:
        return max(self.first.precision, self.last.precision, key=ORDER.index)

    @property
    def window(self) -> tuple[int, int] | None:
        if self.first.window is None or self.last.window is None:
            return None
        return self.first.window[0], self.last.window[1]

    @property
    def days(self) -> tuple[Days, Days]:
        """First and last day of its beginning, and of its end."""
        assert self.first.days is not None, "asked for without a year"
        assert self.last.days is not None, "asked for without a year"
        return self.first.days, self.last.days

    @property
    def span(self) -> tuple[dt.date | None, dt.date]:
        """First and last day. «До мая» ends with April, «не позднее мая» with May; «до 1 мая» on that day."""
        (begin, _), (_, end) = self.days
        if not self.until:
            return begin, end
        return None, begin - dt.timedelta(days=1) if self.until == ">" and self.precision is not Precision.DAY else end

    @property
    def is_ordered(self) -> bool:
        if not self.has_year:
            return True
        (begin, _), (_, end) = self.days
        return begin <= end


@dataclass(frozen=True)
class Dates:
    items: tuple[Item, ...] = ()
    month_day: int | None = None  # «до 10 числа»


def read_dates(tokens: list[Token], *, school_years: bool) -> Dates | None:
    """None where the tokens make no sense together."""
    school = any(token.sign == "s" for token in tokens)
    rest = [token for token in tokens if token.sign != "s"]
    signs = "".join(token.sign for token in rest)
    items: list[Item] = []
    month_day = None
    place = 0
    while place < len(signs):
        if signs[place] == ",":
            place += 1
            continue
        match = _ITEM.match(signs, place)
        if match is None:
            return None
        part = rest[match.start() : match.end()]
        if match["day"]:
            month_day = part[-1].day
        else:
            item = _item(match, part, school, school_years)
            if item is None:
                return None
            items.append(item)
        place = match.end()
    return Dates(_with_years(items, rest, school, school_years), month_day)


def _item(match: re.Match[str], part: list[Token], school: bool, school_years: bool) -> Item | None:
    words = [token for token in part if token.sign not in "<>≤-~"]
    size = len(match["first"])
    first = _point(words[:size], school, school_years)
    last = _point(words[size:], school, school_years) if match["last"] else first
    if first is None or last is None:
        return None
    if first.days is None and last.days is not None and words[-1].sign in "YPS":  # «Январь-февраль 2023»
        first = _point([*words[:size], words[-1]], school, school_years) or first
    since = bool(match["since"]) and not match["last"]
    item = Item(first, last, since, match["until"] or "")
    return item if item.is_ordered else None


def _with_years(items: list[Item], rest: list[Token], school: bool, school_years: bool) -> tuple[Item, ...]:
    """«Ноябрь, март 2021»: the year at the end is that of all, unless an earlier one has its own."""
    missing = [item for item in items if not item.has_year and item.window]
    if not items or not missing or items[-1] in missing or any(item.has_year for item in items[:-1]):
        return tuple(items)
    year = next((token for token in reversed(rest) if token.sign in "YPS"), None)
    if year is None or rest[-1] is not year:
        return tuple(items)

    def dated(item: Item) -> Item:
        if item.has_year:
            return item
        first, last = (_dated(point, year, school, school_years) for point in (item.first, item.last))
        return Item(first, last, item.since, item.until)

    return tuple(dated(item) for item in items)


def _dated(point: Point, year: Token, school: bool, school_years: bool) -> Point:
    assert point.window is not None, "only months lack a year"
    sign = "d" if point.day else "M"
    first = _point([Token(sign, point.window[0], point.window[0], point.day or 0), year], school, school_years)
    last = _point([Token(sign, point.window[1], point.window[1], point.day or 0), year], school, school_years)
    if first is None or last is None or first.days is None or last.days is None:
        raise ValueError("29 февраля бывает не каждый год.")
    return Point((first.days[0], last.days[1]), point.window, point.precision, point.day)


def _point(words: list[Token], school: bool, school_years: bool) -> Point | None:
    head = words[0]
    year = words[1] if len(words) > 1 else None
    if head.sign == "D":
        day = dt.date.fromordinal(head.first)
        return Point((day, day), (day.month, day.month), Precision.DAY, day.day)
    if head.sign in "YPS":
        return _years(head, school, school_years)
    if year is None:
        return _without_year(head)
    return _in_year(head, year, _is_school_year(year, school, school_years))


def _is_school_year(year: Token, school: bool, school_years: bool) -> bool:
    """«2021/2022», «2021-2022 уч. год»; two neighbouring years in a plan that is made by school years."""
    return year.sign == "S" or (year.sign == "P" and year.last == year.first + 1 and (school or school_years))


def _years(head: Token, school: bool, school_years: bool) -> Point | None:
    if _is_school_year(head, school, school_years):
        days = school_year(head.first)
    elif school and head.sign == "P":  # «2019-2021 учебные годы»
        days = school_year(head.first)[0], school_year(head.last - 1)[1]
    elif school:
        return None  # «2021 учебный год»: begins then, or ends?
    else:
        days = calendar_year(head.first)[0], calendar_year(head.last or head.first)[1]
    return Point(days, None, Precision.YEAR, years_only=True)


def _without_year(head: Token) -> Point:
    match head.sign:
        case "Q":
            return Point(None, (3 * head.first - 2, 3 * head.last), Precision.QUARTER)
        case "H":
            return Point(None, (6 * head.first - 5, 6 * head.first), Precision.HALF_YEAR)
        case "d":
            return Point(None, (head.first, head.first), Precision.DAY, head.day)
        case _:
            return Point(None, (head.first, head.first), Precision.MONTH)


def _in_year(head: Token, year: Token, in_school_year: bool) -> Point | None:
    loose = _without_year(head)
    assert loose.window is not None, "no date without months"
    if head.sign == "H" and in_school_year:
        return Point(half_school_year(year.first, head.first), loose.window, Precision.HALF_YEAR)
    begins = year.first + 1 if in_school_year and loose.window[0] < 9 else year.first
    ends = begins if in_school_year else (year.last or year.first)
    match head.sign:
        case "Q":
            days = quarter(begins, head.first)[0], quarter(ends, head.last)[1]
        case "H":
            days = half_year(begins, head.first)[0], half_year(ends, head.first)[1]
        case "d":
            if head.day > month_end(begins, head.first).day:
                return None
            day = dt.date(begins, head.first, head.day)
            days = day, day
        case _:
            days = months(begins, head.first, head.first)[0], month_end(ends, 12 if ends > begins else head.first)
    return Point(days, loose.window, loose.precision, loose.day, of_pair=ends > begins)

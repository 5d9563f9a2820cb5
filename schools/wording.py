"""How numbers, dates and counts are written in Russian. Exact inside, rounded here and nowhere else."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from schools.periods import Period, school_year_label

Number = int | Decimal | Fraction | float | str | None

NBSP = "\u00a0"
MINUS = "\u2212"
NO_DATA = "—"
PERCENT_POINTS = f"п.{NBSP}п."

# How many decimals a unit of `indicators.Indicator.Unit` is shown with, and whether zeros at the end are kept.
UNIT_PLACES = {"percent": 1, "mark": 2, "score": 1, "ratio": 3}
SCHOOL_FORMS = "школа,школы,школ"
MONTHS_GENITIVE = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def exact(value: Number) -> Fraction | None:
    """The number itself, without a rounding error of its own; None when there is none."""
    if value is None or isinstance(value, Fraction):
        return value
    try:
        if isinstance(value, (int, Decimal)):
            return Fraction(value)
        return Fraction(str(value).strip().replace(",", "."))
    except (ValueError, OverflowError, ZeroDivisionError):  # "", "—", NaN, infinity
        return None


def rounded(value: Fraction, places: int) -> Fraction:
    """Half away from zero, as people round."""
    return Fraction(_in_units(value, places), 10**places)


def _in_units(value: Fraction, places: int) -> int:
    """Rounded, in units of the last place: 1,25 with one place is 13. Whole numbers, for tables have thousands."""
    twice, whole = 2 * abs(value.numerator) * 10**places, value.denominator
    units = (twice + whole) // (2 * whole)
    return units if value.numerator >= 0 else -units


def number(value: Number, places: int = 1, *, keep_zeros: bool = False) -> str:
    """«1 234,5»: a comma, non-breaking spaces between thousands, a true minus."""
    known = exact(value)
    if known is None:
        return NO_DATA
    units = _in_units(known, places)
    whole, rest = divmod(abs(units), 10**places)
    text = f"{whole:,}".replace(",", NBSP)
    decimals = f"{rest:0{places}d}" if places else ""
    if not keep_zeros:
        decimals = decimals.rstrip("0")
    sign = MINUS if units < 0 else ""
    return sign + text + (f",{decimals}" if decimals else "")


def signed(value: Number, places: int = 1, *, keep_zeros: bool = False) -> str:
    """With its sign, «+3,5» or «−3,5»; what rounds to nought has none."""
    known = exact(value)
    if known is None:
        return NO_DATA
    text = number(known, places, keep_zeros=keep_zeros)
    return f"+{text}" if rounded(known, places) > 0 else text


def percent(value: Number, places: int = 1) -> str:
    """«33,3 %», «75,0 %»."""
    text = number(value, places, keep_zeros=True)
    return text if text == NO_DATA else f"{text}{NBSP}%"


def share(value: Number, places: int = 0) -> str:
    """A part of one in per cent: «45 %» for 0.45; for estimates, whose decimals mean nothing."""
    known = exact(value)
    return NO_DATA if known is None else percent(100 * known, places)


def in_unit(value: Number, unit: str) -> str:
    """A value in its indicator's unit: «75,0 %», «4 школы», «3,52»."""
    text = number(value, UNIT_PLACES.get(unit, 1), keep_zeros=unit in UNIT_PLACES)
    return _with_unit(text, value, unit)


def plan_in_unit(value: Number, unit: str) -> str:
    """A planned value; what people set has no zeros at its end: «70 %»."""
    return _with_unit(number(value, UNIT_PLACES.get(unit, 1)), value, unit)


def change_in_unit(change: Number, unit: str) -> str:
    """«+19,9 п. п.», «−0,12», «+1»."""
    text = signed(change, UNIT_PLACES.get(unit, 1), keep_zeros=unit in UNIT_PLACES)
    return f"{text}{NBSP}{PERCENT_POINTS}" if unit == "percent" and text != NO_DATA else text


def _with_unit(text: str, value: Number, unit: str) -> str:
    if text == NO_DATA:
        return text
    if unit == "percent":
        return f"{text}{NBSP}%"
    return f"{text}{NBSP}{plural(value, SCHOOL_FORMS)}" if unit == "schools" else text


def plural(count: Number, forms: str) -> str:
    """The word alone: «школа,школы,школ» for 1, 2, 5; a fraction takes the second."""
    one, few, many = forms.split(",")
    known = exact(count)
    if known is None:
        return many
    if known.denominator != 1:
        return few
    last_two = abs(known.numerator) % 100
    if 11 <= last_two <= 14:
        return many
    return one if last_two % 10 == 1 else few if 2 <= last_two % 10 <= 4 else many


def counted(count: Number, forms: str) -> str:
    """The number with its word: «21 школа», «5 школ»."""
    return f"{number(count)}{NBSP}{plural(count, forms)}"


def plural_genitive(count: Number, forms: str) -> str:
    """The word after «из», «у», «для»: «школы,школ» gives «из 21 школы», «из 4 школ»."""
    one, many = forms.split(",")
    return plural(count, f"{one},{many},{many}")


def part_of(part: Number, whole: Number, forms: str) -> str:
    """«3 из 4 школ»; forms in the genitive, «школы,школ»."""
    if exact(part) is None or exact(whole) is None:
        return NO_DATA
    return f"{number(part)} из {number(whole)}{NBSP}{plural_genitive(whole, forms)}"


def listed(words: Iterable[str], *, last: str = "и") -> str:
    """«1, 2 и 3»."""
    *others, end = list(words) or [""]
    return f"{', '.join(others)} {last} {end}" if others else end


def day(value: dt.date | dt.datetime | None) -> str:
    """«31.05.2023»; a moment in the portal's time zone."""
    return f"{_local(value):%d.%m.%Y}" if value else NO_DATA


def moment(value: dt.datetime | None) -> str:
    """«31.05.2023 в 14:05»."""
    return f"{_local(value):%d.%m.%Y в %H:%M}" if value else NO_DATA


def duration(value: dt.timedelta | None) -> str:
    """«2 ч 5 мин», «3 мин 20 с», «45 с», «меньше секунды»: the two largest parts are enough."""
    if value is None:
        return NO_DATA
    seconds = max(0, int(value.total_seconds()))
    hours, minutes, seconds = seconds // 3600, seconds % 3600 // 60, seconds % 60
    parts = [(hours, "ч"), (minutes, "мин"), (seconds, "с")]
    while parts and not parts[0][0]:
        parts.pop(0)
    told = [f"{count}{NBSP}{unit}" for count, unit in parts[:2] if count]
    return " ".join(told) or "меньше секунды"


def day_in_words(value: dt.date | dt.datetime | None) -> str:
    """«31 мая 2023 г.», as documents write it."""
    if not value:
        return NO_DATA
    local = _local(value)
    return f"{local.day}{NBSP}{MONTHS_GENITIVE[local.month - 1]} {local.year}{NBSP}г."


def school_year(year: int | str | None) -> str:
    """«2020/2021»."""
    return NO_DATA if year in (None, "") else school_year_label(int(year))


def school_year_short(year: int | str | None) -> str:
    """«2020/21», for heads of narrow columns."""
    return NO_DATA if year in (None, "") else f"{int(year)}/{(int(year) + 1) % 100:02d}"


def period(code: str | None) -> str:
    """The period of a value or document as people read it."""
    return Period.parse(str(code)).label if code else NO_DATA


def _local(value: dt.date | dt.datetime) -> dt.date | dt.datetime:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


def in_one_case(text: str) -> str:
    """As it is compared with what somebody else has typed: without capital letters and further spaces."""
    return " ".join(text.split()).casefold()

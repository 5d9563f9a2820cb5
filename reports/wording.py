"""The sentences of the analytical note. Pure: from a frozen snapshot to official Russian.

`Indicator.sentence` and `Indicator.sentence_all` are templates; `sentence_all` is taken where the value is exactly
100 % of schools of which every one has data («Во всех школах …»). Both may hold these placeholders and no others:

    {value}                       the value with its unit, whole per cents: «75 %», «4 школы», «3,52»
    {numerator} {denominator}     the two parts as numbers
    {year}                        the period: «2020-2021», «2021»
    {count:школа|школы|школ}      the number with the right word: «1 школа», «4 школы», «5 школ»
    {verb:была отнесена|были отнесены|было отнесено}
                                  the right word alone
    {of:школы|школ}               both parts: «3 из 4 школ», «20 из 21 школы»

The number that chooses the word is the value of a count, and the numerator of a per cent. For example
`В {year} уч. году к категории ШНОР {verb:была отнесена|были отнесены|было отнесено} {count:школа|школы|школ}.`
A blank template gives «wording — value.»; an indicator without data gets a sentence that says so, never 0 %.
"""

import re
from decimal import Decimal

from indicators.calculations.evaluation import MISSING_SCHOOLS
from indicators.note_templates import PLACEHOLDER
from reports.snapshots import NoteIndicator
from schools.periods import Period, PeriodKind
from schools.wording import counted, exact, in_unit, number, part_of, percent, plural


def sentence(indicator: NoteIndicator, period: str) -> str:
    """What the note says of one indicator."""
    if indicator.value is None:
        return f"{_stem(indicator.wording)}: нет данных {during_accusative(period)}."
    if indicator.sentence_all and is_all(indicator):
        return _fill(indicator.sentence_all, indicator, period)
    return _fill(indicator.sentence or f"{_stem(indicator.wording)} — {{value}}.", indicator, period)


def is_all(indicator: NoteIndicator) -> bool:
    """«Во всех школах» would not be true where some have said nothing, however many the others are."""
    if indicator.unit != "percent" or indicator.value is None or MISSING_SCHOOLS in indicator.warnings:
        return False
    return Decimal(indicator.value) == 100


def _stem(wording: str) -> str:
    """Braces of a wording are no placeholders."""
    return wording.strip().rstrip(".").replace("{", "(").replace("}", ")")


def _fill(template: str, indicator: NoteIndicator, period: str) -> str:
    deciding = indicator.numerator if indicator.unit == "percent" else indicator.value

    def replace(match: re.Match[str]) -> str:
        name, forms = match.group(1), (match.group(2) or "").replace("|", ",")
        match name:
            case "value":
                return in_note(indicator.value, indicator.unit)
            case "numerator":
                return number(indicator.numerator, 2)
            case "denominator":
                return number(indicator.denominator, 2)
            case "year":
                return year(period)
            case "count":
                return counted(deciding, forms)
            case "verb":
                return plural(deciding, forms)
            case "of":
                return part_of(indicator.numerator, indicator.denominator, forms)
            case _:
                return match.group(0)

    return PLACEHOLDER.sub(replace, template)


def in_note(value: str | Decimal | None, unit: str) -> str:
    """A value as this kind of document prints it: whole per cents."""
    return whole_percent(value) if unit == "percent" else in_unit(value, unit)


def whole_percent(value: str | Decimal | None) -> str:
    """«33 %». What is not quite all or not quite none keeps as many decimals as it takes not to read so: «99,6 %»."""
    known = exact(value)
    if known is None:
        return percent(None)
    for places in range(7):
        text = percent(value, places)
        if known in (0, 100) or exact(text.removesuffix("\u00a0%")) not in (0, 100):
            break
    return text


def year(period: str) -> str:
    """«2020-2021», as the document writes school years."""
    known = Period.parse(period)
    return known.label.replace("/", "-") if known.kind is PeriodKind.SCHOOL_YEAR else known.label


def during(period: str) -> str:
    """«в 2020-2021 уч. году»."""
    match Period.parse(period).kind:
        case PeriodKind.SCHOOL_YEAR:
            return f"в {year(period)} уч. году"
        case PeriodKind.CALENDAR_YEAR:
            return f"в {year(period)} году"
        case PeriodKind.DATE:
            return f"на {year(period)}"
        case _:
            return f"за {year(period)} года"


def during_accusative(period: str) -> str:
    """«за 2020-2021 уч. год»."""
    match Period.parse(period).kind:
        case PeriodKind.SCHOOL_YEAR:
            return f"за {year(period)} уч. год"
        case PeriodKind.CALENDAR_YEAR:
            return f"за {year(period)} год"
        case _:
            return during(period)


def accusative(period: str) -> str:
    """«2020/2021 учебный год», as titles have it: за …, на …"""
    known = Period.parse(period)
    if known.kind is PeriodKind.SCHOOL_YEAR:
        return f"{known.label} учебный год"
    return f"{known.label} год" if known.kind is PeriodKind.CALENDAR_YEAR else f"период «{known.label}»"


def next_period(period: str) -> str:
    """The period after, for the tasks that the note sets."""
    return Period.parse(period).year_back(-1).code

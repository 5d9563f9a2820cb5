"""Mentoring and methodical help of a school year, or of the period by which the municipality plans: pairs, meetings,
requests, events, practices, the seminar, teachers and staff in sums."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from accounts.access import Role
from accounts.models import ApiKey
from indicators.periods import periods_of_year
from mentoring.queries.overview import Overview, known_until, overview_of, years_of_mentoring
from reports.formats import Format
from reports.kinds.base import DocumentKind, ReportRefused
from reports.mentoring import sections_of
from reports.models import Report
from reports.tables import TableDocument
from reports.wording import accusative
from roadmaps.plans.calendar_words import Span
from schools.models import Municipality, School
from schools.periods import Period, PeriodKind, year_of_plans
from schools.wording import counted, day, number

ALSO_BY = (PeriodKind.CALENDAR_YEAR, PeriodKind.HALF_YEAR)  # besides school years
HOW_TO_READ = (
    "Учебный год здесь — с 1 сентября по 31 августа. Встречи, запросы, мероприятия и практики посчитаны по своему дню, "
    "пары — если действовали хоть один день периода. Тексты встреч, имена учителей и учеников в документ не входят."
)


def build(*, municipality: Municipality, period: str, school: School | None = None) -> TableDocument:
    """Sums as the centre sees them; nobody by name but those of the pool, which the centre's order publishes."""
    days = days_of(Period.parse(period))
    found = overview_of(_reader(municipality), municipality, days, _as_of(municipality, days), school)
    whose = f"школы «{school.name}»" if school else f"муниципалитета «{municipality}»"
    if found.is_empty:
        raise ReportRefused(
            f"О наставничестве {whose} за период с {day(days[0])} по {day(days[1])} ничего не внесено. Заведите пары, "
            "мероприятия или запросы на страницах раздела «Наставничество» или выберите другой период."
        )
    return TableDocument(
        kind="Отчёт",
        title=f"о наставничестве и методической помощи за {accusative(period)}"
        + (f": {school.name}" if school else ""),
        municipality=municipality.full_name or municipality.name,
        department=municipality.department_name,
        period=period,
        is_demo=municipality.is_demo,
        sections=sections_of(found),
        lead=tuple(_lead(found)),
        notes=(HOW_TO_READ,),
    )


def days_of(period: Period) -> Span:
    """School years are counted as plans count them; up to a date, from the September before."""
    match period.kind:
        case PeriodKind.SCHOOL_YEAR:
            year = period.starts_on.year
            return dt.date(year, 9, 1), dt.date(year + 1, 8, 31)
        case PeriodKind.DATE:
            return dt.date(year_of_plans(period.ends_on), 9, 1), period.ends_on
        case _:
            return period.starts_on, period.ends_on


def _as_of(municipality: Municipality, days: Span) -> dt.date:
    """The last day of the period, or of the entries where they end before it."""
    return max(min(days[1], known_until(municipality) or days[0]), days[0])


def _reader(municipality: Municipality) -> Any:
    return ApiKey(role=Role.METHODIST, municipality=municipality)


def _lead(found: Overview) -> Iterator[str]:
    held, confirmed = sum(line.held for line in found.forms), sum(line.confirmed for line in found.forms)
    hours = sum(line.hours for line in found.forms)
    unmet = sum(one.held == 0 for one in found.pairings)
    yield (
        f"Сведения портала с {day(found.days[0])} по {day(found.days[1])}; состояние пар и сроков — "
        f"на {day(found.day)}."
    )
    yield (
        f"Действовало {counted(len(found.pairings), 'пара,пары,пар')} и "
        f"{counted(sum(one.count or 0 for one in found.counted), 'пара,пары,пар')} с учениками. Проведено "
        f"{counted(held, 'встреча,встречи,встреч')} ({number(hours)} ч), из них подтверждено другой стороной — "
        f"{confirmed}. Ни разу не встретились в этот период: {counted(unmet, 'пара,пары,пар')}."
    )
    yield (
        f"Запросов о помощи — {found.requests.came}, мероприятий — {found.events.of(None)}, опубликовано практик — "
        f"{len(found.practices)}."
    )


def periods(municipality: Municipality) -> list[str]:
    """School years with anything to tell, and calendar or half-years where the municipality plans by them; latest
    first."""
    today = timezone.localdate()
    years = years_of_mentoring(_reader(municipality), municipality, today)
    codes = {f"{year:04d}" for year in years}
    if municipality.period_kind in ALSO_BY:
        codes |= {code for year in years for code in periods_of_year(municipality.period_kind, year)}
    begun = (code for code in codes if days_of(Period.parse(code))[0] <= today)
    return sorted(begun, key=Period.parse, reverse=True)


KIND = DocumentKind(
    code=Report.Kind.MENTORING,
    build=build,
    periods=periods,
    formats=(Format.PDF, Format.DOCX, Format.XLSX),
    hint="Пары, планы и встречи, кто остался без внимания, нагрузка наставников, запросы о помощи, мероприятия и "
    "участие школ, практики, семинар, педагоги и кадры в сумме, оценка помощи. О муниципалитете, а если выбрать "
    "школу — о ней.",
    may_be_about_school=True,
)

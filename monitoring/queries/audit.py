"""What the self-audit found, for its page, for home and for the page of jobs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.job_subjects import Subject
from accounts.models import Job
from indicators.models import ChangeReading, Reading
from monitoring.attention import Attention
from monitoring.models import ValueAudit, ValueDifference
from schools.models import Municipality
from schools.periods import Period
from schools.wording import NO_DATA, counted, moment, number

CANCELLING = "Показатели не будут сверены до следующей ночи; найденное раньше останется на странице сверки."
ROWS = "значение,значения,значений"
IN_WORDS = {
    ValueDifference.Field.READING: dict(Reading.choices),
    ValueDifference.Field.CHANGE_READING: dict(ChangeReading.choices),
}


@dataclass(frozen=True)
class DifferenceLine:
    difference: ValueDifference
    stored: str
    expected: str
    link: str  # the value on the pages of people


def last_audit(user: Any, municipality: Municipality) -> ValueAudit | None:
    audit: ValueAudit | None = ValueAudit.objects.visible_to(user).filter(municipality=municipality).first()
    return audit


def open_differences(user: Any, municipality: Municipality) -> "QuerySet[ValueDifference]":
    found = ValueDifference.objects.visible_to(user).filter(municipality=municipality).open()
    return found.select_related("indicator", "school")


def line_of(difference: ValueDifference) -> DifferenceLine:
    return DifferenceLine(
        difference=difference,
        stored=_in_words(difference.field, difference.stored),
        expected=_in_words(difference.field, difference.expected),
        link=_link(difference),
    )


def _link(difference: ValueDifference) -> str:
    """To why the value is what it is; where the row itself is in question, to where it would stand."""
    indicator, school, period = difference.indicator_id, difference.school_id, difference.period
    if difference.field == ValueDifference.Field.ROW:
        page = reverse("indicators:school_indicators", args=[school]) if school else None
        return f"{page or difference.indicator.get_absolute_url()}?year={Period.parse(period).school_year}"
    page = (
        reverse("monitoring:school_why", args=[school, indicator])
        if school
        else reverse("monitoring:why", args=[indicator])
    )
    return f"{page}?period={period}"


def _in_words(field: str, text: str) -> str:
    """To all decimals: what differs may differ in the last one."""
    if not text:
        return NO_DATA
    if field == ValueDifference.Field.CHANGE_FROM:
        return Period.parse(text).label
    known = IN_WORDS.get(ValueDifference.Field(field), {}).get(text)
    return known or (number(text, 6) if _is_number(text) else text)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def values_differ(user: Any, municipality: Municipality) -> Iterator[Attention]:
    count = open_differences(user, municipality).count()
    if count:
        yield Attention(
            "bad",
            "Показатели не сходятся со сверкой",
            f"Повторный независимый расчёт дал другое: {counted(count, 'расхождение,расхождения,расхождений')}. "
            "Пока причина не найдена, этим значениям нельзя доверять.",
            reverse("monitoring:audit"),
            "Посмотреть расхождения",
        )


def about_audits(user: Any, jobs: Sequence[Job]) -> dict[int, Subject]:
    link = reverse("monitoring:audit")
    audits = {audit.job_id: audit for audit in ValueAudit.objects.visible_to(user).filter(job__in=jobs)}
    return {job.pk: Subject(_about(audits.get(job.pk)), link) for job in jobs}


def _about(audit: ValueAudit | None) -> str:
    if audit is None:
        return "Все показатели"
    found = counted(audit.differences, "расхождение,расхождения,расхождений") if audit.differences else "всё сходится"
    return f"Все показатели, {moment(audit.finished_at)}: {found}"

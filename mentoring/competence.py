"""The five indicators of a teacher's subject competence that the concept of Армавир lists, and what fulfils each.
Nothing else in the portal knows it."""

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Competence(StrEnum):
    EXPERT = "expert"
    TEST = "test"
    CERTIFICATE = "certificate"
    CATEGORY = "category"
    ADVANCED = "advanced"

    @property
    def label(self) -> str:
        return WORDINGS[self]


# In the order and wording of the document; the institute is that of the municipality's own region.
WORDINGS = {
    Competence.EXPERT: "Результат экспертной оценки уровня предметной компетенции учителя муниципальным сообществом",
    Competence.TEST: "Тестовая оценка уровня предметной компетенции учителя в региональном институте",
    Competence.CERTIFICATE: (
        "Наличие удостоверения регионального института о повышении квалификации или профессиональной переподготовке "
        "в течение последнего года"
    ),
    Competence.CATEGORY: "Наличие документа, устанавливающего квалификационную категорию (высшая, первая)",
    Competence.ADVANCED: "Преподавание предметов на углублённом уровне в первом и (или) втором полугодии",
}


class Verdict(StrEnum):
    """Of the experts, or of the test."""

    POSITIVE = "positive"
    NEGATIVE = "negative"

    @property
    def label(self) -> str:
        return VERDICT_LABELS[self]


VERDICT_LABELS = {Verdict.POSITIVE: "положительный результат", Verdict.NEGATIVE: "отрицательный результат"}


@dataclass(frozen=True)
class Held:
    """How one of the five stands; `is_met` None where nobody has said."""

    competence: Competence
    is_met: bool | None
    words: str


def day_of_year(school_year: int, today: dt.date) -> dt.date:
    """On which day a school year is looked at: its last, or today while it goes on."""
    return min(today, dt.date(school_year + 1, 8, 31))


def year_before(day: dt.date) -> dt.date:
    """The same day a year ago, of 29 February the 28th: what is later falls into «последний год»."""
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def has_category(category: str, since: dt.date | None, until: dt.date | None, day: dt.date) -> bool:
    """The first or the highest, on that day; a day that is not known limits nothing."""
    return category in ("first", "highest") and (since is None or since <= day) and (until is None or day <= until)

"""Pairings as numbers of formulas: of the helped school, in every period that has a day of the pairing's term. Pairs
with pupils are counted where they are kept, never here: they name nobody who could be counted once."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from indicators.calculations.populations import SchoolPair
from indicators.calculations.records import Counted, RecordKind
from indicators.records import Behind, Keeper, Listed, Once, Stretch
from mentoring.kinds import COUNTED, Kind
from mentoring.models import Pairing
from schools.models import School
from schools.periods import FIRST_MONTH_OF_PLANS, year_of_plans

PAIRINGS = RecordKind(
    "pairings",
    "Пары наставничества",
    {
        "teachers": Counted(
            "учителя, которым помогают (каждый один раз)", "учителей, которым помогают в парах (каждый один раз)"
        ),
        "pairings": Counted("действующие пары, кроме пар с учениками", "действующих пар, кроме пар с учениками"),
    },
    is_of_all=True,
)
COLUMNS = ("Пара", "Вид", "Действует с", "Действует по", "Основание")
FIRST_MONTHS = (1, 4, 7, FIRST_MONTH_OF_PLANS, 10)  # in which a period begins


def read_pairs(municipality_id: int) -> list[SchoolPair]:
    """Of schools, from which populations of indicators are drawn."""
    rows = Pairing.objects.filter(municipality=municipality_id, kind=Kind.SCHOOL_SCHOOL, helping_school__isnull=False)
    fields = ("school_id", "helping_school_id", "starts_on", "ends_on")
    return [SchoolPair(*row) for row in rows.order_by("pk").values_list(*fields)]


def tally(municipality_id: int, stretch: Stretch) -> Iterator[Once]:
    """Each pairing, and the teacher whom it helps."""
    rows = _running(stretch).filter(municipality=municipality_id).order_by("pk")
    for pk, school, teacher, starts_on, ends_on in rows.values_list(
        "pk", "school_id", "teacher_id", "starts_on", "ends_on"
    ):
        days = Stretch(starts_on, ends_on or stretch.last)
        yield Once(school, days, ("pairings",), pk)
        if teacher:
            yield Once(school, days, ("teachers",), teacher)


def years(municipality_id: int, stretch: Stretch) -> set[int]:
    """School years in which a pairing begins on these days, or goes on into a period that does."""
    rows = _running(stretch).filter(municipality=municipality_id).order_by()
    found = set()
    begun = set(_beginnings(stretch))
    for starts_on, ends_on in rows.values_list("starts_on", "ends_on"):
        days = {day for day in begun if starts_on <= day <= (ends_on or stretch.last)}
        found |= {year_of_plans(day) for day in days | ({starts_on} if starts_on >= stretch.first else set())}
    return found


def behind(user: Any, school: School, stretch: Stretch) -> Behind:
    """The pairings that help the school; teachers by name only for those to whom a pairing is open."""
    rows = _running(stretch).filter(school=school)
    seen = rows.filter(pk__in=Pairing.objects.visible_to(user).values("pk")).with_sides().order_by("starts_on", "pk")
    is_open = set(rows.filter(pk__in=Pairing.objects.open_to(user).values("pk")).values_list("pk", flat=True))
    listed = tuple(_listed(one, named=one.pk in is_open) for one in seen)
    return Behind(listed, rows.count() - len(listed))


def _running(stretch: Stretch) -> Any:
    """On any of these days."""
    rows: QuerySet[Pairing] = Pairing.objects.filter(Q(ends_on=None) | Q(ends_on__gte=stretch.first))
    return rows.filter(starts_on__lte=stretch.last).exclude(kind__in=COUNTED)


def _beginnings(stretch: Stretch) -> Iterator[dt.date]:
    """Of these days those on which a period begins."""
    for year in range(stretch.first.year, stretch.last.year + 1):
        yield from (day for month in FIRST_MONTHS if stretch.first <= (day := dt.date(year, month, 1)) <= stretch.last)


def _listed(pairing: Pairing, *, named: bool) -> Listed:
    return Listed(
        title=pairing.in_words(named=named),
        link=pairing.get_absolute_url(),
        about=pairing.get_kind_display(),
        day=pairing.starts_on,
        done_on=pairing.ends_on,
        verdict=pairing.basis or "—",
    )


PAIRINGS_KEEPER = Keeper(tally, years, behind, COLUMNS)

"""Keeping the identification list of a year: one school at a time or from a spreadsheet."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.access import Permission
from accounts.jobs import enqueue
from accounts.models import Job, audit
from schools.imports.identification import IdentificationLine, check_identification
from schools.models import Category, Identification, Municipality, PublishedCategory, School
from schools.queries.lookup import SchoolLookup
from schools.tables import Table, TableProblem

ORDER = ("order_number", "order_date")
BY_HAND = {"proposed": None, "reason": ""}  # whatever a published edition had said of it


@dataclass
class ListOutcome:
    """What taking in a spreadsheet did, or why it was refused: then nothing is written."""

    added: int = 0
    changed: int = 0
    same: int = 0
    problems: list[TableProblem] = field(default_factory=list)


@transaction.atomic
def identify_school(
    *, school: School, school_year: int, category: str, order_number: str, order_date: dt.date | None, by: Any
) -> Identification:
    """Put a school into a category of the year, or correct the order of one that is in it."""
    identification, is_new = Identification.objects.update_or_create(
        school=school,
        school_year=school_year,
        category=category,
        defaults={"order_number": order_number, "order_date": order_date, "source": {"form": True}} | BY_HAND,
    )
    audit(
        "school_identified",
        school,
        by=by,
        municipality_id=school.municipality_id,
        school_year=school_year,
        category=str(category),
        order_number=order_number,
    )
    if is_new:
        _forget_emptiness(school.municipality_id, school_year, {str(category)})
        _recompute(school.municipality_id, school_year, by)
    return identification


@transaction.atomic
def remove_identification(*, identification: Identification, by: Any) -> None:
    """Take a school out of a category of one year; its other years stay."""
    school = identification.school
    audit(
        "identification_removed",
        school,
        by=by,
        municipality_id=school.municipality_id,
        school_year=identification.school_year,
        category=identification.category,
        order_number=identification.order_number,
    )
    identification.delete()
    _recompute(school.municipality_id, identification.school_year, by)


class CategoryNotEmpty(Exception):
    """Somebody is in the category, or its list is there already; the text is for people."""


@transaction.atomic
def leave_category_empty(
    *,
    municipality: Municipality,
    school_year: int,
    category: str,
    order_number: str,
    order_date: dt.date | None,
    by: Any,
) -> PublishedCategory:
    """Write that nobody is in the category this year, so that whoever was in it before has left; or correct the order
    of that."""
    label = Category(category).label
    place: dict[str, Any] = {"municipality": municipality, "school_year": school_year, "category": category}
    if Identification.objects.filter(
        school__municipality=municipality, school_year=school_year, category=category
    ).exists():
        raise CategoryNotEmpty(f"В категории «{label}» этого года есть школы: сначала уберите их из списка.")
    if PublishedCategory.objects.filter(**place, is_by_hand=False).exists():
        raise CategoryNotEmpty(f"Список категории «{label}» этого года уже опубликован приказом, и в нём никого нет.")
    row, is_new = PublishedCategory.objects.update_or_create(
        **place, defaults={"is_by_hand": True, "order_number": order_number, "order_date": order_date}
    )
    audit(
        "category_left_empty",
        municipality,
        by=by,
        municipality_id=municipality.pk,
        school_year=school_year,
        category=str(category),
        order_number=order_number,
    )
    if is_new:
        _recompute(municipality.pk, school_year, by)
    return row


@transaction.atomic
def forget_empty_category(*, row: PublishedCategory, by: Any) -> None:
    """Take back that nobody is in the category: the year has no list of it again."""
    audit(
        "empty_category_forgotten",
        row.municipality,
        by=by,
        municipality_id=row.municipality_id,
        school_year=row.school_year,
        category=row.category,
        order_number=row.order_number,
    )
    row.delete()
    _recompute(row.municipality_id, row.school_year, by)


def _forget_emptiness(municipality_id: int, school_year: int, categories: set[str]) -> None:
    """What was written by hand of these categories no longer holds: somebody is in them."""
    PublishedCategory.objects.filter(
        municipality=municipality_id, school_year=school_year, category__in=categories, is_by_hand=True
    ).delete()


def take_identification_list(
    *, municipality: Municipality, school_year: int, table: Table, file_name: str, by: Any
) -> ListOutcome:
    """Add the schools of a spreadsheet to the year's list, all or none; twice changes nothing.

    Schools that the spreadsheet does not name stay as they are.
    """
    schools = School.objects.allowing(by, Permission.IDENTIFICATION_EDIT).filter(municipality=municipality)
    checked = check_identification(table, SchoolLookup.among(schools), school_year)
    if checked.problems:
        return ListOutcome(problems=checked.problems)
    outcome = ListOutcome()
    with transaction.atomic():
        _write(checked.lines, school_year, table.sheet, file_name, outcome)
        if outcome.added or outcome.changed:
            audit(
                "identification_list_taken",
                municipality,
                by=by,
                municipality_id=municipality.pk,
                school_year=school_year,
                file=file_name,
                added=outcome.added,
                changed=outcome.changed,
            )
        if outcome.added:
            _forget_emptiness(municipality.pk, school_year, {line.category.value for line in checked.lines})
            _recompute(municipality.pk, school_year, by)
    return outcome


def _write(lines: list[IdentificationLine], school_year: int, sheet: str, file_name: str, outcome: ListOutcome) -> None:
    known = {
        (row.school_id, row.category): row
        for row in Identification.objects.filter(
            school__in={line.school.pk for line in lines}, school_year=school_year
        ).select_for_update()
    }
    fresh = []
    for line in lines:
        stored = known.get((line.school.pk, line.category.value))
        if stored and (stored.order_number, stored.order_date) == (line.order_number, line.order_date):
            outcome.same += 1
            continue
        outcome.added += stored is None
        outcome.changed += stored is not None
        fresh.append(_row(line, school_year, sheet, file_name))
    Identification.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["school", "school_year", "category"],
        update_fields=[*ORDER, "source", *BY_HAND],
        batch_size=500,
    )


def _row(line: IdentificationLine, school_year: int, sheet: str, file_name: str) -> Identification:
    return Identification(
        school=line.school,
        school_year=school_year,
        category=Category(line.category),
        order_number=line.order_number,
        order_date=line.order_date,
        source={"file": file_name, "sheet": sheet, "rows": str(line.row)},
    )


def _recompute(municipality_id: int, school_year: int, by: Any) -> None:
    """Populations and indicators of the year look at its list; order numbers touch no value."""
    enqueue(Job.Kind.RECOMPUTE, municipality_id=municipality_id, by=by, scope={"identification": [school_year]})

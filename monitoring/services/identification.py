"""What people do about the identification of a year: keep its rule, decide school by school, publish by an order."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.jobs import enqueue
from accounts.models import Job, User, audit
from monitoring.identification.edition import YearOfList
from monitoring.identification.groups import GroupSettings
from monitoring.identification.parameters import Parameters
from monitoring.models import IdentificationDecision, IdentificationEdition, IdentificationRule
from monitoring.queries.identification_draft import Draft, draft_of
from monitoring.queries.identification_rule import rule_in_force
from schools.models import Category, Identification, Municipality, PublishedCategory, School


class NothingChanged(Exception):
    """The year has this very rule already."""


class ListChanged(Exception):
    """Results, parameters, decisions or today's list are other than those that the person has looked at."""


class AlreadyPublished(Exception):
    """Another edition of the year has been published since the person looked at the list."""

    def __init__(self, edition: IdentificationEdition) -> None:
        super().__init__(str(edition))
        self.edition = edition


class Unexplained(Exception):
    """Decisions differ from the proposal and give no reason; the text names the schools."""


@dataclass(frozen=True)
class Said:
    """What somebody decides about a school and category, having seen the decision's version (0: there was none)."""

    school: School
    category: str
    is_included: bool
    reason: str
    seen_version: int


def keep_rule(
    *,
    municipality: Municipality,
    school_year: int,
    parameters: Parameters,
    groups: GroupSettings | None,
    source: str,
    by: Any,
) -> IdentificationRule:
    """A new version of the year's rule; earlier ones stay."""
    with transaction.atomic():
        Municipality.objects.lock(municipality.pk)
        held = rule_in_force(municipality, school_year)
        if held.number and (held.parameters, held.groups, held.source) == (parameters, groups, source):
            raise NothingChanged
        rule = IdentificationRule.objects.create(
            municipality=municipality,
            school_year=school_year,
            number=(held.number or 0) + 1,
            parameters=parameters.to_json(),
            groups=groups.to_json() if groups else None,
            source=source,
            created_by=by if isinstance(by, User) else None,
        )
        audit(
            "identification_rule_kept",
            rule,
            by=by,
            municipality_id=municipality.pk,
            school_year=school_year,
            number=rule.number,
        )
    return rule


@transaction.atomic
def decide(
    *, municipality: Municipality, school_year: int, said: Iterable[Said], by: Any
) -> list[IdentificationDecision]:
    """Keep decisions as a draft, or none of them and answer with those that others have changed meanwhile."""
    Municipality.objects.lock(municipality.pk)
    said = list(said)
    kept = {
        (row.school_id, row.category): row
        for row in IdentificationDecision.objects.filter(
            school__municipality=municipality, school_year=school_year
        ).select_related("decided_by", "school")
    }
    others = [
        row for one in said if (row := kept.get((one.school.pk, one.category))) and row.version != one.seen_version
    ]
    if others:
        return others
    for one in said:
        row = kept.get((one.school.pk, one.category)) or IdentificationDecision(
            school=one.school, school_year=school_year, category=one.category, version=0
        )
        _write(row, one.is_included, one.reason.strip(), by)
    return []


def _write(row: IdentificationDecision, is_included: bool, reason: str, by: Any) -> None:
    if row.pk and (row.is_included, row.reason) == (is_included, reason):
        return
    row.is_included, row.reason = is_included, reason
    row.version += 1
    row.decided_at, row.decided_by = timezone.now(), by if isinstance(by, User) else None
    row.save()
    audit(
        "identification_decided",
        row,
        by=by,
        municipality_id=row.school.municipality_id,
        school=row.school_id,
        school_year=row.school_year,
        category=row.category,
        is_included=is_included,
        reason=reason,
    )


@transaction.atomic
def publish(
    *, municipality: Municipality, school_year: int, order_number: str, order_date: dt.date, seen: str, by: Any
) -> IdentificationEdition:
    """Freeze the list as an edition of its own and make it the published list of the year.

    `seen` is what the person has looked at (`Draft.seen_beside`): another list is refused, and so is one of which
    somebody has published an edition meanwhile, or one draft would silently become two. Decisions against the proposal
    that nobody has explained are refused too.
    """
    Municipality.objects.lock(municipality.pk)
    editions = municipality.identification_editions.filter(school_year=school_year)
    latest = editions.select_related("published_by").order_by("number").last()
    number = latest.number if latest else 0
    draft = draft_of(municipality, school_year)
    _refuse_unseen(draft, latest, seen)
    edition = IdentificationEdition.objects.create(
        municipality=municipality,
        school_year=school_year,
        number=number + 1,
        order_number=order_number,
        order_date=order_date,
        snapshot=draft.list.to_json(),
        published_by=by if isinstance(by, User) else None,
    )
    _list(edition, draft.list)
    audit(
        "identification_published",
        edition,
        by=by,
        municipality_id=municipality.pk,
        school_year=school_year,
        number=edition.number,
        order_number=order_number,
    )
    enqueue(Job.Kind.RECOMPUTE, municipality_id=municipality.pk, by=by, scope={"identification": [school_year]})
    return edition


def _refuse_unseen(draft: Draft, latest: IdentificationEdition | None, seen: str) -> None:
    number = latest.number if latest else 0
    seen_number = seen.partition(":")[0]
    if latest and seen_number.isdecimal() and int(seen_number) < number:
        raise AlreadyPublished(latest)
    if draft.seen_beside(number) != seen:
        raise ListChanged
    if unexplained := [one.name for one in draft.list.schools if one.unexplained]:
        raise Unexplained(", ".join(unexplained))


def _list(edition: IdentificationEdition, year: YearOfList) -> None:
    """The published list says what the edition does, in the categories that it covers; others stay as they are. A
    category that nobody is in has a list all the same."""
    rows = [
        Identification(
            school_id=one.school,
            school_year=edition.school_year,
            category=Category(category),
            order_number=edition.order_number,
            order_date=edition.order_date,
            source={"edition": edition.number},
            proposed=category in one.proposed,
            reason=one.reasons.get(category, ""),
        )
        for one in year.schools
        for category in one.included
    ]
    listed = Identification.objects.filter(
        school__municipality=edition.municipality, school_year=edition.school_year, category__in=year.covers
    )
    kept = {(row.school_id, row.category) for row in rows}
    gone = [pk for pk, *place in listed.values_list("pk", "school_id", "category") if tuple(place) not in kept]
    Identification.objects.filter(pk__in=gone).delete()
    Identification.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["school", "school_year", "category"],
        update_fields=["order_number", "order_date", "source", "proposed", "reason"],
        batch_size=500,
    )
    PublishedCategory.objects.bulk_create(
        [
            PublishedCategory(municipality=edition.municipality, school_year=edition.school_year, category=category)
            for category in year.covers
        ],
        update_conflicts=True,  # what was written by hand is published now
        unique_fields=["municipality", "school_year", "category"],
        update_fields=["is_by_hand", "order_number", "order_date"],
    )

"""The checklist of what a programme has to publish: lines are added, put right, marked as published, taken out."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from roadmaps.models import Programme, PublicationItem
from roadmaps.plans.bounds import day_problem
from roadmaps.services.changed import COMPARE, ChangedSince

NO_LINK = "Укажите ссылку: без неё не видно, что опубликовано."
CHANGED = f"Пока вы правили эту строку, её изменил другой человек. {COMPARE}"


class PublicationRefused(Exception):
    """Nothing is changed; the text is for people and says why."""


class PublicationChanged(PublicationRefused, ChangedSince):
    """Somebody has changed the line since the person looked at it."""


@dataclass(frozen=True)
class PublicationTold:
    kind: str
    title: str
    where: str = ""
    deadline: str = ""
    due_on: dt.date | None = None
    basis: str = ""
    link: str = ""
    published_on: dt.date | None = None
    quote: str = ""
    source: str = ""


@transaction.atomic
def add_publication(*, programme: Programme, told: PublicationTold, by: Any = None) -> PublicationItem:
    """Raises PublicationRefused."""
    item = PublicationItem(programme=programme, quote=told.quote, source=told.source)
    _write(item, told, by)
    audit("publication_added", item, by=by, municipality_id=programme.municipality_id)
    return item


@transaction.atomic
def change_publication(
    *, item: PublicationItem, told: PublicationTold, seen_version: int, by: User
) -> PublicationItem:  # fmt: skip
    """The document's words stay. Raises PublicationRefused."""
    item = _locked(item)
    if item.version != seen_version:
        raise PublicationChanged(CHANGED)
    was_published = item.published_on is not None
    item.version += 1
    _write(item, told, by)
    is_published = item.published_on is not None
    action = "publication_published" if is_published and not was_published else "publication_changed"
    audit(action, item, by=by, municipality_id=item.programme.municipality_id)
    return item


@transaction.atomic
def remove_publication(*, item: PublicationItem, seen_version: int, by: User) -> None:
    """Raises PublicationRefused."""
    item = _locked(item)
    if item.version != seen_version:
        raise PublicationChanged("Строку за это время изменили: посмотрите на неё ещё раз.")
    audit("publication_removed", item, by=by, municipality_id=item.programme.municipality_id)
    item.delete()


def _locked(item: PublicationItem) -> PublicationItem:
    PublicationItem.objects.select_for_update(no_key=True).values_list("pk").get(pk=item.pk)
    return PublicationItem.objects.select_related("programme").get(pk=item.pk)


def _write(item: PublicationItem, told: PublicationTold, by: Any) -> None:
    if told.published_on is not None and not told.link:
        raise PublicationRefused(NO_LINK)
    if problem := day_problem(told.due_on, told.published_on):
        raise PublicationRefused(problem)
    item.kind, item.title, item.where = told.kind, told.title.strip(), told.where.strip()
    item.deadline, item.due_on, item.basis = told.deadline.strip(), told.due_on, told.basis.strip()
    item.link, item.published_on = told.link, told.published_on
    item.changed_at, item.changed_by = timezone.now(), by if isinstance(by, User) else None
    item.save()

"""A person keeps views over plans by name, and has a calendar of what they owe."""

from typing import Any

from django.db import transaction

from accounts.models import User, audit
from roadmaps.models import CalendarFeed, SavedView
from roadmaps.models.seeing import digest_of, new_key
from schools.models import Municipality

VIEWS_AT_MOST = 50  # of one person in one municipality


class ViewRefused(Exception):
    """A view cannot be kept so; the message says what to do."""


@transaction.atomic
def save_view(*, municipality: Municipality, name: str, view: str, query: str, by: User) -> SavedView:
    own = _own(by).filter(municipality=municipality)
    if len(own) >= VIEWS_AT_MOST:
        raise ViewRefused(f"Сохранено уже {VIEWS_AT_MOST} видов: удалите ненужные.")
    _refuse_namesake(own, name)
    return SavedView.objects.create(user=by, municipality=municipality, name=name, view=view, query=query)


@transaction.atomic
def rename_view(*, saved: SavedView, name: str, by: User) -> None:
    others = [one for one in _own(by).filter(municipality=saved.municipality_id) if one.pk != saved.pk]
    _refuse_namesake(others, name)
    SavedView.objects.filter(pk=saved.pk).update(name=name)


def delete_view(*, saved: SavedView) -> None:
    saved.delete()


def _own(user: User) -> Any:
    """One person's views change one after another: the row of the person is held."""
    User.objects.select_for_update().get(pk=user.pk)
    return SavedView.objects.visible_to(user)


def _refuse_namesake(own: Any, name: str) -> None:
    if any(one.name.casefold() == name.casefold() for one in own):
        raise ViewRefused(f"Вид «{name}» уже есть: назовите этот иначе или удалите тот.")


@transaction.atomic
def renew_feed(*, by: User, municipality: Municipality) -> str:
    """A new secret; the address made of the last one opens nothing any more. The secret is told this once."""
    key = new_key()
    feed, _ = CalendarFeed.objects.update_or_create(user=by, defaults={"digest": digest_of(key)})
    audit("calendar_feed_made", feed, by=by, municipality_id=municipality.pk)
    return key


@transaction.atomic
def revoke_feed(*, by: User, municipality: Municipality) -> None:
    for feed in CalendarFeed.objects.filter(user=by):
        audit("calendar_feed_revoked", feed, by=by, municipality_id=municipality.pk)
        feed.delete()

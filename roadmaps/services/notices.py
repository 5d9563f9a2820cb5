"""What a person does about notices: reads them, says how they want to be told, ends letters."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from roadmaps.models import Notice, NoticeSettings
from roadmaps.notices.kinds import Kind, Rhythm, Way
from roadmaps.queries.notices import notices_of
from schools.models import Municipality


def read(*, notice: Notice) -> None:
    """The first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=timezone.now())


def read_all(*, user: User, municipality: Municipality | None) -> int:
    """How many there were."""
    return notices_of(user, municipality).unread().update(read_at=timezone.now())


def choose(*, user: User, rhythm: Rhythm, quiet_from: int, quiet_to: int, ways: Mapping[Kind, Way]) -> NoticeSettings:
    """How somebody wants to be told. Of kinds that are not named they go on to be told as before."""
    with transaction.atomic():
        kept = _locked(user)
        kept.rhythm, kept.quiet_from, kept.quiet_to = rhythm.value, quiet_from, quiet_to
        kept.ways |= {kind.value: way.value for kind, way in ways.items()}
        kept.save()
    return kept


def unsubscribe(*, user: User, kinds: Iterable[Kind] | None) -> None:
    """No more letters about these kinds, or, with None, no letters at all; on the portal everything goes on."""
    with transaction.atomic():
        kept = _locked(user)
        if kinds is None:
            kept.rhythm = Rhythm.NEVER.value
        else:
            heard = [kind for kind in kinds if kept.way_of(kind) is not Way.OFF]
            kept.ways |= {kind.value: Way.PORTAL.value for kind in heard}
        kept.save()


def _locked(user: Any) -> NoticeSettings:
    NoticeSettings.objects.get_or_create(user=user)
    return NoticeSettings.objects.select_for_update().get(user=user)

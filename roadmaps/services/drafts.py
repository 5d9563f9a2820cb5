"""What was made by mistake is removed for good, while it is a draft on which nobody has worked. The log keeps it."""

from django.db import transaction

from accounts.models import User, audit
from roadmaps.models import Expertise, Programme, Roadmap
from roadmaps.queries.drafts import why_programme_stays, why_roadmap_stays, why_round_stays
from roadmaps.services.editing import may_edit as may_edit_roadmap
from roadmaps.services.expertise import may_organise
from roadmaps.services.passport import may_edit as may_edit_programme

NOT_ALLOWED = "Удаляют управление образования и методический центр."
CHANGED = "Пока вы смотрели, её изменил другой человек. Посмотрите ещё раз и решите снова."


class DraftStays(Exception):
    """Nothing is removed; the text is for people and says why."""


@transaction.atomic
def remove_roadmap(*, roadmap: Roadmap, seen_version: int, by: User) -> None:
    """With its sections and rows. Raises DraftStays."""
    stored = Roadmap.objects.select_for_update().get(pk=roadmap.pk)
    _refuse(may_edit_roadmap(by, stored), why_roadmap_stays(stored), stored.version == seen_version)
    told = {"title": stored.title, "rows": stored.activities.count(), "source": stored.source}
    audit("roadmap_removed", stored, by=by, municipality_id=stored.municipality_id, school_id=stored.school_id, **told)
    stored.delete()


@transaction.atomic
def remove_programme(*, programme: Programme, seen_version: int, by: User) -> None:
    """With its passport; drafts of roadmaps that belonged to it stay, without a programme. Raises DraftStays."""
    stored = Programme.objects.select_for_update().get(pk=programme.pk)
    _refuse(may_edit_programme(by, stored), why_programme_stays(stored), stored.version == seen_version)
    told = {"title": stored.title, "kind": stored.kind, "starts_in": stored.starts_in}
    audit(
        "programme_removed", stored, by=by, municipality_id=stored.municipality_id, school_id=stored.school_id, **told
    )
    stored.delete()  # files of its presentations go with the next sweep


@transaction.atomic
def remove_round(*, expertise: Expertise, seen_version: int, by: User) -> None:
    """With the assignments of its experts. Raises DraftStays."""
    stored = Expertise.objects.select_for_update().get(pk=expertise.pk)
    _refuse(may_organise(by, stored.municipality), why_round_stays(stored), stored.version == seen_version)
    told = {"title": stored.title, "experts": list(stored.reviews.values_list("expert", flat=True))}
    audit("expertise_removed", stored, by=by, municipality_id=stored.municipality_id, **told)
    stored.delete()


def _refuse(is_allowed: bool, why_it_stays: str, is_as_seen: bool) -> None:
    if not is_allowed:
        raise DraftStays(NOT_ALLOWED)
    if why_it_stays:
        raise DraftStays(why_it_stays)
    if not is_as_seen:
        raise DraftStays(CHANGED)

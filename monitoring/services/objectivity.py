"""Which results are not to be trusted: a person says so with a reason, or the official yearly list does.

Nothing is taken away: while a flag is active the indicators leave the results out, and lifting it lets them in again.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.jobs import enqueue
from accounts.models import Job, User, audit
from monitoring.jobs.touched import touched_by_flags
from monitoring.models import ObjectivityFlag
from schools.models import Municipality, School


class FlagRefused(Exception):
    """This cannot be done with the results now; the text is for people."""


@transaction.atomic
def mark_not_objective(
    *, school: School, school_year: int, procedure: str, subject: str, grade: int, reason: str, by: Any
) -> ObjectivityFlag:
    """Leave a school's results in one exam out of the indicators, and have the values recomputed."""
    Municipality.objects.lock(school.municipality_id)
    exam = {"school_year": school_year, "procedure": procedure, "subject": subject, "grade": grade}
    if ObjectivityFlag.objects.active().filter(school=school, **exam).exists():
        raise FlagRefused("Эти результаты уже отмечены. Обновите страницу: причина и дата видны в списке.")
    flag = ObjectivityFlag.objects.create(
        school=school, **exam, reason=reason, source={"form": True}, marked_by=by if isinstance(by, User) else None
    )
    audit(
        "results_marked_not_objective",
        flag,
        by=by,
        municipality_id=school.municipality_id,
        school=school.pk,
        exam=list(exam.values()),
        reason=reason,
    )
    recompute_flagged(school.municipality_id, [flag], by=by)
    return flag


@transaction.atomic
def lift_flag(*, flag: ObjectivityFlag, reason: str, by: Any) -> ObjectivityFlag:
    """Let the results in again; the flag stays as a record of who marked, who lifted, and why."""
    school = flag.school
    Municipality.objects.lock(school.municipality_id)
    lifted = ObjectivityFlag.objects.active().filter(pk=flag.pk)
    done = {"lifted_at": timezone.now(), "lifted_by": by if isinstance(by, User) else None, "lift_reason": reason}
    if not lifted.update(**done):
        raise FlagRefused("Отметку уже снял кто-то другой. Обновите страницу.")
    flag.refresh_from_db()
    audit("objectivity_flag_lifted", flag, by=by, municipality_id=school.municipality_id, reason=reason)
    recompute_flagged(school.municipality_id, [flag], by=by)
    return flag


def recompute_flagged(municipality_id: int, flags: Sequence[ObjectivityFlag], *, by: Any) -> None:
    """Ask for what these flags touch, where any results stand under them."""
    scope = touched_by_flags(flags)
    if scope:
        enqueue(Job.Kind.RECOMPUTE, municipality_id=municipality_id, by=by, scope=scope)

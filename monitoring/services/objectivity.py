"""Which results are not to be trusted: a person says so with a reason, or the official yearly list does.

Nothing is taken away: while a flag is active the indicators leave the results out, and lifting it lets them in again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.jobs import enqueue
from accounts.models import Job, User, audit
from indicators.procedures import Procedure
from monitoring.imports.objectivity_list import Mark
from monitoring.jobs.touched import touched_by_flags
from monitoring.models import ObjectivityFlag
from monitoring.models.results import ALL_WAVES
from schools.models import Municipality, School

REASON = "Признаки необъективности ВПР {year} года: маркер «{marker}» официального списка"


class FlagRefused(Exception):
    """This cannot be done with the results now; the text is for people."""


@transaction.atomic
def mark_not_objective(
    *, school: School, school_year: int, procedure: str, subject: str, grade: int, wave: str, reason: str, by: Any
) -> ObjectivityFlag:
    """Leave a school's results in one wave of an exam out of the indicators, and have the values recomputed."""
    Municipality.objects.lock(school.municipality_id)
    exam = {"school_year": school_year, "procedure": procedure, "subject": subject, "grade": grade}
    if ObjectivityFlag.objects.active().filter(school=school, wave__in=[ALL_WAVES, wave], **exam).exists():
        raise FlagRefused("Эти результаты уже отмечены. Обновите страницу: причина и дата видны в списке.")
    flag = ObjectivityFlag.objects.create(
        school=school,
        **exam,
        wave=wave,
        reason=reason,
        source={"form": True},
        marked_by=by if isinstance(by, User) else None,
    )
    audit(
        "results_marked_not_objective",
        flag,
        by=by,
        municipality_id=school.municipality_id,
        school=school.pk,
        exam=[*exam.values(), wave],
        reason=reason,
    )
    _recompute(school.municipality_id, [flag], by=by)
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
    _recompute(school.municipality_id, [flag], by=by)
    return flag


@dataclass(frozen=True)
class ComparedList:
    """What a list adds to the flags there are."""

    new: tuple[Mark, ...]
    same: tuple[Mark, ...]  # marked already, by a list or by a person
    lifted: tuple[Mark, ...]  # a person has lifted what a list said of this exam; the list does not undo that


def compare_list(municipality_id: int, marks: Sequence[Mark]) -> ComparedList:
    """One query, however long the list. The list is about both waves: what a person marked in one is not the same."""
    flags = ObjectivityFlag.objects.filter(
        school__municipality_id=municipality_id,
        procedure=Procedure.VPR,
        wave=ALL_WAVES,
        school_year__in={mark.school_year for mark in marks},
    )
    active, lifted = set(), set()
    for *key, source, lifted_at in flags.values_list(
        "school_id", "school_year", "subject", "grade", "source", "lifted_at"
    ):
        if lifted_at is None:
            active.add(tuple(key))
        elif source.get("file"):
            lifted.add(tuple(key))
    same = [mark for mark in marks if _key(mark) in active]
    stays_lifted = [mark for mark in marks if _key(mark) in lifted - active]
    new = [mark for mark in marks if _key(mark) not in active | lifted]
    return ComparedList(tuple(new), tuple(same), tuple(stays_lifted))


def _key(mark: Mark) -> tuple[int, int, str, int]:
    return mark.school_id, mark.school_year, mark.subject, mark.grade


@dataclass(frozen=True)
class ListOutcome:
    """What taking in the official list did."""

    new: int
    same: int
    lifted: int  # a person has lifted what an earlier list said; that stays
    scope: dict[str, Any] | None  # of the recompute; None when nothing is to be done


@transaction.atomic
def take_objectivity_list(
    *,
    municipality: Municipality,
    marks: Sequence[Mark],
    file_name: str,
    sheet: str,
    by: Any,
    recompute_later: bool = True,
) -> ListOutcome:
    """Mark what the list marks, all or nothing; twice changes nothing. The list does not tell autumn from spring, so a
    mark of it is about both.

    What an earlier list said and this one does not stays until a person lifts it, and what a person has lifted stays
    lifted. The caller that recomputes in the foreground is told the scope.
    """
    Municipality.objects.lock(municipality.pk)
    if {mark.school_id for mark in marks} - set(municipality.schools.values_list("pk", flat=True)):
        raise FlagRefused("Список школ муниципалитета с тех пор изменился: загрузите файл ещё раз.")
    compared = compare_list(municipality.pk, marks)
    flags = ObjectivityFlag.objects.bulk_create(
        ObjectivityFlag(
            school_id=mark.school_id,
            school_year=mark.school_year,
            procedure=Procedure.VPR,
            subject=mark.subject,
            grade=mark.grade,
            wave=ALL_WAVES,
            reason=REASON.format(year=mark.school_year + 1, marker=mark.marker),
            source={"file": file_name, "sheet": sheet, "rows": mark.rows},
            marked_by=by if isinstance(by, User) else None,
        )
        for mark in compared.new
    )
    if flags:
        counts = {"new": len(flags), "same": len(compared.same), "lifted": len(compared.lifted)}
        audit("objectivity_list_taken", municipality, by=by, municipality_id=municipality.pk, file=file_name, **counts)
    scope = touched_by_flags(flags)
    if scope and recompute_later:
        enqueue(Job.Kind.RECOMPUTE, municipality_id=municipality.pk, by=by, scope=scope)
    return ListOutcome(len(flags), len(compared.same), len(compared.lifted), scope)


def _recompute(municipality_id: int, flags: Sequence[ObjectivityFlag], *, by: Any) -> None:
    """Ask for what these flags touch, where any results stand under them."""
    scope = touched_by_flags(flags)
    if scope:
        enqueue(Job.Kind.RECOMPUTE, municipality_id=municipality_id, by=by, scope=scope)

"""What recomputes are about, for the page of jobs, and which of them have left values behind their data."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.urls import reverse

from accounts.job_subjects import Subject
from accounts.models import Job
from indicators.calculations.records import known_kinds
from indicators.engine.scope import Scope
from indicators.procedures import Procedure
from indicators.subjects import subject_name
from schools.wording import counted, period, school_year

NAMED = 2  # so many exams are named, the rest are counted
ROWS = "значение,значения,значений"
CANCELLING = "Показатели останутся прежними до следующего пересчёта, хотя данные для них уже изменились."


def about_recomputes(user: Any, jobs: Sequence[Job]) -> dict[int, Subject]:
    """In words alone: the job itself carries what changed."""
    link = reverse("indicators:list")
    return {job.pk: Subject(_in_words(Scope.of(job.scope)), link) for job in jobs}


def _in_words(scope: Scope) -> str:
    if scope.is_all:
        return "Все показатели"
    return f"Изменилось: {'; '.join(_changed(scope))}"


def _changed(scope: Scope) -> Iterator[str]:
    if scope.exams:
        exams = sorted(scope.exams, key=lambda exam: (-exam[3], *exam))
        rest = f" и ещё {counted(len(exams) - NAMED, 'работа,работы,работ')}" if len(exams) > NAMED else ""
        yield "; ".join(_exam(*exam) for exam in exams[:NAMED]) + rest
    if scope.statistics:
        yield f"собираемые сведения за {_periods(scope.statistics)}"
    if scope.identification:
        yield f"списки школ за {', '.join(map(school_year, sorted(scope.identification)))}"
    if scope.pairs:
        yield f"пары школ за {', '.join(map(school_year, sorted(scope.pairs)))}"
    for code in sorted({kind for kind, _ in scope.records}):
        years = sorted(year for kind, year in scope.records if kind == code)
        name = known_kinds()[code].name if code in known_kinds() else code
        yield f"{name[:1].lower()}{name[1:]} за {', '.join(map(school_year, years))}"
    if scope.targets:
        yield f"планы на {_periods(scope.targets)}"
    if scope.indicators:
        yield counted(len(scope.indicators), "показатель,показателя,показателей")


def _exam(procedure: str, subject: str, grade: int, year: int) -> str:
    known = Procedure(procedure).label if procedure in {known.value for known in Procedure} else procedure
    return f"{known}, {subject_name(subject)}, {grade} класс, {school_year(year)}"


def _periods(changed: Iterable[tuple[Any, str]]) -> str:
    return ", ".join(period(code) for code in sorted({code for _, code in changed}))


def recompute_left_behind(jobs: Iterable[Job]) -> Job | None:
    """The latest recompute that failed or was cancelled and that no other has made good.

    Another makes it good that began after its end and covers what it was to do, alone or with others like it.
    """
    jobs = list(jobs)
    good = [job for job in jobs if not job.has_ended_badly]
    bad = sorted((job for job in jobs if job.has_ended_badly), key=lambda job: job.pk, reverse=True)
    return next((job for job in bad if not _made_good(job, good)), None)


def _made_good(job: Job, good: Iterable[Job]) -> bool:
    later = [Scope.of(other.scope) for other in good if _began_after(other, job)]
    if not later:
        return False
    covered = later[0]
    for scope in later[1:]:
        covered |= scope
    return covered | Scope.of(job.scope) == covered


def _began_after(other: Job, job: Job) -> bool:
    """What waits is still to begin; a claim taken over keeps the moment of the last one."""
    if other.status == Job.Status.QUEUED:
        return True
    return bool(other.started_at and job.finished_at and other.started_at >= job.finished_at)

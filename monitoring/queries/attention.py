"""Of the measuring: uploads that wait, work that failed, numbers that nobody has reported. Only for who may act."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.access import Permission
from accounts.models import Job
from indicators.calculations import FormulaError, dependencies, parse_formula
from indicators.models import Indicator
from indicators.queries.jobs import recompute_left_behind
from indicators.queries.statistics import schools_without_numbers
from monitoring.attention import Attention
from monitoring.models import ResultTotal, Upload
from monitoring.queries.audit import values_differ
from monitoring.queries.pairs_attention import meetings_waiting, requests_waiting
from monitoring.queries.plans_attention import plans_waiting
from monitoring.queries.uploads import overview
from schools.models import Identification, Municipality, School
from schools.ordering import in_natural_order
from schools.periods import school_year_label
from schools.wording import counted, plural

NAMED = 3  # so many schools are named, the rest are counted
RECENT_JOBS = 100
NOT_UP_TO_DATE = "Показатели не учитывают последних изменений в данных."
FILE_FORMS = "файл,файла,файлов"


def attention(user: Any, municipality: Municipality, school_year: int) -> Iterator[Attention]:
    yield from plans_waiting(user, municipality)
    yield from meetings_waiting(user, municipality)
    yield from requests_waiting(user, municipality)
    yield from uploads_waiting(user, municipality)
    yield from failed_jobs(user, municipality)
    yield from values_behind(user, municipality)
    yield from values_differ(user, municipality)
    yield from results_missing(user, municipality, school_year)
    yield from numbers_missing(user, municipality, school_year)


def uploads_waiting(user: Any, municipality: Municipality) -> Iterator[Attention]:
    waiting = Upload.objects.visible_to(user).filter(municipality=municipality, status=Upload.Status.CHECKED)
    for upload in waiting.prefetch_related("entries"):
        view = overview(upload)
        faulty = sorted({entry.name for entry in view.entries} - {entry.name for entry in view.clean})
        if faulty:
            rest = f" и ещё {len(faulty) - 1}" if len(faulty) > 1 else ""
            yield Attention(
                "bad",
                f"{counted(len(faulty), FILE_FORMS)} с замечаниями",
                f"{faulty[0]}{rest}. Пока замечания не исправлены, результаты из них не записать.",
                upload.get_absolute_url(),
                "Посмотреть замечания",
            )
        else:
            ready = plural(view.files, "ждёт,ждут,ждут")
            yield Attention(
                "warn",
                f"{counted(view.files, FILE_FORMS)} {ready} подтверждения",
                "Проверка прошла без замечаний. Посмотрите, что изменится, и запишите результаты.",
                upload.get_absolute_url(),
                "Проверить и записать",
            )


def failed_jobs(user: Any, municipality: Municipality) -> Iterator[Attention]:
    """The latest of each kind of work about the same thing, if it failed; recomputes have a card of their own."""
    latest: dict[tuple[str, int | None], Job] = {}
    jobs = Job.objects.visible_to(user).filter(municipality=municipality).exclude(kind=Job.Kind.RECOMPUTE)
    for job in jobs.order_by("-pk")[:RECENT_JOBS]:
        latest.setdefault((job.kind, job.subject_id), job)
    for job in latest.values():
        if job.status == Job.Status.FAILED:
            title = f"{job.get_kind_display()}: {job.get_status_display()}"
            yield Attention("bad", title, job.problem, reverse("accounts:job", args=[job.pk]), "Что можно сделать")


def values_behind(user: Any, municipality: Municipality) -> Iterator[Attention]:
    """A recompute failed or was cancelled, and none has done its work since: numbers are not what the data say."""
    recomputes = Job.objects.visible_to(user).filter(municipality=municipality, kind=Job.Kind.RECOMPUTE)
    job = recompute_left_behind(recomputes.order_by("-pk")[:RECENT_JOBS])
    if job:
        yield Attention(
            "bad",
            f"{job.get_kind_display()}: {job.get_status_display()}",
            f"{NOT_UP_TO_DATE} {job.problem}" if job.status == Job.Status.FAILED else NOT_UP_TO_DATE,
            reverse("accounts:do_job_again", args=[job.pk]),
            "Запустить ещё раз",
            is_done_at_once=True,
        )


def results_missing(user: Any, municipality: Municipality, school_year: int) -> Iterator[Attention]:
    """A year that has indicators to work out from results, and no results."""
    if not municipality.allows(user, Permission.RESULTS_IMPORT):
        return
    formulas = Indicator.objects.visible_to(user).filter(municipality=municipality).values_list("formula", flat=True)
    if not any(map(_looks_at_results, formulas)):
        return
    results = ResultTotal.objects.visible_to(user).filter(school__municipality=municipality, school_year=school_year)
    if results.exists():
        return
    yield Attention(
        "warn",
        f"Нет результатов за {school_year_label(school_year)}",
        "Загрузите файлы ФИС ОКО и РИС ГИА за этот учебный год: по ним портал посчитает показатели.",
        reverse("monitoring:uploads"),
        "Перейти к данным",
    )


def _looks_at_results(formula: Any) -> bool:
    """A formula that does not hold together is told of elsewhere."""
    try:
        return bool(dependencies(parse_formula(formula)).exams)
    except FormulaError:
        return False


def numbers_missing(user: Any, municipality: Municipality, school_year: int) -> Iterator[Attention]:
    """Schools of the year's list that have reported nothing; where there is no list, any school."""
    silent = schools_without_numbers(user=user, municipality=municipality, school_year=school_year)
    listed = Identification.objects.visible_to(user).filter(school__municipality=municipality, school_year=school_year)
    missing = in_natural_order(silent.filter(pk__in=listed.values("school")) if listed.exists() else silent)
    if missing:
        yield Attention(
            "warn",
            f"Нет сведений от {counted_genitive(len(missing))}",
            f"За {school_year_label(school_year)} не сообщили: {_names(missing)}.",
            f"{reverse('indicators:statistics')}?year={school_year}",
            "Внести сведения",
        )


def counted_genitive(count: int) -> str:
    return f"{count} {plural(count, 'школы,школ,школ')}"


def _names(schools: list[School]) -> str:
    named = ", ".join(school.name for school in schools[:NAMED])
    return f"{named} и ещё {len(schools) - NAMED}" if len(schools) > NAMED else named

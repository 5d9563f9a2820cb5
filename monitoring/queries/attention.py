"""Of the measuring: uploads that wait, work that failed, numbers that nobody has reported. Only for who may act."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.access import Permission
from accounts.models import Job
from indicators.models import Indicator
from indicators.queries.statistics import StatisticsSheet, schools_without_numbers, statistics_sheet
from monitoring.attention import Attention
from monitoring.models import ResultTotal, Upload
from monitoring.queries.uploads import overview
from schools.models import Identification, Municipality, School
from schools.periods import school_year_label
from schools.wording import counted, plural

NAMED = 3  # so many schools are named, the rest are counted
RECENT_JOBS = 100
FILE_FORMS = "файл,файла,файлов"


def attention(user: Any, municipality: Municipality, school_year: int) -> Iterator[Attention]:
    yield from uploads_waiting(user, municipality)
    yield from failed_jobs(user, municipality)
    yield from results_missing(user, municipality, school_year)
    sheet = statistics_sheet(user=user, municipality=municipality, school_year=school_year)
    yield from numbers_missing(user, sheet, school_year)


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
    """The latest of each kind of work about the same thing, if it failed."""
    latest: dict[tuple[str, int | None], Job] = {}
    jobs = Job.objects.visible_to(user).filter(municipality=municipality).order_by("-pk")
    for job in jobs[:RECENT_JOBS]:
        latest.setdefault((job.kind, job.subject_id), job)
    for job in latest.values():
        if job.status == Job.Status.FAILED:
            link, link_text = _place_of(job)
            yield Attention("bad", f"{job.get_kind_display()}: не удалось", job.problem, link, link_text)


def _place_of(job: Job) -> tuple[str, str]:
    match job.kind:
        case Job.Kind.READ_UPLOAD | Job.Kind.STORE_UPLOAD:
            return reverse("monitoring:upload", args=[job.subject_id]), "Открыть загрузку"
        case Job.Kind.RENDER_REPORT:
            return reverse("reports:report", args=[job.subject_id]), "Открыть документ"
        case _:
            return reverse("indicators:list"), "К показателям"


def results_missing(user: Any, municipality: Municipality, school_year: int) -> Iterator[Attention]:
    """A year that has indicators to work out and nothing to work them out from."""
    if not municipality.allows(user, Permission.RESULTS_IMPORT):
        return
    if not Indicator.objects.visible_to(user).filter(municipality=municipality).exists():
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


def numbers_missing(user: Any, sheet: StatisticsSheet, school_year: int) -> Iterator[Attention]:
    """Schools of the year's list that have reported nothing; where there is no list, any school."""
    if not sheet.kinds or not sheet.editable:
        return
    listed = set(
        Identification.objects.visible_to(user)
        .filter(school__municipality=sheet.municipality, school_year=school_year)
        .values_list("school_id", flat=True)
    )
    expected = [
        school for school in sheet.schools if school.pk in sheet.editable and (not listed or school.pk in listed)
    ]
    missing = schools_without_numbers(sheet, expected)
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

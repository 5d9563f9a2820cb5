"""Roadmaps as printed, with the state of each row on the last day that the portal knows something of."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Max
from django.utils import timezone

from indicators.periods import periods_of_year
from reports.formats import Format
from reports.kinds.base import DocumentKind, ReportRefused
from reports.models import Report
from reports.roadmaps import PrintedRoadmap, RoadmapDocument, RowState
from roadmaps.models import Activity, ActivityChange, ProgressUpdate, Roadmap
from roadmaps.plans.rows import Plan
from roadmaps.queries.plan import DOCUMENT_ORDER, plans_of
from roadmaps.queries.tables import Line, lines_of
from schools.models import Municipality, School
from schools.periods import Period, PeriodKind
from schools.wording import day as day_in_words


def build(*, municipality: Municipality, period: str, school: School | None = None) -> RoadmapDocument:
    """All roadmaps that run in the period: the municipality's own, or the school's."""
    time = Period.parse(period)
    running = Roadmap.objects.filter(
        municipality=municipality, school=school, starts_on__lte=time.ends_on, ends_on__gte=time.starts_on
    )
    roadmaps = list(running.order_by("starts_on", "pk"))
    if not roadmaps:
        whose = f"У школы «{school.name}»" if school else f"У муниципалитета «{municipality}»"
        raise ReportRefused(
            f"{whose} нет дорожной карты, которая действует в такой период: {time.label}. "
            "Внесите её или выберите другой период."
        )
    as_of = min(time.ends_on, _known_until(roadmaps))
    plans, lines = plans_of(roadmaps), _lines(roadmaps, as_of)
    return RoadmapDocument(
        municipality=municipality.full_name or municipality.name,
        department=municipality.department_name,
        school=school.name if school else "",
        period=period,
        is_demo=municipality.is_demo,
        as_of=as_of.isoformat(),
        roadmaps=tuple(_printed(roadmap, plans[roadmap.pk], lines[roadmap.pk]) for roadmap in roadmaps),
    )


def _known_until(roadmaps: Sequence[Roadmap]) -> dt.date:
    """The day of the latest entry about these roadmaps. With the day of printing instead, the same data would be
    another document every day."""
    reports = ProgressUpdate.objects.filter(occurrence__activity__roadmap__in=roadmaps)
    told = reports.aggregate(Max("written_at"), Max("submitted_at"), Max("judged_at"))
    changes = ActivityChange.objects.filter(activity__roadmap__in=roadmaps).aggregate(Max("at"))
    moments = (*told.values(), *changes.values(), *(roadmap.created_at for roadmap in roadmaps))
    return max(timezone.localdate(moment) for moment in moments if moment is not None)


def _lines(roadmaps: Sequence[Roadmap], as_of: dt.date) -> dict[int, list[Line]]:
    standing = Activity.objects.filter(roadmap__in=roadmaps, removed_at__isnull=True)
    found: dict[int, list[Line]] = defaultdict(list)
    for line in lines_of(standing.order_by(*DOCUMENT_ORDER), as_of):
        found[line.activity.roadmap_id].append(line)
    return found


def _printed(roadmap: Roadmap, plan: Plan, lines: Iterable[Line]) -> PrintedRoadmap:
    return PrintedRoadmap(
        plan=plan,
        states=tuple(_state(line) for line in lines),
        approval=_approval(roadmap),
        term=f"{day_in_words(roadmap.starts_on)} – {day_in_words(roadmap.ends_on)}",
    )


def _state(line: Line) -> RowState:
    if len(line.times) < 2:
        return RowState(line.status.label)
    return RowState(line.status.label, line.done, line.awaited)


def _approval(roadmap: Roadmap) -> tuple[str, ...]:
    if roadmap.state == Roadmap.State.DRAFT:
        return ("ПРОЕКТ",)
    if not roadmap.order_number:
        return ()
    dated = f" от {day_in_words(roadmap.order_date)}" if roadmap.order_date else ""
    return ("УТВЕРЖДЕНА", f"приказом{dated} № {roadmap.order_number}")


def periods_with_roadmaps(municipality: Municipality) -> list[str]:
    """Periods in which a roadmap of the municipality or of one of its schools runs, latest first."""
    terms = Roadmap.objects.filter(municipality=municipality).order_by().values_list("starts_on", "ends_on").distinct()
    codes = {code for term in terms for code in _periods(municipality.period_kind, *term)}
    return sorted(codes, key=Period.parse, reverse=True)


def _periods(kind: str, starts_on: dt.date, ends_on: dt.date) -> Iterable[str]:
    years = range(starts_on.year - 1, ends_on.year + 1)
    if kind == PeriodKind.DATE:  # the end of every year, and of the term
        return [min(dt.date(year, 12, 31), ends_on).isoformat() for year in years[1:]]
    periods = (Period.parse(code) for year in years for code in periods_of_year(kind, year))
    return [one.code for one in periods if one.starts_on <= ends_on and one.ends_on >= starts_on]


KIND = DocumentKind(
    code=Report.Kind.ROADMAP,
    build=build,
    periods=periods_with_roadmaps,
    formats=(Format.PDF, Format.DOCX, Format.XLSX),
    hint="План мероприятий, как он напечатан в документе; в PDF — с состоянием каждой строки. Word и Excel можно "
    "поправить и загрузить как новую дорожную карту. Муниципальный, а если выбрать школу — её собственный.",
    content=RoadmapDocument,
    may_be_about_school=True,
)

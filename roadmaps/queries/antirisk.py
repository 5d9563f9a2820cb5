"""What is being done about the activated risks of a school: programmes that grew from them, rows that work on them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q

from roadmaps.models import Activity, Programme, Roadmap
from roadmaps.queries.tables import Line, lines_of
from roadmaps.states import Status
from schools.models import RiskFactor, School, SchoolRisk
from schools.periods import school_year_of


@dataclass(frozen=True)
class RiskAtWork:
    """An activated risk, its antirisk programmes, and the rows of the school's roadmaps that work on it."""

    risk: SchoolRisk
    programmes: tuple[Programme, ...]
    rows: tuple[Line, ...]

    @property
    def done(self) -> int:
        return sum(line.status is Status.DONE for line in self.rows)

    @property
    def late(self) -> int:
        return sum(line.status is Status.LATE for line in self.rows)


def risks_at_work(*, user: Any, school: School, school_year: int, today: dt.date) -> list[RiskAtWork]:
    """In a few queries, however many there are."""
    visible = Programme.objects.visible_to(user).filter(kind=Programme.Kind.ANTIRISK)
    activated = SchoolRisk.objects.visible_to(user).filter(
        school=school, factor__school_year=school_year, decision=SchoolRisk.Decision.ACTIVATED
    )
    risks = list(activated.select_related("factor").prefetch_related(Prefetch("programmes", queryset=visible)))
    rows = _rows_by_risk(user, school, risks, today)
    return [RiskAtWork(risk, tuple(risk.programmes.all()), tuple(rows[risk.pk])) for risk in risks]


def _rows_by_risk(user: Any, school: School, risks: list[SchoolRisk], today: dt.date) -> dict[int, list[Line]]:
    by_factor = {risk.factor_id: risk.pk for risk in risks}
    of_school = Roadmap.objects.visible_to(user).filter(school=school)
    working = Activity.objects.filter(
        Q(section__risk__in=risks) | Q(risk_factors__in=by_factor), roadmap__in=of_school, removed_at__isnull=True
    ).distinct()
    found: dict[int, list[Line]] = defaultdict(list)
    for line in lines_of(working.select_related("section").prefetch_related("risk_factors"), today):
        keys = {by_factor[factor.pk] for factor in line.activity.risk_factors.all() if factor.pk in by_factor}
        if line.activity.section.risk_id is not None:
            keys.add(line.activity.section.risk_id)
        for key in keys:
            found[key].append(line)
    return found


def factors_for(roadmap: Roadmap) -> Any:
    """The factors that rows of this roadmap may work on: of the catalogues of its years."""
    years = range(school_year_of(roadmap.starts_on), school_year_of(roadmap.ends_on) + 1)
    rows = RiskFactor.objects.filter(municipality=roadmap.municipality_id, school_year__in=list(years))
    return rows.order_by("school_year", "position", "pk")

"""Which schools may have low results next year: forecasts that were tried on held-back years, or silence."""

from dataclasses import dataclass
from typing import Any

from accounts.access import Permission
from indicators.queries.covering import covering_of
from monitoring.analysis.forecast import MIN_PAIRS, Forecast, Trial, by_school, warn
from monitoring.queries.analysis.low_results import low_results
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.periods import school_year_label

THRESHOLD = 0.3  # of low results, as the method of identification has it
LIKELY, POSSIBLE = 0.5, 0.25

SILENT = {
    "few_years": "Прогноз не строится: нужны результаты хотя бы трёх лет, чтобы было на чём его проверить.",
    "few_pairs": f"Прогноз не строится: для проверки на прошлых годах нужно хотя бы {MIN_PAIRS} пар «школа — экзамен».",
    "no_events": "Прогноз не строится: в проверочные годы доля низких результатов везде по одну сторону порога.",
    "no_skill": "Прогноз не показывается: на прошлых годах он если и был точнее предположения, "
    "что риск у всех одинаков, то не больше, чем мог бы случайно.",
}


@dataclass(frozen=True)
class ForecastLine:
    """One exam of a school."""

    forecast: Forecast

    @property
    def level(self) -> str:
        probability = self.forecast.probability
        return "likely" if probability >= LIKELY else "possible" if probability >= POSSIBLE else "unlikely"


@dataclass(frozen=True)
class WarnedSchool:
    school: School
    lines: tuple[ForecastLine, ...]


@dataclass(frozen=True)
class EarlyWarning:
    known_until: int  # the last school year with results
    schools: tuple[WarnedSchool, ...]  # those with something to watch
    quiet: int  # schools of which nothing of the kind is foretold
    unsaid: int  # schools of which not all may be said: it would tell the few pupils of another
    trial: Trial | None
    silent: str

    @property
    def tried_on(self) -> str:
        return ", ".join(school_year_label(year) for year in self.trial.years) if self.trial else ""


def early_warning(*, user: Any, municipality: Municipality, school_year: int) -> EarlyWarning:
    """From all results up to the school year in view, for the year after it."""
    found = warn(low_results(municipality, until=school_year), threshold=THRESHOLD)
    schools = {
        school.pk: school
        for school in School.objects.allowing(user, Permission.RESULTS_VIEW).filter(municipality=municipality)
    }
    covering = covering_of(user)
    forecasts = {pk: rows for pk, rows in by_school(found.forecasts).items() if pk in schools}
    unsaid = {
        pk for pk, rows in forecasts.items() if any(covering.hides_work(pk, found.year, *row.series) for row in rows)
    }
    watched = []
    for school in in_natural_order(schools[pk] for pk in forecasts):
        lines = tuple(
            ForecastLine(row)
            for row in forecasts[school.pk]
            if row.probability >= POSSIBLE
            and not (school.pk in unsaid and covering.hides_work(school.pk, found.year, *row.series))
        )
        if lines:
            watched.append(WarnedSchool(school, lines))
    return EarlyWarning(
        known_until=found.year,
        schools=tuple(watched),
        quiet=len(forecasts.keys() - unsaid - {item.school.pk for item in watched}),
        unsaid=len(unsaid),
        trial=found.trial,
        silent=SILENT.get(found.silent, ""),
    )

"""Reads all that a municipality has: what people brought in, and what is to be worked out of it.

Sessions are read school by school and only the numbers that some formula asks for are kept, so memory grows with the
number of values and not with the files.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import Any

from indicators.models import Baseline, Indicator, IndicatorVersion, MunicipalityStatistic, SchoolStatistic, Target
from mentoring.models import Pairing
from monitoring.audit import mentoring, sessions
from monitoring.audit.answers import added
from monitoring.audit.calendar import first_day, kind_of, periods_that_see, school_year_of
from monitoring.audit.nodes import Book, Found, Node, Numbers, Place
from monitoring.audit.plan import Start
from monitoring.audit.reports import Reports, counted_to, day_counted_to, periods_that_hold
from monitoring.audit.standing import OF_A_YEAR, by_then, day_of, is_reported_by, latest
from monitoring.models import ObjectivityFlag, Result
from schools.models import Identification, PublishedCategory, School

GRADE_OF_PAPER = {"oge": 9, "ege": 11}
NOT_READ = ("tasks", "sources", "warnings")
SCHOOLS_AT_ONCE = 50  # whose sessions are in memory together
Exam = tuple[int, str, str, int, str]  # school year, procedure, subject, grade of the paper, wave
Paper = tuple[Any, ...]  # an exam of whatever year
Flags = dict[int, set[Exam]]


@dataclass(frozen=True)
class Definition:
    """What an indicator is in a period."""

    version: int
    direction: str
    node: Node
    population: dict[str, Any]


@dataclass
class Measure:
    """An indicator with all its versions."""

    pk: int
    code: str
    period_kind: str
    versions: list[IndicatorVersion]
    dates: tuple[str, ...] = ()  # on which it is measured
    targets: dict[Place, dict[str, Fraction]] = field(default_factory=lambda: defaultdict(dict))
    baselines: dict[Place, Start] = field(default_factory=dict)

    def version_on(self, day: dt.date | None) -> IndicatorVersion | None:
        """For periods that begin on the day: the highest of those that hold from then or from the beginning. None is
        before all days."""
        holding = [one for one in self.versions if one.valid_from is None or (day and one.valid_from <= day)]
        return max(holding, key=lambda one: one.number, default=None)


class Town:
    def __init__(self, municipality_id: int) -> None:
        self.municipality_id = municipality_id
        self.book = Book()
        self.measures = _measures(municipality_id)
        self.codes = {
            pk: code or login
            for pk, code, login in School.objects.filter(municipality_id=municipality_id).values_list(
                "pk", "code", "fisoko_login"
            )
        }
        self.lists = _lists(municipality_id)
        self.period_kinds = {measure.period_kind for measure in self.measures}
        self.dates = sorted({date for measure in self.measures for date in measure.dates})
        self.numbers: Numbers = {}

    def definition(self, measure: Measure, period: str) -> Definition | None:
        """None where the indicator has none yet, or refers to one that has none."""
        return self.definition_on(measure, first_day(period))

    def definition_on(self, measure: Measure, day: dt.date | None) -> Definition | None:
        own = measure.version_on(day)
        if own is None:
            return None
        in_force = {one.code: version for one in self.measures if (version := one.version_on(day))}
        formulas = {code: version.formula for code, version in in_force.items() if code != measure.code}
        try:
            node = self.book.node(own.formula, formulas)
        except KeyError:
            return None
        return Definition(own.number, own.direction, node, own.population)

    def members(self, population: dict[str, Any], period: str) -> Collection[int]:
        """The schools that an indicator is about."""
        match population["type"]:
            case "all":
                return self.codes.keys()
            case "schools":
                return {pk for pk, code in self.codes.items() if code and code in population["codes"]}
            case "pairs":
                return mentoring.side_of(self.pairs, population["side"], period) & self.codes.keys()
            case "categories":
                listed = self.lists.get(school_year_of(period), {})
            case "categories_of_year":
                listed = self.lists.get(population["school_year"], {})
        return {school for category in population["categories"] for school in listed.get(category, ())}

    @cached_property
    def pairs(self) -> list[Pairing]:
        return mentoring.pairs_of_schools(self.municipality_id)

    def read(self, leaves: Iterable[Node]) -> None:
        """All numbers that these leaves look at."""
        wanted = {leaf.text: leaf for leaf in leaves}
        self.numbers.update({text: defaultdict(dict) for text in wanted})
        self._read_results([leaf for leaf in wanted.values() if leaf.type == "results"])
        self._read_statistics({leaf.data["code"]: leaf for leaf in wanted.values() if leaf.type == "statistic"})
        for leaf in wanted.values():
            if leaf.type == "identified":
                self._read_identified(leaf)
        of_records: dict[str, dict[str, Node]] = defaultdict(dict)
        for leaf in wanted.values():
            if leaf.type == "records":
                of_records[leaf.data["kind"]][leaf.data["measure"]] = leaf
        self._read_reports(of_records.pop("activities", {}))
        self._read_mentoring(of_records)

    # --- Results ---------------------------------------------------------------------------

    def _read_results(self, leaves: list[Node]) -> None:
        by_exam: dict[tuple[str, str, str], list[Node]] = defaultdict(list)
        for leaf in leaves:
            by_exam[leaf.data["procedure"], leaf.data["subject"], _wave_of(leaf)].append(leaf)
        flags = self._flags()
        for school, own in groupby(self._sessions(by_exam), key=lambda session: session["school_id"]):
            for exam, held in _by_exam(own).items():
                year, procedure, subject, grade, wave = exam
                asking = [leaf for leaf in by_exam.get((procedure, subject, wave), ()) if _asks_for(leaf, grade, held)]
                attempts = sessions.attempts_of(procedure, subject, held) if asking else {}
                left_out = (
                    Found(None, excluded=frozenset({(school, *exam)})) if _is_flagged(flags[school], exam) else None
                )
                for leaf in asking:
                    attempt = attempts.get(leaf.data.get("attempt") or "first")
                    if attempt is not None:
                        found = left_out or _found(leaf, attempt)
                        self._note(leaf, school, periods_that_see(year, in_autumn=wave == "autumn"), found)
        if self.dates:
            self._read_at_dates(by_exam, flags)

    def _read_at_dates(self, by_exam: dict[tuple[str, str, str], list[Node]], flags: Flags) -> None:
        """What stands on each date; the year of ВПР and ГИА is known only when all schools have been seen."""
        begun: dict[tuple[str, Paper], int] = defaultdict(int)
        of_years: list[tuple[int, tuple[str, Paper], list[dict[str, Any]]]] = []
        for _, own in groupby(self._sessions(by_exam), key=lambda session: session["school_id"]):
            last: dict[tuple[str, Paper], list[dict[str, Any]]] = {}
            for (year, *paper), held in _by_exam(own).items():
                for date in self.dates:
                    there, at = by_then(held, date), (date, tuple(paper))
                    if not there or (paper[0], paper[1], paper[3]) not in by_exam:
                        continue
                    if paper[0] in OF_A_YEAR:
                        begun[at] = max(begun[at], year)
                        of_years.append((year, at, there))
                    elif max(map(day_of, there)) > max(map(day_of, last.get(at, [])), default=""):
                        last[at] = there
            for at, there in last.items():
                latest_day = max(map(day_of, there))
                self._stand(by_exam, flags, at, [one for one in there if day_of(one) == latest_day])
        for year, at, there in of_years:
            if year == begun[at]:
                self._stand(by_exam, flags, at, there)

    def _stand(
        self, by_exam: dict[tuple[str, str, str], list[Node]], flags: Flags, at: tuple[str, Paper], held: list[Any]
    ) -> None:
        date, (procedure, subject, grade, wave) = at
        school, year = held[0]["school_id"], held[0]["school_year"]
        exam = (year, procedure, subject, grade, wave)
        attempts = sessions.attempts_of(procedure, subject, held)
        is_flagged = _is_flagged(flags[school], exam)
        for leaf in by_exam[procedure, subject, wave]:
            attempt = attempts.get(leaf.data.get("attempt") or "first")
            if attempt is not None and _asks_for(leaf, grade, held):
                found = _found(leaf, attempt)._replace(as_of=max(map(day_of, held)))
                self._note(
                    leaf, school, [date], Found(None, excluded=frozenset({(school, *exam)})) if is_flagged else found
                )

    def _sessions(self, by_exam: Iterable[tuple[str, str, str]]) -> Iterator[dict[str, Any]]:
        """Of whatever procedures are asked for, some schools at a time."""
        fields = [one.attname for one in Result._meta.concrete_fields if one.attname not in NOT_READ]
        procedures = {procedure for procedure, _, _ in by_exam}
        schools = sorted(self.codes)
        for start in range(0, len(schools), SCHOOLS_AT_ONCE):
            rows = Result.objects.filter(school__in=schools[start : start + SCHOOLS_AT_ONCE], procedure__in=procedures)
            yield from rows.order_by("school_id", "subject", "session").values(*fields)

    def _flags(self) -> Flags:
        """School year, procedure, subject, grade and wave ("" for all) of what is not to be trusted, by school."""
        flags: Flags = defaultdict(set)
        active = ObjectivityFlag.objects.filter(school__municipality=self.municipality_id, lifted_at__isnull=True)
        for row in active.values_list("school_id", "school_year", "procedure", "subject", "grade", "wave"):
            flags[row[0]].add(row[1:])
        return flags

    def _note(self, leaf: Node, school: int, periods: Iterable[str], found: Found) -> None:
        for period in periods:
            if kind_of(period) in self.period_kinds:
                column = self.numbers[leaf.text][period]
                column[school] = _both(column[school], found) if school in column else found

    # --- Statistics and lists ------------------------------------------------------------------

    def _read_statistics(self, leaves: dict[str, Node]) -> None:
        fields = ("kind__code", "kind__counts_pupils", "period", "value")
        of_schools = SchoolStatistic.objects.filter(school__municipality=self.municipality_id, kind__code__in=leaves)
        of_town = MunicipalityStatistic.objects.filter(municipality=self.municipality_id, kind__code__in=leaves)
        rows = [*of_schools.values_list("school_id", *fields), *((None, *row) for row in of_town.values_list(*fields))]
        for place, code, counts_pupils, period, value in rows:
            found = Found(Fraction(value), int(value) if counts_pupils else None, as_of=period)
            of_number = self.numbers[leaves[code].text]
            if kind_of(period) != "date":
                of_number[period][place] = found._replace(as_of=None)
            for date in self.dates:
                known = of_number[date].get(place)
                if is_reported_by(period, date) and (known is None or latest([known.as_of, period]) == period):
                    of_number[date][place] = found

    def _read_identified(self, leaf: Node) -> None:
        """A year with a list names a school or does not; one without says nothing of any."""
        for year, listed in self.lists.items():
            named = {school for category in leaf.data["categories"] for school in listed.get(category, ())}
            for period in (*periods_that_see(year), *(date for date in self.dates if school_year_of(date) == year)):
                self.numbers[leaf.text][period] = {school: Found(int(school in named)) for school in self.codes}

    # --- Records of the portal -------------------------------------------------------------------

    def _read_reports(self, leaves: dict[str, Node]) -> None:
        """By school and period, never at dates."""
        reports = Reports(self.municipality_id)
        for school, due_on, numbers in reports.counted() if leaves else ():
            for measure, leaf in leaves.items():
                for period in periods_that_hold(due_on):
                    found = Found(numbers[measure], as_of=counted_to(period, reports.up_to or due_on))
                    self._note(leaf, school, [period], found)

    def _read_mentoring(self, kinds: dict[str, dict[str, Node]]) -> None:
        up_to = day_counted_to(self.municipality_id) if kinds else None
        if up_to is None:
            return
        for kind, leaves in kinds.items():
            found = mentoring.counted(kind, self.municipality_id, self.period_kinds, up_to, self.codes)
            for period, of_schools in found.items():
                as_of = counted_to(period, up_to)
                for school, numbers in of_schools.items():
                    for measure in leaves.keys() & numbers.keys():
                        self._note(leaves[measure], school, [period], Found(numbers[measure], as_of=as_of))


def _measures(municipality_id: int) -> list[Measure]:
    indicators = Indicator.objects.filter(municipality_id=municipality_id).order_by("pk").prefetch_related("versions")
    measures = {
        row.pk: Measure(row.pk, row.code, row.period_kind, list(row.versions.all()), tuple(sorted(row.measured_on)))
        for row in indicators
    }
    planned = Target.objects.filter(indicator__in=measures).values_list("indicator_id", "school_id", "period", "value")
    for indicator, school, period, value in planned:
        if kind_of(period) == measures[indicator].period_kind:
            measures[indicator].targets[school][period] = Fraction(value)
    started = Baseline.objects.filter(indicator__in=measures).values_list(
        "indicator_id", "school_id", "period", "value"
    )
    for indicator, school, period, value in started:
        measures[indicator].baselines[school] = Start(period, Fraction(value))
    return list(measures.values())


def _lists(municipality_id: int) -> dict[int, dict[str, set[int]]]:
    lists: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = Identification.objects.filter(school__municipality_id=municipality_id)
    for school, year, category in rows.values_list("school_id", "school_year", "category"):
        lists[year][category].add(school)
    published = PublishedCategory.objects.filter(municipality=municipality_id)
    for year, category in published.values_list("school_year", "category"):
        lists[year].setdefault(category, set())
    return lists


def _wave_of(leaf: Node) -> str:
    usual = "spring" if leaf.data["procedure"] == "vpr" else "main"
    return str(leaf.data.get("wave") or usual)


def _asks_for(leaf: Node, grade: int, held: list[dict[str, Any]]) -> bool:
    """Whether it is about a paper of this grade, and pupils of theirs."""
    of_pupils = leaf.data.get("pupil_grade")
    of_paper = leaf.data.get("grade") or (None if of_pupils else GRADE_OF_PAPER.get(leaf.data["procedure"]))
    return of_paper in (None, grade) and of_pupils in (None, held[0]["pupil_grade"])


def _by_exam(held: Iterable[dict[str, Any]]) -> dict[Exam, list[dict[str, Any]]]:
    """The sessions of each exam; those of the levels of ЕГЭ mathematics are those of the union too."""
    exams: dict[Exam, list[dict[str, Any]]] = defaultdict(list)
    for one in held:
        subjects = [one["subject"]]
        if sessions.is_in_union(one["procedure"], one["subject"]):
            subjects.append(sessions.UNION)
        for subject in subjects:
            exams[one["school_year"], one["procedure"], subject, one["grade"], one["wave"]].append(one)
    return exams


def _is_flagged(flags: Collection[Exam], exam: Exam) -> bool:
    """A level in doubt takes the union with it, and the union its levels; a mark is about one wave or about all."""
    year, procedure, subject, grade, wave = exam
    doubtful = {subject}
    if procedure == "ege" and subject == sessions.UNION:
        doubtful.update(sessions.LEVELS_OF_UNION)
    if sessions.is_in_union(procedure, subject):
        doubtful.add(sessions.UNION)
    return any((year, procedure, one, grade, of_wave) in flags for one in doubtful for of_wave in (wave, ""))


def _found(leaf: Node, attempt: dict[str, Any]) -> Found:
    measure = leaf.data["measure"]
    number = sessions.number_in(attempt, measure, leaf.data.get("levels") or ())
    spread = sessions.spread_of(attempt, measure) if number is not None else None
    if spread is not None and (not spread.total() or sum(score * many for score, many in spread.items()) != number):
        spread = None  # the file says less of the single scores than of their sum
    return Found(number, attempt.get("participants"), spread=spread)


def _both(one: Found, other: Found) -> Found:
    """Pupils of one grade who wrote papers of two."""
    excluded = one.excluded | other.excluded
    kept = [found for found in (one, other) if not found.is_left_out]
    if len(kept) < 2:
        return (kept or [one])[0]._replace(excluded=excluded)
    return Found(
        number=added([one.number, other.number]),
        pupils=added([one.pupils, other.pupils]),
        excluded=excluded,
        spread=one.spread + other.spread if one.spread and other.spread else None,
        as_of=latest([one.as_of, other.as_of]),
    )

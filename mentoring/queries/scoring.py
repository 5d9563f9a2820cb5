"""Score sheets of a school year as a person may see them: criteria with scores, total, level and what has changed since
the year before; the yearly monitoring of methodical help as one table of schools.

Documents and pages read the same here. The number of queries depends neither on schools nor on criteria.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from accounts.access import Permission
from mentoring.models import ScoreCriterion, ScoreEdition, ScoreMark, ScoreSheet
from mentoring.scores import LEVELS, Held, Level, SheetKind, SheetState, Window, held, mean, total_of, window_of
from roadmaps.models import Participant, Programme
from schools.models import Category, Identification, Municipality, School
from schools.ordering import in_natural_order

WEAK = (Category.LOW_RESULTS, Category.DIFFICULT_CONDITIONS)


@dataclass(frozen=True)
class ScoreLine:
    """A criterion of a sheet; `before` is what the sheet of the year before says under the same code."""

    criterion: ScoreCriterion
    mark: ScoreMark | None
    before: ScoreMark | None = None

    @property
    def score(self) -> int | None:
        return self.mark.score if self.mark else None

    @property
    def meaning(self) -> str:
        """What the score means by the scale; empty without one."""
        steps = self.criterion.steps
        return steps[self.score] if self.score is not None and self.score < len(steps) else ""

    @property
    def change(self) -> int | None:
        """Of the score against the year before; None where there is none or its scale was another one."""
        if self.score is None or self.before is None or self.before.score is None:
            return None
        return self.score - self.before.score if self.before.criterion.top == self.criterion.top else None

    @property
    def has_evidence(self) -> bool:
        """Whether the score rests on anything: figures that the portal proposes it by, words, a link or a file."""
        mark = self.mark
        if mark is None:
            return False
        by_figures = mark.suggested is not None and mark.suggested == mark.score
        return by_figures or bool(mark.why or mark.evidence or mark.link or mark.files.all())

    @property
    def shortcoming(self) -> str:
        """To mend within the next year."""
        return self.mark.shortcoming if self.mark else ""

    @property
    def was_to_mend(self) -> str:
        """The shortcoming that was stated a year before."""
        return self.before.shortcoming if self.before else ""

    @property
    def was_mended(self) -> str:
        """What is said of it now; empty while nobody has said anything."""
        return self.mark.get_mended_display() if self.mark and self.mark.mended else ""


@dataclass(frozen=True)
class ScoredSheet:
    """A sheet with its criteria, those without a score among them."""

    sheet: ScoreSheet
    lines: list[ScoreLine]
    before: "ScoredSheet | None" = None  # confirmed, of the year before

    @property
    def total(self) -> int | None:
        """None as long as a criterion has no score."""
        return total_of([line.score for line in self.lines])

    @property
    def top(self) -> int:
        return sum(line.criterion.top for line in self.lines)

    @property
    def level(self) -> Level | None:
        return None if self.total is None else self.sheet.edition.bounds.level(self.total)

    @property
    def change(self) -> int | None:
        """Of the total; None where a year has none or the most that could be reached was different."""
        if self.total is None or self.before is None or self.before.total is None:
            return None
        return self.total - self.before.total if self.top == self.before.top else None

    @property
    def level_change(self) -> int | None:
        """By how many levels it rose."""
        if self.level is None or self.before is None or self.before.level is None:
            return None
        return LEVELS.index(self.level) - LEVELS.index(self.before.level)

    @property
    def shortcomings(self) -> list[ScoreLine]:
        return [line for line in self.lines if line.shortcoming]

    @property
    def to_have_mended(self) -> list[ScoreLine]:
        return [line for line in self.lines if line.was_to_mend]


@dataclass(frozen=True)
class HelpMonitoring:
    """The monitoring of methodical help of one school year; `edition` None where the municipality has no criteria."""

    school_year: int
    edition: ScoreEdition | None
    criteria: list[ScoreCriterion]
    rows: list[tuple[School, ScoredSheet | None]]  # the schools that are helped, and any other that has a sheet
    window: Window
    held: Held
    sheets: list[ScoredSheet] = field(default_factory=list)  # that are confirmed

    @property
    def by_level(self) -> list[tuple[Level, int]]:
        """How many schools are on each level, by confirmed sheets."""
        found = Counter(sheet.level for sheet in self.sheets)
        return [(level, found[level]) for level in reversed(LEVELS)]

    @property
    def average(self) -> Fraction | None:
        """The mean total of the confirmed sheets."""
        return mean(sheet.total for sheet in self.sheets if sheet.total is not None)

    @property
    def level(self) -> Level | None:
        """Of the help to all schools together: where the mean total stands."""
        if self.edition is None or self.average is None:
            return None
        return self.edition.bounds.level(self.average)

    @property
    def change(self) -> Fraction | None:
        """Of the mean total of the schools that have both years, with scales that compare."""
        return mean_change(self.sheets)

    @property
    def averages(self) -> list[Fraction | None]:
        """The mean score of each criterion."""
        found: dict[str, list[int]] = {}
        for sheet in self.sheets:
            for line in sheet.lines:
                if line.score is not None:
                    found.setdefault(line.criterion.code, []).append(line.score)
        return [mean(found.get(criterion.code, ())) for criterion in self.criteria]

    @property
    def has_sheets(self) -> bool:
        """Drafts among them."""
        return any(sheet for _, sheet in self.rows)

    @property
    def shortcomings(self) -> list[tuple[School, ScoreLine]]:
        """To mend within the next year, school by school."""
        return [(school, line) for school, sheet in self.rows if sheet for line in sheet.shortcomings]

    @property
    def to_have_mended(self) -> list[tuple[School, ScoreLine]]:
        """What was stated a year before, with what is said of it now."""
        return [(school, line) for school, sheet in self.rows if sheet for line in sheet.to_have_mended]

    @property
    def waiting(self) -> int:
        """How many sheets are not confirmed yet."""
        return len(self.rows) - len(self.sheets)


def mean_change(sheets: Iterable[ScoredSheet]) -> Fraction | None:
    changes = [sheet.change for sheet in sheets if sheet.change is not None]
    return mean(changes)


def edition_of(municipality: Municipality, kind: SheetKind, school_year: int) -> ScoreEdition | None:
    """The criteria in force in that year; its criteria come with it."""
    editions = ScoreEdition.objects.filter(municipality=municipality, kind=kind, school_year__lte=school_year)
    return editions.prefetch_related("criteria").first()


def has_criteria(municipality: Municipality) -> bool:
    """In any year."""
    return ScoreEdition.objects.filter(municipality=municipality).exists()


def sheet_of(user: Any, municipality: Municipality, kind: SheetKind, school_year: int) -> ScoredSheet | None:
    """The municipality's own sheet of a year with the confirmed one of the year before; None where there is none that
    the person sees."""
    found = _scored(user, municipality, kind, school_year)
    return found.get(None)


def may_fill(user: Any, municipality: Municipality) -> bool:
    return municipality.allows(user, Permission.MENTORING_EDIT)


def may_confirm(user: Any, sheet: ScoreSheet) -> bool:
    """The centre confirms what it found in schools; its own work the department."""
    of_school = SheetKind(sheet.kind).is_of_school
    return sheet.municipality.allows(user, Permission.MENTORING_EDIT if of_school else Permission.PLANS_APPROVE)


def may_change_criteria(user: Any, municipality: Municipality) -> bool:
    return municipality.allows(user, Permission.PLANS_APPROVE)


def scored_sheet(sheet: ScoreSheet) -> ScoredSheet:
    """This one, which the person may see, with the confirmed one of the year before."""
    of = {"municipality": sheet.municipality_id, "kind": sheet.kind, "school": sheet.school_id}
    rows = ScoreSheet.objects.filter(**of, school_year=sheet.school_year - 1, state=SheetState.CONFIRMED.value)
    rows = rows | ScoreSheet.objects.filter(pk=sheet.pk)
    marks = _marks(rows)
    found = {row.school_year: row for row in _with_editions(rows)}
    old = found.get(sheet.school_year - 1)
    return _with_lines(found[sheet.school_year], marks, _with_lines(old, marks) if old else None)


def monitoring_of(user: Any, municipality: Municipality, school_year: int, today: dt.date) -> HelpMonitoring:
    """Of the schools that the person may look into; drafts for those who keep them."""
    kind = SheetKind.MONITORING
    edition = edition_of(municipality, kind, school_year)
    sheets = _scored(user, municipality, kind, school_year)
    wanted = helped_schools(municipality, school_year)
    seen = School.objects.visible_to(user).filter(municipality=municipality, pk__in={*wanted, *filter(None, sheets)})
    rows = [(school, sheets.get(school.pk)) for school in in_natural_order(seen)]
    confirmed = [sheet for _, sheet in rows if sheet and sheet.sheet.is_confirmed]
    criteria = list(edition.criteria.all()) if edition else []
    state = held(school_year, *_counted(municipality, school_year, wanted), today)
    return HelpMonitoring(school_year, edition, criteria, rows, window_of(school_year), state, confirmed)


def school_monitoring(user: Any, school: School) -> list[ScoredSheet]:
    """The sheets of a school that the person sees, the latest first."""
    rows = ScoreSheet.objects.visible_to(user).filter(school=school, kind=SheetKind.MONITORING)
    years = sorted(rows.values_list("school_year", flat=True), reverse=True)
    marks = _marks(rows)
    return [_with_lines(sheet, marks) for sheet in _with_editions(rows).order_by("-school_year")] if years else []


def years_of_sheets(user: Any, municipality: Municipality) -> set[int]:
    """School years of sheets that the person sees."""
    sheets = ScoreSheet.objects.visible_to(user).filter(municipality=municipality)
    return set(sheets.order_by().values_list("school_year", flat=True).distinct())


def helped_schools(municipality: Municipality, school_year: int) -> frozenset[int]:
    """Keys of the schools of the programme in that year: those that the municipal programme names as participants, else
    those that the year's identification lists as ШНОР or ШНСУ."""
    programmes = Programme.objects.filter(
        municipality=municipality, school=None, starts_in__lte=school_year + 1, ends_in__gte=school_year
    )
    named = Participant.objects.filter(programme__in=programmes, school__isnull=False)
    if found := frozenset(named.values_list("school", flat=True)):
        return found
    listed = Identification.objects.filter(
        school__municipality=municipality, school_year=school_year, category__in=WEAK
    )
    return frozenset(listed.values_list("school", flat=True))


def waiting_of(municipality: Municipality, school_year: int) -> tuple[int, int]:
    """How many sheets of schools are still to be confirmed and how many are, whoever asks."""
    return _counted(municipality, school_year, helped_schools(municipality, school_year))


def _counted(municipality: Municipality, school_year: int, wanted: frozenset[int]) -> tuple[int, int]:
    """How many sheets are waiting and confirmed, of all schools, whoever asks: the monitoring is one."""
    rows = ScoreSheet.objects.filter(municipality=municipality, kind=SheetKind.MONITORING, school_year=school_year)
    states = dict(rows.order_by().values_list("school", "state"))
    confirmed = {school for school, state in states.items() if state == "confirmed"}
    return len({*wanted, *states} - confirmed), len(confirmed)


def _scored(user: Any, municipality: Municipality, kind: SheetKind, school_year: int) -> dict[int | None, ScoredSheet]:
    """By school. Of the year before only what is confirmed is compared with."""
    visible = ScoreSheet.objects.visible_to(user).filter(municipality=municipality, kind=kind)
    rows = visible.filter(school_year__in=(school_year, school_year - 1))
    marks = _marks(rows)
    sheets = list(_with_editions(rows))
    before = {
        sheet.school_id: _with_lines(sheet, marks)
        for sheet in sheets
        if sheet.school_year < school_year and sheet.is_confirmed
    }
    return {
        sheet.school_id: _with_lines(sheet, marks, before.get(sheet.school_id))
        for sheet in sheets
        if sheet.school_year == school_year
    }


def _with_editions(rows: Any) -> Any:
    return rows.select_related("edition", "school", "confirmed_by", "changed_by").prefetch_related("edition__criteria")


def _marks(rows: Any) -> dict[tuple[int, int], ScoreMark]:
    """By sheet and criterion."""
    found = ScoreMark.objects.filter(sheet__in=rows.order_by().values("pk")).select_related("criterion")
    return {(mark.sheet_id, mark.criterion_id): mark for mark in found.prefetch_related("files")}


def _with_lines(
    sheet: ScoreSheet, marks: dict[tuple[int, int], ScoreMark], before: ScoredSheet | None = None
) -> ScoredSheet:
    old = {line.criterion.code: line.mark for line in before.lines} if before else {}
    lines = [
        ScoreLine(criterion, marks.get((sheet.pk, criterion.pk)), old.get(criterion.code))
        for criterion in sheet.edition.criteria.all()
    ]
    return ScoredSheet(sheet, lines, before)

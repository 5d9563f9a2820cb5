"""What is stored of indicators, as outcomes again: of a few schools each by itself, of the others the sum, which the
database adds up, and of the municipality.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.db.models import Aggregate, Count, Func, JSONField, Max, Min, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast

from indicators.calculations.evaluation import Outcomes
from indicators.calculations.figures import OF_FIGURES
from indicators.calculations.formulas import Mean, Measure, OverYears, Results, Share, leaves, lookback
from indicators.calculations.moments import Moments, add_up
from indicators.calculations.numbers import latest
from indicators.calculations.outcomes import CHANGE_OVER_GAP, Outcome, restored, union
from indicators.calculations.provenance import Ref, Sheet
from indicators.engine.evaluate import VALUE_FIELDS, Row
from indicators.engine.measured import Definition, Measured
from indicators.engine.scope import Reach
from indicators.engine.store import StoredRow
from indicators.models import SchoolValue
from schools.periods import Period, PeriodKind

NUMBERS = ("numerator", "denominator", "participants")
RESTORING = (*NUMBERS, "spread", "version", "as_of", "sources", "warnings")
WITH_SPREAD = {Measure.MARK_SUM, Measure.PRIMARY_SUM, Measure.TEST_SUM}
_restoring = itemgetter(*map(VALUE_FIELDS.index, RESTORING))

At = tuple[int, str]  # indicator and code of the period


class Joined(Aggregate):
    """The texts of all rows with commas between them; of JSON, what stands between the brackets of a list."""

    function = "STRING_AGG"
    template = "%(function)s(%(distinct)s%(expressions)s, ',')"
    allow_distinct = True

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(Cast(expression, TextField()), output_field=TextField(), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(%(distinct)s%(expressions)s)", **context)


class OfFiles(Func):
    """Of a list of sources those of these files."""

    template = "JSONB_PATH_QUERY_ARRAY(%(expressions)s)"
    arg_joiner = ", '$[*] ? (@.file == $files[*])', "
    output_field = JSONField()

    def __init__(self, sources: Any, files: Iterable[str]) -> None:
        super().__init__(sources, Value({"files": sorted(files)}, JSONField()))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(SELECT JSON_GROUP_ARRAY(JSON(value)) FROM JSON_EACH(%(expressions)s, '$.files')))"
        joiner = ") WHERE JSON_EXTRACT(value, '$.file') IN (SELECT value FROM JSON_EACH("
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner, **context)


OF_OTHERS = {f"{kind.name}_of_{name}": kind(name) for name in NUMBERS for kind in (Sum, Count)} | {
    "rows": Count("pk"),
    "most_excluded": Max("excluded"),
    "first_version": Min("version"),
    "last_version": Max("version"),
    "schools": Joined("school_id"),
    "spreads": Joined("spread"),
    "days": Joined("as_of", distinct=True),
    "all_warnings": Joined("warnings", distinct=True),
}


@dataclass
class Stored:
    """What is stored of one indicator, by code of the period."""

    definition: Definition
    few: dict[str, Outcomes] = field(default_factory=lambda: defaultdict(dict))
    others: dict[str, tuple[frozenset[int], Outcome]] = field(default_factory=dict)  # who have a value; without refs
    wholes: dict[str, Outcome] = field(default_factory=dict)
    # Of another version, or without the spread that it has now, or others have results left out, whose names are not
    # stored.
    doubtful: bool = False

    @cached_property
    def of_figures(self) -> frozenset[str]:
        """Warnings of a figure that are not its outcome's: that of a gap is, where the formula itself looks back."""
        return OF_FIGURES - {CHANGE_OVER_GAP} if lookback(self.definition.formula) else OF_FIGURES

    @cached_property
    def has_spread(self) -> bool:
        """Whether values have the interval of a mean."""
        formula = self.definition.formula
        value = formula.of if isinstance(formula, OverYears) else formula
        measures = {leaf.measure for leaf in leaves(value) if isinstance(leaf, Results)}
        return isinstance(value, Share | Mean) and not measures.isdisjoint(WITH_SPREAD)

    def restored(self, period: Period, row: Row) -> Outcome | None:
        """The outcome as it was before it was stored; None where there is doubt, which falls on all."""
        *numbers, spread, version, as_of, sources, warnings = _restoring(row)
        if version != self.definition.version or (self.has_spread and not spread and numbers[0] is not None):
            self.doubtful = True
            return None
        outcome = self._outcome(numbers, Moments.of_text(spread), frozenset(warnings))
        return outcome._replace(refs=tuple(map(_ref, sources)), as_of=_day(period, as_of))

    def add_others(self, period: Period, row: Mapping[str, Any]) -> None:
        """From the sums of what is stored of them."""
        if row["most_excluded"] or {row["first_version"], row["last_version"]} != {self.definition.version}:
            self.doubtful = True
            return
        # Where one number is not known their sum is not.
        all_known = {name for name in NUMBERS if row[f"Count_of_{name}"] == row["rows"]}
        numbers = [row[f"Sum_of_{name}"] if name in all_known else None for name in NUMBERS]
        spread = add_up(map(Moments.of_text, row["spreads"].split(",")))
        outcome = self._outcome(numbers, spread, union(map(frozenset, json.loads(f"[{row['all_warnings']}]"))))
        as_of = latest(*(_day(period, as_of) for as_of in row["days"].split(",")))
        self.others[period.code] = frozenset(map(int, row["schools"].split(","))), outcome._replace(as_of=as_of)

    def _outcome(
        self, numbers: Iterable[Decimal | int | None], spread: Moments | None, warnings: frozenset[str]
    ) -> Outcome:
        numerator, denominator, participants = (None if number is None else int(number) for number in numbers)
        outcome = restored(self.definition.formula, numerator, denominator, participants)
        return outcome._replace(moments=spread, warnings=warnings - self.of_figures)


def read_stored_sums(
    indicators: Iterable[Measured], reaches: Mapping[int, Reach], few: Collection[int], rows: Iterable[StoredRow]
) -> dict[int, Stored]:
    """Of the few schools and of the municipality from the rows that were read, of the others in one query; of schools
    only in periods that are within reach."""
    by_id = {indicator.pk: indicator for indicator in indicators}
    found = {pk: Stored(indicator.definitions[0]) for pk, indicator in by_id.items()}
    of_few, near = [], set()
    for (pk, code, school), _, row in rows:
        if school is not None:
            of_few.append((pk, code, school, row))
            continue
        period = Period.parse(code)
        if reaches[pk].holds(period):
            near.add(code)
        if outcome := found[pk].restored(period, row):
            found[pk].wholes[code] = outcome
    for pk, code, school, row in of_few:
        outcome = found[pk].restored(Period.parse(code), row) if code in near else None
        if outcome and outcome.value is not None:
            found[pk].few[code][school] = outcome
    for sums in _near(by_id, near).exclude(school__in=few).values("indicator_id", "period").annotate(**OF_OTHERS):
        found[sums["indicator_id"]].add_others(Period.parse(sums["period"]), sums)
    return found


def read_cited_by_others(sheets: Mapping[At, set[Sheet]], few: Collection[int]) -> dict[At, tuple[Ref, ...]]:
    """Which rows of these sheets the values of the others cite; in one query, and in none where there is no sheet."""
    asked = {at: wanted for at, wanted in sheets.items() if wanted}
    files = {file for wanted in asked.values() for file, *_ in wanted}
    rows = _near({pk for pk, _ in asked}, {code for _, code in asked}).exclude(school__in=few)
    texts = rows.values_list("indicator_id", "period").annotate(texts=Joined(OfFiles("sources", files)))
    return {
        (pk, code): tuple(
            dict.fromkeys(ref for refs in _lists(text) for ref in refs if ref.in_sheet in asked.get((pk, code), ()))
        )
        for pk, code, text in (texts if asked else ())
    }


def _near(indicators: Collection[int], periods: Collection[str]) -> QuerySet[SchoolValue]:
    return SchoolValue.objects.filter(indicator__in=indicators, period__in=periods).order_by()


def _day(period: Period, as_of: str) -> Period | None:
    """What is stored of the day of the data is nothing where it is that of the value."""
    return (Period.parse(as_of) if as_of else period) if period.kind is PeriodKind.DATE else None


def _lists(texts: str) -> Iterable[tuple[Ref, ...]]:
    return (tuple(map(_ref, entries)) for entries in json.loads(f"[{texts}]"))


def _ref(entry: Mapping[str, Any]) -> Ref:
    return Ref(entry["file"], entry["sheet"], entry["rows"], entry["upload"], entry.get("form", ""))

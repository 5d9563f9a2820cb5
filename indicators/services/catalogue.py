"""The catalogue of indicators as reviewed data: checked whole, then brought in by code."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import AuditEvent, audit
from indicators.calculations import (
    Formula,
    FormulaError,
    Problem,
    Unresolved,
    Vocabulary,
    parse_formula,
    parse_population,
    population_to_json,
    resolve,
    to_json,
)
from indicators.calculations.checks import check_periods, check_resolved, check_unit
from indicators.calculations.inclusion import check_inclusion
from indicators.models import PASSPORT, Indicator, StatisticKind
from indicators.services.versions import keep_version
from schools.models import Category, Municipality
from schools.periods import PeriodKind

REQUIRED = ("code", "wording", "short_name", "formula", "population")
OPTIONAL = ("position", "role", "direction", *(name for name in PASSPORT if name not in REQUIRED))
CHOICES: dict[str, list[str]] = {
    "role": Indicator.Role.values,
    "unit": Indicator.Unit.values,
    "direction": Indicator.Direction.values,
    "period_kind": [kind.value for kind in PeriodKind],
    "reference_rule": Indicator.ReferenceRule.values,
}
VERSIONED = ("formula", "population", "unit", "direction", "period_kind")  # what makes an older value another figure
READ_FROM_JSON: dict[str, Callable[[str], Any]] = {"reference_value": Decimal, "reviewed_on": dt.date.fromisoformat}
KIND_FIELDS = ("name", "hint", "level", "position", "counts_pupils")

Row = Mapping[str, Any]


class CatalogueRefused(Exception):
    """Rows of the catalogue do not hold together; nothing was written. Every problem names its row."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


@transaction.atomic
def load_catalogue(*, municipality: Municipality, rows: Sequence[Row], by: Any = None, reason: str = "") -> int:
    """Add and correct indicators by code; how many rows that took. Indicators that `rows` do not name stay, and so do
    those that people have changed since: the portal is where they are kept. What they took away does not come back.

    A changed formula, population, unit or direction makes a new version, which corrects the earlier one in all periods.
    Values are left to a recompute.
    """
    stored = {indicator.code: indicator for indicator in Indicator.objects.filter(municipality=municipality)}
    kept = _changed_by_people(municipality)
    formulas = _checked([row for row in rows if row.get("code") not in kept], stored, municipality)
    changed = []
    for place, row in enumerate(rows):
        if row["code"] in kept:
            continue
        indicator = stored.get(row["code"]) or Indicator(municipality=municipality, code=row["code"])
        fields = {"position": place} | {name: row[name] for name in (*REQUIRED, *OPTIONAL) if name in row}
        fields["formula"] = to_json(formulas[row["code"]])
        fields["population"] = population_to_json(parse_population(row["population"]))
        fields |= {name: read(row[name]) for name, read in READ_FROM_JSON.items() if row.get(name)}
        if _take(indicator, fields):
            changed.append(indicator)
    for indicator in changed:
        indicator.save()
        keep_version(indicator, reason=reason, by=by)
    if changed:
        codes = [indicator.code for indicator in changed]
        audit("catalogue_loaded", municipality, by=by, municipality_id=municipality.pk, indicators=codes)
    return len(changed)


@transaction.atomic
def load_statistic_kinds(rows: Sequence[Row]) -> int:
    """Add and correct the kinds of numbers that are reported; how many rows that took."""
    _check_kinds(rows)
    stored = {kind.code: kind for kind in StatisticKind.objects.filter(municipality__isnull=True)}
    changed: set[str] = set()
    for place, row in enumerate(rows):
        kind = stored.setdefault(row["code"], StatisticKind(code=row["code"]))
        fields = {"position": place} | {name: row[name] for name in KIND_FIELDS if name in row}
        if _differs(kind, fields):
            kind.save()
            changed.add(kind.code)
    for row in rows:  # only now is every kind that a limit may name there
        kind, limit = stored[row["code"]], stored.get(row.get("at_most", ""))
        if kind.at_most_id != (limit.pk if limit else None):
            kind.at_most = limit
            kind.save(update_fields=["at_most"])
            changed.add(kind.code)
    return len(changed)


def _changed_by_people(municipality: Municipality) -> frozenset[str]:
    """Codes of the indicators whose definition or texts somebody has changed in the portal, or that were taken away."""
    changes = ("indicator_revised", "indicator_removed")
    events = AuditEvent.objects.filter(municipality=municipality, action__in=changes, user__isnull=False)
    return frozenset(events.values_list("details__code", flat=True))


def _take(indicator: Indicator, fields: dict[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    is_new = indicator.pk is None
    makes_version = any(name in fields and getattr(indicator, name) != fields[name] for name in VERSIONED)
    if not _differs(indicator, fields):
        return False
    if makes_version and not is_new:
        indicator.version += 1
    return True


def _differs(row: Any, fields: Mapping[str, Any]) -> bool:
    """Set the fields; whether the row is new or another one now."""
    before = [getattr(row, name) for name in fields]
    for name, value in fields.items():
        setattr(row, name, value)
    return row.pk is None or before != list(fields.values())


def _checked(rows: Sequence[Row], stored: Mapping[str, Indicator], municipality: Municipality) -> dict[str, Formula]:
    """The formulas of the whole catalogue as it would be; CatalogueRefused with every problem of every row."""
    vocabulary = _vocabulary(rows, stored, municipality)
    problems = [*_repeated(rows), *_check_fields(rows)]
    data = {code: indicator.formula for code, indicator in stored.items()}
    data |= {str(row.get("code")): row.get("formula") for row in rows}
    formulas: dict[str, Formula] = {}
    for code, formula in data.items():
        try:
            formulas[code] = parse_formula(formula, vocabulary, path=f"{code}.formula")
        except FormulaError as error:
            problems += error.problems
    for row in rows:
        try:
            parse_population(row.get("population"), vocabulary, path=f"{row.get('code')}.population")
        except FormulaError as error:
            problems += error.problems
    limits = dict(StatisticKind.objects.of(municipality.pk).exclude(at_most=None).values_list("code", "at_most__code"))
    for row in rows:  # what people have stored before stays theirs: it is told in the builder
        if (formula := formulas.get(str(row.get("code")))) is not None:
            problems += check_inclusion(formula, f"{row['code']}.formula", limits).problems
    if not problems:
        units = {code: indicator.unit for code, indicator in stored.items()}
        units |= {row["code"]: row.get("unit", Indicator.Unit.PERCENT) for row in rows}
        problems += check_together(formulas, units, municipality)
    if not problems:
        for row in rows:
            kind = PeriodKind(row.get("period_kind", PeriodKind.SCHOOL_YEAR))
            resolved = resolve(formulas[row["code"]], formulas, (row["code"],))
            problems += check_periods(resolved, kind, row.get("measured_on", ()), row["code"])
    if problems:
        raise CatalogueRefused(problems)
    return formulas


def _vocabulary(rows: Sequence[Row], stored: Mapping[str, Indicator], municipality: Municipality) -> Vocabulary:
    names = {code: indicator.short_name for code, indicator in stored.items()}
    return Vocabulary(
        categories={category.value: category.label for category in Category},
        statistics=dict(StatisticKind.objects.of(municipality.pk).values_list("code", "name")),
        indicators=names | {str(row.get("code")): str(row.get("short_name")) for row in rows},
    )


def _check_fields(rows: Sequence[Row]) -> Iterator[Problem]:
    for place, row in enumerate(rows):
        path = str(row.get("code") or f"[{place}]")
        for name in REQUIRED:
            if not row.get(name):
                yield Problem(f"{path}.{name}", "поле обязательно")
        for name in sorted(set(row) - {*REQUIRED, *OPTIONAL}):
            yield Problem(f"{path}.{name}", "неизвестное поле")
        for name, choices in CHOICES.items():
            if name in row and row[name] not in choices:
                yield Problem(f"{path}.{name}", f"неизвестное значение «{row[name]}»; допустимо: {', '.join(choices)}")


def check_together(
    formulas: Mapping[str, Formula], units: Mapping[str, str], municipality: Municipality
) -> Iterator[Problem]:
    """What an indicator makes of the others it refers to; both by code, of the whole catalogue."""
    municipal = StatisticKind.objects.of(municipality.pk).filter(level=StatisticKind.Level.MUNICIPALITY)
    municipal_codes = frozenset(municipal.values_list("code", flat=True))
    for code, formula in formulas.items():
        path = f"{code}.formula"
        try:
            resolved = resolve(formula, formulas, (code,))
        except Unresolved as error:
            text = "показатели ссылаются друг на друга по кругу" if error.is_cycle else "нет такого показателя"
            yield Problem(path, f"{text}: {error}")
            continue
        yield from check_resolved(resolved, path, municipal_codes)
        yield from check_unit(resolved, units[code], f"{code}.unit")


def _check_kinds(rows: Sequence[Row]) -> None:
    problems = list(_repeated(rows))
    common = StatisticKind.objects.filter(municipality__isnull=True)
    codes = {row.get("code") for row in rows} | set(common.values_list("code", flat=True))
    for place, row in enumerate(rows):
        path = str(row.get("code") or f"[{place}]")
        problems += [Problem(f"{path}.{name}", "поле обязательно") for name in ("code", "name") if not row.get(name)]
        unknown = set(row) - {"code", "at_most", *KIND_FIELDS}
        problems += [Problem(f"{path}.{name}", "неизвестное поле") for name in sorted(unknown)]
        if row.get("level", StatisticKind.Level.SCHOOL) not in StatisticKind.Level.values:
            problems.append(Problem(f"{path}.level", f"допустимо: {', '.join(StatisticKind.Level.values)}"))
        if "." in str(row.get("code")):
            problems.append(Problem(f"{path}.code", "точка в коде — знак собственных сведений муниципалитета"))
        if row.get("at_most") and (row["at_most"] not in codes or row["at_most"] == row.get("code")):
            problems.append(Problem(f"{path}.at_most", f"нет другого показателя «{row['at_most']}»"))
    if problems:
        raise CatalogueRefused(problems)


def _repeated(rows: Sequence[Row]) -> list[Problem]:
    counts = Counter(str(row.get("code")) for row in rows)
    return [Problem(code, "код повторяется") for code, count in counts.items() if count > 1]

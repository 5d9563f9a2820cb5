"""A municipality's own kinds of collected numbers: added, corrected, taken away."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.jobs import enqueue
from accounts.models import Job, audit
from indicators.calculations.statistics import statistic_codes
from indicators.models import Indicator, IndicatorVersion, MunicipalityStatistic, SchoolStatistic, StatisticKind
from schools.models import Municipality

LAST = 30_000  # own kinds stand behind the common ones


class KindInUse(Exception):
    """The kind cannot be taken away; the text says why and what to do."""


@dataclass(frozen=True)
class KindFields:
    name: str
    hint: str
    level: str
    counts_pupils: bool
    at_most: StatisticKind | None


@transaction.atomic
def add_statistic_kind(*, municipality: Municipality, fields: KindFields, by: Any) -> StatisticKind:
    """People know a number by its name, so its code is made up."""
    code = f"{municipality.slug[:40]}.{secrets.token_hex(4)}"
    kind = StatisticKind.objects.create(municipality=municipality, code=code, position=LAST, **vars(fields))
    audit("statistic_kind_added", kind, by=by, municipality_id=municipality.pk, name=kind.name)
    return kind


@transaction.atomic
def correct_statistic_kind(*, kind: StatisticKind, fields: KindFields, by: Any) -> None:
    """Whether it counts pupils decides about intervals and small numbers, so values are worked out anew."""
    kind = StatisticKind.objects.select_for_update().get(pk=kind.pk)
    assert kind.municipality_id is not None
    before = {name: getattr(kind, name) for name in vars(fields)}
    for name, value in vars(fields).items():
        setattr(kind, name, value)
    changed = sorted(name for name, value in before.items() if getattr(kind, name) != value)
    if not changed:
        return
    kind.save()
    audit("statistic_kind_corrected", kind, by=by, municipality_id=kind.municipality_id, fields=changed)
    users = _indicators_with(kind)
    if users and {"counts_pupils", "level"} & set(changed):
        enqueue(
            Job.Kind.RECOMPUTE,
            municipality_id=kind.municipality_id,
            by=by,
            scope={"indicators": [indicator.pk for indicator in users]},
        )


@transaction.atomic
def remove_statistic_kind(*, kind: StatisticKind, by: Any) -> None:
    """KindInUse while anything is worked out from it or reported for it."""
    kind = StatisticKind.objects.select_for_update().get(pk=kind.pk)
    assert kind.municipality_id is not None
    if reasons := why_kept(kind):
        raise KindInUse(" ".join(reasons))
    audit("statistic_kind_removed", kind, by=by, municipality_id=kind.municipality_id, name=kind.name)
    kind.delete()


def why_kept(kind: StatisticKind) -> list[str]:
    """Why the kind cannot be taken away, in sentences; nothing when it can."""
    reasons = []
    if has_numbers(kind):
        reasons.append("За это число уже внесены сведения: сотрите их на странице «Собираемые сведения».")
    if users := _indicators_with(kind):
        names = ", ".join(f"«{indicator.short_name}»" for indicator in users)
        reasons.append(f"По нему считаются показатели: {names}.")
    elif _is_in_versions(kind):
        reasons.append("По нему считались прежние версии показателей, а их значения хранятся.")
    if limited := StatisticKind.objects.filter(at_most=kind).first():
        reasons.append(f"Оно ограничивает число «{limited.name}»: уберите там это ограничение.")
    return reasons


def has_numbers(kind: StatisticKind) -> bool:
    return any(rows.objects.filter(kind=kind).exists() for rows in (SchoolStatistic, MunicipalityStatistic))


def _indicators_with(kind: StatisticKind) -> list[Indicator]:
    indicators = Indicator.objects.filter(municipality=kind.municipality_id)
    return [indicator for indicator in indicators if kind.code in statistic_codes(indicator.formula)]


def _is_in_versions(kind: StatisticKind) -> bool:
    versions = IndicatorVersion.objects.filter(indicator__municipality=kind.municipality_id)
    return any(kind.code in statistic_codes(formula) for formula in versions.values_list("formula", flat=True))

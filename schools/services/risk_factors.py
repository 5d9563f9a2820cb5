"""Keeping the catalogue of risk factors of a year: taken over from the year before or from the list of «500+», then
corrected by hand."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import audit
from schools.models import Municipality, RiskFactor, SchoolRisk
from schools.periods import school_year_label
from schools.risk_list import list_of

FIELDS = ("title", "control", "kind", "returns_in", "source")
NOTHING_BEFORE = "Каталога прежних лет нет: начните с перечня «500+» или добавьте факторы по одному."
NOTHING_NEW = "Все эти факторы в каталоге уже есть: добавлять нечего."
IN_USE = "Фактор уже стоит в профилях школ ({count}): убрать его нельзя. Исправьте его или оставьте как есть."
CHANGED = "Пока вы писали, фактор изменил другой человек. Сверьте его с сохранённым и отправьте ещё раз."
SAME_TITLE = "Фактор с такой формулировкой в этом году уже есть."


class RiskRefused(Exception):
    """Nothing is changed; the text is for people and says why."""


@dataclass(frozen=True)
class TakenOver:
    """How many factors came into the catalogue, from where, and how many risks of schools that come round again."""

    factors: int
    source: str
    risks: int = 0


@transaction.atomic
def take_over(*, municipality: Municipality, school_year: int, by: Any) -> TakenOver:
    """Bring the latest earlier year's catalogue into this one. Risks that come round every year come with it, to be
    checked and decided on anew. What is there already stays. Raises RiskRefused."""
    Municipality.objects.lock(municipality.pk)
    earlier = RiskFactor.objects.filter(municipality=municipality, school_year__lt=school_year)
    year = earlier.aggregate(latest=Max("school_year"))["latest"]
    if year is None:
        raise RiskRefused(NOTHING_BEFORE)
    before = list(earlier.filter(school_year=year))
    added = _add(municipality, school_year, before)
    risks = _bring_cyclic(municipality, school_year, before)
    if not added and not risks:
        raise RiskRefused(NOTHING_NEW)
    taken = TakenOver(added, school_year_label(year), risks)
    audit(
        "risk_factors_taken_over",
        municipality,
        by=by,
        municipality_id=municipality.pk,
        school_year=school_year,
        from_year=year,
        factors=added,
        risks=risks,
    )
    return taken


@transaction.atomic
def take_list(*, municipality: Municipality, school_year: int, by: Any) -> TakenOver:
    """Bring the factors of «500+» for this year into the catalogue. Raises RiskRefused."""
    Municipality.objects.lock(municipality.pk)
    known = list_of(school_year)
    rows = [
        RiskFactor(code=one.code, title=one.title, control=one.control, kind=one.kind, source=known.source)
        for one in known.factors
    ]
    added = _add(municipality, school_year, rows)
    if not added:
        raise RiskRefused(NOTHING_NEW)
    audit(
        "risk_list_taken",
        municipality,
        by=by,
        municipality_id=municipality.pk,
        school_year=school_year,
        source=known.source,
        factors=added,
    )
    return TakenOver(added, known.source)


def _add(municipality: Municipality, school_year: int, rows: list[RiskFactor]) -> int:
    """Those that the year does not have, by code and by wording, after those that it has."""
    known = RiskFactor.objects.filter(municipality=municipality, school_year=school_year)
    codes, titles = set(known.values_list("code", flat=True)), set(known.values_list("title", flat=True))
    fresh = [row for row in rows if row.code not in codes and row.title not in titles]
    RiskFactor.objects.bulk_create(
        RiskFactor(
            municipality=municipality,
            school_year=school_year,
            code=row.code,
            position=position,
            **{name: getattr(row, name) for name in FIELDS},
        )
        for position, row in enumerate(fresh, start=_next_position(municipality, school_year))
    )
    return len(fresh)


def _next_position(municipality: Municipality, school_year: int) -> int:
    known = RiskFactor.objects.filter(municipality=municipality, school_year=school_year)
    return (known.aggregate(last=Max("position"))["last"] or 0) + 1


def _bring_cyclic(municipality: Municipality, school_year: int, before: list[RiskFactor]) -> int:
    now = {
        factor.code: factor
        for factor in RiskFactor.objects.filter(municipality=municipality, school_year=school_year)
        if factor.returns_in is not None
    }
    known = set(SchoolRisk.objects.filter(factor__in=now.values()).values_list("school_id", "factor__code"))
    found = SchoolRisk.objects.filter(factor__in=[factor for factor in before if factor.code in now])
    fresh = [
        SchoolRisk(
            school_id=risk.school_id,
            factor=now[risk.factor.code],
            significance=risk.significance,
            found_on=timezone.localdate(),
        )
        for risk in found.select_related("factor")
        if (risk.school_id, risk.factor.code) not in known
    ]
    SchoolRisk.objects.bulk_create(fresh)
    return len(fresh)


@transaction.atomic
def add_factor(*, municipality: Municipality, school_year: int, fields: dict[str, Any], by: Any) -> RiskFactor:
    """A factor of the municipality's own, at the end of the year's catalogue. Raises RiskRefused."""
    Municipality.objects.lock(municipality.pk)
    _refuse_same_title(municipality, school_year, fields["title"])
    factor = RiskFactor.objects.create(
        municipality=municipality,
        school_year=school_year,
        code=f"own-{uuid.uuid4().hex[:12]}",
        position=_next_position(municipality, school_year),
        **{name: fields[name] for name in FIELDS},
    )
    audit("risk_factor_added", factor, by=by, municipality_id=municipality.pk, school_year=school_year)
    return factor


@transaction.atomic
def correct_factor(*, factor: RiskFactor, fields: dict[str, Any], seen_version: int, by: Any) -> RiskFactor:
    """Raises RiskRefused, also when somebody has changed the factor since it was looked at."""
    RiskFactor.objects.select_for_update().values_list("pk").get(pk=factor.pk)
    stored = RiskFactor.objects.select_related("municipality").get(pk=factor.pk)
    if stored.version != seen_version:
        raise RiskRefused(CHANGED)
    _refuse_same_title(stored.municipality, stored.school_year, fields["title"], but=stored)
    before = {name: getattr(stored, name) for name in FIELDS if getattr(stored, name) != fields[name]}
    for name in before:
        setattr(stored, name, fields[name])
    if before:
        stored.version += 1
        stored.save(update_fields=[*before, "version"])
        audit("risk_factor_corrected", stored, by=by, municipality_id=stored.municipality_id, before=before)
    return stored


@transaction.atomic
def remove_factor(*, factor: RiskFactor, by: Any) -> None:
    """Only while no profile has it. Raises RiskRefused."""
    stored = RiskFactor.objects.select_for_update().get(pk=factor.pk)
    if count := stored.school_risks.count():
        raise RiskRefused(IN_USE.format(count=count))
    audit("risk_factor_removed", stored, by=by, municipality_id=stored.municipality_id, code=stored.code)
    stored.delete()


def _refuse_same_title(
    municipality: Municipality, school_year: int, title: str, *, but: RiskFactor | None = None
) -> None:
    others = RiskFactor.objects.filter(municipality=municipality, school_year=school_year, title=title)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise RiskRefused(SAME_TITLE)

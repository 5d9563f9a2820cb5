"""The risk profile of a school: the department or centre says how much each factor matters, the school's curator
confirms or disputes it, the department or centre decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from schools.models import RiskFactor, School, SchoolRisk
from schools.queries.risks import may_check
from schools.services.risk_factors import RiskRefused

SETTLED = "По этому риску уже есть проверка школы или решение: убрать его из профиля нельзя, измените значимость."
NO_NOTE = "Напишите, почему риск оспорен: по пояснению его пересмотрят."
NOT_YOURS = "Риск подтверждает или оспаривает куратор школы."
NO_TEXT = "Напишите, что решено: школа оспаривает этот риск, и решение нужно объяснить."
CHANGED = "Пока вы смотрели на риск, его изменили: посмотрите ещё раз и отправьте, если ответ тот же."


class ProfileChanged(RiskRefused):
    """Some factors were assessed otherwise since the person looked; `risks` are as they are now, by factor."""

    def __init__(self, risks: Mapping[int, SchoolRisk | None]) -> None:
        super().__init__(
            "Пока вы заполняли профиль, его изменил другой человек. Ваши ответы остались в форме: сверьте отмеченные "
            "с сохранёнными и отправьте ещё раз."
        )
        self.risks = risks


class RiskSettled(RiskRefused):
    """Factors that cannot leave the profile any more."""

    def __init__(self, factors: frozenset[int]) -> None:
        super().__init__(SETTLED)
        self.factors = factors


@dataclass(frozen=True)
class Assessed:
    """What somebody says of a factor, having seen the risk's version (0: there was none); empty: it is no risk here."""

    significance: str
    seen_version: int


@transaction.atomic
def assess_school(*, school: School, school_year: int, told: Mapping[int, Assessed], by: Any) -> int:
    """Write the significance of each factor; the number of changes. A risk whose significance changes is checked by the
    school anew. All or nothing. Raises RiskRefused."""
    School.objects.select_for_update(no_key=True).values_list("pk").get(pk=school.pk)
    factors = RiskFactor.objects.filter(municipality=school.municipality_id, school_year=school_year, pk__in=told)
    stored: dict[int, SchoolRisk | None] = {factor.pk: None for factor in factors}
    for risk in SchoolRisk.objects.filter(school=school, factor__in=stored).select_related("factor"):
        stored[risk.factor_id] = risk
    _refuse_unseen(stored, told)
    changed = {
        key: risk for key, risk in stored.items() if (risk.significance if risk else "") != told[key].significance
    }
    gone = [risk for key, risk in changed.items() if risk and not told[key].significance]
    if settled := frozenset(risk.factor_id for risk in gone if risk.check_result or risk.decision):
        raise RiskSettled(settled)
    for key, known in changed.items():
        if told[key].significance:
            _assess(known or SchoolRisk(school=school, factor_id=key, version=0), told[key].significance)
    SchoolRisk.objects.filter(pk__in=[risk.pk for risk in gone]).delete()
    if changed:
        audit(
            "school_risks_assessed",
            school,
            by=by,
            municipality_id=school.municipality_id,
            school_year=school_year,
            before={str(key): risk.significance if risk else "" for key, risk in changed.items()},
        )
    return len(changed)


def _refuse_unseen(stored: Mapping[int, SchoolRisk | None], told: Mapping[int, Assessed]) -> None:
    unseen = {
        key: risk
        for key, risk in stored.items()
        if (risk.version if risk else 0) != told[key].seen_version
        and (risk.significance if risk else "") != told[key].significance
    }
    if unseen:
        raise ProfileChanged(unseen)


def _assess(risk: SchoolRisk, significance: str) -> None:
    risk.significance, risk.version = significance, risk.version + 1
    risk.check_result, risk.check_note, risk.checked_by, risk.checked_at = "", "", None, None
    risk.save()


@transaction.atomic
def check_risk(*, risk: SchoolRisk, result: str, note: str, seen_version: int, by: User) -> SchoolRisk:
    """The school's curator confirms or disputes it. Raises RiskRefused."""
    stored = _locked(risk)
    if not may_check(by, stored.school):
        raise RiskRefused(NOT_YOURS)
    _refuse_changed(stored, seen_version)
    if result == SchoolRisk.Check.DISPUTED and not note.strip():
        raise RiskRefused(NO_NOTE)
    before = stored.check_result
    stored.check_result, stored.check_note = result, note.strip()
    stored.checked_by, stored.checked_at = by, timezone.now()
    stored.version += 1
    stored.save()
    _note("risk_checked", stored, by, before=before, after=result)
    return stored


@transaction.atomic
def decide_risk(*, risk: SchoolRisk, decision: str, text: str, seen_version: int, by: User) -> SchoolRisk:
    """Activate it, take note of it, or (an empty decision) leave it open again. Raises RiskRefused."""
    stored = _locked(risk)
    _refuse_changed(stored, seen_version)
    if decision and stored.check_result == SchoolRisk.Check.DISPUTED and not text.strip():
        raise RiskRefused(NO_TEXT)
    before = stored.decision
    stored.decision, stored.decision_text = decision, text.strip() if decision else ""
    stored.decided_by, stored.decided_on = (by, timezone.localdate()) if decision else (None, None)
    stored.version += 1
    stored.save()
    _note("risk_decided", stored, by, before=before, after=decision)
    return stored


def _locked(risk: SchoolRisk) -> SchoolRisk:
    SchoolRisk.objects.select_for_update().values_list("pk").get(pk=risk.pk)
    return SchoolRisk.objects.select_related("school", "factor", "checked_by", "decided_by").get(pk=risk.pk)


def _refuse_changed(stored: SchoolRisk, seen_version: int) -> None:
    if stored.version != seen_version:
        raise RiskRefused(CHANGED)


def _note(action: str, risk: SchoolRisk, by: User, *, before: str, after: str) -> None:
    audit(
        action,
        risk,
        by=by,
        municipality_id=risk.school.municipality_id,
        school_id=risk.school_id,
        before=before,
        after=after,
    )

"""Antirisk programmes grow from the activated risks of a school."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from accounts.access import Permission
from accounts.models import User, audit
from roadmaps.models import Programme
from roadmaps.plans.rows import Plan, PlanSection
from roadmaps.services.passport import PassportRefused, make_programme
from roadmaps.services.plans import Frame, store_plan
from schools.models import School, SchoolRisk
from schools.periods import school_year_label

NOT_ALLOWED = "Антирисковую программу составляют управление образования и методический центр."
NO_RISKS = "Отметьте хотя бы один активированный риск: программа составляется по нему."
NOT_ACTIVATED = "Риск «{title}» не активирован: сначала запишите решение о нём."
HAS_ONE = "По риску «{title}» антирисковая программа уже есть: «{programme}». Дополните её."
TWO_YEARS = "Отмечены риски разных учебных лет: составьте для каждого года свою программу."
SOURCE = "рисковый профиль {year}"


class AntiriskRefused(Exception):
    """Nothing is written; the text is for people and says why."""


@dataclass(frozen=True)
class Growing:
    """What people say of a programme besides the risks it grows from."""

    title: str
    aim: str
    starts_on: dt.date
    ends_on: dt.date


@transaction.atomic
def grow_programme(*, school: School, risks: Collection[SchoolRisk], told: Growing, by: User) -> Programme:
    """A draft programme of the school with a draft roadmap: one section for each risk, its rows still to be written.
    One risk is in one antirisk programme. Raises AntiriskRefused."""
    if not school.allows(by, Permission.PLANS_EDIT):
        raise AntiriskRefused(NOT_ALLOWED)
    School.objects.select_for_update(no_key=True).values_list("pk").get(pk=school.pk)
    keys = [risk.pk for risk in risks]
    chosen = list(SchoolRisk.objects.filter(school=school, pk__in=keys).select_related("factor"))
    _refuse(chosen)
    source = SOURCE.format(year=school_year_label(chosen[0].factor.school_year))
    head = {
        "kind": Programme.Kind.ANTIRISK,
        "title": told.title,
        "aim": told.aim,
        "starts_in": told.starts_on.year,
        "ends_in": told.ends_on.year,
        "source": source,
    }
    try:
        programme = make_programme(municipality=school.municipality, school=school, head=head, by=by)
    except PassportRefused as refusal:
        raise AntiriskRefused(str(refusal)) from refusal
    programme.grew_from.set(chosen)
    sections = tuple(PlanSection(risk.factor.title, number=f"{number}.") for number, risk in enumerate(chosen, start=1))
    frame = Frame(starts_on=told.starts_on, ends_on=told.ends_on, school=school, programme=programme, source=source)
    roadmap = store_plan(municipality=school.municipality, plan=Plan(told.title, sections), frame=frame, by=by)
    for section, risk in zip(roadmap.sections.order_by("position"), chosen, strict=True):
        section.risk = risk
        section.save(update_fields=["risk"])
    audit("antirisk_programme_grown", programme, by=by, municipality_id=school.municipality_id, risks=keys)
    return programme


def _refuse(chosen: list[SchoolRisk]) -> None:
    if not chosen:
        raise AntiriskRefused(NO_RISKS)
    if len({risk.factor.school_year for risk in chosen}) > 1:
        raise AntiriskRefused(TWO_YEARS)
    for risk in chosen:
        if not risk.is_activated:
            raise AntiriskRefused(NOT_ACTIVATED.format(title=risk.factor.title))
        if other := risk.programmes.filter(kind=Programme.Kind.ANTIRISK).first():
            raise AntiriskRefused(HAS_ONE.format(title=risk.factor.title, programme=other.title))

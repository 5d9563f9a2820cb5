"""Registers: which there are, and their entries in words."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from roadmaps.models import Agreement, CommissionSitting, Decision, Encouragement, Recommendation

SOON = dt.timedelta(days=30)
Fact = tuple[str, str]  # what and its words


@dataclass(frozen=True)
class EntryLine:
    entry: Any
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Register:
    """Its words, its table, and what a line of the list says beside the name."""

    slug: str
    title: str
    add: str
    empty: str
    what_for: str
    model: Any
    columns: tuple[str, ...]
    cells: Callable[[Any, dt.date], tuple[str, ...]]
    facts: Callable[[Any, dt.date], tuple[Fact, ...]]

    @property
    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.all()
        return rows if self.model is CommissionSitting else rows.select_related("school")

    def lines(self, user: Any, entries: Iterable[Any], today: dt.date) -> list[EntryLine]:
        return [EntryLine(entry, self.cells(entry, today)) for entry in entries]


def validity(agreement: Agreement, today: dt.date) -> str:
    if agreement.valid_until is None:
        return "бессрочно"
    until = f"до {agreement.valid_until:%d.%m.%Y}"
    if agreement.valid_until < today:
        return f"истекло: действовало {until}"
    return f"истекает: {until}" if agreement.valid_until - today <= SOON else until


def _facts_of_sitting(row: CommissionSitting, today: dt.date) -> tuple[Fact, ...]:
    return (
        ("Кто заседал", row.get_body_display()),
        ("Участвовали", row.attended),
        ("Повестка", row.agenda),
        ("Что решили", row.protocol),
    )


def _facts_of_agreement(row: Agreement, today: dt.date) -> tuple[Fact, ...]:
    return (
        ("Чьё", row.school.name if row.school else "муниципалитета"),
        ("Номер и дата", f"№ {row.number or 'б/н'} от {row.signed_on:%d.%m.%Y}"),
        ("О чём", row.subject),
        ("Действует", validity(row, today)),
    )


def _facts_of_encouragement(row: Encouragement, today: dt.date) -> tuple[Fact, ...]:
    order = f", приказ № {row.order_number}" if row.order_number else ""
    return (("Кому", row.whom), ("За что", row.grounds), ("Когда", f"{row.given_on:%d.%m.%Y}{order}"))


REGISTERS = {
    register.slug: register
    for register in (
        Register(
            "sittings",
            "Заседания",
            "Завести заседание",
            "Заседаний пока нет",
            "Повестка и протокол заседания комиссии или рабочей группы; из него заводят решения и рекомендации.",
            CommissionSitting,
            ("Дата", "Протокол"),
            lambda row, today: (f"{row.held_on:%d.%m.%Y}", f"№ {row.number}" if row.number else "—"),
            _facts_of_sitting,
        ),
        Register(
            "agreements",
            "Соглашения",
            "Завести соглашение",
            "Соглашений пока нет",
            "Договоры и соглашения муниципалитета и школ с партнёрами; портал скажет, какие истекают.",
            Agreement,
            ("О чём", "Действует"),
            lambda row, today: (row.subject[:160], validity(row, today)),
            _facts_of_agreement,
        ),
        Register(
            "encouragements",
            "Поощрения",
            "Записать поощрение",
            "Поощрений пока нет",
            "Кого поощрили и за что: школу или работника по должности. Ученики здесь не записываются.",
            Encouragement,
            ("За что", "Дата"),
            lambda row, today: (row.grounds[:160], f"{row.given_on:%d.%m.%Y}"),
            _facts_of_encouragement,
        ),
    )
}


def born_of_sitting(user: Any, sitting: CommissionSitting) -> list[tuple[Decision | Recommendation, str]]:
    """Decisions and then recommendations that say so, the earliest first, each with what it is about."""
    origin = {"origin_kind": Decision.Origin.SITTING, "origin_id": sitting.pk, "municipality": sitting.municipality_id}
    decisions = Decision.objects.visible_to(user).filter(**origin).order_by("date", "pk")
    advice = Recommendation.objects.visible_to(user).filter(**origin).order_by("given_on", "pk")
    return [*((one, one.title) for one in decisions), *((one, one.text) for one in advice)]

"""The passport of a programme: as texts that can be frozen and compared, and as a page shows it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.models import Indicator
from roadmaps.models import Money, Programme, ProgrammeTask
from roadmaps.passport.changes import Change, Verb
from roadmaps.passport.parts import DATES, FIELDS, ROUBLES, Content, Line, Part
from schools.models import School
from schools.wording import day, number

NAMES = "names"  # beside the parts of a frozen passport: what indicators were called, by code
NOTHING = "не указано"


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else "" if value is None else str(value)


def _fields(row: Any, part: Part) -> Line:
    return {field: _text(getattr(row, field)) for field in FIELDS[part]}


def _tasks(programme: Programme) -> list[Line]:
    rows = programme.tasks.prefetch_related("indicators").order_by("position")
    return [
        {"kind": row.kind, "text": row.text, "indicators": sorted(one.code for one in row.indicators.all())}
        for row in rows
    ]


def _participants(programme: Programme) -> list[Line]:
    return [
        {
            "school": row.school.public_code if row.school else "",
            "organisation": row.organisation,
            "duties": row.duties,
            "basis": row.basis,
        }
        for row in programme.participants.select_related("school").order_by("position")
    ]


def _lines(name: str, part: Part) -> Callable[[Programme], list[Line]]:
    return lambda programme: [_fields(row, part) for row in getattr(programme, name).order_by("position")]


_READERS: Mapping[Part, Callable[[Programme], list[Line]]] = {
    Part.HEAD: lambda programme: [_fields(programme, Part.HEAD)],
    Part.TASKS: _tasks,
    Part.STAGES: _lines("stages", Part.STAGES),
    Part.RESULTS: _lines("expectedresults", Part.RESULTS),
    Part.PARTICIPANTS: _participants,
    Part.RISKS: _lines("programmerisks", Part.RISKS),
    Part.MONEY: _lines("moneys", Part.MONEY),
}


def lines_of(programme: Programme, part: Part) -> list[Line]:
    """One part as it is stored now."""
    return _READERS[part](programme)


def content_of(programme: Programme) -> Content:
    """All of it; the number of queries does not depend on the number of lines."""
    return {part.value: lines_of(programme, part) for part in Part}


def frozen(programme: Programme) -> dict[str, Any]:
    """The passport as an edition keeps it: what indicators are called today stays beside their codes."""
    content = content_of(programme)
    codes = {code for line in content[Part.TASKS] for code in line["indicators"]}
    found = Indicator.objects.filter(municipality=programme.municipality_id, code__in=codes)
    return {**content, NAMES: dict(found.values_list("code", "short_name"))}


# --- As a page shows it


@dataclass(frozen=True)
class Named:
    """A word that leads to its page where there still is one."""

    name: str
    link: str


@dataclass(frozen=True)
class TaskShown:
    text: str
    indicators: tuple[Named, ...]


@dataclass(frozen=True)
class StageShown:
    title: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    text: str


@dataclass(frozen=True)
class ParticipantShown:
    named: Named
    duties: str
    basis: str


def roubles(value: Decimal) -> str:
    """«1 250 000,50»."""
    return number(value, 2, keep_zeros=True)


@dataclass(frozen=True)
class Sum:
    """Roubles, and what is left of them."""

    planned: Decimal
    spent: Decimal

    @property
    def in_words(self) -> tuple[str, str, str]:
        """Planned, spent and left, to the kopeck."""
        return roubles(self.planned), roubles(self.spent), roubles(self.left)

    @property
    def left(self) -> Decimal:
        return self.planned - self.spent


@dataclass(frozen=True)
class MoneyShown:
    title: str
    year: str
    source: str
    sum: Sum


@dataclass(frozen=True)
class PassportShown:
    head: Line
    order_date: dt.date | None
    aim_indicators: tuple[Named, ...]  # that say themselves that they serve the main aim
    aims: tuple[TaskShown, ...]
    tasks: tuple[TaskShown, ...]
    stages: tuple[StageShown, ...]
    results: tuple[str, ...]
    participants: tuple[ParticipantShown, ...]
    risks: tuple[Line, ...]
    money: tuple[MoneyShown, ...]
    sums: tuple[tuple[str, Sum], ...]  # of each source, in the order of the list of sources
    total: Sum

    @property
    def is_empty(self) -> bool:
        """Whether nothing but its head is written."""
        return not (
            self.aims or self.tasks or self.stages or self.results or self.participants or self.risks or self.money
        )


def passport_shown(user: Any, programme: Programme, content: Mapping[str, Any]) -> PassportShown:
    """Of the content of an edition, or of `content_of`; schools lead on where the user may look into them."""
    indicators = {row.code: row for row in Indicator.objects.filter(municipality=programme.municipality_id)}
    visible = School.objects.visible_to(user).filter(municipality=programme.municipality_id)
    schools = {row.public_code: row for row in visible}
    names: Mapping[str, str] = content.get(NAMES, {})
    lines: dict[Part, list[Line]] = {part: content.get(part.value, []) for part in Part}
    (head,) = lines[Part.HEAD] or [dict.fromkeys(FIELDS[Part.HEAD], "")]
    money = tuple(_money_shown(line) for line in lines[Part.MONEY])

    def task(line: Line) -> TaskShown:
        codes = [code for code in line["indicators"] if code in indicators or code in names]
        return TaskShown(line["text"], tuple(_indicator(code, indicators, names) for code in codes))

    serving = sorted(row.code for row in indicators.values() if head["aim"] and head["aim"] in row.aims)
    aim = ProgrammeTask.Kind.AIM
    return PassportShown(
        head=head,
        order_date=_day(head["order_date"]),
        aim_indicators=tuple(_indicator(code, indicators, names) for code in serving),
        aims=tuple(task(line) for line in lines[Part.TASKS] if line["kind"] == aim),
        tasks=tuple(task(line) for line in lines[Part.TASKS] if line["kind"] != aim),
        stages=tuple(
            StageShown(line["title"], _day(line["starts_on"]), _day(line["ends_on"]), line["text"])
            for line in lines[Part.STAGES]
        ),
        results=tuple(line["text"] for line in lines[Part.RESULTS]),
        participants=tuple(_participant(line, schools) for line in lines[Part.PARTICIPANTS]),
        risks=tuple(lines[Part.RISKS]),
        money=money,
        sums=tuple(
            (label, _sum(of)) for label in Money.Source.labels if (of := [m for m in money if m.source == label])
        ),
        total=_sum(money),
    )


def _indicator(code: str, known: Mapping[str, Indicator], names: Mapping[str, str]) -> Named:
    row = known.get(code)
    return Named(names.get(code) or (row.short_name if row else code), row.get_absolute_url() if row else "")


def _participant(line: Line, schools: Mapping[str, School]) -> ParticipantShown:
    school = schools.get(line["school"])
    return ParticipantShown(
        Named(line["organisation"], school.get_absolute_url() if school else ""), line["duties"], line["basis"]
    )


def _money_shown(line: Line) -> MoneyShown:
    return MoneyShown(
        line["title"],
        line["year"],
        str(Money.Source(line["source"]).label),
        Sum(Decimal(line["planned"]), Decimal(line["spent"])),
    )


def _sum(rows: Iterable[MoneyShown]) -> Sum:
    rows = list(rows)
    return Sum(sum((row.sum.planned for row in rows), Decimal(0)), sum((row.sum.spent for row in rows), Decimal(0)))


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


# --- Changes in words


@dataclass(frozen=True)
class FieldInWords:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangeInWords:
    part: str
    verb: Verb
    name: str
    fields: tuple[FieldInWords, ...]


def in_words(programme: Programme, changes: Iterable[Change], *names: Mapping[str, str]) -> list[ChangeInWords]:
    """As people read them; `names` are what editions called their indicators."""
    found = dict(Indicator.objects.filter(municipality=programme.municipality_id).values_list("code", "short_name"))
    for known in names:
        found |= known
    words: dict[str, dict[str, str]] = {
        "school": {row.public_code: row.name for row in School.objects.filter(municipality=programme.municipality_id)},
        "source": {one.value: str(one.label) for one in Money.Source},
        "kind": {one.value: str(one.label) for one in ProgrammeTask.Kind},
    }

    def say(field: str, value: Any) -> str:
        if not value:
            return NOTHING
        if isinstance(value, list):
            return "; ".join(found.get(code) or code for code in value)
        if field in DATES:
            return day(dt.date.fromisoformat(value))
        if field in ROUBLES:
            return roubles(Decimal(value))
        return words[field].get(value, value) if field in words else str(value)

    return [
        ChangeInWords(
            change.part.label,
            change.verb,
            change.name,
            tuple(
                FieldInWords(FIELDS[change.part][one.field], say(one.field, one.before), say(one.field, one.after))
                for one in change.fields
            ),
        )
        for change in changes
    ]

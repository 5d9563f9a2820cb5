"""Score sheets of the year and the October monitoring of methodical help, as they were confirmed. Pure."""

from collections.abc import Iterable, Iterator

from mentoring.queries.overview import Overview
from mentoring.queries.scoring import ScoredSheet, ScoreLine
from mentoring.scores import Level, SheetKind
from reports.mentoring.cells import COUNT, amount
from reports.tables import Column, Number, Row, Section, Shown
from schools.wording import NO_DATA

SHEETS = {SheetKind.CENTRE: "Наставнический центр", SheetKind.TUTORS: "Тьюторский пункт"}
CHANGE = Column("К прошлому году", Shown.SIGNED)


def sheets(found: Overview) -> tuple[Section, ...]:
    """The municipality's own: of the mentoring centre, of the tutors."""
    return tuple(_sheet(scored) for scored in found.sheets)


def _sheet(scored: ScoredSheet) -> Section:
    return Section(
        sheet=SHEETS[SheetKind(scored.sheet.kind)],
        columns=(Column("Критерий"), Column("Балл", COUNT), CHANGE, Column("Что значит балл")),
        rows=tuple(
            (line.criterion.text, _known(line.score), _known(line.change), line.meaning or NO_DATA)
            for line in scored.lines
        ),
        total=("Сумма", _known(scored.total), _known(scored.change), _level(scored.level)),
        caption=f"{scored.sheet.get_kind_display()}: оценка за год",
        is_numbered=True,
        notes=(f"Наибольшая возможная сумма — {scored.top}.",),
    )


def _known(value: int | None) -> Number:
    return Number(None if value is None else str(value))


def _level(level: Level | None) -> str:
    return f"уровень {level.label}" if level else NO_DATA


def monitoring(found: Overview) -> tuple[Section, ...]:
    """The table of schools, whose criteria are numbered, what the numbers mean, and what is to be mended."""
    held = found.monitoring
    if not held.sheets:
        return ()
    return (_schools(found), _criteria(found), _shortcomings(found))


def _schools(found: Overview) -> Section:
    held = found.monitoring
    numbers = tuple(Column(str(criterion.position), COUNT, group="Критерий") for criterion in held.criteria)
    total: Row = ()
    if not found.is_of_school and held.average is not None:
        averages = (Number(None) if one is None else amount(one) for one in held.averages)
        change = Number(None) if held.change is None else amount(held.change)
        total = ("Средний балл", *averages, amount(held.average), change, _level(held.level))
    waiting = f"Листов, которые ещё не утверждены и потому не показаны: {held.waiting}."
    return Section(
        sheet="Мониторинг помощи",
        columns=(Column("Школа"), *numbers, Column("Сумма", COUNT), CHANGE, Column("Уровень помощи")),
        rows=tuple(_school(scored, [criterion.code for criterion in held.criteria]) for scored in held.sheets),
        total=total,
        caption="Мониторинг по оказанию методической помощи",
        is_numbered=True,
        notes=(waiting,) if held.waiting and not found.is_of_school else (),
    )


def _school(scored: ScoredSheet, codes: Iterable[str]) -> Row:
    """A sheet that was filled in by other criteria has no score under those that it does not know."""
    scores = {line.criterion.code: line.score for line in scored.lines}
    school = scored.sheet.school
    return (
        school.name if school else "", *(_known(scores.get(code)) for code in codes), _known(scored.total),
        _known(scored.change), _level(scored.level),
    )  # fmt: skip


def _criteria(found: Overview) -> Section:
    return Section(
        sheet="Критерии мониторинга",
        columns=(Column("№", COUNT), Column("Критерий"), Column("Чей уровень ответственности")),
        rows=tuple(
            (str(one.position), one.text, "муниципальный" if one.by_centre else "школы")
            for one in found.monitoring.criteria
        ),
        caption="Критерии мониторинга",
        row_head=1,
    )


def _shortcomings(found: Overview) -> Section:
    return Section(
        sheet="Недостатки и причины",
        columns=(Column("Критерий"), Column("Недостаток"), Column("Причина"), Column("Недостаток прошлого года")),
        rows=tuple(_to_mend(found.monitoring.sheets)),
        caption="Недостатки, которые устраняют в следующем году, и их причины",
        empty="Недостатков листы мониторинга не называют.",
    )


def _to_mend(scored: Iterable[ScoredSheet]) -> Iterator[Row]:
    """Under each school what it has to mend, and what has become of the year before."""
    for one in scored:
        lines = [line for line in one.lines if line.shortcoming or line.was_to_mend]
        if lines and one.sheet.school:
            yield (one.sheet.school.name,)
            yield from (
                (line.criterion.text, line.shortcoming or NO_DATA, _cause(line), _before(line)) for line in lines
            )


def _cause(line: ScoreLine) -> str:
    return (line.mark.cause if line.mark else "") or NO_DATA


def _before(line: ScoreLine) -> str:
    if not line.was_to_mend:
        return NO_DATA
    return f"{line.was_to_mend} — {line.was_mended or 'не сказано, устранён ли'}"

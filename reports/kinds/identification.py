"""The identification of a school year: the list with its order, the rule, what it proposed, and what people decided."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indicators.queries.covering import covering_for_all
from monitoring.identification.edition import SchoolOfList, YearOfList
from monitoring.identification_wording import exam_in_words, labels_of, result_in_words, rule_facts
from monitoring.models import IdentificationEdition, ResultTotal
from monitoring.queries.identification_draft import draft_of
from monitoring.queries.identification_edition import axes_of, without_small
from reports.formats import Format
from reports.kinds.base import DocumentKind, ReportRefused
from reports.models import Report
from reports.tables import Column, Number, Section, Shown, TableDocument
from schools.list_changes import ListYears
from schools.models import Category, Identification, Municipality
from schools.ordering import natural_key
from schools.periods import Period
from schools.queries.identification import list_years
from schools.wording import NO_DATA, day, school_year

STAYS, ENTERED = "остаётся", "вошла"


@dataclass(frozen=True)
class Entry:
    """A school in a category, as the list of today says it, or as it would be published."""

    school: int
    name: str
    category: str
    order: str
    reason: str


@dataclass(frozen=True)
class Year:
    """What the document is made of; without an edition the rule and what it proposes are those of today."""

    list: YearOfList
    edition: IdentificationEdition | None
    entries: tuple[Entry, ...]
    is_published: bool
    before: Mapping[str, Mapping[int, str]]  # by category the schools of the list before, with their names
    compared: Mapping[str, int]  # of categories that have a list now and had one before: the year of that one


def build(*, municipality: Municipality, period: str) -> TableDocument:
    year = read(municipality, Period.parse(period).school_year)
    label = school_year(year.list.school_year)
    if not (year.is_published or year.entries or any(one.procedures for one in year.list.schools)):
        raise ReportRefused(
            f"За {label} учебный год нет ни списка школ, ни результатов за окно правила. "
            "Загрузите результаты или внесите список и подготовьте документ снова."
        )
    return TableDocument(
        kind="Справка",
        title=f"об идентификации школ, {label} учебный год",
        municipality=municipality.full_name or municipality.name,
        department=municipality.department_name,
        period=period,
        is_demo=municipality.is_demo,
        lead=(_state(year),),
        sections=(_list(year), _left(year), _rule(year), _proposal(year), _decisions(year)),
    )


# --- Reading


def read(municipality: Municipality, school_year: int) -> Year:
    edition = municipality.identification_editions.filter(school_year=school_year).order_by("number").last()
    year = YearOfList.of(edition.snapshot) if edition else draft_of(municipality, school_year).list
    lists = list_years(municipality)
    is_published = edition is not None or school_year in lists.of(Category.values)
    compared = _compared(lists, year, is_draft=not is_published)
    rows = Identification.objects.filter(
        school__municipality=municipality, school_year__in={school_year, *compared.values()}
    ).select_related("school")
    listed = sorted((row for row in rows if row.school_year == school_year), key=_in_order)
    before: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        if row.school_year == compared.get(row.category):
            before[row.category][row.school_id] = row.school.name
    covering = covering_for_all(municipality)
    return Year(
        list=YearOfList(
            year.school_year,
            year.rule,
            year.covers,
            tuple(without_small(one, covering) for one in year.schools),
            year.compared,
            year.cuts,
        ),
        edition=edition,
        entries=tuple(_entry(row) for row in listed) if is_published else tuple(_of_draft(year)),
        is_published=is_published,
        before=dict(before),
        compared=compared,
    )


def _compared(lists: ListYears, year: YearOfList, *, is_draft: bool) -> dict[str, int]:
    """A draft is about the categories that it covers; a published year, about those that it has a list of."""
    found = {}
    for category in Category.values:
        before = lists.before(category, year.school_year)
        is_there = lists.has(category, year.school_year) or (is_draft and category in year.covers)
        if is_there and before is not None:
            found[category] = before
    return found


def _in_order(row: Identification) -> tuple[int, object, int]:
    return list(Category).index(Category(row.category)), natural_key(row.school.name), row.school_id


def _entry(row: Identification) -> Entry:
    order = " ".join(
        part
        for part in (
            f"№ {row.order_number}" if row.order_number else "",
            f"от {day(row.order_date)}" if row.order_date else "",
        )
        if part
    )
    return Entry(row.school_id, row.school.name, row.category, order or "не указан", row.reason)


def _of_draft(year: YearOfList) -> Iterable[Entry]:
    for category in year.covers:
        for one in year.included(category):
            yield Entry(one.school, one.name, category, NO_DATA, one.reasons.get(category, ""))


# --- Writing


def _labels(year: Year) -> Mapping[str, str]:
    return {category.value: category.label for category in Category} | labels_of(year.list.rule.groups)


def _state(year: Year) -> str:
    if year.edition:
        return (
            f"Список опубликован приказом № {year.edition.order_number} от {day(year.edition.order_date)}, "
            f"редакция {year.edition.number}. Правило, предложение и решения приведены такими, какими они были тогда."
        )
    if year.is_published:
        return (
            "Список внесён на портал вручную или таблицей. Правило и предложение портала приведены для сравнения, по "
            "сегодняшним данным."
        )
    return "Проект: список ещё не опубликован приказом. Правило предлагает, решение принимают люди."


def _list(year: Year) -> Section:
    labels = _labels(year)
    return Section(
        sheet="Список",
        title="Список школ" if year.is_published else "Проект списка школ",
        columns=(
            Column("Школа"),
            Column("Категория"),
            Column("Приказ"),
            Column("К прежнему списку"),
            Column("Основание решения"),
        ),
        rows=tuple(
            (entry.name, labels[entry.category], entry.order, _against_before(year, entry), entry.reason)
            for entry in year.entries
        ),
        is_numbered=True,
        empty="Ни одной школы.",
    )


def _against_before(year: Year, entry: Entry) -> str:
    if entry.category not in year.compared:
        return "сравнить не с чем"
    stays = entry.school in year.before.get(entry.category, ())
    return (STAYS if stays else ENTERED) + _over_a_gap(year, entry.category)


def _over_a_gap(year: Year, category: str) -> str:
    """Which list is compared with, where it is not that of the year before."""
    before = year.compared[category]
    return "" if before == year.list.school_year - 1 else f" (к списку {school_year(before)})"


def _left(year: Year) -> Section:
    """Who was in a category by the list before and is no more; who has changed it is named with the new one."""
    labels = _labels(year)
    now: dict[int, list[str]] = defaultdict(list)
    for entry in year.entries:
        now[entry.school].append(entry.category)
    rows = [
        (
            name,
            labels[category] + _over_a_gap(year, category),
            ", ".join(labels[one] for one in now[school]) or "нет в списке",
        )
        for category in Category
        for school, name in sorted(year.before.get(category, {}).items(), key=lambda item: natural_key(item[1]))
        if category not in now[school]
    ]
    return Section(
        sheet="Вышли",
        title="Вышли из категорий прежнего списка",
        columns=(Column("Школа"), Column("Была в категории"), Column("Теперь")),
        rows=tuple(rows),
        is_numbered=True,
        empty="Ни одной школы." if year.compared else "Прежнего списка нет: сравнивать не с чем.",
    )


def _rule(year: Year) -> Section:
    rule = year.list.rule
    version = f"версия {rule.number}" if rule.number else "параметры портала по умолчанию"
    facts = [(fact.name, fact.text) for fact in rule_facts(rule.parameters, year.list.school_year)]
    axes = [(f"Группы: {fact.name.lower()}", fact.text) for fact in axes_of(year.list)]
    return Section(
        sheet="Правило",
        title="Правило и его источник",
        columns=(Column("Параметр"), Column("Значение")),
        rows=(*facts, *axes, ("Источник", rule.source), ("Параметры", version)),
    )


def _proposal(year: Year) -> Section:
    labels = _labels(year)
    return Section(
        sheet="Предложение",
        title="Что предложило правило",
        columns=(
            Column("Школа"),
            Column("Вывод правила"),
            Column("Процедуры с низкими результатами"),
            Column("Учтено процедур", Shown.NUMBER),
            Column("Предложено"),
        ),
        rows=tuple(
            (
                one.name,
                one.verdict.label,
                "; ".join(f"{exam_in_words(low)}: {result_in_words(low)}" for low in one.finding.low) or "нет",
                Number(str(len(one.finding.counted))),
                _named(one.proposed, labels),
            )
            for one in year.list.schools
        ),
        is_numbered=True,
        empty="Школ нет.",
        notes=("Числа, относящиеся менее чем к пяти участникам, не приводятся.",),
    )


def _decisions(year: Year) -> Section:
    labels = _labels(year)
    return Section(
        sheet="Решения",
        title="Решения, отличные от предложения",
        columns=(Column("Школа"), Column("Предложено"), Column("Решено"), Column("Основание")),
        rows=tuple(
            (one.name, _named(one.proposed, labels), _named(one.included, labels), _reasons(one))
            for one in year.list.schools
            if one.differs
        ),
        is_numbered=True,
        empty="Таких решений нет." if year.edition or not year.is_published else "Решений на портале не принимали.",
    )


def _named(categories: Iterable[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels[category] for category in categories) or "не включать"


def _reasons(one: SchoolOfList) -> str:
    return "; ".join(dict.fromkeys(one.reasons[category] for category in one.differs if one.reasons.get(category)))


def periods(municipality: Municipality) -> list[str]:
    """Years that have a list, an edition or results."""
    listed = Identification.objects.filter(school__municipality=municipality)
    results = ResultTotal.objects.filter(school__municipality=municipality)
    known = (rows.order_by().values_list("school_year", flat=True).distinct() for rows in (listed, results))
    editions = municipality.identification_editions.order_by().values_list("school_year", flat=True).distinct()
    years = {year for source in (*known, editions) for year in source}
    return [Period.of_school_year(year).code for year in sorted(years, reverse=True)]


KIND = DocumentKind(
    code=Report.Kind.IDENTIFICATION,
    build=build,
    periods=periods,
    formats=(Format.PDF, Format.XLSX),
    hint="Список школ с приказом, кто вошёл и вышел, правило с источником, предложение и решения.",
)

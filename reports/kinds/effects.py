"""What was done in a half-year and what the indicators it was meant for were before and after."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from accounts.access import Role
from accounts.models import ApiKey
from monitoring.queries.analysis.before_and_after import Effect
from monitoring.queries.analysis.effects import CAUTION, HOW_TO_READ, Effects, MeasureLine, effects_of
from monitoring.queries.analysis.measures import halves_with_measures
from reports.formats import Format
from reports.kinds.base import DocumentKind, ReportRefused
from reports.models import Report
from reports.tables import Column, Number, Row, Section, Shown, TableDocument, change_in_unit, in_unit
from schools.models import Municipality
from schools.ordering import natural_key
from schools.periods import Period
from schools.wording import NBSP, NO_DATA, counted, day
from schools.wording import period as period_label

MEASURES = "мера,меры,мер"
UNKNOWN = "«—» — не задано, какое изменение показателя лучше, или сравнить не с чем."
SMALL = "Числа, относящиеся менее чем к пяти участникам, не приводятся."
INDICATOR = (
    Column("Показатель и периоды"),
    Column("До"),
    Column("После"),
    Column("Изменение"),
    Column("Что это значит"),
)
SIMILAR = tuple(Column(head, group="Школы в похожих условиях") for head in ("до", "после", "изменение"))
MOVED = tuple(
    Column(head, Shown.NUMBER, group="Школы плана")
    for head in ("стало лучше", "стало хуже", "без значимых изменений", "нет данных или скрыто")
)


def build(*, municipality: Municipality, period: str) -> TableDocument:
    """What a viewer of the whole municipality sees: numbers of fewer than five pupils are left out."""
    half = Period.parse(period)
    # Once the half-year is over the same whenever it is printed; before, nobody is late for a day that is to come.
    today = min(half.ends_on + dt.timedelta(days=1), timezone.localdate())
    found = effects_of(user=_reader(municipality), municipality=municipality, half=half, today=today)
    if not (found.lines or found.without_indicators):
        raise ReportRefused(
            f"За {half.label} нет ни принятых ответов на поручения и рекомендации, ни выполненных мероприятий. "
            "Примите ответы или выберите другое полугодие."
        )
    return TableDocument(
        kind="Справка",
        title=f"о том, что сделано и что изменилось: {period_label(period)}",
        municipality=municipality.full_name or municipality.name,
        department=municipality.department_name,
        period=period,
        is_demo=municipality.is_demo,
        sections=(_of_schools(found.lines), _of_municipality(found.lines)),
        lead=tuple(_lead(found, today)),
        notes=(HOW_TO_READ, SMALL),
    )


def periods(municipality: Municipality) -> list[str]:
    """Half-years in which something was done, latest first."""
    return [half.code for half in halves_with_measures(_reader(municipality), municipality)]


def _reader(municipality: Municipality) -> Any:
    return ApiKey(role=Role.VIEWER, municipality=municipality)


def _lead(found: Effects, today: dt.date) -> Iterator[str]:
    done = len(found.lines) + found.without_indicators
    yield (
        "Меры — принятые ответы на поручения и рекомендации и выполненные мероприятия дорожных карт. За полугодие "
        f"выполнено: {counted(done, MEASURES)}, из них с показателями — {len(found.lines)}."
    )
    yield (
        f"Значений показателей: стало лучше — {found.better}, хуже — {found.worse}, изменение в пределах случайного — "
        f"{found.by_chance}, без изменений — {found.same}, сравнить пока нечего — {found.no_data}."
    )
    if found.listed:
        before, now = found.listed
        yield f"Школ с низкими результатами в списке: было {before}, стало {now}."
    if found.overdue_words:
        due = "назначен на это полугодие" if today > found.half.ends_on else f"прошёл к {day(today)}"
        yield f"Не исполнено из того, чей срок {due}: {found.overdue_words}."
    yield CAUTION


def _of_schools(lines: Sequence[MeasureLine]) -> Section:
    of_schools = [line for line in lines if line.measure.school]
    of_schools.sort(key=lambda line: (natural_key(line.measure.whose), line.measure.done_on))
    return Section(
        sheet="Школы",
        columns=(*INDICATOR, *SIMILAR),
        rows=tuple(_rows(of_schools)),
        caption="Меры в школах: показатели до и после",
        empty="В школах за полугодие не выполнено мер, с которыми связаны показатели.",
    )


def _of_municipality(lines: Sequence[MeasureLine]) -> Section:
    return Section(
        sheet="Муниципалитет",
        columns=(*INDICATOR, *MOVED),
        rows=tuple(_rows([line for line in lines if not line.measure.school])),
        caption="Меры муниципалитета: показатели до и после и школы плана",
        notes=(UNKNOWN,),
        empty="У муниципалитета за полугодие нет выполненных мер, с которыми связаны показатели.",
    )


def _rows(lines: Sequence[MeasureLine]) -> Iterator[Row]:
    """Under each measure its indicators."""
    for line in lines:
        measure = line.measure
        whose = f"{measure.whose}. " if measure.school else ""
        yield (f"{whose}{measure.title.strip().removesuffix('.')}. {measure.source}; выполнено {day(measure.done_on)}",)
        for effect in line.effects:
            yield (*_effect(effect), *(_similar(effect) if measure.school else _moved(effect)))


def _effect(effect: Effect) -> Row:
    unit = effect.indicator.unit
    periods = f"{NBSP}→{NBSP}".join(_when(side) if side else NO_DATA for side in (effect.before, effect.after))
    name = f"{effect.indicator.short_name} ({periods})"
    if effect.is_hidden:
        return name, Number(None), Number(None), Number(None), effect.verdict
    before, after = (in_unit(side.value if side else None, unit) for side in (effect.before, effect.after))
    return name, before, after, change_in_unit(effect.change, unit), effect.verdict


def _when(value: Any) -> str:
    """Its period, and the day of its data where that is another."""
    label = period_label(value.period)
    return f"{label}, по данным на {period_label(value.as_of)}" if value.as_of else label


def _similar(effect: Effect) -> Row:
    if effect.similar is None:
        return (Number(None),) * len(SIMILAR)
    similar, unit = effect.similar, effect.indicator.unit
    schools = f" ({counted(similar.schools, 'школа,школы,школ')})"
    return (
        in_unit(similar.before, unit),
        in_unit(similar.after, unit),
        change_in_unit(similar.change, unit, mark=schools),
    )


def _moved(effect: Effect) -> Row:
    if effect.moved is None:
        return (Number(None),) * len(MOVED)
    moved = effect.moved
    return tuple(Number(str(count)) for count in (moved.better, moved.worse, moved.stayed, moved.unknown))


KIND = DocumentKind(
    code=Report.Kind.EFFECTS,
    build=build,
    periods=periods,
    formats=(Format.PDF, Format.DOCX, Format.XLSX),
    hint="Какие поручения, рекомендации и мероприятия выполнены за полугодие и какими были связанные с ними показатели "
    "до и после, рядом со школами в похожих условиях.",
)

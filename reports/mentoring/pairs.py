"""Pairs, their plans and meetings, who was left alone and who helps too many. Pure."""

from collections.abc import Iterator
from itertools import groupby

from django.utils.text import capfirst

from mentoring.kinds import POOL_LABELS
from mentoring.queries.overview import Overview, PairNumbers
from reports.mentoring.cells import COUNT, amount, on_day, total_of, whole
from reports.tables import Column, Number, Row, Section, Shown
from schools.wording import counted, day
from schools.wording import period as period_label

PAIRS = "пара,пары,пар"


def _words(one: PairNumbers) -> str:
    return capfirst(one.pairing.in_words(named=False))


def pairs(found: Overview) -> Section:
    return Section(
        sheet="Пары",
        columns=(
            Column("Кто помогает"),
            Column("Кому помогают"),
            Column("Основание"),
            Column("с", Shown.DATE, group="Действует"),
            Column("по", Shown.DATE, group="Действует"),
            Column(f"На {day(found.day)}"),
        ),
        rows=tuple(_by_kind(found)),
        caption="Пары, которые действовали в этот период",
        is_numbered=True,
        notes=("Учителя названы по должности и предмету: документ передают за пределы школы.",),
        empty="Пар не было. Заведите их на странице «Пары».",
    )


def _by_kind(found: Overview) -> Iterator[Row]:
    for kind, lines in groupby((one.pairing for one in found.pairings), key=lambda one: one.get_kind_display()):
        pairings = list(lines)
        yield (f"{kind.capitalize()}: {counted(len(pairings), PAIRS)}",)
        for one in pairings:
            yield (
                capfirst(one.helper_in_words(named=False)), one.helped_in_words(named=False), one.basis or "не указано",
                on_day(one.starts_on), on_day(one.ends_on), one.standing(found.day).label,
            )  # fmt: skip


def with_pupils(found: Overview) -> Section:
    return Section(
        sheet="Пары с учениками",
        columns=(
            Column("Школа"),
            Column("Вид"),
            Column("с", Shown.DATE, group="Действует"),
            Column("по", Shown.DATE, group="Действует"),
            Column("Пар", COUNT),
        ),
        rows=tuple(
            (one.school.name, one.get_kind_display(), on_day(one.starts_on), on_day(one.ends_on), whole(one.count or 0))
            for one in found.counted
        ),
        total=("Всего", "", "", "", whole(sum(one.count or 0 for one in found.counted))) if found.counted else (),
        caption="Пары с учениками: ученики не называются, только считаются",
        empty="Пар с учениками не внесено.",
    )


def meetings(found: Overview) -> Section:
    lines = found.pairings
    return Section(
        sheet="Планы и встречи",
        columns=(
            Column("Пара"),
            Column("строк", COUNT, group="План"),
            Column("выполнено", COUNT, group="План"),
            Column("проведено", COUNT, group="Встречи"),
            Column("подтверждено", COUNT, group="Встречи"),
            Column("часов", COUNT, group="Встречи"),
            Column("последняя", Shown.DATE, group="Встречи"),
        ),
        rows=tuple(
            (
                _words(one), whole(one.steps), whole(one.done), whole(one.held), whole(one.confirmed),
                amount(one.hours), on_day(one.last_met_on),
            )
            for one in lines
        ),
        total=total_of("Всего", [(one.steps, one.done, one.held, one.confirmed, one.hours) for one in lines], blank=1),
        caption="Выполнение планов взаимодействия и встречи пар",
        is_numbered=True,
        notes=(
            "Строки плана — без отменённых, по последний день периода. Проведены встречи, которых другая сторона не "
            "оспорила; часы — всех проведённых. Последняя встреча может быть и раньше начала периода.",
        ),
        empty="Пар, у которых бывают планы и встречи, нет.",
    )  # fmt: skip


def forms(found: Overview) -> Section:
    disputed = sum(line.disputed for line in found.forms)
    lines = [line for line in found.forms if line.held]
    return Section(
        sheet="Формы встреч",
        columns=(
            Column("Форма"),
            Column("Проведено", COUNT),
            Column("Подтверждено", COUNT),
            Column("Часов", COUNT),
        ),
        rows=tuple(
            (line.form.label.capitalize(), whole(line.held), whole(line.confirmed), amount(line.hours))
            for line in lines
        ),
        total=total_of("Всего", [(line.held, line.confirmed, line.hours) for line in lines]),
        caption="Встречи по формам",
        notes=(f"Оспорено и потому не посчитано встреч: {disputed}.",) if disputed else (),
        empty="Встреч в этот период не записано.",
    )


def silent(found: Overview) -> Section:
    return Section(
        sheet="Давно не встречались",
        columns=(Column("Пара"), Column("Последняя встреча", Shown.DATE), Column("Дней без встречи", COUNT)),
        rows=tuple((_words(one), on_day(one.last_met_on), whole(silence.days)) for one, silence in found.silent),
        caption=f"Пары, которые действуют {day(found.day)}, давно не встречались и ни о чём не договорились",
        is_numbered=True,
        notes=("Давно — две недели и больше; если встреч не было, дни считаются от начала пары.",),
        empty=f"Таких пар, которые две недели не встречались и не договорились о встрече, {day(found.day)} нет.",
    )


def alone(found: Overview) -> Section:
    alone = found.alone
    year = f"{period_label(f'{alone.school_year:04d}')} учебного года" if alone else ""
    return Section(
        sheet="Школы без пары",
        columns=(Column("Школа"),),
        rows=tuple((school.name,) for school in alone.schools) if alone else (),
        caption=f"Школы из списка {year}, которым никто не помогает: {len(alone.schools) if alone else 0} из "
        f"{alone.listed if alone else 0}",
        is_numbered=True,
        notes=("Пары с учениками здесь помощью школе не считаются.",),
        empty=f"В списке {year} нет школ, которым никто не помогает."
        if alone
        else "Списка идентификации нет: утвердите его, и портал назовёт школы, которым никто не помогает.",
    )


def mentors(found: Overview) -> Section:
    over = sum(line.is_overloaded for line in found.mentors)
    return Section(
        sheet="Наставники",
        columns=(
            Column("Наставник, тьютор, куратор"),
            Column("Должность, место работы"),
            Column("Кто это"),
            Column("Пар", COUNT),
            Column("Не больше", COUNT),
            Column("Нагрузка"),
        ),
        rows=tuple(
            (
                line.mentor.name,
                ", ".join(filter(None, (line.mentor.position, line.mentor.place))),
                POOL_LABELS[line.mentor.kind],  # type: ignore[index]  # a member of the enumeration is its text
                whole(line.load),
                Number(None if line.mentor.load_limit is None else str(line.mentor.load_limit)),
                "сверх предела" if line.is_overloaded else "есть место" if line.is_free else "полная",
            )
            for line in found.mentors
        ),
        caption=f"Наставники, тьюторы и кураторы на {day(found.day)}: сверх предела — {over}",
        is_numbered=True,
        empty="В списке наставников на этот день никого нет.",
    )

"""Requests for help, events, practices and the standing seminar. Pure."""

from mentoring.gatherings import EventState, Notification
from mentoring.queries.overview import Overview
from mentoring.queries.participation import COLUMNS
from reports.mentoring.cells import COUNT, on_day, total_of, whole
from reports.tables import Column, Section, Shown
from schools.wording import NO_DATA, day


def requests(found: Overview) -> Section:
    told = found.requests
    rows = (
        ("Ответ дан в срок или срока не было", told.in_time),
        ("Ответ дан позже срока", told.late),
        ("Ждут ответа, срок прошёл", told.overdue),
        ("Ждут ответа, срок не прошёл", told.awaited),
        ("Возвращены школе на уточнение", told.returned),
        ("Отозваны", told.withdrawn),
    )
    return Section(
        sheet="Запросы о помощи",
        columns=(Column("Что стало с запросом"), Column("Запросов", COUNT)),
        rows=tuple((words, whole(count)) for words, count in rows) if told.came else (),
        total=("Поступило", whole(told.came)) if told.came else (),
        caption=f"Запросы школ о помощи, которые пришли в этот период, на {day(found.day)}",
        empty="Запросов о помощи в этот период не было.",
    )


def events(found: Overview) -> Section:
    plan, states = found.events, (EventState.HELD, EventState.PLANNED, EventState.CANCELLED)
    told = plan.notified
    announced = (
        f"Обязательный анонс: в срок — {told[Notification.IN_TIME]}, позже срока — {told[Notification.LATE]}, "
        f"срок прошёл без анонса — {told[Notification.MISSED]}, срок впереди — {told[Notification.AWAITED]}."
    )
    return Section(
        sheet="Мероприятия",
        columns=(Column("Вид"), *(Column(state.label.capitalize(), COUNT) for state in states), Column("Всего", COUNT)),
        rows=tuple(
            (kind.label[0].upper() + kind.label[1:], *(whole(plan.of(kind, state)) for state in (*states, None)))
            for kind in plan.kinds
        ),
        total=("Всего", *(whole(plan.of(None, state)) for state in (*states, None))) if plan.states else (),
        caption="Методические мероприятия, которые начинаются в этот период",
        notes=(announced,) if told else (),
        empty="Мероприятий в этот период не запланировано.",
    )


def participation(found: Overview) -> Section:
    part = found.participation
    lines = part.schools if part.events else []
    return Section(
        sheet="Участие школ",
        columns=(
            Column("Школа"),
            Column("Приглашена", COUNT),
            Column("Участвовала", COUNT),
            *(Column(words, COUNT, group="Работники") for words in COLUMNS[:-1]),
            Column("Всего участий", COUNT),
            Column(COLUMNS[-1].capitalize(), COUNT),
        ),
        rows=tuple(
            (one.school.name, *map(whole, (one.invited, one.came, *one.numbers[:-1], one.people, one.numbers[-1])))
            for one in lines
        ),
        total=total_of(
            "Всего",
            [(one.invited, one.came, *one.numbers[:-1], one.people, one.numbers[-1]) for one in lines],
        ),
        caption=f"Участие школ в мероприятиях, которые начались до {day(found.day)} включительно и не отменены",
        is_numbered=True,
        notes=(
            f"Школ, которые участвовали хоть раз: {part.took_part}. Работник посчитан столько раз, сколько пришёл.",
        ),
        empty="Мероприятий, в которых можно было участвовать, ещё не было.",
    )


def practices(found: Overview) -> Section:
    return Section(
        sheet="Практики",
        columns=(
            Column("Школа"),
            Column("Практика"),
            Column("Предмет или направление"),
            Column("Опубликована", Shown.DATE),
        ),
        rows=tuple(
            (one.school.name, one.title, one.subject or NO_DATA, on_day(one.published_on)) for one in found.practices
        ),
        caption="Опубликованные практики",
        is_numbered=True,
        empty="Практик в этот период не опубликовано.",
    )


def seminars(found: Overview) -> Section:
    return Section(
        sheet="Семинар",
        columns=(
            Column("Полугодие"),
            Column("Тем предложено", COUNT),
            Column("школ", COUNT, group="Заявки"),
            Column("заявок", COUNT, group="Заявки"),
            Column("на свои темы", COUNT, group="Заявки"),
            Column("утверждено", COUNT, group="Программы школ"),
            Column("занятий", COUNT, group="Программы школ"),
            Column("Проведено мероприятий", COUNT),
        ),
        rows=tuple(
            (
                str(one.seminar).split(", ", 1)[1],
                *map(whole, (one.offers, one.schools, one.requests, one.own_topics)),
                *map(whole, (one.programmes, one.sessions, one.held)),
            )
            for one in found.seminars
        ),
        caption="Постоянно действующий семинар",
        notes=("На одно мероприятие приходят и несколько школ, у каждой из которых это занятие её программы.",),
        empty="Постоянно действующего семинара в этот период не было.",
    )

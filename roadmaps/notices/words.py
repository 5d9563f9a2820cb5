"""The words of notices: standard texts with a few places that are filled in, and what makes a text valid.

A place is a word in braces, «{срок}». Nothing else is interpreted, so whatever a department types stays text.
"""

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from roadmaps.notices.kinds import HELP, LADDERS, REVIEWS, SCORING, Kind

LONGEST_SUBJECT, LONGEST_TEXT = 150, 3000
SHORT_TITLE, LONG_TITLE = 80, 500
PLACE = re.compile(r"\{([^{}]*)\}")
DAYS = "день,дня,дней"

# What each place says.
PLACES = {
    "мероприятие": "номер и название",
    "период": "за какой период, как в плане: «март 2022»",
    "поручение": "номер пункта и что поручено или рекомендовано",
    "программа": "название программы, которую нужно оценить",
    "срок": "день срока: 31.03.2022",
    "начало": "день начала: 01.03.2022",
    "когда": "«сегодня», «завтра» или «через 7 дней»",
    "просрочено": "на сколько просрочено: «7 дней»",
    "школа": "чей отчёт, ответ или программа: школа, организация или муниципалитет",
    "карта": "название дорожной карты",
    "причина": "что исправить, словами проверяющего",
    "процент": "на сколько процентов выполнено",
    "кто": "кто принял, вернул, отправил или написал",
    "сообщение": "текст из обсуждения",
    "основание": "решение с номером пункта или рекомендация",
    "экспертиза": "название экспертизы",
    "запрос": "с чем школе нужна помощь",
    "встреча": "форма, день и тема встречи",
    "семинар": "полугодие, на которое предлагают темы",
    "практика": "название практики",
    "мониторинг": "название мониторинга и учебный год",
    "проводится": "день и час: «14.03.2023 в 15:00»",
    "подробности": "вид, форма, место, для кого, кто организует",
}
# What a notice is about; each kind has one of them, the first among its places.
THINGS = ("мероприятие", "поручение", "программа", "запрос", "встреча", "семинар", "практика", "мониторинг")
OF_ALL = ("мероприятие", "период", "срок", "школа", "карта")
OF_TASKS = ("поручение", "срок", "школа", "основание")
OF_REVIEWS = ("программа", "срок", "школа", "экспертиза")
OF_HELP = ("запрос", "срок", "школа")
PLACES_OF: dict[Kind, tuple[str, ...]] = {
    Kind.AHEAD: (*OF_ALL, "когда"),
    Kind.LATE: (*OF_ALL, "просрочено"),
    Kind.UNDATED: (*OF_ALL, "когда"),
    Kind.EVENT: ("мероприятие", "период", "начало", "когда", "срок", "карта"),
    Kind.RETURNED: (*OF_ALL, "причина", "кто"),
    Kind.ACCEPTED: (*OF_ALL, "процент", "кто"),
    Kind.WAITING: (*OF_ALL, "процент", "кто"),
    Kind.MENTION: ("мероприятие", "карта", "кто", "сообщение"),
    Kind.TASK: (*OF_TASKS, "кто"),
    Kind.TASK_AHEAD: (*OF_TASKS, "когда"),
    Kind.TASK_LATE: (*OF_TASKS, "просрочено"),
    Kind.TASK_RETURNED: (*OF_TASKS, "причина", "кто"),
    Kind.REVIEW: (*OF_REVIEWS, "кто"),
    Kind.REVIEW_AHEAD: (*OF_REVIEWS, "когда"),
    Kind.REVIEW_LATE: (*OF_REVIEWS, "просрочено"),
    Kind.REVIEW_RETURNED: (*OF_REVIEWS, "причина", "кто"),
    Kind.HELP: (*OF_HELP, "кто"),
    Kind.HELP_AHEAD: (*OF_HELP, "когда"),
    Kind.HELP_LATE: (*OF_HELP, "просрочено"),
    Kind.HELP_NEWS: ("запрос", "школа", "кто", "сообщение"),
    Kind.SCORING_AHEAD: ("мониторинг", "срок", "когда", "подробности"),
    Kind.SCORING_LATE: ("мониторинг", "срок", "просрочено", "подробности"),
    Kind.MEETING: ("встреча", "школа", "кто"),
    Kind.DISPUTE: ("встреча", "школа", "кто"),
    Kind.ANNOUNCED: ("мероприятие", "проводится", "подробности", "начало", "когда", "кто"),
    Kind.CALLED_OFF: ("мероприятие", "проводится", "причина", "начало", "кто"),
    Kind.OFFERED: ("семинар", "срок", "когда"),
    Kind.PRACTICE: ("практика", "школа", "подробности"),
}


@dataclass(frozen=True)
class Words:
    """Subject and text of a kind, with places."""

    subject: str
    text: str


STANDARD = {
    Kind.AHEAD: Words(
        "Срок {когда}: {мероприятие}",
        "{мероприятие}\n\n{период}. Отчёт нужен до {срок} ({когда}). Отчитывается: {школа}.\n\nДорожная карта: {карта}",
    ),
    Kind.LATE: Words(
        "Просрочено на {просрочено}: {мероприятие}",
        "{мероприятие}\n\n{период}. Срок был {срок}, отчёта нет, просрочено на {просрочено}. Отчитывается: {школа}.\n\n"
        "Дорожная карта: {карта}",
    ),
    Kind.UNDATED: Words(
        "Расскажите, что сделано: {мероприятие}",
        "{мероприятие}\n\n{период}. Документ не называет точного срока; отчёт о периоде ждут до {срок} ({когда}). "
        "Отчитывается: {школа}.\n\nДорожная карта: {карта}",
    ),
    Kind.EVENT: Words(
        "Начало {когда}: {мероприятие}",
        "{мероприятие}\n\n{период}. Начинается {начало}, завершается {срок}.\n\nДорожная карта: {карта}",
    ),
    Kind.RETURNED: Words(
        "Отчёт возвращён на доработку: {мероприятие}",
        "{мероприятие}\n\n{период}, {школа}. Отчёт вернули на доработку ({кто}).\n\nЧто исправить: {причина}",
    ),
    Kind.ACCEPTED: Words(
        "Отчёт принят: {мероприятие}",
        "{мероприятие}\n\n{период}, {школа}. Отчёт приняли: выполнено {процент} ({кто}).",
    ),
    Kind.WAITING: Words(
        "Отчёт ждёт проверки: {мероприятие}",
        "{мероприятие}\n\n{период}, {школа}. Отчёт отправлен на проверку: выполнено {процент} ({кто}).",
    ),
    Kind.MENTION: Words(
        "Вас упомянули: {мероприятие}", "{мероприятие}\n\n{кто}:\n{сообщение}\n\nДорожная карта: {карта}"
    ),
    Kind.TASK: Words(
        "Новое поручение: {поручение}", "{поручение}\n\nСрок: {срок}. Отвечает: {школа}.\n\nОснование: {основание}"
    ),
    Kind.TASK_AHEAD: Words(
        "Срок поручения {когда}: {поручение}",
        "{поручение}\n\nОтвет нужен до {срок} ({когда}). Отвечает: {школа}.\n\nОснование: {основание}",
    ),
    Kind.TASK_LATE: Words(
        "Поручение просрочено на {просрочено}: {поручение}",
        "{поручение}\n\nСрок был {срок}, просрочено на {просрочено}: ответа ещё ждут. Отвечает: {школа}.\n\n"
        "Основание: {основание}",
    ),
    Kind.TASK_RETURNED: Words(
        "Ответ вернули: {поручение}",
        "{поручение}\n\nОтвет вернули ({кто}). Отвечает: {школа}.\n\nЧто исправить: {причина}\n\n"
        "Основание: {основание}",
    ),
    Kind.REVIEW: Words(
        "Вам назначена экспертиза: {программа}",
        "{программа}\n\nЭкспертиза: {экспертиза}. Заключение нужно до {срок}. Чья программа: {школа}.",
    ),
    Kind.REVIEW_AHEAD: Words(
        "Срок заключения {когда}: {программа}",
        "{программа}\n\nЭкспертиза: {экспертиза}. Заключение нужно до {срок} ({когда}). Чья программа: {школа}.",
    ),
    Kind.REVIEW_LATE: Words(
        "Заключение просрочено на {просрочено}: {программа}",
        "{программа}\n\nЭкспертиза: {экспертиза}. Срок был {срок}, просрочено на {просрочено}: заключения ещё ждут. "
        "Чья программа: {школа}.",
    ),
    Kind.REVIEW_RETURNED: Words(
        "Заключение вернули: {программа}",
        "{программа}\n\nЭкспертиза: {экспертиза}. Заключение вернули ({кто}).\n\nЧто исправить: {причина}",
    ),
    Kind.HELP: Words("Запрос о помощи: {запрос}", "{запрос}\n\nПросит: {школа}. Срок ответа: {срок}."),
    Kind.HELP_AHEAD: Words(
        "Ответ на запрос о помощи нужен {когда}: {запрос}",
        "{запрос}\n\nПросит: {школа}. Ответ нужен до {срок} ({когда}).",
    ),
    Kind.HELP_LATE: Words(
        "Ответ на запрос о помощи просрочен на {просрочено}: {запрос}",
        "{запрос}\n\nПросит: {школа}. Срок был {срок}, просрочено на {просрочено}: ответа ещё ждут.",
    ),
    Kind.HELP_NEWS: Words("{сообщение}: {запрос}", "{запрос}\n\n{сообщение} ({кто}). Подробности — на портале."),
    Kind.SCORING_AHEAD: Words(
        "Провести до {срок}: {мониторинг}",
        "{мониторинг}\n\nМониторинг проводится в октябре, до {срок} ({когда}). {подробности}",
    ),
    Kind.SCORING_LATE: Words(
        "Не проведён, просрочено на {просрочено}: {мониторинг}",
        "{мониторинг}\n\nСрок был {срок}, просрочено на {просрочено}. {подробности}",
    ),
    Kind.MEETING: Words(
        "Подтвердите встречу: {встреча}",
        "{встреча}\n\nКому помогают: {школа}. Встречу записали ({кто}): проверьте и подтвердите или оспорьте.",
    ),
    Kind.DISPUTE: Words(
        "Встречу оспорили: {встреча}",
        "{встреча}\n\nКому помогают: {школа}. Что не так, написано на портале ({кто}): исправьте или удалите запись.",
    ),
    Kind.ANNOUNCED: Words("{начало}: {мероприятие}", "{мероприятие}\n\n{проводится}\n\n{подробности}"),
    Kind.CALLED_OFF: Words("Отменено: {мероприятие}", "{мероприятие}\n\n{проводится} не состоится: {причина}"),
    Kind.OFFERED: Words(
        "Заявки на темы до {срок}: {семинар}",
        "{семинар}\n\nМетодический центр предложил темы. Отметьте нужные школе до {срок} или назовите свою.",
    ),
    Kind.PRACTICE: Words("Новая практика: {практика}", "{практика}\n\nШкола: {школа}.\n{подробности}"),
}

# What a department sees its words filled with before it keeps them.
SAMPLE = {
    "number": "1.2",
    "title": "Самоанализ школ",
    "label": "март 2022",
    "starts": "2022-03-01",
    "due": "2022-03-31",
    "place": "Школа № 1",
    "roadmap": "Дорожная карта",
    "reason": "Приложите протокол педагогического совета",
    "who": "Специалист управления",
    "percent": 60,
    "message": "Когда будет протокол?",
    "source": "Приказ № 15 от 01.02.2022, пункт 1.2",
    "round": "Экспертиза программ, 2022 год",
    "held": "01.03.2022 в 15:00",
    "details": "Семинар, очно. Место: Школа № 1",
}
_REVIEW = {"number": "", "title": "Среднесрочная программа развития"}
_HELP = {"number": "", "title": "Как построить внутреннюю оценку качества"}
_SCORING = {
    "number": "",
    "title": "Мониторинг по оказанию методической помощи, 2020/2021 учебный год",
    "details": "Листы школ: утверждено 3, осталось 5.",
}
_MEETING = {"number": "", "title": "Консультация 22.03.2022: план на апрель"}
SAMPLES_OF: dict[Kind, dict[str, Any]] = {
    **dict.fromkeys((*REVIEWS.kinds, Kind.REVIEW_RETURNED), _REVIEW),
    **dict.fromkeys(HELP.kinds, _HELP),
    Kind.HELP_NEWS: _HELP | {"message": "Ответили на запрос о помощи"},
    **dict.fromkeys(SCORING.kinds, _SCORING),
    Kind.MEETING: _MEETING,
    Kind.OFFERED: {"number": "", "title": "Постоянно действующий семинар, II полугодие 2021/2022"},
    Kind.PRACTICE: {"number": "", "title": "Устный счёт в начале урока", "details": "Предмет: математика."},
    Kind.DISPUTE: _MEETING,
}


def sample_of(kind: Kind) -> tuple[dict[str, Any], dt.date]:
    """Facts, and the day on which they are told of: a week before what is awaited, or after it."""
    if kind in (Kind.EVENT, Kind.ANNOUNCED, Kind.CALLED_OFF):
        return SAMPLE | {"of_start": True}, dt.date(2022, 2, 22)
    facts = SAMPLE | SAMPLES_OF.get(kind, {})
    is_late = any(kind is ladder.late for ladder in LADDERS)
    return facts, dt.date(2022, 4, 7) if is_late else dt.date(2022, 3, 24)


def problems_of(kind: Kind, text: str) -> list[str]:
    """What is wrong with the places of a subject or text, each with what to do."""
    known, found = PLACES_OF[kind], []
    for name in dict.fromkeys(PLACE.findall(text)):
        if name in known:
            continue
        near = difflib.get_close_matches(name.strip().casefold(), known, n=1)
        hint = f"Возможно, вы имели в виду {{{near[0]}}}." if near else f"Здесь бывают: {in_braces(known)}."
        why = "не бывает в этом сообщении" if name in PLACES else "портал не знает"
        found.append(f"Поле {{{name}}} {why}. {hint}")
    if re.search(r"[{}]", PLACE.sub("", text)):
        found.append(
            f"Фигурная скобка без пары: поле пишут так — {in_braces(known[:1])}. Других фигурных скобок в тексте быть "
            "не может."
        )
    return found


def problems_of_both(kind: Kind, words: Words) -> list[str]:
    """What only subject and text together may lack."""
    thing = in_braces(PLACES_OF[kind][:1])
    if thing in words.subject + words.text:
        return []
    return [f"Поставьте {thing} в тему или в текст: иначе человек не поймёт, о чём письмо."]


def in_braces(names: tuple[str, ...]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def filled(words: Words, facts: Mapping[str, Any], today: dt.date) -> Words:
    """Both with their places filled in as it is on that day; the subject on one line and not too long."""
    values = values_of(facts, today)
    short = values | {thing: shortened(values[thing], SHORT_TITLE) for thing in THINGS}
    subject = " ".join(_fill(words.subject, short).split())
    return Words(shortened(subject, LONGEST_SUBJECT), _fill(words.text, values).strip())


def _fill(text: str, values: Mapping[str, str]) -> str:
    """What is filled in is not looked through for places again."""
    return PLACE.sub(lambda match: values.get(match[1], match[0]), text)


def values_of(facts: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    """What each place says; a fact that is not known is an empty text."""
    due, starts = _date(facts.get("due")), _date(facts.get("starts"))
    awaited = starts if facts.get("of_start") else due
    days = (awaited - today).days if awaited else 0
    thing = shortened(" ".join(f"{facts.get('number', '')} {facts.get('title', '')}".split()), LONG_TITLE)
    return dict.fromkeys(THINGS, thing) | {
        "период": facts.get("label", ""),
        "срок": _day(due) or facts.get("deadline", ""),
        "начало": _day(starts),
        "когда": when(days),
        "просрочено": in_days(max(-days, 0)),
        "школа": facts.get("place", ""),
        "карта": facts.get("roadmap", ""),
        "причина": facts.get("reason", ""),
        "процент": f"{facts.get('percent', 0)} %",
        "кто": facts.get("who", ""),
        "сообщение": facts.get("message", ""),
        "основание": facts.get("source", ""),
        "экспертиза": facts.get("round", ""),
        "проводится": facts.get("held", ""),
        "подробности": facts.get("details", ""),
    }


def when(days: int) -> str:
    near = {0: "сегодня", 1: "завтра", -1: "вчера"}
    return near.get(days) or (f"через {in_days(days)}" if days > 0 else f"{in_days(-days)} назад")


def in_days(days: int) -> str:
    one, few, many = DAYS.split(",")
    if 11 <= days % 100 <= 14:
        return f"{days} {many}"
    return f"{days} {one if days % 10 == 1 else few if 2 <= days % 10 <= 4 else many}"


def shortened(text: str, longest: int) -> str:
    """At a word, with an ellipsis."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _day(day: dt.date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""

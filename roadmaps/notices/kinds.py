"""The kinds of notices, the ways they go, and what becomes of a letter."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Of a notice; people choose the way of each."""

    AHEAD = "ahead"
    LATE = "late"
    UNDATED = "undated"
    EVENT = "event"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    MENTION = "mention"
    TASK = "task"
    TASK_AHEAD = "task_ahead"
    TASK_LATE = "task_late"
    TASK_RETURNED = "task_returned"
    REVIEW = "review"
    REVIEW_AHEAD = "review_ahead"
    REVIEW_LATE = "review_late"
    REVIEW_RETURNED = "review_returned"
    HELP = "help"
    HELP_AHEAD = "help_ahead"
    HELP_LATE = "help_late"
    HELP_NEWS = "help_news"
    SCORING_AHEAD = "scoring_ahead"
    SCORING_LATE = "scoring_late"
    MEETING = "meeting"
    DISPUTE = "dispute"
    ANNOUNCED = "announced"
    CALLED_OFF = "called_off"
    OFFERED = "offered"
    PRACTICE = "practice"

    @property
    def label(self) -> str:
        return KIND_LABELS[self]


KIND_LABELS = {
    Kind.AHEAD: "Срок приближается",
    Kind.LATE: "Срок прошёл",
    Kind.UNDATED: "Точного срока нет, отчёт нужен",
    Kind.EVENT: "Скоро начнётся мероприятие",
    Kind.RETURNED: "Отчёт возвращён на доработку",
    Kind.ACCEPTED: "Отчёт принят",
    Kind.WAITING: "Отчёт ждёт проверки",
    Kind.MENTION: "Вас упомянули в обсуждении",
    Kind.TASK: "Новое поручение или рекомендация",
    Kind.TASK_AHEAD: "Срок поручения приближается",
    Kind.TASK_LATE: "Срок поручения прошёл",
    Kind.TASK_RETURNED: "Ответ на поручение вернули",
    Kind.REVIEW: "Вам назначена экспертиза",
    Kind.REVIEW_AHEAD: "Срок заключения эксперта приближается",
    Kind.REVIEW_LATE: "Срок заключения эксперта прошёл",
    Kind.REVIEW_RETURNED: "Заключение эксперта вернули",
    Kind.HELP: "Запрос о помощи ждёт вашего ответа",
    Kind.HELP_AHEAD: "Срок ответа на запрос о помощи приближается",
    Kind.HELP_LATE: "Срок ответа на запрос о помощи прошёл",
    Kind.SCORING_AHEAD: "Мониторинг методической помощи открыт",
    Kind.SCORING_LATE: "Мониторинг методической помощи не проведён",
    Kind.HELP_NEWS: "На ваш запрос о помощи ответили или вернули его",
    Kind.MEETING: "Встреча ждёт вашего подтверждения",
    Kind.DISPUTE: "Вашу запись о встрече оспорили",
    Kind.ANNOUNCED: "Анонс методического мероприятия",
    Kind.CALLED_OFF: "Методическое мероприятие отменено",
    Kind.OFFERED: "Темы постоянно действующего семинара",
    Kind.PRACTICE: "Опубликована практика",
}
KIND_HINTS = {
    Kind.AHEAD: "За 30 дней, за 7 дней и за день до срока, пока отчёта нет.",
    Kind.LATE: "Через день, через 7 и через 30 дней после срока, пока отчёта нет.",
    Kind.UNDATED: "За 30 и за 7 дней до конца периода, если документ не называет срока.",
    Kind.EVENT: "Школам-участникам до начала мероприятий муниципалитета, если так решило управление образования.",
    Kind.RETURNED: "Отчёт вашей школы или организации вернули с причиной.",
    Kind.ACCEPTED: "Отчёт вашей школы или организации приняли.",
    Kind.WAITING: "Школа или организация отчиталась, отчёт можно проверить.",
    Kind.MENTION: "В обсуждении мероприятия обратились к вам.",
    Kind.TASK: "Вашей школе, организации или вам поручено или рекомендовано что-то сделать.",
    Kind.TASK_AHEAD: "За 30 дней, за 7 дней и за день до срока поручения или рекомендации, пока ответа нет.",
    Kind.TASK_LATE: "Через день, через 7 и через 30 дней после срока, пока ответа нет.",
    Kind.TASK_RETURNED: "Ответ вашей школы, организации или ваш вернули с причиной.",
    Kind.REVIEW: "Вас просят оценить программу или её результаты.",
    Kind.REVIEW_AHEAD: "За 30 дней, за 7 дней и за день до срока экспертизы, пока заключение не сдано.",
    Kind.REVIEW_LATE: "Через день, через 7 и через 30 дней после срока экспертизы, пока заключение не сдано.",
    Kind.REVIEW_RETURNED: "Ваше заключение вернули с причиной.",
    Kind.HELP: "Школа просит о методической помощи, и ответить или назначить, кто ответит, — вам.",
    Kind.HELP_AHEAD: "За 30 дней, за 7 дней и за день до срока, пока ответа нет.",
    Kind.HELP_LATE: "Через день, через 7 и через 30 дней после срока, пока ответа нет.",
    Kind.SCORING_AHEAD: "С 1 октября, за 7 дней и за день до конца месяца, пока утверждены не все листы школ.",
    Kind.SCORING_LATE: "Через день, через 7 и через 30 дней после октября, пока утверждены не все листы школ.",
    Kind.HELP_NEWS: "Ответ можно прочитать на портале, запрос — закрыть или уточнить.",
    Kind.MEETING: "Другая сторона пары записала встречу.",
    Kind.DISPUTE: "Другая сторона пары пишет, что во встрече не так.",
    Kind.ANNOUNCED: "Вашу школу приглашают на семинар, вебинар или другое методическое мероприятие; его перенесли.",
    Kind.CALLED_OFF: "Методическое мероприятие, на которое приглашали вашу школу, не состоится.",
    Kind.OFFERED: "Методический центр предложил темы полугодия: можно подать заявку. Не чаще раза в день.",
    Kind.PRACTICE: "В банке практик муниципалитета появилась новая.",
}


@dataclass(frozen=True)
class Ladder:
    """The kinds in which somebody is told of a thing that they owe; `asked` where the asking itself is told."""

    ahead: Kind
    late: Kind
    undated: Kind | None = None
    asked: Kind | None = None

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(kind for kind in (self.ahead, self.late, self.undated, self.asked) if kind)


REPORTS = Ladder(Kind.AHEAD, Kind.LATE, Kind.UNDATED)
TASKS = Ladder(Kind.TASK_AHEAD, Kind.TASK_LATE, asked=Kind.TASK)
REVIEWS = Ladder(Kind.REVIEW_AHEAD, Kind.REVIEW_LATE, asked=Kind.REVIEW)
HELP = Ladder(Kind.HELP_AHEAD, Kind.HELP_LATE, asked=Kind.HELP)
SCORING = Ladder(Kind.SCORING_AHEAD, Kind.SCORING_LATE)
LADDERS = (REPORTS, TASKS, REVIEWS, HELP, SCORING)
OF_OWED = frozenset[Kind]().union(*(ladder.kinds for ladder in LADDERS))  # told as long as somebody owes it
OF_MENTORING = HELP.kinds | {Kind.HELP_NEWS, Kind.MEETING, Kind.DISPUTE, Kind.PRACTICE}


class Way(StrEnum):
    """How somebody is told of a kind."""

    MAIL = "mail"
    PORTAL = "portal"
    OFF = "off"

    @property
    def label(self) -> str:
        return {Way.MAIL: "на портале и письмом", Way.PORTAL: "только на портале", Way.OFF: "не сообщать"}[self]


class Rhythm(StrEnum):
    """How often somebody gets letters."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"

    @property
    def label(self) -> str:
        return RHYTHM_LABELS[self]


RHYTHM_LABELS = {
    Rhythm.AT_ONCE: "сразу",
    Rhythm.DAILY: "раз в день, утром, одним письмом",
    Rhythm.WEEKLY: "раз в неделю, утром в понедельник, одним письмом",
    Rhythm.NEVER: "никогда: смотрю на портале",
}


class Mail(StrEnum):
    """What became of the letter with a notice. Once it is being sent it never waits again: see ADR 28."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
    PORTAL = "portal"

    @property
    def label(self) -> str:
        return MAIL_LABELS[self]


MAIL_LABELS = {
    Mail.WAITING: "письмо ждёт отправки",
    Mail.SENDING: "письмо отправляется",
    Mail.SENT: "письмо отправлено",
    Mail.FAILED: "почтовый сервер не принял письмо",
    Mail.UNKNOWN: "неизвестно, ушло ли письмо",
    Mail.DROPPED: "письмо не понадобилось",
    Mail.PORTAL: "только на портале",
}

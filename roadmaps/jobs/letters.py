"""Letters with what people were told, each at most once: a notice is claimed before its letter is handed over, and one
whose letter may have gone is never claimed again (ADR 28)."""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from smtplib import SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from roadmaps.models import Notice, NoticeSettings
from roadmaps.models.notices import new_letter
from roadmaps.notice_letters import compose
from roadmaps.notices.kinds import Kind, Mail, Rhythm, Way
from roadmaps.notices.words import Words, filled
from roadmaps.queries.notices import words_in
from roadmaps.queries.still_so import standing
from schools.models import Municipality

logger = logging.getLogger(__name__)

IN_A_LETTER = 1000  # notices: all that waits, but for what no plan has
TRIES = 6
PAUSE = dt.timedelta(minutes=15)  # after a temporary refusal, doubled each time
LOST_AFTER = dt.timedelta(minutes=30)  # no worker sends one letter for so long
NOT_FOR_NOW = (
    "Это уже не нужно: отчёт или ответ сдан, срок отменён или перенесён, есть более новое напоминание или человек "
    "больше не участвует."
)
UNWANTED = "Человек не хочет писем об этом."
NO_MAIL = "Почта портала не настроена."
NO_ADDRESS = "У человека нет адреса электронной почты."
DIED = "Отправка прервалась. Второй раз письмо не отправляется, чтобы не пришло дважды."
REFUSED = "Почтовый сервер отказал: код {code}."


@dataclass(frozen=True)
class Outcome:
    mail: Mail
    problem: str = ""


@dataclass(frozen=True)
class Addressee:
    """Somebody who may be written to, of one municipality and in its words."""

    user: User
    town: Municipality
    wanted: NoticeSettings
    words: Mapping[Kind, Words]

    def waiting(self, now: dt.datetime) -> QuerySet[Notice]:
        """What may go to them at this moment; nothing in their quiet hours."""
        habits = self.wanted.habits
        local = now.astimezone(self.town.zone)
        if habits.rhythm is not Rhythm.NEVER and habits.is_quiet(local):
            return Notice.objects.none()
        made_before = habits.made_before(local) or now  # who wants no letters any more is told so
        return _ready(now).filter(user=self.user, municipality=self.town, at__lt=made_before).order_by("pk")


def mail_notices() -> None:
    """Write to everybody whose hour it is. A mail server that does not answer is waited for: nothing is claimed."""
    now = timezone.now()
    _give_up_lost(now)
    if not mail_is_set_up():
        _ready(now).update(mail=Mail.PORTAL, mail_problem=NO_MAIL)
        return
    pairs = list(_ready(now).order_by("user_id").values_list("user_id", "municipality_id").distinct())
    towns = Municipality.objects.in_bulk({town for _, town in pairs})
    people = User.objects.in_bulk({user for user, _ in pairs})
    chosen = {row.user_id: row for row in NoticeSettings.objects.filter(user__in=people)}
    words = words_in(towns)
    post = Post()
    for user_id, town_id in pairs:
        wanted = chosen.get(user_id, NoticeSettings(user_id=user_id))
        try:
            if not _write_to(Addressee(people[user_id], towns[town_id], wanted, words[town_id]), now, post):
                break
        except Exception:
            logger.exception("notices of user %s could not be made a letter", user_id)
    post.close()


def mail_is_set_up() -> bool:
    """Letters that are only printed would lie in a log, with names and links."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def _ready(now: dt.datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=now), mail=Mail.WAITING)


def _give_up_lost(now: dt.datetime) -> None:
    lost = Notice.objects.filter(mail=Mail.SENDING, claimed_at__lt=now - LOST_AFTER)
    lost.update(mail=Mail.UNKNOWN, mail_problem=DIED)


def _write_to(addressee: Addressee, now: dt.datetime, post: "Post") -> bool:
    """Whether the mail server answers."""
    if not addressee.waiting(now).exists():
        return True
    if not post.is_open():
        return False
    letter = new_letter()
    with transaction.atomic():  # a letter that cannot be made claims nothing
        claimed = _claim(addressee, letter, now)
        message = compose(addressee.user, addressee.town, claimed) if claimed else None
    if message is not None:
        _write_down(letter, post.send(message))
    return True


def _claim(addressee: Addressee, letter: str, now: dt.datetime) -> list[Notice]:
    """Those that go in this letter, in the words of today; of the others that waited it is written down why they do
    not. Another worker that comes for them finds none."""
    keys = [row.pk for row in addressee.waiting(now).select_for_update(skip_locked=True)[:IN_A_LETTER]]
    related = ("occurrence__activity__roadmap", "report", "school", "comment", "assignment", "review")
    notices = list(Notice.objects.filter(pk__in=keys).select_related(*related).order_by("pk"))
    user, town, today = addressee.user, addressee.town, now.astimezone(addressee.town.zone).date()
    stands = standing(user, town, notices, today)
    going = []
    for notice in notices:
        if reason := _why_not(notice, addressee, stands):
            unwanted = reason in (UNWANTED, NO_ADDRESS)
            notice.mail, notice.mail_problem = (Mail.PORTAL if unwanted else Mail.DROPPED).value, reason
        else:
            words = filled(addressee.words[Kind(notice.kind)], notice.facts, today)
            notice.subject, notice.text = words.subject, words.text
            notice.mail, notice.letter, notice.claimed_at = Mail.SENDING.value, letter, now
            going.append(notice)
    fields = ["mail", "mail_problem", "subject", "text", "letter", "claimed_at"]
    Notice.objects.bulk_update(notices, fields, batch_size=100)
    return going


def _why_not(notice: Notice, addressee: Addressee, stands: set[int]) -> str:
    if notice.pk not in stands:
        return NOT_FOR_NOW
    if addressee.wanted.way_of(Kind(notice.kind)) is not Way.MAIL:
        return UNWANTED
    return "" if addressee.user.email else NO_ADDRESS


def _write_down(letter: str, outcome: Outcome) -> None:
    """Only of what this letter still holds."""
    held = Notice.objects.filter(letter=letter, mail=Mail.SENDING)
    now = timezone.now()
    if outcome.mail is not Mail.WAITING:
        sent_at = now if outcome.mail is Mail.SENT else None
        held.update(mail=outcome.mail, mail_problem=outcome.problem, mailed_at=sent_at)
        return
    for notice in held:
        notice.tries += 1
        is_over = notice.tries >= TRIES
        Notice.objects.filter(pk=notice.pk, letter=letter, mail=Mail.SENDING).update(
            mail=Mail.FAILED if is_over else Mail.WAITING,
            mail_problem=outcome.problem,
            tries=notice.tries,
            not_before=None if is_over else now + PAUSE * 2 ** (notice.tries - 1),
            letter="",
            claimed_at=None,
        )


class Post:
    """The mail server, over one connection, opened when there is something to send."""

    def __init__(self) -> None:
        self.connection: Any = None

    def is_open(self) -> bool:
        """Open the connection if it is not; False, and a line in the log, when the server does not answer."""
        if self.connection is not None:
            return True
        connection = get_connection()
        try:
            connection.open()
        except (SMTPException, OSError) as error:
            logger.warning("the mail server does not answer: %s", type(error).__name__)
            return False
        self.connection = connection
        return True

    def send(self, message: Any) -> Outcome:
        """Hand one letter over. Where the server says no it has not taken it; where the connection breaks, nobody
        knows."""
        try:
            self.connection.send_messages([message])
        except (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError) as error:
            code = _code_of(error)
            self.close()
            return Outcome(Mail.WAITING if 400 <= code < 500 else Mail.FAILED, REFUSED.format(code=code or "нет"))
        except (SMTPException, OSError) as error:
            logger.warning("a letter may not have gone: %s", type(error).__name__)
            self.close()
            return Outcome(Mail.UNKNOWN, DIED)
        return Outcome(Mail.SENT)

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.close()
            except (SMTPException, OSError):
                logger.info("the mail server broke off the connection")


def _code_of(error: SMTPException) -> int:
    if isinstance(error, SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, SMTPResponseException) else 0

"""What people are told of plans: notices, which are the log as well, and how each person wants them."""

from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, reach_of
from roadmaps.models.decisions import Assignment
from roadmaps.models.expertise import Review, assigned_to
from roadmaps.models.progress import Comment, ProgressUpdate
from roadmaps.models.roadmaps import Occurrence
from roadmaps.notices.kinds import KIND_LABELS, LADDERS, MAIL_LABELS, REVIEWS, RHYTHM_LABELS, Kind, Mail, Rhythm, Way
from roadmaps.notices.timing import Habits
from roadmaps.notices.words import LONGEST_SUBJECT, Words
from schools.models import Municipality, School

USUAL = Habits()


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> Self:
        """One's own, as far as one may still look into what they are about; and for those who manage the people of a
        municipality all that its people were told."""
        managed = reach_of(user, Permission.PEOPLE_MANAGE).municipalities
        return self.filter(Q(municipality__in=managed) | Q(pk__in=Notice.objects.told_to(user).values("pk")))

    def told_to(self, user: Any) -> Self:
        """To this person, of what they may still look into. Experts look into nothing but what is theirs to assess."""
        schools = School.objects.allowing(user, Permission.PLANS_VIEW)
        touched = reach_of(user, Permission.PLANS_VIEW).touched
        seen = Q(Q(school__isnull=True) | Q(school__in=schools), municipality__in=touched)
        assigned = Q(review__in=Review.objects.filter(assigned_to(user))) | _assessed_elsewhere(user)
        return self.filter(seen | assigned, user=user.pk)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


def _assessed_elsewhere(user: Any) -> Q:
    """Of what somebody is to assess in an upper app, whose page the notice leads to, as long as they belong to the
    municipality in some role."""
    if not isinstance(user, User) or not user.is_active:
        return Q(pk__in=[])
    towns = {grant.municipality_id for grant in user.grants}
    return Q(kind__in=REVIEWS.kinds, review=None, municipality__in=towns) & ~Q(link="")


class Notice(models.Model):
    """Something a person was told once: on the portal, and by a letter if they want one. Who, of what, when and with
    which outcome; the key says which event it was."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name="кому")
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="notices")
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="+")  # whose matter
    kind = models.CharField("о чём", max_length=20, choices=[(kind.value, KIND_LABELS[kind]) for kind in Kind])
    key = models.CharField(max_length=120)
    occurrence = models.ForeignKey(Occurrence, models.SET_NULL, null=True, blank=True, related_name="+")
    report = models.ForeignKey(ProgressUpdate, models.SET_NULL, null=True, blank=True, related_name="+")
    comment = models.ForeignKey(Comment, models.SET_NULL, null=True, blank=True, related_name="+")
    assignment = models.ForeignKey(Assignment, models.SET_NULL, null=True, blank=True, related_name="+")
    review = models.ForeignKey(Review, models.SET_NULL, null=True, blank=True, related_name="+")
    link = models.CharField(max_length=200, blank=True)  # the page of a thing of an upper app, while it is there
    facts = models.JSONField(default=dict)  # what the places of its text are filled with
    subject = models.CharField("тема", max_length=200)
    text = models.TextField("текст")  # as it was told last: a letter that waited says how many days are left then
    at = models.DateTimeField("когда", default=timezone.now)
    read_at = models.DateTimeField("прочитано", null=True, blank=True)
    mail = models.CharField(
        "письмо", max_length=10, choices=[(mail.value, MAIL_LABELS[mail]) for mail in Mail], default=Mail.WAITING.value
    )
    mail_problem = models.CharField("почему", max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)  # after a temporary refusal of the mail server
    letter = models.CharField(max_length=32, blank=True)  # several notices may go in one
    claimed_at = models.DateTimeField(null=True, blank=True)  # by the worker that sends the letter
    mailed_at = models.DateTimeField("отправлено", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_notice_per_person_and_event", fields=["user", "key"]),
            models.CheckConstraint(
                name="letter_that_is_sent_was_claimed",
                condition=~Q(mail__in=["sending", "sent", "unknown"]) | Q(claimed_at__isnull=False, letter__gt=""),
            ),
            models.CheckConstraint(
                name="sent_letter_says_when", condition=~Q(mail="sent") | Q(mailed_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["user", "municipality", "read_at"]),
            models.Index(fields=["municipality", "-at"]),
            models.Index(fields=["mail"], condition=Q(mail__in=["waiting", "sending"]), name="letters_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.key}"

    @property
    def tone(self) -> str:
        """How pressing it looks."""
        return "bad" if self.kind in PRESSING else "warn" if self.kind in NEAR else ""


PRESSING = frozenset(
    {*(ladder.late for ladder in LADDERS), Kind.RETURNED, Kind.TASK_RETURNED, Kind.REVIEW_RETURNED, Kind.DISPUTE}
)
NEAR = frozenset(ladder.ahead for ladder in LADDERS)


def new_letter() -> str:
    return uuid4().hex


class NoticeSettings(models.Model):
    """How a person wants to be told; without a row, in the usual way."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_settings")
    rhythm = models.CharField(
        "как часто", max_length=10, choices=[(one.value, label) for one, label in RHYTHM_LABELS.items()],
        default=USUAL.rhythm.value,
    )  # fmt: skip
    quiet_from = models.PositiveSmallIntegerField("не писать с", default=USUAL.quiet_from)
    quiet_to = models.PositiveSmallIntegerField("до", default=USUAL.quiet_to)
    ways = models.JSONField(default=dict)  # {kind: way}, where it is not the usual one

    class Meta:
        constraints = [
            models.CheckConstraint(name="quiet_hours_are_of_a_day", condition=Q(quiet_from__lt=24, quiet_to__lt=24)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.rhythm}"

    def way_of(self, kind: Kind) -> Way:
        """Of a kind; whoever wants no letters at all is told on the portal."""
        way = Way(self.ways.get(kind.value, Way.MAIL.value))
        return Way.PORTAL if way is Way.MAIL and self.rhythm == Rhythm.NEVER else way

    @property
    def habits(self) -> Habits:
        return Habits(Rhythm(self.rhythm), self.quiet_from, self.quiet_to)


class OfPeopleQuerySet(models.QuerySet[Any]):
    """Of whatever is for those who manage the people of a municipality."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(municipality__in=reach_of(user, Permission.PEOPLE_MANAGE).municipalities)


class NoticeRules(models.Model):
    """What a municipality has decided about notices, and how far its reminders have come."""

    municipality = models.OneToOneField(Municipality, models.CASCADE, related_name="notice_rules")
    # How many days before a row begins the schools that take part are told; 0: they are not. Сургут's order No. 1030
    # asks for 7 (point 4.4).
    event_days = models.PositiveSmallIntegerField("за сколько дней извещать о мероприятиях", default=0)
    looked_on = models.DateField(null=True, blank=True)  # the last day whose reminders are all made

    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = OfPeopleQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="events_are_told_within_a_month", condition=Q(event_days__lte=30))]

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.event_days}"


class NoticeTemplate(models.Model):
    """The words in which a municipality tells of a kind; without a row, the standard ones."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="notice_templates")
    kind = models.CharField("о чём", max_length=20, choices=[(kind.value, KIND_LABELS[kind]) for kind in Kind])
    subject = models.CharField("тема", max_length=LONGEST_SUBJECT)
    text = models.TextField("текст")
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(default=timezone.now)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = OfPeopleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_template_per_kind", fields=["municipality", "kind"])]

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.kind}"

    @property
    def words(self) -> Words:
        return Words(self.subject, self.text)

"""Users, their memberships, API keys, audit events and job rows."""

import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.access import Grant, Permission, Reach, Role, reach

REPORT_SECONDS = 0.25
ROLE_CHOICES = [(role.value, role.label) for role in Role]


class User(AbstractUser):
    """An official of a department, centre or school: name and position of service, nothing private."""

    first_name = None  # type: ignore[assignment]  # so Django takes the field of the base away
    last_name = None  # type: ignore[assignment]  # likewise
    full_name = models.CharField("фамилия, имя, отчество", max_length=200, blank=True)
    position = models.CharField("должность", max_length=300, blank=True)
    email = models.EmailField("электронная почта", blank=True)

    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = "пользователь"
        verbose_name_plural = "пользователи"
        constraints = [
            models.UniqueConstraint("email", name="one_user_per_email", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name or self.username

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """The user's roles; read once for the life of this object, which is one request."""
        return tuple(
            Grant(Role(role), municipality, school)
            for role, municipality, school in self.memberships.order_by("pk").values_list(
                "role", "municipality_id", "school_id"
            )
        )


def reach_of(user: Any, permission: Permission) -> Reach:
    """Where this user (or API key) has the permission; nowhere for somebody who is not logged in."""
    if not getattr(user, "is_authenticated", False) or not getattr(user, "is_active", False):
        return reach((), permission)
    return reach(user.grants, permission)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: Any) -> Self:
        """Who belongs to a municipality is for those who manage its people."""
        return self.filter(municipality__in=reach_of(user, Permission.PEOPLE_MANAGE).municipalities)


class Membership(models.Model):
    """A role of a user in a municipality or in one school of it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="пользователь")
    role = models.CharField("роль", max_length=20, choices=ROLE_CHOICES)
    municipality = models.ForeignKey("schools.Municipality", models.CASCADE, related_name="memberships")
    school = models.ForeignKey(
        "schools.School", models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name="школа"
    )
    since = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_membership_per_role_in_municipality",
                fields=["user", "role", "municipality"],
                condition=Q(school__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_membership_per_role_in_school",
                fields=["user", "role", "school"],
                condition=Q(school__isnull=False),
            ),
            models.CheckConstraint(name="membership_has_known_role", condition=Q(role__in=[r.value for r in Role])),
            models.CheckConstraint(
                name="curator_answers_for_one_school", condition=~Q(role=Role.CURATOR.value) | Q(school__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{Role(self.role).label}: {self.user_id}"

    @property
    def role_label(self) -> str:
        return Role(self.role).label


class ApiKey(models.Model):
    """A program's key: acts for one role in one municipality or school. The secret itself is not kept."""

    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    municipality = models.ForeignKey("schools.Municipality", models.CASCADE, related_name="api_keys")
    school = models.ForeignKey("schools.School", models.CASCADE, null=True, blank=True, related_name="api_keys")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    # What a user has, so that one rule serves both.
    is_authenticated = True
    is_anonymous = False
    is_superuser = False

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def is_active(self) -> bool:
        return self.revoked_at is None

    @property
    def grants(self) -> tuple[Grant, ...]:
        return (Grant(Role(self.role), self.municipality_id, self.school_id),)

    @classmethod
    def new(cls, **fields: Any) -> tuple[Self, str]:
        """A key, not yet saved, and its text, which is shown once."""
        prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        text = f"{prefix}.{secret}"
        return cls(prefix=prefix, digest=_digest(text), **fields), text

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The live key with this text."""
        key = cls.objects.filter(prefix=text.partition(".")[0], revoked_at__isnull=True).first()
        return key if key and hmac.compare_digest(key.digest, _digest(text)) else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()  # 256 random bits need no slow hash


class AuditEvent(models.Model):
    """Who did what and when; details never hold personal data of pupils."""

    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    municipality = models.ForeignKey("schools.Municipality", models.CASCADE, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)  # "monitoring.upload:12"
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["municipality", "-at"])]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


# In one statement, so that nothing comes between taking the row and reading it.
CLAIM = """
    UPDATE accounts_job SET status = %(running)s, started_at = %(now)s, heartbeat_at = %(now)s, attempts = attempts + 1
    WHERE id = %(pk)s AND status = %(queued)s AND (not_before IS NULL OR not_before <= %(now)s)
        AND kind = COALESCE(%(kind)s, kind)
    RETURNING *
"""


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Any) -> Self:
        """Jobs of the municipalities where the user may bring in results."""
        return self.filter(municipality__in=reach_of(user, Permission.RESULTS_IMPORT).municipalities)

    def claim(self, pk: int, kind: str | None = None) -> "Job | None":
        """Take a queued job for this worker; None if another delivery already has it, it is to wait, or it is of
        another kind than the worker came for."""
        known = {"pk": pk, "kind": kind, "now": timezone.now()}
        for job in self.raw(CLAIM, known | {"queued": Job.Status.QUEUED.value, "running": Job.Status.RUNNING.value}):
            job.reported_at = time.monotonic()  # the claim was a sign of life
            return job
        return None

    def held(self, job: "Job") -> Self:
        """The row of a running job, if it is still held by whoever claimed it as `job`."""
        return self.filter(pk=job.pk, status=Job.Status.RUNNING, started_at=job.started_at)

    def close(self, job: "Job", status: "Job.Status", problem: str = "") -> bool:
        """Move a running job to its end; a job that is no longer held stays as it is."""
        return bool(self.held(job).update(status=status, problem=problem, rows=job.rows, finished_at=timezone.now()))

    def release(self, job: "Job", *, not_before: datetime | None = None, doing: str = "") -> bool:
        """Give a running job back to the queue, to be claimed again."""
        waits = {"sent_at": None, "queued_at": not_before or timezone.now(), "not_before": not_before}
        return bool(self.held(job).update(status=Job.Status.QUEUED, doing=doing, **waits))

    def begin_anew(self) -> int:
        """Queue these jobs as if they had just been made, their attempts counted anew; how many there were."""
        return self.update(
            status=Job.Status.QUEUED,
            attempts=0,
            done_steps=0,
            all_steps=0,
            rows=0,
            doing="",
            problem="",
            queued_at=timezone.now(),
            sent_at=None,
            not_before=None,
            started_at=None,
            heartbeat_at=None,
            finished_at=None,
        )

    def lost(self, *, now: datetime, after: timedelta) -> Self:
        """Queued jobs that may be done now, whose message was never sent or has not been taken for so long."""
        never_sent = Q(sent_at__isnull=True, created_at__lt=now - timedelta(seconds=5))
        return (
            self.filter(status=Job.Status.QUEUED)
            .exclude(not_before__gt=now)
            .filter(Q(sent_at__lt=now - after) | never_sent)
        )

    def stuck(self, *, now: datetime, after: timedelta) -> Self:
        """Running jobs that have given no sign of life for so long: their worker died."""
        return self.filter(status=Job.Status.RUNNING, heartbeat_at__lt=now - after)


class JobLost(Exception):
    """The job was cancelled, or given to another worker: whoever still works on it stops and writes nothing."""


class Job(models.Model):
    """Long work, as people see it. The row is the truth: messages and workers may be lost."""

    class Status(models.TextChoices):
        QUEUED = "queued", "в очереди"
        RUNNING = "running", "выполняется"
        DONE = "done", "готово"
        FAILED = "failed", "не удалось"
        CANCELLED = "cancelled", "отменено"

    class Kind(models.TextChoices):
        """The name of the Celery task that does it, and what people call it."""

        READ_UPLOAD = "monitoring.read_upload", "Чтение файлов"
        STORE_UPLOAD = "monitoring.store_upload", "Запись результатов"
        RECOMPUTE = "monitoring.recompute", "Пересчёт показателей"
        AUDIT_VALUES = "monitoring.audit_values", "Сверка показателей"
        RENDER_REPORT = "reports.render_report", "Подготовка документа"

    kind = models.CharField(max_length=60, choices=Kind)
    municipality = models.ForeignKey("schools.Municipality", models.CASCADE, related_name="jobs")
    subject_id = models.BigIntegerField(null=True)  # the upload or report it works on
    scope = models.JSONField(default=dict)  # what a recompute may restrict itself to
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    done_steps = models.PositiveIntegerField(default=0)
    all_steps = models.PositiveIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)  # read, or values worked out: how much there was to do
    doing = models.CharField(max_length=200, blank=True)
    problem = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(default=timezone.now)  # since when it may be done, this time
    sent_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)  # after a temporary fault it waits
    started_at = models.DateTimeField(null=True)  # of the last attempt; who claimed the job holds it by this
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    reported_at = -math.inf  # by the clock of the worker

    class Meta:
        indexes = [models.Index(fields=["status", "kind"]), models.Index(fields=["kind", "subject_id"])]
        constraints = [
            models.UniqueConstraint(
                name="one_running_recompute_per_municipality",
                fields=["municipality"],
                condition=Q(kind="monitoring.recompute", status="running"),
            ),
            models.CheckConstraint(
                name="job_has_end_when_over",
                condition=Q(status__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                | Q(status__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_status_display()}"

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED)

    @property
    def has_ended_badly(self) -> bool:
        return self.status in (self.Status.FAILED, self.Status.CANCELLED)

    @property
    def percent(self) -> int:
        if self.status == self.Status.DONE:
            return 100
        return min(99, 100 * self.done_steps // self.all_steps) if self.all_steps else 0

    def report(self, done: int, total: int, doing: str) -> None:
        """Say how far the work has come; also a sign of life. JobLost when the job is no longer this worker's.

        Of steps that follow each other quicker than anybody looks, only some are written down.
        """
        now = time.monotonic()
        if now - self.reported_at < REPORT_SECONDS:
            return
        self.reported_at = now
        self.done_steps, self.all_steps, self.doing = done, total, doing
        held = Job.objects.held(self).update(
            done_steps=done, all_steps=total, doing=doing, rows=self.rows, heartbeat_at=timezone.now()
        )
        if not held:
            raise JobLost


class SentForm(models.Model):
    """A form that was sent and what it made, so that it makes it once: see `accounts.once`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)  # of the form's key and all that was typed
    address = models.CharField(max_length=2000, blank=True)  # to which the first answer led
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_answer_per_sent_form", fields=["user", "digest"])]

    def __str__(self) -> str:
        return self.address


def audit(action: str, subject: models.Model, *, by: Any, municipality_id: int, **details: Any) -> None:
    """Write down who did what; `by` may be None for a command."""
    AuditEvent.objects.create(
        user=by if isinstance(by, User) else None,
        municipality_id=municipality_id,
        action=action,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        details=details,
    )


def grants_with(user: Any, permissions: Iterable[Permission]) -> bool:
    """Whether the user has all of these permissions somewhere; for showing or hiding a menu entry."""
    return all(reach_of(user, permission).touched for permission in permissions)

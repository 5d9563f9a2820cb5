"""Uploads, and what schools did in the official procedures. No pupil is stored."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.lookups import Exact, In
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import Job, reach_of
from indicators.procedures import Attempt, Procedure, Wave
from indicators.subjects import MATHEMATICS, MATHEMATICS_LEVELS
from schools.models import Municipality, School

PROCEDURE_CHOICES = [(procedure.value, procedure.label) for procedure in Procedure]
WAVE_CHOICES = [(wave.value, wave.label) for wave in Wave]
ALL_WAVES = ""  # of a flag: the official list does not tell autumn from spring
ATTEMPT_CHOICES = [(attempt.value, attempt.label) for attempt in Attempt]


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: Any) -> Self:
        """Uploads name every school of the municipality, so only those see them who bring results in for all of it."""
        return self.filter(municipality__in=reach_of(user, Permission.RESULTS_IMPORT).municipalities)


class Upload(models.Model):
    """One batch of spreadsheets, from the moment it is dropped to its end."""

    class Status(models.TextChoices):
        READING = "reading", "читается"
        CHECKED = "checked", "ждёт подтверждения"
        STORING = "storing", "записывается"
        STORED = "stored", "записано"
        CANCELLED = "cancelled", "отменено"
        UNDONE = "undone", "отозвано"
        FAILED = "failed", "не удалось"

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="uploads")
    status = models.CharField(max_length=12, choices=Status, default=Status.READING)
    options = models.JSONField(default=dict)  # what a person said that the files do not: by file name, "" for all
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")  # the latest

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"Загрузка {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("monitoring:upload", args=[self.pk])

    @property
    def has_something_to_write(self) -> bool:
        """False when every file has errors or was left out."""
        return self.entries.filter(is_writable=True).exists()


class UploadEntry(models.Model):
    """One file and exam of an upload: what it was taken for, what is wrong with it, what it changes."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="entries")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64, blank=True)
    layout = models.CharField(max_length=40, blank=True)
    procedure = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=40, blank=True)
    grade = models.PositiveSmallIntegerField(null=True)
    school_year = models.PositiveSmallIntegerField(null=True)
    wave = models.CharField(max_length=10, blank=True)
    attempt = models.CharField(max_length=10, blank=True)
    session = models.CharField(max_length=10, blank=True)
    rows = models.PositiveIntegerField(default=0)
    participants = models.PositiveIntegerField(default=0)
    schools = models.PositiveIntegerField(default=0)
    dropped_columns = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=dict)  # {new, changed, same, removed}
    is_writable = models.BooleanField(default=False)  # neither it nor another exam of its file has an error
    stored = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_entry_per_position", fields=["upload", "position"])]

    def __str__(self) -> str:
        return self.name


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(school__in=School.objects.allowing(user, Permission.RESULTS_VIEW))


class ExamOfSchool(models.Model):
    """What every result is about; together with attempt and session it is the natural key."""

    school_year = models.PositiveSmallIntegerField()
    procedure = models.CharField(max_length=20, choices=PROCEDURE_CHOICES)
    subject = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField()
    wave = models.CharField(max_length=10, choices=WAVE_CHOICES, default=Wave.MAIN)
    attempt = models.CharField(max_length=10, choices=ATTEMPT_CHOICES, default=Attempt.FIRST)
    pupil_grade = models.PositiveSmallIntegerField()

    listed = models.PositiveIntegerField(null=True)
    participants = models.PositiveIntegerField(null=True)
    mark_2 = models.PositiveIntegerField(null=True)
    mark_3 = models.PositiveIntegerField(null=True)
    mark_4 = models.PositiveIntegerField(null=True)
    mark_5 = models.PositiveIntegerField(null=True)
    levels = models.JSONField(null=True)  # {name: how many}, in the order of the levels
    passed = models.PositiveIntegerField(null=True)  # null without a threshold
    primary_sum = models.PositiveIntegerField(null=True)
    primary_count = models.PositiveIntegerField(null=True)
    test_sum = models.PositiveIntegerField(null=True)
    test_count = models.PositiveIntegerField(null=True)
    journal_lower = models.PositiveIntegerField(null=True)
    journal_same = models.PositiveIntegerField(null=True)
    journal_higher = models.PositiveIntegerField(null=True)
    warnings = models.JSONField(default=list)

    class Meta:
        abstract = True


class Result(ExamOfSchool):
    """What a school did in one session of an exam, in facets that come from different files."""

    school = models.ForeignKey(School, models.CASCADE, related_name="results")
    session = models.CharField(max_length=10, blank=True)  # date of the exam, "" where a wave has one session

    primary_histogram = models.JSONField(null=True)  # {score: how many}
    test_histogram = models.JSONField(null=True)
    tasks = models.JSONField(null=True)  # {task: {max, points, done, participants}}
    sources = models.JSONField(default=dict)  # {facet: {places: [{file, sheet, rows, upload}], warnings: [code]}}

    objects = ResultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_result_per_school_exam_session",
                fields=["school", "school_year", "procedure", "subject", "grade", "wave", "attempt", "session"],
            ),
            models.CheckConstraint(
                name="stored_attempt_is_first_or_resit", condition=Q(attempt__in=[Attempt.FIRST, Attempt.RESIT])
            ),
            models.CheckConstraint(
                name="marks_add_up_to_participants",
                condition=Q(mark_2__isnull=True)
                | Q(participants=models.F("mark_2") + models.F("mark_3") + models.F("mark_4") + models.F("mark_5")),
            ),
        ]
        indexes = [models.Index(fields=["school_year", "procedure", "subject", "grade"])]

    def __str__(self) -> str:
        return f"{self.procedure} {self.subject} {self.grade} {self.school_year} {self.attempt}"


class ResultTotalQuerySet(models.QuerySet["ResultTotal"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(school__in=School.objects.allowing(user, Permission.RESULTS_VIEW))

    def with_excluded(self) -> models.QuerySet[Any]:
        """`is_excluded` says whether a flag leaves the result out of the indicators today."""
        return self.annotate(is_excluded=Exists(ObjectivityFlag.objects.active().filter(covering_result())))

    def with_fewest_in_level(self) -> models.QuerySet[Any]:
        """`fewest_in_level`: of ЕГЭ mathematics as a whole, how many sat its smaller level; null for all else.

        Whoever takes the other level from the whole learns all about these, so the whole tells of so many.
        """
        same = ("school", "school_year", "procedure", "grade", "wave", "attempt")
        levels = ResultTotal.objects.filter(
            subject__in=MATHEMATICS_LEVELS, participants__gt=0, **{name: OuterRef(name) for name in same}
        )
        fewest = Subquery(levels.order_by("participants").values("participants")[:1])
        is_whole = Q(procedure=Procedure.EGE, subject=MATHEMATICS)
        return self.annotate(fewest_in_level=Case(When(is_whole, then=fewest), default=None))


class ResultTotal(ExamOfSchool):
    """Results as they are read: sessions summed, attempts `first` and `best`, ЕГЭ mathematics as the union of levels.

    Made from `Result` by the writer in the same transaction, see `monitoring.calculations`.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="result_totals")
    primary_histogram = models.JSONField(null=True)  # {score: how many} of the first attempt
    test_histogram = models.JSONField(null=True)
    # Tasks of the first attempt in a form that is read for all schools at once: the names, a line each, and in their
    # order how many did each and how many took part («15 40 22 40»).
    task_names = models.TextField(default="", blank=True)
    task_counts = models.TextField(default="", blank=True)
    sources = models.JSONField(default=list)  # [{file, sheet, rows, upload, facets}]

    objects = ResultTotalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_total_per_school_exam",
                fields=["school", "school_year", "procedure", "subject", "grade", "wave", "attempt"],
            ),
            models.CheckConstraint(
                name="read_attempt_is_first_or_best", condition=Q(attempt__in=[Attempt.FIRST, Attempt.BEST])
            ),
        ]
        indexes = [models.Index(fields=["procedure", "subject", "grade", "school_year"])]

    def __str__(self) -> str:
        return f"{self.procedure} {self.subject} {self.grade} {self.school_year} {self.attempt}"


def covering_result() -> Q:
    """The flags that cover the result of the outer query, whatever its attempt; see `covered_subjects`."""
    of_union = Q(Exact(OuterRef("subject"), Value(MATHEMATICS)), subject__in=MATHEMATICS_LEVELS)
    of_level = Q(In(OuterRef("subject"), MATHEMATICS_LEVELS), subject=MATHEMATICS)
    same_subject = Q(subject=OuterRef("subject")) | Q(of_union | of_level, procedure=Procedure.EGE)
    same = {name: OuterRef(name) for name in ("school", "school_year", "procedure", "grade")}
    return Q(same_subject, wave__in=[ALL_WAVES, OuterRef("wave")], **same)


class ObjectivityFlagQuerySet(models.QuerySet["ObjectivityFlag"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(school__in=School.objects.allowing(user, Permission.RESULTS_VIEW))

    def active(self) -> Self:
        """Those that leave results out today."""
        return self.filter(lifted_at__isnull=True)


class ObjectivityFlag(models.Model):
    """A school's results in one exam are not to be trusted, so that indicators leave them out until it is lifted.

    A flag that was lifted stays as a record: who marked, who lifted, and why.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="objectivity_flags")
    school_year = models.PositiveSmallIntegerField("учебный год")
    procedure = models.CharField(max_length=20, choices=PROCEDURE_CHOICES)
    subject = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField("класс")  # of the paper
    wave = models.CharField("волна", max_length=10, choices=WAVE_CHOICES, blank=True, default=ALL_WAVES)
    reason = models.TextField("причина")
    source = models.JSONField(default=dict, blank=True)  # {file, sheet, rows} of the official list, or {form: true}
    marked_at = models.DateTimeField(default=timezone.now)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lift_reason = models.TextField("почему снят", blank=True)

    objects = ObjectivityFlagQuerySet.as_manager()

    class Meta:
        ordering = ["-marked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_active_objectivity_flag_per_exam",
                fields=["school", "school_year", "procedure", "subject", "grade", "wave"],
                condition=Q(lifted_at__isnull=True),
            ),
            models.CheckConstraint(name="objectivity_flag_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.subject} {self.grade} {self.school_year}"

    @property
    def waves(self) -> tuple[str, ...]:
        """That it leaves out."""
        return tuple(Wave) if self.wave == ALL_WAVES else (self.wave,)

    @property
    def is_of_both_waves(self) -> bool:
        """Whether it is about autumn and spring of ВПР at once; other procedures have one wave."""
        return self.procedure == Procedure.VPR and self.wave == ALL_WAVES


class ResultChange(models.Model):
    """What an upload did to one result, so that it can be undone."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="result_changes")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    key = models.JSONField()  # the rest of the natural key, as a list in the order of `writer.KEY`
    before = models.JSONField(null=True)  # null: there was none
    after = models.JSONField(null=True)  # null: taken away

    def __str__(self) -> str:
        return f"{self.upload_id} {self.key}"


class StoredSheet(models.Model):
    """A cleaned sheet kept to show where numbers came from: no names, documents, codes or classes of pupils."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="sheets")
    file_name = models.CharField(max_length=400)
    sheet = models.CharField(max_length=120, blank=True)
    path = models.CharField(max_length=300)  # below MEDIA_ROOT
    kept_until = models.DateField()

    def __str__(self) -> str:
        return f"{self.file_name} {self.sheet}"


class ScaleOfYears(models.Model):
    """What marks and thresholds share: since when they hold, until when without a doubt, and who says so."""

    procedure = models.CharField(max_length=20, choices=PROCEDURE_CHOICES)
    subject = models.CharField(max_length=40)
    school_year = models.PositiveSmallIntegerField()  # the first year it is valid in
    valid_through = models.PositiveSmallIntegerField(null=True)  # later it is used with a warning
    ends = models.BooleanField(default=False)  # later it must not be used at all: the works were made anew
    source = models.CharField(max_length=300)

    class Meta:
        abstract = True


class MarkScale(ScaleOfYears):
    """The highest primary scores of marks 2, 3 and 4: a recommendation, used where a file has no mark."""

    grade = models.PositiveSmallIntegerField()
    max_2 = models.PositiveSmallIntegerField()
    max_3 = models.PositiveSmallIntegerField()
    max_4 = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_scale_per_exam_year", fields=["procedure", "subject", "grade", "school_year"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.subject} {self.grade} {self.school_year}"


class PassThreshold(ScaleOfYears):
    """The test score that counts as passed."""

    minimum = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_threshold_per_exam_year", fields=["procedure", "subject", "school_year"])
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.school_year}: {self.minimum}"

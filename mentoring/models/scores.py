"""Yearly score sheets: the criteria in editions, the sheets filled in by them, and their histories."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.models.records import KeptRow
from mentoring.scores import KIND_LABELS, MENDED_LABELS, STATE_LABELS, Bounds, SheetKind, SheetState
from roadmaps.models.files import AttachedFile
from schools.models import Municipality, School
from schools.periods import school_year_label

SHEET_KINDS = [(kind.value, label) for kind, label in KIND_LABELS.items()]
SHEET_STATES = [(state.value, label) for state, label in STATE_LABELS.items()]
MENDED = [(mended.value, label) for mended, label in MENDED_LABELS.items()]


class ScoreEditionQuerySet(models.QuerySet["ScoreEdition"]):
    def visible_to(self, user: Any) -> Self:
        """What is scored is for all who are scored or read it."""
        return self.filter(municipality__in=reach_of(user, Permission.SCORES_VIEW).touched)


class ScoreEdition(KeptRow):
    """The criteria of one kind of sheets from a school year on, until a later edition. Sheets keep the edition that
    they were filled in by."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="score_editions")
    kind = models.CharField("вид листа", max_length=10, choices=SHEET_KINDS)
    school_year = models.PositiveSmallIntegerField("действует с учебного года")
    middle_from = models.PositiveSmallIntegerField("удовлетворительный уровень с суммы")
    high_from = models.PositiveSmallIntegerField("оптимальный уровень с суммы")
    source = models.TextField("откуда взяты", blank=True)

    objects = ScoreEditionQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-school_year"]
        constraints = [
            models.UniqueConstraint(
                name="one_edition_of_criteria_a_year", fields=["municipality", "kind", "school_year"]
            ),
            models.CheckConstraint(
                name="levels_follow_each_other", condition=Q(middle_from__gt=0, high_from__gt=F("middle_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: критерии с {school_year_label(self.school_year)} учебного года"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:criteria", args=[self.kind]) + f"?year={self.school_year}"

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.middle_from, self.high_from)


class ScoreCriterion(models.Model):
    """What gets a score, from nought to one less than its scale has lines."""

    edition = models.ForeignKey(ScoreEdition, models.CASCADE, related_name="criteria")
    code = models.SlugField(max_length=40)  # the same in all editions: by it years are compared and figures found
    position = models.PositiveSmallIntegerField()
    text = models.CharField("критерий", max_length=500)
    scale = models.TextField("шкала")  # a line for each score, from nought on
    by_centre = models.BooleanField("муниципальный уровень ответственности", default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="one_criterion_per_code", fields=["edition", "code"])]

    def __str__(self) -> str:
        return self.text

    @property
    def steps(self) -> list[str]:
        """What each score means, that of nought first."""
        return [line.strip() for line in self.scale.splitlines() if line.strip()]

    @property
    def top(self) -> int:
        return max(len(self.steps) - 1, 1)


class OfSheetQuerySet(models.QuerySet[Any]):
    sheet = ""

    def visible_to(self, user: Any) -> Self:
        """Drafts by those who keep them; once confirmed, by all who look into the whole municipality, and a school its
        own."""
        at = self.sheet
        keeping = reach_of(user, Permission.MENTORING_EDIT).municipalities
        whole = reach_of(user, Permission.SCORES_VIEW).municipalities
        own = School.objects.allowing(user, Permission.SCORES_VIEW)
        read = Q(**{f"{at}municipality__in": whole}) | Q(**{f"{at}school__in": own})
        is_final = Q(**{f"{at}state": SheetState.CONFIRMED.value})
        return self.filter(Q(**{f"{at}municipality__in": keeping}) | read & is_final)


class ScoreSheet(KeptRow):
    """Of the municipality for a school year, or of one school where the kind asks for that."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="score_sheets")
    kind = models.CharField("вид листа", max_length=10, choices=SHEET_KINDS)
    school_year = models.PositiveSmallIntegerField("учебный год")
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="score_sheets")
    edition = models.ForeignKey(ScoreEdition, models.RESTRICT, related_name="sheets")
    state = models.CharField("состояние", max_length=10, choices=SHEET_STATES, default=SheetState.DRAFT.value)
    conclusion = models.TextField("выводы", blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = OfSheetQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_score_sheet_a_year",
                fields=["municipality", "kind", "school_year"],
                condition=Q(school=None),
            ),
            models.UniqueConstraint(
                name="one_score_sheet_a_school_and_year",
                fields=["school", "kind", "school_year"],
                condition=Q(school__isnull=False),
            ),
            models.CheckConstraint(
                name="score_sheet_is_of_a_school_by_its_kind",
                condition=Q(kind=SheetKind.MONITORING.value, school__isnull=False)
                | (~Q(kind=SheetKind.MONITORING.value) & Q(school=None)),
            ),
            models.CheckConstraint(
                name="confirmed_score_sheet_says_when",
                condition=Q(state="confirmed", confirmed_on__isnull=False) | Q(state="draft", confirmed_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {school_year_label(self.school_year)} учебный год"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:score_sheet", args=[self.pk])

    @property
    def is_confirmed(self) -> bool:
        return self.state == SheetState.CONFIRMED


class ScoreMark(models.Model):
    """One criterion of a sheet: the score, what it rests on, and what is to be mended."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(ScoreCriterion, models.CASCADE, related_name="marks")
    score = models.PositiveSmallIntegerField("балл", null=True, blank=True)
    suggested = models.PositiveSmallIntegerField(null=True, blank=True)  # by what the portal knew
    figures = models.TextField(blank=True)  # what the portal knew, in words, when the sheet was last brought up to date
    figures_link = models.CharField(max_length=300, blank=True)  # the page that shows it
    why = models.CharField("почему балл другой", max_length=500, blank=True)
    evidence = models.TextField("подтверждение", blank=True)
    link = models.URLField("ссылка", max_length=1000, blank=True)
    shortcoming = models.TextField("недостаток", blank=True)  # to mend within the next year
    cause = models.TextField("причина", blank=True)
    mended = models.CharField("недостаток прошлого года", max_length=10, choices=MENDED, blank=True)

    class Meta:
        ordering = ["criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_score_per_criterion", fields=["sheet", "criterion"]),
            models.CheckConstraint(name="cause_is_of_a_shortcoming", condition=Q(cause="") | ~Q(shortcoming="")),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.score}"


class ScoreFileQuerySet(OfSheetQuerySet):
    sheet = "mark__sheet__"


class ScoreFile(AttachedFile):
    """A document or photograph that a score rests on; whoever reads the sheet opens it."""

    mark = models.ForeignKey(ScoreMark, models.CASCADE, related_name="files")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = ScoreFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ScoreChange(models.Model):
    """A line of a sheet's history: what was, what became, who said so and why. Never altered."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=30)  # «begun», «filled», «renewed», «confirmed», «taken_back»
    before = models.JSONField(default=dict)  # field: words
    after = models.JSONField(default=dict)
    reason = models.CharField("причина", max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.action}"

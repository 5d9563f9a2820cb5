"""Expertise: rounds in which experts assess programmes or their results by criteria, and what each of them wrote."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, reach_of
from roadmaps.models.files import AttachedFile
from roadmaps.models.programmes import Programme
from roadmaps.states import ReviewState
from schools.models import Municipality

REVIEW_STATES = [(state.value, state.label) for state in ReviewState]


def assigned_to(user: Any) -> Q:
    """Reviews of this person, in municipalities to which they still belong in some role: nothing stays open to those
    who left."""
    if not isinstance(user, User) or not user.is_active:
        return Q(pk__in=[])
    return Q(expert=user, expertise__municipality__in={grant.municipality_id for grant in user.grants})


class ExpertiseQuerySet(models.QuerySet["Expertise"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the municipalities into whose plans one looks, and those in which one is an expert."""
        own = Review.objects.filter(assigned_to(user)).values("expertise")
        return self.filter(Q(municipality__in=reach_of(user, Permission.PLANS_VIEW).touched) | Q(pk__in=own))


class Expertise(models.Model):
    """One round: what is assessed, by which criteria, until when."""

    class Kind(models.TextChoices):
        MUTUAL = "mutual", "взаимоэкспертиза"
        PROGRAMMES = "programmes", "экспертиза программ"
        RESULTS = "results", "экспертиза результатов деятельности"

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="expertises")
    kind = models.CharField("вид", max_length=20, choices=Kind, default=Kind.PROGRAMMES)
    title = models.CharField("название", max_length=300)
    due_on = models.DateField("срок")
    max_mark = models.PositiveSmallIntegerField("наибольшая оценка по критерию", default=2)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = ExpertiseQuerySet.as_manager()

    class Meta:
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="marks_go_up_to_ten", condition=Q(max_mark__gte=1, max_mark__lte=10)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:expertise", args=[self.pk])


class Criterion(models.Model):
    """What an expert gives a mark for, from nought to the round's greatest mark."""

    expertise = models.ForeignKey(Expertise, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    text = models.CharField("критерий", max_length=500)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_criterion_per_position", fields=["expertise", "position"])]

    def __str__(self) -> str:
        return self.text


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: Any) -> Self:
        """An expert sees what is assigned to them and no other; whoever assigns sees all; whoever may look into the
        programme sees what was accepted."""
        organised = reach_of(user, Permission.PLANS_EDIT).municipalities
        accepted = Q(state=ReviewState.ACCEPTED, programme__in=Programme.objects.visible_to(user))
        return self.filter(assigned_to(user) | Q(expertise__municipality__in=organised) | accepted)


class Review(models.Model):
    """One expert's assessment of one programme."""

    class Origin(models.TextChoices):
        SCHOOL = "school", "другая школа"
        CENTRE = "centre", "методический центр"
        INSTITUTE = "institute", "институт развития образования"
        GROUP = "group", "городская экспертная группа"

    class Verdict(models.TextChoices):
        GOOD = "good", "положительное"
        REMARKS = "remarks", "положительное с замечаниями"
        BAD = "bad", "отрицательное"

    expertise = models.ForeignKey(Expertise, models.CASCADE, related_name="reviews")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="reviews")
    expert = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reviews", verbose_name="эксперт"
    )
    origin = models.CharField("откуда эксперт", max_length=20, choices=Origin)
    organisation = models.CharField("организация", max_length=300, blank=True)
    state = models.CharField("состояние", max_length=10, choices=REVIEW_STATES, default=ReviewState.ASSIGNED.value)
    verdict = models.CharField("заключение", max_length=10, choices=Verdict, blank=True)
    conclusion = models.TextField("текст заключения", blank=True)
    reason = models.CharField("причина", max_length=1000, blank=True)  # of a return or a refusal
    assigned_at = models.DateTimeField(default=timezone.now)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="one_review_per_expert", fields=["expertise", "programme", "expert"]),
            models.CheckConstraint(
                name="submitted_review_is_whole",
                condition=~Q(state__in=["submitted", "accepted"]) | (~Q(conclusion="") & ~Q(verdict="")),
            ),
            models.CheckConstraint(
                name="sent_back_review_says_why", condition=~Q(state__in=["returned", "declined"]) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expertise_id}: {self.programme_id}"

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:review", args=[self.pk])


class ReviewMark(models.Model):
    review = models.ForeignKey(Review, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="+")
    mark = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_mark_per_criterion", fields=["review", "criterion"])]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.mark}"


class PresentationQuerySet(models.QuerySet["Presentation"]):
    def visible_to(self, user: Any) -> Self:
        """As the programme, and for its experts."""
        judged = Review.objects.filter(assigned_to(user)).exclude(state=ReviewState.DECLINED).values("programme")
        return self.filter(Q(programme__in=Programme.objects.visible_to(user)) | Q(programme__in=judged))


class Presentation(AttachedFile):
    """A file or a link with which a programme, or its results, are presented to the experts."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="presentations")
    title = models.CharField("название", max_length=300, blank=True)
    link = models.URLField("ссылка", max_length=1000, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = PresentationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="presentation_is_a_file_or_a_link", condition=Q(link="", file__gt="") | Q(file="", link__gt="")
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.name or self.link

"""What is kept beside decisions: sittings with their protocols, agreements with partners, encouragement."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from roadmaps.models.decisions import OfTownQuerySet
from roadmaps.models.programmes import PlanQuerySet
from schools.models import Municipality, School


class Entry(models.Model):
    """A line of a register of the municipality."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="%(class)ss")
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    register: str  # its name in addresses

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:entry", args=[self.register, self.pk])


class CommissionSitting(Entry):
    """A sitting of a commission or working group; decisions and recommendations may be born of it."""

    class Body(models.TextChoices):
        COMMISSION = "commission", "комиссия"
        WORKING_GROUP = "working_group", "рабочая группа"

    body = models.CharField("кто заседал", max_length=20, choices=Body, default=Body.COMMISSION)
    title = models.CharField("название комиссии или группы", max_length=300)
    held_on = models.DateField("дата")
    number = models.CharField("номер протокола", max_length=60, blank=True)
    attended = models.TextField("участвовали", blank=True)
    agenda = models.TextField("повестка")
    protocol = models.TextField("решили", blank=True)
    link = models.URLField("ссылка на протокол", max_length=1000, blank=True)

    register = "sittings"
    objects = OfTownQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        number = f", протокол № {self.number}" if self.number else ""
        return f"{self.title}, {self.held_on:%d.%m.%Y}{number}"


class Agreement(Entry):
    """An agreement of the municipality, or of a school of it, with a partner."""

    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="agreements", verbose_name="школа"
    )
    partner = models.CharField("с кем", max_length=300)
    subject = models.TextField("о чём")
    number = models.CharField("номер", max_length=60, blank=True)
    signed_on = models.DateField("дата")
    valid_until = models.DateField("действует до", null=True, blank=True)
    link = models.URLField("ссылка", max_length=1000, blank=True)

    register = "agreements"
    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="agreement_ends_after_it_is_signed",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("signed_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"Соглашение: {self.partner}"


class Encouragement(Entry):
    """Thanks to a school or to somebody by position; never to a pupil, and nobody is named."""

    class Kind(models.TextChoices):
        THANKS = "thanks", "благодарность"
        DIPLOMA = "diploma", "грамота"
        BONUS = "bonus", "стимулирующая выплата"
        OTHER = "other", "другое"

    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="encouragements", verbose_name="школа"
    )
    position = models.CharField("должность", max_length=300, blank=True)
    kind = models.CharField("вид", max_length=10, choices=Kind, default=Kind.THANKS)
    grounds = models.TextField("за что")
    given_on = models.DateField("дата")
    order_number = models.CharField("номер приказа", max_length=60, blank=True)

    register = "encouragements"
    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="encouragement_is_of_a_school_or_a_position",
                condition=Q(school__isnull=False) | Q(position__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()}: {self.whom}"

    @property
    def whom(self) -> str:
        return ", ".join(part for part in (self.position, self.school.name if self.school else "") if part)

"""What a school says of its staff for a subject and school year: numbers, nobody by name."""

from fractions import Fraction
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import Permission
from indicators.subjects import SUBJECT_CHOICES
from mentoring.forecast import Hours
from mentoring.models.records import KeptRow
from schools.models import School


class SubjectStaffingQuerySet(models.QuerySet["SubjectStaffing"]):
    def visible_to(self, user: Any) -> Self:
        """For the school and the centre: of a subject with one teacher the numbers are about a person."""
        return self.filter(school__in=School.objects.allowing(user, Permission.STAFF_VIEW))


class SubjectStaffing(KeptRow):
    """Teachers and hours of one subject."""

    school = models.ForeignKey(School, models.CASCADE, related_name="subject_staffing")
    school_year = models.PositiveSmallIntegerField("учебный год")
    subject = models.CharField("предмет", max_length=40, choices=SUBJECT_CHOICES)
    wanted = models.DecimalField("часов в неделю по учебному плану", max_digits=6, decimal_places=1)
    covered = models.DecimalField("из них ведут учителя этого предмета", max_digits=6, decimal_places=1)
    teachers = models.PositiveSmallIntegerField("учителей предмета")
    vacancies = models.DecimalField("вакантных ставок", max_digits=5, decimal_places=2, default=0)
    leaving = models.PositiveSmallIntegerField("уйдут до следующего учебного года", default=0)
    arriving = models.PositiveSmallIntegerField("придут к следующему учебному году", default=0)
    wanted_next = models.DecimalField(
        "часов в неделю в следующем учебном году", max_digits=6, decimal_places=1, null=True, blank=True
    )

    objects = SubjectStaffingQuerySet.as_manager()

    class Meta:
        ordering = ["subject"]
        constraints = [
            models.UniqueConstraint(
                name="one_staffing_per_school_year_subject", fields=["school", "school_year", "subject"]
            ),
            models.CheckConstraint(
                name="staffing_covers_no_more_than_is_wanted",
                condition=Q(wanted__gt=0, covered__gte=0, covered__lte=F("wanted"), vacancies__gte=0),
            ),
            models.CheckConstraint(name="no_more_leave_than_there_are", condition=Q(leaving__lte=F("teachers"))),
            models.CheckConstraint(
                name="without_teachers_nothing_is_covered", condition=Q(teachers__gt=0) | Q(covered=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}, {self.school_year}/{self.school_year + 1}"

    @property
    def municipality_id(self) -> int:
        return self.school.municipality_id

    def get_absolute_url(self) -> str:
        return reverse("mentoring:school_staffing", args=[self.school_id]) + f"?year={self.school_year}"

    @property
    def hours(self) -> Hours:
        wanted_next = None if self.wanted_next is None else Fraction(self.wanted_next)
        of = Fraction(self.wanted), Fraction(self.covered), self.teachers, self.leaving, self.arriving
        return Hours(*of, wanted_next)

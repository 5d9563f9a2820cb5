"""A school begins a year with the subjects of the last one."""

from django.db import transaction

from accounts.models import User, audit
from mentoring.models import SubjectStaffing
from schools.models import School

NOTHING = "За прошлый учебный год школа ничего не внесла: внесите предметы по одному."
BEGUN = "За этот учебный год предметы уже внесены."


class StaffingRefused(Exception):
    """Nothing is written; the text is for people."""


@transaction.atomic
def take_last_year(*, school: School, school_year: int, by: User) -> int:
    """How many subjects were taken. Hours are those that were expected, else as they were; who left or came is for the
    school to say anew. Raises StaffingRefused."""
    School.objects.select_for_update(no_key=True).values_list("pk").get(pk=school.pk)
    told = SubjectStaffing.objects.filter(school=school)
    if told.filter(school_year=school_year).exists():
        raise StaffingRefused(BEGUN)
    last = list(told.filter(school_year=school_year - 1))
    if not last:
        raise StaffingRefused(NOTHING)
    for row in last:
        wanted = row.wanted_next or row.wanted
        made = SubjectStaffing.objects.create(
            school=school, school_year=school_year, subject=row.subject, wanted=wanted,
            covered=min(row.covered, wanted), teachers=row.teachers, vacancies=row.vacancies, changed_by=by,
        )  # fmt: skip
        audit("subjectstaffing_added", made, by=by, municipality_id=school.municipality_id)
    return len(last)

"""Forms of the reserve: people, programmes and who takes part, vacancies, rotations."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from mentoring.forms.records import RecordForm
from mentoring.models import (
    ReserveCandidate,
    ReserveEnrolment,
    ReserveProgramme,
    ReserveRotation,
    ReserveVacancy,
)
from roadmaps.forms.registers import field_of
from roadmaps.plans.bounds import term_problem
from schools.models import Municipality, School
from schools.ordering import in_natural_order

NOT_OF_A_SCHOOL = "Не в школе"


class OfTownForm(RecordForm):
    """Schools are those that the person sees, people those of the reserve."""

    def __init__(self, *args: Any, municipality: Municipality, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = School.objects.visible_to(user).filter(municipality=municipality)
        for name in {"school", "from_school", "to_school"} & self.fields.keys():
            field: Any = self.fields[name]
            first = [] if field.required else [("", NOT_OF_A_SCHOOL)]
            field.queryset = schools
            field.choices = [*first, *((one.pk, one.name) for one in in_natural_order(schools))]
        for name in {"candidate", "filled_by"} & self.fields.keys():
            people: Any = self.fields[name]
            people.queryset = ReserveCandidate.objects.visible_to(user).filter(municipality=municipality)

    def ends_after_it_starts(self, first: str, last: str) -> None:
        found = self.cleaned_data
        if problem := term_problem(found.get(first), found.get(last), what="Срок"):
            self.add_error(last, problem)


class CandidateForm(OfTownForm):
    nameless = ("assessed_how",)
    once_by = ("name",)
    twice = (
        "Этот человек уже в резерве: откройте его запись и измените её. Если это другой человек с тем же именем, "
        "допишите, чем он отличается."
    )

    class Meta:
        model = ReserveCandidate
        formfield_callback = field_of
        fields = (
            "name", "position", "school", "organisation", "post", "since", "basis", "readiness", "assessed_on",
            "assessed_how", "left_on", "left_how",
        )  # fmt: skip
        help_texts = {
            "name": "Как в приказе. Телефонов и других личных сведений портал не хранит.",
            "basis": "Например: приказ от 01.09.2021 № 352.",
            "assessed_how": "Собеседование, программа, решение комиссии.",
            "left_on": "Пока человек в резерве, оставьте пустым.",
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if not found.get("school") and not found.get("organisation"):
            self.add_error("organisation", "Укажите школу или организацию, где работает этот человек.")
        if found.get("readiness") and not found.get("assessed_on") and "assessed_on" not in self.errors:
            self.add_error("assessed_on", "Впишите день, когда готовность оценена.")
        if found.get("assessed_on") and not found.get("readiness"):
            self.add_error("readiness", "Выберите, как оценена готовность.")
        left_on, left_how = found.get("left_on"), found.get("left_how")
        if left_on and not left_how:
            self.add_error("left_how", "Выберите, как человек вышел из резерва.")
        if left_how and not left_on and "left_on" not in self.errors:
            self.add_error("left_on", "Впишите день, когда человек вышел из резерва.")
        if left_on:
            self.ends_after_it_starts("since", "left_on")
        return found

    def others(self) -> QuerySet[ReserveCandidate]:
        """Who has left may come again."""
        still = Q(left_on=None) | Q(left_on__gt=timezone.localdate())
        return ReserveCandidate.objects.filter(still, municipality=self.instance.municipality_id)


class ProgrammeForm(OfTownForm):
    class Meta:
        model = ReserveProgramme
        formfield_callback = field_of
        fields = ("title", "starts_on", "ends_on", "hours", "basis", "aim", "content")
        help_texts = {"content": "Каждая тема или занятие с новой строки."}

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        self.ends_after_it_starts("starts_on", "ends_on")
        return found


class EnrolmentForm(OfTownForm):
    """Whom it is about is chosen once; nobody is enrolled twice."""

    nameless = ("result",)

    class Meta:
        model = ReserveEnrolment
        formfield_callback = field_of
        fields = ("candidate", "state", "result")
        help_texts = {"result": "Удостоверение, защита проекта, зачёт."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["candidate"]
        if self.instance.pk:
            del self.fields["candidate"]
        else:
            people.queryset = people.queryset.exclude(enrolments__programme=self.instance.programme)


class VacancyForm(OfTownForm):
    nameless = ("note",)
    once_by = ("post", "school", "position")
    twice = "Такая вакансия уже внесена. Если в школе свободны две, различите их должностью по штатному расписанию."

    class Meta:
        model = ReserveVacancy
        formfield_callback = field_of
        fields = ("school", "post", "position", "vacant_on", "note", "filled_on", "filled_by")
        help_texts = {
            "filled_on": "Пока место свободно, оставьте пустым.",
            "filled_by": "Кого назначили, тот в этот день выходит из резерва. Если не из резерва, оставьте пустым.",
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        whom, on = found.get("filled_by"), found.get("filled_on")
        if whom and not on and "filled_on" not in self.errors:
            self.add_error("filled_on", "Впишите день назначения.")
        if on and found.get("vacant_on"):
            self.ends_after_it_starts("vacant_on", "filled_on")
        if whom and on and on < whom.since:
            self.add_error("filled_on", f"Этот человек в резерве с {whom.since:%d.%m.%Y}: проверьте дату.")
        return found

    def others(self) -> QuerySet[ReserveVacancy]:
        """What is filled may be vacant again."""
        return ReserveVacancy.objects.filter(municipality=self.instance.municipality_id, filled_on=None)


class RotationForm(OfTownForm):
    nameless = ("reason",)

    class Meta:
        model = ReserveRotation
        formfield_callback = field_of
        fields = (
            "name", "candidate", "on", "from_school", "from_position", "to_school", "to_position", "basis", "reason",
        )  # fmt: skip
        help_texts = {"name": "Как в приказе.", "reason": "Например: руководителя получила школа из зоны риска."}


FORMS: dict[str, type[OfTownForm]] = {
    "candidates": CandidateForm,
    "programmes": ProgrammeForm,
    "enrolments": EnrolmentForm,
    "vacancies": VacancyForm,
    "rotations": RotationForm,
}

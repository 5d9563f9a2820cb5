"""Forms of the pool, and of teachers of a school."""

import re
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.access import Role
from accounts.models import User
from mentoring.forms.records import RecordForm
from mentoring.models import Mentor, Teacher
from roadmaps.forms.registers import field_of
from schools.models import Municipality, School
from schools.ordering import in_natural_order

NAMESAKE = "Если это другой человек с тем же именем, допишите, чем он отличается, например предмет."
NAME_ALONE = "Только имя: телефонов, дат рождения и других личных сведений портал не хранит."
_MORE_THAN_A_NAME = re.compile(r"\d{4}|\d\.\d|@")


def name_alone(name: str) -> str:
    if _MORE_THAN_A_NAME.search(name):
        raise forms.ValidationError(NAME_ALONE)
    return name


class MentorForm(RecordForm):
    once_by = ("name", "kind")
    twice = f"Этот человек уже в списке: откройте его запись и измените её. {NAMESAKE}"

    class Meta:
        model = Mentor
        formfield_callback = field_of
        fields = (
            "name", "position", "kind", "school", "organisation", "subjects", "load_limit", "user", "since", "until",
            "basis",
        )  # fmt: skip
        help_texts = {
            "name": "Как в приказе. Телефонов и других личных сведений портал не хранит.",
            "organisation": "Например: методический центр.",
            "subjects": "Через запятую, как в приказе.",
            "load_limit": "Если предела нет, оставьте пустым.",
            "user": "Если этот человек входит в портал: тогда он увидит свои пары и запишет встречи.",
            "until": "Если срок не назван, оставьте пустым. Кто вышел из списка, остаётся в истории пар.",
            "basis": "Например: приказ от 01.09.2021 № 352.",
        }

    def __init__(self, *args: Any, municipality: Municipality, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = School.objects.visible_to(user).filter(municipality=municipality)
        field = self.fields["school"]
        field.queryset = schools
        field.choices = [("", "Не в школе"), *((one.pk, one.name) for one in in_natural_order(schools))]
        people = User.objects.filter(is_active=True, memberships__municipality=municipality)
        mentors = people.exclude(memberships__role__in=(Role.VIEWER, Role.EXPERT)).distinct()
        self.fields["user"].queryset = mentors.order_by("full_name", "username")

    def clean_name(self) -> str:
        return name_alone(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("since") and found.get("until") and found["until"] < found["since"]:
            self.add_error("until", "Последний день раньше первого: проверьте даты.")
        if not found.get("school") and not found.get("organisation"):
            self.add_error("organisation", "Укажите школу или организацию, где работает этот человек.")
        return found

    def others(self) -> QuerySet[Mentor]:
        """Who has left may come again."""
        still = Q(until=None) | Q(until__gte=timezone.localdate())
        return Mentor.objects.filter(still, municipality=self.instance.municipality_id)


class TeacherForm(RecordForm):
    once_by = ("name",)
    twice = f"Этот учитель уже есть в списке школы: откройте его запись и измените её. {NAMESAKE}"

    class Meta:
        model = Teacher
        formfield_callback = field_of
        fields = (
            "name", "position", "subjects", "category", "category_since", "category_until", "teaching_since",
            "advanced_level", "is_active",
        )  # fmt: skip
        help_texts = {
            "name": "Даты рождения, телефоны и адреса портал не хранит.",
            "position": "Например: учитель.",
            "subjects": "Через запятую: математика, физика.",
            "category_since": "По приказу об аттестации. Если день не известен, оставьте пустым.",
            "category_until": "Если категория бессрочная, оставьте пустым.",
            "teaching_since": "Год, например 2019.",
            "is_active": "Снимите отметку, если человек больше не работает в школе: история останется.",
        }

    def clean_name(self) -> str:
        return name_alone(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        since, until = found.get("category_since"), found.get("category_until")
        if since and until and until < since:
            self.add_error("category_until", "Последний день раньше первого: проверьте даты.")
        return found

    def others(self) -> QuerySet[Teacher]:
        return Teacher.objects.filter(school=self.instance.school_id)

    def clean_teaching_since(self) -> int | None:
        year: int | None = self.cleaned_data["teaching_since"]
        if year is not None and not 1940 <= year <= 2100:
            raise forms.ValidationError("Впишите год, например 2019.")
        return year

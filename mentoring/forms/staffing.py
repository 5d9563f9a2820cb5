"""What a school says of its staff for a subject."""

from typing import Any

from django import forms

from mentoring.forms.records import RecordForm
from mentoring.models import SubjectStaffing
from roadmaps.forms.registers import field_of

# Of tests, not of a timetable; the levels of mathematics are one teacher's subject.
NOT_TAUGHT = {
    "reading_literacy", "science_literacy", "mathematical_literacy", "financial_literacy", "group_project",
    "mathematics_advanced", "mathematics_base", "mathematics_profile",
}  # fmt: skip
FRACTIONS = ("wanted", "covered", "vacancies", "wanted_next")


class StaffingForm(RecordForm):
    """The subject is chosen once; `taken` are those that the school has told of in this year."""

    class Meta:
        model = SubjectStaffing
        formfield_callback = field_of
        fields = ("subject", *FRACTIONS[:2], "teachers", "vacancies", "leaving", "arriving", "wanted_next")
        localized_fields = FRACTIONS
        widgets = {name: forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}) for name in FRACTIONS}
        help_texts = {
            "wanted": "Все классы вместе, например 34 или 34,5.",
            "covered": "Остальные часы никто не ведёт, или их ведут учителя других предметов.",
            "teachers": "Кто ведёт два предмета, считается в каждом.",
            "vacancies": "По штатному расписанию, например 0,5.",
            "leaving": "Сколько из этих учителей, по сведениям школы, не будет вести предмет в следующем году.",
            "arriving": "Сколько учителей школа уже нашла: договоры, целевое обучение.",
            "wanted_next": "Если учебный план уже известен; иначе портал считает, что часов будет столько же.",
        }

    def __init__(self, *args: Any, taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["subject"]
        if self.instance.pk:
            del self.fields["subject"]
        else:
            field.choices = [(code, name) for code, name in field.choices if code not in taken | NOT_TAUGHT]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        wanted, covered, teachers = (found.get(name) for name in ("wanted", "covered", "teachers"))
        for name in FRACTIONS:
            if (found.get(name) or 0) < 0 or (name == "wanted" and found.get(name) == 0):
                self.add_error(name, "Впишите число больше нуля." if name == "wanted" else "Меньше нуля не бывает.")
        if wanted is not None and covered is not None and covered > wanted:
            self.add_error("covered", "Больше, чем по учебному плану: проверьте оба числа.")
        if teachers == 0 and covered:
            self.add_error("teachers", "Часы ведут, а учителей нет: впишите, сколько их.")
        if teachers is not None and (found.get("leaving") or 0) > teachers:
            self.add_error("leaving", "Уходит больше, чем есть учителей предмета.")
        return found

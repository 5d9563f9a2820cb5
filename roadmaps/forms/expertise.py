"""What people write about expertise: the round, who is asked, what the expert says, with what it is presented."""

import datetime as dt
from typing import Any

from django import forms

from accounts.models import Membership, User
from roadmaps.evidence.kinds import ACCEPT, ACCEPTED_IN_WORDS
from roadmaps.expertise_usual import TITLES, usual_criteria, usual_due
from roadmaps.forms.days import DayField
from roadmaps.forms.files import EvidenceField
from roadmaps.models import Expertise, Programme, Review
from roadmaps.queries.expertise import ReviewShown
from roadmaps.services.expertise import Assessment, Round
from schools.models import Municipality

MAX_CRITERIA, LONGEST_CRITERION = 20, 500


class RoundForm(forms.Form):
    kind = forms.ChoiceField(label="Вид", choices=Expertise.Kind.choices)
    title = forms.CharField(label="Название", max_length=300, error_messages={"required": "Назовите экспертизу."})
    due_on = DayField(label="Сдать заключения до")
    max_mark = forms.IntegerField(
        label="Наибольшая оценка по критерию",
        min_value=1,
        max_value=10,
        help_text="Оценки ставят от 0 до этого числа.",
        error_messages={
            "min_value": "Запишите число от 1 до 10.",
            "max_value": "Запишите число от 1 до 10.",
            "invalid": "Запишите число от 1 до 10.",
        },
    )
    criteria = forms.CharField(
        label="Критерии",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Каждый с новой строки. Предложены порталом по документам: исправьте их под свой приказ.",
        error_messages={"required": "Впишите хотя бы один критерий: по ним эксперт ставит оценки."},
    )
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    @staticmethod
    def usual(kind: str, today: dt.date) -> dict[str, Any]:
        kind = kind if kind in Expertise.Kind.values else Expertise.Kind.PROGRAMMES.value
        return {
            "kind": kind,
            "title": f"{TITLES[kind]}, {usual_due(kind, today).year} год",
            "due_on": usual_due(kind, today),
            "max_mark": 2,
            "criteria": "\n".join(usual_criteria(kind)),
        }

    @staticmethod
    def of(expertise: Expertise) -> dict[str, Any]:
        return {
            "kind": expertise.kind,
            "title": expertise.title,
            "due_on": expertise.due_on,
            "max_mark": expertise.max_mark,
            "criteria": "\n".join(criterion.text for criterion in expertise.criteria.all()),
            "version": expertise.version,
        }

    def clean_criteria(self) -> tuple[str, ...]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["criteria"].splitlines()]
        found = tuple(line for line in lines if line)
        seen: set[str] = set()
        for line in found:
            if line.casefold() in seen:
                raise forms.ValidationError(f"Критерий «{line}» записан дважды: уберите один или измените.")
            seen.add(line.casefold())
        if len(found) > MAX_CRITERIA:
            raise forms.ValidationError(f"Критериев не больше {MAX_CRITERIA}: объедините близкие.")
        if any(len(line) > LONGEST_CRITERION for line in found):
            raise forms.ValidationError(f"Критерий длиннее {LONGEST_CRITERION} знаков: сократите его.")
        return found

    def told(self) -> Round:
        said = self.cleaned_data
        return Round(said["kind"], said["title"].strip(), said["due_on"], said["max_mark"], said["criteria"])


class AssignForm(forms.Form):
    programmes = forms.ModelMultipleChoiceField(
        label="Что оценить",
        queryset=Programme.objects.none(),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
        error_messages={"required": "Отметьте хотя бы одну программу."},
    )
    expert = forms.ModelChoiceField(
        label="Эксперт",
        queryset=User.objects.none(),
        empty_label="Выберите человека",
        help_text="Люди муниципалитета; человека извне сначала пригласите на странице «Люди» с ролью «Эксперт».",
        error_messages={"required": "Выберите эксперта."},
    )
    origin = forms.ChoiceField(label="Откуда эксперт", choices=Review.Origin.choices)
    organisation = forms.CharField(
        label="Организация",
        required=False,
        max_length=300,
        help_text="Как в приказе, например «ИРО Краснодарского края». Для школы подставится её название.",
    )

    def __init__(self, *args: Any, expertise: Expertise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipality = expertise.municipality
        programmes, expert = self.fields["programmes"], self.fields["expert"]
        assert isinstance(programmes, forms.ModelMultipleChoiceField)
        assert isinstance(expert, forms.ModelChoiceField)
        found = Programme.objects.filter(municipality=municipality).select_related("school")
        if expertise.kind == Expertise.Kind.MUTUAL:
            found = found.filter(school__isnull=False)
        programmes.queryset = found.order_by("school__name", "title")
        programmes.label_from_instance = lambda one: f"{one.title}, {one.school.name}" if one.school else one.title
        expert.queryset = User.objects.filter(memberships__municipality=municipality, is_active=True).distinct()
        names = _names(municipality)
        expert.choices = [("", "Выберите человека"), *names]


def _names(municipality: Municipality) -> list[tuple[int, str]]:
    """Everybody of the municipality with what they are there."""
    held = Membership.objects.filter(municipality=municipality, user__is_active=True).select_related("user", "school")
    told: dict[int, tuple[str, list[str]]] = {}
    for one in held.order_by("user__full_name", "user", "pk"):
        role = f"{one.role_label}, {one.school.name}" if one.school else one.role_label
        told.setdefault(one.user_id, (str(one.user), []))[1].append(role)
    return [(pk, f"{name} — {'; '.join(roles)}") for pk, (name, roles) in told.items()]


class ReviewForm(forms.Form):
    """The marks of an expert, one for each criterion, and the conclusion."""

    verdict = forms.ChoiceField(
        label="Заключение", required=False, choices=Review.Verdict.choices, widget=forms.RadioSelect
    )
    conclusion = forms.CharField(
        label="Текст заключения",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Сильные стороны, что доработать, рекомендации. Без фамилий учеников.",
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: ReviewShown, **kwargs: Any) -> None:
        self.criteria = [criterion for criterion, _ in shown.marks]
        review = shown.review
        initial = {f"mark-{criterion.pk}": mark for criterion, mark in shown.marks if mark is not None}
        initial |= {"verdict": review.verdict, "conclusion": review.conclusion, "version": review.version}
        super().__init__(*args, initial=initial, **kwargs)
        marks = [(str(mark), str(mark)) for mark in range(review.expertise.max_mark + 1)]
        for criterion in self.criteria:
            self.fields[f"mark-{criterion.pk}"] = forms.ChoiceField(
                label=criterion.text, required=False, choices=[("", "нет оценки"), *marks]
            )
        self.order_fields([f"mark-{criterion.pk}" for criterion in self.criteria])

    @property
    def mark_fields(self) -> list[Any]:
        return [self[f"mark-{criterion.pk}"] for criterion in self.criteria]

    def told(self) -> Assessment:
        said = self.cleaned_data
        marks = {
            criterion.pk: int(mark) if (mark := said[f"mark-{criterion.pk}"]) else None for criterion in self.criteria
        }
        return Assessment(marks, said["verdict"], said["conclusion"])


class PresentationForm(forms.Form):
    """A file or a link. `has_held`: a file chosen before is held for it."""

    outcome = ""  # what became of it, when something is refused

    title = forms.CharField(label="Название", required=False, max_length=300)
    files = EvidenceField(
        label="Файл", widget=forms.FileInput(attrs={"accept": ACCEPT}), help_text=f"{ACCEPTED_IN_WORDS}."
    )
    link = forms.URLField(
        label="Или ссылка",
        required=False,
        max_length=1000,
        assume_scheme="https",
        error_messages={"invalid": "Это не адрес: он начинается с https:// или http://."},
    )

    def __init__(self, *args: Any, has_held: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_held = has_held

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        has_file = self.has_held or bool(said.get("files"))
        if not self.errors and has_file == bool(said.get("link")):
            raise forms.ValidationError("Приложите файл или укажите ссылку: одно из двух.")
        link = said.get("link", "")
        if link and not link.startswith(("http://", "https://")):
            self.add_error("link", "Это не адрес: он начинается с https:// или http://.")
        return said

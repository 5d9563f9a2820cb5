"""What people may write about the risks of schools."""

from typing import Any

from django import forms

from schools.models import RiskFactor, SchoolRisk
from schools.queries.risks import Profile
from schools.services.risks import NO_NOTE, Assessed

NOT_FOUND = "не выявлен"


class RiskFactorForm(forms.ModelForm):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    class Meta:
        model = RiskFactor
        fields = ["title", "kind", "control", "returns_in", "source"]
        help_texts = {
            "title": "Как в документе, по которому работает муниципалитет.",
            "kind": "От вида зависит, какие решения принимаются: кадровые, об оснащении, об обучении, о помощи семьям.",
            "control": "Управляемый — действуют все уровни; слабоуправляемый — край и муниципалитет; неуправляемый — "
            "край, или риск принимается к сведению.",
            "returns_in": "Если риск проявляется каждый год в одно время, решение нужно принять до этого месяца.",
            "source": "Например, «проект «500+», перечень 2023 года» или приказ.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget = forms.Textarea(attrs={"rows": 2, "maxlength": 300})
        self.fields["title"].error_messages["required"] = "Напишите формулировку фактора."
        months = [(value, label.capitalize()) for value, label in self.fields["returns_in"].choices if value]
        self.fields["returns_in"].choices = [("", "Нет"), *months]
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())


class AssessForm(forms.Form):
    """How much each factor of the year matters at a school."""

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile = profile
        for line in profile.lines:
            risk = line.risk
            self.fields[f"factor-{line.factor.pk}"] = forms.ChoiceField(
                label=line.factor.title,
                required=False,
                choices=[("", NOT_FOUND), *SchoolRisk.Significance.choices],
                initial=risk.significance if risk else "",
                widget=forms.Select(attrs={"class": "control"}),
            )
            self.fields[f"seen-{line.factor.pk}"] = forms.IntegerField(
                min_value=0, widget=forms.HiddenInput, initial=risk.version if risk else 0
            )

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """Each line of the profile with its two fields."""
        return [(line, self[f"factor-{line.factor.pk}"], self[f"seen-{line.factor.pk}"]) for line in self.profile.lines]

    def told(self) -> dict[int, Assessed]:
        said = self.cleaned_data
        return {
            line.factor.pk: Assessed(said[f"factor-{line.factor.pk}"], said[f"seen-{line.factor.pk}"])
            for line in self.profile.lines
        }

    def show_stored(self, risks: dict[int, SchoolRisk | None]) -> None:
        """Say beside each answer what somebody else has stored; what is sent next is about that."""
        self.data = self.data.copy()
        for key, risk in risks.items():
            self.data[f"seen-{key}"] = str(risk.version if risk else 0)
            now = risk.get_significance_display() if risk else NOT_FOUND
            self.add_error(f"factor-{key}", f"Сейчас сохранено: {now}.")


class CheckForm(forms.Form):
    """The school's answer to a risk that was found there."""

    result = forms.ChoiceField(
        label="Есть ли этот риск в школе",
        choices=[
            (SchoolRisk.Check.VERIFIED, "Подтвердить: риск есть"),
            (SchoolRisk.Check.DISPUTED, "Оспорить: риска нет или значимость другая"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите, подтверждаете вы риск или оспариваете."},
    )
    note = forms.CharField(
        label="Пояснение",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Если риск оспорен, напишите почему: какие данные говорят другое. Без фамилий.",
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("result") == SchoolRisk.Check.DISPUTED and not said.get("note", "").strip():
            self.add_error("note", NO_NOTE)
        return said


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label="Решение",
        required=False,
        choices=[
            (SchoolRisk.Decision.ACTIVATED, "Активировать: школа работает с риском по антирисковой программе"),
            (SchoolRisk.Decision.NOTED, "Принять к сведению"),
            ("", "Не решено"),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Что решено",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Коротко: какие меры, кто отвечает, каким приказом.",
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

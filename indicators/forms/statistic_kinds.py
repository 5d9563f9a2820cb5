"""A municipality's own kind of collected number."""

from typing import Any

from django import forms

from indicators.models import StatisticKind
from indicators.services.statistic_kinds import KindFields, has_numbers
from schools.models import Municipality

SCHOOLS_REPORT = "Каждая школа сообщает своё число"
MUNICIPALITY_REPORTS = "Одно число на весь муниципалитет"


class StatisticKindForm(forms.ModelForm):
    class Meta:
        model = StatisticKind
        fields = ["name", "hint", "level", "counts_pupils", "at_most"]
        labels = {"name": "Название числа", "hint": "Пояснение для тех, кто заполняет"}
        help_texts = {
            "name": "Как в столбце таблицы, например «Педагогов, прошедших стажировку».",
            "hint": "Кого и на какую дату считать. Показывается рядом с числом.",
            "counts_pupils": (
                "Отметьте, если считают детей: тогда у долей будет интервал, а числа меньше пяти скрыты от посторонних."
            ),
            "at_most": "Например, прошедших стажировку не больше, чем педагогов всего: портал не даст ошибиться.",
        }
        widgets = {"hint": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, user: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipality = municipality
        self.fields["level"] = forms.ChoiceField(
            label="Кто сообщает",
            choices=[
                (StatisticKind.Level.SCHOOL.value, SCHOOLS_REPORT),
                (StatisticKind.Level.MUNICIPALITY.value, MUNICIPALITY_REPORTS),
            ],
            widget=forms.RadioSelect,
            initial=StatisticKind.Level.SCHOOL,
        )
        self.order_fields(self.Meta.fields)
        others = StatisticKind.objects.visible_to(user).of(municipality.pk).exclude(pk=self.instance.pk)
        self.fields["at_most"].queryset = others
        self.fields["at_most"].empty_label = "Не ограничено"

    def clean_name(self) -> str:
        """Spreadsheets know a number by its name."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        others = StatisticKind.objects.of(self.municipality.pk).exclude(pk=self.instance.pk)
        if any(name.casefold() == other.casefold() for other in others.values_list("name", flat=True)):
            raise forms.ValidationError("Число с таким названием уже есть: назовите это иначе или возьмите то.")
        return name

    def clean_level(self) -> str:
        level = str(self.cleaned_data["level"])
        if self.instance.pk and level != self.initial["level"] and has_numbers(self.instance):
            raise forms.ValidationError("Числа уже внесены, поэтому изменить, кто их сообщает, нельзя.")
        return level

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        limit = cleaned.get("at_most")
        if limit and limit.level != cleaned.get("level"):
            self.add_error(
                "at_most", "Сравнивать можно числа, которые сообщает один и тот же: школа или муниципалитет."
            )
        if limit and self.instance.pk and limit.at_most_id == self.instance.pk:
            self.add_error("at_most", f"«{limit}» само ограничено этим числом.")
        return cleaned

    def kind_fields(self) -> KindFields:
        return KindFields(**{name: self.cleaned_data[name] for name in self.Meta.fields})

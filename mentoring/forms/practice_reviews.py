"""Forms of experts' words on a practice: who is asked by when, and what they say."""

from typing import Any

from django import forms

from accounts.models import User
from mentoring.forms.records import RecordForm
from mentoring.models import Practice, PracticeReview
from mentoring.queries.practice_reviews import experts_for
from roadmaps.forms.days import DayField
from roadmaps.forms.registers import field_of


class AssignExpertForm(forms.Form):
    expert = forms.ModelChoiceField(label="Эксперт", queryset=User.objects.none(), empty_label="Выберите эксперта")
    due_on = DayField(label="Заключение до")

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expert"].queryset = experts_for(practice)


class ConclusionForm(RecordForm):
    nameless = ("conclusion",)

    class Meta:
        model = PracticeReview
        formfield_callback = field_of
        fields = ("verdict", "conclusion")
        help_texts = {"conclusion": "Что в практике удалось, что исправить и кому она пригодится. Без фамилий."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdict: Any = self.fields["verdict"]
        verdict.choices = [("", "Выберите вывод"), *PracticeReview.Verdict.choices]
        for name in self.Meta.fields:
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = "Выберите вывод и напишите, почему."

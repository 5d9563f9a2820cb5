"""What people type about accounts, and choose to see of jobs."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.db.models import QuerySet

from accounts.access import Role, place_problem
from accounts.models import ROLE_CHOICES, Job


class LoginForm(allauth_forms.LoginForm):
    """The portal's words on allauth's form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = "Логин или электронная почта"
        login.widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }
        password.label = "Пароль"
        password.help_text = ""
        password.widget.attrs = {"autocomplete": "current-password"}


class InvitationForm(forms.Form):
    """Who is invited, and as what; the schools on offer are those of the municipality alone."""

    email = forms.EmailField(
        label="Электронная почта", help_text="На этот адрес придёт письмо; по нему человек будет входить на портал."
    )
    full_name = forms.CharField(
        label="Фамилия, имя, отчество",
        max_length=200,
        help_text="Если у человека уже есть учётная запись, её имя и должность не изменятся.",
    )
    position = forms.CharField(label="Должность", max_length=300, required=False)
    role = forms.TypedChoiceField(label="Роль", choices=ROLE_CHOICES, coerce=Role)
    school = forms.ModelChoiceField(
        label="Школа",
        queryset=None,
        required=False,
        empty_label="весь муниципалитет",
        help_text="Школьный куратор отвечает за одну школу: выберите её.",
    )

    def __init__(self, *args: Any, schools: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools
        self.fields["email"].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "role" in cleaned and "school" in cleaned:
            problem = place_problem(cleaned["role"], in_school=cleaned["school"] is not None)
            if problem:
                self.add_error("school", problem)
        return cleaned


class JobFilterForm(forms.Form):
    """Which jobs to show; a choice that is not there leaves all of them."""

    status = forms.ChoiceField(label="Состояние", choices=[("", "Любое"), *Job.Status.choices], required=False)
    kind = forms.ChoiceField(label="Вид работы", choices=[("", "Любой"), *Job.Kind.choices], required=False)

    @property
    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

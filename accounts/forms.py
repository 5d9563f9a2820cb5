"""What people type about accounts."""

from typing import Any

from allauth.account import forms as allauth_forms


class LoginForm(allauth_forms.LoginForm):
    """The portal's words on allauth's form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = "Логин или электронная почта"
        login.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        password.label = "Пароль"
        password.help_text = ""
        password.widget.attrs = {"autocomplete": "current-password"}

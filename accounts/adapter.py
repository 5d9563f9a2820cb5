"""Accounts by invitation only, and what allauth says when something goes wrong."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest

MISMATCH = (
    "Неверный логин или пароль. Проверьте раскладку клавиатуры и клавишу Caps Lock. "
    "Если пароль забыт, задайте новый по ссылке под формой."
)


class InvitationOnlyAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Учётная запись отключена. Обратитесь в управление образования вашего муниципалитета.",
        "username_password_mismatch": MISMATCH,
        "email_password_mismatch": MISMATCH,
        "too_many_login_attempts": "Слишком много неудачных попыток входа. Подождите минуту и попробуйте снова.",
        "enter_current_password": "Действующий пароль введён неверно.",
        "invalid_password_reset": "Ссылка устарела или уже использована. Запросите новую.",
        "rate_limited": "Слишком много запросов подряд. Подождите минуту и попробуйте снова.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_password(self, password: str, user: Any = None) -> str:
        """A new password must not be the one that is being changed."""
        password = super().clean_password(password, user)
        if isinstance(user, get_user_model()) and user.pk and user.check_password(password):
            raise ValidationError("Новый пароль совпадает с прежним. Придумайте другой.")
        return password

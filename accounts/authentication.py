"""API keys in the Authorization header: `Api-Key KEY`."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import ApiKey


class ApiKeyAuthentication(BaseAuthentication):
    """The key itself is the user: it has grants of its own and reaches what they reach."""

    def authenticate(self, request: Any) -> tuple[ApiKey, str] | None:
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "api-key":
            return None
        key = ApiKey.find(text.strip())
        if key is None:
            raise AuthenticationFailed("Ключ API не подходит или отозван.")
        return key, key.prefix

    def authenticate_header(self, request: Any) -> str:
        return "Api-Key"

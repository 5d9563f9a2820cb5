"""A REST client for each key, and what the lists hold."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from schools.models import Municipality, School
from tests.conftest import place_fields
from tests.factories import ApiKeyFactory


@pytest.fixture
def with_key(db: None) -> Callable[[Role, Municipality | School], Client]:
    """A client that sends a new key of this role in a municipality or a school."""

    def client(role: Role, place: Municipality | School) -> Client:
        key = ApiKeyFactory(role=role, **place_fields(place))
        return Client(headers={"Authorization": f"Api-Key {key.text}"})

    return client


@pytest.fixture
def rows() -> Callable[..., list[dict[str, Any]]]:
    """The rows of one page of a list."""

    def read(client: Client, name: str, **query: Any) -> list[dict[str, Any]]:
        answer = client.get(reverse(f"api:{name}-list"), query)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()["results"]

    return read

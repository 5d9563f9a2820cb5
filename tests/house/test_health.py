"""`/healthz` tells a supervisor whether the portal works."""

import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_healthz_needs_no_login(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_healthz_says_when_the_database_is_gone(client, monkeypatch):
    def refuse():
        raise OperationalError("no such server")

    monkeypatch.setattr(connection, "cursor", refuse)
    assert client.get("/healthz").status_code == 503

"""`/healthz` says that a process lives, `/readyz` whether visitors may be sent to it."""

import socket

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db
READY = {"status": "ready", "database": "ok", "spool": "ok", "broker": "ok"}


@pytest.fixture
def database_gone(monkeypatch):
    def refuse(*_):
        raise OperationalError("no such server")

    monkeypatch.setattr(connection, "cursor", refuse)


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_supervisors_need_no_login_and_get_no_old_answer(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_supervisors_of_the_same_machine_need_no_tls(client, settings, address):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/").status_code == 301
    assert client.get(address).status_code == 200


@pytest.mark.usefixtures("database_gone")
def test_a_process_lives_also_without_its_database(client):
    assert client.get("/healthz").status_code == 200


def test_ready_with_all_that_pages_and_uploads_need(client):
    assert client.get("/readyz").json() == READY


@pytest.mark.usefixtures("database_gone")
def test_not_ready_without_the_database(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == READY | {"status": "not ready", "database": "does not answer"}


def test_not_ready_before_the_tables_of_this_version_are_there(client):
    (latest,) = MigrationLoader(connection).graph.leaf_nodes("reports")
    MigrationRecorder(connection).record_unapplied(*latest)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == READY | {"status": "not ready", "database": "1 migrations are not applied"}


def test_not_ready_when_uploads_could_not_be_written(client, settings, tmp_path):
    settings.SPOOL_DIR = tmp_path / "was taken away"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["spool"] == "cannot be written (FileNotFoundError, 2)"


def test_nothing_is_left_in_the_spool(client, settings, tmp_path):
    settings.SPOOL_DIR = tmp_path
    client.get("/readyz")
    assert list(tmp_path.iterdir()) == []


def test_ready_without_the_broker_which_is_told(client, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and never says a word
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == READY | {"broker": "does not answer"}

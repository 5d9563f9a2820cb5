"""The command that makes the first official of a municipality."""

import io
import json

import pytest
from django.core.management import call_command

from accounts.models import User
from tests.factories import MunicipalityFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "длинный-и-свой-пароль-1"


@pytest.fixture
def town():
    return MunicipalityFactory(slug="nazarovo")


def create(capsys, monkeypatch, *arguments, password=None):
    """The answer and the exit code of the command."""
    if password is not None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        arguments = (*arguments, "--password-stdin")
    code = 0
    try:
        call_command("create_user", "--municipality", "nazarovo", "--json", *arguments)
    except SystemExit as end:
        code = end.code
    text = capsys.readouterr().out
    return (json.loads(text) if text else None), code


def test_makes_a_user_who_can_log_in(capsys, monkeypatch, town):
    answer, code = create(
        capsys, monkeypatch, "--username", "uo", "--role", "department", "--name", "Начальник", password=PASSWORD
    )
    assert (answer, code) == (
        {"username": "uo", "role": "department", "municipality": "nazarovo", "school": None},
        0,
    )
    user = User.objects.get(username="uo")
    assert user.check_password(PASSWORD)
    assert user.memberships.get().municipality == town


def test_curator_of_a_school(capsys, monkeypatch, town):
    SchoolFactory(municipality=town, code="125001")
    answer, code = create(
        capsys,
        monkeypatch,
        *("--username", "curator", "--email", "c@example.org", "--role", "curator", "--school", "125001"),
    )
    assert (answer["school"], code) == ("125001", 0)
    assert not User.objects.get(username="curator").has_usable_password()


@pytest.mark.parametrize(
    ("arguments", "password", "expected"),
    [
        (("--username", "taken", "--role", "viewer"), PASSWORD, "уже занят"),
        (("--username", "new", "--role", "curator"), PASSWORD, "укажите школу"),
        (("--username", "new", "--role", "curator", "--school", "999"), PASSWORD, "Школы «999» в муниципалитете нет."),
        (("--username", "new", "--role", "viewer"), "12345", "слишком короткий"),
        (("--username", "new", "--role", "viewer", "--email", "taken@example.org"), PASSWORD, "другого пользователя"),
    ],
)
def test_refusal_says_why_and_makes_nothing(capsys, monkeypatch, town, arguments, password, expected):
    UserFactory(username="taken", email="taken@example.org")
    answer, code = create(capsys, monkeypatch, *arguments, password=password)
    assert code == 1
    assert expected in " ".join(problem["message"] for problem in answer["problems"])
    assert not User.objects.filter(username="new").exists()


def test_without_password_and_address_nobody_could_log_in(capsys, monkeypatch, town):
    answer, code = create(capsys, monkeypatch, "--username", "new", "--role", "viewer")
    assert (answer, code) == (None, 2)

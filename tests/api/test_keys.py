"""Keys are given out by a command, shown once, kept only as a digest, and taken back for good."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.access import Role
from accounts.models import ApiKey, AuditEvent
from tests.factories import MunicipalityFactory, SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return SchoolFactory(municipality=MunicipalityFactory(slug="nazarovo"), code="240101", fisoko_login="edu240101")


def run(*arguments, command="create_api_key"):
    """Exit code, what stands on stdout and on stderr."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command(command, *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue(), err.getvalue()


def opens(text: str, address: str = "/api/v1/schools/") -> int:
    return Client(headers={"Authorization": f"Api-Key {text}"}).get(address).status_code


def test_key_of_a_municipality(school):
    code, out, err = run("--municipality", "nazarovo", "--role", "methodist", "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer == {"key": answer["key"], "role": "methodist", "municipality": "nazarovo", "school": None}
    assert opens(answer["key"]) == 200


@pytest.mark.parametrize("named", ["240101", "edu240101"])
def test_key_of_a_school(school, named):
    _, out, _ = run("--municipality", "nazarovo", "--school", named, "--role", "curator", "--json")
    assert json.loads(out)["school"] == "240101"
    assert ApiKey.objects.get().school == school


def test_only_a_digest_of_the_key_is_kept(school):
    _, out, _ = run("--municipality", "nazarovo", "--role", "viewer", "--json")
    text = json.loads(out)["key"]
    secret = text.partition(".")[2]
    assert len(secret) >= 40
    stored = json.dumps([*ApiKey.objects.values(), *AuditEvent.objects.values()], default=str)
    assert secret not in stored


def test_key_is_written_down_in_the_audit(school):
    run("--municipality", "nazarovo", "--school", "240101", "--role", "curator")
    event = AuditEvent.objects.get(action="api_key_created")
    assert event.municipality == school.municipality
    assert event.details == {"role": "curator", "school": "240101", "prefix": ApiKey.objects.get().prefix}


def test_without_json_the_key_stands_in_words(school):
    _, out, _ = run("--municipality", "nazarovo", "--role", "viewer")
    key = ApiKey.objects.get()
    assert f"Ключ: {key.prefix}." in out
    assert "Наблюдатель, nazarovo, весь муниципалитет" in out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--municipality", "nowhere", "--role", "viewer"], 1),
        (["--municipality", "nazarovo", "--school", "999", "--role", "curator"], 1),
        (["--municipality", "nazarovo", "--school", "", "--role", "viewer"], 1),
        (["--municipality", "nazarovo", "--role", "curator"], 2),
        (["--municipality", "nazarovo", "--school", "240101", "--role", "department"], 2),
        (["--municipality", "nazarovo", "--school", "240101", "--role", "methodist"], 2),
    ],
)
def test_a_key_that_does_not_fit_is_refused(school, arguments, code):
    assert run(*arguments, "--json")[0] == code
    assert not ApiKey.objects.exists()


def test_a_school_of_another_municipality_is_unknown(school):
    MunicipalityFactory(slug="megion")
    assert run("--municipality", "megion", "--school", "240101", "--role", "curator")[0] == 1


def test_wrong_usage(school):
    for arguments in (["--municipality", "nazarovo", "--role", "king"], ["--role", "viewer"]):
        with pytest.raises(CommandError):
            run(*arguments)


def test_a_revoked_key_stays_revoked(school):
    _, out, _ = run("--municipality", "nazarovo", "--role", "viewer", "--json")
    text = json.loads(out)["key"]
    for _ in range(2):
        assert run(text.partition(".")[0], command="revoke_api_key")[0] == 0
    assert opens(text) == 401
    assert AuditEvent.objects.filter(action="api_key_revoked").count() == 1


def test_an_unknown_key_cannot_be_revoked():
    assert run("000000000000", command="revoke_api_key")[0] == 1


def test_a_key_acts_for_its_role_alone(school):
    key, text = ApiKey.new(role=Role.VIEWER, municipality=school.municipality)
    key.save()
    assert [grant.role for grant in key.grants] == [Role.VIEWER]
    assert opens(text) == 200

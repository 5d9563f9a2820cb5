"""Logs say what happened and where, never what somebody's spreadsheet or search held."""

import json
import logging

import pytest
import structlog
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils.log import log_response

from accounts.models import ApiKey, User
from config.logs import LINKS, request_log, who


def fail_with(text: str) -> None:
    raise ValueError(text)


def test_an_exception_leaves_its_type_and_place_but_not_its_text(lines):
    try:
        fail_with("Вымышленный Иван, 12345")
    except ValueError:
        logging.getLogger("portal").exception("a job broke")
    (line,) = lines()
    assert line["event"] == "a job broke"
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["frames"]
    assert "fail_with" in line["frames"]
    assert "Вымышленный" not in json.dumps(line, ensure_ascii=False)


def test_a_failed_task_is_logged_without_the_text_of_its_error(lines):
    error = ValueError("Вымышленный")
    context = {"name": "monitoring.read_upload", "id": "1", "exc": repr(error), "traceback": "… Вымышленный"}
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s[%(id)s] raised unexpected: %(exc)s\n%(traceback)s", context, exc_info=(ValueError, error, None)
    )
    (line,) = lines()
    assert line["event"].startswith("Task monitoring.read_upload[1] raised unexpected: ValueError")
    assert "Вымышленный" not in json.dumps(line, ensure_ascii=False)


def test_a_request_is_logged_without_what_was_searched_for(lines):
    answer = request_log(lambda request: HttpResponse("found"))(RequestFactory().get("/search/?q=Вымышленный"))
    (line,) = lines()
    assert (line["method"], line["path"], line["status"]) == ("GET", "/search/", 200)
    assert line["request_id"] == answer["X-Request-ID"]
    assert "q=" not in json.dumps(line)


@pytest.mark.django_db
def test_a_link_to_set_a_password_is_logged_without_its_key(client, lines):
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "c0ffee-decaf"})
    client.get(address)
    requests = [line["path"] for line in lines() if line["event"] == "request"]
    assert len(requests) == 1
    assert requests[0].startswith("/accounts/password/reset/key/")
    assert "c0ffee" not in json.dumps(lines())


LINK_BEGINS = ("/accounts/password/reset/key/", "/roadmaps/feed/", "/notices/unsubscribe/")


@pytest.fixture(params=["account_reset_password_from_key", "roadmaps:feed", "roadmaps:unsubscribe"])
def link(request):
    """A link to set a password, to a calendar or out of the letters, with a letter of Russian as a mail program may
    have left it."""
    person = {"uidb36": "1"} if request.param.startswith("account") else {}
    return reverse(request.param, kwargs=person | {"key": "c0ffee-декаф"})


def test_the_links_are_where_the_logs_look_for_them(link):
    assert sum(known in link for known in LINKS) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("roadmaps:feed", "/roadmaps/feed/<str:key>/opora.ics"),
        ("roadmaps:unsubscribe", "/notices/unsubscribe/<str:key>/"),
    ],
)
def test_a_calendar_and_a_way_out_of_letters_are_logged_without_their_keys(client, lines, name, path):
    client.get(reverse(name, kwargs={"key": "c0ffee-decaf"}))
    assert [line["path"] for line in lines() if line["event"] == "request"] == [path]
    assert "c0ffee" not in json.dumps(lines())


@pytest.mark.parametrize(
    "message", ["Service Unavailable: %s", "Forbidden (CSRF cookie not set.): %s", "Bad request (Unable to parse): %s"]
)
@pytest.mark.parametrize("slip", ["", ".", "/x"])
def test_lines_of_django_do_not_hold_the_key_of_a_link(link, lines, message, slip):
    request = RequestFactory().get(link + slip)
    log_response(message, request.path, response=HttpResponse(status=503), request=request)
    (line,) = lines()
    assert line["event"].startswith(tuple(message.partition("%")[0] + begin for begin in LINK_BEGINS))
    assert "c0ffee" not in line["event"]


def test_lines_of_django_hold_other_addresses(lines):
    request = RequestFactory().get("/data/")
    log_response("Not Found: %s", request.path, response=HttpResponse(status=404), request=request)
    assert [line["event"] for line in lines()] == ["Not Found: /data/"]


def test_a_link_under_a_name_that_is_not_the_portals_is_logged_without_its_key(client, link, lines):
    assert client.get(link, headers={"host": "stranger.example"}).status_code == 400
    assert [line["path"] for line in lines() if line["event"] == "request"]
    assert "c0ffee" not in json.dumps(lines())


def test_lines_of_gunicorn_do_not_hold_what_was_asked_for(lines):
    log = logging.getLogger("gunicorn.error")
    try:
        fail_with("'GET /search/?q=Вымышленный'")
    except ValueError as error:
        log.warning(f"Invalid request from ip=203.0.113.7: {error}")
        log.exception("Error handling request %s %s", "GET", "/search/?q=Вымышленный")
    assert [line["event"] for line in lines()] == ["Invalid request: ValueError", "Error handling request"]
    assert "Вымышленный" not in json.dumps(lines(), ensure_ascii=False)


def test_lines_written_while_a_request_is_answered_carry_its_id(lines):
    def view(request):
        logging.getLogger("schools").info("looked up")
        return HttpResponse()

    answer = request_log(view)(RequestFactory().get("/"))
    assert [line["request_id"] for line in lines()] == [answer["X-Request-ID"]] * 2
    assert structlog.contextvars.get_contextvars() == {}


def test_a_program_is_named_by_its_key_and_not_taken_for_a_person():
    assert who(ApiKey(pk=7, prefix="0a1b2c")) == {"api_key": "0a1b2c"}
    assert who(User(pk=7)) == {"user_id": 7}
    assert who(AnonymousUser()) == {}

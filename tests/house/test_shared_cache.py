"""Without Redis pages answer all the same, and limits of logging in still hold."""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from config import shared_cache
from config.shared_cache import SharedCache
from tests.factories import MembershipFactory
from tests.faults.servers import services

PASSWORD = "верный пароль 17"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    with services.own_redis(tmp_path) as running:
        yield running
        answer_again(running)


@pytest.fixture
def shared(server: Any) -> SharedCache:
    return SharedCache(server.url, {"KEY_PREFIX": "tests"})


def be_there(server: Any) -> None:
    assert services.redis_answers(server.url)


def hang(server: Any) -> None:
    server.process.send_signal(signal.SIGSTOP)


def answer_again(server: Any) -> None:
    if server.process is not None:
        server.process.send_signal(signal.SIGCONT)


def be_gone(server: Any) -> None:
    server.stop()


@pytest.mark.parametrize("happen", [be_there, hang, be_gone])
def test_every_operation_does_what_it_says(shared: SharedCache, server: Any, happen: Callable):
    happen(server)
    assert shared.get("nothing", "default") == "default"
    assert shared.add("lock", 1)
    assert not shared.add("lock", 2)
    shared.set("count", 5)
    assert shared.incr("count") == 6
    assert shared.has_key("count")
    assert shared.touch("count", 60)
    assert shared.set_many({"a": [1], "b": None}) == []
    assert shared.get_many(["a", "b", "nothing"]) == {"a": [1], "b": None}
    assert shared.delete("count")
    shared.delete_many(["a", "b"])
    assert shared.get_many(["a", "b", "count"]) == {}
    with pytest.raises(ValueError, match="nothing"):
        shared.incr("nothing")
    shared.clear()
    assert shared.get("lock") is None


def test_only_the_first_request_waits_and_one_line_says_so(shared: SharedCache, server: Any, caplog):
    hang(server)
    for number in range(30):
        shared.set("key", number)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "cache is away (TimeoutError)" in caplog.text


def test_a_restart_between_two_requests_is_not_even_noticed(shared: SharedCache, server: Any, caplog):
    shared.set("key", 1)
    with redis.Redis.from_url(server.url) as client:
        client.client_kill_filter(_type="normal", skipme=True)
    assert shared.get("key") == 1
    assert caplog.records == []


def test_what_was_kept_without_redis_is_forgotten_when_it_is_back(shared: SharedCache, server: Any, monkeypatch):
    shared.set("key", "in Redis")
    hang(server)
    shared.get("key")
    shared.set("key", "in memory")
    assert shared.get("key") == "in memory"
    answer_again(server)
    monkeypatch.setitem(shared_cache._ask_again_at, server.url, time.monotonic())  # the pause is over
    assert shared.get("key") == "in Redis"
    hang(server)
    assert shared.get("key") is None


@pytest.fixture
def portal_cache(server: Any, settings) -> None:
    """The portal's cache on that Redis."""
    settings.CACHES = {"default": {"BACKEND": "config.shared_cache.SharedCache", "LOCATION": server.url}}
    cache.set("in-use", 1)
    with redis.Redis.from_url(server.url) as client:
        assert client.dbsize() == 1


def log_in(username: str, password: str) -> int:
    answer = Client().post(reverse("account_login"), {"login": username, "password": password})
    return answer.status_code


@pytest.mark.parametrize("happen", [be_there, hang, be_gone])
@pytest.mark.usefixtures("portal_cache")
@pytest.mark.django_db
def test_people_log_in_and_guessing_passwords_stays_limited(server: Any, happen: Callable):
    user = MembershipFactory(role=Role.METHODIST).user
    user.set_password(PASSWORD)
    user.save()
    happen(server)
    assert log_in(user.username, PASSWORD) == 302
    assert [log_in(user.username, f"неверный {number}") for number in range(10)] == [200] * 10
    assert log_in(user.username, PASSWORD) == 200  # right at last, and too late

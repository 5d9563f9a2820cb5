"""By whose address the limits of logging in count, where TRUSTED_PROXIES and the proxies do not agree."""

import pytest
from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from config.proxies import visitors_address

PROXY = "10.0.0.2"


@pytest.mark.parametrize(
    "counted, forwarded, address",
    [
        (0, "203.0.113.7", PROXY),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first is the visitor's own invention
        (2, "203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", PROXY),
        (3, "198.51.100.1, 203.0.113.7", PROXY),
        (2, "", PROXY),
    ],
)
def test_an_address_is_believed_only_where_a_proxy_must_have_written_it(settings, counted, forwarded, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = counted
    seen = []
    look = visitors_address(lambda request: seen.append(get_client_ip(request)) or HttpResponse())
    look(RequestFactory().get("/", REMOTE_ADDR=PROXY, headers={"x-forwarded-for": forwarded} if forwarded else {}))
    assert seen == [address]


@pytest.mark.django_db
def test_people_log_in_where_too_many_proxies_are_counted(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 3
    fields = {"login": "nobody", "password": "nothing"}
    answer = client.post(reverse("account_login"), fields, headers={"x-forwarded-for": "203.0.113.7"})
    assert answer.status_code == 200
    assert "Неверный логин или пароль" in answer.content.decode()


def test_the_administrator_is_told_once(settings, caplog):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    look = visitors_address(lambda request: HttpResponse())
    for _ in range(3):
        look(RequestFactory().get("/", headers={"x-forwarded-for": "203.0.113.7"}))
    told = [record for record in caplog.records if "TRUSTED_PROXIES" in record.getMessage()]
    assert len(told) == 1

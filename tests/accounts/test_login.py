"""Logging in and out, changing and resetting a password."""

import re

import pytest
from django.core import mail
from django.urls import NoReverseMatch, reverse

from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "новый-надёжный-пароль-7"


@pytest.fixture
def person():
    return MembershipFactory(user=UserFactory(username="ivanova", email="ivanova@example.org")).user


def log_in(client, login, password):
    return client.post(reverse("account_login"), {"login": login, "password": password})


@pytest.mark.parametrize("login", ["ivanova", "ivanova@example.org", "Ivanova@Example.org"])
def test_login_by_name_or_address(client, person, login):
    assert log_in(client, login, PASSWORD).status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_login_leads_where_one_wanted_to_go(client, person):
    answer = client.post(f"{reverse('account_login')}?next=/help/", {"login": "ivanova", "password": PASSWORD})
    assert answer["Location"] == "/help/"


def test_login_does_not_lead_to_another_host(client, person):
    page = client.post(
        reverse("account_login"), {"login": "ivanova", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert page["Location"] == "/"


@pytest.mark.parametrize("login", ["ivanova", "nobody", "nobody@example.org"])
def test_wrong_password_and_unknown_name_get_the_same_advice(client, person, login):
    page = log_in(client, login, "не тот").content.decode()
    assert "Неверный логин или пароль. Проверьте раскладку клавиатуры" in page
    assert f'value="{login}"' in page


def test_disabled_account_is_told_whom_to_ask(client, person):
    person.is_active = False
    person.save()
    answer = client.post(reverse("account_login"), {"login": "ivanova", "password": PASSWORD}, follow=True)
    assert "Учётная запись отключена" in answer.content.decode()
    assert "управление образования" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_login_page_says_who_opens_accounts(client):
    page = client.get(reverse("account_login")).content.decode()
    assert "управление образования вашего муниципалитета" in page


def test_after_ten_failures_a_minute_even_the_right_password_waits(client, person):
    for _ in range(10):
        log_in(client, "ivanova", "не тот")
    page = log_in(client, "ivanova", PASSWORD)
    assert "Слишком много неудачных попыток входа" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_failures_of_one_person_do_not_lock_out_the_office(client, person):
    UserFactory(username="petrova", email="petrova@example.org")
    for _ in range(10):
        log_in(client, "ivanova", "не тот")
    assert log_in(client, "petrova", PASSWORD).status_code == 302


def test_logging_out_is_asked_first_and_done_by_post(client, person):
    client.force_login(person)
    assert "Выйти из портала?" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_password_is_changed_and_the_old_one_no_longer_works(client, person):
    client.force_login(person)
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(reverse("account_change_password"), typed).status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW_PASSWORD)
    assert "_auth_user_id" in client.session  # still logged in here


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("не тот", NEW_PASSWORD, NEW_PASSWORD), "Действующий пароль введён неверно."),
        ((PASSWORD, "12345", "12345"), "слишком короткий"),
        ((PASSWORD, PASSWORD, PASSWORD), "Новый пароль совпадает с прежним"),
    ],
)
def test_refused_password_says_why(client, person, typed, expected):
    client.force_login(person)
    old, new, again = typed
    page = client.post(
        reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": again}
    ).content.decode()
    assert expected in page
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_forgotten_password_is_set_anew_by_a_letter(client, person):
    answer = client.post(reverse("account_reset_password"), {"email": "IVANOVA@example.org"}, follow=True)
    assert "Проверьте почту" in answer.content.decode()
    (letter,) = mail.outbox
    assert letter.to == ["ivanova@example.org"]
    assert letter.subject == "Опора: Новый пароль для входа на портал"
    link = re.search(r"http://testserver(\S+)", letter.body).group(1)

    page = client.get(link, follow=True)
    assert "Придумайте пароль" in page.content.decode()
    done = client.post(page.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert "Пароль задан" in done.content.decode()
    person.refresh_from_db()
    assert person.check_password(NEW_PASSWORD)
    assert "Ссылка не действует" in client.get(link, follow=True).content.decode()


def test_unknown_address_gets_the_same_page_and_no_link(client, person):
    answer = client.post(reverse("account_reset_password"), {"email": "stranger@example.org"}, follow=True)
    assert "Проверьте почту" in answer.content.decode()
    assert all("/password/reset/key/" not in letter.body for letter in mail.outbox)


def test_disabled_account_gets_no_link(client, person):
    person.is_active = False
    person.save()
    client.post(reverse("account_reset_password"), {"email": person.email})
    assert all("/password/reset/key/" not in letter.body for letter in mail.outbox)


def test_nobody_signs_up_alone(client):
    page = client.get(reverse("account_signup")).content.decode()
    assert "Учётные записи открываются по приглашению" in page
    client.post(reverse("account_signup"), {"username": "new", "email": "new@example.org", "password1": NEW_PASSWORD})
    assert not UserFactory._meta.model.objects.filter(username="new").exists()


@pytest.mark.parametrize("name", ["account_email", "account_confirm_login_code", "account_email_verification_sent"])
def test_pages_of_allauth_that_are_not_ours_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("name", ["accounts:help", "accounts:people", "search"])
def test_every_page_asks_to_log_in_first(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_errors_are_linked_with_their_fields(client):
    page = client.post(reverse("account_login"), {"login": "", "password": ""}).content.decode()
    field = re.search(r'<input[^>]+name="login"[^>]*>', page).group()
    assert 'aria-invalid="true"' in field
    described_by = re.search(r'aria-describedby="([^"]+)"', field).group(1)
    assert f'id="{described_by}"' in page

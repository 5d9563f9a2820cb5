"""Somebody who uses the portal by its pages: opens them, fills in the form that has a button, and presses it.

What the page itself would send goes along, the version that was seen above all.
"""

from typing import Any
from urllib.parse import urljoin

from django.contrib import messages
from django.contrib.messages import get_messages
from django.test import Client
from lxml import html


class Refused(AssertionError):
    """The page did not take what was typed; the text is what it says instead."""


class Visitor:
    def __init__(self, user: Any) -> None:
        self.user = user
        self.client = Client()
        self.address = ""
        self._page: Any = None

    def open(self, address: Any) -> "Visitor":
        """`address` or something that has one of its own."""
        self.address = address if isinstance(address, str) else address.get_absolute_url()
        self._page = None
        return self

    @property
    def page(self) -> Any:
        """Asked for when somebody looks at it."""
        if self._page is None:
            self.client.force_login(self.user)  # whoever comes back after a month has to log in
            answer = self.client.get(self.address, follow=True)
            assert answer.status_code == 200, (self.address, answer.status_code)
            if answer.redirect_chain:
                self.address = urljoin(self.address, answer.redirect_chain[-1][0])
            self._page = html.fromstring(answer.text)
        return self._page

    def is_kept_from(self, address: Any) -> bool:
        """Whether there is no such page for this person."""
        self.client.force_login(self.user)
        return self.client.get(address.get_absolute_url()).status_code == 404

    def press(self, button: str, **typed: Any) -> "Visitor":
        """In the form that has the button of this text and all of these fields."""
        form, pressed = self._form_with(button, typed)
        sent: dict[str, Any] = {}
        for name, value in form.form_values():
            sent.setdefault(name, []).append(value)
        sent |= typed
        if pressed.get("name"):
            sent[pressed.get("name")] = pressed.get("value", "")
        answer = self.client.post(urljoin(self.address, form.get("action") or self.address), sent)
        if answer.status_code != 302:
            self._page = html.fromstring(answer.text)  # with what was typed, to be gone on with
            if answer.status_code == 200 and not _complaints(answer.text):
                return self  # a line was added, say, and nothing kept yet
            raise Refused(f"{self.address}: «{button}» — {answer.status_code}. {_complaints(answer.text)}")
        said = [str(one) for one in get_messages(answer.wsgi_request) if one.level >= messages.ERROR]
        if said:
            raise Refused(f"{self.address}: «{button}». {' '.join(said)}")
        return self.open(urljoin(self.address, answer["Location"]))

    @property
    def text(self) -> str:
        """What can be read on the page, in one line."""
        return " ".join(self.page.find("body").text_content().split())

    def has(self, button: str) -> bool:
        return any(_words_of(one) == button for one in self.page.iter("button"))

    def link(self, words: str) -> str:
        """The address behind the first link whose text contains the words."""
        return next(urljoin(self.address, one.get("href")) for one in self.page.iter("a") if words in _words_of(one))

    def rows(self, caption: str = "") -> list[list[str]]:
        """The cells of the tables of the page; with a caption, of the table that has it."""
        tables = [one for one in self.page.iter("table") if caption in _words_of(one)]
        return [[_words_of(cell) for cell in row.iter("th", "td")] for one in tables for row in one.iter("tr")]

    def _form_with(self, button: str, typed: dict[str, Any]) -> tuple[Any, Any]:
        for form in self.page.forms:
            names = set(form.fields.keys())
            own = f"//button[@form='{form.get('id')}']" if form.get("id") else "./nothing"
            buttons = [one for one in [*form.iter("button"), *self.page.xpath(own)] if _words_of(one) == button]
            if buttons and names.issuperset(typed):
                return form, buttons[0]
        there = [
            (_words_of(one), sorted(form.fields.keys())) for form in self.page.forms for one in form.iter("button")
        ]
        raise Refused(f"{self.address}: no form with the button «{button}» and {sorted(typed)}, only {there}")


def _words_of(element: Any) -> str:
    return " ".join(element.text_content().split())


def _complaints(text: str) -> str:
    page = html.fromstring(text)
    said = page.xpath("//*[contains(@class,'error') or contains(@class,'invalid') or @role='alert']")
    return "; ".join(_words_of(one) for one in said)

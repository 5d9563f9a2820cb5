"""What tests in a browser share: a page of somebody who has logged in, and what every page is held to."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, sync_playwright

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 640, "height": 900}  # narrow: 1280 at 200 per cent


@contextmanager
def page_of(client: Client, live_server: Any) -> Iterator[Page]:
    """A page of the system's Chromium, logged in as this client is."""
    with sync_playwright() as playwright:
        found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
        browser = playwright.chromium.launch(executable_path=next(found, None), args=["--no-sandbox"])
        opened = browser.new_context(viewport=WIDE, locale="ru-RU")
        session = client.cookies["sessionid"].value
        opened.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        yield opened.new_page()
        browser.close()


def hold(page: Page) -> None:
    """To axe, and to 200 per cent without sideways scrolling."""
    page.wait_for_load_state("networkidle")
    violations = Axe().run(page).response["violations"]
    assert [(page.url, one["id"], one["nodes"][0]["html"]) for one in violations] == []
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], page.url
    page.set_viewport_size(WIDE)

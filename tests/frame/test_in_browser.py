"""The frame in a browser: by keyboard, on narrow screens, with scripts and without."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from accounts.access import Role
from accounts.models import Job
from tests.factories import JobFactory, MembershipFactory, MunicipalityFactory, SchoolFactory, UploadEntryFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENOUGH_FOR_ONE_QUESTION_MS = 2100
PAGES_OF_LOGGING_IN = ["account_login", "account_reset_password", "account_signup"]
PAGES = ["accounts:people", "accounts:jobs", "accounts:invite", "accounts:help", "search", "account_change_password"]


@pytest.fixture
def town():
    return MunicipalityFactory(name="Назарово", is_demo=True)


@pytest.fixture
def department(log_in_as, town):
    """The cookie of somebody of the department, with people and a job to look at."""
    client = log_in_as(Role.DEPARTMENT, town)
    for school in SchoolFactory.create_batch(3, municipality=town):
        MembershipFactory(role=Role.CURATOR, school=school)
    JobFactory(municipality=town, status=Job.Status.FAILED, finished_at=timezone.now(), problem="Мало места.")
    return client


@pytest.fixture
def browser(department) -> Iterator[Browser]:
    """Started after all rows are made: while it runs, its thread may not use the database."""
    with sync_playwright() as playwright:
        found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
        chromium = playwright.chromium.launch(executable_path=next(found, None), args=["--no-sandbox"])
        yield chromium
        chromium.close()


def open_page(browser: Browser, live_server, client, path: str, *, width: int = 1360, **context) -> Page:
    opened = browser.new_context(viewport={"width": width, "height": 900}, locale="ru-RU", **context)
    if client:
        session = client.cookies["sessionid"].value
        opened.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = opened.new_page()
    page.complaints = []  # what the content security policy or a script has to say
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(live_server.url + path)
    return page


@pytest.fixture
def each_page(browser, live_server, department):
    """Every page of the frame in turn, as whoever may see it."""

    def visit(**context) -> Iterator[tuple[str, Page]]:
        for client, names in ((None, PAGES_OF_LOGGING_IN), (department, PAGES)):
            page = open_page(browser, live_server, client, reverse(names[0]), **context)
            for name in names:
                page.goto(live_server.url + reverse(name))
                yield name, page

    return visit


def test_pages_pass_axe_and_load_nothing_that_the_policy_forbids(each_page):
    for name, page in each_page():
        violations = Axe().run(page).response["violations"]
        assert [(name, violation["id"]) for violation in violations] == []
        assert page.complaints == []


@pytest.mark.parametrize("width", [640, 390])  # a screen of 1280 at 200 per cent, a telephone
def test_pages_need_no_sideways_scrolling(each_page, width):
    for name, page in each_page(width=width):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.fixture
def upload(town):
    """Of a file whose long name offers no place to break it."""
    name = f"{'Протокол_проверки_результатов_' * 3}.xlsx"
    problem = {"severity": "error", "code": "unknown_school", "value": "1", "message": "Нет такой школы.", "sheet": ""}
    entry = UploadEntryFactory(
        upload__municipality=town, upload__status="checked", name=name, is_writable=False,
        problems=[problem | {"cell": "A1", "key_kind": "code"}],
    )  # fmt: skip
    return entry.upload


@pytest.mark.parametrize("width", [1200, 640, 390])
def test_a_long_name_of_a_file_is_broken(upload, browser, live_server, department, width):
    for path in (upload.get_absolute_url(), reverse("monitoring:uploads")):
        page = open_page(browser, live_server, department, path, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_first_tab_leads_past_the_navigation(browser, live_server, department):
    page = open_page(browser, live_server, department, reverse("accounts:help"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Перейти к содержанию")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_sections_open_by_keyboard_on_a_narrow_screen(browser, live_server, department):
    page = open_page(browser, live_server, department, reverse("accounts:help"), width=390)
    sections = page.get_by_role("navigation", name="Разделы")
    expect(sections).to_be_hidden()
    page.get_by_role("button", name="Разделы").focus()
    page.keyboard.press("Enter")
    expect(sections).to_be_visible()
    expect(page.get_by_role("button", name="Разделы")).to_have_attribute("aria-expanded", "true")


def test_without_scripts_sections_and_switches_are_there(browser, live_server, department):
    page = open_page(browser, live_server, department, "/search/?q=школа", width=390, java_script_enabled=False)
    expect(page.get_by_role("navigation", name="Разделы")).to_be_visible()
    page.get_by_label("Учебный год").select_option(index=0)
    page.get_by_role("button", name="Показать").click()
    assert "q=" in page.url
    assert "year=" in page.url


def test_chosen_year_is_sent_by_enter_and_not_by_arrows(browser, live_server, department):
    page = open_page(browser, live_server, department, "/help/?year=2019")
    switch = page.get_by_label("Учебный год")
    switch.focus()
    page.keyboard.press("ArrowUp")
    assert page.url.endswith("year=2019")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("year=2019"))


@pytest.fixture
def job(town):
    return JobFactory(municipality=town, status=Job.Status.RUNNING, done_steps=1, all_steps=4, doing="Чтение")


def test_updates_of_long_work_can_be_paused(job, browser, live_server, department):
    page = open_page(browser, live_server, department, reverse("accounts:help"))
    page.clock.install()
    page.goto(live_server.url + reverse("accounts:job", args=[job.pk]))
    with page.expect_response("**/jobs/*/"):
        page.clock.run_for(ENOUGH_FOR_ONE_QUESTION_MS)
    expect(page.get_by_text("Чтение — 25\u00a0%")).to_be_visible()

    asked = []
    page.get_by_role("button", name="Приостановить обновление").click()
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(5 * ENOUGH_FOR_ONE_QUESTION_MS)
    assert asked == []
    with page.expect_response("**/jobs/*/"):
        page.get_by_role("button", name="Продолжить обновление").click()
        page.clock.run_for(ENOUGH_FOR_ONE_QUESTION_MS)


def test_the_list_of_jobs_goes_on_by_itself_but_not_under_somebodys_hands(job, browser, live_server, department):
    page = open_page(browser, live_server, department, reverse("accounts:help"))
    page.clock.install()
    page.goto(live_server.url + reverse("accounts:jobs"))
    with page.expect_response("**/jobs/"):
        page.clock.run_for(ENOUGH_FOR_ONE_QUESTION_MS)
    expect(page.get_by_text("Чтение — 25\u00a0%")).to_be_visible()

    asked = []
    page.get_by_text("Отменить…").click()
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(5 * ENOUGH_FOR_ONE_QUESTION_MS)
    assert asked == []
    page.get_by_role("button", name="Да, отменить").click()
    expect(page.get_by_text("Работа отменена: Пересчёт показателей")).to_be_visible()
    expect(page.get_by_text("Сейчас ничего не выполняется")).to_be_visible()


def test_page_that_asks_on_leads_to_the_login_when_the_session_is_over(job, browser, live_server, department):
    page = open_page(browser, live_server, department, reverse("accounts:help"))
    page.clock.install()
    page.goto(live_server.url + reverse("accounts:job", args=[job.pk]))
    page.context.clear_cookies()
    page.clock.run_for(ENOUGH_FOR_ONE_QUESTION_MS)
    page.wait_for_url("**/accounts/login/**")
    expect(page.get_by_role("heading", name="Вход на портал")).to_be_visible()


def test_chosen_files_are_listed_before_they_are_sent(browser, live_server, department):
    page = open_page(browser, live_server, department, reverse("monitoring:uploads"))
    page.locator("input[type=file]").set_input_files(
        [{"name": "oge.xlsx", "mimeType": "application/octet-stream", "buffer": b"0" * 1536}]
    )
    expect(page.locator(".drop li")).to_have_text("oge.xlsx — 1,5\u00a0КБ")

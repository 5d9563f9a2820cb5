"""A portal of its own, as a new machine has it: web, worker and beat as real processes, Назарово without results."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "путь методиста 2021"
START_SECONDS = 120


@dataclass(frozen=True)
class Portal:
    url: str
    folder: Path  # VAR_DIR
    files: list[Path]  # the spreadsheets to be dropped

    def manage(self, *arguments: str, given: str = "") -> str:
        """Run a management command of this portal; its answer."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment(self.folder),
            input=given,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def rest(self, path: str, key: str) -> list[dict[str, Any]]:
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", headers={"Authorization": f"Api-Key {key}"})
        with urllib.request.urlopen(request) as answer:
            results: list[dict[str, Any]] = json.load(answer)["results"]
        return results


def environment(folder: Path) -> dict[str, str]:
    """Embedded mode whatever the tests run on."""
    ours = {"DATABASE_URL": "", "REDIS_URL": "", "SECRET_KEY": "", "ALLOWED_HOSTS": "", "VAR_DIR": str(folder)}
    left = {name: value for name, value in os.environ.items() if name not in ours}
    return left | {name: value for name, value in ours.items() if value}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path / "var"
    running = Portal(f"http://127.0.0.1:{port}", folder, [])
    running.manage("migrate", "--verbosity=0")
    running.manage("load_programme", "nazarovo", "--without-results")
    running.manage("demo_files", str(tmp_path / "spreadsheets"))
    who = ["--username=metodist", "--email=metodist@example.org", "--role=methodist", "--municipality=nazarovo"]
    running.manage("create_user", *who, "--position=Методист ЦРО", "--password-stdin", given=PASSWORD)
    running.files.extend(sorted(path for path in (tmp_path / "spreadsheets").rglob("*") if path.is_file()))
    command = [sys.executable, "-m", "config.supervisor", f"--port={port}"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(folder), stdout=subprocess.DEVNULL) as supervisor:
        try:
            wait_until(lambda: answers(running.url + "/healthz"), START_SECONDS)
            yield running
        finally:
            supervisor.terminate()
            supervisor.wait(60)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    """Look again and again; a portal that never gets there fails the test."""
    patience = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < patience, "the portal did not get there in time"
        time.sleep(0.5)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
        browser = playwright.chromium.launch(executable_path=next(found, None), args=["--no-sandbox"])
        opened = browser.new_context(viewport={"width": 1360, "height": 1020}, locale="ru-RU", accept_downloads=True)
        yield opened.new_page()
        browser.close()


@pytest.fixture
def look(page: Page) -> Callable[[str], None]:
    """Keep a screenshot of the page under var/ and hold it to axe and to 200 per cent without sideways scrolling."""
    shots = ROOT / "var" / "screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))

    def see(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=shots / f"{name}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        assert [(name, violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []
        page.set_viewport_size({"width": 640, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
        page.set_viewport_size({"width": 1360, "height": 1020})
        assert errors == [], name

    return see

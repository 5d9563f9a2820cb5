"""A portal of its own for the tests of outages: web, worker and beat as real processes, with servers that may go."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.crypto import get_random_string

from accounts.access import Role
from accounts.models import Job
from schools.models import Municipality, School
from tests.factories import PASSWORD, IndicatorFactory, MembershipFactory, SchoolFactory
from tests.faults.harness import Nursery, Process, wait_until
from tests.faults.servers import services

ANSWER_SECONDS = 30  # a browser's patience, far more than any page may need
HOST = services.HOST
CODES = ("125001", "125002", "125009")


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str


class Browser:
    """Somebody at the portal's pages, over the network."""

    def __init__(self, portal: "Portal", session: str = "") -> None:
        self._portal = portal
        self._token = get_random_string(32)
        self._cookies = f"csrftoken={self._token}; sessionid={session}"

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, Any] | None = None) -> Answer:
        """Fields that are open files are uploaded."""
        said = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": self._token, **(fields or {})})
        return self._ask("POST", path, said, {"Content-Type": MULTIPART_CONTENT})

    def _ask(self, method: str, path: str, said: bytes = b"", head: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection(HOST, self._portal.port, timeout=ANSWER_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, said or None, {"Cookie": self._cookies, **(head or {})})
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return Answer(answer.status, text, answer.headers.get("Location", ""))


class Portal:
    """Web, worker and beat on the servers that are named; an empty broker is a folder."""

    def __init__(self, folder: Path, var: Path, *, database: str, broker: str = "") -> None:
        self.var, self.database = var, database
        self.port = services.free_port()
        self._said = folder / "said"
        self.environment = {
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "VAR_DIR": str(var),
            "SECRET_KEY": settings.SECRET_KEY,
            "ALLOWED_HOSTS": HOST,
        }
        self.web = self._start_web()
        self.nursery = Nursery(self._said, self.environment)
        self.worker = self.beat = Process(0)

    def _start_web(self) -> "subprocess.Popen[bytes]":
        command = ["gunicorn", "tests.faults.web", f"--bind={HOST}:{self.port}", "--workers=1", "--threads=4"]
        with self._said.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", *command, "--no-control-socket", "--timeout=120"],
                cwd=settings.BASE_DIR, env=os.environ | self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def open(self) -> None:
        self.worker, self.beat = self.nursery.worker(), self.nursery.beat()
        assert wait_until(self.answers), self.said

    def answers(self) -> bool:
        try:
            return Browser(self).get("/healthz").status == http.HTTPStatus.OK
        except OSError:
            return False

    @property
    def said(self) -> str:
        """Everything that its processes wrote into their logs."""
        return self._said.read_text(errors="replace")

    @property
    def lives(self) -> bool:
        """Whether all processes are the ones that were started; none was put in the place of a dead one."""
        return self.web.poll() is None and self.worker.lives and self.beat.lives

    def close(self) -> None:
        self.web.send_signal(signal.SIGQUIT)  # at once
        self.web.wait()
        self.nursery.close()


@contextlib.contextmanager
def opened(portal: Portal) -> Iterator[Portal]:
    try:
        portal.open()
        yield portal
    finally:
        portal.close()
        print("\n".join(line for line in portal.said.splitlines()[-2000:] if "accounts.sweep_jobs" not in line))


class Town:
    """A municipality of three schools with one indicator, and a methodist of it at a browser."""

    def __init__(self, portal: Portal) -> None:
        schools = [SchoolFactory(code=CODES[0])]
        self.municipality: Municipality = schools[0].municipality
        schools += [SchoolFactory(code=code, municipality=self.municipality) for code in CODES[1:]]
        self.schools: list[School] = schools
        self.indicator = IndicatorFactory(municipality=self.municipality, code="mathematics")
        self.user = MembershipFactory(role=Role.METHODIST, municipality=self.municipality).user
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
            self.user.password = make_password(PASSWORD)  # as the web process checks it
        self.user.save()
        client = Client()
        client.force_login(self.user)
        self.browser = Browser(portal, client.cookies["sessionid"].value)

    def hand_in(self, *files: Path) -> Answer:
        with contextlib.ExitStack() as stack:
            return self.browser.post("/data/", {"files": [stack.enter_context(path.open("rb")) for path in files]})

    def jobs(self, **which: Any) -> list[Job]:
        return list(Job.objects.filter(municipality=self.municipality, **which).order_by("pk"))

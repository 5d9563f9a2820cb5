"""A person's browser behind the two proxies of production, as far as a web process can tell."""

import http.client
import http.cookies
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.production.stack import HOST

ANSWER_SECONDS = 60  # to give up on a process that hangs; nothing is judged by it


@dataclass
class Answer:
    status: int
    location: str
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass
class Visitor:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self.finish(self.begin("GET", path))

    def post(self, path: str, **fields: Any) -> Answer:
        body = self.form(**fields)
        connection = self.begin("POST", path, length=len(body))
        connection.send(body)
        return self.finish(connection)

    def form(self, **fields: Any) -> bytes:
        """A form as the browser sends it; files are given by their paths."""
        opened = {name: [path.open("rb") for path in value] for name, value in fields.items() if is_files(value)}
        try:
            return encode_multipart(BOUNDARY, fields | opened)
        finally:
            for files in opened.values():
                for file in files:
                    file.close()

    def begin(self, method: str, path: str, length: int | None = None) -> http.client.HTTPConnection:
        """Send a request's head; `finish` reads the answer when the body, too, has been sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        connection.putrequest(method, path, skip_host=True)
        headers = {
            "Host": HOST,
            "Origin": f"https://{HOST}",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "203.0.113.7, 10.0.0.2",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": next((value for name, value in self.cookies.items() if "csrf" in name), ""),
        }
        if length is not None:
            headers |= {"Content-Type": MULTIPART_CONTENT, "Content-Length": str(length)}
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection

    def finish(self, connection: http.client.HTTPConnection) -> Answer:
        answer = connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in http.cookies.SimpleCookie(header).items()}
        content = answer.read()
        connection.close()
        return Answer(answer.status, answer.headers.get("Location", ""), content)

    def log_in(self, username: str, password: str) -> Answer:
        self.get("/accounts/login/")
        return self.post("/accounts/login/", login=username, password=password)


def is_files(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Path) for item in value)

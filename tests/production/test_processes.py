"""The very commands of docker-compose.yml, as processes on a real PostgreSQL and Redis, do a methodist's work."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.faults.servers import Held, away, hanging
from tests.production.compose import ours
from tests.production.conftest import PASSWORD, USERNAME
from tests.production.stack import Stack, wait_until
from tests.production.visitor import Visitor

pytestmark = pytest.mark.services
LOST_REDIS = {"worker-mail": "Trying again in", "beat": "Couldn't apply scheduled task"}
ENQUEUE_RECOMPUTE = """
from accounts.jobs import enqueue
from schools.models import Municipality
enqueue("monitoring.recompute", municipality_id=Municipality.objects.get(slug="nazarovo").pk)
"""


@pytest.fixture
def visitor(stack: Stack) -> Visitor:
    return Visitor(stack.port)


@pytest.fixture
def spreadsheets(stack: Stack) -> list[Path]:
    folder = stack.folder / "spreadsheets"
    stack.manage("demo_files", str(folder))
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_methodists_work_goes_through_the_queues_and_all_end_when_asked(
    stack: Stack, visitor: Visitor, spreadsheets: list[Path]
):
    for name in ours().keys() - {"migrate"}:
        stack.start(name)
    stack.wait_until_well()
    assert visitor.log_in(USERNAME, PASSWORD).status == 302
    bring_results_in(stack, visitor, spreadsheets)
    assert prepare_the_note(stack, visitor).startswith(b"%PDF-")
    wait_until(lambda: stack.done_by()["worker-documents"], "its worker has written that the note is drawn")
    assert stack.done_by() == {
        "web": set(),
        "beat": set(),
        "worker-mail": set(),
        "worker-imports": {"monitoring.read_upload", "monitoring.store_upload"},
        "worker-recompute": {"monitoring.recompute"},
        "worker-documents": {"reports.render_report"},
    }
    for service in stack.running:
        service.ask_to_end()
    assert {service.name: service.ended_with() for service in stack.running} == dict.fromkeys(stack.done_by(), 0)
    assert [service.name for service in stack.running if service.left_somebody_behind()] == []


def bring_results_in(stack: Stack, visitor: Visitor, spreadsheets: list[Path]) -> None:
    handed_in = visitor.post("/data/", files=spreadsheets)
    assert handed_in.status == 302, handed_in.text
    wait_until(lambda: stack.jobs("monitoring.read_upload") == ["done"], "the files are read")
    assert "Проверьте, что изменится" in visitor.get(handed_in.location).text
    assert visitor.post(f"{handed_in.location}confirm/").status == 302
    wait_until(lambda: stack.jobs("monitoring.store_upload") == ["done"], "the results are written")
    wait_until(lambda: stack.jobs("monitoring.recompute") == ["done"], "the indicators are worked out")


def prepare_the_note(stack: Stack, visitor: Visitor) -> bytes:
    prepared = visitor.post("/reports/prepare/", kind="analytical_note", period="2020")
    assert prepared.status == 302, prepared.text
    wait_until(lambda: stack.jobs("reports.render_report") == ["done"], "the note is drawn")
    return visitor.get(f"{prepared.location}file/").content


def test_a_request_that_runs_when_the_stop_comes_is_answered(stack: Stack, visitor: Visitor):
    web = stack.start("web")
    stack.wait_until_well()
    visitor.get("/accounts/login/")
    body = visitor.form(login=USERNAME, password=PASSWORD, files=[large_file(stack.folder)])
    request = visitor.begin("POST", "/accounts/login/", length=len(body))
    half = len(body) // 2
    request.send(body[:half])
    wait_until(lambda: list((stack.folder / "var/spool").iterdir()), "the half that was sent is being read")
    web.ask_to_end()
    wait_until(lambda: "Handling signal: term" in web.said(), "it has heard that it is to stop")
    request.send(body[half:])
    assert visitor.finish(request).status == 302
    assert web.ended_with() == 0
    assert not web.left_somebody_behind()


def test_others_are_sent_away_at_once_while_a_slow_request_is_waited_for(stack: Stack, visitor: Visitor):
    """To another web process, that is, or to the page that says to come back; an open door would let them wait."""
    web = stack.start("web")
    stack.wait_until_well()
    visitor.get("/accounts/login/")
    body = visitor.form(login=USERNAME, password=PASSWORD, files=[large_file(stack.folder)])
    slow = visitor.begin("POST", "/accounts/login/", length=len(body))
    slow.send(body[:-1])
    wait_until(lambda: list((stack.folder / "var/spool").iterdir()), "what was sent is being read")
    web.ask_to_end()
    wait_until(lambda: not is_let_in(stack.port), "the door is closed")
    assert web.process.poll() is None
    slow.send(body[-1:])
    assert visitor.finish(slow).status == 302
    assert web.ended_with() == 0


def is_let_in(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True


def test_gunicorn_writes_lines_like_the_portals_and_no_search_into_them(stack: Stack):
    web = stack.start("web")
    stack.wait_until_well()
    with socket.create_connection(("127.0.0.1", stack.port)) as visitor:
        visitor.sendall("GET /search/?q=Вымышленный HTTP/1.1\r\n\r\n".encode())
        assert visitor.recv(100).startswith(b"HTTP/1.1 400")
    wait_until(lambda: "Invalid request" in web.said(), "the refusal is logged")
    web.ask_to_end()
    assert web.ended_with() == 0
    lines = [json.loads(line) for line in web.said().splitlines()]
    assert {"Invalid request: InvalidRequestLine", "Handling signal: term"} <= {line["event"] for line in lines}
    assert "/search/" not in web.said()


def large_file(folder: Path) -> Path:
    """Too large to be read in one go."""
    path = folder / "large.xlsx"
    path.write_bytes(bytes(1_000_000))
    return path


def test_work_that_runs_when_the_stop_comes_is_finished(stack: Stack):
    worker = stack.start("worker-recompute")
    stack.wait_until_well()
    with Held(stack.database, "LOCK TABLE indicators_indicator IN ACCESS EXCLUSIVE MODE") as held:
        stack.manage("shell", "-c", ENQUEUE_RECOMPUTE)
        held.wait_until_somebody_waits()
        worker.ask_to_end()
        wait_until(lambda: "Warm shutdown" in worker.said(), "it has heard that it is to stop")
    assert worker.ended_with() == 0
    assert stack.jobs("monitoring.recompute") == ["done"]
    assert not worker.left_somebody_behind()


@pytest.mark.parametrize("fate", ["hangs", "is gone"])
def test_a_methodist_hands_files_in_while_redis(stack: Stack, visitor: Visitor, redis: Any, fate: str):
    stack.start("web")
    stack.wait_until_well()
    with hanging(redis) if fate == "hangs" else away(redis):
        assert visitor.log_in(USERNAME, PASSWORD).status == 302
        handed_in = visitor.post("/data/", files=[large_file(stack.folder)])
        assert handed_in.status == 302
        assert visitor.get(handed_in.location).status == 200
        assert '"broker": "does not answer"' in visitor.get("/readyz").text
    assert stack.jobs("monitoring.read_upload") == ["queued"]
    assert '"broker": "ok"' in visitor.get("/readyz").text


@pytest.mark.parametrize("name", LOST_REDIS)
def test_who_loses_redis_waits_for_it_and_says_by_its_health_that_it_does(stack: Stack, redis: Any, name: str):
    process = stack.start(name)
    stack.wait_until_well()
    with away(redis):
        wait_until(lambda: LOST_REDIS[name] in process.said(), "it has noticed")
        process.sign_of_life.unlink()
        assert not process.is_well()
    stack.wait_until_well()
    process.ask_to_end()
    assert process.ended_with() == 0


@pytest.mark.parametrize("name", LOST_REDIS)
def test_who_waits_for_redis_still_ends_when_asked(stack: Stack, redis: Any, name: str):
    process = stack.start(name)
    stack.wait_until_well()
    with away(redis):
        wait_until(lambda: LOST_REDIS[name] in process.said(), "it has noticed")
        process.ask_to_end()
        assert process.ended_with() == 0
        assert not process.left_somebody_behind()

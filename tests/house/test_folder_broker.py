"""Folders as a broker: no message is lost, read empty, or given to two."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from kombu import Connection

TRANSPORT = "config.folder_broker:Transport"


@pytest.fixture
def connect(tmp_path):
    connections = []

    def connect() -> Connection:
        connection = Connection("filesystem://", transport=TRANSPORT, transport_options={"folder": str(tmp_path)})
        connections.append(connection)
        return connection

    yield connect
    for connection in connections:
        connection.release()


def put(connection: Connection, *texts: str) -> None:
    queue = connection.SimpleQueue("work")
    for text in texts:
        queue.put(text)
    queue.close()


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


def test_messages_come_in_the_order_they_were_sent(connect):
    put(connect(), "first", "second", "third")
    queue = connect().SimpleQueue("work")
    assert [queue.get(timeout=5).payload for _ in range(3)] == ["first", "second", "third"]


def test_queues_do_not_mix(connect):
    put(connect(), "for work")
    other = connect().SimpleQueue("other")
    with pytest.raises(other.Empty):
        other.get(block=False)


def test_an_acknowledged_message_leaves_no_file(connect, tmp_path):
    put(connect(), "done")
    connect().SimpleQueue("work").get(timeout=5).ack()
    assert files_below(tmp_path) == []


def test_a_message_still_being_written_is_not_taken(connect, tmp_path):
    put(connect(), "whole")
    (whole,) = files_below(tmp_path / "queues")
    whole.with_name(".half-written").write_text('{"bo')
    queue = connect().SimpleQueue("work")
    assert queue.get(timeout=5).payload == "whole"
    with pytest.raises(queue.Empty):
        queue.get(block=False)


def test_a_message_taken_but_not_acknowledged_goes_back_when_its_taker_leaves(connect):
    put(connect(), "unfinished")
    leaving = connect()
    leaving.SimpleQueue("work").get(timeout=5)
    leaving.release()
    assert connect().SimpleQueue("work").get(timeout=5).payload == "unfinished"


def test_a_message_goes_back_when_its_taker_was_killed(connect, tmp_path):
    put(connect(), "unfinished")
    dying = f"""
import os
from kombu import Connection
connection = Connection("filesystem://", transport="{TRANSPORT}", transport_options={{"folder": "{tmp_path}"}})
print(connection.SimpleQueue("work").get(timeout=5).payload, flush=True)
os.kill(os.getpid(), 9)
"""
    taker = subprocess.run([sys.executable, "-c", dying], capture_output=True, text=True, check=False)
    assert taker.stdout == "unfinished\n"
    assert connect().SimpleQueue("work").get(timeout=5).payload == "unfinished"


def test_a_message_of_a_living_taker_stays_with_it(connect):
    put(connect(), "in work")
    connect().SimpleQueue("work").get(timeout=5)
    other = connect().SimpleQueue("work")
    with pytest.raises(other.Empty):
        other.get(block=False)


def test_a_refused_message_is_given_again_only_when_asked(connect, tmp_path):
    put(connect(), "once more")
    queue = connect().SimpleQueue("work")
    queue.get(timeout=5).requeue()
    queue.get(timeout=5).reject()
    assert files_below(tmp_path) == []


def test_every_message_reaches_exactly_one_of_many_takers(connect):
    sent = {f"{writer}-{number}" for writer in range(4) for number in range(40)}
    taken: list[str] = []

    def write(writer: int) -> None:
        put(connect(), *(text for text in sorted(sent) if text.startswith(f"{writer}-")))

    def take() -> None:
        queue = connect().SimpleQueue("work")
        while len(taken) < len(sent):
            try:
                message = queue.get(block=False)
            except queue.Empty:
                continue
            message.ack()
            taken.append(message.payload)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    threads += [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(taken) == sorted(sent)

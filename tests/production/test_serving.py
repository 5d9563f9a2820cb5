"""A web process that is to stop, looked at from inside."""

import selectors
import socket
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from config import gunicorn
from config.serving import Log, Worker


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def worker(door: socket.socket) -> Iterator[Worker]:
    worker = Worker(1, 1, [door], None, 1, Config(), None)
    worker.poller = selectors.DefaultSelector()
    worker.let_in = []
    worker.enqueue_req = worker.let_in.append
    worker.set_accept_enabled(True)
    yield worker
    worker.poller.close()
    worker.tmp.close()
    for connection in worker.let_in:
        connection.close()


def test_whoever_has_knocked_is_let_in_before_the_door_is_closed(worker, door):
    with socket.create_connection(door.getsockname()), socket.create_connection(door.getsockname()):
        worker.alive = False
        worker.set_accept_enabled(False)
        assert len(worker.let_in) == 2
    assert door.fileno() == -1


def test_a_worker_that_has_enough_to_do_keeps_its_door(worker, door):
    worker.set_accept_enabled(False)
    assert door.fileno() != -1
    worker.set_accept_enabled(True)


def test_the_web_process_is_served_so():
    config = Config()
    for name in ("worker_class", "logger_class"):
        config.set(name, getattr(gunicorn, name))
    assert config.worker_class is Worker
    assert config.logger_class is Log

"""Stands in for ClamAV's clamd: takes INSTREAM as its manual has it, and answers as it is told."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# What a file gets for an answer; None hangs up without one.
Answer = Callable[[bytes], bytes | None]
VIRUS = b"a virus"


def usual(content: bytes) -> bytes:
    return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if VIRUS in content else b"stream: OK\0"


class Clamd:
    def __init__(self, server: socket.socket, answer: Answer, limit: int) -> None:
        self.heard: list[bytes] = []
        self._server, self._answer, self._limit = server, answer, limit

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return  # closed
            with connection:
                connection.settimeout(5)
                self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", stream.read(4))[0]:
            content += stream.read(size)
            if len(content) > self._limit:  # said while the other side still sends, and then it hangs up
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.heard.append(content)
        if said := self._answer(content):
            connection.sendall(said)


@contextmanager
def listening(answer: Answer = usual, *, limit: int = 1 << 30, path: Path | None = None) -> Iterator[tuple[str, Clamd]]:
    """Its address, as the setting has it, and what it heard."""
    if path:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.bind(str(path))
        address = f"unix://{path}"
    else:
        server = socket.create_server(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    server.listen()
    clamd = Clamd(server, answer, limit)
    thread = threading.Thread(target=clamd.serve, daemon=True)
    thread.start()
    try:
        yield address, clamd
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)

"""Asks a virus scanner, ClamAV's clamd, about a file: the command INSTREAM over a socket, as its manual has it.

A file that could not be asked about is not clean: whoever calls refuses it.
"""

import socket
import struct
import time
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 30.0  # for all of it: the file is sent, scanned and answered about
CHUNK = 64 * 1024
MAX_ANSWER = 4096


class Verdict(Enum):
    CLEAN = "clean"
    INFECTED = "infected"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Scan:
    verdict: Verdict
    detail: str = ""  # for the log: what was found, or why there is no answer; never shown to people


@dataclass(frozen=True)
class ScannerAddress:
    """Where clamd listens: a host and port, or the path of a socket."""

    host: str = ""
    port: int = 0
    path: str = ""


def scanner_address(text: str) -> ScannerAddress:
    """Of `tcp://host:port` or `unix:///path`. Raises ValueError for anything else."""
    try:
        parts = urlsplit(text)
        port = parts.port or 0
    except ValueError:
        raise ValueError(f"{text} has no port that there could be") from None
    if parts.scheme == "tcp" and parts.hostname and port and parts.path in ("", "/"):
        return ScannerAddress(host=parts.hostname, port=port)
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
        return ScannerAddress(path=parts.path)
    raise ValueError(f"{text} is neither tcp://host:port nor unix:///path")


def scan(content: bytes, address: ScannerAddress, *, seconds: float = ANSWER_SECONDS) -> Scan:
    """What clamd says of the content; UNAVAILABLE when it does not answer in time or does not answer the question."""
    until = time.monotonic() + seconds
    try:
        with _connected(address, min(CONNECT_SECONDS, seconds)) as connection:
            _send(connection, content, until)
            answer = _answer(connection, until)
    except OSError as error:
        return Scan(Verdict.UNAVAILABLE, type(error).__name__)
    return _understood(answer)


def _connected(address: ScannerAddress, seconds: float) -> socket.socket:
    if not address.path:
        return socket.create_connection((address.host, address.port), timeout=seconds)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(address.path)
    except OSError:
        connection.close()
        raise
    return connection


def _send(connection: socket.socket, content: bytes, until: float) -> None:
    """Each piece after its length in four bytes, none of it after the last. A scanner that has heard enough stops
    listening, and has said why."""
    try:
        _send_in_time(connection, b"zINSTREAM\0", until)
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            _send_in_time(connection, struct.pack("!I", len(piece)) + piece, until)
        _send_in_time(connection, struct.pack("!I", 0), until)
    except (BrokenPipeError, ConnectionResetError):
        return


def _send_in_time(connection: socket.socket, data: bytes, until: float) -> None:
    connection.settimeout(_left(until))
    connection.sendall(data)


def _answer(connection: socket.socket, until: float) -> str:
    said = b""
    while b"\0" not in said and len(said) < MAX_ANSWER:
        connection.settimeout(_left(until))
        if not (more := connection.recv(MAX_ANSWER)):
            break
        said += more
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _understood(answer: str) -> Scan:
    said = answer.removeprefix("stream:").strip()
    if said == "OK":
        return Scan(Verdict.CLEAN)
    if said.endswith(" FOUND"):
        return Scan(Verdict.INFECTED, said.removesuffix(" FOUND"))
    return Scan(Verdict.UNAVAILABLE, said or "no answer")

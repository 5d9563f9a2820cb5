"""What a virus scanner says of a file, over a real socket; no answer is never a good one."""

import socket
import time

import pytest

from roadmaps.evidence.scanner import CHUNK, Scan, ScannerAddress, Verdict, scan, scanner_address
from tests.roadmaps.clamd import VIRUS, listening


@pytest.mark.parametrize("size", [1, CHUNK, 3 * CHUNK + 1])
def test_the_scanner_gets_the_whole_file(size):
    with listening() as (address, clamd):
        assert scan(b"x" * size, scanner_address(address)) == Scan(Verdict.CLEAN)
    assert clamd.heard == [b"x" * size]


def test_what_it_finds_is_named_for_the_log():
    with listening() as (address, _):
        assert scan(b"letter" + VIRUS, scanner_address(address)) == Scan(Verdict.INFECTED, "Win.Test.EICAR_HDB-1")


def test_it_is_reached_through_a_socket_in_a_folder(tmp_path):
    with listening(path=tmp_path / "clamd.ctl") as (address, clamd):
        assert scan(b"letter", scanner_address(address)).verdict is Verdict.CLEAN
    assert clamd.heard == [b"letter"]


@pytest.mark.parametrize(
    "answer, detail",
    [
        (None, "no answer"),
        (b"\0", "no answer"),
        (b"UNKNOWN COMMAND\0", "UNKNOWN COMMAND"),
        (b"stream: Can't allocate memory ERROR\0", "Can't allocate memory ERROR"),
        (b"stream: NOT OK\0", "NOT OK"),
        (b"x" * 9000, "x" * 4096),
    ],
)
def test_any_other_answer_is_none(answer, detail):
    with listening(lambda _: answer) as (address, _):
        found = scan(b"letter", scanner_address(address))
    assert found.verdict is Verdict.UNAVAILABLE
    assert found.detail.startswith(detail)


def test_a_scanner_that_takes_less_than_the_portal_is_no_scanner():
    with listening(limit=CHUNK) as (address, _):
        assert scan(b"x" * 200 * CHUNK, scanner_address(address)).verdict is Verdict.UNAVAILABLE


def test_what_it_said_before_it_hung_up_is_heard(tmp_path):
    with listening(limit=CHUNK, path=tmp_path / "clamd.ctl") as (address, _):
        found = scan(b"x" * 200 * CHUNK, scanner_address(address))
    assert found == Scan(Verdict.UNAVAILABLE, "INSTREAM size limit exceeded. ERROR")


def test_nobody_listens(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for address in (ScannerAddress("127.0.0.1", port), ScannerAddress(path=str(tmp_path / "nothing"))):
        assert scan(b"letter", address).verdict is Verdict.UNAVAILABLE


@pytest.mark.parametrize("size", [1, 20_000_000])  # the second does not even fit into what waits to be read
def test_one_that_hangs_is_waited_for_only_so_long(size):
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        found = scan(b"x" * size, ScannerAddress("127.0.0.1", server.getsockname()[1]), seconds=0.3)
        assert time.monotonic() - began < 3
    assert found == Scan(Verdict.UNAVAILABLE, "TimeoutError")


def test_an_address_is_of_a_host_or_of_a_socket():
    assert scanner_address("tcp://clamav:3310") == ScannerAddress("clamav", 3310)
    assert scanner_address("tcp://[::1]:3310/") == ScannerAddress("::1", 3310)
    assert scanner_address("unix:///run/clamav/clamd.ctl") == ScannerAddress(path="/run/clamav/clamd.ctl")


@pytest.mark.parametrize(
    "text",
    [
        "clamav",
        "clamav:3310",
        "tcp://clamav",
        "tcp://clamav:x",
        "tcp://clamav:99999",
        "tcp://:3310",
        "tcp://a:1/b",
        "unix:",
        "unix://run/clamd.ctl",
        "http://clamav:3310",
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match=r"neither tcp|has no port"):
        scanner_address(text)

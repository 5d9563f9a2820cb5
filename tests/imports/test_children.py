"""Reading in child processes: side by side, in the order given, and what stops one file stops no other."""

import errno
import json
import os
import re
import signal
import socket
import threading
from dataclasses import asdict
from pathlib import Path

import pytest

from monitoring.imports import child, children
from monitoring.imports import parse as parsing
from monitoring.imports.child import write_rehearsal
from monitoring.imports.nursery import nursery
from monitoring.imports.parse import parse
from monitoring.imports.sources import NamedFile, Source
from tests.imports.books import NORMALISED, OGE_DENSE, SURNAME, codes, csv_file, normalised, oge, problem, xlsx
from tests.imports.test_workbook import far_cell

HEADING = ["01 - Русский язык 2021.05.27"]


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def book(folder, name, *codes_of_schools):
    return xlsx(folder / name, [HEADING, OGE_DENSE, *(oge(code, 20, 4) for code in codes_of_schools)])


def copies():
    """The numbers of the nursery's copies, ended and not waited for ones too: one waits, the others read."""
    tasks = Path(f"/proc/{nursery()._process.pid}/task")
    return [int(child) for path in tasks.glob("*/children") for child in path.read_text().split()]


def test_files_come_in_the_order_given_whoever_reads_them(tmp_path):
    slow = book(tmp_path, "z.xlsx", *["125001"] * 3000)
    quick = [book(tmp_path, f"{name}.xlsx", "125002") for name in "yxw"]
    seen = []
    batch = parse([slow, *quick], progress=lambda done, total: seen.append((done, total)))
    assert [file.name for file in batch.files] == ["z.xlsx", "y.xlsx", "x.xlsx", "w.xlsx"]
    assert [file.exams[0].rows for file in batch.files] == [3000, 1, 1, 1]
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_each_file_that_kills_its_child_is_named_and_no_other(tmp_path):
    inputs = [
        far_cell(tmp_path / "a.xlsx"),
        book(tmp_path, "b.xlsx", "125001"),
        far_cell(tmp_path / "c.xlsx"),
        far_cell(tmp_path / "d.xlsx"),
        book(tmp_path, "e.xlsx", "125002"),
    ]
    batch = parse(inputs)
    assert [codes(file) for file in batch.files] == [["too_large"], [], ["too_large"], ["too_large"], []]


def test_every_file_that_takes_too_long_is_named(tmp_path):
    long = book(tmp_path, "a.xlsx", *["125001"] * 2000)  # a short one may be read before anybody looks at the clock
    batch = parse([NamedFile(f"{name}.xlsx", long) for name in "abc"], seconds_per_file=0)
    assert all("слишком долго" in problem(file, "too_large").message for file in batch.files)


def test_a_file_that_needs_more_than_half_of_the_memory_gets_all_of_it(tmp_path):
    """Sixteen megabytes of text take some 150 to read."""
    rows = [[*normalised("125001", 13, 40), "ы" * 1600] for _ in range(10_000)]
    large = csv_file(tmp_path / "02_2021.06.01.csv", [[*NORMALISED, "Mark100", "Пустое"], *rows])
    inputs = [large, book(tmp_path, "b.xlsx", "125001")]
    assert [codes(file) for file in parse(inputs, memory_bytes=320 * 1024**2).files] == [[], []]
    assert codes(parse([large], memory_bytes=160 * 1024**2).files[0]) == ["too_large"]


@pytest.mark.parametrize("isolate", [True, False])
def test_a_full_disk_is_no_fault_of_the_file(tmp_path, isolate):
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "0001-1.csv.gz").symlink_to("/dev/full")
    inputs = [book(tmp_path, "a.xlsx", "125001"), book(tmp_path, "b.xlsx", "125001")]
    with pytest.raises(OSError) as full:
        parse(inputs, clean_dir=clean, isolate=isolate)
    assert full.value.errno == errno.ENOSPC
    assert SURNAME not in str(full.value)
    assert len(copies()) == 1


def test_children_end_when_whoever_waits_has_no_more_use_for_them(tmp_path):
    def cancelled(done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        parse([book(tmp_path, f"{name}.xlsx", "125001") for name in "abc"], progress=cancelled)
    assert len(copies()) == 1


@pytest.mark.parametrize(("processors", "files", "expected"), [(1, 3, [1]), (8, 3, [2]), (8, 1, [1])])
def test_children_share_the_memory_of_one(tmp_path, monkeypatch, processors, files, expected):
    asked = []

    def note(numbered, clean_dir, limits, finish):
        asked.append(limits)
        return read(numbered, clean_dir, limits, finish)

    read = parsing.read_in_children
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    monkeypatch.setattr(parsing, "read_in_children", note)
    parse([book(tmp_path, f"{number}.xlsx", "125001") for number in range(files)])
    assert [limits.children for limits in asked] == expected
    assert {limits.children * limits.memory_bytes for limits in asked} == {parsing.MEMORY_BYTES}


def test_a_file_that_kills_its_child_gets_all_of_the_memory_the_second_time(tmp_path, monkeypatch):
    asked = []

    def note(numbered, clean_dir, limits, finish):
        sources = list(numbered)
        asked.append(([source.name for _, source in sources], limits.children, limits.memory_bytes))
        return read(sources, clean_dir, limits, finish)

    read = parsing.read_in_children
    monkeypatch.setattr(parsing, "read_in_children", note)
    parse([book(tmp_path, "a.xlsx", "125001"), far_cell(tmp_path / "b.xlsx")])
    assert asked == [(["a.xlsx", "b.xlsx"], 2, parsing.MEMORY_BYTES // 2), (["b.xlsx"], 1, parsing.MEMORY_BYTES)]


@pytest.mark.parametrize("files", [1, 3])
def test_a_file_whose_child_the_system_has_killed_is_read_again(tmp_path, monkeypatch, files):
    killed = []

    def killed_once(child, number, source, seconds):
        if not killed:
            killed.append(number)
            os.kill(child._pid, signal.SIGKILL)
        take(child, number, source, seconds)

    take = children._Child.take
    monkeypatch.setattr(children._Child, "take", killed_once)
    batch = parse([book(tmp_path, f"{number}.xlsx", "125001") for number in range(files)])
    assert [codes(file) for file in batch.files] == [[]] * files
    assert killed == [0]


# --- What nobody foresaw ------------------------------------------------------------


class Panic(BaseException):
    """As a library in Rust raises it."""


def broken_by(monkeypatch, error):
    """What the child says of a file over which a layout breaks so."""

    def read_marks(sheet):
        raise error

    monkeypatch.setattr(child, "read_source", lambda source, stem: read_marks(source))
    return child.answer({"number": 0, "source": {**asdict(Source("a.xlsx")), "problem": None}}, "").decode()


@pytest.mark.parametrize("error", [KeyError(SURNAME), RecursionError(SURNAME), Panic(SURNAME), OSError(SURNAME)])
def test_where_it_broke_is_told_and_never_the_text_of_the_error(monkeypatch, error):
    said = broken_by(monkeypatch, error)
    assert json.loads(said).keys() == {"broke"}
    assert re.fullmatch(rf"{type(error).__name__} at monitoring/imports/child\.py:\d+", json.loads(said)["broke"])
    assert SURNAME not in said


def test_a_child_without_memory_ends(monkeypatch):
    with pytest.raises(MemoryError):
        broken_by(monkeypatch, MemoryError())


def test_a_file_that_breaks_the_reader_is_not_told_to_be_too_large(tmp_path, monkeypatch):
    """A name that no text can hold: the child's answer breaks over it."""
    logged = []
    monkeypatch.setattr(children.logger, "error", lambda text, *args: logged.append(text % args))
    broken = NamedFile(f"{SURNAME}\udcff.xlsx", book(tmp_path, "a.xlsx", "125001"))
    batch = parse([broken, *(book(tmp_path, f"{name}.xlsx", "125001") for name in "bc")])
    assert [codes(file) for file in batch.files] == [["unreadable"], [], []]
    assert "Файл не удалось разобрать" in problem(batch.files[0], "unreadable").message
    assert len(logged) == 1
    assert "UnicodeEncodeError at monitoring/imports/child.py:" in logged[0]
    assert SURNAME not in logged[0]


# --- The nursery ------------------------------------------------------------------


def test_children_of_one_thread_come_from_one_nursery(tmp_path):
    parse([book(tmp_path, "a.xlsx", "125001")])
    first = nursery()
    parse([book(tmp_path, "b.xlsx", "125001")])
    assert nursery() is first


def test_a_killed_nursery_is_replaced(tmp_path):
    killed = nursery()
    killed._process.kill()
    killed._process.wait()
    assert [codes(file) for file in parse([book(tmp_path, "a.xlsx", "125001")]).files] == [[]]
    assert nursery() is not killed


def test_what_is_rehearsed_is_a_table_of_results(tmp_path):
    write_rehearsal(tmp_path / "rehearsal.xlsx")
    (file,) = parse([tmp_path / "rehearsal.xlsx"], isolate=False).files
    assert (codes(file), [exam.rows for exam in file.exams]) == ([], [20])


def test_a_copy_killed_while_it_waited_is_replaced(tmp_path):
    parse([book(tmp_path, "a.xlsx", "125001")])
    (waiting,) = copies()
    os.kill(waiting, signal.SIGKILL)
    assert [codes(file) for file in parse([book(tmp_path, "b.xlsx", "125001")]).files] == [[]]
    assert len(copies()) == 1


def test_a_copied_process_does_not_share_its_parents_nursery():
    shared = nursery()
    pid = os.fork()
    if pid == 0:
        os._exit(0 if nursery() is not shared and shared._process.returncode is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert nursery() is shared


def test_a_nursery_ends_with_the_thread_that_wanted_it(tmp_path):
    started = []
    thread = threading.Thread(target=lambda: started.append(nursery()._process))
    thread.start()
    thread.join()
    assert started[0].wait(30) is not None


def test_a_child_that_is_gone_can_be_ended_again():
    line, theirs = socket.socketpair()
    with line, theirs:
        pid = nursery().child(theirs)
    nursery().end(pid)
    nursery().end(pid)
    assert len(copies()) == 1

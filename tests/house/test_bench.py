"""The bench tells what it measured: fair turns, honest ratios, a limit for each row. No test is about seconds."""

import importlib
import json
import os
from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.bench import frame, report
from tests.bench.frame import Limit, Row, Size, Skipped


@pytest.fixture
def stated(monkeypatch: pytest.MonkeyPatch) -> dict[str, Limit]:
    limits = {
        "slow": Limit(at_most=2, memory_mb=100, counts={"queries": 7}),
        "quick": Limit(at_least=4),
        "told": Limit(),
    }
    monkeypatch.setattr(frame, "limits", lambda: limits)
    return limits


def slow(**fields) -> Row:
    measured = Row("slow", ours=3.0, floor=2.0, floor_is="less", memory_mb=90, counts={"queries": 7})
    return replace(measured, **fields)


def test_every_row_has_its_limit_and_every_limit_its_row():
    modules = [importlib.import_module(f"tests.bench.{name}") for name in frame.case_modules()]
    names = [name for module in modules for name in module.NAMES]
    assert sorted(names) == sorted(frame.limits())


def test_works_take_turns_and_each_begins_anew():
    done: list[str] = []
    medians = frame.medians(
        lambda: done.append("floor"), lambda: done.append("ours"), runs=2, times=2, before=lambda: done.append("anew")
    )
    assert done == ["anew", "floor", "floor", "anew", "ours", "ours"] * 2
    assert len(medians) == 2


def test_what_is_done_to_warm_up_is_not_measured(monkeypatch):
    clock = iter([90, 0, 3, 0, 1, 0, 2])
    monkeypatch.setattr(frame, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    assert frame.medians(lambda: None, runs=3, warm_up=True) == [2]


def test_a_row_is_over_by_its_ratio_its_memory_or_its_counts(stated):
    assert slow().ratio == 1.5
    assert not slow().is_over
    assert slow(ours=4.1).is_over
    assert slow(memory_mb=101).is_over
    assert slow(counts={"queries": 8}).is_over
    assert not replace(slow(), name="told", ours=100).is_over


def test_what_should_be_faster_tells_so_many_times(stated):
    assert Row("quick", ours=1, floor=5, floor_is="a peer").ratio == 5
    assert not Row("quick", ours=1, floor=5, floor_is="a peer").is_over
    assert Row("quick", ours=1, floor=3, floor_is="a peer").is_over


def test_the_table_and_the_file_say_the_same(stated, tmp_path):
    rows = [slow(), Row("quick", ours=0.001, floor=0.003, floor_is="a peer")]
    head, first, second = report.table(rows).splitlines()
    assert "limit" in head
    assert first.split("  ")[0] == "slow"
    assert "3.00 s" in first
    assert "<= 2" in first
    assert "90 MB of 100" in first
    assert "less; queries 7" in first
    assert ">= 4" in second
    assert "over" in second
    report.write_json(tmp_path / "var" / "bench.json", report.as_json(rows, [Skipped("told", "no")], Size(True)))
    kept = json.loads((tmp_path / "var" / "bench.json").read_text())
    assert kept["rows"]["slow"]["ratio"] == 1.5
    assert kept["rows"]["slow"]["at_most"] == 2
    assert [row["over"] for row in kept["rows"].values()] == [False, True]
    assert kept["skipped"] == {"told": "no"}


def test_memory_is_that_of_a_fresh_process(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
    little, much = (frame.peak_memory(os.urandom, count) for count in (1, 200_000_000))
    assert much - little > 150

"""Reads a plan from a Word document or a workbook, as departments keep it. Whatever the file, it says what to do."""

from roadmaps.plans.reading.grid import ERROR, WARNING, PlanProblem, ReadPlan, Unreadable
from roadmaps.plans.reading.packages import WORD, kind_of
from roadmaps.plans.reading.spreadsheet import read_spreadsheet
from roadmaps.plans.reading.table import plan_of
from roadmaps.plans.reading.word import read_word

__all__ = ["ERROR", "WARNING", "PlanProblem", "ReadPlan", "read_plan"]


def read_plan(name: str, content: bytes, *, table: str = "") -> ReadPlan:
    """The plan in a file; what the file is, its content tells and not its name. `table` is one of `ReadPlan.others`,
    when a person wants that table or sheet instead."""
    try:
        grids = read_word(content) if kind_of(content) == WORD else read_spreadsheet(content)
    except Unreadable as problem:
        return ReadPlan(None, (PlanProblem(ERROR, "", str(problem)),))
    return plan_of(name, grids, table)

"""What the demonstration schools did, as `fixtures/<slug>/results/` states it: counts and scores by school code."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Counts = dict[str, list[int]]  # by school code: of marks 2–5, of levels, or the test scores of every participant


@dataclass(frozen=True)
class Place:
    """How official files name the territory."""

    region: str
    region_code: str
    municipality: str
    fisoko_code: str
    msu_code: str


@dataclass(frozen=True)
class DemoSchool:
    code: str
    login: str
    name: str


@dataclass(frozen=True)
class Session:
    """One day of a state exam: either counts of marks or test scores."""

    subject: str
    year: int
    kind: str  # main, reserve, resit
    day: dt.date
    marks: Counts
    scores: Counts


@dataclass(frozen=True)
class LevelWork:
    subject: str
    grade: int
    school_year: int
    levels: Counts


@dataclass(frozen=True)
class CheckWork:
    """A ВПР: marks and how they compare with the class register."""

    subject: str
    grade: int
    year: int
    max_primary_score: int
    marks: Counts
    journal: Counts


@dataclass(frozen=True)
class Paper:
    """Tasks with their highest points, which of them are hard, and the highest scores of marks 2, 3, 4 and of all."""

    tasks: dict[str, int]
    hard: list[str]
    bands: list[int]


@dataclass(frozen=True)
class PupilWork:
    """A ВПР of which the unload has every pupil; `weak` names the tasks that a school does worse than its others."""

    subject: str
    grade: int
    year: int
    paper: Paper
    marks: Counts
    journal: Counts
    weak: dict[str, list[str]]


@dataclass(frozen=True)
class AutumnWork:
    """A ВПР put off to the autumn, when pupils were a grade above the paper.

    `bands`: the highest primary scores of marks 2, 3, 4 and of the paper.
    """

    subject: str
    grade: int
    pupil_grade: int
    year: int
    bands: list[int]
    marks: Counts


@dataclass(frozen=True)
class DemoResults:
    place: Place
    schools: dict[str, DemoSchool]
    oge: list[Session]
    ege: list[Session]
    kdr: list[LevelWork]
    vpr: list[CheckWork]
    vpr_pupils: list[PupilWork]
    vpr_autumn: list[AutumnWork]


def read_results(folder: Path) -> DemoResults:
    """The results of one municipality from its folder of fixtures."""
    results = folder / "results"
    kdr, vpr = results / "kdr.json", _json(results / "vpr.json")
    return DemoResults(
        place=Place(**_json(results / "place.json")),
        schools={school.code: school for school in map(_school, _json(folder / "schools.json"))},
        oge=_sessions(_json(results / "oge.json")["exams"]),
        ege=_sessions(_json(results / "ege.json")["exams"]),
        # КДР are held by some regions only.
        kdr=[LevelWork(**work) for work in _json(kdr)["works"]] if kdr.is_file() else [],
        vpr=[CheckWork(**work) for work in vpr.get("works", [])],
        vpr_pupils=[_pupil_work(work, vpr["papers"]) for work in vpr.get("pupils", [])],
        vpr_autumn=[AutumnWork(**work) for work in vpr.get("autumn", [])],
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _school(row: dict[str, str]) -> DemoSchool:
    return DemoSchool(code=row["code"], login=row["login"], name=row["name"])


def _pupil_work(work: dict[str, Any], papers: dict[str, Any]) -> PupilWork:
    paper = Paper(**papers[f"{work['subject']} {work['grade']}"])
    return PupilWork(**{"weak": {}} | work, paper=paper)


def _sessions(exams: list[dict[str, Any]]) -> list[Session]:
    return [
        Session(
            subject=exam["subject"],
            year=exam["year"],
            kind=kind,
            day=dt.date.fromisoformat(exam[kind]["date"]),
            marks=exam[kind].get("marks", {}),
            scores=exam[kind].get("scores", {}),
        )
        for exam in exams
        for kind in ("main", "reserve", "resit")
        if kind in exam
    ]

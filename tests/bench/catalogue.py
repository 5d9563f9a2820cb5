"""Catalogues larger than that of one programme: twice that of Назарово, and those of all programmes at once."""

from typing import Any

from config.programmes.fixtures import PROGRAMMES, Fixtures
from indicators.services.catalogue import load_catalogue
from schools.models import Municipality

Json = dict[str, Any]
MARK = "again_"  # before the codes of those that are there a second time


def add_all_programmes(town: Municipality) -> int:
    """Every indicator that the fixtures hold, and the second half; how many there are now."""
    for slug in PROGRAMMES:
        fixtures = Fixtures(slug)
        if (fixtures.folder / "indicators.json").is_file():
            load_catalogue(municipality=town, rows=fixtures.read("indicators"))
    return add_second_half(town)


def add_second_half(town: Municipality) -> int:
    """Take the rest into a catalogue that has the first half; how many indicators there are now."""
    rows = Fixtures("nazarovo").read("indicators")
    load_catalogue(municipality=town, rows=[_again(row) for row in rows])
    return town.indicators.count()


def _again(row: Json) -> Json:
    code = row["code"]
    formula = OTHER_EXAMS.get(code) or _referring(row["formula"])
    unit = {"mean": "mark", "share": "percent"}.get(formula["type"], row["unit"])
    return row | {"code": MARK + code, "formula": formula, "unit": unit}


def _referring(formula: Json) -> Json:
    """The same formula over the second of each indicator that it refers to."""
    if formula["type"] == "indicator":
        return formula | {"code": MARK + formula["code"]}
    inner = formula.get("of")
    return formula | {"of": _referring(inner)} if isinstance(inner, dict) else formula


def _exam(procedure: str, subject: str, grade: int, measure: str) -> Json:
    attempt = "best" if procedure == "oge" else "first"
    return {
        "type": "results",
        "procedure": procedure,
        "subject": subject,
        "grade": grade,
        "attempt": attempt,
        "measure": measure,
    }


def _mean_mark(*exam: Any) -> Json:
    return {"type": "mean", "total": _exam(*exam, "mark_sum"), "count": _exam(*exam, "participants")}


def _good_marks(*exam: Any) -> Json:
    part = {"type": "sum", "of": [_exam(*exam, "mark_4"), _exam(*exam, "mark_5")]}
    return {"type": "share", "part": part, "whole": _exam(*exam, "participants")}


OTHER_EXAMS = {
    "n3m": _mean_mark("oge", "social_studies", 9),
    "n4m": _mean_mark("oge", "biology", 9),
    "n5m": _mean_mark("ege", "mathematics_base", 11),
    "n6m": _mean_mark("vpr", "russian", 8),
    "n7m": _good_marks("vpr", "mathematics", 4),
    "n8m": _good_marks("vpr", "mathematics", 6),
    "n9m": _good_marks("vpr", "russian", 7),
}

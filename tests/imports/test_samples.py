"""The real and official samples beside the project, against their published truth; skipped where they are absent."""

import csv
import gzip
import json

import pytest

from indicators.subjects import subject_by_name
from monitoring.imports.check import check
from monitoring.imports.checked import Lookups, Options
from monitoring.imports.parse import parse
from monitoring.imports.parsed import ParsedBatch
from monitoring.imports.schools import SchoolDirectory, SchoolRef
from monitoring.scales import Scales
from tests.imports.books import ROOT

SAMPLES = ROOT.parent / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the samples lie beside the project, not in it")
MARKS = ("mark_2", "mark_3", "mark_4", "mark_5")


def known():
    with open(SAMPLES / "schools.csv", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    schools = [SchoolRef(number, row["name"], (row["code"],), (row["login"],)) for number, row in enumerate(rows)]
    keys = {number: (row["code"], row["login"]) for number, row in enumerate(rows)}
    return Lookups(SchoolDirectory.of(schools), Scales.from_file(ROOT / "fixtures/scales.json")), keys


def checked_folder(*folders):
    batch = parse([SAMPLES / folder for folder in folders])
    return check(ParsedBatch.from_json(json.loads(json.dumps(batch.to_json()))), Options(), known()[0])


def exam_key(text):
    """`oge|Математика|2021|best` and `vpr|Математика|5|2021` → procedure, subject, grade, school year, attempt."""
    procedure, subject, *rest = text.split("|")
    if procedure == "vpr":
        return procedure, subject_by_name(subject), int(rest[0]), int(rest[1]) - 1, "first"
    return procedure, subject_by_name(subject), 9 if procedure == "oge" else 11, int(rest[0]) - 1, rest[1]


def facets_by_exam(exams):
    keys = known()[1]
    found = {}
    for exam in exams:
        place = found.setdefault((exam.procedure, exam.subject, exam.grade, exam.school_year, exam.attempt), {})
        for result in exam.results:
            place.setdefault(keys[result.school_id][0], {}).update(result.facets)
    return found


def told(facets, resit):
    """What `official-expected.json` says of a school, out of ours; `resit` are the marks of its re-sits, if any."""
    marks = [facets["marks"][name] or 0 for name in MARKS]
    passed = facets["marks"]["passed"]
    if resit is not None:
        moved = [resit[name] for name in MARKS[1:]]
        marks = [marks[0] - sum(moved), *(mark + more for mark, more in zip(marks[1:], moved, strict=True))]
        passed += resit["passed"]
    return {"participants": facets["marks"]["participants"], "passed": passed,
            **{f"m{number}": mark for number, mark in enumerate(marks, 2)}}  # fmt: skip


def score_sum(key, facets):
    if key[0] == "vpr" or key[1] == "mathematics_base":
        return 0  # not checked
    return facets["scores"]["test_sum" if key[0] == "ege" else "primary_sum"]


def test_official_files_give_the_published_truth():
    exams = checked_folder("official")
    assert [problem for exam in exams for problem in exam.problems] == []
    ours = facets_by_exam(exams)
    expected = json.loads((SAMPLES / "official-expected.json").read_text(encoding="utf-8"))
    for text, schools in expected.items():
        key = exam_key(text)
        first = ours[*key[:4], "first"]
        resits = ours.get((*key[:4], "resit"), {}) if key[4] == "best" else {}
        got = {
            code: {
                **told(facets, resits[code]["marks"] if code in resits else None),
                "score_sum": score_sum(key, facets),
            }
            for code, facets in first.items()
        }
        assert got == schools, text
    assert len(expected) == 22


def test_pupil_level_files_of_2021_give_the_published_truth():
    exams = {(exam.subject, exam.grade): exam for exam in checked_folder("vpr2021") if exam.layout}
    expected = json.loads((SAMPLES / "vpr2021" / "expected.json").read_text(encoding="utf-8"))
    for text, schools in expected.items():
        _, subject, grade, school_year, _ = exam_key(text)
        exam = exams[subject, grade]
        assert (exam.school_year, exam.wave) == (school_year, "spring")
        got = {
            result.school_key: {
                "participants": result.facets["marks"]["participants"],
                **{f"m{number}": result.facets["marks"][name] for number, name in enumerate(MARKS, 2)},
                **result.facets["journal"],
                "listed": result.listed,
            }
            for result in exam.results
        }
        assert got == schools, text
    assert len(expected) == len(exams) == 6


def test_the_other_years_are_read_with_all_their_dirt():
    exams = [exam for exam in checked_folder("vpr2020", "vpr2022") if exam.layout]
    assert [exam.key for exam in exams] == [
        ("vpr", "mathematics", 5, 2020, "autumn", "first", ""),
        ("vpr", "russian", 5, 2020, "autumn", "first", ""),
        ("vpr", "history", 11, 2021, "spring", "first", ""),
    ]
    assert [exam.pupil_grade for exam in exams] == [6, 6, 11]
    assert not any(exam.blocks for exam in exams)


def test_clean_sheets_of_the_samples_hold_no_pupil(tmp_path):
    batch = parse([SAMPLES / "official" / "gia"], clean_dir=tmp_path)
    told_so_far = json.dumps(batch.to_json(), ensure_ascii=False)
    sheets = [gzip.decompress(path.read_bytes()).decode() for path in tmp_path.iterdir()]
    assert len(sheets) == len(batch.files) == 12
    for name in ("Вымышленный", "Образцов", "Примеров", "Пробный", "Тестов", "Учебный", "Проба", "Образец"):
        assert all(f"{name};" not in text and f'"{name}"' not in text for text in [*sheets, told_so_far])

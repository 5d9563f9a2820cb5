"""Вилюйский улус: all 32 indicators of its plan, worked by hand from the numbers in `fixtures/vilyuysk`.

In 2021 the list names 990031, 990033, 990034, 990035 and the branch 990036. School 990032 was on it in 2019 and 2020
and has left; 990033 is new on it. Schools of a sum below stand in this order.
"""

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from config.programmes.fixtures import Fixtures, statistic_kinds
from config.programmes.loading import load_programme
from indicators.engine import recompute
from indicators.models import Indicator, MunicipalityValue, SchoolValue
from monitoring.demo.cases import read_results
from monitoring.demo.files import write_demo_files
from monitoring.models import Result, ResultTotal
from schools.models import Municipality, School
from tests.demo.test_demo_files import cells
from tests.factories import ResultTotalFactory

PROGRAMME = "vilyuysk"
FIXTURES = Fixtures(PROGRAMME)
COUNTS_OF_GROUPS = (10, 13, 4, 5)
CODES = [f"v{group}.{at}" for group, count in enumerate(COUNTS_OF_GROUPS, start=1) for at in range(1, count + 1)]
GRADE_10 = {"v2.5", "v2.7", "v2.11", "v2.13"}

# By indicator and year: numerator and denominator of the municipality.
BY_HAND = {
    # Statistics: 42 + 27 + 9 + 11 admitted of 44 + 28 + 9 + 13; the branch has no grade 9.
    ("v1.1", 2021): (89, 94),
    # Share, first attempt: 34 + 1 on a reserve day, 21, 7 and 7 passed of 41 + 1, 27, 9 and 11.
    ("v1.2", 2021): (70, 89),
    ("v1.3", 2021): (39 + 25 + 8 + 9, 89),
    # Share, best attempt: in September 5 + 5 + 2 + 2 passed, and nobody is a participant twice.
    ("v1.4", 2021): (70 + 14, 89),
    ("v1.5", 2021): (81 + 2 + 2 + 1 + 1, 89),
    ("v1.6", 2021): (21 + 11 + 5, 21 + 12 + 5),
    # ЕГЭ, profile level alone in 2021: 7, 3 and 1 with 27 or more, of 9, 5 and 2; no re-sits.
    ("v1.7", 2021): (11, 16),
    ("v1.8", 2021): (16 + 8 + 4, 17 + 9 + 4),
    ("v1.9", 2021): (11, 16),
    # One of the two who had failed passed in September: 38 points, and 23 are too few.
    ("v1.10", 2021): (28 + 1, 30),
    # ВПР, marks 3–5 of grade 5: (18+13+4) + (12+8+2) + (4+2) + (6+3), of 41 + 28 + 8 + 13.
    ("v2.1", 2021): (72, 90),
    ("v2.2", 2021): (35 + 23 + 7 + 10, 90),
    # Marks 4 and 5 of grade 4; the branch counts as a school of its own: 22+7, 12+3, 4+1, 4+1, 3+0.
    ("v2.3", 2021): (29 + 15 + 5 + 5 + 3, 43 + 28 + 9 + 12 + 5),
    ("v2.4", 2021): (29 + 19 + 7 + 7, 38 + 26 + 9 + 11),
    ("v2.6", 2021): (28 + 18 + 7 + 7, 84),
    # Marks 4 and 5 of grade 5: 13+4, 8+2, 2+0, 3+0.
    ("v2.8", 2021): (32, 90),
    ("v2.9", 2021): (18 + 10 + 2 + 3, 90),
    ("v2.10", 2021): (9 + 5 + 1 + 1, 84),
    ("v2.12", 2021): (9 + 6 + 2 + 2, 84),
    # Of 412 + 264 + 96 + 121 + 22 pupils 58 + 41 + 17 + 24 + 4 are at risk.
    ("v3.1", 2021): (144, 915),
    # As printed, the supported are a share of all pupils; those with lessons are one of the pupils at risk.
    ("v3.2", 2021): (52 + 30 + 17 + 20 + 4, 915),
    ("v3.3", 2021): (40 + 25 + 11 + 15 + 2, 144),
    ("v3.4", 2021): (25 + 18 + 8 + 12 + 1, 915),
    # 38 + 27 + 14 + 16 + 5 teachers.
    ("v4.1", 2021): (14 + 12 + 6 + 9 + 2, 100),
    ("v4.2", 2021): (9 + 6 + 4 + 3 + 1, 100),
    # Helped by a colleague, each once: in 990031 six, of whom two had two helpers; 990032 has left the list.
    ("v4.3", 2021): (6 + 4 + 2 + 1 + 0, 100),
    ("v4.3", 2020): (3 + 2 + 1 + 1 + 0, 38 + 31 + 14 + 16 + 5),
    # Of 37 + 32 + 14 + 16 + 5 teachers; in 990035 and the branch nobody was helped yet.
    ("v4.3", 2019): (2 + 1 + 1 + 0 + 0, 104),
    # Counts have no denominator.
    ("v4.4", 2021): (7 + 4 + 3 + 2 + 1, None),
    ("v4.5", 2021): (3 + 1 + 0 + 1 + 0, None),
    ("v4.5", 2020): (1 + 2, None),
    ("v4.5", 2019): (1, None),
    # 2019, with 990032 and without 990033. ОГЭ: 31 + 29 + 6 + 8 of 39 + 36 + 9 + 12, then 5 + 6 + 2 + 3 more.
    ("v1.2", 2019): (74, 96),
    ("v1.4", 2019): (74 + 16, 96),
    # ЕГЭ mathematics is one subject of two levels: base 11 + 8 + 3 of 12 + 9 + 4, profile 8 + 7 + 1 of 10 + 8 + 1.
    ("v1.7", 2019): (22 + 16, 25 + 19),
    # Base was sat again by those who had failed either level: 3, 1 and 1 of them passed.
    ("v1.9", 2019): (38 + 5, 44),
    # The works of 2020 were written in autumn, by grade 5 on the paper of grade 4: 34 + 29 + 6 + 9.
    ("v2.1", 2020): (78, 42 + 34 + 8 + 12),
    # … and by grade 8 on the paper of grade 7.
    ("v2.4", 2020): (27 + 25 + 6 + 7, 38 + 33 + 9 + 11),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_demo_files(FIXTURES.folder, tmp_path_factory.mktemp("vilyuysk"))


def value_of(municipality: Municipality, code: str, year: int) -> MunicipalityValue | None:
    return MunicipalityValue.objects.filter(
        indicator__municipality=municipality, indicator__code=code, period=f"cy{year}"
    ).first()


def per_cent(part: int, whole: int) -> Decimal:
    exact = Fraction(100 * part, whole)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def test_loading_again_changes_nothing(vilyuysk: Municipality):
    before = list(MunicipalityValue.objects.filter(indicator__municipality=vilyuysk).values())
    loaded = load_programme("vilyuysk")
    assert (loaded.problem, any(loaded.added.values())) == ("", False)
    assert list(MunicipalityValue.objects.filter(indicator__municipality=vilyuysk).values()) == before
    assert not recompute(vilyuysk.pk, check=True).differences


def test_all_indicators_stand_in_the_order_and_groups_of_the_document(vilyuysk: Municipality):
    rows = list(Indicator.objects.filter(municipality=vilyuysk).exclude(role="system").order_by("position"))
    assert [row.code for row in rows] == CODES
    groups = list(dict.fromkeys(row.group for row in rows))
    assert [sum(row.group == group for row in rows) for group in groups] == list(COUNTS_OF_GROUPS)
    assert {row.period_kind for row in rows} == {"calendar_year"}
    assert {json.dumps(row.population) for row in rows} == {'{"type": "categories", "categories": ["low_results"]}'}
    assert all(row.method for row in rows)


@pytest.mark.parametrize(
    ("code", "misprint"),
    [
        ("v1.8", "ЕГЭ,ГВЭпо русскому языку"),
        ("v1.9", "ЕГЭ,ГВЭ по математике от общего количества обучающихся, сдававших ОГЭ по математике"),
        ("v1.10", "сдававших ЕГ,ГВЭ русскому языку"),
        ("v4.4", "лостижений"),
    ],
)
def test_misprints_of_the_document_stay(vilyuysk: Municipality, code: str, misprint: str):
    assert misprint in Indicator.objects.get(municipality=vilyuysk, code=code).wording


@pytest.mark.parametrize(("code", "year"), BY_HAND)
def test_value_is_what_comes_out_by_hand(vilyuysk: Municipality, code: str, year: int):
    part, whole = BY_HAND[code, year]
    value = value_of(vilyuysk, code, year)
    assert value is not None
    assert (value.numerator, value.denominator) == (part, whole)
    assert value.value == (part if whole is None else per_cent(part, whole))


def test_every_indicator_has_its_value_by_hand():
    assert {code for code, year in BY_HAND if year == 2021} == set(CODES) - GRADE_10


def test_values_of_2021_in_words(vilyuysk: Municipality):
    """A few written out, so that the arithmetic above is checked as well."""
    shown = {
        code: value_of(vilyuysk, code, 2021).value.quantize(Decimal("0.1"), ROUND_HALF_UP)
        for code in ("v1.2", "v1.4", "v1.7", "v2.1", "v3.2", "v4.1", "v4.4")
    }
    assert {code: str(value) for code, value in shown.items()} == {
        "v1.2": "78.7", "v1.4": "94.4", "v1.7": "68.8", "v2.1": "80.0", "v3.2": "13.4", "v4.1": "43.0", "v4.4": "17.0",
    }  # fmt: skip


@pytest.mark.parametrize("code", sorted(GRADE_10))
def test_grade_10_has_no_data_rather_than_nought(vilyuysk: Municipality, code: str):
    for model in (MunicipalityValue, SchoolValue):
        assert not model.objects.filter(indicator__municipality=vilyuysk, indicator__code=code).exists()


@pytest.mark.parametrize(("code", "year"), [("v1.2", 2020), ("v1.4", 2020), ("v2.3", 2020), ("v2.4", 2019)])
def test_what_was_not_held_has_no_value(vilyuysk: Municipality, code: str, year: int):
    """ОГЭ of 2020 was cancelled, grade 4 wrote nothing that year, and grade 8 did not take part in 2019."""
    assert value_of(vilyuysk, code, year) is None


def test_a_school_counts_in_the_years_of_its_lists(vilyuysk: Municipality):
    def years(school: str) -> set[str]:
        of_school = SchoolValue.objects.filter(school__code=school, indicator__municipality=vilyuysk)
        return set(of_school.exclude(indicator__role="system").values_list("period", flat=True))

    assert years("990031") == {"cy2019", "cy2020", "cy2021"}
    assert years("990032") == {"cy2019", "cy2020"}  # left, and keeps its history
    assert years("990033") == {"cy2021"}
    assert Result.objects.filter(school__code="990032", school_year=2020, wave="main").exists()


def test_a_branch_stands_under_its_school(vilyuysk: Municipality):
    branch = School.objects.get(municipality=vilyuysk, code="990036")
    assert (branch.kind, branch.parent and branch.parent.code) == ("branch", "990034")
    assert SchoolValue.objects.get(school=branch, indicator__code="v2.3", period="cy2021").numerator == 3
    assert not SchoolValue.objects.filter(school=branch, indicator__code="v1.1").exists()


def test_ege_and_gve_are_added(vilyuysk: Municipality):
    """Four pupils of 990031 sit ГВЭ, three pass at once and the fourth in September: 11 + 3 and 11 + 4 of 16 + 4."""
    school = School.objects.get(municipality=vilyuysk, code="990031")
    for attempt, marks in (("first", (1, 2, 1, 0)), ("best", (0, 3, 1, 0))):
        counts = dict(zip(("mark_2", "mark_3", "mark_4", "mark_5"), marks, strict=True))
        ResultTotalFactory(
            school=school, procedure="gve", grade=11, attempt=attempt, participants=4, passed=4 - marks[0], **counts
        )
    recompute(vilyuysk.pk)
    found = [value_of(vilyuysk, code, 2021) for code in ("v1.7", "v1.9")]
    assert [(value.numerator, value.denominator, value.value) for value in found] == [(14, 20, 70), (15, 20, 75)]
    of_school = SchoolValue.objects.get(school=school, indicator__code="v1.7", period="cy2021")
    assert (of_school.numerator, of_school.denominator, of_school.participants) == (7 + 3, 9 + 4, 13)


def test_shares_of_pupils_have_an_interval_and_shares_of_staff_have_none(vilyuysk: Municipality):
    has_interval = {code: value_of(vilyuysk, code, 2021).low is not None for code in CODES if code not in GRADE_10}
    assert {code for code, found in has_interval.items() if not found} == {"v4.1", "v4.2", "v4.3", "v4.4", "v4.5"}


def test_every_value_of_results_names_file_and_rows(vilyuysk: Municipality):
    values = SchoolValue.objects.filter(indicator__municipality=vilyuysk, indicator__code__startswith="v2.")
    assert values.exists()
    for value in values:
        assert value.sources
        assert all(source["file"] and source["rows"] and source["upload"] for source in value.sources)


def test_targets_are_marked_as_invented(vilyuysk: Municipality):
    targets = [target for row in Indicator.objects.filter(municipality=vilyuysk) for target in row.targets.all()]
    assert targets
    assert all(target.is_demo and "не приведены" in target.source for target in targets)
    readings = {code: value_of(vilyuysk, code, 2021).reading for code in ("v1.1", "v1.2", "v2.1", "v3.1", "v3.4")}
    assert readings == {
        "v1.1": "behind",  # 94.7 of 97
        "v1.2": "reached",  # 78.7 of 78
        "v2.1": "reached",  # exactly 80
        "v3.1": "behind",  # 15.7, where less is better, of 15
        "v3.4": "no_target",
    }


def test_autumn_works_know_the_grade_of_paper_and_pupils(vilyuysk: Municipality):
    autumn = ResultTotal.objects.filter(school__municipality=vilyuysk, wave="autumn")
    found = set(autumn.values_list("school_year", "subject", "grade", "pupil_grade"))
    assert found == {(2020, subject, paper, paper + 1) for subject in ("mathematics", "russian") for paper in (4, 7)}
    work = autumn.get(school__code="990031", subject="mathematics", grade=4)
    assert [work.mark_2, work.mark_3, work.mark_4, work.mark_5] == [8, 19, 12, 3]


def test_files_are_written_once_each_and_always_alike(files: list[Path], tmp_path: Path):
    names = [path.name for path in files]
    assert len(names) == len(set(names)) == 36
    again = write_demo_files(FIXTURES.folder, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]


def test_autumn_unload_has_the_columns_of_2020_and_nobodys_name(files: list[Path]):
    [path] = [path for path in files if path.name == "4_Математика осень 2020.xlsx"]
    head, first, *others = cells(path)
    assert head[:11] == (
        "groups", "user", "id", "code", "otc", "gender", "klass", "var-1", "var-2", "sum", "a-1-grade",
    )  # fmt: skip
    assert first[1:5] == ("sch140931", 1, 50001, "2")
    assert len(others) + 1 == 42 + 34 + 28 + 8 + 12
    assert all(row[9] == sum(map(int, row[10:])) for row in (first, *others))


def test_reported_numbers_hold_their_limits():
    limits = {kind["code"]: kind.get("at_most") for kind in statistic_kinds()}
    for reported in FIXTURES.read("statistics"):
        for school, numbers in reported["schools"].items():
            for code, number in numbers.items():
                most = limits[code]
                assert most is None or number <= numbers[most], (reported["period"], school, code)


def test_as_many_sit_the_exam_as_were_admitted():
    admitted = {
        (int(reported["period"][2:]), school): numbers.get("grade9_admitted", 0)
        for reported in FIXTURES.read("statistics")
        for school, numbers in reported["schools"].items()
    }
    for subject in ("mathematics", "russian"):
        sat: dict[tuple[int, str], int] = {}
        for session in read_results(FIXTURES.folder).oge:
            if session.subject == subject and session.kind != "resit":
                for school, marks in session.marks.items():
                    sat[session.year, school] = sat.get((session.year, school), 0) + sum(marks)
        assert sat == {key: admitted[key] for key in sat}


def test_nobody_is_named_and_no_real_school_is_meant():
    schools = FIXTURES.read("schools")
    assert len(schools) == 6
    assert all("(демо)" in school["name"] for school in schools)
    assert FIXTURES.read("municipality")["is_demo"] is True
    results = read_results(FIXTURES.folder)
    for work in results.vpr:
        assert {code: sum(marks) for code, marks in work.marks.items()} == {
            code: sum(readings) for code, readings in work.journal.items()
        }

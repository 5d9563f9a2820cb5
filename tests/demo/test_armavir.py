"""Армавир: its indicators worked by hand from `fixtures/armavir`, and the cases that its table must tell apart.

School year 2022 is 2022/2023, whose exams are compared with those of 2021/2022.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from config.programmes.fixtures import Fixtures, statistic_kinds
from config.programmes.loading import load_programme
from indicators.engine import recompute
from indicators.models import Indicator, MunicipalityValue, SchoolStatistic, SchoolValue, Target
from monitoring.demo.cases import DemoResults, read_results
from monitoring.demo.files import write_demo_files
from monitoring.demo.vpr_pupils_files import points_for_tasks
from monitoring.models import Result, ResultTotal, UploadEntry
from schools.models import Municipality, School
from tests.demo.test_demo_files import cells

PROGRAMME = "armavir"
FIXTURES = Fixtures(PROGRAMME)
WITHOUT_GRADE_11 = {"239948", "239949", "239954"}
GOALS = ["Цель № 1", "Цель № 2", "Цель № 3", "Цель № 4", "Цель № 5"]


@pytest.fixture(scope="module")
def results() -> DemoResults:
    return read_results(FIXTURES.folder)


def of_town(code: str, period: str = "2022") -> MunicipalityValue | None:
    of_municipality = MunicipalityValue.objects.filter(indicator__municipality__slug="armavir")
    return of_municipality.filter(indicator__code=code, period=period).first()


def of_school(code: str, school: str, period: str = "2022") -> SchoolValue | None:
    return SchoolValue.objects.filter(indicator__code=code, school__code=school, period=period).first()


def stored(number: Fraction) -> Decimal:
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def schools_where(code: str, above: int | None = None) -> set[str]:
    """Schools whose value is above the bound, or not above nought where none is given."""
    values = SchoolValue.objects.filter(indicator__code=code, period="2022", school__municipality__slug="armavir")
    met = values.filter(value__gt=above) if above is not None else values.filter(value__lte=0)
    return set(met.values_list("school__code", flat=True))


def test_everything_stands_in_the_groups_of_the_document(armavir: Municipality):
    rows = Indicator.objects.filter(municipality=armavir, role="programme")
    codes = [row.code for row in rows]
    assert codes == [
        "a1", "a1.1", "a1.2", "a2.1", "a2.2", "a2.3", "a2.4",
        "a3", "a4.1", "a4.2", "a4.3", "a5", "a6", "a7", "a-effect",
        *(f"at{at}" for at in range(1, 6)), *(f"ah{at}" for at in range(1, 9)), "am1", "am2", "am3",
    ]  # fmt: skip
    assert {row.period_kind for row in rows} == {"school_year"}


def test_reference_values_and_directions_are_those_of_the_document(armavir: Municipality):
    rows = {row.code: row for row in Indicator.objects.filter(municipality=armavir)}
    for code in ("a1", "a1.1", "a1.2"):
        row = rows[code]
        assert (row.unit, row.direction, row.reference_value, row.reference_rule) == ("ratio", "up", 0, "exceed")
    for code in ("a2.1", "a2.2", "a2.3", "a2.4"):
        row = rows[code]
        assert (row.unit, row.direction, row.reference_value, row.reference_rule) == ("percent", "down", 30, "modulus")
    assert {row.code for row in rows.values() if row.reference_value is not None} == {
        "a1", "a1.1", "a1.2", "a2.1", "a2.2", "a2.3", "a2.4",
    }  # fmt: skip


def test_groups_serve_the_aims_that_table_5_1_prints(armavir: Municipality):
    def aims(code: str) -> list[str]:
        return [aim[:8] for aim in Indicator.objects.get(municipality=armavir, code=code).aims]

    assert aims("a1") == aims("a2.4") == aims("a7") == ["Цель № 1", "Цель № 5"]
    assert aims("at1") == aims("at5") == ["Цель № 3", "Цель № 5", "Цель № 4"]
    assert sorted(aims("ah1")) == sorted(aims("ah8")) == GOALS
    assert aims("am1") == aims("am2") == ["Цель № 1", "Цель № 5", "Цель № 4"]


def test_a_school_is_divided_by_its_municipality_and_compared_over_two_years(armavir: Municipality):
    """№ 50, Russian: 50 + 67 + 60 + 77 = 254 of 4, before 62 + 74 + 51 = 187 of 3.

    The town: 23661 of 351, before 23643 of 346.
    """
    now, then = Fraction(254, 4) / Fraction(23661, 351), Fraction(187, 3) / Fraction(23643, 346)
    value = of_school("a1.1", "239950")
    assert value is not None
    assert value.value == stored(now - then) == Decimal("0.029785")
    assert of_school("a1r", "239950").value == stored(now) == Decimal("0.941993")
    assert of_school("a1.2", "239950") is None  # nobody sat profile mathematics the year before


def test_two_subjects_are_weighted_by_their_participants(armavir: Municipality):
    """№ 41: Russian 986 of 18, profile mathematics 258 of 7; the town 23661 of 351 and 10279 of 188."""
    russian, profile = Fraction(986, 18) / Fraction(23661, 351), Fraction(258, 7) / Fraction(10279, 188)
    value = of_school("a1c", "239941")
    assert value is not None
    assert value.value == stored((18 * russian + 7 * profile) / 25)


def test_a_subject_that_nobody_sat_in_one_year_is_not_compared(armavir: Municipality):
    """№ 50, profile mathematics: 56 + 37 = 93 of 2 in 2021, nobody in 2022, 38 + 57 = 95 of 2 in 2023. By Russian alone
    it went from 250 of 4 (the town 22532 of 333) to 187 of 3 (23643 of 346) and to 254 of 4 (23661 of 351)."""
    russian = [
        Fraction(250, 4) / Fraction(22532, 333),
        Fraction(187, 3) / Fraction(23643, 346),
        Fraction(254, 4) / Fraction(23661, 351),
    ]
    joined = (4 * russian[2] + 2 * Fraction(95, 2) / Fraction(10279, 188)) / 6
    for period, now, then in (("2021", russian[1], russian[0]), ("2022", russian[2], russian[1])):
        value, beside = of_school("a1", "239950", period), of_school("a1c", "239950", period)
        assert value.value == beside.change == stored(now - then)
        assert value.value == of_school("a1.1", "239950", period).value
        assert "compared_in_part" in value.warnings
        assert "compared_in_part" in beside.warnings
    assert of_school("a1c", "239950").value == stored(joined)
    assert stored(joined - russian[1]) != stored(russian[2] - russian[1])  # what it would be with mathematics
    assert "compared_in_part" not in of_school("a1", "239941").warnings


def test_the_share_of_twos_is_compared_in_percentage_points(armavir: Municipality):
    """№ 41, mathematics of grade 5: 29 of 54 after 8 of 50."""
    value = of_school("a2.3", "239941")
    assert value is not None
    assert value.value == stored(Fraction(2900, 54) - Fraction(800, 50)) == Decimal("37.703704")


def test_the_table_has_schools_of_every_kind(armavir: Municipality):
    by_exam = schools_where("a1")
    by_check_work = set().union(*(schools_where(f"a2.{series}", 30) for series in (1, 2, 3, 4)))
    assert by_exam & by_check_work == {"239941", "239942"}
    assert by_exam - by_check_work == {"239943", "239946", "239956", "239958"}
    assert by_check_work - by_exam == {"239948", "239952"}  # № 48 has no ЕГЭ, so that it can never be in both
    assert len(School.objects.filter(municipality=armavir)) == 18
    assert of_town("a1s").numerator == 6
    assert of_town("a2s").denominator == 17  # № 53 has nothing to compare with: its works of two years are left out
    assert (of_town("a2s").numerator, of_town("a2s", "2021").numerator) == (4, 0)
    assert of_school("a2.1", "239955", "2020").value > 30  # up by the year 2021 …
    assert of_school("a2.1", "239955", "2021").value < -30  # … and down again


def test_works_that_nobody_trusts_are_left_out(armavir: Municipality):
    """№ 53 stands in the list of 2021 and 2022; its works of 2019 and 2023 count."""
    shares = {period: of_school("a2s1", "239953", period) for period in ("2018", "2020", "2021", "2022")}
    assert {period: (share.value is None, share.excluded) for period, share in shares.items()} == {
        "2018": (False, 0), "2020": (True, 1), "2021": (True, 1), "2022": (False, 0),
    }  # fmt: skip
    assert [of_town("a6", period).value for period in ("2018", "2020", "2021", "2022")] == [0, 1, 1, 0]
    assert ResultTotal.objects.filter(school__code="239953", procedure="vpr").count() == 16


def test_who_has_no_ege_has_no_value_of_it(armavir: Municipality):
    for school in WITHOUT_GRADE_11:
        assert not SchoolValue.objects.filter(school__code=school, indicator__code__startswith="a1").exists()
        assert of_school("a2.3", school) is not None
    branch = School.objects.get(municipality=armavir, code="239954")
    assert (branch.kind, branch.parent and branch.parent.code) == ("branch", "239950")
    assert not Result.objects.filter(school=branch, grade=9).exists()


def test_status_counts_a_school_once_and_fewer_is_better(armavir: Municipality):
    """2022/2023: № 41, 42, 43, 48 with low results and № 42, 48, 50, 54 in difficult conditions."""
    found = [of_town("a-effect", period) for period in ("2020", "2021", "2022")]
    assert [value.value for value in found] == [8, 9, 6]
    assert [value.change_reading for value in found[1:]] == ["worse", "better"]


@pytest.mark.parametrize(
    ("code", "numerator", "denominator"),
    [
        # Registered: 15 + 14 + 14 + 12 + 7 + 5 + 12 + 9 + 5 + 3 + 10 + 13 + 11 + 1 + 15 + 13 + 10 + 12.
        ("a4.2", 181, 8414),
        # Each school's index: 45 + 33 + 47 + 51 + 77 + 81 + 60 + 31 + 47 + 38 + 63 + 54 + 53 + 37 + 35 + 57 + 60 + 46.
        ("a7", 915, 18),
        # Staff of the six schools of the year's list, № 41, 42, 43, 48, 50 and 54.
        ("at1", 18 + 13 + 18 + 8 + 4 + 2, 27 + 21 + 27 + 13 + 5 + 3),
        ("at2", 12 + 9 + 13 + 6 + 3 + 1, 19 + 14 + 19 + 9 + 4 + 2),
        ("at3", 16 + 12 + 16 + 8 + 3 + 2, 38 + 29 + 38 + 18 + 7 + 4),
        ("at4", 12 + 8 + 13 + 5 + 3 + 2, 134),
        ("at5", 1 + 1 + 1 + 1 + 0 + 0, 134),
        ("ah1", 6, 6),
        ("ah5", 5 + 6 + 6 + 4 + 6 + 6, 5 + 6 + 7 + 4 + 6 + 6),
        ("ah6", 11 + 8 + 11 + 8 + 11 + 8, 12 + 10 + 11 + 10 + 12 + 10),
        ("ah7", 20 + 16 + 20 + 11 + 6 + 4, 24 + 19 + 24 + 13 + 7 + 5),
        # Two points got 19 together, of 12 each.
        ("am2", 19, 2),
        ("am3", 15 + 16 + 17 + 14 + 16 + 16, 6 * 18),
    ],
)
def test_reported_numbers_are_added_over_schools(armavir: Municipality, code: str, numerator: int, denominator: int):
    value = of_town(code)
    assert value is not None
    assert (value.numerator, value.denominator) == (numerator, denominator)


def test_a_school_that_left_the_list_keeps_its_history(armavir: Municipality):
    periods = SchoolValue.objects.filter(school__code="239944", indicator__code="at3").values_list("period", flat=True)
    assert set(periods) == {"2020", "2021"}
    assert of_school("a1", "239944").value > 0


def test_loading_again_changes_nothing_and_what_people_changed_stays(armavir: Municipality):
    number = SchoolStatistic.objects.get(school__code="239941", kind__code="teachers", period="2022")
    SchoolStatistic.objects.filter(pk=number.pk).update(value=50)
    recompute(armavir.pk)
    before = list(SchoolValue.objects.filter(school__municipality=armavir).order_by("pk").values())
    loaded = load_programme("armavir")
    assert (loaded.problem, any(loaded.added.values())) == ("", False)
    number.refresh_from_db()
    assert number.value == 50
    assert list(SchoolValue.objects.filter(school__municipality=armavir).order_by("pk").values()) == before


def test_targets_are_marked_as_invented(armavir: Municipality):
    targets = Target.objects.filter(indicator__municipality=armavir)
    assert targets.exists()
    assert all(target.is_demo and "не приведены" in target.source for target in targets)


def test_check_works_bring_marks_scores_journal_and_tasks(armavir: Municipality, results: DemoResults):
    entries = UploadEntry.objects.filter(upload__municipality=armavir, procedure="vpr")
    assert {entry.layout for entry in entries} == {"fisoko_pupils"}
    assert not [problem for entry in entries for problem in entry.problems]
    work = next(
        work for work in results.vpr_pupils if (work.subject, work.grade, work.year) == ("mathematics", 5, 2023)
    )
    total = ResultTotal.objects.get(
        school__code="239941", procedure="vpr", subject="mathematics", grade=5, school_year=2022
    )
    assert [total.mark_2, total.mark_3, total.mark_4, total.mark_5] == work.marks["239941"]
    assert [total.journal_lower, total.journal_same, total.journal_higher] == work.journal["239941"]
    stored_result = Result.objects.get(
        school__code="239941", procedure="vpr", subject="mathematics", grade=5, school_year=2022
    )
    assert set(stored_result.tasks) == set(work.paper.tasks)
    assert sum(task["points"] for task in stored_result.tasks.values()) == total.primary_sum


def test_unload_of_pupils_has_sections_and_nobodys_name(tmp_path: Path, results: DemoResults):
    files = write_demo_files(FIXTURES.folder, tmp_path)
    assert len({path.name for path in files}) == len(files)
    rows = cells(next(path for path in files if path.name == "МА 5 Индивидуальные результаты 2023.xlsx"))
    assert rows[7][:7] == ("ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант", "1 (1б)")
    assert rows[8][:2] == ("МБОУ «СОШ № 41» (демо)(edu239941)", "Кол-во участников: 54")
    pupils = [row for row in rows[8:] if row[3]]
    assert len(pupils) == 849
    assert all(sum(row[6:-3]) == row[-3] for row in pupils)
    assert [row[3] for row in pupils] == list(range(50001, 50850))


def test_weak_tasks_are_done_last(results: DemoResults):
    paper = next(work.paper for work in results.vpr_pupils if (work.subject, work.grade) == ("mathematics", 5))
    for place in range(20):
        points = dict(zip(paper.tasks, points_for_tasks(paper, 12, place, ["9", "1"]), strict=True))
        assert sum(points.values()) == 12
        assert points["9"] + points["1"] == 0  # 17 points are there without them


def test_fixtures_hold_together(results: DemoResults):
    limits = {kind["code"]: kind.get("at_most") for kind in statistic_kinds()}
    for reported in FIXTURES.read("statistics"):
        for school, numbers in reported["schools"].items():
            for code, number in numbers.items():
                most = limits[code]
                assert most is None or number <= numbers[most], (reported["period"], school, code)
    for work in results.vpr_pupils:
        assert sum(work.paper.tasks.values()) == work.paper.bands[-1]
        for school, marks in work.marks.items():
            lower, same, higher = work.journal[school]
            assert lower + same + higher == sum(marks)
            assert lower <= sum(marks[:3])  # a 5 cannot have been better in the journal
            assert higher <= sum(marks[1:])
    assert all("(демо)" in school["name"] for school in FIXTURES.read("schools"))
    assert FIXTURES.read("municipality")["is_demo"] is True

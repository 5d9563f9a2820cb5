"""Сургутский район, «Вектор на развитие»: eight values of ten schools at three dates, worked by hand."""

from decimal import Decimal

import pytest

from config.programmes.fixtures import Fixtures, statistic_kinds
from config.programmes.loading import load_programme
from indicators.models import Baseline, Indicator, MunicipalityValue, SchoolValue, Target
from mentoring.models import Pairing
from monitoring.demo.cases import read_results
from monitoring.models import ObjectivityFlag, ResultTotal
from schools.models import Category, Identification, Municipality, School

PROGRAMME = "surgut"
FIXTURES = Fixtures(PROGRAMME)
DATES = ["2023-05-31", "2023-10-31", "2023-12-29"]
PAIRS = {"868801": "868802", "868803": "868804", "868805": "868806", "868807": "868808", "868809": "868810"}
INSTRUMENTS = {
    "s1.1": "Статистические данные по итогам промежуточной аттестации",
    "s1.2": "Статистические данные по итогам промежуточной аттестации",
    "s2.1": "Статистические данные по итогам ГИА (ЕГЭ, ОГЭ)",
    "s2.2": "Статистические данные по итогам ГИА (ЕГЭ, ОГЭ)",
    "s3.1": "Статистические данные по итогам ВПР",
    "s3.2": "Статистические данные по итогам ВПР",
    "s4": "Статистические данные по итогам выгрузки с платформы «РЭШ»",
    "s5": "Статистические данные по итогам ВСОКО",
}


def test_five_rows_give_eight_values_at_the_three_dates_of_the_project(surgut: Municipality):
    rows = Indicator.objects.filter(municipality=surgut, role="programme")
    assert {row.code: row.group for row in rows} == INSTRUMENTS
    assert len({(row.wording, row.group) for row in rows}) == 5
    assert {(row.period_kind, tuple(row.measured_on)) for row in rows} == {("date", tuple(DATES))}


def test_population_is_the_ten_participants_of_the_order(surgut: Municipality):
    codes = sorted([*PAIRS, *PAIRS.values()])
    for row in Indicator.objects.filter(municipality=surgut, role="programme"):
        assert sorted(row.population["codes"]) == codes
    branches = School.objects.filter(municipality=surgut).exclude(parent=None)
    assert {branch.code: branch.parent.code for branch in branches} == {"868808": "868807", "868810": "868809"}


def test_schools_keep_the_categories_of_2022(surgut: Municipality):
    """In each pair a school of the groups with low results stands beside one of another group."""
    listed = Identification.objects.filter(school__municipality=surgut, school_year=2022)
    categories: dict[str, set[str]] = {}
    for code, category in listed.values_list("school__code", "category"):
        categories.setdefault(code, set()).add(category)
    supporting = {Category.EFFECTIVE, Category.RESILIENT}
    for strong, supported in PAIRS.items():
        assert categories[strong] <= supporting
        assert not categories[supported] & supporting


@pytest.mark.parametrize(
    ("code", "numerator", "denominator"),
    [
        # 29.12.2023, schools 868801 to 868810.
        ("s1.1", 325 + 86 + 289 + 62 + 214 + 72 + 211 + 44 + 170 + 9, 3112),
        ("s1.2", 586 + 216 + 545 + 161 + 463 + 188 + 412 + 108 + 353 + 21, 3112),
        ("s4", 68 + 22 + 59 + 17 + 41 + 17 + 44 + 11 + 36 + 2, 559),
        ("s5", 28 + 10 + 24 + 7 + 17 + 7 + 18 + 5 + 15 + 1, 261),
    ],
)
def test_numbers_of_a_date_are_added_over_the_schools(
    surgut: Municipality, code: str, numerator: int, denominator: int
):
    value = MunicipalityValue.objects.get(indicator__municipality=surgut, indicator__code=code, period="2023-12-29")
    assert (value.numerator, value.denominator) == (numerator, denominator)


def test_quality_counts_good_marks_and_the_pass_rate_all_but_twos(surgut: Municipality):
    """№ 868808 at 31.05.2023: 41 on «4» and «5» and 108 without «2» of 113."""
    values = SchoolValue.objects.filter(school__code="868808", period="2023-05-31")
    found = {value.indicator.code: (value.numerator, value.denominator) for value in values.select_related("indicator")}
    assert (found["s1.1"], found["s1.2"]) == ((41, 113), (108, 113))


@pytest.mark.parametrize(
    ("school", "code", "date", "as_of", "numerator", "denominator"),
    [
        # ГИА of 2022, last sat in September: the sums are those of the starting values below.
        ("868808", "s2.1", "2023-05-31", "2022-09-08", 8, 25),
        ("868808", "s2.2", "2023-05-31", "2022-09-08", 30, 32),
        # ГИА of 2023 after re-sits. Good marks: 3 + 1 and 4 + 1 of ОГЭ, 1 of base mathematics, of 12 + 12 + 3.
        ("868808", "s2.1", "2023-10-31", "2023-09-08", 10, 27),
        ("868808", "s2.1", "2023-12-29", "2023-09-08", 10, 27),
        # Passed: 11 + 12 of ОГЭ, 5 in Russian, 2 + 3 in mathematics, of 12 + 12 + 5 + 5.
        ("868808", "s2.2", "2023-12-29", "2023-09-08", 33, 34),
        # ВПР of spring without the Russian of grade 5: 27 + 26 + 27 + 27 + 26 good marks and 25 «2» of 254.
        ("868805", "s3.1", "2023-10-31", "2023-05-31", 133, 254),
        ("868805", "s3.2", "2023-12-29", "2023-05-31", 229, 254),
        # The primary school: grade 4, two works of five pupils.
        ("868810", "s3.1", "2023-10-31", "2023-05-31", 2, 10),
        ("868810", "s3.2", "2023-10-31", "2023-05-31", 10, 10),
    ],
)
def test_at_a_date_stands_the_last_result_by_then(
    surgut: Municipality, school: str, code: str, date: str, as_of: str, numerator: int, denominator: int
):
    value = SchoolValue.objects.get(school__code=school, indicator__code=code, period=date)
    assert (value.numerator, value.denominator, str(value.as_of)) == (numerator, denominator, as_of)


def test_a_school_without_grades_9_and_11_has_no_gia(surgut: Municipality):
    of_school = SchoolValue.objects.filter(school__code="868810", indicator__code__startswith="s2")
    assert not of_school.exclude(value=None).exists()


def test_success_is_measured_from_where_each_school_started(surgut: Municipality):
    """№ 868808 in 2022. Good marks: 2 + 1 and 3 + 1 of ОГЭ, 1 of base mathematics, of 11 + 11 + 3. Passed with re-sits:
    10 + 10 of ОГЭ, 5 in Russian, 2 + 3 in mathematics, of 11 + 11 + 5 + 5. Check works: 17 + 6 good marks of 72.
    """
    baselines = Baseline.objects.filter(school__municipality=surgut).select_related("indicator", "school")
    found = {(row.school.code, row.indicator.code): row.value for row in baselines}
    assert len(found) == 9 * 8 + 6
    assert (found["868808", "s2.1"], found["868808", "s2.2"]) == (Decimal(32), Decimal("93.75"))
    assert found["868808", "s3.1"] == Decimal("31.9444")
    assert ("868810", "s2.1") not in found
    assert {(row.period, row.is_demo) for row in baselines} == {("2022-12-30", True)}
    assert all(row.source.startswith("Стартовые результаты школы") for row in baselines)


def test_only_base_mathematics_of_ege_has_marks(surgut: Municipality):
    """So the quality of ГИА has three exams in its denominator, its pass rate four."""

    def exams(code: str) -> list[tuple[str, str]]:
        whole = Indicator.objects.get(municipality=surgut, code=code).formula["whole"]
        return [(term["procedure"], term["subject"]) for term in whole["of"]]

    assert exams("s2.1") == [("oge", "russian"), ("oge", "mathematics"), ("ege", "mathematics_base")]
    assert exams("s2.2") == [("oge", "russian"), ("oge", "mathematics"), ("ege", "russian"), ("ege", "mathematics")]


def test_the_result_that_nobody_trusts_is_marked_and_stays(surgut: Municipality):
    flag = ObjectivityFlag.objects.active().get(school__municipality=surgut)
    exam = {"school": flag.school, "procedure": flag.procedure, "subject": flag.subject, "grade": flag.grade}
    total = ResultTotal.objects.get(school_year=flag.school_year, **exam)
    assert (flag.school.code, total.mark_2, total.participants) == ("868805", 0, 52)


def test_a_school_of_grades_1_to_4_has_only_their_works(surgut: Municipality):
    found = ResultTotal.objects.filter(school__code="868810").values_list("procedure", "grade").distinct()
    assert set(found) == {("vpr", 4)}


def test_loading_again_changes_nothing_and_what_people_changed_stays(surgut: Municipality):
    target = Target.objects.get(indicator__municipality=surgut, indicator__code="s5", period="2023-12-29")
    assert target.is_demo
    Target.objects.filter(pk=target.pk).update(value=60)
    ObjectivityFlag.objects.filter(school__municipality=surgut).update(lifted_at="2023-12-01T00:00Z")
    loaded = load_programme("surgut")
    assert (loaded.problem, any(loaded.added.values())) == ("", False)
    target.refresh_from_db()
    assert target.value == 60
    assert not ObjectivityFlag.objects.active().filter(school__municipality=surgut).exists()


def test_fixtures_hold_together():
    limits = {kind["code"]: kind.get("at_most") for kind in statistic_kinds()}
    for reported in FIXTURES.read("statistics"):
        for school, numbers in reported["schools"].items():
            for code, number in numbers.items():
                most = limits[code]
                assert most is None or number <= numbers[most], (reported["period"], school, code)
    for work in read_results(FIXTURES.folder).vpr_pupils:
        for school, marks in work.marks.items():
            assert sum(work.journal[school]) == sum(marks), (work.subject, work.grade, work.year, school)
    assert all("(демо)" in school["name"] for school in FIXTURES.read("schools"))
    assert FIXTURES.read("municipality")["is_demo"] is True


def test_the_five_pairs_of_the_order_are_loaded_with_their_basis(surgut: Municipality):
    pairs = Pairing.objects.filter(municipality=surgut).with_sides()
    assert {pair.helping_school.code: pair.school.code for pair in pairs} == PAIRS
    assert {(pair.kind, pair.basis, pair.starts_on.isoformat(), str(pair.ends_on)) for pair in pairs} == {
        ("school_school", "приказ от 30.12.2022 № 1030", "2023-01-01", "2023-12-31")
    }
    assert pairs.filter(risks__decision="activated").distinct().count() == 4  # the fifth school has activated none

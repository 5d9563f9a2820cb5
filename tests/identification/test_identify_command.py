"""`manage.py identify`: the shape of the contract, worked by hand over stored results."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.procedures import Procedure, Wave
from monitoring.identification.parameters import default_parameters
from schools.models import Identification
from tests.factories import (
    IdentificationRuleFactory,
    MunicipalityFactory,
    ObjectivityFlagFactory,
    ResultTotalFactory,
    SchoolFactory,
)

pytestmark = pytest.mark.django_db


def run(municipality, year=2020):
    out = io.StringIO()
    call_command("identify", municipality=municipality.slug, year=year, json=True, stdout=out)
    return json.loads(out.getvalue())


def oge(school, low, people, *, subject="mathematics", year=2020, **fields):
    marks = {"mark_2": low, "mark_3": people - low, "mark_4": 0, "mark_5": 0, "passed": people - low}
    ResultTotalFactory(school=school, subject=subject, school_year=year, participants=people, **(marks | fields))


def ege(school, passed, people, **fields):
    nothing = dict.fromkeys(("mark_2", "mark_3", "mark_4", "mark_5"))
    exam = {"procedure": Procedure.EGE, "grade": 11, "participants": people, "passed": passed}
    ResultTotalFactory(school=school, **(nothing | exam | {"subject": "russian"} | fields))


def test_the_answer_is_that_of_the_contract():
    school = SchoolFactory(code="100")
    oge(school, 6, 20)
    ege(school, 8, 12)
    SchoolFactory(code="200", municipality=school.municipality)
    assert run(school.municipality) == {
        "school_year": 2020,
        "schools": [
            {
                "school": "100",
                "procedures": [
                    {
                        "procedure": "oge", "subject": "mathematics", "grade": 9, "school_year": 2020,
                        "participants": 20, "low": 6, "share": "30", "excluded": False,
                    },
                    {
                        "procedure": "ege", "subject": "russian", "grade": 11, "school_year": 2020,
                        "participants": 12, "low": 4, "share": "33.333333", "excluded": False,
                    },
                ],
                "category": "low_results",
            },
            {"school": "200", "procedures": [], "category": None},
        ],
    }  # fmt: skip
    assert not Identification.objects.exists()  # a proposal is no decision


def test_the_parameters_of_the_year_hold_with_their_latest_version():
    school = SchoolFactory()
    oge(school, 6, 20)
    oge(school, 7, 20, subject="russian")
    town = school.municipality
    assert run(town)["schools"][0]["category"] == "low_results"
    kept = IdentificationRuleFactory(municipality=town)
    stricter = IdentificationRuleFactory(municipality=town, number=2, parameters=kept.parameters | {"threshold": "35"})
    assert run(town)["schools"][0]["category"] is None
    IdentificationRuleFactory(municipality=town, number=3, parameters=stricter.parameters | {"min_procedures": 1})
    assert run(town)["schools"][0]["category"] == "low_results"
    assert run(town, 2021)["schools"][0]["category"] == "low_results"  # another year has its own: the defaults


def test_the_first_attempt_counts_unless_the_best_is_asked_for():
    school = SchoolFactory()
    for subject in ("mathematics", "russian"):
        oge(school, 6, 20, subject=subject)
        oge(school, 5, 20, subject=subject, attempt="best")
    town = school.municipality
    assert [one["low"] for one in run(town)["schools"][0]["procedures"]] == [6, 6]
    kept = IdentificationRuleFactory(municipality=town)
    IdentificationRuleFactory(municipality=town, number=2, parameters=kept.parameters | {"attempt": "best"})
    (answer,) = run(town)["schools"]
    assert ([one["low"] for one in answer["procedures"]], answer["category"]) == ([5, 5], None)


def test_vpr_of_autumn_is_no_procedure_of_the_rule():
    school = SchoolFactory()
    vpr = {"procedure": Procedure.VPR, "grade": 5}
    oge(school, 10, 20, wave=Wave.AUTUMN, **vpr)
    oge(school, 2, 20, wave=Wave.SPRING, **vpr)
    assert [one["low"] for one in run(school.municipality)["schools"][0]["procedures"]] == [2]


def test_a_flag_leaves_the_result_out_until_it_is_lifted():
    school = SchoolFactory()
    oge(school, 10, 20)
    oge(school, 10, 20, subject="russian")
    flag = ObjectivityFlagFactory(school=school)
    (answer,) = run(school.municipality)["schools"]
    assert answer["category"] is None
    assert [(one["subject"], one["excluded"], one["share"]) for one in answer["procedures"]] == [
        ("russian", False, "50"),
        ("mathematics", True, "50"),
    ]
    flag.lifted_at = flag.marked_at
    flag.save()
    assert run(school.municipality)["schools"][0]["category"] == "low_results"


def test_a_doubt_about_a_level_is_one_about_the_union_of_both():
    school = SchoolFactory()
    ege(school, 5, 20, subject="mathematics")
    parameters = default_parameters(2020).to_json()
    parameters["procedures"] = [{"procedure": "ege", "subject": "mathematics", "grade": 11}]
    IdentificationRuleFactory(municipality=school.municipality, parameters=parameters)
    ObjectivityFlagFactory(school=school, procedure=Procedure.EGE, subject="mathematics_base", grade=11)
    (answer,) = run(school.municipality)["schools"]
    assert [(one["low"], one["excluded"]) for one in answer["procedures"]] == [(15, True)]


def test_a_branch_is_judged_by_its_own_results():
    parent = SchoolFactory(name="Школа № 1")
    branch = SchoolFactory(municipality=parent.municipality, parent=parent, name="Школа № 1, филиал")
    for subject in ("mathematics", "russian"):
        oge(parent, 0, 40, subject=subject)
        oge(branch, 10, 10, subject=subject)
    assert [one["category"] for one in run(parent.municipality)["schools"]] == [None, "low_results"]


def test_a_renamed_school_keeps_its_results():
    school = SchoolFactory(name="Прежнее название", code="100")
    oge(school, 10, 20, year=2019)
    school.name, school.code = "Новое название", "101"
    school.save()
    oge(school, 10, 20)
    (answer,) = run(school.municipality)["schools"]
    assert (answer["school"], answer["category"]) == ("101", "low_results")


def test_queries_do_not_grow_with_schools():
    town = MunicipalityFactory()
    oge(SchoolFactory(municipality=town), 3, 20)
    with CaptureQueriesContext(connection) as with_one:
        run(town)
    for _ in range(9):
        school = SchoolFactory(municipality=town)
        oge(school, 3, 20)
        ObjectivityFlagFactory(school=school)
    with CaptureQueriesContext(connection) as with_ten:
        run(town)
    assert len(with_ten) == len(with_one)


def test_an_unknown_municipality_is_refused():
    with pytest.raises(SystemExit) as stopped:
        call_command("identify", municipality="nowhere", year=2020, json=True, stdout=io.StringIO())
    assert stopped.value.code == 1


def test_a_year_that_is_none_is_wrong_usage():
    with pytest.raises(SystemExit) as stopped:
        call_command("identify", municipality=MunicipalityFactory().slug, year=20, stderr=io.StringIO())
    assert stopped.value.code == 2

"""Results that are not to be trusted: marked with a reason, lifted with a reason, never taken away."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Job
from monitoring.imports.objectivity_list import Mark
from monitoring.models import ObjectivityFlag, ResultTotal
from monitoring.queries.objectivity import left_out_exams
from monitoring.services.objectivity import FlagRefused, lift_flag, mark_not_objective, take_objectivity_list
from schools.models import School
from schools.workbooks import workbook_of
from tests.factories import ObjectivityFlagFactory, ResultTotalFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

OGE = {"school_year": 2020, "procedure": "oge", "subject": "mathematics", "grade": 9, "wave": "main"}
EGE = {"school_year": 2020, "procedure": "ege", "grade": 11, "wave": "main"}
REASON = "Отметки выше журнала у 19 из 20"


def excluded(**of: Any) -> set[tuple[int, str]]:
    return set(ResultTotal.objects.with_excluded().filter(is_excluded=True, **of).values_list("school_id", "subject"))


def scopes() -> list[dict[str, Any]]:
    return list(Job.objects.filter(kind=Job.Kind.RECOMPUTE).order_by("pk").values_list("scope", flat=True))


def test_a_mark_says_who_when_and_why_and_asks_for_the_values_of_that_school():
    school, by = SchoolFactory(), UserFactory()
    ResultTotalFactory(school=school)
    ResultTotalFactory(school=SchoolFactory(municipality=school.municipality))
    flag = mark_not_objective(school=school, **OGE, reason=REASON, by=by)
    assert (flag.marked_by, flag.reason, flag.source, flag.lifted_at) == (by, REASON, {"form": True}, None)
    event = AuditEvent.objects.get(action="results_marked_not_objective")
    assert (event.user, event.municipality, event.details["reason"]) == (by, school.municipality, REASON)
    assert scopes() == [{"exams": [["oge", "mathematics", 9, 2020]], "schools": [school.pk]}]


def test_who_alone_has_results_touches_nobody_else_for_the_exam_was_held_all_the_same():
    school = SchoolFactory()
    ResultTotalFactory(school=school)
    mark_not_objective(school=school, **OGE, reason=REASON, by=None)
    assert scopes() == [{"exams": [["oge", "mathematics", 9, 2020]], "schools": [school.pk]}]


def test_without_results_there_is_nothing_to_recompute():
    school = SchoolFactory()
    mark_not_objective(school=school, **OGE, reason=REASON, by=None)
    assert scopes() == []


def test_lifting_keeps_the_record_and_lets_the_results_in_again():
    flag, by = ObjectivityFlagFactory(), UserFactory()
    ResultTotalFactory(school=flag.school)
    assert excluded() == {(flag.school_id, "mathematics")}
    lift_flag(flag=flag, reason="Перепроверено: подтвердилось", by=by)
    assert excluded() == set()
    kept = ObjectivityFlag.objects.get()
    assert (kept.lifted_by, kept.lift_reason, kept.lifted_at is None) == (by, "Перепроверено: подтвердилось", False)
    assert AuditEvent.objects.get(action="objectivity_flag_lifted").details["reason"] == kept.lift_reason
    assert scopes() == [{"exams": [["oge", "mathematics", 9, 2020]], "schools": [flag.school_id]}]


def test_what_is_marked_is_not_marked_twice_and_what_is_lifted_not_lifted_twice():
    flag = ObjectivityFlagFactory()
    with pytest.raises(FlagRefused, match="уже отмечены"):
        mark_not_objective(school=flag.school, **OGE, reason=REASON, by=None)
    lift_flag(flag=flag, reason="Ошибка", by=None)
    with pytest.raises(FlagRefused, match="уже снял"):
        lift_flag(flag=flag, reason="Ошибка", by=None)
    mark_not_objective(school=flag.school, **OGE, reason=REASON, by=None)
    assert ObjectivityFlag.objects.active().count() == 1


def test_no_two_active_flags_of_one_exam_and_none_without_a_reason():
    flag = ObjectivityFlagFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ObjectivityFlagFactory(school=flag.school)
    with pytest.raises(IntegrityError, match="objectivity_flag_has_a_reason"), transaction.atomic():
        ObjectivityFlagFactory(reason="")


@pytest.mark.parametrize(
    ("flagged", "covered"),
    [
        ("mathematics_base", {"mathematics_base", "mathematics"}),
        ("mathematics_profile", {"mathematics_profile", "mathematics"}),
        ("mathematics", {"mathematics", "mathematics_base", "mathematics_profile"}),
        ("russian", {"russian"}),
    ],
)
def test_a_level_takes_the_union_with_it_and_the_union_its_levels(flagged, covered):
    school = SchoolFactory()
    for subject in ("mathematics", "mathematics_base", "mathematics_profile", "russian"):
        ResultTotalFactory(school=school, subject=subject, **EGE)
    mark_not_objective(school=school, subject=flagged, **EGE, reason=REASON, by=None)
    assert excluded() == {(school.pk, subject) for subject in covered}
    assert {exam[1] for exam in scopes()[0]["exams"]} == covered


def test_a_flag_covers_its_own_school_year_grade_and_exam_alone():
    flag = ObjectivityFlagFactory()
    ResultTotalFactory(school=flag.school, attempt="best")
    ResultTotalFactory(school=flag.school, school_year=2019)
    ResultTotalFactory(school=flag.school, subject="russian")
    ResultTotalFactory(school=flag.school, procedure="gve")
    ResultTotalFactory(school=SchoolFactory(municipality=flag.school.municipality))
    assert list(ResultTotal.objects.with_excluded().filter(is_excluded=True).values_list("attempt", "school_year")) == [
        ("best", 2020)
    ]


VPR = {"school_year": 2020, "procedure": "vpr", "subject": "russian", "grade": 5}


def in_both_waves(school: School) -> None:
    for wave, pupils in (("autumn", 6), ("spring", 5)):
        ResultTotalFactory(school=school, wave=wave, pupil_grade=pupils, **VPR)


def excluded_waves() -> set[str]:
    return set(ResultTotal.objects.with_excluded().filter(is_excluded=True).values_list("wave", flat=True))


def test_a_persons_mark_is_about_one_wave_and_the_other_may_be_marked_too():
    school = SchoolFactory()
    in_both_waves(school)
    mark_not_objective(school=school, **VPR, wave="autumn", reason=REASON, by=None)
    assert excluded_waves() == {"autumn"}
    assert {exam[-1] for exam in left_out_exams(school.municipality_id)} == {"autumn"}
    mark_not_objective(school=school, **VPR, wave="spring", reason=REASON, by=None)
    assert excluded_waves() == {"autumn", "spring"}


def test_a_mark_of_a_wave_without_results_touches_nothing():
    school = SchoolFactory()
    ResultTotalFactory(school=school, wave="spring", **VPR)
    mark_not_objective(school=school, **VPR, wave="autumn", reason=REASON, by=None)
    assert scopes() == []


def test_the_official_list_does_not_tell_waves_apart_and_marks_both_beside_a_persons_mark_of_one():
    school = SchoolFactory()
    in_both_waves(school)
    mark_not_objective(school=school, **VPR, wave="autumn", reason=REASON, by=None)
    assert take(school, ("russian", 5)) == (1, 0, 0)
    assert excluded_waves() == {"autumn", "spring"}
    with pytest.raises(FlagRefused, match="уже отмечены"):
        mark_not_objective(school=school, **VPR, wave="spring", reason=REASON, by=None)
    lift_flag(flag=ObjectivityFlag.objects.get(wave=""), reason="Проверено", by=None)
    assert excluded_waves() == {"autumn"}


def take(school: Any, *marks: tuple[str, int], **options: Any) -> tuple[int, int, int]:
    """New, same, lifted: what the list of ВПР 2021 does that marks these exams of the school."""
    outcome = take_objectivity_list(
        municipality=school.municipality,
        marks=[Mark(school.pk, 2020, subject, grade, "4 РУ", "5,153") for subject, grade in marks],
        file_name="bias.xlsx",
        sheet="Sheet1",
        by=None,
        **options,
    )
    return outcome.new, outcome.same, outcome.lifted


def test_the_official_list_twice_changes_nothing_and_says_where_each_mark_stands():
    school = SchoolFactory()
    ResultTotalFactory(school=school, procedure="vpr", subject="russian", grade=4)
    assert take(school, ("russian", 4), ("mathematics", 5)) == (2, 0, 0)
    assert take(school, ("russian", 4), ("mathematics", 5)) == (0, 2, 0)
    flag = ObjectivityFlag.objects.get(subject="russian")
    assert flag.source == {"file": "bias.xlsx", "sheet": "Sheet1", "rows": "5,153"}
    assert flag.reason == "Признаки необъективности ВПР 2021 года: маркер «4 РУ» официального списка"
    assert AuditEvent.objects.filter(action="objectivity_list_taken").count() == 1
    assert scopes() == [{"exams": [["vpr", "russian", 4, 2020]], "schools": [school.pk]}]


def test_what_a_revised_list_does_not_name_any_more_stays_until_a_person_lifts_it():
    school = SchoolFactory()
    take(school, ("russian", 4), ("mathematics", 5))
    assert take(school, ("russian", 4)) == (0, 1, 0)
    assert ObjectivityFlag.objects.active().count() == 2


def test_what_a_person_has_lifted_a_list_does_not_mark_again():
    school = SchoolFactory()
    take(school, ("russian", 4))
    lift_flag(flag=ObjectivityFlag.objects.get(), reason="Перепроверено", by=None)
    assert take(school, ("russian", 4)) == (0, 0, 1)
    assert not ObjectivityFlag.objects.active().exists()


def test_a_persons_own_mark_lifted_does_not_stand_against_the_official_list():
    flag = ObjectivityFlagFactory(procedure="vpr", subject="russian", grade=4)
    lift_flag(flag=flag, reason="Ошибка", by=None)
    assert take(flag.school, ("russian", 4)) == (1, 0, 0)


def test_a_school_that_is_gone_meanwhile_stops_the_whole_list():
    school, gone = SchoolFactory(), SchoolFactory()
    marks = [Mark(place.pk, 2020, "russian", 4, "4 РУ", "5") for place in (school, gone)]
    with pytest.raises(FlagRefused, match="загрузите файл ещё раз"):
        take_objectivity_list(municipality=school.municipality, marks=marks, file_name="b", sheet="", by=None)
    assert not ObjectivityFlag.objects.exists()


def command(file: Any, **options: Any) -> tuple[int, dict[str, Any]]:
    out, code = io.StringIO(), 0
    try:
        call_command("import_objectivity", str(file), municipality="town", json=True, stdout=out, **options)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, json.loads(out.getvalue())


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list of two towns; one of its schools is ours."""
    SchoolFactory(municipality__slug="town", municipality__name="Дербент", fisoko_login="edu050001")
    rows = [
        ("2021", "edu050001", "Дербент", "СОШ", 1, "", "", "", 2),
        ("2021", "edu059999", "Махачкала", "СОШ", 1, 1, "", "", 2),
    ]
    header = ("Год", "Логин", "Муниципалитет", "ОО", "4 РУ", "4 МА", "5 РУ", "5 МА", "Количество маркеров")
    (tmp_path / "bias.xlsx").write_bytes(workbook_of("Sheet1", header, rows))
    return tmp_path / "bias.xlsx"


def test_the_command_previews_takes_in_and_the_second_time_changes_nothing(listed):
    code, told = command(listed, preview=True)
    assert (code, told["stored"], told["changes"]) == (0, False, {"new": 1, "same": 0, "lifted": 0})
    assert not ObjectivityFlag.objects.exists()
    code, told = command(listed)
    assert (code, told["stored"], told["schools"]) == (0, True, 1)
    assert told["skipped"] == {"rows": 1, "municipalities": {"Махачкала": 1}}
    assert [(problem["severity"], problem["code"], problem["cell"]) for problem in told["problems"]] == [
        ("warning", "count_differs", "I2")
    ]
    assert ObjectivityFlag.objects.get().school_year == 2020
    assert command(listed)[1]["changes"] == {"new": 0, "same": 1, "lifted": 0}


def test_the_command_recomputes_in_the_foreground(listed):
    ResultTotalFactory(school=School.objects.get(), procedure="vpr", subject="russian", grade=4)
    command(listed)
    assert [job.status for job in Job.objects.all()] == [Job.Status.DONE]


def test_the_command_refuses_what_it_cannot_read(tmp_path, listed):
    (tmp_path / "letter.xlsx").write_bytes(b"PK no workbook")
    code, told = command(tmp_path / "letter.xlsx")
    assert (code, told["problems"][0]["code"]) == (1, "unreadable")
    School.objects.update(fisoko_login="edu050003")
    code, told = command(listed)
    assert (code, told["stored"], told["problems"][0]["code"]) == (1, False, "unknown_school")
    (tmp_path / "short.xlsx").write_bytes(workbook_of("Sheet1", ("Год", "Логин", "4 РУ"), [("2021", "edu050003", 1)]))
    code, told = command(tmp_path / "short.xlsx")
    assert (code, told["stored"], told["problems"][0]["code"]) == (1, False, "missing_markers")
    assert not ObjectivityFlag.objects.exists()

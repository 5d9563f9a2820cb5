"""The passport of a programme: its parts are written whole, nothing is overwritten unseen, an order freezes it."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Permission, Role
from roadmaps.models import Money, Programme, ProgrammeTask
from roadmaps.passport.changes import Verb
from roadmaps.passport.parts import NAMING, Part
from roadmaps.queries.passport import content_of, lines_of, passport_shown
from roadmaps.services import passport as services
from roadmaps.services.passport import Order, PassportChanged, PassportRefused, save_part
from roadmaps.services.passport_lines import MODELS
from roadmaps.states import PROGRAMME_MOVES, WRITABLE_PROGRAMMES, ProgrammeState
from tests.factories import IndicatorFactory, MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import person

pytestmark = pytest.mark.django_db
ORDER = Order("215", dt.date(2022, 1, 14))
HEAD = {"kind": "municipal", "title": "Программа", "starts_in": 2022, "ends_in": 2024}
LINES = {
    Part.HEAD: [
        {"title": "Программа", "background": "Разработал ЦРО", "aim": "Повысить качество", "starts_in": "2022",
         "ends_in": "2024", "finance": "В пределах бюджета", "order_number": "", "order_date": ""}
    ],
    Part.TASKS: [
        {"kind": "aim", "text": "Организовать работу", "indicators": ["n1", "n2"]},
        {"kind": "task", "text": "Обучить учителей", "indicators": ["n1"]},
    ],
    Part.STAGES: [{"title": "Первый", "starts_on": "2022-01-11", "ends_on": "2022-02-15", "text": "Анализ\nи план"}],
    Part.RESULTS: [{"text": "Качество повышается"}, {"text": "Разрыв сокращается"}],
    Part.PARTICIPANTS: [
        {"school": "101", "organisation": "СОШ № 1", "duties": "Назначить куратора", "basis": "п. 2.1"},
        {"school": "", "organisation": "ЦРО", "duties": "", "basis": ""},
    ],
    Part.RISKS: [{"text": "Не хватит учителей", "mitigation": "Сетевое взаимодействие"}],
    Part.MONEY: [
        {"title": "Курсы", "year": "2022", "source": "municipal", "planned": "100000.50", "spent": "40000.25"},
        {"title": "Курсы", "year": "2023", "source": "regional", "planned": "50000.00", "spent": "0.00"},
    ],
}  # fmt: skip


@pytest.fixture
def place() -> SimpleNamespace:
    municipality = MunicipalityFactory.create(slug="nazarovo")
    school = SchoolFactory.create(municipality=municipality, name="СОШ № 1", code="101")
    for code in ("n1", "n2"):
        IndicatorFactory.create(municipality=municipality, code=code, short_name=f"Доля {code}")
    methodist, department = person(Role.METHODIST, municipality), person(Role.DEPARTMENT, municipality)
    programme = services.make_programme(municipality=municipality, school=None, head=HEAD, by=methodist)
    return SimpleNamespace(
        municipality=municipality, school=school, programme=programme, methodist=methodist, department=department
    )


def write(place: SimpleNamespace, part: Part, lines=None, *, seen=None, by=None) -> Programme:
    seen = lines_of(Programme.objects.get(pk=place.programme.pk), part) if seen is None else seen
    return save_part(
        programme=place.programme,
        part=part,
        lines=LINES[part] if lines is None else lines,
        seen=seen,
        by=by or place.methodist,
    )


def now(place: SimpleNamespace) -> Programme:
    return Programme.objects.get(pk=place.programme.pk)


def bring_to(place: SimpleNamespace, state: ProgrammeState) -> Programme:
    """The programme, written whole, in this state."""
    for part in Part:
        write(place, part)
    way = [services.agree, services.approve, services.amend]
    for step in way[: list(ProgrammeState).index(state)]:
        order = {"order": ORDER} if step is services.approve else {}
        step(programme=place.programme, seen_version=now(place).version, by=place.department, **order)
    return now(place)


def test_what_was_written_is_read_back_word_for_word(place):
    for part in Part:
        write(place, part)
    assert content_of(now(place)) == LINES
    assert now(place).version == 1 + len(Part)
    assert now(place).changed_by == place.methodist


def test_saving_what_is_stored_changes_nothing(place):
    write(place, Part.RISKS)
    assert write(place, Part.RISKS, seen=[]).version == 2


def rows_of(place, part) -> dict[str, int]:
    found = MODELS[part].objects.filter(programme=place.programme)
    return {f"{row} {getattr(row, 'year', '')}".strip(): row.pk for row in found}


def key(line, part) -> str:
    return f"{line[NAMING[part]]} {line.get('year', '')}".strip()


def test_lines_that_stay_are_rewritten_or_change_places_keep_their_rows(place):
    """Or whatever points at a line would point at nothing."""
    links = ProgrammeTask.indicators.through.objects
    for part in MODELS:
        write(place, part)
        before = rows_of(place, part)
        first, *rest = LINES[part]
        named = NAMING[part]
        fresh = first | {named: "Совсем другое дело"}
        rewritten = first | {named: f"{first[named]} и ещё"}
        kept_links = set(links.values_list("pk", flat=True))
        write(place, part, [*rest, fresh, rewritten])
        after = rows_of(place, part)
        assert lines_of(now(place), part) == [*rest, fresh, rewritten]
        assert after[key(rewritten, part)] == before[key(first, part)], part
        assert all(after[key(line, part)] == before[key(line, part)] for line in rest)
        assert after[key(fresh, part)] not in before.values()
        assert kept_links <= set(links.values_list("pk", flat=True))
        write(place, part, [fresh])
        assert rows_of(place, part) == {key(fresh, part): after[key(fresh, part)]}
    assert set(links.values_list("indicator__code", flat=True)) == {"n1", "n2"}
    fresh = LINES[Part.TASKS][0] | {"text": "Совсем другое дело", "indicators": ["n2"]}
    write(place, Part.TASKS, [fresh])
    assert [line.code for line in ProgrammeTask.objects.get().indicators.all()] == ["n2"]


def test_a_line_that_stays_is_not_written_again(place):
    write(place, Part.PARTICIPANTS)
    with CaptureQueriesContext(connection) as asked:
        write(place, Part.PARTICIPANTS, [*LINES[Part.PARTICIPANTS], LINES[Part.PARTICIPANTS][1] | {"duties": "Учить"}])
    told = [query["sql"] for query in asked if "roadmaps_participant" in query["sql"]]
    assert not [sql for sql in told if sql.startswith(("UPDATE", "DELETE"))], told


def test_second_editor_of_a_part_is_told_what_the_first_changed(place):
    seen = lines_of(place.programme, Part.RESULTS)
    write(place, Part.RESULTS, seen=seen)
    with pytest.raises(PassportChanged) as told:
        write(place, Part.RESULTS, [{"text": "Другой"}], seen=seen, by=place.department)
    assert [(change.verb, change.name) for change in told.value.changes] == [
        (Verb.ADDED, "Качество повышается"),
        (Verb.ADDED, "Разрыв сокращается"),
    ]
    assert told.value.stored == LINES[Part.RESULTS] == lines_of(now(place), Part.RESULTS)
    write(place, Part.RESULTS, [{"text": "Другой"}], seen=told.value.stored, by=place.department)
    assert lines_of(now(place), Part.RESULTS) == [{"text": "Другой"}]


def test_two_people_in_two_parts_do_not_hinder_each_other(place):
    seen = {part: lines_of(place.programme, part) for part in Part}
    write(place, Part.RISKS, seen=seen[Part.RISKS])
    write(place, Part.STAGES, seen=seen[Part.STAGES], by=place.department)
    assert lines_of(now(place), Part.RISKS) == LINES[Part.RISKS]
    assert lines_of(now(place), Part.STAGES) == LINES[Part.STAGES]


def test_totals_add_up(place):
    write(place, Part.MONEY)
    shown = passport_shown(place.methodist, now(place), content_of(now(place)))
    assert (shown.total.planned, shown.total.spent, shown.total.left) == (
        Decimal("150000.50"), Decimal("40000.25"), Decimal("110000.25"),
    )  # fmt: skip
    assert [(source, sum.planned) for source, sum in shown.sums] == [
        (Money.Source.REGIONAL.label, Decimal("50000.00")),
        (Money.Source.MUNICIPAL.label, Decimal("100000.50")),
    ]


def test_foreign_schools_and_indicators_are_not_linked(place):
    other = MunicipalityFactory.create()
    SchoolFactory.create(municipality=other, code="999")
    IndicatorFactory.create(municipality=other, code="x9")
    write(place, Part.PARTICIPANTS, [{"school": "999", "organisation": "Чужая", "duties": "", "basis": ""}])
    write(place, Part.TASKS, [{"kind": "task", "text": "Задача", "indicators": ["x9"]}])
    assert place.programme.participants.get().school is None
    assert not place.programme.tasks.get().indicators.exists()


# --- The table of moves


def test_states_of_the_table_are_those_of_the_model():
    assert {state.value for state in ProgrammeState} == set(Programme.Status.values)
    assert list(PROGRAMME_MOVES.values()).count(Permission.PLANS_APPROVE) == 2


STEPS = {
    ProgrammeState.AGREED: services.agree,
    ProgrammeState.DRAFT: services.back_to_draft,
    ProgrammeState.AMENDED: services.amend,
    ProgrammeState.APPROVED: services.approve,
}


@pytest.mark.parametrize("before", ProgrammeState)
@pytest.mark.parametrize("after", ProgrammeState)
@pytest.mark.parametrize("who", ["methodist", "department", "viewer"])
def test_programme_moves_only_by_the_table_and_only_by_those_it_names(place, before, after, who):
    programme = bring_to(place, before)
    by = person(Role.VIEWER, place.municipality) if who == "viewer" else getattr(place, who)
    order = {"order": Order("9", dt.date(2023, 1, 9), "Сроки")} if after is ProgrammeState.APPROVED else {}
    right = PROGRAMME_MOVES.get((before, after))
    held = {"methodist": {Permission.PLANS_EDIT}, "viewer": set()}.get(who, set(Permission))
    if right in held:
        STEPS[after](programme=programme, seen_version=programme.version, by=by, **order)
        assert now(place).status == after
    else:
        with pytest.raises(PassportRefused):
            STEPS[after](programme=programme, seen_version=programme.version, by=by, **order)
        assert now(place).status == before


@pytest.mark.parametrize("state", ProgrammeState)
@pytest.mark.parametrize("part", Part)
def test_passport_is_written_in_a_draft_and_in_an_amendment_alone(place, state, part):
    bring_to(place, state)
    fewer = LINES[part][:-1] if part is not Part.HEAD else [LINES[part][0] | {"aim": "Другая цель"}]
    if state in WRITABLE_PROGRAMMES:
        write(place, part, fewer)
    else:
        with pytest.raises(PassportRefused):
            write(place, part, fewer)
    assert lines_of(now(place), part) == (fewer if state in WRITABLE_PROGRAMMES else stored(part, state))


def stored(part: Part, state: ProgrammeState) -> list[dict]:
    """With the order, where there has been one."""
    order = {"order_number": "215", "order_date": "2022-01-14"}
    return [LINES[part][0] | order] if part is Part.HEAD and state is ProgrammeState.APPROVED else LINES[part]


def test_what_is_spent_is_written_while_the_programme_is_in_force(place):
    bring_to(place, ProgrammeState.APPROVED)
    spent = [line | {"spent": "50000.00"} for line in LINES[Part.MONEY]]
    write(place, Part.MONEY, spent)
    assert lines_of(now(place), Part.MONEY) == spent
    with pytest.raises(PassportRefused, match="только израсходованное"):
        write(place, Part.MONEY, [line | {"planned": "1.00"} for line in spent])


@pytest.mark.parametrize("seen", [0, 1, 99])
def test_nobody_moves_a_programme_that_has_changed_since(place, seen):
    for part in Part:
        write(place, part)
    with pytest.raises(PassportRefused, match="Программу изменили"):
        services.agree(programme=place.programme, seen_version=seen, by=place.methodist)


def test_without_aim_and_tasks_nothing_is_agreed(place):
    with pytest.raises(PassportRefused, match="цель и задачи"):
        services.agree(programme=place.programme, seen_version=1, by=place.methodist)


def test_order_freezes_an_edition_and_an_amendment_makes_the_next(place):
    programme = bring_to(place, ProgrammeState.AMENDED)
    write(place, Part.RESULTS, [{"text": "Качество повышается"}])
    with pytest.raises(PassportRefused, match="что изменено"):
        services.approve(programme=programme, order=ORDER, seen_version=now(place).version, by=place.department)
    older = Order("31", ORDER.date - dt.timedelta(days=1), "Убран результат")
    with pytest.raises(PassportRefused, match="не может быть раньше") as refusal:
        services.approve(programme=programme, order=older, seen_version=now(place).version, by=place.department)
    assert refusal.value.field == "order_date"
    second = Order("31", dt.date(2023, 2, 1), "Убран результат")
    services.approve(programme=programme, order=second, seen_version=now(place).version, by=place.department)
    first, last = programme.editions.all()
    assert [line["text"] for line in first.content["results"]] == ["Качество повышается", "Разрыв сокращается"]
    assert [line["text"] for line in last.content["results"]] == ["Качество повышается"]
    assert first.content["names"] == {"n1": "Доля n1", "n2": "Доля n2"}
    assert (first.order_number, last.order_number, last.reason) == ("215", "31", "Убран результат")
    assert (now(place).order_number, now(place).status) == ("31", "approved")


def test_amendment_that_is_given_up_leaves_the_edition_in_force_and_what_was_spent(place):
    programme = bring_to(place, ProgrammeState.AMENDED)
    write(place, Part.RESULTS, [])
    write(place, Part.MONEY, [LINES[Part.MONEY][0] | {"spent": "99.00", "planned": "1.00"}])
    services.give_up_amendment(programme=programme, seen_version=now(place).version, by=place.department)
    assert lines_of(now(place), Part.RESULTS) == LINES[Part.RESULTS]
    assert [(line["planned"], line["spent"]) for line in lines_of(now(place), Part.MONEY)] == [
        ("100000.50", "99.00"), ("50000.00", "0.00"),
    ]  # fmt: skip
    assert now(place).status == "approved"
    assert programme.editions.count() == 1


def test_programme_that_was_approved_before_it_came_keeps_its_text_as_the_first_edition(place):
    for part in Part:
        write(place, part)
    Programme.objects.filter(pk=place.programme.pk).update(status="approved")
    services.amend(programme=now(place), seen_version=now(place).version, by=place.methodist)
    edition = now(place).editions.get()
    assert {part: edition.content[part] for part in Part} == LINES
    assert (edition.order_number, edition.order_date) == ("", None)


# --- Making one


@pytest.mark.parametrize(
    ("kind", "of_school", "refused"),
    [
        ("municipal", False, False), ("municipal", True, True), ("concept", True, True), ("concept", False, False),
        ("antirisk", True, False), ("antirisk", False, True), ("medium_term", False, True),
        ("effective_mode", False, True), ("project", False, False), ("project", True, False),
        ("network", False, False), ("training", True, False),
    ],
)  # fmt: skip
def test_each_kind_has_its_place(place, kind, of_school, refused):
    school = place.school if of_school else None
    head = HEAD | {"kind": kind, "starts_in": 2023}

    def make() -> Programme:
        return services.make_programme(municipality=place.municipality, school=school, head=head, by=place.methodist)

    if refused:
        with pytest.raises(PassportRefused):
            make()
    else:
        assert make().status == "draft"


def test_municipality_begins_one_programme_of_its_own_a_year_and_any_number_of_projects(place):
    def make(kind: str) -> None:
        head = HEAD | {"kind": kind}
        services.make_programme(municipality=place.municipality, school=None, head=head, by=place.methodist)

    with pytest.raises(PassportRefused, match="уже есть"):
        make("municipal")
    make("project")
    make("project")
    assert place.municipality.programmes.count() == 3


def test_those_who_only_read_write_nothing(place):
    with pytest.raises(PassportRefused):
        write(place, Part.RISKS, by=person(Role.VIEWER, place.municipality))
    with pytest.raises(PassportRefused):
        services.make_programme(
            municipality=place.municipality, school=None, head=HEAD, by=person(Role.CURATOR, place.school)
        )

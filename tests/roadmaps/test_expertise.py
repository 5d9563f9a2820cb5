"""Expertise moves as the table of moves says, and an expert sees what is to be judged and nothing else."""

import datetime as dt
import itertools

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from roadmaps.evidence_files import FOLDER
from roadmaps.expertise_usual import OF_RESULTS, usual_criteria, usual_due
from roadmaps.forms.expertise import RoundForm
from roadmaps.jobs.evidence import sweep_evidence
from roadmaps.models import Evidence, Expertise, HeldFile, Presentation, Programme, Review, ReviewMark, Roadmap
from roadmaps.queries.expertise import reviews_shown
from roadmaps.services import expertise as services
from roadmaps.services.attaching import Sent
from roadmaps.services.expertise import ExpertiseRefused, Round
from roadmaps.services.presentations import PresentationRefused, present
from roadmaps.states import REVIEW_MOVES, Actor, ReviewState, review_may_move
from tests.factories import MembershipFactory, MunicipalityFactory
from tests.roadmaps import made
from tests.roadmaps.judging import DUE, assign, said, seen, write

S = ReviewState
PEOPLE = ("expert", "stranger", "curator", "neighbour", "methodist", "department", "viewer")
ALLOWED = {
    (S.ASSIGNED, S.SUBMITTED, Actor.AUTHOR), (S.ASSIGNED, S.DECLINED, Actor.AUTHOR),
    (S.RETURNED, S.SUBMITTED, Actor.AUTHOR), (S.RETURNED, S.DECLINED, Actor.AUTHOR),
    (S.SUBMITTED, S.ASSIGNED, Actor.AUTHOR), (S.SUBMITTED, S.ACCEPTED, Actor.REVIEWER),
    (S.SUBMITTED, S.RETURNED, Actor.REVIEWER), (S.ACCEPTED, S.RETURNED, Actor.REVIEWER),
    (S.DECLINED, S.ASSIGNED, Actor.REVIEWER),
}  # fmt: skip


def stand_in(town, state) -> Review:
    """The review in this state, whatever led there."""
    words = {"verdict": "good", "conclusion": "Хорошо"} if state in (S.SUBMITTED, S.ACCEPTED) else {}
    reason = {"reason": "Нет"} if state in (S.RETURNED, S.DECLINED) else {}
    blank = {"verdict": "", "conclusion": "", "reason": ""}
    Review.objects.filter(pk=town.review.pk).update(**{"state": state.value, **blank, **words, **reason})
    return Review.objects.get(pk=town.review.pk)


MOVES = {
    (S.SUBMITTED, Actor.AUTHOR): lambda town, review, by: write(town, by=by),
    (S.DECLINED, Actor.AUTHOR): lambda town, review, by: services.decline(**seen(review, by), reason="Болен"),
    (S.ASSIGNED, Actor.AUTHOR): lambda town, review, by: services.take_back(**seen(review, by)),
    (S.ACCEPTED, Actor.REVIEWER): lambda town, review, by: services.accept(**seen(review, by)),
    (S.RETURNED, Actor.REVIEWER): lambda town, review, by: services.give_back(**seen(review, by), reason="Мало"),
    (S.ASSIGNED, Actor.REVIEWER): lambda town, review, by: services.ask_again(**seen(review, by)),
}
IS = {"expert": Actor.AUTHOR, "methodist": Actor.REVIEWER, "department": Actor.REVIEWER}


def test_the_table_of_moves_is_complete():
    for before, after, actor in itertools.product(S, S, Actor):
        assert review_may_move(before, after, {actor}) is ((before, after, actor) in ALLOWED), (before, after, actor)
        assert not review_may_move(before, after, ())
    assert len(REVIEW_MOVES) == len(ALLOWED)
    assert {(after, actor) for _, after, actor in ALLOWED} == set(MOVES)


@pytest.mark.parametrize("before", S)
def test_every_verb_in_every_state_by_every_person(judged, before):
    for (after, actor), verb in MOVES.items():
        for who in PEOPLE:
            review = stand_in(judged, before)
            if IS.get(who) is actor and (before, after, actor) in ALLOWED:
                verb(judged, review, getattr(judged, who))
                assert Review.objects.get(pk=review.pk).state == after
            else:
                with pytest.raises(ExpertiseRefused):
                    verb(judged, review, getattr(judged, who))
                assert Review.objects.get(pk=review.pk).state == before


# --- Who is asked, and what they see


def test_nobody_assesses_their_own_school_and_mutual_expertise_is_between_schools(judged):
    with pytest.raises(ExpertiseRefused, match="из другой школы"):
        assign(judged, judged.curator, judged.programme)
    mutual = services.make_round(
        municipality=judged.municipality, told=Round("mutual", "Взаимно", DUE, 2, ("Цель",)), by=judged.methodist
    )
    with pytest.raises(ExpertiseRefused, match="Взаимоэкспертизу проводят школы"):
        assign(judged, judged.expert, judged.programme, expertise=mutual)
    (one,) = assign(judged, judged.curator, judged.other, expertise=mutual, origin="school")
    (two,) = assign(judged, judged.neighbour, judged.programme, expertise=mutual, origin="school")
    assert [row.expertise_id for row in (one, two)] == [mutual.pk] * 2


def test_an_expert_from_a_school_is_named_by_it_and_one_of_a_branch_is_no_stranger_to_its_head(judged):
    (review,) = services.assign(
        expertise=judged.round, programmes=[judged.other], expert=judged.curator, origin="school", organisation="",
        by=judged.methodist,
    )  # fmt: skip
    assert review.organisation == judged.first.name
    of_nowhere = {"expertise": judged.round, "programmes": [judged.programme], "expert": judged.department}
    with pytest.raises(ExpertiseRefused, match="назовите его школу"):
        services.assign(**of_nowhere, origin="school", organisation=" ", by=judged.methodist)
    judged.second.parent = judged.first
    judged.second.save()
    with pytest.raises(ExpertiseRefused, match="из другой школы"):
        assign(judged, judged.neighbour, judged.programme)


def test_who_is_asked_belongs_to_the_municipality_and_is_asked_once_by_those_who_may(judged):
    foreign = MembershipFactory(role=Role.EXPERT, municipality=MunicipalityFactory()).user
    with pytest.raises(ExpertiseRefused, match="другому муниципалитету"):
        assign(judged, foreign, judged.programme)
    with pytest.raises(ExpertiseRefused, match="уже назначена"):
        assign(judged, judged.expert, judged.other, judged.programme)
    with pytest.raises(ExpertiseRefused, match="назначают"):
        assign(judged, judged.stranger, judged.programme, by=judged.curator)
    with pytest.raises(ExpertiseRefused, match="хотя бы одну"):
        assign(judged, judged.stranger)
    assert Review.objects.count() == 1


def test_an_expert_sees_only_what_is_assigned_and_only_while_they_belong_here(judged):
    (other,) = assign(judged, judged.stranger, judged.other)

    def sees(user) -> set:
        return set(Review.objects.visible_to(user))

    assert (sees(judged.expert), sees(judged.stranger)) == ({judged.review}, {other})
    assert set(Expertise.objects.visible_to(judged.expert)) == {judged.round}
    for model in (Programme, Roadmap, Evidence):
        assert not model.objects.visible_to(judged.expert).exists()
    assert sees(judged.methodist) == {judged.review, other}
    assert sees(judged.curator) == sees(judged.viewer) == set()
    judged.expert.memberships.all().delete()
    left = type(judged.expert).objects.get(pk=judged.expert.pk)
    assert sees(left) == set()
    assert not Expertise.objects.visible_to(left).exists()


def test_a_school_reads_what_was_accepted_of_its_own_and_nothing_before(judged):
    write(judged)
    assert not Review.objects.visible_to(judged.curator).exists()
    services.accept(**seen(Review.objects.get(), judged.methodist))
    readers = {who for who in PEOPLE if Review.objects.visible_to(getattr(judged, who)).exists()}
    assert readers == {"expert", "curator", "methodist", "department", "viewer"}


def test_pages_of_the_school_stay_closed_to_its_expert(judged):
    expert = browser(judged.expert)
    roadmap = judged.programme.roadmaps.get()
    closed = [
        judged.programme.get_absolute_url(),
        roadmap.get_absolute_url(),
        roadmap.activities.get().get_absolute_url(),
        judged.first.get_absolute_url(),
        reverse("roadmaps:presentations", args=[judged.programme.pk]),
        reverse("roadmaps:edit_expertise", args=[judged.round.pk]),
    ]
    assert [expert.get(address).status_code for address in closed] == [404] * 5 + [403]
    page = expert.get(judged.review.get_absolute_url()).text
    assert "Курсы для учителей" in page
    assert "Вырасти" in page
    for address in closed[:5]:
        assert f'href="{address}"' not in page
    assert browser(judged.stranger).get(judged.review.get_absolute_url()).status_code == 404
    listed = expert.get(reverse("roadmaps:expertises"))
    assert judged.review.get_absolute_url() in listed.text


def test_whoever_declined_looks_no_further(judged):
    shown = present(programme=judged.programme, title="Слайды", sent=Sent(links=("https://e.org",)), by=judged.curator)
    assert set(Presentation.objects.visible_to(judged.expert)) == {shown}
    services.decline(**seen(judged.review, judged.expert), reason="Знакомы с директором")
    page = browser(judged.expert).get(judged.review.get_absolute_url()).text
    assert "Знакомы с директором" in page
    assert "Курсы для учителей" not in page
    assert not Presentation.objects.visible_to(judged.expert).exists()


# --- What is written


def test_an_expert_who_goes_astray_is_not_told_that_nothing_is_open_to_them(judged):
    page = browser(judged.expert).get("/nowhere/")
    assert "не открыт ни один муниципалитет" not in page.text
    assert reverse("roadmaps:expertises") in page.text


def test_a_criterion_that_is_written_twice_is_named():
    typed = {"kind": "programmes", "title": "Э", "due_on": "2022-03-31", "max_mark": "2", "criteria": "Цель\nцель "}
    assert "Критерий «цель» записан дважды" in str(RoundForm(typed).errors["criteria"])
    assert RoundForm(typed | {"criteria": "Цель\n\nСроки"}).is_valid()


def test_a_draft_may_be_partial_and_what_is_handed_in_is_whole(judged):
    written = write(judged, told=said(judged, 2, None, verdict="", conclusion=""), submit=False)
    assert (written.state, written.marks.count()) == (S.ASSIGNED, 1)
    for told in (
        said(judged, 2, None),
        said(judged, 2, 1, verdict=""),
        said(judged, 2, 1, conclusion=" "),
    ):
        with pytest.raises(ExpertiseRefused, match="каждому критерию"):
            write(judged, told=told)
    with pytest.raises(ExpertiseRefused, match="от 0 до 2"):
        write(judged, told=said(judged, 3, 1))
    write(judged)
    (shown,) = reviews_shown(judged.methodist, Review.objects.all(), DUE)
    assert (shown.total, shown.greatest, shown.can_accept, shown.can_write) == (3, 4, True, False)


def test_two_windows_of_one_expert_lose_nothing(judged):
    write(judged, submit=False)
    with pytest.raises(ExpertiseRefused, match="изменили"):
        services.write_review(
            review=judged.review, told=said(judged, 0, 0), seen_version=1, submit=False, by=judged.expert
        )
    assert list(ReviewMark.objects.order_by("criterion").values_list("mark", flat=True)) == [2, 1]


def test_criteria_change_until_the_first_mark_and_the_day_at_any_time(judged):
    told = Round("programmes", "Экспертиза", DUE, 3, ("Цель", "Риски", "Сроки"))
    services.correct_round(expertise=judged.round, told=told, seen_version=1, by=judged.methodist)
    judged.criteria = list(judged.round.criteria.all())
    with pytest.raises(ExpertiseRefused, match="изменил другой"):
        services.correct_round(expertise=judged.round, told=told, seen_version=1, by=judged.methodist)
    write(judged, told=said(judged, 3, 3, 3), submit=False)
    with pytest.raises(ExpertiseRefused, match="уже ставят оценки"):
        services.correct_round(
            expertise=judged.round, told=Round("programmes", "Э", DUE, 2, told.criteria), seen_version=2,
            by=judged.methodist,
        )  # fmt: skip
    later = Round("programmes", "Экспертиза", dt.date(2022, 4, 15), 3, told.criteria)
    services.correct_round(expertise=judged.round, told=later, seen_version=2, by=judged.methodist)
    assert Expertise.objects.get().due_on == dt.date(2022, 4, 15)


def test_an_assignment_goes_only_before_anything_is_written(judged):
    write(judged, submit=False)
    with pytest.raises(ExpertiseRefused, match="начал писать"):
        services.unassign(review=judged.review, by=judged.methodist)
    (other,) = assign(judged, judged.stranger, judged.other)
    with pytest.raises(ExpertiseRefused, match="назначают"):
        services.unassign(review=other, by=judged.stranger)
    services.unassign(review=other, by=judged.methodist)
    assert list(Review.objects.all()) == [judged.review]


def test_what_must_hold_holds_in_the_database(judged):
    for fields, name in (
        ({"state": "submitted"}, "submitted_review_is_whole"),
        ({"state": "returned"}, "sent_back_review_says_why"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Review.objects.update(**fields)
    with pytest.raises(IntegrityError, match="marks_go_up_to_ten"), transaction.atomic():
        Expertise.objects.update(max_mark=0)


@pytest.mark.parametrize(
    ("kind", "today", "due"),
    [
        ("mutual", dt.date(2023, 1, 20), dt.date(2023, 2, 28)),
        ("mutual", dt.date(2023, 3, 1), dt.date(2024, 2, 29)),
        ("programmes", dt.date(2023, 3, 31), dt.date(2023, 3, 31)),
        ("results", dt.date(2023, 10, 1), dt.date(2023, 12, 31)),
    ],
)
def test_a_round_is_usually_in_the_month_of_the_order_of_surgut(kind, today, due):
    assert usual_due(kind, today) == due
    assert (usual_criteria(kind) == OF_RESULTS) is (kind == "results")


# --- By pages


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_round_from_its_criteria_to_an_accepted_conclusion(judged):
    methodist, expert = browser(judged.methodist), browser(judged.expert)
    address = reverse("roadmaps:new_expertise")
    page = methodist.get(f"{address}?kind=results").text
    assert "Устойчивое развитие в эффективном формате" in page
    told = {"kind": "results", "title": "Итоги", "due_on": "2022-12-20", "max_mark": "5", "criteria": "Рост\n\nОтчёты"}
    assert "от 1 до 10" in methodist.post(address, told | {"max_mark": "0"}).text
    assert "Назначьте экспертов" in methodist.post(address, told, follow=True).text
    expertise = Expertise.objects.get(title="Итоги")
    assert [row.text for row in expertise.criteria.all()] == ["Рост", "Отчёты"]
    address = reverse("roadmaps:assign_expert", args=[expertise.pk])
    asked = {"programmes": [judged.programme.pk], "origin": "institute", "organisation": "ИРО"}
    assert "из другой школы" in methodist.post(address, asked | {"expert": judged.curator.pk}).text
    assert "Эксперт назначен" in methodist.post(address, asked | {"expert": judged.expert.pk}, follow=True).text
    review = Review.objects.get(expertise=expertise)
    one, two = expertise.criteria.all()
    said = {
        f"mark-{one.pk}": "5",
        f"mark-{two.pk}": "",
        "verdict": "remarks",
        "conclusion": "Рост есть",
        "version": "1",
    }
    page = expert.post(review.get_absolute_url(), said | {"submit": "1"}).text
    assert "каждому критерию" in page
    assert ">\nРост есть</textarea>" in page
    assert "ещё не сдано" in expert.post(review.get_absolute_url(), said | {"draft": "1"}, follow=True).text
    stale = expert.post(review.get_absolute_url(), said | {"draft": "1", "conclusion": "Старое окно"}).text
    assert ">\nСтарое окно</textarea>" in stale
    assert 'name="version" value="2"' in stale
    whole = said | {f"mark-{two.pk}": "4", "version": "2", "submit": "1"}
    assert "Заключение сдано" in expert.post(review.get_absolute_url(), whole, follow=True).text
    move = reverse("roadmaps:move_review", args=[review.pk])
    page = methodist.post(move, {"do": "return", "reason": " ", "version": "3"}, follow=True).text
    assert "Напишите причину" in page
    assert "заключение принято" in methodist.post(move, {"do": "accept", "version": "3"}, follow=True).text.lower()
    page = browser(judged.curator).get(judged.programme.get_absolute_url()).text
    assert "положительное с замечаниями" in page
    page = browser(judged.curator).get(review.get_absolute_url()).text
    assert "9 из 10" in page
    assert "9 из 10" in methodist.get(expertise.get_absolute_url()).text


def test_a_presentation_is_a_file_or_a_link_for_the_experts_of_the_programme(
    judged, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path / "media"
    curator, address = browser(judged.curator), reverse("roadmaps:presentations", args=[judged.programme.pk])
    assert "одно из двух" in curator.post(address, {"title": "Пусто"}).text
    assert "не адрес" in curator.post(address, {"link": "javascript:alert(1)"}).text
    program = SimpleUploadedFile("setup.exe", b"MZ" + bytes(200))
    assert "Это программа" in curator.post(address, {"files": program}).text

    def photo() -> SimpleUploadedFile:
        return SimpleUploadedFile("слайд.jpg", made.photograph())

    page = curator.post(address, {"files": photo(), "title": "Слайды", "link": "где-то там"}).text
    assert "презентация не приложена, выбранный файл сохранён" in page
    held = HeldFile.objects.get()
    assert f'name="held" value="{held.pk}"' in page
    assert "слайд.jpg" in curator.post(address, {"held": held.pk, "link": "https://e.org"}).text  # one of the two
    page = curator.post(address, {"held": held.pk, "title": "Слайды"}, follow=True).text
    assert "Презентация приложена" in page
    with django_capture_on_commit_callbacks(execute=True):
        curator.post(address, {"files": photo(), "title": "Слайды"})  # the same once more
    shown = Presentation.objects.get()
    curator.post(address, {"files": SimpleUploadedFile("другой.pdf", made.pdf()), "link": "x y"})
    assert "Пишу" in curator.post(address, {"let_go": HeldFile.objects.get().pk, "title": "Пишу"}).text
    file = reverse("roadmaps:presentation", args=[shown.pk])
    assert file in browser(judged.expert).get(judged.review.get_absolute_url()).text
    assert browser(judged.expert).get(file).getvalue()[:2] == b"\xff\xd8"
    assert browser(judged.stranger).get(file).status_code == 404
    sweep_evidence()
    assert len(list((settings.MEDIA_ROOT / FOLDER).iterdir())) == 2
    curator.post(reverse("roadmaps:delete_presentation", args=[shown.pk]))
    assert list((settings.MEDIA_ROOT / FOLDER).iterdir()) == []


def test_who_neither_carries_a_programme_out_nor_keeps_it_presents_nothing(judged):
    for who in ("neighbour", "viewer", "expert"):
        with pytest.raises(PresentationRefused, match="кто исполняет программу"):
            present(programme=judged.programme, title="", sent=Sent(links=("https://e.org",)), by=getattr(judged, who))
    for _ in range(10):
        present(programme=judged.programme, title="", sent=Sent(links=("https://e.org",)), by=judged.curator)
    with pytest.raises(PresentationRefused, match="не больше 10"):
        present(programme=judged.programme, title="", sent=Sent(links=("https://e.org",)), by=judged.curator)


def test_queries_do_not_grow_with_reviews_criteria_and_rows(judged):
    client, expert = browser(judged.department), browser(judged.expert)
    pages = [(client, judged.round.get_absolute_url()), (expert, reverse("roadmaps:expertises"))]
    write(judged)
    before = [queries_of(*page) for page in pages]
    for number in range(12):
        programme = Programme.objects.create(
            municipality=judged.municipality, school=judged.third, kind="antirisk", title=f"Ещё {number}",
            starts_in=2022, ends_in=2022,
        )  # fmt: skip
        (review,) = assign(judged, judged.expert, programme)
        write(judged, review=review)
    assert [queries_of(*page) for page in pages] == before


def queries_of(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)

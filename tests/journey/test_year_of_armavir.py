"""A school year of the centre of Армавир, played by its people on their pages with a clock that stands still.

What the portal says at the end is worked by hand from what was done here: each number has its sum beside it.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import time_machine
from django.urls import reverse

from accounts.access import Role
from config.programmes.loading import load_programme
from mentoring.models import (
    DevelopmentPlan,
    Event,
    HelpRequest,
    Mentor,
    Pairing,
    ReserveCandidate,
    ReserveProgramme,
    ScoreSheet,
    Seminar,
    SeminarProgramme,
    Teacher,
)
from schools.models import Municipality, School
from tests.factories import MembershipFactory
from tests.journey.visitor import Refused, Visitor

pytestmark = pytest.mark.django_db

HELPED = ("239942", "239948", "239941")
STRONG = "239945"
OWN_TOPIC = "Работа с одарёнными детьми"
DAYS = {"Формирующее оценивание": "12.10.2021", "Читательская грамотность": "16.11.2021", OWN_TOPIC: "07.12.2021"}
# The first topic was asked for by two schools and is one event for both.
CAME = {
    "Формирующее оценивание": {"239942": {"teachers": 4}, "239948": {"teachers": 3}},
    "Читательская грамотность": {"239942": {"teachers": 2}},
    OWN_TOPIC: {"239942": {"teachers": 5, "presented": 1}},
}


@contextmanager
def on(day: str) -> Iterator[None]:
    """At noon in Армавир."""
    with time_machine.travel(dt.datetime.fromisoformat(f"{day}T09:00+00:00"), tick=False):
        yield


@pytest.fixture
def town(db) -> SimpleNamespace:
    with on("2021-09-01"):
        assert load_programme("armavir", with_results=False).is_loaded
        municipality = Municipality.objects.get(slug="armavir")
        schools = {school.code: school for school in School.objects.filter(municipality=municipality)}
        curators = {code: visitor(Role.CURATOR, municipality, schools[code]) for code in HELPED}
    return SimpleNamespace(
        municipality=municipality, schools=schools, curators=curators,
        centre=visitor(Role.METHODIST, municipality), department=visitor(Role.DEPARTMENT, municipality),
        mentor=visitor(Role.MENTOR, municipality),
    )  # fmt: skip


def visitor(role: Role, municipality: Municipality, school: School | None = None) -> Visitor:
    return Visitor(MembershipFactory(role=role, municipality=municipality, school=school).user)


def pairs(town: SimpleNamespace) -> None:
    """A mentor for two schools at most; a third is taken only knowingly. A tutor for one teacher."""
    with on("2021-09-06"):
        new_mentor = reverse("mentoring:new_mentor")
        known = {"since": "06.09.2021", "basis": "приказ от 06.09.2021 № 500", "school": town.schools[STRONG].pk}
        town.centre.open(new_mentor).press(
            "Сохранить", name="Наставник 1", position="директор", kind="mentor", load_limit="2",
            user=town.mentor.user.pk, **known,
        )  # fmt: skip
        town.centre.open(new_mentor).press(
            "Сохранить", name="Тьютор 1", position="учитель математики", kind="tutor", load_limit="1", **known
        )
        town.curators["239942"].open(reverse("mentoring:new_teacher", args=[town.schools["239942"].pk])).press(
            "Сохранить", name="Учитель 1", position="учитель", subjects="математика", category="first",
            category_since="01.10.2020",
        )  # fmt: skip
    with on("2021-09-10"):
        for code in HELPED[:2]:
            pair(town, "mentor_team", code)
        with pytest.raises(Refused, match="предел"):
            pair(town, "mentor_team", HELPED[2])
        town.centre.press("Завести пару", load_may_be_exceeded="on")
        pair(town, "tutor_teacher", "239942", teacher=Teacher.objects.get().pk)


def pair(town: SimpleNamespace, kind: str, code: str, **more: object) -> None:
    mentor = Mentor.objects.get(kind="tutor" if kind == "tutor_teacher" else "mentor")
    address = f"{reverse('mentoring:new_pairing')}?kind={kind}&school={town.schools[code].pk}"
    page = town.centre.open(address)
    page.press(
        "Завести пару", mentor=mentor.pk, starts_on="10.09.2021", ends_on="31.05.2022", order_number="500",
        order_date="06.09.2021", aims="Программа перехода в эффективный режим", **more,
    )  # fmt: skip


def meet(town: SimpleNamespace) -> None:
    """The mentor with 239942 three times two hours, with 239948 once for an hour; with 239941 never."""
    for code, days in (("239942", ("2021-10-12", "2021-11-16", "2022-02-15")), ("239948", ("2021-12-07",))):
        pairing = Pairing.objects.get(school=town.schools[code], kind="mentor_team")
        for day in days:
            with on(day):
                page = town.mentor.open(reverse("mentoring:new_meeting", args=[pairing.pk]))
                page.press("Записать", hours="2" if code == "239942" else "1", topic="Программа перехода",
                           group_administration="3")  # fmt: skip
                town.curators[code].open(page.address).press("Подтвердить")


def requests_for_help(town: SimpleNamespace) -> None:
    """Three are asked on one day, to be answered within ten: one is answered on the fifth, one on the thirteenth, one
    never."""
    asked = reverse("mentoring:new_request")
    with on("2021-11-01"):
        for code in HELPED:
            town.curators[code].open(asked).press("Отправить", topic=f"Внутренняя оценка качества, {code}")
        for one in HelpRequest.objects.all():
            page = town.centre.open(one)
            town.centre.open(page.link("Назначить")).press("Назначить", answerer="centre", due_on="11.11.2021")
    for day, code in (("2021-11-05", "239942"), ("2021-11-13", "239948")):
        with on(day):
            one = HelpRequest.objects.get(school=town.schools[code])
            page = town.centre.open(reverse("mentoring:answer_request", args=[one.pk]))
            page.press("Ответить", answer="Отправлен пример положения.")


def seminar(town: SimpleNamespace) -> None:
    """Two topics are offered; three schools ask for three, one and none of them, one of these is a school's own."""
    with on("2021-09-13"):
        town.centre.open(reverse("mentoring:new_seminar")).press(
            "Открыть", school_year="2021", half="1", requests_until="24.09.2021"
        )
        half = Seminar.objects.get()
        for title in ("Формирующее оценивание", "Читательская грамотность"):
            town.centre.open(reverse("mentoring:new_offer", args=[half.pk])).press("Добавить", title=title)
    with on("2021-09-20"):
        for code in HELPED:
            page = town.curators[code].open(reverse("mentoring:seminar_request", args=[half.pk, town.schools[code].pk]))
            first, second = (f"offer-{one.pk}-is_wanted" for one in half.offers.order_by("pk"))
            wanted = {
                "239942": {first: "on", second: "on", "own-0-topic": OWN_TOPIC},
                "239948": {first: "on"},
                "239941": {},
            }
            page.press("Сохранить заявку", **wanted[code])
    with on("2021-09-27"):
        for _ in range(2):
            town.centre.open(half).press("Составить программу")
        for built in SeminarProgramme.objects.all():
            days = {f"form-{number}-on": DAYS[one.title] for number, one in enumerate(built.sessions.all())}
            town.centre.open(reverse("mentoring:edit_seminar_programme", args=[built.pk])).press("Сохранить", **days)
            town.centre.open(built).press("Утвердить программу")
    for title, came in CAME.items():
        event = Event.objects.get(title=title)
        with on(f"{event.starts_on}"):
            for code, numbers in came.items():
                counts = {f"{town.schools[code].pk}-{what}": count for what, count in numbers.items()}
                town.curators[code].open(reverse("mentoring:attendance", args=[event.pk])).press("Сохранить", **counts)
            town.centre.open(event).press("Проведено")


def development(town: SimpleNamespace) -> None:
    """Of the teacher with a tutor: two deficits, one of them closed; all five indicators; a plan with a row that was
    done and one that is late; the report of the tutor's year."""
    teacher, school = Teacher.objects.get(), town.curators["239942"]

    def record(who: Visitor, name: str, **typed: str) -> None:
        who.open(f"{reverse('mentoring:new_record', args=[teacher.pk, name])}?year=2021").press("Сохранить", **typed)

    found = {"kind": "subject", "found_how": "diagnostics", "found_on": "15.09.2021"}
    with on("2021-09-15"):
        record(school, "deficits", text="Геометрические задачи ОГЭ", **found)
        record(school, "plans", aim="Уверенно учить геометрии", starts_on="15.09.2021", ends_on="31.05.2022",
               state="active")  # fmt: skip
        plan = DevelopmentPlan.objects.get()
        for title, due in (("Открытый урок", "01.12.2021"), ("Курсы института", "01.03.2022")):
            page = school.open(reverse("mentoring:new_development_step", args=[plan.pk]))
            page.press("Сохранить", form="course", title=title, due_on=due)
    with on("2021-12-15"):
        record(town.centre, "competence", expert="positive", expert_on="10.11.2021", test="positive",
               test_percent="78", test_on="01.12.2021", advanced_first="true")  # fmt: skip
    with on("2022-02-21"):
        record(school, "courses", title="Преподавание геометрии", organisation="ИРО", is_regional="on", hours="72",
               finished_on="20.02.2022")  # fmt: skip
        done = plan.steps.get(title="Курсы института")
        page = school.open(reverse("mentoring:edit_record", args=["steps", done.pk]))
        page.press("Сохранить", state="done", done_on="20.02.2022")
        record(school, "deficits", text="Формирующее оценивание", **found)
        closed = teacher.deficits.get(text="Геометрические задачи ОГЭ")
        page = school.open(reverse("mentoring:edit_record", args=["deficits", closed.pk]))
        page.press("Сохранить", closed_on="20.02.2022", closed_how="Курсы и посещение уроков")
    with on("2022-05-25"):
        record(town.centre, "reports", done="Посещены уроки", outcome="Дефицит восполнен", state="handed_in")


def reserve(town: SimpleNamespace) -> None:
    """Of two candidates one learns, is found ready and is appointed to the vacancy of 239948."""

    def new(what: str, **typed: object) -> None:
        town.centre.open(reverse("mentoring:new_reserve_record", args=[what])).press("Сохранить", **typed)

    with on("2021-10-01"):
        for number in ("1", "2"):
            new("candidates", name=f"Кандидат {number}", position="заместитель директора", post="head",
                school=town.schools[STRONG].pk, since="01.10.2021")  # fmt: skip
        new("programmes", title="Школа управленческого резерва", starts_on="01.10.2021", ends_on="30.04.2022")
        programme, first = ReserveProgramme.objects.get(), ReserveCandidate.objects.get(name="Кандидат 1")
        town.centre.open(reverse("mentoring:enrol", args=[programme.pk])).press(
            "Сохранить", candidate=first.pk, state="completed"
        )
    with on("2022-05-16"):
        page = town.centre.open(reverse("mentoring:edit_reserve_record", args=["candidates", first.pk]))
        page.press("Сохранить", readiness="now", assessed_on="16.05.2022")
        new("vacancies", school=town.schools["239948"].pk, post="head", vacant_on="01.05.2022",
            filled_on="16.05.2022", filled_by=first.pk)  # fmt: skip


def score_sheets(town: SimpleNamespace) -> None:
    """In October: the centre's own sheet and the tutors', which the department confirms, and that of one school with
    what is to be mended for each criterion without a point."""
    with on("2022-10-03"):
        for _ in ("centre", "tutors"):
            town.centre.open(f"{reverse('mentoring:scores')}?year=2021").press("Начать лист")
        for sheet in ScoreSheet.objects.all():
            town.department.open(sheet).press("Утвердить")
        town.centre.open(f"{reverse('mentoring:help_monitoring')}?year=2021").press("Начать листы")
        own = ScoreSheet.objects.get(school=town.schools["239942"])
        name_shortcomings(town, own)
        town.centre.open(own).press("Утвердить")
        what_the_sheets_say(town, own)


def what_the_sheets_say(town: SimpleNamespace, own: ScoreSheet) -> None:
    """Centre: orders without plans 1, the only mentor above the limit 0, 3 of 9 schools 1, of the pairs one met in both
    quarters 1, nobody left the list of 8 schools 0, heads of 2 of 9 schools 1: 4. Tutors: order without plan 1, within
    the limit 2, 1 of 9 schools 1, no meeting 0, no lesson 0, 1 of 1 teachers at courses 2: 6, from which the second
    level begins."""
    text = town.centre.open(f"{reverse('mentoring:scores')}?year=2021").text
    assert "Муниципальный наставнический центр 4 из 12 ! неудовлетворительный" in text
    assert "Тьюторский консультационный пункт 6 из 12 ○ удовлетворительный" in text
    # 239942: its request was answered in time 2, two of four groups 1, 5 at once of 31 teachers 1. 239948: answered
    # late 0, two groups 1, 3 at once 1. 239941: not answered 0. The others asked nothing, have no pair: nobody knows.
    table = town.centre.open(f"{reverse('mentoring:help_monitoring')}?year=2021").rows("Сумма")
    scores = {row[0]: ("".join(row[1:10]), row[10]) for row in table[1:10]}
    assert scores[town.schools["239942"].name] == ("000211000", "4 из 18")
    assert scores[town.schools["239948"].name] == ("000011000", "2 из 18")
    assert scores[town.schools["239941"].name] == ("000000000", "0 из 18")
    assert scores[town.schools["239943"].name] == ("000—00000", "—")
    # The school reads its own; another does not, nor do mentors.
    assert "Школа не знала о шаблоне" in town.curators["239942"].open(own).text
    for stranger in (town.curators["239948"], town.mentor):
        assert stranger.is_kept_from(own)
    with on("2023-10-02"):  # a year later nothing was done but what lists say; what was to be mended is asked for
        town.centre.open(f"{reverse('mentoring:help_monitoring')}?year=2022").press("Начать листы")
        later = ScoreSheet.objects.get(school=own.school, school_year=2022)
        assert "Нет в планах школы" in town.centre.open(later).text
        name_shortcomings(town, later, **{"access-score": "0", "access-evidence": "Справка центра"})
        with pytest.raises(Refused, match="прошлого года"):
            town.centre.open(later).press("Утвердить")


def name_shortcomings(town: SimpleNamespace, sheet: ScoreSheet, **typed: str) -> None:
    """Of every criterion that got nothing, and of the first its cause."""
    without = sheet.marks.filter(score=0) | sheet.marks.filter(score=None)
    lacks = {f"{mark.criterion.code}-shortcoming": "Нет в планах школы" for mark in without}
    page = town.centre.open(town.centre.open(sheet).link("Заполнить"))
    page.press("Сохранить", **lacks, **typed, **{"roadmap-cause": "Школа не знала о шаблоне"})


def test_the_year(town):
    pairs(town)
    seminar(town)
    meet(town)
    requests_for_help(town)
    development(town)
    reserve(town)
    with on("2022-05-30"):
        what_the_portal_says(town)
    score_sheets(town)


def what_the_portal_says(town: SimpleNamespace) -> None:
    seen = town.centre
    # Three teams against a limit of two, one teacher against one.
    loads = {row[0][:10].strip(): row[3] for row in seen.open(reverse("mentoring:pool")).rows()[1:]}
    assert loads == {"Наставник": "3 из 2", "Тьютор 1уч": "1 из 1"}
    # Answered on the fifth and on the thirteenth of November for the eleventh; the third is still open.
    asked = {row[1]: row[4] for row in seen.open(f"{reverse('mentoring:requests')}?state=all").rows()[1:]}
    assert asked == {
        town.schools["239942"].name: "✓ есть ответ",
        town.schools["239948"].name: "✓ есть ответ ответ 13.11.2021, позже срока",
        town.schools["239941"].name: "! ждёт ответа просрочен на 200 дней",  # till 30.05.2022
    }
    half = seen.open(Seminar.objects.get())
    assert "Написали 2 из 18 школ, утверждено 2 программы" in half.text
    assert [row[2] for row in half.rows("Просят школ")[1:]] == ["2", "1", "1"]
    # 4 + 3, 2, 5 teachers at three events, of two schools among eighteen: 2 / 18 = 11.1 %.
    page = seen.open(f"{reverse('mentoring:participation')}?year=2021")
    assert "3 мероприятия; участвовали 2 из 18 школ (11,1 %), участий — 14." in page.text
    came = {name: cells for name, *cells in page.rows()[1:]}
    assert came[town.schools["239942"].name] == ["3 из 3", "11", "0", "11", "0", "0", "1"]
    assert came[town.schools["239948"].name] == ["1 из 1", "3", "0", "3", "0", "0", "0"]
    teacher = seen.open(f"{Teacher.objects.get().get_absolute_url()}?year=2021").text
    assert (
        "Невосполненных дефицитов: 1. Показателей предметной компетенции за 2021/2022 учебный год: 5 из 5." in teacher
    )
    assert "Выполнено 1 из 2, просрочено 1." in teacher
    reserve = seen.open(reverse("mentoring:reserve")).text
    assert "В резерве 1 человек, готовы к назначению 0. Открытых вакансий нет." in reserve
    assert "занята с 16.05.2022: Кандидат 1" in reserve
    assert "Кандидат 1: назначен 16.05.2022" in reserve
    # Three meetings of two hours and one of one; the tutor and the third school never met.
    document = seen.open(f"{reverse('reports:preview')}?kind=mentoring&period=2021").text
    assert "Действовало 4 пары" in document
    assert "Проведено 4 встречи (7 ч), из них подтверждено другой стороной — 4." in document
    assert "Ни разу не встретились в этот период: 2 пары." in document
    assert "Запросов о помощи — 3, мероприятий — 3" in document

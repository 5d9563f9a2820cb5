"""The year of «Вектор на развитие» (order 1030), played by its people on their pages with a clock that stands still.

What the portal says at the end is worked by hand from what was done here: each number has its sum beside it.
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from accounts.access import Role
from config.programmes.loading import load_programme
from mentoring.models import Event, Pairing
from roadmaps.models import (
    Activity,
    Assignment,
    Expertise,
    Programme,
    ProgressUpdate,
    PublicationItem,
    Review,
    StageReview,
)
from schools.models import Municipality, School
from tests.factories import MembershipFactory
from tests.journey.visitor import Visitor

pytestmark = pytest.mark.django_db

PAIRS = {"868801": "868802", "868803": "868804", "868805": "868806", "868807": "868808", "868809": "868810"}
ASKED_BY_THE_ORDER = ("868801", "868802", "868803", "868804", "868805", "868806", "868807", "868809")  # its point 5
# Whose curator judges whose programme: a branch is helped by its own school, which may not judge it.
JUDGED_BY = {"868802": "868801", "868804": "868803", "868806": "868805", "868808": "868801", "868810": "868803"}
NEW_EXPERTISE = {
    "mutual": "Новая взаимоэкспертиза",
    "programmes": "Новая экспертиза программ",
    "results": "Новая экспертиза результатов",
}
AIM, TASK = "Устойчивое развитие школы", "Система методической поддержки учителей"
LATE_SCHOOL = "868806"
LATE_ANNOUNCEMENT = 6  # of June's ВКС, six days ahead and not seven
STAYED_AWAY = {"868806": {4, 5, 6}, "868810": {7, 8}}  # months of the ВКС without anybody from this school
# Of each pair, by the strong school: day, hours, what became of it.
MEETINGS = {
    "868801": [("02-10", "2"), ("03-15", "2"), ("04-20", "2"), ("09-12", "2"), ("11-08", "2")],
    "868803": [("03-01", "1,5"), ("05-17", "1,5"), ("10-04", "1,5")],
    "868805": [("02-20", "1"), ("06-02", "1")],
    "868807": [("04-11", "3")],
    "868809": [],
}
LEFT_UNCONFIRMED, DISPUTED = "10-04", "06-02"


@contextmanager
def on(day: str) -> Iterator[None]:
    """At noon in Сургут."""
    with time_machine.travel(dt.datetime.fromisoformat(f"{day}T07:00+00:00"), tick=False):
        yield


@pytest.fixture
def district(db) -> SimpleNamespace:
    with on("2023-01-09"):
        assert load_programme("surgut", with_results=False).is_loaded
        town = Municipality.objects.get(slug="surgut")
        schools = {school.code: school for school in School.objects.filter(municipality=town)}
        curators = {code: visitor(Role.CURATOR, town, school) for code, school in schools.items()}
        department, centre = visitor(Role.DEPARTMENT, town), visitor(Role.METHODIST, town)
        rows = {row.position: row for row in Activity.objects.filter(roadmap__municipality=town)}
    return SimpleNamespace(
        town=town, schools=schools, curators=curators, department=department, centre=centre, rows=rows,
        institute=visitor(Role.EXPERT, town), head=visitor(Role.DEPARTMENT, town),
    )  # fmt: skip


def visitor(role: Role, town: Municipality, school: School | None = None) -> Visitor:
    return Visitor(MembershipFactory(role=role, municipality=town, school=school).user)


def mine(who: Visitor) -> Visitor:
    return who.open(reverse("roadmaps:mine"))


def answer(who: Visitor, duty: str, text: str, **files: object) -> None:
    """What the order asks of this person, from the page «Что я должен» on."""
    who.open(mine(who).link(duty)).press("Отправить на проверку", text=text, **files)


def accept_answers(district: SimpleNamespace) -> None:
    """Nobody accepts what they have answered themselves, so it is the head of the department who does."""
    for duty in Assignment.objects.filter(state="answered"):
        district.head.open(duty).press("Принять ответ")


def report(district: SimpleNamespace, row: int, text: str) -> None:
    """By the centre, on the time of the row that comes next."""
    page = district.centre.open(district.rows[row])
    district.centre.open(page.link("Отчитаться")).press("Отправить", text=text)


def accept_reports(district: SimpleNamespace) -> None:
    for sent in ProgressUpdate.objects.filter(state="submitted").select_related("occurrence__activity"):
        district.department.open(sent.occurrence.activity).press("Принять")


def january(district: SimpleNamespace) -> None:
    """Curators are named by the 18th, by one school on the 20th; pairs are set up; three rows of the plan are done."""
    with on("2023-01-16"):
        for code in ASKED_BY_THE_ORDER:
            if code != LATE_SCHOOL:
                answer(district.curators[code], "Назначить куратора", "Куратор назначен, сведения направлены.")
        accept_answers(district)
    with on("2023-01-20"):
        answer(district.curators[LATE_SCHOOL], "Назначить куратора", "Куратор назначен.")
        accept_answers(district)
    with on("2023-01-30"):
        for row in (1, 2, 3):
            report(district, row, "Сделано в январе.")
        accept_reports(district)


def video_conference(district: SimpleNamespace, month: int) -> None:
    """Planned on the row of the plan, announced, held on the 22nd; who came is written by each school's curator."""
    ahead = LATE_ANNOUNCEMENT if month == 6 else 8
    with on(f"2023-{month:02}-{22 - ahead:02}"):
        district.centre.open(reverse("mentoring:new_event")).press(
            "Запланировать", kind="video", title="ВКС с кураторами проекта", starts_on=f"22.{month:02}.2023",
            activity=district.rows[5].pk, announce_days="7",
        )  # fmt: skip
        event = Event.objects.latest("pk")
        district.centre.open(event).press("Сообщить школам")
    with on(f"2023-{month:02}-23"):
        for code, school in district.schools.items():
            if month not in STAYED_AWAY.get(code, ()):
                district.curators[code].open(reverse("mentoring:attendance", args=[event.pk])).press(
                    "Сохранить", **{f"{school.pk}-administration": "1"}
                )
        district.centre.open(event).press("Проведено")
        district.centre.open(event).press("Подготовить отчёт по дорожной карте").press("Отправить")
        accept_reports(district)


def meet(district: SimpleNamespace) -> None:
    for strong, meetings in MEETINGS.items():
        pairing = Pairing.objects.get(helping_school=district.schools[strong])
        partner = district.curators[PAIRS[strong]]
        for day, hours in meetings:
            with on(f"2023-{day}"):
                page = district.curators[strong].open(reverse("mentoring:new_meeting", args=[pairing.pk]))
                page.press("Записать", on=f"{day[3:]}.{day[:2]}.2023", hours=hours, topic="Посещение уроков")
                if day == DISPUTED:
                    partner.open(page.address).press("Оспорить", reason="Встреча перенесена.")
                elif day != LEFT_UNCONFIRMED:
                    partner.open(page.address).press("Подтвердить")


def programmes(district: SimpleNamespace) -> None:
    """Of the five schools that are helped: written in January, looked into by the partner, approved in February."""
    for code in PAIRS.values():
        with on("2023-01-25"):
            district.centre.open(reverse("roadmaps:new_programme")).press(
                "Создать проект программы", kind="medium_term", school=district.schools[code].pk,
                title="Среднесрочная программа «Вектор на развитие»", starts_in="2023", ends_in="2023",
            )  # fmt: skip
            own = Programme.objects.latest("pk")
            parts = {part: reverse("roadmaps:edit_programme", args=[own.pk, part]) for part in ("head", "tasks")}
            district.centre.open(parts["head"]).press("Сохранить", **{"line-0-aim": AIM})
            page = district.centre.open(parts["tasks"]).press("Добавить цель или задачу")
            page.press("Сохранить", **{"line-0-text": TASK})
            district.centre.open(own).press("Согласовано")
        with on("2023-02-27"):
            district.department.open(reverse("roadmaps:approve_programme", args=[own.pk])).press(
                "Утвердить", order_number="15", order_date="27.02.2023"
            )


def expertise(district: SimpleNamespace, kind: str, due: str, marks: dict[str, str], by_partner: bool) -> None:
    """Of the five programmes: by the curator of another school, or by the institute. `marks` is what each
    school's programme gets by every criterion."""
    page = district.centre.open(reverse("roadmaps:expertises"))
    district.centre.open(page.link(NEW_EXPERTISE[kind])).press("Создать", due_on=due)
    made = Expertise.objects.latest("pk")
    for code, judge in JUDGED_BY.items():
        expert = district.curators[judge] if by_partner else district.institute
        own = Programme.objects.get(school=district.schools[code])
        district.centre.open(reverse("roadmaps:assign_expert", args=[made.pk])).press(
            "Назначить", programmes=own.pk, expert=expert.user.pk, origin="school" if by_partner else "institute",
            organisation="" if by_partner else "Институт развития образования",
        )  # fmt: skip
        page = expert.open(Review.objects.get(expertise=made, programme=own))
        given = {f"mark-{one.pk}": marks[code] for one in made.criteria.all()}
        page.press("Сдать заключение", verdict="good", conclusion="Программа рассмотрена.", **given)
        district.centre.open(page.address).press("Принять заключение")


def stage(district: SimpleNamespace, number: int, verdicts: dict[str, str]) -> None:
    """What has changed, told by each school that is helped, and the verdict of the centre."""
    for code in PAIRS.values():
        own = Programme.objects.get(school=district.schools[code])
        if number == 1:
            district.centre.open(reverse("roadmaps:stages", args=[own.pk])).press(
                "Сохранить сроки", first="31.05.2023", second="31.10.2023"
            )
        told = StageReview.objects.get(programme=own, stage=number)
        district.curators[code].open(told).press("Отправить на рассмотрение", text="Выполнено по программе.")
        district.centre.open(told).press("Записать заключение", verdict=verdicts[code], comment="Не всё выполнено.")


def rows_of_the_plan(district: SimpleNamespace, day: str, *rows: int) -> None:
    with on(day):
        for row in rows:
            report(district, row, "Выполнено.")
        accept_reports(district)


def site_section(district: SimpleNamespace) -> None:
    with on("2023-02-10"):
        answer(district.centre, "Создать на сайте", "Раздел открыт.", link="https://example.org/vektor")
        accept_answers(district)
        item = PublicationItem.objects.get(due_on="2023-02-13")
        page = district.centre.open(reverse("roadmaps:edit_publication", args=[item.pk]))
        page.press("Сохранить", link="https://example.org/vektor", published_on="10.02.2023")


def close_the_project(district: SimpleNamespace, folder: Path) -> None:
    """Conditions are reported on by the eight schools, the report goes to the department by the 15th of January, and
    the department looks at the results in February."""
    with on("2023-12-28"):
        for code in ASKED_BY_THE_ORDER:
            answer(district.curators[code], "Создать условия", "Условия созданы.")
        answer(district.centre, "Обеспечить реализацию Проекта", "Проект реализован.")
        accept_answers(district)
    with on("2024-01-12"):
        answer(district.centre, "Представить отчет", "Отчёт приложен.", files=document(folder))
        accept_answers(district)
    with on("2024-02-19"):
        district.department.open(reverse("roadmaps:new_entry", args=["sittings"])).press(
            "Сохранить",
            held_on="19.02.2024",
            title="Совещание с заместителями руководителей ОО",
            agenda="Итоги проекта",
        )
        answer(district.department, "Рассмотреть итоги", "Итоги рассмотрены на совещании.")
        accept_answers(district)
    with on("2024-02-27"):
        answer(district.department, "Контроль за выполнением", "Приказ выполнен.")
        accept_answers(district)


def document(folder: Path) -> SimpleUploadedFile:
    """The plan as it was carried out, prepared by the portal itself."""
    path = folder / "Отчёт.docx"
    call_command("render_report", "roadmap", municipality="surgut", period="cy2023", format="docx", output=path)
    return SimpleUploadedFile(path.name, path.read_bytes())


def test_the_year(district, tmp_path):
    january(district)
    programmes(district)
    site_section(district)
    with on("2023-02-27"):
        expertise(district, "mutual", "28.02.2023", {**dict.fromkeys(PAIRS.values(), "2"), "868806": "1"}, True)
    rows_of_the_plan(district, "2023-02-27", 4, 6, 7)
    with on("2023-03-30"):
        expertise(district, "programmes", "31.03.2023", dict.fromkeys(PAIRS.values(), "2"), False)
    rows_of_the_plan(district, "2023-04-03", 9)  # three days late
    with on("2023-05-30"):
        stage(district, 1, {**dict.fromkeys(PAIRS.values(), "came"), "868810": "partly"})
    rows_of_the_plan(district, "2023-05-30", 10)
    with on("2023-10-30"):
        stage(district, 2, dict.fromkeys(PAIRS.values(), "came"))
    rows_of_the_plan(district, "2023-10-30", 11)
    for month in range(2, 13):
        video_conference(district, month)
    meet(district)
    with on("2023-12-25"):
        expertise(district, "results", "27.12.2023", {**dict.fromkeys(PAIRS.values(), "2"), "868810": "1"}, False)
    rows_of_the_plan(district, "2023-12-26", 8, 12)
    close_the_project(district, tmp_path)
    with on("2024-02-29"):
        what_the_portal_says(district)


def what_the_portal_says(district: SimpleNamespace) -> None:
    seen = district.centre
    # Twelve rows done. Till August eight rows with one report and seven ВКС, of which row 9 came in April; from
    # September rows 8, 11, 12 and four ВКС.
    assert "12 из 12" in seen.open(reverse("roadmaps:list")).text
    assert total_of(seen, 2022) == ["Всего", "15", "15", "100,0 %", "14", "93,3 %"]
    assert total_of(seen, 2023) == ["Всего", "7", "7", "100,0 %", "7", "100,0 %"]
    # 32 duties: eight curators named, eight times conditions, and 3.2, 4.1, 4.2, 4.5, 6 are done; 3.1, 4.3, 4.4 and
    # eight times 5.3 have no day and go on.
    control = seen.open(reverse("roadmaps:control")).text
    for words in ("На контроле (11)", "Просрочено (0)", "Исполнено (21)", "Снято с контроля (0)", "Все (32)"):
        assert words in control
    # Ten schools at seven ВКС less three and two that stayed away; at four, all of them.
    assert participation(seen, 2022) == "7 мероприятий; участвовали 10 из 10 школ (100,0 %), участий — 65."
    assert participation(seen, 2023) == "4 мероприятия; участвовали 10 из 10 школ (100,0 %), участий — 40."
    came = {school: cells for school, *cells in seen.open(participation_of(2022)).rows()}
    assert came[district.schools["868806"].name][:2] == ["4 из 7", "4"]
    assert came[district.schools["868810"].name][:2] == ["5 из 7", "5"]
    events = [row[3] for row in seen.open(f"{reverse('mentoring:events')}?when=past").rows()[1:]]
    assert sum("сообщено поздно" in words for words in events) == 1
    assert len(events) == 11
    # Five pairs: hours of what was held, the disputed meeting left out.
    told = {strong: meetings_in_words(seen, district.schools[strong]) for strong in PAIRS}
    assert told == {
        "868801": "5 встреч, 10 часов, последняя — 08.11.2023",
        "868803": "3 встречи, 4,5 часа, последняя — 04.10.2023",
        "868805": "1 встреча, 1 час, последняя — 20.02.2023",
        "868807": "1 встреча, 3 часа, последняя — 11.04.2023",
        "868809": "",
    }
    # 10 + 4,5 + 1 + 3 hours at 5 + 3 + 1 + 1 meetings; one is not confirmed, and the fifth pair never met.
    document = seen.open(f"{reverse('reports:preview')}?kind=mentoring&period=cy2023").text
    assert "Проведено 10 встреч (18,5 ч), из них подтверждено другой стороной — 9." in document
    assert "Ни разу не встретились в этот период: 1 пара." in document
    # Four criteria of two points each; 868806 got one for each from its partner, 868810 one for each in December.
    points = {one.kind: [row[3] for row in seen.open(one).rows()[1:]] for one in Expertise.objects.all()}
    assert sorted(points["mutual"]) == ["4 из 8", *["8 из 8"] * 4]
    assert points["programmes"] == ["8 из 8"] * 5
    assert sorted(points["results"]) == ["4 из 8", *["8 из 8"] * 4]
    own = seen.open(Programme.objects.get(school=district.schools["868810"])).text
    assert "Первый этап позитивных изменений, срок 31.05.2023 ◐ выполнено частично" in own
    assert "Второй этап позитивных изменений, срок 31.10.2023 ✓ выполнено" in own
    town_wide = Programme.objects.get(school=None)
    assert "Опубликовано 1 из 3." in seen.open(reverse("roadmaps:checklist", args=[town_wide.pk])).text


def total_of(seen: Visitor, year: int) -> list[str]:
    return seen.open(f"{reverse('roadmaps:punctuality')}?year={year}").rows()[-1]


def participation_of(year: int) -> str:
    return f"{reverse('mentoring:participation')}?year={year}"


def participation(seen: Visitor, year: int) -> str:
    found = re.search(r"учебный год: (\d+ мероприяти.*? участий — \d+\.)", seen.open(participation_of(year)).text)
    assert found
    return found[1]


def meetings_in_words(seen: Visitor, strong: School) -> str:
    pairing = Pairing.objects.get(helping_school=strong)
    found = re.search(r"\d+ встреч.*?\d{4}", seen.open(reverse("mentoring:pairing_meetings", args=[pairing.pk])).text)
    return found[0] if found else ""

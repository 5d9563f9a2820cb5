"""Two towns that must know nothing of each other, and everybody who may knock at the door.

Each town has a school, a neighbour of that school, and one row of everything that is about them. What a page must not
show to a stranger is told by words and numbers that occur nowhere else.
"""

import datetime as dt
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.access import Role
from accounts.models import Job
from indicators.models import CountedUpTo, StatisticKind
from mentoring.kinds import Kind
from mentoring.models import (
    Attendance,
    CompetenceMark,
    Course,
    Deficit,
    DevelopmentPlan,
    DevelopmentStep,
    Event,
    EventChange,
    HelpRequest,
    HelpRequestChange,
    LessonAnalysis,
    Meeting,
    MeetingChange,
    MeetingFile,
    Mentor,
    NamedAttendance,
    Pairing,
    PairingStep,
    Practice,
    PracticeFile,
    PracticeReview,
    ReserveCandidate,
    ReserveEnrolment,
    ReserveProgramme,
    ReserveRotation,
    ReserveVacancy,
    ScoreChange,
    ScoreCriterion,
    ScoreEdition,
    ScoreFile,
    ScoreMark,
    ScoreSheet,
    Seminar,
    SeminarProgramme,
    SeminarRequest,
    SeminarSession,
    SubjectStaffing,
    SupportReport,
    Teacher,
    TeacherChange,
)
from mentoring.services.pairings import Facts, PairingTold, make_pairing
from mentoring.services.plans import PlanTold, StepTold, add_step, make_plan
from monitoring.models import StoredSheet, ValueAudit, ValueDifference
from monitoring.queries.identification_draft import draft_of
from roadmaps.models import (
    ActivityChange,
    Agreement,
    Assignment,
    AssignmentChange,
    CalendarFeed,
    Comment,
    CommissionSitting,
    Encouragement,
    Evidence,
    ExpectedResult,
    Expertise,
    HeldFile,
    Money,
    Notice,
    NoticeRules,
    NoticeSettings,
    NoticeTemplate,
    Participant,
    Presentation,
    Programme,
    ProgrammeEdition,
    ProgrammeRisk,
    ProgressUpdate,
    PublicationItem,
    Review,
    ReviewMark,
    Roadmap,
    RoadmapChange,
    RoadmapSection,
    SavedView,
    Stage,
    StageReview,
)
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.queries.passport import frozen
from roadmaps.services.decisions import DecisionTold, PointTold, register_decision
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.recommendations import RecommendationTold, recommend
from schools.models import Category, Municipality, RiskFactor, School, SchoolRisk
from tests.factories import (
    BaselineFactory,
    IdentificationDecisionFactory,
    IdentificationEditionFactory,
    IdentificationFactory,
    IdentificationRuleFactory,
    IndicatorFactory,
    JobFactory,
    MembershipFactory,
    MunicipalityFactory,
    MunicipalityStatisticFactory,
    MunicipalityValueFactory,
    NoteTextFactory,
    ObjectivityFlagFactory,
    PlanRevisionFactory,
    PublishedCategoryFactory,
    ReportFactory,
    ResultFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    SchoolValueFactory,
    StatisticKindFactory,
    SummaryRuleFactory,
    TargetFactory,
    TaskTopicFactory,
    UploadEntryFactory,
    UploadFactory,
)

PARTS = ("file", "preview")  # of evidence
PEOPLE = ("anonymous", "outsider", "viewer", "mentor", "curator", "neighbour", "methodist", "department")


@dataclass
class Town:
    """A municipality, its rows by name, and the words that give it away."""

    municipality: Municipality
    rows: dict[str, Any] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)  # of the town and its sums
    school_words: dict[int, list[str]] = field(default_factory=dict)  # of one school
    small_numbers: list[str] = field(default_factory=list)  # about fewer than five pupils
    covering_numbers: list[str] = field(default_factory=list)  # of the school that is hidden with them
    pairing_texts: list[str] = field(default_factory=list)  # for the sides of a pairing and the centre
    centre_texts: list[str] = field(default_factory=list)  # for the centre and the department alone
    score_texts: list[str] = field(default_factory=list)  # of schools, but not for mentors
    sheet_texts: list[str] = field(default_factory=list)  # of the municipality, but not for its schools and mentors

    @property
    def all_words(self) -> list[str]:
        of_schools = (word for words in self.school_words.values() for word in words)
        return [*self.words, *of_schools, *self.small_numbers, *self.centre_texts, *self.sheet_texts]


@dataclass
class World:
    town: Town
    foreign: Town
    kind: StatisticKind
    sessions: dict[str, str] = field(default_factory=dict)  # of those who have logged in

    def row(self, name: str) -> Any:
        return self.town.rows[name]

    def client(self, person: str) -> Client:
        """A browser of its own for this person, logged in."""
        client = Client()
        if person != "anonymous":
            if person not in self.sessions:
                client.force_login(MembershipFactory(**self.place(person)).user)
                self.sessions[person] = client.cookies[settings.SESSION_COOKIE_NAME].value
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person]
        return client

    def let_everybody_in(self) -> "World":
        """Before anything that is undone: who logs in inside of it would be unknown after it."""
        for person in PEOPLE:
            self.client(person)
        return self

    def place(self, person: str) -> dict[str, Any]:
        town = self.town.municipality
        if person == "outsider":
            return {"role": Role.DEPARTMENT, "municipality": self.foreign.municipality, "school": None}
        if person in ("curator", "neighbour"):
            school = self.row("school" if person == "curator" else "neighbour")
            return {"role": Role.CURATOR, "municipality": town, "school": school}
        return {"role": Role(person), "municipality": town, "school": None}

    def secrets_from(self, person: str) -> list[str]:
        """Words that this person must never meet."""
        if person == "outsider":
            return self.town.all_words
        secrets = self.foreign.all_words
        if person in ("curator", "neighbour"):
            other = self.row("neighbour" if person == "curator" else "school")
            secrets = [*secrets, *self.town.school_words[other.pk]]
        if person not in ("methodist", "department"):
            secrets = [*secrets, *self.town.small_numbers, *self.town.centre_texts]
        if person in ("curator", "neighbour", "mentor"):
            secrets = [*secrets, *self.town.sheet_texts]
        if person == "mentor":
            secrets = [*secrets, *self.town.score_texts]
        if person in ("viewer", "mentor"):  # who see the whole, and would take all others from it
            secrets = [*secrets, *self.town.covering_numbers, *self.town.pairing_texts]
        return secrets


def make_world() -> World:
    kind = StatisticKindFactory(code="teachers", name="Учителя")
    numbers = iter(range(70101, 79999, 101))
    return World(
        town=make_town("nazarovo", "Ближний", kind, numbers),
        foreign=make_town("megion", "Дальний", kind, numbers),
        kind=kind,
    )


def make_town(slug: str, word: str, kind: StatisticKind, numbers: Iterator[int]) -> Town:
    town = Town(MunicipalityFactory(slug=slug, name=f"Город {word}"))
    add_sums(town, word, numbers)
    for name, title in (("school", "Первая"), ("neighbour", "Вторая")):
        school = SchoolFactory(
            municipality=town.municipality,
            name=f"{title} школа города {word}",
            code=f"{slug}-{name}",
            fisoko_login=f"edu-{slug}-{name}",
        )
        town.rows[name] = school
        town.school_words[school.pk] = [school.name, school.code, school.fisoko_login]
        add_school(town, school, kind, numbers)
    first = town.rows["value"]  # the smaller of the two
    town.covering_numbers = [str(first.participants), str(first.value)]
    add_small_school(town, word, numbers)
    add_documents(town, word)
    add_identification(town)
    add_plans(town, word)
    CountedUpTo.objects.create(municipality=town.municipality, day=dt.date(2020, 8, 31))
    add_risks(town, word)
    add_pairings(town, word)
    add_requests(town, word)
    add_events(town, word, numbers)
    add_reserve(town, word)
    add_seminar(town, word)
    add_scores(town, word)
    return town


def add_sums(town: Town, word: str, numbers: Iterator[int]) -> None:
    """What is known of the whole town."""
    indicator = IndicatorFactory(
        municipality=town.municipality, code="n1", short_name=f"Показатель {word}", wording=f"Формулировка {word}"
    )
    town.rows["indicator"] = indicator
    town.rows["programme"] = Programme.objects.create(
        municipality=town.municipality, title=f"Программа {word}", aim="Повысить качество", starts_in=2020, ends_in=2021
    )
    teachers = {"type": "statistic", "code": "teachers"}
    IndicatorFactory(municipality=town.municipality, code="n2", formula={"type": "count", "of": teachers})
    own = StatisticKindFactory(
        municipality=town.municipality, code=f"{town.municipality.slug}.own", name=f"Собственное число города {word}"
    )
    town.rows["own_kind"] = own
    number = next(numbers)
    TargetFactory(indicator=indicator, value=next(numbers))
    BaselineFactory(indicator=indicator, value=next(numbers))
    PlanRevisionFactory(indicator=indicator, new=next(numbers))
    MunicipalityValueFactory(indicator=indicator, value=number, numerator=number, denominator=1, participants=number)
    MunicipalityStatisticFactory(municipality=town.municipality, value=next(numbers))
    town.words += [
        f"Город {word}",
        own.name,
        own.code,
        indicator.short_name,
        indicator.wording,
        f"Программа {word}",
        str(number),
    ]


def add_school(town: Town, school: School, kind: StatisticKind, numbers: Iterator[int]) -> None:
    """One row of everything that is about a school, with numbers of its own."""
    pupils, value, teachers, planned, order = (next(numbers) for _ in range(5))
    counts = {"participants": pupils, "mark_2": pupils, "mark_3": 0, "mark_4": 0, "mark_5": 0, "passed": pupils}
    is_first = "identification" not in town.rows
    made = {
        "identification": IdentificationFactory(school=school, order_number=f"{order}-п"),
        "result": ResultFactory(school=school, **counts, tasks={"1": {"done": 1, "participants": pupils}}),
        "total": ResultTotalFactory(school=school, **counts, task_names="1", task_counts=f"1 {pupils}"),
        "value": SchoolValueFactory(
            school=school, indicator=town.rows["indicator"], value=value, numerator=value, denominator=1,
            participants=pupils,
        ),
        "statistic": SchoolStatisticFactory(school=school, kind=kind, value=teachers),
        "target": TargetFactory(indicator=town.rows["indicator"], school=school, value=planned),
        "baseline": BaselineFactory(indicator=town.rows["indicator"], school=school, value=planned),
        "revision": PlanRevisionFactory(indicator=town.rows["indicator"], school=school, new=planned),
        "decision": IdentificationDecisionFactory(school=school, reason=f"Основание {planned}"),
        "flag": ObjectivityFlagFactory(school=school, reason=f"Сомнение {planned}"),
    }  # fmt: skip
    if is_first:
        town.rows |= made
    town.school_words[school.pk] += [str(number) for number in (pupils, value, teachers, planned)]


def add_small_school(town: Town, word: str, numbers: Iterator[int]) -> None:
    """Four pupils sat, and next year twenty: the change would give the year of the four away."""
    school = SchoolFactory(municipality=town.municipality, name=f"Третья школа города {word}")
    town.rows["small"] = school
    score, value, change = next(numbers), next(numbers), next(numbers)
    ResultTotalFactory(
        school=school, participants=4, mark_2=1, mark_3=1, mark_4=1, mark_5=1, test_sum=score, test_count=1
    )
    of_school = {"school": school, "indicator": town.rows["indicator"]}
    SchoolValueFactory(**of_school, value=value, numerator=value, denominator=1, participants=4)
    later = {"participants": 20, "change": change, "change_from": "2020", "participants_before": 4}
    SchoolValueFactory(**of_school, period="2021", **later)
    town.small_numbers = [str(score), str(value), str(change)]


def add_identification(town: Town) -> None:
    """The rule of the year, in which even four participants count, and an edition of its list with all numbers."""
    municipality = town.municipality
    kept = IdentificationRuleFactory(municipality=municipality, source=f"Методика города {municipality.slug}")
    kept.parameters |= {"min_n": 1, "min_procedures": 1}
    kept.save()
    town.rows["rule"] = kept
    town.rows["edition"] = IdentificationEditionFactory(
        municipality=municipality, snapshot=draft_of(municipality, 2020).list.to_json()
    )
    PublishedCategoryFactory(municipality=municipality)
    town.rows["empty_category"] = PublishedCategoryFactory(
        municipality=municipality, category=Category.DIFFICULT_CONDITIONS, is_by_hand=True
    )
    town.words.append(kept.source)


def add_plans(town: Town, word: str) -> None:
    """A roadmap of the town, on which both schools report, and one of each school; everything that hangs on them."""
    municipality, slug, programme = town.municipality, town.municipality.slug, town.rows["programme"]
    roadmap = roadmap_of(municipality, f"План города {word}", programme=programme)
    first = roadmap.activities.get()
    occurrence = first.occurrences.get()
    town.rows |= {"roadmap": roadmap, "activity": first, "occurrence": occurrence, "section": first.section}
    for number, school in enumerate((town.rows["school"], town.rows["neighbour"])):
        own = roadmap_of(municipality, f"План школы {number} {word}", school=school)
        Programme.objects.create(
            municipality=municipality,
            school=school,
            kind=Programme.Kind.ANTIRISK,
            title=f"Антирисковая {number} {word}",
            starts_in=2020,
            ends_in=2021,
        )
        report = ProgressUpdate.objects.create(
            occurrence=occurrence, school=school, state="submitted", text=f"Отчёт {number} {word}"
        )
        evidence = Evidence.objects.create(report=report, link=f"https://example.org/{slug}/{number}")
        RoadmapChange.objects.create(roadmap=own, action="edited", reason=f"Причина {number} {word}")
        ActivityChange.objects.create(activity=own.activities.get(), action="edited", reason=f"Причина {number} {word}")
        if not number:
            kept = {"report": report, "name": "Протокол.jpg", "media_type": "image/jpeg", "size": 3}
            places = {part: default_storage.save(f"evidence/{part}-{slug}.jpg", ContentFile(b"jpg")) for part in PARTS}
            file = Evidence.objects.create(**kept, **places)
            town.rows |= {"report_on_it": report, "evidence": file, "school_roadmap": own}
        words = [own.title, f"Антирисковая {number} {word}", report.text, evidence.link, f"Причина {number} {word}"]
        town.school_words[school.pk] += words
    comment = Comment.objects.create(activity=first, text=f"Замечание {word}")
    ProgrammeEdition.objects.create(
        programme=programme, number=1, content=frozen(programme), order_number=f"{word}-1", order_date="2020-09-01"
    )
    Stage.objects.create(programme=programme, position=1, title=f"Этап {word}")
    ExpectedResult.objects.create(programme=programme, position=1, text=f"Итог {word}")
    Participant.objects.create(programme=programme, position=1, organisation=f"Участник {word}")
    ProgrammeRisk.objects.create(programme=programme, position=1, text=f"Риск {word}")
    Money.objects.create(programme=programme, position=1, title=f"Расход {word}", year=2020)
    made = [f"{name} {word}" for name in ("Этап", "Итог", "Участник", "Риск", "Расход")]
    town.words += [roadmap.title, comment.text, *made]
    add_decisions(town, word)


def add_decisions(town: Town, word: str) -> None:
    """An order that asks something of both schools and of the centre, which each school has begun to do."""
    points = [
        PointTold(f"Поручить школам города {word}", "1.", "до 31.03.2021", responsible=("ОО",)),
        PointTold(f"Поручить центру города {word}", "2.", "постоянно", responsible=(f"Центр {word}",)),
    ]
    day = {"date": dt.date(2020, 9, 1), "ends_on": dt.date(2021, 8, 31)}
    told = DecisionTold(kind="order", number=f"77-{word}", title=f"О мерах города {word}", points=points, **day)
    decision = register_decision(municipality=town.municipality, told=told)
    for number, school in enumerate((town.rows["school"], town.rows["neighbour"])):
        assignment = decision.points.first().assignments.get(school=school)
        Assignment.objects.filter(pk=assignment.pk).update(state="begun", text=f"Делаем {number} {word}")
        AssignmentChange.objects.create(assignment=assignment, before="awaited", after="begun", text="Делаем")
        town.rows.setdefault("assignment", assignment)
        advice = RecommendationTold(f"Совет {number} {word}", schools=[school], deadline="до 31.05.2021")
        advice = replace(advice, indicators=[town.rows["indicator"]])  # what it changed is a page of its own
        given = recommend(municipality=town.municipality, told=advice)
        given.assignments.update(state="accepted", answered_at="2021-05-20T09:00Z")
        town.rows.setdefault("recommendation", given)
        town.school_words[school.pk] += [f"Делаем {number} {word}", advice.text]
    item = {
        "title": f"Анонсы {word}",
        "link": f"https://{town.municipality.slug}.example.org/",
        "quote": f"Слова {word}",
    }
    published = PublicationItem.objects.create(programme=town.rows["programme"], published_on="2021-01-15", **item)
    whose = {"municipality": town.municipality, "changed_at": "2021-01-15T09:00Z"}
    sitting = CommissionSitting.objects.create(
        **whose, title=f"Комиссия {word}", held_on="2021-01-15", agenda=f"Вопрос {word}", protocol=f"Решено {word}"
    )
    for number, school in enumerate((town.rows["school"], town.rows["neighbour"])):
        said = {"partner": f"Партнёр {number} {word}", "subject": f"Сеть {number} {word}"}
        agreement = Agreement.objects.create(**whose, school=school, signed_on="2021-01-15", **said)
        thanks = Encouragement.objects.create(
            **whose, school=school, given_on="2021-01-15", grounds=f"Труд {number} {word}"
        )
        town.rows.setdefault("agreement", agreement)
        town.rows.setdefault("encouragement", thanks)
        town.school_words[school.pk] += [*said.values(), thanks.grounds]
    town.words += [sitting.title, sitting.agenda, sitting.protocol]
    town.rows |= {"decision": decision, "publication": published, "sitting": sitting}
    town.words += [item["title"], item["link"], item["quote"]]
    town.words += [decision.title, f"77-{word}", *(point.text for point in points), f"Центр {word}"]


def roadmap_of(municipality: Municipality, title: str, **frame: Any) -> Roadmap:
    """One row that is due once and that all schools answer for."""
    row = PlanRow(title=f"Строка: {title}", number="1", responsible=("ОО",), deadline="Март 2021")
    term = {"starts_on": dt.date(2020, 9, 1), "ends_on": dt.date(2021, 8, 31)}
    plan = Plan(title, (PlanSection("Раздел", rows=(row,)),))
    return store_plan(municipality=municipality, plan=plan, frame=Frame(**term, state="approved", **frame))


def add_risks(town: Town, word: str) -> None:
    """A factor of the year, which both schools have and dispute each in its own words."""
    factor = RiskFactor.objects.create(
        municipality=town.municipality, school_year=2020, code="equipment", position=1, title=f"Фактор {word}"
    )
    open_one = RiskFactor.objects.create(
        municipality=town.municipality, school_year=2020, code="parents", position=2, title=f"Вопрос {word}"
    )
    town.rows["risk_factor"] = factor
    town.words += [factor.title, open_one.title]
    for number, school in enumerate((town.rows["school"], town.rows["neighbour"])):
        note = f"Возражение {number} {word}"
        risk = SchoolRisk.objects.create(
            school=school, factor=factor, significance="high", check_result="disputed", check_note=note,
            decision="activated", decided_on="2020-09-01",
        )  # fmt: skip
        SchoolRisk.objects.create(school=school, factor=open_one, significance="medium")
        programme = Programme.objects.get(school=school)
        review = StageReview.objects.create(
            programme=programme, stage=1, due_on="2021-05-31", state="told", told=f"Изменения {number} {word}"
        )
        town.school_words[school.pk].append(review.told)
        town.rows.setdefault("school_programme", programme)
        town.rows.setdefault("stage_review", review)
        add_expertise(town, word, number, programme)
        town.rows.setdefault("risk", risk)
        programme.grew_from.add(risk)
        section = RoadmapSection.objects.get(roadmap__school=school)
        section.risk = risk
        section.save()
        section.activities.get().risk_factors.add(factor)
        town.school_words[school.pk].append(note)


def add_expertise(town: Town, word: str, number: int, programme: Programme) -> None:
    """The accepted assessment of the school's programme by somebody from outside, and what it was presented with."""
    municipality, slug = town.municipality, town.municipality.slug
    expertise, is_new = Expertise.objects.get_or_create(
        municipality=municipality, title=f"Экспертиза {word}", due_on="2021-03-31", max_mark=2
    )
    if is_new:
        expertise.criteria.create(position=1, text=f"Критерий {word}")
        town.words += [expertise.title, f"Критерий {word}"]
        town.rows["expertise"] = expertise
    expert = MembershipFactory(role=Role.EXPERT, municipality=municipality).user
    review = Review.objects.create(
        expertise=expertise, programme=programme, expert=expert, origin="institute", state="accepted", verdict="good",
        conclusion=f"Заключение {number} {word}",
    )  # fmt: skip
    ReviewMark.objects.create(review=review, criterion=expertise.criteria.get(), mark=2)
    place = default_storage.save(f"evidence/presentation-{slug}-{number}.jpg", ContentFile(b"jpg"))
    shown = Presentation.objects.create(
        programme=programme, title=f"Презентация {number} {word}", file=place, name="Презентация.jpg",
        media_type="image/jpeg", size=3,
    )  # fmt: skip
    town.school_words[programme.school_id] += [review.conclusion, shown.title]
    town.rows.setdefault("review", review)
    town.rows.setdefault("presentation", shown)


def add_pairings(town: Town, word: str) -> None:
    """A tutor's pairing with a teacher of each school, and somebody's of the pool who helps nobody. Names of teachers,
    texts and reasons are for the school and the centre; `pairing_texts` are the secrets of all others."""
    municipality, since = town.municipality, dt.date(2020, 9, 1)
    pool = {"municipality": municipality, "position": "учитель", "kind": "tutor", "since": since}
    town.rows["mentor"] = Mentor.objects.create(**pool, name=f"Тьютор {word}", organisation="Центр")
    town.words.append(f"Тьютор {word}")
    for number, school in enumerate((town.rows["school"], town.rows["neighbour"])):
        name, aims, deficits = (f"{what} {number} {word}" for what in ("Учитель", "Цель", "Дефицит"))
        teacher = Teacher.objects.create(school=school, name=name, position="учитель", subjects="математика")
        facts = Facts(since, aims=aims, deficits=deficits, risks=tuple(school.risks.all()))
        told = PairingTold(Kind.TUTOR_TEACHER, school, facts, mentor=town.rows["mentor"], teacher=teacher)
        pairing = make_pairing(told=told)
        plan = make_plan(pairing=pairing, told=PlanTold(f"План пары {number} {word}", since, dt.date(2021, 5, 31)))
        step = add_step(plan=plan, told=StepTold(f"Строка пары {number} {word}", deadline="Март"), by=None)
        town.school_words[school.pk] += [plan.title, step.title]
        town.rows.setdefault("step", step)
        town.rows.setdefault("pairing", pairing)
        add_meetings(town, word, number, pairing, step)
        town.rows.setdefault("teacher", teacher)
        add_development(town, word, number, teacher)
        staffing = SubjectStaffing.objects.create(
            school=school, school_year=2020, subject="physics", wanted=9001 + number, covered=0, teachers=0
        )
        town.rows.setdefault("staffing", staffing)
        town.school_words[school.pk] += [name, aims, deficits]
        town.pairing_texts += [name, aims, deficits]


def add_development(town: Town, word: str, number: int, teacher: Teacher) -> None:
    """One of all that is kept about a teacher; whoever may not know the name may know nothing of it."""
    lack, course, aim, row, done = (
        f"{what} {number} {word}" for what in ("Пробел", "Курсы", "Рост", "Шаг", "Сопровождение")
    )
    term = {"starts_on": "2020-09-01", "ends_on": "2021-05-31"}
    made: dict[str, Any] = {"deficit": Deficit.objects.create(
        teacher=teacher, kind="subject", text=lack, found_how="lesson", found_on="2020-10-01"
    )}  # fmt: skip
    made["course"] = Course.objects.create(
        teacher=teacher, title=course, organisation="Институт", hours=36, finished_on="2020-11-01",
        deficit=made["deficit"],
    )  # fmt: skip
    made["competence_mark"] = CompetenceMark.objects.create(teacher=teacher, school_year=2020, expert="positive")
    made["development_plan"] = DevelopmentPlan.objects.create(teacher=teacher, aim=aim, state="active", **term)
    made["development_step"] = DevelopmentStep.objects.create(
        plan=made["development_plan"], form="course", title=row, deficit=made["deficit"], due_on="2020-12-01"
    )
    made["support_report"] = SupportReport.objects.create(
        teacher=teacher, school_year=2020, done=done, outcome="Стало лучше"
    )
    for name, kept in made.items():
        town.rows.setdefault(name, kept)
    was = f"Прежний пробел {number} {word}"
    TeacherChange.objects.create(
        teacher=teacher, action="changed", record="deficit", title=lack, before={"text": was}, after={"text": lack}
    )
    town.school_words[teacher.school_id] += [lack, course, aim, row, done, was]
    town.pairing_texts += [lack, course, aim, row, done, was]


def add_reserve(town: Town, word: str) -> None:
    """One of everything in the reserve of future heads."""
    name, title, note, moved, result = (f"{what} {word}" for what in ("Преемник", "Курс", "Место", "Перевод", "Проект"))
    whose, school = {"municipality": town.municipality}, town.rows["school"]
    one = ReserveCandidate.objects.create(**whose, name=name, position="завуч", school=school, since="2020-09-01")
    of = ReserveProgramme.objects.create(**whose, title=title, starts_on="2020-09-01", ends_on="2021-05-31")
    posts = {"from_position": "завуч", "to_position": "директор"}
    town.rows |= {
        "reserve_candidate": one,
        "reserve_programme": of,
        "enrolment": ReserveEnrolment.objects.create(programme=of, candidate=one, result=result),
        "vacancy": ReserveVacancy.objects.create(**whose, school=school, vacant_on="2021-01-15", note=note),
        "rotation": ReserveRotation.objects.create(**whose, name=moved, on="2021-01-15", **posts),
    }
    town.centre_texts += [name, title, note, moved, result]


def add_meetings(town: Town, word: str, number: int, pairing: Pairing, step: PairingStep) -> None:
    """One that the tutor wrote down and one that the school did, this with a sheet of a lesson and a file."""
    topic, result, advice, reason = (f"{what} {number} {word}" for what in ("Тема", "Итог встречи", "Урок", "Спор"))
    kept = {"pairing": pairing, "step": step, "form": "visit", "topic": topic, "hours": 2, "audience": {"teachers": 3}}
    kept |= {"result": result}
    told = Meeting.objects.create(**kept, on="2020-10-01", logged_side="helper")
    own = Meeting.objects.create(**kept, on="2020-11-01", logged_side="helped", state="disputed", reason=reason)
    MeetingChange.objects.create(meeting=told, action="logged", after={"result": result})
    LessonAnalysis.objects.create(
        meeting=own, subject="Математика", grade="7", topic="Дроби", marks={"aim": 1}, advice=advice
    )
    slug = town.municipality.slug
    places = {
        part: default_storage.save(f"evidence/meeting-{part}-{slug}-{number}.jpg", ContentFile(b"jpg"))
        for part in PARTS
    }
    file = MeetingFile.objects.create(
        meeting=own, name=f"Снимок {number} {word}.jpg", media_type="image/jpeg", size=3, **places
    )
    for name, row in (("meeting", told), ("own_meeting", own), ("meeting_file", file)):
        town.rows.setdefault(name, row)
    town.school_words[pairing.school_id] += [topic, result, advice, reason, file.name]
    town.pairing_texts += [result, advice, reason, file.name]


def add_requests(town: Town, word: str) -> None:
    """What each school asks of the centre, and what it was told."""
    for number, school in enumerate((town.rows["school"], town.rows["neighbour"])):
        topic, text, answer = (f"{what} {number} {word}" for what in ("Просьба", "Нужда", "Подсказка"))
        told = {"topic": topic, "text": text, "by_centre": True, "answer": answer, "answered_on": "2020-12-01"}
        request = HelpRequest.objects.create(municipality=town.municipality, school=school, state="answered", **told)
        HelpRequestChange.objects.create(request=request, action="answer", after={"answer": answer})
        asked = HelpRequest.objects.create(municipality=town.municipality, school=school, topic=f"Ещё {topic}")
        town.rows.setdefault("answered_request", request)
        town.rows.setdefault("help_request", asked)
        town.school_words[school.pk] += [topic, text, answer]
        town.pairing_texts += [topic, text, answer]


def add_events(town: Town, word: str, numbers: Iterator[int]) -> None:
    """One for all schools, to which both came, and one for each school alone."""
    day = dt.date(2020, 10, 15)
    kept = {"municipality": town.municipality, "starts_on": day, "ends_on": day, "state": "held"}
    event = Event.objects.create(**kept, title=f"Семинар {word}", activity=town.rows["activity"])
    EventChange.objects.create(event=event, action="planned", after={"schools": "все"})
    town.rows["event"] = event
    HelpRequest.objects.filter(pk=town.rows["answered_request"].pk).update(event=event)
    town.words.append(event.title)
    ahead = {"starts_on": dt.date(2099, 1, 1), "ends_on": dt.date(2099, 1, 1), "state": "planned"}
    town.rows["event_ahead"] = Event.objects.create(**kept | ahead, title=f"Вебинар {word}")
    for number, school in enumerate((town.rows["school"], town.rows["neighbour"])):
        came = Attendance.objects.create(event=event, school=school, teachers=next(numbers) % 30_000)
        NamedAttendance.objects.create(attendance=came, teacher=Teacher.objects.filter(school=school).earliest("pk"))
        own = Event.objects.create(**kept, title=f"Выезд {number} {word}", for_all=False)
        own.schools.add(school)
        town.rows.setdefault("own_event", own)
        town.school_words[school.pk] += [own.title, str(came.teachers)]
        add_practice(town, word, number, school)


def add_practice(town: Town, word: str, number: int, school: School) -> None:
    """That waits for review, with a file: for its school and the centre."""
    teacher = Teacher.objects.filter(school=school).earliest("pk")
    practice = Practice.objects.create(
        municipality=town.municipality, school=school, teacher=teacher, title=f"Практика {number} {word}", text="Что"
    )
    practice.events.add(town.rows["event"])
    slug = town.municipality.slug
    places = {
        part: default_storage.save(f"evidence/practice-{part}-{slug}-{number}.jpg", ContentFile(b"jpg"))
        for part in PARTS
    }
    named = {"name": f"Плакат {number} {word}.jpg", "media_type": "image/jpeg", "size": 3}
    file = PracticeFile.objects.create(practice=practice, **named, **places)
    said = f"Вывод {number} {word}"
    expert = MembershipFactory(role=Role.EXPERT, municipality=town.municipality).user
    review = PracticeReview.objects.create(
        practice=practice, expert=expert, due_on="2020-12-01", verdict="improve", conclusion=said,
        given_on="2020-11-20",
    )  # fmt: skip
    town.centre_texts.append(said)
    town.rows.setdefault("practice", practice)
    town.rows.setdefault("practice_review", review)
    town.rows.setdefault("practice_file", file)
    town.school_words[school.pk] += [practice.title, file.name]
    town.pairing_texts += [practice.title, file.name]


def add_seminar(town: Town, word: str) -> None:
    """What the centre offers, what each school asks for in its own words, and its programme in force."""
    seminar = Seminar.objects.create(
        municipality=town.municipality, school_year=2020, half=1, requests_until="2099-01-01", note=f"Порядок {word}"
    )
    town.rows |= {"seminar": seminar, "offer": seminar.offers.create(title=f"Предложение {word}")}
    town.words += [f"Порядок {word}", f"Предложение {word}"]
    for number, school in enumerate((town.rows["school"], town.rows["neighbour"])):
        topic = f"Своя тема {number} {word}"
        SeminarRequest.objects.create(seminar=seminar, school=school, topic=topic)
        programme = SeminarProgramme.objects.create(
            seminar=seminar, school=school, state="approved", approved_on="2020-09-10"
        )
        SeminarSession.objects.create(programme=programme, position=1, title=f"Занятие {number} {word}")
        town.rows.setdefault("seminar_programme", programme)
        town.school_words[school.pk] += [topic, f"Занятие {number} {word}"]
        town.pairing_texts += [topic, f"Занятие {number} {word}"]
    town.rows["draft_programme"] = SeminarProgramme.objects.create(seminar=seminar, school=town.rows["small"])


def add_scores(town: Town, word: str) -> None:
    """A confirmed sheet of the centre with a file and a draft of the tutors; the monitoring of each school."""
    whose = {"municipality": town.municipality, "school_year": 2020}
    kept = {"state": "confirmed", "confirmed_on": "2021-10-20"}
    told = {"score": 1, "suggested": 2, "figures": "Сведения", "why": "Почему"}
    for kind in ("centre", "tutors", "monitoring"):
        edition = ScoreEdition.objects.create(**whose, kind=kind, middle_from=1, high_from=2, source="Приказ")
        text, scale = f"Критерий {kind} {word}", "нет\nчастично\nда"
        town.rows[f"{kind}_criterion"] = ScoreCriterion.objects.create(
            edition=edition, code="papers", position=1, text=text, scale=scale
        )
    confirmed = ScoreSheet.objects.create(
        **whose, **kept, kind="centre", edition=town.rows["centre_criterion"].edition, conclusion=f"Вывод {word}"
    )
    mark = ScoreMark.objects.create(
        sheet=confirmed, criterion=town.rows["centre_criterion"], **told, evidence=f"Справка {word}"
    )
    ScoreChange.objects.create(sheet=confirmed, action="confirmed", reason=f"Возврат {word}")
    draft = ScoreSheet.objects.create(**whose, kind="tutors", edition=town.rows["tutors_criterion"].edition)
    ScoreMark.objects.create(sheet=draft, criterion=town.rows["tutors_criterion"], **told)
    slug = town.municipality.slug
    places = {part: default_storage.save(f"evidence/scores-{part}-{slug}.jpg", ContentFile(b"jpg")) for part in PARTS}
    file = ScoreFile.objects.create(mark=mark, name=f"Акт {word}.jpg", media_type="image/jpeg", size=3, **places)
    town.rows |= {"score_sheet": confirmed, "score_draft": draft, "score_file": file}
    town.sheet_texts += [f"Вывод {word}", f"Справка {word}", f"Возврат {word}", file.name]
    for number, school in enumerate((town.rows["school"], town.rows["neighbour"])):
        lack = f"Недостаток {number} {word}"
        sheet = ScoreSheet.objects.create(
            **whose, **kept, kind="monitoring", school=school, edition=town.rows["monitoring_criterion"].edition
        )
        ScoreMark.objects.create(sheet=sheet, criterion=town.rows["monitoring_criterion"], **told, shortcoming=lack)
        town.rows.setdefault("school_sheet", sheet)
        town.school_words[school.pk].append(lack)
        town.score_texts.append(lack)


def add_documents(town: Town, word: str) -> None:
    """Uploads, jobs, people and documents of the town."""
    municipality, slug = town.municipality, town.municipality.slug
    upload = UploadFactory(municipality=municipality, status="checked")
    entry = UploadEntryFactory(upload=upload, position=0, name=f"оге {word}.xlsx", layout="oge_dense")
    drawn = default_storage.save(f"reports/{slug}.pdf", ContentFile(f"%PDF-1.7 {word}".encode()))
    report = ReportFactory(municipality=municipality, number=1, snapshot={"title": f"Записка {word}"}, drawn=drawn)
    NoteTextFactory(municipality=municipality, problems=f"Трудности {word}")
    TaskTopicFactory(municipality=municipality, topic=f"Тема {word}")
    SummaryRuleFactory(municipality=municipality)
    membership = MembershipFactory(
        role=Role.VIEWER, municipality=municipality, user__full_name=f"Сотрудник {word}", user__username=f"user-{slug}"
    )
    differences = [
        ValueDifference.objects.create(
            municipality=municipality,
            indicator=town.rows["indicator"],
            school=town.rows[school],
            period="2020",
            field="value",
            stored="1",
            expected="2",
        )
        for school in ("school", "neighbour")
    ]
    path = Path(settings.MEDIA_ROOT) / "sources" / f"{slug}.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(f"row;код\n5;{town.rows['school'].code}\n".encode()))
    town.rows |= {
        "municipality": municipality,
        "upload": upload,
        "entry": entry,
        "sheet": StoredSheet.objects.create(
            upload=upload, file_name=entry.name, sheet="Лист1", path=f"sources/{slug}.csv.gz", kept_until="2099-01-01"
        ),
        "job": JobFactory(municipality=municipality, kind=Job.Kind.RECOMPUTE),
        "audit": ValueAudit.objects.create(
            municipality=municipality, started_at="2021-09-01T03:10:00Z", values=10, differences=2
        ),
        "difference": differences[0],
        "report": report,
        "membership": membership,
    }
    place = default_storage.save(f"evidence/held-{slug}.jpg", ContentFile(b"jpg"))
    held = {"file": place, "preview": place, "name": f"Снимок {word}.jpg", "media_type": "image/jpeg", "size": 3}
    town.rows["held"] = HeldFile.objects.create(by=membership.user, form="report:1:1", **held)
    NoticeRules.objects.create(municipality=municipality)
    CalendarFeed.objects.create(user=membership.user, digest=slug)
    own = {"user": membership.user, "municipality": municipality, "name": f"Вид {word}", "view": "rows"}
    town.rows["saved_view"] = SavedView.objects.create(**own)
    NoticeSettings.objects.create(user=membership.user)
    late = {"kind": "late", "subject": f"Слова города {word}: {{мероприятие}}", "text": "{срок}"}
    NoticeTemplate.objects.create(municipality=municipality, **late)
    kept = {"user": membership.user, "municipality": municipality, "kind": "event", "mail": "portal"}
    town.rows["notice"] = Notice.objects.create(**kept, key=f"event:{slug}", subject=f"Уведомление {word}")
    town.words += [
        entry.name,
        held["name"],
        f"Уведомление {word}",
        f"Слова города {word}",
        f"Вид {word}",
        f"Записка {word}",
        f"Трудности {word}",
        f"Тема {word}",
        f"Сотрудник {word}",
    ]

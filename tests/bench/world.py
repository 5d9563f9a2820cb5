"""Synthetic municipalities, made from a seed: so many schools, so many years, the catalogue of Назарово.

Every call makes another municipality in the same database, so worlds of several sizes stand side by side as in a
portal with many tenants. Results go through the portal's own writer of totals, values through its engine.
"""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.access import Role
from accounts.models import Membership, User
from config.programmes import content
from config.programmes.fixtures import Fixtures, statistic_kinds
from indicators.engine import recompute
from indicators.engine.measured import read_indicators
from indicators.models import SchoolStatistic, StatisticKind
from indicators.periods import period_of_year
from indicators.procedures import Attempt, Procedure, Wave
from indicators.queries.identification_source import read_lists
from indicators.services.catalogue import load_catalogue, load_statistic_kinds
from monitoring.jobs.totals import group_of, refresh_totals
from monitoring.models import Result, Upload, UploadEntry
from schools.models import Category, Identification, Municipality, School
from schools.periods import Period

LAST_YEAR = 2020  # the fixtures plan for it and write its note
LEVELS = ("Недостаточный", "Пониженный", "Базовый", "Повышенный")
# Of each school and year: procedure, subject, grade, wave, session's day in the spring after.
MARKED = (
    ("oge", "mathematics", 9, Wave.MAIN, "05-27"),
    ("oge", "russian", 9, Wave.MAIN, "05-24"),
    ("oge", "social_studies", 9, Wave.MAIN, "06-02"),
    ("oge", "biology", 9, Wave.MAIN, "06-07"),
    ("ege", "mathematics_base", 11, Wave.MAIN, "06-07"),
    *(("vpr", subject, grade, Wave.SPRING, "") for grade in range(4, 9) for subject in ("mathematics", "russian")),
)
SCORED = (("ege", "russian", "06-03"), ("ege", "mathematics_profile", "06-07"))
LEVELLED = (("reading_literacy", 4), ("reading_literacy", 6), ("science_literacy", 8))
IN_A_LIST = 0.4  # of the schools, each year
WITHOUT_GRADE_11 = 0.15
TASKS = 12  # of a work
WEAK_TASKS = 0.02


def municipality(
    schools: int, years: int = 5, *, seed: int = 1, with_values: bool = True, with_tasks: bool = False
) -> Municipality:
    """A whole world: schools, lists, statistics, catalogue, plans, results of so many years, and their values."""
    town = bare_municipality(schools, seed=seed)
    add_catalogue(town, seed=seed)
    add_lists_and_statistics(town, years, seed=seed)
    add_results(town, years, seed=seed, with_tasks=with_tasks)
    if with_values:
        recompute(town.pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server's autovacuum does within a minute
    return town


def bare_municipality(schools: int, *, seed: int = 1) -> Municipality:
    """Schools alone: № 1 has the code `810001` and the login `edu810001`."""
    count = Municipality.objects.count()
    town = Municipality.objects.create(
        slug=f"bench-{count}",
        name=f"Городок {count}",
        full_name=f"город Городок {count}",
        department_name="Управление образования администрации города",
        region="Красноярский край",
    )
    School.objects.bulk_create(
        School(
            municipality=town,
            name=f"МБОУ «СОШ № {number}»",
            code=f"{810000 + number}",
            fisoko_login=f"edu{810000 + number}",
        )
        for number in range(1, schools + 1)
    )
    return town


def add_catalogue(town: Municipality, *, seed: int = 1) -> None:
    """The indicators of Назарово with their plans, and the texts of its note."""
    fixtures = Fixtures("nazarovo")
    load_statistic_kinds(statistic_kinds())
    content.load_programme_text(town, fixtures)
    load_catalogue(municipality=town, rows=fixtures.read("indicators"))
    content.load_targets(town, fixtures)
    content.load_note_texts(town, fixtures)


def add_lists_and_statistics(town: Municipality, years: int, *, seed: int = 1) -> None:
    """Who was identified, and the numbers that those schools report; a school's luck lasts for years."""
    chance = random.Random(seed)
    kinds = {kind.code: kind for kind in StatisticKind.objects.all()}
    schools = list(town.schools.order_by("pk"))
    lists, numbers = [], []
    for school in schools:
        luck = chance.random()
        for year in _years(years):
            if abs(luck + chance.uniform(-0.1, 0.1)) > IN_A_LIST:
                continue
            category = Category.DIFFICULT_CONDITIONS if luck < IN_A_LIST / 3 else Category.LOW_RESULTS
            lists.append(_identification(school, year, category))
            numbers += [
                SchoolStatistic(
                    school=school, kind=kinds[code], period=f"{year:04d}", value=Decimal(value), source={"form": True}
                )
                for code, value in _reported(chance).items()
            ]
    Identification.objects.bulk_create(lists, batch_size=1000)
    SchoolStatistic.objects.bulk_create(numbers, batch_size=1000)


def add_conditions(town: Municipality, *, seed: int = 1) -> None:
    """What every school reports of its pupils and teachers in the last year, whether it is in a list or not."""
    chance = random.Random(seed)
    kinds = {kind.code: kind for kind in StatisticKind.objects.all()}
    rows = []
    for school in town.schools.order_by("pk"):
        pupils, teachers = chance.randint(80, 900), chance.randint(12, 60)
        numbers = {
            "students": pupils,
            "risk_group": chance.randint(0, pupils // 3),
            "special_needs": chance.randint(0, pupils // 8),
            "social_wellbeing_index": chance.randint(20, 80),
            "teachers": teachers,
            "teachers_with_category": chance.randint(0, teachers),
        }
        rows += [
            SchoolStatistic(
                school=school, kind=kinds[code], period=f"{LAST_YEAR}", value=Decimal(value), source={"form": True}
            )
            for code, value in numbers.items()
        ]
    SchoolStatistic.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)  # teachers may be known


def add_what_indicators_ask_for(town: Municipality, years: int, *, seed: int = 1) -> int:
    """Every number that an indicator of the catalogue looks at and nobody has reported yet: of the schools of its
    population, in periods of its kind; how many."""
    chance = random.Random(seed)
    lists, kinds = read_lists(town.pk), {kind.code: kind for kind in StatisticKind.objects.all()}
    known = set(
        SchoolStatistic.objects.filter(school__municipality=town).values_list("school_id", "kind__code", "period")
    )
    wanted: dict[tuple[int, str, str], SchoolStatistic] = {}
    for row in read_indicators(town.pk):
        (definition,) = row.definitions
        for period in (Period.parse(period_of_year(row.period_kind, year)) for year in _years(years)):
            for school in sorted(lists.members(definition.population, period)):
                for code in sorted(row.looks_at.statistics):
                    key = (school, code, period.code)
                    if kinds[code].level == StatisticKind.Level.SCHOOL and key not in known and key not in wanted:
                        wanted[key] = SchoolStatistic(
                            school_id=school,
                            kind=kinds[code],
                            period=period.code,
                            value=Decimal(chance.randint(1, 40)),
                            source={"form": True},
                        )
    return len(SchoolStatistic.objects.bulk_create(wanted.values(), batch_size=1000))


def add_results(town: Municipality, years: int, *, seed: int = 1, with_tasks: bool = False) -> int:
    """Results of all procedures, as files of each year and exam would have brought them; how many. With tasks, ВПР say
    how each of them was done."""
    chance = random.Random(seed)
    upload = Upload.objects.create(municipality=town, status=Upload.Status.STORED, stored_at=timezone.now())
    schools = list(town.schools.order_by("pk"))
    has_grade_11 = {school.pk: chance.random() > WITHOUT_GRADE_11 for school in schools}
    size = {school.pk: chance.randint(9, 90) for school in schools}
    stored = 0
    for year in _years(years):
        results = [
            result
            for school in schools
            for result in _results_of_school(school, year, size[school.pk], chance)
            if result.grade != 11 or has_grade_11[school.pk]
        ]
        if with_tasks:
            _add_tasks(results, chance)
        files = _say_where_from(results, upload)
        UploadEntry.objects.bulk_create(files)
        Result.objects.bulk_create(results, batch_size=1000)
        refresh_totals(group_of(result) for result in results)
        stored += len(results)
    return stored


def methodist(town: Municipality) -> User:
    """Somebody who works with the whole municipality."""
    user = User.objects.create(
        username=f"methodist-{town.slug}", full_name="Методист", email=f"{town.slug}@example.org"
    )
    Membership.objects.create(user=user, role=Role.METHODIST, municipality=town)
    return user


def _years(years: int) -> range:
    return range(LAST_YEAR - years + 1, LAST_YEAR + 1)


def _identification(school: School, year: int, category: Category) -> Identification:
    return Identification(
        school=school,
        school_year=year,
        category=category,
        order_number="93-од",
        order_date=dt.date(year, 9, 18),
        source={"file": "Список.xlsx", "sheet": "Лист1", "rows": "2-40"},
    )


def _reported(chance: random.Random) -> dict[str, int]:
    teachers = chance.randint(12, 60)
    return {
        "teachers": teachers,
        "teachers_municipal_support": chance.randint(0, teachers),
        "teachers_diagnosed": chance.randint(0, teachers // 3),
        "teachers_regional_support": chance.randint(0, teachers // 3),
        "programme_developed": chance.randint(0, 1),
        "regional_events": chance.randint(0, 3),
    }


def _results_of_school(school: School, year: int, size: int, chance: random.Random) -> Iterator[Result]:
    for procedure, subject, grade, wave, day in MARKED:
        marks = _spread(size, (1, 4, 4, 2), chance)
        session = f"{year + 1}-{day}" if day else ""
        yield _marked(school, year, (procedure, subject, grade, wave), session, marks)
        if procedure == Procedure.OGE and subject in ("mathematics", "russian") and marks[0]:
            again = _spread(marks[0], (1, 2, 0, 0), chance)
            exam = (procedure, subject, grade, wave)
            yield _marked(school, year, exam, f"{year + 1}-09-06", again, attempt=Attempt.RESIT)
    for procedure, subject, day in SCORED:
        scores = [chance.randint(20, 95) for _ in range(max(2, size // 3))]
        yield _result(
            school,
            year,
            (procedure, subject, 11, Wave.MAIN),
            f"{year + 1}-{day}",
            participants=len(scores),
            passed=sum(score >= 24 for score in scores),
            test_sum=sum(scores),
            test_count=len(scores),
            test_histogram={str(score): scores.count(score) for score in sorted(set(scores))},
        )
    for subject, grade in LEVELLED:
        levels = _spread(size, (1, 3, 4, 2), chance)
        levels_by_name = dict(zip(LEVELS, levels, strict=True))
        exam = (Procedure.KDR, subject, grade, Wave.MAIN)
        yield _result(school, year, exam, "", listed=size, participants=size, levels=levels_by_name)


def _marked(
    school: School, year: int, exam: tuple[str, str, int, str], session: str, marks: list[int], **more: Any
) -> Result:
    names = ("mark_2", "mark_3", "mark_4", "mark_5")
    taken = sum(marks)
    counts = dict(zip(names, marks, strict=True)) | {"listed": taken, "participants": taken, "passed": sum(marks[1:])}
    return _result(school, year, exam, session, **counts, **more)


def _result(school: School, year: int, exam: tuple[str, str, int, str], session: str, **fields: Any) -> Result:
    procedure, subject, grade, wave = exam
    return Result(
        school=school,
        school_year=year,
        procedure=procedure,
        subject=subject,
        grade=grade,
        pupil_grade=grade,
        wave=wave,
        session=session,
        **{"attempt": Attempt.FIRST} | fields,
    )


def _add_tasks(results: list[Result], chance: random.Random) -> None:
    """A task is as hard for all schools; one in fifty is done clearly worse somewhere."""
    hardness: dict[tuple[str, int, int], float] = {}
    for result in results:
        if result.procedure != Procedure.VPR:
            continue
        taken = result.participants or 0
        result.tasks = {}
        for task in range(1, TASKS + 1):
            usual = hardness.setdefault((result.subject, result.grade, task), chance.uniform(0.3, 0.95))
            share = usual * (0.5 if chance.random() < WEAK_TASKS else 1)
            done = round(chance.gauss(taken * share, (taken * share * (1 - share)) ** 0.5))
            result.tasks[str(task)] = {"max": 1, "done": min(max(done, 0), taken), "participants": taken}


def _spread(total: int, weights: tuple[int, ...], chance: random.Random) -> list[int]:
    """So many pupils over some marks or levels."""
    chosen = chance.choices(range(len(weights)), weights, k=total)
    return [chosen.count(place) for place in range(len(weights))]


def _say_where_from(results: list[Result], upload: Upload) -> list[UploadEntry]:
    """As if each exam of the year had come in a file of its own, a row a pupil; answers with those files."""
    files: dict[str, UploadEntry] = {}
    for result in results:
        exam = {name: getattr(result, name) for name in ("procedure", "subject", "grade", "school_year", "attempt")}
        name = "-".join(map(str, exam.values())) + ".xlsx"
        file = files.setdefault(name, UploadEntry(upload=upload, name=name, stored=True, **exam))
        first, file.rows = file.rows + 5, file.rows + (result.participants or 0)
        place = {"upload": upload.pk, "file": name, "sheet": "Лист1", "rows": f"{first}-{file.rows + 4}"}
        facet = "scores" if result.test_count else "marks"
        result.sources = {facet: {"places": [place], "warnings": []}}
    before = upload.entries.count()
    for position, file in enumerate(files.values(), start=before):
        file.position = position
    return list(files.values())

"""Tasks that schools do worse than the municipality beyond chance, and what seminars they ask for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Exists, QuerySet

from accounts.access import Permission
from indicators.procedures import Attempt
from indicators.queries.covering import covering_of
from monitoring.analysis.weak_tasks import Task, TaskResults, WeakTask, weak_tasks
from monitoring.models import ObjectivityFlag, ResultTotal, TaskTopic
from monitoring.models.results import covering_result
from monitoring.queries.objectivity import exam_in_words
from schools.models import Municipality, School
from schools.ordering import in_natural_order, natural_key

YEARS = 3  # that are looked at, the one in view and those before it
TOLD = 20  # topics of seminars with their schools; the others by name alone
NAMED = 12  # schools of a topic
COMMON = 3  # so many schools with one weak task make it worth a seminar


class Paper(NamedTuple):
    """What topics are named for: its tasks are the same for all schools, and others in another wave or year."""

    school_year: int
    procedure: str
    subject: str
    grade: int
    wave: str

    def __str__(self) -> str:
        return exam_in_words(self.procedure, self.subject, self.grade, self.wave)


class WorkOfYear(NamedTuple):
    """One paper written by pupils of one grade: only they are compared with each other.

    In autumn the paper of the 5th grade is written by those who have moved on to the 6th.
    """

    school_year: int
    procedure: str
    subject: str
    grade: int
    wave: str
    pupil_grade: int

    @property
    def paper(self) -> Paper:
        return Paper(*self[:-1])

    def __str__(self) -> str:
        return _in_words(self.paper, self.pupil_grade)


def _in_words(paper: Paper, pupil_grade: int) -> str:
    """«ВПР, русский язык, 5 класс, осень (писали в 6 классе)»."""
    return str(paper) if pupil_grade == paper.grade else f"{paper} (писали в {pupil_grade} классе)"


@dataclass(frozen=True)
class WeakLine:
    """A weak task of a school, with what is known of its topic."""

    school: School
    work: WorkOfYear
    task: str
    topic: str
    found: WeakTask
    is_covered: bool  # or the few pupils of another school could be worked out from its numbers


@dataclass(frozen=True)
class SeminarTopic:
    """What several schools, or one over several years, do worse than the rest."""

    work: WorkOfYear  # the latest of those that are weak
    title: str  # the topic, or «задание 7»
    schools: tuple[School, ...]
    years: tuple[int, ...]

    @property
    def named(self) -> tuple[School, ...]:
        return self.schools[:NAMED]

    @property
    def unnamed(self) -> int:
        return len(self.schools[NAMED:])

    @property
    def of(self) -> str:
        return str(self.work)


@dataclass(frozen=True)
class WeakTopics:
    years: tuple[int, ...]
    papers: tuple[Paper, ...]  # of the year in view, that have tasks
    lines: tuple[WeakLine, ...]  # of the year in view
    seminars: tuple[SeminarTopic, ...]
    compared: int
    too_few: int

    @property
    def asked_most(self) -> tuple[SeminarTopic, ...]:
        return self.seminars[:TOLD]

    @property
    def asked_less(self) -> tuple[SeminarTopic, ...]:
        return self.seminars[TOLD:]


def weak_topics(*, user: Any, municipality: Municipality, school_year: int) -> WeakTopics:
    """All that the person sees of it; what is beyond chance is judged over all schools and works of the years."""
    years = range(school_year - YEARS + 1, school_year + 1)
    results = _task_results(municipality, years)
    found = weak_tasks(results)
    schools = {
        school.pk: school
        for school in School.objects.allowing(user, Permission.RESULTS_VIEW).filter(municipality=municipality)
    }
    topics = _topics(user, municipality, years)
    covering = covering_of(user)
    lines = [
        WeakLine(
            school=schools[weak.school],
            work=weak.exam,
            task=weak.task,
            topic=topics.get((weak.exam.paper, weak.task), ""),
            found=weak,
            is_covered=covering.hides_work(weak.school, *weak.exam[:4]),
        )
        for weak in found.weak
        if weak.school in schools
    ]
    order = {school.pk: place for place, school in enumerate(in_natural_order(schools.values()))}
    of_year = [line for line in lines if line.work.school_year == school_year]
    of_year.sort(key=lambda line: (order[line.school.pk], line.work, natural_key(line.task)))
    works = {task.exam for task in results.tasks}
    return WeakTopics(
        years=tuple(sorted({work.school_year for work in works})),
        papers=tuple(sorted({work.paper for work in works if work.school_year == school_year})),
        lines=tuple(of_year),
        seminars=tuple(_seminars(lines, order)),
        compared=found.compared,
        too_few=found.too_few,
    )


def _task_results(municipality: Municipality, years: Iterable[int]) -> TaskResults:
    """First attempts, each wave and grade of pupils by itself; results that are not to be trusted are left out."""
    totals = _with_tasks(municipality).filter(school_year__in=list(years))
    flags = ObjectivityFlag.objects.active().filter(covering_result())
    rows = totals.exclude(Exists(flags)).values_list(*WorkOfYear._fields, "task_names", "school_id", "task_counts")
    schools: dict[tuple[Any, ...], list[int]] = defaultdict(list)  # by work and names of its tasks
    counts: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in rows:
        *work_and_names, school, of_tasks = row
        schools[tuple(work_and_names)].append(school)
        counts[tuple(work_and_names)].append(of_tasks)
    places: dict[Task, int] = {}
    columns = [np.zeros((4, 0), dtype=int)]
    for (*work, names), those in schools.items():
        tasks = [places.setdefault(Task(WorkOfYear(*work), name), len(places)) for name in names.split("\n")]
        done, participants = np.fromstring(" ".join(counts[*work, names]), dtype=int, sep=" ").reshape(-1, 2).T
        columns.append(np.stack([np.tile(tasks, len(those)), np.repeat(those, len(tasks)), done, participants]))
    return TaskResults(tuple(places), *np.concatenate(columns, axis=1))


def _with_tasks(municipality: Municipality) -> QuerySet[ResultTotal]:
    return ResultTotal.objects.filter(school__municipality=municipality, attempt=Attempt.FIRST).exclude(task_names="")


def _topics(user: Any, municipality: Municipality, years: Iterable[int]) -> dict[tuple[Paper, str], str]:
    rows = TaskTopic.objects.visible_to(user).filter(municipality=municipality, school_year__in=list(years))
    fields = rows.values_list(*Paper._fields, "task", "topic")
    return {(Paper(*paper), task): topic for *paper, task, topic in fields}


def _seminars(lines: Iterable[WeakLine], order: Mapping[int, int]) -> Iterable[SeminarTopic]:
    """One topic over years where it has a name; a task without one stands for its own year's work alone."""
    groups: dict[tuple[Any, ...], list[WeakLine]] = defaultdict(list)
    for line in lines:
        work = line.work
        name = line.topic or f"задание {line.task} ({work.school_year}/{work.school_year + 1})"
        groups[*work[1:], name].append(line)
    for (*_, name), found in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        schools = {line.school.pk: line.school for line in found}
        years = tuple(sorted({line.work.school_year for line in found}))
        if len(schools) >= COMMON or len(years) > 1:
            ordered = sorted(schools.values(), key=lambda school: order[school.pk])
            yield SeminarTopic(max(line.work for line in found), name, tuple(ordered), years)


def tasks_of(municipality: Municipality, paper: Paper) -> tuple[str, ...]:
    """The tasks that any school has done, in their order."""
    held = _with_tasks(municipality).filter(**paper._asdict()).values_list("task_names", flat=True).distinct()
    return tuple(sorted({task for names in held for task in names.split("\n")}, key=natural_key))


def topics_of(user: Any, municipality: Municipality, paper: Paper) -> dict[str, str]:
    """Topic by task."""
    found = _topics(user, municipality, [paper.school_year])
    return {task: topic for (of, task), topic in found.items() if of == paper}

"""What the portal knows of the work of the mentoring centre and of the tutors in a school year, criterion by criterion.
A few queries, whatever there is."""

import datetime as dt
from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mentoring.contact import MARKS, Group
from mentoring.kinds import Kind, PoolKind
from mentoring.models import Course, LessonAnalysis, Meeting, Mentor, Pairing, Teacher
from mentoring.queries.help_facts import came_of, running_in
from mentoring.queries.scoring import WEAK, helped_schools
from mentoring.scores import SOMETHING, Fact, SheetKind
from roadmaps.plans.calendar_words import Span
from schools.models import Identification, Municipality, PublishedCategory
from schools.wording import number, part_of, percent

WHOSE = {
    SheetKind.CENTRE: (Kind.MENTOR_TEAM, PoolKind.MENTOR, "наставник", "наставников"),
    SheetKind.TUTORS: (Kind.TUTOR_TEACHER, PoolKind.TUTOR, "тьютор", "тьюторов"),
}


def centre_facts(municipality: Municipality, kind: SheetKind, school_year: int, days: Span) -> dict[str, Fact]:
    """By code of the criterion."""
    pairs, pool, _, many = WHOSE[kind]
    running = Pairing.objects.filter(*running_in(days), municipality=municipality, kind=pairs)
    pairings = list(running.select_related("plan").order_by("pk"))
    schools = helped_schools(municipality, school_year)
    facts = {
        "papers": _papers(pairings, kind),
        "pool": _pool(municipality, pool, many, days, pairings),
        "access": _access(pairings, schools, kind),
        "meetings": _meetings(pairings, school_year, days, kind),
    }
    if kind is SheetKind.CENTRE:
        return facts | {
            "left_list": _left_list(municipality, school_year),
            "managers": _managers(sorted(schools), days),
        }
    return facts | {"lessons": _lessons(schools, days), "growth": _growth(schools, days)}


def _page_of(kind: SheetKind) -> str:
    """The pairings that these facts count, those that have ended too."""
    return f"{reverse('mentoring:pairings')}?kind={WHOSE[kind][0]}&state="


def _papers(pairings: list[Pairing], kind: SheetKind) -> Fact:
    """Pairings with both an order and a plan."""
    link = _page_of(kind)
    if not pairings:
        return Fact("Пар в этом учебном году не было.", link, Fraction(0))
    ordered = sum(1 for pair in pairings if pair.order_number)
    planned = sum(1 for pair in pairings if hasattr(pair, "plan"))
    both = sum(1 for pair in pairings if pair.order_number and hasattr(pair, "plan"))
    share = Fraction(both, len(pairings)) or (SOMETHING if ordered or planned else Fraction(0))
    words = f"Пар: {number(len(pairings))}; с приказом {number(ordered)}, с планом {number(planned)}, "
    return Fact(f"{words}с тем и другим {number(both)}.", link, share)


def _pool(municipality: Municipality, kind: PoolKind, many: str, days: Span, pairings: list[Pairing]) -> Fact:
    """Of the pool those whom an order names and whose load keeps within its limit."""
    link = reverse("mentoring:pool")
    rows = Mentor.objects.filter(municipality=municipality, kind=kind, since__lte=days[1])
    people = list(rows.filter(Q(until=None) | Q(until__gte=days[0])))
    if not people:
        return Fact(f"В списке центра {many} нет.", link, Fraction(0))
    load = Counter(pair.mentor_id for pair in pairings)
    over = {one.pk for one in people if one.load_limit is not None and load[one.pk] > one.load_limit}
    ordered = {one.pk for one in people if one.basis}
    words = f"В списке центра {many}: {number(len(people))}; с основанием (приказом) {number(len(ordered))}, "
    words += f"пар больше предела у {number(len(over))}."
    return Fact(words, link, Fraction(len(ordered - over), len(people)))


def _access(pairings: list[Pairing], schools: frozenset[int], kind: SheetKind) -> Fact:
    """Of the schools that are to be helped those that have a pairing."""
    link = _page_of(kind)
    if not schools:
        return Fact("Списка школ, которым нужна помощь, за этот учебный год нет.", link)
    reached = {pair.school_id for pair in pairings} & schools
    words = f"{WHOSE[kind][2].capitalize()} есть у {part_of(len(reached), len(schools), 'школы,школ')} программы."
    return Fact(words, link, Fraction(len(reached), len(schools)))


def quarters_of(school_year: int) -> tuple[Span, ...]:
    """In which pairs are expected to meet: from October to June, September and the summer left out. The document says
    nothing of it."""
    after = school_year + 1
    return (
        (dt.date(school_year, 10, 1), dt.date(school_year, 12, 31)),
        (dt.date(after, 1, 1), dt.date(after, 3, 31)),
        (dt.date(after, 4, 1), dt.date(after, 6, 30)),
    )


def _meetings(pairings: list[Pairing], school_year: int, days: Span, kind: SheetKind) -> Fact:
    """Pairings that met in every quarter which is over and all of which they were in force; others are not judged."""
    link = _page_of(kind)
    if not pairings:
        return Fact("Встречаться было некому: пар в этом учебном году не было.", link, Fraction(0))
    rows = Meeting.objects.filter(pairing__in=[pair.pk for pair in pairings], on__range=days)
    met: dict[int, list[dt.date]] = defaultdict(list)
    for pairing, on in rows.exclude(state="disputed").order_by().values_list("pairing", "on"):
        met[pairing].append(on)
    over = [quarter for quarter in quarters_of(school_year) if quarter[1] < timezone.localdate()]
    asked = {pair.pk: [span for span in over if _covers(pair, span)] for pair in pairings}
    judged = {pair: quarters for pair, quarters in asked.items() if quarters}
    often = sum(all(any(first <= on <= last for on in met[pair]) for first, last in judged[pair]) for pair in judged)
    words = f"Встреч за учебный год: {number(sum(map(len, met.values())))}"
    if not judged:
        return Fact(f"{words}. Ни один квартал (октябрь – июнь) при этих парах ещё не завершился: судить рано.", link)
    words += f"; в каждом завершившемся квартале (октябрь – июнь) встречались {part_of(often, len(judged), 'пары,пар')}"
    share = Fraction(often, len(judged)) or (SOMETHING if any(met[pair] for pair in judged) else Fraction(0))
    return Fact(f"{words}, ни разу — {number(sum(1 for pair in judged if not met[pair]))}.", link, share)


def _covers(pairing: Pairing, quarter: Span) -> bool:
    return pairing.starts_on <= quarter[0] and (pairing.ends_on is None or pairing.ends_on >= quarter[1])


def _left_list(municipality: Municipality, school_year: int) -> Fact:
    """Of the schools on the lists of ШНОР and ШНСУ of the year before those that are on none now; half is enough."""
    link = reverse("schools:identification") + f"?year={school_year}"
    years = (school_year - 1, school_year)
    rows = Identification.objects.filter(school__municipality=municipality, school_year__in=years, category__in=WEAK)
    lists: dict[int, set[int]] = {year: set() for year in years}
    for year, school in rows.values_list("school_year", "school"):
        lists[year].add(school)
    published = PublishedCategory.objects.filter(municipality=municipality, school_year=school_year, category__in=WEAK)
    was, now = lists[school_year - 1], lists[school_year]
    if not was or not (now or published.exists()):
        return Fact("Списков двух лет подряд на портале нет: сравнить их нельзя.", link)
    words = f"Из списка прошлого года вышли {part_of(len(was - now), len(was), 'школы,школ')}."
    return Fact(words, link, min(Fraction(1), Fraction(2 * len(was - now), len(was))))


def _managers(schools: list[int], days: Span) -> Fact:
    """Schools whose management took part in an event or a meeting."""
    link = reverse("mentoring:participation")
    if not schools:
        return Fact("Списка школ, которым нужна помощь, за этот учебный год нет.", link)
    came = came_of(schools, days)
    taught = sum(1 for school in schools if came[school].groups[Group.ADMINISTRATION])
    words = f"В мероприятиях и встречах были управленческие команды {part_of(taught, len(schools), 'школы,школ')}."
    return Fact(words, link, Fraction(taught, len(schools)))


def _lessons(schools: frozenset[int], days: Span) -> Fact:
    """The mean mark of lessons that were analysed; three quarters of the most are enough."""
    link = reverse("mentoring:meetings")
    rows = LessonAnalysis.objects.filter(meeting__pairing__school__in=schools, meeting__on__range=days)
    sheets = list(rows.exclude(meeting__state="disputed").values_list("marks", flat=True))
    marks = [mark for sheet in sheets for mark in sheet.values()]
    if not marks:
        return Fact("Уроки в школах программы не анализировали.", link, Fraction(0))
    mean, most = Fraction(sum(marks), len(marks)), max(MARKS)
    words = f"Проанализировано уроков: {number(len(sheets))}, средняя оценка {number(mean)} из {most}."
    return Fact(words, link, min(Fraction(1), mean / most * Fraction(4, 3)))


def _growth(schools: frozenset[int], days: Span) -> Fact:
    """Teachers who finished a course in the year; half is enough."""
    link = reverse("mentoring:staff")
    teachers = Teacher.objects.filter(school__in=schools, is_active=True)
    staff = teachers.count()
    if not staff:
        return Fact("Учителя школ программы не внесены.", link)
    courses: Any = Course.objects.filter(teacher__in=teachers.order_by().values("pk"), finished_on__range=days)
    taught = courses.order_by().values("teacher").distinct().count()
    share = Fraction(taught, staff)
    words = f"Курсы за учебный год окончили {number(taught)} из {number(staff)} педагогов ({percent(100 * share)})."
    return Fact(words, link, min(Fraction(1), 2 * share))

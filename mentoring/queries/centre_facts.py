"""What the portal knows of the work of the mentoring centre and of the tutors in a school year, criterion by criterion.
A few queries, whatever there is."""

from collections import Counter
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.urls import reverse

from mentoring.contact import MARKS, Group
from mentoring.kinds import Kind, PoolKind
from mentoring.models import Course, LessonAnalysis, Meeting, Mentor, Pairing, Teacher
from mentoring.queries.help_facts import came_of, running_in
from mentoring.queries.scoring import WEAK, helped_schools
from mentoring.scores import Fact, SheetKind
from roadmaps.plans.calendar_words import Span
from schools.models import Identification, Municipality, PublishedCategory
from schools.wording import number, part_of, percent

OFTEN = 4  # meetings a year: once a quarter; the document says nothing of it
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
        "papers": _papers(pairings),
        "pool": _pool(municipality, pool, many, days, pairings),
        "access": _access(pairings, schools, kind),
        "meetings": _meetings(pairings, days),
    }
    if kind is SheetKind.CENTRE:
        return facts | {
            "left_list": _left_list(municipality, school_year),
            "managers": _managers(sorted(schools), days),
        }
    return facts | {"lessons": _lessons(schools, days), "growth": _growth(schools, days)}


def _papers(pairings: list[Pairing]) -> Fact:
    """Pairings with both an order and a plan."""
    link = reverse("mentoring:pairings")
    if not pairings:
        return Fact("Пар в этом учебном году не было.", link, Fraction(0))
    ordered = sum(1 for pair in pairings if pair.order_number)
    planned = sum(1 for pair in pairings if hasattr(pair, "plan"))
    both = sum(1 for pair in pairings if pair.order_number and hasattr(pair, "plan"))
    words = f"Пар: {number(len(pairings))}; с приказом {number(ordered)}, с планом {number(planned)}, "
    return Fact(f"{words}с тем и другим {number(both)}.", link, Fraction(both, len(pairings)))


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
    link = reverse("mentoring:pairings")
    if not schools:
        return Fact("Списка школ, которым нужна помощь, за этот учебный год нет.", link)
    reached = {pair.school_id for pair in pairings} & schools
    words = f"{WHOSE[kind][2].capitalize()} есть у {part_of(len(reached), len(schools), 'школы,школ')} программы."
    return Fact(words, link, Fraction(len(reached), len(schools)))


def _meetings(pairings: list[Pairing], days: Span) -> Fact:
    """Pairings that met at least once a quarter."""
    link = reverse("mentoring:meetings")
    if not pairings:
        return Fact("Встречаться было некому: пар в этом учебном году не было.", link, Fraction(0))
    rows = Meeting.objects.filter(pairing__in=[pair.pk for pair in pairings], on__range=days)
    met = Counter(rows.exclude(state="disputed").order_by().values_list("pairing", flat=True))
    often = sum(1 for count in met.values() if count >= OFTEN)
    words = f"Встреч за учебный год: {number(met.total())}; не реже раза в квартал (от {OFTEN}) встречались "
    words += f"{part_of(often, len(pairings), 'пары,пар')}, ни разу — {number(len(pairings) - len(met))}."
    return Fact(words, link, Fraction(often, len(pairings)) if often or not met else Fraction(1, 100))


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

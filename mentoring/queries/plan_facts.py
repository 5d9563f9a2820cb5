"""What plans, decisions and recommendations tell of the help to each school in a school year: criteria 1–3, 7 and 9 of
the monitoring of methodical help. Of all schools at once, in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from mentoring.scores import Fact
from roadmaps.models import Activity, Assignment, Occurrence, Roadmap
from roadmaps.plans.calendar_words import Span
from roadmaps.states import AssignmentState, PlanState, Status
from schools.models import Municipality, School
from schools.wording import counted, number

ROWS = "мероприятие,мероприятия,мероприятий"
HALF = Fraction(1, 2)


def plan_facts(municipality: Municipality, schools: Iterable[School], days: Span) -> dict[str, dict[int, Fact]]:
    """By code of the criterion and key of the school; `days` are those of the school year."""
    keys = [school.pk for school in schools]
    plans: dict[int, list[Roadmap]] = defaultdict(list)
    for plan in Roadmap.objects.filter(school__in=keys, starts_on__lte=days[1], ends_on__gte=days[0]):
        plans[plan.school_id or 0].append(plan)
    asked = _asked(keys, days)
    return {
        "roadmap": {key: _roadmap(plans[key]) for key in keys},
        "addressed": _addressed(municipality, keys, plans, days),
        "regular": _regular(municipality, keys, days),
        "measures": {key: _fulfilled(asked["recommendation"][key], "рекомендаций", "recommendations") for key in keys},
        "decisions": {key: _fulfilled(asked["point"][key], "поручений по решениям", "control") for key in keys},
    }


def _roadmap(plans: list[Roadmap]) -> Fact:
    """Approved or closed, else at least a draft."""
    whole = [plan for plan in plans if plan.state != PlanState.DRAFT]
    for found, words, share in ((whole, "Дорожная карта школы", Fraction(1)), (plans, "Проект дорожной карты", HALF)):
        if found:
            plan = found[0]
            term = f"{plan.starts_on:%d.%m.%Y} – {plan.ends_on:%d.%m.%Y}"
            return Fact(f"{words}: «{plan.title}», {term}.", plan.get_absolute_url(), share)
    return Fact("Дорожной карты школы на этот учебный год на портале нет.", reverse("roadmaps:list"), Fraction(0))


def _addressed(
    municipality: Municipality, keys: list[int], plans: Mapping[int, list[Roadmap]], days: Span
) -> dict[int, Fact]:
    """Of the rows of the school's own plan those that work on a risk or a factor of it; and rows of the municipality
    that name the school. Half of the own rows are enough."""
    own_rows = Activity.objects.filter(roadmap__in=[plan.pk for key in keys for plan in plans[key]])
    at_risk = Q(section__risk__isnull=False) | Q(risk_factors__isnull=False)
    counts = own_rows.filter(removed_at=None).order_by().values_list("roadmap__school")
    rows = dict(counts.annotate(Count("pk", distinct=True)))
    risky = dict(counts.filter(at_risk).annotate(Count("pk", distinct=True)))
    named = dict(
        _of_municipality(municipality, days)
        .filter(responsible__school__in=keys)
        .order_by()
        .values_list("responsible__school")
        .annotate(Count("pk", distinct=True))
    )
    found = {}
    for key in keys:
        all_rows, own, of_town = rows.get(key, 0), risky.get(key, 0), named.get(key, 0)
        words = "В дорожной карте школы мероприятий нет."
        if all_rows:
            words = f"В дорожной карте школы {counted(all_rows, ROWS)}, из них на риски школы направлено {number(own)}."
        words += f" В планах муниципалитета школа названа исполнителем: {counted(of_town, ROWS)}."
        share = Fraction(2 * own, all_rows) if all_rows else Fraction(0)
        link = plans[key][0].get_absolute_url() if plans[key] else reverse("roadmaps:rows")
        found[key] = Fact(words, link, min(Fraction(1), max(share, HALF if of_town else Fraction(0))))
    return found


def _regular(municipality: Municipality, keys: list[int], days: Span) -> dict[int, Fact]:
    """Of the times of the year that rows which recur are due, those that were done; rows of the school's plan and those
    of the municipality that all schools, or this one, answer for."""
    times = Occurrence.objects.standing().filter(due_on__range=days, activity__means__kind="recurring")
    times = times.exclude(status=Status.CANCELLED).exclude(activity__roadmap__state=PlanState.DRAFT)
    of_town = times.filter(activity__in=_of_municipality(municipality, days).values("pk"))
    done = Count("pk", distinct=True, filter=Q(status=Status.DONE))
    numbers = {"rows": Count("activity", distinct=True), "times": Count("pk", distinct=True), "done": done}
    own = _by_key(times.filter(activity__roadmap__school__in=keys), "activity__roadmap__school", numbers)
    named = _by_key(of_town.filter(activity__responsible__school__in=keys), "activity__responsible__school", numbers)
    for_all = of_town.filter(activity__responsible__is_every_school=True)
    common = tuple(for_all.aggregate(**numbers).values())
    found = {}
    for key in keys:
        rows, due, fulfilled = (
            sum(part) for part in zip(own.get(key, (0, 0, 0)), named.get(key, (0, 0, 0)), common, strict=True)
        )
        if due:
            words = f"Циклических мероприятий: {number(rows)}; сроков за учебный год {number(due)}, "
            words += f"выполнено {number(fulfilled)}."
            found[key] = Fact(words, reverse("roadmaps:rows"), Fraction(due + fulfilled, 2 * due))
        else:
            nothing = "Повторяющихся мероприятий за этот учебный год в планах нет."
            found[key] = Fact(nothing, reverse("roadmaps:rows"), Fraction(0))
    return found


def _asked(keys: list[int], days: Span) -> dict[str, dict[int, tuple[int, int]]]:
    """Of each school: how many answers were due in the year, or were asked for in it without a day, and how many of
    them are accepted; what was withdrawn does not count."""
    due = Q(due_on__range=days) | Q(due_on=None, created_at__date__range=days)
    rows = Assignment.objects.filter(due, school__in=keys).exclude(state=AssignmentState.WITHDRAWN)
    accepted = Count("pk", filter=Q(state=AssignmentState.ACCEPTED))
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for what in ("recommendation", "point"):
        of_kind = rows.filter(**{f"{what}__isnull": False}).order_by().values_list("school")
        numbers = {school: (count, done) for school, count, done in of_kind.annotate(Count("pk"), done=accepted)}
        found[what] = {key: numbers.get(key, (0, 0)) for key in keys}
    return found


def _fulfilled(numbers: tuple[int, int], what: str, view: str) -> Fact:
    """That measures are there is half, that they are fulfilled the other."""
    asked, done = numbers
    link = reverse(f"roadmaps:{view}")
    if not asked:
        return Fact(f"За учебный год школе не давали {what}.", link, Fraction(0))
    return Fact(
        f"За учебный год {what}: {number(asked)}, исполнено {number(done)}.", link, Fraction(asked + done, 2 * asked)
    )


def _of_municipality(municipality: Municipality, days: Span) -> Any:
    """Rows of the municipality's plans in force that touch these days."""
    plans = Roadmap.objects.filter(municipality=municipality, school=None).exclude(state=PlanState.DRAFT)
    plans = plans.filter(starts_on__lte=days[1], ends_on__gte=days[0])
    return Activity.objects.filter(roadmap__in=plans.order_by().values("pk"), removed_at=None)


def _by_key(rows: Any, way: str, numbers: Mapping[str, Count]) -> dict[int, tuple[int, ...]]:
    return {key: tuple(found) for key, *found in rows.order_by().values_list(way).annotate(**numbers)}

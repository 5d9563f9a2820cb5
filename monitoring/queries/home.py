"""Home: what is the matter with the programme, what to do about it, which schools are supported."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from accounts.access import Permission
from accounts.models import reach_of
from indicators.models import Indicator
from indicators.queries.values import ValueGroup, ValueLine, dynamics_of_schools, in_groups, value_lines
from indicators.summaries import dynamics_sentence, programme_sentence
from monitoring.attention import Attention, registered
from monitoring.models import ResultTotal
from monitoring.queries.attention import attention
from schools.list_changes import since
from schools.models import Category, Identification, Municipality, School
from schools.ordering import in_natural_order
from schools.queries.identification import list_years
from schools.queries.schools import Standing

SUPPORTED_A_PAGE = 30
URGENCY = {"bad": 0, "warn": 1, "": 2, "good": 3}


@dataclass(frozen=True)
class SupportedSchool:
    school: School
    standings: tuple[Standing, ...]
    dynamics: str


@dataclass(frozen=True)
class NextStep:
    """What to begin with where there is nothing to show yet."""

    title: str
    text: str
    view: str
    link_text: str


@dataclass(frozen=True)
class Home:
    school_year: int
    sentence: str
    cards: tuple[Attention, ...]
    own_schools: tuple[SupportedSchool, ...]  # of somebody who answers for schools, not for the whole
    groups: tuple[ValueGroup, ...]
    supported: tuple[SupportedSchool, ...]  # those on this page of them
    supported_page: "Page[School]"
    next_step: NextStep | None

    @property
    def waiting(self) -> int:
        """How many cards ask to do something; good news do not."""
        return sum(card.kind != "good" for card in self.cards)


def home_of(*, user: Any, municipality: Municipality, school_year: int, page: str | int | None = 1) -> Home:
    """With one page of the supported schools; what is told of a school is read for those that are shown."""
    lines = value_lines(user=user, municipality=municipality, school_year=school_year, roles=[Indicator.Role.PROGRAMME])
    cards = [*attention(user, municipality, school_year), *registered(user, municipality, school_year)]
    own = _own_schools(user, municipality)
    listed = [school for school in _listed_schools(user, municipality, school_year) if school not in own]
    shown = Paginator(listed, SUPPORTED_A_PAGE).get_page(page)
    rows = _supported(user, [*own, *shown.object_list], municipality, school_year)
    return Home(
        school_year=school_year,
        sentence=programme_sentence(line.reading for line in lines) if lines else "",
        cards=tuple(sorted(cards, key=lambda card: URGENCY.get(card.kind, 2))),
        own_schools=tuple(rows[: len(own)]),
        groups=tuple(in_groups(lines)),
        supported=tuple(rows[len(own) :]),
        supported_page=shown,
        next_step=_next_step(user, municipality, lines),
    )


def _own_schools(user: Any, municipality: Municipality) -> list[School]:
    """Schools of somebody who answers for no more than these."""
    if municipality.pk in reach_of(user, Permission.SCHOOL_VIEW).municipalities:
        return []
    return in_natural_order(School.objects.visible_to(user).filter(municipality=municipality))


def _listed_schools(user: Any, municipality: Municipality, school_year: int) -> list[School]:
    """Visible schools of the year's list."""
    identified = Identification.objects.visible_to(user).filter(
        school__municipality=municipality, school_year=school_year
    )
    return in_natural_order(School.objects.filter(pk__in=identified.values("school")))


def _supported(user: Any, schools: list[School], municipality: Municipality, school_year: int) -> list[SupportedSchool]:
    standings = _standings(user, municipality, schools, school_year)
    dynamics = dynamics_of_schools(user=user, municipality=municipality, school_year=school_year, schools=schools)
    return [
        SupportedSchool(school, standings.get(school.pk, ()), dynamics_sentence(dynamics[school.pk]))
        for school in schools
    ]


def _standings(
    user: Any, municipality: Municipality, schools: list[School], school_year: int
) -> dict[int, tuple[Standing, ...]]:
    """Their categories of the year, and since when without having left them."""
    lists = list_years(municipality)
    identified = Identification.objects.visible_to(user).filter(school__in=schools, school_year__lte=school_year)
    years: dict[int, dict[Category, set[int]]] = defaultdict(lambda: defaultdict(set))
    for school_id, category, year in identified.order_by("category").values_list("school", "category", "school_year"):
        years[school_id][Category(category)].add(year)
    return {
        school_id: tuple(
            Standing(category, since(lists, category, known, school_year))
            for category, known in of_school.items()
            if school_year in known
        )
        for school_id, of_school in years.items()
    }


def _next_step(user: Any, municipality: Municipality, lines: Sequence[ValueLine]) -> NextStep | None:
    """Schools first, then results; nothing once there are values."""
    if any(line.value for line in lines):
        return None
    if not School.objects.visible_to(user).filter(municipality=municipality).exists():
        if municipality.allows(user, Permission.SCHOOL_EDIT):
            text = "Загрузите список школ: по кодам и логинам из него файлы с результатами найдут свои школы."
            return NextStep("Начните со списка школ", text, "schools:list", "Загрузить список школ")
        return NextStep(
            "Пока показывать нечего", "Школы муниципалитета ещё не внесены.", "schools:list", "К списку школ"
        )
    if ResultTotal.objects.visible_to(user).filter(school__municipality=municipality).exists():
        return None
    if municipality.allows(user, Permission.RESULTS_IMPORT):
        if lines:  # the card about the year's missing results says it already
            return None
        text = "Загрузите файлы ФИС ОКО и РИС ГИА как есть: портал сам узнает их и посчитает показатели."
        return NextStep("Школы внесены, результатов пока нет", text, "monitoring:uploads", "Загрузить результаты")
    return NextStep(
        "Результатов пока нет",
        "Их загружает методический центр или управление образования.",
        "schools:list",
        "К школам",
    )

"""Groups of schools alike by conditions and results, each told in a sentence."""

from dataclasses import dataclass
from typing import Any

from accounts.access import Permission
from indicators.queries.conditions import CONDITIONS, LABELS, Features, conditions_of
from indicators.queries.conditions import shown as condition_shown
from monitoring.analysis.clusters import Group, Grouping, Trait, group_schools
from monitoring.queries.analysis.low_results import low_shares_of
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.wording import counted, number, percent

LOW_SHARE = "low_share"
LOW_SHARE_LABEL = "доля низких результатов"
MOST_TRAITS = 3  # in a sentence
STABLE = 0.8

SILENT = {
    "few_schools": "Школ с полными данными меньше восьми: по такому числу группы не выделяют.",
    "no_features": "Нет данных, по которым можно сравнить школы: внесите сведения школ и загрузите результаты.",
    "no_groups": "Выраженных групп нет: школы различаются плавно, и любое деление было бы случайным.",
}


@dataclass(frozen=True)
class DescribedGroup:
    title: str  # «Группа 1: 5 школ»
    sentence: str
    schools: tuple[School, ...]
    group: Group


@dataclass(frozen=True)
class Groups:
    grouping: Grouping
    described: tuple[DescribedGroup, ...]
    features: tuple[str, ...]  # in words
    dropped: tuple[str, ...]
    left_out: tuple[School, ...]
    why_so_many: str
    silent: str
    seed: int
    is_stable: bool


def groups_of(*, user: Any, municipality: Municipality, school_year: int, seed: int) -> Groups:
    """For those who see the whole municipality."""
    schools = {
        school.pk: school
        for school in School.objects.allowing(user, Permission.VALUES_VIEW).filter(municipality=municipality)
    }
    grouping = group_schools(_features(municipality, school_year, schools), seed=seed)
    return Groups(
        grouping=grouping,
        described=tuple(_described(place, group, schools) for place, group in enumerate(grouping.groups, start=1)),
        features=tuple(label(name) for name in grouping.features),
        dropped=tuple(label(name) for name in grouping.dropped),
        left_out=tuple(in_natural_order(schools[pk] for pk in grouping.left_out)),
        why_so_many=_why_so_many(grouping),
        silent=SILENT.get(grouping.silent, ""),
        seed=seed,
        is_stable=grouping.stability >= STABLE,
    )


def _features(municipality: Municipality, school_year: int, schools: dict[int, School]) -> Features:
    """Every school is there, with whatever is known of it."""
    found: Features = {pk: {} for pk in schools}
    for pk, known in conditions_of(municipality, school_year, CONDITIONS).items():
        found.setdefault(pk, {}).update(known)
    for pk, share in low_shares_of(municipality, school_year).items():
        found.setdefault(pk, {})[LOW_SHARE] = share
    return {pk: known for pk, known in found.items() if pk in schools}


def label(name: str) -> str:
    return LOW_SHARE_LABEL if name == LOW_SHARE else LABELS[name].label


def shown(name: str, value: float) -> str:
    """«23,4 %», «412»."""
    return percent(round(value, 6)) if name == LOW_SHARE else condition_shown(value, LABELS[name])


def _described(place: int, group: Group, schools: dict[int, School]) -> DescribedGroup:
    return DescribedGroup(
        title=f"Группа {place}: {counted(len(group.schools), 'школа,школы,школ')}",
        sentence=group_sentence(group),
        schools=tuple(in_natural_order(schools[pk] for pk in group.schools)),
        group=group,
    )


def group_sentence(group: Group) -> str:
    """«Обучающихся меньше: в среднем 140 (по муниципалитету 520); доля низких результатов выше: 31,0 % (18,2 %).»"""
    notable = group.notable[:MOST_TRAITS]
    if not notable:
        return "Близка к средним значениям муниципалитета по всем признакам."
    text = "; ".join(_trait(trait) for trait in notable)
    return f"{text[:1].upper()}{text[1:]}."


def _trait(trait: Trait) -> str:
    is_share = trait.feature == LOW_SHARE or LABELS[trait.feature].is_share
    higher, lower = ("выше", "ниже") if is_share or trait.feature == "wellbeing" else ("больше", "меньше")
    words = higher if trait.deviation > 0 else lower
    mean, of_all = shown(trait.feature, trait.mean), shown(trait.feature, trait.of_all)
    return f"{label(trait.feature)} {words}: в среднем {mean} (по муниципалитету {of_all})"


def _why_so_many(grouping: Grouping) -> str:
    """Which numbers of groups were tried and how well each parts the schools."""
    if not grouping.groups or not grouping.silhouettes:
        return ""
    tried = ", ".join(
        f"{count} — {number(round(value, 2), 2, keep_zeros=True)}"
        for count, value in sorted(grouping.silhouettes.items())
    )
    return (
        f"Число групп выбрано по силуэту — насколько школа ближе к своей группе, чем к соседней "
        f"(1 — группы разделены полностью, 0 — не разделены): {tried}. Лучшее число — {grouping.count}."
    )

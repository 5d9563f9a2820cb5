"""The values of schools and of their municipality, two tables, as one list with one order."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from indicators.models import ChangeReading, MunicipalityValue, Reading, SchoolValue
from indicators.queries.covering import covering_of, truth_of, with_few_pupils

OF_MUNICIPALITY, OF_SCHOOL = 0, 1
ORDER = ("slug", "position", "code", "of_period", "level", "name", "row")

ValueOfAny = SchoolValue | MunicipalityValue


def school_values(user: Any) -> QuerySet[SchoolValue]:
    """Values of the schools that the user sees; which numbers of theirs are hidden is said by annotations.

    Hidden is what is about few pupils, and what would tell the few of another school (`is_covered`): see
    `queries.covering`. A change is hidden together with either side of it.
    """
    covering = covering_of(user)
    values = with_few_pupils(SchoolValue.objects.visible_to(user), user)
    values = values.annotate(
        is_covered=truth_of(Q(pk__in=covering.values)),
        is_change_covered=truth_of(Q(pk__in=covering.changes)),
    )
    values = values.annotate(is_hidden=truth_of(Q(is_few=True) | Q(is_covered=True) | Q(pk__in=covering.few)))
    values = values.annotate(
        is_change_hidden=truth_of(Q(is_hidden=True) | Q(is_few_before=True) | Q(is_change_covered=True))
    )
    return values.annotate(
        shown_reading=unless("is_hidden", F("reading"), Reading.NO_DATA),
        shown_change_reading=unless("is_change_hidden", F("change_reading"), ChangeReading.NO_DATA),
    )


def municipality_values(user: Any) -> QuerySet[MunicipalityValue]:
    """Values of the municipalities that the user belongs to: sums stay whole, so nothing of them is hidden."""
    return MunicipalityValue.objects.visible_to(user).annotate(
        is_hidden=Value(False),
        is_covered=Value(False),
        is_change_hidden=Value(False),
        is_change_covered=Value(False),
        shown_reading=F("reading"),
        shown_change_reading=F("change_reading"),
    )


def unless(hidden: str, shown: F, instead: str) -> Case:
    return Case(When(**{hidden: True}, then=Value(str(instead))), default=shown, output_field=CharField())


def in_one_order(schools: QuerySet[SchoolValue], municipalities: QuerySet[MunicipalityValue]) -> QuerySet[Any]:
    """Both tables as tuples that `load` understands: by indicator and period, the municipality before its schools."""
    parts = [
        values.annotate(
            slug=F("indicator__municipality__slug"),
            position=F("indicator__position"),
            code=F("indicator__code"),
            of_period=F("period"),
            level=Value(level),
            name=name,
            row=F("pk"),
        )
        .order_by()
        .values_list(*ORDER)
        for values, level, name in (
            (municipalities, OF_MUNICIPALITY, Value("", output_field=CharField())),
            (schools, OF_SCHOOL, F("school__name")),
        )
    ]
    return parts[0].union(parts[1], all=True).order_by(*ORDER)


def load(
    places: Iterable[tuple[Any, ...]], schools: QuerySet[SchoolValue], municipalities: QuerySet[MunicipalityValue]
) -> list[ValueOfAny]:
    """The values at these places of the list, in its order, by one query for each table."""
    keys = [(place[ORDER.index("level")], place[ORDER.index("row")]) for place in places]
    found: dict[tuple[int, int], ValueOfAny] = {}
    for level, values in ((OF_MUNICIPALITY, municipalities), (OF_SCHOOL, schools)):
        chosen = values.filter(pk__in=[row for of, row in keys if of == level])
        related = ["school"] if level == OF_SCHOOL else []
        found |= {(level, value.pk): value for value in chosen.select_related("indicator__municipality", *related)}
    return [found[key] for key in keys if key in found]

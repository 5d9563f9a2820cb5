"""The yearly identification as a source of numbers, and as what populations are drawn from."""

from collections import defaultdict
from functools import cache, partial

from indicators.calculations.formulas import Identified, Leaf
from indicators.calculations.populations import Lists
from indicators.pairs import read_pairs
from indicators.sources import Amount, Asked, Column, Columns, Ref
from schools.models import Identification, PublishedCategory, School, public_code_of
from schools.periods import school_year_label


def read_identification(asked: Asked) -> Columns:
    """Three queries. A year without a list says nothing of any school; with one, every school is in it or not, an order
    that names nobody included."""
    schools = list(School.objects.filter(municipality_id=asked.municipality_id).values_list("pk", flat=True))
    listed: dict[int, dict[int, dict[str, Ref]]] = defaultdict(lambda: defaultdict(dict))
    rows = Identification.objects.filter(
        school__municipality_id=asked.municipality_id, **asked.where_year("school_year")
    )
    for school, year, category, order, source in rows.values_list(
        "school_id", "school_year", "category", "order_number", "source"
    ):
        form = f"Список школ {school_year_label(year)} уч. года" + (f", приказ № {order}" if order else "")
        listed[year][school][category] = Ref.of(source, form=form) or Ref()
    published = PublishedCategory.objects.filter(municipality=asked.municipality_id, **asked.where_year("school_year"))
    for year in published.values_list("school_year", flat=True):
        listed.setdefault(year, defaultdict(dict))
    columns: dict[Leaf, dict[str, Column]] = {}
    for leaf in asked.leaves:
        if not isinstance(leaf, Identified):
            continue
        columns[leaf] = {}
        for year, by_school in listed.items():
            column: Column = {school: _amount(leaf, by_school.get(school, {})) for school in schools}
            dates = [date.code for date in asked.dates if date.school_year == year]
            columns[leaf] |= dict.fromkeys([*asked.periods_of_year(year), *dates], column)
    return columns


def _amount(leaf: Identified, categories: dict[str, Ref]) -> Amount:
    """A school in two of the categories counts once."""
    refs = tuple(categories[category] for category in leaf.categories if category in categories)
    return Amount(number=1 if refs else 0, refs=tuple(dict.fromkeys(refs)))


def read_lists(municipality_id: int) -> Lists:
    """Schools and lists of a municipality, in two queries, and its pairs in another where they are asked for."""
    rows_of_schools = School.objects.filter(municipality_id=municipality_id).values_list("pk", "code", "fisoko_login")
    codes = {pk: public_code_of(code, login) for pk, code, login in rows_of_schools}
    categories: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = Identification.objects.filter(school__municipality_id=municipality_id)
    for school, year, category in rows.values_list("school_id", "school_year", "category"):
        categories[year][category].append(school)
    return Lists(
        schools=frozenset(codes),
        by_code={code: pk for pk, code in codes.items() if code},
        categories=categories,
        pairs=cache(partial(read_pairs, municipality_id)),
    )

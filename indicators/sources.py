"""Where the numbers in formulas come from. An app that has numbers registers how to read them when it starts.

A source reads, for one municipality, every number it is asked for in a fixed number of queries, however many schools,
periods and indicators there are. So `indicators` draws on results without importing the app that keeps them.
"""

from collections.abc import Callable, Collection, Iterable

from indicators.calculations.formulas import Leaf
from indicators.calculations.numbers import Amount, Column, Columns, Place
from indicators.calculations.provenance import Ref
from schools.periods import PeriodKind

# Municipality id, numbers wanted, kinds of period wanted → a column for every period in which there is anything.
Source = Callable[[int, frozenset[Leaf], frozenset[PeriodKind]], Columns]

_sources: dict[type[Leaf], Source] = {}


def register(leaf_type: type[Leaf], source: Source) -> None:
    """Read numbers of this type from this source."""
    _sources[leaf_type] = source


def read_columns(municipality_id: int, leaves: Iterable[Leaf], kinds: Collection[PeriodKind]) -> Columns:
    """Every number that formulas look at, from all sources."""
    wanted = frozenset(leaves)
    columns: dict[Leaf, dict[str, Column]] = {}
    for leaf_type, source in _sources.items():
        own = frozenset(leaf for leaf in wanted if isinstance(leaf, leaf_type))
        if own:
            columns.update(source(municipality_id, own, frozenset(kinds)))  # type: ignore[arg-type]
    return columns


def periods_of_year(school_year: int, kinds: Collection[PeriodKind], *, in_autumn: bool = False) -> list[str]:
    """The periods that see what happened in a school year: spring 2021 is in `2020` and in `cy2021`, autumn 2020 in
    `2020` and in `cy2020`. Shorter periods see no yearly results."""
    codes = {
        PeriodKind.SCHOOL_YEAR: f"{school_year:04d}",
        PeriodKind.CALENDAR_YEAR: f"cy{school_year if in_autumn else school_year + 1:04d}",
    }
    return [code for kind, code in codes.items() if kind in kinds]


__all__ = ["Amount", "Column", "Columns", "Place", "Ref", "Source", "periods_of_year", "read_columns", "register"]

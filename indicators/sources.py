"""Where the numbers in formulas come from. An app that has numbers registers how to read them when it starts.

A source reads, for one municipality, every number it is asked for in a fixed number of queries, however many schools,
periods and indicators there are. So `indicators` draws on results without importing the app that keeps them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from indicators.calculations.formulas import Leaf
from indicators.calculations.numbers import ELSEWHERE, Amount, Column, Columns, Place
from indicators.calculations.provenance import Ref
from schools.periods import Period, PeriodKind


@dataclass(frozen=True)
class Asked:
    """Which numbers a source is to read: a column for every period in which there is anything."""

    municipality_id: int
    leaves: frozenset[Leaf]
    kinds: frozenset[PeriodKind]
    years: range | None = None  # calendar years in which the periods begin; None is all
    dates: tuple[Period, ...] = ()  # days at which the last number by then stands; with them no kinds are asked for
    with_left_out: bool = False  # as if nobody had marked any result as not objective
    # Whose numbers are needed; None is everybody's. A source that reads no others says `ELSEWHERE` where they have one.
    schools: frozenset[int] | None = None

    def holds(self, period: Period) -> bool:
        return period.kind in self.kinds and (self.years is None or period.starts_on.year in self.years)

    def where_year(self, field: str) -> dict[str, int]:
        """Lookups of the school years that these periods see: the spring of school year 2020 is in `cy2021`."""
        if self.years is None:
            return {}
        return {f"{field}__gte": self.years.start - 1, f"{field}__lt": self.years.stop}

    def periods_of_year(self, school_year: int, *, in_autumn: bool = False) -> list[str]:
        """The periods that see what happened in a school year: spring 2021 is in `2020` and in `cy2021`, autumn 2020
        in `2020` and in `cy2020`. Shorter periods see no yearly results."""
        codes = (f"{school_year:04d}", f"cy{school_year if in_autumn else school_year + 1:04d}")
        return [code for code in codes if self.holds(Period.parse(code))]


Source = Callable[[Asked], Columns]

_sources: dict[type[Leaf], Source] = {}


def register(leaf_type: type[Leaf], source: Source) -> None:
    """Read numbers of this type from this source."""
    _sources[leaf_type] = source


def read_columns(
    municipality_id: int,
    leaves: Iterable[Leaf],
    kinds: Collection[PeriodKind],
    years: range | None = None,
    *,
    dates: Iterable[Period] = (),
    with_left_out: bool = False,
    schools: frozenset[int] | None = None,
) -> Columns:
    """Every number that formulas look at, from all sources: of periods of these kinds, or as they stand at dates; those
    of these schools, and perhaps of others too."""
    wanted = frozenset(leaves)
    columns: dict[Leaf, Mapping[str, Column]] = {}
    for leaf_type, source in _sources.items():
        own = frozenset(leaf for leaf in wanted if isinstance(leaf, leaf_type))
        if own:
            at = tuple(sorted(dates))
            asked = Asked(municipality_id, own, frozenset(kinds), years, at, with_left_out, schools)
            columns.update(source(asked))
    return columns


def read_columns_of(
    municipality_id: int,
    leaves: Iterable[Leaf],
    kind: PeriodKind,
    dates: Collection[Period],
    years: range | None,
    *,
    with_left_out: bool = False,
) -> Columns:
    """What one indicator looks at, by its periods or as it stands at its dates."""
    if kind is PeriodKind.DATE:
        return read_columns(municipality_id, leaves, (), dates=dates, with_left_out=with_left_out) if dates else {}
    return read_columns(municipality_id, leaves, {kind}, years, with_left_out=with_left_out)


__all__ = [
    "ELSEWHERE",
    "Amount",
    "Asked",
    "Column",
    "Columns",
    "Place",
    "Ref",
    "Source",
    "read_columns",
    "read_columns_of",
    "register",
]

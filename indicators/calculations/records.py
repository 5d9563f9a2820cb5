"""Records of the portal that formulas count: reports on plans, say. The app that keeps them says when it starts which
numbers there are and what people call them; how they are read is told to `indicators.records`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """One number of a kind of records."""

    name: str  # where it is chosen, and above or below the line: «поступившие отчёты»
    of: str  # in the genitive, after «число»: «поступивших отчётов»
    within: str = ""  # the number of the same kind that it is a part of
    # Not every record says it: of a school that has records, and none that does, nobody knows the number.
    may_be_unknown: bool = False


@dataclass(frozen=True)
class RecordKind:
    """What is counted of records of one kind. Each counts on a day or on several, and in the periods that hold one."""

    code: str
    name: str  # «Отчёты школ по планам»
    measures: Mapping[str, Counted]
    # Kept of all schools: once any has a record in a period, nought is known of those that have none. Otherwise nothing
    # is known of them.
    is_of_all: bool = False

    def above(self, measure: str) -> Iterator[str]:
        """The numbers that this one is a part of, through others too."""
        while (measure := self.measures[measure].within) in self.measures:
            yield measure


_kinds: dict[str, RecordKind] = {}


def know(kind: RecordKind) -> None:
    """Formulas may count these records from now on."""
    _kinds[kind.code] = kind


def known_kinds() -> Mapping[str, RecordKind]:
    """By code."""
    return _kinds

"""The order of schools in lists: alphabetical, with numbers as numbers, so that № 2 stands before № 10."""

import re
from collections.abc import Iterable
from typing import Protocol, TypeVar


class Named(Protocol):
    pk: int
    name: str


WORDS = re.compile(r"\d+|[^\W\d]+")
N = TypeVar("N", bound=Named)


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Compares words as words and numbers as numbers; quotes, case and ё do not matter."""
    words = WORDS.findall(text.lower().replace("ё", "е"))
    return tuple((0, int(word), "") if word.isdecimal() else (1, 0, word) for word in words)


def in_natural_order(schools: Iterable[N]) -> list[N]:
    return sorted(schools, key=lambda school: (natural_key(school.name), school.pk))

"""What is wrong with a formula or population, all of it at once, each with the path to the field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    path: str  # «formula.part.measure»
    message: str  # in Russian, says what is expected

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class FormulaError(ValueError):
    """The JSON does not make a formula or a population."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


@dataclass(frozen=True)
class Vocabulary:
    """The codes that formulas may name, with what people call them. None: not known here, so not checked."""

    categories: Mapping[str, str] | None = None
    statistics: Mapping[str, str] | None = None
    indicators: Mapping[str, str] | None = None
    schools: Mapping[str, str] | None = None  # of those that may be named here

    def name(self, names: Mapping[str, str] | None, code: str) -> str:
        return (names or {}).get(code, code)


@dataclass
class Fields:
    """One JSON object, read field by field. Every trouble goes to the shared list; a field nobody asked for is one."""

    data: dict[str, Any]
    path: str
    problems: list[Problem]
    asked: set[str] = field(default_factory=lambda: {"type"})

    def say(self, name: str, message: str) -> None:
        self.problems.append(Problem(f"{self.path}.{name}" if name else self.path, message))

    def take(self, name: str) -> Any:
        self.asked.add(name)
        return self.data.get(name)

    def choice(self, name: str, choices: Iterable[str], default: str | None = None) -> str | None:
        value = self.take(name)
        if value is None and default is not None:
            return default
        known = list(choices)
        if not isinstance(value, str) or value not in known:
            self.say(name, _expected(value, known))
            return None
        return value

    def known_code(self, name: str, known: Mapping[str, str] | None) -> str | None:
        """A code of the vocabulary; any text where the vocabulary is not known."""
        if known is not None:
            return self.choice(name, known)
        value = self.take(name)
        if not isinstance(value, str) or not value:
            self.say(name, "нужен код, непустая строка")
            return None
        return value

    def codes(self, name: str, known: Mapping[str, str] | None) -> tuple[str, ...] | None:
        """A list of different codes, at least one."""
        value = self.take(name)
        if not isinstance(value, list) or not value:
            self.say(name, "нужен непустой список")
            return None
        before = len(self.problems)
        for position, code in enumerate(value):
            if not isinstance(code, str) or not code:
                self.say(f"{name}[{position}]", "нужна непустая строка")
            elif known is not None and code not in known:
                self.say(f"{name}[{position}]", _expected(code, list(known)))
            elif code in value[:position]:
                self.say(f"{name}[{position}]", f"«{code}» повторяется")
        return tuple(value) if len(self.problems) == before else None

    def whole(self, name: str, low: int, high: int) -> int | None:
        """An optional whole number within bounds."""
        value = self.take(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.say(name, f"нужно целое число от {low} до {high}")
            return None
        return value

    def finish(self) -> None:
        for name in sorted(set(self.data) - self.asked):
            self.say(name, "неизвестное поле")


def _expected(value: Any, known: list[str]) -> str:
    choices = f"допустимо: {', '.join(known)}" if known else "допустимых значений нет"
    return f"значение не указано; {choices}" if value is None else f"неизвестное значение «{value}»; {choices}"

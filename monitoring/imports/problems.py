"""What is wrong with a file, said so that a methodist knows what to do."""

from dataclasses import asdict, dataclass
from typing import Any

ERROR = "error"  # the file cannot be stored
WARNING = "warning"  # worth knowing, does not stop
QUESTION = "question"  # the page asks a person; the command prints it as an error

# One faulty column must not give ten thousand messages: after so many of one kind in one sheet the rest is counted.
MOST_ALIKE = 100


@dataclass(frozen=True)
class Problem:
    """`value` is what stood in the cell and never comes from a column with personal data."""

    severity: str
    code: str
    sheet: str
    cell: str
    value: str
    message: str
    option: str = ""  # what a person may say about it: subject, grade, date, year, procedure, wave, attempt

    @property
    def blocks(self) -> bool:
        return self.severity in (ERROR, QUESTION)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Problem":
        return cls(**data)


def error(code: str, message: str, *, sheet: str = "", cell: str = "", value: str = "", option: str = "") -> Problem:
    return Problem(ERROR, code, sheet, cell, value, message, option)


def warning(code: str, message: str, *, sheet: str = "", cell: str = "", value: str = "", option: str = "") -> Problem:
    return Problem(WARNING, code, sheet, cell, value, message, option)


def question(code: str, message: str, *, option: str, sheet: str = "", cell: str = "") -> Problem:
    return Problem(QUESTION, code, sheet, cell, "", message, option)


def shorten(problems: list[Problem]) -> list[Problem]:
    """At most `MOST_ALIKE` of one kind in a sheet, then one that says how many more there are."""
    seen: dict[tuple[str, str, str], int] = {}
    kept: list[Problem] = []
    for problem in problems:
        kind = (problem.severity, problem.code, problem.sheet)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= MOST_ALIKE:
            kept.append(problem)
    for (severity, code, sheet), count in seen.items():
        if count > MOST_ALIKE:
            rest = f"Таких замечаний на листе ещё {count - MOST_ALIKE}: исправьте показанные и загрузите файл снова."
            kept.append(Problem(severity, code, sheet, "", "", rest))
    return kept

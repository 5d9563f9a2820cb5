"""Problems of a definition in the words of the page, each at a field that stands there."""

import re
from collections.abc import Iterable, Mapping

from indicators.calculations import Problem
from indicators.calculations.drafts import Draft, field_of, parts_of
from indicators.forms import words
from indicators.models import Indicator
from indicators.procedures import Attempt
from indicators.subjects import SUBJECTS

# What messages call by the names of code.
LABELS = (
    {str(code): f"«{label}»" for code, label in words.MEASURES.items()}
    | {f"«{code}»": f"«{label}»" for code, label in Indicator.Unit.choices}
    | {code: f"«{label}»" for code, label in Indicator.Unit.choices}
    | {code: f"«{subject.name}»" for code, subject in SUBJECTS.items() if "_" in code}
    | {Attempt.FIRST.value: f"«{Attempt.FIRST.label}»"}
    | {kind: f"«{label}»" for kind, label in words.KINDS.items() if "_" in kind}
)
_CODES = re.compile("|".join(sorted((rf"(?<!\w){re.escape(code)}(?!\w)" for code in LABELS), key=len, reverse=True)))
_HINT_OF_CODE = re.compile(r" \((grade|pupil_grade)\)")


def at_fields(problems: Iterable[Problem], drafts: Mapping[str, Draft], names: Mapping[str, str]) -> list[Problem]:
    """With paths of fields and messages for people; `names` are what codes of indicators and statistics are called."""
    found = []
    for problem in problems:
        root = problem.path.partition(".")[0]
        draft = drafts.get(root)
        path = field_of(problem.path, draft, root) if draft is not None else problem.path
        found.append(Problem(path, _said(problem.message, path, _typed_at(path, draft, root), names)))
    return list(dict.fromkeys(found))


def place_in_words(path: str, drafts: Mapping[str, Draft]) -> str:
    """«Числитель, какое число»: the group and the field, as the page calls them; "" for a group as a whole."""
    root, *steps = re.findall(r"[a-z_]+(?:\[\d+\])?", path)
    node: object = drafts.get(root)
    group = words.FIELDS_OF_ROOT.get(root, "")
    for step in steps:
        if not isinstance(node, dict):
            break
        kind = str(node.get("type"))
        part = dict(parts_of(node)).get(step)
        if part is None:
            field = words.field_label(kind, step)
            return group if field == step else f"{group}, {field[:1].lower()}{field[1:]}"
        group, node = words.part_label(kind, step).partition(":")[0] or group, part
    return group


def _said(message: str, path: str, typed: object, names: Mapping[str, str]) -> str:
    """What is empty is to be chosen; what was chosen wrongly is told why."""
    name = path.rpartition(".")[2]
    if not typed and name in words.CHOOSE and "." in path:
        return words.CHOOSE[name]
    if name == "than":
        return words.CHOOSE["than"]
    if message.startswith("неизвестное значение"):
        return "Этого больше нет в списке: выберите другое."
    message = _HINT_OF_CODE.sub("", message)
    message = _CODES.sub(lambda found: LABELS[found[0]], message)
    for code in sorted(names, key=len, reverse=True):
        message = re.sub(rf"«?(?<![\w.]){re.escape(code)}(?![\w.])»?", lambda _, code=code: f"«{names[code]}»", message)
    return message[:1].upper() + message[1:].rstrip(".") + "."


def _typed_at(path: str, draft: Draft | None, root: str) -> object:
    """What stands in the field; a group of fields counts as filled."""
    node: object = draft
    for step in re.findall(r"[a-z_]+|\d+", path.removeprefix(root)):
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
    return node

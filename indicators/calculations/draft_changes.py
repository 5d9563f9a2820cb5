"""What the buttons of the builder do to a draft: another kind, one part more, one part less.

A draft is never altered, only made anew.
"""

from copy import deepcopy
from typing import Any

from indicators.calculations.drafts import (
    EXAM,
    EXAM_MEAN,
    EXAM_SHARE,
    PLAIN,
    SEVERAL,
    Draft,
    draft_of,
    json_of,
    parts_of,
    steps_of,
    walk,
)
from indicators.calculations.parsing import (
    LEAF_TYPES,
    NUMBER_TYPES,
    OF_COMBINED,
    OF_MEETING,
    OF_RELATIVE,
    OF_YEARS,
    VALUE_TYPES,
)

# The first part of a path is the draft's own name in the form: «formula», «population».
BLANK: dict[str, Draft] = {
    "results": {"type": "results", "measure": "participants"},
    EXAM_SHARE: {"type": EXAM_SHARE, "measures": ["passed"], "among": "participants"},
    EXAM_MEAN: {"type": EXAM_MEAN, "measure": "mark_sum"},
    "statistic": {"type": "statistic"},
    "identified": {"type": "identified", "categories": ["low_results"]},
    "records": {"type": "records"},
    "indicator": {"type": "indicator"},
    "share": {"type": "share", "part": {"type": "statistic"}, "whole": {"type": "statistic"}},
    "mean": {"type": "mean", "total": {"type": "statistic"}, "count": {"type": "statistic"}},
    "count": {"type": "count", "of": {"type": "statistic"}},
    "over_years": {"type": "over_years", "years": "3"},
    "relative": {"type": "relative", "to": "municipality"},
    "share_of_schools": {"type": "share_of_schools", "is": "above", "than": "0"},
    "schools_meeting": {"type": "schools_meeting", "rule": "any"},
}
# What a part may be, by the kind it is a part of. The short forms stand beside what they are short for.
_OF: dict[str, frozenset[str]] = {
    "sum": LEAF_TYPES,
    "change": VALUE_TYPES,
    "share_of_schools": (VALUE_TYPES | NUMBER_TYPES) - {"share_of_schools"},
    "schools_meeting": OF_MEETING,
    "relative": OF_RELATIVE,
    "combined": OF_COMBINED,
    "over_years": OF_YEARS,
}
_FIRST_OF = {"change": EXAM_MEAN, "relative": EXAM_MEAN, "over_years": EXAM_SHARE, "combined": EXAM_MEAN}
NUMBERS = {"share": ("part", "whole"), "mean": ("total", "count"), "count": ("of",)}


def kinds_at(draft: Draft, path: str) -> frozenset[str]:
    """Which kinds of draft may stand at this path."""
    above, _, last = path.rpartition(".")
    if not above:
        return _with_short_forms(VALUE_TYPES)
    parent = at(draft, above)
    if parent["type"] == "sum" and last.startswith("of"):
        return LEAF_TYPES
    return _with_short_forms(_OF.get(parent["type"], NUMBER_TYPES)) - {"sum"}


def at(draft: Draft, path: str) -> Draft:
    """The draft at this path; KeyError when there is none."""
    node: Any = draft
    for name, index in steps_of(path)[1:]:
        try:
            node = node[name] if index is None else node[name][index]
        except (IndexError, TypeError):
            raise KeyError(path) from None
    if not isinstance(node, dict):
        raise KeyError(path)
    return node


def retyped(draft: Draft, path: str, kind: str) -> Draft:
    """With another kind at this path, made of what was there as far as that goes; KeyError if it cannot be there."""
    if kind not in kinds_at(draft, path):
        raise KeyError(kind)
    old = at(draft, path)
    return _put(draft, path, deepcopy(old) if old.get("type") == kind else _made_of(old, kind))


def with_part_more(draft: Draft, path: str) -> Draft:
    """Of a list one part more, like the last; a single number becomes a sum of two."""
    node = deepcopy(at(draft, path))
    if node["type"] in SEVERAL:
        node["of"] = [*node["of"], _another(node["of"][-1])] if node.get("of") else _two(node["type"])
    elif node["type"] in LEAF_TYPES:
        node = {"type": "sum", "of": [node, _another(node)]}
    else:
        raise KeyError(path)
    return _put(draft, path, node)


def without_part(draft: Draft, path: str) -> Draft:
    """A sum of which one term is left is that term; what needs two parts keeps them."""
    above, _, last = path.rpartition(".")
    node = deepcopy(at(draft, above))
    ((name, index),) = steps_of(last)
    if node["type"] not in SEVERAL or name != "of" or index is None or index >= len(node["of"]):
        raise KeyError(path)
    if not can_lose_part(node):
        return draft
    node["of"].pop(index)
    return _put(draft, above, node["of"][0] if node["type"] == "sum" and len(node["of"]) == 1 else node)


def can_lose_part(node: Draft) -> bool:
    return len(node.get("of") or ()) > (1 if node["type"] == "sum" else 2)


def _with_short_forms(kinds: frozenset[str]) -> frozenset[str]:
    return kinds | ({EXAM_SHARE} if "share" in kinds else set()) | ({EXAM_MEAN} if "mean" in kinds else set())


def _put(draft: Draft, path: str, node: Draft) -> Draft:
    steps = steps_of(path)[1:]
    if not steps:
        return node
    draft = deepcopy(draft)
    parent = at(draft, path.rpartition(".")[0])
    name, index = steps[-1]
    if index is None:
        parent[name] = node
    else:
        parent[name][index] = node
    return draft


def _made_of(old: Draft, kind: str) -> Draft:
    inside = next((part for _, part in parts_of(old) if part.get("type") == kind), None)
    if inside is not None:
        return deepcopy(inside)
    new = deepcopy(BLANK.get(kind, {"type": kind}))
    if kind in _OF and kind != "sum":
        fits = old.get("type") in _with_short_forms(_OF[kind])
        of = deepcopy(old) if fits else _with_exam_of(old, blank_part(kind))
        new["of"] = [of, _another(of)] if kind in SEVERAL else of
        return new
    if kind in NUMBERS:
        numbers = _numbers_of(old)
        for name, number in zip(NUMBERS[kind], numbers, strict=False):
            new[name] = number
        return new
    return _with_exam_of(old, new)


def blank_part(kind: str) -> Draft:
    """What stands in a new draft of this kind: a share of schools looks at a change, say."""
    if kind == "share_of_schools":
        return {"type": "change", "of": deepcopy(BLANK[EXAM_MEAN])}
    if kind == "schools_meeting":
        return deepcopy(BLANK["share_of_schools"]) | {"of": blank_part("share_of_schools")}
    return deepcopy(BLANK[_FIRST_OF[kind]])


def _two(kind: str) -> list[Draft]:
    first = deepcopy(BLANK["results"]) if kind == "sum" else blank_part(kind)
    return [first, _another(first)]


def _numbers_of(old: Draft) -> list[Draft]:
    """The numbers that a share, a mean or a count is made of, the short forms in full."""
    if old.get("type") in LEAF_TYPES:
        return [deepcopy(old)]
    full = json_of(old) if old.get("type") in (EXAM_SHARE, EXAM_MEAN) else old
    names = NUMBERS.get(str(full.get("type")), ())
    return [draft_of(full[name]) if full is not old else deepcopy(full[name]) for name in names]


def _with_exam_of(old: Draft, new: Draft) -> Draft:
    """So that nobody has to choose procedure and subject again."""
    exam = next((part for part in walk(old) if set(EXAM) & set(part)), {})
    for part in walk(new):
        if "procedure" in PLAIN.get(part["type"], ()):
            part |= {name: exam[name] for name in EXAM if name in exam}
    return new


def _another(like: Draft) -> Draft:
    """One more of the kind, of which the choice that tells it from the first is still to be made."""
    new = deepcopy(like)
    for part in walk(new):
        match part["type"]:
            case "results" | "records":
                part["measure"] = ""
            case kind if "subject" in PLAIN.get(kind, ()):
                part["subject"] = ""
            case "statistic" | "indicator":
                part["code"] = ""
    return new


def fitting_units(draft: Draft) -> tuple[str, ...]:
    """Units for what the draft will make, the likeliest first; none where only another indicator can tell."""
    kind = str(draft.get("type", ""))
    if kind == EXAM_MEAN:
        return ("mark", "score", "count") if draft.get("measure") == "mark_sum" else ("score", "mark", "count")
    if kind == "count":
        is_of_schools = (draft.get("of") or {}).get("type") == "identified"
        return ("schools", "count") if is_of_schools else ("count", "schools")
    if kind in ("change", "over_years", "combined"):
        return next((fitting_units(part) for _, part in parts_of(draft)), ())
    return _UNITS.get(kind, ())


_UNITS = dict.fromkeys(("share", EXAM_SHARE, "share_of_schools", "schools_meeting"), ("percent",)) | {
    "mean": ("count", "mark", "score"),
    "relative": ("ratio",),
}

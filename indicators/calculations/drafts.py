"""A formula while it is being filled in: what the fields of a form say, whether or not it makes a formula yet.

A draft is the formula's JSON with everything as it was typed: texts, lists of texts, and drafts of its parts. Fields
of forms are named by the path to them, «formula.part.of[0].measure», so a problem of the parser names its field.

Two kinds of drafts are no nodes of formulas but what most formulas are, said once instead of twice: a share of those
who sat one exam (`exam_share`: a `share` whose parts are results of it), and a mean over one exam (`exam_mean`: a
`mean` whose count follows from its total).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from indicators.calculations.checks import COUNT_OF_POINTS
from indicators.calculations.formulas import Measure
from indicators.procedures import WITH_RESITS, Procedure

Draft = dict[str, Any]
Fields = Mapping[str, list[str]]  # what was sent, by name

EXAM = ("procedure", "subject", "grade", "pupil_grade", "wave", "attempt")
EXAM_SHARE, EXAM_MEAN = "exam_share", "exam_mean"
# The plain fields of each kind of draft, those of populations too.
PLAIN: dict[str, tuple[str, ...]] = {
    "results": (*EXAM, "measure", "levels"),
    EXAM_SHARE: (*EXAM, "measures", "levels", "among"),
    EXAM_MEAN: (*EXAM, "measure"),
    "statistic": ("code",),
    "identified": ("categories",),
    "records": ("kind", "measure"),
    "indicator": ("code",),
    "share_of_schools": ("is", "than"),
    "schools_meeting": ("rule",),
    "relative": ("to", "statistic"),
    "over_years": ("years",),
    "categories": ("categories",),
    "categories_of_year": ("categories", "school_year"),
    "schools": ("codes",),
    "pairs": ("side",),
}
PARTS: dict[str, tuple[str, ...]] = {
    "share": ("part", "whole"),
    "mean": ("total", "count"),
    "count": ("of",),
    "change": ("of",),
    "share_of_schools": ("of",),
    "relative": ("of",),
    "over_years": ("of",),
}
SEVERAL = frozenset({"sum", "combined", "schools_meeting"})  # `of` is a list
LISTS = frozenset({"measures", "categories", "codes"})
LINES = frozenset({"levels"})  # a list typed as lines of one text
WHOLE_NUMBERS = frozenset({"grade", "pupil_grade", "years", "school_year"})
DEEPEST, MOST_PARTS = 8, 40  # what is sent is not believed to be small

_MEASURES = tuple(Measure)
_PARTS_OF_PATH = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")


def parts_of(draft: Draft) -> Iterator[tuple[str, Draft]]:
    """The drafts directly below, with what follows the path to them: «part», «of[0]»."""
    kind = draft.get("type")
    if kind in SEVERAL:
        yield from ((f"of[{place}]", part) for place, part in enumerate(draft.get("of") or ()))
    for name in PARTS.get(str(kind), ()):
        if isinstance(draft.get(name), dict):
            yield name, draft[name]


def walk(draft: Draft) -> Iterator[Draft]:
    yield draft
    for _, part in parts_of(draft):
        yield from walk(part)


def steps_of(path: str) -> list[tuple[str, int | None]]:
    """«part.of[0]» → [("part", None), ("of", 0)]."""
    return [(name, int(place) if place else None) for name, place in _PARTS_OF_PATH.findall(path)]


# --- JSON ------------------------------------------------------------------------------------------------------------


def draft_of(data: Mapping[str, Any]) -> Draft:
    """The draft that says what this formula, or population, of well-formed JSON says."""
    kind = str(data.get("type", ""))
    short = _exam_share(data) if kind == "share" else _exam_mean(data) if kind == "mean" else None
    if short is not None:
        return short
    draft: Draft = {"type": kind}
    for name in PLAIN.get(kind, ()):
        if name in data:
            value = data[name]
            draft[name] = [str(item) for item in value] if isinstance(value, list) else str(value)
    if kind in SEVERAL:
        draft["of"] = [draft_of(part) for part in data.get("of", ())]
    for name in PARTS.get(kind, ()):
        draft[name] = draft_of(data.get(name) or {})
    return draft


def json_of(draft: Draft) -> dict[str, Any]:
    """The JSON for the parser: what is empty is left out, what does not matter here too."""
    kind = draft.get("type", "")
    if kind == EXAM_SHARE:
        return _share_json(draft)
    if kind == EXAM_MEAN:
        return _mean_json(draft)
    data = {"type": kind} | {name: _typed(name, draft.get(name)) for name in PLAIN.get(kind, ())}
    data = {name: value for name, value in data.items() if value not in ("", [], None) and _matters(name, data)}
    if kind in SEVERAL:
        data["of"] = [json_of(part) for part in draft.get("of") or ()]
    return data | {name: json_of(draft.get(name) or {}) for name in PARTS.get(kind, ())}


def _matters(name: str, data: Mapping[str, Any]) -> bool:
    """A wave only where there are two, an attempt where there are re-sits; levels and a region's number on demand."""
    match name:
        case "wave":
            return bool(data.get("procedure") == Procedure.VPR)
        case "attempt":
            return data.get("procedure") in WITH_RESITS
        case "levels":
            return bool(data.get("measure") == Measure.LEVELS)
        case "statistic":
            return bool(data.get("to") == "region")
        case _:
            return True


def _typed(name: str, value: Any) -> Any:
    """As the parser wants it; what is no number stays as it was typed, so that the parser says so."""
    if isinstance(value, list):
        return [text for text in (str(item).strip() for item in value) if text]
    text = str(value if value is not None else "").strip()
    if name in WHOLE_NUMBERS and re.fullmatch(r"\d{1,4}", text):
        return int(text)
    if name == "than":
        return re.sub(r"\s", "", text).replace(",", ".").replace("−", "-")
    return text


def _share_json(draft: Draft) -> dict[str, Any]:
    measures = draft.get("measures") or ()
    chosen = [measure.value for measure in _MEASURES if measure in measures] or [""]
    terms = [_results_json(draft, measure) for measure in chosen]
    return {
        "type": "share",
        "part": terms[0] if len(terms) == 1 else {"type": "sum", "of": terms},
        "whole": _results_json(draft, draft.get("among", "")),
    }


def _mean_json(draft: Draft) -> dict[str, Any]:
    total = draft.get("measure", "")
    count = COUNT_OF_POINTS.get(total, "")
    return {"type": "mean", "total": _results_json(draft, total), "count": _results_json(draft, count)}


def _results_json(draft: Draft, measure: str) -> dict[str, Any]:
    fields = {name: draft[name] for name in (*EXAM, "levels") if name in draft}
    return json_of({"type": "results", **fields, "measure": str(measure)})


def _exam_share(data: Mapping[str, Any]) -> Draft | None:
    part, whole = data.get("part") or {}, data.get("whole") or {}
    terms = part.get("of", []) if part.get("type") == "sum" else [part]
    exam = _exam_of([*terms, whole])
    measures = [str(term.get("measure")) for term in terms]
    if exam is None or measures != [measure for measure in _MEASURES if measure in measures]:
        return None  # also when they stand in another order: it must stay the same formula
    if whole.get("measure") == Measure.LEVELS:
        return None
    levels = next((list(term["levels"]) for term in terms if "levels" in term), None)
    said = {"levels": levels} if levels else {}
    return {"type": EXAM_SHARE, **exam, "measures": measures, **said, "among": str(whole.get("measure"))}


def _exam_mean(data: Mapping[str, Any]) -> Draft | None:
    total, count = data.get("total") or {}, data.get("count") or {}
    exam, measure = _exam_of([total, count]), str(total.get("measure"))
    if exam is None or (measure, count.get("measure")) not in COUNT_OF_POINTS.items():
        return None
    return {"type": EXAM_MEAN, **exam, "measure": measure}


def _exam_of(terms: Iterable[Mapping[str, Any]]) -> Draft | None:
    """The one exam that all of these are results of."""
    exams = [
        {name: str(term[name]) for name in EXAM if name in term} if term.get("type") == "results" else None
        for term in terms
    ]
    return exams[0] if all(exam == exams[0] for exam in exams) else None


# --- Fields of forms -------------------------------------------------------------------------------------------------


def fields_of(draft: Draft, path: str) -> dict[str, list[str]]:
    """Every field of a form that says what the draft says."""
    fields = {f"{path}.type": [str(draft.get("type", ""))]}
    for name, value in draft.items():
        if name == "type" or isinstance(value, dict) or name == "of":
            continue
        if name in LINES:
            fields[f"{path}.{name}"] = ["\n".join(value)]
        else:
            fields[f"{path}.{name}"] = list(value) if isinstance(value, list) else [str(value)]
    for step, part in parts_of(draft):
        fields |= fields_of(part, f"{path}.{step}")
    return fields


def draft_from(fields: Fields, path: str) -> Draft:
    """The draft that was sent. What its kind does not have is not looked at; what is too deep or too much is not."""
    return _Reader(fields).draft(path, DEEPEST)


class _Reader:
    def __init__(self, fields: Fields) -> None:
        self.fields, self.parts_left = fields, MOST_PARTS

    def text(self, name: str) -> str:
        return (self.fields.get(name) or [""])[-1]

    def draft(self, path: str, depth: int) -> Draft:
        kind = self.text(f"{path}.was") or self.text(f"{path}.type")
        draft: Draft = {"type": kind}
        self.parts_left -= 1
        if depth == 0 or self.parts_left < 0:
            return draft
        for name in PLAIN.get(kind, ()):
            if f"{path}.{name}" not in self.fields:
                continue
            if name in LINES:
                draft[name] = [line.strip() for line in self.text(f"{path}.{name}").splitlines() if line.strip()]
            else:
                draft[name] = list(self.fields[f"{path}.{name}"]) if name in LISTS else self.text(f"{path}.{name}")
        if kind in SEVERAL:
            draft["of"] = []
            while f"{path}.of[{len(draft['of'])}].type" in self.fields and self.parts_left > 0:
                draft["of"].append(self.draft(f"{path}.of[{len(draft['of'])}]", depth - 1))
        for name in PARTS.get(kind, ()):
            draft[name] = self.draft(f"{path}.{name}", depth - 1)
        return draft


def asked_kinds(fields: Fields, draft: Draft, path: str) -> Iterator[tuple[str, str]]:
    """Where another kind was chosen than the fields were drawn for («.was»), the outermost first."""
    kind = (fields.get(f"{path}.type") or [""])[-1]
    if kind and kind != draft.get("type"):
        yield path, kind
    for step, part in parts_of(draft):
        yield from asked_kinds(fields, part, f"{path}.{step}")


# --- Problems --------------------------------------------------------------------------------------------------------


def field_of(path: str, draft: Draft, root: str = "formula") -> str:
    """The field, or the part of the form, that a problem of the formula at this path is about."""
    if not path.startswith(f"{root}."):
        return path
    at, node, steps = root, draft, steps_of(path.removeprefix(f"{root}."))
    for place, (name, index) in enumerate(steps):
        if node.get("type") in (EXAM_SHARE, EXAM_MEAN):
            rest = _field_of_exam(node["type"], [step for step, _ in steps[place:]])
            return f"{at}.{rest}" if rest else at
        at += f".{name}" if index is None else f".{name}[{index}]"
        below: Any = node.get(name)
        node = below[index] if index is not None and isinstance(below, list) and index < len(below) else below
        if not isinstance(node, dict):
            return at if index is None or name == "of" else at.rpartition("[")[0]
    return at


def _field_of_exam(kind: str, steps: list[str]) -> str:
    """«part.of[1].measure» of a share is among its `measures`; «whole.measure» is whom they are `among`."""
    first, last = steps[0], steps[-1]
    if last == "measure" and kind == EXAM_SHARE:
        return "among" if first == "whole" else "measures"
    if last == "measure" or last in EXAM or last == "levels":
        return last
    return "measures" if kind == EXAM_SHARE and first == "part" else "measure" if kind == EXAM_MEAN else ""

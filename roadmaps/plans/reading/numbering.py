"""Numbers that Word writes itself: a list in the column «№ п/п» has no text of its own."""

from collections import defaultdict
from dataclasses import dataclass, field

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
BULLET = "–"
DEEPEST = 9


@dataclass(frozen=True)
class _Level:
    kind: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass
class Numbering:
    """Counts the lists of a document from its beginning on, so paragraphs must come in their order."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)  # by the list's number
    lists: dict[str, str] = field(default_factory=dict)  # lists of one kind go on counting
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict), init=False)

    def label(self, list_number: str, level: int) -> str:
        """What stands before the next paragraph of this list."""
        known = self.levels.get(list_number, {})
        if level not in known or known[level].kind == "none":
            return ""
        if known[level].kind == "bullet":
            return BULLET
        counts = self._counts[self.lists.get(list_number, list_number)]
        counts[level] = counts.get(level, known[level].start - 1) + 1
        for deeper in [place for place in counts if place > level]:
            del counts[deeper]
        label = known[level].text
        for place in range(level + 1):
            of_place = known.get(place, _Level())
            label = label.replace(f"%{place + 1}", _written(counts.get(place, of_place.start), of_place.kind))
        return label.strip()


def numbering_of(root: BaseOxmlElement | None) -> Numbering:
    """The lists that `word/numbering.xml` declares."""
    if root is None:
        return Numbering()
    kinds = {
        kind.get(qn("w:abstractNumId")): {
            int(level.get(qn("w:ilvl"), "0")): _level(level) for level in kind.findall(qn("w:lvl"))
        }
        for kind in root.findall(qn("w:abstractNum"))
    }
    numbering = Numbering()
    for number in root.findall(qn("w:num")):
        name, kind = number.get(qn("w:numId")), number.find(qn("w:abstractNumId"))
        if name is None or kind is None:
            continue
        of_kind = kind.get(qn("w:val"))
        numbering.levels[name] = kinds.get(of_kind, {})
        is_own = number.find(qn("w:lvlOverride")) is not None  # «начать заново»
        numbering.lists[name] = f"own {name}" if is_own else f"kind {of_kind}"
    return numbering


def _level(level: BaseOxmlElement) -> _Level:
    start = _value(level, "w:start")
    return _Level(
        _value(level, "w:numFmt") or "decimal", _value(level, "w:lvlText"), int(start) if start.isdigit() else 1
    )


def _value(element: BaseOxmlElement, name: str) -> str:
    child = element.find(qn(name))
    return "" if child is None else child.get(qn("w:val"), "")


def _written(number: int, kind: str) -> str:
    if kind in ("upperRoman", "lowerRoman"):
        text = ""
        for value, sign in _ROMAN:
            text, number = text + sign * (number // value), number % value
        return text if kind == "upperRoman" else text.lower()
    if kind in ("upperLetter", "lowerLetter", "russianUpper", "russianLower") and 0 < number <= 26:
        alphabet = "абвгдежзиклмнопрстуфхцчшщэюя" if kind.startswith("russian") else "abcdefghijklmnopqrstuvwxyz"
        sign = alphabet[number - 1]
        return sign.upper() if "pper" in kind else sign
    return str(number)

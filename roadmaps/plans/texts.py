"""The words in the cells of a plan: cleaned of layout, cut into several responsible, told from numbers and names."""

import re

# What XML cannot hold, and what shows nothing: halves of pairs, byte order marks, joiners.
_NOTHING = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\u200b-\u200f\u2060\ud800-\udfff\ufeff\ufffe\uffff]")
_SOFT_HYPHEN = re.compile("\u00ad\\s*")
_SECTION_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})+[.)]?|\d{1,2}[.)]|[IVXLC]{1,6}[.)])(?![.\d])\s*(?=\S)")
_ROW_NUMBER = re.compile(r"(?:№\s*)?(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}(?:\.\d{1,3})*|[а-яё])[.)]?", re.IGNORECASE)
_PERSON = re.compile(
    r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?\s[А-ЯЁ]\.\s?[А-ЯЁ]\.?(?![а-яё])|\b[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё]+"
)
_OPENING, _CLOSING = "«„“(", "»”)"
_SIMPLE_QUOTE = re.compile(r'«[^«»]*»|"[^"\n]*"|\([^()]*\)')
# A line that ends or begins so is one name that the narrow column has broken.
_GOES_ON = re.compile(r"(?:(?:^|\s)(?:и|или|по|с|со|на|в|во|при|для|г\.|№|имени|им\.)|[-–])$", re.IGNORECASE)
_WENT_ON = re.compile(r"(?:и|или|по|с|со|на|в|во|при|для|\()(?:\s|\b)", re.IGNORECASE)
_LISTED_NUMBER = re.compile(r"\s*(?:№\s*)?\d")


def clean(text: str) -> str:
    """The words as printed: lines kept, empty ones and runs of blanks not; soft hyphens joined."""
    lines = (" ".join(line.split()) for line in _NOTHING.sub("", _SOFT_HYPHEN.sub("", text)).splitlines())
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def split_responsible(text: str) -> tuple[str, ...]:
    """«ДОиМП г.Мегиона, МКУ «ЦРО»» → two. Commas within quotes and brackets, and in «школы № 1, 2», part nothing; a
    cell that ends with a semicolon is parted by semicolons alone."""
    text = clean(text)
    parts = _parted(text, ";" if text.endswith(";") else ",;\n")
    return tuple(part for part in (one_line(part).strip(" ,;") for part in parts) if part)


def join_responsible(items: tuple[str, ...]) -> str:
    """What `split_responsible` takes apart again: by commas, as documents do it, unless a name has its own."""
    items = tuple(one_line(item) for item in items)
    joined = ", ".join(items)
    return joined if split_responsible(joined) == items else ";\n".join(items) + ";"


def split_planned(text: str) -> tuple[str, ...]:
    """Values stand in lines or are parted by semicolons; commas are those of decimal fractions."""
    return tuple(part for part in (one_line(part).strip(" ;") for part in _parted(clean(text), ";\n")) if part)


def join_planned(items: tuple[str, ...]) -> str:
    return ";\n".join(one_line(item) for item in items)


def split_number(text: str) -> tuple[str, str]:
    """«1. Управленческий модуль» → «1.» and the rest; «2021 год» and «1 этап» have no number of a section."""
    found = _SECTION_NUMBER.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def is_number(text: str) -> bool:
    """«1.1», «3.6.», «18.», «IV.», «а)»: what stands in the column of numbers."""
    return bool(_ROW_NUMBER.fullmatch(text))


def depth(number: str) -> int:
    """«1.» → 1, «1.2» → 2; none → 0."""
    return len([part for part in number.rstrip(".)").split(".") if part])


def persons(text: str) -> list[str]:
    """Names of people as documents write them: «Андреева А.П.»."""
    return [found[0] for found in _PERSON.finditer(text)]


def _parted(text: str, marks: str) -> list[str]:
    is_inside = _inside(text)
    parts, start = [], 0
    for place, mark in enumerate(text):
        if mark in marks and not is_inside[place] and not _joins(text, start, place):
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _joins(text: str, start: int, place: int) -> bool:
    """Whether what stands before and after this mark is one name."""
    before, after = text[start:place], text[place + 1 :]
    if text[place] == ",":
        return bool(_LISTED_NUMBER.match(after))
    return text[place] == "\n" and bool(before and (_GOES_ON.search(before) or _WENT_ON.match(after)))


def _inside(text: str) -> list[bool]:
    """For each sign, whether it is within quotes or brackets; by the innermost pairs where the pairs do not come out,
    as in «МКУ «ЦРО»."""
    depth_now, is_quoted, inside = 0, False, []
    for mark in text:
        if mark == '"':
            is_quoted = not is_quoted
        depth_now += (mark in _OPENING) - (mark in _CLOSING)
        if depth_now < 0:
            break
        inside.append(depth_now > 0 or is_quoted)
    if depth_now == 0 and not is_quoted:
        return inside
    inside = [False] * len(text)
    for found in _SIMPLE_QUOTE.finditer(text):
        inside[found.start() : found.end()] = [True] * (found.end() - found.start())
    return inside

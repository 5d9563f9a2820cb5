"""The words of a deadline about dates, as tokens. A word that is none of them ends the reading: nothing is guessed."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from roadmaps.plans.bounds import EARLIEST, LATEST

_DASHES = re.compile(r"[‐‑‒–—―−]")
_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff]+")
_MARKUP = re.compile(r"\[bookmark:[^\]]*\]")

# Words that a narrow cell breaks with a hyphen; «март-май» and «научно-методический» keep theirs.
_BROKEN = re.compile(r"[А-Яа-яЁё]+(?:-\s*[а-яё]+)+")
_WHOLE = re.compile(
    r"минпросвещени[яе]|министерств\w*|департамент\w*|управлени[яе]|постоянно|еже(?:годно|месячно|квартально)|результатам|"
    r"январ[ьяе]|феврал[ьяе]|марта?|апрел[ьяе]|июн[ьяе]|июл[ьяе]|августа?|(?:сен|ок)тябр[ьяе]|(?:но|дека)брь?[яе]?",
    re.IGNORECASE,
)

MONTH_STEMS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_MONTH = "|".join(f"{stem}(?:[яйе])" if stem == "ма" else f"{stem}(?:[ьяею]|ем)?" for stem in MONTH_STEMS)
_ORDINALS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "перв": 1, "втор": 2, "трет": 3, "четв": 4}
_ORDINAL = r"(?:iv|i{1,3}|[1-4]|перв\w+|втор\w+|трет\w+|четв[её]рт\w+)(?:-?\s?(?:й|ый|ой|ий|го|ом|ое|е|м))?"

_TOKEN = re.compile(
    rf"""
      (?P<full>(?<!\d)\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}|\d{{2}})(?!\d))
    | (?P<iso>\d{{4}}-\d\d-\d\d(?:\s00:00:00)?)
    | (?P<pair>(?:19|20)\d\d\s*[-/]\s*(?:(?:19|20)\d\d|\d\d)(?!\d|\.\d))
    | (?P<year>(?:19|20)\d\d(?!\d))
    | (?P<quarter>{_ORDINAL}(?:\s*-\s*{_ORDINAL})?\s*(?:квартал\w*|кв\b\.?))
    | (?P<half>{_ORDINAL}\s*полугоди\w*)
    | (?P<dayof>[«"]?\d{{1,2}}[»"]?\s*(?:{_MONTH})\b)
    | (?P<ordinal>\d{{1,2}}(?:-?го)?\s*числ\w+(?:\s*(?:каждого\s*)?месяца)?)
    | (?P<month>(?:{_MONTH})\b)
    | (?P<school>учебн\w*|уч\b\.?)
    | (?P<deadline>(?:в\s+)?срок(?:ом)?\s+(?:не\s+позд?нее|до)(?:\s+конца)?|не\s+позд?нее|до\s+конца|к\s+концу|конец)
    | (?P<before>до|к)\b
    | (?P<since>начиная\s+со?|со?)\b
    | (?P<dash>-|\bпо\b)
    | (?P<comma>[,;]|\bи\b|\bдалее\b|\bзатем\b)
    | (?P<throughout>в\s+течени[еи])
    | (?P<filler>год\w*|гг?\b\.?|месяц\w*|во?\b|на\b|\.|\(|\))
    | (?P<space>\s+)
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """One date word; `sign` is the letter that the grammar is written in, `first` and `last` its numbers."""

    sign: str
    first: int = 0
    last: int = 0
    day: int = 0


def clean(text: str) -> str:
    """One line, plain hyphens, words that a narrow cell has broken made whole."""
    line = _SPACES.sub(" ", _DASHES.sub("-", _MARKUP.sub("", text).replace("\u00ad", ""))).strip()
    return _BROKEN.sub(lambda match: _whole(match[0]), line)


def _whole(word: str) -> str:
    joined = re.sub(r"-\s*", "", word)
    return joined if _WHOLE.fullmatch(joined) else word


def tokens(text: str) -> list[Token] | None:
    """All of the text as tokens, or None when a part of it is no word of time."""
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.end() == place:
            return None
        try:
            found.extend(_token(match.lastgroup or "", match[0].lower()))
        except ValueError:  # 31.02.2021
            return None
        place = match.end()
    return found


def _token(group: str, word: str) -> Iterator[Token]:
    numbers = [int(number) for number in re.findall(r"\d+", word)]
    match group:
        case "full":
            day, month, year = numbers
            yield _date(year if year > 99 else 2000 + year, month, day)
        case "iso":
            yield _date(*numbers[:3])
        case "pair":
            yield _pair(numbers[0], numbers[1], "/" in word)
        case "year":
            yield Token("Y", numbers[0])
        case "quarter" | "half":
            ends = [_ordinal(part) for part in re.findall(_ORDINAL, word)][: 2 if group == "quarter" else 1]
            yield Token("Q" if group == "quarter" else "H", ends[0], ends[-1])
        case "dayof":
            month = month_named(re.sub(r"[^а-яё]", "", word))
            dt.date(2024, month, numbers[0])  # a leap year: 29 February may be meant
            yield Token("d", month, month, numbers[0])
        case "ordinal":
            yield Token("n", day=numbers[0])
        case "month":
            yield Token("M", month_named(word), month_named(word))
        case "filler" | "space":
            return
        case _:
            yield Token(_SIGNS[group])


_SIGNS = {"school": "s", "deadline": "≤", "before": ">", "since": "<", "dash": "-", "comma": ",", "throughout": "~"}


def _date(year: int, month: int, day: int) -> Token:
    if not EARLIEST.year <= year <= LATEST.year:  # a misprint: a person says what was meant
        raise ValueError(year)
    return Token("D", dt.date(year, month, day).toordinal())


def _pair(first: int, second: int, slash: bool) -> Token:
    """«2019-2020», «2019-20» as P, with a slash as S: that is how school years are written."""
    last = second if second > 99 else first - first % 100 + second
    if last < first or last > first + 20 or (slash and last != first + 1):
        raise ValueError(last)
    return Token("S" if slash else "P", first, last)


def _ordinal(word: str) -> int:
    plain = word.lower()
    if plain[0].isdigit():
        return int(plain[0])
    latin = re.match(r"[iv]+", plain)
    return _ORDINALS[latin[0] if latin else plain[:4].replace("ё", "е")]


def month_named(word: str) -> int:
    """«мая» → 5; the word is known to be a month."""
    return next(
        number
        for number, stem in enumerate(MONTH_STEMS, 1)
        if word.startswith(stem) and (stem != "ма" or len(word) == 3)
    )

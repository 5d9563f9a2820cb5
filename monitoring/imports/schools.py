"""Which school of the municipality a key from a file means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from monitoring.imports.cells import school_code, school_login

FOUND, UNKNOWN, AMBIGUOUS = "found", "unknown", "ambiguous"


@dataclass(frozen=True)
class SchoolRef:
    """A school with everything it is known by; `codes` and `logins` hold aliases too."""

    id: int
    name: str
    codes: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    status: str
    school_id: int | None = None
    candidates: tuple[str, ...] = ()  # names of the schools it could be


@dataclass
class SchoolDirectory:
    """Schools by code, by ФИС ОКО login and by name; a key that fits several schools is never guessed."""

    _codes: dict[str, set[int]] = field(default_factory=dict)
    _bare_codes: dict[str, set[int]] = field(default_factory=dict)
    _logins: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    _names: dict[str, set[int]] = field(default_factory=dict)
    _shown: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, schools: Iterable[SchoolRef]) -> "SchoolDirectory":
        directory = cls()
        for school in schools:
            directory._add(school)
        return directory

    def _add(self, school: SchoolRef) -> None:
        self._shown[school.id] = school.name
        for code in filter(None, map(school_code, school.codes)):
            self._codes.setdefault(code, set()).add(school.id)
            self._bare_codes.setdefault(code.lstrip("0"), set()).add(school.id)
        for login in (*school.logins, *school.codes):  # a school not yet matched may have its login for a code
            if (key := login_key(login)) is not None:
                self._logins.setdefault(key, set()).add(school.id)
        for name in (school.name, *school.names):
            self._names.setdefault(name_key(name), set()).add(school.id)

    def find(self, kind: str, key: str) -> Match:
        """`kind` is code, login or name, as the file's layout says."""
        if kind == "name":
            return self._match(self._names.get(name_key(key)))
        if (login := login_key(key)) is not None:
            return self._match(self._logins.get(login))
        code = school_code(key)
        return self._match(self._codes.get(code) or self._bare_codes.get(code.lstrip("0") if code else "?"))

    def _match(self, ids: set[int] | None) -> Match:
        if not ids:
            return Match(UNKNOWN)
        if len(ids) > 1:
            return Match(AMBIGUOUS, candidates=tuple(sorted(self._shown[one] for one in ids)))
        return Match(FOUND, next(iter(ids)))


def login_key(login: str) -> tuple[str, str] | None:
    """`sch224233` (until 2021) and `edu224233` (since 2022) are one school; `ksh220015` is numbered apart."""
    found = school_login(login)
    if not found:
        return None
    return ("ksh" if found.startswith("ksh") else "edu"), found[3:]


# Legal forms say nothing about which school it is, and files put them in or leave them out at will.
_LEGAL_FORM = re.compile(r"\b(м[абк]?о?у|мбоу|мкоу|маоу|моу|гбоу|гкоу|гаоу|чоу|ноу|ано)\b")
_LONG_FORM = re.compile(
    r"(муниципальн\w+|государственн\w+|бюджетн\w+|казенн\w+|автономн\w+|обще?образовательн\w+|учрежден\w+|организац\w+)\s*"
)
_SHORTER = (
    (re.compile(r"средняя (обще)?образовательная школа|средняя школа"), "сош"),
    (re.compile(r"основная (обще)?образовательная школа|основная школа"), "оош"),
    (re.compile(r"начальная (обще)?образовательная школа"), "нош"),
)


def name_key(name: str) -> str:
    """A name as it is compared: without case, quotes, ё, legal form, № and spaces."""
    plain = name.lower().replace("ё", "е")
    plain = re.sub(r"[\"'«»“”„`().,]", " ", plain)
    for pattern, short in _SHORTER:
        plain = pattern.sub(short, plain)
    plain = _LEGAL_FORM.sub(" ", _LONG_FORM.sub(" ", plain))
    return re.sub(r"[\s№\-–—]+|\bn(?=\s*\d)", "", plain)

"""Which school of the municipality a key from a file means."""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

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


@dataclass(frozen=True)
class SchoolDirectory:
    """Schools by code, by ФИС ОКО login and by name; a key that fits several schools is never guessed.

    A batch knows its schools by one of the three, so the other indexes are never made.
    """

    schools: tuple[SchoolRef, ...] = ()

    @classmethod
    def of(cls, schools: Iterable[SchoolRef]) -> "SchoolDirectory":
        return cls(tuple(schools))

    @cached_property
    def _codes(self) -> dict[Hashable, set[int]]:
        return _index((code, school) for school in self.schools for code in filter(None, map(_code_key, school.codes)))

    @cached_property
    def _bare_codes(self) -> dict[Hashable, set[int]]:
        bare: dict[Hashable, set[int]] = {}
        for code, ids in self._codes.items():
            bare.setdefault(str(code).lstrip("0"), set()).update(ids)
        return bare

    @cached_property
    def _logins(self) -> dict[Hashable, set[int]]:
        """A school not yet matched may have its login for a code."""
        logins = ((login_key(login), school) for school in self.schools for login in (*school.logins, *school.codes))
        return _index((key, school) for key, school in logins if key is not None)

    @cached_property
    def _names(self) -> dict[Hashable, set[int]]:
        return _index((name_key(name), school) for school in self.schools for name in (school.name, *school.names))

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
            return Match(AMBIGUOUS, candidates=tuple(sorted(one.name for one in self.schools if one.id in ids)))
        return Match(FOUND, next(iter(ids)))


# The keys of a municipality's own schools are asked for at every check of every batch.
_code_key = lru_cache(maxsize=10_000)(school_code)


def _index(keys: Iterable[tuple[Hashable, SchoolRef]]) -> dict[Hashable, set[int]]:
    found: dict[Hashable, set[int]] = {}
    for key, school in keys:
        found.setdefault(key, set()).add(school.id)
    return found


@lru_cache(maxsize=10_000)
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


@lru_cache(maxsize=10_000)
def name_key(name: str) -> str:
    """A name as it is compared: without case, quotes, ё, legal form, № and spaces."""
    plain = name.lower().replace("ё", "е")
    plain = re.sub(r"[\"'«»“”„`().,]", " ", plain)
    for pattern, short in _SHORTER:
        plain = pattern.sub(short, plain)
    plain = _LEGAL_FORM.sub(" ", _LONG_FORM.sub(" ", plain))
    return re.sub(r"[\s№\-–—]+|\bn(?=\s*\d)", "", plain)

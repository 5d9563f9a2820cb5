"""Bringing in the list of a municipality's schools, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.jobs import enqueue
from accounts.models import Job, audit
from schools.models import Municipality, School, SchoolAlias, alias_key

KINDS = {
    "": School.Kind.SCHOOL,
    **{kind.value: School.Kind(kind.value) for kind in School.Kind},
    **{kind.label: School.Kind(kind.value) for kind in School.Kind},
}


@dataclass(frozen=True)
class SchoolRow:
    """One line of a list of schools; `cells` are its fields' places as Excel names them, for messages."""

    name: str
    code: str = ""
    login: str = ""
    parent_code: str = ""
    kind: str = ""
    sheet: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def key_field(self) -> str:
        """The field that tells which school it is."""
        return "code" if self.code else "login"


@dataclass
class SchoolImport:
    """What bringing in a list did, or why it was refused: then nothing is written."""

    added: int = 0
    changed: int = 0
    same: int = 0
    problems: list[dict[str, str]] = field(default_factory=list)


class _Refused(Exception):
    """Rolls the transaction back."""


def import_schools(
    *, municipality: Municipality, rows: list[SchoolRow], by: Any = None, recompute_later: bool = True
) -> SchoolImport:
    """Add the schools of a list, or complete those already known by code or login.

    All or nothing; the same list twice changes nothing. Codes and names of before stay as aliases. New schools belong
    to "all schools" of the indicators, and branches report with their school on what a plan asks of all, so a worker
    recomputes them unless the caller does.
    """
    outcome = SchoolImport()
    try:
        with transaction.atomic():
            has_new_branches = _take_in(municipality, rows, outcome)
            if outcome.problems:
                raise _Refused
            if outcome.added or outcome.changed:
                audit("schools_imported", municipality, by=by, municipality_id=municipality.pk, added=outcome.added)
            if (outcome.added or has_new_branches) and recompute_later:
                enqueue(Job.Kind.RECOMPUTE, municipality_id=municipality.pk, by=by)
    except _Refused:
        outcome.added = outcome.changed = outcome.same = 0
    return outcome


def _take_in(municipality: Municipality, rows: list[SchoolRow], outcome: SchoolImport) -> bool:
    """Whether a school is a branch from now on."""
    taken: dict[int, SchoolRow] = {}
    parents: list[tuple[School, SchoolRow, bool]] = []
    for row in rows:
        if not row.name.strip():
            _problem(outcome, row, "name", "no_name", "", "Нет названия школы: впишите его.")
            continue
        if not (row.code or row.login):
            _problem(outcome, row, "code", "no_code", "", "Нет ни кода ОО, ни логина: впишите хотя бы одно.")
            continue
        if row.kind.strip().lower() not in KINDS:
            known = ", ".join(kind.label for kind in School.Kind)
            _problem(outcome, row, "kind", "unknown_kind", row.kind, f"Вид «{row.kind}» неизвестен. Бывает: {known}.")
            continue
        school, is_new = _find_or_make(municipality, row, outcome)
        if school is None:
            continue
        if school.pk in taken:
            first = taken[school.pk]
            message = f"Эта школа уже есть в списке ({first.cells.get(first.key_field, '')}): уберите одну из строк."
            _problem(outcome, row, row.key_field, "school_twice", row.code or row.login, message)
            continue
        taken[school.pk] = row
        changed = _complete(school, row)
        if row.parent_code:
            parents.append((school, row, is_new))
        outcome.added += is_new
        outcome.changed += changed and not is_new
        outcome.same += not changed and not is_new
    has_new_branches = False
    for school, row, is_new in parents:
        moved = _put_under_parent(municipality, school, row, outcome)
        outcome.changed += moved and not is_new
        has_new_branches |= moved
    return has_new_branches


def _problem(outcome: SchoolImport, row: SchoolRow, where: str, code: str, value: str, message: str) -> None:
    """`where` is the field that is wrong; a list without such a column is named by the school's name."""
    cell = row.cells.get(where) or row.cells.get("login" if where == "code" else "name", "")
    outcome.problems.append(
        {"severity": "error", "code": code, "sheet": row.sheet, "cell": cell, "value": value, "message": message}
    )


def _find_or_make(municipality: Municipality, row: SchoolRow, outcome: SchoolImport) -> tuple[School | None, bool]:
    by_code = _known(municipality, SchoolAlias.Kind.CODE, row.code)
    by_login = _known(municipality, SchoolAlias.Kind.LOGIN, row.login)
    if by_code and by_login and by_code != by_login:
        message = (
            f"Код {row.code} принадлежит школе «{by_code}», а логин {row.login} — школе «{by_login}». "
            "Исправьте код или логин."
        )
        _problem(outcome, row, "code", "code_and_login_differ", row.code, message)
        return None, False
    school = by_code or by_login
    if school:
        return school, False
    return School.objects.create(municipality=municipality, name=row.name.strip()), True


def _known(municipality: Municipality, kind: str, value: str) -> School | None:
    if not value:
        return None
    alias = (
        SchoolAlias.objects.filter(municipality=municipality, kind=kind, key=alias_key(kind, value))
        .select_related("school")
        .first()
    )
    return alias.school if alias else None


def _complete(school: School, row: SchoolRow) -> bool:
    """Fill in what the row knows; True when something was new."""
    before = (school.code, school.fisoko_login, school.name, school.kind)
    school.code = school.code or alias_text(row.code)
    school.fisoko_login = school.fisoko_login or row.login.strip()
    if row.kind:
        school.kind = KINDS[row.kind.strip().lower()]
    changed = before != (school.code, school.fisoko_login, school.name, school.kind)
    if changed:
        school.save()
    aliases = (
        (SchoolAlias.Kind.CODE, row.code),
        (SchoolAlias.Kind.LOGIN, row.login),
        (SchoolAlias.Kind.NAME, row.name),
    )
    added = [add_alias(school, kind, value) for kind, value in aliases if value]
    return changed or any(added)


def alias_text(value: str) -> str:
    """A code as text: no `.0` of a spreadsheet's number, no quotes, spelling kept."""
    return value.strip().strip("\"'").removesuffix(".0")


def add_alias(school: School, kind: str, value: str) -> bool:
    """Let files call the school by this too; False when it is known already."""
    _, is_new = SchoolAlias.objects.get_or_create(
        school=school,
        kind=kind,
        key=alias_key(kind, value),
        defaults={"municipality_id": school.municipality_id, "value": alias_text(value)},
    )
    return is_new


def _put_under_parent(municipality: Municipality, school: School, row: SchoolRow, outcome: SchoolImport) -> bool:
    """Make the school a branch; True when it was not under this parent before."""
    parent = _known(municipality, SchoolAlias.Kind.CODE, row.parent_code)
    if parent is None or parent == school:
        message = f"Головной школы с кодом {row.parent_code} нет в муниципалитете: исправьте код или добавьте школу."
        _problem(outcome, row, "parent_code", "unknown_parent", row.parent_code, message)
        return False
    if school.parent_id == parent.pk:
        return False
    school.parent = parent
    if not row.kind:
        school.kind = School.Kind.BRANCH
    school.save(update_fields=["parent", "kind"])
    return True

"""Which school a spreadsheet means, by any code, login or name it is known under."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from schools.models import School, SchoolAlias, alias_key


@dataclass(frozen=True)
class SchoolLookup:
    """Everything is read beforehand, so a row of a spreadsheet costs no query."""

    by_code: dict[str, School]
    by_name: dict[str, frozenset[School]]

    @classmethod
    def among(cls, schools: Iterable[School]) -> "SchoolLookup":
        """A lookup of these schools alone: what the user may not touch is not found."""
        known = {school.pk: school for school in schools}
        by_code: dict[str, School] = {}
        by_name: dict[str, set[School]] = defaultdict(set)
        for kind, key, school in _keys(known):
            if kind == SchoolAlias.Kind.NAME:
                by_name[key].add(school)
            else:
                by_code[key] = school
        return cls(by_code=by_code, by_name={key: frozenset(found) for key, found in by_name.items()})

    def find(self, code: str, name: str) -> School | str:
        """The school, or what is wrong in words for people."""
        named = self.by_name.get(alias_key(SchoolAlias.Kind.NAME, name), frozenset())
        if code:
            school = self.by_code.get(alias_key(SchoolAlias.Kind.CODE, code)) or self.by_code.get(
                alias_key(SchoolAlias.Kind.LOGIN, code)
            )
            if school is None:
                return f"Школы с кодом {code} нет среди доступных вам. Исправьте код или добавьте школу в список."
            if named and school not in named:
                return f"Код {code} — это «{school}», а в столбце «Школа» написано «{name}». Исправьте одно из двух."
            return school
        if len(named) > 1:
            return f"Название «{name}» носят несколько школ. Впишите код ОО."
        return next(iter(named), None) or f"Школа «{name}» не найдена. Впишите код ОО или исправьте название."


def _keys(schools: dict[int, School]) -> Iterable[tuple[str, str, School]]:
    """Own codes and names come last, so they win over what a school was called before."""
    aliases = SchoolAlias.objects.filter(school__in=schools).values_list("kind", "key", "school_id")
    yield from ((kind, key, schools[school]) for kind, key, school in aliases)
    for school in schools.values():
        for kind, value in (
            (SchoolAlias.Kind.LOGIN, school.fisoko_login),
            (SchoolAlias.Kind.CODE, school.code),
            (SchoolAlias.Kind.NAME, school.name),
        ):
            if value:
                yield kind, alias_key(kind, value), school

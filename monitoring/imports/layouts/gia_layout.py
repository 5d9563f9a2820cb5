"""A ГИА protocol as a layout: the columns it must have and the signs that tell it from its relatives."""

import re
from dataclasses import dataclass, field

from monitoring.imports.layouts.base import Fit, Reading, best_roles
from monitoring.imports.layouts.gia_table import ROLES, first_header, read_gia
from monitoring.imports.names import NameFacts
from monitoring.imports.workbook import Sheet


def patterns(*signs: str) -> tuple[re.Pattern[str], ...]:
    """Compiled once: whoever reads a file is a young process, whose own store of patterns is empty."""
    return tuple(map(re.compile, signs))


@dataclass(frozen=True)
class GiaLayout:
    name: str
    title: str
    results: dict[str, str]  # role → its name for people; one of them must be there
    signs: tuple[re.Pattern[str], ...] = ()  # headers that only this form has
    needs_sign: str = ""  # its name for people, when without one of the signs it is not this form
    bonus: int = 0  # settles ties between relatives
    needed: dict[str, str] = field(default_factory=dict)

    def fit(self, sheet: Sheet) -> Fit:
        header = first_header(sheet)
        roles = header.roles if header else best_roles(sheet, ROLES)
        keys = header.keys if header else []
        lacking = [] if "school" in roles else ["столбец «Код ОО»"]
        lacking += [f"столбец «{title}»" for role, title in self.needed.items() if role not in roles]
        if not any(role in roles for role in self.results):
            lacking.append("столбец " + " или ".join(f"«{title}»" for title in self.results.values()))
        signs = sum(any(sign.fullmatch(key) for key in keys) for sign in self.signs)
        if self.needs_sign and not signs:
            lacking.append(self.needs_sign)
        if header is None and not lacking:
            lacking.append("строка заголовков таблицы")
        return Fit(len(roles) + 3 * signs + self.bonus, tuple(lacking))

    def read(self, sheet: Sheet, name: NameFacts) -> Reading:
        return read_gia(self.name, sheet, name)

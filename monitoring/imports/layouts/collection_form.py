"""«Форма сбора результатов» ВПР, which a school fills for ФИС ОКО. Uploading it instead of results is the commonest
mistake.

It never carries a school's name or login, so it is recognised only to say what to upload instead.
"""

from monitoring.imports import problems as say
from monitoring.imports.cells import is_blank, whole
from monitoring.imports.layouts.base import Fit, Reading, find_header, fit_by_roles, unique
from monitoring.imports.layouts.vpr_table import roles
from monitoring.imports.names import NameFacts
from monitoring.imports.workbook import Sheet

_ROLES = roles(
    pupil_code=r"код участника|код",
    variant=r"вариант",
    class_number=r"порядковый номер класса|наименование класса",
    total=r"итого баллов",
    journal=r"отметка за предыдущ.*",
    first_task=r"1(к1|[.,]1)? ?\(\d+ ?б\)",
    school=r"пользователь|логин.*|школа|код оо|оо",
)
_NEEDED = {
    "pupil_code": "Код участника", "variant": "Вариант", "total": "Итого баллов",
    "class_number": "Порядковый номер класса",
}  # fmt: skip


class CollectionForm:
    name = "collection_form"
    title = "форма сбора результатов ВПР"

    def fit(self, sheet: Sheet) -> Fit:
        fit = fit_by_roles(sheet, _ROLES, _NEEDED)
        header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _NEEDED))
        if header is not None and "school" in header.roles:
            return Fit(0, ("отсутствие столбца школы",))
        return fit

    def read(self, sheet: Sheet, name: NameFacts) -> Reading:
        header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _NEEDED))
        if header is None:
            return Reading()
        filled = any(
            whole(sheet.cell(index, header.roles["total"])) or not is_blank(sheet.cell(index, header.roles["variant"]))
            for index in range(header.row + 1, len(sheet.rows))
        )
        if filled:
            problem = say.error(
                "form_without_school",
                "Это форма сбора результатов: в ней нет кода школы. Загрузите отчёт «Статистика по отметкам» "
                "(ГИС ФИС ОКО, раздел «Аналитика»).",
                sheet=sheet.name,
            )
        else:
            problem = say.error(
                "empty_form",
                "Это пустая форма сбора результатов. Скачайте в ГИС ФИС ОКО, раздел «Аналитика», отчёт "
                "«Статистика по отметкам» и загрузите его.",
                sheet=sheet.name,
            )
        return Reading([], [problem], unique(header.names))


LAYOUT = CollectionForm()
